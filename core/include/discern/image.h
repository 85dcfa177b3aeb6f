// SPDX-License-Identifier: Apache-2.0
// The opened evidence: which format, which files, which views of the medium, what is odd.
#ifndef DISCERN_IMAGE_H
#define DISCERN_IMAGE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discern/disc.h"
#include "discern/finding.h"
#include "discern/result.h"
#include "discern/source.h"

namespace discern {

// A file as found. role: "image", "segment", "descriptor", "subchannel", "map" (of ddrescue), "log"
// (of an imaging program).
struct EvidenceFile {
  std::string role;
  std::shared_ptr<const MappedFile> source;
  const std::string& path() const { return source->facts().path; }
  std::string name() const;  // path without its folder
};

// A named, byte-addressed sequence of the medium. media: the whole medium. On discs raw, data,
// session N, track N, repaired. On disks, where they are not the whole medium, parts of it:
//   volume N         the N-th of Image::volumes, from 1, as far as it is there
//   slack N          bytes of volume N (or of a medium without partitions) behind the end of its
//                    file system
//   unpartitioned N  the N-th area, from 1, that no volume claims
//   tail             bytes behind the last whole sector
//   overlay          media with a boot sector that readers need, where the one found is unusable
// `sector_size` is the unit in which `source` is addressed. On discs
// `first_lba` is the LBA of byte 0. `derivation` says in words how the bytes were made from
// the evidence files; empty when they are the file's own.
struct View {
  std::string name;
  std::uint32_t sector_size = 512;
  SourcePtr source = {};
  std::optional<Lba> first_lba = {};
  std::string derivation = {};
  std::vector<ByteRange> holes = {};  // ranges that the medium leaves empty: zeros by definition
  // Ranges (ascending, apart from each other) that could not be read when the image was made: the
  // bytes are part of it, and of its stored digests, but not of the medium.
  std::vector<ByteRange> fillers = {};
};

struct Geometry {
  std::uint32_t cylinders = 0;
  std::uint32_t heads = 0;
  std::uint32_t sectors_per_track = 0;
  std::uint32_t bytes_per_sector = 0;
};

// Consecutive sectors of the default view that a partition entry, a boot sector or a volume
// descriptor claims. start and size in bytes. type: "superfloppy", "mbr 0x06", "gpt <guid>",
// "disc". filesystem: "fat12", "fat16", "fat32", "iso9660", "udf", "ext", "ntfs", "hfs+", ... or
// empty.
struct Volume {
  std::uint64_t start = 0;
  std::uint64_t size = 0;
  std::string type;
  std::string filesystem;
  std::uint64_t filesystem_size = 0;  // bytes that the file system claims; 0: it does not say
};

// Bytes that prove a verdict: of the probe, or on volumes, file systems and geometry. `offset`
// counts in `file`; where the bytes stand in no file as they are (inflated), in view `view` of it.
struct Proof {
  std::string file;
  std::uint64_t offset = 0;
  std::vector<std::byte> value;
  std::string meaning;  // "ZIP local file header"
  std::string view = {};
};

// A digest or checksum that the evidence itself carries. `object` and `algorithm` as in `hash`
// output ("view:media", "crc32"); `value` lower-case hex; `origin` says where it stands.
struct StoredDigest {
  std::string object;
  std::string algorithm;
  std::string value;
  std::string origin;
};

struct Image {
  std::string path;    // as given
  std::string format;  // id of a row of formats()
  std::vector<EvidenceFile> files = {};
  std::vector<View> views = {};  // the first one is where file systems are looked for
  std::optional<Geometry> geometry = {};
  std::optional<Disc> disc = {};
  std::vector<Volume> volumes = {};  // of the first view
  std::vector<Proof> proofs = {};
  std::vector<StoredDigest> stored_digests = {};
  Findings findings = {};

  const View* find_view(std::string_view name) const;
  const View& main_view() const { return views.front(); }
  // Where programs that insist on a good boot sector look for file systems: overlay, else the
  // first.
  const View& file_system_view() const;
};

// ---- opening ------------------------------------------------------------------------

struct OpenOptions {
  std::string format = {};  // id of a row; empty: decide by content
  std::string entry = {};   // name of the entry of an archive that has several
  // Where the restart points of large compressed payloads are kept for the next time; empty:
  // nowhere. Points hold 32 KiB of each 400 KiB of payload. Never the folder of the evidence.
  std::string cache_folder = {};
  std::string password = {};  // of an encrypted archive; never part of any output
  bool repaired = false;      // of discs: with the view `repaired`
};

// `disc.cue#session=2` -> path `disc.cue`, view "session 2"; `#track=3` -> "track 3"; `#view=raw`
// -> "raw". A file that exists under the whole name, `#` included, is taken as it is.
struct ImageName {
  std::string path;
  std::string view;  // empty: the main view
};
ImageName parse_image_name(const std::string& name);

// The first line of a file, without its end: a password.
//
// Errc::missing  no such file, or an empty line
// Errc::limit    a line of more than 4096 bytes
Result<std::string> read_password_file(const std::string& path);

// Opens evidence. The extension only breaks ties between formats whose content fits equally;
// its disagreement with the content is a finding. Reads headers only, except that small
// compressed payloads are inflated.
//
// Errc::missing      no such file; no password for an encrypted archive, or a wrong one
// Errc::io           the system refused
// Errc::not_this     with options.format: the content is not that
// Errc::unsupported  recognised as something that is not read; `text` names it
// Errc::corrupt      recognised, but nothing of it can be delivered; empty files
// Errc::ambiguous    an archive with several images, none chosen by options.entry
Result<Image> open_image(const std::string& path, const OpenOptions& options = {});

// ---- the format table ------------------------------------------------------------------

enum class Fit {
  none,
  weak,
  likely,
  strong
};  // weak: nothing speaks against it (raw); likely: the files' names and sizes; strong: a
    // signature

struct Probed {
  Fit fit = Fit::none;
  std::vector<Proof> proofs = {};
};

struct ProbeInput {
  const std::string& path;
  SourcePtr source;  // the file named on the command line
  Bytes head;        // its first up to 64 KiB, unreadable parts as zeros
};

// One row per format: everything about a format iterates this table (probing, `discern formats`,
// `-i`, the names that TSK tools show, the fuzz targets, the conformance test).
struct Format {
  std::string_view id;          // "imz"
  std::string_view name;        // "WinImage compressed floppy image (ZIP or gzip)"
  std::string_view extensions;  // "imz ima"; lower case, separated by blanks
  Probed (*probe)(const ProbeInput& input);
  Result<Image> (*open)(std::shared_ptr<const MappedFile> file, const OpenOptions& options);
};
std::span<const Format> formats();
const Format* find_format(std::string_view id);

}  // namespace discern

#endif
