// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_DIGEST_FIND_SET_H
#define DISCERN_DIGEST_FIND_SET_H

#include <string_view>
#include <vector>

#include "discern/digest.h"

namespace discern {

// The set that holds the digests of `object`, following `same_as`; null when there is none.
const DigestSet* find_set(const std::vector<DigestSet>& sets, std::string_view object);

}  // namespace discern

#endif
