// SPDX-License-Identifier: Apache-2.0
// The table of formats that are written. A row's writer is in the file of its name.
#include "convert/output_formats.h"

#include <algorithm>

#include "optical/descriptor_files.h"

namespace discern {
namespace {

constexpr OutputFormat kOutputFormats[] = {
    {"raw", "img raw dd ima flp", "the bytes of the view as they are", "", write_raw},
    {"iso", "iso", "2048 bytes of user data a sector", "data", write_iso},
    {"bin", "cue bin", "BIN with cue sheet, 2352 bytes a sector; EDC and P/Q made where not stored",
     "raw", write_bin_cue},
    {"ccd", "ccd", "CloneCD control file with .img", "raw", write_ccd},
    {"wav", "wav", "an audio track with its RIFF WAVE header", "", write_wave},
    {"imz", "imz", "compressed disk image (ZIP with deflate)", "", write_imz},
    {"e01", "e01", "Expert Witness image as EnCase 6 writes it, with MD5 and SHA-1", "data",
     write_e01},
    {"ewfx", "", "Expert Witness image with SHA-256 as well (libewf's own E01)", "data",
     write_ewfx},
};

template <class Function>
void for_each_word(std::string_view words, const Function& function) {
  while (!words.empty()) {
    const std::size_t blank = std::min(words.find(' '), words.size());
    function(words.substr(0, blank));
    words.remove_prefix(std::min(blank + 1, words.size()));
  }
}

}  // namespace

std::span<const OutputFormat> output_formats() { return kOutputFormats; }

const OutputFormat* find_output_format(std::string_view id) {
  const auto* const row = std::ranges::find(kOutputFormats, id, &OutputFormat::id);
  return row == std::end(kOutputFormats) ? nullptr : row;
}

const OutputFormat* output_format_of(std::string_view path) {
  const std::string_view name = last_component(path);
  const std::string_view stem = stem_of(name);
  if (stem.size() == name.size()) return nullptr;
  const OutputFormat* found = nullptr;
  for (const OutputFormat& row : kOutputFormats)
    for_each_word(row.extensions, [&](std::string_view extension) {
      if (!found && equal_ignoring_case(name.substr(stem.size() + 1), extension)) found = &row;
    });
  return found;
}

}  // namespace discern
