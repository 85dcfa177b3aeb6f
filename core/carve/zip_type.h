// SPDX-License-Identifier: Apache-2.0
// Which kind of document a ZIP archive is, from the names of its entries.
#ifndef DISCERN_CARVE_ZIP_TYPE_H
#define DISCERN_CARVE_ZIP_TYPE_H

#include <string>
#include <string_view>

#include "discern/carve.h"

namespace discern::zip {

struct Entry;

class TypeGuess {
 public:
  // Entries in the order of the archive.
  void add(const Entry& entry, Candidate& candidate);
  // Type and extension at once: "docx"; "zip" when nothing speaks for more.
  std::string_view type() const;

 private:
  std::string_view declared_ = {};  // by a first entry `mimetype`
  std::string_view folder_ = {};    // by the folder of an OOXML package
  bool first_ = true;
  bool content_types_ = false;
  bool java_manifest_ = false;
  bool android_manifest_ = false;
};

}  // namespace discern::zip

#endif
