# SPDX-License-Identifier: Apache-2.0
# Colours and progress are for terminals: script(1) plays one.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
escape=$(printf '\033')
on_terminal() {  # COMMAND: what a terminal would show of it
  script -qec "$1" /dev/null > "$work/out" < /dev/null 2>&1
}
coloured() { grep -qF "$escape[" "$work/out"; }

command -v script > /dev/null || { echo "no script(1): skipped"; exit 77; }
on_terminal "'$discern' info '$work/a.img'"
coloured || fail "no colours on a terminal"
on_terminal "NO_COLOR=1 '$discern' info '$work/a.img'"
coloured && fail "colours in spite of NO_COLOR"
on_terminal "'$discern' info --color never '$work/a.img'"
coloured && fail "colours in spite of --color never"
on_terminal "NO_COLOR=1 '$discern' info --color always '$work/a.img'"
coloured || fail "--color always is weaker than NO_COLOR"
expect 0 "$discern" info "$work/a.img"
coloured && fail "colours in a pipe"
expect 0 "$discern" info --color always "$work/a.img"
coloured || fail "no colours in spite of --color always"
expect 0 "$discern" info --json --color always "$work/a.img"
coloured && fail "colours in JSON"

# Rate and time left, on stderr only; sparse, so that reading is quick and hashing is not.
truncate -s 2G "$work/large.img"
expect 0 "$discern" hash -a sha3_256 -j 1 --progress always "$work/large.img"
tr '\r' '\n' < "$work/err" | grep -qE '\[[#.]+\] +[0-9]+ %  [0-9.]+ [KMG]iB/s  [0-9]+ s left' || fail "no progress: $(tail -c 200 "$work/err")"
grep -q 's left' "$work/out" && fail "progress among the results"
expect 0 "$discern" hash -a crc32 "$work/large.img"
same "$(cat "$work/err")" "" "progress without a terminal"
expect 0 "$discern" hash -a crc32 -q --progress auto "$work/large.img"
same "$(cat "$work/err")" "" "progress with --quiet"
finish
