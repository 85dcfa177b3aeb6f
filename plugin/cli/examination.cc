// SPDX-License-Identifier: Apache-2.0
#include "examination.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <mutex>

#include "discern/hash_set.h"
#include "discern/image_walk.h"
#include "discern/rescue_map.h"

namespace discern::cli {
namespace {

// Files of which something is missing or wrong: the first thousand one by one.
class EntriesWithout {
 public:
  EntriesWithout(const char* code, const char* more, Findings& findings)
      : code_(code), more_(more), findings_(findings) {}
  ~EntriesWithout() {
    if (count_ > kShown)
      findings_.push_back(
          {code_, Severity::damage, {}, std::to_string(count_ - kShown) + " " + more_});
  }
  EntriesWithout(const EntriesWithout&) = delete;
  EntriesWithout& operator=(const EntriesWithout&) = delete;

  void add(std::optional<Finding> finding) {
    if (finding && ++count_ <= kShown) findings_.push_back(std::move(*finding));
  }

 private:
  static constexpr std::size_t kShown = 1000;
  const char* code_;
  const char* more_;
  Findings& findings_;
  std::size_t count_ = 0;
};

bool is_stored(const Image& image, std::string_view object) {
  return std::any_of(image.stored_digests.begin(), image.stored_digests.end(),
                     [&](const StoredDigest& stored) { return stored.object == object; });
}

}  // namespace

Passes::Passes(const Image& image, std::vector<Algorithm> algorithms, References references,
               FilesHashed files)
    : image_(image),
      references_(std::move(references)),
      job_(hash_job(image, algorithms,
                    [&](std::string_view object) {
                      return files == FilesHashed::all || references_.concern(object) ||
                             is_stored(image, object);
                    })),
      audit_(SectorAudit::of(image)) {
  references_.add_consumers(job_);
  if (audit_) stream_of(*image.find_view("raw")).consumers.push_back(audit_->consumer());
}

// Views that are a file's own bytes share that file's stream.
Stream& Passes::stream_of(const View& view) {
  return *std::find_if(job_.streams.begin(), job_.streams.end(),
                       [&](const Stream& candidate) { return candidate.source == view.source; });
}

void Passes::search_with(CarveScan& scan, const View& view) {
  stream_of(view).consumers.push_back(scan.consumer());
}

void Passes::build(PieceTreeBuilder& tree, const View& view) { tree.add_to(stream_of(view)); }

Status Passes::run(const PassOptions& options, Examination& examination) {
  if (const Status done = run_pass(job_.streams, options); !done) return done.error();
  const auto add = [&](const Findings& found) {
    examination.findings.insert(examination.findings.end(), found.begin(), found.end());
  };
  add(job_.findings());
  examination.digests = job_.finish();
  if (audit_) {
    examination.sectors = audit_->tally();
    add(audit_->findings());
  }
  add(hidden_data(image_, options.progress));
  examination.verifications = verify(image_, examination.digests, audit_.get());
  const auto compared = references_.compare(examination.digests);
  examination.verifications.insert(examination.verifications.end(), compared.begin(),
                                   compared.end());
  add(references_.findings());
  return Done{};
}

Result<References> references_of(const Image& image, const Options& options) {
  References references;
  for (const ReferenceFile& file : find_reference_files(image)) references.add(image, file, false);
  for (const std::string& path : options.against) {
    const auto file = read_reference_file(path);
    if (!file) return file.error();
    references.add(image, *file, true);
  }
  for (const std::string& text : options.expect)
    if (const auto reference = parse_expectation(text)) references.add(image, *reference);
  return references;
}

std::vector<Algorithm> needed_algorithms(std::vector<Algorithm> wanted, const Image& image,
                                         const References& references) {
  const auto add = [&](Algorithm algorithm) {
    if (std::find(wanted.begin(), wanted.end(), algorithm) == wanted.end())
      wanted.push_back(algorithm);
  };
  for (const StoredDigest& stored : image.stored_digests)
    if (const auto algorithm = find_algorithm(stored.algorithm)) add(*algorithm);
  for (const Algorithm algorithm : references.algorithms()) add(algorithm);
  return wanted;
}

void use_utc() {
  static std::once_flag done;
  std::call_once(done, [] {
    setenv("TZ", "UTC", 1);
    tzset();
  });
}

Status walk(const Opened& opened, const Progress& progress, Findings& findings,
            const EntrySink& sink, const SectorTally* sectors) {
  if (opened.walked != opened.view)
    findings.push_back({"overlay.walked", Severity::warning, Place{.file = opened.image->path},
                        "file systems are read through view " + opened.walked->name +
                            "; finding overlay.boot-sector has the bytes that it replaces"});
  EntriesWithout unread("entry.unread", "more entries cannot be read whole", findings);
  EntriesWithout damaged("entry.damaged-sectors", "more entries lie in damaged sectors", findings);
  const UnreadParts missing(*opened.view);
  const DamagedSectors bad(sectors ? *sectors : SectorTally{});
  const EntrySink checked = [&](Entry&& entry) {
    unread.add(missing.of(entry));
    if (const auto part = bad.of(entry, *opened.view))
      damaged.add(damaged_finding(entry, *opened.view, *part));
    return sink(std::move(entry));
  };
  use_utc();
  return walk_image({opened.image, *opened.walked}, progress, checked, findings);
}

Result<Timeline> walk_timeline(const Opened& opened, const Progress& progress, Findings& findings,
                               const SectorTally* sectors) {
  std::vector<Entry> entries;
  const Status done = walk(
      opened, progress, findings,
      [&](Entry&& entry) {
        entries.push_back(std::move(entry));
        return true;
      },
      sectors);
  if (!done) return done.error();
  return make_timeline(std::move(entries), opened.walked);
}

Status write_map(const std::vector<DigestSet>& digests, const std::string& path) {
  const auto media = std::find_if(digests.begin(), digests.end(),
                                  [](const DigestSet& set) { return set.object == "view:media"; });
  if (media == digests.end())
    return Error{Errc::unsupported, "a map is of disks, this is a disc", path};
  return write_map(media->size, media->bad, path);
}

Status write_map(std::uint64_t size, std::span<const ByteRange> bad, const std::string& path) {
  return write_whole_file(path, [&](std::ostream& out) { out << rescue_map_text(size, bad); });
}

Status mark_by_hash_sets(std::span<DigestSet> digests, const Options& options,
                         const Progress& progress, Findings& findings) {
  for (const HashSetFile& file : options.hash_sets) {
    const auto reading = mark_digests(digests, file, progress);
    if (!reading) return reading.error();
    if (!reading->comparable)
      findings.push_back(
          {"hash-set.not-comparable", Severity::warning, Place{.file = file.path},
           std::string(reading->kind) + ": has no digests of an algorithm that was computed (-a)"});
  }
  std::size_t notable = 0;
  for (const DigestSet& set : digests)
    if (standing_of(set) == "notable" && ++notable <= 1000)
      findings.push_back({"hash-set.notable", Severity::warning, {}, shown(set.object)});
  if (notable > 1000)
    findings.push_back({"hash-set.notable",
                        Severity::warning,
                        {},
                        std::to_string(notable - 1000) + " more notable contents"});
  return Done{};
}

CarveOptions carve_options(const Options& options, const Image& image, const View& view,
                           Progress progress) {
  CarveOptions carve;
  carve.types = options.types;
  // Files start where sectors do.
  carve.step = view.sector_size % 512 == 0 ? view.sector_size : 512;
  carve.areas = cluster_areas(image, view);
  if (options.contiguous) carve.cluster = 0;
  carve.min_size = options.min_size;
  carve.max_size = options.max_size;
  carve.threads = options.threads;
  carve.progress = std::move(progress);
  return carve;
}

bool breaks_off(const CarvedFile& file) {
  return file.soundness == Soundness::truncated || file.soundness == Soundness::first_fragment;
}

Finding left_out_finding(std::size_t count) {
  return {"carve.partial",
          Severity::warning,
          {},
          std::to_string(count) + (count == 1 ? " carved file breaks" : " carved files break") +
              " off and " + (count == 1 ? "is" : "are") + " left out; --partial takes them in"};
}

void leave_out_partial(std::vector<CarvedFile>& files, const Options& options, Findings& findings) {
  if (options.partial) return;
  const std::size_t out = std::erase_if(files, breaks_off);
  if (out > 0) findings.push_back(left_out_finding(out));
}

Status write_carved_files(const View& view, std::vector<CarvedFile>& files,
                          const std::string& folder, bool replace) {
  if (files.empty()) return Done{};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Error{Errc::io, "cannot be created: " + error.message(), folder};
  for (CarvedFile& file : files) {
    // The place on the medium is the name: two files cannot share it, and it leads back.
    file.file = std::to_string(file.offset) + "." + file.extension;
    if (replace) std::filesystem::remove(folder + "/" + file.file, error);
    if (const Status written = write_carved(view, file, folder + "/" + file.file); !written)
      return written.error();
  }
  return Done{};
}

ExitStatus failed(const Error& error) {
  if (error.code == Errc::cancelled) return ExitStatus::interrupted;
  report(error);
  return ExitStatus::incomplete;
}

}  // namespace discern::cli
