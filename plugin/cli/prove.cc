// SPDX-License-Identifier: Apache-2.0
// prove: that a file's bytes are part of a hashed image, and the check of such a proof.
#include <filesystem>
#include <ostream>

#include "command.h"
#include "discern/json.h"
#include "discern/object_name.h"
#include "discern/proof.h"
#include "discern/report.h"
#include "examination.h"
#include "opened.h"

namespace discern::cli {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 29;

// The root that must be proved: --root, or what --report states for `object`. Empty: neither.
Result<std::string> wanted_root(const std::string& object, const Options& options) {
  if (options.report.empty()) return options.root;
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(options.report, ignored);
  const std::string path = options.report + (folder ? "/report.json" : "");
  const auto text = read_whole_file(path, kLargestFile);
  if (!text) return text.error();
  auto root = root_in_report(*text, object);
  if (!root) return Error{root.error().code, root.error().text, path};
  return root;
}

struct Verdict {
  bool holds = false;
  std::string why = {};
};

void print_verdict(const std::string& proof, const ProvedFile& file, const Verdict& verdict,
                   const Options& options) {
  if (options.json) {
    std::string line;
    JsonWriter json(line);
    json.begin_object().field("schema", "discern/proof-check/1").field("proof", shown(proof));
    json.field("verdict", verdict.holds ? "match" : "mismatch").field("text", verdict.why);
    if (!file.root.empty()) {
      json.field("image", file.image).field("object", file.object).field("root", file.root);
      json.field("path", file.path).field("state", file.state).field("size", file.size);
      json.field("sha256", file.sha256).field("sparse", file.sparse).field("runs", file.runs);
      json.field("pieces", file.pieces).field("runs_guessed", file.runs_guessed);
    }
    json.end_object();
    print(line);
    return;
  }
  print(shown(proof) + ": " +
        toned(verdict.holds ? "holds" : "does not hold", verdict.holds ? Tone::good : Tone::bad,
              options) +
        (verdict.why.empty() ? "" : ": " + shown(verdict.why)));
  if (!verdict.holds) return;
  print("  file      " + shown(file.path) + " (" + file.state + ")" +
        (file.runs_guessed ? ", whose place is a guess" : "") + ", " + shown_size(file.size));
  print("  sha256    " + file.sha256);
  print("  part of   " + shown(file.object) + " of " + shown(file.image) + ", " +
        std::to_string(file.runs) + " runs, " + std::to_string(file.pieces) + " pieces" +
        (file.sparse > 0 ? ", " + std::to_string(file.sparse) + " bytes on no block" : ""));
  print("  root      " + file.root +
        (options.root.empty() && options.report.empty()
             ? ": compare it with the report's (--root, --report)"
             : ""));
}

ExitStatus check(const std::string& path, const Options& options) {
  const auto text = read_whole_file(path, kLargestFile);
  if (!text) return failed(text.error());
  const auto file = check_proof(*text);
  if (!file && file.error().code != Errc::corrupt)
    return failed({file.error().code, file.error().text, path});
  if (!file) {
    print_verdict(path, {}, {false, file.error().text}, options);
    return ExitStatus::differs;
  }
  const auto root = wanted_root(file->object, options);
  if (!root) return failed(root.error());
  const bool same = root->empty() || *root == file->root;
  print_verdict(path, *file, {same, same ? "" : "its root is " + file->root + ", not " + *root},
                options);
  return same ? ExitStatus::consistent : ExitStatus::differs;
}

ExitStatus make(const Opened& opened, const Options& options) {
  Findings found;
  const auto entry = named_entry(opened, options, found);
  if (!entry) return failed(entry.error());
  if (entry->runs_guessed)
    report({{"prove.guessed",
             Severity::warning,
             {},
             shown(entry->path) + " is deleted: where its bytes are is a guess, and the proof "
                                  "says so"}},
           options);
  ProgressBar bar(options);
  PieceTreeBuilder builder(*opened.view);
  Stream stream{object_name(*opened.view), opened.view->source, opened.view->sector_size};
  builder.add_to(stream);
  const Status done = run_pass(std::span(&stream, 1), {options.threads, bar.callback()});
  bar.clear();
  if (!done) return failed(done.error());
  const PieceTree tree = builder.finish();
  const auto proof = prove(*opened.image, *opened.view, tree, *entry);
  if (!proof)
    return failed(
        {proof.error().code, shown(entry->path) + ": " + proof.error().text, opened.image->path});
  std::error_code ignored;
  if (!options.force && std::filesystem::exists(options.output, ignored))
    return failed({Errc::io, "exists already (--force replaces it)", options.output});
  if (const Status written =
          write_whole_file(options.output, [&](std::ostream& out) { out << *proof; });
      !written)
    return failed(written.error());
  if (!options.quiet)
    std::fprintf(stderr, "discern: note: %s: %zu bytes, root of %s: %s\n",
                 shown(options.output).c_str(), proof->size(), tree.object.c_str(),
                 tree.root.c_str());
  return status_of(opened.image->findings);
}

}  // namespace

ExitStatus run_prove(const Options& options) {
  const char* problem = nullptr;
  if (options.check) {
    if (!options.root.empty() && !options.report.empty())
      problem = "--root and --report say the same thing twice";
  } else if (options.operands.size() != 1) {
    problem = "a proof is of one image";
  } else if (options.file.empty() && options.id.empty()) {
    problem = "--file PATH or --id ID says of which file";
  } else if (options.output.empty()) {
    problem = "-o FILE says where the proof goes";
  }
  if (problem) {
    report_usage("prove", problem);
    return ExitStatus::usage;
  }
  if (!options.check)
    return for_each_image(options, [&](const Opened& opened) { return make(opened, options); });
  ExitStatus status = ExitStatus::consistent;
  for (const std::string& proof : options.operands) status = worst(status, check(proof, options));
  return status;
}

}  // namespace discern::cli
