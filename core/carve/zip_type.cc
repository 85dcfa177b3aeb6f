// SPDX-License-Identifier: Apache-2.0
// ODF and EPUB open with a stored entry `mimetype` that holds the media type (ODF 1.2 part 3 clause
// 3.3, EPUB OCF 3.3 clause 4.3). OOXML packages have `[Content_Types].xml` and one folder per kind
// (ECMA-376 part 2 clause 10.1). A JAR has META-INF/MANIFEST.MF; an APK also AndroidManifest.xml.
#include "carve/zip_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "carve/zip_entry.h"

namespace discern::zip {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

// Templates share the beginning of the media type; their own extensions are not told apart.
constexpr std::array<Row, 5> kMediaTypes = {{
    {"application/vnd.oasis.opendocument.text", "odt"},
    {"application/vnd.oasis.opendocument.spreadsheet", "ods"},
    {"application/vnd.oasis.opendocument.presentation", "odp"},
    {"application/vnd.oasis.opendocument.graphics", "odg"},
    {"application/epub+zip", "epub"},
}};
constexpr std::array<Row, 3> kFolders = {{{"word/", "docx"}, {"xl/", "xlsx"}, {"ppt/", "pptx"}}};

constexpr std::uint64_t kLongestMediaType = 80;

}  // namespace

void TypeGuess::add(const Entry& entry, Candidate& candidate) {
  if (std::exchange(first_, false) && entry.name == "mimetype" && entry.method == kStored) {
    const auto content = candidate.upto(entry.data, std::min(entry.packed, kLongestMediaType));
    for (const auto& [media_type, type] : kMediaTypes)
      if (content && as_text(*content).starts_with(media_type)) declared_ = type;
  }
  for (const auto& [folder, type] : kFolders)
    if (folder_.empty() && entry.name.starts_with(folder)) folder_ = type;
  content_types_ |= entry.name == "[Content_Types].xml";
  java_manifest_ |= entry.name == "META-INF/MANIFEST.MF";
  android_manifest_ |= entry.name == "AndroidManifest.xml";
}

std::string_view TypeGuess::type() const {
  if (!declared_.empty()) return declared_;
  if (content_types_ && !folder_.empty()) return folder_;
  if (android_manifest_) return "apk";
  return java_manifest_ ? "jar" : "zip";
}

}  // namespace discern::zip
