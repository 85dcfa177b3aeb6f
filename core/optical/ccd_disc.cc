// SPDX-License-Identifier: Apache-2.0
// From a CloneCD table of contents to a disc. Entries give each track's INDEX 01 (PLBA) and, as
// point 0xA2, where the session's lead-out begins. The .img has the sessions' sectors one behind
// the other, without lead-out and lead-in between:
//
//   LBA    0 .. n-1            n+11400 .. m-1
//   .img   sector 0 .. n-1     sector n ..          (some writers store more; headers tell)
//
// so that after the first session a sector's place in the file is not its LBA.
#include <algorithm>

#include "image/format_rows.h"
#include "image/signature.h"
#include "optical/ccd.h"
#include "optical/cd_text.h"
#include "optical/declared_disc.h"
#include "optical/descriptor_files.h"
#include "optical/detect.h"
#include "optical/disc_views.h"
#include "optical/layout.h"
#include "optical/sector_grid.h"
#include "optical/track_check.h"

namespace discern {
namespace {

constexpr int kLeadOut = 0xA2;
constexpr std::uint32_t kStored = 2352;
constexpr std::uint64_t kSubchannel = 96;
constexpr int kDataTrack = 4;  // control bit

class CcdDisc {
 public:
  CcdDisc(std::shared_ptr<const MappedFile> descriptor, CcdSheet sheet)
      : descriptor_(std::move(descriptor)), sheet_(std::move(sheet)) {
    image_.path = descriptor_->facts().path;
    image_.format = "ccd";
    image_.files.push_back({"descriptor", descriptor_});
    image_.disc.emplace().source = "ccd";
    image_.disc->catalog = sheet_.catalog;
    add_cd_text(sheet_.cd_text, {.file = image_.path}, *image_.disc, image_.findings);
  }

  Result<Image> build() {
    const DescriptorFolder folder(image_.path);
    const std::string stem(stem_of(last_component(image_.path)));
    auto img = folder.open(stem + ".img");
    if (!img) {
      Error error = img.error();
      if (error.file.empty()) error.file = image_.path;
      return error;
    }
    img_ = *img;
    image_.files.push_back({"image", *img});
    const auto sub = folder.open(stem + ".sub");
    if (sub) image_.files.push_back({"subchannel", *sub});

    if (auto status = add_sessions(); !status) return status.error();
    check_length();
    if (sub) {
      check_subchannel(**sub);
      for (Session& session : image_.disc->sessions)
        for (Track& track : session.tracks)
          for (Extent& extent : track.extents) {
            extent.planar_subchannel = *sub;
            extent.subchannel_offset = extent.file_offset / kStored * kSubchannel;
          }
    }
    for (const Session& session : image_.disc->sessions)
      for (const Track& track : session.tracks)
        for (const Extent& extent : track.extents)
          report_address_jumps(extent, img_->facts().path, image_.findings);
    add_disc_views(image_, {img_});
    return std::move(image_);
  }

 private:
  Place place_of(std::uint32_t line) const {
    return {.file = image_.path, .line = line, .column = line > 0 ? 1U : 0U};
  }
  void report(std::string code, Severity severity, std::uint32_t line, std::string text) {
    image_.findings.push_back({std::move(code), severity, place_of(line), std::move(text)});
  }
  Error error(std::string text, std::uint32_t line) const {
    return {Errc::corrupt, std::move(text), image_.path, {}, line, line > 0 ? 1U : 0U};
  }

  Status add_sessions() {
    std::vector<CcdEntry> points;
    std::ranges::copy_if(sheet_.entries, std::back_inserter(points),
                         [](const CcdEntry& e) { return e.point >= 1 && e.point <= 99; });
    if (points.empty()) return error("the table of contents has no track", 0);
    std::ranges::stable_sort(points, {}, &CcdEntry::plba);
    for (std::size_t i = 0; i < points.size();) {
      std::size_t end = i;
      while (end < points.size() && points[end].session == points[i].session) ++end;
      if (auto status = add_session({points.begin() + static_cast<std::ptrdiff_t>(i),
                                     points.begin() + static_cast<std::ptrdiff_t>(end)});
          !status)
        return status;
      i = end;
    }
    return Done{};
  }

  Status add_session(const std::vector<CcdEntry>& points) {
    const auto lead_out = std::ranges::find_if(sheet_.entries, [&](const CcdEntry& e) {
      return e.point == kLeadOut && e.session == points.front().session;
    });
    std::int32_t end = 0;
    if (lead_out != sheet_.entries.end()) {
      end = lead_out->plba;
      check_time(*lead_out);
    } else {
      const auto sectors = static_cast<std::int64_t>(img_->size() / kStored) - file_sector_;
      end = points.front().plba +
            static_cast<std::int32_t>(std::clamp<std::int64_t>(sectors, 0, std::int64_t{1} << 30));
      report("ccd.no-lead-out", Severity::warning, points.front().line,
             "the session has no lead-out entry; it is taken to reach to the end of the file");
    }
    if (end <= points.back().plba)
      return error("the session's lead-out is not behind its last track", points.back().line);
    if (!image_.disc->sessions.empty() &&
        points.front().plba < image_.disc->sessions.back().end().value)
      return error("sessions overlap", points.front().line);
    image_.disc->sessions.push_back({.number = points.front().session});
    find_session(points.front());
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (i > 0 && points[i].plba == points[i - 1].plba)
        return error("two tracks begin at the same address", points[i].line);
      add_track(points[i], i + 1 < points.size() ? points[i + 1].plba : end);
    }
    file_sector_ += end - file_lba_;
    return Done{};
  }

  // Sets which LBA stands at `file_sector_`. By the rule LBA 0 in the first session and INDEX 01 in
  // later ones; headers may prove that a pregap, or all sectors between the sessions, are stored.
  void find_session(const CcdEntry& first) {
    const bool first_session = image_.disc->sessions.size() == 1;
    file_lba_ = first_session ? std::min(first.plba, 0) : first.plba;
    if ((first.control & kDataTrack) == 0) return;
    const std::int64_t ruled = file_sector_ + (first.plba - file_lba_);
    for (const std::int64_t place :
         {ruled, file_sector_, file_sector_ + 150, std::int64_t{first.plba}}) {
      for (const bool scrambled : {false, true}) {
        if (place < file_sector_) continue;
        const auto header =
            read_stored_header(*img_, static_cast<std::uint64_t>(place) * kStored, scrambled);
        if (!header || header->lba.value != first.plba) continue;
        file_lba_ = first.plba - (place - file_sector_);
        return;
      }
    }
  }

  void add_track(const CcdEntry& entry, std::int32_t end) {
    check_time(entry);
    const auto found = sheet_.tracks.find(entry.point);
    const CcdTrack section = found == sheet_.tracks.end() ? CcdTrack{} : found->second;
    const std::uint32_t line = section.line > 0 ? section.line : entry.line;
    const bool data = (entry.control & kDataTrack) != 0;
    const int mode = section.mode.value_or(data ? 1 : 0);
    if (section.mode && (mode > 0) != data)
      report("ccd.mode-contradicts-control", Severity::warning, line,
             "MODE and the control field of the table of contents disagree about data or audio");
    DeclaredTrack declared{.kind = "ccd",
                           .number = entry.point,
                           .type = "MODE=" + std::to_string(mode),
                           .mode = mode == 1   ? SectorMode::mode1
                                   : mode == 2 ? SectorMode::mode2_form1
                                               : SectorMode::audio,
                           .place = place_of(line)};
    const std::uint64_t offset =
        static_cast<std::uint64_t>(file_sector_ + (entry.plba - file_lba_)) * kStored;
    const std::uint64_t sectors = static_cast<std::uint64_t>(end - entry.plba);
    const CheckedTrack checked =
        check_track(window_source(img_, offset, sectors * kStored), declared, image_.findings);
    // The sheet's layout is fixed; other sizes are reported, only the mode is taken over.
    SectorMode found_mode = checked.mode;
    const SectorLayout layout = layout_of(checked, found_mode);
    if (checked.lba && *checked.lba != entry.plba)
      report("ccd.address-contradicts-sectors", Severity::damage, entry.line,
             "the table of contents puts track " + std::to_string(entry.point) + " at LBA " +
                 std::to_string(entry.plba) + ", its first header says " +
                 std::to_string(*checked.lba));
    if (declared.mode != SectorMode::audio && layout.scrambled != sheet_.scrambled)
      report("ccd.scrambling-contradicts-sectors", Severity::warning, entry.line,
             std::string("DataTracksScrambled and the sectors disagree; the sectors are ") +
                 (layout.scrambled ? "scrambled" : "in clear"));

    Track track{.number = entry.point,
                .mode = found_mode,
                .first = {entry.plba},
                .sectors = static_cast<std::uint32_t>(sectors),
                .isrc = section.isrc,
                .flags = flags_of_control(entry.control)};
    if (const auto index = section.indexes.find(1);
        index != section.indexes.end() && index->second != entry.plba)
      report("ccd.index-contradicts-toc", Severity::warning, line,
             "INDEX 1 is " + std::to_string(index->second) + ", the table of contents says " +
                 std::to_string(entry.plba));
    if (const auto index = section.indexes.find(0);
        index != section.indexes.end() && index->second < entry.plba) {
      track.pregap = static_cast<std::uint32_t>(entry.plba - index->second);
      track.pregap_stored = index->second >= file_lba_;
    }
    for (const auto& [nr, lba] : section.indexes)
      if (nr > 1) track.indexes.push_back({lba});
    track.extents.push_back({.first = track.first,
                             .sectors = track.sectors,
                             .file = img_,
                             .file_offset = offset,
                             .layout = layout,
                             .mode = found_mode});
    if (image_.disc->sessions.back().tracks.empty()) {
      add_leading_pregap(track);
    } else {
      take_pregap(track);
    }
    image_.disc->sessions.back().tracks.push_back(std::move(track));
  }

  SectorLayout layout_of(const CheckedTrack& checked, SectorMode& mode) const {
    if (checked.layout.stored == kStored && checked.phase == 0) return checked.layout;
    if (!sector_layout(kStored, mode)) mode = SectorMode::mode1;
    return *sector_layout(kStored, mode);
  }

  // What the file has before the session's first INDEX 01.
  void add_leading_pregap(Track& track) const {
    if (track.first.value <= file_lba_) return;
    Extent pregap = track.extents.front();
    pregap.first = {static_cast<std::int32_t>(file_lba_)};
    pregap.sectors = static_cast<std::uint32_t>(track.first.value - file_lba_);
    pregap.file_offset = static_cast<std::uint64_t>(file_sector_) * kStored;
    track.pregap = pregap.sectors;
    track.pregap_stored = true;
    track.extents.insert(track.extents.begin(), std::move(pregap));
  }

  // A pregap in the file was counted to the track before: the table of contents knows INDEX 01
  // only.
  void take_pregap(Track& track) {
    Track& previous = image_.disc->sessions.back().tracks.back();
    if (!track.pregap_stored || track.pregap >= previous.sectors) return;
    Extent pregap = previous.extents.back();
    const std::uint32_t kept = previous.sectors - track.pregap;
    pregap.first = {previous.first.value + static_cast<std::int32_t>(kept)};
    pregap.file_offset += std::uint64_t{kept} * kStored;
    pregap.sectors = track.pregap;
    pregap.layout = track.extents.front().layout;
    pregap.mode = track.mode;
    previous.sectors = kept;
    previous.extents.back().sectors = kept;
    track.extents.insert(track.extents.begin(), std::move(pregap));
  }

  void check_time(const CcdEntry& entry) {
    if (!entry.pmin || !entry.psec || !entry.pframe) return;
    const std::int32_t by_time = (*entry.pmin * 60 + *entry.psec) * 75 + *entry.pframe - 150;
    if (by_time != entry.plba)
      report("ccd.time-contradicts-lba", Severity::warning, entry.line,
             "PMin, PSec and PFrame are LBA " + std::to_string(by_time) + ", PLBA is " +
                 std::to_string(entry.plba) + ", which was followed");
  }

  void check_length() {
    const std::uint64_t expected = static_cast<std::uint64_t>(file_sector_) * kStored;
    const std::uint64_t size = img_->size();
    if (size % kStored != 0)
      image_.findings.push_back(cut_sector_finding(img_->facts().path, size / kStored * kStored,
                                                   size % kStored, kStored));
    if (size < expected)
      report("ccd.image-shorter-than-toc", Severity::damage, 0,
             "the lead-out entries make the image " + std::to_string(expected) +
                 " bytes long, it has " + std::to_string(size));
    if (size > expected)
      report("ccd.image-longer-than-toc", Severity::warning, 0,
             "the lead-out entries make the image " + std::to_string(expected) +
                 " bytes long, it has " + std::to_string(size) +
                 "; what is behind is in the view raw only");
  }

  void check_subchannel(const MappedFile& sub) {
    const std::uint64_t expected = (img_->size() + kStored - 1) / kStored * kSubchannel;
    if (sub.size() != expected)
      image_.findings.push_back({"ccd.subchannel-length",
                                 Severity::warning,
                                 {.file = sub.facts().path},
                                 "96 bytes for each sector are " + std::to_string(expected) +
                                     " bytes, the file has " + std::to_string(sub.size())});
  }

  std::shared_ptr<const MappedFile> descriptor_;
  CcdSheet sheet_;
  Image image_ = {};
  std::shared_ptr<const MappedFile> img_ = nullptr;
  std::int64_t file_sector_ = 0;  // in the .img, where the session begins
  std::int64_t file_lba_ = 0;     // LBA of that sector
};

Probed probe(const ProbeInput& input) {
  const std::string_view text = as_text(input.head);
  const std::size_t start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::size_t at = std::min(text.find_first_not_of(" \t\r\n", start), text.size());
  constexpr std::string_view kName = "[CloneCD]";
  if (!equal_ignoring_case(text.substr(at, kName.size()), kName)) return {};
  return proved_by(input, at, kName.size(), "CloneCD control file");
}

}  // namespace

Result<Image> open_ccd(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  constexpr std::uint64_t kMostText = std::uint64_t{4} * 1024 * 1024;
  auto text = read_exactly(*file, 0, std::min(file->size(), kMostText + 1));
  if (!text) return text.error();
  auto sheet = parse_ccd(as_text(*text), file->facts().path);
  if (!sheet) return sheet.error();
  return CcdDisc(std::move(file), std::move(*sheet)).build();
}

extern const Format kCcd = {"ccd", "CloneCD control file with .img and .sub", "ccd", probe,
                            open_ccd};

}  // namespace discern
