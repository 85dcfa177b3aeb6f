// SPDX-License-Identifier: Apache-2.0
// What a program file says of how it is linked: enough to tell whether a preloaded library can
// stand between it and libtsk. Source: System V ABI, chapters 4 and 5 (ELF-64).
#ifndef DISCERN_PLUGIN_TSK_ELF_FILE_H
#define DISCERN_PLUGIN_TSK_ELF_FILE_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "discern/bytes.h"
#include "discern/result.h"

namespace discern {

struct ElfFile {
  std::uint16_t machine = 0;             // e_machine
  bool dynamic = false;                  // has a dynamic segment
  std::string interpreter = {};          // the loader that starts it; empty: a library, or static
  std::string search = {};               // DT_RUNPATH, else DT_RPATH: folders separated by colons
  bool symbolic = false;                 // -Bsymbolic: calls to its own functions stay inside
  std::vector<std::string> needed = {};  // libraries by name
  // Symbols that the loader looks up for it by name (those of its relocations), of which a
  // preloaded library may have its own: those that contain one of the `wanted` words; sorted.
  std::vector<std::string> bound = {};
};

// The dynamic part of a little-endian 64-bit file. `bound` costs a look at each relocation: with no
// `wanted` words it stays empty.
//
// Errc::not_this     no ELF file
// Errc::unsupported  32 bits, or big-endian
// Errc::corrupt      a header, string or table lies outside the file; `offset` says where
Result<ElfFile> read_elf(Bytes file, std::vector<std::string_view> wanted = {});

}  // namespace discern

#endif
