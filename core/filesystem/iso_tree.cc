// SPDX-License-Identifier: Apache-2.0
// Directories are read in the order in which they are found: breadth-first. Records do not cross
// blocks: a zero length byte skips to the next block (ECMA-119, 6.8.1.1).
//
// Relocated directories (Rock Ridge CL) are read where CL points; the place where they lie for
// readers without Rock Ridge (RE) is left out.
//
// The path table (ECMA-119, 9.4) lists every directory: length, attribute blocks, LE32 extent, LE16
// number of the parent from 1, name, a byte to fill up. What only it knows has been hidden, or the
// records are damaged.
#include "filesystem/iso_tree.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <unordered_map>
#include <utility>

namespace discern {
namespace {

constexpr std::uint64_t kSector = 2048;
constexpr std::uint32_t kDeepest = 512;  // levels; ECMA-119 allows 8, Rock Ridge any number

class Reader {
 public:
  Reader(const IsoDescriptor& descriptor, const IsoAddress& address, ViewBytes& view)
      : descriptor_(descriptor),
        address_(address),
        view_(view),
        rock_ridge_(view, [this](std::uint32_t block) { return address_.offset_of(block); }),
        read_blocks_(static_cast<std::size_t>(view.size() / 512 + 1)) {}

  IsoTree read() {
    tree_.names = descriptor_.names;
    IsoNode root;
    root.extent = descriptor_.root.extent.little;
    root.size = descriptor_.root.size.little;
    root.flags = 0x02;
    root.record_offset = descriptor_.root.offset;
    root.times.push_back(descriptor_.root.recorded);
    tree_.nodes.push_back(std::move(root));
    depths_.push_back(0);
    check_orders(descriptor_.root);
    read_directories(0);
    compare_path_table();
    return std::move(tree_);
  }

 private:
  void read_directories(std::uint32_t from) {
    for (std::uint32_t node = from; node < tree_.nodes.size(); ++node)
      if (tree_.nodes[node].is_directory()) read_directory(node);
  }

  // False when the block has been read before.
  bool claim(std::uint64_t offset) {
    const auto block = static_cast<std::size_t>(offset / 512);
    if (block >= read_blocks_.size() || read_blocks_[block]) return false;
    read_blocks_[block] = true;
    return true;
  }

  void read_directory(std::uint32_t number) {
    const std::uint32_t block = tree_.nodes[number].extent;
    const std::uint64_t size = tree_.nodes[number].size;
    const std::uint64_t record = tree_.nodes[number].record_offset;
    const auto start = address_.offset_of(block);
    if (!start || *start >= view_.size()) {
      view_.find("outside", Severity::damage, record,
                 "the directory at block " + std::to_string(block) + " lies outside");
      return;
    }
    by_extent_.emplace(block, number);
    if (depths_[number] >= kDeepest) {
      view_.find("too-deep", Severity::damage, record, "a directory that deep is not followed");
      return;
    }
    goes_on_ = false;
    for (std::uint64_t at = 0; at < size; at += kSector) {
      if (*start + at >= view_.size()) {
        view_.find("cut-directory", Severity::damage, record,
                   "of a directory only " + std::to_string(at) + " of " + std::to_string(size) +
                       " bytes are there");
        break;
      }
      if (!claim(*start + at)) {
        view_.find("directory-twice", Severity::damage, record,
                   "a part of this directory has been listed as part of another one");
        break;
      }
      const Piece piece = view_.read(*start + at, std::min(kSector, size - at));
      read_block(piece.bytes, *start + at, number, at == 0);
    }
    if (number == 0) tree_.rock_ridge = rock_ridge_.present();
  }

  void read_block(Bytes bytes, std::uint64_t offset, std::uint32_t parent, bool first) {
    for (std::uint64_t at = 0; at < bytes.size();) {
      if (bytes[static_cast<std::size_t>(at)] == std::byte{0}) return;
      const auto record = read_iso_record(bytes, at, offset);
      if (!record) {
        view_.find("bad-record", Severity::damage, offset + at,
                   "a directory record whose lengths contradict each other; the rest of its block "
                   "is not listed");
        return;
      }
      if (parent == 0 && first && at == 0) rock_ridge_.begin(record->system_use);
      add(*record, parent);
      at += record->length;
    }
  }

  void check_orders(const IsoRecord& record) {
    for (const auto& [number, what] :
         {std::pair(record.extent, "extent"), std::pair(record.size, "size")})
      if (number.little != number.big)
        view_.find("byte-orders", Severity::warning, record.offset,
                   std::string(what) + " is " + std::to_string(number.little) +
                       " little-endian but " + std::to_string(number.big) +
                       " big-endian; the first is used");
  }

  void add_content(const IsoRecord& record, const RockRidge& rock_ridge, IsoNode& node) {
    if (record.size.little == 0) return;
    const std::uint64_t at = node.size;
    node.size += record.size.little;
    if (record.interleaved) {
      view_.find(
          "interleaved", Severity::damage, record.offset,
          "the file is interleaved with others, which is not read: its content is not known");
      return;
    }
    if (record.volume > 1)
      view_.find("other-volume", Severity::note, record.offset,
                 "the file lies on volume " + std::to_string(record.volume) + " of a set");
    if (rock_ridge.sparse || rock_ridge.compressed)
      view_.find(rock_ridge.sparse ? "sparse" : "compressed", Severity::note, record.offset,
                 "the extent holds the file in sparse or compressed form");
    const auto start =
        address_.offset_of(std::uint64_t{record.extent.little} + record.attribute_blocks);
    if (!start) {
      view_.find("outside", Severity::damage, record.offset, "the file lies in front of the view");
      return;
    }
    if (!node.runs.empty() && *node.runs.back().view_offset + node.runs.back().length == *start)
      node.runs.back().length += record.size.little;
    else
      node.runs.push_back({at, record.size.little, *start});
  }

  void add(const IsoRecord& record, std::uint32_t parent) {
    if (record.is_self() || record.is_parent()) {
      if (record.is_self() && record.extent.little != tree_.nodes[parent].extent)
        view_.find("self", Severity::warning, record.offset,
                   "the directory says that it stands at block " +
                       std::to_string(record.extent.little) + " instead of " +
                       std::to_string(tree_.nodes[parent].extent));
      return;
    }
    check_orders(record);
    RockRidge rock_ridge;
    if (rock_ridge_.present()) rock_ridge = rock_ridge_.read(record.system_use, record.offset);
    if (rock_ridge.relocated) return;
    IsoNode& last = tree_.nodes.back();
    if (goes_on_ && last.parent == parent && raw_name_ == record.name) {
      add_content(record, rock_ridge, last);
      goes_on_ = record.goes_on();
      return;
    }
    goes_on_ = record.goes_on();
    raw_name_ = record.name;
    IsoNode node;
    node.name = rock_ridge.name.empty() ? iso_name(record.name, tree_.names) : rock_ridge.name;
    node.parent = parent;
    node.extent = record.extent.little;
    node.flags = record.flags;
    node.record_offset = record.offset;
    node.times = std::move(rock_ridge.times);
    node.times.push_back(record.recorded);
    if (rock_ridge.child) {
      node.flags |= 0x02;
      node.extent = *rock_ridge.child;
      node.size = relocated_size(*rock_ridge.child, record.offset);
    } else if (record.is_directory()) {
      // The extended attribute record of a directory stands in front of its records as well.
      node.extent += record.attribute_blocks;
      node.size = record.size.little;
    } else {
      add_content(record, rock_ridge, node);
    }
    if (node.is_directory() && node.size > 0)
      if (const auto start = address_.offset_of(node.extent))
        node.runs.push_back({0, node.size, *start});
    node.rock_ridge = std::move(rock_ridge);
    tree_.nodes.push_back(std::move(node));
    depths_.push_back(static_cast<std::uint16_t>(depths_[parent] + 1));
  }

  // The size of a directory as its own first record states it.
  std::uint64_t relocated_size(std::uint32_t block, std::uint64_t record) {
    if (const auto start = address_.offset_of(block)) {
      const Piece piece = view_.read(*start, kSector);
      const auto self = read_iso_record(piece.bytes, 0, *start);
      if (self && self->is_self()) return self->size.little;
    }
    view_.find("relocated", Severity::damage, record,
               "no directory stands at block " + std::to_string(block) +
                   ", where a relocated one should be");
    return 0;
  }

  void compare_path_table() {
    const auto start = address_.offset_of(descriptor_.path_table);
    if (!start || descriptor_.path_table == 0) return;
    const Piece piece = view_.read(*start, descriptor_.path_table_size);
    std::vector<std::uint32_t> numbers;  // node of each row
    std::size_t rows = 0;
    for (std::uint64_t at = 0; at + 8 <= piece.bytes.size(); ++rows) {
      const auto* const row =
          reinterpret_cast<const unsigned char*>(piece.bytes.data()) + at;  // 8 bytes are there
      const std::uint64_t length = row[0];
      const auto name = slice(piece.bytes, at + 8, length);
      if (length == 0 || !name) break;
      const std::uint32_t extent = boost::endian::load_little_u32(row + 2) + row[1];
      const std::uint32_t parent = boost::endian::load_little_u16(row + 6);
      add_row(extent, parent, as_text(*name), *start + at, numbers);
      at += 8 + length + length % 2;
    }
    const auto directories = static_cast<std::size_t>(std::ranges::count_if(
        tree_.nodes, [](const IsoNode& node) { return node.is_directory(); }));
    if (rows < directories)
      view_.find("path-table", Severity::note, *start,
                 "the path table lists " + std::to_string(rows) + " of " +
                     std::to_string(directories) + " directories");
  }

  void add_row(std::uint32_t extent, std::uint32_t parent, std::string_view name,
               std::uint64_t offset, std::vector<std::uint32_t>& numbers) {
    const auto known = by_extent_.find(extent);
    if (known != by_extent_.end()) {
      numbers.push_back(known->second);
      return;
    }
    numbers.push_back(0);
    const auto start = address_.offset_of(extent);
    if (!start) return;
    const Piece piece = view_.read(*start, kSector);
    const auto self = read_iso_record(piece.bytes, 0, *start);
    if (!self || !self->is_self() || self->extent.little != extent) {
      view_.find("path-table", Severity::warning, offset,
                 "the path table has a directory at block " + std::to_string(extent) +
                     ", where none stands");
      return;
    }
    view_.find("path-table-only", Severity::warning, offset,
               "a directory that only the path table knows, at block " + std::to_string(extent));
    IsoNode node;
    node.name = iso_name(name, tree_.names);
    // The table's first row is the root, which has no name: here it is another one than the tree's.
    if (node.name.find_first_not_of('\0') == std::string::npos)
      node.name = "$PathTable-" + std::to_string(extent);
    node.parent = parent >= 1 && parent <= numbers.size() ? numbers[parent - 1] : 0;
    node.extent = extent;
    node.size = self->size.little;
    node.flags = 0x02;
    node.only_in_path_table = true;
    node.record_offset = self->offset;
    node.times.push_back(self->recorded);
    node.runs.push_back({0, node.size, *start});
    const auto number = static_cast<std::uint32_t>(tree_.nodes.size());
    numbers.back() = number;
    depths_.push_back(static_cast<std::uint16_t>(depths_[node.parent] + 1));
    tree_.nodes.push_back(std::move(node));
    read_directories(number);
  }

  const IsoDescriptor& descriptor_;
  const IsoAddress& address_;
  ViewBytes& view_;
  RockRidgeReader rock_ridge_;
  std::vector<bool> read_blocks_;  // of 512 bytes, as part of a directory
  IsoTree tree_ = {};
  std::vector<std::uint16_t> depths_ = {};
  std::unordered_map<std::uint32_t, std::uint32_t> by_extent_ = {};
  bool goes_on_ = false;  // the last record was not the last one of its file
  std::string raw_name_ = {};
};

}  // namespace

IsoChildren children_of(const std::vector<std::uint32_t>& parents) {
  IsoChildren children;
  children.begin.resize(parents.size() + 2);
  for (const std::uint32_t parent : parents)
    if (parent != kNoNode) ++children.begin[parent + std::size_t{2}];
  for (std::size_t i = 2; i < children.begin.size(); ++i)
    children.begin[i] += children.begin[i - 1];
  children.nodes.resize(children.begin.back());
  for (std::uint32_t node = 0; node < parents.size(); ++node)
    if (parents[node] != kNoNode)
      children.nodes[children.begin[parents[node] + std::size_t{1}]++] = node;
  children.begin.pop_back();
  return children;
}

IsoTree read_iso_tree(const IsoDescriptor& descriptor, const IsoAddress& address, ViewBytes& view) {
  return Reader(descriptor, address, view).read();
}

}  // namespace discern
