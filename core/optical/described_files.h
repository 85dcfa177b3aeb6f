// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_OPTICAL_DESCRIBED_FILES_H
#define DISCERN_OPTICAL_DESCRIBED_FILES_H

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/image.h"
#include "optical/descriptor_files.h"

namespace discern {

// The image files that a descriptor names, each opened once, listed in image.files, and reported
// when it is missing (KIND.file-missing, damage) or spelt with a folder (KIND.path-outside: where
// the disc was dumped is evidence, but only the descriptor's folder is looked into).
class DescribedFiles {
 public:
  // `image` must outlive this; its path is the descriptor's.
  DescribedFiles(Image& image, std::string kind);

  // Null when there is no such file.
  SourcePtr open(const std::string& name, const Place& place);

  // Of a source that open() returned; otherwise empty.
  std::string path_of(const SourcePtr& source) const;

  const std::vector<SourcePtr>& stored() const { return stored_; }  // in the order of opening
  const std::optional<Error>& missing() const { return missing_; }  // the first one

 private:
  Image& image_;
  std::string kind_;
  DescriptorFolder folder_;
  std::map<std::string, SourcePtr> files_ = {};
  std::vector<SourcePtr> stored_ = {};
  std::optional<Error> missing_ = {};
};

}  // namespace discern

#endif
