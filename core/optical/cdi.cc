// SPDX-License-Identifier: Apache-2.0
// Little-endian. The last eight bytes are the version (80000004 v2, 80000005 v3, 80000006 v3.5) and
// the place of the description: its offset, in v3.5 its distance from the end. No specification is
// public; this is what three readers (cdirip with its description of the header, libmirage, Aaru)
// agree about. Marks that never change prove the place of each track:
//
//   u16 sessions; for each session: u16 tracks; for each track:
//     u32 0, or another number and 8 bytes more
//     20  00 00 01 00 00 00 FF FF FF FF, twice     4  unknown
//     u8 length of the name, name                  19 unknown
//     u32 capacity of the medium in sectors; v4.0: u32 0x80000000, u32 capacity, u16 0, u16 medium
//     (98 CD, 38 DVD)                              u16 indexes, u32 sectors of each: pregap first
//     u32 blocks of CD-TEXT, each 18 texts with a byte of length before them
//     2   u32 mode   4   u32 session   u32 track   u32 start   u32 sectors   16
//     u32 read mode   u32 control   9   ISRC 12   u32 ISRC is valid
//     v3 and later: 5 unknown, u32 FFFFFFFF and 78 bytes more, or another number
//   behind the tracks of a session 12 bytes, v3 and later 13
#include "optical/cdi.h"

#include <array>
#include <boost/endian/arithmetic.hpp>

#include "discern/bytes.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

constexpr std::uint32_t kVersion2 = 0x80000004;
constexpr std::uint32_t kVersion3 = 0x80000005;
constexpr std::uint32_t kVersion35 = 0x80000006;
constexpr std::uint64_t kMostTrailer = std::uint64_t{1} << 20;
constexpr std::size_t kMostTracks = 99;
constexpr std::size_t kMostIndexes = 100;

struct End {
  little_uint32_t version;
  little_uint32_t place;
};

struct Found {
  std::uint32_t version;
  std::uint64_t offset;
};

std::optional<Found> end_of(const ByteSource& source) {
  const std::uint64_t size = source.size();
  if (size < sizeof(End)) return std::nullopt;
  const auto bytes = read_exactly(source, size - sizeof(End), sizeof(End));
  if (!bytes) return std::nullopt;
  const End end = *read_record<End>(*bytes);
  if (end.version != kVersion2 && end.version != kVersion3 && end.version != kVersion35)
    return std::nullopt;
  const std::uint64_t place = end.place;
  if (place == 0 || place > size) return std::nullopt;
  return Found{end.version, end.version == kVersion35 ? size - place : place};
}

// Reads on; the first read that fails makes all later ones fail.
class Cursor {
 public:
  explicit Cursor(Bytes bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  std::uint64_t at() const { return at_; }

  Bytes take(std::uint64_t length) {
    const auto part = failed_ ? std::nullopt : slice(bytes_, at_, length);
    failed_ = !part;
    if (failed_) return {};
    at_ += length;
    return *part;
  }
  template <class Integer>
  std::uint32_t number() {
    const auto value = read_record<Integer>(take(sizeof(Integer)));
    return value ? std::uint32_t{*value} : 0;
  }
  std::uint32_t u32() { return number<little_uint32_t>(); }
  std::uint32_t u16() { return number<little_uint16_t>(); }
  std::uint32_t u8() {
    const Bytes byte = take(1);
    return byte.empty() ? 0 : std::to_integer<std::uint32_t>(byte[0]);
  }

 private:
  Bytes bytes_;
  std::uint64_t at_ = 0;
  bool failed_ = false;
};

class Parser {
 public:
  Parser(Bytes bytes, Found found, const std::string& path)
      : cursor_(bytes), found_(found), path_(path) {}

  Result<CdiTrailer> parse() {
    CdiTrailer trailer{.version = found_.version, .offset = found_.offset};
    const std::uint32_t sessions = cursor_.u16();
    for (std::uint32_t session = 1; session <= sessions && !cursor_.failed(); ++session) {
      const std::uint32_t tracks = cursor_.u16();
      for (std::uint32_t i = 0; i < tracks && !cursor_.failed(); ++i) {
        if (trailer.tracks.size() == kMostTracks) return error("more than 99 tracks");
        auto track = read_track(static_cast<int>(session));
        if (!track) return track.error();
        trailer.tracks.push_back(std::move(*track));
      }
      cursor_.take(found_.version == kVersion2 ? 12 : 13);
    }
    if (cursor_.failed()) return error("the description breaks off");
    return trailer;
  }

 private:
  Error error(std::string text) const {
    return {Errc::corrupt, std::move(text), path_, found_.offset + cursor_.at()};
  }

  Result<CdiTrack> read_track(int session) {
    CdiTrack track{.session = session, .entry = found_.offset + cursor_.at()};
    if (cursor_.u32() != 0) cursor_.take(8);
    static constexpr std::array<std::uint8_t, 10> kMark = {0, 0, 1, 0, 0, 0, 255, 255, 255, 255};
    for (int i = 0; i < 2; ++i) {
      const Bytes mark = cursor_.take(kMark.size());
      if (mark.empty()) break;
      if (std::memcmp(mark.data(), kMark.data(), kMark.size()) != 0)
        return error("the mark of a track is not where it must be");
    }
    cursor_.take(4);
    track.name = as_text(cursor_.take(cursor_.u8()));
    cursor_.take(19);
    if (cursor_.u32() == 0x80000000) cursor_.take(8);
    const std::uint32_t indexes = cursor_.u16();
    if (indexes > kMostIndexes) return error("more than 100 indexes");
    for (std::uint32_t i = 0; i < indexes; ++i) track.indexes.push_back(cursor_.u32());
    const std::uint32_t blocks = cursor_.u32();
    constexpr int kTexts = 18;
    for (std::uint32_t i = 0; i < blocks && !cursor_.failed(); ++i)
      for (int text = 0; text < kTexts; ++text) cursor_.take(cursor_.u8());
    cursor_.take(2);
    track.mode = cursor_.u32();
    cursor_.take(12);
    track.start = cursor_.u32();
    track.sectors = cursor_.u32();
    cursor_.take(16);
    track.read_mode = cursor_.u32();
    track.control = cursor_.u32();
    cursor_.take(9);
    const std::string_view isrc = as_text(cursor_.take(12));
    if (cursor_.u32() != 0) track.isrc = isrc.substr(0, isrc.find('\0'));
    if (found_.version != kVersion2) {
      cursor_.take(5);
      if (cursor_.u32() == 0xFFFFFFFF) cursor_.take(78);
    }
    if (cursor_.failed()) return error("the description breaks off");
    return track;
  }

  Cursor cursor_;
  Found found_;
  const std::string& path_;
};

}  // namespace

bool ends_as_cdi(const ByteSource& source) {
  const auto found = end_of(source);
  if (!found) return false;
  // Eight bytes may look so by chance: the description must begin with few sessions, and these
  // with tracks.
  const auto head = read_exactly(source, found->offset, 4);
  if (!head) return false;
  const std::uint32_t sessions = *read_record<little_uint16_t>(*head);
  const std::uint32_t tracks = *read_record<little_uint16_t>(*head, 2);
  return sessions >= 1 && sessions <= 99 && tracks <= 99;
}

Result<CdiTrailer> parse_cdi(const ByteSource& source, const std::string& path) {
  const auto found = end_of(source);
  if (!found)
    return Error{Errc::not_this, "no version and place of a description at the end", path};
  const std::uint64_t length = source.size() - found->offset;
  if (length > kMostTrailer)
    return Error{Errc::corrupt, "a description of more than 1 MiB", path, found->offset};
  const auto bytes = read_exactly(source, found->offset, length);
  if (!bytes) return bytes.error();
  return Parser(*bytes, *found, path).parse();
}

}  // namespace discern
