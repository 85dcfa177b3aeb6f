// SPDX-License-Identifier: Apache-2.0
// What stands in JPEG segments, as far as finding the end needs it.
#ifndef DISCERN_CARVE_JPEG_SEGMENTS_H
#define DISCERN_CARVE_JPEG_SEGMENTS_H

#include <cstdint>
#include <optional>
#include <vector>

#include "discern/bytes.h"

namespace discern::jpeg {

// Second bytes of markers (T.81 table B.1).
enum Marker : std::uint8_t {
  kDht = 0xC4,
  kDac = 0xCC,
  kRst0 = 0xD0,
  kRst7 = 0xD7,
  kSoi = 0xD8,
  kEoi = 0xD9,
  kSos = 0xDA,
  kDqt = 0xDB,
  kDnl = 0xDC,
  kDri = 0xDD,
  kApp0 = 0xE0,
  kApp2 = 0xE2,
  kApp15 = 0xEF,
  kCom = 0xFE,
};

bool is_frame(std::uint8_t marker);    // SOFn
bool is_segment(std::uint8_t marker);  // a marker that a length follows, other than SOFn and SOS

struct Component {
  std::uint8_t id = 0;
  unsigned across = 1;  // sampling: blocks of a MCU
  unsigned down = 1;
};

// A frame header, what of it matters here.
struct Frame {
  bool progressive = false;
  bool huffman = true;  // sequential or progressive, of Huffman codes
  unsigned precision = 8;
  std::uint64_t width = 0;   // samples
  std::uint64_t height = 0;  // 0: a DNL segment tells it
  std::vector<Component> components = {};
  // More bytes than this no scan of the frame takes: a sample or coefficient needs at most 16 bits
  // of code and 16 of magnitude.
  std::uint64_t scan_limit = 0;
};

// Payloads are what follows the length. Nothing, or false: not what the standard describes.
std::optional<Frame> parse_frame(std::uint8_t marker, Bytes payload);
bool plausible_scan(const Frame& frame, Bytes payload);
bool plausible_tables(std::uint8_t marker, Bytes payload);  // of DQT, DHT, DRI; true for others

// Where the index in an APP2 "MPF" segment places images behind the first one: offsets from the
// byte behind "MPF\0". Empty when the payload is no such index.
// Source: CIPA DC-007 Multi-Picture Format, 5.2.
std::vector<std::uint64_t> parse_multi_picture_index(Bytes payload);

}  // namespace discern::jpeg

#endif
