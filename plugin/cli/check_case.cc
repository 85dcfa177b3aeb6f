// SPDX-License-Identifier: Apache-2.0
// verify of a case folder: what of it was changed, added, removed, reordered or signed by others.
#include "command.h"
#include "console.h"
#include "discern/case_folder.h"
#include "discern/json.h"
#include "examination.h"

namespace discern::cli {
namespace {

void print_problem(const std::string& folder, const CaseProblem& problem, const Options& options) {
  if (!options.json) {
    std::string code = problem.code;
    code.resize(13, ' ');
    print(toned(code, Tone::bad, options) + shown(problem.file) + "  " + shown(problem.text));
    return;
  }
  std::string line;
  JsonWriter json(line);
  json.begin_object().field("schema", "discern/verify/1").field("image", shown(folder));
  json.field("object", "case:" + shown(problem.file)).field("check", problem.code);
  json.field("expected", "").field("computed", shown(problem.text));
  json.field("source", "case folder").field("verdict", "mismatch").end_object();
  print(line);
}

}  // namespace

ExitStatus check_case(const std::string& folder, const Options& options) {
  if (!options.timestamp_reply.empty())
    if (const Status taken = take_timestamp_reply(folder, options.timestamp_reply); !taken)
      return failed(taken.error());
  const auto check = check_case_folder(folder, options.signer);
  if (!check) return failed(check.error());
  for (const CaseProblem& problem : check->problems) print_problem(folder, problem, options);
  if (options.json) {
    std::string line;
    JsonWriter json(line);
    json.begin_object().field("schema", "discern/case/1").field("folder", shown(folder));
    json.field("files", check->files).field("audit_entries", check->audit_entries);
    json.field("signature", check->signature).field("timestamp", check->timestamp);
    json.field("problems", check->problems.size()).end_object();
    print(line);
  } else {
    print(shown(folder) + ": " + std::to_string(check->files) + " files, " +
          std::to_string(check->audit_entries) + " audit entries, signature " + check->signature +
          ", time stamp " + check->timestamp + ", " +
          (check->problems.empty() ? "nothing was changed"
                                   : std::to_string(check->problems.size()) + " problems"));
  }
  return check->problems.empty() ? ExitStatus::consistent : ExitStatus::differs;
}

}  // namespace discern::cli
