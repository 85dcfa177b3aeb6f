// SPDX-License-Identifier: Apache-2.0
// GIF: a header, then blocks up to the trailer.
//
//   0  6  "GIF87a" or "GIF89a"
//   6  7  logical screen: width, height (little-endian), flags (bit 7: a global colour table of
//         3 * 2^(1 + bits 0-2) bytes follows), background, aspect
//   then  21 label sub-blocks             extension: F9 graphic control (one sub-block of 4), FF
//                                         application (first one of 11), 01 plain text (12), FE
//         2C left top width height flags  image: local colour table as above, one byte of LZW
//                                         minimum code size, sub-blocks
//         3B                              trailer, the end
//
// Sub-blocks are a length byte and that many bytes, up to a length of 0. There is no checksum. A
// header without the beginning of an image is no find.
// Source: CompuServe GIF89a specification, clauses 15 to 27.
#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;

struct Screen {
  char signature[6];
  little_uint16_t width;
  little_uint16_t height;
  std::uint8_t flags;
  std::uint8_t background;
  std::uint8_t aspect;
};
static_assert(sizeof(Screen) == 13);

struct ImageDescriptor {
  std::uint8_t introducer;
  little_uint16_t left;
  little_uint16_t top;
  little_uint16_t width;
  little_uint16_t height;
  std::uint8_t flags;
};
static_assert(sizeof(ImageDescriptor) == 10);

struct ExtensionHead {
  std::uint8_t introducer;
  std::uint8_t label;
  std::uint8_t first_length;
};
static_assert(sizeof(ExtensionHead) == 3);

std::uint64_t colour_table(std::uint8_t flags) {
  return (flags & 0x80) != 0 ? std::uint64_t{3} << (1 + (flags & 7)) : 0;
}

bool plausible(const ExtensionHead& extension) {
  switch (extension.label) {
    case 0xF9:
      return extension.first_length == 4;
    case 0xFF:
      return extension.first_length == 11;
    case 0x01:
      return extension.first_length == 12;
    case 0xFE:
      return true;
    default:
      return false;
  }
}

class GifWalk {
 public:
  explicit GifWalk(Candidate& candidate) : candidate_(candidate) {}
  std::optional<Verdict> run();

 private:
  bool take_block();
  bool take_extension();
  bool take_image();
  bool skip_sub_blocks();
  bool stop(Verdict verdict) {
    stopped_ = std::move(verdict);
    return false;
  }
  bool contradiction(const std::string& what) {
    return stop({offset_, Soundness::truncated, what + " at " + std::to_string(offset_)});
  }

  Candidate& candidate_;
  std::uint64_t offset_ = 0;
  std::uint64_t images_ = 0;  // whose sub-blocks have begun
  Verdict stopped_ = {};
};

// Leaves offset_ behind the terminator.
bool GifWalk::skip_sub_blocks() {
  std::uint64_t reach = kFirstWindow;
  while (true) {
    const auto window = candidate_.upto(offset_, reach);
    reach = std::min(reach * 2, kWindow);
    if (!window) return stop(broken_off(candidate_, offset_, 1));
    std::size_t at = 0;
    while (at < window->size()) {
      const auto length = std::to_integer<std::size_t>((*window)[at]);
      at += 1 + length;
      if (length == 0) {
        offset_ += at;
        return true;
      }
    }
    offset_ += at;
  }
}

// False when the walk ends, as stopped_ says.
bool GifWalk::take_block() {
  const auto introducer = record_at<std::uint8_t>(candidate_, offset_);
  if (!introducer) return stop(broken_off(candidate_, offset_, 1));
  switch (*introducer) {
    case 0x21:
      return take_extension();
    case 0x2C:
      return take_image();
    case 0x3B:
      return stop({offset_ + 1, Soundness::complete, "trailer"});
    default:
      return contradiction("no block");
  }
}

bool GifWalk::take_extension() {
  const auto extension = record_at<ExtensionHead>(candidate_, offset_);
  if (!extension) return stop(broken_off(candidate_, offset_, sizeof(ExtensionHead)));
  if (!plausible(*extension)) return contradiction("no known extension");
  offset_ += 2;
  return skip_sub_blocks();
}

bool GifWalk::take_image() {
  const auto image = record_at<ImageDescriptor>(candidate_, offset_);
  if (!image) return stop(broken_off(candidate_, offset_, sizeof(ImageDescriptor)));
  if (image->width == 0 || image->height == 0) return contradiction("image without pixels");
  const std::uint64_t code_size_at = offset_ + sizeof(ImageDescriptor) + colour_table(image->flags);
  const auto code_size = record_at<std::uint8_t>(candidate_, code_size_at);
  if (!code_size) return stop(broken_off(candidate_, code_size_at, 1));
  if (*code_size < 1 || *code_size > 11) return contradiction("image with impossible code size");
  offset_ = code_size_at + 1;
  ++images_;
  return skip_sub_blocks();
}

std::optional<Verdict> GifWalk::run() {
  const auto screen = record_at<Screen>(candidate_, 0);
  if (!screen) return std::nullopt;
  const std::string_view signature(screen->signature, sizeof screen->signature);
  if (signature != "GIF87a" && signature != "GIF89a") return std::nullopt;

  offset_ = sizeof(Screen) + colour_table(screen->flags);
  while (take_block()) {
  }
  if (images_ == 0) return std::nullopt;
  return stopped_;
}

}  // namespace

std::optional<Verdict> validate_gif(Candidate& candidate) { return GifWalk(candidate).run(); }

}  // namespace discern
