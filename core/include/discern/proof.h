// SPDX-License-Identifier: Apache-2.0
// Proofs that a file's bytes are part of a hashed image, checked without the image.
#ifndef DISCERN_PROOF_H
#define DISCERN_PROOF_H

#include <cstdint>
#include <string>
#include <string_view>

#include "discern/entry.h"
#include "discern/image.h"
#include "discern/piece_tree.h"
#include "discern/result.h"

namespace discern {

// A proof as JSON: the entry's runs on the view, the pieces that they touch, and those nodes of
// the tree that lead from the pieces to its root. `tree` is the view's.
//
// Errc::unsupported  content that lies in no run (resident, compressed by the file system), or
//                    more of it on no block than hash_entry() takes
// Errc::io           bytes of the file are unreadable, or not those that the tree is of
Result<std::string> prove(const Image& image, const View& view, const PieceTree& tree,
                          const Entry& entry);

// What a proof shows once it holds: `size` bytes with the digest `sha256` stand at its runs of an
// object with this root. That they are the file `path` is what the file system said.
struct ProvedFile {
  std::string image;   // as it was named
  std::string object;  // "view:media"
  std::string root;    // hex
  std::string path;
  std::string state;  // "allocated"
  bool runs_guessed = false;
  std::uint64_t size = 0;
  std::string sha256;
  std::uint64_t sparse = 0;  // of its bytes, those on no block: zeros
  std::size_t runs = 0;
  std::size_t pieces = 0;
};

// Computes everything again from the proof's own bytes. Errc::not_this: no proof; Errc::corrupt:
// it contradicts itself, and where; Errc::limit as in prove().
Result<ProvedFile> check_proof(std::string_view proof);

// The root that a report.json states for `object`. Errc::corrupt, Errc::missing.
Result<std::string> root_in_report(std::string_view report, std::string_view object);

}  // namespace discern

#endif
