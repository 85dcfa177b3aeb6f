// SPDX-License-Identifier: Apache-2.0
#include "batch_jobs.h"

#include <sys/stat.h>

#include <algorithm>
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

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size();
}

std::string range_text(const Job& job) {
  if (!job.is_part()) return "-";
  return std::to_string(job.range.offset) + "-" + std::to_string(job.range.end()) + "/" +
         std::to_string(job.view_size);
}

// Of a job with a range: not empty and inside the view.
bool parse_range(std::string_view text, Job& job) {
  if (text == "-") return true;
  const std::size_t dash = std::min(text.find('-'), text.size());
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::uint64_t end = 0;
  if (slash == text.size() || dash > slash ||
      !parse_number(text.substr(0, dash), job.range.offset) ||
      !parse_number(text.substr(dash + 1, slash - dash - 1), end) ||
      !parse_number(text.substr(slash + 1), job.view_size))
    return false;
  if (job.range.offset >= end || end > job.view_size) return false;
  job.range.length = end - job.range.offset;
  return true;
}

std::optional<Job> parse_job(std::string_view line) {
  std::string_view fields[6];
  for (std::string_view& field : fields) {
    const std::size_t end = &field == std::end(fields) - 1 ? line.size() : line.find('\t');
    if (end == std::string_view::npos) return std::nullopt;
    field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  Job job;
  job.operation = fields[1];
  job.image = unescaped(fields[5]);
  if (!parse_number(fields[2], job.size) || !parse_number(fields[3], job.mtime_ns) ||
      !parse_range(fields[4], job))
    return std::nullopt;
  job.id = id_of(job);
  return job.id == fields[0] ? std::optional(std::move(job)) : std::nullopt;
}

}  // namespace

bool does(const Job& job, std::string_view operation) {
  return ("," + job.operation + ",").find("," + std::string(operation) + ",") != std::string::npos;
}

std::string id_of(const Job& job) {
  std::string tuple(kRecordVersion);
  for (const std::string& part :
       {job.image, job.operation, std::to_string(job.size), std::to_string(job.mtime_ns)})
    (tuple += '\0') += part;
  if (job.is_part()) (tuple += '\0') += range_text(job);
  return hex_digest(Algorithm::sha256, as_bytes(tuple));
}

std::string name_of_range(const Job& job) {
  if (!job.is_part()) return {};
  return "bytes " + std::to_string(job.range.offset) + " to " + std::to_string(job.range.end() - 1);
}

std::string name_of_jobs(std::span<const Job> jobs) {
  return std::ranges::any_of(jobs, &Job::is_part) ? "jobs" : "images";
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
         std::to_string(job.mtime_ns) + '\t' + range_text(job) + '\t' + escaped(job.image);
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
