// SPDX-License-Identifier: Apache-2.0
// Teledisk (.TD0). A header, never packed:
//
//   0 "TD", or "td": all that follows is LZHUF (advanced compression; LZW before version 2.0)
//   2 volume number   3 check signature   4 version (21: 2.1)   5 data rate   6 drive type
//   7 stepping, bit 7: a comment follows   8 only sectors that DOS uses   9 sides   10 LE16 CRC of
//   0..9
//
// The comment: 0 LE16 CRC of what follows, 2 LE16 length, 4 year - 1900, month - 1, day, hour,
// minute, second, 10 lines that end in 00. Then tracks, up to one with FF sectors:
//
//   track   0 number of sectors   1 cylinder   2 head (bit 7: FM)   3 low byte of the CRC of 0..2
//   sector  0 cylinder   1 head   2 id   3 size code   4 flags   5 low byte of a CRC
//           flags: 01 id seen before, 02 data error, 04 deleted-data mark, 10 not used by DOS,
//           20 no data field, 40 no id field; with 10 or 20 no data follows
//   data    0 LE16 length of what follows   2 encoding, then
//           0 the bytes
//           1 LE16 count and two bytes, repeated so often
//           2 runs: 00, length, bytes; or n, count, 2n bytes, repeated so often
//
// The CRC has polynomial A097, starts at 0 and is not reflected. That of a sector covers its
// expanded data. Sources: Dave Dunfield, TD0NOTES.TXT (2008); Will Kranz, "Teledisk File Format"
// (2002).
#include "image/teledisk.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <utility>
#include <vector>

#include "image/floppy_tracks.h"
#include "image/format_rows.h"
#include "image/lzhuf.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;

struct Header {
  char signature[2];
  std::uint8_t volume;
  std::uint8_t check;
  std::uint8_t version;
  std::uint8_t rate;
  std::uint8_t drive;
  std::uint8_t stepping;
  std::uint8_t dos_only;
  std::uint8_t sides;
  little_uint16_t crc;
};
static_assert(sizeof(Header) == 12);

struct CommentHeader {
  little_uint16_t crc;
  little_uint16_t length;
  std::uint8_t year, month, day, hour, minute, second;
};
static_assert(sizeof(CommentHeader) == 10);

struct TrackHeader {
  std::uint8_t sectors, cylinder, head, crc;
};
static_assert(sizeof(TrackHeader) == 4);

struct SectorHeader {
  std::uint8_t cylinder, head, id, size, flags, crc;
};
static_assert(sizeof(SectorHeader) == 6);

constexpr std::uint8_t kLastTrack = 0xFF;
constexpr unsigned kDataError = 0x02;
constexpr unsigned kDeleted = 0x04;
constexpr unsigned kNotUsed = 0x10;
constexpr unsigned kNoData = 0x20;

std::uint16_t crc_of(Bytes bytes) {
  unsigned crc = 0;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<unsigned>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000 ? crc << 1 ^ 0xA097 : crc << 1) & 0xFFFF;
  }
  return static_cast<std::uint16_t>(crc);
}

std::optional<Header> header_of(Bytes bytes) {
  const auto header = read_record<Header>(bytes);
  if (!header || (!has_text_at(bytes, 0, "TD") && !has_text_at(bytes, 0, "td")) ||
      crc_of(bytes.first(10)) != header->crc)
    return std::nullopt;
  return header;
}

// The data of a sector from its encoded form; nothing when that makes another length.
std::optional<std::vector<std::byte>> expand_sector(unsigned encoding, Bytes packed,
                                                    std::size_t size) {
  std::vector<std::byte> data;
  const auto repeat = [&](Bytes pattern, std::size_t count) {
    for (; count > 0 && data.size() + pattern.size() <= size; --count)
      data.insert(data.end(), pattern.begin(), pattern.end());
    return count == 0;
  };
  if (encoding == 0) {
    data.assign(packed.begin(), packed.end());
  } else if (encoding == 1) {
    const auto count = read_record<little_uint16_t>(packed);
    const auto pattern = slice(packed, 2, 2);
    if (!count || !pattern || !repeat(*pattern, *count)) return std::nullopt;
  } else if (encoding == 2) {
    for (std::size_t at = 0; at < packed.size();) {
      const auto run = slice(packed, at, 2);
      if (!run) return std::nullopt;
      const auto kind = std::to_integer<std::size_t>((*run)[0]);
      const auto count = std::to_integer<std::size_t>((*run)[1]);
      const auto bytes = slice(packed, at + 2, kind == 0 ? count : 2 * kind);
      if (!bytes || !repeat(*bytes, kind == 0 ? 1 : count)) return std::nullopt;
      at += 2 + bytes->size();
    }
  } else {
    return std::nullopt;
  }
  if (data.size() != size) return std::nullopt;
  return data;
}

std::string two_digits(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

class Reader {
 public:
  // `plain` is where `bytes` stand in the file, when they are not packed.
  Reader(Bytes bytes, std::string path, std::optional<std::uint64_t> plain, Findings& findings)
      : bytes_(bytes), path_(std::move(path)), plain_(plain), findings_(findings) {}

  bool read_comment() {
    const auto header = read_record<CommentHeader>(bytes_);
    const auto text =
        header ? slice(bytes_, sizeof(CommentHeader), header->length) : std::optional<Bytes>();
    if (!text) return false;
    std::string lines(as_text(*text));
    std::ranges::replace(lines, '\0', '\n');
    while (lines.ends_with('\n')) lines.pop_back();
    report("td0.comment", Severity::note,
           "Teledisk comment of " + std::to_string(1900 + header->year) + "-" +
               two_digits(header->month + 1U) + "-" + two_digits(header->day) + " " +
               two_digits(header->hour) + ":" + two_digits(header->minute) + ":" +
               two_digits(header->second) + ": " + lines);
    at_ = sizeof(CommentHeader) + text->size();
    if (crc_of(bytes_.subspan(2, at_ - 2)) != header->crc)
      report("td0.comment-crc", Severity::damage, "the CRC of the comment does not match");
    return true;
  }

  // True when the mark behind the last track was reached.
  bool read_tracks(std::vector<FloppyTrack>& tracks) {
    while (at_ < bytes_.size()) {
      if (bytes_[at_] == std::byte{kLastTrack}) return true;
      const auto header = read_record<TrackHeader>(bytes_, at_);
      if (!header) return false;
      if (static_cast<std::uint8_t>(crc_of(bytes_.subspan(at_, 3))) != header->crc ||
          (header->head & 0x7F) > 1)
        return false;
      at_ += sizeof(TrackHeader);
      tracks.push_back({header->cylinder, header->head & 0x7FU});
      for (unsigned i = 0; i < header->sectors; ++i) {
        if (read_sector(tracks.back())) continue;
        // What a cut left of the only track does not tell which sectors the others have.
        if (tracks.size() == 1) tracks.clear();
        return false;
      }
      sectors_ += header->sectors;
      ++tracks_;
      if (too_large()) return false;
    }
    return false;
  }

  bool too_large() const {
    return expanded_ > kMostFloppyImageBytes || sectors_ > kMostFloppySectors ||
           tracks_ > kMostFloppySectors;
  }

  void report(const char* code, Severity severity, std::string text) {
    findings_.push_back(
        {code, severity, Place{.file = path_, .offset = file_offset()}, std::move(text)});
  }

 private:
  std::optional<std::uint64_t> file_offset() const {
    return plain_ ? std::optional(*plain_ + at_) : std::nullopt;
  }

  bool read_sector(FloppyTrack& track) {
    const auto header = read_record<SectorHeader>(bytes_, at_);
    if (!header) return false;
    FloppySector sector{header->id};
    sector.offset = file_offset().value_or(0);
    at_ += sizeof(SectorHeader);
    sector.deleted = (header->flags & kDeleted) != 0;
    sector.data_error = (header->flags & kDataError) != 0;
    sector.id_elsewhere =
        header->cylinder != track.cylinder || (header->head & 0x7FU) != track.head;
    if (header->size > 6) {
      report("td0.odd-size", Severity::warning,
             "sector " + std::to_string(header->id) + " has size code " +
                 std::to_string(header->size) + ", which no data follows: left out");
      return true;
    }
    sector.size = std::uint32_t{128} << header->size;
    const bool whole = (header->flags & (kNotUsed | kNoData)) != 0 || read_data(*header, sector);
    track.sectors.push_back(std::move(sector));
    return whole;
  }

  bool read_data(const SectorHeader& header, FloppySector& sector) {
    const auto length = read_record<little_uint16_t>(bytes_, at_);
    const auto block = length ? slice(bytes_, at_ + 2, *length) : std::optional<Bytes>();
    if (!block || block->empty()) return false;
    at_ += 2 + block->size();
    auto data =
        expand_sector(std::to_integer<unsigned>(block->front()), block->subspan(1), sector.size);
    if (!data) {
      report("td0.sector-data", Severity::damage,
             "the data of sector " + std::to_string(header.id) +
                 " cannot be expanded to its size: taken for missing");
      return true;
    }
    if (static_cast<std::uint8_t>(crc_of(*data)) != header.crc)
      report("td0.sector-crc", Severity::damage,
             "the CRC of the data of cylinder " + std::to_string(header.cylinder) + " head " +
                 std::to_string(header.head) + " sector " + std::to_string(header.id) +
                 " does not match");
    expanded_ += data->size();
    sector.data = memory_source(std::move(*data), path_);
    return true;
  }

  Bytes bytes_;
  std::string path_;
  std::optional<std::uint64_t> plain_;
  Findings& findings_;
  std::size_t at_ = 0;
  std::uint64_t expanded_ = 0;
  std::size_t sectors_ = 0;
  std::size_t tracks_ = 0;
};

Probed probe(const ProbeInput& input) {
  if (!header_of(input.head)) return {};
  const auto header = Bytes(input.head).first(sizeof(Header));
  return {
      .fit = Fit::strong,
      .proofs = {
          {input.path, 0, {header.begin(), header.end()}, "Teledisk header, whose CRC matches"}}};
}

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  auto image = open_teledisk(file, file->facts().path);
  if (image) image->files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

Result<Image> open_teledisk(const SourcePtr& file, const std::string& path) {
  if (file->size() > kMostFloppyImageBytes)
    return Error{Errc::limit, "too large for a floppy", path};
  const auto bytes = read_exactly(*file, 0, file->size());
  if (!bytes) return bytes.error();
  const auto header = header_of(*bytes);
  if (!header) return Error{Errc::not_this, "no Teledisk header with a matching CRC", path};
  if (header->volume != 0)
    return Error{Errc::unsupported,
                 "volume " + std::to_string(header->volume + 1) + " of a Teledisk image in several",
                 path, 2};
  const bool packed = header->signature[0] == 't';
  if (packed && header->version < 20)
    return Error{Errc::unsupported,
                 "recognised as Teledisk image of version " + std::to_string(header->version / 10) +
                     " with advanced compression, which discern does not read",
                 path, 4};
  Bytes body = Bytes(*bytes).subspan(sizeof(Header));
  std::vector<std::byte> expanded;
  if (packed) body = expanded = expand_lzhuf(body, kMostFloppyImageBytes);

  Image image;
  Reader reader(body, path, packed ? std::nullopt : std::optional<std::uint64_t>(sizeof(Header)),
                image.findings);
  std::vector<FloppyTrack> tracks;
  const bool whole =
      ((header->stepping & 0x80) == 0 || reader.read_comment()) && reader.read_tracks(tracks);
  if (reader.too_large()) return Error{Errc::limit, "more data than any floppy holds", path};
  if (!whole)
    reader.report("td0.cut", Severity::damage,
                  "the Teledisk file ends, or has no track or sector, where one should be; what "
                  "stands before it is delivered");
  if (header->dos_only != 0)
    reader.report("td0.dos-only", Severity::note,
                  "sectors that DOS did not use were not recorded; they are missing");
  const Status done = add_flat_view(image, std::move(tracks), path,
                                    std::string("sectors of a Teledisk file") +
                                        (packed ? ", expanded (LZHUF)" : "") + ", in order");
  if (!done) return done.error();
  return image;
}

constinit const Format kTeledisk = {
    .id = "td0",
    .name = "Teledisk floppy image",
    .extensions = "td0",
    .probe = probe,
    .open = open,
};

}  // namespace discern
