// SPDX-License-Identifier: Apache-2.0
// The shape that most tracks share (sector size, first id, number of ids) is the disk's. A track
// whose sectors all fit it is laid out by id, so that a missing sector leaves a hole in its place.
// Any other track (FM track 0 of an 8-inch disk, copy protection) is laid out as it is, and from
// there on no geometry leads to an offset.
#include "image/floppy_tracks.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace discern {
namespace {

struct Shape {
  std::uint32_t size = 0;  // bytes of a sector
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  auto operator<=>(const Shape&) const = default;
  std::uint64_t bytes() const { return std::uint64_t{size} * count; }
};

std::optional<Shape> shape_of(const FloppyTrack& track) {
  if (track.sectors.empty()) return std::nullopt;
  Shape shape{track.sectors.front().size, track.sectors.front().id, 0};
  std::uint32_t last = 0;
  for (const FloppySector& sector : track.sectors) {
    if (sector.size != shape.size) return std::nullopt;
    shape.first = std::min<std::uint32_t>(shape.first, sector.id);
    last = std::max<std::uint32_t>(last, sector.id);
  }
  shape.count = last - shape.first + 1;
  return shape;
}

bool fits(const FloppyTrack& track, const Shape& shape) {
  return std::ranges::all_of(track.sectors, [&](const FloppySector& sector) {
    return sector.size == shape.size && sector.id >= shape.first &&
           sector.id < shape.first + shape.count;
  });
}

// The shape of most tracks; of equally many, the one with more data.
Shape usual_shape(const std::vector<FloppyTrack>& tracks) {
  std::map<Shape, std::size_t> seen;
  for (const FloppyTrack& track : tracks)
    if (const auto shape = shape_of(track)) ++seen[*shape];
  Shape best;
  std::size_t most = 0;
  for (const auto& [shape, count] : seen)
    if (std::pair(count, shape.bytes()) > std::pair(most, best.bytes())) {
      best = shape;
      most = count;
    }
  return best;
}

// "cylinder 3 head 1 sector 5", the first few of a list, and how many more.
class Places {
 public:
  void add(const FloppyTrack& track, std::optional<std::uint32_t> id, std::uint64_t offset) {
    if (count_++ == 0) first_offset_ = offset;
    if (count_ > kShown) return;
    text_ += (text_.empty() ? "" : ", ") + std::string("cylinder ") +
             std::to_string(track.cylinder) + " head " + std::to_string(track.head);
    if (id) text_ += " sector " + std::to_string(*id);
  }
  void report(Findings& findings, const std::string& path, const char* code, Severity severity,
              const std::string& what) const {
    if (count_ == 0) return;
    std::string text = std::to_string(count_) + " " + what + ": " + text_;
    if (count_ > kShown) text += " and " + std::to_string(count_ - kShown) + " more";
    findings.push_back(
        {code, severity, Place{.file = path, .offset = first_offset_}, std::move(text)});
  }

 private:
  static constexpr std::size_t kShown = 20;
  std::size_t count_ = 0;
  std::uint64_t first_offset_ = 0;
  std::string text_;
};

class Layout {
 public:
  explicit Layout(std::string path) : path_(std::move(path)) {}

  void add_track(FloppyTrack& track, const Shape& usual) {
    drop_repeats(track);
    for (const FloppySector& sector : track.sectors) note(track, sector);
    if (fits(track, usual)) {
      add_by_id(track, usual);
      return;
    }
    mixed_.add(track, std::nullopt, track.sectors.front().offset);
    regular_ = false;
    for (const FloppySector& sector : track.sectors) add_sector(track, sector);
  }

  void add_missing_track(const FloppyTrack& track, const Shape& usual) { add_by_id(track, usual); }

  bool regular() const { return regular_; }
  std::uint64_t size() const { return size_; }

  SourcePtr take(Findings& findings) {
    missing_.report(findings, path_, "floppy.sectors-missing", Severity::damage,
                    "sectors or tracks have no data; their ranges are unreadable");
    errors_.report(findings, path_, "floppy.data-errors", Severity::damage,
                   "sectors were recorded with a CRC error");
    repeated_.report(findings, path_, "floppy.sector-left-out", Severity::damage,
                     "sectors repeat an id of their track and are left out");
    mixed_.report(findings, path_, "floppy.mixed-tracks", Severity::warning,
                  "tracks have another shape than most; offsets follow no geometry");
    deleted_.report(findings, path_, "floppy.deleted-sectors", Severity::note,
                    "sectors have the deleted-data mark");
    elsewhere_.report(findings, path_, "floppy.foreign-ids", Severity::note,
                      "sectors name another cylinder or head in their ID");
    return concat_source(std::move(parts_));
  }

 private:
  // Of sectors with one id, the first with good data stays, else the first with data.
  void drop_repeats(FloppyTrack& track) {
    auto& sectors = track.sectors;
    std::ranges::stable_sort(sectors, {}, [](const FloppySector& sector) {
      return std::tuple(sector.id, sector.data == nullptr, sector.data_error);
    });
    const auto same_id = [](const FloppySector& a, const FloppySector& b) { return a.id == b.id; };
    for (std::size_t i = 1; i < sectors.size(); ++i)
      if (same_id(sectors[i - 1], sectors[i]))
        repeated_.add(track, sectors[i].id, sectors[i].offset);
    sectors.erase(std::unique(sectors.begin(), sectors.end(), same_id), sectors.end());
  }

  void note(const FloppyTrack& track, const FloppySector& sector) {
    if (sector.data && sector.data_error) errors_.add(track, sector.id, sector.offset);
    if (sector.deleted) deleted_.add(track, sector.id, sector.offset);
    if (sector.id_elsewhere) elsewhere_.add(track, sector.id, sector.offset);
  }

  void add_by_id(const FloppyTrack& track, const Shape& usual) {
    if (track.sectors.empty()) {
      missing_.add(track, std::nullopt, 0);
      add_hole(usual.bytes());
      return;
    }
    auto next = track.sectors.begin();
    for (std::uint32_t id = usual.first; id < usual.first + usual.count; ++id) {
      if (next != track.sectors.end() && next->id == id) {
        add_sector(track, *next++);
      } else {
        missing_.add(track, id, track.sectors.front().offset);
        add_hole(usual.size);
      }
    }
  }

  void add_sector(const FloppyTrack& track, const FloppySector& sector) {
    size_ += sector.size;
    if (sector.data) {
      parts_.push_back(sector.data);
      return;
    }
    missing_.add(track, sector.id, sector.offset);
    size_ -= sector.size;
    add_hole(sector.size);
  }

  void add_hole(std::uint64_t length) {
    size_ += length;
    parts_.push_back(partial_source(memory_source({}, path_), length));
  }

  std::string path_;
  std::vector<SourcePtr> parts_;
  std::uint64_t size_ = 0;
  bool regular_ = true;
  Places missing_;
  Places errors_;
  Places repeated_;
  Places mixed_;
  Places deleted_;
  Places elsewhere_;
};

}  // namespace

Status add_flat_view(Image& image, std::vector<FloppyTrack> tracks, const std::string& path,
                     const std::string& derivation) {
  std::erase_if(tracks, [](const FloppyTrack& track) { return track.sectors.empty(); });
  const auto place = [](const FloppyTrack& track) { return std::pair(track.cylinder, track.head); };
  std::ranges::stable_sort(tracks, {}, place);
  const Shape usual = usual_shape(tracks);
  if (usual.count == 0) return Error{Errc::corrupt, "no track with sectors of one size", path};
  std::uint32_t heads = 0;
  for (const FloppyTrack& track : tracks) heads = std::max(heads, track.head + 1);
  const std::uint32_t cylinders = tracks.back().cylinder + 1;
  // Holes cost no memory, but a view of gigabytes of nothing helps nobody.
  if (usual.bytes() * heads * cylinders > kMostFloppyImageBytes)
    return Error{Errc::limit, "more than " + std::to_string(kMostFloppyImageBytes) + " bytes",
                 path};

  Layout layout(path);
  auto next = tracks.begin();
  for (std::uint32_t cylinder = 0; cylinder < cylinders; ++cylinder)
    for (std::uint32_t head = 0; head < heads; ++head) {
      FloppyTrack whole{cylinder, head};
      // A track recorded in two pieces is one track.
      for (; next != tracks.end() && place(*next) == place(whole); ++next)
        std::ranges::move(next->sectors, std::back_inserter(whole.sectors));
      if (whole.sectors.empty())
        layout.add_missing_track(whole, usual);
      else
        layout.add_track(whole, usual);
    }
  if (layout.regular()) image.geometry = Geometry{cylinders, heads, usual.count, usual.size};
  image.views.push_back(
      {.name = "media", .source = layout.take(image.findings), .derivation = derivation});
  return Done{};
}

}  // namespace discern
