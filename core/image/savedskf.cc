// SPDX-License-Identifier: Apache-2.0
// IBM SaveDskF, uncompressed: the sectors of a floppy behind a header, little-endian:
//
//    0  2  58AA or 59AA (5AAA: compressed)   2  2  FAT id       4  2  bytes per sector
//   24  2  cylinders                        26  2  heads       28  2  sectors per track
//   34  2  sectors in the file              36  2  offset of the comment, which ends in 00
//   38  2  offset of the first sector; 0, and always with 58AA: 200 (hex)
//
// Sectors up to the last one in use are saved, the rest is not. Source: "LoadDskF/SaveDskF", File
// Format wiki of the Archive Team.
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <utility>

#include "image/format_rows.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;

struct Header {
  little_uint16_t magic;
  little_uint16_t media;
  little_uint16_t sector;
  std::uint8_t layout[18];
  little_uint16_t cylinders;
  little_uint16_t heads;
  little_uint16_t sectors_per_track;
  std::uint8_t unused[4];
  little_uint16_t sectors;
  little_uint16_t comment;
  little_uint16_t data;

  std::uint64_t first() const {
    const std::uint64_t stored = data;
    return magic == 0x58AA || stored == 0 ? 0x200 : stored;
  }
};
static_assert(sizeof(Header) == 40);

std::optional<Header> header_of(Bytes head) {
  const auto header = read_record<Header>(head);
  if (!header || (header->magic != 0x58AA && header->magic != 0x59AA)) return std::nullopt;
  const unsigned sector = header->sector;
  if ((sector != 128 && sector != 256 && sector != 512 && sector != 1024) ||
      header->cylinders == 0 || header->cylinders > 86 || header->heads == 0 || header->heads > 2 ||
      header->sectors_per_track == 0 || header->sectors_per_track > 36 || header->sectors == 0 ||
      header->sectors > header->cylinders * header->heads * header->sectors_per_track)
    return std::nullopt;
  return header;
}

Probed probe(const ProbeInput& input) {
  if (!header_of(input.head)) return {};
  const auto bytes = Bytes(input.head).first(sizeof(Header));
  return {.fit = Fit::strong,
          .proofs = {{input.path,
                      0,
                      {bytes.begin(), bytes.end()},
                      "SaveDskF header: mark, sector size, geometry, number of sectors"}}};
}

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  const auto head = read_head(*file, 64 << 10);
  const auto header = header_of(head);
  if (!header) return Error{Errc::not_this, "no SaveDskF header", path};
  Image image;
  const std::uint64_t first = header->first();
  const std::uint64_t length = std::uint64_t{header->sectors} * header->sector;
  if (first >= file->size())
    return Error{Errc::corrupt, "the SaveDskF file ends before its first sector", path, first};
  if (const auto text =
          slice(head, header->comment,
                first > header->comment && header->comment > 0 ? first - header->comment : 0);
      text && !text->empty() && text->front() != std::byte{0})
    image.findings.push_back(
        {"savedskf.comment", Severity::note, Place{.file = path, .offset = header->comment},
         "SaveDskF comment: " + std::string(as_text(*text).substr(0, as_text(*text).find('\0')))});
  if (first + length > file->size())
    image.findings.push_back(
        {"savedskf.cut", Severity::damage, Place{.file = path, .offset = file->size() - 1},
         std::to_string(first + length - file->size()) +
             " bytes of the saved sectors are missing at the end of the file"});
  image.geometry =
      Geometry{header->cylinders, header->heads, header->sectors_per_track, header->sector};
  image.views.push_back({.name = "media",
                         .source = partial_source(window_source(file, first, length), length),
                         .derivation = std::to_string(header->sectors) + " sectors from byte " +
                                       std::to_string(first) + " of the file on"});
  image.files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

constinit const Format kSaveDskF = {
    .id = "savedskf",
    .name = "IBM SaveDskF floppy image",
    .extensions = "dsk skf",
    .probe = probe,
    .open = open,
};

}  // namespace discern
