// SPDX-License-Identifier: Apache-2.0
#include "discern/digest.h"
#include "discern/report.h"

namespace discern {

std::string self_test() {
  const Status tested = digest_self_test();
  return tested ? "passed" : tested.error().text;
}

}  // namespace discern
