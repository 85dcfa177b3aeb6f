// SPDX-License-Identifier: Apache-2.0
// The GUID partition table. Header in sector 1, its copy in the last sector, little-endian:
//
//    0  8  "EFI PART"          8  4  revision           12  4  header size, 92 and up
//   16  4  CRC-32 of the header with this field zero     24  8  own sector
//   32  8  sector of the copy 40  8  first usable        48  8  last usable
//   56 16  disk GUID          72  8  first sector of the entries
//   80  4  number of entries  84  4  bytes per entry     88  4  CRC-32 of all entries
//
// An entry: 0 type GUID (zero: unused), 16 own GUID, 32 LE64 first sector, 40 LE64 last sector,
// 48 attributes, 56 name in UTF-16. GUIDs are stored with their first three parts little-endian.
// Source: UEFI specification 2.10, section 5.3.
#include <isa-l/crc.h>

#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <utility>

#include "volume/finding_at.h"
#include "volume/partition_table.h"
#include "volume/proof_at.h"

namespace discern {
namespace {

using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

struct Header {
  char signature[8];
  little_uint32_t revision;
  little_uint32_t header_size;
  little_uint32_t header_crc;
  little_uint32_t reserved;
  little_uint64_t own_sector;
  little_uint64_t other_sector;
  little_uint64_t first_usable;
  little_uint64_t last_usable;
  std::uint8_t disk[16];
  little_uint64_t entries_sector;
  little_uint32_t entry_count;
  little_uint32_t entry_size;
  little_uint32_t entries_crc;
};
static_assert(sizeof(Header) == 92);

struct Entry {
  std::uint8_t type[16];
  std::uint8_t id[16];
  little_uint64_t first;
  little_uint64_t last;
  little_uint64_t attributes;
  std::uint8_t name[72];
};
static_assert(sizeof(Entry) == 128);

// 1024 entries; the usual array has 128 of them. The bound is ours.
constexpr std::uint64_t kMostEntryBytes = 1024 * sizeof(Entry);

std::uint32_t crc32(Bytes bytes) {
  return crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string guid_text(const std::uint8_t (&guid)[16]) {
  static constexpr std::array<int, 16> kOrder = {3, 2, 1,  0,  5,  4,  7,  6,
                                                 8, 9, 10, 11, 12, 13, 14, 15};
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    const std::uint8_t byte = guid[kOrder[i]];
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0x0F];
  }
  return text;
}

struct Gpt {
  Header header;
  std::vector<std::byte> entries;
};

// The table whose header is in `sector`; Errc::not_this without the signature, otherwise
// Errc::corrupt with what is wrong.
Result<Gpt> read_table(const ByteSource& source, std::uint64_t sector, std::uint64_t sector_size) {
  const auto corrupt = [&](const char* what) { return Error{Errc::corrupt, what}; };
  const auto bytes = read_exactly(source, sector * sector_size, sector_size);
  if (!bytes || !has_text_at(*bytes, 0, "EFI PART"))
    return Error{Errc::not_this, "no header in its sector"};
  const Header header = *read_record<Header>(*bytes);

  if (header.header_size < sizeof(Header) || header.header_size > sector_size)
    return corrupt("the header's size is impossible");
  std::vector<std::byte> summed(bytes->begin(),
                                bytes->begin() + static_cast<std::ptrdiff_t>(header.header_size));
  std::fill_n(summed.begin() + offsetof(Header, header_crc), 4, std::byte{0});
  if (crc32(summed) != header.header_crc) return corrupt("the header's CRC does not match");
  if (header.own_sector != sector) return corrupt("the header names another sector as its own");

  const std::uint64_t length = std::uint64_t{header.entry_count} * header.entry_size;
  if (header.entry_size < sizeof(Entry) || length > kMostEntryBytes)
    return corrupt("the number or size of entries is impossible");
  if (header.entries_sector > source.size() / sector_size)
    return corrupt("the entries lie outside the image");
  auto entries = read_exactly(source, header.entries_sector * sector_size, length);
  if (!entries) return corrupt("the entries lie outside the image");
  if (crc32(*entries) != header.entries_crc)
    return corrupt("the CRC of the entries does not match");
  return Gpt{header, std::move(*entries)};
}

PartitionTable partitions_of(const ByteSource& source, const Gpt& gpt, std::uint64_t sector_size,
                             Findings& findings) {
  PartitionTable result;
  const std::uint64_t place = gpt.header.own_sector * sector_size;
  add_proof(result.proofs, source, place, 8, "GPT header");
  add_proof(result.proofs, source, place + 16, 4, "CRC-32 of the GPT header, which matches");
  add_proof(result.proofs, source, place + 88, 4, "CRC-32 of the GPT's entries, which matches");
  const std::uint64_t sectors = source.size() / sector_size;
  for (std::uint64_t i = 0; i < gpt.header.entry_count; ++i) {
    const std::uint64_t offset = i * gpt.header.entry_size;
    const auto entry = read_record<Entry>(gpt.entries, offset);
    if (!entry) break;
    if (std::all_of(std::begin(entry->type), std::end(entry->type),
                    [](std::uint8_t byte) { return byte == 0; }))
      continue;
    const std::uint64_t first = entry->first;
    const std::uint64_t last = entry->last;
    if (first > last || first >= sectors || last > ~std::uint64_t{0} / sector_size - 1) {
      findings.push_back(finding_at(source, gpt.header.entries_sector * sector_size + offset,
                                    "gpt.outside", Severity::warning,
                                    "GPT entry " + std::to_string(i + 1) + " claims sectors " +
                                        std::to_string(first) + " to " + std::to_string(last) +
                                        " of " + std::to_string(sectors)));
      continue;
    }
    result.partitions.push_back(
        {first * sector_size, (last - first + 1) * sector_size, "gpt " + guid_text(entry->type)});
    add_proof(result.proofs, source, gpt.header.entries_sector * sector_size + offset, 48,
              "GPT entry " + std::to_string(i + 1) + ": sectors " + std::to_string(first) + " to " +
                  std::to_string(last));
  }
  return result;
}

}  // namespace

std::optional<PartitionTable> read_gpt(const ByteSource& source, std::uint32_t sector_size,
                                       Findings& findings) {
  const std::uint64_t sectors = source.size() / sector_size;
  if (sectors < 3) return std::nullopt;
  const auto report = [&](std::uint64_t sector, const char* code, std::string text) {
    findings.push_back(
        finding_at(source, sector * sector_size, code, Severity::warning, std::move(text)));
  };

  const auto primary = read_table(source, 1, sector_size);
  // Before the first table is known to be good, its word on where the second one is counts nothing.
  std::uint64_t backup_sector = sectors - 1;
  if (primary && primary->header.other_sector < sectors)
    backup_sector = primary->header.other_sector;
  const auto backup = read_table(source, backup_sector, sector_size);
  if (!primary && !backup) {
    if (primary.error().code == Errc::corrupt)
      report(1, "gpt.damaged", "GPT: " + primary.error().text + "; there is no good copy either");
    return std::nullopt;
  }
  if (!primary)
    report(1, "gpt.primary-damaged", "GPT: " + primary.error().text + "; the copy is used");
  else if (!backup)
    report(backup_sector, "gpt.backup-damaged", "the GPT's copy: " + backup.error().text);
  else if (primary->entries != backup->entries)
    report(backup_sector, "gpt.copies-differ", "the GPT and its copy have different entries");
  return partitions_of(source, primary ? *primary : *backup, sector_size, findings);
}

}  // namespace discern
