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

// 330,000 places in memory, 512 distinct sectors over and over.
const std::vector<RawSector>& sectors() {
  static const std::vector<RawSector> made_sectors = [] {
    std::mt19937 random(1);
    std::vector<RawSector> all;
    all.reserve(330000);
    for (std::size_t i = 0; i < 512; ++i) all.push_back(made(random));
    while (all.size() < 330000) all.push_back(all[all.size() - 512]);
    return all;
  }();
  return made_sectors;
}

// GB a second of `threads` that share the first `distinct` sectors, gone through until 330,000
// were looked at; median of seven runs. `look` says whether a sector is bad.
template <class Look>
double speed_of(std::size_t threads, std::size_t distinct, const Look& look) {
  const std::size_t rounds = sectors().size() / distinct;
  std::array<double, 7> runs{};
  for (double& run : runs) {
    const auto begin = Clock::now();
    std::vector<std::thread> pool;
    for (std::size_t t = 0; t < threads; ++t)
      pool.emplace_back([&, t] {
        std::size_t bad = 0;
        for (std::size_t round = 0; round < rounds; ++round)
          for (std::size_t i = t * distinct / threads; i < (t + 1) * distinct / threads; ++i)
            bad += look(sectors()[i]) ? 1 : 0;
        if (bad > 0) std::puts("bad");
      });
    for (std::thread& thread : pool) thread.join();
    run = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  std::ranges::sort(runs);
  return static_cast<double>(rounds * distinct * kRawSector) / runs[3] / 1e9;
}

template <class Look>
void print_speed(const char* what, std::size_t distinct, const Look& look) {
  const double one = speed_of(1, distinct, look);
  const double two = speed_of(2, distinct, look);
  std::printf("%s: %.2f GB/s on one thread, %.2f on two (%.2f times)\n", what, one, two, two / one);
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
  const auto check = [](const RawSector& sector) { return !check_sector(sector).good(); };
  // Nothing can be faster than its bytes come: one word of each cache line.
  const auto touch = [](const RawSector& sector) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < kRawSector; i += 64) sum += std::to_integer<unsigned>(sector[i]);
    return sum == 0;
  };
  print_speed("EDC+P+Q, 776 MB", sectors().size(), check);
  print_speed("EDC+P+Q, 0.3 MB that stay in the processor's cache", 128, check);
  print_speed("one byte of each cache line, 776 MB", sectors().size(), touch);
}

}  // namespace
}  // namespace discern

int main(int count, char** arguments) {
  const int trials = count > 1 ? std::atoi(arguments[1]) : 400;
  if (trials < 1) return 64;
  discern::run(trials);
}
