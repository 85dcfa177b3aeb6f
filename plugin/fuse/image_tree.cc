// SPDX-License-Identifier: Apache-2.0
#include "image_tree.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "discern/digest.h"
#include "discern/pass.h"
#include "discern/wave_file.h"

namespace discern {
namespace {

SourcePtr file_of(const Image& image, const View& view) {
  const SourcePtr wave = wave_file(image, view);
  return wave ? wave : view.source;
}

std::int64_t mtime_of(const Image& image) {
  return image.files.empty() ? 0 : image.files.front().source->facts().mtime_ns;
}

// One pass for all of them, when the first one is opened.
class Sums {
 public:
  explicit Sums(std::shared_ptr<const Image> image) : image_(std::move(image)) {}

  Result<std::string> text(std::size_t algorithm, const Progress& progress) {
    const std::lock_guard lock(mutex_);
    if (texts_.empty())
      if (const Status done = compute(progress); !done) return done.error();
    return texts_[algorithm];
  }

  static constexpr std::pair<Algorithm, std::string_view> kFiles[] = {
      {Algorithm::md5, "MD5SUMS"},
      {Algorithm::sha1, "SHA1SUMS"},
      {Algorithm::sha256, "SHA256SUMS"}};

  // Known before: a digest, two blanks, a name, a line end for each view.
  static std::uint64_t size(const Image& image, Algorithm algorithm) {
    const std::size_t digits = Hasher(algorithm).finish().size();
    std::uint64_t total = 0;
    for (const View& view : image.views) total += digits + 2 + file_name_of(image, view).size() + 1;
    return total;
  }

 private:
  Status compute(const Progress& progress) {
    std::vector<Stream> streams;
    std::vector<std::vector<Hasher>> hashers;
    for (const View& view : image_->views) {
      auto& own = hashers.emplace_back();
      for (const auto& [algorithm, name] : kFiles) own.emplace_back(algorithm);
      streams.push_back({view.name, file_of(*image_, view)});
    }
    for (std::size_t i = 0; i < streams.size(); ++i)
      for (Hasher& hasher : hashers[i])
        streams[i].consumers.push_back(
            {[&hasher](const Block& block) { hasher.update(block.bytes); }});
    if (const Status done = run_pass(streams, {.progress = progress}); !done) return done.error();
    std::vector<std::string> texts(std::size(kFiles));
    for (std::size_t i = 0; i < streams.size(); ++i) {
      const std::string name = file_name_of(*image_, image_->views[i]);
      for (std::size_t a = 0; a < texts.size(); ++a) {
        std::string line = hashers[i][a].finish();
        const std::size_t width = line.size() + 2 + name.size();
        line += "  " + name;
        if (!streams[i].bad.empty()) line = "# " + name + " has unreadable bytes";
        line.resize(width, ' ');
        texts[a] += line + "\n";
      }
    }
    texts_ = std::move(texts);
    return Done{};
  }

  std::shared_ptr<const Image> image_;
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

SourcePtr text_source(std::string_view text, const std::string& file) {
  const Bytes bytes = as_bytes(text);
  return memory_source({bytes.begin(), bytes.end()}, file);
}

std::int64_t modified(const Entry& entry) {
  for (const EntryTime& time : entry.times)
    if (time.kind == TimeKind::modified && time.validity == Validity::ok) return time.time_ns;
  for (const EntryTime& time : entry.times)
    if ((time.kind == TimeKind::created || time.kind == TimeKind::recorded) &&
        time.validity == Validity::ok)
      return time.time_ns;
  return 0;
}

// libtsk's own folder, that of orphans.
bool is_virtual_folder(const Entry& entry) { return entry.mode.starts_with("V/"); }

bool is_folder(const Entry& entry) { return entry.type == 'd' || is_virtual_folder(entry); }

// Of a deleted file as much as runs were found for, like icat(1): a program that copies it would
// otherwise stop at an error.
std::uint64_t shown_size(const Entry& entry) {
  if (entry.state == EntryState::allocated || entry.runs.empty()) return entry.size;
  std::uint64_t end = 0;
  for (const Run& run : entry.runs) end = std::max(end, run.file_offset + run.length);
  return std::min(entry.size, end);
}

// "volume2", by the number that `info` and the views give it.
std::string folder_of_volume(const Image& image, std::uint64_t start) {
  for (std::size_t i = 0; i < image.volumes.size(); ++i)
    if (image.volumes[i].start == start) return "volume" + std::to_string(i + 1);
  return "volume-at-" + std::to_string(start);
}

}  // namespace

std::string file_name_of(const Image& image, const View& view) {
  std::string name = view.name;
  if (const Track* const track = track_of(image, view)) {
    char text[32];
    std::snprintf(text, sizeof text, "track%02d", track->number);
    return std::string(text) + (wave_file(image, view) ? ".wav" : ".bin");
  }
  std::erase(name, ' ');
  if (!image.disc) return name + ".raw";
  return name + (view.sector_size == 2048 ? ".iso" : ".bin");
}

void add_views(MountTree& tree, const std::shared_ptr<const Image>& image) {
  for (const View& view : image->views) {
    const SourcePtr source = file_of(*image, view);
    // The image stays open as long as the tree that shows it.
    tree.add_file(file_name_of(*image, view),
                  {source->size(), mtime_of(*image),
                   [image, source](const Progress&) { return Result<SourcePtr>(source); }});
  }
}

void add_sums(MountTree& tree, const std::shared_ptr<const Image>& image) {
  const auto sums = std::make_shared<Sums>(image);
  for (std::size_t i = 0; i < std::size(Sums::kFiles); ++i) {
    const auto& [algorithm, name] = Sums::kFiles[i];
    tree.add_file(name, {Sums::size(*image, algorithm), mtime_of(*image),
                         [sums, image, i](const Progress& progress) -> Result<SourcePtr> {
                           auto text = sums->text(i, progress);
                           if (!text) return text.error();
                           return text_source(*text, image->path);
                         }});
  }
}

void add_text(MountTree& tree, std::string name, std::string text) {
  const SourcePtr source = text_source(text, name);
  tree.add_file(
      name, {source->size(), 0, [source](const Progress&) { return Result<SourcePtr>(source); }});
}

void add_entries(MountTree& tree, const Image& image, std::vector<Entry> entries,
                 const OpenEntry& open) {
  std::set<std::uint64_t> starts;
  for (const Entry& entry : entries) starts.insert(entry.volume_start);
  tree.add_folder("files");
  tree.add_folder("deleted");
  for (Entry& found : entries) {
    // Boot sectors, tables and descriptors are no files; the views have their bytes.
    if (found.type == 'v' && !is_virtual_folder(found)) continue;
    found.size = shown_size(found);
    const auto entry = std::make_shared<const Entry>(std::move(found));
    const bool there = entry->state == EntryState::allocated && !is_virtual_folder(*entry);
    std::string path = there ? "files" : "deleted";
    if (starts.size() > 1) path += "/" + folder_of_volume(image, entry->volume_start);
    path += entry->path;
    if (is_folder(*entry)) {
      tree.add_folder(path, modified(*entry));
      continue;
    }
    if (entry->type == 'l') {
      const SourcePtr target = text_source(entry->link_target, image.path);
      tree.add_file(path,
                    {target->size(), modified(*entry),
                     [target](const Progress&) { return Result<SourcePtr>(target); }},
                    entry->id);
      continue;
    }
    tree.add_file(
        path,
        {entry->size, modified(*entry), [entry, open](const Progress&) { return open(*entry); }},
        entry->id);
  }
}

}  // namespace discern
