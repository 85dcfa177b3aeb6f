// SPDX-License-Identifier: Apache-2.0
// ZIP and gzip containers for tests: by hand, so that every field can lie, and by real tools.
#ifndef DISCERN_TESTS_CONTAINER_BUILDER_H
#define DISCERN_TESTS_CONTAINER_BUILDER_H

#include <gtest/gtest.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/source.h"

namespace discern::tests {

// Bytes under construction, kept as a string for its operators.
inline std::string le(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return text;
}

inline std::uint32_t crc32(std::string_view text) {
  return crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

// A raw deflate stream (RFC 1951).
inline std::string deflated(std::string_view text) {
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  std::string input(text);
  std::string output(text.size() + text.size() / 8 + 1024, '\0');
  stream.next_in = reinterpret_cast<std::uint8_t*>(input.data());
  stream.avail_in = static_cast<std::uint32_t>(input.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(output.data());
  stream.avail_out = static_cast<std::uint32_t>(output.size());
  stream.end_of_stream = 1;
  EXPECT_EQ(isal_deflate_stateless(&stream), COMP_OK);
  output.resize(output.size() - stream.avail_out);
  return output;
}

// Text that compresses, but not to nothing, and does not repeat in place.
inline std::string sample_payload(std::size_t size) {
  std::string text;
  for (std::uint32_t i = 0; text.size() < size; ++i)
    text += "sector " + std::to_string(i * 2654435761U) + "\n";
  text.resize(size);
  return text;
}

// What one header says; the real figure where nothing is set.
struct Claim {
  std::optional<std::string> name = {};
  std::optional<std::uint16_t> method = {};
  std::optional<std::uint32_t> crc32 = {};
  std::optional<std::uint32_t> compressed = {};
  std::optional<std::uint32_t> size = {};
  std::optional<std::uint32_t> header_offset = {};  // central only
};

enum class Descriptor { none, signed_32, unsigned_32, signed_64 };

struct ZipMember {
  std::string name = "disk.ima";
  std::string payload = {};
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  Descriptor descriptor = Descriptor::none;
  Claim local = {};
  Claim central = {};
  std::string gap = {};  // bytes behind the data
};

struct ZipLayout {
  std::string bytes;
  std::vector<std::size_t> headers;  // file offsets of the local headers
  std::vector<std::size_t> data;     // file offsets of the members' data
  std::size_t directory = 0;         // file offset of the central directory
  std::size_t end = 0;               // file offset of the end record
};

// Layout and clause numbers: PKWARE APPNOTE.TXT 4.3. `prefix` stands in front of the archive;
// offsets do not count it.
inline ZipLayout build_zip(const std::vector<ZipMember>& members, const std::string& prefix = {},
                           const std::string& comment = {}) {
  ZipLayout zip;
  zip.bytes = prefix;
  std::string directory;
  for (const ZipMember& member : members) {
    const std::string data = member.method == 8 ? deflated(member.payload) : member.payload;
    const auto crc = crc32(member.payload);
    const bool streamed = member.descriptor != Descriptor::none;
    const auto flags = static_cast<std::uint16_t>(member.flags | (streamed ? 8U : 0U));
    zip.headers.push_back(zip.bytes.size());
    const auto common = [&](const Claim& claim, bool zeros) {
      return le(20, 2) + le(flags, 2) + le(claim.method.value_or(member.method), 2) +
             le(0xA87B, 2) + le(0x5974, 2) +  // 2024-11-20 21:03:54, as in corpus demo.imz
             le(zeros ? 0 : claim.crc32.value_or(crc), 4) +
             le(zeros ? 0 : claim.compressed.value_or(data.size()), 4) +
             le(zeros ? 0 : claim.size.value_or(member.payload.size()), 4);
    };
    const std::string local_name = member.local.name.value_or(member.name);
    zip.bytes += "PK\x03\x04" + common(member.local, streamed) + le(local_name.size(), 2) +
                 le(0, 2) + local_name;
    zip.data.push_back(zip.bytes.size());
    zip.bytes += data;
    const int width = member.descriptor == Descriptor::signed_64 ? 8 : 4;
    if (streamed && member.descriptor != Descriptor::unsigned_32) zip.bytes += "PK\x07\x08";
    if (streamed)
      zip.bytes += le(crc, 4) + le(data.size(), width) + le(member.payload.size(), width);
    zip.bytes += member.gap;
    const std::string name = member.central.name.value_or(member.name);
    directory += "PK\x01\x02" + le(20, 2) + common(member.central, false) + le(name.size(), 2) +
                 le(0, 2) + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4) +
                 le(member.central.header_offset.value_or(zip.headers.back() - prefix.size()), 4) +
                 name;
  }
  zip.directory = zip.bytes.size();
  zip.bytes += directory;
  zip.end = zip.bytes.size();
  zip.bytes += "PK\x05\x06" + le(0, 4) + le(members.size(), 2) + le(members.size(), 2) +
               le(directory.size(), 4) + le(zip.directory - prefix.size(), 4) +
               le(comment.size(), 2) + comment;
  return zip;
}

// RFC 1952 2.3: a member without optional fields, or with `flags` and their `fields`.
inline std::string build_gzip(std::string_view payload, int flags = 0,
                              const std::string& fields = {}) {
  return std::string("\x1f\x8b\x08", 3) + static_cast<char>(flags) + le(0x5F000000, 4) +
         std::string("\x00\x03", 2) + fields + deflated(payload) + le(crc32(payload), 4) +
         le(payload.size(), 4);
}

// A container with unreadable bytes, as on a failing disk.
class FailingSource final : public ByteSource {
 public:
  FailingSource(SourcePtr base, ByteRange bad) : base_(std::move(base)), bad_(bad) {}
  std::uint64_t size() const override { return base_->size(); }
  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult got = base_->read(offset, buffer);
    const std::uint64_t from = std::max(offset, bad_.offset);
    const std::uint64_t to = std::min(offset + got.bytes, bad_.end());
    if (from < to) {
      got.bad.push_back({from, to - from});
      std::fill_n(buffer.begin() + static_cast<std::ptrdiff_t>(from - offset), to - from,
                  std::byte{0});
    }
    return got;
  }
  Location locate(std::uint64_t offset) const override { return base_->locate(offset); }

 private:
  SourcePtr base_;
  ByteRange bad_;
};

inline SourcePtr source_of(std::string_view bytes) {
  const Bytes part = as_bytes(bytes);
  return memory_source({part.begin(), part.end()}, "test.imz");
}

inline std::string read_all(const ByteSource& source) {
  std::string text(static_cast<std::size_t>(source.size()), '\0');
  const auto got = source.read(0, std::as_writable_bytes(std::span(text)));
  EXPECT_EQ(got.bytes, text.size());
  // Bad ranges are all at the end here; what is before them counts as read.
  if (!got.bad.empty()) text.resize(static_cast<std::size_t>(got.bad.front().offset));
  return text;
}

inline bool runs(const std::string& command) {
  return std::system(("( " + command + " ) >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace discern::tests

#endif
