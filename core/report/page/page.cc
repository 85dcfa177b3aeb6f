// SPDX-License-Identifier: Apache-2.0
// report.html: one page that loads nothing but the thumbnails beside it. The content security
// policy admits the page's own style sheet and script by their digests and no other, so that even a
// name that got through the escaping could neither run nor send anything.

#include <array>
#include <ostream>

#include "report/openssl.h"
#include "report/page/sections.h"
#include "report/writers.h"

namespace discern {
namespace {

struct Section {
  std::string_view id;
  std::string_view title;
  void (*write)(Markup& page, const Case& of);
};

constexpr std::array kSections{
    Section{"evidence", "The evidence", write_evidence},
    Section{"disc", "The disc", write_disc},
    Section{"digests", "Digests", write_digests},
    Section{"comparisons", "Comparisons", write_comparisons},
    Section{"areas", "Where it does not match", write_areas},
    Section{"findings", "Findings", write_findings},
    Section{"sets", "Hash sets", write_hash_sets},
    Section{"timeline", "Timeline", write_timeline},
    Section{"carved", "Carved files", write_carved},
    Section{"reverify", "Check it yourself", write_reverify},
    Section{"limits", "What this report does not say", write_limits},
    Section{"run", "The run", write_run},
};

// Base64 of the SHA-256, as the policy wants it.
std::string policy_digest(std::string_view text) { return base64(hashed(EVP_sha256(), text)); }

// Fills that tell things apart without colour; used by every picture.
constexpr char kPatterns[] =
    "<svg width=\"0\" height=\"0\" class=\"patterns\" aria-hidden=\"true\"><defs>"
    "<pattern id=\"stripes\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect class=\"stripe\" width=\"2.4\" height=\"5\"/></pattern>"
    "<pattern id=\"cross\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
    "<rect class=\"cross-ground\" width=\"6\" height=\"6\"/><path class=\"cross\" "
    "d=\"M0 0l6 6M6 0L0 6\"/></pattern></defs></svg>";

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

}  // namespace

void write_head(Markup& page, std::string_view title) {
  page << "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\"><head>"
          "<meta charset=\"utf-8\"/><meta http-equiv=\"Content-Security-Policy\" "
          "content=\"default-src "
          "'none'; img-src data:; style-src 'sha256-"
       << policy_digest(kStyleSheet) << "'; script-src 'sha256-" << policy_digest(kScript)
       << "'; base-uri 'none'; form-action 'none'\"/>"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
          "<meta name=\"referrer\" content=\"no-referrer\"/><meta name=\"color-scheme\" "
          "content=\"light "
          "dark\"/><title>"
       << title << "</title>";
}

void write_report_page(const Examination& examination, std::ostream& out) {
  const CaseSummary summary = summary_of(examination);
  const Case of{examination, *examination.image, summary};
  const std::string_view name = file_name(of.image.path);

  Markup sections;
  Markup contents;
  int number = 0;
  for (const Section& section : kSections) {
    Markup body;
    section.write(body, of);
    if (body.html().empty()) continue;
    ++number;
    contents << "<li><a href=\"#" << section.id << "\">" << section.title << "</a></li>";
    sections << "<section id=\"" << section.id << "\"><h2><span>" << number << "</span>"
             << section.title << "</h2>";
    sections.append(body) << "</section>\n";
  }

  Markup head;
  write_head(head, std::string(name) + ": " + std::string(name_of(summary.verdict)));
  Markup page;
  page << "</style></head>\n<body>";
  page << kPatterns;
  page << "<header><p class=\"brand\">discern <span>examination report</span></p><h1>" << name
       << "</h1>";
  if (!examination.run.finished.empty())
    page << "<p class=\"when\">Examined " << examination.run.finished << "</p>";
  page << "</header><div class=\"page\"><nav aria-label=\"Contents\"><ol>";
  page.append(contents) << "</ol></nav><main><section id=\"result\" aria-label=\"Result\">";
  write_result(page, of);
  page << "</section>\n";
  page.append(sections)
      << "</main></div><footer><p>This page loads nothing from any network. Everything in it, for "
         "programs, "
         "is in <a href=\"report.json\">report.json</a>.</p></footer><script>";
  out << head.html() << "<style>" << kStyleSheet << page.html() << kScript
      << "</script></body></html>\n";
}

}  // namespace discern
