#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Times the verification and the making of an E01 of one raw file as whole processes, every program
# in turn in each round.
#   e01_bench.sh [FILE] [ROUNDS]     without FILE: 1 GiB, a quarter noise, a quarter zeros, half
#                                    programs, libraries and documents (a tar archive of /usr)
set -euo pipefail

build=${DISCERN_BUILD:-build/release}
rounds=${2:-3}
folder=$(mktemp -d "${TMPDIR:-/tmp}/e01_bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
raw=${1:-}
if [[ -z $raw ]]; then
  raw=$folder/raw.img
  python3 - "$raw" << 'PYTHON'
import os, subprocess, sys
tar = subprocess.Popen(['tar', '-C', '/usr', '--sort=name', '-cf', '-', 'bin', 'lib', 'share'],
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
with open(sys.argv[1], 'wb') as out:
    for _ in range(256):
        out.write(os.urandom(1 << 20) + bytes(1 << 20) + tar.stdout.read(2 << 20).ljust(2 << 20, b'\0'))
tar.kill()
PYTHON
fi
ewfacquire -u -q -t "$folder/set" -f encase6 -c fast -d sha1,sha256 "$raw" > /dev/null
cat "$raw" "$folder/set.E01" > /dev/null # into the page cache

names=(
  "ewfverify -d sha1,sha256" "discern verify -a md5,sha1,sha256 -j 2" "ewfverify"
  "ewfacquire -c fast -d sha1,sha256" "discern convert -o x.E01 -j 2 (read back too)")
commands=(
  "ewfverify -q -d sha1,sha256 $folder/set.E01"
  "$build/bin/discern verify -a md5,sha1,sha256 -j 2 $folder/set.E01"
  "ewfverify -q $folder/set.E01"
  "ewfacquire -u -q -t $folder/theirs -f encase6 -c fast -d sha1,sha256 $raw"
  "$build/bin/discern convert -j 2 $raw -o $folder/ours.E01")
TIMEFORMAT='%R %U %S'
for ((round = 0; round < rounds; round++)); do
  for i in "${!names[@]}"; do
    rm -f "$folder"/theirs.* "$folder"/ours.*
    { time eval "${commands[i]}" > /dev/null 2>&1; } 2>> "$folder/times.$i" || {
      echo "${names[i]}: failed" >&2
      exit 1
    }
  done
done
ewfverify -q -d sha1,sha256 "$folder/ours.E01" > /dev/null || echo "ewfverify refuses ours" >&2

printf '%-44s %8s %8s\n' "$rounds rounds, medians" 'wall s' 'cpu s'
for i in "${!names[@]}"; do
  printf '%-44s %8s %8s\n' "${names[i]}" \
    "$(cut -d' ' -f1 "$folder/times.$i" | sort -n | sed -n "$(((rounds + 1) / 2))p")" \
    "$(awk '{print $2 + $3}' "$folder/times.$i" | sort -n | sed -n "$(((rounds + 1) / 2))p")"
done
