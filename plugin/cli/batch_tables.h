// SPDX-License-Identifier: Apache-2.0
// What a database of many images has: a table for each kind of line, with the fields of the line
// that people ask for as columns of the same name, and the whole line as `record`. The line's image
// is a column of every table, whether or not the line names it.
#ifndef DISCERN_CLI_BATCH_TABLES_H
#define DISCERN_CLI_BATCH_TABLES_H

#include <span>
#include <string_view>

namespace discern::cli {

struct Column {
  std::string_view name;
  bool number = false;
};

inline constexpr Column kImageColumns[] = {{"image"},      {"verdict"},   {"status", true},
                                           {"size", true}, {"operation"}, {"id"}};
inline constexpr Column kObjectColumns[] = {{"image"},      {"object"},          {"offset", true},
                                            {"size", true}, {"bad_bytes", true}, {"md5"},
                                            {"sha1"},       {"sha256"}};
inline constexpr Column kVerificationColumns[] = {
    {"image"}, {"object"}, {"check"}, {"verdict"}, {"expected"}, {"computed"}, {"source"}};
inline constexpr Column kEventColumns[] = {{"image"},    {"time"}, {"time_ns", true}, {"kind"},
                                           {"validity"}, {"path"}, {"size", true},    {"state"}};
inline constexpr Column kCarvedColumns[] = {
    {"image"}, {"type"}, {"size", true}, {"sha256"}, {"view"}};
inline constexpr Column kFindingColumns[] = {
    {"image"}, {"code"}, {"severity"}, {"where"}, {"text"}};

struct Table {
  std::string_view schema;  // of the lines that go there
  std::string_view name;
  std::span<const Column> columns;
};
inline constexpr Table kTables[] = {
    {"discern/record/1", "image", kImageColumns},
    {"discern/hash/1", "object", kObjectColumns},
    {"discern/verify/1", "verification", kVerificationColumns},
    {"discern/timeline/1", "event", kEventColumns},
    {"discern/carve/1", "carved", kCarvedColumns},
    {"discern/finding/1", "finding", kFindingColumns},
};

struct Index {
  std::string_view table;
  std::string_view column;
};
inline constexpr Index kIndexes[] = {{"object", "sha256"}, {"object", "md5"},
                                     {"carved", "sha256"}, {"event", "path"},
                                     {"finding", "code"},  {"image", "image"}};

}  // namespace discern::cli

#endif
