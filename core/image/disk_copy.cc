// SPDX-License-Identifier: Apache-2.0
// Apple Disk Copy 4.2: the sectors of a Macintosh, Lisa or Apple II floppy behind 84 bytes,
// big-endian:
//
//    0  1  length of the name, up to 63   1 63  name (Mac OS Roman)
//   64  4  bytes of data                 68  4  bytes of tags (12 for each sector, or none)
//   72  4  checksum of the data          76  4  checksum of the tags behind the first 12
//   80  1  0: 400K, 1: 800K, 2: 720K, 3: 1440K          81  1  format byte
//   82  2  0100
//
// Data and tags follow. A checksum is the sum of the 16-bit words, rotated right by one bit after
// each addition. Source: Apple II File Type Note $E0/$8005, "DiskCopy disk image" (1990).
#include <bit>
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <utility>

#include "image/format_rows.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;

struct Header {
  std::uint8_t name_length;
  char name[63];
  big_uint32_t data;
  big_uint32_t tags;
  big_uint32_t data_checksum;
  big_uint32_t tag_checksum;
  std::uint8_t disk;
  std::uint8_t format;
  big_uint16_t magic;
};
static_assert(sizeof(Header) == 84);

constexpr std::uint64_t kFirstTag = 12;  // not summed, for the sake of an older version

// The size of the file, or one of a Macintosh disk: the magic number alone is too weak.
std::optional<Header> header_of(Bytes head, std::uint64_t file_size) {
  const auto header = read_record<Header>(head);
  if (!header || header->magic != 0x0100 || header->name_length > 63) return std::nullopt;
  const std::uint64_t data = header->data;
  const std::uint64_t tags = header->tags;
  const bool known = data == 409600 || data == 819200 || data == 737280 || data == 1474560;
  const bool whole = sizeof(Header) + data + tags == file_size;
  if (data == 0 || data % 512 != 0 || (tags != 0 && tags != data / 512 * 12) || (!known && !whole))
    return std::nullopt;
  return header;
}

std::optional<std::uint32_t> checksum(const ByteSource& source, std::uint64_t from) {
  const auto bytes = read_exactly(source, from, source.size() - from);
  if (!bytes) return std::nullopt;
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at + 1 < bytes->size(); at += 2)
    sum = std::rotr(sum + *read_record<big_uint16_t>(*bytes, at), 1);
  return sum;
}

Probed probe(const ProbeInput& input) {
  if (!header_of(input.head, input.source->size())) return {};
  const auto sizes = Bytes(input.head).subspan(64, 20);
  return {.fit = Fit::strong,
          .proofs = {{input.path,
                      64,
                      {sizes.begin(), sizes.end()},
                      "Disk Copy 4.2 header: sizes that fit the file, 0100"}}};
}

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  const auto head = read_head(*file, sizeof(Header));
  const auto header = header_of(head, file->size());
  if (!header) return Error{Errc::not_this, "no Disk Copy 4.2 header", path};
  Image image;
  const auto report = [&](const char* code, Severity severity, std::uint64_t at, std::string text) {
    image.findings.push_back({code, severity, Place{.file = path, .offset = at}, std::move(text)});
  };
  report("dc42.name", Severity::note, 0,
         "name in the Disk Copy header: " + std::string(header->name, header->name_length));
  const std::uint64_t ends = sizeof(Header) + std::uint64_t{header->data} + header->tags;
  if (file->size() < ends)
    report("dc42.cut", Severity::damage, file->size() - 1,
           std::to_string(ends - file->size()) + " bytes are missing at the end of the file");
  else if (file->size() > ends)
    report("dc42.trailing", Severity::warning, ends,
           std::to_string(file->size() - ends) + " bytes behind the image");

  const auto add = [&](const char* name, std::uint64_t at, std::uint64_t length,
                       std::uint64_t summed_from, std::uint32_t stored, std::uint64_t field) {
    const SourcePtr source = partial_source(window_source(file, at, length), length);
    const auto sum = checksum(*source, std::min(summed_from, length));
    if (sum && *sum != stored)
      report("dc42.checksum", Severity::damage, field,
             std::string("the checksum of the ") + name + " is " + std::to_string(*sum) +
                 ", the header says " + std::to_string(stored));
    image.views.push_back({.name = name,
                           .source = source,
                           .derivation = std::to_string(length) + " bytes from byte " +
                                         std::to_string(at) + " of the file on" +
                                         (sum == stored ? "; their checksum matches" : "")});
  };
  add("media", sizeof(Header), header->data, 0, header->data_checksum, 72);
  if (header->tags > 0)
    add("tags", sizeof(Header) + std::uint64_t{header->data}, header->tags, kFirstTag,
        header->tag_checksum, 76);
  image.files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

constinit const Format kDiskCopy = {
    .id = "dc42",
    .name = "Apple Disk Copy 4.2 image",
    .extensions = "dc42 image dc",
    .probe = probe,
    .open = open,
};

}  // namespace discern
