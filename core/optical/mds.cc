// SPDX-License-Identifier: Apache-2.0
// As libmirage and Aaru, two readers of such files, have it; nothing is published. Little-endian;
// blocks are found by offsets from the file's start:
//
//   header   0 16 "MEDIA DESCRIPTOR"  16 2 version  18 2 medium (00 CD, 01 CD-R, 02 CD-RW, 10 DVD,
//            12 DVD-R)  20 2 sessions  80 4 offset of the session blocks
//   session  24 bytes: 0 4 first LBA  4 4 end  8 2 number  10 1 blocks  11 1 of these no tracks
//            12 2 first track  14 2 last  20 4 offset of the track blocks
//   track    80 bytes: 0 1 mode (low three bits)  1 1 subchannel  2 1 ADR and control  4 1 point
//            12 4 offset of the extra block  16 2 bytes a sector  36 4 LBA  40 8 offset in the file
//            48 4 files  52 4 offset of the footers
//   extra    8 bytes: 0 4 pregap  4 4 sectors (CDs only)
//   footer   16 bytes: 0 4 offset of the name, which a zero ends  4 4 name is UTF-16
#include "optical/mds.h"

#include <boost/endian/arithmetic.hpp>

#include "optical/descriptor_text.h"

namespace discern {
namespace {

using boost::endian::little_int32_t;
using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

constexpr std::string_view kSignature = "MEDIA DESCRIPTOR";
constexpr std::size_t kMostTracks = 99;
constexpr std::size_t kMostFiles = 100;
constexpr std::size_t kMostName = 2048;

struct Header {
  char signature[16];
  std::uint8_t version[2];
  little_uint16_t medium;
  little_uint16_t sessions;
  std::uint8_t unused[58];
  little_uint32_t session_blocks;
  little_uint32_t dpm;
};
static_assert(sizeof(Header) == 88);

struct SessionBlock {
  little_int32_t start;
  little_int32_t end;
  little_uint16_t number;
  std::uint8_t blocks;
  std::uint8_t other_blocks;
  little_uint16_t first;
  little_uint16_t last;
  little_uint32_t zero;
  little_uint32_t track_blocks;
};
static_assert(sizeof(SessionBlock) == 24);

struct TrackBlock {
  std::uint8_t mode;
  std::uint8_t subchannel;
  std::uint8_t adr_control;
  std::uint8_t track;
  std::uint8_t point;
  std::uint8_t times[7];
  little_uint32_t extra;
  little_uint16_t stored;
  std::uint8_t unused1[18];
  little_uint32_t lba;
  little_uint64_t offset;
  little_uint32_t files;
  little_uint32_t footers;
  std::uint8_t unused2[24];
};
static_assert(sizeof(TrackBlock) == 80);

struct ExtraBlock {
  little_uint32_t pregap;
  little_uint32_t sectors;
};

struct Footer {
  little_uint32_t name;
  little_uint32_t wide;
  std::uint8_t unused[8];
};
static_assert(sizeof(Footer) == 16);

class Parser {
 public:
  Parser(Bytes bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Result<MdsSheet> parse() {
    if (!has_text_at(bytes_, 0, kSignature))
      return Error{Errc::not_this, "no MEDIA DESCRIPTOR", file_};
    const auto header = read_record<Header>(bytes_);
    if (!header) return error("the header is cut", 0);
    if (header->version[0] >= 2)
      return Error{Errc::unsupported,
                   "an encrypted media descriptor of DAEMON Tools (MDS version 2, MDX)", file_, 16};
    sheet_.medium = header->medium;
    std::uint64_t at = header->session_blocks;
    for (int i = 0; i < header->sessions; ++i, at += sizeof(SessionBlock)) {
      const auto session = read_record<SessionBlock>(bytes_, at);
      if (!session) return error("a session block lies outside the file", at);
      if (auto status = read_session(*session, i + 1); !status) return status.error();
    }
    return std::move(sheet_);
  }

 private:
  Error error(std::string text, std::uint64_t offset) const {
    return {Errc::corrupt, std::move(text), file_, offset};
  }

  Status read_session(const SessionBlock& session, int number) {
    std::uint64_t at = session.track_blocks;
    for (int i = 0; i < session.blocks; ++i, at += sizeof(TrackBlock)) {
      const auto track = read_record<TrackBlock>(bytes_, at);
      if (!track) return error("a track block lies outside the file", at);
      if (track->point < 1 || track->point > 99) continue;  // lead-in entries
      if (auto status = read_track(*track, number, at); !status) return status;
    }
    return Done{};
  }

  Status read_track(const TrackBlock& block, int session, std::uint64_t at) {
    if (sheet_.tracks.size() == kMostTracks) return error("more than 99 tracks", at);
    MdsTrack track{.session = session,
                   .number = block.point,
                   .mode = block.mode,
                   .subchannel = block.subchannel,
                   .control = block.adr_control & 15,
                   .stored = block.stored,
                   .lba = static_cast<std::int32_t>(std::uint32_t{block.lba}),
                   .offset = block.offset,
                   .entry = at};
    if (!sheet_.is_dvd() && block.extra != 0) {
      const auto extra = read_record<ExtraBlock>(bytes_, block.extra);
      if (!extra) return error("the track's extra block lies outside the file", at + 12);
      track.pregap = extra->pregap;
      track.sectors = extra->sectors;
      if (track.sectors == 0) return error("a track of no sectors", block.extra);
    }
    const std::uint32_t files = block.footers == 0 ? 0 : std::uint32_t{block.files};
    if (files > kMostFiles) return error("more than 100 files of a track", at + 48);
    for (std::uint32_t i = 0; i < files; ++i) {
      const std::uint64_t footer_at = block.footers + std::uint64_t{i} * sizeof(Footer);
      const auto footer = read_record<Footer>(bytes_, footer_at);
      if (!footer) return error("a footer lies outside the file", footer_at);
      track.names.push_back(name_at(footer->name, footer->wide != 0));
    }
    sheet_.tracks.push_back(std::move(track));
    return Done{};
  }

  // Empty when there is none.
  std::string name_at(std::uint64_t at, bool wide) const {
    if (at == 0 || at >= bytes_.size()) return {};
    const Bytes rest = bytes_.subspan(static_cast<std::size_t>(at));
    const std::string_view text = as_text(rest.first(std::min(rest.size(), kMostName)));
    if (!wide) return std::string(text.substr(0, text.find('\0')));
    std::size_t end = 0;
    while (end + 2 <= text.size() && (text[end] != '\0' || text[end + 1] != '\0')) end += 2;
    return utf8_from_utf16(text.substr(0, end), false);
  }

  Bytes bytes_;
  const std::string& file_;
  MdsSheet sheet_ = {};
};

}  // namespace

Result<MdsSheet> parse_mds(Bytes bytes, const std::string& file) {
  return Parser(bytes, file).parse();
}

}  // namespace discern
