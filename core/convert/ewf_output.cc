// SPDX-License-Identifier: Apache-2.0
// Expert Witness images: a set of segment files, proved by their own reader and their own digests.
#include <algorithm>
#include <filesystem>

#include "convert/ewf_set.h"
#include "convert/output_formats.h"

namespace discern {
namespace {

// libewf names segments .E01 or .e01 by the flavour; the user may have written it otherwise.
std::string name_of(const std::string& segment, const std::string& wanted) {
  std::string name = std::filesystem::path(segment).filename().string();
  const std::string extension = std::filesystem::path(wanted).extension().string();
  if (name.size() > 3 && extension.size() == 4 && (extension[1] == 'e' || extension[1] == 'E'))
    name[name.size() - 3] = extension[1];
  return name;
}

// The digests that stand in the set are those of what was written.
Status check_stored(const OutputJob& job, const std::string& name,
                    std::span<const Digest> digests) {
  const auto image = open_image(job.path_of(name), {.format = "ewf"});
  if (!image) return image.error();
  if (image->stored_digests.empty())
    return Error{Errc::corrupt, "no digest is stored in what was written", job.path_of(name)};
  for (const StoredDigest& stored : image->stored_digests)
    for (const Digest& digest : digests)
      if (stored.algorithm == discern::name_of(digest.algorithm) && stored.value != digest.hex)
        return Error{Errc::corrupt,
                     stored.algorithm + " stored in what was written is " + stored.value +
                         ", computed was " + digest.hex,
                     job.path_of(name)};
  return Done{};
}

Status write_set(OutputJob& job, EwfFlavour flavour) {
  const ConvertOptions& options = job.options();
  auto set = write_ewf_set(job.image(), job.view(), flavour, job.path_of(job.stem()),
                           options.case_data, options.threads, options.progress);
  if (!set) return set.error();
  const std::string object = "view:" + job.view().name;
  if (const Status told = job.tell_bad(*job.view().source, object, set->bad); !told) return told;
  std::string first;
  for (const std::string& segment : set->segments) {
    const std::string name = name_of(segment, job.name());
    std::error_code error;
    std::filesystem::rename(segment, job.path_of(name), error);
    if (error) return Error{Errc::io, "cannot be renamed: " + error.message(), segment};
    if (const Status added = job.add_file(name); !added) return added;
    if (first.empty()) first = name;
  }
  if (const Status same = check_stored(job, first, set->digests); !same) return same;
  auto written = job.written_view(first, "ewf", "media");
  if (!written) return written.error();
  const auto sha256 = std::ranges::find(set->digests, Algorithm::sha256, &Digest::algorithm);
  job.expect("view:media", sha256->hex, std::move(*written));
  return Done{};
}

}  // namespace

Status write_e01(OutputJob& job) { return write_set(job, EwfFlavour::encase6); }
Status write_ewfx(OutputJob& job) { return write_set(job, EwfFlavour::ewfx); }

}  // namespace discern
