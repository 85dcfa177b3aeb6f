// SPDX-License-Identifier: Apache-2.0
// Where descriptors of older sessions remain:
//
//  - on a disc at sector 16 of each session; the first sector of the session is in its table of
//  contents;
//  - in a plain image of such a disc behind the end of the session before: lead-out and lead-in
//  take
//    11 400 sectors after the first session, 6 900 after each other (Red Book), and 150 of pregap;
//  - on overwritable media and in files, where growing tools copy the newest set over the first
//  one,
//    in a copy of the first session's set at sector 32 + 16, and in the later sessions themselves,
//    at a multiple of 16 or 32 sectors behind the end (libburnia, "xorriso -grow" and growisofs).
//
// A file that is an ISO image itself looks the same, but its root directory stands elsewhere than
// it says: addresses count from the start of the disc.
#include "filesystem/iso_sessions.h"

#include <algorithm>
#include <set>

namespace discern {
namespace {

constexpr std::uint64_t kSector = 2048;
constexpr std::uint64_t kDescriptors = 16 * kSector;
constexpr std::uint64_t kGap = 12'000;  // sectors between sessions, at most
constexpr int kMostDescriptors = 64;
constexpr std::size_t kMostSessions = 99;

// `exactly`: the directory also says itself that it stands there.
bool root_is_there(const IsoDescriptor& descriptor, const IsoAddress& address, ViewBytes& view,
                   bool exactly) {
  const auto start = address.offset_of(descriptor.root.extent.little);
  if (!start || *start >= view.size()) return false;
  const Piece piece = view.read(*start, kSector);
  const auto self = read_iso_record(piece.bytes, 0, *start);
  return self && self->is_self() &&
         (!exactly || self->extent.little == descriptor.root.extent.little);
}

class Search {
 public:
  Search(const WalkTarget& target, ViewBytes& view) : target_(target), view_(view) {}

  // Reads the set of the session at `start`, unless it is known. `lenient`: the volume's own set
  // counts even when its root says that it stands elsewhere.
  void look_at(std::uint64_t start, bool lenient = false) {
    if (sessions_.size() >= kMostSessions || !starts_.insert(start).second) return;
    IsoSession session{start, {}};
    for (int i = 0; i < kMostDescriptors; ++i) {
      const std::uint64_t at = start + kDescriptors + static_cast<std::uint64_t>(i) * kSector;
      const Piece piece = view_.read(at, kSector);
      if (!has_text_at(piece.bytes, 1, "CD001")) break;
      if (std::to_integer<unsigned>(piece.bytes[0]) == 255) break;
      if (auto descriptor = read_iso_descriptor(piece.bytes, at))
        session.descriptors.push_back(std::move(*descriptor));
    }
    std::ranges::stable_sort(session.descriptors, {}, &IsoDescriptor::type);
    std::erase_if(session.descriptors, [&](const IsoDescriptor& descriptor) {
      const bool there =
          root_is_there(descriptor, iso_address(target_, descriptor), view_, !lenient);
      if (!there && lenient)
        view_.find("no-root", Severity::damage, descriptor.offset,
                   "the root directory that this volume descriptor names is not at block " +
                       std::to_string(descriptor.root.extent.little));
      return !there;
    });
    if (session.descriptors.empty() || session.descriptors.front().type != 1) return;
    const std::uint32_t root = session.descriptors.front().root.extent.little;
    if (!roots_.insert(root).second) return;  // a copy
    sessions_.push_back(std::move(session));
    look_behind(sessions_.back().descriptors.front(), start);
  }

  std::vector<IsoSession> take() {
    std::ranges::sort(sessions_, {}, [](const IsoSession& session) {
      return session.descriptors.front().root.extent.little;
    });
    return std::move(sessions_);
  }

 private:
  // Sizes count from the start of the session or from that of the disc: tools differ.
  void look_behind(const IsoDescriptor& descriptor, std::uint64_t start) {
    const IsoAddress address = iso_address(target_, descriptor);
    const std::uint64_t size = std::uint64_t{descriptor.blocks} * descriptor.block_size;
    std::set<std::uint64_t> ends = {start + size};
    if (const auto end = address.offset_of(descriptor.blocks)) ends.insert(*end);
    for (const std::uint64_t end : ends) {
      const std::uint64_t first = end / kSector * kSector;
      const std::uint64_t last = std::min(first + (kGap + 16) * kSector, view_.size());
      for (std::uint64_t at = std::max(first, start + kDescriptors + kSector); at + kSector <= last;
           at += kSector) {
        // Copies are not made: this looks at one page of many.
        const auto head = view_.source().view(at, 6);
        if (head ? has_text_at(*head, 0,
                               "\x01"
                               "CD001")
                 : has_text_at(view_.read(at, 6).bytes, 0,
                               "\x01"
                               "CD001"))
          pending_.push_back(at - kDescriptors);
      }
    }
    while (!pending_.empty()) {
      const std::uint64_t next = pending_.back();
      pending_.pop_back();
      look_at(next);
    }
  }

  const WalkTarget& target_;
  ViewBytes& view_;
  std::set<std::uint64_t> starts_ = {};
  std::set<std::uint32_t> roots_ = {};
  std::vector<std::uint64_t> pending_ = {};
  std::vector<IsoSession> sessions_ = {};
};

}  // namespace

IsoAddress iso_address(const WalkTarget& target, const IsoDescriptor& descriptor) {
  const std::int64_t origin = target.view.first_lba
                                  ? -std::int64_t{target.view.first_lba->value} * 2048
                                  : static_cast<std::int64_t>(target.volume.start);
  return {origin, descriptor.block_size};
}

std::vector<IsoSession> find_iso_sessions(const WalkTarget& target, ViewBytes& view) {
  Search search(target, view);
  search.look_at(target.volume.start, true);
  for (const Lba session : target.sessions) {
    const std::int64_t first = target.view.first_lba ? target.view.first_lba->value : 0;
    if (session.value >= first)
      search.look_at(static_cast<std::uint64_t>(session.value - first) * kSector);
  }
  search.look_at(target.volume.start + 32 * kSector);
  return search.take();
}

}  // namespace discern
