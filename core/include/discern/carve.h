// SPDX-License-Identifier: Apache-2.0
// Carving: files found by their structure, not by a file system. One validator per file type.
#ifndef DISCERN_CARVE_H
#define DISCERN_CARVE_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/cluster_size.h"
#include "discern/image.h"
#include "discern/pass.h"
#include "discern/progress.h"
#include "discern/result.h"
#include "discern/source.h"

namespace discern {

// complete: the structure was followed to its end and every check in it holds. truncated: the
// structure breaks off (end of view, contradiction); the bytes up to there are believable.
// damaged: the end was found, but a checksum on the way does not match. first_fragment: checks hold
// up to a place behind which foreign bytes stand, and the file goes on elsewhere; the end is
// unknown.
enum class Soundness { complete, truncated, damaged, first_fragment };
std::string_view name_of(Soundness soundness);

// What a validator says of the bytes from a header on.
struct Verdict {
  std::uint64_t length = 0;  // bytes that belong to the file
  Soundness soundness = Soundness::complete;
  std::string end_reason;  // "IEND chunk", "end of central directory", "CRC of chunk IDAT differs"
  std::string_view type = {};       // refined type ("docx" for a ZIP); empty: the row's id
  std::string_view extension = {};  // of the refined type; empty: the row's
  // Where the bytes stop being the file's: everything before is proven by checks, what is wrong
  // begins inside. Empty: nothing is known. Only of types whose structure can tell.
  ByteRange suspect = {};
  // False: the bytes between the parts of the structure were not looked at, so that several places
  // of a gap may seem right.
  bool content_checked = true;
};

// A candidate: the view from the header on. Reads are checked and counted against the budget (a
// unit per byte); a read outside or over the budget delivers nothing. Not thread-safe.
class Candidate {
 public:
  Candidate(const ByteSource& source, std::uint64_t start, std::uint64_t budget);
  std::uint64_t size() const { return size_; }  // bytes from the header to the end of the view
  // [offset, offset + length), or nothing when outside, unreadable or over budget. The span is
  // valid until the next call.
  std::optional<Bytes> at(std::uint64_t offset, std::uint64_t length);
  // As at(), but as many bytes as there are, up to length: at least one, or nothing.
  std::optional<Bytes> upto(std::uint64_t offset, std::uint64_t length);
  // Takes work that is no reading (bytes inflated) off the budget. False when it does not suffice.
  bool spend(std::uint64_t work);
  bool exhausted() const { return budget_ == 0; }
  std::uint64_t budget() const { return budget_; }  // what is left of it

 private:
  bool load(std::uint64_t offset, std::uint64_t length);

  const ByteSource& source_;
  std::uint64_t start_;
  std::uint64_t size_;
  std::uint64_t budget_;
  // What is at hand, in place or in the buffer: the candidate's bytes from `window_start_` on,
  // except those in `bad_`.
  Bytes window_ = {};
  std::uint64_t window_start_ = 0;
  std::vector<ByteRange> bad_ = {};
  std::vector<std::byte> buffer_ = {};
};

// One row per file type; scanning, `--types`, documentation and fuzz targets iterate this table.
struct Validator {
  std::string_view id;         // "png"
  std::string_view name;       // "PNG image"
  std::string_view extension;  // "png"
  std::string_view header;     // bytes that every file of the type has, at least 2
  // Nothing: not such a file (rejected). Must not run away on hostile bytes.
  std::optional<Verdict> (*validate)(Candidate& candidate);
  std::uint32_t header_offset = 0;  // of the header in the file
};
// Types with several headers have several rows of the same id.
std::span<const Validator> validators();
const Validator* find_validator(std::string_view id);

struct CarvedRun {
  ByteRange in_view;
  Location where;  // evidence file and offset of the first byte
};

// `sha256` is that of the bytes as write_carved() writes them; when some of them are unreadable,
// `soundness` is not complete and `end_reason` says so.
struct CarvedFile {
  std::string type;
  std::string extension;
  std::uint64_t offset = 0;  // of the first byte in the view
  std::uint64_t size = 0;    // of the file
  Soundness soundness = Soundness::complete;
  std::string end_reason;
  std::string sha256;
  std::vector<CarvedRun> runs;
  std::string file = {};  // name under carved/, when it was written out
  // Of a file in fragments: its parts in the view, in the order of the file. Empty: one part.
  std::vector<ByteRange> fragments = {};
  // Offset of an earlier carved file of the view with the same bytes.
  std::optional<std::uint64_t> duplicate_of = {};
};
// The parts of the view that hold the file, in its order.
std::vector<ByteRange> parts_of(const CarvedFile& file);

struct CarveOptions {
  std::vector<std::string> types = {};  // ids; empty: all
  // Headers are looked for at multiples of this; 0: of the view's sector size, at least 512.
  std::uint32_t step = 0;
  // Bytes; where a file breaks off, its other fragment is looked for at multiples of this. 0: files
  // in one piece only.
  std::uint32_t cluster = 4096;
  // Where file systems say how large their clusters are (cluster_areas()): there, instead of
  // `cluster`. Ascending.
  std::vector<ClusterArea> areas = {};
  std::uint64_t min_size = 0;
  std::uint64_t max_size = UINT64_MAX;
  // Only files that begin in one of these ranges of the view (ascending); empty: anywhere.
  std::vector<ByteRange> within = {};
  int threads = 0;
  Progress progress = {};
};

// Finds header hits in blocks of a pass; add consumer() to the view's stream, run the pass, then
// carve(). Files inside an already accepted complete file are not reported again.
class CarveScan {
 public:
  CarveScan(const View& view, CarveOptions options);
  ~CarveScan();
  Consumer consumer();
  // Sorted by offset; independent of options.threads. Errc::cancelled; Errc::limit when there are
  // more headers than memory should be spent on (2^24).
  Result<std::vector<CarvedFile>> carve();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Scan and carve in a pass of their own.
Result<std::vector<CarvedFile>> carve_view(const View& view, const CarveOptions& options);

// Writes one carved file to `path` (created; Errc::io when it exists), through a temporary name.
Status write_carved(const View& view, const CarvedFile& file, const std::string& path);

}  // namespace discern

#endif
