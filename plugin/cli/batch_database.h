// SPDX-License-Identifier: Apache-2.0
// Records of many images as an SQLite database, for questions over the whole collection.
#ifndef DISCERN_CLI_BATCH_DATABASE_H
#define DISCERN_CLI_BATCH_DATABASE_H

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "discern/report.h"
#include "discern/result.h"

namespace discern::cli {

// Tables: batch_tables.h. Not thread-safe.
class BatchDatabase {
 public:
  // Creates `path`, which must not exist. Errc::io.
  static Result<BatchDatabase> create(const std::string& path);
  BatchDatabase(BatchDatabase&&) noexcept;
  BatchDatabase& operator=(BatchDatabase&&) noexcept;
  ~BatchDatabase();

  // A line of the record of `image`; lines of schemas without a table are passed over. Errc::io.
  Status add(std::string_view line, std::string_view image);
  // Indexes. Nothing has the name `path` without it.
  Status finish();
  // A row for each image, by path. After finish().
  Result<std::vector<CollectionRow>> images() const;
  // What people ask of a collection: what was not done, what contradicts, what cannot be read, what
  // several images share. After finish().
  Result<std::vector<CollectionTable>> answers() const;

 private:
  struct State;
  explicit BatchDatabase(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace discern::cli

#endif
