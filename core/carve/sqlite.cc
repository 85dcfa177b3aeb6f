// SPDX-License-Identifier: Apache-2.0
// SQLite databases and their write-ahead logs.
//
//   0  16  "SQLite format 3\0"
//  16   2  page size, big-endian: power of two from 512, 1 stands for 65536
//  18   2  versions for writing and reading: 1 or 2
//  20   1  reserved bytes of a page; 21: 64, 22: 32, 23: 32
//  24   4  change counter; 28 pages; 92 the change counter for which the number of pages is valid
//  32   4  first page of the free list, 36 its pages; 44 schema format 1 to 4; 56 text encoding 1
//  to
//  3
// 100      first page of the schema's table
//
// Pages of b-trees begin with a kind: 2 and 5 lead to further pages, 10 and 13 are leaves (page 1
// has that at 100). A cell has, by the kind of its page: a page further down (4), the length of its
// record, the row's number, the record; of a record too long for the page the first part only, and
// the first page (4) of a chain with the rest: next page (4), bytes. A record begins with its
// header: its length, and a type for each column, which tells the column's length. Lengths, numbers
// and types are varints. Followed from the schema, a page or record that is none shows where a file
// is not whole.
//
// A log has a header of 32 bytes: 37 7F 06 82 or 83, version 3007000, page size (4 each), sequence
// number, salt (8), checksum (8); frames of 24 bytes and a page: page number, size of the database
// after a commit (0 else), salt (8), checksum (8). Frames with the header's salt and the running
// checksum are valid; those of an older round may follow.
// Source: SQLite database file format, sections 1 and 4.
#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <functional>
#include <string>
#include <vector>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;

struct Header {
  char magic[16];
  big_uint16_t page_size;
  std::uint8_t write_version;
  std::uint8_t read_version;
  std::uint8_t reserved;
  std::uint8_t fractions[3];
  big_uint32_t change_counter;
  big_uint32_t pages;
  big_uint32_t free_list;
  big_uint32_t free_pages;
  big_uint32_t schema_cookie;
  big_uint32_t schema_format;
  big_uint32_t cache_size;
  big_uint32_t largest_root;
  big_uint32_t encoding;
  std::uint8_t rest[32];
  big_uint32_t valid_for;
  big_uint32_t version;
};
static_assert(sizeof(Header) == 100);

constexpr std::uint64_t kSmallestPage = 512;
constexpr std::uint64_t kLargestPage = 65536;

enum PageKind : std::uint8_t {
  kIndexInner = 2,
  kTableInner = 5,
  kIndexLeaf = 10,
  kTableLeaf = 13,
};

struct WrongPage {
  std::uint64_t page = 0;
  bool at_start = false;  // its first bytes are wrong already
};

class TreeWalk {
 public:
  TreeWalk(Candidate& candidate, std::uint64_t page_size, std::uint64_t usable, std::uint64_t pages)
      : candidate_(candidate),
        page_size_(page_size),
        usable_(usable),
        pages_(pages),
        seen_(pages + 1) {}
  // The lowest page that should be one of a b-tree, or of the rest of a record, and is none;
  // nothing when all are.
  std::optional<WrongPage> wrong_page();
  // As wrong_page(), of the list of free pages, which begins with page `first`.
  std::optional<WrongPage> wrong_free_page(std::uint64_t first);
  bool only_one_wrong() const { return wrong_pages_ == 1; }
  // Every page belongs to a tree or to the free list.
  bool all_seen() const {
    return std::ranges::all_of(seen_.begin() + 1, seen_.end(), std::identity());
  }

 private:
  void take_page(std::uint64_t page);
  bool take_record(std::uint8_t kind, std::uint64_t cell, Bytes bytes);
  bool take_rest(std::uint64_t page, std::uint64_t length);
  void wrong(std::uint64_t page, bool at_start) {
    ++wrong_pages_;
    if (!wrong_ || page < wrong_->page) wrong_ = WrongPage{page, at_start};
  }
  void take_schema_row(std::uint64_t cell, Bytes bytes);
  void push(std::uint64_t page, bool schema) {
    if (page >= 1 && page <= pages_ && !seen_[page]) pending_.push_back({page, schema});
  }

  struct Pending {
    std::uint64_t page = 0;
    bool schema = false;
  };
  Candidate& candidate_;
  std::uint64_t page_size_;
  std::uint64_t usable_;  // of each page
  std::uint64_t pages_;
  std::vector<bool> seen_;
  std::optional<WrongPage> wrong_ = {};
  std::uint64_t wrong_pages_ = 0;
  std::vector<Pending> pending_ = {};
  std::vector<std::byte> page_ = {};
  bool schema_ = false;
};

std::optional<std::uint64_t> take_varint(Bytes bytes, std::uint64_t& at) {
  std::uint64_t value = 0;
  for (int i = 0; i < 9; ++i) {
    if (at >= bytes.size()) return std::nullopt;
    const auto byte = std::to_integer<std::uint64_t>(bytes[static_cast<std::size_t>(at++)]);
    if (i == 8) return value << 8 | byte;
    value = value << 7 | (byte & 0x7F);
    if ((byte & 0x80) == 0) return value;
  }
  return value;
}

std::uint64_t length_of(std::uint64_t serial_type) {
  constexpr std::uint64_t kLengths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
  return serial_type < 12 ? kLengths[serial_type] : (serial_type - 12) / 2;
}

// A row of the schema: kind, name, table, root page, statement. The root page leads to a tree.
void TreeWalk::take_schema_row(std::uint64_t cell, Bytes bytes) {
  std::uint64_t at = cell;
  if (!take_varint(bytes, at) || !take_varint(bytes, at)) return;
  const std::uint64_t record = at;
  const auto head = take_varint(bytes, at);
  if (!head) return;
  std::uint64_t data = record + *head;
  for (int column = 0; column < 4; ++column) {
    const auto serial_type = take_varint(bytes, at);
    if (!serial_type) return;
    const std::uint64_t length = length_of(*serial_type);
    if (column == 3) {
      if (*serial_type == 9) push(1, false);
      const auto value = length <= 4 ? slice(bytes, data, length) : std::nullopt;
      if (!value) return;
      std::uint64_t root = 0;
      for (const std::byte byte : *value) root = root << 8 | std::to_integer<std::uint64_t>(byte);
      push(root, false);
      return;
    }
    if (length > bytes.size()) return;
    data += length;
  }
}

// The pages that hold the last `length` bytes of a record. False when the first of them is no page.
bool TreeWalk::take_rest(std::uint64_t page, std::uint64_t length) {
  constexpr std::uint64_t kPointer = 4;
  const std::uint64_t most = pages_;
  std::uint64_t previous = 0;
  for (std::uint64_t n = 0; n < most && length > 0; ++n) {
    if (page < 1 || page > pages_ || seen_[page]) {
      if (previous == 0) return false;
      wrong(previous, true);
      return true;
    }
    seen_[page] = true;
    const auto next = number_at<big_uint32_t>(candidate_, (page - 1) * page_size_);
    length -= std::min(length, usable_ - kPointer);
    if (!next || (length == 0) != (*next == 0)) {
      wrong(page, true);
      return true;
    }
    previous = page;
    page = *next;
  }
  return true;
}

// False when the cell holds no record that a table or index has. Section 1.6.
bool TreeWalk::take_record(std::uint8_t kind, std::uint64_t cell, Bytes bytes) {
  std::uint64_t at = cell + (kind == kIndexInner ? 4 : 0);
  const auto length = take_varint(bytes, at);
  if (!length || (kind == kTableLeaf && !take_varint(bytes, at))) return false;
  const std::uint64_t most = kind == kTableLeaf ? usable_ - 35 : (usable_ - 12) * 64 / 255 - 23;
  const std::uint64_t least = (usable_ - 12) * 32 / 255 - 23;
  std::uint64_t here = *length;
  if (here > most) {
    if (*length / (usable_ - 4) > pages_) return false;
    here = least + (*length - least) % (usable_ - 4);
    if (here > most) here = least;
  }
  if (at + here + (here < *length ? 4 : 0) > usable_) return false;
  // A header longer than what is here is not looked at.
  const std::uint64_t record = at;
  const auto head = take_varint(bytes, at);
  if (!head || *head > *length) return *length == 0;
  if (*head <= here) {
    std::uint64_t sum = *head;
    while (at < record + *head) {
      const auto serial_type = take_varint(bytes, at);
      if (!serial_type || *serial_type == 10 || *serial_type == 11) return false;
      const std::uint64_t column = length_of(*serial_type);
      if (column > *length) return false;
      sum += column;
    }
    if (at != record + *head || sum != *length) return false;
  }
  if (here == *length) return true;
  const std::uint64_t rest = *read_record<big_uint32_t>(bytes, record + here);
  return take_rest(rest, *length - here);
}

void TreeWalk::take_page(std::uint64_t page) {
  const auto window = candidate_.at((page - 1) * page_size_, page_size_);
  if (!window) return wrong(page, true);
  // Kept, as records lead to other pages.
  page_.assign(window->begin(), window->end());
  const Bytes bytes(page_);
  const std::uint64_t start = page == 1 ? sizeof(Header) : 0;
  const auto kind = std::to_integer<std::uint8_t>(bytes[start]);
  const bool inner = kind == kIndexInner || kind == kTableInner;
  if (!inner && kind != kIndexLeaf && kind != kTableLeaf) return wrong(page, true);
  const std::uint64_t cells = *read_record<big_uint16_t>(bytes, start + 3);
  const std::uint64_t pointers = start + (inner ? 12 : 8);
  if (pointers + 2 * cells > usable_) return wrong(page, false);
  for (std::uint64_t i = 0; i < cells; ++i) {
    const std::uint64_t cell = *read_record<big_uint16_t>(bytes, pointers + 2 * i);
    if (cell < pointers + 2 * cells || cell + 4 > usable_) return wrong(page, false);
    if (inner) {
      const std::uint64_t child = *read_record<big_uint32_t>(bytes, cell);
      if (child < 1 || child > pages_) return wrong(page, false);
      push(child, schema_);
    } else if (schema_ && kind == kTableLeaf) {
      take_schema_row(cell, bytes);
    }
    if (kind != kTableInner && !take_record(kind, cell, bytes)) return wrong(page, false);
  }
  if (inner) push(*read_record<big_uint32_t>(bytes, start + 8), schema_);
}

std::optional<WrongPage> TreeWalk::wrong_page() {
  push(1, true);
  while (!pending_.empty()) {
    const Pending next = pending_.back();
    pending_.pop_back();
    if (seen_[next.page]) continue;
    seen_[next.page] = true;
    schema_ = next.schema;
    take_page(next.page);
  }
  return wrong_;
}

// A trunk of the list: the next trunk (4), count (4), free pages (4 each). Section 1.5.
std::optional<WrongPage> TreeWalk::wrong_free_page(std::uint64_t first) {
  for (std::uint64_t page = first; page != 0;) {
    if (page > pages_ || seen_[page]) break;
    seen_[page] = true;
    const std::uint64_t offset = (page - 1) * page_size_;
    const auto next = number_at<big_uint32_t>(candidate_, offset);
    const auto count = number_at<big_uint32_t>(candidate_, offset + 4);
    if (!next || !count || *next > pages_ || *count > usable_ / 4 - 2) {
      wrong(page, true);
      break;
    }
    for (std::uint64_t i = 0; i < *count; ++i) {
      const auto leaf = number_at<big_uint32_t>(candidate_, offset + 8 + i * 4);
      if (!leaf || *leaf < 2 || *leaf > pages_) {
        wrong(page, false);
        break;
      }
      seen_[*leaf] = true;
    }
    page = *next;
  }
  return wrong_;
}

bool plausible(const Header& header) {
  using namespace std::string_view_literals;
  return std::string_view(header.magic, 16) == "SQLite format 3\0"sv && header.write_version >= 1 &&
         header.write_version <= 2 && header.read_version >= 1 && header.read_version <= 2 &&
         header.fractions[0] == 64 && header.fractions[1] == 32 && header.fractions[2] == 32 &&
         header.schema_format <= 4 && header.encoding <= 3;
}

}  // namespace

std::optional<Verdict> validate_sqlite(Candidate& candidate) {
  const auto header = record_at<Header>(candidate, 0);
  if (!header || !plausible(*header)) return std::nullopt;
  const std::uint64_t page_size =
      header->page_size == 1 ? kLargestPage : std::uint64_t{header->page_size};
  if (page_size < kSmallestPage || (page_size & (page_size - 1)) != 0) return std::nullopt;
  // Section 1.3.4: at least 480 bytes are usable.
  if (page_size - header->reserved < 480) return std::nullopt;
  const auto kind = candidate.at(sizeof(Header), 1);
  if (!kind || (std::to_integer<int>((*kind)[0]) != kTableInner &&
                std::to_integer<int>((*kind)[0]) != kTableLeaf))
    return std::nullopt;
  const std::uint64_t pages = header->pages;
  if (pages == 0) return std::nullopt;
  const std::uint64_t end = pages * page_size;
  if (end > candidate.size()) return broken_off(candidate, candidate.size(), 1);
  Verdict verdict = complete_at(candidate, end, "number of pages in the header");
  if (verdict.soundness != Soundness::complete) return verdict;
  if (header->valid_for != header->change_counter)
    return Verdict{end, Soundness::damaged, "the number of pages in the header is out of date"};
  const std::uint64_t usable = page_size - header->reserved;
  TreeWalk walk(candidate, page_size, usable, pages);
  walk.wrong_page();
  if (const auto wrong = walk.wrong_free_page(header->free_list)) {
    verdict.soundness = Soundness::damaged;
    verdict.end_reason = "page " + std::to_string(wrong->page) + " is no page of a table or index";
    // A page that begins wrong tells that the one before may be.
    const std::uint64_t begin = (wrong->page - 1) * page_size;
    const std::uint64_t first = wrong->page == 1 ? sizeof(Header) : page_size;
    verdict.suspect = {first, begin + (wrong->at_start ? 1 : page_size) - first};
    if (!walk.only_one_wrong()) {
      verdict.soundness = Soundness::truncated;
      verdict.length = verdict.suspect.end();
    }
  }
  verdict.content_checked = walk.all_seen();
  return verdict;
}

std::optional<Verdict> validate_sqlite_wal(Candidate& candidate) {
  constexpr std::uint64_t kHeader = 32;
  constexpr std::uint64_t kFrame = 24;
  struct WalHeader {
    big_uint32_t magic;
    big_uint32_t version;
    big_uint32_t page_size;
    big_uint32_t sequence;
    big_uint32_t salt[2];
    big_uint32_t sum[2];
  };
  static_assert(sizeof(WalHeader) == kHeader);
  const auto header = record_at<WalHeader>(candidate, 0);
  if (!header || (header->magic & ~1U) != 0x377F0682 || header->version != 3007000 ||
      header->page_size < kSmallestPage || header->page_size > kLargestPage ||
      (header->page_size & (header->page_size - 1)) != 0)
    return std::nullopt;
  const bool big = (header->magic & 1) != 0;
  std::uint32_t sums[2] = {0, 0};
  const auto add = [&](Bytes bytes) {
    const auto word = [&](std::size_t at) -> std::uint32_t {
      if (big) return *read_record<big_uint32_t>(bytes, at);
      return *read_record<boost::endian::little_uint32_t>(bytes, at);
    };
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      sums[0] += word(at) + sums[1];
      sums[1] += word(at + 4) + sums[0];
    }
  };
  if (const auto bytes = candidate.at(0, kHeader - 8)) add(*bytes);
  if (sums[0] != header->sum[0] || sums[1] != header->sum[1]) return std::nullopt;

  std::uint64_t offset = kHeader;
  std::uint64_t frames = 0;
  while (true) {
    const auto bytes = candidate.at(offset, kFrame + header->page_size);
    if (!bytes) break;
    const auto field = [&](std::uint64_t at) -> std::uint32_t {
      return *read_record<big_uint32_t>(*bytes, at);
    };
    if (field(8) != header->salt[0] || field(12) != header->salt[1]) break;
    add(bytes->first(8));
    add(bytes->subspan(kFrame));
    if (sums[0] != field(16) || sums[1] != field(20)) break;
    offset += kFrame + header->page_size;
    ++frames;
  }
  if (frames == 0) return std::nullopt;
  const auto next = candidate.upto(offset, kFrame);
  constexpr std::uint64_t kSaltEnd = 16;
  // A frame of this round that is cut, or whose beginning is.
  if (next &&
      (next->size() < kSaltEnd || (*read_record<big_uint32_t>(*next, 8) == header->salt[0] &&
                                   !candidate.at(offset, kFrame + header->page_size))))
    return broken_off(candidate, offset, kFrame + header->page_size);
  return complete_at(candidate, offset, std::to_string(frames) + " frames whose checksums hold");
}

}  // namespace discern
