#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Times the hashing of one file as whole processes, every program in turn in each round, so that a
# busy machine slows all of them alike.
#   hash_bench.sh [FILE] [ROUNDS]      without FILE: 1 GiB of random bytes, removed at the end
set -euo pipefail

build=${DISCERN_BUILD:-build/release}
file=${1:-}
rounds=${2:-5}
if [[ -z $file ]]; then
  file=$(mktemp "${TMPDIR:-/tmp}/hash_bench.XXXXXX")
  trap 'rm -f "$file"' EXIT
  head -c 1G /dev/urandom >"$file"
fi
cat "$file" >/dev/null # into the page cache

names=()
commands=()
add() { # NAME PROGRAM ARGUMENT...: when the program is there
  local name=$1
  shift
  command -v "$1" >/dev/null || return 0
  names+=("$name")
  # dc3dd and dcfldd name their input by an operand of its own.
  if [[ $1 == dc3dd || $1 == dcfldd ]]; then
    commands+=("$(printf '%q ' "$@" "if=$file")")
  else
    commands+=("$(printf '%q ' "$@" "$file")")
  fi
}
add "openssl dgst -md5" openssl dgst -md5
add "discern md5+sha1+sha256, 2 threads" "$build/bin/discern" hash -a md5,sha1,sha256 -j 2
add "discern md5+sha1+sha256, 1 thread" "$build/bin/discern" hash -a md5,sha1,sha256 -j 1
add "discern the three + sha512, 2 threads" "$build/bin/discern" hash -a md5,sha1,sha256,sha512 -j 2
add "discern the three + blake3, 2 threads" "$build/bin/discern" hash -a md5,sha1,sha256,blake3 -j 2
add "engine md5+sha1+sha256, 2 threads" "$build/bin/hash_bench" 2 md5,sha1,sha256
add "engine md5+sha1+sha256, 1 thread" "$build/bin/hash_bench" 1 md5,sha1,sha256
add "engine md5+sha256, 2 threads" "$build/bin/hash_bench" 2 md5,sha256
add "engine md5, 1 thread" "$build/bin/hash_bench" 1 md5
add "rhash md5+sha1+sha256" rhash --md5 --sha1 --sha256
add "dc3dd md5+sha1+sha256" dc3dd hash=md5 hash=sha1 hash=sha256 of=/dev/null
add "dcfldd md5+sha1+sha256" dcfldd hash=md5,sha1,sha256 hashwindow=0 of=/dev/null
add "hashdeep -c md5,sha1,sha256" hashdeep -c md5,sha1,sha256
add "hashdeep -c md5,sha1,sha256 -j0" hashdeep -j0 -c md5,sha1,sha256

times=$(mktemp -d)
trap 'rm -rf "$times"; [[ -n ${1:-} ]] || rm -f "$file"' EXIT
TIMEFORMAT='%R %U %S'
for ((round = 0; round < rounds; round++)); do
  for i in "${!names[@]}"; do
    { time eval "${commands[i]}" >/dev/null 2>&1; } 2>>"$times/$i" || {
      echo "${names[i]}: failed" >&2
      exit 1
    }
  done
done

median() { sort -n | awk '{v[NR] = $1} END {print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2}'; }
best() { sort -n | head -n 1; }
printf '%-36s %8s %8s %8s %14s\n' "$rounds rounds, load $(cut -d' ' -f1 /proc/loadavg)" \
  'best s' 'median s' 'cpu s' 'best/openssl'
for i in "${!names[@]}"; do
  wall=$(cut -d' ' -f1 "$times/$i" | best)
  [[ $i == 0 ]] && base=$wall
  printf '%-36s %8.2f %8.2f %8.2f %14.2f\n' "${names[i]}" "$wall" \
    "$(cut -d' ' -f1 "$times/$i" | median)" "$(awk '{print $2 + $3}' "$times/$i" | median)" \
    "$(awk -v a="$wall" -v b="$base" 'BEGIN {print a / b}')"
done
