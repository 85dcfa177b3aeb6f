// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_FILESYSTEM_ISO_MERGE_H
#define DISCERN_FILESYSTEM_ISO_MERGE_H

#include <string>
#include <vector>

#include "filesystem/iso_tree.h"

namespace discern {

struct IsoMergedNode {
  const IsoNode* node = nullptr;  // where times and content come from
  std::string name = {};
  std::uint32_t parent = kNoNode;
  std::uint32_t id = 0;  // as TSK numbers: supplementary trees first
  bool in_first = false;
  bool in_others = false;
};

// One tree out of those that the descriptors of a volume have. The first is the primary one. Files
// are the same when their parents are and they have the same content; empty files and directories
// go by name, by the content below, and at last by their order. What only one tree has is a node of
// its own. Nodes point into `trees`.
std::vector<IsoMergedNode> merge_iso_trees(const std::vector<IsoTree>& trees);

}  // namespace discern

#endif
