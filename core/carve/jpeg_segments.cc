// SPDX-License-Identifier: Apache-2.0
// Payloads of JPEG segments (big-endian unless said otherwise):
//
//   SOFn  precision, height (2), width (2), count; per component: id, sampling (4+4 bits), table
//   SOS   count; per component: id, tables; spectral start and end, approximation
//   DQT   tables: precision and id (4+4 bits), 64 values of 1 or 2 bytes
//   DHT   tables: class and id (4+4 bits), 16 counts, as many values as these sum up to
//   DRI   restart interval (2)
//   APP2  "MPF\0", then a TIFF header ("II*\0" or "MM\0*", offset of the directory) and a directory
//         whose tag B002 is a list of 16-byte entries: attributes, size, offset, two dependents.
//         Offsets count from the TIFF header; that of the first image is 0.
//
// Sources: ITU-T T.81 B.2.2 to B.2.4; CIPA DC-007-2009 5.2 for MPF.
#include "carve/jpeg_segments.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <boost/endian/conversion.hpp>

namespace discern::jpeg {
namespace {

using boost::endian::big_uint16_t;

struct FrameHead {
  std::uint8_t precision;
  big_uint16_t height;
  big_uint16_t width;
  std::uint8_t components;
};
static_assert(sizeof(FrameHead) == 6);

struct FrameComponent {
  std::uint8_t id;
  std::uint8_t sampling;
  std::uint8_t table;
};
static_assert(sizeof(FrameComponent) == 3);

constexpr std::uint64_t kBlockSide = 8;
constexpr std::uint64_t kBytesPerSample = 4;
constexpr std::uint64_t kHeightByDnl = 0xFFFF;  // the height 0 means that a DNL segment tells it

bool plausible_quantization(Bytes payload) {
  std::uint64_t at = 0;
  while (at < payload.size()) {
    const auto head = std::to_integer<unsigned>(payload[at]);
    if (head >> 4 > 1 || (head & 15) > 3) return false;
    at += 1 + (head >> 4 == 0 ? 64 : 128);
  }
  return at > 0 && at == payload.size();
}

bool plausible_huffman(Bytes payload) {
  std::uint64_t at = 0;
  while (at < payload.size()) {
    const auto table = slice(payload, at, 17);
    if (!table) return false;
    const auto head = std::to_integer<unsigned>(table->front());
    if (head >> 4 > 1 || (head & 15) > 3) return false;
    unsigned values = 0;
    for (const std::byte count : table->subspan(1)) values += std::to_integer<unsigned>(count);
    if (values > 256) return false;
    at += 17 + values;
  }
  return at > 0 && at == payload.size();
}

// Fields of the TIFF structure inside an MPF segment.
class TiffFields {
 public:
  TiffFields(Bytes bytes, bool little) : bytes_(bytes), little_(little) {}
  std::optional<std::uint32_t> u16(std::uint64_t at) const {
    return field<boost::endian::little_uint16_t, boost::endian::big_uint16_t>(at);
  }
  std::optional<std::uint32_t> u32(std::uint64_t at) const {
    return field<boost::endian::little_uint32_t, boost::endian::big_uint32_t>(at);
  }

 private:
  template <class Little, class Big>
  std::optional<std::uint32_t> field(std::uint64_t at) const {
    if (little_) {
      const auto value = read_record<Little>(bytes_, at);
      return value ? std::optional<std::uint32_t>(*value) : std::nullopt;
    }
    const auto value = read_record<Big>(bytes_, at);
    return value ? std::optional<std::uint32_t>(*value) : std::nullopt;
  }
  Bytes bytes_;
  bool little_;
};

}  // namespace

bool is_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != kDht && marker != 0xC8 && marker != kDac;
}

bool is_segment(std::uint8_t marker) {
  return marker == kDht || marker == kDac || (marker >= kDqt && marker <= kApp15) || marker == kCom;
}

std::optional<Frame> parse_frame(std::uint8_t marker, Bytes payload) {
  const auto head = read_record<FrameHead>(payload);
  if (!head || head->precision < 2 || head->precision > 16 || head->width == 0) return std::nullopt;
  if (head->components < 1 || head->components > 4 ||
      payload.size() != sizeof(FrameHead) + head->components * sizeof(FrameComponent))
    return std::nullopt;

  Frame frame;
  frame.huffman = marker <= 0xC2;
  frame.precision = head->precision;
  frame.width = head->width;
  frame.height = head->height;
  frame.progressive = marker == 0xC2 || marker == 0xC6 || marker == 0xCA || marker == 0xCE;
  std::uint64_t widest = 0;
  std::uint64_t highest = 0;
  for (std::uint64_t i = 0; i < head->components; ++i) {
    const auto component =
        read_record<FrameComponent>(payload, sizeof(FrameHead) + i * sizeof(FrameComponent));
    const unsigned horizontal = component->sampling >> 4;
    const unsigned vertical = component->sampling & 15;
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) return std::nullopt;
    widest = std::max<std::uint64_t>(widest, horizontal);
    highest = std::max<std::uint64_t>(highest, vertical);
    frame.components.push_back({component->id, horizontal, vertical});
  }
  const std::uint64_t height = head->height == 0 ? kHeightByDnl : std::uint64_t{head->height};
  const auto padded = [](std::uint64_t samples, std::uint64_t unit) {
    return (samples + unit - 1) / unit * unit;
  };
  frame.scan_limit = padded(head->width, widest * kBlockSide) *
                     padded(height, highest * kBlockSide) * head->components * kBytesPerSample;
  return frame;
}

bool plausible_scan(const Frame& frame, Bytes payload) {
  if (payload.empty()) return false;
  const auto count = std::to_integer<std::size_t>(payload.front());
  if (count < 1 || count > 4 || payload.size() != 1 + 2 * count + 3) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = std::to_integer<std::uint8_t>(payload[1 + 2 * i]);
    if (std::ranges::find(frame.components, id, &Component::id) == frame.components.end())
      return false;
  }
  if (!frame.progressive) return true;  // writers put anything in the fields of others
  const Bytes spectral = payload.last(3);
  return spectral[0] <= spectral[1] && std::to_integer<int>(spectral[1]) < 64;
}

bool plausible_tables(std::uint8_t marker, Bytes payload) {
  switch (marker) {
    case kDqt:
      return plausible_quantization(payload);
    case kDht:
      return plausible_huffman(payload);
    case kDri:
      return payload.size() == 2;
    default:
      return true;
  }
}

std::vector<std::uint64_t> parse_multi_picture_index(Bytes payload) {
  constexpr std::uint64_t kEntry = 16;
  constexpr std::uint64_t kTag = 12;
  constexpr std::uint32_t kEntryListTag = 0xB002;
  using namespace std::string_view_literals;
  if (!has_text_at(payload, 0, "MPF\0"sv)) return {};
  const Bytes tiff = payload.subspan(4);
  const bool little = has_text_at(tiff, 0, "II*\0"sv);
  if (!little && !has_text_at(tiff, 0, "MM\0*"sv)) return {};
  const TiffFields fields(tiff, little);

  const auto directory = fields.u32(4);
  const auto tags = directory ? fields.u16(*directory) : std::nullopt;
  if (!tags) return {};
  for (std::uint64_t i = 0; i < *tags; ++i) {
    const std::uint64_t tag = std::uint64_t{*directory} + 2 + i * kTag;
    const auto id = fields.u16(tag);
    const auto length = fields.u32(tag + 4);
    const auto offset = fields.u32(tag + 8);
    if (!id || !length || !offset) return {};
    if (*id != kEntryListTag) continue;
    std::vector<std::uint64_t> images;
    for (std::uint64_t at = 0; at + kEntry <= *length; at += kEntry) {
      const auto start = fields.u32(*offset + at + 8);
      if (!start) return {};
      if (*start != 0) images.push_back(*start);
    }
    return images;
  }
  return {};
}

}  // namespace discern::jpeg
