// SPDX-License-Identifier: Apache-2.0
// The page's only script: tables can be sorted and filtered, and printing opens what is folded. The
// page says the same without it. No '<' and no '&', so that the page stays well-formed XML.

#include "report/page/sections.h"

namespace discern {

constinit const std::string_view kScript = R"js(
"use strict";
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
const number = (text) => Number(text.replaceAll(",", ""));
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  if (4 > body.rows.length) continue;
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = (a, b) => {
        const [left, right] = [a, b].map((row) => row.cells[column].textContent);
        const difference = number(left) - number(right);
        return Number.isNaN(difference) ? left.localeCompare(right) : difference;
      };
      body.append(...Array.from(body.rows).sort((a, b) => (down ? order(b, a) : order(a, b))));
    });
  });
  const filter = document.createElement("input");
  filter.type = "search";
  filter.placeholder = "Show only rows with …";
  filter.setAttribute("aria-label", "Show only rows with");
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  table.parentElement.before(filter);
}
// What must be scrolled sideways can be reached by keyboard.
for (const box of document.querySelectorAll(".wide"))
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "table");
  }
)js";

}  // namespace discern
