// SPDX-License-Identifier: Apache-2.0
// Addresses on a disc. ECMA-130 clause 14.2 puts minute, second and frame (75 a second) in every
// sector header; MMC (table "LBA to MSF translation") numbers the same sectors from 00:02:00 on:
//
//   minute  0..89   LBA = (60 M + S) 75 + F -    150     -150 .. 404849
//   minute 90..99   LBA = (60 M + S) 75 + F - 450150   -45150 ..   -151   (lead-in)
#include <algorithm>

#include "discern/disc.h"

namespace discern {
namespace {

constexpr std::int64_t kFramesPerSecond = 75;
constexpr std::int64_t kFramesPerMinute = 60 * kFramesPerSecond;
constexpr std::int64_t kPregap = 150;
constexpr std::int64_t kLeadInBase = 450150;
constexpr std::int64_t kFirstLeadIn = -45150;
constexpr int kFirstLeadInMinute = 90;

}  // namespace

Lba to_lba(Msf absolute) {
  const std::int64_t frames = absolute.minute * kFramesPerMinute +
                              absolute.second * kFramesPerSecond + std::int64_t{absolute.frame};
  const bool lead_in = absolute.minute >= kFirstLeadInMinute;
  return {static_cast<std::int32_t>(frames - (lead_in ? kLeadInBase : kPregap))};
}

Msf to_msf(Lba lba) {
  const std::int64_t value = std::max<std::int64_t>(lba.value, kFirstLeadIn);
  const std::int64_t frames = value + (value < -kPregap ? kLeadInBase : kPregap);
  return {static_cast<int>(frames / kFramesPerMinute),
          static_cast<int>(frames / kFramesPerSecond % 60),
          static_cast<int>(frames % kFramesPerSecond)};
}

std::string_view name_of(SectorMode mode) {
  switch (mode) {
    case SectorMode::unknown:
      return "unknown";
    case SectorMode::audio:
      return "audio";
    case SectorMode::mode0:
      return "mode0";
    case SectorMode::mode1:
      return "mode1";
    case SectorMode::mode2:
      return "mode2";
    case SectorMode::mode2_form1:
      return "mode2_form1";
    case SectorMode::mode2_form2:
      return "mode2_form2";
    case SectorMode::dvd:
      return "dvd";
  }
  return "unknown";
}

}  // namespace discern
