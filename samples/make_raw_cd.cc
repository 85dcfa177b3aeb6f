// SPDX-License-Identifier: Apache-2.0
// Wraps 2048-byte sectors (an ISO file) into raw 2352-byte CD sectors with sync, header, EDC and
// P/Q parity: make_raw_cd INPUT OUTPUT [xa]. With `xa` the sectors are mode 2 form 1.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

#include "discern/sector.h"

int main(int count, char** arguments) {
  using namespace discern;
  if (count < 3 || count > 4) {
    std::fputs("usage: make_raw_cd INPUT OUTPUT [xa]\n", stderr);
    return 64;
  }
  const SectorMode mode = count == 4 && std::string_view(arguments[3]) == "xa"
                              ? SectorMode::mode2_form1
                              : SectorMode::mode1;
  std::ifstream in(arguments[1], std::ios::binary);
  std::ofstream out(arguments[2], std::ios::binary);
  std::vector<char> user(kUserSector);
  for (Lba lba; in.read(user.data(), static_cast<std::streamsize>(user.size())) || in.gcount() > 0;
       ++lba.value) {
    // A last sector that is not full is padded, as a recorder does.
    std::memset(user.data() + in.gcount(), 0, user.size() - static_cast<std::size_t>(in.gcount()));
    const RawSector sector = build_sector(mode, lba, std::as_bytes(std::span(user)));
    out.write(reinterpret_cast<const char*>(sector.data()), sector.size());
  }
  out.close();
  if (out && in.eof()) return 0;
  std::perror("make_raw_cd");
  return 2;
}
