// SPDX-License-Identifier: Apache-2.0
// The database of a merged collection for PostgreSQL: a script for psql, the lines of merged.jsonl
// in the middle of it, all in one transaction. No library of PostgreSQL is needed, and the server
// may be elsewhere.
#include <fstream>
#include <string>

#include "batch.h"
#include "batch_tables.h"
#include "console.h"
#include "discern/result.h"

namespace discern::cli {
namespace {

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

// `numeric`, since a size that an image claims may be any 64-bit number.
void print_create(const Table& table) {
  std::string sql = "create table " + std::string(table.name) + " (";
  for (const Column& column : table.columns)
    sql += quoted(column.name) + (column.number ? " numeric, " : " text, ");
  print(sql + "record json);");
}

// Lines that do not name their image are those of the record that follows.
void print_insert(const Table& table) {
  std::string sql = "insert into " + std::string(table.name) + " select ";
  for (const Column& column : table.columns) {
    const std::string value = "line->>'" + std::string(column.name) + "'";
    sql += column.name == "image" ? "coalesce(" + value + ", image)"
           : column.number        ? "(" + value + ")::numeric"
                                  : value;
    sql += ", ";
  }
  print(sql + "line from known where schema = '" + std::string(table.schema) + "' order by n;");
}

// PostgreSQL has no text with U+0000: U+2400 stands for it. The exact bytes of a name are in the
// record's field NAME_hex.
std::string without_nul(std::string line) {
  for (std::size_t at = line.find('\\'); at < line.size(); at = line.find('\\', at + 2))
    if (line.compare(at, 6, "\\u0000") == 0) line.replace(at, 6, "\\u2400");
  return line;
}

}  // namespace

ExitStatus print_postgresql(const Options& options) {
  if (options.operands.size() != 2) {
    report_usage("batch", "postgresql wants the folder that merge has made");
    return ExitStatus::usage;
  }
  const std::string path = options.operands[1] + "/merged.jsonl";
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    report(Error{Errc::missing, "no such file; `discern batch merge` makes it", path});
    return ExitStatus::incomplete;
  }
  print("\\set ON_ERROR_STOP on\nbegin;\nset local client_encoding = 'UTF8';");
  for (const Table& table : kTables) print_create(table);
  // Delimiter and quote are characters that JSON has only escaped.
  print(
      "create temporary table line (n bigserial, line json) on commit drop;\n"
      "copy line (line) from stdin with (format csv, delimiter E'\\x01', quote E'\\x02');");
  for (std::string line; std::getline(in, line);) print(without_nul(line));
  print("\\.");
  print(
      "create temporary table known on commit drop as\n"
      "  select n, line, schema, max(line->>'image') filter (where schema = 'discern/record/1')\n"
      "    over (partition by record) as image\n"
      "  from (select n, line, line->>'schema' as schema,\n"
      "      count(*) filter (where line->>'schema' = 'discern/record/1') over (order by n desc)\n"
      "      as record from line) as counted;");
  for (const Table& table : kTables) print_insert(table);
  // Hashes, since a path may be longer than what a tree of PostgreSQL takes.
  for (const Index& index : kIndexes)
    print("create index on " + std::string(index.table) + " using hash (" + quoted(index.column) +
          ");");
  if (in.bad()) {
    report(Error{Errc::io, "cannot be read", path});
    print("rollback;");
    return ExitStatus::incomplete;
  }
  print("commit;");
  return ExitStatus::consistent;
}

}  // namespace discern::cli
