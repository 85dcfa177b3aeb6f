// SPDX-License-Identifier: Apache-2.0
// From a cue sheet to a disc. Positions in the sheet count from the start of their file; on the
// disc the files follow each other:
//
//   sheet   FILE a: 01 00:00:00            FILE b: 00 00:00:00   01 00:02:00
//   file    | track 1                |     | pregap             | track 2 ...
//   LBA     0                        n     n                    n+150
//
// PREGAP and POSTGAP add sectors that no file has. Byte offsets accumulate by each track's own
// sector size. A later session begins 11400 or 6900 sectors behind the one before. Where headers
// give addresses, these are believed, not the sum.
#include <algorithm>
#include <limits>

#include "image/format_rows.h"
#include "image/signature.h"
#include "optical/cd_text.h"
#include "optical/cue.h"
#include "optical/cue_files.h"
#include "optical/cue_pieces.h"
#include "optical/descriptor_files.h"
#include "optical/descriptor_text.h"
#include "optical/detect.h"
#include "optical/disc_views.h"
#include "optical/layout.h"
#include "optical/track_check.h"

namespace discern {
namespace {

constexpr std::int64_t kPregap = 150;
constexpr std::int64_t kAfterFirstSession = 11250;  // lead-out 6750, lead-in 4500
constexpr std::int64_t kAfterLaterSession = 6750;   // lead-out 2250, lead-in 4500
// Longer than any disc (99:59:74): when more sectors than that are not in the files, the sheet is
// wrong, not the evidence damaged.
constexpr std::int64_t kMostMissing = 450000;
constexpr std::int64_t kMostAddress = std::numeric_limits<std::int32_t>::max() / 2;

class CueDisc {
 public:
  CueDisc(std::shared_ptr<const MappedFile> descriptor, CueSheet sheet)
      : descriptor_(std::move(descriptor)), sheet_(std::move(sheet)) {
    image_.path = descriptor_->facts().path;
    image_.format = "cue";
    image_.files.push_back({"descriptor", descriptor_});
    image_.findings = std::move(sheet_.findings);
    image_.disc.emplace().source = "cue";
    image_.disc->catalog = sheet_.catalog;
    image_.disc->cd_text = std::move(sheet_.cd_text);
  }

  Result<Image> build() {
    if (auto status = open_files(); !status) return status.error();
    for (const CuePiece& piece : pieces_of(sheet_))
      if (auto status = add(piece); !status) return status.error();
    end_session();
    finish_tracks();
    add_stored_digests();
    add_text_file();
    std::vector<SourcePtr> stored;
    for (const CueOpenedFile& file : files_)
      if (file.sectors) stored.push_back(file.sectors);
    add_disc_views(image_, std::move(stored));
    return std::move(image_);
  }

 private:
  Place place_of(CuePlace place) const {
    return {.file = image_.path, .line = place.line, .column = place.column};
  }
  void report(std::string code, Severity severity, CuePlace place, std::string text) {
    image_.findings.push_back({std::move(code), severity, place_of(place), std::move(text)});
  }
  std::vector<Session>& sessions() { return image_.disc->sessions; }
  Track& track() { return sessions().back().tracks.back(); }

  // ---- files -------------------------------------------------------------------------------

  Status open_files() {
    const DescriptorFolder folder(image_.path);
    std::optional<Error> first_error;
    for (const CueFile& named : sheet_.files) {
      CueOpenedFile file;
      if (auto opened = open_cue_file(folder, named); opened) {
        file = std::move(*opened);
        image_.files.push_back({"image", file.evidence});
      } else {
        Error error = opened.error();
        error.text = "FILE \"" + named.name + "\": " + error.text;
        error.file = image_.path;
        error.offset.reset();
        error.line = named.place.line;
        error.column = named.place.column;
        report(error.code == Errc::unsupported ? "cue.file-unsupported" : "cue.file-missing",
               Severity::damage, named.place, error.text);
        if (!first_error) first_error = std::move(error);
      }
      if (last_component(named.name) != named.name)
        report(
            "cue.path-outside", Severity::note, named.place,
            "the sheet names \"" + named.name + "\"; only the sheet's own folder was looked into");
      files_.push_back(std::move(file));
    }
    if (std::ranges::none_of(files_, [](const CueOpenedFile& f) { return f.sectors != nullptr; }))
      return *first_error;
    return Done{};
  }

  // ---- pieces ------------------------------------------------------------------------------

  Status add(const CuePiece& piece) {
    const CueTrack& declared = sheet_.tracks[piece.track];
    const SourcePtr& file = files_[piece.file].sectors;
    if (file_ != piece.file) {
      file_ = piece.file;
      offset_ = 0;
      base_ = next_;
    }
    const bool new_track = track_ != piece.track;
    bool new_session = false;
    if (new_track) {
      new_session = begin_track(piece, declared);
      if (file) check_sectors(piece, declared, new_session);
    }
    const std::int64_t lba = base_ + piece.from;
    const std::uint32_t stored = layout_.stored;
    const std::uint64_t size = file ? file->size() : 0;
    const std::uint64_t present = offset_ < size ? (size - offset_ - 1) / stored + 1 : 0;
    const std::uint64_t count = piece.to ? *piece.to - piece.from : present;
    stored_sectors_ += static_cast<std::int64_t>(std::min(count, present));
    // Sums of gaps and missing sectors included.
    if (lba + static_cast<std::int64_t>(count) >
        std::min(stored_sectors_ + kMostMissing, kMostAddress))
      return past_end(piece);
    if (file && offset_ >= size)
      report(
          "cue.index-past-end", Severity::damage, piece.place,
          "this index lies at or behind the end of the file, at byte " + std::to_string(offset_));

    if (new_track) add_pregap(piece, declared, lba);
    if (count > 0)
      append({.first = {static_cast<std::int32_t>(lba)},
              .sectors = static_cast<std::uint32_t>(count),
              .file = mode_ == SectorMode::audio ? files_[piece.file].audio : file,
              .file_offset = offset_,
              .layout = layout_,
              .mode = mode_});
    if (piece.index == 1) track().first = {static_cast<std::int32_t>(lba)};
    if (piece.index == 0) track().pregap_stored = true;
    if (piece.index > 1) track().indexes.push_back({static_cast<std::int32_t>(lba)});
    next_ = lba + static_cast<std::int64_t>(count);
    offset_ += (count + piece.skip) * stored;
    gap_stored_ = piece.skip > 0;
    if (!piece.to && file && offset_ > size)
      image_.findings.push_back(cut_sector_finding(files_[piece.file].evidence->facts().path,
                                                   offset_ - stored, size + stored - offset_,
                                                   stored));
    return Done{};
  }

  Error past_end(const CuePiece& piece) const {
    return {Errc::corrupt,    "a position that no disc reaches, far behind the end of the file",
            image_.path,      {},
            piece.place.line, piece.place.column};
  }

  // Returns whether a session begins too.
  bool begin_track(const CuePiece& piece, const CueTrack& declared) {
    const bool first = sessions().empty();
    const bool new_session = first || declared.session != session_;
    if (!first) add_postgap(sheet_.tracks[*track_]);
    if (new_session) {
      if (!first) {
        end_session();
        if (!gap_stored_) {
          const std::int64_t gap = sessions().size() == 1 ? kAfterFirstSession : kAfterLaterSession;
          const bool own_pregap = declared.pregap > 0 || piece.index == 0;
          base_ = next_ + gap + (own_pregap ? 0 : kPregap) - piece.from;
        }
      }
      sessions().push_back({.number = static_cast<int>(sessions().size()) + 1});
      session_ = declared.session;
    }
    // The pregap of two seconds before LBA 0 is every disc's, said or not.
    base_ += first ? std::max<std::int64_t>(declared.pregap - kPregap, 0) : declared.pregap;
    int number = declared.number;
    if (number <= last_number_) {
      number = last_number_ + 1;
      report("cue.track-number-repeated", Severity::warning, declared.place,
             "track numbers start anew; this one is counted as track " + std::to_string(number));
    }
    last_number_ = number;
    track_ = piece.track;
    sessions().back().tracks.push_back(
        {.number = number, .isrc = declared.isrc, .flags = declared.flags});
    layout_ = *sector_layout(declared.stored, declared.mode);
    mode_ = declared.mode;
    return new_session;
  }

  void check_sectors(const CuePiece& piece, const CueTrack& declared, bool new_session) {
    const SourcePtr& file = files_[piece.file].sectors;
    if (offset_ >= file->size()) return;
    const CheckedTrack checked =
        check_track(window_source(file, offset_, bytes_of_track(piece, declared)),
                    {.kind = "cue",
                     .number = declared.number,
                     .type = declared.type,
                     .mode = declared.mode,
                     .stored = declared.stored,
                     .place = place_of(declared.place)},
                    image_.findings);
    layout_ = checked.layout;
    mode_ = checked.mode;
    if (checked.phase > 0) {
      report("cue.starts-inside-sector", Severity::damage, piece.place,
             "the track's first sector begins " + std::to_string(checked.phase) +
                 " bytes behind where the sheet says");
      offset_ += checked.phase;
    }
    if (checked.lba) place_by_header(piece, *checked.lba, new_session);
  }

  // To the next track in the same file, by the sheet's sector size, or to the end of the file.
  std::uint64_t bytes_of_track(const CuePiece& piece, const CueTrack& declared) const {
    for (std::size_t i = piece.track + 1; i < sheet_.tracks.size(); ++i) {
      const CueIndex& next = sheet_.tracks[i].indexes.front();
      if (next.file != piece.file) break;
      if (next.position > piece.from)
        return std::uint64_t{next.position - piece.from} * declared.stored;
    }
    return std::numeric_limits<std::uint64_t>::max();
  }

  void place_by_header(const CuePiece& piece, std::int64_t lba, bool new_session) {
    const std::int64_t expected = base_ + piece.from;
    if (lba == expected) return;
    const bool first = sessions().size() == 1 && sessions().back().tracks.size() == 1;
    if (first && lba > 0) {
      report("disc.starts-after-zero", Severity::damage, piece.place,
             "by their headers the sectors begin at LBA " + std::to_string(lba) +
                 ": those before are not in the image");
    } else if (!first && lba < next_) {
      report("cue.address-contradicts-sectors", Severity::warning, piece.place,
             "the sheet puts this at LBA " + std::to_string(expected) + ", the header says " +
                 std::to_string(lba) + ", which other sectors have; the sheet was followed");
      return;
    } else if (!new_session) {
      report("cue.address-contradicts-sectors",
             lba > expected ? Severity::damage : Severity::warning, piece.place,
             "the sheet puts this at LBA " + std::to_string(expected) + ", the header says " +
                 std::to_string(lba) + "; the header was followed");
    }
    base_ += lba - expected;
  }

  void append(Extent extent) {
    std::vector<Extent>& extents = track().extents;
    if (!extents.empty()) {
      Extent& last = extents.back();
      const bool follows =
          last.file == extent.file && last.gap == extent.gap && last.end() == extent.first &&
          last.layout == extent.layout &&
          last.file_offset + std::uint64_t{last.sectors} * last.layout.stored == extent.file_offset;
      if (extent.file && follows) {
        last.sectors += extent.sectors;
        return;
      }
    }
    extents.push_back(std::move(extent));
  }

  void append_gap(std::int64_t lba, std::uint32_t sectors) {
    append({.first = {static_cast<std::int32_t>(lba)},
            .sectors = sectors,
            .layout = layout_,
            .mode = mode_,
            .gap = true});
  }

  void add_pregap(const CuePiece& piece, const CueTrack& declared, std::int64_t lba) {
    track().mode = mode_;
    track().first = {static_cast<std::int32_t>(lba)};
    if (declared.pregap > 0) append_gap(lba - declared.pregap, declared.pregap);
    const bool unstored = sessions().size() > 1 && sessions().back().tracks.size() == 1 &&
                          declared.pregap == 0 && piece.index != 0;
    if (unstored) append_gap(lba - kPregap, kPregap);
  }

  void add_postgap(const CueTrack& declared) {
    if (declared.postgap == 0) return;
    append_gap(next_, declared.postgap);
    next_ += declared.postgap;
    base_ += declared.postgap;
  }

  // ---- ends --------------------------------------------------------------------------------

  // Holds the session's LEAD-OUT remark against what was found.
  void end_session() {
    for (const CueLeadOut& end : sheet_.lead_outs) {
      if (end.session != session_ || gap_stored_) continue;
      const std::int64_t stated = end.position;
      const std::int64_t in_file = next_ - base_;
      const auto fits = [&](std::int64_t value) {
        return stated == value || stated == value + kPregap;
      };
      if (stated == 6750 || stated == 2250 || fits(next_) || fits(in_file)) continue;
      if (stated < next_ || stated - next_ > kMostMissing) {
        report("cue.lead-out-contradicts-length", Severity::warning, end.place,
               "the session's sectors reach to LBA " + std::to_string(next_) +
                   ", its LEAD-OUT says " + std::to_string(stated));
        continue;
      }
      report("cue.session-shorter-than-lead-out", Severity::damage, end.place,
             "the session's sectors end at LBA " + std::to_string(next_) + ", its LEAD-OUT is at " +
                 std::to_string(stated) + ": " + std::to_string(stated - next_) +
                 " sectors are not in the file");
      append({.first = {static_cast<std::int32_t>(next_)},
              .sectors = static_cast<std::uint32_t>(stated - next_),
              .layout = layout_,
              .mode = mode_});
      next_ = stated;
    }
  }

  void finish_tracks() {
    for (Session& session : sessions()) {
      for (Track& track : session.tracks) {
        if (track.extents.empty()) continue;
        const std::int64_t begin = track.extents.front().first.value;
        const std::int64_t end = track.extents.back().end().value;
        // The first track's pregap may be stored without the sheet knowing.
        if (track.first.value < 0 && end > 0) {
          track.first = {};
          track.pregap_stored = true;
        }
        track.pregap = static_cast<std::uint32_t>(track.first.value - begin);
        track.sectors = static_cast<std::uint32_t>(end - track.first.value);
        for (const Extent& extent : track.extents)
          report_address_jumps(extent, path_of(extent), image_.findings);
      }
    }
  }

  std::string path_of(const Extent& extent) const {
    for (const CueOpenedFile& file : files_)
      if (file.sectors && file.sectors == extent.file) return file.evidence->facts().path;
    return image_.path;
  }

  // The packs of the lead-in, as cdrecord and CD-Text editors write them.
  void add_text_file() {
    if (sheet_.cd_text_file.empty()) return;
    constexpr std::uint64_t kMostPacks = std::uint64_t{64} << 10;
    auto file = DescriptorFolder(image_.path).open(sheet_.cd_text_file);
    if (!file) {
      report("cue.cd-text-missing", Severity::warning, sheet_.cd_text_place,
             "CDTEXTFILE \"" + sheet_.cd_text_file + "\": " + file.error().text);
      return;
    }
    image_.files.push_back({"cd-text", *file});
    const auto packs = read_exactly(**file, 0, std::min((*file)->size(), kMostPacks));
    if (packs) add_cd_text(*packs, {.file = (*file)->facts().path}, *image_.disc, image_.findings);
  }

  // Only where it is clear which bytes the remark speaks of: a whole track without pregap in the
  // file, or the only file.
  void add_stored_digests() {
    std::vector<const Track*> tracks;
    for (const Session& session : sessions())
      for (const Track& track : session.tracks) tracks.push_back(&track);
    for (const CueHash& hash : sheet_.hashes) {
      StoredDigest digest{
          {}, hash.algorithm, hash.value, describe(place_of(hash.place)) + " (remark)"};
      if (hash.track && *hash.track < tracks.size() && !tracks[*hash.track]->pregap_stored) {
        digest.object = "track:" + std::to_string(tracks[*hash.track]->number);
      } else if (!hash.track && image_.files.size() == 2) {
        digest.object = "file:" + std::string(last_component(image_.files.back().path()));
      } else {
        continue;
      }
      image_.stored_digests.push_back(std::move(digest));
    }
  }

  std::shared_ptr<const MappedFile> descriptor_;
  CueSheet sheet_;
  Image image_ = {};
  std::vector<CueOpenedFile> files_ = {};

  // Where the next piece goes.
  std::int64_t next_ = 0;     // LBA behind what is placed
  std::int64_t base_ = 0;     // LBA of position 0 of the file
  std::uint64_t offset_ = 0;  // in the file
  std::optional<std::size_t> file_ = {};
  std::optional<std::size_t> track_ = {};
  int session_ = 0;
  int last_number_ = 0;
  std::int64_t stored_sectors_ = 0;
  bool gap_stored_ = false;
  SectorLayout layout_ = {};
  SectorMode mode_ = SectorMode::unknown;
};

// A sheet is told by its first commands: FILE, and TRACK behind it, at the start of lines.
Probed probe(const ProbeInput& input) {
  const std::string_view head = as_text(input.head);
  const std::string utf8 = utf8_by_byte_order_mark(head);
  const std::string_view text = utf8;
  const bool wide = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
  const std::size_t mark = wide ? 0 : head.size() - text.size();
  std::optional<std::size_t> file_at;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.find('\0') != line.npos) break;
    const std::size_t word = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view command = line.substr(word, line.find_first_of(" \t", word) - word);
    if (equal_ignoring_case(command, "FILE") && !file_at) file_at = at + word;
    if (file_at && equal_ignoring_case(command, "TRACK")) {
      // In UTF-16 the mark is what can be shown in place.
      return wide ? proved_by(input, 0, 2, "cue sheet in UTF-16: FILE and TRACK")
                  : proved_by(input, mark + *file_at, 4, "cue sheet: FILE and TRACK");
    }
    at = end + 1;
  }
  return {};
}

}  // namespace

Result<Image> open_cue(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  constexpr std::uint64_t kMostText = std::uint64_t{1} << 20;
  auto text = read_exactly(*file, 0, std::min(file->size(), kMostText + 1));
  if (!text) return text.error();
  auto sheet = parse_cue(as_text(*text), file->facts().path);
  if (!sheet) return sheet.error();
  return CueDisc(std::move(file), std::move(*sheet)).build();
}

extern const Format kCue = {"cue", "Cue sheet with its image files (CD)", "cue", probe, open_cue};

}  // namespace discern
