// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "discern/source.h"

namespace discern {

std::optional<Bytes> ByteSource::view(std::uint64_t, std::uint64_t) const { return std::nullopt; }

std::vector<ByteRange> ByteSource::failed(ByteRange) const { return {}; }

void ByteSource::will_read(std::uint64_t, std::uint64_t) const {}

Result<std::vector<std::byte>> read_exactly(const ByteSource& source, std::uint64_t offset,
                                            std::uint64_t length) {
  const std::uint64_t size = source.size();
  const auto where = [&](std::uint64_t at, Errc code, std::string text) {
    Error error{code, std::move(text)};
    if (at < size) {
      const Location location = source.locate(at);
      error.file = location.file;
      error.offset = location.offset;
    } else if (size > 0) {
      const Location location = source.locate(size - 1);
      error.file = location.file;
      if (location.offset) error.offset = *location.offset + 1;
    }
    return error;
  };
  if (offset > size || length > size - offset)
    return where(offset, Errc::corrupt,
                 std::to_string(length) + " bytes wanted, but the data ends before");
  std::vector<std::byte> bytes(static_cast<std::size_t>(length));
  const ReadResult got = source.read(offset, bytes);
  if (!got.complete()) return where(got.bad.front().offset, Errc::io, "unreadable");
  return bytes;
}

std::vector<std::byte> read_head(const ByteSource& source, std::size_t length) {
  std::vector<std::byte> bytes(
      static_cast<std::size_t>(std::min<std::uint64_t>(length, source.size())));
  source.read(0, bytes);
  return bytes;
}

std::vector<ByteRange> merged(std::vector<ByteRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<ByteRange> result;
  for (const ByteRange& range : ranges) {
    if (range.length == 0) continue;
    if (!result.empty() && range.offset <= result.back().end())
      result.back().length = std::max(result.back().end(), range.end()) - result.back().offset;
    else
      result.push_back(range);
  }
  return result;
}

std::uint64_t total_length(std::span<const ByteRange> ranges) {
  std::uint64_t total = 0;
  for (const ByteRange& range : ranges) total += range.length;
  return total;
}

}  // namespace discern
