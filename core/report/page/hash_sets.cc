// SPDX-License-Identifier: Apache-2.0
// What hash sets say of the files: notable ones one by one, known ones by their number.

#include <algorithm>

#include "discern/hash_set.h"
#include "report/page/sections.h"

namespace discern {

void write_hash_sets(Markup& page, const Case& of) {
  const Examination& examination = of.examination;
  if (examination.hash_sets.empty()) return;
  std::size_t known = 0;
  std::vector<const DigestSet*> notable;
  for (const DigestSet& set : examination.entry_digests) {
    known += standing_of(set) == "known";
    if (standing_of(set) == "notable") notable.push_back(&set);
  }
  page << "<p class=\"lede\">Of ";
  page.count(examination.entry_digests.size(), "file", "files")
      << ", " << known << " are known and " << notable.size()
      << " notable. Each is in <a href=\"entries.jsonl\">entries.jsonl</a>. Looked up in:</p><ul>";
  for (const HashSetFile& file : examination.hash_sets)
    page << "<li>" << file.path << std::string_view(file.notable ? " (notable)" : " (known)")
         << "</li>";
  page << "</ul>";
  if (notable.empty()) return;
  page << "<div class=\"wide\"><table class=\"sortable stack\"><caption>Notable files</caption>"
          "<thead><tr><th>File</th><th>Digest</th><th>Hash set</th></tr></thead><tbody>";
  const std::size_t shown = std::min(kMaxRows, notable.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const DigestSet& set = *notable[i];
    const auto mark = std::ranges::find(set.marks, true, &SetMark::notable);
    const std::string* const value = set.find(mark->algorithm);
    page << "<tr><th scope=\"row\" class=\"name\">" << set.object.substr(set.object.find(':') + 1)
         << "</th><td>" << name_of(mark->algorithm) << " <code>"
         << (value ? std::string_view(*value) : std::string_view()) << "</code></td><td>"
         << mark->set;
    if (!mark->name.empty()) page << ": " << mark->name;
    page << "</td></tr>";
  }
  page << "</tbody></table></div>";
  write_cut(page, shown, notable.size(), "entries.jsonl");
}

}  // namespace discern
