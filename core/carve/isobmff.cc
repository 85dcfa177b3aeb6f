// SPDX-License-Identifier: Apache-2.0
// ISO base media files (MP4, MOV, M4A, 3GP, HEIF, AVIF, CR3) and JPEG 2000: boxes.
//
//   0  4  size, big-endian, with this header; 1: it stands in the 8 bytes behind the type; 0: up to
//         the end of the file
//   4  4  type
//   8     data
//
// Films have `moov`, pictures `meta`, fragmented films `moof`; the data lie in `mdat`. The file
// ends where no box of a type known at the top level follows. JPEG 2000 has `jP  `, `ftyp`, `jp2h`
// and `jp2c`, a codestream: markers with lengths, and tile parts (FF 90) that say how long they
// are, up to FF D9. Sources: ISO/IEC 14496-12; Apple QuickTime File Format; ITU-T T.800 Annexes A
// and I.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <string>

#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;
using boost::endian::big_uint32_t;
using boost::endian::big_uint64_t;

struct BoxHead {
  big_uint32_t size;
  char type[4];
  std::string_view name() const { return {type, sizeof type}; }
};
static_assert(sizeof(BoxHead) == 8);

struct Box {
  std::uint64_t data = 0;  // offset
  std::uint64_t end = 0;
  bool to_the_end = false;
  std::array<char, 4> type = {};
  std::string_view name() const { return {type.data(), type.size()}; }
};

std::optional<Box> box_at(Candidate& candidate, std::uint64_t offset) {
  const auto head = record_at<BoxHead>(candidate, offset);
  if (!head) return std::nullopt;
  Box box;
  std::ranges::copy(head->type, box.type.begin());
  box.data = offset + sizeof(BoxHead);
  std::uint64_t size = head->size;
  if (size == 1) {
    const auto wide = number_at<big_uint64_t>(candidate, box.data);
    if (!wide || *wide < 16 || *wide > UINT64_MAX - offset) return std::nullopt;
    box.data += sizeof(big_uint64_t);
    size = *wide;
  } else if (size == 0) {
    box.to_the_end = true;
    size = candidate.size() - offset;
  } else if (size < sizeof(BoxHead)) {
    return std::nullopt;
  }
  box.end = offset + size;
  return box;
}

constexpr std::array<std::string_view, 21> kTopLevel = {
    "ftyp", "moov", "mdat", "free", "skip", "wide", "uuid", "meta", "moof", "mfra", "pnot",
    "udta", "sidx", "styp", "pdin", "ssix", "prft", "emsg", "PICT", "thum", "idat"};

struct BrandRow {
  std::string_view brand;
  std::string_view type;
};
constexpr std::array<BrandRow, 16> kBrands = {{
    {"qt  ", "mov"},
    {"heic", "heic"},
    {"heix", "heic"},
    {"hevc", "heic"},
    {"mif1", "heic"},
    {"msf1", "heic"},
    {"avif", "avif"},
    {"avis", "avif"},
    {"crx ", "cr3"},
    {"M4A ", "m4a"},
    {"M4B ", "m4a"},
    {"M4V ", "m4v"},
    {"3gp4", "3gp"},
    {"3gp5", "3gp"},
    {"3gp6", "3gp"},
    {"3g2a", "3gp"},
}};

// A box whose first child is none is not what its type says.
bool has_child(Candidate& candidate, const Box& box, std::uint64_t skip) {
  const auto child = box_at(candidate, box.data + skip);
  return child && child->end <= box.end && !child->to_the_end &&
         std::ranges::all_of(child->type, [](char c) { return c >= ' '; });
}

// The end of the codestream at `offset`; where it stops being one as a truncated verdict.
Verdict codestream_end(Candidate& candidate, std::uint64_t offset) {
  constexpr std::uint16_t kStartOfTile = 0xFF90;
  constexpr std::uint16_t kEnd = 0xFFD9;
  std::uint64_t at = offset + 2;
  while (true) {
    const auto marker = number_at<big_uint16_t>(candidate, at);
    if (!marker) return broken_off(candidate, at, 2);
    if (*marker == kEnd) return complete_at(candidate, at + 2, "end of codestream");
    const auto length = number_at<big_uint16_t>(candidate, at + 2);
    if (!length) return broken_off(candidate, at + 2, 2);
    if (*marker < 0xFF4F || *length < 2)
      return {at, Soundness::truncated, "no marker at " + std::to_string(at)};
    if (*marker != kStartOfTile) {
      at += 2 + *length;
      continue;
    }
    const auto size = number_at<big_uint32_t>(candidate, at + 6);
    if (!size) return broken_off(candidate, at + 6, 4);
    if (*size < 14)  // 0: up to the end, which only decoding finds
      return {at, Soundness::truncated, "tile part without length at " + std::to_string(at)};
    at += *size;
  }
}

}  // namespace

std::optional<Verdict> validate_isobmff(Candidate& candidate) {
  bool described = false;
  bool data = false;
  bool lost = false;  // `mdat` reaches to the end of the view
  std::string_view type = "mov";
  std::uint64_t offset = 0;
  const auto verdict = [&](Verdict result) {
    result.type = type;
    result.extension = type;
    return result;
  };
  while (true) {
    const auto box = box_at(candidate, offset);
    if (!box || std::ranges::find(kTopLevel, box->name()) == kTopLevel.end()) break;
    if (box->name() == "ftyp") {
      const auto brand = candidate.at(box->data, 4);
      if (offset != 0 || !brand || box->end > 4096) break;
      const auto* const row = std::ranges::find(kBrands, as_text(*brand), &BrandRow::brand);
      type = row == kBrands.end() ? "mp4" : row->type;
    }
    const bool meta = box->name() == "meta";
    if (box->name() == "moov" || box->name() == "moof" || meta) {
      if (!has_child(candidate, *box, 0) && !(meta && has_child(candidate, *box, 4))) break;
      described = true;
    }
    data |= box->name() == "mdat";
    lost |= box->to_the_end;
    if (box->end > candidate.size()) {
      if (!described && type == "mov") return std::nullopt;
      return verdict(broken_off(candidate, candidate.size(), 1));
    }
    offset = box->end;
    if (offset == candidate.size()) break;
  }
  if (!described || !data) {
    // Without `moov` the data say nothing of themselves.
    constexpr std::uint64_t kSmallest = 16;
    if (offset < kSmallest || !data || type == "mov") return std::nullopt;
    return verdict({offset, Soundness::truncated, "no box at " + std::to_string(offset)});
  }
  if (lost) return verdict({offset, Soundness::truncated, "the last box has no size of its own"});
  return verdict(complete_at(candidate, offset, "last box"));
}

std::optional<Verdict> validate_jp2(Candidate& candidate) {
  if (!has_at(candidate, 0, std::string_view("\0\0\0\x0CjP  \r\n\x87\n", 12))) return std::nullopt;
  // The second line: of JPX (ISO/IEC 15444-2 table M.13).
  constexpr auto kBoxes = std::to_array<std::string_view>(
      {"ftyp", "jp2h", "jp2c", "xml ", "uuid", "uinf", "jp2i", "free", "asoc",
       "rreq", "jpch", "jplh", "ftbl", "dtbl", "cref", "mdat", "comp", "copt",
       "inst", "roid", "nlst", "lbl ", "drep", "gtso", "chck", "mp7b", "bfil"});
  std::uint64_t offset = 12;
  std::uint64_t codestream_behind = 0;
  while (true) {
    const auto box = box_at(candidate, offset);
    if (!box || std::ranges::find(kBoxes, box->name()) == kBoxes.end()) break;
    if (offset == 12 && box->name() != "ftyp") return std::nullopt;
    if (box->name() == "jp2c") {
      constexpr std::uint64_t kStart = 4;
      if (!candidate.at(box->data, kStart)) return broken_off(candidate, box->data, kStart);
      if (!has_at(candidate, box->data, "\xFF\x4F\xFF\x51")) break;
      Verdict verdict = codestream_end(candidate, box->data);
      if (verdict.soundness != Soundness::complete || box->to_the_end) return verdict;
      codestream_behind = verdict.length;
    }
    if (box->end > candidate.size()) return broken_off(candidate, candidate.size(), 1);
    offset = box->end;
  }
  if (codestream_behind == 0) {
    if (offset <= 12) return std::nullopt;
    if (!box_at(candidate, offset)) return broken_off(candidate, offset, sizeof(BoxHead));
    return Verdict{offset, Soundness::truncated, "no codestream at " + std::to_string(offset)};
  }
  return complete_at(candidate, offset, "last box");
}

std::optional<Verdict> validate_j2k(Candidate& candidate) {
  if (!has_at(candidate, 0, "\xFF\x4F\xFF\x51")) return std::nullopt;
  constexpr std::uint64_t kSizeLength = 41;  // of the size segment, with one component
  const auto length = number_at<big_uint16_t>(candidate, 4);
  const auto components = number_at<big_uint16_t>(candidate, 40);
  if (!length || !components || *components == 0 || *length != kSizeLength - 3 + 3 * *components)
    return std::nullopt;
  return codestream_end(candidate, 0);
}

}  // namespace discern
