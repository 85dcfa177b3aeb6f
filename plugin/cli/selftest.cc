// SPDX-License-Identifier: Apache-2.0
// selftest: known answers, computed by the installed program and its libraries.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "command.h"
#include "console.h"
#include "discern/folder.h"
#include "discern/json.h"
#include "discern/report.h"
#include "discern/timeline.h"
#include "examination.h"
#include "help.h"
#include "known_answers.h"
#include "launch.h"
#include "reach.h"

extern char** environ;

namespace discern::cli {
namespace {

namespace fs = std::filesystem;
using Verdict = Outcome::Verdict;

// A folder of this run, removed with all that is in it.
class Scratch {
 public:
  Scratch() {
    std::error_code error;
    path_ = (fs::temp_directory_path(error) / "discern-selftest-XXXXXX").string();
    if (error || !mkdtemp(path_.data())) path_.clear();
  }
  ~Scratch() {
    try {
      if (!path_.empty()) (void)remove_whole(path_);
    } catch (const std::bad_alloc&) {  // the folder stays
    }
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::skipped:
      return "skipped";
    case Verdict::incomplete:
      break;
  }
  return "incomplete";
}

ExitStatus status_of(Verdict verdict) {
  return verdict == Verdict::fail         ? ExitStatus::differs
         : verdict == Verdict::incomplete ? ExitStatus::incomplete
                                          : ExitStatus::consistent;
}

// What this program, called with `arguments`, prints on stdout; stderr is left as it is.
std::string output_of_self(const std::string& scratch, std::vector<std::string> arguments) {
  const std::string path = scratch + "/output";
  std::error_code error;
  std::string self = fs::read_symlink("/proc/self/exe", error).string();
  if (error) return {};
  std::vector<char*> argv = {self.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, path.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t child = 0;
  const int refused = posix_spawn(&child, self.c_str(), &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (refused) return {};
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  auto text = read_whole_file(path);
  return text ? std::move(*text) : std::string();
}

Outcome plugin(const std::string&) {
  const auto library = plugin_library();
  if (!library) return failed_because("libdiscern-tsk.so is not beside this program");
  return {.text = *library};
}

// fls of Debian's sleuthkit, if it is here, lists the files of an IMZ that it knows nothing of.
Outcome preloaded(const std::string& scratch) {
  const auto found = reach_of("fls");
  if (!found) return {Verdict::skipped, "there is no fls in PATH"};
  if (found->reach == Reach::no) return {Verdict::skipped, found->program + ": " + found->why};
  const std::string path = scratch + "/floppy.imz";
  if (!write_sample(path, packed_floppy()))
    return {Verdict::incomplete, "no temporary file can be written"};
  const std::string listed = output_of_self(scratch, {"run", "--", "fls", "-F", "-p", path});
  constexpr std::string_view kExpected =
      "r/r 3:\tminutes.txt\nr/r 4:\tdot.gif\nr/r * 5:\t_ecret.txt\n";
  if (!listed.starts_with(kExpected))
    return failed_because("`discern run -- fls` on an IMZ listed: " + listed);
  return {.text = found->program + " lists the files of an IMZ"};
}

std::vector<KnownAnswer> all_answers() {
  std::vector<KnownAnswer> all;
  for (const auto& part : {digest_answers(), sector_answers(), image_answers()})
    all.insert(all.end(), part.begin(), part.end());
  all.push_back({"plugin:present", "the installation", plugin});
  all.push_back({"plugin:fls", "The Sleuth Kit", preloaded});
  return all;
}

void print_outcome(const KnownAnswer& answer, const Outcome& outcome, const Options& options) {
  if (options.json) {
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("schema", "discern/selftest/1")
        .field("test", answer.test)
        .field("source", answer.source)
        .field("verdict", name_of(outcome.verdict))
        .field("text", show_name(outcome.text).text)
        .end_object();
    print(line);
    return;
  }
  std::string verdict(name_of(outcome.verdict));
  verdict.resize(11, ' ');
  std::string test(answer.test);
  test.resize(16, ' ');
  const Tone tone = outcome.verdict == Verdict::pass      ? Tone::good
                    : outcome.verdict == Verdict::skipped ? Tone::dim
                                                          : Tone::bad;
  print(toned(verdict, tone, options) + test + " " + shown(outcome.text) + " (" +
        std::string(answer.source) + ")");
}

}  // namespace

ExitStatus run_selftest(const Options& options) {
  const Scratch scratch;
  if (scratch.path().empty())
    return failed({Errc::io, "no temporary folder can be made; TMPDIR names another place"});
  ExitStatus status = ExitStatus::consistent;
  std::size_t passed = 0;
  const std::vector<KnownAnswer> answers = all_answers();
  for (const KnownAnswer& answer : answers) {
    const Outcome outcome = answer.run(scratch.path());
    passed += outcome.verdict == Verdict::pass ? 1 : 0;
    status = worst(status, status_of(outcome.verdict));
    print_outcome(answer, outcome, options);
  }
  if (!options.json)
    print(version_line() + ": " + std::to_string(passed) + " of " + std::to_string(answers.size()) +
          " passed");
  return status;
}

}  // namespace discern::cli
