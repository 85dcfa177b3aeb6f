// SPDX-License-Identifier: Apache-2.0
// What The Sleuth Kit puts behind names in body files, taken off again.
#ifndef DISCERN_TIMELINE_NAME_STATE_H
#define DISCERN_TIMELINE_NAME_STATE_H

#include <string>
#include <string_view>

#include "discern/entry.h"

namespace discern {

struct NameState {
  std::string path;
  std::string link_target;
  EntryState state = EntryState::allocated;
};

// The inverse of name_suffix(). `mode` tells links: elsewhere " -> " is part of the name.
NameState take_name_apart(std::string name, std::string_view mode);

}  // namespace discern

#endif
