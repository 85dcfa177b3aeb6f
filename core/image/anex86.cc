// SPDX-License-Identifier: Apache-2.0
// Anex86 (.FDI): a PC-98 floppy behind a header of 4096 bytes, little-endian:
//
//    0  4  0               4  4  kind of drive   8  4  bytes of the header: 4096
//   12  4  bytes of data  16  4  bytes per sector  20  4  sectors per track
//   24  4  heads          28  4  cylinders
//
// Source: the header as Neko Project II and Aaru describe it.
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <utility>

#include "image/format_rows.h"

namespace discern {
namespace {

using boost::endian::little_uint32_t;

struct Header {
  little_uint32_t zero;
  little_uint32_t drive;
  little_uint32_t header;
  little_uint32_t data;
  little_uint32_t sector;
  little_uint32_t sectors_per_track;
  little_uint32_t heads;
  little_uint32_t cylinders;
};
static_assert(sizeof(Header) == 32);

constexpr std::uint64_t kHeaderBytes = 4096;

std::optional<Header> header_of(Bytes head) {
  const auto header = read_record<Header>(head);
  if (!header || header->zero != 0 || header->header != kHeaderBytes) return std::nullopt;
  const std::uint64_t sector = header->sector;
  if ((sector != 128 && sector != 256 && sector != 512 && sector != 1024) || header->heads == 0 ||
      header->heads > 2 || header->cylinders == 0 || header->cylinders > 128 ||
      header->sectors_per_track == 0 || header->sectors_per_track > 64 ||
      sector * header->sectors_per_track * header->heads * header->cylinders != header->data)
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
                      "Anex86 header: its size, and a geometry that makes the bytes of data"}}};
}

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  const auto header = header_of(read_head(*file, sizeof(Header)));
  if (!header) return Error{Errc::not_this, "no Anex86 header", path};
  if (file->size() <= kHeaderBytes)
    return Error{Errc::corrupt, "the Anex86 file ends before its first sector", path, kHeaderBytes};
  Image image;
  const std::uint64_t ends = kHeaderBytes + header->data;
  if (file->size() != ends)
    image.findings.push_back({file->size() < ends ? "anex86.cut" : "anex86.trailing",
                              file->size() < ends ? Severity::damage : Severity::warning,
                              Place{.file = path, .offset = std::min(file->size() - 1, ends)},
                              "the header promises " + std::to_string(header->data) +
                                  " bytes of data, the file has " +
                                  std::to_string(file->size() - kHeaderBytes)});
  image.geometry =
      Geometry{header->cylinders, header->heads, header->sectors_per_track, header->sector};
  image.views.push_back(
      {.name = "media",
       .source = partial_source(window_source(file, kHeaderBytes, header->data), header->data),
       .derivation = std::to_string(header->data) + " bytes from byte 4096 of the file on"});
  image.files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

constinit const Format kAnex86 = {
    .id = "anex86",
    .name = "Anex86 floppy image (FDI)",
    .extensions = "fdi",
    .probe = probe,
    .open = open,
};

}  // namespace discern
