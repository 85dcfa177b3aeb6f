// SPDX-License-Identifier: Apache-2.0
// Samples of other programs: opened, inflated, walked, carved, and written as other formats.
#include <algorithm>
#include <fstream>
#include <memory>

#include "discern/carve.h"
#include "discern/convert.h"
#include "discern/filesystem.h"
#include "discern/image.h"
#include "discern/pass.h"
#include "discern/sector.h"
#include "discern/timeline.h"
#include "discern/tsk_image.h"
#include "discern/tsk_walk.h"
#include "examination.h"
#include "known_answers.h"

namespace discern::cli {
namespace {

constexpr std::string_view kGifSha256 =
    "6adc3d4c1056996e4e8b765a62604c78b1f867cceb3b15d0b9bedb7c4857f992";

Outcome refused() { return {Outcome::Verdict::incomplete, "no temporary file can be written"}; }
Outcome failed_by(const Error& error) { return failed_because(describe(error)); }

std::string sha256_of(const ByteSource& source) {
  const auto bytes = read_exactly(source, 0, source.size());
  return bytes ? hex_digest(Algorithm::sha256, *bytes) : describe(bytes.error());
}

// The sample as an image; `work` sees it while it is open.
template <class Work>
Outcome with_sample(const std::string& scratch, const std::vector<std::byte>& sample,
                    const Work& work) {
  const std::string path = scratch + "/sample.imz";
  if (!write_sample(path, sample)) return refused();
  const auto image = open_image(path);
  return image ? work(*image) : failed_by(image.error());
}

Outcome imz(const std::string& scratch) {
  return with_sample(scratch, packed_floppy(), [](const Image& image) {
    if (image.format != "imz") return failed_because("taken for " + image.format);
    return compare(kFloppySha256, sha256_of(*image.main_view().source), "163840 bytes inflated");
  });
}

Outcome raw_cd(const std::string& scratch) {
  return with_sample(scratch, packed_disc(), [&](const Image& iso) {
    const auto user = read_exactly(*iso.main_view().source, 0, iso.main_view().source->size());
    if (!user) return failed_by(user.error());
    std::vector<std::byte> sectors;
    for (std::size_t at = 0; at < user->size(); at += kUserSector) {
      const Lba lba{static_cast<std::int32_t>(at / kUserSector)};
      const RawSector sector = build_sector(SectorMode::mode1, lba, Bytes(*user).subspan(at));
      sectors.insert(sectors.end(), sector.begin(), sector.end());
    }
    const std::string path = scratch + "/disc.bin";
    if (!write_sample(path, sectors)) return refused();
    const auto disc = open_image(path);
    if (!disc) return failed_by(disc.error());
    if (disc->format != "raw_cd") return failed_because("taken for " + disc->format);
    return compare(kDiscSha256, sha256_of(*disc->find_view("data")->source), "35 sectors");
  });
}

Outcome e01(const std::string& scratch) {
  return with_sample(scratch, packed_floppy(), [&](const Image& image) {
    const std::string path = scratch + "/floppy.E01";
    const auto done = convert(image, image.main_view(), *find_output_format("e01"), path, {});
    if (!done) return done.error().code == Errc::io ? refused() : failed_by(done.error());
    const auto written = open_image(path);
    if (!written) return failed_by(written.error());
    if (written->stored_digests.empty()) return failed_because("no digest is stored in it");
    return compare(kFloppySha256, sha256_of(*written->main_view().source),
                   "written, and read back");
  });
}

std::string line_of(const Entry& entry, const View& view) {
  std::string line = std::string(name_of(entry.state)) + " " + show_name(entry.path).text;
  const auto modified = std::ranges::find(entry.times, TimeKind::modified, &EntryTime::kind);
  if (modified != entry.times.end())
    line += " " + format_time(modified->time_ns, modified->precision, modified->zone);
  static constexpr Algorithm kAlgorithm[] = {Algorithm::crc32};
  const DigestSet digests = hash_entry(entry, view, kAlgorithm);
  if (const std::string* crc = digests.find(Algorithm::crc32)) line += " " + *crc;
  return line + "\n";
}

// CRC-32 by python3's zlib. FAT times have no zone.
constexpr std::string_view kFloppyFiles =
    "allocated /minutes.txt 1998-03-14T15:09:26 e84c850e\n"
    "allocated /dot.gif 1998-03-14T15:09:26 f635af8d\n"
    "deleted /_ecret.txt 1998-03-14T15:09:26 e5a2bac5\n";
constexpr std::string_view kDiscFiles =
    "allocated /dot.gif 1998-03-14T15:09:26Z f635af8d\n"
    "allocated /minutes.txt 1998-03-14T15:09:26Z e84c850e\n";

Outcome walk_ours(const Image& image, std::string_view expected) {
  if (image.volumes.empty()) return failed_because("no file system was found");
  const Walker* const walker = find_walker(image.volumes.front().filesystem);
  if (!walker) return failed_because("no walker for " + image.volumes.front().filesystem);
  const View& view = image.main_view();
  std::string listed;
  Findings findings;
  const Status walked = walker->walk(
      {view, image.volumes.front()},
      [&](Entry&& entry) {
        if (entry.type == 'r') listed += line_of(entry, view);
        return true;
      },
      findings);
  if (!walked) return failed_by(walked.error());
  return compare(expected, listed, "names, times, content");
}

Outcome fat12(const std::string& scratch) {
  return with_sample(scratch, packed_floppy(),
                     [](const Image& image) { return walk_ours(image, kFloppyFiles); });
}

Outcome iso9660(const std::string& scratch) {
  return with_sample(scratch, packed_disc(),
                     [](const Image& image) { return walk_ours(image, kDiscFiles); });
}

Outcome libtsk(const std::string& scratch) {
  use_utc();
  const std::string path = scratch + "/tsk.imz";
  if (!write_sample(path, packed_floppy())) return refused();
  auto opened = open_image(path);
  if (!opened) return failed_by(opened.error());
  const auto image = std::make_shared<const Image>(std::move(*opened));
  auto handle = open_tsk_image(image, image->main_view());
  if (!handle) return failed_by(handle.error());
  std::string listed;
  Findings findings;
  const Status walked = walk_file_systems(
      *handle, {},
      [&](Entry&& entry) {
        if (entry.type == 'r') listed += line_of(entry, image->main_view());
        return true;
      },
      findings);
  if (!walked) return failed_by(walked.error());
  return compare(kFloppyFiles, listed, "libtsk " + tsk_version() + " lists the same files");
}

Outcome carving(const std::string& scratch) {
  return with_sample(scratch, packed_floppy(), [](const Image& image) {
    const auto carved = carve_view(image.main_view(), {});
    if (!carved) return failed_by(carved.error());
    if (carved->size() != 1 || carved->front().type != "gif")
      return failed_because(std::to_string(carved->size()) +
                            " files were found instead of one GIF");
    return compare(kGifSha256, carved->front().sha256, "one GIF among 320 sectors");
  });
}

}  // namespace

bool write_sample(const std::string& path, const std::vector<std::byte>& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  return out.good();
}

std::vector<KnownAnswer> image_answers() {
  return {{"image:imz", "mkfs.fat, mtools, zip", imz},
          {"image:raw_cd", "xorriso; ECMA-130", raw_cd},
          {"image:ewf", "libewf", e01},
          {"walk:fat12", "mkfs.fat, mtools", fat12},
          {"walk:iso9660", "xorriso", iso9660},
          {"walk:libtsk", "mkfs.fat, mtools", libtsk},
          {"carve:gif", "sha256sum", carving}};
}

}  // namespace discern::cli
