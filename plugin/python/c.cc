// SPDX-License-Identifier: Apache-2.0
#include "discern/c.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "discern/digest.h"
#include "discern/image.h"
#include "discern/image_walk.h"
#include "discern/pass.h"
#include "discern/report.h"
#include "discern/timeline.h"
#include "discern/version.h"

using discern::Errc;
using discern::Error;
using discern::Result;

struct discern_image {
  std::shared_ptr<const discern::Image> image;
  const discern::View* selected;
  const discern::View* walked;
};

struct discern_source {
  std::shared_ptr<const discern::Image> image;
  discern::SourcePtr bytes;
  std::uint32_t sector_size;
};

struct discern_listing {
  std::shared_ptr<const discern::Image> image;
  const discern::View* view;
  std::vector<discern::Entry> entries;
  std::vector<std::vector<discern_time>> times;  // of each entry
  std::vector<std::vector<discern_run>> runs;
  discern::EntryContents contents;
  discern::Findings findings;
};

namespace {

const char* name_of(Errc code) noexcept {
  switch (code) {
    case Errc::not_this:
      return "not_this";
    case Errc::corrupt:
      return "corrupt";
    case Errc::unsupported:
      return "unsupported";
    case Errc::ambiguous:
      return "ambiguous";
    case Errc::missing:
      return "missing";
    case Errc::io:
      return "io";
    case Errc::limit:
      return "limit";
    case Errc::cancelled:
      return "cancelled";
  }
  return "corrupt";
}

template <std::size_t size>
void copy(char (&target)[size], std::string_view text) noexcept {
  std::memset(target, 0, size);
  std::copy_n(text.begin(), std::min(text.size(), size - 1), target);
}

void set(discern_error* error, const char* code, std::string_view text,
         std::int64_t offset = -1) noexcept {
  if (!error) return;
  copy(error->code, code);
  copy(error->text, text);
  error->offset = offset;
}

void set(discern_error* error, const Error& what) {
  set(error, name_of(what.code), discern::show_name(describe(what)).text,
      what.offset ? static_cast<std::int64_t>(*what.offset) : -1);
}

// Runs `work`, which returns a pointer or a number; `failed` when it throws.
template <class Work, class Value>
auto guarded(discern_error* error, Value failed, const Work& work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    set(error, "limit", "out of memory");
  } catch (const std::exception& problem) {
    set(error, "corrupt", problem.what());
  }
  return failed;
}

char* copied(const std::string& text) {
  auto* const result = static_cast<char*>(std::malloc(text.size() + 1));
  if (!result) throw std::bad_alloc();
  std::memcpy(result, text.c_str(), text.size() + 1);
  return result;
}

std::string text_or_empty(const char* text) { return text ? text : ""; }

Result<const discern::View*> view_of(const discern_image& image, const char* name,
                                     const discern::View* otherwise) {
  if (!name) return otherwise;
  if (const discern::View* const view = image.image->find_view(name)) return view;
  return Error{Errc::missing, std::string("has no view \"") + name + "\"", image.image->path};
}

Result<std::vector<discern::Algorithm>> algorithms_of(std::string_view list) {
  std::vector<discern::Algorithm> result;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const auto algorithm = discern::find_algorithm(list.substr(0, end));
    if (!algorithm)
      return Error{Errc::missing, "no algorithm \"" + std::string(list.substr(0, end)) + "\""};
    result.push_back(*algorithm);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return result;
}

// Names of enumerators are string literals, hence ended by NUL.
discern_time c_time(const discern::EntryTime& time) {
  return {name_of(time.kind).data(), name_of(time.zone).data(), name_of(time.validity).data(),
          time.time_ns};
}

discern_run c_run(const discern::Run& run) {
  return {run.file_offset, run.length,
          run.view_offset ? static_cast<std::int64_t>(*run.view_offset) : -1};
}

}  // namespace

extern "C" {

const char* discern_version(void) {
  static const std::string version = discern::library_versions().front().second;
  return version.c_str();
}

void discern_free(char* text) { std::free(text); }

discern_image* discern_open(const char* name, const discern_open_options* options,
                            discern_error* error) {
  return guarded(error, nullptr, [&]() -> discern_image* {
    if (!name) return set(error, "missing", "no name"), nullptr;
    const discern::ImageName parsed = discern::parse_image_name(name);
    discern::OpenOptions how;
    how.repaired = parsed.view == "repaired" || (options && options->repaired != 0);
    if (options) {
      how.format = text_or_empty(options->format);
      how.entry = text_or_empty(options->entry);
      how.password = text_or_empty(options->password);
      how.cache_folder = text_or_empty(options->cache_folder);
    }
    if (!how.format.empty() && !discern::find_format(how.format))
      return set(error, "missing", "no format \"" + how.format + "\""), nullptr;
    auto opened = discern::open_image(parsed.path, how);
    if (!opened) return set(error, opened.error()), nullptr;
    auto image = std::make_unique<discern_image>();
    image->image = std::make_shared<const discern::Image>(*std::move(opened));
    const bool named = !parsed.view.empty();
    const auto view =
        view_of(*image, named ? parsed.view.c_str() : nullptr, &image->image->main_view());
    if (!view) return set(error, view.error()), nullptr;
    image->selected = *view;
    image->walked = named ? *view : &image->image->file_system_view();
    return image.release();
  });
}

void discern_close(discern_image* image) { delete image; }

char* discern_info(const discern_image* image, discern_error* error) {
  return guarded(error, nullptr, [&] { return copied(discern::json_of(*image->image)); });
}

char* discern_hashes(const discern_image* image, const char* algorithms, discern_error* error) {
  return guarded(error, nullptr, [&]() -> char* {
    const auto wanted = algorithms_of(text_or_empty(algorithms));
    if (!wanted) return set(error, wanted.error()), nullptr;
    discern::Findings findings;
    const auto sets = discern::hash_image(*image->image, *wanted, {}, findings);
    if (!sets) return set(error, sets.error()), nullptr;
    std::string lines;
    for (const discern::DigestSet& digests : *sets)
      lines += discern::json_of(*image->image, digests) + "\n";
    return copied(lines);
  });
}

const char* discern_selected_view(const discern_image* image) {
  return image->selected->name.c_str();
}

const char* discern_file_system_view(const discern_image* image) {
  return image->walked->name.c_str();
}

discern_source* discern_view(const discern_image* image, const char* view, discern_error* error) {
  return guarded(error, nullptr, [&]() -> discern_source* {
    const auto found = view_of(*image, view, image->selected);
    if (!found) return set(error, found.error()), nullptr;
    return new discern_source{image->image, (*found)->source, (*found)->sector_size};
  });
}

void discern_source_close(discern_source* source) { delete source; }

uint64_t discern_source_size(const discern_source* source) { return source->bytes->size(); }

uint32_t discern_source_sector_size(const discern_source* source) { return source->sector_size; }

int64_t discern_source_read(const discern_source* source, uint64_t offset, void* buffer,
                            size_t length, discern_error* error) {
  return guarded(error, int64_t{-1}, [&]() -> int64_t {
    length = std::min(length, static_cast<size_t>(INT64_MAX));
    if (length == 0 || offset >= source->bytes->size()) return 0;
    const discern::ReadResult got =
        source->bytes->read(offset, std::span(static_cast<std::byte*>(buffer), length));
    if (got.complete()) return static_cast<int64_t>(got.bytes);
    const std::uint64_t first = got.bad.front().offset;
    const discern::Location place = source->bytes->locate(first);
    set(error, {Errc::io,
                std::to_string(discern::total_length(got.bad)) +
                    " bytes cannot be read, the first at byte " + std::to_string(first),
                std::string(place.file), place.offset});
    if (error) error->offset = static_cast<int64_t>(first);
    return -1;
  });
}

const void* discern_source_map(const discern_source* source, uint64_t offset, size_t length) {
  return guarded(nullptr, nullptr, [&]() -> const void* {
    const auto bytes = source->bytes->view(offset, length);
    return bytes ? bytes->data() : nullptr;
  });
}

uint64_t discern_source_failed(const discern_source* source, uint64_t offset, uint64_t length) {
  return guarded(nullptr, length, [&]() -> uint64_t {
    return discern::total_length(source->bytes->failed({offset, length}));
  });
}

discern_listing* discern_list(const discern_image* image, const char* view, discern_error* error) {
  return guarded(error, nullptr, [&]() -> discern_listing* {
    const auto found = view_of(*image, view, image->walked);
    if (!found) return set(error, found.error()), nullptr;
    const discern::WalkedImage walked{image->image, **found};
    std::vector<discern::Entry> entries;
    discern::Findings findings;
    const discern::Status done = discern::walk_image(
        walked, {},
        [&](discern::Entry&& entry) {
          entries.push_back(std::move(entry));
          return true;
        },
        findings);
    if (!done) return set(error, done.error()), nullptr;
    auto listing = std::make_unique<discern_listing>(discern_listing{image->image,
                                                                     *found,
                                                                     std::move(entries),
                                                                     {},
                                                                     {},
                                                                     discern::EntryContents(walked),
                                                                     std::move(findings)});
    for (const discern::Entry& entry : listing->entries) {
      std::ranges::transform(entry.times, std::back_inserter(listing->times.emplace_back()),
                             c_time);
      std::ranges::transform(entry.runs, std::back_inserter(listing->runs.emplace_back()), c_run);
    }
    return listing.release();
  });
}

void discern_listing_close(discern_listing* listing) { delete listing; }

size_t discern_listing_size(const discern_listing* listing) { return listing->entries.size(); }

int discern_listing_entry(const discern_listing* listing, size_t number, discern_entry* entry) {
  if (number >= listing->entries.size()) return 0;
  const discern::Entry& from = listing->entries[number];
  const auto& times = listing->times[number];
  const auto& runs = listing->runs[number];
  *entry = {from.path.data(),
            from.path.size(),
            from.id.c_str(),
            name_of(from.state).data(),
            from.link_target.c_str(),
            from.size,
            from.volume_start,
            times.data(),
            times.size(),
            runs.data(),
            runs.size(),
            from.type};
  return 1;
}

discern_source* discern_listing_content(const discern_listing* listing, size_t number,
                                        discern_error* error) {
  return guarded(error, nullptr, [&]() -> discern_source* {
    if (number >= listing->entries.size()) return set(error, "missing", "no such entry"), nullptr;
    auto content = listing->contents.open(listing->entries[number]);
    if (!content) return set(error, content.error()), nullptr;
    return new discern_source{listing->image, *std::move(content), 1};
  });
}

char* discern_listing_events(const discern_listing* listing, discern_error* error) {
  return guarded(error, nullptr, [&]() -> char* {
    std::ostringstream lines;
    const discern::TimelineWriter* const writer = discern::find_timeline_writer("jsonl");
    writer->write(discern::make_timeline(listing->entries, listing->view), lines);
    return copied(lines.str());
  });
}

char* discern_listing_findings(const discern_listing* listing, discern_error* error) {
  return guarded(error, nullptr, [&]() -> char* {
    std::string lines;
    for (const discern::Finding& finding : listing->findings)
      lines += discern::json_of(finding) + "\n";
    return copied(lines);
  });
}

}  // extern "C"
