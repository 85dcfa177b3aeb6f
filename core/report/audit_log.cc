// SPDX-License-Identifier: Apache-2.0
// The audit log: each line holds the digest of the line before, so that none can be changed, taken
// out or moved without the ones behind it.

#include <utility>

#include "discern/case_folder.h"
#include "discern/json.h"
#include "discern/report.h"
#include "report/report_id.h"

namespace discern {
namespace {

constexpr char kAudit[] = "/audit.jsonl";

// Empty when there is no log. A log that cannot be read must not be taken for one: the next entry
// would be its first.
Result<std::string> log_of(const std::string& folder) {
  auto text = read_whole_file(folder + kAudit);
  if (!text && text.error().code == Errc::missing) return std::string();
  return text;
}

}  // namespace

Result<std::string> audit_head(const std::string& folder) {
  auto log = log_of(folder);
  if (!log) return log.error();
  std::string text = std::move(*log);
  if (text.empty()) return std::string(64, '0');
  if (text.back() != '\n') return Error{Errc::corrupt, "its last line is cut", folder + kAudit};
  text.pop_back();
  const std::size_t start = text.rfind('\n');
  return hex_digest(Algorithm::sha256,
                    as_bytes(start == std::string::npos ? text : text.substr(start + 1)));
}

Status append_audit(const std::string& folder, const Examination& examination,
                    const std::string& signer) {
  const auto previous = audit_head(folder);
  if (!previous) return previous.error();
  const RunRecord& run = examination.run;
  const auto text = log_of(folder);
  if (!text) return text.error();
  std::string line;
  JsonWriter json(line);
  json.begin_object().field("schema", "discern/audit/1").field("previous", *previous);
  json.field("action", examination.searched ? "examine" : "verify")
      .field("started", run.started)
      .field("finished", run.finished);
  json.key("arguments").begin_array();
  for (const std::string& argument : run.arguments) json.value(argument);
  json.end_array().field("working_folder", run.working_folder).field("host", run.host);
  json.field("user", run.user).field("program_sha256", run.program_sha256);
  for (const auto& [name, version] : run.versions)
    if (name == "discern") json.field("discern", version);
  json.field("report_id", report_id(examination));
  json.field("conclusion", name_of(conclusion_of(examination)));
  json.field("verdict", name_of(verdict_of(examination)));
  json.field("signer", signer).end_object();
  return write_whole_file(folder + kAudit,
                          [&](std::ostream& out) { out << *text << line << '\n'; });
}

}  // namespace discern
