// SPDX-License-Identifier: Apache-2.0
// The case folder of one image: everything that was found out, and the writers that put it down.
#ifndef DISCERN_REPORT_H
#define DISCERN_REPORT_H

#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "discern/carve.h"
#include "discern/case_data.h"
#include "discern/digest.h"
#include "discern/hash_set.h"
#include "discern/image.h"
#include "discern/piece_tree.h"
#include "discern/result.h"
#include "discern/timeline.h"
#include "discern/verify.h"

namespace discern {

// How and where the run was made. The only part that differs between two runs over the same
// evidence.
struct RunRecord {
  std::vector<std::string> arguments;
  std::string working_folder;
  std::string started;  // RFC 3339, UTC
  std::string finished;
  std::string host;
  std::string system;  // uname
  std::string user;
  std::vector<std::pair<std::string, std::string>>
      versions;  // discern, compiler, OpenSSL, TSK, libewf ...
  std::string locale = {};
  std::string clock = {};           // whether the system says that its clock is synchronised
  std::string cpu = {};             // features that the kernels use
  std::string program_sha256 = {};  // of the program file that ran
  std::string self_test = {};       // what the known-answer test said at the start
  std::string previous_entry = {};  // SHA-256 of the audit log's last line before this run
  std::string sandbox = {};         // what kept the process from everything else: "landlock 7, ..."
};

struct Examination {
  const Image* image = nullptr;
  const View* view = nullptr;  // of the image: where entries and files were looked for
  RunRecord run;
  std::vector<DigestSet> digests;
  std::vector<Verification> verifications;
  std::optional<SectorTally> sectors;
  std::vector<MismatchArea> mismatch_areas = {};
  Timeline timeline;
  std::vector<CarvedFile> carved;
  bool searched = true;  // false: a verification, that did not look for files by their structure
  Findings findings;     // of the image and of every step
  CaseData data = {};
  // With hash sets: of the content of each file in the file systems.
  std::vector<DigestSet> entry_digests = {};
  std::vector<HashSetFile> hash_sets = {};  // that these were looked up in
  std::optional<PieceTree> tree = {};       // over `view`
};

// consistent: everything was read, every comparison matches, no finding of severity damage.
// mismatch / incomplete otherwise; what was not compared is counted beside.
enum class CaseVerdict { consistent, mismatch, incomplete };
std::string_view name_of(CaseVerdict verdict);
CaseVerdict verdict_of(const Examination& examination);

// What the references say of the data, apart from how the container and the sectors are.
// mismatch: a digest or CRC differs. incomplete: bytes that count could not be read. match: at
// least one was compared, and all are equal.
enum class Conclusion { match, mismatch, no_reference, incomplete };
std::string_view name_of(Conclusion conclusion);  // "MATCH" "MISMATCH" "NO REFERENCE" "INCOMPLETE"
Conclusion conclusion_of(const Examination& examination);
// Findings of severity damage about the container's own structure (sections, entries, checksums of
// chunks, segments): the data may match although the container is damaged, and the reverse.
std::vector<const Finding*> container_damage(const Examination& examination);

// What digest_self_test() says: "passed", or which implementation failed.
std::string self_test();

// One row per file of the case folder; examine iterates this table.
struct ReportWriter {
  std::string_view file;  // "report.html"
  std::string_view what;  // one line for people
  void (*write)(const Examination& examination, std::ostream& out);
};
std::span<const ReportWriter> report_writers();

// Serialised forms that CLI and case folder share: one JSON Lines object (without line end) each.
std::string json_of(const Image& image);                                    // discern/info/1
std::string json_of(const Image& image, const DigestSet& digests);          // discern/hash/1
std::string json_of(const Image& image, const Verification& verification);  // discern/verify/1
std::string json_of(const Image& image, const MismatchArea& area);          // discern/mismatch/1
std::string json_of(const Image& image, const View& view,
                    const CarvedFile& file);  // discern/carve/1
std::string json_of(const Finding& finding);

// Errc::missing, Errc::io; Errc::limit when it has more than `most` bytes.
Result<std::string> read_whole_file(const std::string& path,
                                    std::uint64_t most = std::uint64_t{1} << 32);

// Writes a file that appears under its name only when it is whole and on the disk. Errc::io.
Status write_whole_file(const std::string& path, const std::function<void(std::ostream&)>& write);

// Writes all report files and MANIFEST.sha256 (sha256sum format, every file below `folder`) into
// the existing folder. Errc::io names the file.
Status write_case_folder(const Examination& examination, const std::string& folder);

// ---- several images --------------------------------------------------------------------------

struct CollectionRow {
  std::string image;    // path as given
  std::string folder;   // of its case, relative to the page
  std::string verdict;  // name_of(CaseVerdict), or why there is no case
  bool consistent = false;
  bool has_report = false;
};
// What was asked of a whole collection, and the answer: files that several images hold.
struct CollectionTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // of one text for each column
  std::uint64_t total = 0;  // rows that there are; those beyond rows are left out
};
// index.html of a collection: the tables, and one line per image, with a link to its report.
std::string collection_page(std::span<const CollectionRow> rows,
                            std::span<const CollectionTable> tables = {});

}  // namespace discern

#endif
