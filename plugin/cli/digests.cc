// SPDX-License-Identifier: Apache-2.0
// hash and verify: one pass over everything, then the digests, or what they are compared with.
#include "command.h"
#include "discern/pass.h"
#include "discern/report.h"
#include "discern/verify.h"
#include "examination.h"
#include "opened.h"

namespace discern::cli {
namespace {

void print_digests(const Image& image, const DigestSet& set, const Options& options) {
  print(toned(shown(set.object), Tone::strong, options) + "  " + shown_size(set.size) +
        (set.same_as.empty() ? "" : "  same bytes as " + shown(set.same_as)));
  if (!set.bad.empty())
    print("  " + toned(std::to_string(total_length(set.bad)) +
                           " bytes could not be read; zeros stand for them in the digests",
                       Tone::bad, options));
  for (const Digest& digest : set.digests) {
    std::string name(name_of(digest.algorithm));
    name.resize(9, ' ');
    print("  " + name + digest.hex);
  }
  (void)image;
}

void print_verification(const Verification& row, const Options& options) {
  const Tone tone = row.verdict == Outcome::match      ? Tone::good
                    : row.verdict == Outcome::mismatch ? Tone::bad
                                                       : Tone::dim;
  std::string verdict(name_of(row.verdict));
  verdict.resize(13, ' ');
  print(toned(verdict, tone, options) + shown(row.object) + "  " + row.check + "  expected " +
        row.expected + "  computed " + (row.computed.empty() ? "nothing" : row.computed) + "  (" +
        shown(row.source) + ")");
}

}  // namespace

ExitStatus run_hash(const Options& options) {
  return for_each_image(options, [&](const Opened& opened) {
    ProgressBar bar(options);
    Findings found;
    const auto digests =
        hash_image(*opened.image, options.algorithms, {options.threads, bar.callback()}, found);
    bar.clear();
    if (!digests) return failed(digests.error());
    report(found, options);
    if (!options.json) print(shown(opened.image->path));
    for (const DigestSet& set : *digests) {
      if (options.json)
        print(json_of(*opened.image, set));
      else
        print_digests(*opened.image, set, options);
    }
    return worst(status_of(opened.image->findings), status_of(found));
  });
}

ExitStatus run_verify(const Options& options) {
  return for_each_image(options, [&](const Opened& opened) {
    ProgressBar bar(options);
    Examination examination;
    examination.image = opened.image.get();
    Passes passes(*opened.image, with_stored_algorithms(options.algorithms, *opened.image));
    const Status done = passes.run({options.threads, bar.callback()}, examination);
    bar.clear();
    if (!done) return failed(done.error());
    report(examination.findings, options);
    ExitStatus status = worst(status_of(opened.image->findings), status_of(examination.findings));
    for (const Verification& row : examination.verifications) {
      if (options.json)
        print(json_of(*opened.image, row));
      else
        print_verification(row, options);
      if (row.verdict == Outcome::mismatch) status = worst(status, ExitStatus::differs);
    }
    if (examination.verifications.empty() && !options.quiet)
      std::fprintf(stderr, "discern: note: %s: the evidence carries nothing to compare with\n",
                   shown(opened.image->path).c_str());
    return status;
  });
}

}  // namespace discern::cli
