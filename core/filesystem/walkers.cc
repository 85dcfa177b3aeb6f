// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "discern/filesystem.h"
#include "filesystem/fat_walk.h"
#include "filesystem/iso_walk.h"
#include "filesystem/udf_walk.h"

namespace discern {
namespace {

constexpr Walker kWalkers[] = {
    {"fat12", walk_fat},   {"fat16", walk_fat}, {"fat32", walk_fat},
    {"iso9660", walk_iso}, {"udf", walk_udf},
};

}  // namespace

std::span<const Walker> walkers() { return kWalkers; }

const Walker* find_walker(std::string_view filesystem) {
  const auto* const row = std::ranges::find(kWalkers, filesystem, &Walker::filesystem);
  return row == std::end(kWalkers) ? nullptr : row;
}

}  // namespace discern
