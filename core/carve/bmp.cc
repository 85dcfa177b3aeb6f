// SPDX-License-Identifier: Apache-2.0
// BMP: a file header of 14 bytes, an information header, palette and pixels.
//
//   0  2  "BM"
//   2  4  size of the file, little-endian (0 or wrong from some writers)
//   6  4  reserved: 0
//  10  4  offset of the pixels
//  14  4  size of the information header: 12 (OS/2), 40 (Windows), 52, 56, 64, 108, 124
//  18     width, height (2 bytes each in the header of 12 bytes, else 4), planes (1), bits a pixel
//         (2), compression (4), bytes of pixels (4)
//
// Rows are padded to 4 bytes. What no compression leaves open, the size of the pixels, must fit
// into the size of the file.
// Source: Microsoft, BITMAPFILEHEADER and BITMAPV5HEADER.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <cstdlib>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_int32_t;
using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

struct Header {
  char magic[2];
  little_uint32_t size;
  little_uint32_t reserved;
  little_uint32_t pixels;
  little_uint32_t info_size;
};
static_assert(sizeof(Header) == 18);

struct OldInfo {
  little_uint16_t width;
  little_uint16_t height;
  little_uint16_t planes;
  little_uint16_t bits;
};

struct Info {
  little_int32_t width;
  little_int32_t height;
  little_uint16_t planes;
  little_uint16_t bits;
  little_uint32_t compression;
  little_uint32_t pixels_size;
};
static_assert(sizeof(OldInfo) == 8 && sizeof(Info) == 20);

struct Shape {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint32_t planes = 0;
  std::uint32_t bits = 0;
  std::uint32_t compression = 0;
  std::uint64_t pixels_size = 0;
};

constexpr std::array<std::uint32_t, 7> kInfoSizes = {12, 40, 52, 56, 64, 108, 124};
constexpr std::array<std::uint32_t, 7> kBits = {1, 2, 4, 8, 16, 24, 32};
constexpr std::uint64_t kSideLimit = 1U << 17;
constexpr std::uint64_t kTailLimit = 1U << 16;  // profiles and padding behind the pixels

std::optional<Shape> shape_of(Candidate& candidate, const Header& header) {
  constexpr std::uint64_t kAt = sizeof(Header);
  if (header.info_size == 12) {
    const auto info = record_at<OldInfo>(candidate, kAt);
    if (!info) return std::nullopt;
    return Shape{info->width, info->height, info->planes, info->bits, 0, 0};
  }
  const auto info = record_at<Info>(candidate, kAt);
  if (!info || info->width <= 0) return std::nullopt;
  const auto height = static_cast<std::uint64_t>(std::abs(std::int64_t{info->height}));
  return Shape{static_cast<std::uint64_t>(info->width),
               height,
               info->planes,
               info->bits,
               info->compression,
               info->pixels_size};
}

bool plausible(const Shape& shape) {
  return shape.width > 0 && shape.width < kSideLimit && shape.height > 0 &&
         shape.height < kSideLimit && shape.planes == 1 &&
         std::ranges::find(kBits, shape.bits) != kBits.end() && shape.compression <= 6;
}

}  // namespace

std::optional<Verdict> validate_bmp(Candidate& candidate) {
  const auto header = record_at<Header>(candidate, 0);
  if (!header || std::string_view(header->magic, 2) != "BM" || header->reserved != 0 ||
      std::ranges::find(kInfoSizes, std::uint32_t{header->info_size}) == kInfoSizes.end() ||
      header->pixels < 14 + header->info_size || header->pixels > kTailLimit)
    return std::nullopt;
  const auto shape = shape_of(candidate, *header);
  if (!shape || !plausible(*shape)) return std::nullopt;

  const bool plain = shape->compression == 0 || shape->compression == 3 || shape->compression == 6;
  const std::uint64_t row = (shape->width * shape->bits + 31) / 32 * 4;
  const std::uint64_t needed =
      header->pixels +
      (plain ? row * shape->height : std::max<std::uint64_t>(shape->pixels_size, 1));
  const bool size_fits = header->size >= needed &&
                         (header->size <= needed + kTailLimit ||
                          (!plain && shape->pixels_size == 0 &&
                           header->size <= header->pixels + row * shape->height * 2 + kTailLimit));
  if (size_fits) return complete_at(candidate, header->size, "size in the header");
  if (!plain || header->size != 0) return std::nullopt;
  return complete_at(candidate, needed, "end of the pixels");
}

}  // namespace discern
