// SPDX-License-Identifier: Apache-2.0
// References: what sum files, imaging programs and catalogues say that bytes must hash to.
#ifndef DISCERN_REFERENCE_H
#define DISCERN_REFERENCE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/pass.h"
#include "discern/result.h"
#include "discern/verify.h"

namespace discern {

// One expected digest. `algorithm` has discern's name where it computes it ("sha1"), otherwise the
// file's ("whirlpool"); `value` is lower-case hex.
struct Reference {
  // file: of the file called `name`. medium: of the bytes of the device that was imaged. track: of
  // the stored sectors of track `track`, its pregap included. any: of something of the image.
  enum class Of { file, medium, track, any };
  Of of = Of::file;
  std::string algorithm;
  std::string value;
  std::string name = {};  // as spelled there, with its path; empty: of the file it lies beside
  int track = 0;
  std::optional<std::uint64_t> size = {};  // of the bytes in all, when it is told
  std::optional<ByteRange> range = {};     // of a piece of them
  std::string file = {};                   // where it stands; empty: typed in
  std::uint32_t line = 0;
};

// One row per kind of file. `probe` looks at the first 64 KiB and the file's name.
struct ReferenceReader {
  std::string_view id;    // "hashdeep"
  std::string_view name;  // "hashdeep or md5deep list"
  bool (*probe)(std::string_view head, std::string_view file_name);
  // Lines that are none of the format's are left out; the fuzz target runs each reader on any text.
  std::vector<Reference> (*parse)(std::string_view text, const std::string& path);
};
std::span<const ReferenceReader> reference_readers();

struct ReferenceFile {
  std::string path;
  std::string_view reader;  // name of the row
  std::vector<Reference> references;
};

// Errc::missing, Errc::io; Errc::limit above 256 MiB; Errc::not_this when no row knows the file,
// or it has no digest.
Result<ReferenceFile> read_reference_file(const std::string& path);

// "sha256:0123..." Errc::corrupt says what is wrong with it.
Result<Reference> parse_expectation(std::string_view text);

// Files beside the image that are called like sums of it (disk.img.md5, disk.txt, SHA256SUMS, a
// BagIt manifest ...) and that a row knows. One that cannot be read has no reader.
std::vector<ReferenceFile> find_reference_files(const Image& image);

// ---- comparing -----------------------------------------------------------------------------

// The references that are about an image, bound to its objects. Add its consumers before the pass,
// compare after it.
class References {
 public:
  // `given`: a person named the file for this image; a file that tells of one thing only then is
  // about the image whatever the name in it.
  void add(const Image& image, const ReferenceFile& file, bool given);
  void add(const Image& image, const Reference& typed_in);

  // Algorithms that discern computes and that whole objects need.
  std::vector<Algorithm> algorithms() const;
  // Whether one of them is, or may be, about this object.
  bool concern(std::string_view object) const;
  // Consumers for pieces.
  void add_consumers(HashJob& job);
  // One row per reference; of pieces one row per file and algorithm that counts them, and one for
  // each of the first 1000 that differ.
  std::vector<Verification> compare(const std::vector<DigestSet>& computed);
  // reference.not-about-this for files that were given and tell nothing of the image.
  Findings findings() const { return findings_; }

  struct Bound;
  struct Pieces;

 private:
  void bind(const Image& image, const Reference& reference, std::string_view origin, bool any_name,
            bool& used);
  std::vector<std::shared_ptr<Bound>> bound_;
  std::vector<std::shared_ptr<Pieces>> pieces_;
  Findings findings_;
};

}  // namespace discern

#endif
