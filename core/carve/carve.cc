// SPDX-License-Identifier: Apache-2.0
// Hits become files in three steps, whose result depends on neither threads nor their timing:
//
// 1. Every hit is validated, in rounds. All hits of a round have the same budget, a share of what
//    the round may cost in all; those that exhausted it go to the next round, where fewer share the
//    same sum. So one large file may take what it needs, while a million hostile headers that all
//    lead through the whole view cannot.
// 2. In the order of offsets, what lies inside a complete file is dropped (nesting.cc).
// 3. What breaks off at a place that its checks pin is joined with its other part, when there is
//    one (fragments.cc); then again what lies inside is dropped.
// 4. The rest is digested and traced back to the evidence.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "carve/fragments.h"
#include "carve/scan.h"
#include "discern/digest.h"

namespace discern {
namespace {

constexpr std::uint64_t kRoundCost = 16;                         // times the size of the view
constexpr std::uint64_t kLeastBudget = std::uint64_t{64} << 10;  // of one hit
constexpr std::uint64_t kDigestLimit = 16;                       // times the size of the view
constexpr std::uint64_t kJoinBudget = std::uint64_t{1} << 30;    // of one broken file, at most
constexpr std::uint64_t kJoinCost = 64;  // times the size of the view, of all
constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;
constexpr int kAttempts = 4;
constexpr auto kReportEvery = std::chrono::milliseconds(100);

struct Found {
  HeaderHit hit;
  Verdict verdict;
  bool exhausted = false;
  std::vector<ByteRange> parts = {};  // of a file in fragments
  std::uint64_t end() const { return hit.offset + verdict.length; }
};

// Runs work(i) for every i below `count` on several threads, the calling one among them, which also
// calls report(i) now and then. False when report said stop.
template <class Work, class Report>
bool in_parallel(std::size_t count, int threads, const Work& work, const Report& report) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stop = false;
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto run = [&](bool leads) {
    auto reported = std::chrono::steady_clock::now();
    try {
      for (std::size_t i = next++; i < count && !stop; i = next++) {
        work(i);
        if (!leads || std::chrono::steady_clock::now() - reported < kReportEvery) continue;
        reported = std::chrono::steady_clock::now();
        if (!report(i)) stop = true;
      }
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      failure = std::current_exception();
      stop = true;
    }
  };
  {
    std::vector<std::jthread> helpers;
    const auto wanted =
        threads > 0 ? static_cast<std::size_t>(threads) : std::thread::hardware_concurrency();
    for (std::size_t i = 1; i < std::min(wanted, count); ++i)
      helpers.emplace_back([&run] { run(false); });
    run(true);
  }
  if (failure) std::rethrow_exception(failure);
  return !stop;
}

class Carving {
 public:
  Carving(const View& view, const CarveOptions& options)
      : shared_(view.source), source_(*view.source), options_(options) {}
  Result<std::vector<CarvedFile>> run(const std::vector<HeaderHit>& hits);
  // Keeps what lies inside others.
  Result<std::vector<RangeFile>> run_range(const std::vector<HeaderHit>& hits);

 private:
  bool validate_all(const std::vector<HeaderHit>& hits);
  std::optional<Found> validate(const HeaderHit& hit, std::uint64_t budget) const;
  std::vector<Nesting> nestings() const;
  void drop_nested();
  bool join_all();
  void drop_sizes();
  bool finish_all(std::vector<CarvedFile>& files) const;
  void finish(const Found& found, bool digest, CarvedFile& file) const;
  void add_runs(ByteRange range, std::vector<CarvedRun>& runs) const;
  std::uint32_t cluster_of(std::uint64_t offset) const;
  bool report(std::uint64_t offset) const {
    return !options_.progress || options_.progress("carving", offset, source_.size());
  }

  const SourcePtr& shared_;
  const ByteSource& source_;
  const CarveOptions& options_;
  std::vector<Found> found_ = {};  // ascending
};

// Bytes of pages that fail while they are looked at read as zeros: then the verdict is void.
std::optional<Found> Carving::validate(const HeaderHit& hit, std::uint64_t budget) const {
  const ByteRange all{hit.offset, source_.size() - hit.offset};
  auto failed = source_.failed(all);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Candidate candidate(source_, hit.offset, budget);
    auto verdict = hit.validator->validate(candidate);
    auto now_failed = source_.failed(all);
    if (now_failed != failed) {
      failed = std::move(now_failed);
      continue;
    }
    if (!verdict && !candidate.exhausted()) return std::nullopt;
    Found found{hit, verdict ? *std::move(verdict) : Verdict{}, candidate.exhausted()};
    return found;
  }
  return std::nullopt;
}

// False when cancelled.
bool Carving::validate_all(const std::vector<HeaderHit>& hits) {
  const std::uint64_t cost = source_.size() * kRoundCost;
  std::vector<HeaderHit> pending = hits;
  std::vector<Found> exhausted;
  for (std::uint64_t budget = 0; !pending.empty();) {
    const std::uint64_t share = std::max(kLeastBudget, cost / pending.size());
    if (share <= budget) break;
    budget = share;
    exhausted.clear();
    std::mutex mutex;
    const auto work = [&](std::size_t i) {
      auto found = validate(pending[i], budget);
      if (!found) return;
      const std::lock_guard lock(mutex);
      (found->exhausted ? exhausted : found_).push_back(*std::move(found));
    };
    const auto report_at = [&](std::size_t i) { return report(pending[i].offset); };
    if (!in_parallel(pending.size(), options_.threads, work, report_at)) return false;
    const auto offset = [](const Found& found) { return found.hit.offset; };
    std::ranges::sort(exhausted, {}, offset);
    pending.clear();
    for (const Found& found : exhausted) pending.push_back(found.hit);
  }
  for (Found& found : exhausted)
    if (found.verdict.length > 0) found_.push_back(std::move(found));
  // Rows of the table that take the same place for theirs stay in the table's order.
  std::ranges::sort(found_, {}, [](const Found& found) {
    return std::pair(found.hit.offset, found.hit.validator);
  });
  return true;
}

// In what units space is given out where a file begins.
std::uint32_t Carving::cluster_of(std::uint64_t offset) const {
  const auto behind = std::ranges::upper_bound(
      options_.areas, offset, {}, [](const ClusterArea& area) { return area.range.offset; });
  if (behind == options_.areas.begin() || offset >= std::prev(behind)->range.end())
    return options_.cluster;
  return std::prev(behind)->cluster;
}

// What lies inside belongs to the file. Not so where neither checks nor a table of the whole file
// vouch for its length: a TIFF ends where the farthest of its offsets leads, and one wrong offset
// must not hide what is there.
bool contains_files(const Found& found) { return found.hit.validator->id != "tiff"; }

// As nesting.cc compares them.
std::vector<Nesting> Carving::nestings() const {
  std::vector<Nesting> files;
  files.reserve(found_.size());
  for (const Found& found : found_) {
    Nesting file{.offset = found.hit.offset,
                 .length = found.verdict.length,
                 .soundness = found.verdict.soundness,
                 .holds = contains_files(found),
                 .cluster = options_.cluster == 0 ? 0 : cluster_of(found.hit.offset)};
    if (!found.parts.empty()) {
      file.length = found.parts.front().length;
      file.further.assign(found.parts.begin() + 1, found.parts.end());
    }
    files.push_back(std::move(file));
  }
  return files;
}

void Carving::drop_nested() {
  const std::vector<bool> inside = lie_inside(nestings());
  std::size_t i = 0;
  std::erase_if(found_, [&](const Found&) { return inside[i++]; });
}

// False when cancelled.
bool Carving::join_all() {
  if (options_.cluster == 0) return true;
  std::vector<Found*> broken;
  for (Found& found : found_)
    if (found.verdict.suspect.length > 0) broken.push_back(&found);
  if (broken.empty()) return true;
  const std::uint64_t share =
      std::min(kJoinBudget, source_.size() * kJoinCost / broken.size() + kLeastBudget);
  const auto work = [&](std::size_t i) {
    Found& found = *broken[i];
    auto joined =
        join_fragments(shared_, found.hit, found.verdict, cluster_of(found.hit.offset), share);
    if (!joined) return;
    found.parts = std::move(joined->parts);
    found.verdict = std::move(joined->verdict);
  };
  return in_parallel(broken.size(), options_.threads, work,
                     [&](std::size_t i) { return report(broken[i]->hit.offset); });
}

void Carving::drop_sizes() {
  std::erase_if(found_, [&](const Found& found) {
    return found.verdict.length < options_.min_size || found.verdict.length > options_.max_size;
  });
}

void Carving::add_runs(ByteRange range, std::vector<CarvedRun>& runs) const {
  while (range.length > 0) {
    const Location where = source_.locate(range.offset);
    const std::uint64_t length =
        where.length == 0 ? range.length : std::min(where.length, range.length);
    runs.push_back({{range.offset, length}, where});
    runs.back().where.length = length;
    range = {range.offset + length, range.length - length};
  }
}

// Adds the bytes of `range`, with zeros for what is unreadable, as write_carved() has them.
void digest(const ByteSource& source, ByteRange range, Hasher& hasher,
            std::vector<ByteRange>& bad) {
  std::vector<std::byte> buffer;
  for (std::uint64_t at = range.offset; at < range.end();) {
    const std::uint64_t length = std::min(range.end() - at, kPiece);
    source.will_read(at, length);
    if (const auto bytes = source.view(at, length); bytes && source.failed({at, length}).empty()) {
      hasher.update(*bytes);
      // Pages that failed meanwhile read as zeros, which is what stands for them.
      const auto failed = source.failed({at, length});
      bad.insert(bad.end(), failed.begin(), failed.end());
    } else {
      buffer.resize(static_cast<std::size_t>(length));
      const ReadResult got = source.read(at, buffer);
      bad.insert(bad.end(), got.bad.begin(), got.bad.end());
      hasher.update(buffer);
    }
    at += length;
  }
}

void mark_duplicates(std::vector<CarvedFile>& files) {
  std::map<std::string_view, std::uint64_t> first;
  for (CarvedFile& file : files) {
    if (file.sha256.empty()) continue;
    const auto [earlier, fresh] = first.emplace(file.sha256, file.offset);
    if (!fresh) file.duplicate_of = earlier->second;
  }
}

void Carving::finish(const Found& found, bool digested, CarvedFile& file) const {
  const Validator& row = *found.hit.validator;
  const Verdict& verdict = found.verdict;
  file.type = verdict.type.empty() ? row.id : verdict.type;
  file.extension = verdict.extension.empty() ? row.extension : verdict.extension;
  file.offset = found.hit.offset;
  file.size = verdict.length;
  file.soundness = verdict.soundness;
  file.end_reason = verdict.end_reason;
  if (file.soundness == Soundness::truncated && verdict.suspect.length > 0 &&
      verdict.suspect.end() < source_.size() - file.offset)
    file.soundness = Soundness::first_fragment;
  file.fragments = found.parts;
  if (!digested) {
    file.end_reason += ", not digested: too many files overlap";
    return;
  }
  std::vector<ByteRange> bad;
  Hasher hasher(Algorithm::sha256);
  for (const ByteRange& part : parts_of(file)) {
    add_runs(part, file.runs);
    digest(source_, part, hasher, bad);
  }
  file.sha256 = hasher.finish();
  if (const std::uint64_t lost = total_length(bad); lost > 0) {
    if (file.soundness == Soundness::complete) file.soundness = Soundness::damaged;
    file.end_reason += ", " + std::to_string(lost) + " bytes on the way unreadable";
  }
}

// False when cancelled.
bool Carving::finish_all(std::vector<CarvedFile>& files) const {
  // Files that overlap without end are listed, but not read.
  std::vector<bool> digested;
  std::uint64_t left = source_.size() * kDigestLimit;
  for (const Found& found : found_) {
    digested.push_back(found.verdict.length <= left);
    if (digested.back()) left -= found.verdict.length;
  }
  files.resize(found_.size());
  const auto work = [&](std::size_t i) { finish(found_[i], digested[i], files[i]); };
  const auto report_at = [&](std::size_t i) { return report(found_[i].hit.offset); };
  return in_parallel(found_.size(), options_.threads, work, report_at);
}

Result<std::vector<CarvedFile>> Carving::run(const std::vector<HeaderHit>& hits) {
  const Error cancelled{Errc::cancelled, "cancelled"};
  if (!validate_all(hits)) return cancelled;
  drop_nested();
  if (!join_all()) return cancelled;
  drop_nested();
  drop_sizes();
  std::vector<CarvedFile> files;
  if (!finish_all(files)) return cancelled;
  mark_duplicates(files);
  return files;
}

Result<std::vector<RangeFile>> Carving::run_range(const std::vector<HeaderHit>& hits) {
  const Error cancelled{Errc::cancelled, "cancelled"};
  if (!validate_all(hits)) return cancelled;
  std::vector<Nesting> alone = nestings();
  if (!join_all()) return cancelled;
  std::vector<Nesting> joined = nestings();
  std::vector<CarvedFile> files;
  if (!finish_all(files)) return cancelled;
  std::vector<RangeFile> all;
  for (std::size_t i = 0; i < files.size(); ++i)
    all.push_back({std::move(files[i]), std::move(alone[i]), std::move(joined[i])});
  return all;
}

}  // namespace

std::vector<ByteRange> parts_of(const CarvedFile& file) {
  if (!file.fragments.empty()) return file.fragments;
  return {{file.offset, file.size}};
}

Result<std::vector<CarvedFile>> carve_hits(const View& view, const std::vector<HeaderHit>& hits,
                                           const CarveOptions& options) {
  if (options.within.empty()) return Carving(view, options).run(hits);
  std::vector<HeaderHit> inside;
  for (const HeaderHit& hit : hits) {
    const auto behind =
        std::ranges::upper_bound(options.within, hit.offset, {}, &ByteRange::offset);
    if (behind != options.within.begin() && hit.offset < std::prev(behind)->end())
      inside.push_back(hit);
  }
  return Carving(view, options).run(inside);
}

Result<std::vector<RangeFile>> carve_range_hits(const View& view,
                                                const std::vector<HeaderHit>& hits,
                                                const CarveOptions& options) {
  return Carving(view, options).run_range(hits);
}

}  // namespace discern
