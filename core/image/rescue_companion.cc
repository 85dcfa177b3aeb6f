// SPDX-License-Identifier: Apache-2.0
#include "image/rescue_companion.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "discern/rescue_map.h"

namespace discern {
namespace {

// A map has about 40 bytes for each bad area. A bound of ours.
constexpr std::uint64_t kLargestMap = std::uint64_t{64} << 20;
constexpr std::size_t kHead = std::size_t{64} << 10;

// Companions named .log may be anything, and large: the first lines decide.
bool begins_as_map(const MappedFile& file) {
  const std::vector<std::byte> head = read_head(file, kHead);
  const auto parsed = parse_rescue_map(as_text(head), "");
  return parsed || parsed.error().code != Errc::not_this;
}

}  // namespace

std::optional<std::string> find_rescue_map(const std::string& path) {
  for (const std::string_view extension : {".map", ".mapfile", ".log"}) {
    std::filesystem::path replaced(path);
    replaced.replace_extension(extension);
    for (const std::string& candidate : {path + std::string(extension), replaced.string()}) {
      std::error_code ignored;
      if (candidate == path || !std::filesystem::is_regular_file(candidate, ignored)) continue;
      const auto file = MappedFile::open(candidate);
      if (file && (*file)->size() <= kLargestMap && begins_as_map(**file)) return candidate;
    }
  }
  return std::nullopt;
}

namespace {

void add_finding(Image& image, const char* code, Severity severity, Place where, std::string text) {
  image.findings.push_back({code, severity, std::move(where), std::move(text)});
}

void compare_sizes(Image& image, const RescueMap& map, const std::string& map_path) {
  const std::uint64_t size = image.main_view().source->size();
  const std::string covers = "the map covers the bytes " + std::to_string(map.domain.offset) +
                             " to " + std::to_string(map.domain.end());
  if (map.domain.end() > size) {
    add_finding(image, "rescue-map.short-image", Severity::damage, {.file = map_path},
                covers + ", the image has " + std::to_string(size) + ": its end is missing");
  }
  if (map.domain.offset > 0 || map.domain.end() < size) {
    add_finding(image, "rescue-map.uncovered", Severity::warning, {.file = map_path},
                covers + ", the image has " + std::to_string(size) +
                    ": whether the rest was read is not known");
  }
}

}  // namespace

void apply_rescue_map(Image& image, const std::string& path) {
  const auto found = find_rescue_map(path);
  if (!found) return;
  const std::string& map_path = *found;
  auto opened = MappedFile::open(map_path);
  if (!opened) {
    add_finding(image, "rescue-map.malformed", Severity::damage, {.file = map_path},
                opened.error().text);
    return;
  }
  std::shared_ptr<const MappedFile> file = *std::move(opened);
  const auto text = read_exactly(*file, 0, file->size());
  auto map = text ? parse_rescue_map(as_text(*text), map_path) : Result<RescueMap>(text.error());
  image.files.push_back({"map", std::move(file)});
  if (!map) {
    add_finding(image, "rescue-map.malformed", Severity::damage,
                {.file = map_path, .line = map.error().line, .column = map.error().column},
                map.error().text + "; which areas of the image were not read is not known");
    return;
  }
  compare_sizes(image, *map, map_path);
  if (map->unread.empty()) return;
  const std::uint64_t unread = total_length(map->unread);
  add_finding(image, "rescue-map.unread", Severity::damage, {.file = map_path},
              std::to_string(unread) + " bytes in " + std::to_string(map->unread.size()) +
                  (map->unread.size() == 1 ? " area" : " areas") + ", the first at " +
                  std::to_string(map->unread.front().offset) +
                  ", were not read when the image was made (" + std::to_string(map->failed) +
                  " bytes failed, " + std::to_string(unread - map->failed) +
                  " were never tried); what stands there in the image is a filler");
  View& view = image.views.front();
  view.source = holed_source(std::move(view.source), std::move(map->unread));
  view.derivation += (view.derivation.empty() ? "" : "; ") +
                     ("without the areas that " + image.files.back().name() + " calls unread");
}

}  // namespace discern
