# SPDX-License-Identifier: Apache-2.0
# hash --piece and hash --entries against md5sum and sha256sum of the same bytes.
. "$(dirname "$0")/common.sh"
make_floppy "$work/f.img"

# The N-th piece (from 0) of SIZE bytes of f.img, by dd.
piece() { dd if="$work/f.img" bs="$2" skip="$1" count=1 2> /dev/null; }

expect 0 "$discern" hash --json --piece 100KiB -a md5,sha256 "$work/f.img"
same "$(json "$work/out" '[r["object"] for r in rows if r.get("of") == "view:media"]')" \
  "$(python3 -c 'print(["piece:%d" % (i * 102400) for i in range(15)])')" "pieces of 100 KiB"
for i in 0 7 14; do
  row="[r for r in rows if r[\"object\"] == \"piece:$((i * 102400))\"][0]"
  same "$(json "$work/out" "$row[\"md5\"]")" "$(piece $i 102400 | md5sum | cut -d' ' -f1)" "MD5 of piece $i"
  same "$(json "$work/out" "$row[\"sha256\"]")" "$(piece $i 102400 | sha256sum | cut -d' ' -f1)" "SHA-256 of piece $i"
done
same "$(json "$work/out" 'rows[-1]["size"]')" $((1474560 - 14 * 102400)) "size of the last piece"
cp "$work/out" "$work/two"
expect 0 "$discern" hash --json --piece 100KiB -a md5,sha256 -j 1 "$work/f.img"
cmp -s "$work/out" "$work/two" || fail "one thread gives another output"

expect 0 "$discern" hash --json --piece sector -a sha1 "$work/f.img"
same "$(json "$work/out" 'sum(r["object"].startswith("piece:") for r in rows)')" 2880 "sectors"
same "$(json "$work/out" '[r["sha1"] for r in rows if r["object"] == "piece:1024"][0]')" \
  "$(piece 2 512 | sha1sum | cut -d' ' -f1)" "SHA-1 of sector 2"

for size in 0 1kB -5 2MiBs ''; do
  expect 64 "$discern" hash "--piece=$size" "$work/f.img"
done

# Each file, the deleted one included, as mtools copies it.
expect 0 "$discern" hash --json --entries -a md5,sha256 "$work/f.img"
for file in hello.txt noise.bin; do
  for sum in md5 sha256; do
    same "$(json "$work/out" "[r['$sum'] for r in rows if r['object'] == 'entry:/$file'][0]")" \
      "$(${sum}sum "$work/$file" | cut -d' ' -f1)" "$sum of $file"
  done
done
same "$(json "$work/out" '[r["md5"] for r in rows if "one.txt" in r["object"]][0]')" \
  "$(md5sum "$work/hello.txt" | cut -d' ' -f1)" "MD5 of the deleted file"

# Unreadable sectors are in the digests of the pieces and files that hold them, and said.
lba=$(json <("$discern" list --json "$work/f.img") \
  '[r["runs"][0]["offset"] for r in rows if r["path"] == "/noise.bin"][0]')
printf '0 ? 1\n0x0 0x%x +\n0x%x 0x400 -\n0x%x 0x%x +\n' "$lba" "$lba" $((lba + 1024)) \
  $((1474560 - lba - 1024)) > "$work/f.map"
expect 1 "$discern" hash --json --entries --piece sector -a md5 "$work/f.img"
same "$(json "$work/out" '[(r["bad_bytes"], r["size"]) for r in rows if r["object"] == "entry:/noise.bin"]')" \
  "[(1024, 30000)]" "bad bytes of the file"
same "$(json "$work/out" "[(r['offset'], r['bad_bytes']) for r in rows if r['object'].startswith('piece:') and r['bad_bytes']]")" \
  "[($lba, 512), ($((lba + 512)), 512)]" "bad sectors"
same "$(json "$work/out" '[r["md5"] for r in rows if r["object"] == "entry:/noise.bin"][0]')" \
  "$( (head -c 1024 /dev/zero; tail -c +1025 "$work/noise.bin") | md5sum | cut -d' ' -f1)" \
  "MD5 with zeros for what could not be read"
finish
