// SPDX-License-Identifier: Apache-2.0
// Bytes from evidence, and the only bounds arithmetic of the project.
#ifndef DISCERN_BYTES_H
#define DISCERN_BYTES_H

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace discern {

using Bytes = std::span<const std::byte>;

// `length` bytes from `offset` of some named sequence (file, view, block).
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::uint64_t end() const { return offset + length; }
  auto operator<=>(const ByteRange&) const = default;
};

// The part [offset, offset + length) of `bytes`, or nothing when any of it lies outside.
// Every access to a field of evidence goes through here.
inline std::optional<Bytes> slice(Bytes bytes, std::uint64_t offset, std::uint64_t length) {
  if (offset > bytes.size() || length > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

// Copies an on-disk record out of `bytes`. Records are structs of Boost.Endian integers and
// byte arrays, so that layout and byte order are the type's.
template <class Record>
std::optional<Record> read_record(Bytes bytes, std::uint64_t offset = 0) {
  static_assert(std::is_trivially_copyable_v<Record> && alignof(Record) == 1);
  const auto raw = slice(bytes, offset, sizeof(Record));
  if (!raw) return std::nullopt;
  Record record;
  std::memcpy(&record, raw->data(), sizeof record);
  return record;
}

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

// True when `bytes` has `text` at `offset`.
inline bool has_text_at(Bytes bytes, std::uint64_t offset, std::string_view text) {
  const auto part = slice(bytes, offset, text.size());
  return part && as_text(*part) == text;
}

}  // namespace discern

#endif
