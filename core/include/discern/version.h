// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_VERSION_H
#define DISCERN_VERSION_H

#include <string>
#include <utility>
#include <vector>

namespace discern {

// Name and version of this library, of its compiler, and of the libraries it uses, as they are
// loaded now: what a report must state to be repeatable.
std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace discern

#endif
