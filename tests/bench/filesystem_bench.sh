#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Walks and whole timelines beside fls and mactime, CPU seconds (user and system), medians.
# Usage: tests/bench/filesystem_bench.sh [FAT_FILES] [ISO_FILES] [ROUNDS]   (a release build; makes its images in TMPDIR)
set -euo pipefail
discern=${DISCERN_BUILD:-build/release}/bin/discern
fat_files=${1:-400000}
iso_files=${2:-20000}
rounds=${3:-3}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# cpu NAME COMMAND: the median of user + system over the rounds.
cpu() {
  local name=$1
  shift
  for _ in $(seq "$rounds"); do
    { TIMEFORMAT='%U %S'; time bash -c "$*" > /dev/null 2>&1; } 2>&1
  done | awk '{ print $1 + $2 }' | sort -n | awk -v name="$name" '{ v[NR] = $1 } END { printf "%-44s %8.3f s\n", name, v[int((NR + 1) / 2)] }'
}

python3 "$here/fat_image.py" "$work/fat.img" "$fat_files"
cat "$work/fat.img" > /dev/null
echo "FAT32, $fat_files files, 10 % deleted"
cpu "fls -r -m / -z UTC" "fls -r -m / -z UTC $work/fat.img"
cpu "fls | mactime -d" "fls -r -m / -z UTC $work/fat.img > $work/body; mactime -d -z UTC -b $work/body"
cpu "discern list (text)" "$discern list -q $work/fat.img"
cpu "discern timeline -f csv" "$discern timeline -q -f csv $work/fat.img"
cpu "discern timeline -f jsonl" "$discern timeline -q -f jsonl $work/fat.img"
rm "$work/fat.img"

for files in 10000 "$iso_files" 100000; do
  mkdir "$work/tree"
  python3 - "$work/tree" "$files" <<'EOF'
import os, sys
root, count = sys.argv[1], int(sys.argv[2])
for i in range(count):
    folder = os.path.join(root, "directory %05d" % (i // 100))
    if i % 100 == 0:
        os.mkdir(folder)
    with open(os.path.join(folder, "a file with a long name %07d.txt" % i), "w") as out:
        out.write("content %d\n" % i)
EOF
  genisoimage -quiet -R -J -o "$work/disc.iso" "$work/tree"
  rm -rf "$work/tree"
  cat "$work/disc.iso" > /dev/null
  echo "ISO 9660, Rock Ridge and Joliet, $files files"
  [ "$files" -gt 20000 ] || cpu "fls -r -m / -z UTC" "fls -r -m / -z UTC $work/disc.iso"
  cpu "discern list (text)" "$discern list -q $work/disc.iso"
  cpu "discern timeline -f csv" "$discern timeline -q -f csv $work/disc.iso"
done
