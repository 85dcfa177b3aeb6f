// SPDX-License-Identifier: Apache-2.0
// convert: a view as another format, proved by reading it back.
#include "discern/convert.h"

#include "command.h"
#include "discern/json.h"
#include "examination.h"
#include "opened.h"

namespace discern::cli {
namespace {

std::string json_of(const Image& image, const View& view, const OutputFormat& format,
                    const Conversion& done) {
  std::string line;
  JsonWriter json(line);
  json.begin_object()
      .field("schema", "discern/convert/1")
      .field("image", image.path)
      .field("view", view.name)
      .field("format", format.id)
      .field("bad_bytes", done.bad_bytes)
      .key("files")
      .begin_array();
  for (const WrittenFile& file : done.files)
    json.begin_object()
        .field("path", file.path)
        .field("size", file.size)
        .field("sha256", file.sha256)
        .end_object();
  json.end_array().key("read_back").begin_array();
  for (const ReadBack& back : done.read_backs)
    json.begin_object()
        .field("object", back.object)
        .field("size", back.size)
        .field("sha256", back.sha256)
        .field("verdict", "match")
        .end_object();
  json.end_array().end_object();
  return line;
}

void print_conversion(const Conversion& done, const Options& options) {
  for (const WrittenFile& file : done.files)
    print(toned(shown(file.path), Tone::strong, options) + "  " + shown_size(file.size) +
          "  sha256 " + file.sha256);
  for (const ReadBack& back : done.read_backs)
    print("read back    " + shown(back.object) + "  " + shown_size(back.size) + "  sha256 " +
          back.sha256 + "  as written");
}

}  // namespace

ExitStatus run_convert(const Options& options) {
  if (options.output.empty()) {
    report_usage("convert", "-o PATH says which file to write");
    return ExitStatus::usage;
  }
  const OutputFormat* const format = options.output_format.empty()
                                         ? output_format_of(options.output)
                                         : find_output_format(options.output_format);
  if (!format) {
    std::string text = "the extension of '" + options.output + "' names no format; --to is one of:";
    for (const OutputFormat& row : output_formats()) text += " " + std::string(row.id);
    report_usage("convert", text);
    return ExitStatus::usage;
  }
  return for_each_image(options, [&](const Opened& opened) {
    const Image& image = *opened.image;
    const View* view = opened.view;
    if (!opened.named && !format->disc_view.empty() && image.disc)
      if (const View* whole = image.find_view(format->disc_view)) view = whole;
    ProgressBar bar(options);
    const auto done = convert(image, *view, *format, options.output,
                              {.keep_going = options.keep_going,
                               .replace = options.force,
                               .case_data = options.case_data,
                               .threads = options.threads,
                               .progress = bar.callback()});
    bar.clear();
    if (!done) return failed(done.error());
    report(done->findings, options);
    if (options.json)
      print(json_of(image, *view, *format, *done));
    else
      print_conversion(*done, options);
    return status_of(done->findings);
  });
}

}  // namespace discern::cli
