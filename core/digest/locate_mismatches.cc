// SPDX-License-Identifier: Apache-2.0
// From pieces that differ and sectors whose checks fail to places on the medium, in the evidence
// file, and to the entries that own the bytes.
#include <algorithm>

#include "digest/running_digests.h"
#include "discern/object_name.h"
#include "discern/pass.h"
#include "discern/verify.h"
#include "image/ewf_damage.h"

namespace discern {
namespace {

constexpr std::size_t kMostAreas = 1000;
constexpr std::size_t kMostEntries = 100;
constexpr std::size_t kMostMended = 16;          // chunks, each a source around the others
constexpr std::uint64_t kMostSteps = 4'000'000;  // a disc has 450,000 sectors

// Calls found(range of the view, offset of its first byte in the file) for what of `view` stands in
// `range` of the file, as it is there.
template <class Found>
void parts_in_file(const View& view, const std::string& path, ByteRange range, Found found) {
  const std::uint64_t size = view.source->size();
  std::uint64_t steps = 0;
  for (std::uint64_t at = 0; at < size && ++steps < kMostSteps;) {
    const Location place = view.source->locate(at);
    const std::uint64_t length = std::clamp<std::uint64_t>(place.length, 1, size - at);
    if (place.offset && place.file == path && *place.offset < range.end() &&
        range.offset < *place.offset + length) {
      const std::uint64_t from = std::max(range.offset, *place.offset);
      const std::uint64_t to = std::min(range.end(), *place.offset + length);
      found(ByteRange{at + (from - *place.offset), to - from}, from);
    }
    at += length;
  }
}

ByteRange joined(ByteRange a, ByteRange b) {
  const std::uint64_t from = std::min(a.offset, b.offset);
  return {from, std::max(a.end(), b.end()) - from};
}

void add_sectors(MismatchArea& area, const View& view) {
  if (!area.in_view || area.in_view->length == 0) return;
  const std::int64_t base = view.first_lba ? view.first_lba->value : 0;
  area.first_lba = base + static_cast<std::int64_t>(area.in_view->offset / view.sector_size);
  area.last_lba = base + static_cast<std::int64_t>((area.in_view->end() - 1) / view.sector_size);
}

void add_place(MismatchArea& area, const View& view) {
  if (!area.in_view || area.in_view->offset >= view.source->size()) return;
  const Location place = view.source->locate(area.in_view->offset);
  if (area.evidence_file.empty()) area.evidence_file = place.file;
  if (!area.evidence_offset) area.evidence_offset = place.offset;
}

void add_entries(MismatchArea& area, const std::vector<Entry>& entries) {
  if (!area.in_view) return;
  for (const Entry& entry : entries) {
    const bool owns = std::ranges::any_of(entry.runs, [&](const Run& run) {
      return run.view_offset && *run.view_offset < area.in_view->end() &&
             area.in_view->offset - std::min(area.in_view->offset, *run.view_offset) < run.length;
    });
    if (!owns) continue;
    if (area.entries.size() < kMostEntries)
      area.entries.push_back(entry.path +
                             (entry.state == EntryState::allocated ? "" : " (deleted)"));
    else
      ++area.more_entries;
  }
}

MismatchArea of_piece(const Image& image, const View& view, const Verification& row) {
  MismatchArea area{row.object, *row.range, "piece differs (" + row.algorithm + ")"};
  const EvidenceFile* in_file = nullptr;
  for (const EvidenceFile& file : image.files)
    if (row.object == "file:" + file.name() || row.object == "file:" + file.path()) in_file = &file;
  if (in_file) {
    area.evidence_file = in_file->path();
    area.evidence_offset = row.range->offset;
    parts_in_file(view, in_file->path(), *row.range, [&](ByteRange part, std::uint64_t) {
      area.in_view = area.in_view ? joined(*area.in_view, part) : part;
    });
  } else if (row.object == object_name(view) || row.object == object_name(image.main_view())) {
    area.in_view = row.range;
  }
  return area;
}

MismatchArea of_sectors(const Image& image, const View& view, const SectorTally::BadRun& run) {
  MismatchArea area{"view:raw", {}, run.what};
  area.first_lba = run.first.value;
  area.last_lba = std::int64_t{run.first.value} + run.sectors - 1;
  if (const View* raw = image.find_view("raw"); raw && raw->first_lba) {
    const std::int64_t at = std::int64_t{run.first.value} - raw->first_lba->value;
    if (at >= 0)
      area.range = {static_cast<std::uint64_t>(at) * raw->sector_size,
                    std::uint64_t{run.sectors} * raw->sector_size};
    if (at >= 0 && area.range.offset < raw->source->size()) {
      const Location place = raw->source->locate(area.range.offset);
      area.evidence_file = place.file;
      area.evidence_offset = place.offset;
    }
  }
  if (view.first_lba && run.first >= *view.first_lba)
    area.in_view = ByteRange{
        static_cast<std::uint64_t>(std::int64_t{run.first.value} - view.first_lba->value) *
            view.sector_size,
        std::uint64_t{run.sectors} * view.sector_size};
  return area;
}

std::string hex_of(std::byte value) { return "0x" + to_hex(Bytes(&value, 1)); }

// The most trusted digest of the medium that is stored in the image.
const StoredDigest* stored_digest(const Image& image, std::string_view object) {
  const StoredDigest* best = nullptr;
  for (const StoredDigest& stored : image.stored_digests) {
    if (stored.object != object || !find_algorithm(stored.algorithm)) continue;
    if (!best || stored.value.size() > best->value.size()) best = &stored;
  }
  return best;
}

// The digest in the image that the medium has once every chunk is mended; null when it has not, or
// that cannot be told.
const StoredDigest* proof_of(const Image& image, const std::vector<ChunkDamage>& damages,
                             const Progress& progress) {
  const View& media = image.main_view();
  const StoredDigest* const stored = stored_digest(image, object_name(media));
  const bool all = std::ranges::all_of(
      damages, [](const ChunkDamage& damage) { return damage.cause.has_value(); });
  if (!stored || !all || damages.size() > kMostMended) return nullptr;
  Stream stream{.name = stored->object, .source = media.source};
  for (const ChunkDamage& damage : damages)
    stream.source = overlay_source(stream.source, damage.chunk.offset, damage.mended);
  Hasher hasher(*find_algorithm(stored->algorithm));
  stream.consumers.push_back(
      {[&](const Block& block) { hasher.update(block.bytes); }, cost_of(hasher.algorithm())});
  if (!run_pass({&stream, 1}, {.progress = progress}) || !stream.bad.empty()) return nullptr;
  return hasher.finish() == stored->value ? stored : nullptr;
}

MismatchArea of_chunk(std::string object, const ChunkDamage& damage, const StoredDigest* proof) {
  MismatchArea area{std::move(object), damage.chunk, "chunk fails its checksum", damage.chunk};
  if (!damage.cause || (!proof && !damage.compressed)) return area;
  const ChangedByte& cause = *damage.cause;
  const bool data = damage.differs.length > 0;
  if (data) area.in_view = area.range = damage.differs;
  area.what += ", which one changed byte explains: " + hex_of(cause.now) + " instead of " +
               hex_of(cause.before) + " at byte " + std::to_string(cause.offset) + " of " +
               cause.file + (data ? "" : ", in the checksum itself");
  if (proof)
    area.what += "; with that undone the medium has the " + proof->algorithm + " " + proof->origin;
  area.evidence_file = cause.file;
  area.evidence_offset = cause.offset;
  return area;
}

}  // namespace

std::vector<MismatchArea> unread_areas(const Image& image, const std::vector<DigestSet>& computed,
                                       const Progress& progress) {
  std::vector<MismatchArea> areas;
  const std::string object = object_name(image.main_view());
  const auto set = std::ranges::find(computed, object, &DigestSet::object);
  if (image.disc || set == computed.end()) return areas;
  const std::vector<ByteRange>& bad = set->bad;
  const std::vector<ChunkDamage> damages = chunk_damage(image, bad, progress);
  const StoredDigest* const proof = damages.empty() ? nullptr : proof_of(image, damages, progress);
  for (const ChunkDamage& damage : damages) areas.push_back(of_chunk(object, damage, proof));
  if (!areas.empty()) return areas;
  for (const ByteRange& range : bad)
    if (areas.size() < kMostAreas) areas.push_back({object, range, "unreadable", range});
  return areas;
}

std::vector<MismatchArea> locate_mismatches(const Image& image, const View& view,
                                            const std::vector<Verification>& verifications,
                                            const SectorTally* sectors,
                                            const std::vector<Entry>& entries,
                                            std::vector<MismatchArea> unread) {
  std::vector<MismatchArea> areas = std::move(unread);
  for (MismatchArea& area : areas) add_sectors(area, view);
  for (const Verification& row : verifications)
    if (row.verdict == Outcome::mismatch && row.range && areas.size() < kMostAreas) {
      areas.push_back(of_piece(image, view, row));
      add_sectors(areas.back(), view);
    }
  if (sectors)
    for (const SectorTally::BadRun& run : sectors->bad_runs)
      if (areas.size() < kMostAreas) areas.push_back(of_sectors(image, view, run));
  for (MismatchArea& area : areas) {
    add_place(area, view);
    add_entries(area, entries);
  }
  std::ranges::stable_sort(
      areas, {}, [](const MismatchArea& area) { return area.first_lba.value_or(INT64_MAX); });
  return areas;
}

}  // namespace discern
