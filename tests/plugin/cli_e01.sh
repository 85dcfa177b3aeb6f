# SPDX-License-Identifier: Apache-2.0
# convert -o x.E01, judged by ewfverify, ewfinfo and our own verify; one flipped bit located.
. "$(dirname "$0")/common.sh"
command -v ewfverify > /dev/null || { echo "ewfverify is not installed: skipped"; exit 77; }
make_floppy "$work/f.img"
md5=$(md5sum < "$work/f.img" | cut -d' ' -f1)
sha256=$(sha256sum < "$work/f.img" | cut -d' ' -f1)

expect 0 "$discern" convert "$work/f.img" -o "$work/x.E01" --case-number 2024-17 \
  --evidence-number 3 --examiner 'Jane Doe' --description 'a floppy' --notes 'from the desk'
prints "$sha256"
expect 0 ewfverify -q -d sha1,sha256 "$work/x.E01"
prints "$md5"
expect 0 ewfinfo "$work/x.E01"
for line in 'EnCase 6' 2024-17 'Jane Doe' 'a floppy' 'from the desk' "$md5"; do prints "$line"; done
expect 0 "$discern" verify --json "$work/x.E01"
same "$(json "$work/out" 'sorted((r["expected"], r["verdict"]) for r in rows)[0][1], len(rows)')" \
  "('match', 2)" "stored digests"

expect 2 "$discern" convert "$work/f.img" -o "$work/x.E01"
says "exists"
expect 64 "$discern" convert "$work/f.img" -o "$work/y.E01" --notes "$(printf 'a\tb')"

expect 0 "$discern" convert "$work/f.img" --to ewfx -o "$work/X.E01"
expect 0 ewfverify -q -d sha1,sha256 "$work/X.E01"
expect 0 "$discern" verify --json "$work/X.E01"
same "$(json "$work/out" '[r["expected"] for r in rows if len(r["expected"]) == 64]')" \
  "['$sha256']" "the stored SHA-256"

# One bit of noise.bin, whose chunk is stored as it is: 64 sectors are named, and the file.
at=$(python3 - "$work/x.E01" "$work/noise.bin" << 'PYTHON'
import sys
image = bytearray(open(sys.argv[1], 'rb').read())
at = image.find(open(sys.argv[2], 'rb').read()[512:600])
if at >= 0:
    image[at] ^= 4
    open(sys.argv[1], 'wb').write(image)
print(at)
PYTHON
)
if [ "$at" -ge 0 ]; then
  expect 1 "$discern" hash --json --entries "$work/x.E01"
  [ "$(json "$work/out" '[r["bad_bytes"] for r in rows if r["object"] == "view:media"][0]')" -eq 32768 ] ||
    fail "not one chunk of 32 KiB is bad"
  [ "$(json "$work/out" '[r["bad_bytes"] for r in rows if r["object"] == "entry:/noise.bin"][0]')" -gt 0 ] ||
    fail "the file in the damaged chunk is not named"
  grep -q 'LBA' "$work/err" || fail "the sectors are not named"
fi

# Unreadable sectors: only with --keep-going, and then as acquisition errors.
printf '0 ? 1\n0x0 0x8000 +\n0x8000 0x400 -\n0x8400 0x15FC00 +\n' > "$work/f.map"
expect 2 "$discern" convert "$work/f.img" -o "$work/bad.E01"
[ ! -e "$work/bad.E01" ] || fail "a refused conversion left a file"
expect 1 "$discern" convert --keep-going "$work/f.img" -o "$work/bad.E01"
expect 0 ewfinfo "$work/bad.E01"
prints "64 - 65 number: 2"
finish
