// SPDX-License-Identifier: Apache-2.0
// What people and scripts see: results on stdout, everything else on stderr.
#ifndef DISCERN_CLI_CONSOLE_H
#define DISCERN_CLI_CONSOLE_H

#include <memory>
#include <string>
#include <string_view>

#include "discern/finding.h"
#include "discern/progress.h"
#include "discern/result.h"
#include "exit_status.h"
#include "options.h"

namespace discern::cli {

// One line (a line end is added). A full disk or closed pipe is remembered for finish_output().
void print(std::string_view line);
// From now on JSON objects that print() writes have the field `sandbox`, too.
void state_in_results(const std::string& sandbox);
void print_bytes(std::string_view bytes);
// Flushes stdout; `incomplete`, with a message, when any of the output could not be written.
ExitStatus finish_output(ExitStatus so_far);

// `discern: error: disc.cue:14:3: text`
void report(const Error& error);
void report_usage(std::string_view command, std::string_view problem);
// Findings as warnings; notes only with --verbose; nothing with --quiet.
void report(const Findings& findings, const Options& options);

// Evidence text made safe for a terminal: control characters and invalid UTF-8 as \xNN.
std::string shown(std::string_view bytes);
// "1 474 560 bytes (1.4 MiB)"
std::string shown_size(std::uint64_t bytes);

// Emphasis for terminals; the text itself elsewhere.
enum class Tone { plain, strong, good, bad, dim };
std::string toned(std::string_view text, Tone tone, const Options& options);

// A line on stderr with rate and time left while long work runs. Also ends work on SIGINT.
class ProgressBar {
 public:
  explicit ProgressBar(const Options& options);
  ~ProgressBar();
  Progress callback();
  void clear();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Set by SIGINT; long work stops at the next block.
void catch_interrupts();
bool interrupted();
// Of the worker (worker.h): what comes from anybody but this process is not for it.
void take_interrupts_from(int process);

}  // namespace discern::cli

#endif
