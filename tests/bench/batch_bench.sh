#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A shelf of floppies through `discern batch`: images a second and memory of two shelves, one ten times the
# other, and a plan of many. Usage: tests/bench/batch_bench.sh [IMAGES] [PLANNED]
set -euo pipefail
discern=$(realpath "${DISCERN_BUILD:-build/release}/bin/discern")
here=$(realpath "$(dirname "$0")")
images=${1:-10000} planned=${2:-100000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkfs.fat -C -F 12 -n SHELF -i 19980314 base.img 1440 > /dev/null
mkdir files
for i in $(seq 20); do head -c $((i * 1500)) < <(yes "line $i of a text") > "files/text$i.txt"; done
head -c 200000 /dev/urandom > files/noise.bin
MTOOLS_SKIP_CHECK=1 mcopy -i base.img files/* ::/
MTOOLS_SKIP_CHECK=1 mdel -i base.img ::/text3.txt
python3 "$here/shelf.py" "$images" base.img shelf

measure() { /usr/bin/time -f '%e s, %U user, %S system, %M KiB' "$@" 2>&1 > /dev/null | tail -1; }
for count in $((images / 10)) "$images"; do
  find shelf -type f | sort | head -n "$count" > list.txt
  rm -rf jobs merged
  echo "$count images: plan:  $(measure "$discern" batch plan list.txt -o jobs)"
  echo "$count images: run:   $(measure "$discern" batch run -q -j 2 jobs)"
  echo "$count images: merge: $(measure "$discern" batch merge jobs -o merged)"
done
# Names are what planning costs, so that links to one image will do.
python3 - "$planned" << 'EOF'
import os, sys
for i in range(int(sys.argv[1])):
    if i % 500 == 0:
        os.makedirs(f"many/{i // 500}")
    if i % 50000 == 0:  # a file has no more than 65,000 names on ext4
        open(f"base{i}", "wb").write(open("base.img", "rb").read())
    os.link(f"base{i // 50000 * 50000}", f"many/{i // 500}/{i}.img")
EOF
echo "$(find many -type f | wc -l) images: plan:  $(measure "$discern" batch plan many -o planned)"
