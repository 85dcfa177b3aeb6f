// SPDX-License-Identifier: Apache-2.0
// How fast sectors are checked on one thread: one JSON object a line, gigabytes (10^9 bytes) of
// stored sectors a second, median of five passes over 256 MiB of built sectors.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "discern/sector.h"
#include "optical/edc.h"
#include "optical/parity.h"

namespace discern {
namespace {

constexpr std::size_t kDistinct = 512;
constexpr std::size_t kSectors = (std::size_t{256} << 20) / kRawSector;

// Building is slow, so the sectors repeat; they lie apart in memory all the same.
std::vector<RawSector> built_sectors() {
  std::mt19937 random(1);
  std::vector<RawSector> sectors;
  sectors.reserve(kSectors);
  std::array<std::byte, kUserSector> data;
  while (sectors.size() < kDistinct) {
    for (auto& byte : data) byte = static_cast<std::byte>(random());
    const auto lba = static_cast<std::int32_t>(sectors.size());
    sectors.push_back(build_sector(SectorMode::mode1, Lba{lba}, data));
  }
  while (sectors.size() < kSectors) sectors.push_back(sectors[sectors.size() - kDistinct]);
  return sectors;
}

// `bad` counts sectors; it must stay 0 and keeps the work from being optimised away.
template <class CountBad>
bool measure(const char* what, const std::vector<RawSector>& sectors, CountBad count_bad) {
  std::array<double, 5> seconds{};
  std::size_t bad = 0;
  for (double& taken : seconds) {
    const auto begin = std::chrono::steady_clock::now();
    for (const RawSector& sector : sectors) bad += count_bad(sector) ? 1U : 0U;
    taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  std::ranges::sort(seconds);
  const auto bytes = static_cast<double>(sectors.size() * kRawSector);
  std::printf(R"({"bench":"sector","what":"%s","gb_per_s":%.3f,"sectors":%zu,"bad":%zu})"
              "\n",
              what, bytes / seconds[2] / 1e9, sectors.size(), bad);
  return bad == 0;
}

bool edc_wrong(const RawSector& sector, std::uint32_t (*compute)(Bytes, std::uint32_t)) {
  // With the stored EDC behind it, a field's EDC is zero.
  return compute(Bytes(sector).first(2068), 0) != 0;
}

bool run() {
  const auto sectors = built_sectors();
  bool good = measure("edc_portable", sectors,
                      [](const RawSector& s) { return edc_wrong(s, edc_portable); });
  good &= measure("edc", sectors, [](const RawSector& s) { return edc_wrong(s, edc); });
  good &= measure("parity_portable", sectors, [](const RawSector& s) {
    return check_parity_portable(s, HeaderBytes::as_read) != ParityCheck{};
  });
  good &= measure("parity", sectors, [](const RawSector& s) {
    return check_parity(s, HeaderBytes::as_read) != ParityCheck{};
  });
  good &=
      measure("check_sector", sectors, [](const RawSector& s) { return !check_sector(s).good(); });
  return good;
}

}  // namespace
}  // namespace discern

int main() { return discern::run() ? 0 : 1; }
