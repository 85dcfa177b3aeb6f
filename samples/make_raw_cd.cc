// SPDX-License-Identifier: Apache-2.0
// Wraps 2048-byte sectors (an ISO file) into raw 2352-byte CD sectors with sync, header, EDC and
// P/Q parity: make_raw_cd INPUT OUTPUT [xa] [LBA]. With `xa` the sectors are mode 2 form 1; the
// first one has address LBA, 0 if not given.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

#include "discern/sector.h"

int main(int count, char** arguments) {
  using namespace discern;
  if (count < 3 || count > 5) {
    std::fputs("usage: make_raw_cd INPUT OUTPUT [xa] [LBA]\n", stderr);
    return 64;
  }
  const bool xa = count > 3 && std::string_view(arguments[3]) == "xa";
  const SectorMode mode = xa ? SectorMode::mode2_form1 : SectorMode::mode1;
  const Lba first{count > (xa ? 4 : 3) ? std::atoi(arguments[xa ? 4 : 3]) : 0};
  std::ifstream in(arguments[1], std::ios::binary);
  std::ofstream out(arguments[2], std::ios::binary);
  std::vector<char> user(kUserSector);
  for (Lba lba = first;
       in.read(user.data(), static_cast<std::streamsize>(user.size())) || in.gcount() > 0;
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
