// SPDX-License-Identifier: Apache-2.0
// How a pass is scheduled. Every stream has one fetching worker and its consumers; each of these
// walks through the steps in order, on one thread at a time. No worker may be kWindow steps ahead
// of the slowest, so that blocks stay in cache and memory is bounded; nothing else makes threads
// wait for each other. A free thread takes, of everything that can run, the task with the most
// work behind it (longest remaining path first): MD5, the slowest of the usual digests, then runs
// without a pause on one thread while the others share the rest, fetching included.
#include "discern/pass.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "digest/lane.h"

namespace discern {
namespace {

using Clock = std::chrono::steady_clock;

// Bytes of a block, and steps in memory: tests/bench/README.md.
constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
constexpr std::size_t kWindow = 4;
constexpr auto kReportEvery = std::chrono::milliseconds(100);

// A fetcher (no consumer) or a consumer of a stream, and the step that it does next.
struct Worker {
  std::size_t stream;
  const Consumer* consumer;
  std::uint64_t next;
  bool running = false;
};

class Pass {
 public:
  Pass(std::span<Stream> streams, const PassOptions& options, std::size_t threads);
  Status run(std::size_t threads);

 private:
  void work(bool leads);
  void work_until_done(bool leads);
  void report(std::unique_lock<std::mutex>& lock);
  Worker* choose();
  double work_behind(const Worker& worker) const;
  std::vector<ByteRange> carry_out(const Worker& worker);
  std::uint64_t slowest() const;
  std::uint64_t bytes_done() const;

  std::span<Stream> streams_;
  const PassOptions& options_;
  std::uint64_t steps_ = 0;
  std::size_t window_;
  std::vector<Lane> lanes_;
  std::vector<double> dearest_;  // per stream: cost of its most costly consumer
  Clock::time_point reported_ = Clock::now();

  std::mutex mutex_;  // guards everything below, and Stream::bad
  std::condition_variable changed_;
  std::vector<Worker> workers_;  // per stream its fetcher, then its consumers
  std::vector<std::size_t> fetchers_;
  bool cancelled_ = false;
  bool end_told_ = false;
  std::exception_ptr failure_;
};

Pass::Pass(std::span<Stream> streams, const PassOptions& options, std::size_t threads)
    : streams_(streams), options_(options), window_(threads > 1 ? kWindow : 1) {
  const Course course = plan_course(streams, kBlock);
  steps_ = course.steps;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    Stream& stream = streams[i];
    stream.bad.clear();
    const Lane& lane = lanes_.emplace_back(stream, course.parts[i], window_);
    const std::uint64_t first = lane.next_filled(0).value_or(steps_);
    fetchers_.push_back(workers_.size());
    workers_.push_back({i, nullptr, first});
    double dearest = 0;
    for (const Consumer& consumer : stream.consumers) {
      workers_.push_back({i, &consumer, first});
      dearest = std::max(dearest, consumer.cost);
    }
    dearest_.push_back(dearest);
  }
}

std::uint64_t Pass::slowest() const { return std::ranges::min(workers_, {}, &Worker::next).next; }

// A fetched block's value is the work that it lets begin.
double Pass::work_behind(const Worker& worker) const {
  const double cost = worker.consumer ? worker.consumer->cost : dearest_[worker.stream];
  const auto bytes =
      streams_[worker.stream].source->size() - lanes_[worker.stream].begin_of(worker.next);
  return cost * static_cast<double>(bytes);
}

Worker* Pass::choose() {
  const std::uint64_t horizon = slowest() + window_;
  Worker* best = nullptr;
  double most = -1;
  for (Worker& worker : workers_) {
    const std::uint64_t limit =
        worker.consumer ? workers_[fetchers_[worker.stream]].next : std::min(horizon, steps_);
    if (worker.running || worker.next >= limit) continue;
    if (const double behind = work_behind(worker); behind > most) {
      most = behind;
      best = &worker;
    }
  }
  return best;
}

std::vector<ByteRange> Pass::carry_out(const Worker& worker) {
  Lane& lane = lanes_[worker.stream];
  if (!worker.consumer) return lane.fetch(worker.next);
  worker.consumer->consume(lane.block(worker.next));
  return lane.release(worker.next);
}

std::uint64_t Pass::bytes_done() const {
  std::vector<std::uint64_t> next(streams_.size(), steps_);
  for (const Worker& worker : workers_)
    next[worker.stream] = std::min(next[worker.stream], worker.next);
  std::uint64_t done = 0;
  for (std::size_t i = 0; i < next.size(); ++i) done += lanes_[i].begin_of(next[i]);
  return done;
}

void Pass::report(std::unique_lock<std::mutex>& lock) {
  // Work goes on while progress is told: the end is told once nothing is left.
  const bool finished = slowest() == steps_;
  end_told_ = finished;
  if (!options_.progress || (!finished && Clock::now() - reported_ < kReportEvery)) return;
  const std::uint64_t done = bytes_done();
  lock.unlock();
  std::uint64_t total = 0;
  for (const Stream& stream : streams_) total += stream.source->size();
  const bool go_on = options_.progress("reading", done, total);
  reported_ = Clock::now();
  lock.lock();
  if (!go_on) cancelled_ = true;
}

void Pass::work_until_done(bool leads) {
  std::unique_lock lock(mutex_);
  while (!failure_) {
    if (leads) report(lock);
    if (cancelled_ || failure_) break;
    if (slowest() == steps_) {
      if (!leads || end_told_) break;
      continue;
    }
    Worker* worker = choose();
    if (!worker) {
      changed_.wait_for(lock, kReportEvery);
      continue;
    }
    worker->running = true;
    lock.unlock();
    const auto bad = carry_out(*worker);
    lock.lock();
    auto& all_bad = streams_[worker->stream].bad;
    all_bad.insert(all_bad.end(), bad.begin(), bad.end());
    worker->next = lanes_[worker->stream].next_filled(worker->next + 1).value_or(steps_);
    worker->running = false;
    changed_.notify_all();
  }
  changed_.notify_all();
}

// What a consumer throws ends the pass and goes to the caller; on another thread it would end the
// process.
void Pass::work(bool leads) {
  try {
    work_until_done(leads);
  } catch (...) {
    const std::scoped_lock lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    changed_.notify_all();
  }
}

Status Pass::run(std::size_t threads) {
  {
    std::vector<std::jthread> helpers;
    helpers.reserve(threads);
    try {
      while (helpers.size() + 1 < std::min(threads, workers_.size()))
        helpers.emplace_back([this] { work(false); });
    } catch (const std::system_error&) {
      // The system gives no more threads: those that there are do the work.
    }
    work(true);
  }
  for (Stream& stream : streams_) stream.bad = merged(std::move(stream.bad));
  if (failure_) std::rethrow_exception(failure_);
  if (cancelled_) return Error{Errc::cancelled, "stopped before everything was read"};
  return Done{};
}

}  // namespace

Status run_pass(std::span<Stream> streams, const PassOptions& options) {
  if (streams.empty()) return Done{};
  if (const Status tested = digest_self_test(); !tested) return tested.error();
  const auto threads = options.threads > 0 ? static_cast<std::size_t>(options.threads)
                                           : std::max(1U, std::thread::hardware_concurrency());
  return Pass(streams, options, threads).run(threads);
}

}  // namespace discern
