// SPDX-License-Identifier: Apache-2.0
// Sizes stand in up to three places (directory, local header, data descriptor) and may lie in each.
// A deflate stream has its own end, so that only its output needs a bound: the largest size
// declared. Which of the declared figures is right, the CRC-32 decides.
#include "image/zip_payload.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "image/inflate.h"
#include "image/zip_records.h"

namespace discern {
namespace {

constexpr std::size_t kCrcBlock = 1U << 20U;
// Deflate gives at most 258 bytes for two bits (RFC 1951, 3.2.5).
constexpr std::uint64_t kBestRatio = 1032;

struct Reader {
  const SourcePtr& container;
  const std::string& path;
  ZipEntry entry;  // completed by its data descriptor
  ZipData data;
  std::uint64_t memory_limit;
  Findings& findings;

  void find(const char* code, Severity severity, std::uint64_t offset, std::string text) {
    findings.push_back({code, severity, Place{path, offset}, std::move(text)});
  }
  // Bytes from the data's beginning to the next structure.
  std::uint64_t room() const {
    const std::uint64_t end =
        entry.limit_offset > data.offset ? entry.limit_offset : container->size();
    return std::min(end, container->size()) - data.offset;
  }
  bool proved(std::uint32_t crc32) const { return entry.crc32 && *entry.crc32 == crc32; }
  // What a broken stream's finding says of the bytes that are there.
  std::string delivered(std::uint64_t bytes, std::uint32_t crc32) const {
    if (entry.size == bytes && proved(crc32))
      return "all " + std::to_string(bytes) + " payload bytes are delivered and match their CRC-32";
    return "the first " + std::to_string(bytes) +
           (entry.size ? " of " + std::to_string(*entry.size) : "") +
           " payload bytes are delivered; there is no CRC to prove them";
  }
  void judge_crc(std::uint32_t crc32) {
    if (!entry.crc32) {
      find("imz.crc-missing", Severity::damage, entry.header_offset,
           "no CRC-32 is left to prove the payload");
    } else if (*entry.crc32 != crc32) {
      find("imz.crc-mismatch", Severity::damage, entry.header_offset,
           "CRC-32 of the payload: the " + entry.source + " says " + crc32_text(*entry.crc32) +
               ", computed is " + crc32_text(crc32));
    }
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
    const std::uint64_t offset = data.offset + compressed;
    const auto descriptor = read_zip_descriptor(*container, offset, compressed);
    if (!descriptor) {
      find("imz.descriptor-missing", Severity::warning, offset, "no data descriptor here");
      return 0;
    }
    const bool unknown = !entry.crc32;
    if (unknown) {
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
    if (used >= room()) return;
    find("imz.unused-bytes", Severity::warning, data.offset + used,
         std::to_string(room() - used) + " bytes between the entry and the next structure");
  }
  Error nothing(std::uint64_t offset) const {
    return {Errc::corrupt, "no byte of entry " + shown_name(entry.name) + " can be delivered", path,
            offset};
  }
};

Result<SourcePtr> open_deflated(Reader& reader) {
  ZipEntry& entry = reader.entry;
  const ZipData& data = reader.data;
  const std::uint64_t room = reader.room();
  const std::uint64_t declared = std::max(entry.size.value_or(0), data.size.value_or(0));
  const std::uint64_t limit =
      declared == 0 ? reader.memory_limit : std::min(declared, reader.memory_limit);
  const std::uint64_t input =
      std::min(std::max(entry.compressed.value_or(room), data.compressed.value_or(0)),
               reader.container->size() - data.offset);
  Inflater inflater;
  PayloadMemory memory;
  InflatedStream stream = inflater.run(*reader.container, {data.offset, input}, limit, memory);
  if (stream.end == StreamEnd::cut && input < room) {
    // A compressed size that is too small: the stream goes on, and the CRC says whether it is
    // right.
    PayloadMemory whole;
    const InflatedStream longer =
        inflater.run(*reader.container, {data.offset, room}, limit, whole);
    if (longer.end == StreamEnd::complete && reader.proved(longer.crc32)) {
      stream = longer;
      memory = std::move(whole);
    }
  }

  const std::uint64_t end = data.offset + stream.consumed;
  if (stream.end == StreamEnd::no_memory ||
      (stream.end == StreamEnd::over_limit && stream.produced == reader.memory_limit)) {
    return too_large(reader.path, end, stream.produced);
  }
  if (stream.produced == 0) return reader.nothing(end);
  if (stream.end == StreamEnd::complete) {
    const std::uint64_t descriptor = reader.take_descriptor(stream.consumed);
    reader.judge_gap(stream.consumed + descriptor);
    reader.judge_crc(stream.crc32);
    const Severity severity = reader.proved(stream.crc32) ? Severity::warning : Severity::damage;
    reader.judge_size("compressed size", entry.compressed, stream.consumed, severity);
    reader.judge_size("size", entry.size, stream.produced, severity);
    return payload_source(std::move(memory), reader.path);
  }
  if (stream.end == StreamEnd::over_limit) {
    reader.judge_crc(stream.crc32);
    reader.find("imz.size-mismatch", Severity::damage, end,
                "the deflate stream goes on beyond the " + std::to_string(stream.produced) +
                    " bytes declared; what follows is not delivered");
    return payload_source(std::move(memory), reader.path);
  }
  reader.findings.push_back(
      broken_stream(stream.end, reader.path, end, reader.delivered(stream.produced, stream.crc32)));
  SourcePtr source = payload_source(std::move(memory), reader.path);
  if (entry.size && *entry.size > stream.produced && *entry.size <= reader.memory_limit)
    return partial_source(std::move(source), *entry.size);
  return source;
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

Result<SourcePtr> open_stored(Reader& reader) {
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
    const bool believable = size <= reader.memory_limit || size / kBestRatio <= left;
    return believable ? partial_source(std::move(source), size) : std::move(source);
  }
  if (!entry.size) {
    // Written to a pipe, and neither directory nor descriptor is left to say where it ends.
    reader.find("imz.truncated", Severity::damage, data.offset + size,
                "the stored data has no recorded end; " + reader.delivered(size, 0));
    return source;
  }
  reader.judge_gap(size + reader.take_descriptor(size));
  if (crc32) {
    reader.judge_crc(*crc32);
  } else {
    reader.find("imz.unreadable", Severity::damage, data.offset,
                "parts of the stored data cannot be read; its CRC-32 cannot be compared");
  }
  return source;
}

}  // namespace

Result<ZipPayload> read_zip_payload(const SourcePtr& container, const std::string& path,
                                    const ZipEntry& entry, std::uint64_t memory_limit,
                                    Findings& findings) {
  constexpr std::uint16_t kAes = 99;
  const std::string name = "entry " + shown_name(entry.name);
  if ((entry.flags & kEncryptedFlag) != 0 || entry.method == kAes) {
    return Error{
        Errc::unsupported,
        name + " is encrypted (" + (entry.method == kAes ? "WinZip AES" : "ZIP password") + ")",
        path, entry.header_offset};
  }
  if (entry.method != 0 && entry.method != 8) {
    return Error{Errc::unsupported,
                 name + " is compressed with " + zip_method_name(entry.method) +
                     "; stored and deflate are read",
                 path, entry.header_offset};
  }
  auto data = find_zip_data(*container, path, entry, findings);
  if (!data) return data.error();
  Reader reader{container, path, entry, *data, memory_limit, findings};
  auto source = entry.method == 0 ? open_stored(reader) : open_deflated(reader);
  if (!source) return source.error();
  return ZipPayload{std::move(*source), data->offset, reader.entry.crc32, reader.entry.source};
}

}  // namespace discern
