// SPDX-License-Identifier: Apache-2.0
// The viewer's look: light and dark by the reader's setting, one column on narrow screens, on paper
// the summary and the first rows of what is shown.

#include "timeline/viewer.h"

namespace discern {

constinit const std::string_view kViewerStyle = R"css(
:root { color-scheme: light dark; --ground: #fff; --panel: #f4f5f7; --text: #1b1f24; --soft: #57606a;
  --line: #d0d7de; --bar: #3667b0; --pick: #dbe8fb; --warn: #8a5300; --row: 30px; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --panel: #1e2228; --text: #e3e6ea;
  --soft: #9aa4b0; --line: #363d46; --bar: #7aa7ee; --pick: #24344f; --warn: #e3b062; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { height: 100%; }
body { margin: 0; min-height: 100%; background: var(--ground); color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
  display: flex; flex-direction: column; }
body.live { height: 100%; }
header { padding: 14px 20px 4px; }
h1 { font-size: 20px; margin: 0; overflow-wrap: anywhere; }
header p { margin: 2px 0 0; color: var(--soft); }
button, input, select { font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: 5px; padding: 3px 8px; min-height: 30px; }
button { cursor: pointer; background: var(--panel); }
:focus-visible { outline: 2px solid var(--bar); outline-offset: 1px; }
.filters { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: end; padding: 8px 20px; }
.filters label { display: flex; flex-direction: column; color: var(--soft); font-size: 12px; }
.filters label input, .filters label select { color: var(--text); font-size: 14px; }
.filters .search { flex: 1 1 220px; }
.filters .search input { width: 100%; }
.chips { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 12px; min-width: 0; }
.chips legend { padding: 0; color: var(--soft); font-size: 12px; }
.chips label { flex-direction: row; align-items: center; gap: 4px; font-size: 13px; color: var(--text); min-height: 30px; }
.chips input { min-height: 0; margin: 0; }
.chart { padding: 0 20px; }
.chart canvas { display: block; width: 100%; height: 132px; border: 1px solid var(--line);
  border-radius: 5px; background: var(--panel); touch-action: pan-y; cursor: crosshair; }
.bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 6px 20px; }
.bar output { margin-right: auto; font-variant-numeric: tabular-nums; }
.grid { flex: 1 1 0; min-height: 220px; overflow: auto; position: relative;
  border-top: 1px solid var(--line); margin: 0 0 0 0; }
.space { position: relative; min-height: 1px; }
.head, .row { display: grid; grid-template-columns: 200px 128px 116px 104px minmax(0, 1fr);
  gap: 0 12px; padding: 0 20px; align-items: center; }
.head { position: sticky; top: 0; z-index: 1; height: var(--row); background: var(--panel);
  border-bottom: 1px solid var(--line); font-weight: 600; }
.rows { position: sticky; top: var(--row); overflow: hidden; }
.row { height: var(--row); border-bottom: 1px solid var(--line); cursor: default; }
.row > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.row .time, .row .size { font-variant-numeric: tabular-nums; }
.row .size, .head .size { text-align: right; }
.row .path { direction: rtl; text-align: left; }
.row .path bdi { unicode-bidi: isolate; direction: ltr; }
.row[aria-selected=true] { background: var(--pick); }
.doubt { color: var(--warn); }
.detail { border-top: 1px solid var(--line); background: var(--panel); padding: 8px 20px;
  max-height: 34vh; overflow: auto; }
.detail dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 1px 14px; margin: 0; }
.detail dt { color: var(--soft); }
.detail dd { margin: 0; overflow-wrap: anywhere; }
.summary { padding: 4px 20px 12px; }
.summary table { border-collapse: collapse; margin: 6px 0 12px; }
.summary th, .summary td { text-align: left; padding: 2px 14px 2px 0; vertical-align: top; overflow-wrap: anywhere; }
.summary td.number { text-align: right; font-variant-numeric: tabular-nums; }
.note { color: var(--soft); }
@media (max-width: 720px) {
  :root { --row: 52px; }
  header, .filters, .chart, .bar, .head, .row, .detail, .summary { padding-left: 12px; padding-right: 12px; }
  .head { display: none; }
  .rows { top: 0; }
  .row { grid-template-columns: max-content max-content minmax(0, 1fr); gap: 0 10px; align-content: center; }
  .row .size { display: none; }
  .row .state { color: var(--soft); }
  .row .path { grid-column: 1 / -1; }
  .grid { flex: none; height: 62vh; }
  body.live { height: auto; }
  .filters .search { flex-basis: 100%; }
  .filters > label { flex: 1 1 40%; min-width: 0; }
  .filters > label input { width: 100%; }
  .chips { gap: 0 12px; }
  .chart canvas { height: 104px; }
}
@media print {
  .filters, .bar button, .detail { display: none; }
  body, body.live { height: auto; display: block; }
  .grid { overflow: visible; height: auto; }
  .head, .rows { position: static; }
  .space { height: auto !important; }
  .rows { height: auto !important; }
  .row { break-inside: avoid; height: auto; }
  .row > * { white-space: normal; overflow-wrap: anywhere; direction: ltr !important; }
}
)css";

}  // namespace discern
