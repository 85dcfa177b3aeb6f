// SPDX-License-Identifier: Apache-2.0
#include "discern/version.h"

#include <libewf.h>
#include <openssl/crypto.h>

namespace discern {

std::vector<std::pair<std::string, std::string>> library_versions() {
  return {{"discern", DISCERN_VERSION},
          {"compiler", __VERSION__},
          {"OpenSSL", OpenSSL_version(OPENSSL_VERSION)},
          {"libewf", libewf_get_version()}};
}

}  // namespace discern
