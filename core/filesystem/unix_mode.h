// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_UNIX_MODE_H
#define DISCERN_FILESYSTEM_UNIX_MODE_H

#include <cstdint>
#include <string>

namespace discern {

// POSIX file mode as fls prints it: 0100644 is 'r' and "r/rrw-r--r--".
char unix_type(std::uint32_t mode);
std::string unix_mode(std::uint32_t mode);

}  // namespace discern

#endif
