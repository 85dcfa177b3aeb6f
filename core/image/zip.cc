// SPDX-License-Identifier: Apache-2.0
// A ZIP archive (PKWARE APPNOTE.TXT 6.3.10, clause numbers in brackets), front to back:
//
//   [anything]               a self-extractor's program, or nothing
//   local header   PK\3\4    30 bytes, name, extra field                        [4.3.7]
//   data                     stored (0) or deflate (8) bytes                    [4.3.8]
//   data descriptor PK\7\8   CRC-32 and sizes, when bit 3 of the flags is set   [4.3.9]
//   ... more entries ...
//   central header PK\1\2    46 bytes, name, extra field, comment; one an entry [4.3.12]
//   ZIP64 end      PK\6\6    56 bytes and more, only when a field needs it      [4.3.14]
//   ZIP64 locator  PK\6\7    20 bytes                                           [4.3.15]
//   end            PK\5\6    22 bytes, comment of up to 65535 bytes             [4.3.16]
//   [anything]
//
// Reading begins at the end record. Its offsets count from the archive's first byte, which is not
// the file's when something stands in front; some tools adjust them, some do not. A place for the
// directory counts only if a central header stands there that leads to a local header; with no such
// place the entries are found by their local headers (zip_local.cc).
#include "image/zip.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "image/zip_records.h"

namespace discern {
namespace {

constexpr std::uint64_t kLongestEnd = sizeof(EndRecord) + 65535;
constexpr std::string_view kEndMagic{"PK\x05\x06", 4};
constexpr std::uint64_t kLongestCentralHeader = sizeof(CentralRecord) + 3ULL * 65535;
constexpr std::uint64_t kLargestDirectory = 64ULL << 20U;

// What the end records say, ZIP64 taken into account.
struct Ending {
  std::uint64_t offset = 0;         // of the EndRecord
  std::uint64_t directory_end = 0;  // where the first end record, 64 or not, begins
  std::uint64_t entries = 0;
  std::uint64_t directory_size = 0;
  std::uint64_t directory_offset = 0;  // from the archive's first byte
  std::uint32_t comment_length = 0;
  bool spanned = false;
};

// A reading of the end record: where the directory begins, and what to add to its offsets.
struct Placement {
  std::uint64_t directory = 0;
  std::uint64_t shift = 0;
};

template <class Record>
std::optional<Record> record_at(const ByteSource& file, std::uint64_t offset,
                                std::uint32_t signature) {
  const auto raw = read_exactly(file, offset, sizeof(Record));
  if (!raw) return std::nullopt;
  const auto record = read_record<Record>(*raw);
  if (!record || record->signature != signature) return std::nullopt;
  return record;
}

void apply_zip64(const ByteSource& file, Ending& ending) {
  if (ending.offset < sizeof(Locator64Record)) return;
  const std::uint64_t locator_offset = ending.offset - sizeof(Locator64Record);
  const auto locator = record_at<Locator64Record>(file, locator_offset, kLocator64Signature);
  if (!locator) return;
  // The locator's offset is off by whatever stands in front of the archive.
  std::vector<std::uint64_t> places;
  if (locator_offset >= sizeof(End64Record)) places.push_back(locator_offset - sizeof(End64Record));
  places.push_back(locator->end64_offset);
  for (const std::uint64_t place : places) {
    const auto end = record_at<End64Record>(file, place, kEnd64Signature);
    if (!end || place >= locator_offset) continue;
    ending.directory_end = place;
    ending.entries = end->entries;
    ending.directory_size = end->directory_size;
    ending.directory_offset = end->directory_offset;
    ending.spanned = end->disk != 0 || end->directory_disk != 0;
    return;
  }
}

// End records in the file's last 64 KiB, the last one first.
std::vector<Ending> find_endings(const ByteSource& file) {
  const std::uint64_t length = std::min(file.size(), kLongestEnd);
  const std::uint64_t start = file.size() - length;
  std::vector<std::byte> tail(static_cast<std::size_t>(length));
  file.read(start, tail);  // unreadable parts are zeros, hence no signature
  std::vector<Ending> endings;
  const std::string_view text = as_text(tail);
  for (auto at = text.rfind(kEndMagic); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind(kEndMagic, at - 1)) {
    const auto record = read_record<EndRecord>(tail, at);
    if (!record) continue;
    Ending ending;
    ending.offset = start + at;
    ending.directory_end = ending.offset;
    ending.entries = record->entries;
    ending.directory_size = record->directory_size;
    ending.directory_offset = record->directory_offset;
    ending.comment_length = record->comment_length;
    ending.spanned = record->disk != 0 || record->directory_disk != 0;
    apply_zip64(file, ending);
    endings.push_back(ending);
  }
  return endings;
}

std::optional<ZipEntry> central_entry(Bytes directory, std::uint64_t& at) {
  const auto record = read_record<CentralRecord>(directory, at);
  if (!record || record->signature != kCentralSignature) return std::nullopt;
  const std::uint64_t variable =
      std::uint64_t{record->name_length} + record->extra_length + record->comment_length;
  const auto tail = slice(directory, at + sizeof(CentralRecord), variable);
  if (!tail) return std::nullopt;
  at += sizeof(CentralRecord) + variable;
  return entry_of(*record, *tail);
}

// True when a central header stands at the place and leads to a local header, known by its
// signature or, should that be damaged, by its name.
bool leads_to_local_header(const ByteSource& file, const Ending& ending, Placement place) {
  if (!record_at<CentralRecord>(file, place.directory, kCentralSignature)) return false;
  const std::uint64_t length =
      std::min(ending.directory_end - place.directory, kLongestCentralHeader);
  const auto head = read_exactly(file, place.directory, length);
  std::uint64_t at = 0;
  const auto entry = head ? central_entry(*head, at) : std::nullopt;
  if (!entry) return false;
  const auto local = read_local_header(file, place.shift + entry->header_offset);
  return local && (local->signature || (!entry->name.empty() && local->entry.name == entry->name));
}

std::optional<Placement> place_directory(const ByteSource& file, const Ending& ending) {
  std::vector<Placement> places;
  if (ending.directory_size <= ending.directory_end) {
    const std::uint64_t directory = ending.directory_end - ending.directory_size;
    if (ending.directory_offset <= directory)
      places.push_back({directory, directory - ending.directory_offset});
    places.push_back({directory, 0});
  }
  places.push_back({ending.directory_offset, 0});
  for (const Placement place : places) {
    if (place.directory < ending.directory_end && leads_to_local_header(file, ending, place))
      return place;
  }
  return std::nullopt;
}

// The entries of the directory at `place`; nothing when it breaks off before its end.
Result<std::optional<ZipArchive>> read_directory(const ByteSource& file, const std::string& path,
                                                 const Ending& ending, Placement place) {
  const std::uint64_t length = ending.directory_end - place.directory;
  if (length > kLargestDirectory) {
    return Error{Errc::limit, "ZIP central directory of " + std::to_string(length) + " bytes", path,
                 place.directory};
  }
  const auto directory = read_exactly(file, place.directory, length);
  if (!directory) return std::optional<ZipArchive>();
  ZipArchive archive;
  std::uint64_t at = 0;
  while (at < directory->size()) {
    auto entry = central_entry(*directory, at);
    // Behind the last entry there may be a digital signature (4.3.13) or padding.
    if (!entry && archive.entries.size() >= ending.entries) break;
    if (!entry) return std::optional<ZipArchive>();
    entry->header_offset += place.shift;
    archive.entries.push_back(std::move(*entry));
    if (archive.entries.size() > kMostEntries) return too_many_entries(path);
  }

  std::vector<std::uint64_t> starts = {place.directory, file.size()};
  for (const ZipEntry& entry : archive.entries) starts.push_back(entry.header_offset);
  std::sort(starts.begin(), starts.end());
  for (ZipEntry& entry : archive.entries) {
    const auto next = std::upper_bound(starts.begin(), starts.end(), entry.header_offset);
    entry.limit_offset = next == starts.end() ? file.size() : *next;
  }

  const auto find = [&](const char* code, Severity severity, std::uint64_t offset,
                        std::string text) {
    archive.findings.push_back({code, severity, Place{path, offset}, std::move(text)});
  };
  if (archive.entries.size() != ending.entries) {
    find("imz.directory-count", Severity::warning, ending.offset,
         "end record counts " + std::to_string(ending.entries) + " entries, the directory has " +
             std::to_string(archive.entries.size()));
  }
  if (starts.front() > 0) {
    find("imz.prefix", Severity::warning, 0,
         std::to_string(starts.front()) + " bytes in front of the archive");
  }
  const std::uint64_t comment_offset = ending.offset + sizeof(EndRecord);
  const std::uint64_t left = file.size() - comment_offset;
  if (ending.comment_length > left) {
    find("imz.comment-cut", Severity::warning, comment_offset,
         "archive comment of " + std::to_string(ending.comment_length) + " bytes ends after " +
             std::to_string(left));
  } else if (ending.comment_length < left) {
    find("imz.trailing-bytes", Severity::warning, comment_offset + ending.comment_length,
         std::to_string(left - ending.comment_length) + " bytes behind the archive");
  }
  if (const auto text =
          read_exactly(file, comment_offset, std::min<std::uint64_t>(ending.comment_length, left));
      text && !text->empty()) {
    find("imz.comment", Severity::note, comment_offset,
         "archive comment: " + shown_name(as_text(*text)));
  }
  return std::optional(std::move(archive));
}

}  // namespace

Result<ZipArchive> read_zip(const ByteSource& file, const std::string& path) {
  const std::vector<Ending> endings = find_endings(file);
  for (const Ending& ending : endings) {
    const auto place = place_directory(file, ending);
    if (!place) continue;
    auto archive = read_directory(file, path, ending, *place);
    if (!archive) return archive.error();
    if (*archive) return std::move(**archive);
  }
  if (!endings.empty() && endings.front().spanned) {
    return Error{Errc::unsupported, "volume of a spanned ZIP archive", path,
                 endings.front().offset};
  }
  auto archive = salvage_zip(file, path);
  if (!archive) {
    const bool empty = archive.error().code == Errc::not_this && !endings.empty();
    return empty ? Result<ZipArchive>(ZipArchive{}) : archive;
  }
  archive->findings.insert(
      archive->findings.begin(),
      {"imz.directory-missing", Severity::damage,
       Place{path, endings.empty() ? file.size() : endings.front().offset},
       endings.empty() ? "no end of the ZIP central directory; entries are found by local headers"
                       : "ZIP central directory is damaged; entries are found by local headers"});
  return archive;
}

bool ends_as_zip(const ByteSource& file) {
  const std::vector<Ending> endings = find_endings(file);
  return std::any_of(endings.begin(), endings.end(), [&](const Ending& ending) {
    return place_directory(file, ending).has_value();
  });
}

std::string zip_method_name(std::uint16_t method) {
  switch (method) {  // 4.4.5
    case 0:
      return "stored";
    case 1:
      return "shrink";
    case 6:
      return "implode";
    case 8:
      return "deflate";
    case 9:
      return "deflate64";
    case 12:
      return "bzip2";
    case 14:
      return "LZMA";
    case 93:
      return "Zstandard";
    case 95:
      return "XZ";
    case 98:
      return "PPMd";
    case 99:
      return "WinZip AES";
    default:
      return "method " + std::to_string(method);
  }
}

std::string shown_name(std::string_view name) {
  std::string shown;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      shown += c;
      continue;
    }
    std::array<char, 8> hex{};
    (void)std::snprintf(hex.data(), hex.size(), "\\x%02x", unsigned{byte});
    shown += hex.data();
  }
  return shown;
}

std::string dos_time_text(std::uint16_t date, std::uint16_t time) {
  std::array<char, 40> text{};
  (void)std::snprintf(text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d", 1980 + (date >> 9),
                      (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2);
  return text.data();
}

}  // namespace discern
