// SPDX-License-Identifier: Apache-2.0
// Big-endian unless said otherwise. The file ends in "NERO" and the 32-bit offset of the first
// chunk (version 1) or "NER5" and a 64-bit one (version 2). A chunk is id 4, length 4, data:
//
//   CUES CUEX   8 bytes each: control 1, track 1 (BCD; AA lead-out), index 1, 0,
//               CUES 0 minute second frame, CUEX LBA 4
//   DAOI DAOX   length 4 (little-endian), catalogue number 13, 0, type 1, 0, first track 1, last 1;
//               for each track ISRC 12, sector size 2, mode 1, 3 unknown,
//               offsets of pregap, start and end (DAOI 4 bytes each, DAOX 8)
//   ETNF        track-at-once, 20 bytes each: offset 4, length 4, mode 4, LBA 4, 0
//   ETN2        32 bytes each: offset 8, length 8, mode 4, LBA 4, 0
//               The LBAs do not count the pregaps of 150 sectors that track-at-once puts before
//               each later track of the disc and the file does not store.
//   CDTX        CD-TEXT packs      SINF  tracks of the session 4      END!
//
// Each session has its own CUE? and DAO?, or ETN? and SINF.
#include "optical/nrg.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>

#include "discern/bytes.h"

namespace discern {
namespace {

using boost::endian::big_int32_t;
using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;
using boost::endian::big_uint64_t;

constexpr std::size_t kMostChunks = 1000;
constexpr std::uint64_t kMostChunk = std::uint64_t{1} << 20;
constexpr std::size_t kMostTracks = 1000;

struct Chunk {
  char id[4];
  big_uint32_t length;
};
static_assert(sizeof(Chunk) == 8);

struct Cue {
  std::uint8_t control;
  std::uint8_t track;
  std::uint8_t index;
  std::uint8_t zero;
  std::uint8_t address[4];
};
static_assert(sizeof(Cue) == 8);

struct DaoHeader {
  std::uint8_t length[4];
  char catalog[13];
  std::uint8_t zero;
  std::uint8_t type;
  std::uint8_t sessions;
  std::uint8_t first;
  std::uint8_t last;
};
static_assert(sizeof(DaoHeader) == 22);

template <class Offset>
struct DaoTrack {
  char isrc[12];
  big_uint16_t stored;
  std::uint8_t mode;
  std::uint8_t unknown[3];
  Offset pregap;
  Offset start;
  Offset end;
};
static_assert(sizeof(DaoTrack<big_uint32_t>) == 30 && sizeof(DaoTrack<big_uint64_t>) == 42);

template <class Offset>
struct EtnTrack {
  Offset offset;
  Offset length;
  big_uint32_t mode;
  big_uint32_t lba;
  std::uint8_t zero[sizeof(Offset) == 4 ? 4 : 8];
};
static_assert(sizeof(EtnTrack<big_uint32_t>) == 20 && sizeof(EtnTrack<big_uint64_t>) == 32);

struct End {
  int version;
  std::uint64_t offset;
};

std::optional<End> end_of(const ByteSource& source) {
  const std::uint64_t size = source.size();
  if (size < 12) return std::nullopt;
  const auto bytes = read_exactly(source, size - 12, 12);
  if (!bytes) return std::nullopt;
  if (has_text_at(*bytes, 0, "NER5")) return End{2, *read_record<big_uint64_t>(*bytes, 4)};
  if (has_text_at(*bytes, 4, "NERO")) return End{1, *read_record<big_uint32_t>(*bytes, 8)};
  return std::nullopt;
}

bool is_id(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '!'; });
}

int decimal(std::uint8_t bcd) { return bcd / 16 * 10 + bcd % 16; }

template <std::size_t kSize>
std::string text_of(const char (&field)[kSize]) {
  const std::string_view text(field, kSize);
  return std::string(text.substr(0, text.find('\0')));
}

class Parser {
 public:
  Parser(const ByteSource& source, const std::string& path) : source_(source), path_(path) {}

  Result<NrgTrailer> parse() {
    const auto end = end_of(source_);
    if (!end) return Error{Errc::not_this, "no NERO or NER5 at the end", path_};
    trailer_.version = end->version;
    trailer_.offset = end->offset;
    const std::uint64_t limit = source_.size() - (end->version == 1 ? 8 : 12);
    std::uint64_t at = end->offset;
    bool ended = false;
    for (std::size_t i = 0; i < kMostChunks && !ended; ++i) {
      if (at >= limit) break;
      const auto head = read_exactly(source_, at, sizeof(Chunk));
      if (!head || limit - at < sizeof(Chunk)) return error("a chunk's head is cut", at);
      const auto chunk = *read_record<Chunk>(*head);
      const std::uint64_t length = chunk.length;
      if (!is_id({chunk.id, 4})) return error("no chunk stands where one must begin", at);
      if (length > limit - at - sizeof(Chunk)) return error("a chunk reaches over the end", at);
      ended = std::string_view(chunk.id, 4) == "END!";
      if (auto status = read(std::string_view(chunk.id, 4), at + sizeof(Chunk), length); !status)
        return status.error();
      at += sizeof(Chunk) + length;
    }
    if (end->offset >= limit) return error("the chunks are said to lie behind the end", limit);
    if (!ended) report("nrg.no-end", Severity::warning, at, "the chunks have no END!");
    if (ended && at < limit)
      report("nrg.behind-end", Severity::warning, at,
             std::to_string(limit - at) + " bytes lie between END! and the pointer to the chunks");
    return std::move(trailer_);
  }

 private:
  Error error(std::string text, std::uint64_t offset) const {
    return {Errc::corrupt, std::move(text), path_, offset};
  }
  void report(std::string code, Severity severity, std::uint64_t offset, std::string text) {
    trailer_.findings.push_back(
        {std::move(code), severity, {.file = path_, .offset = offset}, std::move(text)});
  }

  Status read(std::string_view id, std::uint64_t at, std::uint64_t length) {
    constexpr std::string_view kRead[] = {"CUES", "CUEX", "DAOI", "DAOX", "ETNF", "ETN2", "CDTX"};
    constexpr std::string_view kSilent[] = {"END!", "MTYP", "DINF", "TOCT", "RELO", "AFNM", "VOLM"};
    if (id == "SINF") {
      if (session_has_tracks_) ++session_;
      session_has_tracks_ = false;
      cues_.clear();
      return Done{};
    }
    if (std::ranges::find(kSilent, id) != std::end(kSilent)) return Done{};
    if (std::ranges::find(kRead, id) == std::end(kRead)) {
      report("nrg.unknown-chunk", Severity::note, at - sizeof(Chunk),
             "a chunk of a kind that is not known was passed over");
      return Done{};
    }
    if (length > kMostChunk) return error("a chunk of more than 1 MiB", at);
    auto bytes = read_exactly(source_, at, length);
    if (!bytes) return bytes.error();
    if (id == "CDTX") {
      trailer_.cd_text = std::move(*bytes);
      return Done{};
    }
    if (id == "CUES" || id == "CUEX") return read_cues(*bytes, id == "CUEX");
    if (id == "DAOI") return read_dao<big_uint32_t>(*bytes, at);
    if (id == "DAOX") return read_dao<big_uint64_t>(*bytes, at);
    if (id == "ETNF") return read_etn<big_uint32_t>(*bytes, at);
    return read_etn<big_uint64_t>(*bytes, at);
  }

  Status read_cues(Bytes bytes, bool lba) {
    cues_.clear();
    cues_have_lba_ = lba;
    for (std::uint64_t at = 0; const auto cue = read_record<Cue>(bytes, at); at += sizeof(Cue))
      if (cue->track > 0 && cue->track != 0xAA && cue->index == 1) cues_.push_back(*cue);
    return Done{};
  }

  std::int64_t address_of(const Cue& cue, bool bcd) const {
    const auto& a = cue.address;
    if (cues_have_lba_)
      return static_cast<std::int32_t>(std::uint32_t{a[0]} << 24 | std::uint32_t{a[1]} << 16 |
                                       std::uint32_t{a[2]} << 8 | a[3]);
    const auto value = [bcd](std::uint8_t byte) { return bcd ? decimal(byte) : int{byte}; };
    return (std::int64_t{value(a[1])} * 60 + value(a[2])) * 75 + value(a[3]) - 150;
  }

  // Addresses of version 1 are written as BCD or plain numbers; the offsets of the tracks tell
  // which. Those that fit neither way are not used.
  void place(std::vector<NrgTrack>& tracks) const {
    for (const bool bcd : {true, false}) {
      std::vector<std::int64_t> addresses;
      for (const NrgTrack& track : tracks)
        for (const Cue& cue : cues_)
          if (decimal(cue.track) == track.number) {
            addresses.push_back(address_of(cue, bcd));
            break;
          }
      if (addresses.size() != tracks.size()) return;
      bool fits = true;
      for (std::size_t i = 1; i < tracks.size() && !cues_have_lba_; ++i) {
        const NrgTrack& before = tracks[i - 1];
        if (before.stored == 0 || tracks[i].stored == 0) return;
        const std::uint64_t sectors = (before.end - before.start) / before.stored +
                                      (tracks[i].start - tracks[i].pregap) / tracks[i].stored;
        fits = fits && addresses[i] - addresses[i - 1] == static_cast<std::int64_t>(sectors);
      }
      if (!fits) continue;
      for (std::size_t i = 0; i < tracks.size(); ++i) tracks[i].lba = addresses[i];
      return;
    }
  }

  template <class Offset>
  Status read_dao(Bytes bytes, std::uint64_t at) {
    const auto header = read_record<DaoHeader>(bytes);
    if (!header) return error("the chunk of the tracks is too short", at);
    if (session_has_tracks_) ++session_;
    session_has_tracks_ = true;
    if (trailer_.catalog.empty()) trailer_.catalog = text_of(header->catalog);
    std::vector<NrgTrack> tracks;
    using Entry = DaoTrack<Offset>;
    std::uint64_t offset = sizeof(DaoHeader);
    for (int number = header->first; number <= header->last; ++number, offset += sizeof(Entry)) {
      const auto entry = read_record<Entry>(bytes, offset);
      if (!entry) return error("the entry of track " + std::to_string(number) + " is cut", at);
      NrgTrack track{.session = session_,
                     .number = number,
                     .mode = entry->mode,
                     .stored = entry->stored,
                     .pregap = entry->pregap,
                     .start = entry->start,
                     .end = entry->end,
                     .isrc = text_of(entry->isrc),
                     .entry = at + offset};
      if (track.pregap > track.start || track.start > track.end || track.stored == 0)
        return error("track " + std::to_string(number) + " ends before it begins", track.entry);
      tracks.push_back(std::move(track));
    }
    place(tracks);
    trailer_.tracks.insert(trailer_.tracks.end(), tracks.begin(), tracks.end());
    return Done{};
  }

  template <class Offset>
  Status read_etn(Bytes bytes, std::uint64_t at) {
    using Entry = EtnTrack<Offset>;
    session_has_tracks_ = true;
    for (std::uint64_t offset = 0; const auto entry = read_record<Entry>(bytes, offset);
         offset += sizeof(Entry)) {
      if (trailer_.tracks.size() == kMostTracks) return error("more than 1000 tracks", at);
      const std::uint64_t start = entry->offset;
      const std::uint64_t length = entry->length;
      if (length > ~std::uint64_t{0} - start)
        return error("a track ends before it begins", at + offset);
      constexpr std::int64_t kPregap = 150;
      const auto before = static_cast<std::int64_t>(trailer_.tracks.size());
      trailer_.tracks.push_back(
          {.session = session_,
           .number = static_cast<int>(before) + 1,
           .mode = entry->mode,
           .pregap = start,
           .start = start,
           .end = start + length,
           .lba = static_cast<std::int32_t>(std::uint32_t{entry->lba}) + kPregap * before,
           .unstored_pregap = before > 0 ? std::uint64_t{kPregap} : 0,
           .entry = at + offset});
    }
    return Done{};
  }

  const ByteSource& source_;
  const std::string& path_;
  NrgTrailer trailer_ = {};
  std::vector<Cue> cues_ = {};
  bool cues_have_lba_ = false;
  bool session_has_tracks_ = false;
  int session_ = 1;
};

}  // namespace

bool ends_as_nrg(const ByteSource& source) {
  const auto end = end_of(source);
  if (!end) return false;
  const auto id = read_exactly(source, end->offset, 4);
  return id && is_id(as_text(*id));
}

Result<NrgTrailer> parse_nrg(const ByteSource& source, const std::string& path) {
  return Parser(source, path).parse();
}

}  // namespace discern
