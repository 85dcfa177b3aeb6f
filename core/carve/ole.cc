// SPDX-License-Identifier: Apache-2.0
// OLE2 compound files: Word, Excel, PowerPoint, Outlook messages, installer packages ... A small
// FAT file system in a file, of sectors of 512 (version 3) or 4096 bytes (4); sector n begins at
// (n + 1) times its size.
//
//   0   8  D0 CF 11 E0 A1 B1 1A E1
//  24   2  minor version; 26 version; 28 byte order (FE FF); 30, 32 shifts of sector and mini
//  sector 44   4  count of FAT sectors 48   4  first sector of the directory 56   4  below this
//  size (4096) streams lie in the mini stream 60   4  first sector of the mini FAT, 4 their count
//  68   4  first sector of the DIFAT, 4 their count
//  76      the first 109 sectors of the FAT; the DIFAT has the rest
//
// The FAT has 4 bytes a sector: the next one of its chain, FFFFFFFE end of chain, FFFFFFFD a FAT
// sector, FFFFFFFC a DIFAT sector, FFFFFFFF free. The file ends behind the last sector that is not
// free. Directory entries have 128 bytes: name in UTF-16 (64), its length in bytes with the end
// (2), type (1; 0 unused, 1 storage, 2 stream, 5 root), ..., class identifier (16, at 80), first
// sector (4, at 116), size (8).
//
// There is no checksum: the file is complete when FAT sectors are marked as such, the directory
// holds entries, each large stream has a chain as long as its size and begins as its kind does.
// These are places at which the file is as it should be, or is not: the last good one before the
// first bad one is where it may break off into another fragment.
// Sources: Microsoft MS-CFB; MS-DOC 2.5.2, MS-XLS 2.1.4, MS-OLEPS 2.21 for how streams begin.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>
#include <vector>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

constexpr std::uint32_t kLargestSector = 0xFFFFFFFA;
constexpr std::uint32_t kDifatSector = 0xFFFFFFFC;
constexpr std::uint32_t kFatSector = 0xFFFFFFFD;
constexpr std::uint32_t kEndOfChain = 0xFFFFFFFE;
constexpr std::uint32_t kFree = 0xFFFFFFFF;
constexpr std::uint64_t kInHeader = 109;  // FAT sectors

struct Header {
  std::uint8_t magic[8];
  std::uint8_t class_id[16];
  little_uint16_t minor_version;
  little_uint16_t version;
  little_uint16_t byte_order;
  little_uint16_t sector_shift;
  little_uint16_t mini_shift;
  std::uint8_t reserved[6];
  little_uint32_t directory_sectors;
  little_uint32_t fat_sectors;
  little_uint32_t directory;
  little_uint32_t transaction;
  little_uint32_t mini_cutoff;
  little_uint32_t mini_fat;
  little_uint32_t mini_fat_sectors;
  little_uint32_t difat;
  little_uint32_t difat_sectors;
  little_uint32_t fat[kInHeader];
};
static_assert(sizeof(Header) == 512);

struct DirectoryEntry {
  little_uint16_t name[32];
  little_uint16_t name_bytes;
  std::uint8_t kind;
  std::uint8_t colour;
  little_uint32_t left;
  little_uint32_t right;
  little_uint32_t child;
  std::uint8_t class_id[16];
  little_uint32_t state;
  little_uint64_t created;
  little_uint64_t modified;
  little_uint32_t first;
  little_uint64_t size;
};
static_assert(sizeof(DirectoryEntry) == 128);

enum Kind : std::uint8_t { kUnused = 0, kStorage = 1, kStream = 2, kRoot = 5 };

// A stream or storage that only files of one type have.
struct NameRow {
  std::string_view name;
  std::string_view type;
};
constexpr std::array<NameRow, 10> kNames = {{
    {"WordDocument", "doc"},
    {"Workbook", "xls"},
    {"Book", "xls"},
    {"PowerPoint Document", "ppt"},
    {"PP40", "ppt"},
    {"__properties_version1.0", "msg"},
    {"VisioDocument", "vsd"},
    {"Quill", "pub"},
    {"Catalog", "thumbs"},
    {"HwpSummaryInformation", "hwp"},
}};
// How large streams begin: type and value of BOF; wIdent of the FIB.
constexpr std::array<NameRow, 3> kStarts = {{
    {"WordDocument", "\xEC\xA5"},
    {"Workbook", "\x09\x08"},
    {"Book", "\x09\x08"},
}};
// {000C1084-0000-0000-C000-000000000046}
constexpr std::string_view kInstaller{"\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16};

class CompoundFile {
 public:
  explicit CompoundFile(Candidate& candidate) : candidate_(candidate) {}
  std::optional<Verdict> run();

 private:
  std::uint64_t at(std::uint64_t sector) const { return (sector + 1) << shift_; }
  std::uint64_t sector_size() const { return std::uint64_t{1} << shift_; }
  bool open();
  bool list_fat();
  std::optional<std::uint32_t> next(std::uint64_t sector);
  std::optional<std::uint64_t> last_used();
  std::optional<std::uint64_t> chain_length(std::uint64_t first, std::uint64_t most);
  void look_at_mini_fat();
  void look_at_workbook(std::uint32_t first, std::uint64_t size);
  bool take_directory();
  bool take_entry(const DirectoryEntry& entry);
  ByteRange break_before(std::uint64_t end) const;
  void doubt(const std::string& what) {
    if (doubt_.empty()) doubt_ = what;
  }
  // The bytes at `offset` are as they should be, or not.
  void looked(std::uint64_t offset, bool good) { (good ? good_ : bad_).push_back(offset); }

  Candidate& candidate_;
  Header header_ = {};
  unsigned shift_ = 9;
  std::vector<std::uint32_t> fat_ = {};  // sectors that hold it
  std::string_view type_ = "ole";
  std::string doubt_ = {};
  bool fat_broken_ = false;  // a sector of it holds something else: the end is not known
  bool rooted_ = false;
  std::optional<std::pair<std::uint32_t, std::uint64_t>> workbook_ = {};  // first sector, size
  std::vector<std::uint64_t> good_ = {};
  std::vector<std::uint64_t> bad_ = {};
};

bool CompoundFile::open() {
  const auto header = record_at<Header>(candidate_, 0);
  if (!header) return false;
  header_ = *header;
  constexpr std::string_view kMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  if (std::string_view(reinterpret_cast<const char*>(header_.magic), 8) != kMagic ||
      header_.byte_order != 0xFFFE || header_.mini_shift != 6)
    return false;
  shift_ = header_.sector_shift;
  return ((shift_ == 9 && header_.version != 4) || (shift_ == 12 && header_.version == 4)) &&
         header_.fat_sectors > 0;
}

// False when a sector that should hold a part of the FAT lies outside.
bool CompoundFile::list_fat() {
  const std::uint64_t sectors = candidate_.size() >> shift_;
  if (header_.fat_sectors > sectors || header_.difat_sectors > sectors) return false;
  for (std::uint64_t i = 0; i < kInHeader && fat_.size() < header_.fat_sectors; ++i)
    fat_.push_back(header_.fat[i]);
  std::uint64_t sector = header_.difat;
  for (std::uint64_t n = 0; n < header_.difat_sectors && sector < sectors; ++n) {
    const std::uint64_t count = sector_size() / 4 - 1;
    for (std::uint64_t i = 0; i < count && fat_.size() < header_.fat_sectors; ++i) {
      const auto entry = number_at<little_uint32_t>(candidate_, at(sector) + i * 4);
      if (!entry) return false;
      fat_.push_back(static_cast<std::uint32_t>(*entry));
    }
    const auto further = number_at<little_uint32_t>(candidate_, at(sector) + count * 4);
    if (!further) return false;
    sector = *further;
  }
  return fat_.size() == header_.fat_sectors &&
         std::ranges::all_of(fat_, [&](std::uint32_t s) { return s <= kLargestSector; });
}

std::optional<std::uint32_t> CompoundFile::next(std::uint64_t sector) {
  const std::uint64_t in_fat = sector >> (shift_ - 2);
  if (in_fat >= fat_.size()) return std::nullopt;
  const std::uint64_t entry = sector & (sector_size() / 4 - 1);
  const auto value = number_at<little_uint32_t>(candidate_, at(fat_[in_fat]) + entry * 4);
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

// The last sector that the FAT does not call free. FAT sectors that do not look like it are doubts.
std::optional<std::uint64_t> CompoundFile::last_used() {
  std::optional<std::uint64_t> last;
  const std::uint64_t per_sector = sector_size() / 4;
  for (std::uint64_t i = 0; i < fat_.size(); ++i) {
    const auto bytes = candidate_.at(at(fat_[i]), sector_size());
    if (!bytes) break;
    const std::uint64_t limit = fat_.size() * per_sector;
    bool good = true;
    for (std::uint64_t k = 0; k < per_sector; ++k) {
      const std::uint32_t value = *read_record<little_uint32_t>(*bytes, k * 4);
      if (value != kFree) last = i * per_sector + k;
      good &= value < limit || value >= kDifatSector;
    }
    if (!good) {
      doubt("sector " + std::to_string(fat_[i]) + " is no part of the FAT");
      fat_broken_ = true;
    }
    // The first part marks itself or another one, and is no run of zeros.
    if (good && fat_[i] / per_sector == i) good = next(fat_[i]) == kFatSector;
    looked(at(fat_[i]), good);
  }
  for (const std::uint32_t sector : fat_)
    if (next(sector) != kFatSector)
      doubt("sector " + std::to_string(sector) + " holds a part of the FAT, but is not marked so");
  return last;
}

void CompoundFile::look_at_mini_fat() {
  const std::uint64_t per_sector = sector_size() / 4;
  const std::uint64_t limit = std::uint64_t{header_.mini_fat_sectors} * per_sector;
  std::uint64_t sector = header_.mini_fat;
  for (std::uint64_t n = 0; n < header_.mini_fat_sectors && sector <= kLargestSector; ++n) {
    const auto bytes = candidate_.at(at(sector), sector_size());
    if (!bytes) return;
    bool good = true;
    bool used = false;  // zeros would lead to sector 0 without end
    for (std::uint64_t k = 0; k < per_sector; ++k) {
      const std::uint32_t value = *read_record<little_uint32_t>(*bytes, k * 4);
      good &= value < limit || value >= kEndOfChain;
      used |= value != 0;
    }
    good &= used;
    looked(at(sector), good);
    if (!good) doubt("sector " + std::to_string(sector) + " is no part of the mini FAT");
    const auto further = next(sector);
    if (!further) return;
    sector = *further;
  }
}

// BIFF records lead from one to the next: type (2), length (2), content; EOF records close what BOF
// records open. Where one is out of the question, the sector before is not trusted either.
void CompoundFile::look_at_workbook(std::uint32_t first, std::uint64_t size) {
  constexpr std::uint64_t kLongest = 8224;
  constexpr std::uint64_t kLargestType = 0x10FF;
  std::uint64_t sector = first;
  std::uint64_t in_stream = 0;  // of the sector
  for (std::uint64_t record = 0; record + 4 <= size;) {
    while (record >= in_stream + sector_size()) {
      const auto further = next(sector);
      if (!further || *further > kLargestSector) return;
      sector = *further;
      in_stream += sector_size();
    }
    const std::uint64_t place = at(sector) + record - in_stream;
    if (record + 4 > in_stream + sector_size()) {
      // A head across two sectors: both halves are read by themselves.
      const auto further = next(sector);
      if (!further || *further > kLargestSector) return;
      std::array<std::byte, 4> head = {};
      const std::uint64_t here = in_stream + sector_size() - record;
      const auto low = candidate_.at(place, here);
      if (!low) return;
      std::ranges::copy(*low, head.begin());
      const auto high = candidate_.at(at(*further), 4 - here);
      if (!high) return;
      std::ranges::copy(*high, head.begin() + static_cast<std::ptrdiff_t>(here));
      const std::uint32_t type = *read_record<little_uint16_t>(Bytes(head), 0);
      const std::uint32_t length = *read_record<little_uint16_t>(Bytes(head), 2);
      const bool good = length <= kLongest && type <= kLargestType;
      looked(at(*further), good);
      if (!good) return doubt("no record at " + std::to_string(record) + " of the workbook");
      record += 4 + length;
      continue;
    }
    const auto type = number_at<little_uint16_t>(candidate_, place);
    const auto length = number_at<little_uint16_t>(candidate_, place + 2);
    if (!type || !length) return;
    // Zeros behind the last record fill the stream.
    if (*type == 0 && *length == 0) return;
    const bool good = *length <= kLongest && *type <= kLargestType && record + 4 + *length <= size;
    looked(place, good);
    if (!good) return doubt("no record at " + std::to_string(record) + " of the workbook");
    record += 4 + *length;
  }
}

// Where the file breaks off, when something in it is not as it should be.
ByteRange CompoundFile::break_before(std::uint64_t end) const {
  const std::uint64_t first_bad = bad_.empty() ? end : std::ranges::min(bad_);
  std::uint64_t last_good = sizeof(Header);
  for (const std::uint64_t place : good_)
    if (place < first_bad) last_good = std::max(last_good, place);
  if (first_bad <= last_good) return {};
  return {last_good, first_bad - last_good};
}

// Sectors of the chain, counted up to `most`; nothing when it leaves the FAT.
std::optional<std::uint64_t> CompoundFile::chain_length(std::uint64_t first, std::uint64_t most) {
  std::uint64_t count = 0;
  for (std::uint64_t sector = first; sector != kEndOfChain; ++count) {
    if (count > most) break;
    const auto further = next(sector);
    if (!further) return std::nullopt;
    sector = *further;
  }
  return count;
}

// False when it is none that a directory has.
bool CompoundFile::take_entry(const DirectoryEntry& entry) {
  if (entry.kind == kUnused) return true;
  if ((entry.kind != kStorage && entry.kind != kStream && entry.kind != kRoot) ||
      entry.name_bytes < 2 || entry.name_bytes > sizeof entry.name || entry.name_bytes % 2 != 0)
    return false;
  std::string name;
  for (std::size_t i = 0; i + 1 < entry.name_bytes / 2U; ++i)
    name += entry.name[i] < 0x80 ? static_cast<char>(entry.name[i]) : '?';
  if (entry.kind == kRoot) {
    rooted_ = true;
    if (std::string_view(reinterpret_cast<const char*>(entry.class_id), 16) == kInstaller)
      type_ = "msi";
  }
  const auto* const row = std::ranges::find(kNames, name, &NameRow::name);
  if (row != kNames.end() && (type_ == "ole" || type_ == "thumbs")) type_ = row->type;

  const std::uint64_t size = shift_ == 9 ? entry.size & 0xFFFFFFFF : std::uint64_t{entry.size};
  const bool in_fat = entry.kind == kRoot || (entry.kind == kStream && size >= header_.mini_cutoff);
  if (!in_fat || size == 0) return true;
  const std::uint64_t wanted = (size + sector_size() - 1) >> shift_;
  if (entry.kind == kStream && entry.first <= kLargestSector) {
    const auto* const start = std::ranges::find(kStarts, name, &NameRow::name);
    const bool properties = entry.name[0] == 5;
    if (start != kStarts.end() || properties) {
      const std::string_view begin = properties ? "\xFE\xFF" : start->type;
      const bool good = has_at(candidate_, at(entry.first), begin);
      looked(at(entry.first), good);
      if (!good) doubt("stream " + name + " does not begin as it should");
      if (good && !properties && begin[0] == 9) workbook_ = {entry.first, size};
    }
  }
  const auto length = chain_length(entry.first, wanted + 1);
  // The mini stream's container may be longer than what it holds.
  return length && (*length == wanted || (entry.kind == kRoot && *length > wanted));
}

bool CompoundFile::take_directory() {
  std::uint64_t sector = header_.directory;
  const std::uint64_t most = candidate_.size() >> shift_;
  for (std::uint64_t n = 0; sector != kEndOfChain && n < most; ++n) {
    const std::uint64_t begin = at(sector);
    for (std::uint64_t i = 0; i < sector_size(); i += sizeof(DirectoryEntry)) {
      const auto entry = record_at<DirectoryEntry>(candidate_, begin + i);
      if (!entry) return false;
      if (n == 0 && i == 0 && entry->kind != kRoot) {
        doubt("no root entry in the directory");
        looked(begin, false);
        return true;
      }
      const bool good = take_entry(*entry);
      // An unused entry is zeros, as foreign bytes may be.
      if (entry->kind != kUnused) looked(begin, good);
      if (!good) doubt("impossible directory entry at " + std::to_string(begin + i));
    }
    const auto further = next(sector);
    if (!further) break;
    sector = *further;
  }
  return true;
}

std::optional<Verdict> CompoundFile::run() {
  if (!open()) return std::nullopt;
  if (!list_fat()) return std::nullopt;
  const auto last = last_used();
  const std::uint64_t first_fat = fat_.empty() ? 0 : at(fat_.front());
  const auto truncated = [&](const std::string& what) -> std::optional<Verdict> {
    if (!rooted_) return std::nullopt;
    Verdict verdict = broken_off(candidate_, candidate_.size(), 1);
    verdict.end_reason += ", " + what;
    verdict.type = verdict.extension = type_;
    verdict.suspect = break_before(candidate_.size());
    return verdict;
  };
  if (!last || first_fat >= candidate_.size()) {
    take_directory();
    return truncated("the FAT lies behind");
  }
  const bool whole_directory = take_directory();
  look_at_mini_fat();
  if (workbook_ && bad_.empty()) look_at_workbook(workbook_->first, workbook_->second);
  const std::uint64_t end = at(*last) + sector_size();
  if (end > candidate_.size()) return truncated("behind the end of the last sector");
  if (!whole_directory && !rooted_) return std::nullopt;
  Verdict verdict = complete_at(candidate_, end, "last sector that the FAT does not call free");
  if (!doubt_.empty() && verdict.soundness == Soundness::complete) {
    verdict = {end, Soundness::damaged, doubt_};
    verdict.suspect = break_before(end);
    if (fat_broken_) {
      verdict.soundness = Soundness::truncated;
      verdict.length = std::min(end, verdict.suspect.end());
    }
  }
  verdict.content_checked = false;
  verdict.type = verdict.extension = type_;
  if (type_ == "thumbs") verdict.extension = "db";
  return verdict;
}

}  // namespace

std::optional<Verdict> validate_ole(Candidate& candidate) { return CompoundFile(candidate).run(); }

}  // namespace discern
