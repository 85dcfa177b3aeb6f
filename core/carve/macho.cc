// SPDX-License-Identifier: Apache-2.0
// Mach-O: programs and libraries of macOS and iOS.
//
//   0  4  FE ED FA CE (32 bits) or CF (64), in the byte order of the machine
//   4  4  processor, 8 its variant, 12 kind of file, 16 number of load commands, 20 their bytes,
//         24 flags; 28 reserved with 64 bits
//         commands: kind, size (4 each), data. 1 and 19 are segments, which have an offset and a
//         size in the file; 2 the symbols; 1D, 1E, 26, 29, 2B, 2E, 80000033, 80000034 place data at
//         8
//
// A universal file (CA FE BA BE, big-endian) lists such files: processor, variant, offset, size,
// alignment (4 each). Java classes begin with the same four bytes, but then have a version above 44
// where the number of files stands.
// Source: Apple, <mach-o/loader.h> and <mach-o/fat.h> as documented in "OS X ABI Mach-O File
// Format Reference".
#include <algorithm>

#include "carve/validators.h"

namespace discern {
namespace {

std::optional<std::uint64_t> number(Candidate& candidate, std::uint64_t offset, std::uint64_t width,
                                    bool big) {
  const auto bytes = candidate.at(offset, width);
  if (!bytes) return std::nullopt;
  std::uint64_t result = 0;
  for (std::uint64_t i = 0; i < width; ++i)
    result = result << 8 | std::to_integer<std::uint64_t>((*bytes)[big ? i : width - 1 - i]);
  return result;
}

constexpr std::uint64_t kCommandsLimit = 4096;
constexpr std::uint64_t kCommandBytesLimit = 1 << 20;

enum Command : std::uint64_t { kSegment32 = 1, kSymbols = 2, kSegment64 = 0x19 };

bool places_data(std::uint64_t command) {
  constexpr std::uint64_t kKinds[] = {0x1D, 0x1E, 0x26, 0x29, 0x2B, 0x2E, 0x80000033, 0x80000034};
  return std::ranges::find(kKinds, command) != std::end(kKinds);
}

// The end of the file at `start`; nothing when there is none.
std::optional<std::uint64_t> end_of(Candidate& candidate, std::uint64_t start) {
  const auto magic = number(candidate, start, 4, true);
  if (!magic) return std::nullopt;
  const bool big = *magic == 0xFEEDFACE || *magic == 0xFEEDFACF;
  const bool wide = *magic == 0xFEEDFACF || *magic == 0xCFFAEDFE;
  if (!big && !wide && *magic != 0xCEFAEDFE) return std::nullopt;
  const auto kind = number(candidate, start + 12, 4, big);
  const auto count = number(candidate, start + 16, 4, big);
  const auto bytes = number(candidate, start + 20, 4, big);
  if (!kind || !count || !bytes || *kind == 0 || *kind > 12 || *count == 0 ||
      *count > kCommandsLimit || *bytes > kCommandBytesLimit)
    return std::nullopt;
  std::uint64_t at = start + (wide ? 32 : 28);
  const std::uint64_t commands_end = at + *bytes;
  std::uint64_t end = *bytes + (wide ? 32 : 28);
  const auto reach = [&](std::uint64_t offset, std::uint64_t size) {
    if (size > 0) end = std::max(end, offset + size);
  };
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto command = number(candidate, at, 4, big);
    const auto size = number(candidate, at + 4, 4, big);
    if (!command || !size || *size < 8 || *size % 4 != 0 || at + *size > commands_end)
      return std::nullopt;
    const auto field = [&](std::uint64_t offset, std::uint64_t width) {
      return offset + width <= *size ? number(candidate, at + offset, width, big).value_or(0) : 0;
    };
    if (*command == kSegment32) reach(field(32, 4), field(36, 4));
    if (*command == kSegment64) reach(field(40, 8) & 0xFFFFFFFFFF, field(48, 8) & 0xFFFFFFFFFF);
    if (*command == kSymbols) {
      reach(field(8, 4), field(12, 4) * (wide ? 16 : 12));
      reach(field(16, 4), field(20, 4));
    }
    if (places_data(*command)) reach(field(8, 4), field(12, 4));
    at += *size;
  }
  return start + end;
}

}  // namespace

std::optional<Verdict> validate_macho(Candidate& candidate) {
  constexpr std::uint64_t kUniversal = 0xCAFEBABE;
  constexpr std::uint64_t kFilesLimit = 30;
  std::optional<std::uint64_t> end;
  if (number(candidate, 0, 4, true) == kUniversal) {
    const auto count = number(candidate, 4, 4, true);
    if (!count || *count == 0 || *count > kFilesLimit) return std::nullopt;
    end = 0;
    for (std::uint64_t i = 0; i < *count; ++i) {
      const auto offset = number(candidate, 8 + i * 20 + 8, 4, true);
      const auto size = number(candidate, 8 + i * 20 + 12, 4, true);
      if (!offset || !size || *offset < 28 || !end_of(candidate, *offset)) return std::nullopt;
      end = std::max(*end, *offset + *size);
    }
  } else {
    end = end_of(candidate, 0);
  }
  if (!end) return std::nullopt;
  return complete_at(candidate, *end, "end of segments and symbols");
}

}  // namespace discern
