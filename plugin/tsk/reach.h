// SPDX-License-Identifier: Apache-2.0
// Whether the preloaded library reaches a program's calls to libtsk: what `discern doctor` says.
#ifndef DISCERN_PLUGIN_TSK_REACH_H
#define DISCERN_PLUGIN_TSK_REACH_H

#include <string>
#include <string_view>
#include <vector>

#include "discern/result.h"

namespace discern {

// yes: it opens our formats under `discern run`. children: nothing in itself, but programs that it
// starts do. no: `instead` says what to do.
enum class Reach { yes, children, no };
std::string_view name_of(Reach reach);

struct Reached {
  std::string program;  // path
  Reach reach = Reach::no;
  std::string why;
  std::string instead = {};
  std::string libtsk = {};                  // path of the libtsk that it loads
  std::vector<std::string> functions = {};  // of tsk_img_open* that it calls itself
  bool dynamic = false;
  bool privileged = false;  // setuid, setgid or file capabilities: the loader ignores LD_PRELOAD
};

// Reads the program's file and those of its libraries; runs nothing. `program` without a '/' is
// looked for in PATH.
//
// Errc::missing      no such program
// Errc::unsupported  neither an ELF file nor a script
// Errc::corrupt      an ELF file that contradicts itself
Result<Reached> reach_of(const std::string& program);

// The programs of The Sleuth Kit in PATH, sorted by name, each as PATH finds it: what is linked
// with libtsk, and those that are known by name.
std::vector<std::string> tsk_programs();

}  // namespace discern

#endif
