// SPDX-License-Identifier: Apache-2.0
// CopyQM (.CQM), Sydex: the cylinders of a floppy, run-length encoded, behind a header of 133
// bytes:
//
//     0   3  "CQ" 14            3  2  bytes per sector       16  2  sectors per track
//    18   2  heads             28 60  description, ends in 00
//    90   1  cylinders in the file    91  1  cylinders of the floppy
//    92   4  CRC of the data  111  2  length of the comment behind the header
//   132   1  makes the sum of the header's bytes 0
//
// Little-endian. Bytes 5 to 27 are a BIOS parameter block of DOS. Data follows the comment: LE16
// count and as many bytes, or a negative count and one byte that stands so many times, up to the
// end. The CRC is CRC-32 with start 0, no inversion, and a table that the program indexes by 6 of
// the 8 bits.
//
// Sources: "CopyQM Format" by RPN (2011), a description of files of CopyQM 3.24; files that
// libdsk's dsktrans writes.
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "image/floppy_tracks.h"
#include "image/format_rows.h"

namespace discern {
namespace {

using namespace std::string_view_literals;
using boost::endian::little_int16_t;
using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

constexpr auto kMark = "CQ\x14"sv;

struct Header {
  std::uint8_t mark[3];
  little_uint16_t sector;
  std::uint8_t parameters[11];
  little_uint16_t sectors_per_track;
  little_uint16_t heads;
  std::uint8_t more_parameters[8];
  char description[60];
  std::uint8_t layout[2];
  std::uint8_t stored_cylinders;
  std::uint8_t cylinders;
  little_uint32_t crc;
  std::uint8_t label_and_time[15];
  little_uint16_t comment;
  std::uint8_t drive[19];
  std::uint8_t sum;

  std::uint64_t track_bytes() const { return std::uint64_t{sector} * sectors_per_track; }
  std::uint64_t bytes_of(std::uint64_t count) const { return count * heads * track_bytes(); }
};
static_assert(sizeof(Header) == 133);

std::optional<Header> header_of(Bytes head) {
  const auto header = read_record<Header>(head);
  if (!header || !has_text_at(head, 0, kMark)) return std::nullopt;
  const auto bytes = head.first(sizeof(Header));
  const unsigned sum = std::accumulate(
      bytes.begin(), bytes.end(), 0U,
      [](unsigned so_far, std::byte b) { return so_far + std::to_integer<unsigned>(b); });
  const unsigned sector = header->sector;
  if (sum % 256 != 0 || (sector != 128 && sector != 256 && sector != 512 && sector != 1024) ||
      header->heads == 0 || header->heads > 2 || header->sectors_per_track == 0 ||
      header->sectors_per_track > 64 || header->cylinders == 0 || header->cylinders > 90)
    return std::nullopt;
  return header;
}

// All runs from `at` on, until the end, a cut one, or more than `most` bytes.
struct Expanded {
  std::vector<std::byte> bytes = {};
  std::uint64_t end = 0;  // of what was used of the file
  bool whole = true;
};
Expanded expand(Bytes file, std::uint64_t at, std::uint64_t most) {
  Expanded done;
  for (done.end = at; done.end < file.size();) {
    const auto count = read_record<little_int16_t>(file, done.end);
    const std::int32_t length = count ? std::int32_t{*count} : 0;
    const auto data =
        slice(file, done.end + 2, length < 0 ? 1 : static_cast<std::uint64_t>(length));
    const auto size = static_cast<std::uint64_t>(length < 0 ? -length : length);
    done.whole = count && data && size <= most - done.bytes.size();
    if (!done.whole) break;
    if (length < 0)
      done.bytes.insert(done.bytes.end(), size, data->front());
    else
      done.bytes.insert(done.bytes.end(), data->begin(), data->end());
    done.end += 2 + data->size();
  }
  return done;
}

constexpr std::array<std::uint32_t, 64> kTable = [] {
  std::array<std::uint32_t, 64> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    table[i] = i;
    for (int bit = 0; bit < 8; ++bit)
      table[i] = (table[i] >> 1) ^ ((table[i] & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return table;
}();

std::uint32_t crc_of(Bytes bytes) {
  std::uint32_t crc = 0;
  for (const std::byte b : bytes)
    crc = kTable[(std::to_integer<std::uint32_t>(b) ^ crc) & 63] ^ (crc >> 8);
  return crc;
}

std::string text_of(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  return std::string(text.substr(0, text.find('\0')));
}

void add_findings(Image& image, const Header& header, const Expanded& data,
                  const std::string& path) {
  const std::uint64_t stored = header.bytes_of(header.stored_cylinders);
  const auto add = [&](const char* code, Severity severity, std::uint64_t offset,
                       std::string text) {
    image.findings.push_back(
        {code, severity, Place{.file = path, .offset = offset}, std::move(text)});
  };
  if (!data.whole || data.bytes.size() < stored)
    add("copyqm.cut", Severity::damage, data.end,
        std::to_string(stored - std::min<std::uint64_t>(data.bytes.size(), stored)) +
            " bytes of the recorded cylinders are missing; what stands before is delivered");
  else if (crc_of(data.bytes) != header.crc)
    add("copyqm.crc-mismatch", Severity::damage, 92,
        "the data does not have the CRC that the header states");
  if (data.bytes.size() < header.bytes_of(header.cylinders) &&
      header.stored_cylinders < header.cylinders)
    add("copyqm.cylinders-missing", Severity::warning, 90,
        "only " + std::to_string(header.stored_cylinders) + " of " +
            std::to_string(header.cylinders) +
            " cylinders were recorded; the others are unreadable");
}

Probed probe(const ProbeInput& input) {
  if (!header_of(input.head)) return {};
  const auto bytes = Bytes(input.head).first(sizeof(Header));
  return {.fit = Fit::strong,
          .proofs = {{input.path, 0, {bytes.begin(), bytes.end()}, "CopyQM header and its sum"}}};
}

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  if (file->size() > kMostFloppyImageBytes)
    return Error{Errc::limit, "too large for a floppy", path};
  const auto bytes = read_exactly(*file, 0, file->size());
  if (!bytes) return bytes.error();
  const auto header = header_of(*bytes);
  if (!header) return Error{Errc::not_this, "no CopyQM header", path};
  const std::uint64_t whole = header->bytes_of(header->cylinders);
  if (header->stored_cylinders > header->cylinders)
    return Error{Errc::corrupt, "more cylinders are recorded than the floppy has", path, 90};
  const std::uint64_t first = sizeof(Header) + std::uint64_t{header->comment};
  Expanded data = expand(*bytes, first, header->bytes_of(header->stored_cylinders));
  if (data.bytes.empty())
    return Error{Errc::corrupt, "the CopyQM file ends before its first sector", path, first};
  Image image;
  add_findings(image, *header, data, path);
  const auto comment = slice(*bytes, sizeof(Header), header->comment);
  image.findings.push_back(
      {"copyqm.comment", Severity::note, Place{.file = path, .offset = 28},
       "CopyQM: " + text_of(std::as_bytes(std::span(header->description))) +
           (comment && !comment->empty() ? "; comment: " + text_of(*comment) : "")});
  image.geometry =
      Geometry{header->cylinders, header->heads, header->sectors_per_track, header->sector};
  image.views.push_back(
      {.name = "media",
       .source = partial_source(memory_source(std::move(data.bytes), path), whole),
       .derivation = "cylinders of a CopyQM file, runs expanded"});
  image.files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

constinit const Format kCopyQm = {
    .id = "copyqm",
    .name = "CopyQM floppy image",
    .extensions = "cqm",
    .probe = probe,
    .open = open,
};

}  // namespace discern
