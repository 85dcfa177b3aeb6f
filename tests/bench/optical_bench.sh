#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# User data out of a raw CD: discern beside bchunk and beside cp of the same bytes. Whole processes
# in turn, output to files in one folder, which is best one in memory.
# Usage: tests/bench/optical_bench.sh [ROUNDS] [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
folder=$(mktemp -d "${2:-/tmp}/optical-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
discern=$PWD/build/release/bin/discern
maker=$PWD/build/release/bin/make_raw_cd
cd "$folder"

# 330,000 sectors of mode 1; a volume descriptor, so that all take it for an ISO.
head -c $((330000 * 2048)) /dev/urandom > disc.iso
printf '\001CD001\001' | dd of=disc.iso bs=1 seek=32768 conv=notrunc status=none
"$maker" disc.iso disc.bin
printf 'FILE "disc.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > disc.cue
cat disc.bin disc.iso > /dev/null

timed() { # NAME OUTPUT COMMAND
  local name=$1 output=$2 start end
  rm -f "$output"
  start=$(date +%s.%N)
  bash -c "$3"
  end=$(date +%s.%N)
  echo "$name $(echo "$end - $start" | bc)" >> times
  if [ "$round" -eq 1 ] && ! cmp -s "$output" disc.iso; then echo "$name: other bytes" >&2; fi
  rm -f "$output"
}
for round in $(seq "$rounds"); do
  timed cp out.iso 'cp disc.iso out.iso'
  ! command -v bchunk > /dev/null || timed bchunk b01.iso 'bchunk disc.bin disc.cue b > /dev/null'
  timed cat out.iso "$discern cat --view data -q disc.cue > out.iso"
  timed img_cat out.iso "$discern run -- img_cat disc.cue > out.iso"
  timed convert out.iso "$discern convert -q disc.cue -o out.iso > /dev/null"
done
echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
for name in cp bchunk cat img_cat convert; do
  awk -v name=$name '$1 == name { print $2 }' times | sort -n |
    awk -v name=$name '{ t[NR] = $1 } END { if (NR) printf "%-8s best %.2f s, median %.2f s, %.0f MB/s of stored sectors\n",
      name, t[1], t[int((NR + 1) / 2)], 776.16 / t[int((NR + 1) / 2)] }'
done
