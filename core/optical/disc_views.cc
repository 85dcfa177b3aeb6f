// SPDX-License-Identifier: Apache-2.0
// Lays the extents of the tracks out on the disc. LBAs between sessions are empty by the disc's
// format; others that no extent covers are missing from the evidence.
#include "optical/disc_views.h"

#include <algorithm>

#include "discern/sector.h"
#include "optical/layout.h"
#include "optical/user_data_source.h"

namespace discern {
namespace {

// The part of `extent` in [from, to).
Extent clipped(Extent extent, std::int64_t from, std::int64_t to) {
  const std::int64_t begin = std::max<std::int64_t>(extent.first.value, from);
  const std::int64_t end = std::min<std::int64_t>(extent.end().value, to);
  const auto skipped = static_cast<std::uint64_t>(begin - extent.first.value);
  extent.file_offset += skipped * extent.layout.stored;
  extent.subchannel_offset += skipped * 96;
  extent.first = {static_cast<std::int32_t>(begin)};
  extent.sectors = static_cast<std::uint32_t>(std::max<std::int64_t>(end - begin, 0));
  return extent;
}

class Layout {
 public:
  // Fills up to `to` with nothing.
  void fill(std::int64_t to, bool gap) {
    if (to <= next_) return;
    extents_.push_back({.first = {static_cast<std::int32_t>(next_)},
                        .sectors = static_cast<std::uint32_t>(to - next_),
                        .gap = gap});
    next_ = to;
  }

  // Appends the session's extents; the first extent of an address keeps it. `gap_before` tells
  // what the LBAs before the session are.
  void add(const Session& session, bool gap_before) {
    std::vector<Extent> extents;
    for (const Track& track : session.tracks)
      extents.insert(extents.end(), track.extents.begin(), track.extents.end());
    std::ranges::stable_sort(extents, {}, &Extent::first);
    bool gap = gap_before;
    for (const Extent& extent : extents) {
      if (extent.end().value <= next_) continue;
      fill(extent.first.value, gap);
      gap = false;
      extents_.push_back(clipped(extent, next_, extent.end().value));
      next_ = extent.end().value;
      if (is_data(extent.mode) && !extent.gap) data_end_ = next_;
    }
  }

  // Up to the last data sector.
  std::vector<Extent> take() {
    std::vector<Extent> result;
    for (const Extent& extent : extents_) {
      const Extent part = clipped(extent, 0, data_end_);
      if (part.sectors > 0) result.push_back(part);
    }
    return result;
  }

 private:
  std::vector<Extent> extents_;
  std::int64_t next_ = 0;
  std::int64_t data_end_ = 0;
};

// The file, when the extents are all of it in one piece with nothing to leave out.
SourcePtr whole_file(const std::vector<Extent>& extents, std::uint32_t unit) {
  if (extents.size() != 1) return nullptr;
  const Extent& extent = extents.front();
  const bool whole = extent.file && extent.file_offset == 0 && extent.layout.stored == unit &&
                     !extent.layout.scrambled &&
                     std::uint64_t{extent.sectors} * unit == extent.file->size();
  return whole ? extent.file : nullptr;
}

View data_view(std::string name, std::vector<Extent> extents) {
  View view{.name = std::move(name), .sector_size = kUserSector, .first_lba = Lba{}};
  view.derivation = "2048 bytes of user data for every LBA from 0 on";
  for (const Extent& extent : extents) {
    if (extent.layout.scrambled) view.derivation += ", unscrambled";
    if (extent.layout.scrambled) break;
  }
  std::uint64_t offset = 0;
  for (const Extent& extent : extents) {
    const std::uint64_t length = std::uint64_t{extent.sectors} * kUserSector;
    if (extent.gap || extent.mode == SectorMode::audio) view.holes.push_back({offset, length});
    offset += length;
  }
  view.holes = merged(std::move(view.holes));
  if (SourcePtr file = whole_file(extents, kUserSector); file && is_data(extents.front().mode)) {
    view.source = std::move(file);
    view.derivation.clear();
  } else {
    view.source = user_data_source(std::move(extents));
  }
  return view;
}

constexpr std::int64_t kDescriptors =
    16;  // first sector of a volume descriptor set, ECMA-119 6.2.1

// A later session's volume descriptors stand 16 sectors behind its start, where a drive tells its
// host to look. Programs that have but the sectors look at LBA 16: there `extents`, from LBA 0 on
// without a break, get those of `session`. False, and nothing changed, when it has none.
bool put_descriptors(const Session& session, std::vector<Extent>& extents) {
  const std::int64_t start = session.first().value + kDescriptors;
  std::vector<Extent> set;
  std::int64_t count = 0;
  for (const Extent& extent : extents) {
    Extent part = clipped(extent, start, start + kDescriptors);
    if (part.sectors == 0) continue;
    count += part.sectors;
    set.push_back(std::move(part));
  }
  if (count != kDescriptors || start < 2 * kDescriptors) return false;
  const SourcePtr source = user_data_source(set);
  // Up to the set's terminator.
  count = 0;
  for (bool ended = false; !ended && count < kDescriptors; ++count) {
    const auto head = read_exactly(*source, static_cast<std::uint64_t>(count) * kUserSector, 6);
    if (!head || !has_text_at(*head, 1, "CD001")) return false;
    ended = head->front() == std::byte{255};
  }
  std::vector<Extent> result;
  const auto copy = [&](std::int64_t from, std::int64_t to) {
    for (const Extent& extent : extents)
      if (Extent part = clipped(extent, from, to); part.sectors > 0)
        result.push_back(std::move(part));
  };
  copy(0, kDescriptors);
  copy(start, start + count);
  copy(kDescriptors + count, extents.back().end().value);
  extents = std::move(result);
  return true;
}

// Some recorders count the volume space size (ECMA-119 8.4.8) from the session's start; programs
// that count from LBA 0 find the whole volume behind its end then. Makes it the view's size where
// it is less; says whether it did.
bool widen_volume(View& view) {
  constexpr std::uint64_t kSpaceSize = 80;  // both-byte orders, 4 bytes each
  const auto sectors = static_cast<std::uint32_t>(view.source->size() / kUserSector);
  bool changed = false;
  for (std::int64_t at = kDescriptors; at < 2 * kDescriptors; ++at) {
    const std::uint64_t offset = static_cast<std::uint64_t>(at) * kUserSector;
    const auto head = read_exactly(*view.source, offset, kSpaceSize + 8);
    if (!head || !has_text_at(*head, 1, "CD001") || head->front() == std::byte{255}) break;
    const bool volume = head->front() == std::byte{1} || head->front() == std::byte{2};
    std::uint32_t size = 0;
    for (int i = 3; i >= 0; --i)
      size = size << 8U |
             std::to_integer<std::uint32_t>((*head)[kSpaceSize + static_cast<std::size_t>(i)]);
    if (!volume || size >= sectors) continue;
    std::vector<std::byte> both(8);
    for (unsigned i = 0; i < 4; ++i)
      both[i] = both[7 - i] = static_cast<std::byte>(sectors >> (8 * i));
    view.source = overlay_source(view.source, offset + kSpaceSize, std::move(both));
    changed = true;
  }
  return changed;
}

// The disc as it was when `session` was its last.
View session_view(const Disc& disc, const Session& session) {
  Layout layout;
  for (const Session& earlier : disc.sessions) {
    layout.add(earlier, &earlier != disc.sessions.data());
    if (&earlier == &session) break;
  }
  std::vector<Extent> extents = layout.take();
  const bool put = put_descriptors(session, extents);
  View view = data_view("session " + std::to_string(session.number), std::move(extents));
  view.derivation += view.derivation.empty() ? "" : ", up to the end of the session";
  if (!put) return view;
  view.derivation += "; its volume descriptors stand at LBA 16, too, in place of others";
  if (widen_volume(view))
    view.derivation += ", with the end of the session as their volume space size";
  return view;
}

bool has_data(const Session& session) {
  return std::ranges::any_of(session.tracks, [](const Track& t) { return is_data(t.mode); });
}

const Extent* first_stored(const Disc& disc) {
  for (const Session& session : disc.sessions)
    for (const Track& track : session.tracks)
      for (const Extent& extent : track.extents)
        if (extent.file) return &extent;
  return nullptr;
}

View raw_view(const Disc& disc, std::vector<SourcePtr> stored) {
  View view{.name = "raw", .sector_size = 2352};
  if (const Extent* first = first_stored(disc)) {
    view.sector_size = first->layout.stored;
    view.first_lba = first->first;
  }
  if (stored.size() != 1) view.derivation = "all image files in the descriptor's order";
  view.source = stored.size() == 1 ? stored.front() : concat_source(std::move(stored));
  return view;
}

View track_view(const Track& track) {
  std::vector<Extent> extents;
  for (const Extent& extent : track.extents) {
    Extent part =
        clipped(extent, track.first.value, std::int64_t{track.first.value} + track.sectors);
    if (part.sectors > 0) extents.push_back(std::move(part));
  }
  View view{.name = "track " + std::to_string(track.number), .first_lba = track.first};
  if (!extents.empty()) view.sector_size = main_size(extents.front().layout);
  if (SourcePtr file = whole_file(extents, view.sector_size)) {
    view.source = std::move(file);
    return view;
  }
  view.derivation = "main channel of the track's sectors as stored, from INDEX 01 on";
  for (const Extent& extent : extents)
    if (extent.gap)
      view.holes.push_back(
          {static_cast<std::uint64_t>(extent.first.value - track.first.value) * view.sector_size,
           std::uint64_t{extent.sectors} * view.sector_size});
  view.source = main_channel_source(std::move(extents));
  return view;
}

}  // namespace

std::vector<Extent> data_extents(const Disc& disc) {
  Layout all;
  for (const Session& session : disc.sessions) all.add(session, &session != disc.sessions.data());
  return all.take();
}

void add_disc_views(Image& image, std::vector<SourcePtr> stored) {
  const Disc& disc = *image.disc;
  if (std::ranges::any_of(disc.sessions, has_data))
    image.views.push_back(data_view("data", data_extents(disc)));
  if (!stored.empty()) image.views.push_back(raw_view(disc, std::move(stored)));
  if (disc.sessions.size() > 1) {
    for (const Session& session : disc.sessions) {
      if (has_data(session)) image.views.push_back(session_view(disc, session));
    }
  }
  for (const Session& session : disc.sessions)
    for (const Track& track : session.tracks)
      if (track.sectors > 0) image.views.push_back(track_view(track));
}

}  // namespace discern
