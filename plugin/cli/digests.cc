// SPDX-License-Identifier: Apache-2.0
// hash and verify: one pass over everything, then the digests, or what they are compared with.
#include <algorithm>

#include "access.h"
#include "command.h"
#include "discern/case_folder.h"
#include "discern/json.h"
#include "discern/pass.h"
#include "discern/repair.h"
#include "discern/report.h"
#include "discern/run_source.h"
#include "discern/similarity.h"
#include "discern/timeline.h"
#include "discern/verify.h"
#include "examination.h"
#include "opened.h"

namespace discern::cli {
namespace {

void print_digests(const DigestSet& set, const Options& options) {
  print(toned(shown(set.object), Tone::strong, options) +
        (set.of.empty() ? "" : " of " + shown(set.of)) + "  " + shown_size(set.size) +
        (set.same_as.empty() ? "" : "  same bytes as " + shown(set.same_as)));
  if (!set.not_hashed.empty())
    print("  " + toned("no digests: " + set.not_hashed, Tone::bad, options));
  else if (!set.bad.empty())
    print("  " + toned(std::to_string(total_length(set.bad)) + " bytes could not be read; " +
                           "zeros stand for them in the digests",
                       Tone::bad, options));
  for (const SetMark& mark : set.marks)
    print(
        "  " +
        toned(mark.notable ? "notable" : "known", mark.notable ? Tone::bad : Tone::good, options) +
        "  by " + std::string(name_of(mark.algorithm)) + " in " + shown(mark.set) +
        (mark.name.empty() ? "" : ": " + shown(mark.name)));
  for (const Digest& digest : set.digests) {
    std::string name(name_of(digest.algorithm));
    name.resize(9, ' ');
    print("  " + name + digest.hex);
  }
  for (const SimilarityDigest& each : set.similarity) {
    std::string name = each.kind;
    name.resize(9, ' ');
    print("  " + name + each.value + "  (similarity, not identity)");
  }
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

namespace {

class DigestPrinter {
 public:
  DigestPrinter(const Image& image, const Options& options) : image_(image), options_(options) {}
  void operator()(const DigestSet& set) const {
    if (options_.json)
      print(json_of(image_, set));
    else
      print_digests(set, options_);
  }

 private:
  const Image& image_;
  const Options& options_;
};

DigestSet digests_of(const Entry& entry, const Opened& opened, const Options& options) {
  DigestSet set = hash_entry(entry, *opened.walked, options.algorithms);
  if (!options.similarity.empty() && set.bad.empty() && set.not_hashed.empty())
    set.similarity = similarity_of(*run_source(opened.walked->source, entry), options.similarity);
  return set;
}

// --known, --notable: what is printed waits until the sets have been read.
Status print_marked(const Opened& opened, const Options& options, std::vector<DigestSet> digests,
                    const std::vector<PieceDigests>& pieces, Findings& found,
                    const DigestPrinter& print_set) {
  for (const PieceDigests& table : pieces)
    for (std::uint64_t i = 0; i < table.count(); ++i) digests.push_back(table.at(i));
  ProgressBar bar(options);
  Status done = Done{};
  if (options.entries || pieces.empty())
    done = walk(opened, bar.callback(), found, [&](Entry&& entry) {
      if (entry.type == 'r') digests.push_back(digests_of(entry, opened, options));
      return !interrupted();
    });
  if (done) done = mark_by_hash_sets(digests, options, bar.callback(), found);
  bar.clear();
  if (done)
    for (const DigestSet& set : digests) print_set(set);
  return done;
}

// --entries
Status print_entries(const Opened& opened, const Options& options, Findings& found,
                     const DigestPrinter& print_set) {
  ProgressBar bar(options);
  const Status done = walk(opened, bar.callback(), found, [&](Entry&& entry) {
    if (entry.type != 'r') return !interrupted();
    const DigestSet set = digests_of(entry, opened, options);
    bar.clear();
    print_set(set);
    return !interrupted();
  });
  bar.clear();
  return done;
}

ExitStatus hash_opened(const Opened& opened, const Options& options) {
  ProgressBar bar(options);
  HashJob job = hash_job(*opened.image, options.algorithms);
  if (options.piece.wanted())
    if (const Status added = add_pieces(job, *opened.image, options.algorithms, options.piece);
        !added)
      return failed(added.error());
  const Status done = run_pass(job.streams, {options.threads, bar.callback()});
  bar.clear();
  if (!done) return failed(done.error());
  const auto digests = job.finish();
  Findings found = job.findings();
  report(found, options);
  if (!options.map.empty())
    if (const Status written = write_map(digests, options.map); !written)
      return failed(written.error());
  if (!options.json) print(shown(opened.image->path));
  const DigestPrinter print_set(*opened.image, options);
  const auto pieces = job.finish_pieces();
  ExitStatus status = worst(status_of(opened.image->findings), status_of(found));
  Findings walked;
  Status listed = Done{};
  if (!options.hash_sets.empty()) {
    listed = print_marked(opened, options, digests, pieces, walked, print_set);
  } else {
    for (const DigestSet& set : digests) print_set(set);
    for (const PieceDigests& table : pieces)
      for (std::uint64_t i = 0; i < table.count(); ++i) print_set(table.at(i));
    if (options.entries) listed = print_entries(opened, options, walked, print_set);
  }
  report(walked, options);
  if (!listed) return failed(listed.error());
  return worst(status, status_of(walked));
}

}  // namespace

ExitStatus run_hash(const Options& options) {
  if (!options.map.empty() && options.operands.size() != 1) {
    report_usage("hash", "--map is of one image");
    return ExitStatus::usage;
  }
  if (!options.similarity.empty() && !options.entries) {
    report_usage("hash", "--similarity goes with --entries");
    return ExitStatus::usage;
  }
  return for_each_image(options,
                        [&](const Opened& opened) { return hash_opened(opened, options); });
}

namespace {

std::string json_of(const Image& image, const SectorRepair& repair) {
  std::string line;
  JsonWriter json(line);
  json.begin_object()
      .field("schema", "discern/repair/1")
      .field("image", image.path)
      .field("lba", repair.lba.value)
      .field("repaired", repair.repaired)
      .field("unreadable", repair.unreadable)
      .key("changes")
      .begin_array();
  for (const ByteChange& change : repair.changes)
    json.begin_object()
        .field("offset", change.offset)
        .field("before", to_hex(Bytes(&change.before, 1)))
        .field("after", to_hex(Bytes(&change.after, 1)))
        .field("codeword", change.codeword)
        .end_object();
  json.end_array().end_object();
  return line;
}

// --repairs
Status write_repairs(const Image& image, const Image* second, const Options& options,
                     const Progress& progress) {
  if (!image.disc) return Error{Errc::unsupported, "a disk has no parity to repair it", image.path};
  Status found = Done{};
  std::uint64_t repaired = 0;
  std::uint64_t hopeless = 0;
  const Status written = write_whole_file(options.repairs, [&](std::ostream& out) {
    found = find_repairs(
        *image.disc, progress,
        [&](const SectorRepair& repair) {
          ++(repair.repaired ? repaired : hopeless);
          out << json_of(image, repair) << '\n';
        },
        second ? &*second->disc : nullptr);
  });
  if (!found) return found.error();
  if (!written) return written.error();
  if (!options.quiet)
    std::fprintf(stderr, "discern: note: %s: %llu bad sectors can be repaired, %llu cannot\n",
                 shown(image.path).c_str(), static_cast<unsigned long long>(repaired),
                 static_cast<unsigned long long>(hopeless));
  return Done{};
}

// The integrity map, and where odd things are.
std::string json_of(const Image& image, const SectorTally& tally) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().field("schema", "discern/integrity/1").field("image", image.path);
  json.key("runs").begin_array();
  for (const IntegrityRun& run : tally.map)
    json.begin_object()
        .field("lba", run.first.value)
        .field("sectors", run.sectors)
        .field("state", run.state)
        .field("repairable", run.repairable)
        .end_object();
  json.end_array().key("odd").begin_array();
  for (const OddSectors& odd : tally.odd) {
    json.begin_object().field("code", odd.code).key("runs").begin_array();
    for (const LbaRun& run : odd.runs)
      json.begin_object().field("lba", run.first.value).field("sectors", run.sectors).end_object();
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return line;
}

std::string json_of(const Image& image, const Entry& entry, const DamagedPart& part) {
  std::string line;
  const ShownName name = show_name(entry.path);
  JsonWriter json(line);
  json.begin_object()
      .field("schema", "discern/verify/1")
      .field("image", image.path)
      .field("object", "entry:" + name.text);
  if (!name.clean) json.field("path_hex", to_hex(as_bytes(entry.path)));
  json.field("check", "edc")
      .field("expected", "0 bad of " + std::to_string(part.sectors))
      .field("computed", std::to_string(part.damaged) + " bad of " + std::to_string(part.sectors))
      .field("source", "sectors that the entry's runs touch")
      .field("verdict", "mismatch")
      .field("state", name_of(entry.state))
      .field("sectors", part.sectors)
      .field("damaged", part.damaged)
      .field("edc_bad", part.edc)
      .field("unread", part.unread)
      .field("repairable", part.repairable)
      .field("first_lba", part.first.value)
      .end_object();
  return line;
}

// Which files own what does not match, in one walk, and only when something does not: findings and,
// with --json, a line each for damaged sectors; areas for those and for pieces that differ.
Status find_owners(const Opened& opened, const Options& options, const Progress& progress,
                   Examination& examination) {
  const SectorTally* const tally = examination.sectors ? &*examination.sectors : nullptr;
  const DamagedSectors bad(tally ? *tally : SectorTally{});
  auto unread = unread_areas(*opened.image, examination.digests, progress);
  const bool areas = (tally && !tally->bad_runs.empty()) || !unread.empty() ||
                     std::any_of(examination.verifications.begin(), examination.verifications.end(),
                                 [](const Verification& row) {
                                   return row.verdict == Outcome::mismatch && row.range;
                                 });
  if (!areas && bad.none()) return Done{};
  std::vector<Entry> entries;
  Findings found;
  const Status walked = walk(
      opened, progress, found,
      [&](Entry&& entry) {
        if (options.json)
          if (const auto part = bad.of(entry, *opened.view))
            print(json_of(*opened.image, entry, *part));
        if (areas) entries.push_back(std::move(entry));
        return true;
      },
      tally);
  if (!walked && walked.error().code == Errc::cancelled) return walked.error();
  // Without damaged sectors this command does not judge file systems.
  if (!bad.none()) {
    // Damage may well keep a file system from being read.
    if (!walked)
      found.push_back({"entry.not-joined",
                       Severity::note,
                       {.file = opened.image->path},
                       "the damaged sectors cannot be told by files: " + walked.error().text});
    examination.findings.insert(examination.findings.end(), found.begin(), found.end());
  }
  if (areas)
    examination.mismatch_areas =
        locate_mismatches(*opened.image, *opened.walked, examination.verifications, tally, entries,
                          std::move(unread));
  return Done{};
}

void print_area(const MismatchArea& area, const Options& options) {
  std::string line = toned("where        ", Tone::bad, options) + shown(area.object) + "  " +
                     area.what + "  bytes " + std::to_string(area.range.offset) + " to " +
                     std::to_string(area.range.end());
  if (area.first_lba)
    line += ", sectors " + std::to_string(*area.first_lba) + " to " +
            std::to_string(area.last_lba.value_or(*area.first_lba));
  if (area.entries.empty()) line += ", in no file";
  for (std::size_t i = 0; i < area.entries.size(); ++i)
    line += (i == 0 ? ", in " : ", ") + shown(area.entries[i]);
  if (area.more_entries > 0) line += " and " + std::to_string(area.more_entries) + " more";
  print(line);
}

}  // namespace

ExitStatus run_verify(const Options& options) {
  if (!options.repairs.empty() && options.operands.size() != 1) {
    report_usage("verify", "--repairs is of one image");
    return ExitStatus::usage;
  }
  if (!options.second.empty() && options.repairs.empty()) {
    report_usage("verify", "--second goes with --repairs");
    return ExitStatus::usage;
  }
  if (!options.output.empty()) {
    if (options.repairs.empty() && std::ranges::none_of(options.operands, is_case_folder))
      return write_cases("verify", options);
    report_usage("verify", "-o is of images, without --repairs");
    return ExitStatus::usage;
  }
  const auto access = access_of("verify", options);
  if (!access) return failed(access.error());
  restrict_process(*access, options);
  Options images = options;
  ExitStatus folders = ExitStatus::consistent;
  std::erase_if(images.operands, [&](const std::string& operand) {
    if (!is_case_folder(operand)) return false;
    folders = worst(folders, check_case(operand, options));
    return true;
  });
  const ExitStatus all = for_each_image(images, [&](const Opened& opened) {
    ProgressBar bar(options);
    Examination examination;
    examination.image = opened.image.get();
    auto references = references_of(*opened.image, options);
    if (!references) return failed(references.error());
    auto algorithms = needed_algorithms(options.algorithms, *opened.image, *references);
    Passes passes(*opened.image, std::move(algorithms), std::move(*references),
                  FilesHashed::compared);
    Status done = passes.run({options.threads, bar.callback()}, examination);
    if (done && !options.repairs.empty())
      done = write_repairs(*opened.image, opened.second.get(), options, bar.callback());
    if (done && options.json && examination.sectors)
      print(json_of(*opened.image, *examination.sectors));
    if (done) done = find_owners(opened, options, bar.callback(), examination);
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
    for (const MismatchArea& area : examination.mismatch_areas) {
      if (options.json)
        print(json_of(*opened.image, area));
      else
        print_area(area, options);
    }
    if (examination.verifications.empty() && !options.quiet)
      std::fprintf(stderr,
                   "discern: note: %s: the evidence carries nothing to compare with, and no file "
                   "of digests lies beside it\n",
                   shown(opened.image->path).c_str());
    return status;
  });
  return worst(folders, all);
}

}  // namespace discern::cli
