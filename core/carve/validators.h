// SPDX-License-Identifier: Apache-2.0
// The validators behind the rows of the table, and what they share.
#ifndef DISCERN_CARVE_VALIDATORS_H
#define DISCERN_CARVE_VALIDATORS_H

#include <cstdint>
#include <optional>
#include <string>

#include "discern/carve.h"

namespace discern {

// Long stretches are read in pieces of this size, so that a source without view() needs no more
// memory than one of them.
inline constexpr std::uint64_t kWindow = std::uint64_t{64} << 10;
// Scans that may end soon start with that and double: what a small file leaves unused of its first
// window is counted as work, too.
inline constexpr std::uint64_t kFirstWindow = 512;

std::optional<Verdict> validate_bmp(Candidate& candidate);
std::optional<Verdict> validate_bzip2(Candidate& candidate);
std::optional<Verdict> validate_elf(Candidate& candidate);
std::optional<Verdict> validate_eml(Candidate& candidate);
std::optional<Verdict> validate_evtx(Candidate& candidate);
std::optional<Verdict> validate_flac(Candidate& candidate);
std::optional<Verdict> validate_gif(Candidate& candidate);
std::optional<Verdict> validate_gzip(Candidate& candidate);
std::optional<Verdict> validate_hive(Candidate& candidate);
std::optional<Verdict> validate_isobmff(Candidate& candidate);
std::optional<Verdict> validate_j2k(Candidate& candidate);
std::optional<Verdict> validate_jp2(Candidate& candidate);
std::optional<Verdict> validate_jpeg(Candidate& candidate);
std::optional<Verdict> validate_lnk(Candidate& candidate);
std::optional<Verdict> validate_macho(Candidate& candidate);
std::optional<Verdict> validate_matroska(Candidate& candidate);
std::optional<Verdict> validate_mbox(Candidate& candidate);
std::optional<Verdict> validate_mp3(Candidate& candidate);
std::optional<Verdict> validate_mpeg_ps(Candidate& candidate);
std::optional<Verdict> validate_ogg(Candidate& candidate);
std::optional<Verdict> validate_ole(Candidate& candidate);
std::optional<Verdict> validate_pdf(Candidate& candidate);
std::optional<Verdict> validate_pe(Candidate& candidate);
std::optional<Verdict> validate_png(Candidate& candidate);
std::optional<Verdict> validate_prefetch(Candidate& candidate);
std::optional<Verdict> validate_psd(Candidate& candidate);
std::optional<Verdict> validate_pst(Candidate& candidate);
std::optional<Verdict> validate_rar(Candidate& candidate);
std::optional<Verdict> validate_riff(Candidate& candidate);
std::optional<Verdict> validate_rtf(Candidate& candidate);
std::optional<Verdict> validate_seven_zip(Candidate& candidate);
std::optional<Verdict> validate_sfnt(Candidate& candidate);
std::optional<Verdict> validate_sqlite(Candidate& candidate);
std::optional<Verdict> validate_sqlite_wal(Candidate& candidate);
std::optional<Verdict> validate_tar(Candidate& candidate);
std::optional<Verdict> validate_tiff(Candidate& candidate);
std::optional<Verdict> validate_xz(Candidate& candidate);
std::optional<Verdict> validate_zip(Candidate& candidate);
std::optional<Verdict> validate_zstd(Candidate& candidate);

// The verdict when a read of `wanted` bytes at `offset` delivered nothing: up to the end of the
// view when they lie outside, else up to `offset`.
Verdict broken_off(const Candidate& candidate, std::uint64_t offset, std::uint64_t wanted);

// A file of `length` bytes whose structure was followed to its end: complete, unless the view ends
// before or the last byte is unreadable.
Verdict complete_at(Candidate& candidate, std::uint64_t length, std::string end_reason);

// The verdict when what is read from `offset` on is cut by the end of the view; when that is
// unreadable, the file is believed up to `offset` only.
Verdict cut_off(Candidate& candidate, std::uint64_t offset);

template <class Record>
std::optional<Record> record_at(Candidate& candidate, std::uint64_t offset) {
  const auto bytes = candidate.at(offset, sizeof(Record));
  return bytes ? read_record<Record>(*bytes) : std::nullopt;
}

// The Boost.Endian integer at `offset`.
template <class Integer>
std::optional<std::uint64_t> number_at(Candidate& candidate, std::uint64_t offset) {
  const auto value = record_at<Integer>(candidate, offset);
  return value ? std::optional<std::uint64_t>(*value) : std::nullopt;
}

inline bool has_at(Candidate& candidate, std::uint64_t offset, std::string_view text) {
  const auto bytes = candidate.at(offset, text.size());
  return bytes && as_text(*bytes) == text;
}

// CRC-32 of `bytes` behind bytes of CRC-32 `crc`.
std::uint32_t extend_crc32(Bytes bytes, std::uint32_t crc);

// CRC-32 (that of ISO 3309, as in PNG, gzip, ZIP) of [offset, offset + length); `offset` moves
// behind what was read. Nothing when a part cannot be read.
std::optional<std::uint32_t> take_crc32(Candidate& candidate, std::uint64_t& offset,
                                        std::uint64_t length);

}  // namespace discern

#endif
