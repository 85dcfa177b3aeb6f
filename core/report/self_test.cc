// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "discern/report.h"

namespace discern {

// "abc": RFC 1321 A.5, FIPS 180-4 examples, FIPS 202 examples; CRC-32: the check value of
// "123456789" (ITU-T V.42).
std::string self_test() {
  struct Known {
    std::string_view algorithm;
    std::string_view text;
    std::string_view hex;
  };
  constexpr std::array kKnown = {
      Known{"md5", "abc", "900150983cd24fb0d6963f7d28e17f72"},
      Known{"sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      Known{"sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      Known{"sha512", "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
      Known{"sha3_256", "abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
      Known{"crc32", "123456789", "cbf43926"},
  };
  for (const Known& known : kKnown) {
    const auto algorithm = find_algorithm(known.algorithm);
    if (algorithm && hex_digest(*algorithm, as_bytes(known.text)) != known.hex)
      return std::string(known.algorithm) + " failed";
  }
  return "passed";
}

}  // namespace discern
