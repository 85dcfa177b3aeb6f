// SPDX-License-Identifier: Apache-2.0
// The subchannels P to W of a sector, and what Q says (IEC 60908 clause 17, MMC "Q sub-channel").
#ifndef DISCERN_OPTICAL_SUBCHANNEL_H
#define DISCERN_OPTICAL_SUBCHANNEL_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "discern/disc.h"
#include "discern/image.h"

namespace discern {

using QBytes = std::array<std::byte, 12>;

// The Q channel out of `stored`: 96 bytes, or 16 where the form is q16. Nothing where the form has
// no Q, or `stored` is shorter.
std::optional<QBytes> q_channel(Bytes stored, SubchannelForm form);

// Q of one sector. `adr` 1: position, 2: `catalog`, 3: `isrc`. The fields of other kinds are unset.
struct QFrame {
  bool crc_ok = false;
  int control = 0;
  int adr = 0;
  int track = 0;  // 0xAA in the lead-out is 170
  int index = 0;
  std::optional<Lba> lba = {};  // absolute; nothing when the time is none
  std::string catalog = {};
  std::string isrc = {};
};
QFrame decode_q(const QBytes& q);

// Adds the view `subchannel`, the bytes as stored, 96 or 16 for each sector from the first one that
// has some, when there are any. Looks at Q of the first 150 sectors of each track: what these
// say of catalogue number and ISRC fills what the disc lacks, and is a finding where it contradicts
// (subchannel.catalog, subchannel.isrc); so are addresses and track numbers
// (subchannel.position), and Q that has no frame with a right CRC (subchannel.unreadable).
void add_subchannel(Image& image);

}  // namespace discern

#endif
