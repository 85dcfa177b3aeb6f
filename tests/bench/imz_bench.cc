// SPDX-License-Identifier: Apache-2.0
// Times a large IMZ beside zlib in the same process: opening it with its CRC-32 and restart points,
// random reads of 4 KiB, and opening it with the points in a cache. The rivals are zlib inflating
// the whole entry, and an index as zlib's examples/zran.c makes it: a point with 32 KiB of history
// at the first block end behind each MiB.
//   imz_bench FILE.imz [ROUNDS]
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "image/format_rows.h"
#include "image/zip.h"

namespace {

using namespace discern;

constexpr std::uint64_t kSpan = 1U << 20U;
constexpr std::size_t kWindow = 32U << 10U;
constexpr std::size_t kRead = 4096;
constexpr int kReads = 1000;

double seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}
double cpu() { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

struct ZranPoint {
  std::uint64_t out = 0;
  std::uint64_t in = 0;  // byte behind the one that holds the last `bits`
  int bits = 0;
  std::vector<unsigned char> window = {};
};

z_stream begun() {
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) std::abort();
  return stream;
}

// The whole stream in pieces of a window; `at_block` is called at each block end.
std::uint64_t zlib_whole(
    Bytes data, int flush,
    const std::function<void(const z_stream&, const unsigned char*)>& at_block) {
  z_stream stream = begun();
  std::vector<unsigned char> window(kWindow);
  stream.avail_in = 0;
  std::size_t fed = 0;
  int status = Z_OK;
  while (status == Z_OK || status == Z_BUF_ERROR) {
    if (stream.avail_in == 0) {
      const std::size_t length = std::min<std::size_t>(data.size() - fed, 1U << 20U);
      stream.next_in =
          const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(data.data() + fed));
      stream.avail_in = static_cast<unsigned>(length);
      fed += length;
    }
    if (stream.avail_out == 0) {
      stream.next_out = window.data();
      stream.avail_out = kWindow;
    }
    status = inflate(&stream, flush);
    if (at_block && (stream.data_type & 128) != 0 && (stream.data_type & 64) == 0)
      at_block(stream, window.data());
  }
  const std::uint64_t made = stream.total_out;
  inflateEnd(&stream);
  return made;
}

std::vector<ZranPoint> zran_index(Bytes data) {
  std::vector<ZranPoint> points;
  zlib_whole(data, Z_BLOCK, [&](const z_stream& stream, const unsigned char* window) {
    if (!points.empty() && stream.total_out - points.back().out < kSpan) return;
    ZranPoint point{stream.total_out, stream.total_in, stream.data_type & 7,
                    std::vector<unsigned char>(kWindow)};
    const std::size_t left = stream.avail_out;
    std::memcpy(point.window.data(), window + kWindow - left, left);
    std::memcpy(point.window.data() + left, window, kWindow - left);
    points.push_back(std::move(point));
  });
  return points;
}

void zran_read(Bytes data, const std::vector<ZranPoint>& points, std::uint64_t offset,
               unsigned char* out) {
  auto next = std::upper_bound(points.begin(), points.end(), offset,
                               [](std::uint64_t at, const ZranPoint& p) { return at < p.out; });
  z_stream stream = begun();
  std::uint64_t at = 0;
  std::uint64_t in = 0;
  if (next != points.begin()) {
    const ZranPoint& point = *std::prev(next);
    at = point.out;
    in = point.in;
    if (point.bits != 0) {
      const int last = std::to_integer<int>(data[point.in - 1]);
      inflatePrime(&stream, point.bits, last >> (8 - point.bits));
    }
    inflateSetDictionary(&stream, point.window.data(), kWindow);
  }
  stream.next_in =
      const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(data.data() + in));
  stream.avail_in = static_cast<unsigned>(std::min<std::uint64_t>(data.size() - in, 1U << 30U));
  std::vector<unsigned char> skipped(kWindow);
  while (at < offset) {
    const auto length = static_cast<unsigned>(std::min<std::uint64_t>(kWindow, offset - at));
    stream.next_out = skipped.data();
    stream.avail_out = length;
    inflate(&stream, Z_NO_FLUSH);
    at += length;
  }
  stream.next_out = out;
  stream.avail_out = kRead;
  inflate(&stream, Z_NO_FLUSH);
  inflateEnd(&stream);
}

struct Row {
  std::vector<double> open, p50, p95, most;
};

template <class Read>
void time_reads(Row& row, std::uint64_t size, unsigned seed, Read read) {
  std::mt19937_64 random(seed);
  std::vector<double> times;
  for (int i = 0; i < kReads; ++i) {
    const std::uint64_t offset = random() % (size / 512 - kRead / 512) * 512;
    const double before = cpu();
    read(offset);
    times.push_back((cpu() - before) * 1e6);
  }
  row.p50.push_back(quantile(times, 0.5));
  row.p95.push_back(quantile(times, 0.95));
  row.most.push_back(quantile(times, 1));
}

void print(const char* name, const Row& row, const std::string& memory) {
  std::printf("| %s | %.3f |", name, quantile(row.open, 0.5));
  if (row.p50.empty())
    std::printf(" | | | %s |\n", memory.c_str());
  else
    std::printf(" %.0f | %.0f | %.0f | %s |\n", quantile(row.p50, 0.5), quantile(row.p95, 0.5),
                quantile(row.most, 0.5), memory.c_str());
}

int run(const std::string& path, int rounds) {
  const auto file = MappedFile::open(path);
  if (!file) return 2;
  const auto archive = read_zip(**file, path);
  if (!archive || archive->entries.empty()) return 2;
  Findings findings;
  const auto place = find_zip_data(**file, path, archive->entries[0], findings);
  const auto data = place ? (*file)->view(place->offset, archive->entries[0].compressed.value_or(0))
                          : std::nullopt;
  if (!data) return 2;
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "imz_bench.XXXXXX").string();
  if (!mkdtemp(folder.data())) return 2;

  Row whole, zran, ours, kept, first_byte;
  std::size_t zran_points = 0;
  std::uint64_t cache_size = 0;
  std::string how;
  for (int round = 0; round < rounds; ++round) {
    const auto seed = static_cast<unsigned>(round);
    double before = cpu();
    const std::uint64_t size = zlib_whole(*data, Z_NO_FLUSH, {});
    whole.open.push_back(cpu() - before);

    before = cpu();
    const std::vector<ZranPoint> points = zran_index(*data);
    zran.open.push_back(cpu() - before);
    zran_points = points.size();
    std::array<unsigned char, kRead> other{};
    time_reads(zran, size, seed,
               [&](std::uint64_t offset) { zran_read(*data, points, offset, other.data()); });

    before = cpu();
    const auto image = kImz.open(*file, {});
    ours.open.push_back(cpu() - before);
    if (!image || image->main_view().source->size() != size) return 2;
    const ByteSource& media = *image->main_view().source;
    std::array<std::byte, kRead> bytes{};
    time_reads(ours, size, seed, [&](std::uint64_t offset) { (void)media.read(offset, bytes); });
    how = image->main_view().derivation;
    std::mt19937_64 random(seed);
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t offset = random() % (size / 512 - kRead / 512) * 512;
      zran_read(*data, points, offset, other.data());
      if (!media.read(offset, bytes).complete() ||
          std::memcmp(bytes.data(), other.data(), kRead) != 0) {
        std::fprintf(stderr, "different bytes at %llu\n", static_cast<unsigned long long>(offset));
        return 1;
      }
    }

    if (round == 0 && !kImz.open(*file, {.cache_folder = folder})) return 2;
    before = seconds(CLOCK_MONOTONIC);
    double spent = cpu();
    const auto again = MappedFile::open(path);  // as another process would
    const auto second =
        again ? kImz.open(*again, {.cache_folder = folder}) : Result<Image>(again.error());
    if (!second) return 2;
    kept.open.push_back(cpu() - spent);
    (void)second->main_view().source->read(0, std::span(bytes).first(512));
    first_byte.open.push_back(seconds(CLOCK_MONOTONIC) - before);
    time_reads(kept, size, seed, [&](std::uint64_t offset) {
      (void)second->main_view().source->read(offset, bytes);
    });
  }
  for (const auto& each : fs::directory_iterator(folder)) cache_size += each.file_size();
  fs::remove_all(folder);

  const auto mib = [](double bytes) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f MiB", bytes / (1U << 20U));
    return std::string(text.data());
  };
  std::printf(
      "%s\n\n| %d rounds, medians | open, CPU s | p50 us | p95 us | max us | points |\n"
      "|---|---|---|---|---|---|\n",
      how.c_str(), rounds);
  print("zlib, whole, no CRC", whole, "");
  print("zlib, zran index each MiB", zran, mib(static_cast<double>(zran_points * kWindow)));
  print("discern", ours, "as below");
  print("discern, cache", kept, mib(static_cast<double>(cache_size)));
  print("discern, cache, first byte (wall)", first_byte, "");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 64;
  return run(arguments[1], count > 2 ? std::max(1, std::atoi(arguments[2])) : 3);
}
