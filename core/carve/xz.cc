// SPDX-License-Identifier: Apache-2.0
// xz: streams, each
//
//   FD "7zXZ" 00, flags (2; the second names the check), CRC-32 of the flags (4)
//   blocks: header (its size / 4 - 1 in the first byte; flags; perhaps sizes; filters; CRC-32),
//           LZMA2 chunks, padding to 4, check
//   index: 00, number of blocks, sizes of each (numbers of 7 bits a byte, the lowest first),
//   padding
//          to 4, CRC-32
//   CRC-32 of the next 6 bytes, size of the index / 4 - 1 (4), flags (2), "YZ"
//
// LZMA2 chunks say how long they are: control byte (0 end, 1 and 2 not compressed: 2 bytes of size;
// from 80 on: 2 bytes of the size unpacked, 2 of the packed one; from C0 on one of properties), so
// that the end is found without unpacking. The index then tells whether all of it was right.
// Source: The .xz file format 1.1.0.
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <vector>

#include "carve/seven_bit_number.h"
#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::little_uint32_t;

constexpr std::uint64_t kHeader = 12;
constexpr std::uint64_t kFooter = 12;
constexpr std::string_view kMagic{
    "\xFD"
    "7zXZ\0",
    6};
constexpr std::array<std::uint64_t, 16> kCheckSizes = {0,  4,  4,  4,  8,  8,  8,  16,
                                                       16, 16, 32, 32, 32, 64, 64, 64};

std::optional<bool> crc_holds(Candidate& candidate, std::uint64_t offset, std::uint64_t length) {
  std::uint64_t at = offset;
  const auto crc = take_crc32(candidate, at, length);
  const auto stored = number_at<little_uint32_t>(candidate, at);
  if (!crc || !stored) return std::nullopt;
  return *crc == *stored;
}

std::optional<std::uint64_t> take_number(Candidate& candidate, std::uint64_t& offset) {
  constexpr unsigned kMost = 9;  // bytes
  return take_seven_bit_number(candidate, offset, kMost);
}

struct Stopped {
  std::uint64_t at = 0;
  const char* what = nullptr;  // null: nothing could be read
};

class XzStream {
 public:
  XzStream(Candidate& candidate, std::uint64_t start) : candidate_(candidate), at_(start) {}
  // True when whole: end() is behind it.
  bool run();
  std::uint64_t end() const { return at_; }
  const Stopped& stopped() const { return stopped_; }
  bool begun() const { return begun_; }

 private:
  bool take_block(std::uint64_t header_size);
  bool take_index();
  bool stop(std::uint64_t at, const char* what) {
    stopped_ = {at, what};
    return false;
  }

  Candidate& candidate_;
  std::uint64_t at_;
  std::uint64_t check_ = 0;
  bool begun_ = false;
  std::vector<std::uint64_t> blocks_ = {};  // sizes without padding
  Stopped stopped_ = {};
};

bool XzStream::take_block(std::uint64_t header_size) {
  const std::uint64_t start = at_;
  const auto holds = crc_holds(candidate_, at_, header_size - 4);
  if (!holds) return stop(at_, nullptr);
  if (!*holds) return stop(at_, "CRC of the block header differs");
  at_ += header_size;
  while (true) {
    const auto head = candidate_.upto(at_, 6);
    if (!head) return stop(at_, nullptr);
    const auto control = std::to_integer<unsigned>((*head)[0]);
    if (control == 0) break;
    if (control > 2 && control < 0x80) return stop(at_, "no LZMA2 chunk");
    const std::uint64_t size_at = control < 0x80 ? 1 : 3;
    const auto size = read_record<big_uint16_t>(*head, size_at);
    if (!size) return stop(at_, nullptr);
    const std::uint64_t chunk = size_at + 2 + (control >= 0xC0 ? 1 : 0) + *size + std::uint64_t{1};
    if (!candidate_.at(at_ + chunk - 1, 1)) return stop(at_ + chunk - 1, nullptr);
    at_ += chunk;
    begun_ = true;
  }
  ++at_;
  blocks_.push_back(at_ - start + check_);
  at_ += (4 - (at_ - start) % 4) % 4 + check_;
  return true;
}

bool XzStream::take_index() {
  const std::uint64_t start = at_++;
  const auto count = take_number(candidate_, at_);
  if (!count) return stop(at_, nullptr);
  if (*count != blocks_.size()) return stop(start, "the index lists other blocks");
  for (const std::uint64_t block : blocks_) {
    const auto size = take_number(candidate_, at_);
    const auto unpacked = take_number(candidate_, at_);
    if (!size || !unpacked) return stop(at_, nullptr);
    if (*size != block) return stop(start, "the index lists other blocks");
  }
  at_ += (4 - (at_ - start) % 4) % 4;
  const auto holds = crc_holds(candidate_, start, at_ - start);
  if (!holds) return stop(at_, nullptr);
  if (!*holds) return stop(start, "CRC of the index differs");
  at_ += 4;
  const std::uint64_t index = at_ - start;
  const auto footer = candidate_.at(at_, kFooter);
  if (!footer) return stop(at_, nullptr);
  const auto backward = std::uint64_t{*read_record<little_uint32_t>(*footer, 4)};
  if (!as_text(*footer).ends_with("YZ") || (backward + 1) * 4 != index)
    return stop(at_, "no footer behind the index");
  at_ += kFooter;
  return true;
}

bool XzStream::run() {
  const auto header = candidate_.at(at_, kHeader);
  if (!header || !as_text(*header).starts_with(kMagic)) return stop(at_, "no stream");
  check_ = kCheckSizes[std::to_integer<unsigned>((*header)[7]) & 15];
  const auto holds = crc_holds(candidate_, at_ + 6, 2);
  if (!holds || !*holds) return stop(at_, "no stream");
  at_ += kHeader;
  while (true) {
    const auto size = candidate_.at(at_, 1);
    if (!size) return stop(at_, nullptr);
    if ((*size)[0] == std::byte{0}) return take_index();
    if (!take_block((std::to_integer<std::uint64_t>((*size)[0]) + 1) * 4)) return false;
  }
}

}  // namespace

std::optional<Verdict> validate_xz(Candidate& candidate) {
  std::uint64_t end = 0;
  while (true) {
    XzStream stream(candidate, end);
    if (!stream.run()) {
      if (end > 0) break;
      const Stopped& why = stream.stopped();
      if (!stream.begun()) return std::nullopt;
      if (why.what == nullptr) return cut_off(candidate, why.at);
      return Verdict{why.at, Soundness::truncated, why.what};
    }
    end = stream.end();
  }
  return complete_at(candidate, end, "footer, index holds");
}

}  // namespace discern
