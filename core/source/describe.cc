// SPDX-License-Identifier: Apache-2.0
// The one wording of places for errors and findings.
#include "discern/finding.h"
#include "discern/result.h"

namespace discern {

std::string describe(const Place& place) {
  std::string text = place.file;
  if (place.line > 0) {
    text += ":" + std::to_string(place.line);
    if (place.column > 0) text += ":" + std::to_string(place.column);
  }
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ": ") + part; };
  if (place.offset) add("offset " + std::to_string(*place.offset));
  if (place.lba) add("LBA " + std::to_string(*place.lba));
  return text;
}

std::string describe(const Error& error) {
  const std::string where =
      describe(Place{error.file, error.offset, std::nullopt, error.line, error.column});
  return where.empty() ? error.text : where + ": " + error.text;
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::damage:
      return "damage";
  }
  return "";
}

}  // namespace discern
