// SPDX-License-Identifier: Apache-2.0
// Text in flowing pages: headings, paragraphs and tables, set by Pango and drawn by Cairo, which
// embeds the fonts. Everything is cut into lines first and dealt out to pages when all are known,
// so that each page can say how many there are.
#ifndef DISCERN_REPORT_PDF_DOCUMENT_H
#define DISCERN_REPORT_PDF_DOCUMENT_H

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace discern {

enum class TextStyle { body, small, mono, strong, heading, title };

struct Column {
  std::string title;
  double share = 1;  // of the page's width, relative to the others
  TextStyle style = TextStyle::body;
};

class PdfDocument {
 public:
  PdfDocument();
  ~PdfDocument();

  // Names from evidence are shown as show_name() has them.
  void heading(std::string_view text);
  void paragraph(std::string_view text, TextStyle style = TextStyle::body);
  void bar(std::string_view text, double red, double green, double blue);  // white on a ground
  void table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows);
  // Two columns without titles: a label and its value.
  void facts(const std::vector<std::vector<std::string>>& rows, TextStyle values = TextStyle::body);
  void space();

  struct Labels {
    std::string title;
    std::string footer;   // on every page
    std::string created;  // ISO 8601
  };
  void write(const Labels& labels, std::ostream& out) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace discern

#endif
