// SPDX-License-Identifier: Apache-2.0
// declaration.txt: an unsigned template of a declaration under Federal Rules of Evidence 902(14)
// and 28 U.S.C. 1746, filled in from the report. It only says what the run itself shows; what a
// person has to know is left open.

#include <ostream>

#include "report/summary.h"
#include "report/writers.h"

namespace discern {
namespace {

std::string or_blank(const std::string& text, std::string_view blank) {
  return text.empty() ? "[" + std::string(blank) + "]" : show_name(text).text;
}

}  // namespace

void write_declaration(const Examination& examination, std::ostream& out) {
  const CaseData& data = examination.data;
  const RunRecord& run = examination.run;
  std::string version;
  for (const auto& [name, value] : run.versions)
    if (name == "discern") version = value;
  out << "UNSIGNED TEMPLATE. Not a declaration until a qualified person has checked every "
         "statement,\n"
         "completed what stands in brackets, and signed it.\n\n"
         "CERTIFICATION OF DATA COPIED FROM AN ELECTRONIC DEVICE, STORAGE MEDIUM, OR FILE\n"
         "(Federal Rules of Evidence 902(14), 902(11); 28 U.S.C. 1746)\n\n";
  out << "Case: " << or_blank(data.case_number, "case number") << "\n";
  out << "Exhibit: " << or_blank(data.evidence_number, "exhibit number") << "\n\n";
  out << "I, " << or_blank(data.examiner, "name") << ", of "
      << or_blank(data.organisation, "organisation")
      << ", declare:\n\n"
         "1. I am qualified by [training and experience] to make this certification.\n\n"
         "2. [How, when and from whom I received the exhibit, and how it was kept.]\n\n"
         "3. On "
      << or_blank(run.started, "date") << " I ran discern " << or_blank(version, "version")
      << " on the file or files listed below, which were opened for reading only.\n"
         "   The program computed the digital values (hash values) of their bytes:\n\n";
  for (const DigestSet& set : examination.digests) {
    if (!set.object.starts_with("file:")) continue;
    out << "   " << show_name(set.object.substr(5)).text << ", " << set.size << " bytes\n";
    for (const Digest& digest : set.digests)
      if (digest.hex.size() >= 32)
        out << "     " << name_of(digest.algorithm) << " " << digest.hex << "\n";
    if (!set.bad.empty())
      out << "     " << total_length(set.bad)
          << " bytes could not be read; zeros stand for them in the values above\n";
  }
  out << "\n4. Result of comparing these values with the references that the report names: "
      << name_of(conclusion_of(examination)) << ".\n";
  for (const Verification& row : examination.verifications) {
    if ((row.check != "digest" && row.check != "crc") || row.range) continue;
    out << "     " << show_name(row.object).text << ", " << row.algorithm << ": "
        << name_of(row.verdict) << " (" << show_name(row.source).text << ")\n";
  }
  out << "\n5. Two files with the same SHA-256 value are, for every practical purpose, identical. "
         "MD5\n"
         "   and SHA-1 values are given for comparison with older records only.\n\n"
         "6. This certification concerns authenticity only. It says nothing of who made the data, "
         "nor\n"
         "   whether they are relevant or admissible on other grounds.\n\n"
         "I declare under penalty of perjury under the laws of the United States of America that "
         "the\n"
         "foregoing is true and correct.\n\n"
         "Executed on [date], at [place].\n\n"
         "[signature]\n";
}

}  // namespace discern
