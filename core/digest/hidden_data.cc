// SPDX-License-Identifier: Apache-2.0
// What a disc holds outside of the sectors' user data, and behind the file system's end.
#include <algorithm>
#include <array>
#include <map>

#include "discern/sector.h"
#include "discern/verify.h"
#include "optical/rw_packs.h"

namespace discern {
namespace {

constexpr std::size_t kSubchannel = 96;

struct Found {
  std::uint64_t sectors = 0;
  Place first = {};
  void add(const ByteSource& source, std::uint64_t offset, std::optional<std::int64_t> lba) {
    if (sectors++ > 0) return;
    const Location place = source.locate(offset);
    first = {.file = std::string(place.file), .offset = place.offset, .lba = lba};
  }
};

struct Subchannels {
  SourcePtr file;
  std::uint64_t offset = 0;
  std::uint64_t step = kSubchannel;
  SubchannelForm form = SubchannelForm::planar;
};

std::optional<Subchannels> subchannels_of(const Extent& extent) {
  const SectorLayout& layout = extent.layout;
  if (extent.planar_subchannel)
    return Subchannels{extent.planar_subchannel, extent.subchannel_offset};
  const bool whole = layout.form != SubchannelForm::none && layout.form != SubchannelForm::q16;
  if (!extent.file || layout.subchannel < 0 || !whole) return std::nullopt;
  return Subchannels{extent.file,
                     extent.file_offset + static_cast<std::uint64_t>(layout.subchannel),
                     layout.stored, layout.form};
}

struct SubchannelContent {
  Found found = {};
  std::uint64_t packs = 0;                          // with content and right parity
  std::map<std::string_view, std::uint64_t> kinds;  // of these
};

SubchannelContent subchannel_content(const Image& image) {
  SubchannelContent content;
  std::array<std::byte, kSubchannel> bytes;
  std::vector<RwPack> packs;
  RwPackReader reader;
  std::optional<std::int64_t> next;
  for (const Session& session : image.disc->sessions)
    for (const Track& track : session.tracks)
      for (const Extent& extent : track.extents) {
        const auto where = subchannels_of(extent);
        for (std::uint32_t i = 0; where && i < extent.sectors; ++i) {
          const std::uint64_t at = where->offset + i * where->step;
          const ReadResult got = where->file->read(at, bytes);
          if (got.bytes < bytes.size()) break;
          const auto symbols = rw_symbols(bytes, where->form);
          if (!got.complete() || !symbols) continue;
          const std::int64_t lba = std::int64_t{extent.first.value} + i;
          if (next && *next != lba) reader.restart();
          next = lba + 1;
          reader.add(*symbols, packs);
          if (std::ranges::any_of(*symbols, [](std::uint8_t symbol) { return symbol != 0; }))
            content.found.add(*where->file, at, lba);
          content.packs += packs.size();
          for (const RwPack& pack : packs) ++content.kinds[kind_of_pack(pack)];
          packs.clear();
        }
      }
  return content;
}

std::string words_of(const SubchannelContent& content) {
  std::string text = std::to_string(content.found.sectors) +
                     " sectors have content in subchannels R to W; view subchannel has it. ";
  if (content.packs == 0) return text + "None of it is a pack with right parity";
  std::string kinds;
  for (const auto& [kind, count] : content.kinds)
    kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " of " +
             (kind.empty() ? "no known kind" : std::string(kind));
  return text + std::to_string(content.packs) + " packs have right parity: " + kinds;
}

Found behind_file_system(const Image& image, const Progress& progress) {
  Found found;
  const View* data = image.find_view("data");
  if (!data || data != &image.main_view()) return found;
  std::uint64_t from = 0;
  for (const Volume& volume : image.volumes) {
    if (volume.filesystem.empty() || volume.start > data->source->size()) return found;
    const std::uint64_t size = volume.filesystem_size ? volume.filesystem_size : volume.size;
    if (size > data->source->size() - volume.start) return found;
    from = std::max(from, volume.start + size);
  }
  if (from == 0) return found;
  // Later sessions have file systems of their own.
  const std::int64_t end = image.disc->sessions.front().end().value;
  const std::uint64_t to = std::min<std::uint64_t>(
      data->source->size(),
      static_cast<std::uint64_t>(std::max<std::int64_t>(end, 0)) * kUserSector);
  std::array<std::byte, kUserSector> sector;
  for (std::uint64_t at = (from + kUserSector - 1) / kUserSector * kUserSector; at < to;
       at += kUserSector) {
    if (at % (kUserSector * 4096) == 0 && progress && !progress("reading", at, to)) return found;
    const ReadResult got = data->source->read(at, sector);
    const bool content = std::ranges::any_of(Bytes(sector).first(got.bytes),
                                             [](std::byte b) { return b != std::byte{0}; });
    if (got.complete() && content)
      found.add(*data->source, at, static_cast<std::int64_t>(at / kUserSector));
  }
  return found;
}

}  // namespace

Findings hidden_data(const Image& image, const Progress& progress) {
  Findings findings;
  if (!image.disc || image.disc->sessions.empty()) return findings;
  if (const SubchannelContent content = subchannel_content(image); content.found.sectors > 0)
    findings.push_back(
        {"disc.subchannel-content", Severity::note, content.found.first, words_of(content)});
  if (const Found found = behind_file_system(image, progress); found.sectors > 0)
    findings.push_back({"disc.data-behind-file-system", Severity::warning, found.first,
                        std::to_string(found.sectors) +
                            " sectors behind the end of the file system hold data; the first one "
                            "is LBA " +
                            std::to_string(found.first.lba.value_or(0))});
  return findings;
}

}  // namespace discern
