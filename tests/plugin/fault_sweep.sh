#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The whole sweep by hand, for an hour or more: a floppy, an IMZ, a raw CD with its cue sheet and an E01,
# each call of each kind that fails once (fault_sweep.py); of the allocations the first 7200, which is
# all until report.pdf is set, and every 11th after that.
# Usage: tests/plugin/fault_sweep.sh [PROCESSES]
set -uo pipefail
build=$(realpath "${DISCERN_BUILD:-build/release}")
here=$(realpath "$(dirname "$0")")
parts=${1:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkfs.fat -C -F 12 -n TEST -i 19980314 floppy.img 1440 > /dev/null
mkdir files
printf 'hello evidence\n' > files/hello.txt
head -c 30000 /dev/urandom > files/noise.bin
MTOOLS_SKIP_CHECK=1 mcopy -i floppy.img files/* ::/
MTOOLS_SKIP_CHECK=1 mcopy -i floppy.img files/hello.txt ::/gone.txt
MTOOLS_SKIP_CHECK=1 mdel -i floppy.img ::/gone.txt
md5sum floppy.img > floppy.img.md5
zip -q floppy.imz floppy.img
"$build/bin/discern" convert -q floppy.img -o floppy.E01 > /dev/null
xorriso -as mkisofs -quiet -J -R -V TEST -o disc.iso files 2> /dev/null
mkdir disc
"$build/bin/discern" convert -q disc.iso -o disc/disc.cue > /dev/null
status=0
pids=()
for part in $(seq "$parts"); do
  python3 "$here/fault_sweep.py" "$build/bin/discern" "$build/tests/libfailing_calls.so" "$work/sweep$part" \
    --part "$part/$parts" --first 7200 --step allocate=11 \
    "$work/floppy.img" "$work/floppy.imz" "$work/disc/disc.cue" "$work/floppy.E01" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
exit "$status"
