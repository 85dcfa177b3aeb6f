// SPDX-License-Identifier: Apache-2.0
#include "discern/damaged_sectors.h"

#include <algorithm>
#include <iterator>

#include "discern/sector.h"
#include "discern/timeline.h"

namespace discern {

DamagedSectors::DamagedSectors(const SectorTally& tally) {
  std::ranges::copy_if(tally.map, std::back_inserter(runs_), &IntegrityRun::damaged);
  std::ranges::stable_sort(runs_, {}, &IntegrityRun::first);
}

std::optional<DamagedPart> DamagedSectors::of(const Entry& entry, const View& view) const {
  if (runs_.empty() || view.sector_size != kUserSector || !view.first_lba) return std::nullopt;
  DamagedPart part;
  for (const Run& run : entry.runs) {
    if (!run.view_offset || run.length == 0) continue;
    const std::uint64_t from = *run.view_offset / kUserSector;
    // A run from the evidence may claim any length.
    const std::uint64_t size = view.source->size();
    const std::uint64_t last =
        std::min(run.length - 1, size > *run.view_offset ? size - 1 - *run.view_offset : 0);
    const std::int64_t first = view.first_lba->value + static_cast<std::int64_t>(from);
    const std::int64_t end =
        view.first_lba->value +
        static_cast<std::int64_t>((*run.view_offset % kUserSector + last) / kUserSector + from) + 1;
    part.sectors += static_cast<std::uint64_t>(end - first);
    auto bad = std::ranges::partition_point(
        runs_, [&](const IntegrityRun& each) { return each.end() <= first; });
    for (; bad != runs_.end() && bad->first.value < end; ++bad) {
      const std::int64_t begin = std::max<std::int64_t>(bad->first.value, first);
      const auto count = static_cast<std::uint64_t>(std::min(bad->end(), end) - begin);
      if (part.damaged == 0) part.first = {static_cast<std::int32_t>(begin)};
      part.damaged += count;
      if (bad->state.starts_with("edc") || bad->state == "filler") part.edc += count;
      if (bad->state == "unread" || bad->state == "missing") part.unread += count;
      if (bad->repairable) part.repairable += count;
    }
  }
  if (part.damaged == 0) return std::nullopt;
  return part;
}

Finding damaged_finding(const Entry& entry, const View& view, const DamagedPart& part) {
  const auto offset = static_cast<std::uint64_t>(part.first.value - view.first_lba->value) *
                      std::uint64_t{kUserSector};
  const Location place = view.source->locate(std::min(offset, view.source->size() - 1));
  const std::uint64_t other = part.damaged - part.edc - part.unread;
  std::string text = show_name(entry.path).text + ": ";
  auto say = [&, begun = false](std::uint64_t count, const char* what) mutable {
    if (count == 0) return;
    text += begun ? ", " + std::to_string(count)
                  : std::to_string(count) + " of " + std::to_string(part.sectors) + " sectors";
    text += what;
    begun = true;
  };
  say(part.edc, " fail EDC");
  say(other, " fail P/Q or are no data sectors");
  say(part.unread, " could not be read");
  text += ", " + std::to_string(part.repairable) + " repairable; the first is LBA " +
          std::to_string(part.first.value);
  if (entry.state != EntryState::allocated) text += " (" + std::string(name_of(entry.state)) + ")";
  const bool allocated = entry.state == EntryState::allocated;
  return {"entry.damaged-sectors", allocated ? Severity::damage : Severity::warning,
          Place{.file = std::string(place.file), .offset = place.offset, .lba = part.first.value},
          std::move(text)};
}

}  // namespace discern
