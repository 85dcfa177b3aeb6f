// SPDX-License-Identifier: Apache-2.0
// The 2352 bytes of a data sector. ECMA-130 clause 14; the XA forms as in CD-ROM XA (System
// Description II.6):
//
//   all       0  12 sync      12  4 header (minute, second, frame, mode)
//   mode 0   16 2336 zeros
//   mode 1   16 2048 data   2064 4 EDC   2068 8 zeros    2076 172 P   2248 104 Q
//   form 1   16 8 subheader   24 2048 data   2072 4 EDC   2076 172 P   2248 104 Q
//   form 2   16 8 subheader   24 2324 data   2348 4 EDC or zeros
//   mode 2   16 2336 data
//
// The subheader is file, channel, submode, coding, written twice; bit 5 of submode says form 2.
// Nothing in the header says whether a mode 2 sector has a subheader at all: two equal copies do.
//
// A damaged sector must not pass for one of a mode that has nothing to check. So when the mode byte
// is none, or the copies of the subheader differ, the redundancy decides: a codeword of P holds by
// chance once in 2^16, and one wrong byte spoils one of 86.
#include "discern/sector.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>

#include "optical/header.h"
#include "optical/parity.h"
#include "optical/redundancy.h"

namespace discern {
namespace {

using Sector = std::span<const std::byte, kRawSector>;

constexpr std::size_t kHeaderAt = 12;
constexpr std::size_t kSubheaderAt = 16;
constexpr std::size_t kSubheaderCopy = 4;
constexpr std::size_t kSubmode = 2;
constexpr std::size_t kXaDataAt = 24;
constexpr std::size_t kMode1EdcAt = 2064;
constexpr std::size_t kIntermediateAt = 2068;
constexpr std::size_t kForm1EdcAt = 2072;
constexpr std::size_t kParityAt = 2076;
constexpr std::size_t kForm2EdcAt = 2348;
constexpr std::byte kSubmodeData{0x08};
constexpr std::byte kSubmodeForm2{0x20};

std::uint32_t stored_edc(Sector sector, std::size_t at) {
  return boost::endian::load_little_u32(reinterpret_cast<const unsigned char*>(&sector[at]));
}

void store_edc(RawSector& sector, std::size_t from, std::size_t at) {
  boost::endian::store_little_u32(reinterpret_cast<unsigned char*>(&sector[at]),
                                  edc(Bytes(sector).subspan(from, at - from)));
}

Check verdict(bool good) { return good ? Check::good : Check::bad; }

// Whether P was made over these bytes, damaged since or not. Zeros fulfil every codeword and prove
// nothing, so P itself must hold something.
bool has_parity(Sector sector, const ParityCheck& parity) {
  return parity.p_bad < kParityP / 2 && !all_zero(sector.subspan<kParityAt, 2 * kParityP>());
}

void judge_parity(Sector sector, HeaderBytes header, SectorCheck& check) {
  const ParityCheck parity = check_parity(sector, header);
  check.ecc_p = verdict(parity.p_bad == 0);
  check.ecc_q = verdict(parity.q_bad == 0);
}

// The EDC covers the sync, whose bytes are known. A sector whose only damage is there is good but
// for its sync, whether the EDC was made before the damage or after it.
bool mode1_edc_holds(Sector sector, bool sync_ok) {
  const std::uint32_t stored = stored_edc(sector, kMode1EdcAt);
  if (edc(sector.first(kMode1EdcAt)) == stored) return true;
  return !sync_ok && edc(sector.subspan(kHeaderAt, kMode1EdcAt - kHeaderAt), edc(kSync)) == stored;
}

void judge_mode1(Sector sector, SectorCheck& check) {
  check.mode = SectorMode::mode1;
  check.edc = verdict(mode1_edc_holds(sector, check.sync_ok));
  check.intermediate_zero = all_zero(sector.subspan<kIntermediateAt, 8>());
  judge_parity(sector, HeaderBytes::as_read, check);
}

void judge_form1(Sector sector, SectorCheck& check) {
  check.mode = SectorMode::mode2_form1;
  check.edc = verdict(edc(sector.subspan(kSubheaderAt, kForm1EdcAt - kSubheaderAt)) ==
                      stored_edc(sector, kForm1EdcAt));
  judge_parity(sector, HeaderBytes::as_zeros, check);
}

void judge_form2(Sector sector, SectorCheck& check) {
  check.mode = SectorMode::mode2_form2;
  const std::uint32_t stored = stored_edc(sector, kForm2EdcAt);
  if (stored == 0) return;
  check.edc = verdict(edc(sector.subspan(kSubheaderAt, kForm2EdcAt - kSubheaderAt)) == stored);
}

bool says_form2(Bytes subheader_copy) {
  return (subheader_copy[kSubmode] & kSubmodeForm2) != std::byte{0};
}

// With `copy` in both places, does the EDC of the form that it names hold?
bool edc_holds_with(Sector sector, Bytes copy) {
  const std::size_t end = says_form2(copy) ? kForm2EdcAt : kForm1EdcAt;
  return edc(sector.subspan(kXaDataAt, end - kXaDataAt), edc(copy, edc(copy))) ==
         stored_edc(sector, end);
}

// Form 1, form 2 or, when the first eight bytes are no subheader, mode 2 without a form.
SectorMode form_of(Sector sector) {
  const Bytes first = sector.subspan(kSubheaderAt, kSubheaderCopy);
  const Bytes second = sector.subspan(kSubheaderAt + kSubheaderCopy, kSubheaderCopy);
  const auto named = [](Bytes copy) {
    return says_form2(copy) ? SectorMode::mode2_form2 : SectorMode::mode2_form1;
  };
  if (std::ranges::equal(first, second)) return named(first);
  if (edc_holds_with(sector, first)) return named(first);
  if (edc_holds_with(sector, second)) return named(second);
  int agreeing = 0;
  for (std::size_t i = 0; i < kSubheaderCopy; ++i) agreeing += first[i] == second[i] ? 1 : 0;
  const bool one_byte_wrong = agreeing + 1 == static_cast<int>(kSubheaderCopy);
  if (one_byte_wrong && says_form2(first) == says_form2(second)) return named(first);
  if (has_parity(sector, check_parity(sector, HeaderBytes::as_zeros))) {
    return SectorMode::mode2_form1;
  }
  return one_byte_wrong ? SectorMode::mode2_form2 : SectorMode::mode2;
}

// What a sector is whose mode byte cannot be right.
SectorMode mode_from_redundancy(Sector sector) {
  const ParityCheck as_read = check_parity(sector, HeaderBytes::as_read);
  const ParityCheck as_zeros = check_parity(sector, HeaderBytes::as_zeros);
  if (as_zeros.p_bad < as_read.p_bad && has_parity(sector, as_zeros)) {
    return SectorMode::mode2_form1;
  }
  if (has_parity(sector, as_read)) return SectorMode::mode1;
  const Bytes first = sector.subspan(kSubheaderAt, kSubheaderCopy);
  const bool form2 =
      says_form2(first) && stored_edc(sector, kForm2EdcAt) != 0 && edc_holds_with(sector, first);
  return form2 ? SectorMode::mode2_form2 : SectorMode::unknown;
}

SectorMode mode_of(Sector sector, int mode, bool sync_ok) {
  if (mode == 1) return SectorMode::mode1;
  if (mode == 2) {
    const SectorMode form = form_of(sector);
    // Without sync and subheader, the mode byte alone is no evidence of a data sector.
    return form == SectorMode::mode2 && !sync_ok ? SectorMode::unknown : form;
  }
  if (mode == 0 && sync_ok && all_zero(sector.subspan(kSubheaderAt))) return SectorMode::mode0;
  const SectorMode found = mode_from_redundancy(sector);
  return found == SectorMode::unknown && mode == 0 && sync_ok ? SectorMode::mode0 : found;
}

void place(RawSector& sector, std::size_t at, std::size_t room, Bytes data) {
  std::copy_n(data.begin(), std::min(room, data.size()), sector.begin() + at);
}

void place_frame(RawSector& sector, Lba lba, int mode) {
  std::ranges::copy(kSync, sector.begin());
  write_header(std::span(sector).subspan<kHeaderAt, 4>(), lba, mode);
}

}  // namespace

void write_subheader(RawSector& sector, SectorMode mode) {
  const std::byte submode =
      mode == SectorMode::mode2_form2 ? kSubmodeData | kSubmodeForm2 : kSubmodeData;
  sector[kSubheaderAt + kSubmode] = submode;
  sector[kSubheaderAt + kSubheaderCopy + kSubmode] = submode;
}

void write_redundancy(RawSector& sector, SectorMode mode, std::size_t from) {
  switch (mode) {
    case SectorMode::mode1:
      if (from <= kMode1EdcAt) store_edc(sector, 0, kMode1EdcAt);
      if (from <= kParityAt) write_parity(sector, HeaderBytes::as_read);
      break;
    case SectorMode::mode2_form1:
      if (from <= kForm1EdcAt) store_edc(sector, kSubheaderAt, kForm1EdcAt);
      if (from <= kParityAt) write_parity(sector, HeaderBytes::as_zeros);
      break;
    case SectorMode::mode2_form2:
      if (from <= kForm2EdcAt) store_edc(sector, kSubheaderAt, kForm2EdcAt);
      break;
    case SectorMode::mode0:
    case SectorMode::mode2:
    case SectorMode::audio:
    case SectorMode::unknown:
    case SectorMode::dvd:
      break;
  }
}

SectorCheck check_sector(Sector sector) {
  SectorCheck check;
  check.sync_ok = has_sync(sector);
  const SectorHeader header = read_header(sector.subspan<kHeaderAt, 4>());
  check.header_ok = header.lba.has_value();
  check.lba = header.lba;
  check.mode = mode_of(sector, header.mode, check.sync_ok);
  switch (check.mode) {
    case SectorMode::mode1:
      judge_mode1(sector, check);
      break;
    case SectorMode::mode2_form1:
      judge_form1(sector, check);
      break;
    case SectorMode::mode2_form2:
      judge_form2(sector, check);
      break;
    case SectorMode::mode0:
      check.intermediate_zero = all_zero(sector.subspan(kSubheaderAt));
      break;
    case SectorMode::mode2:
    case SectorMode::audio:
    case SectorMode::unknown:
    case SectorMode::dvd:
      break;
  }
  if (check.mode == SectorMode::mode2_form1 || check.mode == SectorMode::mode2_form2) {
    check.subheader_copies_equal =
        std::ranges::equal(sector.subspan<kSubheaderAt, kSubheaderCopy>(),
                           sector.subspan<kSubheaderAt + kSubheaderCopy, kSubheaderCopy>());
  }
  return check;
}

RawSector build_sector(SectorMode mode, Lba lba, Bytes user_data) {
  RawSector sector{};
  switch (mode) {
    case SectorMode::mode0:
      place_frame(sector, lba, 0);
      break;
    case SectorMode::mode1:
      place_frame(sector, lba, 1);
      place(sector, kSubheaderAt, kUserSector, user_data);
      break;
    case SectorMode::mode2:
      place_frame(sector, lba, 2);
      place(sector, kSubheaderAt, kRawSector - kSubheaderAt, user_data);
      break;
    case SectorMode::mode2_form1:
    case SectorMode::mode2_form2:
      place_frame(sector, lba, 2);
      write_subheader(sector, mode);
      place(sector, kXaDataAt,
            mode == SectorMode::mode2_form1 ? kUserSector : kForm2EdcAt - kXaDataAt, user_data);
      break;
    case SectorMode::audio:
    case SectorMode::unknown:
    case SectorMode::dvd:
      place(sector, 0, kRawSector, user_data);
      break;
  }
  write_redundancy(sector, mode, kSubheaderAt);
  return sector;
}

}  // namespace discern
