// SPDX-License-Identifier: Apache-2.0
// The medium as a picture: lanes over one axis, from its first byte to its last. A floppy's files
// are drawn as the heads see them: one lane per side, one column per cylinder.

#include <algorithm>

#include "discern/object_name.h"
#include "report/page/sections.h"

namespace discern {
namespace {

constexpr double kLaneHeight = 36;

void begin_lane(Markup& page, std::string_view label, std::string_view description) {
  page << "<div class=\"lane\"><span>" << label
       << "</span><svg width=\"100%\" height=\"36\" role=\"img\" aria-label=\"" << description
       << "\"><rect class=\"ground\" width=\"100%\" height=\"100%\"/>";
}
void end_lane(Markup& page) { page << "</svg></div>"; }

// A labelled part of a lane. What does not fit is cut off.
void draw_block(Markup& page, ByteRange range, std::uint64_t total, std::string_view label) {
  page << "<svg x=\"";
  page.percent(static_cast<double>(range.offset), static_cast<double>(total)) << "\" width=\"";
  page.percent(static_cast<double>(range.length), static_cast<double>(total))
      << "\" height=\"36\"><title>" << label << ": bytes " << range.offset << " to " << range.end()
      << "</title><rect class=\"block\" width=\"100%\" height=\"100%\"/><text x=\"8\" y=\"23\">"
      << label << "</text></svg>";
}

// A part of a lane that must be visible however small it is.
void draw_mark(Markup& page, ByteRange range, std::uint64_t total, std::string_view name,
               std::string_view title) {
  const auto whole = static_cast<double>(total);
  const double width = std::max(static_cast<double>(range.length), whole * 0.003);
  const double left = std::min(static_cast<double>(range.offset), whole - width);
  page << "<rect class=\"" << name << "\" x=\"";
  page.percent(left, whole) << "\" width=\"";
  page.percent(width, whole) << "\" height=\"36\"><title>" << title << "</title></rect>";
}

// Sectors of the disc as bytes of the main view, cut to it.
ByteRange in_view(const View& view, Lba first, std::uint64_t sectors) {
  const std::int64_t base = view.first_lba ? view.first_lba->value : 0;
  const std::int64_t begin = std::max<std::int64_t>(first.value - base, 0);
  const std::uint64_t size = view.source->size();
  const std::uint64_t offset = std::min(static_cast<std::uint64_t>(begin) * view.sector_size, size);
  return {offset, std::min(sectors * view.sector_size, size - offset)};
}

void draw_tracks(Markup& page, const Disc& disc, const View& view) {
  begin_lane(page, "Tracks", "Tracks of the disc; the table of tracks has the figures");
  for (const Session& session : disc.sessions)
    for (const Track& track : session.tracks)
      draw_block(page, in_view(view, track.first, track.sectors), view.source->size(),
                 "Track " + std::to_string(track.number) + " " + std::string(name_of(track.mode)));
  end_lane(page);
}

// Volumes lie in the main view.
void draw_volumes(Markup& page, const Image& image) {
  const std::uint64_t size = image.main_view().source->size();
  begin_lane(page, "Volumes", "Volumes; the table of volumes has the figures");
  for (const Volume& volume : image.volumes) {
    const std::uint64_t start = std::min(volume.start, size);
    draw_block(page, {start, std::min(volume.size, size - start)}, size,
               volume.filesystem.empty() ? volume.type : volume.filesystem);
  }
  end_lane(page);
}

// ---- where files lie -------------------------------------------------------------------

struct Column {
  std::uint64_t size = 0;
  std::uint64_t live = 0;
  std::uint64_t deleted = 0;
  bool unread = false;
};

// Calls add(column, bytes) for what each of the ranges (merged) covers of each column.
template <class Add>
void spread(std::vector<Column>& columns, const std::vector<ByteRange>& ranges, Add add) {
  std::size_t next = 0;
  std::uint64_t begin = 0;
  for (Column& column : columns) {
    const std::uint64_t end = begin + column.size;
    while (next < ranges.size() && ranges[next].end() <= begin) ++next;
    for (std::size_t i = next; i < ranges.size() && ranges[i].offset < end; ++i)
      add(column, std::min(end, ranges[i].end()) - std::max(begin, ranges[i].offset));
    begin = end;
  }
}

std::vector<ByteRange> ranges_of(const Timeline& timeline, std::uint64_t size, bool live) {
  std::vector<ByteRange> ranges;
  for (const Entry& entry : timeline.entries) {
    if ((entry.state == EntryState::allocated) != live) continue;
    for (const Run& run : entry.runs)
      if (run.view_offset && *run.view_offset < size)
        ranges.push_back({*run.view_offset, std::min(run.length, size - *run.view_offset)});
  }
  return merged(std::move(ranges));
}

std::vector<ByteRange> unread_of(const Case& of) {
  const std::string object = object_name(*of.examination.view);
  for (const DigestSet& digests : of.examination.digests)
    if (digests.object == object) return digests.bad;
  return {};
}

std::vector<Column> columns_of(const Case& of, std::size_t count) {
  const std::uint64_t size = of.examination.view->source->size();
  std::vector<Column> columns(count);
  for (std::size_t i = 0; i < count; ++i)
    columns[i].size = size / count + (i < size % count ? 1 : 0);
  const Timeline& timeline = of.examination.timeline;
  spread(columns, ranges_of(timeline, size, true),
         [](Column& column, std::uint64_t bytes) { column.live += bytes; });
  spread(columns, ranges_of(timeline, size, false),
         [](Column& column, std::uint64_t bytes) { column.deleted += bytes; });
  spread(columns, unread_of(of), [](Column& column, std::uint64_t) { column.unread = true; });
  // Where a live file took over a deleted one's sectors, the live one is drawn.
  for (Column& column : columns)
    column.deleted = std::min(column.deleted, column.size - column.live);
  return columns;
}

void draw_column(Markup& page, const Column& column, std::size_t place, std::size_t places,
                 const std::string& name) {
  if (column.size == 0 || (column.live == 0 && column.deleted == 0 && !column.unread)) return;
  const auto box = [&](std::string_view style, double top, double height) {
    page << "<rect class=\"" << style << "\" x=\"";
    page.percent(static_cast<double>(place), static_cast<double>(places)) << "\" width=\"";
    page.percent(0.86, static_cast<double>(places)) << "\" y=\"";
    page.decimal(top) << "\" height=\"";
    page.decimal(height) << "\"/>";
  };
  const auto size = static_cast<double>(column.size);
  const double live = kLaneHeight * static_cast<double>(column.live) / size;
  const double deleted = kLaneHeight * static_cast<double>(column.deleted) / size;
  page << "<g><title>" << name << ": " << column.live << " bytes of live files, " << column.deleted
       << " of deleted ones";
  if (column.unread) page << ", partly unread";
  page << "</title>";
  if (column.live > 0) box("live", kLaneHeight - live, live);
  if (column.deleted > 0) box("deleted", kLaneHeight - live - deleted, deleted);
  if (column.unread) box("unread", 0, kLaneHeight);
  page << "</g>";
}

bool is_floppy(const Case& of) {
  const Image& image = of.image;
  if (!image.geometry) return false;
  const Geometry& geometry = *image.geometry;
  return geometry.heads >= 1 && geometry.heads <= 2 && geometry.cylinders >= 1 &&
         geometry.cylinders <= 100 &&
         std::uint64_t{geometry.cylinders} * geometry.heads * geometry.sectors_per_track *
                 geometry.bytes_per_sector ==
             of.examination.view->source->size();
}

void draw_files(Markup& page, const Case& of) {
  if (is_floppy(of)) {
    const std::size_t heads = of.image.geometry->heads;
    const std::size_t cylinders = of.image.geometry->cylinders;
    const auto columns = columns_of(of, cylinders * heads);
    for (std::size_t head = 0; head < heads; ++head) {
      begin_lane(page, "Files, side " + std::to_string(head),
                 "How much of each track of side " + std::to_string(head) + " belongs to files");
      for (std::size_t cylinder = 0; cylinder < cylinders; ++cylinder)
        draw_column(page, columns[cylinder * heads + head], cylinder, cylinders,
                    "Cylinder " + std::to_string(cylinder) + ", head " + std::to_string(head));
      end_lane(page);
    }
    return;
  }
  constexpr std::size_t kColumns = 200;
  const auto columns = columns_of(of, kColumns);
  begin_lane(page, "Files", "How much of each two-hundredth of the medium belongs to files");
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < kColumns; ++i) {
    draw_column(page, columns[i], i, kColumns, "From byte " + std::to_string(begin));
    begin += columns[i].size;
  }
  end_lane(page);
}

// ---- marks -----------------------------------------------------------------------------

void draw_carved(Markup& page, const Case& of) {
  const std::uint64_t size = of.examination.view->source->size();
  begin_lane(page, "Carved", "Carved files; the table of carved files has the figures");
  std::size_t drawn = 0;
  for (const CarvedFile& file : of.examination.carved) {
    if (++drawn > kMaxRows) break;
    const std::vector<ByteRange> parts = parts_of(file);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      std::string label = file.type + " at byte " + std::to_string(file.offset);
      if (parts.size() > 1)
        label += ", part " + std::to_string(i + 1) + " of " + std::to_string(parts.size());
      page << "<a href=\"";
      if (file.file.empty())
        page << "#carved-" << std::string_view(std::to_string(file.offset));
      else
        (page << "carved/").link(file.file);
      page << "\">";
      draw_mark(page, {std::min(parts[i].offset, size), std::min(parts[i].length, size)}, size,
                "carved", label);
      page << "</a>";
    }
  }
  end_lane(page);
}

// True when there was something to draw.
bool draw_damage(Markup& page, const Case& of) {
  const View& view = *of.examination.view;
  const std::uint64_t size = view.source->size();
  const std::vector<ByteRange> unread = unread_of(of);
  const auto& tally = of.examination.sectors;
  const auto& areas = of.examination.mismatch_areas;
  if (unread.empty() && areas.empty() && (!tally || tally->bad_runs.empty())) return false;
  begin_lane(page, "Damage",
             "Ranges that could not be read, pieces that differ from a reference, sectors whose "
             "checksums are "
             "wrong");
  std::size_t drawn = 0;
  for (const ByteRange& range : unread)
    if (++drawn <= kMaxRows)
      draw_mark(page, range, size, "unread", "Unread from byte " + std::to_string(range.offset));
  if (tally)
    for (const SectorTally::BadRun& run : tally->bad_runs)
      if (++drawn <= kMaxRows)
        draw_mark(page, in_view(view, run.first, run.sectors), size, "failing",
                  "LBA " + std::to_string(run.first.value) + ": " + run.what);
  // Pieces lie in the view that was walked, whose offsets are those of this one.
  for (const MismatchArea& area : areas)
    if (area.in_view && area.object != "view:raw" && area.in_view->offset < size &&
        ++drawn <= kMaxRows)
      draw_mark(page, *area.in_view, size, "failing",
                area.what + " at byte " + std::to_string(area.in_view->offset));
  end_lane(page);
  return true;
}

void draw_axis(Markup& page, const View& view) {
  const std::uint64_t size = view.source->size();
  const bool by_sector = view.first_lba.has_value();
  page << "<div class=\"lane axis\"><span>";
  if (by_sector)
    page << "LBA";
  else
    page << "Byte";
  page << "</span><div>";
  for (int quarter = 0; quarter <= 4; ++quarter) {
    page << "<span>";
    const std::uint64_t at = size / 4 * static_cast<std::uint64_t>(quarter);
    if (by_sector)
      page << view.first_lba->value + static_cast<std::int64_t>(at / view.sector_size);
    else
      page << (quarter == 4 ? size : at);
    page << "</span>";
  }
  page << "</div></div>";
}

void write_key(Markup& page, bool files, bool damage) {
  const auto item = [&](std::string_view style, std::string_view words) {
    page << "<li><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect class=\"" << style
         << "\" width=\"14\" height=\"14\"/></svg> " << words << "</li>";
  };
  page << "<ul class=\"key\">";
  if (files) {
    item("live", "live files");
    item("deleted", "deleted files");
  }
  if (damage) {
    item("unread", "not readable");
    item("failing", "does not match");
  }
  page << "</ul>";
}

}  // namespace

void draw_medium(Markup& page, const Case& of) {
  const Image& image = of.image;
  const View& view = *of.examination.view;
  const Timeline& timeline = of.examination.timeline;
  if (view.source->size() == 0) return;
  page << "<figure class=\"medium\"><figcaption>What lies where in view " << view.name << ", ";
  page.bytes(view.source->size()) << "</figcaption>";
  if (image.disc) draw_tracks(page, *image.disc, view);
  if (!image.volumes.empty() && &view == &image.main_view()) draw_volumes(page, image);
  // The overlay differs from the main view in its boot sector only.
  const bool same_offsets = timeline.view == view.name ||
                            (timeline.view == "overlay" && view.name == image.main_view().name);
  const bool files = same_offsets && !timeline.entries.empty();
  if (files) draw_files(page, of);
  if (!of.examination.carved.empty()) draw_carved(page, of);
  const bool damage = draw_damage(page, of);
  draw_axis(page, view);
  write_key(page, files, damage);
  page << "</figure>";
}

}  // namespace discern
