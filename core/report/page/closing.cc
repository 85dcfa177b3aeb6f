// SPDX-License-Identifier: Apache-2.0
// What the report does not say, and how it came about.

#include <set>

#include "report/page/sections.h"

namespace discern {

void write_limits(Markup& page, const Case& of) {
  const Examination& examination = of.examination;
  page << "<ul class=\"limits\"><li>Consistent means that the evidence agrees with itself and with "
          "the "
          "references named above. It does not say who made the image, when, or from what.</li>";
  if (of.summary.matches + of.summary.mismatches == 0)
    page
        << "<li>Nothing was compared, so a change made to the image before this run would not show "
           "here.</li>";
  if (!of.summary.unread.empty())
    page
        << "<li>Ranges that could not be read stand as zeros in the digests. Such digests identify "
           "what was read, not the medium.</li>";
  page << "<li>MD5 and SHA-1 identify bytes for comparison with older records, but different "
          "contents "
          "with equal values can be made on purpose. Rely on SHA-256.</li>";
  if (!examination.timeline.entries.empty()) {
    std::set<std::string_view> sources;
    for (const Entry& entry : examination.timeline.entries) sources.insert(entry.source);
    page << "<li>Names, times and states are as ";
    bool first = true;
    for (const std::string_view source : sources) {
      if (!first) page << ", ";
      first = false;
      page << (source.empty() ? std::string_view("the file system") : source);
    }
    page << " reports them. Any program with write access can set a time to any "
            "value.</li><li>Times "
            "without Z are readings of a clock whose zone and accuracy are not known; dates "
            "without a "
            "time of day cover the whole day.</li>";
  }
  if (!examination.carved.empty())
    page << "<li>Carved files have no name and no date of their own. A file that was stored in "
            "several "
            "pieces is found in part or not at all.</li>";
  page << "</ul>";
}

void write_run(Markup& page, const Case& of) {
  const RunRecord& run = of.examination.run;
  page << "<dl class=\"run\">";
  page << "<div><dt>Command</dt><dd><code>";
  bool first = true;
  for (const std::string& argument : run.arguments) {
    if (!first) page << " ";
    first = false;
    page << argument;
  }
  page << "</code></dd></div>";
  const auto row = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) page << "<div><dt>" << name << "</dt><dd>" << value << "</dd></div>";
  };
  row("Folder", run.working_folder);
  row("Started", run.started);
  row("Finished", run.finished);
  row("User", run.user);
  row("Host", run.host);
  row("System", run.system);
  row("Processor", run.cpu);
  row("Locale", run.locale);
  row("Clock", run.clock);
  row("Self-test", run.self_test);
  row("Sandbox", run.sandbox);
  row("Program", run.program_sha256.empty() ? "" : "SHA-256 " + run.program_sha256);
  for (const auto& [name, version] : run.versions) row(name, version);
  page << "</dl>";
}

}  // namespace discern
