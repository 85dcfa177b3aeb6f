// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_ROCK_RIDGE_H
#define DISCERN_FILESYSTEM_ROCK_RIDGE_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "discern/entry.h"
#include "filesystem/view_bytes.h"

namespace discern {

// What Rock Ridge says of a directory record.
struct RockRidge {
  std::string name = {};  // empty: none
  std::optional<std::uint32_t> mode = {};
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string link = {};
  std::vector<EntryTime> times = {};
  std::optional<std::uint32_t> child = {};  // CL: the directory itself stands at this block
  bool relocated = false;                   // RE: shown where CL says
  bool sparse = false;                      // SF: the extent is not the content
  bool compressed = false;                  // ZF: the content is zisofs
};

// Reads the system use areas of one volume. Continuation areas are read at most a few times as
// often as the volume has bytes, however many records point to them.
class RockRidgeReader {
 public:
  // `block_offset` gives the place of a logical block in the view, or nothing.
  RockRidgeReader(ViewBytes& view,
                  std::function<std::optional<std::uint64_t>(std::uint32_t)> block_offset)
      : view_(view), block_offset_(std::move(block_offset)), budget_(4 * view.size() + kLeast) {}

  // Looks for the SP entry in the system use area of the root directory's first record: whether
  // there is Rock Ridge at all, and how many bytes to skip.
  void begin(Bytes system_use);
  bool present() const { return present_; }

  // `offset` of the record is where findings point.
  RockRidge read(Bytes system_use, std::uint64_t offset);

 private:
  static constexpr std::uint64_t kLeast = std::uint64_t{16} << 20;
  struct Continuation {
    std::uint32_t block = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };
  std::optional<Continuation> read_area(Bytes area, RockRidge& result);
  ViewBytes& view_;
  std::function<std::optional<std::uint64_t>(std::uint32_t)> block_offset_;
  std::uint64_t budget_;
  std::size_t skip_ = 0;
  bool present_ = false;
  bool link_goes_on_ = false;
};

}  // namespace discern

#endif
