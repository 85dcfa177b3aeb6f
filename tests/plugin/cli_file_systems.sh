# SPDX-License-Identifier: Apache-2.0
# Our own walkers from the command line, beside libtsk's.
. "$(dirname "$0")/common.sh"
need_corpus

# Two readers agree on real floppies, but for deleted files whose first cluster another file has.
for name in DRDOS1_IMD.img freedos.boot.disk.1.4MB.img freedos.boot.disk.360K.img; do
  expect 0 "$discern" list --cross-check "$corpus/floppy/$name"
  same "$(grep -c 'place: nowhere here' "$work/out")" "$(grep -c '^differs' "$work/out")" "differences"
done
make_floppy "$work/made.img"
expect 0 "$discern" list --cross-check "$work/made.img"
prints " 0 differences"

# What libtsk gets wrong is a difference with a cause. Created: 100 units of 10 ms.
python3 - "$work/made.img" <<'EOF'
import sys
with open(sys.argv[1], "r+b") as image:
    data = bytearray(image.read())
    at = data.index(b"HELLO   TXT")
    data[at + 13] = 100
    data[at + 24:at + 26] = (120 << 9 | 1 << 5 | 1).to_bytes(2, "little")  # modified in 2100
    image.seek(0)
    image.write(data)
EOF
expect 0 "$discern" list --cross-check "$work/made.img"
prints "#2663"
prints "years from 2038 on"
expect 0 "$discern" list --cross-check --json "$work/made.img"
same "$(json "$work/out" 'sorted((r["schema"], r["path"], r["cause"] is not None) for r in rows)')" \
  "[('discern/cross-check/1', '/hello.txt', True), ('discern/cross-check/1', '/hello.txt', True)]" "cross-check"

# A disc: recorded offsets, Rock Ridge, a second tree.
mkdir -p "$work/tree/sub"
echo one > "$work/tree/sub/a long file name.txt"
: > "$work/tree/empty"
TZ=America/New_York genisoimage -quiet -R -J -V TEST -o "$work/disc.iso" "$work/tree"
expect 0 "$discern" list --cross-check "$work/disc.iso"
prints "libtsk ignores the recorded offset from GMT"
prints "libtsk reads no times of Rock Ridge"
expect 0 "$discern" list --json "$work/disc.iso"
same "$(json "$work/out" '[(r["state"], r["source"]) for r in rows if r["path"] == "/sub/a long file name.txt"]')" \
  "[('allocated', 'iso9660')]" "list of a disc"

expect 0 "$discern" cat --file '/sub/a long file name.txt' "$work/disc.iso"
same "$(cat "$work/out")" one "bytes of a file"
expect 0 "$discern" cat --id 5 "$work/made.img"
expect 2 "$discern" cat --file /nowhere "$work/disc.iso"
says "no file '/nowhere'"

# UDF, which libtsk cannot read: nothing there is left unexplained.
expect 0 "$discern" list --cross-check "$corpus/filesystem/udf102.iso"
prints "#490"
expect 0 "$discern" timeline "$corpus/filesystem/udf102.iso"
same "$(json "$work/out" 'any(r["source"] == "udf" for r in rows)')" True "events of UDF"
finish
