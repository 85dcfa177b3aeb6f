# SPDX-License-Identifier: Apache-2.0
# Carved files chosen by size, place and novelty.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
printf 'GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > "$work/dot.gif"
mcopy -i "$work/a.img" "$work/dot.gif" ::/
# The same picture where no file lies, and a longer one of the same kind.
dd if="$work/dot.gif" of="$work/a.img" bs=512 seek=2000 conv=notrunc status=none
{ head -c 19 "$work/dot.gif"; printf '!\376\100%064d\0' 7; tail -c +20 "$work/dot.gif"; } > "$work/long.gif"
dd if="$work/long.gif" of="$work/a.img" bs=512 seek=2100 conv=notrunc status=none
short=$(stat -c %s "$work/dot.gif") long=$(stat -c %s "$work/long.gif")

sizes() {
  expect 0 "$discern" carve --list-only --json -t gif "$@" "$work/a.img"
  json "$work/out" '[r["size"] for r in rows]'
}
same "$(sizes)" "[$short, $short, $long]" "all"
same "$(sizes --dedupe)" "[$short, $long]" "without duplicates"
same "$(sizes --unallocated)" "[$short, $long]" "unallocated"
same "$(sizes --min-size "$long")" "[$long]" "from a size on"
same "$(sizes --max-size "$short")" "[$short, $short]" "up to a size"
# A picture that breaks off is told of, and listed when asked for.
head -c 30 "$work/dot.gif" > "$work/cut.gif"
truncate -s 1474048 "$work/c.img"
cat "$work/cut.gif" >> "$work/c.img"
expect 0 "$discern" carve --list-only --json -t gif "$work/c.img"
same "$(wc -l < "$work/out")" 0 "whole pictures"
says "1 carved file breaks off and is left out; --partial takes them in"
expect 0 "$discern" carve --list-only --json -t gif --partial "$work/c.img"
same "$(json "$work/out" '[(r["size"], r["validated"]) for r in rows]')" "[(30, 'truncated')]" "with partial ones"

expect 64 "$discern" carve --list-only --min-size many "$work/a.img"
says "no size"
finish
