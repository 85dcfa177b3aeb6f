// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <numeric>

#include "digest/hash_object.h"
#include "discern/object_name.h"
#include "discern/pass.h"

namespace discern {

namespace {

constexpr std::size_t kRangesToldOneByOne = 1000;

// `file:<name>`, or `file:<path>` for files whose names are not unique in the image, and
// `file:<path>#2` for a path that was opened twice.
std::vector<std::string> names_of(const std::vector<EvidenceFile>& files) {
  std::map<std::string, int> names;
  std::map<std::string, int> paths;
  for (const EvidenceFile& file : files) ++names[file.name()];
  std::vector<std::string> result;
  for (const EvidenceFile& file : files) {
    const bool unique = names[file.name()] == 1;
    const int opened = ++paths[file.path()];
    result.push_back("file:" + (unique ? file.name() : file.path()) +
                     (opened == 1 ? "" : "#" + std::to_string(opened)));
  }
  return result;
}

class JobBuilder {
 public:
  explicit JobBuilder(std::span<const Algorithm> algorithms) : algorithms_(algorithms) {}

  // An object that is not read.
  std::shared_ptr<HashJob::Object> list(std::string name, const SourcePtr& source) {
    job_.objects.push_back(std::make_shared<HashJob::Object>(
        HashJob::Object{.name = std::move(name), .size = source->size()}));
    return job_.objects.back();
  }

  HashJob::Object& add(std::string name, const SourcePtr& source, std::uint32_t unit) {
    const auto object = list(std::move(name), source);
    const auto known = std::ranges::find(job_.streams, source, &Stream::source);
    object->stream = static_cast<std::size_t>(known - job_.streams.begin());
    if (known != job_.streams.end()) {
      object->same_as = known->name;
      known->unit = std::lcm(known->unit, std::max(unit, 1U));
      return *object;
    }
    Stream stream{object->name, source, std::max(unit, 1U)};
    object->algorithms.assign(algorithms_.begin(), algorithms_.end());
    object->running = running_digests(algorithms_);
    for (std::size_t i = 0; i < object->running.size(); ++i)
      stream.consumers.push_back(
          {[object, i](const Block& block) { object->running[i].update(block.bytes); },
           object->running[i].cost()});
    job_.streams.push_back(std::move(stream));
    return *object;
  }

  HashJob take() { return std::move(job_); }

 private:
  std::span<const Algorithm> algorithms_;
  HashJob job_;
};

using RangesByFile = std::map<std::string_view, std::vector<ByteRange>>;

bool contains(const RangesByFile& ranges, std::string_view file, ByteRange wanted) {
  const auto of_file = ranges.find(file);
  if (of_file == ranges.end()) return false;
  const auto after =
      std::ranges::upper_bound(of_file->second, wanted.offset, {}, &ByteRange::offset);
  return after != of_file->second.begin() && std::prev(after)->end() >= wanted.end();
}

// Where in the evidence the first part of a view's bad range lies that no evidence file's own bad
// range accounts for; nothing when they account for all of it.
std::optional<Location> own_fault(const ByteSource& source, ByteRange bad,
                                  const RangesByFile& told) {
  for (std::uint64_t offset = bad.offset; offset < bad.end();) {
    const Location place = source.locate(offset);
    const std::uint64_t length = std::clamp<std::uint64_t>(place.length, 1, bad.end() - offset);
    if (!place.offset || !contains(told, place.file, {*place.offset, length})) return place;
    offset += length;
  }
  return std::nullopt;
}

Finding bad_range(const Stream& stream, ByteRange bad, const Location& place) {
  return {"read.bad-range",
          Severity::damage,
          {std::string(place.file), place.offset, place.lba},
          stream.name + ": " + std::to_string(bad.length) + " bytes from offset " +
              std::to_string(bad.offset) +
              " could not be read; zeros stand for them in the digests"};
}

bool is_view(const Image& image, const SourcePtr& file) {
  return std::ranges::find(image.views, file, &View::source) != image.views.end();
}

}  // namespace

HashJob hash_job(const Image& image, std::span<const Algorithm> algorithms,
                 const WantedFile& wanted) {
  JobBuilder builder(algorithms);
  const auto names = names_of(image.files);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& file = image.files[i].source;
    if (wanted && !wanted(names[i]) && !is_view(image, file)) {
      builder.list(names[i], file);
      continue;
    }
    auto& object = builder.add(names[i], file, 512);
    object.file = file;
    object.changed_before = file->changed();
  }
  for (const View& view : image.views)
    builder.add(object_name(view), view.source, view.sector_size);
  return builder.take();
}

Stream* HashJob::stream_of(std::string_view object) {
  const auto found =
      std::ranges::find(objects, object, [](const auto& each) { return each->name; });
  return found == objects.end() || (*found)->stream == Object::kNotRead
             ? nullptr
             : &streams[(*found)->stream];
}

std::vector<DigestSet> HashJob::finish() {
  std::vector<DigestSet> result;
  std::map<std::size_t, std::vector<Digest>> by_stream;
  for (const auto& object : objects) {
    if (object->stream == Object::kNotRead) {
      result.push_back({.object = object->name,
                        .size = object->size,
                        .not_hashed = "nothing is there to compare it with"});
      continue;
    }
    auto& digests = by_stream[object->stream];
    if (!object->running.empty()) digests = finish_all(object->running, object->algorithms);
    const Stream& stream = streams[object->stream];
    result.push_back({object->name, 0, object->size, stream.bad, digests, object->same_as});
  }
  return result;
}

Findings HashJob::findings() const {
  Findings result;
  RangesByFile told;
  for (const auto& object : objects) {
    if (!object->file) continue;  // also of files that were not read
    told[object->file->facts().path] = streams[object->stream].bad;
    const auto changed = object->file->changed();
    if (!changed) continue;
    const std::string when = object->changed_before
                                 ? "changed after it was opened, before it was read: "
                                 : "changed while it was read: ";
    result.push_back(
        {"file.changed", Severity::damage, {object->file->facts().path}, when + *changed});
  }
  std::size_t ranges = 0;
  std::uint64_t more_bytes = 0;
  for (const auto& object : objects) {
    if (!object->same_as.empty() || object->stream == Object::kNotRead) continue;
    const Stream& stream = streams[object->stream];
    for (const ByteRange& bad : stream.bad) {
      const auto place =
          object->file ? stream.source->locate(bad.offset) : own_fault(*stream.source, bad, told);
      if (!place) continue;
      if (++ranges <= kRangesToldOneByOne)
        result.push_back(bad_range(stream, bad, *place));
      else
        more_bytes += bad.length;
    }
  }
  if (ranges > kRangesToldOneByOne)
    result.push_back({"read.bad-range",
                      Severity::damage,
                      {},
                      std::to_string(ranges - kRangesToldOneByOne) + " more ranges of " +
                          std::to_string(more_bytes) + " bytes in all could not be read"});
  return result;
}

Result<std::vector<DigestSet>> hash_image(const Image& image, std::span<const Algorithm> algorithms,
                                          const PassOptions& options, Findings& findings) {
  HashJob job = hash_job(image, algorithms);
  if (const Status status = run_pass(job.streams, options); !status) return status.error();
  const Findings found = job.findings();
  findings.insert(findings.end(), found.begin(), found.end());
  return job.finish();
}

}  // namespace discern
