// SPDX-License-Identifier: Apache-2.0
// The viewer's script. It inflates the columns (viewer_pack.cc), sorts the events by radix, and
// draws only the rows that are on the screen. All text from the evidence goes through textContent.
//
// The part of the address behind '#' holds the filter: #q=TEXT&kind=a,b&state=a,b&from=DATE&to=DATE
// &undated=0, so that a view can be sent to somebody and tested.

#include "timeline/viewer.h"

namespace discern {

constinit const std::string_view kViewerScript = R"js(
"use strict";
(async () => {
const $ = (id) => document.getElementById(id);
const names = JSON.parse($("names").textContent);
const counted = (n) => n.toLocaleString("en-US");

// ---- data ---------------------------------------------------------------------------------
const packed = Uint8Array.from(atob($("data").textContent), (c) => c.charCodeAt(0));
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
$("data").remove();
class Reader {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }
  varint() {
    let value = 0, unit = 1, byte;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * unit;
      unit *= 128;
    } while (byte & 128);
    return value;
  }
  signed() { const value = this.varint(); return value % 2 ? -(value + 1) / 2 : value / 2; }
}
const reader = new Reader(bytes);
if (reader.varint() !== 1) throw new Error("data of another version");
const ticks = reader.varint();
const entryCount = reader.varint();
const blocks = [];
for (let left = reader.varint(); left > 0; --left) {
  const length = reader.varint();
  blocks.push(bytes.subarray(reader.at, reader.at += length));
}
const lines = (block) => new TextDecoder().decode(block).split("\n");
const sources = lines(blocks[0]), suffixes = lines(blocks[2]), rests = lines(blocks[10]);
const column = (block) => { const r = new Reader(block); return () => r.varint(); };
const nextShared = column(blocks[1]), nextSize = column(blocks[4]), nextSource = column(blocks[6]);
const nextRest = column(blocks[11]), numbers = new Reader(blocks[3]);
const nextCount = column(blocks[7]), times = new Reader(blocks[9]), flags = blocks[8];
const total = flags.length / 2;
const paths = new Array(entryCount), sizes = new Float64Array(entryCount);
const ids = new Array(entryCount), states = blocks[5], sourceOf = new Uint32Array(entryCount);
const entryOf = new Uint32Array(total), timeOf = new Float64Array(total);
const kindOf = new Uint8Array(total), zoneOf = new Uint8Array(total);
const precisionOf = new Uint8Array(total), validityOf = new Uint8Array(total);
const meaningful = names.validity.map((word) => word === "ok" || word.startsWith("dst_"));
let event = 0, number = 0, path = "", firstTick = 0, dated = 0;
for (let entry = 0; entry < entryCount; ++entry) {
  path = path.slice(0, nextShared()) + suffixes[entry];
  paths[entry] = path;
  number += numbers.signed();
  const rest = rests[nextRest()];
  ids[entry] = (rest[0] === "#" ? number : "") + rest.slice(1);
  sizes[entry] = nextSize();
  sourceOf[entry] = nextSource();
  let last = firstTick, first = true;
  for (let left = nextCount(); left > 0; --left, ++event) {
    entryOf[event] = entry;
    kindOf[event] = flags[2 * event] & 31;
    zoneOf[event] = flags[2 * event] >> 5;
    precisionOf[event] = flags[2 * event + 1] & 15;
    validityOf[event] = flags[2 * event + 1] >> 4;
    timeOf[event] = NaN;
    if (!meaningful[validityOf[event]]) continue;
    last += times.signed();
    timeOf[event] = last;
    if (first) firstTick = last;
    first = false;
    ++dated;
  }
}

// Radix sort by 16 bits at a time; stable, so events of one time stay in the order of their paths.
function sortedEvents() {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < total; ++i) {
    if (timeOf[i] < least) least = timeOf[i];
    if (timeOf[i] > most) most = timeOf[i];
  }
  let order = new Uint32Array(total), other = new Uint32Array(total);
  let n = 0;
  for (let i = 0; i < total; ++i) if (!Number.isNaN(timeOf[i])) order[n++] = i;
  for (let i = 0, at = n; i < total; ++i) if (Number.isNaN(timeOf[i])) order[at++] = i;
  const counts = new Uint32Array(65537);
  for (let unit = 1; n > 0 && (most - least) / unit >= 1; unit *= 65536) {
    counts.fill(0);
    const digit = (i) => Math.floor((timeOf[i] - least) / unit) % 65536;
    for (let k = 0; k < n; ++k) ++counts[digit(order[k]) + 1];
    for (let d = 0; d < 65536; ++d) counts[d + 1] += counts[d];
    for (let k = 0; k < n; ++k) other[counts[digit(order[k])]++] = order[k];
    other.set(order.subarray(n), n);
    [order, other] = [other, order];
  }
  return order;
}
const order = sortedEvents();
const minTime = dated ? timeOf[order[0]] : 0, maxTime = dated ? timeOf[order[dated - 1]] : 0;

// ---- words --------------------------------------------------------------------------------
const pad = (n, width) => String(n).padStart(width, "0");
function dateText(tick, precision, zone) {
  const date = new Date(Math.floor(tick / ticks * 1000));
  const day = pad(date.getUTCFullYear(), 4) + "-" + pad(date.getUTCMonth() + 1, 2) + "-" + pad(date.getUTCDate(), 2);
  if (precision === "1day") return day;
  let text = day + " " + pad(date.getUTCHours(), 2) + ":" + pad(date.getUTCMinutes(), 2) + ":" + pad(date.getUTCSeconds(), 2);
  if (precision === "10ms") text += "." + pad(Math.floor(date.getUTCMilliseconds() / 10), 2);
  if (precision === "ns" || precision === "100ns") text += "." + pad(date.getUTCMilliseconds(), 3);
  return zone === "unknown" ? text : text + "Z";
}
const eventTime = (i) => Number.isNaN(timeOf[i]) ? "no date: " + names.validity[validityOf[i]]
  : dateText(timeOf[i], names.precision[precisionOf[i]], names.zone[zoneOf[i]]);

// ---- filter -------------------------------------------------------------------------------
let shown = order, shownDated = dated, current = 0;
let view = [minTime, maxTime + 1];  // of the chart, in ticks
let lower = null;
const box = (set, value) => $(set + "-" + value);
const chosen = (set) => names[set].map((word) => { const b = box(set, word); return !b || b.checked; });
function limit(id, end) {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/.exec($(id).value.trim());
  $(id).setCustomValidity(match || !$(id).value ? "" : "YYYY-MM-DD or YYYY-MM-DD hh:mm:ss");
  if (!match) return end ? Infinity : -Infinity;
  const [, y, m, d, hh = 0, mm = 0, ss = 0] = match;
  const length = match[6] ? 1 : match[4] ? 60 : 86400;
  return (Date.UTC(+y, m - 1, +d, +hh, +mm, +ss) / 1000 + (end ? length : 0)) * ticks;
}
function applyFilter() {
  const kinds = chosen("kind"), stateOn = chosen("state");
  const from = limit("from", false), before = limit("to", true);
  const text = $("q").value.toLowerCase();
  let hit = null;
  if (text) {
    lower ||= paths.map((p) => p.toLowerCase());
    hit = new Uint8Array(entryCount);
    for (let e = 0; e < entryCount; ++e) hit[e] = lower[e].includes(text) || ids[e] === text ? 1 : 0;
  }
  const undated = $("undated").checked && from === -Infinity && before === Infinity;
  const kept = new Uint32Array(total);
  let n = 0;
  shownDated = 0;
  const day = 86400 * ticks;
  for (let k = 0; k < total; ++k) {
    const i = order[k], e = entryOf[i], t = timeOf[i];
    if (hit && !hit[e] || !kinds[kindOf[i]] || !stateOn[states[e]]) continue;
    if (k < dated) {
      if (t >= before) continue;
      if (t < from && !(names.precision[precisionOf[i]] === "1day" && t > from - day)) continue;
      ++shownDated;
    } else if (!undated) continue;
    kept[n++] = i;
  }
  shown = kept.subarray(0, n);
  current = Math.min(current, Math.max(0, n - 1));
  $("shown").textContent = counted(n) + " of " + counted(total) + " events" +
    (n > shownDated ? ", " + counted(n - shownDated) + " without a date" : "");
  $("shown").dataset.events = n;
  $("shown").dataset.dated = shownDated;
  $("rows").parentElement.parentElement.setAttribute("aria-rowcount", n);
  remember();
  drawAll();
}
function remember() {
  const words = new URLSearchParams();
  if ($("q").value) words.set("q", $("q").value);
  for (const set of ["kind", "state"]) {
    const on = names[set].filter((word) => box(set, word)?.checked);
    if (on.length < names[set].filter((word) => box(set, word)).length) words.set(set, on.join(","));
  }
  for (const id of ["from", "to"]) if ($(id).value) words.set(id, $(id).value);
  if (!$("undated").checked) words.set("undated", "0");
  try { history.replaceState(null, "", words.size ? "#" + words : location.pathname + location.search); } catch { }
}
function recall() {
  const words = new URLSearchParams(location.hash.slice(1));
  for (const id of ["q", "from", "to"]) $(id).value = words.get(id) || "";
  for (const set of ["kind", "state"]) {
    const on = words.has(set) ? words.get(set).split(",") : names[set];
    for (const word of names[set]) if (box(set, word)) box(set, word).checked = on.includes(word);
  }
  $("undated").checked = words.get("undated") !== "0";
}

// ---- chart --------------------------------------------------------------------------------
const canvas = $("chart"), pen = canvas.getContext("2d");
let brush = null;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// The first shown event at or behind a time.
function position(time) {
  let low = 0, high = shownDated;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf[shown[middle]] < time) low = middle + 1; else high = middle;
  }
  return low;
}
function steps(seconds) {
  const choices = [1, 5, 15, 60, 300, 900, 3600, 10800, 21600, 86400, 7 * 86400];
  return choices.find((step) => seconds / step <= 8) || 0;
}
function marks() {
  const [from, to] = view.map((t) => t / ticks), span = to - from, result = [];
  const step = steps(span);
  if (step) {
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      const text = new Date(t * 1000).toISOString();
      result.push([t, step >= 86400 ? text.slice(0, 10) : step >= 60 ? text.slice(5, 16).replace("T", " ") : text.slice(11, 19)]);
    }
    return result;
  }
  const months = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200].find((m) => span / (m * 2629746) <= 8) || 2400;
  const start = new Date(from * 1000);
  let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (month = Math.ceil(month / months) * months; ; month += months) {
    const date = new Date(0);
    date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
    if (date / 1000 > to) break;
    if (date / 1000 >= from) result.push([date / 1000, months >= 12 ? String(date.getUTCFullYear()) : date.toISOString().slice(0, 7)]);
  }
  return result;
}
function drawChart() {
  const scale = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = width * scale;
  canvas.height = height * scale;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  const floor = height - 20, columns = Math.max(1, Math.floor(width / 3));
  const counts = new Uint32Array(columns), span = view[1] - view[0];
  const begin = position(view[0]), end = position(view[1]);
  for (let k = begin; k < end; ++k)
    ++counts[Math.min(columns - 1, Math.floor((timeOf[shown[k]] - view[0]) / span * columns))];
  let most = 0;
  for (const count of counts) most = Math.max(most, count);
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "middle";
  for (const [t, label] of marks()) {
    const x = (t * ticks - view[0]) / span * width;
    pen.fillStyle = colour("--line");
    pen.fillRect(x, 0, 1, floor);
    pen.fillStyle = colour("--soft");
    const wide = pen.measureText(label).width;
    pen.fillText(label, Math.min(Math.max(2, x - wide / 2), width - wide - 2), height - 9);
  }
  // Square root: single events stay visible beside thousands.
  pen.fillStyle = colour("--bar");
  for (let c = 0; c < columns; ++c) {
    if (!counts[c]) continue;
    const tall = Math.max(2, Math.sqrt(counts[c] / most) * (floor - 18));
    pen.fillRect(c * width / columns, floor - tall, Math.max(1.5, width / columns - 1), tall);
  }
  pen.fillStyle = colour("--soft");
  if (most) pen.fillText("up to " + counted(most) + " a column (square root scale)", 6, 9);
  if (brush) {
    pen.globalAlpha = 0.25;
    pen.fillStyle = colour("--bar");
    pen.fillRect(Math.min(...brush), 0, Math.abs(brush[1] - brush[0]), floor);
    pen.globalAlpha = 1;
  }
  const words = (t) => dateText(t, "1s", "unknown");
  $("range").textContent = dated ? words(view[0]) + " to " + words(view[1] - 1) + ": " + counted(end - begin) + " events" : "no dated events";
  $("range").dataset.events = end - begin;
  canvas.setAttribute("aria-label", "Histogram of events, " + $("range").textContent + ". Arrow keys move, plus and minus zoom, Home shows everything, Enter goes to the first event.");
}
function look(from, to) {
  const least = Math.max(ticks > 1 ? 10 : 2, 1), most = maxTime + 1 - minTime;
  const span = Math.min(Math.max(to - from, least), Math.max(most, least));
  from = Math.min(Math.max(from, minTime), Math.max(minTime, maxTime + 1 - span));
  view = [from, from + span];
  drawChart();
}
const timeAt = (x) => view[0] + x / canvas.clientWidth * (view[1] - view[0]);
function zoom(factor, centre = (view[0] + view[1]) / 2) {
  look(centre - (centre - view[0]) * factor, centre + (view[1] - centre) * factor);
}
canvas.addEventListener("wheel", (e) => {
  e.preventDefault();
  zoom(e.deltaY > 0 ? 1.25 : 0.8, timeAt(e.offsetX));
}, { passive: false });
canvas.addEventListener("pointerdown", (e) => { canvas.setPointerCapture(e.pointerId); brush = [e.offsetX, e.offsetX]; });
canvas.addEventListener("pointermove", (e) => { if (brush) { brush[1] = e.offsetX; drawChart(); } });
canvas.addEventListener("pointercancel", () => { brush = null; drawChart(); });
canvas.addEventListener("pointerup", () => {
  if (!brush) return;
  const [a, b] = [Math.min(...brush), Math.max(...brush)].map(timeAt);
  const wide = Math.abs(brush[1] - brush[0]) > 4;
  brush = null;
  if (wide) look(a, b); else drawChart();
  select(position(a));
});
canvas.addEventListener("keydown", (e) => {
  const span = view[1] - view[0];
  const keys = { ArrowLeft: () => look(view[0] - span / 5, view[1] - span / 5), ArrowRight: () => look(view[0] + span / 5, view[1] + span / 5),
    "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), Home: () => look(minTime, maxTime + 1),
    Escape: () => look(minTime, maxTime + 1), Enter: () => select(position(view[0])) };
  if (!keys[e.key]) return;
  e.preventDefault();
  keys[e.key]();
});
$("in").onclick = () => zoom(0.5);
$("out").onclick = () => zoom(2);
$("all").onclick = () => look(minTime, maxTime + 1);
$("only").onclick = () => {
  const stamp = (t) => new Date(t / ticks * 1000).toISOString().slice(0, 19).replace("T", " ");
  $("from").value = stamp(view[0]);
  $("to").value = stamp(view[1] - 1);
  applyFilter();
};

// ---- table: only the rows on the screen exist ------------------------------------------------
const grid = $("grid"), space = $("space"), rows = $("rows");
const rowHeight = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row"));
const headHeight = () => document.querySelector(".head").offsetHeight;
const onScreen = () => Math.max(1, Math.floor((grid.clientHeight - headHeight()) / rowHeight()));
// Browsers limit the height of an element; above this the scroll bar stands for more rows a pixel.
const kTallest = 8000000;
let top0 = 0;
function layout() {
  const height = Math.min(shown.length * rowHeight() + headHeight(), kTallest);
  space.style.height = Math.max(height, grid.clientHeight - 1) + "px";
}
function cell(row, name, text, doubt) {
  const div = document.createElement("div");
  div.className = name + (doubt ? " doubt" : "");
  div.setAttribute("role", "cell");
  if (name === "path") {
    const bdi = document.createElement("bdi");
    bdi.textContent = text;
    div.append(bdi);
    div.title = text;
  } else div.textContent = text;
  row.append(div);
}
function drawRow(k) {
  const i = shown[k], e = entryOf[i], row = document.createElement("div");
  row.className = "row";
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", k + 1);
  row.setAttribute("aria-selected", k === current);
  row.dataset.row = k;
  cell(row, "time", eventTime(i), names.validity[validityOf[i]] !== "ok");
  cell(row, "kind", names.kind[kindOf[i]].replaceAll("_", " "));
  cell(row, "state", names.state[states[e]].replaceAll("_", " "));
  cell(row, "size", counted(sizes[e]));
  cell(row, "path", paths[e]);
  return row;
}
function drawRows() {
  const visible = onScreen(), last = Math.max(0, shown.length - visible);
  const room = space.offsetHeight - grid.clientHeight;
  top0 = room > 0 ? Math.round(Math.min(1, grid.scrollTop / room) * last) : 0;
  if (shown.length <= visible) top0 = 0;
  const made = document.createDocumentFragment();
  for (let k = top0; k < Math.min(shown.length, top0 + visible + 1); ++k) made.append(drawRow(k));
  rows.style.height = Math.max(1, grid.clientHeight - headHeight()) + "px";
  rows.replaceChildren(made);
}
function drawDetail() {
  const list = $("detail-list");
  list.replaceChildren();
  $("detail").hidden = !shown.length || !opened;
  if ($("detail").hidden) return;
  const i = shown[current], e = entryOf[i];
  const add = (name, value) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    dt.textContent = name;
    dd.textContent = value;
    list.append(dt, dd);
  };
  add("path", paths[e]);
  add("time", eventTime(i) + " (" + names.kind[kindOf[i]].replaceAll("_", " ") + ")");
  const zone = names.zone[zoneOf[i]];
  add("certainty", "precision " + names.precision[precisionOf[i]] + "; zone " + zone.replaceAll("_", " ") +
    (zone === "unknown" ? ", the clock's reading as it stands" : "") + "; " + names.validity[validityOf[i]].replaceAll("_", " "));
  add("entry", "id " + ids[e] + ", " + counted(sizes[e]) + " bytes, " + names.state[states[e]].replaceAll("_", " ") + "; read by " + sources[sourceOf[e]]);
}
let opened = false;
function select(k, open) {
  if (!shown.length) return;
  current = Math.min(Math.max(k, 0), shown.length - 1);
  if (open) opened = true;
  const visible = onScreen();
  drawDetail();
  if (current < top0 || current >= top0 + onScreen()) {
    const last = Math.max(1, shown.length - visible), room = space.offsetHeight - grid.clientHeight;
    const wanted = current < top0 ? current : current - visible + 1;
    grid.scrollTop = Math.min(1, wanted / last) * room;
  }
  drawRows();
}
grid.addEventListener("scroll", () => requestAnimationFrame(drawRows));
grid.addEventListener("click", (e) => {
  const row = e.target.closest(".row");
  if (row) select(Number(row.dataset.row), true);
});
grid.addEventListener("keydown", (e) => {
  const page = onScreen();
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (e.key in moves) select(current + moves[e.key]);
  else if (e.key === "Enter" || e.key === " ") select(current, true);
  else if (e.key === "Escape") { opened = false; drawDetail(); layout(); drawRows(); }
  else return;
  e.preventDefault();
});
$("close").onclick = () => { opened = false; drawDetail(); layout(); drawRows(); grid.focus(); };
function drawAll() { layout(); drawDetail(); drawChart(); drawRows(); }

let timer = 0;
for (const id of ["q", "from", "to"]) $(id).addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(applyFilter, 150); });
for (const input of document.querySelectorAll(".chips input")) input.addEventListener("change", applyFilter);
$("reset").onclick = () => {
  for (const id of ["q", "from", "to"]) $(id).value = "";
  for (const input of document.querySelectorAll(".chips input")) input.checked = true;
  applyFilter();
};
addEventListener("resize", drawAll);
addEventListener("hashchange", () => { recall(); applyFilter(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawChart);
addEventListener("keydown", (e) => {
  if (e.key === "/" && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) { e.preventDefault(); $("q").focus(); }
});
// Paper has no scroll bar: the first thousand rows of what is shown.
addEventListener("beforeprint", () => {
  const made = document.createDocumentFragment();
  for (let k = 0; k < Math.min(shown.length, 1000); ++k) made.append(drawRow(k));
  rows.replaceChildren(made);
});
addEventListener("afterprint", drawAll);

document.body.classList.add("live");
$("live").hidden = false;
$("summary").open = false;
recall();
applyFilter();
document.body.dataset.ready = "yes";
})().catch((error) => {
  const note = document.getElementById("failed");
  note.hidden = false;
  note.textContent = "The events cannot be shown in this browser (" + error.message + "); the summary below and timeline.csv have them.";
});
)js";

}  // namespace discern
