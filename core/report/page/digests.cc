// SPDX-License-Identifier: Apache-2.0
// Digests, and what they and the sectors' checksums were compared with.

#include <algorithm>

#include "report/page/sections.h"

namespace discern {
namespace {

// SHA-256 as people write it.
std::string_view written_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::md5:
      return "MD5";
    case Algorithm::sha1:
      return "SHA-1";
    case Algorithm::sha256:
      return "SHA-256";
    case Algorithm::sha512:
      return "SHA-512";
    case Algorithm::sha3_256:
      return "SHA3-256";
    case Algorithm::blake3:
      return "BLAKE3";
    case Algorithm::crc32:
      return "CRC-32";
  }
  return {};
}

void write_set(Markup& page, const DigestSet& digests) {
  page << "<article class=\"object\"><h3>" << digests.object << "</h3><p>";
  page.bytes(digests.size);
  if (digests.offset > 0) page << " from byte " << digests.offset;
  if (!digests.bad.empty()) {
    page << ", of which <strong class=\"bad\">";
    page.count(total_length(digests.bad), "was", "were")
        << " not readable</strong> and entered the digests as zeros";
  }
  if (!digests.same_as.empty()) {
    page << ": the very same bytes as <strong>" << digests.same_as
         << "</strong>, so the same digests</p></article>";
    return;
  }
  page << "</p><dl class=\"digests\">";
  for (const Digest& digest : digests.digests)
    page << "<div><dt>" << written_name(digest.algorithm) << "</dt><dd><code>" << digest.hex
         << "</code></dd></div>";
  page << "</dl></article>";
}

void write_outcome(Markup& page, Outcome outcome) {
  switch (outcome) {
    case Outcome::match:
      page << "<span class=\"mark good\">\xE2\x9C\x93 match</span>";
      break;
    case Outcome::mismatch:
      page << "<span class=\"mark bad\">\xE2\x9C\x97 mismatch</span>";
      break;
    case Outcome::unverifiable:
      page << "<span class=\"mark open\">? unverifiable</span>";
      break;
  }
}

}  // namespace

void write_digests(Markup& page, const Case& of) {
  const auto& digests = of.examination.digests;
  if (digests.empty()) return;
  page << "<p class=\"lede\">One click selects a whole value. "
          "All of them are in <a href=\"hashes.csv\">hashes.csv</a>.</p>";
  const std::size_t shown = std::min<std::size_t>(100, digests.size());
  for (std::size_t i = 0; i < shown; ++i) write_set(page, digests[i]);
  write_cut(page, shown, digests.size(), "hashes.csv");
  if (const auto& tree = of.examination.tree)
    page << "<p>Root over " << tree->leaves.size() << " pieces of " << tree->piece << " bytes of "
         << tree->object << ": <code>" << tree->root
         << "</code>. <code>discern prove</code> leads single files to it.</p>";
}

void write_comparisons(Markup& page, const Case& of) {
  // Mismatches first; the order stays otherwise.
  std::vector<const Verification*> sorted;
  for (const Verification& verification : of.examination.verifications)
    sorted.push_back(&verification);
  const auto rank = [](const Verification* verification) {
    return verification->verdict == Outcome::mismatch ? 0 : 1;
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](auto* a, auto* b) { return rank(a) < rank(b); });
  if (sorted.empty()) {
    page << "<p class=\"lede\">The evidence carries no digests and no checksums, and no reference "
            "was "
            "given. The digests above stand alone.</p>";
    return;
  }
  page
      << "<p class=\"lede\">What the evidence, its containers and the given references say, beside "
         "what was computed from the bytes.</p><div class=\"wide\"><table "
         "class=\"sortable stack\"><caption>"
         "Expected and computed "
         "values</caption><thead><tr><th>Verdict</th><th>Object</th><th>Check</th><th>Expected, "
         "computed</th><th>Where the expectation comes from</th></tr></thead><tbody>";
  const std::size_t shown = std::min(kMaxRows, sorted.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Verification& verification = *sorted[i];
    page << "<tr><td>";
    write_outcome(page, verification.verdict);
    page << "</td><th scope=\"row\" class=\"name\">" << verification.object << "</th><td>"
         << verification.check;
    if (!verification.algorithm.empty()) page << " " << verification.algorithm;
    if (verification.range)
      page << ", bytes " << verification.range->offset << " to " << verification.range->end();
    page << "</td><td class=\"pair\"><code>" << verification.expected << "</code>";
    if (verification.computed.empty())
      page << "<span>nothing was computed</span>";
    else if (verification.computed != verification.expected)
      page << "<code class=\"bad\">" << verification.computed << "</code>";
    else
      page << "<span>the same was computed</span>";
    page << "</td><td class=\"origin\">" << verification.source << "</td></tr>";
  }
  page << "</tbody></table></div>";
  write_cut(page, shown, sorted.size(), "report.json");
}

void write_findings(Markup& page, const Case& of) {
  std::vector<const Finding*> sorted;
  for (const Finding& finding : of.examination.findings) sorted.push_back(&finding);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](auto* a, auto* b) { return a->severity > b->severity; });
  if (sorted.empty()) {
    page << "<p class=\"lede\">Nothing about the evidence is unusual.</p>";
    return;
  }
  page
      << "<p class=\"lede\"><strong>Damage</strong>: data is missing, wrong or cannot be verified. "
         "<strong>Warning</strong>: something contradicts or is odd, all data is there. "
         "<strong>Note</strong>: worth knowing, nothing is wrong.</p><ul class=\"findings\">";
  const std::size_t shown = std::min(kMaxRows, sorted.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Finding& finding = *sorted[i];
    page << "<li class=\"" << name_of(finding.severity) << "\"><span class=\"severity\">"
         << name_of(finding.severity) << "</span><div><p>" << finding.text
         << "</p><p class=\"where\"><code>" << finding.code << "</code>";
    if (const std::string where = describe(finding.where); !where.empty()) page << " " << where;
    page << "</p></div></li>";
  }
  page << "</ul>";
  write_cut(page, shown, sorted.size(), "findings.jsonl");
}

}  // namespace discern
