// SPDX-License-Identifier: Apache-2.0
// Small discs made of built sectors, and what tests ask opened images for.
#ifndef DISCERN_TESTS_DISC_IMAGES_H
#define DISCERN_TESTS_DISC_IMAGES_H

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "corpus.h"
#include "discern/image.h"
#include "discern/sector.h"
#include "image/format_rows.h"

namespace discern::tests {

using ByteVector = std::vector<std::byte>;

// User data that tells its LBA in each 4 bytes.
inline ByteVector user_data(std::int32_t lba, std::size_t size = kUserSector) {
  ByteVector data(size);
  for (std::size_t i = 0; i + 4 <= size; i += 4) {
    const std::uint32_t word = static_cast<std::uint32_t>(lba) * 2654435761U + 1;
    std::memcpy(data.data() + i, &word, 4);
  }
  return data;
}

inline void append(ByteVector& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

inline ByteVector sectors(std::int32_t first, std::int32_t count,
                          SectorMode mode = SectorMode::mode1) {
  ByteVector image;
  const std::size_t size = mode == SectorMode::mode2_form2 ? 2324 : kUserSector;
  for (std::int32_t lba = first; lba < first + count; ++lba)
    append(image, build_sector(mode, {lba}, user_data(lba, size)));
  return image;
}

inline ByteVector audio(std::size_t count) {
  ByteVector samples(count * kRawSector);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<std::byte>(i * 2654435761U >> 13);
  return samples;
}

inline Result<Image> open_as(const Format& row, const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  return row.open(*file, {});
}

inline Fit fit_of(const Format& row, const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file) return Fit::none;
  const ByteVector head = read_head(**file, 65536);
  return row.probe({path, *file, head}).fit;
}

struct Content {
  ByteVector bytes;
  std::vector<ByteRange> bad;
};
inline Content content(const ByteSource& source) {
  Content result{ByteVector(static_cast<std::size_t>(source.size())), {}};
  result.bad = source.read(0, result.bytes).bad;
  return result;
}
inline const View* view_named(const Image& image, std::string_view name) {
  const auto found = std::ranges::find(image.views, name, &View::name);
  return found == image.views.end() ? nullptr : &*found;
}
inline Content content(const Image& image, std::string_view view) {
  const View* found = view_named(image, view);
  return found ? content(*found->source) : Content{};
}

inline const Finding* find(const Image& image, std::string_view code) {
  const auto found = std::ranges::find(image.findings, code, &Finding::code);
  return found == image.findings.end() ? nullptr : &*found;
}

inline std::vector<std::string> view_names(const Image& image) {
  std::vector<std::string> names;
  for (const View& view : image.views) names.push_back(view.name);
  return names;
}

inline bool has_damage(const Image& image) {
  return std::ranges::any_of(image.findings,
                             [](const Finding& f) { return f.severity == Severity::damage; });
}

}  // namespace discern::tests

#endif
