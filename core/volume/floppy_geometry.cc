// SPDX-License-Identifier: Apache-2.0
// What kind of floppy an image is of. Neither boot sector, size nor media byte decides alone: F9 is
// 720K and 1.2M, 368640 bytes are 40/2/9 on a PC and 80/1/9 on an Atari ST, mkfs.fat writes F8 and
// 16 sectors a track on small floppies.
#include "volume/floppy_geometry.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "volume/finding_at.h"
#include "volume/floppy_formats.h"
#include "volume/proof_at.h"

namespace discern {
namespace {

// 2.88M drives write 36 sectors a track, and some drives reach 86 cylinders.
constexpr std::uint64_t kMostFloppyBytes = 86ULL * 2 * 36 * 512;

std::string shown(const Geometry& geometry) {
  return std::to_string(geometry.cylinders) + "/" + std::to_string(geometry.heads) + "/" +
         std::to_string(geometry.sectors_per_track) + " of " +
         std::to_string(geometry.bytes_per_sector) + " bytes";
}

bool same(const Geometry& a, const Geometry& b) {
  return a.cylinders == b.cylinders && a.heads == b.heads &&
         a.sectors_per_track == b.sectors_per_track && a.bytes_per_sector == b.bytes_per_sector;
}

std::optional<Geometry> declared(const FatGeometry& fat) {
  if (fat.size() > kMostFloppyBytes || fat.heads < 1 || fat.heads > 2 ||
      fat.sectors_per_track < 1 || fat.sectors_per_track > 36)
    return std::nullopt;
  const std::uint32_t cylinder = fat.heads * fat.sectors_per_track;
  if (fat.total % cylinder != 0) return std::nullopt;
  return Geometry{fat.total / cylinder, fat.heads, fat.sectors_per_track, fat.bytes_per_sector};
}

// The values of all bytes of a sector; -1 when they are not all the same.
int only_value(Bytes sector) {
  // Equal to itself one byte on: every byte has its neighbour's value.
  const bool uniform = std::memcmp(sector.data(), sector.data() + 1, sector.size() - 1) == 0;
  return uniform ? std::to_integer<int>(sector.front()) : -1;
}

// What a look at every sector of a floppy tells.
std::string content_of(const ByteSource& source) {
  constexpr std::uint64_t kSector = 512;
  if (source.size() > kMostFloppyBytes) return "";
  const auto all = read_exactly(source, 0, source.size() / kSector * kSector);
  if (!all || all->empty()) return "";
  std::uint64_t uniform = 0;
  const int first = only_value(Bytes(*all).first(kSector));
  bool equal = first >= 0;
  for (std::size_t at = 0; at < all->size(); at += kSector) {
    const int value = only_value(Bytes(*all).subspan(at, kSector));
    uniform += value >= 0 ? 1 : 0;
    equal = equal && value == first;
  }
  const std::uint64_t sectors = all->size() / kSector;
  if (equal) return "; every byte has the value " + std::to_string(first) + ": blank";
  if (uniform == sectors)
    return "; each sector repeats one value of its own: a test pattern, neither files nor "
           "encryption";
  return "; " + std::to_string(sectors - uniform) + " of " + std::to_string(sectors) +
         " sectors hold data, the others repeat one value";
}

}  // namespace

std::optional<Geometry> floppy_geometry(const ByteSource& source, const FatGeometry& fat,
                                        Findings& findings, std::vector<Proof>& proofs) {
  auto geometry = declared(fat);
  // mkfs.fat rounds 180K down to a multiple of 16 sectors, so that the file's size counts as well.
  const FloppyFormat* format = floppy_format(fat.size());
  if (!format) format = floppy_format(source.size());
  if (!format) return geometry;
  const auto fits = [&](const FloppyFormat& each) {
    return each.size == format->size && geometry && same(each.geometry, *geometry);
  };
  const bool agreed = std::ranges::any_of(floppy_formats(), fits);
  // A geometry that drives have may be another system's use of the same size.
  const bool possible = geometry && geometry->cylinders >= 34 && geometry->cylinders <= 86;
  if (!agreed && !(format->others_differ && possible)) {
    findings.push_back(
        finding_at(source, 24, "floppy.geometry-disagrees", Severity::note,
                   "the boot sector says " + std::to_string(fat.heads) + " heads and " +
                       std::to_string(fat.sectors_per_track) + " sectors a track; a floppy of " +
                       std::to_string(format->size) + " bytes has " + shown(format->geometry)));
    geometry = format->geometry;
  }
  const auto same_media = [&](const FloppyFormat& each) {
    return each.size == format->size && each.media == fat.media;
  };
  if (format->dos() && !std::ranges::any_of(floppy_formats(), same_media)) {
    findings.push_back(finding_at(source, 21, "floppy.media-byte", Severity::note,
                                  "media byte " + std::to_string(fat.media) + " where DOS writes " +
                                      std::to_string(format->media) + " on " +
                                      std::string(format->name) + " floppies"));
  }
  const auto sector = read_exactly(source, 0, 512);
  const auto bpb = sector ? parse_bpb(*sector) : Result<FatGeometry>(Error{});
  if (geometry && bpb)
    add_proof(proofs, source, 24, 4,
              "sectors a track and heads in the boot sector; the size is that of " +
                  std::string(format->name) + " floppies, " + shown(format->geometry));
  return geometry;
}

std::optional<Geometry> floppy_geometry(const ByteSource& source, bool known, Findings& findings) {
  const FloppyFormat* const format = floppy_format(source.size());
  if (!format) return std::nullopt;
  if (!known && !format->others.empty())
    findings.push_back({"floppy.ambiguous-size", Severity::note, Place{},
                        std::to_string(format->size) + " bytes are a floppy of " +
                            shown(format->geometry) + " (" + std::string(format->name) +
                            "), and also of: " + std::string(format->others) +
                            "; nothing in it says which"});
  if (!known && format->others_differ) return std::nullopt;
  return format->geometry;
}

void explain_nothing(const ByteSource& source, Findings& findings) {
  if (source.size() < 512) return;
  findings.push_back(
      finding_at(source, 0, "medium.no-file-system", Severity::note,
                 "no file system known: looked for FAT, NTFS, exFAT, ext, HFS, MFS, ISO 9660, UDF, "
                 "Amiga, Roland and Ensoniq, and for partition tables" +
                     content_of(source)));
}

}  // namespace discern
