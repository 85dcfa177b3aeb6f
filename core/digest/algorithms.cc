// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "discern/digest.h"

namespace discern {
namespace {

struct Row {
  Algorithm algorithm;
  std::string_view name;
  std::size_t size;
};
constexpr std::array kRows = {
    Row{Algorithm::md5, "md5", 16},           Row{Algorithm::sha1, "sha1", 20},
    Row{Algorithm::sha256, "sha256", 32},     Row{Algorithm::sha512, "sha512", 64},
    Row{Algorithm::sha3_256, "sha3_256", 32}, Row{Algorithm::blake3, "blake3", 32},
    Row{Algorithm::crc32, "crc32", 4},
};

constexpr auto kAlgorithms = [] {
  std::array<Algorithm, kRows.size()> all{};
  std::ranges::transform(kRows, all.begin(), &Row::algorithm);
  return all;
}();

}  // namespace

std::span<const Algorithm> all_algorithms() { return kAlgorithms; }

std::string_view name_of(Algorithm algorithm) {
  return std::ranges::find(kRows, algorithm, &Row::algorithm)->name;
}

std::optional<Algorithm> find_algorithm(std::string_view name) {
  const auto* row = std::ranges::find(kRows, name, &Row::name);
  if (row == kRows.end()) return std::nullopt;
  return row->algorithm;
}

std::size_t digest_size(Algorithm algorithm) {
  return std::ranges::find(kRows, algorithm, &Row::algorithm)->size;
}

std::string to_hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    hex += kDigits[std::to_integer<std::size_t>(byte >> 4)];
    hex += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return hex;
}

const std::string* DigestSet::find(Algorithm algorithm) const {
  const auto found = std::ranges::find(digests, algorithm, &Digest::algorithm);
  return found == digests.end() ? nullptr : &found->hex;
}

}  // namespace discern
