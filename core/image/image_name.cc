// SPDX-License-Identifier: Apache-2.0
// Names of images with a selector: PATH#session=N, PATH#track=N, PATH#view=NAME.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "discern/image.h"

namespace discern {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The view that a selector (without its '#') names; empty when it is none.
std::string view_of(std::string_view selector) {
  const std::size_t equals = selector.find('=');
  if (equals == std::string_view::npos) return {};
  const std::string_view key = selector.substr(0, equals);
  const std::string_view value = selector.substr(equals + 1);
  if (key == "view") return std::string(value);
  if ((key == "session" || key == "track") && is_number(value))
    return std::string(key) + " " + std::string(value);
  return {};
}

}  // namespace

ImageName parse_image_name(const std::string& name) {
  const std::size_t hash = name.rfind('#');
  if (hash == std::string::npos) return {name, {}};
  std::error_code ignored;
  if (std::filesystem::exists(name, ignored)) return {name, {}};
  std::string view = view_of(std::string_view(name).substr(hash + 1));
  if (view.empty()) return {name, {}};
  return {name.substr(0, hash), std::move(view)};
}

}  // namespace discern
