// SPDX-License-Identifier: Apache-2.0
// One row per hashed object, one column per algorithm that was computed for any of them.

#include <algorithm>
#include <ostream>

#include "report/writers.h"

namespace discern {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : show_name(text).text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

void write_hashes_csv(const Examination& examination, std::ostream& out) {
  std::vector<Algorithm> columns;
  for (const Algorithm algorithm : all_algorithms())
    if (std::any_of(examination.digests.begin(), examination.digests.end(),
                    [&](const DigestSet& digests) { return digests.find(algorithm); }))
      columns.push_back(algorithm);

  std::string text = "object,offset,size,bad_bytes";
  for (const Algorithm algorithm : columns) (text += ',') += name_of(algorithm);
  text += ",same_as\n";
  for (const DigestSet& digests : examination.digests) {
    text += quoted(digests.object) + ',' + std::to_string(digests.offset) + ',' +
            std::to_string(digests.size) + ',' + std::to_string(total_length(digests.bad));
    for (const Algorithm algorithm : columns) {
      text += ',';
      if (const std::string* hex = digests.find(algorithm)) text += *hex;
    }
    text += ',';
    if (!digests.same_as.empty()) text += quoted(digests.same_as);
    text += '\n';
  }
  out << text;
}

}  // namespace discern
