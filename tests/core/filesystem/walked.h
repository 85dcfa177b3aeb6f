// SPDX-License-Identifier: Apache-2.0
// A walk over an image in memory or in a file, and what tests ask of it.
#ifndef DISCERN_TESTS_WALKED_H
#define DISCERN_TESTS_WALKED_H

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "corpus.h"
#include "discern/filesystem.h"
#include "discern/timeline.h"
#include "discern/volume.h"

namespace discern::tests {

inline std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) return text;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  pclose(pipe);
  return text;
}

struct Walked {
  SourcePtr source;
  std::vector<Entry> entries;
  Findings findings;

  const Entry* find(const std::string& path) const {
    const auto entry = std::ranges::find(entries, path, &Entry::path);
    return entry == entries.end() ? nullptr : &*entry;
  }
  bool has_finding(const std::string& code) const {
    return std::ranges::count(findings, code, &Finding::code) > 0;
  }
  // The bytes of the entry's runs, in order.
  std::string content(const Entry& entry) const {
    std::string text;
    for (const Run& run : entry.runs) {
      if (!run.view_offset) {
        text.append(static_cast<std::size_t>(run.length), '\0');
        continue;
      }
      std::vector<std::byte> bytes(static_cast<std::size_t>(run.length));
      const ReadResult got = source->read(*run.view_offset, bytes);
      text += as_text(Bytes(bytes).first(got.bytes));
    }
    return text;
  }
};

inline const EntryTime* time_of(const Entry& entry, TimeKind kind) {
  const auto time = std::ranges::find(entry.times, kind, &EntryTime::kind);
  return time == entry.times.end() ? nullptr : &*time;
}

// "2040-01-02T10:00:00", "zero", "invalid_field", "none".
inline std::string time_text(const Entry& entry, TimeKind kind) {
  const EntryTime* const time = time_of(entry, kind);
  if (!time) return "none";
  if (time->validity != Validity::ok) return std::string(name_of(time->validity));
  return format_time(time->time_ns, time->precision, time->zone);
}

// Walks each volume of the source that `filesystem` is the kind of; empty: all that have a walker.
inline Walked walk_source(SourcePtr source, const std::string& filesystem = "",
                          std::vector<Lba> sessions = {}) {
  Walked walked;
  walked.source = source;
  View view{"media", 512, source};
  if (!sessions.empty()) view.first_lba = Lba{0};
  for (const Volume& volume : find_volumes(view).volumes) {
    const Walker* const walker = find_walker(volume.filesystem);
    if (!walker || (!filesystem.empty() && volume.filesystem != filesystem)) continue;
    const Status done = walker->walk(
        WalkTarget{view, volume, sessions},
        [&](Entry&& entry) {
          walked.entries.push_back(std::move(entry));
          return true;
        },
        walked.findings);
    EXPECT_TRUE(done) << describe(done.error());
  }
  return walked;
}

inline Walked walk_bytes(std::vector<std::byte> bytes, const std::string& filesystem = "") {
  return walk_source(memory_source(std::move(bytes), "test.img"), filesystem);
}

inline Walked walk_file(const std::string& path, const std::string& filesystem = "") {
  auto file = MappedFile::open(path);
  EXPECT_TRUE(file) << path;
  return file ? walk_source(*file, filesystem) : Walked{};
}

}  // namespace discern::tests

#endif
