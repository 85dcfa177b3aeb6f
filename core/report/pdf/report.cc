// SPDX-License-Identifier: Apache-2.0
// report.pdf: what report.json says, for paper and for the file of a case. Long lists are cut and
// say so; the files beside it have all of them.
#include <algorithm>
#include <ostream>

#include "discern/hash_set.h"
#include "discern/object_name.h"
#include "report/pdf/document.h"
#include "report/report_id.h"
#include "report/reproduction.h"
#include "report/summary.h"
#include "report/writers.h"

namespace discern {
namespace {

constexpr std::size_t kMostRows = 300;

using Rows = std::vector<std::vector<std::string>>;

void note_cut(PdfDocument& pdf, std::size_t all, std::string_view file) {
  if (all > kMostRows)
    pdf.paragraph("Only " + std::to_string(kMostRows) + " of " + std::to_string(all) +
                      " are shown here; all are in " + std::string(file) + ".",
                  TextStyle::small);
}

std::string stated(const std::string& text) { return text.empty() ? "not stated" : text; }

void write_opening(PdfDocument& pdf, const Examination& of, const CaseSummary& summary) {
  pdf.paragraph("Examination report", TextStyle::title);
  pdf.paragraph(of.image->path, TextStyle::heading);
  switch (summary.verdict) {
    case CaseVerdict::consistent:
      pdf.bar("Consistent: everything was read, and nothing that was compared differs", 0.10, 0.42,
              0.25);
      break;
    case CaseVerdict::mismatch:
      pdf.bar("Does not match: the evidence contradicts itself or a reference", 0.66, 0.12, 0.12);
      break;
    case CaseVerdict::incomplete:
      pdf.bar("Incomplete: part of the evidence could not be read", 0.60, 0.38, 0.0);
      break;
  }
  const auto damage = container_damage(of);
  pdf.facts({
      {"Data", std::string(name_of(conclusion_of(of))) + " (" + std::to_string(summary.matches) +
                   " comparisons match, " + std::to_string(summary.mismatches) + " differ, " +
                   std::to_string(summary.unverifiable) + " could not be made)"},
      {"Container",
       damage.empty() ? "no damage found" : std::to_string(damage.size()) + " findings of damage"},
      {"Case", stated(of.data.case_number)},
      {"Exhibit", stated(of.data.evidence_number)},
      {"Examiner", stated(of.data.examiner)},
      {"Organisation", stated(of.data.organisation)},
      {"Examined", of.run.started + " to " + of.run.finished + " (clock: " + of.run.clock + ")"},
      {"Report", report_id(of)},
  });
}

void write_evidence(PdfDocument& pdf, const Examination& of) {
  pdf.heading("The evidence");
  Rows rows;
  for (const EvidenceFile& file : of.image->files) {
    if (rows.size() == kMostRows) break;
    const FileFacts& facts = file.source->facts();
    rows.push_back({facts.path, file.role, std::to_string(facts.size),
                    format_time(facts.mtime_ns, Precision::s1, Zone::utc)});
  }
  pdf.paragraph("Format: " + of.image->format + ". Every file was opened for reading only.");
  pdf.table({{"File", 4}, {"Role", 1.2}, {"Bytes", 1.3}, {"Changed last", 2.2}}, rows);
  note_cut(pdf, of.image->files.size(), "report.json");

  rows.clear();
  for (const View& view : of.image->views) {
    if (rows.size() == kMostRows) break;
    rows.push_back({object_name(view), std::to_string(view.source->size()),
                    std::to_string(view.source->size() / std::max(view.sector_size, 1U)) + " of " +
                        std::to_string(view.sector_size),
                    view.derivation});
  }
  pdf.table({{"View", 1.3}, {"Bytes", 1.3}, {"Sectors", 1.4}, {"How it is made", 4}}, rows);
  note_cut(pdf, of.image->views.size(), "report.json");
}

void write_digests(PdfDocument& pdf, const Examination& of) {
  pdf.heading("Digests");
  Rows rows;
  for (const DigestSet& set : of.digests) {
    if (rows.size() >= kMostRows) break;
    const std::uint64_t bad = total_length(set.bad);
    rows.push_back({set.object, std::to_string(set.size) + " bytes" +
                                    (bad > 0 ? ", " + std::to_string(bad) +
                                                   " of them not readable: zeros stand for them"
                                             : "") +
                                    (set.same_as.empty() ? "" : "; the bytes of " + set.same_as)});
    for (const Digest& digest : set.digests)
      rows.push_back({std::string(name_of(digest.algorithm)), digest.hex});
  }
  pdf.facts(rows, TextStyle::mono);
  note_cut(pdf, of.digests.size(), "hashes.csv");
  if (of.tree)
    pdf.facts({{"Root of pieces", of.tree->root},
               {"", "over " + std::to_string(of.tree->leaves.size()) + " pieces of " +
                        std::to_string(of.tree->piece) + " bytes of " + of.tree->object}},
              TextStyle::mono);
}

void write_comparisons(PdfDocument& pdf, const Examination& of) {
  pdf.heading("Comparisons");
  if (of.verifications.empty()) {
    pdf.paragraph(
        "The evidence carries nothing to compare with, and no file of digests was found.");
    return;
  }
  // What differs first: the list may be cut.
  std::vector<const Verification*> order;
  for (const Outcome wanted : {Outcome::mismatch, Outcome::unverifiable, Outcome::match})
    for (const Verification& row : of.verifications)
      if (row.verdict == wanted) order.push_back(&row);
  Rows rows;
  for (const Verification* row : order) {
    if (rows.size() == kMostRows) break;
    std::string what = row->object + ", " + (row->algorithm.empty() ? row->check : row->algorithm);
    if (row->range)
      what += ", bytes " + std::to_string(row->range->offset) + " to " +
              std::to_string(row->range->end());
    rows.push_back({std::string(name_of(row->verdict)), what, row->source,
                    row->verdict == Outcome::match
                        ? row->expected
                        : "expected " + row->expected + ", computed " +
                              (row->computed.empty() ? "nothing" : row->computed)});
  }
  pdf.table({{"Verdict", 1}, {"Of", 1.8}, {"Reference", 2.2}, {"Value", 3, TextStyle::mono}}, rows);
  note_cut(pdf, order.size(), "report.json");
}

void write_areas(PdfDocument& pdf, const Examination& of) {
  if (of.mismatch_areas.empty()) return;
  pdf.heading("Where it does not match");
  Rows rows;
  for (const MismatchArea& area : of.mismatch_areas) {
    if (rows.size() == kMostRows) break;
    std::string sectors;
    if (area.first_lba)
      sectors = std::to_string(*area.first_lba) + " to " +
                std::to_string(area.last_lba.value_or(*area.first_lba));
    std::string files = area.entries.empty() ? "no file" : "";
    for (const std::string& path : area.entries)
      (files += files.empty() ? "" : ", ") += show_name(path).text;
    if (area.more_entries > 0) files += " and " + std::to_string(area.more_entries) + " more";
    rows.push_back({area.object + ", bytes " + std::to_string(area.range.offset) + " to " +
                        std::to_string(area.range.end()),
                    sectors, area.what, files});
  }
  pdf.table({{"Place", 2}, {"Sectors", 1}, {"What", 2.6}, {"Files", 2}}, rows);
  note_cut(pdf, of.mismatch_areas.size(), "report.json");
}

void write_unread(PdfDocument& pdf, const Examination& of) {
  Rows rows;
  std::size_t all = 0;
  for (const DigestSet& set : of.digests) {
    if (!set.same_as.empty()) continue;
    all += set.bad.size();
    for (const ByteRange& bad : set.bad)
      if (rows.size() < kMostRows)
        rows.push_back({set.object, std::to_string(bad.offset), std::to_string(bad.length),
                        "zeros stand for them in the digests"});
  }
  if (rows.empty()) return;
  pdf.heading("What could not be read");
  pdf.table({{"Object", 2}, {"From byte", 1.2}, {"Bytes", 1.2}, {"", 2.4}}, rows);
  note_cut(pdf, all, "report.json");
}

void write_findings(PdfDocument& pdf, const Examination& of) {
  pdf.heading("Findings");
  if (of.findings.empty()) {
    pdf.paragraph("None.");
    return;
  }
  Rows rows;
  for (const Severity wanted : {Severity::damage, Severity::warning, Severity::note})
    for (const Finding& finding : of.findings) {
      if (finding.severity != wanted || rows.size() == kMostRows) continue;
      std::string where = finding.where.file.substr(finding.where.file.find_last_of('/') + 1);
      if (finding.where.offset) where += ", byte " + std::to_string(*finding.where.offset);
      if (finding.where.lba) where += ", LBA " + std::to_string(*finding.where.lba);
      rows.push_back({std::string(name_of(finding.severity)), finding.code, where, finding.text});
    }
  pdf.table({{"", 0.9}, {"Code", 2}, {"Where", 2}, {"What", 4}}, rows);
  note_cut(pdf, of.findings.size(), "findings.jsonl");
}

void write_contents(PdfDocument& pdf, const Examination& of, const CaseSummary& summary) {
  pdf.heading("Files");
  Rows rows = {{"Entries", std::to_string(of.timeline.entries.size()) + " in view " +
                               of.timeline.view + ", deleted ones included (timeline.jsonl)"},
               {"Events", std::to_string(of.timeline.events.size()) + ", " +
                              std::to_string(summary.dated_events) + " of them dated"},
               {"Carved files", of.searched ? std::to_string(of.carved.size()) + " (carved.jsonl)"
                                            : "not looked for: this is a verification"}};
  for (const HashSetFile& set : of.hash_sets)
    rows.push_back({set.notable ? "Notable by" : "Known by", set.path});
  pdf.facts(rows);
  Rows notable;
  std::size_t known = 0;
  std::size_t all = 0;
  for (const DigestSet& set : of.entry_digests) {
    known += standing_of(set) == "known";
    if (standing_of(set) != "notable" || ++all > kMostRows) continue;
    const auto mark = std::ranges::find(set.marks, true, &SetMark::notable);
    const std::string* const value = set.find(mark->algorithm);
    notable.push_back({set.object.substr(set.object.find(':') + 1),
                       value ? std::string(name_of(mark->algorithm)) + " " + *value : "",
                       mark->set});
  }
  if (of.hash_sets.empty()) return;
  pdf.paragraph(std::to_string(known) + " of " + std::to_string(of.entry_digests.size()) +
                " files are known, " + std::to_string(all) + " notable (entries.jsonl).");
  if (all == 0) return;
  pdf.table({{"Notable file", 3}, {"Digest", 3, TextStyle::mono}, {"Hash set", 1.6}}, notable);
  note_cut(pdf, all, "entries.jsonl");
}

void write_run(PdfDocument& pdf, const Examination& of) {
  pdf.heading("The run");
  std::string command;
  for (const std::string& argument : of.run.arguments)
    (command += command.empty() ? "" : " ") += shell_quoted(argument);
  Rows rows = {{"Command", command},
               {"Folder", of.run.working_folder},
               {"Computer", of.run.host + ", " + of.run.system},
               {"User, locale", of.run.user + ", " + of.run.locale},
               {"Processor", of.run.cpu},
               {"Program", "SHA-256 " + of.run.program_sha256},
               {"Known answers", of.run.self_test},
               {"Sandbox", of.run.sandbox},
               {"Earlier entry", of.run.previous_entry}};
  for (const auto& [name, version] : of.run.versions) rows.push_back({name, version});
  pdf.facts(rows, TextStyle::mono);

  pdf.heading("Check it yourself");
  pdf.paragraph(
      "verify.sh computes every digest again with stock programs; sha256sum -c MANIFEST.sha256 "
      "checks this folder; discern verify checks manifest, audit log, signature and time stamp.");
  rows.clear();
  for (const EvidenceFile& file : of.image->files) {
    if (rows.size() == kMostRows) break;
    rows.push_back({"file:" + file.name(), "cat -- " + shell_quoted(file.path())});
  }
  for (const View& view : of.image->views) {
    if (rows.size() == kMostRows) break;
    rows.push_back({object_name(view), reproduction_of(*of.image, view).command});
  }
  pdf.facts(rows, TextStyle::mono);

  pdf.heading("What this report does not say");
  pdf.paragraph(
      "MD5, SHA-1 and CRC-32 are for comparison with older records: different contents with equal "
      "values can be made on purpose; rely on SHA-256. Digests do not show what made the image, "
      "when, and from what. Where bytes could not be read, zeros stand for them in the digests.");
}

}  // namespace

void write_report_pdf(const Examination& examination, std::ostream& out) {
  const CaseSummary summary = summary_of(examination);
  PdfDocument pdf;
  write_opening(pdf, examination, summary);
  write_evidence(pdf, examination);
  write_digests(pdf, examination);
  write_comparisons(pdf, examination);
  write_areas(pdf, examination);
  write_unread(pdf, examination);
  write_findings(pdf, examination);
  write_contents(pdf, examination, summary);
  write_run(pdf, examination);
  pdf.write({"Examination report: " + show_name(examination.image->path).text,
             "discern  " + report_id(examination), examination.run.finished},
            out);
}

}  // namespace discern
