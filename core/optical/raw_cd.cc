// SPDX-License-Identifier: Apache-2.0
// A raw CD image named by itself. A descriptor of the same name beside it knows more than the
// sectors can tell (tracks of one mode, audio, pregaps, sessions), so it is used when it speaks of
// this file; its readers hold it against the sectors. The control file of CloneCD has the drive's
// whole table of contents and comes before the cue sheet. Otherwise the sectors speak (detect.h).
#include <algorithm>

#include "discern/sector.h"
#include "image/format_rows.h"
#include "optical/ccd.h"
#include "optical/cdi.h"
#include "optical/cue.h"
#include "optical/descriptor_files.h"
#include "optical/detect.h"
#include "optical/disc_views.h"
#include "optical/nrg.h"

namespace discern {
namespace {

bool same_file(const FileFacts& a, const FileFacts& b) {
  return a.device == b.device && a.inode == b.inode;
}

bool uses(const Image& image, const FileFacts& facts) {
  return std::ranges::any_of(image.files, [&](const EvidenceFile& file) {
    return file.role == "image" && same_file(file.source->facts(), facts);
  });
}

// What descriptors beside `path` make of it: first the control file, then the cue sheet.
struct Described {
  std::vector<Image> images;
  Findings findings;  // of descriptors that do not open
};

Described open_descriptors(const std::string& path, const FileFacts& facts) {
  Described result;
  const DescriptorFolder folder(path);
  const std::string stem(stem_of(last_component(path)));
  using Open = Result<Image> (*)(std::shared_ptr<const MappedFile>, const OpenOptions&);
  const std::pair<const char*, Open> kinds[] = {{".ccd", open_ccd}, {".cue", open_cue}};
  for (const auto& [extension, open] : kinds) {
    auto descriptor = folder.open(stem + extension);
    if (!descriptor || same_file((*descriptor)->facts(), facts)) continue;
    auto image = open(*descriptor, {});
    if (!image) {
      result.findings.push_back(
          {"disc.descriptor-unusable",
           Severity::warning,
           {.file = (*descriptor)->facts().path},
           "the descriptor beside the image does not open: " + describe(image.error())});
    } else if (uses(*image, facts)) {
      result.images.push_back(std::move(*image));
    }
  }
  return result;
}

// In words, the first difference between two accounts of the same disc; empty when there is none.
std::string difference(const Disc& a, const Disc& b) {
  const auto tracks = [](const Disc& disc) {
    std::vector<std::pair<int, const Track*>> list;
    for (const Session& session : disc.sessions)
      for (const Track& track : session.tracks) list.emplace_back(session.number, &track);
    return list;
  };
  const auto left = tracks(a);
  const auto right = tracks(b);
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const Track& l = *left[i].second;
    const Track& r = *right[i].second;
    const auto text = [](int session, const Track& t) {
      return "session " + std::to_string(session) + ", track " + std::to_string(t.number) + ", " +
             std::string(name_of(t.mode)) + " from LBA " + std::to_string(t.first.value);
    };
    if (left[i].first != right[i].first || l.number != r.number || l.mode != r.mode ||
        l.first != r.first)
      return text(left[i].first, l) + " against " + text(right[i].first, r);
  }
  if (left.size() != right.size())
    return std::to_string(left.size()) + " tracks against " + std::to_string(right.size());
  return {};
}

Image from_descriptors(Described described) {
  Image image = std::move(described.images.front());
  const std::string chosen = image.files.front().path();
  image.findings.push_back({"disc.descriptor-found",
                            Severity::note,
                            {.file = chosen},
                            "the descriptor beside the image was used"});
  for (std::size_t i = 1; i < described.images.size(); ++i) {
    const Image& other = described.images[i];
    const std::string text = difference(*image.disc, *other.disc);
    if (text.empty()) continue;
    image.findings.push_back(
        {"disc.descriptors-disagree",
         Severity::warning,
         {.file = other.files.front().path()},
         "this descriptor and " + chosen + ", which was used, differ: " + text});
  }
  image.findings.insert(image.findings.end(), described.findings.begin(), described.findings.end());
  return image;
}

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
  if (const auto headless = identify_sectors(*input.source)) {
    const std::uint64_t offset = 16 * std::uint64_t{headless->layout.stored} +
                                 static_cast<std::uint64_t>(headless->layout.user);
    Probed result{Fit::strong};
    if (auto value = read_exactly(*input.source, offset, 6))
      result.proofs.push_back({input.path, offset, std::move(*value),
                               "ISO 9660 volume descriptor in sector 16 of " +
                                   std::to_string(headless->layout.stored) + "-byte sectors"});
    return result;
  }
  return described_probe(input);
}

}  // namespace

extern const Format kRawCd = {"raw_cd", "Raw CD image (2352 bytes a sector and the like)",
                              "bin img scram", probe, open_raw_cd};

}  // namespace discern
