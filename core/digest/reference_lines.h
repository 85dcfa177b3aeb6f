// SPDX-License-Identifier: Apache-2.0
// What the readers of references share: lines with their numbers, and digests in text.
#ifndef DISCERN_DIGEST_REFERENCE_LINES_H
#define DISCERN_DIGEST_REFERENCE_LINES_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/reference.h"

namespace discern {

// Lines of a text, without their ends (LF, CR LF) and without a byte order mark.
class Lines {
 public:
  explicit Lines(std::string_view text);
  std::optional<std::string_view> next();
  std::uint32_t number() const { return number_; }  // of the last one, from 1

 private:
  std::string_view rest_;
  std::uint32_t number_ = 0;
};

std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text);
bool is_hex(std::string_view text);
// The decimal number that `text` is; separators of thousands are no part of it.
std::optional<std::uint64_t> whole_number(std::string_view text);

// "SHA-256", "sha256", "SHA2-256" -> "sha256"; unknown names in lower case.
std::string algorithm_called(std::string_view name);
// By the number of digits; empty when none has as many. 64 are taken for SHA-256.
std::string_view algorithm_of_length(std::size_t digits);
// Hex digits an algorithm's value has; 0: unknown algorithm.
std::size_t digits_of(std::string_view algorithm);
// The value in lower case, when it is hex of the algorithm's length.
std::optional<std::string> value_of(std::string_view algorithm, std::string_view text);

// What a line of a sum file says, in any of its forms; `hinted`: the algorithm by the file's name.
std::optional<Reference> sum_line(std::string_view line, std::string_view hinted);

// The lines of a hashdeep list, one after the other.
class HashdeepLines {
 public:
  std::vector<Reference> next(std::string_view line);

 private:
  std::vector<std::string> columns_;  // as the last heading names them
};

// The rows of reference_readers().
bool is_sum_file(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_sum_file(std::string_view text, const std::string& path);
bool is_sfv(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_sfv(std::string_view text, const std::string& path);
bool is_hashdeep(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_hashdeep(std::string_view text, const std::string& path);
bool is_ftk_log(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_ftk_log(std::string_view text, const std::string& path);
bool is_guymager_info(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_guymager_info(std::string_view text, const std::string& path);
bool is_dc3dd_log(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_dc3dd_log(std::string_view text, const std::string& path);
bool is_dcfldd_log(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_dcfldd_log(std::string_view text, const std::string& path);
bool is_xways_log(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_xways_log(std::string_view text, const std::string& path);
bool is_dat(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_dat(std::string_view text, const std::string& path);
bool is_dfxml(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_dfxml(std::string_view text, const std::string& path);
bool is_cue_with_hashes(std::string_view head, std::string_view file_name);
std::vector<Reference> parse_cue_hashes(std::string_view text, const std::string& path);

}  // namespace discern

#endif
