// SPDX-License-Identifier: Apache-2.0
// list, carve and cat: what lies in the views.
#include <filesystem>
#include <iostream>

#include "command.h"
#include "cross_check.h"
#include "discern/carve.h"
#include "discern/image_walk.h"
#include "discern/json.h"
#include "discern/report.h"
#include "discern/timeline.h"
#include "discern/wave_file.h"
#include "examination.h"
#include "opened.h"
#include "output_folder.h"
#include "read_ahead.h"

namespace discern::cli {
namespace {

std::string json_of(const Image& image, const View& view, const Entry& entry) {
  std::string line;
  const ShownName name = show_name(entry.path);
  JsonWriter json(line);
  json.begin_object()
      .field("schema", "discern/list/1")
      .field("image", image.path)
      .field("path", name.text);
  if (!name.clean) json.field("path_hex", to_hex(as_bytes(entry.path)));
  json.field("id", entry.id)
      .field("type", std::string_view(&entry.type, 1))
      .field("state", name_of(entry.state))
      .field("size", entry.size)
      .field("view", view.name)
      .key("times")
      .begin_object();
  for (const EntryTime& time : entry.times) {
    json.key(name_of(time.kind));
    if (time.validity == Validity::ok)
      json.value(format_time(time.time_ns, time.precision, time.zone));
    else
      json.null();
  }
  json.end_object()
      .field("slack", entry.slack)
      .field("session", static_cast<std::uint64_t>(entry.session))
      .field("source", entry.source)
      .field("runs_guessed", entry.runs_guessed)
      .key("record_offset");
  if (entry.record_offset)
    json.value(*entry.record_offset);
  else
    json.null();
  json.key("runs").begin_array();
  for (const Run& run : entry.runs) {
    json.begin_object()
        .field("file_offset", run.file_offset)
        .field("length", run.length)
        .key("offset");
    if (run.view_offset)
      json.value(*run.view_offset);
    else
      json.null();
    json.end_object();
  }
  json.end_array().end_object();
  return line;
}

std::string line_of(const Entry& entry) {
  std::string line(name_of(entry.state));
  line.resize(std::max<std::size_t>(line.size() + 1, 12), ' ');
  line += entry.type;
  std::string size = std::to_string(entry.size);
  line += std::string(size.size() < 12 ? 12 - size.size() : 1, ' ') + size + "  ";
  std::string time = "-";
  for (const EntryTime& candidate : entry.times)
    if ((candidate.kind == TimeKind::modified ||
         (candidate.kind == TimeKind::recorded && time == "-")) &&
        candidate.validity == Validity::ok)
      time = format_time(candidate.time_ns, candidate.precision, candidate.zone);
  time.resize(std::max<std::size_t>(time.size() + 1, 21), ' ');
  return line + time + entry.id +
         std::string(entry.id.size() < 12 ? 12 - entry.id.size() : 1, ' ') + shown(entry.path);
}

}  // namespace

namespace {

void print_difference(const Image& image, const Difference& difference, const Options& options) {
  if (!options.json) {
    print("differs  " + shown(difference.path) + " (" + difference.id + ")  " +
          shown(difference.what) +
          (difference.cause.empty() ? "" : "  [" + difference.cause + "]"));
    return;
  }
  std::string line;
  JsonWriter json(line);
  json.begin_object()
      .field("schema", "discern/cross-check/1")
      .field("image", image.path)
      .field("path", show_name(difference.path).text)
      .field("id", difference.id)
      .field("difference", show_name(difference.what).text)
      .key("cause");
  if (difference.cause.empty())
    json.null();
  else
    json.value(difference.cause);
  json.end_object();
  print(line);
}

ExitStatus run_cross_check(const Options& options) {
  return for_each_image(options, [&](const Opened& opened) {
    Findings found;
    ProgressBar bar(options);
    std::vector<Entry> ours;
    std::vector<Entry> by_tsk;
    const auto into = [](std::vector<Entry>& entries) {
      return [&entries](Entry&& entry) {
        entries.push_back(std::move(entry));
        return !interrupted();
      };
    };
    use_utc();
    const WalkedImage walked{opened.image, *opened.walked};
    const auto own = walk_by_ours(walked, bar.callback(), into(ours), found);
    if (!own) return failed(own.error());
    const TskWalkOptions both{bar.callback(),
                              [&](std::uint64_t start) { return own->starts.contains(start); }};
    const Status done = walk_by_tsk(walked, both, into(by_tsk), found);
    bar.clear();
    report(found, options);
    if (!done) return failed(done.error());
    const CrossCheck check = cross_check(ours, by_tsk);
    for (const Difference& difference : check.differences)
      print_difference(*opened.image, difference, options);
    if (!options.json)
      print(std::to_string(check.compared) + " entries are listed by both, " +
            std::to_string(check.differences.size()) + " differences" +
            (check.differences.empty() ? ""
             : check.explained()       ? ", each with a known cause"
                                       : ""));
    return worst(check.explained() ? ExitStatus::consistent : ExitStatus::differs,
                 status_of(opened.image->findings));
  });
}

}  // namespace

ExitStatus run_list(const Options& options) {
  if (options.cross_check) return run_cross_check(options);
  return for_each_image(options, [&](const Opened& opened) {
    Findings found;
    ProgressBar bar(options);
    const Status done = walk(opened, bar.callback(), found, [&](Entry&& entry) {
      bar.clear();
      print(options.json ? json_of(*opened.image, *opened.walked, entry) : line_of(entry));
      return !interrupted();
    });
    bar.clear();
    report(found, options);
    if (!done) return failed(done.error());
    return worst(status_of(opened.image->findings), status_of(found));
  });
}

namespace {

// What no allocated file of a file system in the view takes, ascending. Where there is none, or no
// file, that is everything.
Result<std::vector<ByteRange>> unallocated(const Opened& opened, const Progress& progress) {
  std::vector<ByteRange> taken;
  Findings ignored;  // `list` tells them
  const Status done = walk(opened, progress, ignored, [&](Entry&& entry) {
    if (entry.state == EntryState::allocated && !entry.runs_guessed)
      for (const Run& run : entry.runs)
        if (run.view_offset && run.length > 0) taken.push_back({*run.view_offset, run.length});
    return !interrupted();
  });
  if (!done) return done.error();
  taken = merged(std::move(taken));
  const std::uint64_t size = opened.view->source->size();
  std::vector<ByteRange> free;
  std::uint64_t at = 0;
  for (const ByteRange& range : taken) {
    if (range.offset > at) free.push_back({at, range.offset - at});
    at = std::max(at, range.end());
  }
  if (at < size) free.push_back({at, size - at});
  // No range at all would mean anywhere.
  if (free.empty()) free.push_back({size, 0});
  return free;
}

}  // namespace

ExitStatus run_carve(const Options& options) {
  if (options.output.empty() && !options.no_files) {
    report_usage("carve", "-o DIR says where the files go; --list-only writes none");
    return ExitStatus::usage;
  }
  if (!options.no_files) {
    if (const Status ready = prepare_output_folder(options.output, options.force); !ready)
      return failed(ready.error());
  }
  std::string list;
  int images = 0;
  const ExitStatus status = for_each_image(options, [&](const Opened& opened) {
    ProgressBar bar(options);
    CarveOptions carve = carve_options(options, *opened.image, *opened.view, bar.callback());
    if (options.unallocated) {
      auto free = unallocated(opened, bar.callback());
      if (!free) return failed(free.error());
      carve.within = *std::move(free);
    }
    auto carved = carve_view(*opened.view, carve);
    bar.clear();
    if (!carved) return failed(carved.error());
    Findings left_out;
    leave_out_partial(*carved, options, left_out);
    report(left_out, options);
    if (options.dedupe)
      std::erase_if(*carved, [](const CarvedFile& file) { return file.duplicate_of.has_value(); });
    if (!options.no_files) {
      const std::string folder = options.operands.size() == 1
                                     ? options.output
                                     : options.output + "/" + std::to_string(++images);
      if (const Status written = write_carved_files(*opened.view, *carved, folder, options.force);
          !written)
        return failed(written.error());
    }
    for (const CarvedFile& file : *carved) {
      const std::string line = json_of(*opened.image, *opened.view, file);
      list += line + "\n";
      if (options.json)
        print(line);
      else
        print(std::string(name_of(file.soundness)) + "  " + file.type + "  " +
              std::to_string(file.size) + " bytes at " + std::to_string(file.offset) + "  " +
              file.sha256 + "  " + shown(file.file) + "  (" + shown(file.end_reason) + ")");
    }
    return status_of(opened.image->findings);
  });
  if (!options.no_files) {
    if (const Status written = write_whole_file(options.output + "/carved.jsonl",
                                                [&](std::ostream& out) { out << list; });
        !written)
      return failed(written.error());
  }
  return status;
}

namespace {

// What a view lacks, said once at the end of the output.
Findings missing_from(const View& view, const std::vector<ByteRange>& bad) {
  Findings findings;
  for (const ByteRange& range : bad) {
    const Location place = view.source->locate(range.offset);
    findings.push_back({"read.bad-range",
                        Severity::damage,
                        {.file = std::string(place.file), .offset = place.offset, .lba = place.lba},
                        std::to_string(range.length) + " bytes from byte " +
                            std::to_string(range.offset) + " of view " + view.name +
                            " on could not be read; zeros stand for them in the output"});
  }
  return findings;
}

// The first entry that the options name.
}  // namespace

Result<Entry> named_entry(const Opened& opened, const Options& options, Findings& findings) {
  std::optional<Entry> found;
  const Status done = walk(opened, {}, findings, [&](Entry&& entry) {
    if ((options.file.empty() || entry.path == options.file) &&
        (options.id.empty() || entry.id == options.id))
      found = std::move(entry);
    return !found && !interrupted();
  });
  if (!done) return done.error();
  if (!found)
    return Error{Errc::missing,
                 "no file '" + options.file + options.id + "' in view " + opened.walked->name +
                     "; `discern list` shows what there is",
                 opened.image->path};
  return std::move(*found);
}

namespace {

ExitStatus cat_file(const Options& options) {
  return for_each_image(options, [&](const Opened& opened) {
    Findings found;
    const auto entry = named_entry(opened, options, found);
    if (!entry) return failed(entry.error());
    const auto content = EntryContents({opened.image, *opened.walked}).open(*entry);
    if (!content) return failed(content.error());
    const ByteSource& source = **content;
    if (entry->runs_guessed)
      report({{"cat.guessed",
               Severity::warning,
               {},
               shown(entry->path) + " is deleted: where its bytes are is a guess"}},
             options);
    std::vector<std::byte> buffer(std::size_t{1} << 20);
    for (std::uint64_t offset = 0; offset < source.size();) {
      if (interrupted()) return ExitStatus::interrupted;
      const ReadResult got = source.read(offset, buffer);
      if (!got.complete())
        return failed({Errc::io,
                       shown(entry->path) + " is unreadable from its byte " +
                           std::to_string(got.bad.front().offset) + " on",
                       opened.image->path});
      print_bytes(as_text(Bytes(buffer).first(got.bytes)));
      offset += got.bytes;
    }
    return ExitStatus::consistent;
  });
}

}  // namespace

ExitStatus run_cat(const Options& options) {
  if (!options.file.empty() || !options.id.empty()) return cat_file(options);
  if (!options.map.empty() && (options.operands.size() != 1 || !options.keep_going)) {
    report_usage("cat", "--map is of one image, and goes with --keep-going");
    return ExitStatus::usage;
  }
  return for_each_image(options, [&](const Opened& opened) {
    const SourcePtr wave = options.wave ? wave_file(*opened.image, *opened.view) : nullptr;
    if (options.wave && !wave)
      return failed({Errc::unsupported,
                     "view " + opened.view->name + " is no audio track that a WAVE file can hold",
                     opened.image->path});
    const ByteSource& source = wave ? *wave : *opened.view->source;
    const std::uint64_t header = source.size() - opened.view->source->size();
    ReadAhead ahead(source);
    std::vector<ByteRange> bad;
    for (std::uint64_t offset = 0; offset < source.size();) {
      if (interrupted()) return ExitStatus::interrupted;
      const auto& [got, buffer] = ahead.next();
      if (!got.complete() && !options.keep_going) {
        // What comes out must be evidence: nothing stands for the bytes that are not there.
        const std::uint64_t first = got.bad.front().offset;
        print_bytes(as_text(Bytes(buffer).first(static_cast<std::size_t>(first - offset))));
        const Location place = source.locate(first);
        return failed({Errc::io,
                       "view " + opened.view->name + " is unreadable from its byte " +
                           std::to_string(first - header) +
                           " on; output stops there (--keep-going goes on)",
                       std::string(place.file), place.offset});
      }
      bad.insert(bad.end(), got.bad.begin(), got.bad.end());
      print_bytes(as_text(Bytes(buffer).first(got.bytes)));
      offset += got.bytes;
    }
    bad = merged(std::move(bad));
    for (ByteRange& range : bad) range.offset -= header;  // in the view
    const Findings missing = missing_from(*opened.view, bad);
    report(missing, options);
    if (!options.map.empty())
      if (const Status written = write_map(opened.view->source->size(), bad, options.map); !written)
        return failed(written.error());
    return status_of(missing);
  });
}

}  // namespace discern::cli
