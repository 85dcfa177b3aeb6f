// SPDX-License-Identifier: Apache-2.0
// A raw CD image named by itself. A descriptor of the same name beside it knows more than the
// sectors can tell (tracks of one mode, audio, pregaps, sessions), so it is used when it speaks of
// this file (descriptors.h); its readers hold it against the sectors. Otherwise the sectors speak
// (detect.h).
#include <algorithm>

#include "discern/sector.h"
#include "image/format_rows.h"
#include "optical/cdi.h"
#include "optical/descriptors.h"
#include "optical/detect.h"
#include "optical/disc_views.h"
#include "optical/nrg.h"

namespace discern {
namespace {

// NOLINTNEXTLINE(performance-unnecessary-value-param): the signature of Format::open
Result<Image> open_raw_cd(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string& path = file->facts().path;
  Described described = open_descriptors(path, file->facts());
  if (!described.images.empty()) return from_descriptors(std::move(described));
  auto detected = detect_disc(file, path);
  if (!detected)
    return Error{Errc::not_this, "neither CD sectors nor a descriptor beside it", path};
  Image image{.path = path, .format = std::string(kRawCd.id)};
  image.files.push_back({"image", file});
  image.disc = std::move(detected->disc);
  image.proofs = std::move(detected->proofs);
  image.findings = std::move(detected->findings);
  image.findings.insert(image.findings.end(), described.findings.begin(), described.findings.end());
  add_disc_views(image, {detected->stored});
  return image;
}

// A hard disk may contain a CD image as a file: the grid must reach the start of the file, or at
// least be aligned with it, which one in 147 of such files is, and then the start must not
// be that of a disk.
bool covers_file(const ProbeInput& input, const SectorGrid& grid) {
  for (std::uint64_t i = 0; i < 4; ++i)
    if (read_stored_header(*input.source, grid.offset_of(i), grid.scrambled)) return true;
  return grid.phase == 0 && !has_text_at(input.head, 510, "\x55\xAA");
}

// Audio has no signature; a descriptor that names the file speaks for it. Files of 2048-byte
// sectors stay plain disk images.
Probed described_probe(const ProbeInput& input) {
  const auto file = MappedFile::open(input.path);
  if (!file) return {};
  const Described described = open_descriptors(input.path, (*file)->facts());
  for (const Image& image : described.images)
    if (std::ranges::any_of(image.views, [](const View& view) {
          return view.name == "raw" && view.sector_size != kUserSector;
        }))
      return {Fit::strong, image.proofs};
  return {};
}

Probed probe(const ProbeInput& input) {
  // The sectors in such a container are raw ones, too.
  if (ends_as_nrg(*input.source) || ends_as_cdi(*input.source)) return {};
  if (const auto grid = find_grid(*input.source)) {
    if (!covers_file(input, *grid)) return {};
    const std::uint64_t offset = grid->offset_of(grid->anchor);
    Probed result{Fit::strong};
    if (auto value = read_exactly(*input.source, offset, 16))
      result.proofs.push_back(
          {input.path, offset, std::move(*value), "sync and header of a CD sector"});
    return result;
  }
  if (identify_sectors(*input.source)) {
    auto detected = detect_disc(input.source, input.path);
    return {Fit::strong, detected ? std::move(detected->proofs) : std::vector<Proof>{}};
  }
  return described_probe(input);
}

}  // namespace

extern const Format kRawCd = {"raw_cd", "Raw CD image (2352 bytes a sector and the like)",
                              "bin img scram", probe, open_raw_cd};

}  // namespace discern
