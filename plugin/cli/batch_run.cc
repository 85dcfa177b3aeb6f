// SPDX-License-Identifier: Apache-2.0
// Works on the jobs of a plan. One thread does one image at a time; nothing of an image is kept
// once its record is written, so that memory does not grow with the number of images.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <new>
#include <span>
#include <sstream>
#include <thread>

#include "access.h"
#include "batch.h"
#include "batch_jobs.h"
#include "batch_ranges.h"
#include "batch_record.h"
#include "console.h"
#include "discern/carve.h"
#include "discern/carve_range.h"
#include "discern/report.h"
#include "examination.h"
#include "opened.h"
#include "worker.h"

namespace discern::cli {
namespace {

namespace fs = std::filesystem;

// What a thread is at: the job's place in the list and 1 more, or 0.
using JobAtWork = std::atomic<std::size_t>;
static_assert(JobAtWork::is_always_lock_free);  // shared by processes

Status carve_part(const Job& job, const Opened& opened, const Options& options,
                  const Progress& progress, Record& record) {
  if (opened.view->source->size() != job.view_size)
    return Error{Errc::io, "has another size than when its ranges were planned", job.image};
  CarveOptions carve = carve_options(options, *opened.image, *opened.view, progress);
  carve.threads = 1;
  const auto files = carve_range(*opened.view, job.range, carve);
  if (!files) return files.error();
  for (const RangeFile& file : *files)
    record.lines += candidate_line(*opened.image, *opened.view, file,
                                   !options.partial && breaks_off(file.file)) +
                    "\n";
  return Done{};
}

Status examine_job(const Job& job, const Options& options, Record& record) {
  const auto current = make_job(job.image, job.operation);
  if (!current) return current.error();
  if (current->size != job.size || current->mtime_ns != job.mtime_ns)
    return Error{Errc::io, "the file has changed since it was planned", job.image};
  auto opened_image = open_image(job.image, {.format = options.format,
                                             .cache_folder = cache_folder(options),
                                             .password = options.password});
  if (!opened_image) return opened_image.error();
  Opened opened{std::make_shared<const Image>(std::move(*opened_image))};
  opened.view = &opened.image->main_view();
  opened.walked = &opened.image->file_system_view();
  const Image& image = *opened.image;
  Examination examination;
  examination.findings = image.findings;
  // Every thread has an image of its own.
  const Progress progress = [](auto, auto, auto) { return !interrupted(); };
  if (does(job, "info")) record.lines += json_of(image) + "\n";
  if (does(job, "hash") || does(job, "verify")) {
    auto references = references_of(image, options);
    if (!references) return references.error();
    auto algorithms = needed_algorithms(options.algorithms, image, *references);
    Passes passes(image, std::move(algorithms), std::move(*references));
    if (const Status done = passes.run({1, progress}, examination); !done) return done.error();
  }
  if (does(job, "hash"))
    for (const DigestSet& digests : examination.digests)
      record.lines += json_of(image, digests) + "\n";
  if (does(job, "verify"))
    for (const Verification& row : examination.verifications) {
      record.lines += json_of(image, row) + "\n";
      if (row.verdict == Outcome::mismatch) record.status = ExitStatus::differs;
    }
  if (does(job, "timeline") || does(job, "entries")) {
    const auto timeline = walk_timeline(opened, progress, examination.findings,
                                        examination.sectors ? &*examination.sectors : nullptr);
    if (!timeline) return timeline.error();
    if (does(job, "timeline")) {
      std::ostringstream events;
      find_timeline_writer("jsonl")->write(*timeline, events);
      record.lines += events.view();
    }
    if (does(job, "entries"))
      for (const Entry& entry : timeline->entries)
        if (entry.type == 'r')
          record.lines +=
              json_of(image, hash_entry(entry, *opened.view, options.algorithms)) + "\n";
  }
  if (job.is_part()) {
    if (const Status done = carve_part(job, opened, options, progress, record); !done)
      return done.error();
  } else if (does(job, "carve")) {
    CarveOptions carve = carve_options(options, image, *opened.view, progress);
    carve.threads = 1;
    auto files = carve_view(*opened.view, carve);
    if (!files) return files.error();
    leave_out_partial(*files, options, examination.findings);
    for (const CarvedFile& file : *files) record.lines += json_of(image, *opened.view, file) + "\n";
  }
  add_findings(job, examination.findings, record);
  record.status = worst(record.status, status_of(examination.findings));
  record.verdict = record.status == ExitStatus::consistent ? "consistent" : "mismatch";
  return Done{};
}

// Nothing of a job that failed is kept but the reason.
Result<Record> record_of(const Job& job, const Options& options) {
  Record record;
  Error error{};
  bool failed = false;
  try {
    if (const Status done = examine_job(job, options, record); !done) {
      error = done.error();
      failed = true;
    }
  } catch (const std::bad_alloc&) {
    return Error{Errc::limit, "out of memory", job.image};
  }
  if (failed && error.code == Errc::cancelled) return error;
  if (failed) record = {"", ExitStatus::incomplete, describe(error), {}};
  record.sandbox = sandbox_of_process();
  add_end(job, record);
  return record;
}

// Appears whole, and never in place of another one: whoever was first has written the same.
Status write_record(const std::string& path, const std::string& lines) {
  const std::string partial = path + "." + std::to_string(getpid()) + ".partial";
  std::error_code ignored;
  fs::create_directories(fs::path(path).parent_path(), ignored);
  if (const Status written = write_whole_file(partial, [&](std::ostream& out) { out << lines; });
      !written)
    return written.error();
  const bool linked = ::link(partial.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const int why = errno;
  ::unlink(partial.c_str());
  if (!linked) return Error{Errc::io, std::generic_category().message(why), path};
  return Done{};
}

// The images' folders, and the records.
Result<Access> access_to(const std::vector<Job>& jobs, const std::string& folder,
                         const Options& options) {
  Options named = options;  // "run" and the plan are no images
  named.operands.clear();
  named.output = folder;
  auto access = access_of("batch", named);
  if (!access) return access.error();
  std::string last;
  for (const Job& job : jobs) {  // in the order of their paths
    std::string parent = fs::path(job.image).parent_path().string();
    std::error_code ignored;
    if (parent == last && !fs::is_symlink(job.image, ignored)) continue;
    add_image(job.image, *access);
    last = std::move(parent);
  }
  return access;
}

std::uint64_t bytes_of(const Job& job) { return job.is_part() ? job.range.length : job.size; }

class Work {
 public:
  // `at_work` has a place for each thread.
  Work(const std::string& folder, const std::vector<Job>& jobs, const Options& options,
       std::span<JobAtWork> at_work)
      : folder_(folder), jobs_(jobs), options_(options), at_work_(at_work), bar_(options) {
    for (const Job& job : jobs_) bytes_ += bytes_of(job);
    progress_ = bar_.callback();
  }

  ExitStatus run() {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < at_work_.size(); ++i)
      others.emplace_back([this, i] { work(at_work_[i]); });
    work(at_work_.front());
    for (std::jthread& other : others) other.join();
    bar_.clear();
    return interrupted() ? ExitStatus::interrupted : status_;
  }

 private:
  void work(JobAtWork& at_work) {
    for (std::size_t i = next_++; i < jobs_.size() && !interrupted(); i = next_++) {
      at_work.store(i + 1);
      const auto record = record_of(jobs_[i], options_);
      const Status written =
          record ? write_record(record_path(folder_, jobs_[i]), record->lines) : record.error();
      at_work.store(0);
      const std::lock_guard hold(mutex_);
      done_bytes_ += bytes_of(jobs_[i]);
      if (!written) {
        if (written.error().code == Errc::cancelled) return;
        bar_.clear();
        report(written.error());
        status_ = ExitStatus::incomplete;
        continue;
      }
      status_ = worst(status_, record->status);
      progress_(std::to_string(jobs_.size()) + " " + name_of_jobs(jobs_), done_bytes_, bytes_);
    }
  }

  const std::string& folder_;
  const std::vector<Job>& jobs_;
  const Options& options_;
  const std::span<JobAtWork> at_work_;
  ProgressBar bar_;
  Progress progress_;
  std::uint64_t bytes_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;  // of all below
  std::uint64_t done_bytes_ = 0;
  ExitStatus status_ = ExitStatus::consistent;
};

// Jobs, and the workers that do them. An image that ends its worker is done again alone, and when
// it does so again that is what its record says: the others get theirs all the same.
class Workers {
 public:
  Workers(const std::string& folder, const Access& access, const Options& options,
          std::size_t threads)
      : folder_(folder), access_(access), options_(options), threads_(threads) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() {
    if (at_work_) ::munmap(at_work_, threads_ * sizeof(JobAtWork));
  }

  ExitStatus run(std::vector<Job> left) {
    // Seen by this process when the worker is no more.
    void* const shared = ::mmap(nullptr, threads_ * sizeof(JobAtWork), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::bad_alloc();
    at_work_ = static_cast<JobAtWork*>(shared);
    for (std::size_t i = 0; i < threads_; ++i) new (at_work_ + i) JobAtWork(0);
    while (!left.empty() && !interrupted()) {
      const WorkerEnd end = work(left, threads_);
      if (end.signal == 0) return worst(status_, static_cast<ExitStatus>(end.status));
      const std::vector<Job> suspects = taken_out(left);
      if (suspects.empty()) end_as(end);
      for (const Job& job : suspects) {
        const WorkerEnd again = suspects.size() == 1 ? end : work({job}, 1);
        if (again.signal != 0)
          give_up(job, again);
        else
          status_ = worst(status_, static_cast<ExitStatus>(again.status));
      }
    }
    return interrupted() ? ExitStatus::interrupted : status_;
  }

 private:
  WorkerEnd work(const std::vector<Job>& jobs, std::size_t threads) {
    for (std::size_t i = 0; i < threads_; ++i) at_work_[i].store(0);
    std::string problem;
    if (!options_.no_sandbox)
      if (const auto end = start_worker(problem)) return *end;
    if (options_.no_sandbox)
      restrict_process(access_, options_);
    else
      restrict_worker(access_, options_, problem);
    use_utc();
    const ExitStatus status = Work(folder_, jobs, options_, {at_work_, threads}).run();
    if (options_.no_sandbox || !problem.empty()) return {static_cast<int>(status), 0};
    std::fflush(nullptr);
    _exit(static_cast<int>(status));
  }

  // Removes the jobs that have their record, and those that were at work, which are returned.
  std::vector<Job> taken_out(std::vector<Job>& jobs) const {
    std::vector<Job> suspects;
    for (std::size_t i = 0; i < threads_; ++i)
      if (const std::size_t number = at_work_[i].load(); number > 0 && number <= jobs.size())
        suspects.push_back(jobs[number - 1]);
    std::erase_if(jobs, [&](const Job& job) {
      return fs::exists(record_path(folder_, job)) ||
             std::ranges::find(suspects, job.id, &Job::id) != suspects.end();
    });
    std::erase_if(suspects, [&](const Job& job) { return fs::exists(record_path(folder_, job)); });
    return suspects;
  }

  // Signals that say nothing of the image leave the job to be done another time.
  void give_up(const Job& job, const WorkerEnd& end) {
    const std::string why = "the process that read it was ended by " + describe(end);
    report(Error{Errc::io, why, job.image});
    status_ = ExitStatus::incomplete;
    constexpr int kOfDefects[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    if (std::ranges::find(kOfDefects, end.signal) == std::end(kOfDefects)) return;
    Record record{"", ExitStatus::incomplete, why, sandbox_of_process()};
    add_end(job, record);
    if (const Status written = write_record(record_path(folder_, job), record.lines); !written)
      report(written.error());
  }

  const std::string& folder_;
  const Access& access_;
  const Options& options_;
  const std::size_t threads_;
  JobAtWork* at_work_ = nullptr;
  ExitStatus status_ = ExitStatus::consistent;
};

}  // namespace

ExitStatus run_jobs(const Options& options) {
  if (options.operands.size() != 2) {
    report_usage("batch", "run wants the folder of a plan");
    return ExitStatus::usage;
  }
  const std::string& folder = options.operands[1];
  auto jobs = read_plan(folder);
  if (!jobs) {
    report(jobs.error());
    return ExitStatus::incomplete;
  }
  const std::size_t planned = jobs->size();
  const std::string name = name_of_jobs(*jobs);
  std::vector<Job> left;
  for (std::size_t i = 0; i < planned; ++i)
    if (i % options.parts == options.part - 1 && !fs::exists(record_path(folder, (*jobs)[i])))
      left.push_back(std::move((*jobs)[i]));
  const std::size_t count = left.size();
  const auto access = access_to(left, folder, options);
  if (!access) {
    report(access.error());
    return ExitStatus::incomplete;
  }
  const std::size_t threads = options.threads > 0
                                  ? static_cast<std::size_t>(options.threads)
                                  : std::max(1U, std::thread::hardware_concurrency());
  const ExitStatus status = Workers(folder, *access, options, threads).run(std::move(left));
  if (!options.quiet)
    print("worked on " + std::to_string(count) + " of " + std::to_string(planned) + " " + name);
  return status;
}

}  // namespace discern::cli
