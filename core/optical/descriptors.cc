// SPDX-License-Identifier: Apache-2.0
// The order: a control file of CloneCD has the drive's whole table of contents, Alcohol's
// and BlindWrite's descriptors have what these read, a TOC file flags and subchannel modes; a cue
// sheet is what people write by hand. Which one is used is said, and every other one is held
// against it.
#include "optical/descriptors.h"

#include <algorithm>

#include "optical/b6t.h"
#include "optical/ccd.h"
#include "optical/cue.h"
#include "optical/descriptor_files.h"
#include "optical/descriptor_places.h"
#include "optical/gdi.h"
#include "optical/mds.h"
#include "optical/toc.h"

namespace discern {
namespace {

using Open = Result<Image> (*)(std::shared_ptr<const MappedFile>, const OpenOptions&);
struct Kind {
  std::string_view extension;
  Open open;
};
constexpr Kind kKinds[] = {{".ccd", open_ccd}, {".mds", open_mds}, {".b6t", open_b6t},
                           {".b5t", open_b6t}, {".toc", open_toc}, {".gdi", open_gdi},
                           {".cue", open_cue}};

bool same_file(const FileFacts& a, const FileFacts& b) {
  return a.device == b.device && a.inode == b.inode;
}

bool uses(const Image& image, const FileFacts& facts) {
  return std::ranges::any_of(image.files, [&](const EvidenceFile& file) {
    return file.role == "image" && same_file(file.source->facts(), facts);
  });
}

// The first difference between two accounts of the same disc, in words, and where each of them
// speaks of it: by the number of the track from 0 on, or of the catalogue number.
struct Difference {
  std::string text = {};  // empty: none
  std::optional<std::size_t> left_track = {};
  std::optional<std::size_t> right_track = {};
};

Difference difference(const Disc& a, const Disc& b) {
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
             std::string(name_of(t.mode)) + " from LBA " + std::to_string(t.first.value) + ", " +
             std::to_string(t.sectors) + " sectors";
    };
    if (left[i].first != right[i].first || l.number != r.number || l.mode != r.mode ||
        l.first != r.first || l.sectors != r.sectors) {
      std::string words = text(left[i].first, l) + " against " + text(right[i].first, r);
      if (left.size() != right.size())
        words = std::to_string(left.size()) + " tracks against " + std::to_string(right.size()) +
                ", and " + words;
      return {std::move(words), i, i};
    }
    if (!l.isrc.empty() && !r.isrc.empty() && l.isrc != r.isrc)
      return {"ISRC of track " + std::to_string(l.number) + ": " + l.isrc + " against " + r.isrc, i,
              i};
  }
  if (left.size() != right.size()) {
    const std::size_t last = std::max(left.size(), right.size()) - 1;
    return {std::to_string(left.size()) + " tracks against " + std::to_string(right.size()),
            std::min(last, left.size() - 1), std::min(last, right.size() - 1)};
  }
  if (!a.catalog.empty() && !b.catalog.empty() && a.catalog != b.catalog)
    return {"catalogue number " + a.catalog + " against " + b.catalog};
  return {};
}

// The finding stands at the other descriptor's line; that of the used one is in the text.
void compare(Image& image, const std::string& used, const Image& other) {
  const Difference found = difference(*image.disc, *other.disc);
  if (found.text.empty()) {
    image.findings.push_back({"disc.descriptors-agree",
                              Severity::note,
                              {.file = other.files.front().path()},
                              "this descriptor has the same tracks as " + used});
    return;
  }
  const DescriptorPlaces ours = places_of(image);
  const DescriptorPlaces theirs = places_of(other);
  const auto place = [](const DescriptorPlaces& places, std::optional<std::size_t> track) {
    return track ? places.of_track(*track) : places.catalog;
  };
  image.findings.push_back({"disc.descriptors-disagree", Severity::warning,
                            place(theirs, found.right_track),
                            describe(place(ours, found.left_track)) +
                                ", which was used, and this descriptor differ: " + found.text});
}

// That a descriptor is not there is what one expects; that it cannot be opened, or not be looked
// for, must be known: without it the same file may be read in another way.
void add_unopened(const std::string& name, const std::string& path, const Error& error,
                  Findings& findings) {
  if (error.code == Errc::missing || error.code == Errc::ambiguous) return;
  const Finding finding = {"disc.descriptor-unusable",
                           Severity::warning,
                           {.file = error.file.empty() ? path : error.file},
                           "no descriptor " + name + " could be looked at: " + error.text};
  findings.push_back(finding);
}

}  // namespace

Described open_descriptors(const std::string& path, const FileFacts& facts) {
  Described result;
  const DescriptorFolder folder(path);
  const std::string stem(stem_of(last_component(path)));
  for (const Kind& kind : kKinds) {
    const std::string name = stem + std::string(kind.extension);
    auto descriptor = folder.open(name);
    if (!descriptor) add_unopened(name, path, descriptor.error(), result.findings);
    if (!descriptor || same_file((*descriptor)->facts(), facts)) continue;
    auto image = kind.open(*descriptor, {});
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

Image from_descriptors(Described described) {
  Image image = std::move(described.images.front());
  const std::string chosen = image.files.front().path();
  image.findings.push_back({"disc.descriptor-found",
                            Severity::note,
                            {.file = chosen},
                            "the descriptor beside the image was used"});
  for (std::size_t i = 1; i < described.images.size(); ++i)
    compare(image, chosen, described.images[i]);
  image.findings.insert(image.findings.end(), described.findings.begin(), described.findings.end());
  return image;
}

void compare_descriptors(Image& image) {
  if (!image.disc || image.files.empty() || image.files.front().role != "descriptor") return;
  const std::string used = image.files.front().path();
  // Names: the descriptor's own, and that of each of its files.
  std::vector<std::string> stems;
  for (const EvidenceFile& file : image.files) {
    std::string stem(stem_of(last_component(file.path())));
    if (std::ranges::find(stems, stem) == stems.end()) stems.push_back(std::move(stem));
    if (stems.size() == 8) break;  // sheets with a file for each track
  }
  const DescriptorFolder folder(used);
  std::vector<FileFacts> seen{image.files.front().source->facts()};
  for (const Kind& kind : kKinds) {
    for (const std::string& stem : stems) {
      const std::string name = stem + std::string(kind.extension);
      auto descriptor = folder.open(name);
      if (!descriptor) {
        add_unopened(name, used, descriptor.error(), image.findings);
        continue;
      }
      const FileFacts& facts = (*descriptor)->facts();
      if (std::ranges::any_of(seen, [&](const FileFacts& s) { return same_file(s, facts); }))
        continue;
      seen.push_back(facts);
      const auto other = kind.open(*descriptor, {});
      if (!other) {
        image.findings.push_back(
            {"disc.descriptor-unusable",
             Severity::warning,
             {.file = facts.path},
             "another descriptor of this disc does not open: " + describe(other.error())});
        continue;
      }
      const bool same_disc = std::ranges::any_of(image.files, [&](const EvidenceFile& file) {
        return file.role == "image" && uses(*other, file.source->facts());
      });
      if (same_disc) compare(image, used, *other);
    }
  }
}

}  // namespace discern
