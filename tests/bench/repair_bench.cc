// SPDX-License-Identifier: Apache-2.0
// How much of a damaged sector P and Q bring back, how often wrongly, and how fast: repair_bench
// [TRIALS]. Wrong bytes lie in 12..2351, anywhere or in a row; with flags the decoder knows where.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "discern/sector.h"

namespace discern {
namespace {

using Clock = std::chrono::steady_clock;

struct Totals {
  std::uint64_t decodes = 0;
  std::uint64_t miscorrected = 0;
};

RawSector made(std::mt19937& random) {
  std::array<std::byte, kUserSector> data;
  for (std::byte& byte : data) byte = static_cast<std::byte>(random());
  return build_sector(SectorMode::mode1, Lba{static_cast<std::int32_t>(random() % 300000)}, data);
}

std::vector<std::uint16_t> spoil(RawSector& sector, std::size_t count, bool burst,
                                 std::mt19937& random) {
  std::vector<std::uint16_t> places(kRawSector - 12);
  std::iota(places.begin(), places.end(), std::uint16_t{12});
  if (burst) {
    const std::size_t start = random() % (places.size() - count + 1);
    places = {places.begin() + static_cast<std::ptrdiff_t>(start),
              places.begin() + static_cast<std::ptrdiff_t>(start + count)};
  } else {
    for (std::size_t i = 0; i < count; ++i)
      std::swap(places[i], places[i + random() % (places.size() - i)]);
    places.resize(count);
  }
  for (const std::uint16_t place : places)
    sector[place] ^= static_cast<std::byte>(1 + random() % 255);
  return places;
}

double rate(std::size_t wrong, bool burst, bool flagged, int trials, Totals& totals) {
  std::mt19937 random(static_cast<unsigned>(wrong * 4 + (burst ? 2 : 0) + (flagged ? 1 : 0)));
  int good = 0;
  for (int i = 0; i < trials; ++i) {
    const RawSector whole = made(random);
    RawSector sector = whole;
    const auto places = spoil(sector, wrong, burst, random);
    ++totals.decodes;
    if (!repair_sector(sector, flagged ? places : std::vector<std::uint16_t>{})) continue;
    if (sector == whole)
      ++good;
    else
      ++totals.miscorrected;
  }
  return 100.0 * good / trials;
}

// Microseconds per sector with 8 wrong bytes anywhere; median of five runs.
double time_of_repair() {
  constexpr std::size_t kSectors = 2000;
  std::mt19937 random(8);
  std::vector<RawSector> spoilt;
  for (std::size_t i = 0; i < kSectors; ++i) {
    spoilt.push_back(made(random));
    spoil(spoilt.back(), 8, false, random);
  }
  std::array<double, 5> runs{};
  for (double& run : runs) {
    auto sectors = spoilt;
    const auto begin = Clock::now();
    for (RawSector& sector : sectors)
      if (!repair_sector(sector)) std::puts("not repaired");
    run = std::chrono::duration<double, std::micro>(Clock::now() - begin).count() / kSectors;
  }
  std::ranges::sort(runs);
  return runs[2];
}

// EDC, P and Q of 330,000 different places in memory, by `threads` at once: GB a second.
double speed_of_check(std::size_t threads) {
  constexpr std::size_t kSectors = 330000;
  static const std::vector<RawSector> sectors = [] {
    std::mt19937 random(1);
    std::vector<RawSector> all;
    all.reserve(kSectors);
    for (std::size_t i = 0; i < 512; ++i) all.push_back(made(random));
    while (all.size() < kSectors) all.push_back(all[all.size() - 512]);
    return all;
  }();
  std::array<double, 5> runs{};
  for (double& run : runs) {
    const auto begin = Clock::now();
    std::vector<std::thread> pool;
    for (std::size_t t = 0; t < threads; ++t)
      pool.emplace_back([&, t] {
        for (std::size_t i = t * kSectors / threads; i < (t + 1) * kSectors / threads; ++i)
          if (!check_sector(sectors[i]).good()) std::puts("bad");
      });
    for (std::thread& thread : pool) thread.join();
    run = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  std::ranges::sort(runs);
  return static_cast<double>(kSectors * kRawSector) / runs[2] / 1e9;
}

void run(int trials) {
  Totals totals;
  std::puts(
      "| wrong bytes | random % | burst % | flagged random % | flagged burst % |\n"
      "|---|---|---|---|---|");
  for (const std::size_t wrong :
       {1U, 2U, 4U, 8U, 12U, 16U, 24U, 32U, 40U, 48U, 64U, 80U, 100U, 140U, 172U, 200U, 224U}) {
    std::printf("| %zu |", wrong);
    for (const bool flagged : {false, true})
      for (const bool burst : {false, true})
        std::printf(" %.2f |", rate(wrong, burst, flagged, trials, totals));
    std::puts("");
    std::fflush(stdout);
  }
  // Blind decoding of what is likely to succeed, until 100,000 decodes are full.
  while (totals.decodes < 100000) rate(20 + totals.decodes % 13, false, false, 1000, totals);
  std::printf("%llu decodes, %llu miscorrected\n", static_cast<unsigned long long>(totals.decodes),
              static_cast<unsigned long long>(totals.miscorrected));
  std::printf("8 wrong bytes: %.1f us a sector\n", time_of_repair());
  const double one = speed_of_check(1);
  const double two = speed_of_check(2);
  std::printf("EDC+P+Q: %.2f GB/s on one thread, %.2f on two (%.2f times)\n", one, two, two / one);
}

}  // namespace
}  // namespace discern

int main(int count, char** arguments) {
  const int trials = count > 1 ? std::atoi(arguments[1]) : 400;
  if (trials < 1) return 64;
  discern::run(trials);
}
