// SPDX-License-Identifier: Apache-2.0
// What the viewer's script reads. Entries stand sorted by path and carry their own times, so that
// no permutation of a million events has to be stored: the script sorts again. Columns of like
// values compress best, so each is one block:
//
//   varint  version (1), ticks per second (1 or 1000), entries, blocks (12)
//   block = varint length, bytes:
//    0 texts of entry sources, separated by \n
//    1 per entry: varint, how many ASCII characters of the path before it begin this one too
//    2 the rest of each path, UTF-8, separated by \n (shown names have none)
//    3 per entry: zigzag varint, the number in front of the id minus that of the entry before
//    4 per entry: varint size
//    5 per entry: byte, state
//    6 per entry: varint, source
//    7 per entry: varint, number of times
//    8 per time: two bytes, kind | zone << 5 and precision | validity << 4
//    9 per dated time: zigzag varint, ticks since the dated time before it in the same entry; of
//    the
//      first one since the first one of the entry before
//   10 distinct rests of ids, separated by \n: "#-128-1" behind a number, "=x5" where there is none
//   11 per entry: varint, rest of the id
//
// Ticks are rounded down. Milliseconds are as fine as the viewer gets: nanoseconds of ext4 and NTFS
// are noise that does not compress, and timeline.jsonl has them.

#include "timeline/viewer_pack.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <numeric>

#include "timeline/civil_time.h"
#include "timeline/writers.h"

namespace discern {
namespace {

void put(std::string& block, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) block += static_cast<char>(number | 0x80);
  block += static_cast<char>(number);
}

void put_signed(std::string& block, std::int64_t number) {
  put(block, static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63));
}

std::size_t shared_ascii(std::string_view a, std::string_view b) {
  std::size_t count = 0;
  while (count < a.size() && count < b.size() && a[count] == b[count] &&
         static_cast<unsigned char>(a[count]) < 0x80)
    ++count;
  return count;
}

bool whole_seconds(const Timeline& timeline) {
  for (const Entry& entry : timeline.entries)
    for (const EntryTime& time : entry.times)
      if (is_meaningful(time) && time.time_ns % kNsPerSecond != 0) return false;
  return true;
}

std::vector<std::uint32_t> by_path(const std::vector<Entry>& entries) {
  std::vector<std::uint32_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return entries[a].path < entries[b].path;
  });
  return order;
}

class Columns {
 public:
  explicit Columns(std::int64_t ns_per_tick) : ns_per_tick_(ns_per_tick) {}

  void add(const Entry& entry) {
    const std::string path = show_name(entry.path + link_suffix(entry)).text;
    const std::size_t shared = shared_ascii(path_, path);
    put(blocks_[1], shared);
    blocks_[2] += path.substr(shared) + '\n';
    path_ = path;
    add_id(show_name(entry.id).text);
    put(blocks_[4], entry.size);
    blocks_[5] += static_cast<char>(entry.state);
    const auto [source, is_new] =
        sources_.try_emplace(entry.source, static_cast<std::uint32_t>(sources_.size()));
    if (is_new) blocks_[0] += show_name(entry.source).text + '\n';
    put(blocks_[6], source->second);
    put(blocks_[7], entry.times.size());
    bool first = true;
    for (const EntryTime& time : entry.times) {
      blocks_[8] += static_cast<char>(static_cast<unsigned>(time.kind) |
                                      static_cast<unsigned>(time.zone) << 5);
      blocks_[8] += static_cast<char>(static_cast<unsigned>(time.precision) |
                                      static_cast<unsigned>(time.validity) << 4);
      if (!is_meaningful(time)) continue;
      const std::int64_t tick = floor_div(time.time_ns, ns_per_tick_);
      put_signed(blocks_[9], tick - (first ? first_tick_ : last_tick_));
      if (first) first_tick_ = tick;
      last_tick_ = tick;
      first = false;
    }
  }

  // File systems number the entries of a folder one after the other.
  void add_id(const std::string& id) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    const bool numbered = error == std::errc() && std::to_string(number).size() ==
                                                      static_cast<std::size_t>(end - id.data());
    if (!numbered) number = last_id_;
    put_signed(blocks_[3], std::int64_t{number} - last_id_);
    last_id_ = number;
    const std::string rest =
        (numbered ? "#" : "=") + std::string(numbered ? end : id.data(), id.data() + id.size());
    const auto [place, is_new] =
        rests_.try_emplace(rest, static_cast<std::uint32_t>(rests_.size()));
    if (is_new) blocks_[10] += rest + '\n';
    put(blocks_[11], place->second);
  }

  std::string finish(std::size_t entries) const {
    std::string all;
    for (const std::uint64_t number :
         {std::uint64_t{1}, static_cast<std::uint64_t>(kNsPerSecond / ns_per_tick_),
          std::uint64_t{entries}, std::uint64_t{blocks_.size()}})
      put(all, number);
    for (const std::string& block : blocks_) {
      put(all, block.size());
      all += block;
    }
    return all;
  }

 private:
  static std::string link_suffix(const Entry& entry) {
    return entry.link_target.empty() ? "" : " -> " + entry.link_target;
  }
  std::int64_t ns_per_tick_;
  std::array<std::string, 12> blocks_;
  std::map<std::string, std::uint32_t> sources_;
  std::map<std::string, std::uint32_t> rests_;
  std::uint32_t last_id_ = 0;
  std::string path_;
  std::int64_t first_tick_ = 0;
  std::int64_t last_tick_ = 0;
};

std::string gzip(std::string& bytes) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::vector<std::uint8_t> level_buffer(ISAL_DEF_LVL3_EXTRA_LARGE);
  std::vector<std::uint8_t> piece(kPiece);
  const auto stream = std::make_unique<isal_zstream>();
  isal_deflate_init(stream.get());
  stream->level = 3;
  stream->level_buf = level_buffer.data();
  stream->level_buf_size = static_cast<std::uint32_t>(level_buffer.size());
  stream->gzip_flag = IGZIP_GZIP;
  std::string out;
  std::size_t at = 0;
  do {
    // ISA-L counts input in 32 bits and takes it through a pointer to non-const, which it only
    // reads.
    const std::size_t part = std::min(kPiece, bytes.size() - at);
    stream->next_in = reinterpret_cast<std::uint8_t*>(bytes.data() + at);
    stream->avail_in = static_cast<std::uint32_t>(part);
    at += part;
    stream->end_of_stream = at == bytes.size() ? 1 : 0;
    do {
      stream->next_out = piece.data();
      stream->avail_out = static_cast<std::uint32_t>(piece.size());
      if (isal_deflate(stream.get()) != COMP_OK) return {};
      out.append(reinterpret_cast<const char*>(piece.data()), piece.size() - stream->avail_out);
    } while (stream->avail_out == 0);
  } while (at < bytes.size());
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= count ? kLetters[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

}  // namespace

std::string pack_for_viewer(const Timeline& timeline) {
  Columns columns(whole_seconds(timeline) ? kNsPerSecond : kNsPerSecond / 1000);
  for (const std::uint32_t index : by_path(timeline.entries)) columns.add(timeline.entries[index]);
  std::string bytes = columns.finish(timeline.entries.size());
  return base64(gzip(bytes));
}

}  // namespace discern
