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

#include "digest/sector_patterns.h"
#include "digest/sector_pieces.h"
#include "discern/sector.h"
#include "discern/verify.h"
#include "optical/parity.h"

namespace discern {
namespace {

constexpr std::size_t kMaxRuns = 1000;
constexpr std::size_t kMaxMapRuns = 100000;
// Sectors that repair is tried on: hopeless ones take a thousand times as long as a check.
constexpr std::uint64_t kMostTried = 5000;

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
enum Oddity {
  empty,
  unrecognised,
  sync_damaged,
  zeros_expected,
  subheader_differs,
  filler,
  parity_of_others,
  pregap_data,
  audio_pregap_data,
  address_break
};
struct OddityWords {
  const char* code;
  Severity severity;
  const char* text;
};
constexpr std::array<OddityWords, 10> kOddities = {{
    {"disc.empty-sector", Severity::note, "of a data track hold zeros only, no sync and no header"},
    {"disc.unrecognised-sector", Severity::damage, "of a data track are no data sectors"},
    {"disc.sync-damaged", Severity::warning, "have a damaged sync pattern"},
    {"disc.zero-field-not-zero", Severity::warning,
     "hold bytes where the standard wants zeros (mode 1: 2068..2075, mode 0: 16..2351)"},
    {"disc.subheader-copies-differ", Severity::warning, "have two different subheader copies"},
    {"disc.filler-sector", Severity::damage,
     "hold one byte value only in place of data, as programs write for what a drive could not "
     "read"},
    {"disc.parity-of-other-bytes", Severity::warning,
     "have a good EDC and P/Q that were not made of their bytes: damage spoils few codewords, so "
     "these 276 bytes may hold something else"},
    {"disc.data-in-pregap", Severity::note, "of a pregap hold data"},
    {"disc.data-in-audio-pregap", Severity::warning, "of an audio track's pregap are not silent"},
    {"disc.address-break", Severity::warning,
     "do not continue the addresses of the sector before, as where images were joined"},
}};

struct Tallied {
  std::uint64_t sectors = 0;
  std::uint64_t first_offset = 0;  // in the view
  std::int64_t first_lba = 0;
  std::vector<LbaRun> runs = {};  // the first kMaxRuns
};

bool all_are(Bytes bytes, std::byte value) {
  return std::ranges::all_of(bytes, [=](std::byte b) { return b == value; });
}

// Behind sync and header, where a dump may have kept these.
bool is_filled(Bytes sector) { return all_are(sector.subspan(16), sector[16]); }

// More than the few codewords that wrong bytes in the parity itself can spoil.
bool is_parity_of_others(std::span<const std::byte, kRawSector> sector, SectorMode mode) {
  const ParityCheck parity = check_parity(
      sector, mode == SectorMode::mode1 ? HeaderBytes::as_read : HeaderBytes::as_zeros);
  return parity.p_bad > kParityP / 2 || parity.q_bad > kParityQ / 2;
}

// LBAs that the disc's tracks have and the image has not.
std::vector<IntegrityRun> missing_runs(const Disc& disc) {
  std::vector<IntegrityRun> runs;
  for (const Session& session : disc.sessions)
    for (const Track& track : session.tracks)
      for (const Extent& extent : track.extents) {
        if (extent.gap || extent.layout.stored == 0) continue;
        const std::uint64_t size = extent.file ? extent.file->size() : 0;
        const std::uint64_t left = size - std::min(size, extent.file_offset);
        const std::uint64_t present = left / extent.layout.stored;
        if (present >= extent.sectors) continue;
        IntegrityRun run;
        run.first = {
            static_cast<std::int32_t>(extent.first.value + static_cast<std::int64_t>(present))};
        run.sectors = extent.sectors - static_cast<std::uint32_t>(present);
        run.state = "missing";
        runs.push_back(std::move(run));
      }
  return runs;
}

}  // namespace

struct SectorAudit::State {
  SourcePtr view;
  std::vector<SectorPiece> pieces;
  SectorTally tally = {};
  std::vector<std::uint64_t> run_offsets = {};  // in the view, one for each of tally.bad_runs
  std::uint64_t more_bad = 0;                   // sectors of runs beyond kMaxRuns
  std::array<Tallied, kOddities.size()> odd = {};
  std::uint64_t tried = 0;                         // to repair
  std::optional<std::int64_t> address_shift = {};  // header's LBA less the place's, in this piece
  RepeatedDamage repeated = {};

  // Where the pass is: sector `next` of `pieces[piece]`, part of which may be in `carry`.
  std::size_t piece = 0;
  std::uint64_t next = 0;
  RawSector carry = {};
  bool carry_unread = false;

  void consume(const Block& block);
  bool take(const Block& block, const SectorPiece& from);
  void judge(const SectorPiece& from, Bytes bytes, bool unread);
  void note_bad(std::int64_t lba, std::uint64_t offset, std::string what);
  void note_oddities(const SectorCheck& check, std::int64_t lba, std::uint64_t offset,
                     std::span<const std::byte, kRawSector> sector);
  void note(Oddity oddity, std::int64_t lba, std::uint64_t offset);
  void note_pregap(const SectorPiece& from, Bytes data, std::int64_t lba, std::uint64_t offset);
  void add_to_map(std::int64_t lba, const std::string& state, bool repairable = false);
  bool can_be_repaired(std::span<const std::byte, kRawSector> sector);
  Place place_of(std::uint64_t offset, std::int64_t lba) const;
};

void SectorAudit::State::consume(const Block& block) {
  while (piece < pieces.size()) {
    const SectorPiece& from = pieces[piece];
    for (; next < from.sectors; ++next) {
      if (!take(block, from)) return;
    }
    ++piece;
    next = 0;
    address_shift.reset();
  }
}

// False when the block ends before the sector does.
bool SectorAudit::State::take(const Block& block, const SectorPiece& from) {
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

void SectorAudit::State::judge(const SectorPiece& from, Bytes bytes, bool unread) {
  const std::int64_t lba = from.first_lba + static_cast<std::int64_t>(next);
  const std::uint64_t offset = from.start + next * from.stored;
  ++tally.sectors;
  if (unread) {
    ++tally.unread;
    add_to_map(lba, "unread");
    return;
  }
  if (!from.checkable) {
    ++tally.modes[from.mode];
    note_pregap(from, bytes, lba, offset);
    add_to_map(lba, "unchecked");
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
  note_oddities(check, lba, offset, sector);
  const bool has_subheader =
      check.mode == SectorMode::mode2_form1 || check.mode == SectorMode::mode2_form2;
  if (check.mode != SectorMode::unknown)
    note_pregap(from, sector.subspan(has_subheader ? 24 : 16, kUserSector), lba, offset);
  if (check.good() && check.mode != SectorMode::unknown) {
    add_to_map(lba, check.edc == Check::absent ? "unchecked" : "good");
    return;
  }
  const bool filled = is_filled(sector);
  const bool zeros = filled && all_are(sector, std::byte{0});
  if (filled && !zeros) note(filler, lba, offset);
  if (!check.good()) note_bad(lba, offset, what_is_bad(check));
  if (filled)
    add_to_map(lba, "filler");
  else if (check.good())
    add_to_map(lba, "unknown");
  else
    add_to_map(lba, what_is_bad(check), can_be_repaired(sector));
  if (!check.good())
    repeated.add(
        lba, offset,
        check.edc == Check::bad && check.ecc_p == Check::good && check.ecc_q == Check::good);
}

bool SectorAudit::State::can_be_repaired(std::span<const std::byte, kRawSector> sector) {
  if (++tried > kMostTried) return false;
  RawSector copy;
  std::ranges::copy(sector, copy.begin());
  return repair_sector(copy).has_value();
}

void SectorAudit::State::add_to_map(std::int64_t lba, const std::string& state, bool repairable) {
  if (!tally.map.empty()) {
    IntegrityRun& last = tally.map.back();
    if (last.end() == lba && last.repairable == repairable && last.state == state) {
      ++last.sectors;
      return;
    }
  }
  if (tally.map.size() >= kMaxMapRuns) return;
  IntegrityRun run;
  run.first = {static_cast<std::int32_t>(lba)};
  run.sectors = 1;
  run.state = state;
  run.repairable = repairable;
  tally.map.push_back(std::move(run));
}

// `data` is what the standard leaves to the author.
void SectorAudit::State::note_pregap(const SectorPiece& from, Bytes data, std::int64_t lba,
                                     std::uint64_t offset) {
  if (lba >= from.pregap_end || all_are(data, std::byte{0})) return;
  note(from.mode == SectorMode::audio ? audio_pregap_data : pregap_data, lba, offset);
}

void SectorAudit::State::note(Oddity oddity, std::int64_t lba, std::uint64_t offset) {
  Tallied& tallied = odd[oddity];
  if (tallied.sectors++ == 0) {
    tallied.first_lba = lba;
    tallied.first_offset = offset;
  }
  if (!tallied.runs.empty() && tallied.runs.back().end() == lba)
    ++tallied.runs.back().sectors;
  else if (tallied.runs.size() < kMaxRuns)
    tallied.runs.push_back({Lba{static_cast<std::int32_t>(lba)}, 1});
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
  const auto tell = [&](Oddity oddity) { note(oddity, lba, offset); };
  if (check.mode == SectorMode::unknown) {
    const bool zeros = std::ranges::all_of(sector, [](std::byte b) { return b == std::byte{0}; });
    tell(zeros ? empty : unrecognised);
  } else if (!check.sync_ok) {
    tell(sync_damaged);
  }
  // Also under parity that does not fit: whoever writes there need not compute it again.
  if (!check.intermediate_zero && check.edc != Check::bad) tell(zeros_expected);
  if (!check.subheader_copies_equal) tell(subheader_differs);
  if (check.edc == Check::good && !check.good() && is_parity_of_others(sector, check.mode))
    tell(parity_of_others);
  // A header counts where the EDC, or in form 2 at least the sync, speaks for it.
  if (check.sync_ok && check.lba && check.edc != Check::bad && check.mode != SectorMode::unknown) {
    const std::int64_t shift = check.lba->value - lba;
    if (address_shift && *address_shift != shift) tell(address_break);
    address_shift = shift;
  }
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
  auto state = std::make_shared<State>(State{view->source, sector_pieces(*image.disc, *view)});
  state->tally.map = missing_runs(*image.disc);
  const bool raw = std::ranges::any_of(
      state->pieces, [](const SectorPiece& piece) { return piece.stored >= kRawSector; });
  if (!raw) return nullptr;
  return std::unique_ptr<SectorAudit>(new SectorAudit(std::move(state)));
}

Consumer SectorAudit::consumer() {
  return {[state = state_](const Block& block) { state->consume(block); }, 1.0};
}

const SectorTally& SectorAudit::tally() const {
  state_->tally.odd.clear();
  for (std::size_t i = 0; i < kOddities.size(); ++i)
    if (!state_->odd[i].runs.empty())
      state_->tally.odd.push_back({kOddities[i].code, state_->odd[i].runs});
  return state_->tally;
}

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
  for (PatternFinding& pattern : state_->repeated.patterns())
    findings.push_back({pattern.code, Severity::warning,
                        state_->place_of(pattern.offset, pattern.lba), std::move(pattern.text)});
  return findings;
}

}  // namespace discern
