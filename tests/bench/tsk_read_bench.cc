// SPDX-License-Identifier: Apache-2.0
// tsk_img_read() of 2048 bytes at random sectors of an image, as any TSK program calls it: alone it
// times libtsk's own driver, under `discern run` ours. tsk_read_bench THREADS IMAGE
// One JSON object: wall nanoseconds a read over all threads, median of five runs.
#include <tsk/libtsk.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

namespace {

constexpr int kReads = 200'000;
constexpr std::size_t kLength = 2048;

bool read_at_random(TSK_IMG_INFO* image, unsigned seed) {
  std::mt19937_64 random(seed);
  std::array<char, kLength> buffer{};
  const std::uint64_t sectors = static_cast<std::uint64_t>(image->size) / kLength;
  for (int i = 0; i < kReads; ++i) {
    const auto offset = static_cast<TSK_OFF_T>(random() % sectors * kLength);
    if (tsk_img_read(image, offset, buffer.data(), kLength) != static_cast<ssize_t>(kLength))
      return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const int threads = std::atoi(argv[1]);
  TSK_IMG_INFO* const image = tsk_img_open_sing(argv[2], TSK_IMG_TYPE_DETECT, 0);
  if (!image || threads < 1) return 2;
  std::array<double, 5> seconds{};
  std::atomic<bool> good = true;
  for (double& taken : seconds) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i)
      workers.emplace_back([&, i] {
        if (!read_at_random(image, static_cast<unsigned>(i))) good = false;
      });
    for (std::thread& worker : workers) worker.join();
    taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  std::ranges::sort(seconds);
  tsk_img_close(image);
  if (!good) return 2;
  std::printf("{\"bench\":\"tsk_img_read\",\"threads\":%d,\"ns\":%.0f}\n", threads,
              seconds[2] * 1e9 / kReads / threads);
  return 0;
}
