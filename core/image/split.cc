// SPDX-License-Identifier: Apache-2.0
// Split raw images: one raw image cut into segments of equal size, the last one shorter, named by a
// counter in the extension. Names as split(1), dcfldd, FTK Imager and EnCase's raw export make
// them:
//
//   disk.001 disk.002 ... disk.999 disk.1000      counter from 1
//   disk.000 disk.001 ...                         counter from 0
//   disk.dd.aa disk.dd.ab ... disk.dd.zz          letters, two or three
//
// There is no header that says how many segments belong together. A segment that is missing in the
// middle leaves a hole as long as the first segment, which is unreadable, not zeros; that one is
// missing at the end shows only in what the volumes claim.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include "image/format_rows.h"
#include "image/split_name.h"

namespace discern {
namespace {

namespace fs = std::filesystem;

// What follows a longer gap in the counter is another file (disk.aa and disk.gz). A bound of ours.
constexpr std::uint64_t kLongestGap = 16;

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// Paths of the set's segments that exist, by counter.
std::map<std::uint64_t, std::string> segments_beside(const SplitName& first) {
  std::map<std::uint64_t, std::string> found;
  std::error_code ignored;
  const fs::path folder = fs::path(first.stem).parent_path();
  for (fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder, ignored), end;
       !ignored && entry != end; entry.increment(ignored)) {
    const fs::path path = folder.empty() ? entry->path().filename() : entry->path();
    const auto name = parse_split_name(path.string());
    if (name && name->stem == first.stem && name->letters == first.letters &&
        name->path(name->index) == first.path(name->index) && name->index >= first.index)
      found.emplace(name->index, path.string());
  }
  std::uint64_t expected = first.index;
  for (auto each = found.begin(); each != found.end(); ++each) {
    if (each->first - expected > kLongestGap) {
      found.erase(each, found.end());
      break;
    }
    expected = each->first + 1;
  }
  return found;
}

Probed probe(const ProbeInput& input) {
  const auto name = parse_split_name(input.path);
  if (!name || name->index != name->first_index()) return {};
  return {.fit = segments_beside(*name).size() > 1 ? Fit::weak : Fit::none};
}

class Assembly {
 public:
  explicit Assembly(const SplitName& name) : name_(name) {}

  // The first segment alone tells how long an absent one was.
  void add_absent(std::uint64_t index) {
    const std::uint64_t size = parts_.front()->size();
    const std::string path = name_.path(index);
    parts_.push_back(partial_source(memory_source({}, path), size));
    image_.findings.push_back({"split.missing-segment", Severity::damage, Place{.file = path},
                               "the segment is missing; its " + std::to_string(size) +
                                   " bytes, from byte " + std::to_string(size_) +
                                   " of the medium on, are unreadable"});
    size_ += size;
  }

  void add(std::shared_ptr<const MappedFile> file, bool last) {
    const std::uint64_t size = file->size();
    if (!parts_.empty() &&
        (size > parts_.front()->size() || size == 0 || (!last && size != parts_.front()->size())))
      image_.findings.push_back({"split.uneven", Severity::warning,
                                 Place{.file = file->facts().path},
                                 "the segment has " + std::to_string(size) + " bytes, the first " +
                                     std::to_string(parts_.front()->size())});
    size_ += size;
    parts_.push_back(file);
    image_.files.push_back({"segment", std::move(file)});
  }

  Image finish() {
    if (size_ % 512 != 0)
      image_.findings.push_back({"raw.odd-size", Severity::warning,
                                 Place{.file = image_.files.back().path()},
                                 "the segments together are no multiple of 512 bytes"});
    const std::size_t count = parts_.size();
    image_.views.push_back({.name = "media",
                            .source = concat_source(std::move(parts_)),
                            .derivation = std::to_string(count) + " segments in a row"});
    return std::move(image_);
  }

 private:
  const SplitName& name_;
  Image image_;
  std::vector<SourcePtr> parts_;
  std::uint64_t size_ = 0;
};

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  const std::string path = file->facts().path;
  const auto name = parse_split_name(path);
  if (!name) return Error{Errc::not_this, "the name does not end in a segment number", path};
  const auto segments = segments_beside(*name);
  if (segments.empty()) return Error{Errc::missing, "no segments in its folder", path};

  Assembly assembly(*name);
  assembly.add(std::move(file), segments.size() == 1);
  const std::uint64_t last = segments.rbegin()->first;
  std::uint64_t expected = name->index + 1;
  for (auto next = std::next(segments.begin()); next != segments.end(); ++next) {
    for (; expected < next->first; ++expected) assembly.add_absent(expected);
    auto segment = MappedFile::open(next->second);
    if (!segment) return segment.error();
    assembly.add(std::move(*segment), next->first == last);
    ++expected;
  }
  return assembly.finish();
}

}  // namespace

std::string SplitName::path(std::uint64_t at) const {
  std::string counter;
  const std::uint64_t base = letters ? 26 : 10;
  const char zero = !letters ? '0' : upper ? 'A' : 'a';
  for (; at > 0 || counter.size() < width; at /= base)
    counter.insert(counter.begin(), static_cast<char>(zero + static_cast<char>(at % base)));
  return stem + counter;
}

std::uint64_t SplitName::first_index() const { return letters || exists(path(0)) ? 0 : 1; }

bool SplitName::exists_before() const { return index > first_index() && exists(first()); }

std::optional<SplitName> parse_split_name(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || path.find('/', dot) != std::string::npos) return std::nullopt;
  const std::string_view counter = std::string_view(path).substr(dot + 1);
  const auto all_in = [&](char low, char high) {
    return std::all_of(counter.begin(), counter.end(),
                       [&](char c) { return c >= low && c <= high; });
  };
  SplitName name;
  name.stem = path.substr(0, dot + 1);
  char zero = '0';
  if (counter.size() >= 3 && counter.size() <= 5 && all_in('0', '9')) {
    name.width = counter.front() == '0' ? counter.size() : 3;
  } else if (counter.size() == 2 || counter.size() == 3) {
    name.upper = all_in('A', 'Z');
    if (!name.upper && !all_in('a', 'z')) return std::nullopt;
    name.letters = true;
    name.width = counter.size();
    zero = name.upper ? 'A' : 'a';
  } else {
    return std::nullopt;
  }
  for (const char c : counter)
    name.index = name.index * (name.letters ? 26 : 10) + static_cast<std::uint64_t>(c - zero);
  return name;
}

constinit const Format kSplitRaw = {
    .id = "split",
    .name = "raw image split into segments",
    .extensions = "001 000 0001 0000 aa aaa",
    .probe = probe,
    .open = open,
};

}  // namespace discern
