// SPDX-License-Identifier: Apache-2.0
// Checks the sectors of a disc while a pass goes over view:raw. The view is the image's files in
// order; the disc's extents say where in those files sectors begin, how they are stored and which
// of them are data. So extents are first found again in the view, through the evidence file and
// offset that both name.
//
// Sectors need not begin at multiples of the view's sector size (a file may start amid a sector, or
// change its sector size between tracks). One that two blocks share is put together in `carry`.
#include <algorithm>
#include <array>
#include <optional>

#include "discern/sector.h"
#include "discern/verify.h"

namespace discern {
namespace {

constexpr std::size_t kMaxRuns = 1000;

// Consecutive sectors of the view, from one extent.
struct Piece {
  std::uint64_t start = 0;  // in the view
  std::uint64_t sectors = 0;
  std::uint32_t stored = kRawSector;
  SectorMode mode = SectorMode::unknown;
  bool scrambled = false;
  bool checkable = false;  // a data sector, whole, with its sync at the front
  std::int64_t first_lba = 0;
  std::uint64_t end() const { return start + sectors * stored; }
};

// Part of the view that lies in one evidence file without a break.
struct Segment {
  std::string_view file;
  std::uint64_t file_offset = 0;
  ByteRange in_view;
};

std::vector<Segment> segments_of(const ByteSource& view) {
  std::vector<Segment> segments;
  for (std::uint64_t at = 0; at < view.size();) {
    const Location place = view.locate(at);
    const std::uint64_t length = std::min(place.length, view.size() - at);
    if (length == 0) break;
    if (place.offset) segments.push_back({place.file, *place.offset, {at, length}});
    at += length;
  }
  return segments;
}

// Where `extent` begins in the view, and how many bytes of it the view has there.
std::optional<ByteRange> find_in_view(const Extent& extent, const View& view,
                                      const std::vector<Segment>& segments) {
  if (!extent.file || extent.file_offset >= extent.file->size()) return std::nullopt;
  if (extent.file == view.source) {
    return ByteRange{extent.file_offset, view.source->size() - extent.file_offset};
  }
  const Location place = extent.file->locate(extent.file_offset);
  if (!place.offset) return std::nullopt;
  for (const Segment& segment : segments) {
    if (segment.file != place.file || *place.offset < segment.file_offset) continue;
    const std::uint64_t skip = *place.offset - segment.file_offset;
    if (skip >= segment.in_view.length) continue;
    return ByteRange{segment.in_view.offset + skip, segment.in_view.length - skip};
  }
  return std::nullopt;
}

std::vector<Piece> pieces_of(const Disc& disc, const View& view) {
  const auto segments = segments_of(*view.source);
  std::vector<Piece> pieces;
  for (const Session& session : disc.sessions) {
    for (const Track& track : session.tracks) {
      for (const Extent& extent : track.extents) {
        const auto range = find_in_view(extent, view, segments);
        const std::uint32_t stored = extent.layout.stored;
        if (!range || stored == 0) continue;
        Piece piece{range->offset, std::min<std::uint64_t>(extent.sectors, range->length / stored),
                    stored, extent.mode, extent.layout.scrambled};
        piece.checkable =
            extent.mode != SectorMode::audio && stored >= kRawSector && extent.layout.sync == 0;
        piece.first_lba = extent.first.value;
        pieces.push_back(piece);
      }
    }
  }
  // Each byte is looked at once: where tracks overlap, the first one has it.
  std::ranges::stable_sort(pieces, {}, &Piece::start);
  std::uint64_t end = 0;
  for (Piece& piece : pieces) {
    if (piece.start < end) {
      const std::uint64_t skip = (end - piece.start + piece.stored - 1) / piece.stored;
      const std::uint64_t dropped = std::min(skip, piece.sectors);
      piece.start += dropped * piece.stored;
      piece.first_lba += static_cast<std::int64_t>(dropped);
      piece.sectors -= dropped;
    }
    if (piece.sectors > 0) end = std::max(end, piece.end());
  }
  std::erase_if(pieces, [](const Piece& piece) { return piece.sectors == 0; });
  return pieces;
}

bool touches(std::span<const ByteRange> ranges, ByteRange wanted) {
  const auto first = std::ranges::partition_point(
      ranges, [&](const ByteRange& range) { return range.end() <= wanted.offset; });
  return first != ranges.end() && first->offset < wanted.end();
}

std::string what_is_bad(const SectorCheck& check) {
  std::string what;
  const auto add = [&](Check of, const char* name) {
    if (of == Check::bad) what += (what.empty() ? "" : "+") + std::string(name);
  };
  add(check.edc, "edc");
  add(check.ecc_p, "p");
  add(check.ecc_q, "q");
  return what;
}

// Odd things about sectors that are told once, with their number and the first place.
enum Oddity { empty, unrecognised, sync_damaged, zeros_expected, subheader_differs };
struct OddityWords {
  const char* code;
  Severity severity;
  const char* text;
};
constexpr std::array<OddityWords, 5> kOddities = {{
    {"disc.empty-sector", Severity::note, "of a data track hold zeros only, no sync and no header"},
    {"disc.unrecognised-sector", Severity::damage, "of a data track are no data sectors"},
    {"disc.sync-damaged", Severity::warning, "have a damaged sync pattern"},
    {"disc.zero-field-not-zero", Severity::warning,
     "hold bytes where the standard wants zeros (mode 1: 2068..2075, mode 0: 16..2351)"},
    {"disc.subheader-copies-differ", Severity::warning, "have two different subheader copies"},
}};

struct Tallied {
  std::uint64_t sectors = 0;
  std::uint64_t first_offset = 0;  // in the view
  std::int64_t first_lba = 0;
};

}  // namespace

struct SectorAudit::State {
  SourcePtr view;
  std::vector<Piece> pieces;
  SectorTally tally = {};
  std::vector<std::uint64_t> run_offsets = {};  // in the view, one for each of tally.bad_runs
  std::uint64_t more_bad = 0;                   // sectors of runs beyond kMaxRuns
  std::array<Tallied, kOddities.size()> odd = {};

  // Where the pass is: sector `next` of `pieces[piece]`, part of which may be in `carry`.
  std::size_t piece = 0;
  std::uint64_t next = 0;
  RawSector carry = {};
  bool carry_unread = false;

  void consume(const Block& block);
  bool take(const Block& block, const Piece& from);
  void judge(const Piece& from, Bytes bytes, bool unread);
  void note_bad(std::int64_t lba, std::uint64_t offset, std::string what);
  void note_oddities(const SectorCheck& check, std::int64_t lba, std::uint64_t offset,
                     std::span<const std::byte, kRawSector> sector);
  Place place_of(std::uint64_t offset, std::int64_t lba) const;
};

void SectorAudit::State::consume(const Block& block) {
  while (piece < pieces.size()) {
    const Piece& from = pieces[piece];
    for (; next < from.sectors; ++next) {
      if (!take(block, from)) return;
    }
    ++piece;
    next = 0;
  }
}

// False when the block ends before the sector does.
bool SectorAudit::State::take(const Block& block, const Piece& from) {
  const std::uint64_t block_end = block.offset + block.bytes.size();
  const ByteRange sector{from.start + next * from.stored,
                         std::min<std::uint64_t>(from.stored, kRawSector)};
  if (sector.offset >= block_end) return false;
  const bool unread = touches(block.bad, sector);
  if (const bool whole = sector.offset >= block.offset; whole && sector.end() <= block_end) {
    judge(from, block.bytes.subspan(sector.offset - block.offset, sector.length), unread);
    return true;
  }
  const std::uint64_t begin = std::max(sector.offset, block.offset);
  const std::uint64_t end = std::min(sector.end(), block_end);
  if (begin < end) {
    std::ranges::copy(block.bytes.subspan(begin - block.offset, end - begin),
                      carry.begin() + static_cast<std::ptrdiff_t>(begin - sector.offset));
  }
  carry_unread = carry_unread || unread;
  if (sector.end() > block_end) return false;
  judge(from, Bytes(carry).first(sector.length), carry_unread);
  carry_unread = false;
  return true;
}

void SectorAudit::State::judge(const Piece& from, Bytes bytes, bool unread) {
  ++tally.sectors;
  if (unread) {
    ++tally.unread;
    return;
  }
  if (!from.checkable) {
    ++tally.modes[from.mode];
    return;
  }
  RawSector buffer;
  auto sector = bytes.first<kRawSector>();
  if (from.scrambled) {
    std::ranges::copy(sector, buffer.begin());
    scramble(buffer);
    sector = buffer;
  }
  const SectorCheck check = check_sector(sector);
  ++tally.modes[check.mode];
  if (check.edc != Check::absent || check.ecc_p != Check::absent) ++tally.checked;
  if (!check.sync_ok) ++tally.bad_sync;
  if (check.edc == Check::bad) ++tally.edc_bad;
  if (check.ecc_p == Check::bad) ++tally.p_bad;
  if (check.ecc_q == Check::bad) ++tally.q_bad;
  const std::int64_t lba = from.first_lba + static_cast<std::int64_t>(next);
  const std::uint64_t offset = from.start + next * from.stored;
  if (!check.good()) note_bad(lba, offset, what_is_bad(check));
  note_oddities(check, lba, offset, sector);
}

void SectorAudit::State::note_bad(std::int64_t lba, std::uint64_t offset, std::string what) {
  if (!tally.bad_runs.empty()) {
    SectorTally::BadRun& last = tally.bad_runs.back();
    if (last.what == what && last.first.value + std::int64_t{last.sectors} == lba) {
      ++last.sectors;
      return;
    }
  }
  if (tally.bad_runs.size() == kMaxRuns) {
    ++more_bad;
    return;
  }
  tally.bad_runs.push_back({Lba{static_cast<std::int32_t>(lba)}, 1, std::move(what)});
  run_offsets.push_back(offset);
}

void SectorAudit::State::note_oddities(const SectorCheck& check, std::int64_t lba,
                                       std::uint64_t offset,
                                       std::span<const std::byte, kRawSector> sector) {
  const auto note = [&](Oddity oddity) {
    Tallied& tallied = odd[oddity];
    if (tallied.sectors++ > 0) return;
    tallied.first_lba = lba;
    tallied.first_offset = offset;
  };
  if (check.mode == SectorMode::unknown) {
    const bool zeros = std::ranges::all_of(sector, [](std::byte b) { return b == std::byte{0}; });
    note(zeros ? empty : unrecognised);
  } else if (!check.sync_ok) {
    note(sync_damaged);
  }
  if (!check.intermediate_zero && check.good()) note(zeros_expected);
  if (!check.subheader_copies_equal) note(subheader_differs);
}

Place SectorAudit::State::place_of(std::uint64_t offset, std::int64_t lba) const {
  const Location location = view->locate(offset);
  return {std::string(location.file), location.offset, lba};
}

SectorAudit::SectorAudit(std::shared_ptr<State> state) : state_(std::move(state)) {}
SectorAudit::~SectorAudit() = default;

std::unique_ptr<SectorAudit> SectorAudit::of(const Image& image) {
  const View* view = image.find_view("raw");
  if (!image.disc || !view) return nullptr;
  auto state = std::make_shared<State>(State{view->source, pieces_of(*image.disc, *view)});
  const bool raw = std::ranges::any_of(
      state->pieces, [](const Piece& piece) { return piece.stored >= kRawSector; });
  if (!raw) return nullptr;
  return std::unique_ptr<SectorAudit>(new SectorAudit(std::move(state)));
}

Consumer SectorAudit::consumer() {
  return {[state = state_](const Block& block) { state->consume(block); }, 1.0};
}

const SectorTally& SectorAudit::tally() const { return state_->tally; }

Findings SectorAudit::findings() const {
  Findings findings;
  for (std::size_t i = 0; i < state_->tally.bad_runs.size(); ++i) {
    const SectorTally::BadRun& run = state_->tally.bad_runs[i];
    const bool edc = run.what.starts_with("edc");
    findings.push_back({edc ? "disc.edc-mismatch" : "disc.ecc-mismatch", Severity::damage,
                        state_->place_of(state_->run_offsets[i], run.first.value),
                        run.what + " wrong in " + std::to_string(run.sectors) +
                            (run.sectors == 1 ? " sector" : " sectors") + " from LBA " +
                            std::to_string(run.first.value) + " on"});
  }
  if (state_->more_bad > 0) {
    findings.push_back({"disc.more-bad-sectors",
                        Severity::damage,
                        {},
                        std::to_string(state_->more_bad) + " more sectors have a wrong EDC or "
                                                           "wrong parity"});
  }
  for (std::size_t i = 0; i < kOddities.size(); ++i) {
    const Tallied& tallied = state_->odd[i];
    if (tallied.sectors == 0) continue;
    findings.push_back({kOddities[i].code, kOddities[i].severity,
                        state_->place_of(tallied.first_offset, tallied.first_lba),
                        std::to_string(tallied.sectors) + " sectors " + kOddities[i].text +
                            "; the first one is LBA " + std::to_string(tallied.first_lba)});
  }
  return findings;
}

}  // namespace discern
