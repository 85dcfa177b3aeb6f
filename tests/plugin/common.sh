# SPDX-License-Identifier: Apache-2.0
# Sourced by the script tests: the program, a folder of the test's own, and what they check with.
set -uo pipefail
discern=$DISCERN_BUILD/bin/discern
corpus=$DISCERN_CORPUS
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
finish() {
  [ "$failures" -eq 0 ] && exit 0
  echo "$failures failed"
  exit 1
}
need_corpus() {
  [ -d "$corpus" ] || { echo "no corpus of images: skipped"; exit 77; }
}
# expect STATUS COMMAND...: runs it with output in $work/out and $work/err.
expect() {
  local wanted=$1 status=0
  shift
  timeout 120 "$@" > "$work/out" 2> "$work/err" < /dev/null || status=$?
  [ "$status" -eq "$wanted" ] || fail "status $status instead of $wanted: $* -- $(head -c 300 "$work/err")"
}
# says TEXT: the last command's stderr is one line about it.
says() {
  grep -qF -- "$1" "$work/err" || fail "stderr lacks '$1': $(head -c 300 "$work/err")"
}
prints() {
  grep -qF -- "$1" "$work/out" || fail "stdout lacks '$1': $(head -c 300 "$work/out")"
}
# json FILE EXPRESSION: a Python expression over `rows`, the objects of a JSON Lines file.
json() {
  python3 -c 'import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
print(eval(sys.argv[2]))' "$1" "$2" || fail "not JSON Lines: $1"
}
same() {
  [ "$1" = "$2" ] || fail "$3: '$1' is not '$2'"
}
# A FAT floppy with three files and a deleted one.
make_floppy() {
  mkfs.fat -C -F 12 -n TEST -i 19980314 "$1" 1440 > /dev/null
  printf 'hello evidence\n' > "$work/hello.txt"
  head -c 30000 /dev/urandom > "$work/noise.bin"
  export MTOOLS_SKIP_CHECK=1
  mcopy -i "$1" "$work/hello.txt" "$work/noise.bin" ::/
  mcopy -i "$1" "$work/hello.txt" ::/gone.txt
  mdel -i "$1" ::/gone.txt
}
