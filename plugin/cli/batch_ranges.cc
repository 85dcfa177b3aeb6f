// SPDX-License-Identifier: Apache-2.0
// A range keeps all files that begin in it, also those that lie inside others, with what is needed
// to tell: one before it may reach over it. Who merges has them all, and makes the choice that
// carving the whole view makes.
#include "batch_ranges.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <optional>

#include "batch_record.h"
#include "discern/json.h"
#include "discern/report.h"
#include "examination.h"

namespace discern::cli {
namespace {

namespace bj = boost::json;

constexpr std::string_view kCandidate = R"({"schema":"discern/candidate/1",)";
constexpr std::string_view kFinding = R"({"schema":"discern/finding/1",)";
constexpr std::string_view kCarved = R"(,"carved":)";
constexpr std::string_view kEndOfCarved = R"(,"file":null})";  // batch writes no files

void add_nesting(JsonWriter& json, std::string_view name, const Nesting& nesting) {
  json.key(name)
      .begin_object()
      .field("length", nesting.length)
      .field("validated", name_of(nesting.soundness));
  json.key("further").begin_array();
  for (const ByteRange& part : nesting.further)
    json.begin_object().field("offset", part.offset).field("length", part.length).end_object();
  json.end_array().end_object();
}

std::uint64_t number(const bj::object& object, std::string_view name) {
  return object.at(name).to_number<std::uint64_t>();
}

// Throws what Boost.JSON and std::optional throw.
Nesting nesting_of(const bj::object& line, std::string_view name) {
  const bj::object& object = line.at(name).as_object();
  Nesting nesting{.offset = number(line, "offset"), .length = number(object, "length")};
  const std::string_view validated = object.at("validated").as_string();
  std::optional<Soundness> soundness;
  for (const Soundness one :
       {Soundness::complete, Soundness::truncated, Soundness::damaged, Soundness::first_fragment})
    if (name_of(one) == validated) soundness = one;
  nesting.soundness = soundness.value();
  nesting.holds = line.at("holds").as_bool();
  nesting.cluster = line.at("cluster").to_number<std::uint32_t>();
  for (const bj::value& part : object.at("further").as_array())
    nesting.further.push_back(
        {number(part.as_object(), "offset"), number(part.as_object(), "length")});
  return nesting;
}

// What the records of an image's jobs hold.
struct Parts {
  std::string others;    // lines of what is no carving
  std::string findings;  // lines
  std::vector<RangeFile> files;
  std::vector<std::string> lines;  // discern/carve/1, of `files`
  std::vector<bool> left_out;      // of `files`
};

// Throws as nesting_of().
void add_candidate(std::string_view text, Parts& parts) {
  const bj::value parsed = bj::parse(text);
  const bj::object& line = parsed.as_object();
  RangeFile found{
      .file = {}, .alone = nesting_of(line, "alone"), .joined = nesting_of(line, "joined")};
  found.file.offset = found.alone.offset;
  found.file.sha256 = std::string_view(line.at("carved").as_object().at("sha256").as_string());
  parts.files.push_back(std::move(found));
  parts.left_out.push_back(line.at("left_out").as_bool());
  text.remove_prefix(text.find(kCarved) + kCarved.size());
  text.remove_suffix(1);
  parts.lines.emplace_back(text);
}

// The last line of a record. Throws as nesting_of().
Record end_of(std::string_view text) {
  const bj::value parsed = bj::parse(text);
  const bj::object& line = parsed.as_object();
  const auto status = line.at("status").to_number<int>();
  return {{},
          static_cast<ExitStatus>(status),
          std::string(std::string_view(line.at("verdict").as_string())),
          std::string(std::string_view(line.at("sandbox").as_string()))};
}

// The carved files that count, as lines, and a finding about those that nobody wanted.
void add_carved(const Parts& parts, Record& record, Findings& findings) {
  const std::vector<bool> found = found_by_all(parts.files);
  std::map<std::string_view, std::uint64_t> first;  // by digest
  std::size_t out = 0;
  for (std::size_t i = 0; i < parts.files.size(); ++i) {
    if (!found[i]) continue;
    const CarvedFile& file = parts.files[i].file;
    std::string line = parts.lines[i];
    if (!file.sha256.empty()) {
      const auto [earlier, fresh] = first.emplace(file.sha256, file.offset);
      if (!fresh)
        line.insert(line.size() - kEndOfCarved.size(),
                    R"(,"duplicate_of":)" + std::to_string(earlier->second));
    }
    if (parts.left_out[i])
      ++out;
    else
      record.lines += line + '\n';
  }
  if (out > 0) findings.push_back(left_out_finding(out));
}

// Adds the record of a job. Findings of the image itself are in all records: `first` has them.
Result<Record> read_record(const PlannedJob& planned, bool first, Parts& parts) {
  const std::string path = record_path(planned.folder, planned.job);
  std::ifstream in(path, std::ios::binary);
  std::optional<Record> end;
  try {
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with(begin_of_end(planned.job)))
        end = end_of(line);
      else if (line.starts_with(kCandidate))
        add_candidate(line, parts);
      else if (!line.starts_with(kFinding))
        parts.others += line + '\n';
      else if (first)
        parts.findings += line + '\n';
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& problem) {
    return Error{Errc::corrupt, std::string("not as a range is written: ") + problem.what(), path};
  }
  if (!end) return Error{Errc::corrupt, "the record has no end; remove it and run again", path};
  return *std::move(end);
}

Error planned_twice(const PlannedJob& planned, const std::string& what) {
  return {Errc::corrupt, "planned twice, " + what + "; merge one of the two", planned.job.image};
}

}  // namespace

std::string candidate_line(const Image& image, const View& view, const RangeFile& found,
                           bool left_out) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("schema", "discern/candidate/1")
      .field("offset", found.alone.offset)
      .field("holds", found.alone.holds)
      .field("cluster", found.alone.cluster);
  add_nesting(json, "alone", found.alone);
  add_nesting(json, "joined", found.joined);
  json.field("left_out", left_out);
  return out + std::string(kCarved) + json_of(image, view, found.file) + '}';
}

Status check_parts(std::span<const PlannedJob> parts) {
  std::uint64_t at = 0;
  const PlannedJob* whole = nullptr;
  const PlannedJob* range = nullptr;
  for (const PlannedJob& part : parts) {
    const Job& job = part.job;
    const Job& other = parts.front().job;
    if (job.size != other.size || job.mtime_ns != other.mtime_ns)
      return planned_twice(part, "before and after it changed");
    if (!job.is_part()) {
      if (whole) return planned_twice(part, "with other operations or before it changed");
      whole = &part;
      continue;
    }
    if (range && job.view_size != range->job.view_size)
      return planned_twice(part, "with another view");
    range = &part;
    if (job.range.offset < at)
      return planned_twice(part, name_of_range(job) + " in ranges of other sizes");
    if (job.range.offset > at) break;
    at = job.range.end();
  }
  if (!range) return Done{};
  if (whole && does(whole->job, "carve")) return planned_twice(*whole, "whole and in ranges");
  if (at == range->job.view_size) return Done{};
  const std::uint64_t next =
      range->job.range.offset > at ? range->job.range.offset : range->job.view_size;
  return Error{Errc::missing,
               "bytes " + std::to_string(at) + " to " + std::to_string(next - 1) +
                   " are in no range of the plan",
               range->job.image};
}

Result<std::string> record_of_parts(std::span<const PlannedJob> parts) {
  Parts all;
  Record record;
  Job job = parts.front().job;  // becomes that of the whole image
  job.range = {};
  job.operation.clear();
  for (const std::string_view operation : kOperations)
    if (std::ranges::any_of(parts,
                            [&](const PlannedJob& part) { return does(part.job, operation); }))
      (job.operation += job.operation.empty() ? "" : ",") += operation;
  job.id = id_of(job);
  for (const PlannedJob& part : parts) {
    const auto end = read_record(part, &part == &parts.front(), all);
    if (!end) return end.error();
    if (&part == &parts.front() || end->status > record.status) {
      record.status = end->status;
      record.verdict = end->verdict;
      if (end->status == ExitStatus::incomplete && part.job.is_part())
        record.verdict = name_of_range(part.job) + ": " + record.verdict;
    }
    if (record.sandbox.find(end->sandbox) == std::string::npos)
      (record.sandbox += record.sandbox.empty() ? "" : "; elsewhere ") += end->sandbox;
  }
  record.lines = std::move(all.others);
  Findings findings;
  // With a range missing nobody knows what its files hold.
  if (record.status != ExitStatus::incomplete) add_carved(all, record, findings);
  record.lines += all.findings;
  add_findings(job, findings, record);
  add_end(job, record);
  return std::move(record.lines);
}

}  // namespace discern::cli
