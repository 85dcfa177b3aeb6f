// SPDX-License-Identifier: Apache-2.0
#include "optical/header.h"

#include <algorithm>
#include <cstring>

namespace discern {
namespace {

std::optional<int> from_bcd(std::byte byte) {
  const int high = std::to_integer<int>(byte >> 4);
  const int low = std::to_integer<int>(byte & std::byte{0x0F});
  if (high > 9 || low > 9) return std::nullopt;
  return high * 10 + low;
}

std::byte to_bcd(int value) { return static_cast<std::byte>(value / 10 % 10 * 16 + value % 10); }

}  // namespace

bool has_sync(Bytes sector) {
  const auto sync = slice(sector, 0, kSync.size());
  return sync && std::ranges::equal(*sync, kSync);
}

bool all_zero(Bytes bytes) {
  // Comparing a range with itself, one byte further on, is a memcmp.
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

SectorHeader read_header(std::span<const std::byte, 4> header) {
  SectorHeader result;
  result.mode = std::to_integer<int>(header[3] & std::byte{0x1F});
  const auto minute = from_bcd(header[0]);
  const auto second = from_bcd(header[1]);
  const auto frame = from_bcd(header[2]);
  if (minute && second && frame && *second < 60 && *frame < 75) {
    result.lba = to_lba({*minute, *second, *frame});
  }
  return result;
}

void write_header(std::span<std::byte, 4> header, Lba lba, int mode) {
  const Msf msf = to_msf(lba);
  header[0] = to_bcd(msf.minute);
  header[1] = to_bcd(msf.second);
  header[2] = to_bcd(msf.frame);
  header[3] = static_cast<std::byte>(mode);
}

}  // namespace discern
