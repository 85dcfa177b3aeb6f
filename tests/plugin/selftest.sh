# SPDX-License-Identifier: Apache-2.0
# `discern selftest`: passes as built, and a program that computes something else does not.
. "$(dirname "$0")/common.sh"
mkdir "$work/tmp" "$work/bin" "$work/lib"
export TMPDIR=$work/tmp
expect 0 "$discern" selftest
same "$(grep -c '^pass ' "$work/out")" "$(($(wc -l < "$work/out") - 1))" "lines of tests that passed"
prints ": 22 of 22 passed"
same "$(cat "$work/err")" "" "stderr"
expect 0 "$discern" selftest --json
same "$(json "$work/out" "sorted({row['verdict'] for row in rows})")" "['pass']" "verdicts"
same "$(json "$work/out" "len({row['test'] for row in rows})")" 22 "names of tests"
same "$(ls "$work/tmp")" "" "temporary files that stay"

# One that expects something else is one that computes something else.
cp "$(dirname "$discern")/../lib/libdiscern-tsk.so" "$work/lib"
wrong() {  # wrong TEST OLD NEW: the bytes OLD of the program, replaced
  python3 - "$discern" "$work/bin/discern" "$2" "$3" << 'PY' || fail "the program has no $2"
import sys
program = open(sys.argv[1], "rb").read()
old, new = (text.encode() for text in sys.argv[3:5])
assert old in program and len(old) == len(new)
open(sys.argv[2], "wb").write(program.replace(old, new))
PY
  chmod +x "$work/bin/discern"
  expect 1 "$work/bin/discern" selftest
  same "$(grep '^fail ' "$work/out" | awk '{print $2}' | tr '\n' ' ')" "$1 " "tests that fail without $2"
  prints "expected "
}
wrong hash:md5 f96b697d7cb7938d525a2f31aaf161d0 f96b697d7cb7938d525a2f31aaf161d1
wrong sector:p 245da88d5ca7673d94a284cb486a832c 245da88d5ca7673d94a284cb486a832d
wrong image:raw_cd f5d1fd715009cf77a71a85c79699e59a f5d1fd715009cf77a71a85c79699e59b
wrong walk:iso9660 'allocated /minutes.txt 1998-03-14T15:09:26Z' 'allocated /minutes.txt 1998-03-14T15:09:27Z'

cp "$discern" "$work/bin/discern"
expect 0 "$work/bin/discern" selftest
rm "$work/lib/libdiscern-tsk.so"
expect 1 "$work/bin/discern" selftest
prints "libdiscern-tsk.so is not beside this program"
expect 0 env PATH=/nonexistent "$discern" selftest
prints "skipped    plugin:fls"
expect 2 env TMPDIR="$work/none" "$discern" selftest
says TMPDIR
finish
