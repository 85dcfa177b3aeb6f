// SPDX-License-Identifier: Apache-2.0
#include "report/pdf/document.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ostream>

#include "discern/timeline.h"
#include "report/free.h"

namespace discern {
namespace {

// A4, in points of 1/72 inch.
constexpr double kWidth = 595.28;
constexpr double kHeight = 841.89;
constexpr double kMargin = 56;
constexpr double kFooter = 34;  // from the lower edge
constexpr double kGap = 8;      // between columns, and around blocks
constexpr int kKeptLines = 8;   // rows of no more lines stay on one page
constexpr double kTextWidth = kWidth - 2 * kMargin;
constexpr double kBottom = kHeight - kMargin - 6;

using Surface = std::unique_ptr<cairo_surface_t, Free<cairo_surface_destroy>>;
using Canvas = std::unique_ptr<cairo_t, Free<cairo_destroy>>;
using Font = std::unique_ptr<PangoFontDescription, Free<pango_font_description_free>>;
using Attributes = std::unique_ptr<PangoAttrList, Free<pango_attr_list_unref>>;
using Layout = std::shared_ptr<PangoLayout>;

const char* font_of(TextStyle style) {
  switch (style) {
    case TextStyle::small:
      return "DejaVu Sans 7.5";
    case TextStyle::mono:
      return "DejaVu Sans Mono 8";
    case TextStyle::strong:
      return "DejaVu Sans Bold 9";
    case TextStyle::heading:
      return "DejaVu Sans Bold 13";
    case TextStyle::title:
      return "DejaVu Sans Bold 22";
    case TextStyle::body:
      break;
  }
  return "DejaVu Sans 9";
}

struct Cell {
  Layout layout;
  int line = 0;
  double x = 0;
};

// One line of text of all the columns, or a gap.
struct Line {
  std::vector<Cell> cells = {};
  double above = 0;  // of the baseline
  double below = 0;
  bool rule = false;  // a hairline above it
  bool keep = false;  // with the next one on the same page
  std::array<double, 3> ground = {1, 1, 1};
  bool light = false;  // white text
  double height() const { return above + below; }
};

PangoLayoutLine* line_of(const Cell& cell) {
  return pango_layout_get_line_readonly(cell.layout.get(), cell.line);
}

void set_colour(cairo_t* canvas, double grey) { cairo_set_source_rgb(canvas, grey, grey, grey); }

void draw(cairo_t* canvas, const Line& line, double top) {
  if (line.ground != std::array<double, 3>{1, 1, 1}) {
    cairo_set_source_rgb(canvas, line.ground[0], line.ground[1], line.ground[2]);
    cairo_rectangle(canvas, kMargin, top, kTextWidth, line.height());
    cairo_fill(canvas);
  }
  if (line.rule) {
    set_colour(canvas, 0.75);
    cairo_set_line_width(canvas, 0.4);
    cairo_move_to(canvas, kMargin, top);
    cairo_line_to(canvas, kWidth - kMargin, top);
    cairo_stroke(canvas);
  }
  set_colour(canvas, line.light ? 1 : 0.1);
  for (const Cell& cell : line.cells) {
    cairo_move_to(canvas, kMargin + cell.x, top + line.above);
    pango_cairo_show_layout_line(canvas, line_of(cell));
  }
}

// The first line of each page.
std::vector<std::size_t> pages_of(const std::vector<Line>& lines) {
  std::vector<std::size_t> pages = {0};
  double y = kMargin;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    double needed = lines[i].height();
    for (std::size_t next = i; lines[next].keep && next + 1 < lines.size(); ++next)
      needed += lines[next + 1].height();
    if (y + needed > kBottom && i > pages.back()) {
      pages.push_back(i);
      y = kMargin;
    }
    y += lines[i].height();
  }
  return pages;
}

// False where Pango would draw on without a font that it could not make, when memory runs out.
bool has_fonts(PangoLayout* layout) {
  for (const GSList* line = pango_layout_get_lines_readonly(layout); line; line = line->next)
    for (const GSList* run = static_cast<PangoLayoutLine*>(line->data)->runs; run;
         run = run->next) {
      PangoFont* const font = static_cast<PangoGlyphItem*>(run->data)->item->analysis.font;
      cairo_scaled_font_t* const scaled =
          PANGO_IS_CAIRO_FONT(font) ? pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font))
                                    : nullptr;
      if (!scaled || cairo_scaled_font_status(scaled) != CAIRO_STATUS_SUCCESS) return false;
    }
  return true;
}

// FreeType, HarfBuzz and Pango may draw on without what they had no memory for. malloc leaves a
// mark.
class MemoryWatch {
 public:
  explicit MemoryWatch(bool& complete) : complete_(complete) { errno = 0; }
  ~MemoryWatch() { complete_ = complete_ && errno != ENOMEM; }
  MemoryWatch(const MemoryWatch&) = delete;
  MemoryWatch& operator=(const MemoryWatch&) = delete;

 private:
  bool& complete_;
};

cairo_status_t put(void* out, const unsigned char* bytes, unsigned length) {
  static_cast<std::ostream*>(out)->write(reinterpret_cast<const char*>(bytes), length);
  return *static_cast<std::ostream*>(out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

}  // namespace

struct PdfDocument::State {
  // Text is measured on a surface that nothing is drawn on.
  Surface surface{cairo_pdf_surface_create_for_stream(nullptr, nullptr, kWidth, kHeight)};
  Canvas canvas{cairo_create(surface.get())};
  std::vector<Line> lines;
  mutable bool complete = true;  // nothing was left out for want of a font or of memory

  Layout layout(std::string_view text, TextStyle style, double width) const {
    const MemoryWatch watch(complete);
    const Layout made(pango_cairo_create_layout(canvas.get()), g_object_unref);
    // Sizes are points of 1/72 inch, as the page's.
    pango_cairo_context_set_resolution(pango_layout_get_context(made.get()), 72);
    const Font font(pango_font_description_from_string(font_of(style)));
    pango_layout_set_font_description(made.get(), font.get());
    pango_layout_set_width(made.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(made.get(), PANGO_WRAP_WORD_CHAR);
    // A hyphen at the end of a line would look like part of a name or digest.
    const Attributes attributes(pango_attr_list_new());
    pango_attr_list_insert(attributes.get(), pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(made.get(), attributes.get());
    const std::string shown = show_name(text).text;
    pango_layout_set_text(made.get(), shown.data(), static_cast<int>(shown.size()));
    complete = complete && has_fonts(made.get());
    return made;
  }

  // Cells side by side, `x` and width of each given; as many lines as the longest one has.
  void add_row(const std::vector<Cell>& cells, bool rule) {
    const MemoryWatch watch(complete);
    int count = 0;
    for (const Cell& cell : cells)
      count = std::max(count, pango_layout_get_line_count(cell.layout.get()));
    for (int i = 0; i < count; ++i) {
      Line line{.rule = rule && i == 0};
      for (Cell cell : cells) {
        if (i >= pango_layout_get_line_count(cell.layout.get())) continue;
        cell.line = i;
        PangoRectangle logical;
        pango_layout_line_get_extents(line_of(cell), nullptr, &logical);
        line.above = std::max(line.above, -static_cast<double>(logical.y) / PANGO_SCALE);
        line.below =
            std::max(line.below, static_cast<double>(logical.y + logical.height) / PANGO_SCALE);
        line.cells.push_back(cell);
      }
      line.keep = i + 1 < count && count <= kKeptLines;
      if (i == 0 && rule) line.above += 2;
      if (i + 1 == count && rule) line.below += 2;
      lines.push_back(std::move(line));
    }
  }
};

PdfDocument::PdfDocument() : state_(std::make_unique<State>()) {}
PdfDocument::~PdfDocument() = default;

void PdfDocument::space() { state_->lines.push_back({.above = kGap}); }

void PdfDocument::heading(std::string_view text) {
  state_->lines.push_back({.above = 1.5 * kGap});
  const std::size_t first = state_->lines.size();
  state_->add_row({{state_->layout(text, TextStyle::heading, kTextWidth)}}, false);
  state_->lines.push_back({.above = kGap / 2});
  for (std::size_t i = first; i < state_->lines.size(); ++i) state_->lines[i].keep = true;
}

void PdfDocument::paragraph(std::string_view text, TextStyle style) {
  state_->add_row({{state_->layout(text, style, kTextWidth)}}, false);
  state_->lines.push_back({.above = kGap / 2});
}

void PdfDocument::bar(std::string_view text, double red, double green, double blue) {
  const std::size_t first = state_->lines.size();
  state_->lines.push_back({.above = kGap});
  state_->add_row({{state_->layout(text, TextStyle::heading, kTextWidth - 2 * kGap), 0, kGap}},
                  false);
  state_->lines.push_back({.above = kGap});
  for (std::size_t i = first; i < state_->lines.size(); ++i) {
    state_->lines[i].ground = {red, green, blue};
    state_->lines[i].light = true;
    state_->lines[i].keep = true;
  }
  space();
}

void PdfDocument::table(const std::vector<Column>& columns,
                        const std::vector<std::vector<std::string>>& rows) {
  double shares = 0;
  for (const Column& column : columns) shares += column.share;
  const double room = kTextWidth - kGap * static_cast<double>(columns.size() - 1);
  const auto cells = [&](const auto& text_of, std::optional<TextStyle> style) {
    std::vector<Cell> made;
    double x = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const double width = room * columns[i].share / shares;
      made.push_back({state_->layout(text_of(i), style.value_or(columns[i].style), width), 0, x});
      x += width + kGap;
    }
    return made;
  };
  if (std::ranges::any_of(columns, [](const Column& column) { return !column.title.empty(); })) {
    state_->add_row(cells([&](std::size_t i) { return columns[i].title; }, TextStyle::strong),
                    false);
    state_->lines.back().keep = true;
  }
  for (const auto& row : rows)
    state_->add_row(
        cells([&](std::size_t i) { return i < row.size() ? row[i] : std::string(); }, {}), true);
  state_->lines.push_back({.above = kGap / 2});
}

void PdfDocument::facts(const std::vector<std::vector<std::string>>& rows, TextStyle values) {
  table({{"", 1, TextStyle::strong}, {"", 3.4, values}}, rows);
}

void PdfDocument::write(const Labels& labels, std::ostream& out) const {
  const Surface surface(cairo_pdf_surface_create_for_stream(put, &out, kWidth, kHeight));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, labels.title.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "discern");
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 labels.created.c_str());
  const Canvas canvas(cairo_create(surface.get()));
  const std::vector<Line>& lines = state_->lines;
  const std::vector<std::size_t> pages = pages_of(lines);
  for (std::size_t page = 0; page < pages.size(); ++page) {
    const std::size_t end = page + 1 < pages.size() ? pages[page + 1] : lines.size();
    double y = kMargin;
    for (std::size_t i = pages[page]; i < end; ++i) {
      const MemoryWatch watch(state_->complete);
      draw(canvas.get(), lines[i], y);
      y += lines[i].height();
    }
    const std::string number =
        "Page " + std::to_string(page + 1) + " of " + std::to_string(pages.size());
    set_colour(canvas.get(), 0.35);
    for (const auto& [text, alignment] :
         {std::pair{labels.footer, PANGO_ALIGN_LEFT}, std::pair{number, PANGO_ALIGN_RIGHT}}) {
      const Layout layout = state_->layout(text, TextStyle::small, kTextWidth);
      const MemoryWatch watch(state_->complete);
      pango_layout_set_alignment(layout.get(), alignment);
      cairo_move_to(canvas.get(), kMargin, kHeight - kFooter);
      pango_cairo_show_layout(canvas.get(), layout.get());
    }
    const MemoryWatch watch(state_->complete);
    cairo_show_page(canvas.get());
  }
  {
    const MemoryWatch watch(state_->complete);
    cairo_surface_finish(surface.get());
  }
  if (!state_->complete || cairo_status(canvas.get()) != CAIRO_STATUS_SUCCESS ||
      cairo_status(state_->canvas.get()) != CAIRO_STATUS_SUCCESS ||
      cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    out.setstate(std::ios::failbit);
}

}  // namespace discern
