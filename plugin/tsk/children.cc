// SPDX-License-Identifier: Apache-2.0
// Which processes stay ours. A program that is linked with libtsk is where we were sent, and
// programs that it starts are none of our business: our entry leaves its LD_PRELOAD. Any other
// program (sorter and Autopsy 2 are Perl, `discern run -- bash` is a shell, Java loads libtsk
// later) is on the way to the TSK program that it starts: the entry stays.
#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "libtsk_calls.h"

namespace discern {
namespace {

// Entries are separated by blanks or colons (ld.so(8)).
std::string without(std::string_view list, std::string_view entry) {
  std::string rest;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(" :"), list.size());
    const std::string_view part = list.substr(0, end);
    if (!part.empty() && part != entry) rest.append(rest.empty() ? "" : ":").append(part);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return rest;
}

__attribute__((constructor)) void leave_children_alone() noexcept {
  const char* const list = std::getenv("LD_PRELOAD");
  Dl_info self = {};
  if (!list || !program_has_libtsk() ||
      dladdr(reinterpret_cast<const void*>(&leave_children_alone), &self) == 0)
    return;
  const std::string rest = without(list, self.dli_fname);
  if (rest.empty())
    unsetenv("LD_PRELOAD");
  else
    setenv("LD_PRELOAD", rest.c_str(), 1);
}

}  // namespace
}  // namespace discern
