// SPDX-License-Identifier: Apache-2.0
#include "console.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "discern/json.h"
#include "discern/timeline.h"

namespace discern::cli {
namespace {

std::atomic<bool> interrupt_seen = false;
std::atomic<int> interrupter = 0;  // 0: anybody
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);
int output_errno = 0;
std::string closing_field;  // `,"sandbox":"..."}`

bool wanted(Options::When when, int fd) {
  if (when != Options::When::automatic) return when == Options::When::always;
  return isatty(fd) == 1;
}

bool color_wanted(const Options& options) {
  if (options.color == Options::When::automatic && std::getenv("NO_COLOR")) return false;
  return wanted(options.color, STDOUT_FILENO);
}

std::string human(double bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) bytes /= 1024, ++unit;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
  return text;
}

}  // namespace

void print_bytes(std::string_view bytes) {
  if (output_errno == 0 && std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size())
    output_errno = errno;
}

void state_in_results(const std::string& sandbox) {
  closing_field.clear();
  JsonWriter(closing_field).begin_object().field("sandbox", sandbox).end_object();
  closing_field.front() = ',';
}

void print(std::string_view line) {
  // Our own objects begin with their schema; no other line does.
  if (!closing_field.empty() && line.starts_with("{\"schema\":\"") && line.ends_with('}')) {
    print_bytes(line.substr(0, line.size() - 1));
    line = closing_field;
  }
  print_bytes(line);
  print_bytes("\n");
}

ExitStatus finish_output(ExitStatus so_far) {
  if (std::fflush(stdout) != 0 && output_errno == 0) output_errno = errno;
  if (output_errno == 0) return so_far;
  std::fprintf(stderr, "discern: error: standard output: %s\n", std::strerror(output_errno));
  return worst(so_far, ExitStatus::incomplete);
}

void report(const Error& error) {
  std::fprintf(stderr, "discern: error: %s\n", shown(describe(error)).c_str());
}

void report_usage(std::string_view command, std::string_view problem) {
  std::fprintf(stderr, "discern: %s\ntry `discern %s%s-h`\n", shown(problem).c_str(),
               std::string(command).c_str(), command.empty() ? "" : " ");
}

void report(const Findings& findings, const Options& options) {
  if (options.quiet) return;
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::note && !options.verbose) continue;
    const std::string where = describe(finding.where);
    std::fprintf(stderr, "discern: %s: %s%s%s [%s]\n",
                 std::string(name_of(finding.severity)).c_str(), shown(where).c_str(),
                 where.empty() ? "" : ": ", shown(finding.text).c_str(), finding.code.c_str());
  }
}

std::string shown(std::string_view bytes) { return show_name(bytes).text; }

std::string shown_size(std::uint64_t bytes) {
  std::string digits = std::to_string(bytes);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, " ");
  return digits + " bytes" +
         (bytes >= 1024 ? " (" + human(static_cast<double>(bytes)) + ")" : std::string());
}

std::string toned(std::string_view text, Tone tone, const Options& options) {
  if (tone == Tone::plain || !color_wanted(options)) return std::string(text);
  const char* code = tone == Tone::strong ? "1"
                     : tone == Tone::good ? "32"
                     : tone == Tone::bad  ? "1;31"
                                          : "2";
  return std::string("\033[") + code + "m" + std::string(text) + "\033[0m";
}

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t* from, void*) {
    if (interrupter.load() != 0 && from->si_pid != interrupter.load()) return;
    // The second time the user means it.
    if (interrupt_seen.exchange(true)) _exit(static_cast<int>(ExitStatus::interrupted));
  };
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

bool interrupted() { return interrupt_seen.load(); }

void take_interrupts_from(int process) { interrupter.store(process); }

struct ProgressBar::State {
  using Clock = std::chrono::steady_clock;
  bool visible = false;
  bool drawn = false;
  std::string what;
  Clock::time_point start = {};
  Clock::time_point last = {};

  void draw(std::string_view now_doing, std::uint64_t done, std::uint64_t total) {
    const auto now = Clock::now();
    if (now_doing != what) {
      what = now_doing;
      start = now;
    }
    // Work that is over at once needs no bar.
    if (now - start < std::chrono::milliseconds(400) || now - last < std::chrono::milliseconds(100))
      return;
    last = now;
    drawn = true;
    const double seconds = std::chrono::duration<double>(now - start).count();
    const double rate = static_cast<double>(done) / seconds;
    const double share = total ? static_cast<double>(done) / static_cast<double>(total) : 0;
    char bar[31];
    for (int i = 0; i < 30; ++i) bar[i] = i < static_cast<int>(share * 30) ? '#' : '.';
    bar[30] = 0;
    const double left = rate > 0 ? static_cast<double>(total - std::min(done, total)) / rate : 0;
    std::fprintf(stderr, "\r\033[K%s [%s] %3.0f %%  %s/s  %.0f s left", shown(what).c_str(), bar,
                 share * 100, human(rate).c_str(), left);
    std::fflush(stderr);
  }
};

ProgressBar::ProgressBar(const Options& options) : state_(std::make_shared<State>()) {
  state_->visible = !options.quiet && wanted(options.progress, STDERR_FILENO);
}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (state_->drawn) std::fputs("\r\033[K", stderr);
  state_->drawn = false;
}

Progress ProgressBar::callback() {
  return [state = state_](std::string_view what, std::uint64_t done, std::uint64_t total) {
    if (state->visible) state->draw(what, done, total);
    return !interrupted();
  };
}

}  // namespace discern::cli
