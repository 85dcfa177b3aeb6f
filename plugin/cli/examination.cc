// SPDX-License-Identifier: Apache-2.0
#include "examination.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "discern/tsk_image.h"
#include "discern/tsk_walk.h"

namespace discern::cli {

Passes::Passes(const Image& image, std::vector<Algorithm> algorithms)
    : image_(image), job_(hash_job(image, algorithms)), audit_(SectorAudit::of(image)) {
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
  examination.verifications = verify(image_, examination.digests, audit_.get());
  return Done{};
}

std::vector<Algorithm> with_stored_algorithms(std::vector<Algorithm> wanted, const Image& image) {
  for (const StoredDigest& stored : image.stored_digests) {
    const auto algorithm = find_algorithm(stored.algorithm);
    if (algorithm && std::find(wanted.begin(), wanted.end(), *algorithm) == wanted.end())
      wanted.push_back(*algorithm);
  }
  return wanted;
}

Status walk(const Opened& opened, const Progress& progress, Findings& findings,
            const EntrySink& sink) {
  // TSK turns the local times of FAT and ISO 9660 into UTC by the process's zone; UTC leaves the
  // clock's reading as it stands on the medium. Programs started by `run` keep the user's zone.
  setenv("TZ", "UTC", 1);
  tzset();
  auto tsk = open_tsk_image(opened.image, *opened.view);
  if (!tsk) return tsk.error();
  return walk_file_systems(*tsk, {progress}, sink, findings);
}

Result<Timeline> walk_timeline(const Opened& opened, const Progress& progress, Findings& findings) {
  std::vector<Entry> entries;
  const Status done = walk(opened, progress, findings, [&](Entry&& entry) {
    entries.push_back(std::move(entry));
    return true;
  });
  if (!done) return done.error();
  return make_timeline(std::move(entries), opened.view);
}

CarveOptions carve_options(const Options& options, const View& view, Progress progress) {
  CarveOptions carve;
  carve.types = options.types;
  // Files start where sectors do.
  carve.step = view.sector_size % 512 == 0 ? view.sector_size : 512;
  carve.threads = options.threads;
  carve.progress = std::move(progress);
  return carve;
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
