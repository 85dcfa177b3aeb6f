// SPDX-License-Identifier: Apache-2.0
// Known answers of `selftest`: what other programs and the standards say that ours must compute.
#ifndef DISCERN_CLI_KNOWN_ANSWERS_H
#define DISCERN_CLI_KNOWN_ANSWERS_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace discern::cli {

// What came out of one test. skipped: it needs a program that is not here. incomplete: the system
// refused (no place for a temporary file).
struct Outcome {
  enum class Verdict { pass, fail, skipped, incomplete };
  Verdict verdict = Verdict::pass;
  std::string text = {};  // what was compared, or what is wrong
};
inline Outcome failed_because(std::string text) {
  return {Outcome::Verdict::fail, std::move(text)};
}
// `what` says of a pass what was compared.
inline Outcome compare(std::string_view expected, std::string_view computed,
                       std::string_view what) {
  if (computed != expected)
    return failed_because("expected " + std::string(expected) + ", computed " +
                          std::string(computed));
  return {.text = std::string(what)};
}

// `scratch` is an empty folder of this run. `source` names who says what is right.
struct KnownAnswer {
  std::string_view test;  // "hash:sha256"
  std::string_view source;
  Outcome (*run)(const std::string& scratch);
};
std::vector<KnownAnswer> digest_answers();
std::vector<KnownAnswer> sector_answers();
std::vector<KnownAnswer> image_answers();

// ZIP archives with one image each.
std::vector<std::byte> packed_floppy();
std::vector<std::byte> packed_disc();
inline constexpr std::string_view kFloppySha256 =
    "d1d2fabb81a3b87e610304f99b91d8a08c46a8ad76fd3bcd2173b8e6aad17434";  // of the inflated image
inline constexpr std::string_view kDiscSha256 =
    "f5d1fd715009cf77a71a85c79699e59a75b824057eb56cac112c73a2bb865211";

// Writes the sample to a file in `scratch`. False: the system refused.
bool write_sample(const std::string& path, const std::vector<std::byte>& bytes);

}  // namespace discern::cli

#endif
