// SPDX-License-Identifier: Apache-2.0
#include "optical/described_files.h"

#include "optical/descriptor_text.h"

namespace discern {

DescribedFiles::DescribedFiles(Image& image, std::string kind)
    : image_(image), kind_(std::move(kind)), folder_(image.path) {}

SourcePtr DescribedFiles::open(const std::string& name, const Place& place) {
  const auto [found, added] = files_.try_emplace(name);
  if (!added) return found->second;
  if (last_component(name) != name)
    image_.findings.push_back(
        {kind_ + ".path-outside", Severity::note, place,
         "the descriptor names \"" + utf8_text(name) + "\"; only its own folder was looked into"});
  auto opened = folder_.open(name);
  if (!opened) {
    Error error{opened.error().code, "FILE \"" + utf8_text(name) + "\": " + opened.error().text,
                place.file,          place.offset,
                place.line,          place.column};
    image_.findings.push_back({kind_ + ".file-missing", Severity::damage, place, error.text});
    if (!missing_) missing_ = std::move(error);
    return nullptr;
  }
  // One file under two spellings is one file.
  for (const EvidenceFile& known : image_.files)
    if (known.source->facts().inode == (*opened)->facts().inode &&
        known.source->facts().device == (*opened)->facts().device)
      return found->second = known.source;
  image_.files.push_back({"image", *opened});
  stored_.emplace_back(*opened);
  return found->second = *opened;
}

std::string DescribedFiles::path_of(const SourcePtr& source) const {
  for (const EvidenceFile& file : image_.files)
    if (file.source == source) return file.path();
  return {};
}

}  // namespace discern
