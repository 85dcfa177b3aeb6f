// SPDX-License-Identifier: Apache-2.0
// The verdict in plain words: what was read, what was not, what does not match.

#include <array>

#include "report/page/sections.h"

namespace discern {
namespace {

// Short values stand in the sentence; digests are in the table of comparisons.
void write_reason(Markup& page, const Verification& verification) {
  constexpr std::size_t kShort = 20;
  page << "<li>" << verification.object << ", ";
  if (verification.algorithm.empty())
    page << verification.check;
  else
    page << verification.algorithm;
  if (verification.range)
    page << " of bytes " << verification.range->offset << " to " << verification.range->end();
  page << ": ";
  if (verification.expected.size() <= kShort && verification.computed.size() <= kShort)
    page << verification.computed << " instead of " << verification.expected << " ("
         << verification.source << ")</li>";
  else
    page << "not the value of " << verification.source << "</li>";
}

// Why the verdict is what it is, most important first.
void write_reasons(Markup& page, const Case& of) {
  constexpr std::size_t kMaxReasons = 5;
  std::size_t reasons = 0;
  page << "<ul class=\"reasons\">";
  for (const Verification& verification : of.examination.verifications)
    if (verification.verdict == Outcome::mismatch && ++reasons <= kMaxReasons)
      write_reason(page, verification);
  for (const DigestSet* digests : of.summary.unread) {
    if (++reasons > kMaxReasons) continue;
    page << "<li>";
    page.count(total_length(digests->bad), "byte", "bytes")
        << " of " << digests->object << " could not be read</li>";
  }
  // Damage mostly says in other words what stands above already.
  if (reasons == 0)
    for (const Finding& finding : of.examination.findings)
      if (finding.severity == Severity::damage && ++reasons <= kMaxReasons)
        page << "<li>" << finding.text << "</li>";
  if (reasons > kMaxReasons) page << "<li>and " << reasons - kMaxReasons << " more, see below</li>";
  if (reasons == 0) page << "<li>Sector checks fail, see the table of sectors</li>";
  page << "</ul>";
}

void write_verdict(Markup& page, const Case& of) {
  const CaseSummary& summary = of.summary;
  const std::size_t compared = summary.matches + summary.mismatches;
  page << "<div class=\"verdict " << name_of(summary.verdict) << "\">";
  switch (summary.verdict) {
    case CaseVerdict::consistent:
      page << "<svg class=\"sign\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">"
              "<circle cx=\"24\" cy=\"24\" r=\"21\"/><path d=\"M14 25l7 7 14-16\"/></svg><div>";
      if (compared > 0)
        page << "<p class=\"word\">Consistent</p><p>Everything was read, and everything that could "
                "be compared matches.</p>";
      else
        page
            << "<p class=\"word\">Complete</p><p>Everything was read. The evidence carries nothing "
               "to compare the digests with.</p>";
      break;
    case CaseVerdict::mismatch:
      page << "<svg class=\"sign\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">"
              "<path d=\"M16 3h16l13 13v16L32 45H16L3 32V16z\"/><path d=\"M16 16l16 16M32 16L16 "
              "32\"/></svg><div><p class=\"word\">Does not match</p><p>The evidence contradicts "
              "itself or a reference.</p>";
      break;
    case CaseVerdict::incomplete:
      page << "<svg class=\"sign\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">"
              "<path d=\"M24 4l21 39H3z\"/><path d=\"M24 17v12M24 35v2\"/></svg><div>"
              "<p class=\"word\">Incomplete</p><p>Part of the evidence could not be read. What "
              "could "
              "be read is in this report.</p>";
      break;
  }
  if (summary.verdict != CaseVerdict::consistent) write_reasons(page, of);
  page << "</div></div>";
}

void write_read(Markup& page, const Case& of) {
  std::uint64_t total = 0;
  for (const EvidenceFile& file : of.image.files) total += file.source->size();
  page << "<div class=\"fact\"><h3>What was read</h3><p class=\"figure\">";
  page.count(of.image.files.size(), "evidence file", "evidence files") << "</p><p>";
  page.bytes(total) << ", ";
  page.count(of.image.views.size(), "view", "views") << " of the medium, ";
  page.count(of.examination.timeline.entries.size(), "file or folder", "files and folders")
      << ".</p></div>";
}

void write_unread(Markup& page, const Case& of) {
  const auto& unread = of.summary.unread;
  page << "<div class=\"fact\"><h3>What was not</h3>";
  if (unread.empty() && of.summary.unread_sectors == 0) {
    page << "<p class=\"figure\">Nothing is missing</p><p>Every byte of every evidence file and "
            "view was delivered.</p></div>";
    return;
  }
  page << "<p class=\"figure\">";
  if (unread.empty()) {
    page.count(of.summary.unread_sectors, "sector", "sectors") << "</p><p>";
  } else {
    page.count(total_length(unread.front()->bad), "byte", "bytes") << "</p><p>in ";
    page.count(unread.front()->bad.size(), "range", "ranges")
        << " of " << unread.front()->object << ". ";
    for (std::size_t i = 1; i < unread.size() && i < 4; ++i) {
      page << "Also ";
      page.count(total_length(unread[i]->bad), "byte", "bytes")
          << " of " << unread[i]->object << ". ";
    }
  }
  page << "Digests treat them as zeros.</p></div>";
}

void write_mismatches(Markup& page, const Case& of) {
  const CaseSummary& summary = of.summary;
  const std::size_t compared = summary.matches + summary.mismatches;
  page << "<div class=\"fact\"><h3>What does not match</h3><p class=\"figure\">";
  if (summary.mismatches > 0)
    page << summary.mismatches << " of ";
  else if (compared > 0)
    page << "None of ";
  if (compared > 0)
    page.count(compared, "comparison", "comparisons");
  else
    page << "Nothing was compared";
  page << "</p><p>";
  if (summary.unverifiable > 0)
    page.count(summary.unverifiable, "more could", "more could") << " not be carried out.";
  else if (compared > 0)
    page << "Every reference that was found was compared.";
  else
    page << "Neither stored digests nor sector checksums were found.";
  page << "</p></div>";
}

void write_finding_counts(Markup& page, const Case& of) {
  const CaseSummary& summary = of.summary;
  page << "<div class=\"fact\"><h3>What is odd</h3><p class=\"figure\">";
  if (of.examination.findings.empty()) {
    page << "No findings</p><p>Nothing about the evidence is unusual.</p></div>";
    return;
  }
  page.count(of.examination.findings.size(), "finding", "findings")
      << "</p><p>" << summary.damage << " damage, ";
  page.count(summary.warnings, "warning", "warnings") << ", ";
  page.count(summary.notes, "note", "notes") << ".</p></div>";
}

}  // namespace

namespace {

// The data and what holds them, apart: a damaged container may hold data that match.
void write_conclusion(Markup& page, const Case& of) {
  const Conclusion conclusion = conclusion_of(of.examination);
  const std::size_t damage = container_damage(of.examination).size();
  page << "<dl class=\"run conclusion\"><div><dt>Data</dt><dd><strong>" << name_of(conclusion)
       << "</strong>: ";
  switch (conclusion) {
    case Conclusion::match:
      page << "every digest that was compared is equal";
      break;
    case Conclusion::mismatch:
      page << "a digest differs from its reference";
      break;
    case Conclusion::no_reference:
      page << "no digest to compare with was found or given";
      break;
    case Conclusion::incomplete:
      page << "parts could not be read";
      break;
  }
  page << "</dd></div><div><dt>Container</dt><dd>";
  if (damage > 0) {
    page << "<strong class=\"bad\">damaged</strong>: ";
    page.count(damage, "finding", "findings") << " about its structure";
  } else {
    page << "no damage found";
  }
  page << "</dd></div>";
  const CaseData& data = of.examination.data;
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) page << "<div><dt>" << name << "</dt><dd>" << value << "</dd></div>";
  };
  row("Case", data.case_number);
  row("Exhibit", data.evidence_number);
  row("Examiner", data.examiner);
  row("Organisation", data.organisation);
  page << "</dl>";
}

}  // namespace

void write_result(Markup& page, const Case& of) {
  write_verdict(page, of);
  write_conclusion(page, of);
  page << "<div class=\"facts\">";
  write_read(page, of);
  write_unread(page, of);
  write_mismatches(page, of);
  write_finding_counts(page, of);
  page << "</div>";
}

void write_cut(Markup& page, std::size_t shown, std::size_t all, std::string_view file) {
  if (all <= shown) return;
  page << "<p class=\"cut\">Only " << shown << " of " << all
       << " are shown here; all are in <a href=\"";
  page.link(file) << "\">" << file << "</a>.</p>";
}

}  // namespace discern
