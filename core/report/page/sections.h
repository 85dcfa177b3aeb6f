// SPDX-License-Identifier: Apache-2.0
// The parts of report.html. The page is well-formed XML as well as HTML.
#ifndef DISCERN_REPORT_PAGE_SECTIONS_H
#define DISCERN_REPORT_PAGE_SECTIONS_H

#include "discern/report.h"
#include "report/page/markup.h"
#include "report/summary.h"

namespace discern {

struct Case {
  const Examination& examination;
  const Image& image;
  const CaseSummary& summary;
};

// Rows of one table that are shown; the rest is in the file that the page then points to.
inline constexpr std::size_t kMaxRows = 500;

// One function per section of the page. One that writes nothing is left out, heading included.
void write_result(Markup& page, const Case& of);
void write_evidence(Markup& page, const Case& of);
void write_disc(Markup& page, const Case& of);
// Of a disc, below its checksums.
void write_beyond_files(Markup& page, const Case& of);
void write_digests(Markup& page, const Case& of);
void write_comparisons(Markup& page, const Case& of);
void write_areas(Markup& page, const Case& of);
void write_findings(Markup& page, const Case& of);
void write_hash_sets(Markup& page, const Case& of);
void write_timeline(Markup& page, const Case& of);
void write_carved(Markup& page, const Case& of);
void write_reverify(Markup& page, const Case& of);
void write_limits(Markup& page, const Case& of);
void write_run(Markup& page, const Case& of);

void draw_medium(Markup& page, const Case& of);    // what lies where on the medium
void draw_timeline(Markup& page, const Case& of);  // events per hour, day, month or year

// From <!DOCTYPE> to <title>; <style> with kStyleSheet and </head> must follow.
void write_head(Markup& page, std::string_view title);

// "Only 500 of 12,345 are shown here; all are in <file>." when `all` exceeds `shown`.
void write_cut(Markup& page, std::size_t shown, std::size_t all, std::string_view file);

extern const std::string_view kStyleSheet;
extern const std::string_view kScript;

}  // namespace discern

#endif
