// SPDX-License-Identifier: Apache-2.0
// Split raw images: one raw image cut into segments of equal size, the last one shorter, named by a
// counter (split_name.cc).
//
// There is no header that says how many segments belong together. A segment that is missing in the
// middle leaves a hole as long as the others, which is unreadable, not zeros; that one is missing
// at the end shows only where the names tell the number, or in what the volumes claim. A segment in
// the middle that is shorter than the others was cut, and what it lacks is a hole: otherwise
// everything behind it would move.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include "image/format_rows.h"
#include "image/split_name.h"
#include "image/unread_record.h"

namespace discern {
namespace {

namespace fs = std::filesystem;

// What follows a longer gap in the counter is another file (disk.aa and disk.gz). A bound of ours.
constexpr std::uint64_t kLongestGap = 16;

// Paths of the set's segments that exist, by counter.
std::map<std::uint64_t, std::string> segments_beside(const SplitName& first) {
  std::map<std::uint64_t, std::string> found;
  std::uint64_t expected = first.index;
  for (std::uint64_t at = first.index; at - expected <= kLongestGap; ++at) {
    std::string path = first.path(at);
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(path, ignored))) continue;
    found.emplace(at, std::move(path));
    expected = at + 1;
  }
  return found;
}

// All segments but the last one are of one size, and that is no longer: nobody has neighbours like
// that by chance.
bool regular(const std::map<std::uint64_t, std::string>& segments) {
  std::error_code ignored;
  const std::uintmax_t whole = fs::file_size(segments.begin()->second, ignored);
  for (auto each = segments.begin(); each != segments.end(); ++each) {
    const std::uintmax_t size = fs::file_size(each->second, ignored);
    if (ignored || size > whole || (size < whole && std::next(each) != segments.end()))
      return false;
  }
  return true;
}

Probed probe(const ProbeInput& input) {
  const auto name = parse_split_name(input.path);
  if (!name || name->index != name->first_index()) return {};
  const auto segments = segments_beside(*name);
  if (segments.size() < 2) return {};
  return {.fit = regular(segments) ? Fit::likely : Fit::weak};
}

using Segments = std::map<std::uint64_t, std::shared_ptr<const MappedFile>>;

Result<Segments> open_segments(const SplitName& name, std::shared_ptr<const MappedFile> first) {
  Segments segments = {{name.index, std::move(first)}};
  for (const auto& [index, path] : segments_beside(name)) {
    if (index == name.index) continue;
    auto file = MappedFile::open(path);
    if (!file) return file.error();
    segments.emplace(index, std::move(*file));
  }
  return segments;
}

// The size of a whole segment: the one that most have, the last one aside. 0 when sizes differ so
// much that there is none.
std::uint64_t whole_size(const Segments& segments) {
  std::map<std::uint64_t, std::size_t> counts;
  for (auto each = segments.begin(); each != std::prev(segments.end()); ++each)
    ++counts[each->second->size()];
  if (counts.empty()) return segments.begin()->second->size();
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second, a.first) < std::pair(b.second, b.first);
      });
  return most->second * 2 >= segments.size() - 1 ? most->first : 0;
}

class Assembly {
 public:
  Assembly(const SplitName& name, std::uint64_t whole) : name_(name), whole_(whole) {}

  void add_absent(std::uint64_t index) {
    const std::string path = name_.path(index);
    find("split.missing-segment", Severity::damage, path,
         "the segment is missing; its " + std::to_string(whole_) + " bytes, from byte " +
             std::to_string(size_) + " of the medium on, are unreadable");
    add_part(partial_source(memory_source({}, path), whole_));
  }

  void add(std::shared_ptr<const MappedFile> file, bool last) {
    const std::uint64_t size = file->size();
    const std::string& path = file->facts().path;
    if (whole_ > 0 && size < whole_ && !last) {
      find("split.short-segment", Severity::damage, path,
           "the segment has " + std::to_string(size) + " bytes, the others have " +
               std::to_string(whole_) + "; the " + std::to_string(whole_ - size) +
               " bytes from byte " + std::to_string(size_ + size) +
               " of the medium on are unreadable");
      add_part(partial_source(file, whole_));
    } else {
      if (size != whole_ && (!last || size > whole_ || size == 0))
        find("split.uneven", Severity::warning, path,
             "the segment has " + std::to_string(size) + " bytes, " +
                 (whole_ > 0 ? "the others have " + std::to_string(whole_)
                             : "and no size is that of most segments"));
      add_part(file);
    }
    image_.files.push_back({"segment", std::move(file)});
  }

  Image finish() {
    if (size_ % 512 != 0)
      find("raw.odd-size", Severity::warning, image_.files.back().path(),
           "the segments together are no multiple of 512 bytes");
    const std::size_t count = parts_.size();
    image_.views.push_back({.name = "media",
                            .source = concat_source(std::move(parts_)),
                            .derivation = std::to_string(count) + " segments in a row"});
    return std::move(image_);
  }

 private:
  void find(const char* code, Severity severity, std::string file, std::string text) {
    image_.findings.push_back({code, severity, Place{.file = std::move(file)}, std::move(text)});
  }
  void add_part(SourcePtr part) {
    size_ += part->size();
    parts_.push_back(std::move(part));
  }

  const SplitName& name_;
  std::uint64_t whole_;
  Image image_;
  std::vector<SourcePtr> parts_;
  std::uint64_t size_ = 0;
};

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  const auto name = parse_split_name(path);
  if (!name) return Error{Errc::not_this, "the name has no segment number", path};
  auto segments = open_segments(*name, std::move(file));
  if (!segments) return segments.error();

  Assembly assembly(*name, whole_size(*segments));
  const std::uint64_t last = std::max(segments->rbegin()->first, name->total);
  const std::uint64_t end = std::min(last, segments->rbegin()->first + kLongestGap);
  for (std::uint64_t index = name->index; index <= end; ++index) {
    const auto segment = segments->find(index);
    if (segment == segments->end())
      assembly.add_absent(index);
    else
      assembly.add(segment->second, index == last);
  }
  Image image = assembly.finish();
  apply_unread_record(image, path);
  return image;
}

}  // namespace

constinit const Format kSplitRaw = {
    .id = "split",
    .name = "raw image split into segments",
    .extensions = "001 000 0001 0000 aa aaa asb dmg",
    .probe = probe,
    .open = open,
};

}  // namespace discern
