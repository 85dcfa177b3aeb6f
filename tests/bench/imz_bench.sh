#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Times a large IMZ beside zlib (imz_bench.cc).
#   imz_bench.sh [FILE.imz] [ROUNDS]   without FILE: a 1 GiB ext4 image with 719 MB of files from
#                                      /usr, packed by zip -6, removed at the end
set -euo pipefail

build=${DISCERN_BUILD:-build/release}
imz=${1:-}
rounds=${2:-3}
if [[ -z $imz ]]; then
  work=$(mktemp -d "${TMPDIR:-/tmp}/imz_bench.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/files"
  find /usr/bin /usr/lib /usr/share -xdev -type f -print0 | python3 -c '
import os, random, shutil, sys
left, number = 719_000_000, 0
names = sorted(sys.stdin.buffer.read().split(b"\0"))
random.Random(1).shuffle(names)
for name in names:
    try:
        size = os.path.getsize(name)
    except OSError:
        continue
    if not 0 < size <= min(left, 60_000_000):
        continue
    folder = os.path.join(sys.argv[1], str(number // 500))
    os.makedirs(folder, exist_ok=True)
    shutil.copyfile(name, os.path.join(folder, str(number)))
    left, number = left - size, number + 1
    if left < 5000:
        break
' "$work/files"
  truncate -s 1G "$work/disk.img"
  PATH=$PATH:/sbin mkfs.ext4 -q -N 65536 -d "$work/files" "$work/disk.img"
  rm -r "$work/files"
  (cd "$work" && zip -q -6 disk.zip disk.img && rm disk.img)
  imz=$work/disk.zip
fi
cat "$imz" >/dev/null # into the page cache
ls -l "$imz"
"$build/bin/imz_bench" "$imz" "$rounds"
echo "load $(cut -d' ' -f1 /proc/loadavg)"
