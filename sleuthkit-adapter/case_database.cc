// SPDX-License-Identifier: Apache-2.0
// The tables of schema 8 and 9 that matter here (`sqlite3 case.db .schema`):
//
//   tsk_image_names    obj_id, name, sequence: paths of an image, the first one with sequence 0
//   tsk_image_info     obj_id, size, md5, sha1, sha256 ...: of the image's bytes as libtsk reads
//   them data_source_info   obj_id, acquisition_details ...
#include "discern/case_database.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>

namespace discern {
namespace {

struct Column {
  const char* table;
  const char* name;
  std::string CaseImage::*value;
};
constexpr std::array<Column, 4> kColumns = {{
    {"tsk_image_info", "md5", &CaseImage::md5},
    {"tsk_image_info", "sha1", &CaseImage::sha1},
    {"tsk_image_info", "sha256", &CaseImage::sha256},
    {"data_source_info", "acquisition_details", &CaseImage::acquisition_details},
}};

struct SqliteError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Statement {
 public:
  Statement(sqlite3* database, const std::string& text) : database_(database) {
    check(sqlite3_prepare_v2(database, text.c_str(), -1, &statement_, nullptr));
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int at, const std::string& text) {
    check(sqlite3_bind_text64(statement_, at, text.data(), text.size(), SQLITE_TRANSIENT,
                              SQLITE_UTF8));
    return *this;
  }
  Statement& bind(int at, std::int64_t number) {
    check(sqlite3_bind_int64(statement_, at, number));
    return *this;
  }
  // False behind the last row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) check(code);
    return code == SQLITE_ROW;
  }
  std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) {
    const auto* const bytes = sqlite3_column_text(statement_, column);
    const int length = sqlite3_column_bytes(statement_, column);
    return bytes
               ? std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length))
               : std::string();
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) throw SqliteError(sqlite3_errmsg(database_));
  }
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

bool has_columns(sqlite3* database) {
  return std::ranges::all_of(kColumns, [&](const Column& column) {
    Statement query(database, "select 1 from pragma_table_info(?) where name = ?");
    return query.bind(1, std::string(column.table)).bind(2, std::string(column.name)).step();
  });
}

bool equal(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](unsigned char c) { return std::tolower(c); },
      [](unsigned char c) { return std::tolower(c); });
}

CaseValue fill(sqlite3* database, std::int64_t object, const Column& column,
               const std::string& value) {
  const std::string where = std::string(" where obj_id = ?1");
  Statement query(database, std::string("select ") + column.name + " from " + column.table + where);
  CaseValue result{object, column.name, CaseAction::filled, value, {}};
  if (!query.bind(1, object).step())
    throw SqliteError(std::string(column.table) + " has no row for object " +
                      std::to_string(object));
  result.found = query.text(0);
  if (!result.found.empty()) {
    result.action = equal(result.found, value) ? CaseAction::same : CaseAction::kept;
    return result;
  }
  Statement(database,
            std::string("update ") + column.table + " set " + column.name + " = ?2" + where)
      .bind(1, object)
      .bind(2, value)
      .step();
  return result;
}

Result<std::vector<std::int64_t>> find_image(
    sqlite3* database, const std::string& path, const CaseImage& image,
    const std::function<bool(const std::string& name)>& is_image) {
  std::vector<std::int64_t> objects;
  std::string others;
  Statement query(database,
                  "select i.obj_id, n.name, i.size from tsk_image_info i join tsk_image_names n on "
                  "n.obj_id = i.obj_id and n.sequence = 0 order by i.obj_id");
  while (query.step()) {
    const std::string name = query.text(1);
    if (!is_image(name)) {
      others += (others.empty() ? "" : ", ") + name;
      continue;
    }
    if (query.number(2) < 0 || static_cast<std::uint64_t>(query.number(2)) != image.size)
      return Error{Errc::corrupt,
                   "image " + name + " has " + std::to_string(query.number(2)) +
                       " bytes in the database and " + std::to_string(image.size) + " here",
                   path};
    objects.push_back(query.number(0));
  }
  if (objects.empty())
    return Error{Errc::missing,
                 "no such image in the database" + (others.empty() ? "" : "; it has: " + others),
                 path};
  return objects;
}

}  // namespace

std::string_view name_of(CaseAction action) {
  switch (action) {
    case CaseAction::filled:
      return "filled";
    case CaseAction::same:
      return "same";
    case CaseAction::kept:
      return "kept";
  }
  return "kept";
}

Result<std::vector<CaseValue>> fill_case_database(
    const std::string& path, const CaseImage& image,
    const std::function<bool(const std::string& name)>& is_image) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return Error{Errc::missing, "no such database", path};
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
  if (code != SQLITE_OK)
    return Error{Errc::io, opened ? sqlite3_errmsg(opened) : "out of memory", path};
  try {
    if (!has_columns(opened))
      return Error{Errc::unsupported, "no case database of schema 8 or later", path};
    // Closing without a commit rolls back.
    Statement(opened, "begin immediate").step();
    const auto objects = find_image(opened, path, image, is_image);
    if (!objects) return objects.error();
    std::vector<CaseValue> values;
    for (const std::int64_t object : *objects)
      for (const Column& column : kColumns)
        if (!(image.*column.value).empty())
          values.push_back(fill(opened, object, column, image.*column.value));
    Statement(opened, "commit").step();
    return values;
  } catch (const SqliteError& problem) {
    const int why = sqlite3_errcode(opened) & 0xFF;
    return Error{why == SQLITE_NOTADB ? Errc::unsupported : Errc::io, problem.what(), path};
  }
}

}  // namespace discern
