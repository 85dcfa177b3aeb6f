// SPDX-License-Identifier: Apache-2.0
// timeline: events of images, or of body files that exist already.
#include "discern/timeline.h"

#include <ostream>
#include <streambuf>

#include "command.h"
#include "discern/body_file.h"
#include "discern/pass.h"
#include "discern/report.h"
#include "examination.h"
#include "opened.h"

namespace discern::cli {
namespace {

// What the writers write goes to standard output as it comes: a timeline can be larger than memory.
class StandardOutput : public std::streambuf {
 protected:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    print_bytes({bytes, static_cast<std::size_t>(count)});
    return count;
  }
  int overflow(int c) override {
    if (c != traits_type::eof()) {
      const char byte = static_cast<char>(c);
      print_bytes({&byte, 1});
    }
    return c == traits_type::eof() ? 0 : c;
  }
};

// The same for JSON Lines, each of which becomes a result (print()).
class StandardObjects : public std::streambuf {
 protected:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    std::string_view left(bytes, static_cast<std::size_t>(count));
    for (std::size_t end = 0; (end = left.find('\n')) != std::string_view::npos;) {
      print(line_.append(left.substr(0, end)));
      line_.clear();
      left.remove_prefix(end + 1);
    }
    line_ += left;
    return count;
  }
  int overflow(int c) override {
    const char byte = traits_type::to_char_type(c);
    if (c != traits_type::eof()) xsputn(&byte, 1);
    return c == traits_type::eof() ? 0 : c;
  }

 private:
  std::string line_;
};

Finding left_out(const std::string& what, const std::string& file, const std::string& why) {
  return {"timeline.undated", Severity::warning, Place{.file = file},
          what + " are not in the output: " + why};
}

// Events that the writer leaves out are said to be missing.
void count_refused(const Timeline& timeline, const TimelineWriter& writer, const std::string& file,
                   Findings& found) {
  if (!writer.takes) return;
  std::size_t undated = 0;
  std::size_t dated = 0;
  for (const Event& event : timeline.events) {
    const EntryTime& time = timeline.entries[event.entry].times[event.time];
    if (writer.takes(time)) continue;
    const bool has_date = time.validity == Validity::ok || time.validity == Validity::dst_gap ||
                          time.validity == Validity::dst_fold;
    ++(has_date ? dated : undated);
  }
  const std::string why = "format " + std::string(writer.id) + " has no place for them; jsonl has";
  if (undated > 0)
    found.push_back(left_out(std::to_string(undated) + " events without a date", file, why));
  if (dated > 0)
    found.push_back(
        left_out(std::to_string(dated) + " events of years that its readers drop", file, why));
}

void keep(Timeline& timeline, const std::string& file, const Options& options, Findings& found) {
  if (const std::size_t gone = keep_events(timeline, options.events); gone > 0)
    found.push_back(left_out(std::to_string(gone) + " events without a date", file,
                             "--from and --to ask for dates"));
}

void write(const Timeline& timeline, const std::string& file, const Options& options,
           Findings& found) {
  const TimelineWriter& writer = *find_timeline_writer(options.writer);
  count_refused(timeline, writer, file, found);
  StandardOutput bytes;
  StandardObjects objects;
  std::ostream out(writer.id == "jsonl" ? static_cast<std::streambuf*>(&objects) : &bytes);
  writer.write(timeline, out);
}

Result<Timeline> timeline_of(const Opened& opened, const Options& options, const Progress& progress,
                             Findings& found) {
  std::vector<Entry> entries;
  const Status done = walk(opened, progress, found, [&](Entry&& entry) {
    if (options.zone) assume_zone(entry.times, *options.zone);
    entries.push_back(std::move(entry));
    return !interrupted();
  });
  if (!done) return done.error();
  Timeline timeline = make_timeline(std::move(entries), opened.walked);
  if (options.zone) timeline.zone = *options.zone;
  timeline.name = opened.image->path;
  keep(timeline, opened.image->path, options, found);
  if (!options.with_hash) return timeline;
  for (const Entry& entry : timeline.entries) {
    if (interrupted()) return Error{Errc::cancelled, "interrupted"};
    DigestSet& set = timeline.digests.emplace_back();
    if (entry.type != 'r') continue;
    set = hash_entry(entry, *opened.walked, options.algorithms);
    if (set.bad.empty() && set.not_hashed.empty()) continue;
    const std::string bytes = std::to_string(total_length(set.bad)) + " bytes";
    found.push_back({"entry.hash-incomplete",
                     entry.state == EntryState::allocated ? Severity::damage : Severity::warning,
                     Place{.file = opened.image->path},
                     show_name(entry.path).text + ": " +
                         (set.digests.empty() ? "no digests: " + set.not_hashed
                                              : "zeros stand in its digests for " + bytes +
                                                    ", the first its byte " +
                                                    std::to_string(set.bad.front().offset))});
  }
  return timeline;
}

// The text of a body file, mapped where that works.
struct BodyText {
  std::shared_ptr<const MappedFile> file;
  std::vector<std::byte> copy = {};
  std::string_view text = {};
};

Result<BodyText> open_body(const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  BodyText body{std::move(*file)};
  const std::uint64_t size = body.file->size();
  if (const auto mapped = body.file->view(0, size)) {
    body.text = as_text(*mapped);
    return body;
  }
  auto copy = read_exactly(*body.file, 0, size);
  if (!copy) return copy.error();
  body.copy = std::move(*copy);
  body.text = as_text(body.copy);
  return body;
}

ExitStatus run_body(const std::string& path, const Options& options) {
  const auto opened = open_body(path);
  if (!opened) return failed(opened.error());
  Findings found;
  const auto body = read_body(opened->text, path, options.events, found);
  if (!body) return failed(body.error());
  const bool iso = options.writer == "csv";
  if (iso || options.writer == "mactime") {
    StandardOutput buffer;
    std::ostream out(&buffer);
    write_body_rows(*body, iso, options.zone.value_or(TimeZone()), out);
  } else {
    Timeline timeline = make_timeline(body_entries(*body, path, found), nullptr);
    timeline.name = path;
    keep(timeline, path, options, found);
    write(timeline, path, options, found);
  }
  if (!opened->file->failed({0, opened->file->size()}).empty() || opened->file->changed())
    found.push_back({"body.changed", Severity::damage, Place{.file = path},
                     "the file changed or failed while it was read"});
  report(found, options);
  return status_of(found);
}

}  // namespace

ExitStatus run_timeline(const Options& options) {
  if (options.body) {
    if (options.zone && options.writer != "mactime") {
      report_usage("timeline", "of a body file --zone says how dates are written: for -f mactime");
      return ExitStatus::usage;
    }
    ExitStatus status = ExitStatus::consistent;
    for (const std::string& path : options.operands) {
      if (interrupted()) return ExitStatus::interrupted;
      status = worst(status, run_body(path, options));
    }
    return status;
  }
  return for_each_image(options, [&](const Opened& opened) {
    Findings found;
    ProgressBar bar(options);
    auto timeline = timeline_of(opened, options, bar.callback(), found);
    bar.clear();
    if (!timeline) {
      report(found, options);
      return failed(timeline.error());
    }
    write(*timeline, opened.image->path, options, found);
    report(found, options);
    return worst(status_of(opened.image->findings), status_of(found));
  });
}

}  // namespace discern::cli
