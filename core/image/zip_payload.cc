// SPDX-License-Identifier: Apache-2.0
// Sizes stand in up to three places (directory, local header, data descriptor) and may lie in each.
// A deflate stream has its own end, so that only its output needs a bound: the largest size
// declared. Which of the declared figures is right, the CRC-32 decides.
#include "image/zip_payload.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "image/inflated_payload.h"
#include "image/zip_encryption.h"
#include "image/zip_records.h"

namespace discern {
namespace {

constexpr std::size_t kCrcBlock = 1U << 20U;

struct Inflated {
  SourcePtr source;
  std::string how = {};
};

struct Reader {
  SourcePtr container;  // decrypted
  const std::string& path;
  ZipEntry entry;  // completed by its data descriptor
  ZipData data;
  PayloadLimits limits;
  Findings& findings;
  // Of an encrypted entry: its figures are made to count the plain bytes alone.
  std::optional<ZipEncryption> encryption = {};
  std::optional<bool> authentic = {};

  void find(const char* code, Severity severity, std::uint64_t offset, std::string text) {
    findings.push_back({code, severity, Place{path, offset}, std::move(text)});
  }
  // Bytes from the data's beginning to the next structure.
  std::uint64_t room() const {
    const std::uint64_t end =
        entry.limit_offset > data.offset ? entry.limit_offset : container->size();
    return std::min(end, container->size()) - data.offset;
  }
  bool by_code() const { return encryption && encryption->without_crc32; }
  bool proved(std::uint32_t crc32) const {
    return by_code() ? authentic.value_or(false) : entry.crc32 && *entry.crc32 == crc32;
  }
  std::uint64_t behind() const { return encryption ? encryption->behind : 0; }
  std::uint64_t around() const { return encryption ? encryption->in_front + behind() : 0; }
  // Whether the data that the container has, or had, could give as much.
  bool believable(std::uint64_t size) const {
    return size <= limits.memory || size / kBestRatio <= room();
  }
  // What a broken stream's finding says of the bytes that are there.
  std::string delivered(std::uint64_t bytes, std::uint32_t crc32) const {
    if (entry.size == bytes && proved(crc32))
      return "all " + std::to_string(bytes) + " payload bytes are delivered and match their CRC-32";
    return "the first " + std::to_string(bytes) +
           (entry.size ? " of " + std::to_string(*entry.size) : "") +
           " payload bytes are delivered; there is no CRC to prove them" + doubt();
  }
  void judge_crc(std::uint32_t crc32) {
    if (by_code()) return;  // judge_authentication()
    if (!entry.crc32) {
      find("imz.crc-missing", Severity::damage, entry.header_offset,
           "no CRC-32 is left to prove the payload");
    } else if (*entry.crc32 != crc32) {
      find("imz.crc-mismatch", Severity::damage, entry.header_offset,
           "CRC-32 of the payload: the " + entry.source + " says " + crc32_text(*entry.crc32) +
               ", computed is " + crc32_text(crc32) + doubt());
    }
  }
  void judge_authentication() {
    if (!encryption || encryption->behind == 0) return;
    if (!authentic) {
      find("imz.authentication", Severity::damage, data.offset,
           "the authentication code of " + encryption->name + " or its data cannot be read");
    } else if (!*authentic) {
      find("imz.authentication", Severity::damage, data.offset,
           "the authentication code of " + encryption->name +
               " is not that of the data: damaged, changed, or (1 of 65536 passes the check) "
               "opened with a wrong password");
    }
  }
  // What else may be wrong when the payload did not come out right.
  std::string doubt() const {
    return encryption && encryption->behind == 0
               ? "; the password may be wrong, 1 of 256 passes the check of ZipCrypto"
               : "";
  }
  void judge_size(const char* what, std::optional<std::uint64_t> declared, std::uint64_t found,
                  Severity severity) {
    if (!declared || *declared == found) return;
    find("imz.size-mismatch", severity, entry.header_offset,
         std::string(what) + ": the " + entry.source + " says " + std::to_string(*declared) +
             ", found are " + std::to_string(found));
  }
  // Compares the descriptor behind `compressed` bytes of data, or takes from it what is unknown.
  // Its length, 0 when there is none.
  std::uint64_t take_descriptor(std::uint64_t compressed) {
    if ((entry.flags & kDescriptorFlag) == 0) return 0;
    const std::uint64_t offset = data.offset + compressed + behind();
    const auto descriptor = read_zip_descriptor(*container, offset, compressed + around());
    if (!descriptor) {
      find("imz.descriptor-missing", Severity::warning, offset, "no data descriptor here");
      return 0;
    }
    if (by_code()) {
      if (!entry.size) entry.size = descriptor->size;
    } else if (!entry.crc32) {
      entry.crc32 = descriptor->crc32;
      entry.size = descriptor->size;
      entry.source = "ZIP data descriptor";
    } else if (*entry.crc32 != descriptor->crc32 || entry.size != descriptor->size) {
      find("imz.descriptor-mismatch", Severity::warning, offset,
           "data descriptor: CRC-32 " + crc32_text(descriptor->crc32) + ", size " +
               std::to_string(descriptor->size) + "; " + entry.source + ": " +
               crc32_text(*entry.crc32) + ", " + std::to_string(entry.size.value_or(0)));
    }
    return descriptor->length;
  }
  void judge_gap(std::uint64_t used) {
    used += behind();
    if (used >= room()) return;
    find("imz.unused-bytes", Severity::warning, data.offset + used,
         std::to_string(room() - used) + " bytes between the entry and the next structure");
  }
  Error nothing(std::uint64_t offset) const {
    return {Errc::corrupt,
            "no byte of entry " + shown_name(entry.name) + " can be delivered" + doubt(), path,
            offset};
  }
};

// A whole entry's stream. One that turns out to be too large for memory is begun anew.
struct InflatedEntry {
  InflatedPayload payload;
  InflatedStream stream;
};

InflatedEntry inflate(const Reader& reader, std::uint64_t input, std::uint64_t declared) {
  const std::uint64_t limit = declared == 0 ? ~std::uint64_t{0} : declared;
  const ByteRange range{reader.data.offset, input};
  InflatedEntry entry{{reader.limits, declared}, {}};
  entry.stream = entry.payload.add(*reader.container, range, limit);
  const auto again = [&](InflatedPayload payload) {
    entry.payload = std::move(payload);
    entry.stream = entry.payload.add(*reader.container, range, limit);
  };
  if (entry.stream.end == StreamEnd::over_limit && entry.stream.produced < limit)
    again(entry.payload.with_points());
  if (entry.payload.from_cache() && !reader.proved(entry.stream.crc32))
    again(entry.payload.without_cache());
  return entry;
}

Result<Inflated> open_deflated(Reader& reader) {
  ZipEntry& entry = reader.entry;
  const ZipData& data = reader.data;
  const std::uint64_t room = reader.room();
  const std::uint64_t declared = std::max(entry.size.value_or(0), data.size.value_or(0));
  const std::uint64_t input =
      std::min(std::max(entry.compressed.value_or(room), data.compressed.value_or(0)),
               reader.container->size() - data.offset);
  InflatedEntry inflated = inflate(reader, input, declared);
  if (inflated.stream.end == StreamEnd::cut && input < room) {
    // A compressed size that is too small: the stream goes on, and the CRC says whether it is
    // right.
    InflatedEntry longer = inflate(reader, room, declared);
    if (longer.stream.end == StreamEnd::complete && reader.proved(longer.stream.crc32))
      inflated = std::move(longer);
  }

  const InflatedStream& stream = inflated.stream;
  const std::uint64_t end = data.offset + stream.consumed;
  if (stream.end == StreamEnd::no_memory) return too_large(reader.path, end, stream.produced);
  if (stream.produced == 0) return reader.nothing(end);
  std::string how = inflated.payload.how();
  if (inflated.payload.note()) reader.findings.push_back(*inflated.payload.note());
  SourcePtr source = std::move(inflated.payload).source(reader.container, reader.path);
  if (stream.end == StreamEnd::complete) {
    const std::uint64_t descriptor = reader.take_descriptor(stream.consumed);
    reader.judge_gap(stream.consumed + descriptor);
    reader.judge_crc(stream.crc32);
    const Severity severity = reader.proved(stream.crc32) ? Severity::warning : Severity::damage;
    reader.judge_size("compressed size", entry.compressed, stream.consumed, severity);
    reader.judge_size("size", entry.size, stream.produced, severity);
    return Inflated{std::move(source), std::move(how)};
  }
  if (stream.end == StreamEnd::over_limit) {
    reader.judge_crc(stream.crc32);
    reader.find("imz.size-mismatch", Severity::damage, end,
                "the deflate stream goes on beyond the " + std::to_string(stream.produced) +
                    " bytes declared; what follows is not delivered");
    return Inflated{std::move(source), std::move(how)};
  }
  reader.findings.push_back(
      broken_stream(stream.end, reader.path, end, reader.delivered(stream.produced, stream.crc32)));
  if (entry.size && *entry.size > stream.produced && reader.believable(*entry.size))
    source = partial_source(std::move(source), *entry.size);
  return Inflated{std::move(source), std::move(how)};
}

// CRC-32 of a whole source; nothing when a part of it cannot be read.
std::optional<std::uint32_t> crc32_of_source(const ByteSource& source) {
  std::vector<std::byte> block(
      static_cast<std::size_t>(std::min<std::uint64_t>(kCrcBlock, source.size())));
  std::uint32_t crc32 = 0;
  for (std::uint64_t at = 0; at < source.size();) {
    const ReadResult got = source.read(at, block);
    if (!got.complete() || got.bytes == 0) return std::nullopt;
    crc32 = crc32_of(Bytes(block).first(got.bytes), crc32);
    at += got.bytes;
  }
  return crc32;
}

Result<Inflated> open_stored(Reader& reader) {
  ZipEntry& entry = reader.entry;
  const ZipData& data = reader.data;
  const std::uint64_t left = reader.container->size() - data.offset;
  std::uint64_t size = entry.size.value_or(entry.compressed.value_or(reader.room()));
  if (std::min(size, left) == 0) return reader.nothing(data.offset);
  SourcePtr source = window_source(reader.container, data.offset, size);
  auto crc32 = crc32_of_source(*source);
  // Stored data has one size; where the figures differ, the CRC decides.
  for (const auto& other : {entry.compressed, data.size}) {
    if (!other || *other == size || *other == 0 || *other > left) continue;
    if (crc32 && reader.proved(*crc32)) break;
    const SourcePtr window = window_source(reader.container, data.offset, *other);
    const auto other_crc32 = crc32_of_source(*window);
    if (!other_crc32 || !reader.proved(*other_crc32)) continue;
    size = *other;
    source = window;
    crc32 = other_crc32;
  }
  const bool proved = crc32 && reader.proved(*crc32);
  const Severity severity = proved ? Severity::warning : Severity::damage;
  reader.judge_size("size", entry.size, size, severity);
  reader.judge_size("compressed size", entry.compressed, size, severity);
  if (size > left) {
    reader.find("imz.truncated", Severity::damage, reader.container->size(),
                "the stored data is cut off; " + reader.delivered(left, crc32.value_or(0)));
    if (reader.believable(size)) source = partial_source(std::move(source), size);
    return Inflated{std::move(source)};
  }
  if (!entry.size) {
    // Written to a pipe, and neither directory nor descriptor is left to say where it ends.
    reader.find("imz.truncated", Severity::damage, data.offset + size,
                "the stored data has no recorded end; " + reader.delivered(size, 0));
    return Inflated{std::move(source)};
  }
  reader.judge_gap(size + reader.take_descriptor(size));
  if (crc32) {
    reader.judge_crc(*crc32);
  } else {
    reader.find("imz.unreadable", Severity::damage, data.offset,
                "parts of the stored data cannot be read; its CRC-32 cannot be compared");
  }
  return Inflated{std::move(source)};
}

// Puts the decrypted data in the container's place.
Status decrypt(Reader& reader, const std::string& password) {
  ZipEntry& entry = reader.entry;
  ZipData& data = reader.data;
  const ZipEncryption& encryption = *reader.encryption;
  const std::uint64_t around = reader.around();
  const auto declared = entry.compressed ? entry.compressed : data.compressed;
  // Of unknown length, all that is there may be data. A cut container has less than declared.
  const std::uint64_t length =
      declared ? std::min(*declared, reader.container->size()) : reader.room() + encryption.behind;
  auto decrypted = decrypt_zip_entry(reader.container, reader.path, entry, encryption,
                                     {data.offset, length}, password);
  if (!decrypted) return decrypted.error();
  reader.container = std::move(decrypted->container);
  reader.authentic = declared ? decrypted->authentic : std::nullopt;
  reader.limits.cache = nullptr;  // what was encrypted is not left lying about in clear
  data.offset += encryption.in_front;
  for (std::optional<std::uint64_t>* const size : {&entry.compressed, &data.compressed})
    if (*size) **size -= std::min(**size, around);
  if (encryption.without_crc32) entry.crc32.reset();
  reader.judge_authentication();
  return Done{};
}

}  // namespace

Result<ZipPayload> read_zip_payload(const SourcePtr& container, const std::string& path,
                                    const ZipEntry& entry, const std::string& password,
                                    const PayloadLimits& limits, Findings& findings) {
  const auto encryption = zip_encryption(path, entry);
  if (!encryption) return encryption.error();
  if (entry.method != 0 && entry.method != 8) {
    return Error{Errc::unsupported,
                 "entry " + shown_name(entry.name) + " is compressed with " +
                     zip_method_name(entry.method) + "; stored and deflate are read",
                 path, entry.header_offset};
  }
  auto data = find_zip_data(*container, path, entry, findings);
  if (!data) return data.error();
  Reader reader{container, path, entry, *data, limits, findings};
  if (*encryption) {
    reader.encryption = **encryption;
    if (const Status status = decrypt(reader, password); !status) return status.error();
  }
  auto payload = entry.method == 0 ? open_stored(reader) : open_deflated(reader);
  if (!payload) return payload.error();
  return ZipPayload{std::move(payload->source), reader.data.offset,
                    std::move(payload->how),    reader.encryption ? reader.encryption->name : "",
                    reader.entry.crc32,         reader.entry.source};
}

}  // namespace discern
