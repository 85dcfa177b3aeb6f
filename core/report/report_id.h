// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_REPORT_REPORT_ID_H
#define DISCERN_REPORT_REPORT_ID_H

#include <string>
#include <string_view>

#include "discern/report.h"

namespace discern {

// A UUID of version 8 (RFC 9562, 5.8) made from the SHA-256 of `text`.
std::string uuid_from(std::string_view text);

// Of what was examined: its objects, their sizes and their digests. The same for two runs.
std::string report_id(const Examination& examination);

}  // namespace discern

#endif
