// SPDX-License-Identifier: Apache-2.0
// verify.sh: every digest again, with programs that every Debian has (dd, unzip, gzip, sha256sum,
// python3), on a machine without discern. Sectors are taken out of a disc image by twenty lines of
// Python in the script, driven by rows of numbers that a reader can check.

#include <ostream>

#include "discern/object_name.h"
#include "report/reproduction.h"
#include "report/summary.h"
#include "report/writers.h"

namespace discern {
namespace {

constexpr std::string_view kHead = R"sh(#!/bin/bash
# Computes the digests of this case again, with stock programs only.
#   bash verify.sh           evidence where it was
#   bash verify.sh FOLDER    evidence files in FOLDER instead
# Exit status: 0 all equal, 1 something differs, 2 something could not be computed.
set -u -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-}
bad=0 undone=0 good=0

# The evidence file, where it was or in the folder that was named.
at() { if [ -n "$folder" ]; then printf '%s/%s' "$folder" "${1##*/}"; else printf '%s' "$1"; fi; }

# Rows on stdin: OFFSET UNIT STRIDE COUNT FILE: COUNT units of UNIT bytes, STRIDE apart in FILE. FILE
# `-`: UNIT zeros.
pick() {
  python3 -c '
import sys
out = sys.stdout.buffer
for row in sys.stdin.buffer.read().splitlines():
    offset, unit, stride, count, name = row.split(b" ", 4)
    offset, unit, stride, count = int(offset), int(unit), int(stride), int(count)
    if name == b"-":
        while unit > 0:
            out.write(bytes(min(unit, 1 << 20)))
            unit -= min(unit, 1 << 20)
        continue
    with open(name, "rb") as file:
        for i in range(count):
            file.seek(offset + i * stride)
            left = unit
            while left > 0:
                part = file.read(min(left, 1 << 20))
                if not part:
                    raise SystemExit("the file ends too soon")
                out.write(part)
                left -= len(part)
'
}

digest() {
  case $1 in
    md5 | sha1 | sha256 | sha512) "${1}sum" | cut -d ' ' -f 1 ;;
    sha3_256) openssl dgst -sha3-256 -r | cut -d ' ' -f 1 ;;
    blake3) b3sum --no-names ;;
    crc32) python3 -c '
import sys, zlib
crc = 0
while part := sys.stdin.buffer.read(1 << 20):
    crc = zlib.crc32(part, crc)
print("%08x" % crc)' ;;
    *) return 1 ;;
  esac
}

# check OBJECT ALGORITHM EXPECTED: the digest of what `bytes` writes.
check() {
  local is
  if ! is=$(bytes 2> /dev/null | digest "$2" 2> /dev/null) || [ -z "$is" ]; then
    echo "not computed  $1 $2"; undone=$((undone + 1))
  elif [ "$is" = "$3" ]; then
    echo "ok            $1 $2"; good=$((good + 1))
  else
    echo "DIFFERS       $1 $2: $is instead of $3"; bad=$((bad + 1))
  fi
}

(cd "$here" && sha256sum --quiet -c MANIFEST.sha256) || { echo "DIFFERS       the case folder"; bad=$((bad + 1)); }
)sh";

constexpr std::string_view kTail = R"sh(
echo "$good equal, $bad different, $undone not computed"
[ "$bad" -eq 0 ] || exit 1
[ "$undone" -eq 0 ] || exit 2
)sh";

std::string evidence(const std::string& path) { return "\"$(at " + shell_quoted(path) + ")\""; }

void add_checks(std::string& text, const DigestSet& set) {
  for (const Digest& digest : set.digests)
    text += "check " + shell_quoted(set.object) + " " + std::string(name_of(digest.algorithm)) +
            " " + digest.hex + "\n";
}

// The body of the shell function `bytes` for a view; empty when stock programs cannot.
std::string body_of(const Image& image, const View& view) {
  if (const auto steps = stored_steps(view)) {
    std::string body = "{\n";
    for (const Steps& step : *steps) {
      const std::string numbers = std::to_string(step.offset) + " " + std::to_string(step.unit) +
                                  " " + std::to_string(step.stride) + " " +
                                  std::to_string(step.count);
      body += "  printf '%s %s\\n' '" + numbers + "' " +
              (step.file.empty() ? "-" : evidence(step.file)) + "\n";
    }
    return body + "} | pick";
  }
  const std::string command = reproduction_of(image, view).command;
  if (image.files.size() == 1) {
    if (command.starts_with("unzip ")) return "unzip -p " + evidence(image.files[0].path());
    if (command.starts_with("gzip ")) return "gzip -dc < " + evidence(image.files[0].path());
  }
  if (command.starts_with("img_cat ") && !image.files.empty())
    return "img_cat " + evidence(image.files[0].path());
  return {};
}

}  // namespace

void write_verify_script(const Examination& examination, std::ostream& out) {
  const Image& image = *examination.image;
  std::string text(kHead);
  const auto set_of = [&](std::string_view object) -> const DigestSet* {
    for (const DigestSet& set : examination.digests)
      if (set.object == object && set.same_as.empty()) return &set;
    return nullptr;
  };
  const auto left_out = [&](const std::string& object, std::string_view why) {
    text += "# " + show_name(object).text + ": " + std::string(why) + "\n";
  };
  for (const EvidenceFile& file : image.files) {
    const DigestSet* set = set_of("file:" + file.name());
    if (!set) set = set_of("file:" + file.path());
    if (!set) continue;
    text += "\n";
    if (!set->bad.empty()) {
      left_out(set->object, "parts were unreadable; other programs treat them differently");
      continue;
    }
    text += "bytes() { cat -- " + evidence(file.path()) + "; }\n";
    add_checks(text, *set);
  }
  for (const View& view : image.views) {
    const DigestSet* set = set_of(object_name(view));
    if (!set) continue;
    text += "\n";
    const std::string body = set->bad.empty() ? body_of(image, view) : "";
    if (!set->bad.empty()) {
      left_out(set->object, "parts were unreadable; other programs treat them differently");
    } else if (body.empty()) {
      left_out(set->object, "no stock program makes these bytes: " +
                                show_name(reproduction_of(image, view).command).text);
    } else {
      text += "bytes() { " + body + "; }\n";
      add_checks(text, *set);
    }
  }
  out << text << kTail;
}

}  // namespace discern
