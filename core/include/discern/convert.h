// SPDX-License-Identifier: Apache-2.0
// Writing a view of an image as another format, proved by reading it back.
#ifndef DISCERN_CONVERT_H
#define DISCERN_CONVERT_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/case_data.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/progress.h"
#include "discern/result.h"

namespace discern {

class OutputJob;

// One row per format that is written: `convert`, `--to` and the help iterate this table.
struct OutputFormat {
  std::string_view id;          // "bin"
  std::string_view extensions;  // of the file that is named, separated by blanks: "cue bin"
  std::string_view name;        // "BIN with cue sheet, 2352 bytes a sector"
  // Of discs: the view that is written unless one is named; empty: the main view.
  std::string_view disc_view;
  // Writes into the job's folder and says what must be found on reading back
  // (convert/output_job.h).
  Status (*write)(OutputJob& job);
};
std::span<const OutputFormat> output_formats();
const OutputFormat* find_output_format(std::string_view id);
// By the extension of `path`, ASCII case aside; null: none has it.
const OutputFormat* output_format_of(std::string_view path);

struct ConvertOptions {
  bool keep_going = false;  // zeros for what cannot be read, stated in Conversion::findings
  bool replace = false;     // files of the same name
  CaseData case_data = {};
  int threads = 0;  // 0: as many as the machine has
  Progress progress = {};
};

struct WrittenFile {
  std::string path;
  std::uint64_t size = 0;
  std::string sha256;  // of the file as read back
};

// A sequence of bytes that was written, and found again through our own reader: both SHA-256 are
// the same.
struct ReadBack {
  std::string object;  // "view:media", as in `hash`
  std::uint64_t size = 0;
  std::string sha256;
};

struct Conversion {
  std::vector<WrittenFile> files;  // the one to open first
  std::vector<ReadBack> read_backs;
  std::uint64_t bad_bytes = 0;  // of the written bytes, zeros for what could not be read
  Findings findings;            // what could not be read; what the format cannot tell
};

// Writes `view` as `format` to `path`. Files get their names only when everything is written, on
// the disk, and read back with the same SHA-256; otherwise nothing is left of them.
//
// Errc::unsupported  the format cannot hold this view
// Errc::io           the view is unreadable somewhere (without keep_going), or the system refused;
//                    a file of that name exists (without replace), or is evidence itself
// Errc::corrupt      what was read back differs
// Errc::cancelled
Result<Conversion> convert(const Image& image, const View& view, const OutputFormat& format,
                           const std::string& path, const ConvertOptions& options);

}  // namespace discern

#endif
