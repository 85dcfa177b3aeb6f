// SPDX-License-Identifier: Apache-2.0
// Light, dark and print; from 320 pixels up. No '<' and no '&', so that the page stays well-formed
// XML.

#include "report/page/sections.h"

namespace discern {

constinit const std::string_view kStyleSheet = R"css(
:root {
  color-scheme: light dark;
  --paper: #faf9f5; --card: #ffffff; --ink: #1b232c; --muted: #5a6570; --line: #dedad0;
  --soft: #efece3; --accent: #1d5b6b; --good: #1f6540; --good-soft: #e5f0e7;
  --warn: #85560a; --warn-soft: #f7eeda; --bad: #9c2b22; --bad-soft: #f8e5e1;
  --live: #3a7f91; --gone: #b0822a;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Georgia, "DejaVu Serif", serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #13181d; --card: #1a2127; --ink: #e8e6e0; --muted: #9ba7b2; --line: #303a44;
    --soft: #232b33; --accent: #86c8d7; --good: #83cda0; --good-soft: #1a2d23;
    --warn: #e3b765; --warn-soft: #30281a; --bad: #f29a8f; --bad-soft: #361f1d;
    --live: #5aa4b8; --gone: #cda04e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
a { color: var(--accent); text-underline-offset: .15em; }
code, pre { font-family: var(--mono); font-size: .86em; }
code { overflow-wrap: anywhere; }
.patterns { position: absolute; }

header, .page, .alone, footer { max-width: 1180px; margin: 0 auto; padding: 0 28px; }
header { padding-top: 40px; padding-bottom: 26px; }
.brand { margin: 0 0 18px; font-weight: 700; letter-spacing: .01em; }
.brand span { font-weight: 400; color: var(--muted); margin-left: .5em; }
h1 {
  font: 600 clamp(1.7rem, 4.6vw, 2.7rem)/1.15 var(--serif); letter-spacing: -.01em;
  margin: 0; overflow-wrap: anywhere;
}
.when { margin: 8px 0 0; color: var(--muted); }
.page { display: grid; grid-template-columns: 176px minmax(0, 1fr); gap: 52px; }
nav { font-size: .92rem; }
nav ol { list-style: none; margin: 0; padding: 4px 0 0; position: sticky; top: 24px; }
nav a { display: block; padding: 4px 0; color: var(--muted); text-decoration: none; }
nav a:hover, nav a:focus { color: var(--accent); text-decoration: underline; }
section { margin: 0 0 58px; }
h2 {
  font: 600 1.55rem/1.2 var(--serif); margin: 0 0 14px; padding-top: 14px;
  border-top: 1px solid var(--line); scroll-margin-top: 12px;
}
h2 span { color: var(--muted); font-weight: 400; margin-right: .55em; font-variant-numeric: tabular-nums; }
h3 { font-size: 1rem; margin: 0; }
.lede { color: var(--muted); max-width: 68ch; margin: 0 0 20px; }
.lede strong { color: var(--ink); }

.verdict { display: flex; align-items: flex-start; gap: 26px; padding: 28px 30px; border-radius: 12px; }
.verdict p { margin: 0; max-width: 56ch; }
.verdict .word { font: 600 clamp(2rem, 6vw, 3rem)/1.1 var(--serif); margin-bottom: 6px; }
.sign { width: 76px; flex: none; fill: none; stroke: currentColor; stroke-width: 3.2;
  stroke-linecap: round; stroke-linejoin: round; }
.reasons { margin: 10px 0 0; padding-left: 1.1em; max-width: 64ch; overflow-wrap: anywhere; }
.consistent { background: var(--good-soft); } .consistent .word, .consistent .sign { color: var(--good); }
.mismatch { background: var(--bad-soft); } .mismatch .word, .mismatch .sign { color: var(--bad); }
.incomplete { background: var(--warn-soft); } .incomplete .word, .incomplete .sign { color: var(--warn); }
dl.conclusion { margin-top: 22px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 26px; margin-top: 28px; }
.fact h3 { color: var(--muted); font-weight: 500; font-size: .88rem; }
.fact p { margin: 0; font-size: .93rem; color: var(--muted); overflow-wrap: anywhere; }
.fact .figure { font: 600 1.22rem/1.3 var(--serif); color: var(--ink); margin: 3px 0 5px; }

figure { margin: 0 0 30px; }
figcaption, caption { text-align: left; font-weight: 600; font-size: .93rem; padding-bottom: 9px; }
.lane { display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 14px; align-items: center; margin-bottom: 5px; }
.lane > span { font-size: .85rem; color: var(--muted); line-height: 1.25; }
.lane small { display: block; font-size: .78rem; font-variant-numeric: tabular-nums; }
.lane svg { display: block; }
.lane text { font-size: 13px; fill: var(--ink); }
.ground { fill: var(--soft); }
.block { fill: var(--card); stroke: var(--live); stroke-width: 2.5; }
.live, .bar { fill: var(--live); }
.deleted { fill: url(#stripes); } .stripe { fill: var(--gone); }
.unread { fill: url(#cross); } .cross-ground { fill: var(--bad-soft); }
.cross { stroke: var(--bad); stroke-width: 1.2; }
.failing { fill: var(--bad); } .carved { fill: var(--muted); }
.axis > div { display: flex; justify-content: space-between; }
.axis, .axis > div { font-size: .78rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.tick { overflow: visible; } .axis line { stroke: var(--muted); } .axis text { fill: var(--muted); font-size: 12px; }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 8px 0 0; padding: 0; font-size: .85rem; color: var(--muted); }
.key svg { vertical-align: -2px; }

.wide { overflow-x: auto; margin: 0 0 26px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: 7px 18px 7px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 500; color: var(--muted); font-size: .84rem; white-space: nowrap; }
tbody th { font-weight: 500; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 30px; }
th.n:first-child { width: 1%; }
.narrow { width: auto; min-width: min(100%, 380px); }
.time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.name { overflow-wrap: anywhere; min-width: 11em; }
.origin { overflow-wrap: anywhere; min-width: 9em; }
.hash code { user-select: all; }
.hash { min-width: 20em; }
.dense th, .dense td { padding-top: 4px; padding-bottom: 4px; }
.gap td { text-align: center; color: var(--muted); background: var(--soft); }
.pair code, .pair span { display: block; }
.pair span { color: var(--muted); font-size: .85em; }
.mark { white-space: nowrap; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--muted); }
.cut { color: var(--muted); font-size: .9rem; margin: -12px 0 24px; }
th button { all: unset; cursor: pointer; }
th button::after { content: " \2195"; opacity: .5; }
th[aria-sort="ascending"] button::after { content: " \2191"; opacity: 1; }
th[aria-sort="descending"] button::after { content: " \2193"; opacity: 1; }
.wide:focus-visible, th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
input[type="search"] {
  font: inherit; font-size: .9rem; width: 100%; max-width: 320px; padding: 6px 10px; margin: 0 0 14px;
  color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
}
details { margin: 0 0 26px; }
summary { cursor: pointer; color: var(--accent); font-size: .93rem; margin-bottom: 12px; }

.object { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px; margin: 0 0 14px; }
.object h3 { overflow-wrap: anywhere; }
.object p { margin: 2px 0 10px; color: var(--muted); font-size: .92rem; overflow-wrap: anywhere; }
.digests, .run { margin: 0; }
.digests > div, .run > div { display: grid; grid-template-columns: 90px minmax(0, 1fr); gap: 12px; padding: 2px 0; }
dt { color: var(--muted); font-size: .88rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.digests code { user-select: all; }
.run > div { grid-template-columns: 120px minmax(0, 1fr); padding: 4px 0; }

.findings { list-style: none; margin: 0; padding: 0; }
.findings li { display: grid; grid-template-columns: 92px minmax(0, 1fr); gap: 16px; padding: 13px 0; border-bottom: 1px solid var(--line); }
.findings p { margin: 0; overflow-wrap: anywhere; }
.findings .where { color: var(--muted); font-size: .88rem; margin-top: 3px; }
.severity { justify-self: start; align-self: start; font-size: .84rem; font-weight: 600; padding: 2px 10px; border-radius: 99px; background: var(--soft); color: var(--muted); }
.damage .severity { background: var(--bad-soft); color: var(--bad); }
.warning .severity { background: var(--warn-soft); color: var(--warn); }

.pictures { list-style: none; padding: 0; margin: 0 0 26px; display: grid; grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); gap: 14px; }
.pictures img { display: block; width: 100%; height: 112px; object-fit: contain; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; }
.pictures span { display: block; font-size: .8rem; color: var(--muted); margin-top: 4px; overflow-wrap: anywhere; }
.commands { padding-left: 1.3em; margin: 0; }
.commands li { margin-bottom: 18px; }
.commands p { margin: 0 0 5px; overflow-wrap: anywhere; }
.commands .expect { color: var(--muted); font-size: .9rem; }
pre { margin: 0 0 6px; padding: 11px 14px; background: var(--soft); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
.limits { padding-left: 1.1em; margin: 0; max-width: 72ch; }
.limits li { margin-bottom: 8px; }
footer { border-top: 1px solid var(--line); padding-top: 18px; padding-bottom: 44px; color: var(--muted); font-size: .9rem; }

@media screen and (max-width: 860px) {
  header, .page, .alone, footer { padding-left: 18px; padding-right: 18px; }
  header { padding-top: 24px; padding-bottom: 18px; }
  .page { display: block; }
  nav { display: none; }
  .verdict { display: block; padding: 20px; }
  .sign { width: 44px; margin-bottom: 8px; }
  .facts { grid-template-columns: 1fr 1fr; gap: 20px; }
  .lane { display: block; margin-bottom: 9px; }
  .lane > span { display: block; margin-bottom: 3px; }
  .lane small { display: inline; margin-left: .6em; }
  .lane .alternate { display: none; }
  .axis > div > span:nth-child(even) { display: none; }
  .findings li { display: block; }
  .stack, .stack tbody { display: block; }
  .stack caption { display: block; }
  .stack thead { display: none; }
  .stack tr { display: flex; flex-wrap: wrap; gap: 1px 14px; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .stack th, .stack td { padding: 0; border: 0; min-width: 0; }
  .stack .name, .stack .pair, .stack .origin, .stack .gap td { flex-basis: 100%; }
  .stack .name { order: -1; }
  .stack td:not(.name):not(.pair) { color: var(--muted); }
  .severity { display: inline-block; margin-bottom: 6px; }
  .digests > div, .run > div { grid-template-columns: 1fr; gap: 0; padding: 4px 0; }
  .object { padding: 14px; }
}
@media print {
  body { font-size: 10.5pt; background: none; }
  nav, input[type="search"] { display: none; }
  .page { display: block; }
  .wide { overflow: visible; }
  tr, figure, .object, .findings li, .commands li { break-inside: avoid; }
  h2, h3, caption, thead, summary, .lede { break-after: avoid; }
  .name, .origin, .hash { min-width: 0; }
  .verdict, .ground, .live, .bar, .severity, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace discern
