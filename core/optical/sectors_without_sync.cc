// SPDX-License-Identifier: Apache-2.0
// Eight sectors in a row prove a size and its phase:
//
//   2340   0 4 header: minute, second, frame (BCD), mode            each header one frame on
//   2064   0 4 ID: sector information 1, number 3 (0x30000 is LBA 0)   each number one on
//          2060 4 EDC, big-endian, polynomial 0x80000011 over 0..2059 (ECMA-267 clause 16.1
//          and 16.5)
//   2336   0 8 subheader, twice the same 4 bytes; EDC of form 1 over 0..2055 at 2056, of form 2
//   over
//          0..2331 at 2332
//
// Zeros satisfy an EDC and equal copies: only sectors with something in them count.
#include "optical/sectors_without_sync.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>

#include "discern/sector.h"
#include "optical/header.h"
#include "optical/layout.h"

namespace discern {
namespace {

using boost::endian::big_uint32_t;
using boost::endian::little_uint32_t;

constexpr std::size_t kWindow = std::size_t{64} << 10;
constexpr std::size_t kProof = 8;

std::uint32_t dvd_edc(Bytes bytes) {
  constexpr std::uint32_t kPolynomial = 0x80000011;
  std::uint32_t value = 0;
  for (const std::byte byte : bytes) {
    value ^= std::to_integer<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit)
      value = (value & 0x80000000) != 0 ? value << 1 ^ kPolynomial : value << 1;
  }
  return value;
}

struct Looked {
  SectorMode mode = SectorMode::unknown;
  bool good = false;  // its EDC holds
};

std::optional<std::int64_t> lba_2340(Bytes sector) {
  const SectorHeader header = read_header(sector.first<4>());
  if (!header.lba || header.mode > 2) return std::nullopt;
  return header.lba->value;
}

Looked look_2340(Bytes sector) {
  RawSector full{};
  std::ranges::copy(kSync, full.begin());
  std::ranges::copy(sector, full.begin() + kSync.size());
  const SectorCheck check = check_sector(full);
  return Looked{check.mode, check.edc == Check::good};
}

std::optional<std::int64_t> lba_2064(Bytes sector) {
  const std::uint32_t id = *read_record<big_uint32_t>(sector) & 0xFFFFFFU;
  constexpr std::uint32_t kFirst = 0x30000;
  if (id < kFirst) return std::nullopt;
  return std::int64_t{id} - kFirst;
}

Looked look_2064(Bytes sector) {
  return {SectorMode::dvd, dvd_edc(sector.first(2060)) == *read_record<big_uint32_t>(sector, 2060)};
}

// Sectors without address: any number does, as long as the subheader is one.
bool has_subheader(Bytes sector) {
  return as_text(sector.first(4)) == as_text(sector.subspan(4, 4)) && !all_zero(sector.first(4));
}

Looked look_2336(Bytes sector) {
  const bool form2 = (std::to_integer<unsigned>(sector[2]) & 0x20U) != 0;
  const std::size_t end = form2 ? 2332 : 2056;
  const std::uint32_t stored = *read_record<little_uint32_t>(sector, end);
  return {form2 ? SectorMode::mode2_form2 : SectorMode::mode2_form1,
          stored != 0 && edc(sector.first(end)) == stored};
}

struct Size {
  std::uint32_t stored;
  std::optional<std::int64_t> (*lba)(Bytes sector);  // null: sectors have a subheader instead
  Looked (*look)(Bytes sector);
  std::uint32_t good;  // of the eight, that must have a right EDC
};
constexpr Size kSizes[] = {
    {2340, lba_2340, look_2340, 0}, {2064, lba_2064, look_2064, 6}, {2336, nullptr, look_2336, 4}};

// The eight sectors from `at` on; nothing when they prove nothing. Addresses come first: they cost
// nothing, and this is asked at every byte of a window.
std::optional<SectorEvidence> proved(Bytes window, std::size_t at, const Size& size) {
  const auto all = slice(window, at, kProof * size.stored);
  if (!all) return std::nullopt;
  const auto sector = [&](std::size_t i) { return all->subspan(i * size.stored, size.stored); };
  SectorEvidence evidence;
  for (std::size_t i = 0; i < kProof; ++i) {
    if (size.lba == nullptr) {
      if (!has_subheader(sector(i))) return std::nullopt;
      continue;
    }
    const auto lba = size.lba(sector(i));
    if (!lba) return std::nullopt;
    if (i == 0) evidence.lba_of_zero = lba;
    if (*lba != *evidence.lba_of_zero + static_cast<std::int64_t>(i)) return std::nullopt;
  }
  SectorMode mode = SectorMode::unknown;
  for (std::size_t i = 0; i < kProof; ++i) {
    const Looked looked = size.look(sector(i));
    // XA form 1 counts before form 2, and both before a sector that says nothing.
    if (mode == SectorMode::unknown || looked.mode == SectorMode::mode2_form1) mode = looked.mode;
    ++evidence.sampled;
    evidence.good += looked.good ? 1U : 0U;
  }
  if (evidence.good < size.good || mode == SectorMode::unknown) return std::nullopt;
  const auto layout = sector_layout(size.stored, mode);
  if (!layout) return std::nullopt;
  evidence.layout = *layout;
  evidence.mode = mode;
  return evidence;
}

// Where the volume descriptor of sector 16 stands tells what the first sector is.
std::optional<std::int64_t> lba_by_descriptor(const ByteSource& source,
                                              const SectorEvidence& evidence) {
  constexpr std::uint64_t kMostBefore = 316;  // a pregap of 150 in front
  constexpr std::int64_t kDescriptor = 16;
  for (std::uint64_t i = 0; i <= kMostBefore; ++i) {
    const auto head = read_exactly(source,
                                   evidence.phase + i * evidence.layout.stored +
                                       static_cast<std::uint64_t>(evidence.layout.user),
                                   7);
    if (!head) return std::nullopt;
    if (has_text_at(*head, 0,
                    "\x01"
                    "CD001\x01"))
      return kDescriptor - static_cast<std::int64_t>(i);
  }
  return std::nullopt;
}

}  // namespace

std::optional<SectorEvidence> identify_without_sync(const ByteSource& source) {
  const std::uint64_t size = source.size();
  const std::uint64_t last = size > kWindow ? size - kWindow : 0;
  for (const std::uint64_t start : {std::uint64_t{0}, last / 2, last}) {
    std::vector<std::byte> window(static_cast<std::size_t>(std::min<std::uint64_t>(kWindow, size)));
    if (!source.read(start, window).complete()) continue;
    for (const Size& each : kSizes) {
      for (std::size_t phase = 0; phase < each.stored; ++phase) {
        auto evidence = proved(window, phase, each);
        if (!evidence) continue;
        const std::uint64_t at = start + phase;
        evidence->phase = at % each.stored;
        if (evidence->lba_of_zero)
          *evidence->lba_of_zero -= static_cast<std::int64_t>(at / each.stored);
        else
          evidence->lba_of_zero = lba_by_descriptor(source, *evidence);
        return evidence;
      }
    }
  }
  return std::nullopt;
}

}  // namespace discern
