// SPDX-License-Identifier: Apache-2.0
// The time columns of body files.
#ifndef DISCERN_TIMELINE_BODY_LINE_H
#define DISCERN_TIMELINE_BODY_LINE_H

#include <optional>
#include <string_view>

#include "discern/body_file.h"

namespace discern {

// Decimal seconds, with blanks around, a sign and a fraction; digits behind the ninth are left
// aside. Nothing when it is anything else.
std::optional<BodyTime> parse_body_time(std::string_view text);

}  // namespace discern

#endif
