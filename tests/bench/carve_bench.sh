#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Carving as whole processes, every program in turn in each round, so that a busy machine slows all of them alike; then
# the same image inside containers, and images of false headers only.
#   carve_bench.sh IMAGE [ROUNDS] [rates|wraps|hostile]...
set -euo pipefail
build=${DISCERN_BUILD:-build/release}
here=$(dirname "$0")
image=$(realpath "$1")
rounds=${2:-3}
shift $(($# < 2 ? $# : 2))
parts=${*:-rates wraps hostile}
work=$(mktemp -d "${TMPDIR:-/tmp}/carve_bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
discern="$build/bin/discern"
size=$(stat -L -c %s "$image")
TIMEFORMAT='%R %U %S'

carve() { "$discern" carve -q -j 2 --progress never "$@"; }
list() { carve --list-only --json "$@"; }
extract() { rm -rf "$work/out" && carve -o "$work/out" "$@"; }
photorec_all() {
  rm -rf "$work"/recup*
  (cd "$work" && photorec /d "$work/recup" /cmd "$1" wholespace,search > "$work/photorec.log" 2>&1 < /dev/null)
}
timed() { # NAME COMMAND...
  local name=$1
  shift
  { time "$@" > "$work/$name.out" 2> /dev/null; } 2>> "$work/$name.times" || echo "$name: status $?" >&2
}
median() { sort -n "$work/$1.times" | awk '{v[NR] = $1} END {print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2}'; }
row() { # NAME BYTES REFERENCE
  awk -v n="$1" -v t="$(median "$1")" -v b="$2" -v r="$(median "$3")" -v c="$(awk '{s += $2 + $3} END {print s / NR}' "$work/$1.times")" \
    'BEGIN {printf "%-34s %7.2f s wall %7.2f s CPU %6.3f GB/s  %6.2f times\n", n, t, c, b / t / 1e9, r / t}'
}

cat "$image" > /dev/null
case " $parts " in *" rates "*)
  for ((round = 0; round < rounds; ++round)); do
    timed read cat "$image"
    timed "scan of headers" list --contiguous -t prefetch "$image"
    timed "list, one piece" list --contiguous "$image"
    timed "list" list "$image"
    timed "extract, one piece" extract --contiguous "$image"
    timed "extract" extract "$image"
    if command -v photorec > /dev/null; then timed photorec photorec_all "$image"; fi
  done
  reference=photorec
  [[ -e $work/photorec.times ]] || reference=read
  echo "times: as fast as $reference; load $(cut -d' ' -f1 /proc/loadavg)"
  for name in read "scan of headers" "list, one piece" "list" "extract, one piece" "extract" photorec; do
    if [[ -e $work/$name.times ]]; then row "$name" "$size" "$reference"; fi
  done
  list "$image" > /dev/null &
  pid=$!
  peak=0
  while kill -0 $pid 2> /dev/null; do
    for task in $pid $(pgrep -P $pid || true); do
      now=$(awk '/RssAnon/ {print $2}' "/proc/$task/status" 2> /dev/null || echo 0)
      [[ ${now:-0} -gt $peak ]] && peak=$now
    done
    sleep 0.05
  done
  echo "peak of anonymous memory: $((peak / 1024)) MiB"
  ;;
esac

case " $parts " in *" wraps "*)
  digests() { python3 -c 'import json,sys; print("\n".join(sorted(json.loads(l)["sha256"] for l in sys.stdin)))' < "$work/$1.out"; }
  "$build/bin/make_raw_cd" "$image" "$work/mode1.bin"
  "$build/bin/make_raw_cd" "$image" "$work/xa.bin" xa
  truncate -s %2048 "$work/mode1.bin" 2> /dev/null || true
  (cd "$work" && zip -1 -q flat.imz "$image")
  "$discern" convert -q "$image" -o "$work/flat.E01"
  # Sectors of 2048 bytes, as the raw CD has them.
  cp --reflink=auto "$image" "$work/flat.iso"
  for ((round = 0; round < rounds; ++round)); do
    for f in flat.iso mode1.bin xa.bin flat.imz flat.E01; do timed "$f" list --contiguous "$work/$f"; done
    timed inflate "$discern" cat -q "$work/flat.imz"
  done
  rm -f "$work/inflate.out"
  timed image list --contiguous "$image"
  for f in flat.iso mode1.bin xa.bin flat.imz flat.E01; do
    row "$f" "$size" flat.iso
    digests "$f" > "$work/$f.sums"
    digests image > "$work/image.sums"
    echo "  $(wc -l < "$work/$f.sums") files, $(comm -12 "$work/$f.sums" "$work/image.sums" | wc -l) of $(wc -l < "$work/image.sums") as in the flat image"
  done
  row inflate "$size" flat.iso
  ;;
esac

case " $parts " in *" hostile "*)
  python3 "$here/false_headers.py" $((size >> 20)) "$work/false.img"
  truncate -s "$size" "$work/sparse.img"
  cat "$work/sparse.img" > "$work/zeros.img"
  for ((round = 0; round < rounds; ++round)); do
    timed zeros list "$work/zeros.img"
    timed "false headers" list "$work/false.img"
  done
  row zeros "$size" zeros
  row "false headers" "$size" zeros
  ;;
esac
