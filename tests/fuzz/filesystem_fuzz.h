// SPDX-License-Identifier: Apache-2.0
// A walker on arbitrary bytes. The input is laid out sparsely: 2-byte little-endian sector number,
// then the bytes of that sector, again and again, so that small inputs reach structures far apart.
#ifndef DISCERN_FUZZ_FILESYSTEM_H
#define DISCERN_FUZZ_FILESYSTEM_H

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "discern/filesystem.h"

inline void walk_input(const std::uint8_t* data, std::size_t size, std::size_t sector,
                       std::size_t sectors, std::string_view filesystem) {
  std::vector<std::byte> disk(sector * sectors);
  for (std::size_t at = 0; at + 2 < size; at += 2 + sector) {
    const std::size_t number = (data[at] | std::size_t{data[at + 1]} << 8) % sectors;
    std::memcpy(disk.data() + number * sector, data + at + 2, std::min(sector, size - at - 2));
  }
  const std::uint64_t whole = disk.size();
  const discern::View view{"media", 512, discern::memory_source(std::move(disk), "fuzz")};
  discern::Findings findings;
  std::size_t entries = 0;
  const auto done = discern::find_walker(filesystem)
                        ->walk(
                            {view, {0, whole, "disc", std::string(filesystem)}},
                            [&](discern::Entry&& entry) {
                              // Every record is visited once or twice, whatever they say.
                              if (++entries > whole) std::abort();
                              if (entry.path.empty() || entry.path.front() != '/') std::abort();
                              return true;
                            },
                            findings);
  if (!done && done.error().text.empty()) std::abort();
}

#endif
