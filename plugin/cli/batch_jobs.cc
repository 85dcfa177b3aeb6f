// SPDX-License-Identifier: Apache-2.0
#include "batch_jobs.h"

#include <sys/stat.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include "discern/digest.h"

namespace discern::cli {
namespace {

// Part of every id: changes when records of an older program would say something else.
constexpr std::string_view kRecordVersion = "discern/record/1";

std::string escaped(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    ++i;
    out += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
  }
  return out;
}

std::string id_of(const Job& job) {
  std::string tuple(kRecordVersion);
  for (const std::string& part :
       {job.image, job.operation, std::to_string(job.size), std::to_string(job.mtime_ns)})
    (tuple += '\0') += part;
  return hex_digest(Algorithm::sha256, as_bytes(tuple));
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size();
}

std::optional<Job> parse_job(std::string_view line) {
  std::string_view fields[5];
  for (std::string_view& field : fields) {
    const std::size_t end = &field == std::end(fields) - 1 ? line.size() : line.find('\t');
    if (end == std::string_view::npos) return std::nullopt;
    field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  Job job;
  job.operation = fields[1];
  job.image = unescaped(fields[4]);
  if (!parse_number(fields[2], job.size) || !parse_number(fields[3], job.mtime_ns))
    return std::nullopt;
  job.id = id_of(job);
  return job.id == fields[0] ? std::optional(std::move(job)) : std::nullopt;
}

}  // namespace

bool does(const Job& job, std::string_view operation) {
  return ("," + job.operation + ",").find("," + std::string(operation) + ",") != std::string::npos;
}

Result<Job> make_job(const std::string& image, const std::string& operation) {
  std::error_code error;
  Job job;
  job.operation = operation;
  job.image = std::filesystem::absolute(image, error).string();
  struct stat facts = {};
  if (error || ::stat(job.image.c_str(), &facts) != 0)
    return Error{Errc::missing, "no such file", image};
  job.size = static_cast<std::uint64_t>(facts.st_size);
  job.mtime_ns = facts.st_mtim.tv_sec * std::int64_t{1000000000} + facts.st_mtim.tv_nsec;
  job.id = id_of(job);
  return job;
}

std::string plan_path(const std::string& folder) { return folder + "/plan.tsv"; }

std::string record_path(const std::string& folder, const Job& job) {
  return folder + "/records/" + job.id.substr(0, 2) + "/" + job.id + ".jsonl";
}

std::string line_of(const Job& job) {
  return job.id + '\t' + job.operation + '\t' + std::to_string(job.size) + '\t' +
         std::to_string(job.mtime_ns) + '\t' + escaped(job.image);
}

Result<std::vector<Job>> read_plan(const std::string& folder) {
  const std::string path = plan_path(folder);
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return Error{Errc::missing, "there is no plan; make one with `discern batch plan`", path};
  std::vector<Job> jobs;
  std::uint32_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    auto job = parse_job(line);
    if (!job)
      return Error{Errc::corrupt, "this is no job of a plan", path, std::nullopt, number, 1};
    jobs.push_back(std::move(*job));
  }
  return jobs;
}

}  // namespace discern::cli
