// SPDX-License-Identifier: Apache-2.0
// examine, the main job: all steps over each image, and its case folder; verify -o, without the
// search for files.
#include <filesystem>
#include <optional>

#include "access.h"
#include "command.h"
#include "discern/case_folder.h"
#include "discern/folder.h"
#include "discern/json.h"
#include "examination.h"
#include "opened.h"
#include "output_folder.h"
#include "run_record.h"
#include "unfinished_case.h"

namespace discern::cli {
namespace {

struct Case {
  CollectionRow row;
  ExitStatus status = ExitStatus::incomplete;
};

ExitStatus status_of(CaseVerdict verdict) {
  switch (verdict) {
    case CaseVerdict::consistent:
      return ExitStatus::consistent;
    case CaseVerdict::mismatch:
    case CaseVerdict::incomplete:  // of the evidence: the examination itself was completed
      return ExitStatus::differs;
  }
  return ExitStatus::incomplete;
}

// --known, --notable
Status look_up_entries(const Opened& opened, const Options& options, const Progress& progress,
                       Examination& examination) {
  if (options.hash_sets.empty()) return Done{};
  for (const Entry& entry : examination.timeline.entries) {
    if (interrupted()) return Error{Errc::cancelled, "interrupted"};
    if (entry.type == 'r')
      examination.entry_digests.push_back(hash_entry(entry, *opened.walked, options.algorithms));
  }
  for (const HashSetFile& file : options.hash_sets) examination.hash_sets.push_back(file);
  return mark_by_hash_sets(examination.entry_digests, options, progress, examination.findings);
}

// The steps, in the order of the data. `progress` shows them.
Status examine(const Opened& opened, const Options& options, const Progress& progress,
               const std::string& folder, Examination& examination) {
  const Image& image = *opened.image;
  const View& view = *opened.view;
  examination.findings = image.findings;

  std::optional<CarveScan> scan;
  auto references = references_of(image, options);
  if (!references) return references.error();
  auto algorithms = needed_algorithms(options.algorithms, image, *references);
  Passes passes(image, std::move(algorithms), std::move(*references));
  if (examination.searched)
    passes.search_with(scan.emplace(view, carve_options(options, image, view, progress)), view);
  PieceTreeBuilder tree(view);
  passes.build(tree, view);
  if (const Status done = passes.run({options.threads, progress}, examination); !done)
    return done.error();

  examination.tree = tree.finish();

  if (!options.map.empty())
    if (const Status written = write_map(examination.digests, options.map); !written)
      return written.error();

  auto timeline = walk_timeline(opened, progress, examination.findings,
                                examination.sectors ? &*examination.sectors : nullptr);
  if (!timeline) return timeline.error();
  examination.timeline = std::move(*timeline);
  std::vector<MismatchArea> unread = unread_areas(image, examination.digests, progress);
  // Of a set of chunks that is damage to the container, whatever the data were.
  if (image.format == "ewf")
    for (const MismatchArea& area : unread)
      examination.findings.push_back({"ewf.chunk-unproved", Severity::damage,
                                      Place{area.evidence_file, area.evidence_offset}, area.what});
  examination.mismatch_areas =
      locate_mismatches(image, *opened.walked, examination.verifications,
                        examination.sectors ? &*examination.sectors : nullptr,
                        examination.timeline.entries, std::move(unread));

  if (const Status looked_up = look_up_entries(opened, options, progress, examination); !looked_up)
    return looked_up.error();

  // With --force: files of an earlier run must not look like results of this one.
  if (const Status removed = remove_whole(folder + "/carved"); !removed) return removed.error();
  if (!scan) return Done{};
  auto carved = scan->carve();
  if (!carved) return carved.error();
  examination.carved = std::move(*carved);
  leave_out_partial(examination.carved, options, examination.findings);
  return write_carved_files(view, examination.carved, folder + "/carved", options.force);
}

// The report, one more entry of the audit log, the manifest over both, and what seals that.
Status write_and_seal(Examination& examination, const std::string& folder, const Options& options) {
  std::string signer;
  if (!options.sign.empty()) {
    const auto named = signer_of(options.sign);
    if (!named) return named.error();
    signer = *named;
  }
  const auto previous = audit_head(folder);
  if (!previous) return previous.error();
  examination.run.previous_entry = *previous;
  if (const Status logged = append_audit(folder, examination, signer); !logged)
    return logged.error();
  if (const Status written = write_case_folder(examination, folder); !written)
    return written.error();
  if (!options.sign.empty())
    if (const Status sealed = sign_case_folder(folder, options.sign); !sealed)
      return sealed.error();
  return options.timestamp ? write_timestamp_query(folder) : Status(Done{});
}

Case finished_case(CollectionRow row, const std::string& verdict) {
  row.verdict = verdict;
  row.consistent = verdict == name_of(CaseVerdict::consistent);
  row.has_report = true;
  return {row, row.consistent ? ExitStatus::consistent : ExitStatus::differs};
}

Case examine_one(const std::string& operand, const std::string& name, const Options& options,
                 bool search) {
  Case result{{operand, name, {}}};
  const std::string folder = name.empty() ? options.output : options.output + "/" + name;
  const auto fail = [&](const Error& error) {
    result.status = failed(error);
    result.row.verdict = describe(error);
    return result;
  };
  RunRecord run = start_run();
  const auto opened = open_operand(operand, options);
  if (!opened) return fail(opened.error());
  if (options.resume) {
    const auto state = state_of_case(folder, options);
    if (!state) return fail(state.error());
    if (state->kind == CaseState::Kind::finished) return finished_case(result.row, state->verdict);
    if (state->kind == CaseState::Kind::unfinished)
      if (const Status cleared = clear_case(folder); !cleared) return fail(cleared.error());
  }
  if (const Status ready = prepare_output_folder(folder, options.force || options.resume); !ready)
    return fail(ready.error());
  if (const Status begun = begin_case(folder); !begun) return fail(begun.error());

  Examination examination;
  examination.image = opened->image.get();
  examination.view = opened->view;
  examination.searched = search;
  ProgressBar bar(options);
  const Status done = examine(*opened, options, bar.callback(), folder, examination);
  bar.clear();
  if (!done) return fail(done.error());
  finish_run(run);
  examination.run = std::move(run);
  examination.data = options.case_data;
  if (const Status written = write_and_seal(examination, folder, options); !written)
    return fail(written.error());
  if (const Status ended = end_case(folder); !ended) return fail(ended.error());

  const CaseVerdict verdict = verdict_of(examination);
  result.row.verdict = name_of(verdict);
  result.row.consistent = verdict == CaseVerdict::consistent;
  result.row.has_report = true;
  result.status = status_of(verdict);
  return result;
}

// A folder name for the n-th image that no other image can have.
std::string folder_name(std::size_t number, const std::string& operand) {
  std::string name = std::filesystem::path(parse_image_name(operand).path).filename().string();
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == '/') c = '_';
  return std::to_string(number) + "-" + name;
}

void print_case(const CollectionRow& row, const Options& options) {
  const std::string report =
      options.output + "/" + (row.folder.empty() ? "" : row.folder + "/") + "report.html";
  if (!options.json) {
    print(shown(row.image) + ": " + shown(row.verdict) +
          (row.has_report ? "; report: " + shown(report) : ""));
    return;
  }
  std::string line;
  JsonWriter json(line);
  json.begin_object()
      .field("schema", "discern/examine/1")
      .field("image", row.image)
      .field("verdict", row.verdict)
      .key("report");
  if (row.has_report)
    json.value(report);
  else
    json.null();
  json.end_object();
  print(line);
}

}  // namespace

ExitStatus run_examine(const Options& options) {
  if (!options.output.empty()) return write_cases("examine", options);
  report_usage("examine", "-o DIR says where the case folder goes");
  return ExitStatus::usage;
}

ExitStatus write_cases(std::string_view command, const Options& options) {
  if (const Status ready = prepare_output_folder(options.output, options.force || options.resume);
      !ready)
    return failed(ready.error());
  if (!options.sign.empty())
    if (const auto signer = signer_of(options.sign); !signer) return failed(signer.error());
  const auto access = access_of(command, options);
  if (!access) return failed(access.error());
  // OpenSSL crashes when memory runs out while it begins: not in the process that is to say so.
  restrict_process(*access, options, [] { process_record(); });
  const bool several = options.operands.size() > 1;
  if (several && !options.map.empty()) {
    report_usage("examine", "--map is of one image");
    return ExitStatus::usage;
  }
  ExitStatus status = ExitStatus::consistent;
  std::vector<CollectionRow> cases;
  for (std::size_t i = 0; i < options.operands.size() && !interrupted(); ++i) {
    const std::string& operand = options.operands[i];
    const Case done = examine_one(operand, several ? folder_name(i + 1, operand) : "", options,
                                  command == "examine");
    status = worst(status, done.status);
    cases.push_back(done.row);
    print_case(done.row, options);
  }
  if (several) {
    if (const Status written =
            write_whole_file(options.output + "/index.html",
                             [&](std::ostream& out) { out << collection_page(cases); });
        !written)
      return failed(written.error());
  }
  return status;
}

}  // namespace discern::cli
