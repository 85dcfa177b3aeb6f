// SPDX-License-Identifier: Apache-2.0
// SQLite takes the JSON apart itself (json_extract).
#include "batch_database.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "batch_tables.h"
#include "discern/json.h"

namespace discern::cli {
namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

// Answers have an order of their own, so that they do not depend on who wrote which record.
struct Question {
  const char* title;
  std::string_view columns;  // separated by |
  const char* query;
};
constexpr Question kQuestions[] = {
    {"Images that could not be examined", "Image|Why",
     "select image, verdict from image where status = 2 order by image"},
    {"Digests and checks that do not match", "Image|Of|Check|Expected|Computed",
     "select image, object, \"check\", expected, computed from verification "
     "where verdict = 'mismatch' order by image, object, \"check\", source"},
    {"Images with bytes that cannot be read", "Image|Of|Bytes missing|Of bytes",
     "select image, object, bad_bytes, size from object "
     "where bad_bytes > 0 and object not like 'entry:%' order by image, object"},
    {"The same medium in several images", "Images|SHA-256|Bytes|First image|Last image",
     "select count(distinct image) as n, sha256, size, min(image), max(image) from object "
     "where object like 'view:%' and size > 0 and bad_bytes = 0 and sha256 is not null group by "
     "sha256 having n > 1 "
     "order by n desc, "
     "sha256"},
    {"The same file in several images", "Images|SHA-256|Bytes|A path of it|First image|Last image",
     "select count(distinct image) as n, sha256, size, substr(min(object), 7), min(image), "
     "max(image) from object where object like 'entry:%' and size > 0 and bad_bytes = 0 and sha256 "
     "is not null group "
     "by sha256 having n > 1 "
     "order by n desc, sha256"},
    {"The same carved file in several images", "Images|SHA-256|Bytes|Type|First image|Last image",
     "select count(distinct image) as n, sha256, size, min(type), min(image), max(image) "
     "from carved group by sha256 having n > 1 order by n desc, sha256"},
    {"Findings by kind", "Images|Severity|Finding|For example",
     "select count(distinct image) as n, severity, code, min(text) from finding "
     "group by severity, code order by n desc, severity, code"},
};
constexpr std::size_t kShownRows = 200;  // of each answer on the page; all are in the database

std::string create_statement(const Table& table) {
  std::string sql = "create table " + std::string(table.name) + " (";
  for (const Column& column : table.columns)
    sql += '"' + std::string(column.name) + '"' + (column.number ? " integer, " : " text, ");
  return sql + "record text)";
}

// ?1 is the line, ?2 the image as a JSON text: names that are not UTF-8 are then the same in all
// tables.
std::string insert_statement(const Table& table) {
  std::string sql = "insert into " + std::string(table.name) + " values (";
  for (const Column& column : table.columns) {
    const std::string value = "json_extract(?1, '$." + std::string(column.name) + "')";
    sql +=
        (column.name == "image" ? "coalesce(" + value + ", json_extract(?2, '$'))" : value) + ", ";
  }
  return sql + "?1)";
}

constexpr std::string_view kSchemaField = "{\"schema\":\"";

// Our own lines begin with the schema.
std::string_view schema_of(std::string_view line) {
  if (!line.starts_with(kSchemaField)) return {};
  line.remove_prefix(kSchemaField.size());
  return line.substr(0, line.find('"'));
}

std::string text_at(sqlite3_stmt* row, int column) {
  const auto* const bytes = sqlite3_column_text(row, column);
  return bytes ? reinterpret_cast<const char*>(bytes) : "";
}

}  // namespace

struct BatchDatabase::State {
  std::string path;
  std::string partial;  // empty: it has its name
  Database database;
  std::array<Statement, std::size(kTables)> inserts;  // before the database they go

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (!partial.empty()) ::unlink(partial.c_str());
  }

  Error error() const { return {Errc::io, sqlite3_errmsg(database.get()), path}; }
  Status execute(const char* sql) const {
    if (sqlite3_exec(database.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error();
    return Done{};
  }
  Result<Statement> prepare(const char* sql) const {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database.get(), sql, -1, &raw, nullptr) != SQLITE_OK) return error();
    return Statement(raw);
  }
  // take(row) for each row of the answer.
  template <class Take>
  Status each_row(const char* sql, const Take& take) const {
    const auto query = prepare(sql);
    if (!query) return query.error();
    int status = 0;
    while ((status = sqlite3_step(query->get())) == SQLITE_ROW) take(query->get());
    if (status != SQLITE_DONE) return error();
    return Done{};
  }
};

BatchDatabase::BatchDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
BatchDatabase::BatchDatabase(BatchDatabase&&) noexcept = default;
BatchDatabase& BatchDatabase::operator=(BatchDatabase&&) noexcept = default;
BatchDatabase::~BatchDatabase() = default;

Result<BatchDatabase> BatchDatabase::create(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  if (::access(path.c_str(), F_OK) == 0) return Error{Errc::io, "exists already", path};
  state->partial = path + ".partial";
  ::unlink(state->partial.c_str());  // left over
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open(state->partial.c_str(), &raw);
  state->database.reset(raw);
  if (opened != SQLITE_OK) return state->error();
  // A crash leaves a file that is thrown away: no journal.
  if (const Status begun = state->execute(
          "pragma journal_mode = off; pragma synchronous = off; pragma page_size = 4096; begin");
      !begun)
    return begun.error();
  for (std::size_t i = 0; i < std::size(kTables); ++i) {
    if (const Status created = state->execute(create_statement(kTables[i]).c_str()); !created)
      return created.error();
    auto insert = state->prepare(insert_statement(kTables[i]).c_str());
    if (!insert) return insert.error();
    state->inserts[i] = std::move(*insert);
  }
  return BatchDatabase(std::move(state));
}

Status BatchDatabase::add(std::string_view line, std::string_view image) {
  const std::string_view schema = schema_of(line);
  std::string name;
  JsonWriter(name).value(image);
  for (std::size_t i = 0; i < std::size(kTables); ++i) {
    if (kTables[i].schema != schema) continue;
    sqlite3_stmt* const insert = state_->inserts[i].get();
    sqlite3_bind_text64(insert, 1, line.data(), line.size(), SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_text64(insert, 2, name.data(), name.size(), SQLITE_STATIC, SQLITE_UTF8);
    const int status = sqlite3_step(insert);
    sqlite3_reset(insert);
    if (status != SQLITE_DONE) return state_->error();
  }
  return Done{};
}

Status BatchDatabase::finish() {
  for (const auto& [table, column] : kIndexes) {
    const std::string of(table);
    const std::string by(column);
    const std::string sql = "create index " + of + "_" + by + " on " + of + " (\"" + by + "\")";
    if (const Status made = state_->execute(sql.c_str()); !made) return made;
  }
  if (const Status kept = state_->execute("commit"); !kept) return kept;
  if (std::rename(state_->partial.c_str(), state_->path.c_str()) != 0)
    return Error{Errc::io, std::generic_category().message(errno), state_->path};
  state_->partial.clear();
  return Done{};
}

Result<std::vector<CollectionRow>> BatchDatabase::images() const {
  std::vector<CollectionRow> rows;
  const Status done = state_->each_row(
      "select image, verdict, status from image order by image", [&](sqlite3_stmt* row) {
        rows.push_back({.image = text_at(row, 0),
                        .folder = {},
                        .verdict = text_at(row, 1),
                        .consistent = sqlite3_column_int(row, 2) == 0});
      });
  if (!done) return done.error();
  return rows;
}

Result<std::vector<CollectionTable>> BatchDatabase::answers() const {
  std::vector<CollectionTable> tables;
  for (const Question& question : kQuestions) {
    CollectionTable table;
    table.title = question.title;
    for (std::size_t from = 0; from < question.columns.size();) {
      const std::size_t end = std::min(question.columns.find('|', from), question.columns.size());
      table.columns.emplace_back(question.columns.substr(from, end - from));
      from = end + 1;
    }
    const Status done = state_->each_row(question.query, [&](sqlite3_stmt* row) {
      if (++table.total > kShownRows) return;
      auto& cells = table.rows.emplace_back();
      for (int i = 0; i < sqlite3_column_count(row); ++i) cells.push_back(text_at(row, i));
    });
    if (!done) return done.error();
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace discern::cli
