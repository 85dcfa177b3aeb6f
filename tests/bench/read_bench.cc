// SPDX-License-Identifier: Apache-2.0
// How fast a warm file is read: one JSON object a line, medians of five runs. read_bench FILE
//   random 512 bytes: ByteSource::view() beside pread(), CPU nanoseconds a read
//   sequential: every byte by view() or read() in blocks of 1 MiB, gigabytes (10^9) a second
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <random>
#include <vector>

#include "discern/source.h"

namespace {

using namespace discern;

constexpr std::size_t kReads = 200'000;
constexpr std::size_t kSector = 512;
constexpr std::size_t kBlock = std::size_t{1} << 20;

double cpu_seconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Work>
double median_seconds(Work work) {
  std::array<double, 5> seconds{};
  for (double& taken : seconds) {
    const double begin = cpu_seconds();
    work();
    taken = cpu_seconds() - begin;
  }
  std::ranges::sort(seconds);
  return seconds[2];
}

// Looks at one word of each cache line: all of the bytes come from memory, nothing is computed.
std::uint64_t look_at(Bytes bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 64 <= bytes.size(); i += 64) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    sum ^= word;
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const auto file = MappedFile::open(argv[1]);
  const int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (!file || fd < 0 || (*file)->size() < kBlock) return 2;
  const ByteSource& source = **file;

  std::mt19937_64 random(1);
  std::vector<std::uint64_t> places(kReads);
  for (std::uint64_t& place : places) place = random() % (source.size() / kSector) * kSector;

  std::uint64_t sum = 0;
  const auto sequential = [&](auto bytes_at) {
    return median_seconds([&] {
      for (std::uint64_t at = 0; at < source.size(); at += kBlock)
        sum += look_at(bytes_at(at, std::min<std::uint64_t>(kBlock, source.size() - at)));
    });
  };
  std::vector<std::byte> buffer(kBlock);
  const auto size = static_cast<double>(source.size());
  const auto say_rate = [&](const char* what, double seconds) {
    std::printf("{\"bench\":\"read\",\"what\":\"%s\",\"gb_per_s\":%.2f}\n", what,
                size / seconds / 1e9);
  };
  say_rate("sequential view", sequential([&](std::uint64_t at, std::uint64_t length) {
             return source.view(at, length).value_or(Bytes());
           }));
  say_rate("sequential pread", sequential([&](std::uint64_t at, std::uint64_t length) {
             const ssize_t got =
                 pread(fd, buffer.data(), static_cast<std::size_t>(length), static_cast<off_t>(at));
             return Bytes(buffer).first(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
           }));

  const auto say_read = [&](const char* what, double seconds) {
    std::printf("{\"bench\":\"read\",\"what\":\"%s\",\"ns\":%.0f}\n", what,
                seconds * 1e9 / static_cast<double>(kReads));
  };
  say_read("random 512 view", median_seconds([&] {
             for (const std::uint64_t place : places)
               sum += look_at(source.view(place, kSector).value_or(Bytes()));
           }));
  say_read("random 512 pread", median_seconds([&] {
             for (const std::uint64_t place : places) {
               if (pread(fd, buffer.data(), kSector, static_cast<off_t>(place)) != kSector) return;
               sum += look_at(Bytes(buffer).first(kSector));
             }
           }));
  close(fd);
  return sum == 42 ? 3 : 0;
}
