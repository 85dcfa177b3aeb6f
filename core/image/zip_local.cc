// SPDX-License-Identifier: Apache-2.0
// Local headers of a ZIP archive (layout: zip.cc): compared with the central directory when there
// is one, and the only guide to the entries when there is none.
#include <algorithm>
#include <string>

#include "image/inflate.h"
#include "image/zip_records.h"

namespace discern {
namespace {

constexpr std::size_t kFirstScanBlock = 4U << 10U;
constexpr std::size_t kScanBlock = 1U << 20U;
// Longer ones are not believed where a signature was merely found, so that looking at each of many
// costs little.
constexpr std::uint16_t kLongestName = 1024;
constexpr std::uint16_t kLongestExtra = 4096;

struct NarrowDescriptor {
  U32 crc32, compressed, size;
};
struct WideDescriptor {
  U32 crc32;
  U64 compressed, size;
};

template <class Record>
std::optional<ZipDescriptor> confirmed(Bytes bytes, std::uint64_t at, std::uint64_t compressed) {
  const auto record = read_record<Record>(bytes, at);
  if (!record || record->compressed != compressed) return std::nullopt;
  return ZipDescriptor{record->crc32, record->compressed, record->size, at + sizeof(Record)};
}

// First offset from `from` on where a record's signature stands that `accept` takes.
template <class Accept>
std::optional<std::uint64_t> find_signature(const ByteSource& file, std::uint64_t from,
                                            Accept accept) {
  // Blocks grow, because mostly the next header stands where the search begins; they overlap by a
  // signature's length less one.
  std::vector<std::byte> block(kFirstScanBlock);
  for (std::uint64_t start = from; start < file.size(); start += block.size() - 3) {
    if (start > from) block.resize(std::min(2 * block.size(), kScanBlock));
    const std::size_t length = file.read(start, block).bytes;  // unreadable: zeros, no signature
    const std::string_view text = as_text(Bytes(block).first(length));
    for (auto at = text.find("PK"); at != std::string_view::npos; at = text.find("PK", at + 1)) {
      const auto signature = read_record<U32>(as_bytes(text), at);
      if (signature && accept(std::uint32_t{*signature}, start + at)) return start + at;
    }
  }
  return std::nullopt;
}

// A signature alone is four bytes that compressed data may have; a header also makes sense.
std::optional<LocalHeader> believable_header(const ByteSource& file, std::uint64_t offset) {
  const auto raw = read_exactly(file, offset, sizeof(LocalRecord));
  const auto record = raw ? read_record<LocalRecord>(*raw) : std::nullopt;
  if (!record || record->signature != kLocalSignature || record->method > 99 ||
      record->name_length == 0 || record->name_length > kLongestName ||
      record->extra_length > kLongestExtra) {
    return std::nullopt;
  }
  auto header = read_local_header(file, offset);
  if (header && header->entry.name.find('\0') != std::string::npos) return std::nullopt;
  return header;
}

std::optional<std::uint64_t> find_header(const ByteSource& file, std::uint64_t from) {
  return find_signature(file, from, [&](std::uint32_t signature, std::uint64_t at) {
    return signature == kLocalSignature && believable_header(file, at);
  });
}

// Looks for the end of data of unknown length: its descriptor, or the next header.
void find_end_of_stream(const ByteSource& file, std::uint64_t data_offset, ZipEntry& entry) {
  std::optional<ZipDescriptor> descriptor;
  const auto end =
      find_signature(file, data_offset, [&](std::uint32_t signature, std::uint64_t at) {
        if (signature == kDescriptorSignature)
          descriptor = read_zip_descriptor(file, at, at - data_offset);
        return descriptor || signature == kCentralSignature ||
               (signature == kLocalSignature && believable_header(file, at));
      });
  if (end) entry.limit_offset = *end;
  if (!descriptor) return;
  entry.crc32 = descriptor->crc32;
  entry.compressed = descriptor->compressed;
  entry.size = descriptor->size;
  entry.source = "ZIP data descriptor";
}

std::string figure(std::optional<std::uint64_t> value) {
  return value ? std::to_string(*value) : "nothing";
}

}  // namespace

std::optional<LocalHeader> read_local_header(const ByteSource& file, std::uint64_t offset) {
  const auto head = read_exactly(file, offset, sizeof(LocalRecord));
  if (!head) return std::nullopt;
  const auto record = read_record<LocalRecord>(*head);
  const std::uint64_t variable = std::uint64_t{record->name_length} + record->extra_length;
  const auto tail = read_exactly(file, offset + sizeof(LocalRecord), variable);
  if (!tail) return std::nullopt;
  auto entry = entry_of(*record, *tail);
  if (!entry) return std::nullopt;
  entry->source = "ZIP local file header";
  entry->header_offset = offset;
  entry->limit_offset = file.size();
  if ((entry->flags & kDescriptorFlag) != 0) {
    // Of encrypted entries Info-ZIP writes the time here, which checks the password.
    const bool time = (entry->flags & kEncryptedFlag) != 0 &&
                      entry->crc32 == std::uint32_t{entry->dos_time} << 16U;
    if (entry->crc32 == 0U || time) entry->crc32.reset();
    if (entry->compressed == 0U) entry->compressed.reset();
    if (entry->size == 0U) entry->size.reset();
  }
  return LocalHeader{std::move(*entry), offset + sizeof(LocalRecord) + variable,
                     record->signature == kLocalSignature};
}

Result<ZipArchive> salvage_zip(const ByteSource& file, const std::string& path) {
  ZipArchive archive;
  archive.salvaged = true;
  for (auto at = find_header(file, 0); at;) {
    auto header = believable_header(file, *at);
    if (!header) break;  // the file changed under us
    ZipEntry entry = std::move(header->entry);
    const std::uint64_t data = header->data_offset;
    if (entry.compressed) {
      entry.limit_offset = data + std::min(*entry.compressed, file.size() - data);
    } else {
      find_end_of_stream(file, data, entry);
    }
    at = find_header(file, entry.limit_offset);
    archive.entries.push_back(std::move(entry));
    if (archive.entries.size() > kMostEntries) return too_many_entries(path);
  }
  if (archive.entries.empty()) {
    const auto magic = read_exactly(file, 0, kZipLocalMagic.size());
    if (magic && as_text(*magic) == kZipLocalMagic)
      return Error{Errc::corrupt, "ZIP local file header is cut off or damaged", path, 0};
    return Error{Errc::not_this, "no ZIP archive", path};
  }
  if (archive.entries.front().header_offset > 0) {
    archive.findings.push_back(
        {"imz.prefix", Severity::warning, Place{path, 0},
         std::to_string(archive.entries.front().header_offset) + " bytes in front of the archive"});
  }
  return archive;
}

Result<ZipData> find_zip_data(const ByteSource& file, const std::string& path,
                              const ZipEntry& entry, Findings& findings) {
  const auto header = read_local_header(file, entry.header_offset);
  if (!header || (!header->signature && header->entry.name != entry.name)) {
    return Error{Errc::corrupt, "no local file header for entry " + shown_name(entry.name), path,
                 entry.header_offset};
  }
  const auto find = [&](const char* code, std::uint64_t at, std::string text) {
    findings.push_back(
        {code, Severity::warning, Place{path, entry.header_offset + at}, std::move(text)});
  };
  if (!header->signature) find("imz.local-header", 0, "local file header without its signature");
  const ZipEntry& local = header->entry;
  const auto compare = [&](const char* field, std::uint64_t at, const std::string& here,
                           const std::string& there) {
    if (here == there) return;
    find("imz.header-mismatch", at,
         std::string(field) + ": the local header says " + here + ", the " + entry.source +
             " says " + there);
  };
  constexpr std::uint16_t kFlags = kEncryptedFlag | kDescriptorFlag;
  compare("flags", 6, std::to_string(local.flags & kFlags), std::to_string(entry.flags & kFlags));
  compare("method", 8, zip_method_name(local.method), zip_method_name(entry.method));
  compare("modified", 10, dos_time_text(local.dos_date, local.dos_time),
          dos_time_text(entry.dos_date, entry.dos_time));
  if (local.crc32)
    compare("CRC-32", 14, crc32_text(*local.crc32), crc32_text(entry.crc32.value_or(0)));
  if (local.compressed)
    compare("compressed size", 18, figure(local.compressed), figure(entry.compressed));
  if (local.size) compare("size", 22, figure(local.size), figure(entry.size));
  compare("name", 30, shown_name(local.name), shown_name(entry.name));
  return ZipData{header->data_offset, local.compressed, local.size};
}

std::optional<ZipDescriptor> read_zip_descriptor(const ByteSource& file, std::uint64_t offset,
                                                 std::uint64_t compressed) {
  std::vector<std::byte> raw(sizeof(U32) + sizeof(WideDescriptor));
  raw.resize(file.read(offset, raw).bytes);
  // Few writers leave the signature out. The wide form fits only where it is meant: in the narrow
  // form the upper half of its first size is the payload's size, and that is not zero.
  const auto signature = read_record<U32>(raw);
  const std::uint64_t at = signature && *signature == kDescriptorSignature ? sizeof(U32) : 0;
  if (const auto wide = confirmed<WideDescriptor>(raw, at, compressed)) return wide;
  return confirmed<NarrowDescriptor>(raw, at, compressed);
}

}  // namespace discern
