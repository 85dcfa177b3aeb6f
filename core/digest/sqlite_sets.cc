// SPDX-License-Identifier: Apache-2.0
// Hash sets in SQLite databases.
//
// NSRL RDS 3: table or view FILE with columns sha256, sha1, md5 (upper-case hex) and file_name.
// The Sleuth Kit (`hfind -c`, schema as 4.11.1 makes it): hashes(id, md5, sha1, sha2_256), raw
//   bytes; file_names(name, hash_id).
//
// The evidence's digests go into a temporary table, so that SQLite looks them up where the
// database has an index, and reads it once where it has none. The file is opened as one that
// nobody changes: nothing is written beside it.
#include <sqlite3.h>

#include <memory>

#include "digest/set_matches.h"
#include "discern/bytes.h"

namespace discern {
namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

constexpr int kStepsBetweenLooks = 1 << 20;  // of SQLite's virtual machine, about 20 ms

Error error_of(sqlite3* database, const std::string& path) {
  const int code = sqlite3_errcode(database);
  if (code == SQLITE_INTERRUPT) return {Errc::cancelled, "interrupted", path};
  return {Errc::corrupt, std::string("SQLite: ") + sqlite3_errmsg(database), path};
}

// file:<path>?immutable=1, with the path's bytes escaped that would mean something.
std::string uri_of(const std::string& path) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7F && c != '%' && c != '?' && c != '#') {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[byte >> 4];
      uri += kHex[byte & 15];
    }
  }
  return uri + "?immutable=1";
}

Result<Statement> prepare(sqlite3* database, const std::string& path, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    return error_of(database, path);
  return Statement(raw);
}

std::string text_at(sqlite3_stmt* row, int column) {
  const auto* const text = sqlite3_column_text(row, column);
  const int bytes = sqlite3_column_bytes(row, column);
  return text ? std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(bytes))
              : std::string();
}

// What to look up in: the table's column for each algorithm, how its values are written, and the
// name that goes with a row.
struct Layout {
  const char* table;
  std::array<const char*, 3> columns;  // of kCompared
  bool raw;                            // bytes, as text or as blob; otherwise hex
  const char* name;
};
constexpr std::array kLayouts = {
    Layout{"FILE", {"md5", "sha1", "sha256"}, false, "f.file_name"},
    Layout{"hashes",
           {"md5", "sha1", "sha2_256"},
           true,
           "(SELECT n.name FROM file_names n WHERE n.hash_id = f.id LIMIT 1)"},
};

bool has_columns(sqlite3* database, const std::string& path, const Layout& layout) {
  std::string sql = "SELECT ";
  for (const char* const column : layout.columns) sql += std::string("f.") + column + ", ";
  sql += std::string(layout.name) + " FROM " + layout.table + " f";
  return prepare(database, path, sql).has_value();
}

Status fill_wanted(sqlite3* database, const std::string& path,
                   const std::vector<std::string>& values) {
  for (const char* const sql : {"PRAGMA temp_store = MEMORY", "DROP TABLE IF EXISTS temp.wanted",
                                "CREATE TEMP TABLE wanted (value PRIMARY KEY) WITHOUT ROWID"})
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      return error_of(database, path);
  const auto insert =
      prepare(database, path, "INSERT OR IGNORE INTO temp.wanted VALUES (upper(?1)), (lower(?1))");
  if (!insert) return insert.error();
  sqlite3_exec(database, "BEGIN", nullptr, nullptr, nullptr);
  for (const std::string& value : values) {
    sqlite3_reset(insert->get());
    sqlite3_bind_text(insert->get(), 1, value.data(), static_cast<int>(value.size()),
                      SQLITE_TRANSIENT);
    if (sqlite3_step(insert->get()) != SQLITE_DONE) return error_of(database, path);
  }
  sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
  return Done{};
}

Status look_up(sqlite3* database, const std::string& path, const Layout& layout,
               SetMatches& matches) {
  for (std::size_t i = kCompared.size(); i-- > 0;) {
    const auto values = matches.wanted(kCompared[i]);
    if (values.empty()) continue;
    matches.note_comparable();
    if (const Status filled = fill_wanted(database, path, values); !filled) return filled.error();
    const std::string column = std::string("f.") + layout.columns[i];
    const auto rows = prepare(database, path,
                              std::string("SELECT w.value, ") + layout.name +
                                  " FROM temp.wanted w JOIN " + layout.table + " f ON " +
                                  (layout.raw ? "hex(" + column + ")" : column) + " = w.value");
    if (!rows) return rows.error();
    int step = SQLITE_OK;
    while ((step = sqlite3_step(rows->get())) == SQLITE_ROW)
      matches.see(kCompared[i], text_at(rows->get(), 0), text_at(rows->get(), 1));
    if (step != SQLITE_DONE) return error_of(database, path);
    // NSRL's rows have all columns: the strongest that both have is enough. Those of hfind do not.
    if (!layout.raw) return Done{};
  }
  return Done{};
}

int stop(void* matches) { return static_cast<const SetMatches*>(matches)->go_on(0, 0) ? 0 : 1; }

}  // namespace

bool is_sqlite(Bytes head) {
  return has_text_at(head, 0, std::string_view("SQLite format 3\0", 16));
}

Status read_sqlite_set(const std::string& path, SetMatches& matches) {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(uri_of(path).c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  const Database database(raw);
  if (opened != SQLITE_OK) return Error{Errc::io, "SQLite cannot open it", path};
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_progress_handler(raw, kStepsBetweenLooks, stop, &matches);
  for (const Layout& layout : kLayouts)
    if (has_columns(raw, path, layout)) return look_up(raw, path, layout, matches);
  return Error{Errc::not_this, "has neither NSRL's table FILE nor the tables of hfind", path};
}

}  // namespace discern
