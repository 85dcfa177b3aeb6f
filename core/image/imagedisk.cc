// SPDX-License-Identifier: Apache-2.0
// ImageDisk (.IMD): the sectors of a soft-sectored floppy with all that the controller said of
// them.
//
//   "IMD 1.18: 29/11/2012 18:47:12" CR LF, comment text, 1A; then tracks up to the end:
//
//   0 mode (0..2 FM, 3..5 MFM at 500, 300, 250 kbit/s)   1 cylinder
//   2 head (bit 0), bit 6: head map, bit 7: cylinder map  3 number of sectors, n
//   4 size code: 128 << code bytes; FF: table of sizes
//   n sector ids, in the order of the track; then n cylinder ids and n head ids if flagged, and
//   n LE16 sizes if the size code is FF; then n records:
//
//   00 no data            01 data            02 one byte that fills the sector
//   03, 04 the same of a sector with the deleted-data mark
//   05, 06 the same of a sector with a data error, 07, 08 of one with both
//
// Source: Dave Dunfield, IMD.TXT (ImageDisk 1.18, 2012), chapter 6.
#include "image/imagedisk.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "image/floppy_tracks.h"
#include "image/format_rows.h"

namespace discern {
namespace {

constexpr std::size_t kLongestComment = 64 << 10;  // a bound of ours
constexpr std::uint64_t kLargestFile = kMostFloppyImageBytes;
constexpr std::uint8_t kOwnSizes = 0xFF;

bool has_signature(Bytes head) {
  const auto version = slice(head, 4, 2);
  return has_text_at(head, 0, "IMD ") && version && as_text(*version)[0] >= '0' &&
         as_text(*version)[0] <= '9' && as_text(*version)[1] == '.';
}

class Reader {
 public:
  Reader(SourcePtr file, Bytes bytes, std::size_t at)
      : file_(std::move(file)), bytes_(bytes), at_(at) {}

  // Adds tracks until the end or a cut; false at the latter.
  bool read_tracks(std::vector<FloppyTrack>& tracks) {
    while (at_ < bytes_.size())
      if (!read_track(tracks)) return false;
    return true;
  }
  std::uint64_t offset() const { return at_; }
  bool too_large() const {
    return filled_ > kMostFloppyImageBytes || sectors_ > kMostFloppySectors;
  }

 private:
  std::optional<Bytes> take(std::size_t length) {
    const auto part = slice(bytes_, at_, length);
    if (part) at_ += length;
    return part;
  }

  static std::uint8_t byte(Bytes bytes, std::size_t index) {
    return std::to_integer<std::uint8_t>(bytes[index]);
  }

  bool read_track(std::vector<FloppyTrack>& tracks) {
    const std::size_t start = at_;
    const auto header = take(5);
    if (!header) return false;
    const std::uint8_t head = byte(*header, 2);
    const std::size_t count = byte(*header, 3);
    const std::uint8_t code = byte(*header, 4);
    if (byte(*header, 0) > 5 || (head & 0x3F) > 1 || (code > 6 && code != kOwnSizes)) {
      at_ = start;
      return false;
    }
    FloppyTrack track{byte(*header, 1), head & 0x3FU};
    const auto ids = take(count);
    const auto cylinder_ids = head & 0x80 ? take(count) : std::optional<Bytes>();
    const auto head_ids = head & 0x40 ? take(count) : std::optional<Bytes>();
    const auto sizes = code == kOwnSizes ? take(2 * count) : std::optional<Bytes>();
    if (!ids || (head & 0x80 && !cylinder_ids) || (head & 0x40 && !head_ids) ||
        (code == kOwnSizes && !sizes))
      return false;
    bool whole = true;
    for (std::size_t i = 0; i < count; ++i) {
      FloppySector sector{byte(*ids, i)};
      sector.size = sizes ? byte(*sizes, 2 * i) | std::uint32_t{byte(*sizes, 2 * i + 1)} << 8
                          : std::uint32_t{128} << code;
      if (sector.size == 0) {
        at_ = start;
        return false;
      }
      sector.id_elsewhere = (cylinder_ids && byte(*cylinder_ids, i) != track.cylinder) ||
                            (head_ids && byte(*head_ids, i) != track.head);
      sector.offset = at_;
      // The ids of a track that was cut tell which sectors are missing.
      whole = whole && read_record(sector);
      track.sectors.push_back(std::move(sector));
    }
    sectors_ += count + 1;  // an empty track costs as well
    tracks.push_back(std::move(track));
    return whole && !too_large();
  }

  bool read_record(FloppySector& sector) {
    const auto kind = take(1);
    if (!kind || byte(*kind, 0) > 8) return false;
    if (byte(*kind, 0) == 0) return true;
    const unsigned bits = byte(*kind, 0) - 1U;  // 1: filled, 2: deleted, 4: error
    const std::size_t at = at_;
    const auto data = take(bits & 1 ? 1 : sector.size);
    if (!data) return false;
    sector.deleted = (bits & 2) != 0;
    sector.data_error = (bits & 4) != 0;
    if (bits & 1) {
      filled_ += sector.size;
      sector.data = memory_source(std::vector<std::byte>(sector.size, data->front()),
                                  file_->size() > 0 ? std::string(file_->locate(0).file) : "");
    } else {
      sector.data = window_source(file_, at, sector.size);
    }
    return true;
  }

  SourcePtr file_;
  Bytes bytes_;
  std::size_t at_;
  std::uint64_t filled_ = 0;
  std::size_t sectors_ = 0;
};

Probed probe(const ProbeInput& input) {
  if (!has_signature(input.head)) return {};
  const auto magic = Bytes(input.head).first(6);
  return {.fit = Fit::strong,
          .proofs = {{input.path, 0, {magic.begin(), magic.end()}, "ImageDisk header"}}};
}

Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  auto image = open_imagedisk(file, file->facts().path);
  if (image) image->files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

Result<Image> open_imagedisk(const SourcePtr& file, const std::string& path) {
  if (file->size() > kLargestFile) return Error{Errc::limit, "too large for a floppy", path};
  const auto bytes = read_exactly(*file, 0, file->size());
  if (!bytes) return bytes.error();
  if (!has_signature(*bytes)) return Error{Errc::not_this, "no ImageDisk header", path};
  const auto text = as_text(*bytes).substr(0, kLongestComment);
  const std::size_t end = text.find('\x1A');
  if (end == std::string_view::npos)
    return Error{Errc::corrupt, "the ImageDisk comment has no end", path, text.size()};

  Image image;
  image.findings.push_back({"imd.comment", Severity::note, Place{.file = path, .offset = 0},
                            "ImageDisk header and comment: " + std::string(text.substr(0, end))});
  Reader reader(file, *bytes, end + 1);
  std::vector<FloppyTrack> tracks;
  const bool whole = reader.read_tracks(tracks);
  if (reader.too_large()) return Error{Errc::limit, "more data than any floppy holds", path};
  if (tracks.empty())
    return Error{Errc::corrupt, "the ImageDisk file has no track", path, reader.offset()};
  if (!whole)
    image.findings.push_back(
        {"imd.cut", Severity::damage, Place{.file = path, .offset = reader.offset()},
         "the ImageDisk file ends, or has no track or sector record, where one "
         "should be; what stands before it is delivered"});
  const Status done =
      add_flat_view(image, std::move(tracks), path, "sectors of an ImageDisk file, in order");
  if (!done) return done.error();
  return image;
}

constinit const Format kImageDisk = {
    .id = "imd",
    .name = "ImageDisk floppy image",
    .extensions = "imd",
    .probe = probe,
    .open = open,
};

}  // namespace discern
