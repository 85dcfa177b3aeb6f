// SPDX-License-Identifier: Apache-2.0
// The DOS partition table in the master boot record, sector 0 of a partitioned disk:
//
//   446  4 entries of 16 bytes     510  55 AA
//
// An entry: 0 status (80 active, 00 not), 1..3 CHS of the first sector, 4 type, 5..7 CHS of the
// last sector, 8 LE32 first sector, 12 LE32 sectors. Type 0 is unused; 05, 0F and 85 are extended
// partitions: their first sector is a table again (EBR) whose first entry is a logical partition,
// counted from that EBR, and whose second entry is the next EBR, counted from the extended
// partition's start.
//
// The same 64 bytes are boot code on a FAT or NTFS volume, and mformat writes an entry for "the
// whole floppy, from sector 0" there: an entry that starts at sector 0 is never a partition.
// Sources: UEFI specification 2.10, section 5.2.1; for extended partitions, what sfdisk writes.
#include <algorithm>
#include <boost/endian/arithmetic.hpp>
#include <set>

#include "volume/finding_at.h"
#include "volume/partition_table.h"
#include "volume/proof_at.h"

namespace discern {
namespace {

using boost::endian::little_uint32_t;

struct Entry {
  std::uint8_t status;
  std::uint8_t first_chs[3];
  std::uint8_t type;
  std::uint8_t last_chs[3];
  little_uint32_t first;
  little_uint32_t sectors;
  bool used() const { return type != 0 && sectors != 0; }
  bool extended() const { return type == 0x05 || type == 0x0F || type == 0x85; }
};
struct Table {
  std::uint8_t code[446];
  Entry entries[4];
  std::uint8_t mark[2];
  bool marked() const { return mark[0] == 0x55 && mark[1] == 0xAA; }
};
static_assert(sizeof(Table) == 512);

constexpr std::size_t kMostLogical = 1024;  // a bound of ours; the numbering of Linux ends at 255

std::string type_name(std::uint8_t type) {
  static constexpr char kDigits[] = "0123456789abcdef";
  return std::string("mbr 0x") + kDigits[type >> 4] + kDigits[type & 0x0F];
}

class Reader {
 public:
  Reader(const ByteSource& source, std::uint32_t sector_size, Findings& findings)
      : source_(source), sector_size_(sector_size), findings_(findings) {}

  std::optional<Table> table_at(std::uint64_t sector) const {
    const auto bytes = read_exactly(source_, sector * sector_size_, sizeof(Table));
    if (!bytes) return std::nullopt;
    return read_record<Table>(*bytes);
  }

  // Adds the partition, unless it starts outside the medium.
  void add(std::uint64_t table_sector, std::size_t slot, std::uint64_t first, const Entry& entry,
           Mbr& mbr) {
    const std::uint64_t start = first * sector_size_;
    if (start >= source_.size()) {
      report(table_sector, "mbr.outside",
             type_name(entry.type) + " starts at sector " + std::to_string(first) +
                 ", behind the end of the image");
      return;
    }
    mbr.partitions.push_back(
        {start, std::uint64_t{entry.sectors} * sector_size_, type_name(entry.type)});
    add_proof(mbr.proofs, source_, table_sector * sector_size_ + 446 + 16 * slot, 16,
              "partition table entry: " + type_name(entry.type) + " from sector " +
                  std::to_string(first) + ", " + std::to_string(entry.sectors) + " sectors");
  }

  void follow_extended(std::uint64_t extended, Mbr& mbr) {
    std::set<std::uint64_t> seen;
    std::uint64_t sector = extended;
    while (true) {
      const auto table = table_at(sector);
      if (!table || !table->marked()) {
        report(sector, "mbr.extended-chain",
               "no partition table in this sector, which the chain "
               "of logical partitions names");
        return;
      }
      if (!seen.insert(sector).second || seen.size() > kMostLogical) {
        report(sector, "mbr.extended-chain", "the chain of logical partitions runs in a circle");
        return;
      }
      std::optional<std::uint64_t> next;
      for (std::size_t slot = 0; slot < std::size(table->entries); ++slot) {
        const Entry& entry = table->entries[slot];
        if (!entry.used()) continue;
        if (entry.extended())
          next = extended + entry.first;
        else
          add(sector, slot, sector + entry.first, entry, mbr);
      }
      if (!next) return;
      sector = *next;
    }
  }

  void report(std::uint64_t sector, const char* code, std::string text) {
    findings_.push_back(
        finding_at(source_, sector * sector_size_, code, Severity::warning,
                   "partition table in sector " + std::to_string(sector) + ": " + std::move(text)));
  }

 private:
  const ByteSource& source_;
  std::uint64_t sector_size_;
  Findings& findings_;
};

}  // namespace

std::optional<Mbr> read_mbr(const ByteSource& source, std::uint32_t sector_size,
                            Findings& findings) {
  Reader reader(source, sector_size, findings);
  const auto table = reader.table_at(0);
  if (!table || !table->marked()) return std::nullopt;
  bool used = false;
  for (const Entry& entry : table->entries) {
    if (entry.status != 0x00 && entry.status != 0x80) return std::nullopt;
    used = used || entry.used();
  }
  if (!used) return std::nullopt;

  Mbr mbr;
  add_proof(mbr.proofs, source, 510, 2, "end mark of a master boot record");
  for (std::size_t slot = 0; slot < std::size(table->entries); ++slot) {
    const Entry& entry = table->entries[slot];
    if (!entry.used()) continue;
    if (entry.first == 0)
      mbr.whole = true;
    else if (entry.type == 0xEE)
      mbr.protective = true;
    else if (entry.extended())
      reader.follow_extended(entry.first, mbr);
    else
      reader.add(0, slot, entry.first, entry, mbr);
  }
  std::stable_sort(mbr.partitions.begin(), mbr.partitions.end(),
                   [](const Partition& a, const Partition& b) { return a.start < b.start; });
  for (std::size_t i = 1; i < mbr.partitions.size(); ++i) {
    const Partition& before = mbr.partitions[i - 1];
    if (mbr.partitions[i].start - before.start < before.size)
      reader.report(0, "mbr.overlap",
                    "the partition at byte " + std::to_string(mbr.partitions[i].start) +
                        " starts inside the one at byte " + std::to_string(before.start));
  }
  return mbr;
}

}  // namespace discern
