// SPDX-License-Identifier: Apache-2.0
// Published test vectors of digests.
#ifndef DISCERN_TESTS_VECTORS_H
#define DISCERN_TESTS_VECTORS_H

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace discern::tests {

struct Vector {
  std::vector<std::byte> message;
  std::string digest;
};

inline std::vector<std::byte> from_hex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

// The response file format of NIST's CAVS: `Len = bits`, `Msg = hex` ("00" when Len is 0), `MD =
// hex`.
inline std::vector<Vector> read_vectors(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::vector<Vector> vectors;
  std::size_t length = 0;
  for (std::string line; std::getline(in, line);) {
    line.erase(std::find(line.begin(), line.end(), '\r'), line.end());
    if (line.starts_with("Len = ")) {
      length = std::stoul(line.substr(6)) / 8;
    } else if (line.starts_with("Msg = ")) {
      vectors.push_back({from_hex(line.substr(6)), {}});
      vectors.back().message.resize(length);
    } else if (line.starts_with("MD = ")) {
      vectors.back().digest = line.substr(5);
    }
  }
  return vectors;
}

}  // namespace discern::tests

#endif
