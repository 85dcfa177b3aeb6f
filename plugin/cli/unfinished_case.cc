// SPDX-License-Identifier: Apache-2.0
#include "unfinished_case.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "command.h"
#include "discern/case_folder.h"
#include "discern/folder.h"
#include "discern/json.h"
#include "discern/report.h"
#include "run_record.h"

namespace discern::cli {
namespace {

namespace fs = std::filesystem;

// Names that begin with the manifest's are in no manifest.
constexpr const char* kMark = "/MANIFEST.sha256.unfinished";
constexpr const char* kAudit = "/audit.jsonl";
constexpr std::string_view kNoEntry = "no audit log before it";

std::string text_of(const std::string& path) {
  auto text = read_whole_file(path);
  return text ? std::move(*text) : std::string();
}

// What makes it the same run, as the audit log writes it; --resume aside.
std::string run_text() {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("arguments").begin_array();
  const std::vector<std::string>& arguments = process_arguments();
  for (std::size_t i = 1; i < arguments.size(); ++i)
    if (arguments[i] != "--resume") json.value(arguments[i]);
  json.end_array().field("working_folder", process_record().working_folder);
  return text.substr(text.find('[') + 1);
}

bool same_run(std::string entry) {
  constexpr std::string_view kResume = ",\"--resume\"";
  for (std::size_t at = 0; (at = entry.find(kResume, at)) != std::string::npos;)
    entry.erase(at, kResume.size());
  return entry.find("," + run_text() + ",") != std::string::npos;
}

std::string last_line(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
}

std::string field_of(const std::string& line, std::string_view name) {
  const std::string begin = "\"" + std::string(name) + "\":\"";
  const std::size_t at = line.rfind(begin);
  if (at == std::string::npos) return {};
  const std::size_t from = at + begin.size();
  return line.substr(from, line.find('"', from) - from);
}

}  // namespace

Result<CaseState> state_of_case(const std::string& folder, const Options& options) {
  std::error_code error;
  const auto names = names_in(folder);
  if (!names && names.error().code != Errc::missing) return names.error();
  if (!names || names->empty()) return CaseState{};
  const auto other = [&](const std::string& why) {
    return Error{Errc::io, "cannot be resumed: " + why, folder};
  };
  if (fs::exists(folder + kMark, error)) {
    if (text_of(folder + kMark).find("," + run_text() + ",") == std::string::npos)
      return other("it was begun with other arguments or in another working folder");
    return CaseState{CaseState::Kind::unfinished};
  }
  // Killed while the mark was written: nothing else had begun.
  if (names->size() == 1 && "/" + names->front() == std::string(kMark) + ".partial")
    return CaseState{};
  if (!is_case_folder(folder)) return other("there is no case in it");
  const std::string entry = last_line(text_of(folder + kAudit));
  if (!same_run(entry)) return other("it is of other arguments or another working folder");
  const auto check = check_case_folder(folder);
  if (!check) return check.error();
  if (!check->problems.empty())
    return other(check->problems.front().file + " " + check->problems.front().text);
  if (!options.sign.empty() && check->signature == "none") return other("it is not signed");
  return CaseState{CaseState::Kind::finished, field_of(entry, "verdict")};
}

Status begin_case(const std::string& folder) {
  std::error_code error;
  const bool logged = fs::exists(folder + kAudit, error);
  return write_whole_file(folder + kMark, [&](std::ostream& out) {
    out << "This case is not finished. The same command with --resume goes on.\n," << run_text()
        << ",\n"
        << (logged ? "with an audit log before it" : kNoEntry) << "\n";
  });
}

Status clear_case(const std::string& folder) {
  const bool logged = text_of(folder + kMark).find(kNoEntry) == std::string::npos;
  std::vector<fs::path> left;
  for (const ReportWriter& writer : report_writers())
    left.push_back(folder + "/" + std::string(writer.file));
  for (const char* name : {"MANIFEST.sha256", "MANIFEST.sha256.sig", "MANIFEST.sha256.tsq"})
    left.push_back(folder + "/" + name);
  if (!logged) left.push_back(folder + kAudit);
  const std::size_t files = left.size();
  for (std::size_t i = 0; i < files; ++i) left.push_back(left[i].string() + ".partial");
  left.push_back(folder + kAudit + ".partial");
  left.push_back(folder + "/carved");
  for (const fs::path& path : left)
    if (const Status removed = remove_whole(path.string()); !removed) return removed.error();
  return Done{};
}

Status end_case(const std::string& folder) {
  if (::unlink((folder + kMark).c_str()) != 0)
    return Error{Errc::io, std::generic_category().message(errno), folder + kMark};
  return Done{};
}

}  // namespace discern::cli
