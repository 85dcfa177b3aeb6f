// SPDX-License-Identifier: Apache-2.0
// A decoder of pictures is the likeliest place to be attacked by one: libjpeg-turbo and libpng see
// only what a validator accepted, sizes are looked at before anything is decoded, and `examine`
// runs all of it in its sandbox.
#include "report/page/thumbnail.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "report/openssl.h"

namespace discern {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{32} << 20;
constexpr std::uint64_t kMostPixels = 40'000'000;
constexpr int kSide = 160;  // pixels
constexpr int kQuality = 75;
constexpr int kColours = 3;

// Rows of red, green and blue, a byte each.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels = {};
};

bool good_size(std::uint64_t width, std::uint64_t height) {
  return width > 0 && height > 0 && width <= kMostPixels && height <= kMostPixels / width;
}

struct CloseTurboJpeg {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using TurboJpeg = std::unique_ptr<void, CloseTurboJpeg>;

Picture decode_jpeg(std::span<const std::uint8_t> bytes) {
  const TurboJpeg decoder(tjInitDecompress());
  Picture picture;
  int sampling = 0;
  int colours = 0;
  if (!decoder || tjDecompressHeader3(decoder.get(), bytes.data(), bytes.size(), &picture.width,
                                      &picture.height, &sampling, &colours) != 0)
    return {};
  if (!good_size(static_cast<unsigned>(picture.width), static_cast<unsigned>(picture.height)))
    return {};
  // An eighth takes a fraction of the work.
  constexpr tjscalingfactor kEighth = {1, 8};
  if (std::max(picture.width, picture.height) > 8 * kSide) {
    picture.width = TJSCALED(picture.width, kEighth);
    picture.height = TJSCALED(picture.height, kEighth);
  }
  picture.pixels.resize(static_cast<std::size_t>(picture.width) *
                        static_cast<std::size_t>(picture.height) * kColours);
  // What a broken file lacks stays grey.
  if (tjDecompress2(decoder.get(), bytes.data(), bytes.size(), picture.pixels.data(), picture.width,
                    0, picture.height, TJPF_RGB, TJFLAG_LIMITSCANS) != 0 &&
      tjGetErrorCode(decoder.get()) != TJERR_WARNING)
    return {};
  return picture;
}

Picture decode_png(std::span<const std::uint8_t> bytes) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return {};
  Picture picture;
  if (good_size(image.width, image.height)) {
    image.format = PNG_FORMAT_RGB;
    picture.width = static_cast<int>(image.width);
    picture.height = static_cast<int>(image.height);
    picture.pixels.resize(PNG_IMAGE_SIZE(image));
    constexpr png_color kWhite = {255, 255, 255};
    if (png_image_finish_read(&image, &kWhite, picture.pixels.data(), 0, nullptr) == 0)
      picture = {};
  }
  png_image_free(&image);
  return picture;
}

// Each pixel is the mean of those that it stands for.
Picture made_smaller(const Picture& from) {
  const int longer = std::max(from.width, from.height);
  if (longer <= kSide) return from;
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(static_cast<std::int64_t>(side) * kSide / longer));
  };
  Picture to{scaled(from.width), scaled(from.height), {}};
  const auto row_of = [&](int y) {
    return static_cast<int>(static_cast<std::int64_t>(y) * from.height / to.height);
  };
  const auto column_of = [&](int x) {
    return static_cast<int>(static_cast<std::int64_t>(x) * from.width / to.width);
  };
  for (int y = 0; y < to.height; ++y)
    for (int x = 0; x < to.width; ++x)
      for (int colour = 0; colour < kColours; ++colour) {
        std::uint64_t sum = 0;
        std::uint64_t count = 0;
        for (int row = row_of(y); row < std::max(row_of(y + 1), row_of(y) + 1); ++row)
          for (int column = column_of(x); column < std::max(column_of(x + 1), column_of(x) + 1);
               ++column, ++count)
            sum +=
                from.pixels[(static_cast<std::size_t>(row) * static_cast<std::size_t>(from.width) +
                             static_cast<std::size_t>(column)) *
                                kColours +
                            static_cast<std::size_t>(colour)];
        to.pixels.push_back(static_cast<std::uint8_t>(sum / count));
      }
  return to;
}

std::string encoded(const Picture& picture) {
  const TurboJpeg encoder(tjInitCompress());
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  std::string result;
  if (encoder && tjCompress2(encoder.get(), picture.pixels.data(), picture.width, 0, picture.height,
                             TJPF_RGB, &bytes, &size, TJSAMP_420, kQuality, 0) == 0)
    result.assign(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  return result;
}

std::vector<std::uint8_t> content_of(const View& view, const CarvedFile& file) {
  std::vector<std::uint8_t> bytes;
  for (const ByteRange& part : parts_of(file)) {
    if (part.length > kLargestFile - bytes.size()) return {};
    const std::size_t at = bytes.size();
    bytes.resize(at + static_cast<std::size_t>(part.length));
    view.source->read(part.offset, std::as_writable_bytes(std::span(bytes).subspan(at)));
  }
  return bytes;
}

}  // namespace

std::string thumbnail_address(const View& view, const CarvedFile& file) {
  const bool jpeg = file.type == "jpeg";
  if ((!jpeg && file.type != "png") || file.size > kLargestFile) return {};
  const std::vector<std::uint8_t> bytes = content_of(view, file);
  if (bytes.empty()) return {};
  const Picture picture = jpeg ? decode_jpeg(bytes) : decode_png(bytes);
  if (picture.pixels.empty()) return {};
  const std::string small = encoded(made_smaller(picture));
  return small.empty() ? std::string() : "data:image/jpeg;base64," + base64(small);
}

}  // namespace discern
