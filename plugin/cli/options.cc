// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <numeric>

#include "batch_jobs.h"
#include "discern/carve.h"
#include "discern/convert.h"
#include "discern/image.h"
#include "discern/reference.h"
#include "discern/similarity.h"
#include "discern/timeline.h"

namespace discern::cli {
namespace {

using Problem = std::optional<std::string>;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    if (comma > from) parts.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return parts;
}

// "none such; one of: a, b" over a table whose rows have an `id`.
template <class Table>
std::string not_among(const std::string& word, const Table& table) {
  std::string text = "'" + word + "' is none of:";
  for (const auto& row : table) text += ' ' + std::string(row.id);
  return text;
}

Problem set_when(Options::When& when, const std::string& argument) {
  if (argument == "auto")
    when = Options::When::automatic;
  else if (argument == "always")
    when = Options::When::always;
  else if (argument == "never")
    when = Options::When::never;
  else
    return "'" + argument + "' is none of: auto always never";
  return {};
}

Problem set_threads(Options& options, const std::string& argument) {
  const char* const end = argument.data() + argument.size();
  const auto [stop, error] = std::from_chars(argument.data(), end, options.threads);
  if (error != std::errc() || stop != end || options.threads < 1 || options.threads > 1024)
    return "'" + argument + "' is no number from 1 to 1024";
  return {};
}

Problem set_format(Options& options, const std::string& argument) {
  if (!find_format(argument)) return not_among(argument, formats());
  options.format = argument;
  return {};
}

Problem set_writer(Options& options, const std::string& argument) {
  if (!find_timeline_writer(argument)) return not_among(argument, timeline_writers());
  options.writer = argument;
  return {};
}

Problem set_output_format(Options& options, const std::string& argument) {
  if (!find_output_format(argument)) return not_among(argument, output_formats());
  options.output_format = argument;
  return {};
}

Problem set_algorithms(Options& options, const std::string& argument) {
  options.algorithms.clear();
  for (const std::string& name : split(argument)) {
    const auto algorithm = find_algorithm(name);
    if (!algorithm) {
      std::string text = "'" + name + "' is none of:";
      for (const Algorithm known : all_algorithms()) text += ' ' + std::string(name_of(known));
      return text;
    }
    if (std::find(options.algorithms.begin(), options.algorithms.end(), *algorithm) ==
        options.algorithms.end())
      options.algorithms.push_back(*algorithm);
  }
  if (options.algorithms.empty()) return "names no algorithm";
  return {};
}

Problem set_similarity(Options& options, const std::string& argument) {
  const auto kinds = similarity_kinds();
  options.similarity = split(argument);
  for (const std::string& kind : options.similarity) {
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
    std::string text = "'" + kind + "' is none that this build computes:";
    for (const std::string_view known : kinds) text += ' ' + std::string(known);
    return text;
  }
  if (options.similarity.empty()) return "names no fuzzy hash";
  return {};
}

// Bytes: 512, 64KiB, 1MiB, 2GiB.
std::optional<std::uint64_t> parse_size(const std::string& argument) {
  const char* const end = argument.data() + argument.size();
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(argument.data(), end, number);
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  constexpr std::string_view kUnits[] = {"", "KiB", "MiB", "GiB"};
  const auto* const found = std::find(std::begin(kUnits), std::end(kUnits), unit);
  if (error != std::errc() || number == 0 || found == std::end(kUnits)) return std::nullopt;
  return std::uint64_t{number} << (10 * (found - std::begin(kUnits)));
}

// A size, or a sector of each view.
Problem set_piece(Options& options, const std::string& argument) {
  if (argument == "sector") {
    options.piece = {.sectors = true};
    return {};
  }
  const auto bytes = parse_size(argument);
  if (!bytes) return "'" + argument + "' is no size such as 512, 64KiB, 1MiB, and not 'sector'";
  options.piece = {.bytes = *bytes};
  return {};
}

template <auto member>
Problem set_size(Options& options, const std::string& argument) {
  const auto bytes = parse_size(argument);
  if (!bytes) return "'" + argument + "' is no size such as 512, 64KiB, 1MiB";
  options.*member = *bytes;
  return {};
}

Problem set_zone(Options& options, const std::string& argument) {
  options.zone.reset();
  if (argument == "unknown") return {};
  auto zone = TimeZone::named(argument);
  if (!zone) return zone.error().text;
  options.zone = std::move(*zone);
  return {};
}

template <auto member, auto limit>
Problem set_date(Options& options, const std::string& argument) {
  const auto range = parse_date(argument);
  if (!range)
    return "'" + argument +
           "' is no date such as 2003-01-15, 2003-01-15T17:00 or "
           "2003-01-15T17:00:00, of the years 1678 to 2261";
  options.events.*member = (*range).*limit;
  return {};
}

// Each name of an enumeration whose values count from 0.
template <class Enum>
std::optional<Enum> find_name(std::string_view name) {
  for (int i = 0; !name_of(static_cast<Enum>(i)).empty(); ++i)
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  return std::nullopt;
}

template <class Enum, auto member>
Problem set_names(Options& options, const std::string& argument) {
  for (const std::string& name : split(argument)) {
    const auto found = find_name<Enum>(name);
    if (!found) {
      std::string text = "'" + name + "' is none of:";
      for (int i = 0; !name_of(static_cast<Enum>(i)).empty(); ++i)
        text += ' ' + std::string(name_of(static_cast<Enum>(i)));
      return text;
    }
    (options.events.*member).push_back(*found);
  }
  return {};
}

Problem add_path(Options& options, const std::string& argument) {
  options.events.paths.push_back(argument);
  return {};
}

Problem set_types(Options& options, const std::string& argument) {
  options.types = split(argument);
  for (const std::string& type : options.types)
    if (!find_validator(type)) return not_among(type, validators());
  return {};
}

Problem set_operations(Options& options, const std::string& argument) {
  const std::vector<std::string> wanted = split(argument);
  options.operations.clear();
  for (const std::string_view known : kOperations)
    if (std::ranges::count(wanted, known) > 0)
      (options.operations += options.operations.empty() ? "" : ",") += known;
  for (const std::string& word : wanted)
    if (std::ranges::count(kOperations, word) == 0)
      return "'" + word + "' is none of: info hash verify timeline entries carve";
  if (wanted.empty()) return "names no operation";
  return {};
}

Problem set_range(Options& options, const std::string& argument) {
  const auto bytes = parse_size(argument);
  if (!bytes || *bytes < kSmallestRange)
    return "'" + argument + "' is no size such as 1MiB, 64MiB, 16GiB";
  options.range = *bytes;
  return {};
}

// "3/10"
Problem set_part(Options& options, const std::string& argument) {
  const char* const end = argument.data() + argument.size();
  const auto [slash, error] = std::from_chars(argument.data(), end, options.part);
  if (error == std::errc() && slash != end && *slash == '/') {
    const auto [stop, second] = std::from_chars(slash + 1, end, options.parts);
    if (second == std::errc() && stop == end && options.part >= 1 && options.part <= options.parts)
      return {};
  }
  return "'" + argument + "' is no part like 3/10";
}

template <auto member>
Problem set_text(Options& options, const std::string& argument) {
  if (argument.empty()) return "must not be empty";
  options.*member = argument;
  return {};
}

template <auto member>
Problem set_case_data(Options& options, const std::string& argument) {
  if (argument.empty()) return "must not be empty";
  if (argument.find_first_of("\t\r\n") != std::string::npos) return "must be one line without tabs";
  options.case_data.*member = argument;
  return {};
}

Problem add_expectation(Options& options, const std::string& argument) {
  if (const auto reference = parse_expectation(argument); !reference)
    return "'" + argument + "': " + reference.error().text;
  options.expect.push_back(argument);
  return {};
}

Problem add_against(Options& options, const std::string& argument) {
  if (argument.empty()) return "must not be empty";
  options.against.push_back(argument);
  return {};
}

template <bool notable>
Problem add_hash_set(Options& options, const std::string& argument) {
  if (argument.empty()) return "must not be empty";
  options.hash_sets.push_back({argument, notable});
  return {};
}

Problem set_root(Options& options, const std::string& argument) {
  options.root.clear();
  for (const char c : argument)
    options.root += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  if (options.root.size() != 64 ||
      options.root.find_first_not_of("0123456789abcdef") != std::string::npos)
    return "'" + argument + "' is no root: 64 hexadecimal digits";
  return {};
}

Problem set_password_file(Options& options, const std::string& argument) {
  auto password = read_password_file(argument);
  if (!password) return describe(password.error());
  options.password = std::move(*password);
  options.password_file = argument;
  return {};
}

template <auto member>
Problem set_flag(Options& options, const std::string&) {
  options.*member = true;
  return {};
}

constexpr std::string_view kImageCommands =
    "examine info hash verify prove list timeline carve cat mount casedb convert batch";
// Those that start no other program.
constexpr std::string_view kSandboxedCommands =
    "examine info hash verify prove list timeline carve cat convert batch";
constexpr std::string_view kLongCommands =
    "examine hash verify prove list timeline carve cat mount casedb convert batch";

const Option kOptions[] = {
    {"output", 'o', "PATH", "where results go: a folder, new or empty; of convert a new file",
     "examine verify carve batch convert prove", set_text<&Options::output>},
    {"force", 0, "", "use an output folder that is not empty; replace files",
     "examine verify carve batch convert prove", set_flag<&Options::force>},
    {"resume", 0, "",
     "go on with an unfinished case folder; everything else as in the command that began it",
     "examine verify", set_flag<&Options::resume>},
    {"operations", 0, "LIST", "what is planned: info,hash,verify,timeline,entries,carve", "batch",
     set_operations},
    {"range", 0, "SIZE", "plan: carving of larger images in ranges of this size, e.g. 16GiB",
     "batch", set_range},
    {"part", 0, "K/N", "every N-th image only, from the K-th on", "batch", set_part},
    {"to", 0, "FORMAT", "the format to write; otherwise by the extension of PATH", "convert",
     set_output_format},
    {"view", 0, "VIEW", "the view of the medium: raw, data, 'track 2' ...",
     "list timeline carve cat convert", set_text<&Options::view>},
    {"wav", 0, "", "an audio track as a WAVE file: its samples behind a header of 44 bytes", "cat",
     set_flag<&Options::wave>},
    {"image-format", 'i', "FORMAT", "open as this format (see `discern formats`)", kImageCommands,
     set_format},
    {"entry", 0, "NAME", "the entry of an archive that holds several", kImageCommands,
     set_text<&Options::entry>},
    {"map", 0, "FILE", "a ddrescue map of what could not be read", "examine hash cat",
     set_text<&Options::map>},
    {"repairs", 0, "FILE", "what P and Q can repair of a disc, byte by byte", "verify",
     set_text<&Options::repairs>},
    {"case-number", 0, "TEXT", "the case, for the report or the E01; one line",
     "examine verify convert", set_case_data<&CaseData::case_number>},
    {"evidence-number", 0, "TEXT", "the exhibit, for the report or the E01",
     "examine verify convert", set_case_data<&CaseData::evidence_number>},
    {"examiner", 0, "NAME", "who makes the image, or examines it", "examine verify convert",
     set_case_data<&CaseData::examiner>},
    {"description", 0, "TEXT", "what it is an image of", "convert",
     set_case_data<&CaseData::description>},
    {"notes", 0, "TEXT", "anything else", "convert", set_case_data<&CaseData::notes>},
    {"second", 0, "IMAGE",
     "a second dump of the disc; it helps to repair the first one (view repaired)",
     "verify cat convert", set_text<&Options::second>},
    {"keep-going", 0, "", "zeros for what cannot be read; where, is said", "cat convert",
     set_flag<&Options::keep_going>},
    {"file", 0, "PATH", "the bytes of a file: its path as `list` shows it", "cat prove",
     set_text<&Options::file>},
    {"id", 0, "ID", "the bytes of a file: its id as `list` shows it", "cat prove",
     set_text<&Options::id>},
    {"cross-check", 0, "", "read by libtsk, too; FAT, ISO 9660 and UDF: the differences are listed",
     "list", set_flag<&Options::cross_check>},
    {"password-file", 0, "FILE", "its first line is the password of an archive",
     "examine info hash verify prove list timeline carve cat mount casedb convert run batch",
     set_password_file},
    {"password", 0, "TEXT",
     "the password; other users see it in `ps`, so better use --password-file", kImageCommands,
     set_text<&Options::password>},
    {"cache", 0, "DIR",
     "folder for restart points of large IMZ; they hold pieces of evidence; 'none': nowhere",
     "examine info hash verify prove list timeline carve cat mount casedb convert run batch",
     set_text<&Options::cache>},
    {"algorithm", 'a', "LIST", "digests to compute: md5,sha1,sha256,sha512,sha3_256,blake3,crc32",
     "examine hash verify timeline", set_algorithms},
    {"piece", 0, "SIZE", "also pieces of views: 64KiB, 1MiB ... or 'sector'", "hash", set_piece},
    {"entries", 0, "", "also the content of every file in the file systems", "hash",
     set_flag<&Options::entries>},
    {"similarity", 0, "LIST",
     "with --entries: fuzzy hashes, ssdeep and tlsh; how alike contents may be, no identity",
     "hash", set_similarity},
    {"known", 0, "FILE",
     "known contents: a hash set of NSRL, hfind, EnCase, hashdeep or sums; may be repeated",
     "examine hash", add_hash_set<false>},
    {"notable", 0, "FILE", "notable contents: a hash set; may be repeated", "examine hash",
     add_hash_set<true>},
    {"check", 0, "", "the operands are proofs; no image is needed", "prove",
     set_flag<&Options::check>},
    {"root", 0, "HEX", "the root that the proof must lead to", "prove", set_root},
    {"report", 0, "PATH", "the case folder, or report.json, with the root", "prove",
     set_text<&Options::report>},
    {"against", 0, "FILE",
     "compare with the digests of this file: sums, hashdeep, DAT, DFXML, logs; may be repeated",
     "examine verify", add_against},
    {"expect", 0, "ALG:HEX", "compare with this value, e.g. sha256:0123...; may be repeated",
     "examine verify", add_expectation},
    {"organisation", 0, "NAME", "for whom, for the report", "examine verify",
     set_case_data<&CaseData::organisation>},
    {"sign", 0, "KEY", "sign the manifest: Ed25519 (SSH form) or EC key with certificate (CMS)",
     "examine verify", set_text<&Options::sign>},
    {"timestamp", 0, "", "a time stamp query of the manifest (RFC 3161)", "examine verify",
     set_flag<&Options::timestamp>},
    {"timestamp-reply", 0, "FILE", "put the authority's reply into the case folder", "verify",
     set_text<&Options::timestamp_reply>},
    {"signer", 0, "FILE", "who must have signed: a public key or a certificate", "verify",
     set_text<&Options::signer>},
    {"format", 'f', "FORMAT",
     "how to write the timeline: jsonl csv mactime body l2tcsv tln l2ttln timesketch "
     "timesketch-csv dfxml html",
     "timeline", set_writer},
    {"body", 0, "", "the operands are body files: as fls -m writes them; use in place of mactime",
     "timeline", set_flag<&Options::body>},
    {"from", 0, "DATE", "no events before this day or second: 2003-01-15, 2003-01-15T17:00:00",
     "timeline", set_date<&EventFilter::from_ns, &DateRange::begin_ns>},
    {"to", 0, "DATE", "no events after this day, minute or second", "timeline",
     set_date<&EventFilter::before_ns, &DateRange::end_ns>},
    {"path", 0, "GLOB", "only paths that fit; * and ? are wild cards; may be repeated", "timeline",
     add_path},
    {"state", 0, "LIST",
     "only entries in one of these states: allocated, deleted, reallocated, orphan, "
     "hidden_by_session",
     "timeline", set_names<EntryState, &EventFilter::states>},
    {"kind", 0, "LIST", "only modified, accessed, changed, created ... ones", "timeline",
     set_names<TimeKind, &EventFilter::kinds>},
    {"zone", 0, "ZONE",
     "of clocks whose zone the medium does not tell: Europe/Berlin, +02:00, UTC or unknown",
     "timeline", set_zone},
    {"with-hash", 0, "", "digests of each file's content", "timeline",
     set_flag<&Options::with_hash>},
    {"types", 't', "LIST", "only files of these types", "examine carve", set_types},
    {"min-size", 0, "SIZE", "no carved files smaller than this: 512, 64KiB, 1MiB ...",
     "examine carve", set_size<&Options::min_size>},
    {"max-size", 0, "SIZE", "no carved files larger than this", "examine carve",
     set_size<&Options::max_size>},
    {"unallocated", 0, "", "only what begins outside a file system's files", "carve",
     set_flag<&Options::unallocated>},
    {"dedupe", 0, "", "leave out files whose bytes were found before", "carve",
     set_flag<&Options::dedupe>},
    {"contiguous", 0, "", "no search for other parts of files that break off",
     "examine carve batch", set_flag<&Options::contiguous>},
    {"partial", 0, "", "also files that break off; or lack their other part", "examine carve batch",
     set_flag<&Options::partial>},
    {"list-only", 0, "", "list what is found, write no files", "carve",
     set_flag<&Options::no_files>},
    {"background", 0, "", "return at once; `fusermount3 -u DIR` ends it", "mount",
     set_flag<&Options::background>},
    {"carved", 0, "PATH",
     "show carved files: a carve list (`carve --json`), or the folder of `examine` or `carve`",
     "mount", set_text<&Options::carved>},
    {"direct-io", 0, "", "no page cache; large reads are faster, small ones slower", "mount",
     set_flag<&Options::direct_io>},
    {"wrappers", 0, "DIR", "a script for each TSK program into this folder", "run",
     set_text<&Options::wrappers>},
    {"json", 0, "", "results as JSON Lines", "*", set_flag<&Options::json>},
    {"no-sandbox", 0, "", "read the evidence with all rights of the user", kSandboxedCommands,
     set_flag<&Options::no_sandbox>},
    {"threads", 'j', "N", "threads to use; 1 to 1024, otherwise one per processor", kLongCommands,
     set_threads},
    {"progress", 0, "WHEN", "auto (when stderr is a terminal), always or never", kLongCommands,
     [](Options& options, const std::string& argument) {
       return set_when(options.progress, argument);
     }},
    {"color", 0, "WHEN", "auto, always or never; auto respects NO_COLOR", "*",
     [](Options& options, const std::string& argument) {
       return set_when(options.color, argument);
     }},
    {"quiet", 'q', "", "no warnings and no progress", "*", set_flag<&Options::quiet>},
    {"verbose", 'v', "", "also notes, and why the format was chosen", "*",
     set_flag<&Options::verbose>},
    {"short-help", 'h', "", "the options on one screen", "*", set_flag<&Options::short_help>},
    {"help", 0, "", "everything, with examples", "*", set_flag<&Options::long_help>},
};

std::string unknown_option(std::string_view command, std::string name) {
  name.erase(0, std::min(name.find_first_not_of('-'), name.size()));
  std::vector<std::string_view> names;
  for (const Option& option : kOptions)
    if (takes(option, command)) names.push_back(option.name);
  std::string text = "no option --" + name + " for " + std::string(command);
  if (const std::string meant = nearest(name, names); !meant.empty())
    text += "; did you mean --" + meant + "?";
  return text;
}

// "--cache", whose argument is the next word; not "--cache=DIR".
bool wants_next_word(const std::string& word) {
  return std::any_of(std::begin(kOptions), std::end(kOptions), [&](const Option& option) {
    return !option.argument.empty() &&
           (word == "--" + std::string(option.name) ||
            (option.letter && word == std::string("-") + option.letter));
  });
}

}  // namespace

std::span<const Option> option_table() { return kOptions; }

bool takes(const Option& option, std::string_view command) {
  if (option.commands == "*") return true;
  std::string_view rest = option.commands;
  while (!rest.empty()) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, blank) == command) return true;
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  return false;
}

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string best;
  std::size_t least = word.size() / 3 + 2;  // more changes than this is another word
  for (const std::string_view candidate : candidates) {
    // Levenshtein distance, one row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t change = diagonal + (word[i] == candidate[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
      }
    }
    if (row.back() < least) {
      least = row.back();
      best = candidate;
    }
  }
  return best;
}

ParsedOptions parse_options(std::string_view command, const std::vector<std::string>& arguments,
                            bool stop_at_operand) {
  namespace po = boost::program_options;
  ParsedOptions parsed;
  std::vector<std::string> own = arguments;
  std::vector<std::string> rest;
  if (stop_at_operand) {
    auto first = own.begin();
    while (first != own.end() && *first != "--" && first->size() > 1 && first->front() == '-')
      first += std::min<std::ptrdiff_t>(own.end() - first, wants_next_word(*first) ? 2 : 1);
    rest.assign(first != own.end() && *first == "--" ? first + 1 : first, own.end());
    own.erase(first, own.end());
  }

  po::options_description description;
  for (const Option& option : kOptions) {
    if (!takes(option, command)) continue;
    std::string name(option.name);
    if (option.letter) name += std::string(",") + option.letter;
    if (option.argument.empty())
      description.add_options()(name.c_str(), "");
    else
      description.add_options()(name.c_str(), po::value<std::string>(), "");
  }
  description.add_options()("operand", po::value<std::vector<std::string>>(), "");
  po::positional_options_description operands;
  operands.add("operand", -1);

  try {
    // No guessing: an abbreviated option that works today may mean another one tomorrow.
    const auto style =
        po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    const auto result =
        po::command_line_parser(own).options(description).positional(operands).style(style).run();
    for (const po::option& given : result.options) {
      if (given.string_key == "operand") {
        parsed.options.operands.insert(parsed.options.operands.end(), given.value.begin(),
                                       given.value.end());
        continue;
      }
      const auto row =
          std::find_if(std::begin(kOptions), std::end(kOptions), [&](const Option& option) {
            return option.name == given.string_key && takes(option, command);
          });
      const std::string argument = given.value.empty() ? "" : given.value.front();
      if (const Problem problem = row->set(parsed.options, argument)) {
        parsed.problem = "--" + given.string_key + ": " + *problem;
        return parsed;
      }
    }
  } catch (const po::unknown_option& unknown) {
    parsed.problem = unknown_option(command, unknown.get_option_name());
  } catch (const po::error& error) {
    parsed.problem = error.what();
  }
  parsed.options.operands.insert(parsed.options.operands.end(), rest.begin(), rest.end());
  return parsed;
}

}  // namespace discern::cli
