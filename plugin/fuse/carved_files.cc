// SPDX-License-Identifier: Apache-2.0
#include "carved_files.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "discern/entry.h"
#include "discern/run_source.h"
#include "image_tree.h"

namespace discern {
namespace {

namespace json = boost::json;

struct Listed {
  std::string view;
  std::string name;
  std::string sha256;  // empty: the list has none
  Entry content;       // size and runs
};

std::optional<std::uint64_t> number(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  if (!value) return std::nullopt;
  json::error_code error;
  const auto result = value->to_number<std::uint64_t>(error);
  if (error) return std::nullopt;
  return result;
}

std::string text(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

bool is_sha256(std::string_view value) {
  return value.size() == 64 &&
         value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Nothing: the line is not of a carve list, or contradicts itself.
std::optional<Listed> parse(std::string_view line) {
  json::error_code error;
  const json::value value = json::parse(line, error);
  const json::object* const object = error ? nullptr : value.if_object();
  if (!object || !text(*object, "schema").starts_with("discern/carve/")) return std::nullopt;
  const auto size = number(*object, "size");
  const auto offset = number(*object, "offset");
  const json::value* const runs = object->if_contains("runs");
  if (!size || !offset || !runs || !runs->is_array()) return std::nullopt;
  Listed found;
  found.view = text(*object, "view");
  found.content.size = *size;
  std::uint64_t total = 0;
  for (const json::value& item : runs->get_array()) {
    if (!item.is_object()) return std::nullopt;
    const auto from = number(item.get_object(), "offset");
    const auto length = number(item.get_object(), "length");
    if (!from || !length || *length > *size - total) return std::nullopt;
    found.content.runs.push_back({total, *length, *from});
    total += *length;
  }
  if (total != *size) return std::nullopt;
  // The name alone: whatever folder the list puts it in, here it lies in carved/.
  std::string name = text(*object, "file");
  name.erase(0, name.find_last_of('/') + 1);
  // Of names that others wrote: sha256sum(1) would want them escaped.
  std::ranges::replace_if(
      name, [](char c) { return (c >= 0 && c < ' ') || c == '\\' || c == '\x7f'; }, '_');
  found.name = name.empty() ? std::to_string(*offset) + "." + text(*object, "type") : name;
  if (std::string digest = text(*object, "sha256"); is_sha256(digest))
    found.sha256 = std::move(digest);
  return found;
}

}  // namespace

Status add_carved(MountTree& tree, const std::shared_ptr<const Image>& image, std::string_view list,
                  const std::string& file) {
  tree.add_folder("carved");
  std::string sums;
  std::uint32_t line_number = 0;
  const auto wrong = [&](Errc code, std::string why) {
    return Error{code, std::move(why), file, std::nullopt, line_number, 1};
  };
  while (!list.empty()) {
    ++line_number;
    const std::size_t end = std::min(list.find('\n'), list.size());
    const std::string_view line = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto listed = parse(line);
    if (!listed) return wrong(Errc::corrupt, "no line of a carve list");
    const View* const view = image->find_view(listed->view);
    if (!view) return wrong(Errc::missing, "the image has no view \"" + listed->view + "\"");
    for (const Run& run : listed->content.runs)
      if (*run.view_offset > view->source->size() ||
          run.length > view->source->size() - *run.view_offset)
        return wrong(Errc::missing, "a run lies outside of view \"" + listed->view + "\"");
    const SourcePtr bytes = run_source(view->source, listed->content);
    const std::string shown = tree.add_file(
        "carved/" + listed->name,
        {bytes->size(), 0, [image, bytes](const Progress&) { return Result<SourcePtr>(bytes); }});
    if (!listed->sha256.empty()) sums += listed->sha256 + "  " + shown + "\n";
  }
  add_text(tree, "carved/SHA256SUMS", std::move(sums));
  return Done{};
}

}  // namespace discern
