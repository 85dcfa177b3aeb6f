// SPDX-License-Identifier: Apache-2.0
// doctor: whether the plugin is in place and which programs it reaches.
#include "command.h"
#include "console.h"
#include "discern/json.h"
#include "discern/tsk_image.h"
#include "examination.h"
#include "launch.h"
#include "reach.h"

namespace discern::cli {
namespace {

std::string json_of(const Reached& found) {
  std::string line;
  JsonWriter json(line);
  json.begin_object()
      .field("schema", "discern/doctor/1")
      .field("program", found.program)
      .field("reached", name_of(found.reach))
      .field("why", found.why)
      .field("dynamic", found.dynamic)
      .field("privileged", found.privileged)
      .key("libtsk");
  if (found.libtsk.empty())
    json.null();
  else
    json.value(found.libtsk);
  json.key("functions").begin_array();
  for (const std::string& function : found.functions) json.value(function);
  json.end_array().key("instead");
  if (found.instead.empty())
    json.null();
  else
    json.value(found.instead);
  json.end_object();
  return line;
}

void print_reached(const Reached& found, const Options& options) {
  const Tone tone = found.reach == Reach::no ? Tone::bad : Tone::good;
  std::string verdict(name_of(found.reach));
  verdict.resize(9, ' ');
  print(toned(verdict, tone, options) + shown(found.program) + ": " + shown(found.why) +
        (found.libtsk.empty() ? "" : " (" + shown(found.libtsk) + ")"));
  if (!found.instead.empty()) print("         instead: " + shown(found.instead));
}

ExitStatus examine_program(const std::string& program, const Options& options) {
  const auto found = reach_of(program);
  if (!found) return failed(found.error());
  if (options.json)
    print(json_of(*found));
  else
    print_reached(*found, options);
  return found->reach == Reach::no ? ExitStatus::differs : ExitStatus::consistent;
}

// The plugin in its place. libtsk's version is that of the one this program has loaded.
ExitStatus examine_installation(const Options& options) {
  const auto plugin = plugin_library();
  const std::string version = tsk_version();
  if (options.json) {
    std::string line;
    JsonWriter json(line);
    json.begin_object().field("schema", "discern/doctor/1").key("plugin");
    if (plugin)
      json.value(*plugin);
    else
      json.null();
    json.field("libtsk_version", version).end_object();
    print(line);
  } else {
    print("plugin   " + (plugin ? shown(*plugin) : "libdiscern-tsk.so is not beside this program"));
    print("libtsk   " + version);
  }
  return plugin ? ExitStatus::consistent : ExitStatus::incomplete;
}

}  // namespace

ExitStatus run_doctor(const Options& options) {
  ExitStatus status = ExitStatus::consistent;
  if (!options.operands.empty()) {
    for (const std::string& program : options.operands)
      status = worst(status, examine_program(program, options));
    return status;
  }
  status = examine_installation(options);
  const std::vector<std::string> programs = tsk_programs();
  // One that cannot be reached is no fault of the installation.
  for (const std::string& program : programs)
    if (examine_program(program, options) == ExitStatus::incomplete)
      status = ExitStatus::incomplete;
  if (programs.empty() && !options.json) print("no program of The Sleuth Kit is in PATH");
  return status;
}

}  // namespace discern::cli
