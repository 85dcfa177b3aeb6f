// SPDX-License-Identifier: Apache-2.0
// casedb: digests and origin of an image into The Sleuth Kit's case database.
#include <filesystem>

#include "command.h"
#include "discern/case_database.h"
#include "discern/json.h"
#include "discern/object_name.h"
#include "discern/pass.h"
#include "discern/verify.h"
#include "discern/version.h"
#include "examination.h"

namespace discern::cli {
namespace {

namespace fs = std::filesystem;

// The names under which libtsk may have been given the image: the same file, or (a database that
// was made elsewhere) the same file name; with the same selector in both cases.
bool names_image(const std::string& name, const Image& image, const std::string& view) {
  ImageName parsed = parse_image_name(name);
  // Where the file does not exist here, the name does not tell whether '#' begins a selector.
  if (parsed.path != name || name.find('#') == std::string::npos) {
    if ((parsed.view.empty() ? image.main_view().name : parsed.view) != view) return false;
  }
  std::error_code error;
  if (fs::equivalent(parsed.path, image.path, error)) return true;
  return fs::path(parsed.path).filename() == fs::path(image.path).filename() &&
         !fs::exists(parsed.path, error);
}

std::string digest_of(const DigestSet& set, Algorithm algorithm) {
  const std::string* const hex = set.find(algorithm);
  return hex ? *hex : "";
}

std::string details_of(const Image& image, const View& view, const std::vector<DigestSet>& sets) {
  std::string text;
  const auto add = [&](const std::string& line) { text += shown(line) + "\n"; };
  add("Added by discern " + library_versions().front().second);
  const Format* const format = find_format(image.format);
  add("Format: " + image.format + (format ? ", " + std::string(format->name) : ""));
  add("View: " + view.name + ", " + std::to_string(view.source->size()) + " bytes" +
      (view.derivation.empty() ? "" : ", " + view.derivation));
  for (const DigestSet& set : sets) {
    if (set.object.starts_with("file:"))
      add("Evidence file: " + set.object.substr(5) + ", " + std::to_string(set.size) +
          " bytes, MD5 " + digest_of(set, Algorithm::md5) + ", SHA-1 " +
          digest_of(set, Algorithm::sha1) + ", SHA-256 " + digest_of(set, Algorithm::sha256) +
          (set.bad.empty() ? "" : " (with zeros for bytes that cannot be read)"));
    if (set.object == object_name(view) && !set.bad.empty())
      add("Unreadable: " + std::to_string(total_length(set.bad)) +
          " bytes; for that reason there are no digests of the image");
  }
  for (const Verification& row : verify(image, sets, nullptr))
    add("Stored " + row.check + " " + row.expected + " of " + row.object + " (" + row.source +
        "): " + std::string(name_of(row.verdict)));
  return text;
}

void print_value(const CaseValue& value, const std::string& database, const Options& options) {
  if (options.json) {
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("schema", "discern/casedb/1")
        .field("database", database)
        .field("object_id", value.object)
        .field("column", value.column)
        .field("action", name_of(value.action))
        .field("value", value.value)
        .field("found", value.found)
        .end_object();
    print(line);
    return;
  }
  std::string action(name_of(value.action));
  action.resize(8, ' ');
  const bool kept = value.action == CaseAction::kept;
  print(toned(action, kept ? Tone::bad : Tone::good, options) + "object " +
        std::to_string(value.object) + "  " + value.column + "  " + shown(value.value) +
        (kept ? "  there stands: " + shown(value.found) : ""));
}

}  // namespace

ExitStatus run_casedb(const Options& options) {
  const std::string& database = options.operands.front();
  const auto opened = open_operand(options.operands.back(), options);
  if (!opened) return failed(opened.error());
  const Image& image = *opened->image;
  const View& view = *opened->view;

  constexpr Algorithm kAlgorithms[] = {Algorithm::md5, Algorithm::sha1, Algorithm::sha256};
  Findings findings;
  ProgressBar bar(options);
  const auto sets = hash_image(
      image, needed_algorithms({std::begin(kAlgorithms), std::end(kAlgorithms)}, image, {}),
      {options.threads, bar.callback()}, findings);
  bar.clear();
  if (!sets) return failed(sets.error());
  report(findings, options);

  CaseImage known{.size = view.source->size(),
                  .acquisition_details = details_of(image, view, *sets)};
  for (const DigestSet& set : *sets)
    if (set.object == object_name(view) && set.bad.empty()) {
      known.md5 = digest_of(set, Algorithm::md5);
      known.sha1 = digest_of(set, Algorithm::sha1);
      known.sha256 = digest_of(set, Algorithm::sha256);
    }
  const auto values = fill_case_database(database, known, [&](const std::string& name) {
    return names_image(name, image, view.name);
  });
  if (!values) return failed(values.error());
  ExitStatus status = worst(status_of(image.findings), status_of(findings));
  for (const CaseValue& value : *values) {
    print_value(value, database, options);
    // Another text is another hand's; another digest is other evidence.
    if (value.action == CaseAction::kept && value.column != "acquisition_details")
      status = worst(status, ExitStatus::differs);
  }
  return status;
}

}  // namespace discern::cli
