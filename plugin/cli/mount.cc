// SPDX-License-Identifier: Apache-2.0
// mount: the image as a folder of files, until it is unmounted.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "carved_files.h"
#include "command.h"
#include "discern/folder.h"
#include "discern/image_walk.h"
#include "discern/report.h"
#include "examination.h"
#include "image_tree.h"
#include "inspect.h"
#include "serve.h"

namespace discern::cli {
namespace {

std::string text_of(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const std::string where = describe(finding.where);
    text += std::string(name_of(finding.severity)) + ": " + shown(where) +
            (where.empty() ? "" : ": ") + shown(finding.text) + " [" + finding.code + "]\n";
  }
  return text;
}

// --carved: the list itself, or the folder that has one.
Status add_carve_list(MountTree& tree, const Opened& opened, const std::string& named) {
  std::error_code error;
  const std::string path = std::filesystem::is_directory(named, error)
                               ? (std::filesystem::path(named) / "carved.jsonl").string()
                               : named;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()).flush()) {
    // An empty list sets failbit, too.
    if (!in.is_open() || std::filesystem::file_size(path, error) != 0 || error)
      return Error{Errc::io, "cannot be read", path};
  }
  return add_carved(tree, opened.image, text.view(), path);
}

}  // namespace

ExitStatus run_mount(const Options& options) {
  const std::string& folder = options.operands.back();
  const auto names = names_in(folder);
  if (!names) return failed(names.error());
  if (!names->empty()) return failed({Errc::io, "is not empty", folder});
  Options with_repaired = options;
  with_repaired.repaired = true;
  const auto opened = open_operand(options.operands.front(), with_repaired);
  if (!opened) return failed(opened.error());

  Findings findings = opened->image->findings;
  std::vector<Entry> entries;
  ProgressBar bar(options);
  const Status walked = walk(*opened, bar.callback(), findings, [&](Entry&& entry) {
    entries.push_back(std::move(entry));
    return !interrupted();
  });
  bar.clear();
  if (!walked) return failed(walked.error());
  if (interrupted()) return ExitStatus::interrupted;

  Options plain = options;
  plain.color = Options::When::never;
  MountTree tree;
  add_views(tree, opened->image);
  add_sums(tree, opened->image);
  add_text(tree, "info.txt", info_text(*opened->image, plain));
  add_text(tree, "info.json", json_of(*opened->image) + "\n");
  add_text(tree, "findings.txt", text_of(findings));
  add_entries(tree, *opened->image, std::move(entries),
              [contents = EntryContents({opened->image, *opened->walked})](const Entry& entry) {
                return contents.open(entry);
              });
  if (!options.carved.empty())
    if (const Status added = add_carve_list(tree, *opened, options.carved); !added)
      return failed(added.error());
  const Status served = serve(
      tree, folder,
      {.source = opened->image->path,
       .threads = options.threads > 0 ? options.threads : 4,
       .background = options.background,
       .direct_io = options.direct_io,
       .ready = [&] {
         if (options.quiet || options.background) return;
         std::fprintf(stderr, "discern: %s is mounted on %s until Ctrl-C or `fusermount3 -u`\n",
                      shown(opened->image->path).c_str(), shown(folder).c_str());
       }});
  return served ? ExitStatus::consistent : failed(served.error());
}

}  // namespace discern::cli
