// SPDX-License-Identifier: Apache-2.0
// Optical discs: addresses, sector layouts, sessions, tracks (ECMA-130, MMC, Red Book words).
#ifndef DISCERN_DISC_H
#define DISCERN_DISC_H

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/source.h"

namespace discern {

// Logical block address on a disc; 0 is MSF 00:02:00. Negative in the first pregap and lead-in.
struct Lba {
  std::int32_t value = 0;
  auto operator<=>(const Lba&) const = default;
};

// Minute, second, frame (75 a second) as decimal numbers, not BCD.
struct Msf {
  int minute = 0;
  int second = 0;
  int frame = 0;
  auto operator<=>(const Msf&) const = default;
};

// Absolute time as in sector headers: 00:02:00 <-> 0. Minutes from 90 on are negative addresses.
// Each other's inverse for -45150 <= LBA < 404850; lower ones give 90:00:00, higher ones minutes
// that no header can hold.
Lba to_lba(Msf absolute);
Msf to_msf(Lba lba);

enum class SectorMode {
  unknown,      // no sync, or a mode byte no standard has
  audio,        // CD-DA: 2352 bytes of samples
  mode0,        // 2336 zeros
  mode1,        // 2048 user bytes, EDC, P/Q
  mode2,        // formless: 2336 user bytes
  mode2_form1,  // XA: subheader, 2048 user bytes, EDC, P/Q
  mode2_form2,  // XA: subheader, 2324 user bytes, optional EDC
  dvd,          // ECMA-267: ID, 2048 user bytes, EDC
};
std::string_view name_of(SectorMode mode);  // "mode2_form1"

// How the subchannels P to W of a sector are stored.
enum class SubchannelForm {
  none,
  interleaved,  // 96 bytes, each with one bit of every channel: P in bit 7 to W in bit 0 (MMC, raw)
  planar,       // 12 bytes of P, 12 of Q, ... 12 of W (CloneCD)
  q16,          // 12 bytes of Q, 3 of filling, one with P in bit 7 (MMC, formatted Q)
  packed_rw,    // 96 bytes of R to W as the drive decoded them: no P and Q
};

// Bytes of one stored sector and where its parts lie in it. Offsets are from the stored sector's
// start; an absent part has offset -1.
struct SectorLayout {
  std::uint32_t stored = 2352;  // bytes per stored sector, subchannel included
  std::int32_t sync = 0;        // 12 bytes
  std::int32_t header = 12;     // 4 bytes: MSF in BCD, mode
  std::int32_t subheader = -1;  // 8 bytes (XA)
  std::int32_t user = 16;       // user data
  std::uint32_t user_size = 2048;
  std::int32_t c2 = -1;          // 294 or 296 bytes: one bit for each byte that the drive doubts
  std::int32_t subchannel = -1;  // 16 (Q16) or 96 bytes, behind the main channel
  SubchannelForm form = SubchannelForm::none;  // of `subchannel`
  bool scrambled = false;                      // bytes 12..2351 XORed as in ECMA-130 Annex B
  bool operator==(const SectorLayout&) const = default;
};

// Consecutive sectors stored in one file with one layout. `file` is null where the disc has
// sectors but the image has none: `gap` tells a range that the disc's format leaves empty
// (pregap not stored, space between sessions) from evidence that is missing.
struct Extent {
  Lba first = {};
  std::uint32_t sectors = 0;
  SourcePtr file = nullptr;
  std::uint64_t file_offset = 0;
  SectorLayout layout = {};
  SectorMode mode = SectorMode::unknown;
  bool gap = false;
  // 96 bytes a sector in a file of their own (CloneCD's .sub, planar), from this offset on.
  SourcePtr planar_subchannel = nullptr;
  std::uint64_t subchannel_offset = 0;
  Lba end() const {
    return {static_cast<std::int32_t>(first.value + static_cast<std::int64_t>(sectors))};
  }
};

struct Track {
  int number = 1;  // 1..99
  SectorMode mode = SectorMode::unknown;
  Lba first = {};                 // INDEX 01
  std::uint32_t sectors = 0;      // from `first` to the track's end, pregap not counted
  std::uint32_t pregap = 0;       // sectors before `first` that belong to the track
  bool pregap_stored = false;     // the pregap's sectors are in the file
  std::vector<Lba> indexes = {};  // INDEX 02 on
  std::string isrc = {};
  std::vector<std::string> flags = {};  // DCP, 4CH, PRE, DATA
  std::vector<Extent> extents = {};     // pregap (if stored) and track, ascending
};

struct Session {
  int number = 1;
  std::vector<Track> tracks = {};
  Lba first() const { return tracks.empty() ? Lba{} : tracks.front().first; }
  Lba end() const {
    return tracks.empty()
               ? Lba{}
               : Lba{static_cast<std::int32_t>(tracks.back().first.value +
                                               static_cast<std::int64_t>(tracks.back().sectors))};
  }
};

// A text of the disc (track 0) or of a track. field: "title", "performer", "songwriter",
// "composer", "arranger", "message", "disc_id", "genre", "toc_info", "closed_info", "upc_isrc",
// "size_info". language: the block, 0 to 7; `text` is UTF-8, hex where the field is binary.
struct CdText {
  int language = 0;
  int track = 0;
  std::string field = {};
  std::string text = {};
};

struct Disc {
  std::vector<Session> sessions = {};
  std::string catalog = {};  // media catalogue number (MCN), 13 digits
  std::string source = {};   // what said so: "cue", "ccd", "toc", "sectors" ...
  std::vector<CdText> cd_text = {};
};

}  // namespace discern

#endif
