// SPDX-License-Identifier: Apache-2.0
// The one table of options: parsing, `-h`, `--help` and every check of the command line come from
// it.
#ifndef DISCERN_CLI_OPTIONS_H
#define DISCERN_CLI_OPTIONS_H

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/convert.h"
#include "discern/digest.h"
#include "discern/hash_set.h"
#include "discern/pass.h"
#include "discern/timeline.h"

namespace discern::cli {

// Everything a command line can say. Fields are set by the table's rows and read by the commands.
struct Options {
  std::vector<std::string> operands;  // images, or the program of `run` with its arguments
  std::string output;
  std::string output_format;  // of convert; empty: by the output's extension
  std::string format;
  std::string entry;
  std::string password;
  std::string password_file;
  std::string cache;  // empty: DISCERN_CACHE
  std::string view;
  std::string file;
  std::string id;
  std::string map;
  std::string repairs;
  std::string second;  // another dump of the disc
  std::string wrappers;
  std::string writer = "jsonl";
  EventFilter events;
  std::optional<TimeZone> zone;  // nothing: unknown
  bool body = false;
  bool with_hash = false;
  std::vector<Algorithm> algorithms = {Algorithm::md5, Algorithm::sha1, Algorithm::sha256};
  std::vector<std::string> types;
  std::uint64_t min_size = 0;  // of carved files, bytes
  std::uint64_t max_size = UINT64_MAX;
  bool unallocated = false;                              // carve what begins where no file lies
  bool dedupe = false;                                   // leave out bytes found before
  bool contiguous = false;                               // carved files in one piece only
  bool partial = false;                                  // carved files that break off, too
  std::string operations = "info,hash,verify,timeline";  // of batch
  std::uint64_t range = 0;                               // of batch, bytes; 0: whole images
  std::size_t part = 1;                                  // of batch: from 1 to `parts`
  std::size_t parts = 1;
  PieceSize piece;
  CaseData case_data;
  std::vector<std::string> against;  // files of digests
  std::string sign;                  // file with the private key
  std::string root;                  // of a piece tree, hex
  std::string report;                // case folder or report.json
  bool check = false;
  std::vector<HashSetFile> hash_sets;
  std::string signer;           // file with the public key or certificate
  std::string timestamp_reply;  // file
  bool timestamp = false;
  std::vector<std::string> expect;  // "sha256:0123..."
  int threads = 0;
  bool json = false;
  bool force = false;
  bool no_sandbox = false;
  bool resume = false;
  bool quiet = false;
  bool verbose = false;
  bool no_files = false;
  bool keep_going = false;
  bool wave = false;  // of cat
  bool cross_check = false;
  bool repaired = false;  // of discs: with the view of this name; set by commands
  bool background = false;
  bool direct_io = false;
  std::string carved;  // carve list, or a folder with one
  bool entries = false;
  std::vector<std::string> similarity;  // with entries
  enum class When { automatic, always, never };
  When progress = When::automatic;
  When color = When::automatic;
  bool short_help = false;
  bool long_help = false;
};

struct Option {
  std::string_view name;      // "threads"
  char letter;                // 'j', or 0
  std::string_view argument;  // "N"; empty: a flag
  std::string_view help;      // one line
  std::string_view commands;  // commands that take it, separated by blanks; "*": all
  // Stores the argument; what is wrong with it otherwise.
  std::optional<std::string> (*set)(Options& options, const std::string& argument);
};
std::span<const Option> option_table();
bool takes(const Option& option, std::string_view command);

struct ParsedOptions {
  Options options;
  std::string problem;  // empty: none
};
// `arguments` are those behind the command's name. With `stop_at_operand` everything from the first
// operand on belongs to another program (`discern run`).
ParsedOptions parse_options(std::string_view command, const std::vector<std::string>& arguments,
                            bool stop_at_operand);

// The word of `candidates` that `word` was probably meant to be, or nothing.
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace discern::cli

#endif
