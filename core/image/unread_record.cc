// SPDX-License-Identifier: Apache-2.0
#include "image/unread_record.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "discern/rescue_map.h"
#include "image/acquisition_log.h"

namespace discern {
namespace {

// A map has about 40 bytes for each bad area. A bound of ours.
constexpr std::uint64_t kLargestRecord = std::uint64_t{64} << 20;
constexpr std::size_t kHead = std::size_t{64} << 10;

// Whether `text`, the head of a file, says which parts were not read. Companions named .log or .txt
// may be anything, and large: maps are told by their first lines, logs by their whole text.
bool is_record(const MappedFile& file) {
  if (file.size() > kLargestRecord) return false;
  const std::vector<std::byte> head = read_head(file, kHead);
  const auto map = parse_rescue_map(as_text(head), "");
  if (map || map.error().code != Errc::not_this) return true;
  const auto whole = read_exactly(file, 0, file.size());
  if (!whole) return false;
  const auto log = parse_acquisition_log(as_text(*whole), "");
  return log ? !log->unread.empty() || log->unplaced > 0 : log.error().code != Errc::not_this;
}

}  // namespace

std::optional<std::string> find_unread_record(const std::string& path) {
  for (const std::string_view extension : {".map", ".mapfile", ".log", ".txt"}) {
    std::filesystem::path replaced(path);
    replaced.replace_extension(extension);
    for (const std::string& candidate : {path + std::string(extension), replaced.string()}) {
      std::error_code ignored;
      if (candidate == path || !std::filesystem::is_regular_file(candidate, ignored)) continue;
      const auto file = MappedFile::open(candidate);
      if (file && is_record(**file)) return candidate;
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

// The bytes of `unread` are no longer part of the main view.
void take_out(Image& image, std::vector<ByteRange> unread) {
  View& view = image.views.front();
  view.source = holed_source(std::move(view.source), std::move(unread));
  view.derivation += (view.derivation.empty() ? "" : "; ") +
                     ("without the areas that " + image.files.back().name() + " calls unread");
}

std::string areas(const std::vector<ByteRange>& unread) {
  return std::to_string(total_length(unread)) + " bytes in " + std::to_string(unread.size()) +
         (unread.size() == 1 ? " area" : " areas") + ", the first at " +
         std::to_string(unread.front().offset) + ",";
}

void add_malformed(Image& image, const char* code, const Error& error, const std::string& path) {
  add_finding(image, code, Severity::damage,
              {.file = path, .line = error.line, .column = error.column},
              error.text + "; which areas of the image were not read is not known");
}

void apply_map(Image& image, const Result<RescueMap>& map, const std::string& path) {
  if (!map) {
    add_malformed(image, "rescue-map.malformed", map.error(), path);
    return;
  }
  compare_sizes(image, *map, path);
  if (map->unread.empty()) return;
  add_finding(image, "rescue-map.unread", Severity::damage, {.file = path},
              areas(map->unread) + " were not read when the image was made (" +
                  std::to_string(map->failed) + " bytes failed, " +
                  std::to_string(total_length(map->unread) - map->failed) +
                  " were never tried); what stands there in the image is a filler");
  take_out(image, map->unread);
}

void apply_log(Image& image, const Result<AcquisitionLog>& log, const std::string& path) {
  if (!log) {
    add_malformed(image, "acquisition-log.malformed", log.error(), path);
    return;
  }
  if (log->unplaced > 0)
    add_finding(image, "acquisition-log.unplaced", Severity::damage, {.file = path},
                log->program + " could not read " + std::to_string(log->unplaced) +
                    " sectors when the image was made and put zeros in their place; its log does "
                    "not say where: zeros in this image may be no data of the medium");
  if (log->unread.empty()) return;
  add_finding(image, "acquisition-log.unread", Severity::damage, {.file = path},
              areas(log->unread) + " could not be read by " + log->program +
                  " when the image was made; what stands there in the image is a filler");
  take_out(image, log->unread);
}

}  // namespace

void apply_unread_record(Image& image, const std::string& path) {
  const auto found = find_unread_record(path);
  if (!found) return;
  auto opened = MappedFile::open(*found);
  if (!opened) {
    add_malformed(image, "rescue-map.malformed", opened.error(), *found);
    return;
  }
  std::shared_ptr<const MappedFile> file = *std::move(opened);
  const auto text = read_exactly(*file, 0, file->size());
  const auto map =
      text ? parse_rescue_map(as_text(*text), *found) : Result<RescueMap>(text.error());
  const bool is_map = map || map.error().code != Errc::not_this;
  image.files.push_back({is_map ? "map" : "log", std::move(file)});
  if (is_map)
    apply_map(image, map, *found);
  else
    apply_log(image, parse_acquisition_log(as_text(*text), *found), *found);
}

}  // namespace discern
