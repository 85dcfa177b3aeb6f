// SPDX-License-Identifier: Apache-2.0
// The steps of an examination, in the order of the data: one pass (digests, sector checks, search
// for files), file systems, carved files.
#ifndef DISCERN_CLI_EXAMINATION_H
#define DISCERN_CLI_EXAMINATION_H

#include <memory>
#include <vector>

#include "console.h"
#include "discern/carve.h"
#include "discern/damaged_sectors.h"
#include "discern/entry.h"
#include "discern/pass.h"
#include "discern/reference.h"
#include "discern/report.h"
#include "discern/timeline.h"
#include "discern/verify.h"
#include "opened.h"

namespace discern::cli {

// `compared`: those files only that are views, or that a digest to compare with is about.
enum class FilesHashed { all, compared };

// The one pass: evidence files and every view are hashed, raw disc sectors are checked, and, when
// `scan` is set, the main view is searched for files.
class Passes {
 public:
  // `references` are compared with what is computed.
  Passes(const Image& image, std::vector<Algorithm> algorithms, References references = {},
         FilesHashed files = FilesHashed::all);
  // `tree` and `scan` must outlive run().
  void build(PieceTreeBuilder& tree, const View& view);
  void search_with(CarveScan& scan, const View& view);
  // Fills digests, verifications, sectors and findings.
  Status run(const PassOptions& options, Examination& examination);

 private:
  Stream& stream_of(const View& view);
  const Image& image_;
  References references_;
  HashJob job_;
  std::unique_ptr<SectorAudit> audit_;
};

// What --against and --expect say, and the files of digests beside the image.
Result<References> references_of(const Image& image, const Options& options);
// `wanted`, and what the evidence's own digests and the references need to be compared.
std::vector<Algorithm> needed_algorithms(std::vector<Algorithm> wanted, const Image& image,
                                         const References& references);

// TSK turns the local times of FAT and ISO 9660 into UTC by the process's zone; UTC leaves the
// clock's reading as it stands on the medium. Programs started by `run` keep the user's zone. The
// first call must come before there are threads.
void use_utc();

// Delivers the entries of every file system in the opened view: by our own walkers, and by libtsk
// where there is none. Those in sectors that `sectors` (may be null) calls damaged are findings,
// as are those that cannot be read.
Status walk(const Opened& opened, const Progress& progress, Findings& findings,
            const EntrySink& sink, const SectorTally* sectors = nullptr);
Result<Timeline> walk_timeline(const Opened& opened, const Progress& progress, Findings& findings,
                               const SectorTally* sectors = nullptr);

// --map: what of the medium the pass could read, for ddrescue to go on with. Errc::unsupported for
// discs.
Status write_map(const std::vector<DigestSet>& digests, const std::string& path);
// The same for a medium of `size` bytes of which `bad` (merged) could not be read.
Status write_map(std::uint64_t size, std::span<const ByteRange> bad, const std::string& path);

// The entry that --file or --id names. Errc::missing.
Result<Entry> named_entry(const Opened& opened, const Options& options, Findings& findings);

// What the files of --known and --notable say of `digests`; findings: hash-set.not-comparable,
// and hash-set.notable for the first thousand notable ones.
Status mark_by_hash_sets(std::span<DigestSet> digests, const Options& options,
                         const Progress& progress, Findings& findings);

CarveOptions carve_options(const Options& options, const Image& image, const View& view,
                           Progress progress);

// Left out without --partial.
bool breaks_off(const CarvedFile& file);
Finding left_out_finding(std::size_t count);
// Without --partial: takes out what breaks off, and says in `findings` how much that was.
void leave_out_partial(std::vector<CarvedFile>& files, const Options& options, Findings& findings);
// Creates `folder` when there are any, writes the files into it and notes their names. A file of
// the same name is an error, unless `replace`.
Status write_carved_files(const View& view, std::vector<CarvedFile>& files,
                          const std::string& folder, bool replace);

// Reports the error; `interrupted` when the user stopped the work.
ExitStatus failed(const Error& error);

}  // namespace discern::cli

#endif
