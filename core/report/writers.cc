// SPDX-License-Identifier: Apache-2.0
// The files of a case folder.

#include "report/writers.h"

#include <array>
#include <ostream>

namespace discern {
namespace {

template <const char* id>
void write_timeline(const Examination& examination, std::ostream& out) {
  find_timeline_writer(id)->write(examination.timeline, out);
}
constexpr char kJsonl[] = "jsonl";
constexpr char kCsv[] = "csv";
constexpr char kBody[] = "body";
constexpr char kHtml[] = "html";

void write_carved_jsonl(const Examination& examination, std::ostream& out) {
  for (const CarvedFile& file : examination.carved)
    out << json_of(*examination.image, *examination.view, file) << '\n';
}

void write_entries_jsonl(const Examination& examination, std::ostream& out) {
  for (const DigestSet& set : examination.entry_digests)
    out << json_of(*examination.image, set) << '\n';
}

void write_findings_jsonl(const Examination& examination, std::ostream& out) {
  for (const Finding& finding : examination.findings) out << json_of(finding) << '\n';
}

}  // namespace

std::span<const ReportWriter> report_writers() {
  static constexpr std::array kWriters{
      ReportWriter{"report.html", "the report to read, in one page", write_report_page},
      ReportWriter{"report.pdf", "the report for paper", write_report_pdf},
      ReportWriter{"report.json", "the whole report for programs", write_report_json},
      ReportWriter{"report.dfxml", "digests and files as Digital Forensics XML", write_dfxml},
      ReportWriter{"case.jsonld", "digests and the action as CASE/UCO", write_case_jsonld},
      ReportWriter{"verify.sh", "computes every digest again with stock programs",
                   write_verify_script},
      ReportWriter{"declaration.txt", "unsigned template of a declaration under FRE 902(14)",
                   write_declaration},
      ReportWriter{"hashes.csv", "digests of every evidence file and view", write_hashes_csv},
      ReportWriter{"timeline.jsonl", "every event with its provenance", write_timeline<kJsonl>},
      ReportWriter{"timeline.csv", "every event as mactime lists it", write_timeline<kCsv>},
      ReportWriter{"timeline.body", "bodyfile for mactime and plaso", write_timeline<kBody>},
      ReportWriter{"timeline.html", "every event to look at, offline", write_timeline<kHtml>},
      ReportWriter{"carved.jsonl", "every carved file with its runs", write_carved_jsonl},
      ReportWriter{"entries.jsonl", "digests of each file, and what hash sets say of it",
                   write_entries_jsonl},
      ReportWriter{"findings.jsonl", "every finding with its place", write_findings_jsonl},
  };
  return kWriters;
}

}  // namespace discern
