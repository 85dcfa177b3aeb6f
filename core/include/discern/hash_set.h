// SPDX-License-Identifier: Apache-2.0
// Hash sets: files that list digests of contents which are known (and can be left aside) or
// notable (and are looked for). A set is read through once, past the digests of the evidence, so
// that its size does not matter.
#ifndef DISCERN_HASH_SET_H
#define DISCERN_HASH_SET_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "discern/digest.h"
#include "discern/progress.h"
#include "discern/result.h"

namespace discern {

// "notable" when any mark says so, "known" when there is a mark, otherwise empty.
std::string_view standing_of(const DigestSet& digests);

struct HashSetFile {
  std::string path;
  bool notable = false;
};

struct SetReading {
  std::string_view kind;     // for people: "NSRL RDS version 3 (SQLite)"
  bool comparable = false;   // it has digests of an algorithm that was computed
  std::uint64_t marked = 0;  // sets of digests that it has
};

// Adds to the marks of each of `digests` what the file says of them, one mark of each file. MD5,
// SHA-1 and SHA-256 are compared. Files are NSRL RDS (3: SQLite, 2: NSRLFile.txt), hash databases
// of The Sleuth Kit (SQLite) and indexes of its hfind, hash sets of EnCase, hashdeep lists, sum
// files.
//
// Errc::missing, Errc::io; Errc::not_this: none of these; Errc::corrupt; Errc::cancelled
Result<SetReading> mark_digests(std::span<DigestSet> digests, const HashSetFile& file,
                                const Progress& progress);

}  // namespace discern

#endif
