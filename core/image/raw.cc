// SPDX-License-Identifier: Apache-2.0
// Raw images: the file is the medium, byte for byte from sector 0 on, without any header. That is
// what dd writes, and what .img, .ima and .iso usually are; block devices are read the same way.
// Nothing in the bytes says so, hence the fit is never more than weak.
#include <array>
#include <string>

#include "image/format_rows.h"
#include "image/split_name.h"
#include "image/unread_record.h"
#include "volume/floppy_formats.h"

namespace discern {
namespace {

Probed probe(const ProbeInput&) { return {.fit = Fit::weak}; }

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  Image image;
  const FileFacts& facts = file->facts();
  const std::uint64_t size = file->size();
  // Sectors of 128 bytes (8" floppies) make sizes that are no multiple of 512.
  if (size % 512 != 0 && floppy_format(size) == nullptr)
    image.findings.push_back({"raw.odd-size", Severity::warning,
                              Place{.file = facts.path, .offset = size - size % 512},
                              "the size is no multiple of 512: " + std::to_string(size % 512) +
                                  " bytes stand behind the last whole sector"});
  if (const auto segment = parse_split_name(facts.path); segment && segment->exists_before())
    image.findings.push_back({"raw.one-segment", Severity::warning, Place{.file = facts.path},
                              "this is one segment of a split image; name the first one, " +
                                  segment->first() + ", to open all of it"});
  image.views.push_back({.name = "media", .sector_size = facts.logical_sector, .source = file});
  image.files.push_back({"image", std::move(file)});
  apply_unread_record(image, image.files.front().path());
  return image;
}

}  // namespace

constinit const Format kRaw = {
    .id = "raw",
    .name = "raw disk or disc image",
    .extensions = "img ima dd raw bin iso dsk vfd flp dmg 001 000 aa",
    .probe = probe,
    .open = open,
};

}  // namespace discern
