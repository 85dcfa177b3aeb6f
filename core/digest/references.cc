// SPDX-License-Identifier: Apache-2.0
// From references to comparisons: which object of the image each one is about, the digests of
// pieces, and what came out.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "digest/find_set.h"
#include "digest/reference_lines.h"
#include "discern/object_name.h"
#include "discern/reference.h"

namespace discern {

struct References::Bound {
  Reference reference;
  std::string object;  // empty: any
  std::string source;
  std::string origin;
};

// Pieces of one object, one algorithm and one file. Pieces that overlap are in different lanes.
struct References::Pieces {
  struct Piece {
    ByteRange range;
    std::string expected;
    std::uint32_t line = 0;
    std::string computed = {};
  };
  struct Lane {
    std::vector<Piece> pieces;
    std::size_t next = 0;
    std::optional<Hasher> hasher = {};
  };
  std::string object;
  Algorithm algorithm = Algorithm::md5;
  std::string file;
  std::string reader;
  std::string origin;
  std::vector<Piece> added = {};
  std::vector<Lane> lanes = {};

  void spread();
  void consume(Lane& lane, const Block& block) const;
};

namespace {

constexpr std::size_t kMostLanes = 16;
constexpr std::size_t kPiecesTold = 1000;

std::string_view base_name(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);  // npos + 1 is 0
}

std::string stem(std::string_view path) {
  const std::string_view name = base_name(path);
  return lower(name.substr(0, std::min(name.rfind('.'), name.size())));
}

// As hash_job() names the objects of evidence files.
std::string object_of(const Image& image, const EvidenceFile& file) {
  const auto same = std::ranges::count_if(
      image.files, [&](const EvidenceFile& other) { return other.name() == file.name(); });
  return "file:" + (same == 1 ? file.name() : file.path());
}

const EvidenceFile* file_called(const Image& image, std::string_view name) {
  for (const EvidenceFile& file : image.files)
    if (file.name() == name) return &file;
  for (const EvidenceFile& file : image.files)
    if (lower(file.name()) == lower(name)) return &file;
  return nullptr;
}

const EvidenceFile* file_at(const Image& image, std::string_view path) {
  for (const EvidenceFile& file : image.files)
    if (file.path() == path) return &file;
  return nullptr;
}

// The stored sectors of a track, when they stand together in one file.
struct StoredTrack {
  const EvidenceFile* file = nullptr;
  ByteRange range = {};
};
std::optional<StoredTrack> stored_track(const Image& image, int number) {
  if (!image.disc) return std::nullopt;
  for (const Session& session : image.disc->sessions)
    for (const Track& track : session.tracks) {
      if (track.number != number) continue;
      StoredTrack stored;
      for (const Extent& extent : track.extents) {
        if (!extent.file || extent.sectors == 0) continue;
        const std::uint64_t length = std::uint64_t{extent.sectors} * extent.layout.stored;
        if (extent.file_offset >= extent.file->size()) return std::nullopt;
        const Location place = extent.file->locate(extent.file_offset);
        if (!place.offset) return std::nullopt;
        const EvidenceFile* file = file_at(image, place.file);
        if (!file) return std::nullopt;
        if (!stored.file) {
          stored = {file, {*place.offset, length}};
        } else if (file != stored.file || *place.offset != stored.range.end()) {
          return std::nullopt;
        } else {
          stored.range.length += length;
        }
      }
      if (stored.file && stored.range.end() <= stored.file->source->size()) return stored;
      return std::nullopt;
    }
  return std::nullopt;
}

bool overlaps(std::span<const ByteRange> bad, ByteRange range) {
  return std::ranges::any_of(bad, [&](const ByteRange& each) {
    return each.offset < range.end() && range.offset < each.end();
  });
}

}  // namespace

void References::Pieces::spread() {
  std::ranges::stable_sort(added, {}, [](const Piece& piece) { return piece.range.offset; });
  for (Piece& piece : added) {
    const auto lane = std::ranges::find_if(lanes, [&](const Lane& each) {
      return each.pieces.back().range.end() <= piece.range.offset;
    });
    if (lane != lanes.end())
      lane->pieces.push_back(std::move(piece));
    else if (lanes.size() < kMostLanes)
      lanes.push_back({{std::move(piece)}});
  }
  added.clear();
}

void References::Pieces::consume(Lane& lane, const Block& block) const {
  const std::uint64_t end = block.offset + block.bytes.size();
  while (lane.next < lane.pieces.size()) {
    Piece& piece = lane.pieces[lane.next];
    if (piece.range.offset >= end) return;
    if (!lane.hasher) lane.hasher.emplace(algorithm);
    const std::uint64_t from = std::max(piece.range.offset, block.offset);
    const std::uint64_t to = std::min(piece.range.end(), end);
    if (const auto bytes = slice(block.bytes, from - block.offset, to - from))
      lane.hasher->update(*bytes);
    if (piece.range.end() > end) return;
    piece.computed = lane.hasher->finish();
    lane.hasher.reset();
    ++lane.next;
  }
}

void References::bind(const Image& image, const Reference& reference, std::string_view origin,
                      bool any_name, bool& used) {
  Bound bound{reference, {}, {}, std::string(origin)};
  bool found = false;
  const auto of_track = [&](int number) {
    const auto track = stored_track(image, number);
    if (!track || (reference.size && *reference.size != track->range.length)) return false;
    bound.object = object_of(image, *track->file);
    if (track->range != ByteRange{0, track->file->source->size()})
      bound.reference.range = track->range;
    return true;
  };
  const auto of_medium = [&] {
    // A disc was read as 2048 or as 2352 bytes a sector: whichever fits.
    if (!image.disc || reference.range) bound.object = object_name(image.main_view());
    return true;
  };
  const std::string wanted(base_name(reference.name));
  switch (reference.of) {
    case Reference::Of::any:
      found = true;
      break;
    case Reference::Of::medium:
      found = of_medium();
      break;
    case Reference::Of::track:
      found = of_track(reference.track);
      break;
    case Reference::Of::file: {
      const EvidenceFile* file =
          wanted.empty()
              ? file_called(
                    image,
                    base_name(reference.file).substr(0, base_name(reference.file).rfind('.')))
              : file_called(image, wanted);
      if (!file && wanted.empty()) file = file_at(image, image.path);
      if (file) {
        bound.object = object_of(image, *file);
        found = true;
      } else if (reference.track > 0 &&
                 (any_name || lower(wanted).starts_with(stem(image.path) + " (track "))) {
        found = of_track(reference.track);
      } else if (any_name) {
        if (reference.range) bound.object = object_name(image.main_view());
        found = true;
      } else if (stem(wanted) == stem(image.path)) {
        // Of what a container holds: disk.dd of disk.E01, disk.img of disk.imz.
        found = of_medium();
      }
      break;
    }
  }
  if (!found) return;
  used = true;
  if (!bound.reference.range || !find_algorithm(reference.algorithm)) {
    bound_.push_back(std::make_shared<Bound>(std::move(bound)));
    return;
  }
  const Algorithm algorithm = *find_algorithm(reference.algorithm);
  auto pieces = std::ranges::find_if(pieces_, [&](const auto& each) {
    return each->object == bound.object && each->algorithm == algorithm &&
           each->file == reference.file;
  });
  if (pieces == pieces_.end()) {
    pieces_.push_back(std::make_shared<Pieces>(
        Pieces{bound.object, algorithm, reference.file, {}, std::string(origin)}));
    pieces = std::prev(pieces_.end());
  }
  (*pieces)->added.push_back({*bound.reference.range, reference.value, reference.line});
}

void References::add(const Image& image, const ReferenceFile& file, bool given) {
  if (file.reader.empty()) {
    findings_.push_back({"reference.unreadable", Severity::warning, Place{.file = file.path},
                         "cannot be read; digests in it are not compared"});
    return;
  }
  std::set<std::string_view> subjects;
  for (const Reference& reference : file.references)
    if (subjects.size() < 2) subjects.insert(reference.name);
  bool used = false;
  const std::size_t before = bound_.size();
  const std::size_t pieces_before = pieces_.size();
  // Names first; a file about one thing, given for this image, is about it whatever its name.
  for (const bool any_name : {false, true}) {
    if (used || (any_name && (!given || subjects.size() != 1))) continue;
    for (const Reference& reference : file.references)
      bind(image, reference, given ? "given" : "beside", any_name, used);
  }
  for (std::size_t i = before; i < bound_.size(); ++i) {
    const Reference& reference = bound_[i]->reference;
    bound_[i]->source = std::string(file.reader) + ", " + file.path +
                        (reference.line > 0 ? ":" + std::to_string(reference.line) : "");
    if (!reference.name.empty() && base_name(reference.name) != base_name(image.path))
      bound_[i]->source += ", of " + reference.name;
  }
  for (std::size_t i = pieces_before; i < pieces_.size(); ++i)
    pieces_[i]->reader = std::string(file.reader);
  if (!used && given)
    findings_.push_back({"reference.not-about-this",
                         Severity::warning,
                         {file.path},
                         "none of its " + std::to_string(file.references.size()) +
                             " digests is of a file of this image"});
}

void References::add(const Image& image, const Reference& typed_in) {
  bool used = false;
  bind(image, typed_in, "typed", true, used);
  bound_.back()->source = "typed in";
}

std::vector<Algorithm> References::algorithms() const {
  std::vector<Algorithm> result;
  for (const auto& bound : bound_) {
    const auto algorithm = find_algorithm(bound->reference.algorithm);
    if (algorithm && std::ranges::find(result, *algorithm) == result.end())
      result.push_back(*algorithm);
  }
  return result;
}

bool References::concern(std::string_view object) const {
  const auto about = [&](const auto& each) {
    return each->object.empty() || each->object == object;
  };
  return std::ranges::any_of(bound_, about) || std::ranges::any_of(pieces_, about);
}

void References::add_consumers(HashJob& job) {
  for (const auto& pieces : pieces_) {
    pieces->spread();
    Stream* const stream = job.stream_of(pieces->object);
    if (!stream) continue;
    for (std::size_t i = 0; i < pieces->lanes.size(); ++i)
      stream->consumers.push_back(
          {[pieces, i](const Block& block) { pieces->consume(pieces->lanes[i], block); }, 4.0});
  }
}

namespace {

Verification row_of(const References::Bound& bound, const std::vector<DigestSet>& computed) {
  const Reference& reference = bound.reference;
  Verification row{bound.object,
                   reference.algorithm == "crc32" ? "crc" : "digest",
                   reference.value,
                   {},
                   bound.source};
  row.algorithm = reference.algorithm;
  row.origin = bound.origin;
  row.file = reference.file;
  row.line = reference.line;
  row.range = reference.range;
  const auto algorithm = find_algorithm(reference.algorithm);
  if (!algorithm) {
    row.source += " (" + reference.algorithm + " is not computed)";
    return row;
  }
  if (!bound.object.empty()) {
    const DigestSet* set = find_set(computed, bound.object);
    const std::string* hex = set ? set->find(*algorithm) : nullptr;
    if (!hex) return row;
    row.computed = *hex;
    if (*hex == reference.value)
      row.verdict = Outcome::match;
    else if (set->bad.empty())
      row.verdict = Outcome::mismatch;
    return row;
  }
  // Of anything: the object that has the value, or none, and then the first view stands for all.
  bool unread = false;
  for (const DigestSet& set : computed) {
    const std::string* hex = set.find(*algorithm);
    if (!hex) continue;
    unread = unread || !set.bad.empty();
    if (*hex == reference.value) {
      row.object = set.object;
      row.computed = *hex;
      row.verdict = Outcome::match;
      return row;
    }
    if (row.object.empty() ||
        (row.object.starts_with("file:") && set.object.starts_with("view:"))) {
      row.object = set.object;
      row.computed = *hex;
    }
  }
  if (!row.computed.empty() && !unread) row.verdict = Outcome::mismatch;
  row.source += "; no file and no view of the image has this value";
  return row;
}

void add_rows(const References::Pieces& pieces, const std::vector<DigestSet>& computed,
              std::vector<Verification>& rows) {
  const DigestSet* set = find_set(computed, pieces.object);
  const std::uint64_t size = set ? set->size : 0;
  std::size_t all = 0;
  std::size_t same = 0;
  std::size_t different = 0;
  std::vector<Verification> told;
  const std::string algorithm(name_of(pieces.algorithm));
  for (const auto& lane : pieces.lanes)
    for (const auto& piece : lane.pieces) {
      ++all;
      if (piece.computed == piece.expected) {
        ++same;
        continue;
      }
      const bool missing = piece.computed.empty();
      const bool unread = set && overlaps(set->bad, piece.range);
      if (unread || !set) continue;
      ++different;
      if (different > kPiecesTold) continue;
      Verification row{pieces.object, "digest", piece.expected,
                       missing ? "the object ends at " + std::to_string(size) : piece.computed,
                       pieces.reader + ", " + pieces.file + ":" + std::to_string(piece.line)};
      row.verdict = Outcome::mismatch;
      row.algorithm = algorithm;
      row.origin = pieces.origin;
      row.file = pieces.file;
      row.line = piece.line;
      row.range = piece.range;
      told.push_back(std::move(row));
    }
  std::ranges::stable_sort(told, {}, [](const Verification& row) { return row.range->offset; });
  const auto counted = [](std::size_t count) {
    return std::to_string(count) + (count == 1 ? " piece" : " pieces");
  };
  Verification sum{pieces.object, "digest", counted(all),
                   std::to_string(same) + " match, " + std::to_string(different) + " differ",
                   pieces.reader + ", " + pieces.file};
  if (all > same + different)
    sum.computed += ", " + std::to_string(all - same - different) + " unread";
  sum.algorithm = algorithm;
  sum.origin = pieces.origin;
  sum.file = pieces.file;
  sum.verdict = different > 0 ? Outcome::mismatch
                : same == all ? Outcome::match
                              : Outcome::unverifiable;
  rows.push_back(std::move(sum));
  rows.insert(rows.end(), told.begin(), told.end());
}

}  // namespace

std::vector<Verification> References::compare(const std::vector<DigestSet>& computed) {
  std::vector<Verification> rows;
  for (const auto& bound : bound_) rows.push_back(row_of(*bound, computed));
  for (const auto& pieces : pieces_) add_rows(*pieces, computed, rows);
  return rows;
}

}  // namespace discern
