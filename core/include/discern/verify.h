// SPDX-License-Identifier: Apache-2.0
// Verification: what the evidence says about itself, compared with what was computed.
#ifndef DISCERN_VERIFY_H
#define DISCERN_VERIFY_H

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/digest.h"
#include "discern/entry.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/pass.h"

namespace discern {

enum class Outcome { match, mismatch, unverifiable };
std::string_view name_of(Outcome outcome);

// One comparison. check: "digest", "edc", "ecc_p", "ecc_q", "crc", "structure". For sector checks
// expected and computed are counts of sectors.
struct Verification {
  std::string object;
  std::string check;
  std::string expected;
  std::string computed;
  std::string source;  // where the expectation comes from
  Outcome verdict = Outcome::unverifiable;
  std::string algorithm = {};           // of digests and CRCs
  std::string origin = "stored";        // "stored", "sectors", "beside", "given", "typed"
  std::string file = {};                // the reference's file, when it is one of its own,
  std::uint32_t line = 0;               // and the line in it
  std::optional<ByteRange> range = {};  // of `object`, when it is about a piece
  // Whether a value was computed and compared: not of algorithms that discern lacks.
  bool compared() const { return !computed.empty(); }
};

// Where something does not match, down to the files that own the bytes.
struct MismatchArea {
  std::string object;                          // as in Verification
  ByteRange range;                             // of it
  std::string what;                            // "piece differs (md5)", "edc+p"
  std::optional<ByteRange> in_view = {};       // of the view in which entries have their runs
  std::optional<std::int64_t> first_lba = {};  // on disks: the sector number in that view
  std::optional<std::int64_t> last_lba = {};
  std::string evidence_file = {};
  std::optional<std::uint64_t> evidence_offset = {};
  std::vector<std::string> entries =
      {};  // paths, the first 100; of deleted ones "(deleted)" behind
  std::size_t more_entries = 0;
};

// Consecutive LBAs.
struct LbaRun {
  Lba first = {};
  std::uint32_t sectors = 0;
  std::int64_t end() const { return std::int64_t{first.value} + sectors; }
};

// A run of the integrity map. state: "good", "unchecked" (audio, or no redundancy is stored),
// "unknown" (no data sector where one should be), "filler" (bad, and one byte value in place of
// data), "unread", "missing" (of a track, but not in the image), or what is wrong: "edc", "p", "q"
// joined by "+". repairable: P and Q make each of these sectors good (the view `repaired`).
struct IntegrityRun : LbaRun {
  std::string state = {};
  bool repairable = false;
  bool damaged() const { return state != "good" && state != "unchecked"; }
};

// Places of something odd: `code` is that of the finding about it.
struct OddSectors {
  std::string code;
  std::vector<LbaRun> runs = {};  // the first 1000
};

// Sector counts of a disc's raw view, and the runs of sectors whose checks fail. Audio sectors are
// counted but have nothing to check; a sector with an unreadable byte counts as unread and not in
// `modes`. Stored sectors that no track holds, and a file's tail shorter than a sector, are left
// out.
struct SectorTally {
  std::map<SectorMode, std::uint64_t> modes;
  std::uint64_t sectors = 0;
  std::uint64_t checked = 0;  // with at least one field to check
  std::uint64_t bad_sync = 0;
  std::uint64_t edc_bad = 0;
  std::uint64_t p_bad = 0;
  std::uint64_t q_bad = 0;
  std::uint64_t unread = 0;
  struct BadRun {
    Lba first;
    std::uint32_t sectors = 0;
    std::string what;  // "edc", "p", "q" joined by "+"
  };
  std::vector<BadRun> bad_runs;        // the first 1000, in the order of the view
  std::vector<IntegrityRun> map = {};  // the first 100,000 runs, in the order of the view
  std::vector<OddSectors> odd = {};
};

// Checks every data sector of the image's raw view; nothing when the image is no disc whose sectors
// are stored whole (2352 bytes and more). Add consumer() to the stream of view:raw before the pass;
// tally() and findings() are of use after it.
//
// Findings: disc.edc-mismatch and disc.ecc-mismatch, one for each of bad_runs, and
// disc.more-bad-sectors for the rest; disc.unrecognised-sector, disc.sync-damaged,
// disc.empty-sector, disc.zero-field-not-zero, disc.subheader-copies-differ, disc.filler-sector,
// disc.parity-of-other-bytes, disc.data-in-pregap, disc.data-in-audio-pregap and disc.address-break
// once each, with number and first place. What looks made, not damaged: disc.edc-wrong-by-design
// (parity holds over a wrong EDC) and disc.bad-sectors-evenly-spaced.
class SectorAudit {
 public:
  static std::unique_ptr<SectorAudit> of(const Image& image);
  ~SectorAudit();
  Consumer consumer();
  const SectorTally& tally() const;
  Findings findings() const;

 private:
  struct State;
  explicit SectorAudit(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// What the sectors hold besides the file system, read after the pass: disc.subchannel-content (R to
// W), disc.data-behind-file-system (up to the end of the first session). Progress counts bytes.
Findings hidden_data(const Image& image, const Progress& progress);

// Compares the image's stored digests and the audit (may be null) with what was computed. Without a
// computed digest of the same object and algorithm, or where a difference may stem from unreadable
// parts, the verdict is unverifiable.
std::vector<Verification> verify(const Image& image, const std::vector<DigestSet>& computed,
                                 const SectorAudit* audit);

// Areas of what could not be read of a disk's main view (none for discs). A chunk of an E01 that
// fails its checksum is one, narrowed down where a single changed byte explains it: of a stored
// chunk only with a digest in the image as proof, for which the medium is read again; of a
// compressed one by trying every bit, which takes seconds (the first four only). `what` then tells
// it, and evidence_offset is where the byte stands. Progress that returns false leaves it at what
// was found.
std::vector<MismatchArea> unread_areas(const Image& image, const std::vector<DigestSet>& computed,
                                       const Progress& progress);

// The areas of pieces that differ and, with `sectors`, of bad sectors, and `unread`; `view` is the
// one in which `entries` have their runs. The first 1000, in the order of the view.
std::vector<MismatchArea> locate_mismatches(const Image& image, const View& view,
                                            const std::vector<Verification>& verifications,
                                            const SectorTally* sectors,
                                            const std::vector<Entry>& entries,
                                            std::vector<MismatchArea> unread = {});

}  // namespace discern

#endif
