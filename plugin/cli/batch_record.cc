// SPDX-License-Identifier: Apache-2.0
#include "batch_record.h"

#include "discern/json.h"

namespace discern::cli {

void add_findings(const Job& job, const Findings& findings, Record& record) {
  for (const Finding& finding : findings) {
    JsonWriter json(record.lines);
    json.begin_object()
        .field("schema", "discern/finding/1")
        .field("image", job.image)
        .field("code", finding.code)
        .field("severity", name_of(finding.severity))
        .field("where", describe(finding.where))
        .field("text", finding.text)
        .end_object();
    record.lines += '\n';
  }
}

void add_end(const Job& job, Record& record) {
  JsonWriter json(record.lines);
  json.begin_object()
      .field("schema", "discern/record/1")
      .field("id", job.id)
      .field("image", job.image)
      .field("operation", job.operation)
      .field("size", job.size);
  if (job.is_part())
    json.key("range")
        .begin_object()
        .field("offset", job.range.offset)
        .field("length", job.range.length)
        .field("of", job.view_size)
        .end_object();
  json.field("status", static_cast<int>(record.status))
      .field("verdict", record.verdict)
      .field("sandbox", record.sandbox)
      .end_object();
  record.lines += '\n';
}

std::string begin_of_end(const Job& job) {
  return R"({"schema":"discern/record/1","id":")" + job.id + '"';
}

}  // namespace discern::cli
