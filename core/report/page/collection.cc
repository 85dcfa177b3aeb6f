// SPDX-License-Identifier: Apache-2.0
// index.html of several examinations: what was asked of all, and one line per image.
#include "discern/report.h"
#include "report/page/sections.h"

namespace discern {
namespace {

void add_table(Markup& page, const CollectionTable& table) {
  page << "<h2>" << table.title << "</h2>";
  if (table.rows.empty()) {
    page << "<p>None.</p>";
    return;
  }
  page << "<div class=\"wide\"><table class=\"sortable\"><thead><tr>";
  for (const std::string& column : table.columns) page << "<th>" << column << "</th>";
  page << "</tr></thead><tbody>";
  for (const auto& row : table.rows) {
    page << "<tr>";
    for (const std::string& cell : row) page << "<td>" << cell << "</td>";
    page << "</tr>";
  }
  page << "</tbody></table></div>";
  if (table.total > table.rows.size())
    page << "<p>" << table.total - table.rows.size() << " more are in collection.sqlite.</p>";
}

}  // namespace

std::string collection_page(std::span<const CollectionRow> rows,
                            std::span<const CollectionTable> tables) {
  std::uint64_t consistent = 0;
  for (const CollectionRow& row : rows) consistent += row.consistent ? 1 : 0;

  Markup page;
  page << "</style></head>\n<body><header><p class=\"brand\">discern "
          "<span>collection</span></p><h1>";
  page.count(rows.size(), "image", "images")
      << "</h1></header><main class=\"alone\"><section><p class=\"lede\">";
  page.count(consistent, "is", "are")
      << " consistent: everything was read and nothing contradicts. The others need a look.</p>";
  for (const CollectionTable& table : tables) add_table(page, table);
  page << "<div class=\"wide\"><table class=\"sortable\"><caption>Images in the order they were "
          "named</caption><thead><tr><th "
          "class=\"n\">No.</th><th>Image</th><th>Verdict</th></tr></thead>"
          "<tbody>";
  std::size_t number = 0;
  for (const CollectionRow& row : rows) {
    page << "<tr><td class=\"n\">" << ++number << "</td><th scope=\"row\">";
    if (row.has_report) {
      page << "<a href=\"";
      page.link(row.folder) << "/report.html\">" << row.image << "</a>";
    } else {
      page << row.image;
    }
    page << "</th><td class=\"mark " << std::string_view(row.consistent ? "good" : "bad") << "\">"
         << row.verdict << "</td></tr>";
  }
  page << "</tbody></table></div></section></main><script>";

  Markup head;
  write_head(head, "discern: " + std::to_string(rows.size()) + " images");
  return head.html() + "<style>" + std::string(kStyleSheet) + page.html() + std::string(kScript) +
         "</script></body></html>\n";
}

}  // namespace discern
