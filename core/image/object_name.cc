// SPDX-License-Identifier: Apache-2.0
#include "discern/object_name.h"

#include <string_view>

namespace discern {

std::string object_name(const View& view) {
  for (const std::string_view kind : {"session ", "track "})
    if (view.name.starts_with(kind))
      return std::string(kind.substr(0, kind.size() - 1)) + ":" + view.name.substr(kind.size());
  return "view:" + view.name;
}

}  // namespace discern
