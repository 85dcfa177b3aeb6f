// SPDX-License-Identifier: Apache-2.0
// Q is 96 bits, one in each of a sector's subchannel symbols, most significant first:
//
//   0 control (4 bits) and ADR (4)      10 2  CRC-16 of bytes 0..9, inverted, big-endian
//   ADR 1: 1 track  2 index  3 3 time in the track  6 0  7 3 absolute time, all BCD
//   ADR 2: 1 7  catalogue number, 13 digits of 4 bits
//   ADR 3: 1 8  ISRC: 5 characters of 6 bits (0..9 digits, 17..42 letters), 2 bits, 7 digits of 4
//
// Nothing protects the subchannel of a read sector but this CRC, and drives deliver wrong frames
// often: one that fails is no damage, and one that holds says the truth.
#include "optical/subchannel.h"

#include <algorithm>
#include <map>

#include "optical/crc16.h"
#include "optical/user_data_source.h"

namespace discern {
namespace {

constexpr std::uint32_t kLooked = 150;

unsigned value(std::byte byte) { return std::to_integer<unsigned>(byte); }
bool is_bcd(unsigned byte) { return (byte & 15U) < 10 && byte < 0xA0; }
int decimal(unsigned byte) { return static_cast<int>((byte >> 4) * 10 + (byte & 15U)); }

std::optional<Lba> absolute(const QBytes& q) {
  for (std::size_t i = 7; i < 10; ++i)
    if (!is_bcd(value(q[i]))) return std::nullopt;
  const Msf msf{decimal(value(q[7])), decimal(value(q[8])), decimal(value(q[9]))};
  if (msf.second > 59 || msf.frame > 74) return std::nullopt;
  return to_lba(msf);
}

std::string catalog_of(const QBytes& q) {
  std::string text;
  for (std::size_t i = 0; i < 13; ++i) {
    const unsigned digit = value(q[1 + i / 2]) >> (i % 2 == 0 ? 4 : 0) & 15U;
    if (digit > 9) return {};
    text += static_cast<char>('0' + digit);
  }
  return text == "0000000000000" ? std::string() : text;
}

std::string isrc_of(const QBytes& q) {
  std::uint64_t bits = 0;
  for (std::size_t i = 1; i < 9; ++i) bits = bits << 8 | value(q[i]);
  std::string text;
  for (int i = 0; i < 5; ++i) {
    const auto code = static_cast<unsigned>(bits >> (58 - 6 * i) & 63U);
    if (code < 10)
      text += static_cast<char>('0' + code);
    else if (code >= 17 && code <= 42)
      text += static_cast<char>('A' + (code - 17));
    else
      return {};
  }
  for (int i = 0; i < 7; ++i) {
    const auto digit = static_cast<unsigned>(bits >> (28 - 4 * i) & 15U);
    if (digit > 9) return {};
    text += static_cast<char>('0' + digit);
  }
  return text == "000000000000" ? std::string() : text;
}

// Bytes of subchannel that each sector of the extent has, 0 for none.
std::uint64_t subchannel_size(const Extent& extent) {
  if (extent.gap || !extent.file) return 0;
  if (extent.planar_subchannel) return 96;
  if (extent.layout.subchannel < 0) return 0;
  return extent.layout.form == SubchannelForm::q16 ? 16 : 96;
}

SubchannelForm form_of(const Extent& extent) {
  return extent.planar_subchannel ? SubchannelForm::planar : extent.layout.form;
}

std::string_view words_of(SubchannelForm form) {
  switch (form) {
    case SubchannelForm::planar:
      return "P to W one after the other";
    case SubchannelForm::q16:
      return "Q, 16 bytes";
    case SubchannelForm::packed_rw:
      return "R to W, packed";
    default:
      return "P to W interleaved, P in bit 7";
  }
}

// What the frames of one track say.
struct Seen {
  int frames = 0;
  int good = 0;
  bool empty = true;  // Q is zeros: a subchannel that was not read
  std::string catalog = {};
  std::string isrc = {};
  std::optional<std::int64_t> wrong_lba = {};  // of the first sector whose Q tells another place
  QFrame wrong = {};
};

class Reader {
 public:
  explicit Reader(Image& image) : image_(image) {}

  void read() {
    std::vector<Extent> extents;
    for (const Session& session : image_.disc->sessions)
      for (const Track& track : session.tracks)
        extents.insert(extents.end(), track.extents.begin(), track.extents.end());
    const auto first =
        std::ranges::find_if(extents, [](const Extent& e) { return subchannel_size(e) > 0; });
    if (first == extents.end()) return;
    const std::uint64_t unit = subchannel_size(*first);
    const SubchannelForm form = form_of(*first);
    extents.erase(extents.begin(), first);
    const Lba begin = extents.front().first;
    image_.views.push_back(
        {.name = "subchannel",
         .sector_size = static_cast<std::uint32_t>(unit),
         .source = subchannel_source(with_gaps(extents, unit)),
         .first_lba = begin,
         .derivation = "subchannel of every sector as stored: " + std::string(words_of(form))});
    for (Session& session : image_.disc->sessions)
      for (Track& track : session.tracks) compare(track);
  }

 private:
  // One extent behind the other, without a break, as the view is addressed.
  static std::vector<Extent> with_gaps(const std::vector<Extent>& extents, std::uint64_t unit) {
    std::vector<Extent> result;
    for (Extent extent : extents) {
      if (!result.empty() && result.back().end() > extent.first) continue;
      if (!result.empty() && result.back().end() < extent.first)
        result.push_back(
            {.first = result.back().end(),
             .sectors = static_cast<std::uint32_t>(extent.first.value - result.back().end().value),
             .gap = true});
      if (subchannel_size(extent) != unit && (extent.file || extent.gap)) extent.gap = true;
      result.push_back(std::move(extent));
    }
    return result;
  }

  Seen look(const Track& track) const {
    Seen seen;
    for (const Extent& extent : track.extents) {
      const std::uint64_t unit = subchannel_size(extent);
      if (unit == 0 || extent.first < track.first) continue;
      const SourcePtr source = subchannel_source({extent});
      std::vector<std::byte> bytes(
          static_cast<std::size_t>(std::min(extent.sectors, kLooked) * unit));
      const ReadResult got = source->read(0, bytes);
      for (std::uint32_t i = 0; (i + 1) * unit <= got.bytes && seen.frames < int{kLooked}; ++i) {
        const auto q = q_channel(Bytes(bytes).subspan(i * unit, unit), form_of(extent));
        if (!q) continue;
        ++seen.frames;
        seen.empty = seen.empty && *q == QBytes{};
        note(track, extent.first.value + static_cast<std::int64_t>(i), decode_q(*q), seen);
      }
    }
    return seen;
  }

  static void note(const Track& track, std::int64_t lba, const QFrame& frame, Seen& seen) {
    if (!frame.crc_ok) return;
    ++seen.good;
    if (frame.adr == 2 && seen.catalog.empty()) seen.catalog = frame.catalog;
    if (frame.adr == 3 && seen.isrc.empty()) seen.isrc = frame.isrc;
    if (frame.adr != 1 || seen.wrong_lba) return;
    // Drives deliver Q one or two sectors early or late.
    const bool near = frame.lba && std::abs(frame.lba->value - lba) <= 2;
    if (near && (frame.track == track.number || lba < track.first.value + 2)) return;
    seen.wrong_lba = lba;
    seen.wrong = frame;
  }

  void report(const std::string& code, const Track& track, std::int64_t lba, std::string text,
              Severity severity = Severity::warning) {
    const std::string path = track.extents.empty() ? image_.path : image_.files.back().path();
    image_.findings.push_back(
        {"subchannel." + code, severity, {.file = path, .lba = lba}, std::move(text)});
  }

  void compare(Track& track) {
    const Seen seen = look(track);
    const std::string name = "track " + std::to_string(track.number);
    if (seen.frames > 0 && seen.good == 0)
      report("unreadable", track, track.first.value,
             "Q of the first " + std::to_string(seen.frames) + " sectors of " + name +
                 (seen.empty ? " is zeros: the subchannel was not read"
                             : " has no frame with a right CRC"),
             seen.empty ? Severity::note : Severity::warning);
    std::string& catalog = image_.disc->catalog;
    if (catalog.empty()) catalog = seen.catalog;
    if (!seen.catalog.empty() && seen.catalog != catalog)
      report("catalog", track, track.first.value,
             "the subchannel says catalogue number " + seen.catalog + ", not " + catalog);
    if (track.isrc.empty()) track.isrc = seen.isrc;
    if (!seen.isrc.empty() && seen.isrc != track.isrc)
      report("isrc", track, track.first.value,
             "the subchannel of " + name + " says ISRC " + seen.isrc + ", not " + track.isrc);
    if (seen.wrong_lba)
      report("position", track, *seen.wrong_lba,
             "the subchannel says track " + std::to_string(seen.wrong.track) + " at LBA " +
                 (seen.wrong.lba ? std::to_string(seen.wrong.lba->value) : "?") + ", the image " +
                 name + " at LBA " + std::to_string(*seen.wrong_lba));
  }

  Image& image_;
};

}  // namespace

std::optional<QBytes> q_channel(Bytes stored, SubchannelForm form) {
  QBytes q{};
  const std::size_t size = form == SubchannelForm::q16 ? 12 : 96;
  if (stored.size() < size || form == SubchannelForm::none || form == SubchannelForm::packed_rw)
    return std::nullopt;
  if (form == SubchannelForm::interleaved) {
    for (std::size_t i = 0; i < 96; ++i)
      q[i / 8] |= static_cast<std::byte>((value(stored[i]) >> 6 & 1U) << (7 - i % 8));
    return q;
  }
  const Bytes found = stored.subspan(form == SubchannelForm::planar ? 12 : 0, 12);
  std::ranges::copy(found, q.begin());
  return q;
}

QFrame decode_q(const QBytes& q) {
  QFrame frame;
  const auto stored = static_cast<std::uint16_t>(value(q[10]) << 8 | value(q[11]));
  frame.crc_ok = static_cast<std::uint16_t>(~crc16(Bytes(q).first(10))) == stored;
  frame.control = static_cast<int>(value(q[0]) >> 4);
  frame.adr = static_cast<int>(value(q[0]) & 15U);
  if (frame.adr == 1) {
    frame.track = decimal(value(q[1]));
    frame.index = decimal(value(q[2]));
    frame.lba = absolute(q);
  }
  if (frame.adr == 2) frame.catalog = catalog_of(q);
  if (frame.adr == 3) frame.isrc = isrc_of(q);
  return frame;
}

void add_subchannel(Image& image) {
  if (image.disc && !image.files.empty()) Reader(image).read();
}

}  // namespace discern
