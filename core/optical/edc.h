// SPDX-License-Identifier: Apache-2.0
// The two ways of computing an EDC, for edc() to choose from and for tests to compare.
#ifndef DISCERN_OPTICAL_EDC_H
#define DISCERN_OPTICAL_EDC_H

#include <cstdint>

#include "discern/bytes.h"

namespace discern {

// Table look-ups, eight bytes a step; runs everywhere.
std::uint32_t edc_portable(Bytes bytes, std::uint32_t start);

// Carry-less multiplication. Call only when edc_folded_runs_here().
std::uint32_t edc_folded(Bytes bytes, std::uint32_t start);
bool edc_folded_runs_here();

}  // namespace discern

#endif
