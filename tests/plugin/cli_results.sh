# SPDX-License-Identifier: Apache-2.0
# Results against other tools, and the JSON contract.
. "$(dirname "$0")/common.sh"
need_corpus
img=$corpus/floppy/sector_test_360k.img
imz=$corpus/floppy/sector_test_360k.imz

expect 0 "$discern" hash --json "$imz"
same "$(json "$work/out" '{r["object"]: r["sha256"] for r in rows}["view:media"]')" \
  "$(sha256sum < "$img" | cut -d' ' -f1)" "sha256 of the payload"
same "$(json "$work/out" '{r["object"]: r["sha256"] for r in rows}["file:sector_test_360k.imz"]')" \
  "$(sha256sum < "$imz" | cut -d' ' -f1)" "sha256 of the container"
for algorithm in md5 sha1 sha512; do
  expect 0 "$discern" hash --json -a $algorithm "$img"
  same "$(json "$work/out" "rows[0]['$algorithm']")" "$(${algorithm}sum < "$img" | cut -d' ' -f1)" "$algorithm"
done
expect 0 "$discern" hash --json -a sha3_256,crc32 "$img"
same "$(json "$work/out" 'rows[0]["sha3_256"]')" "$(openssl dgst -sha3-256 < "$img" | sed 's/.* //')" sha3_256

expect 0 "$discern" info --json "$imz"
same "$(json "$work/out" 'rows[0]["schema"], rows[0]["format"], [f["role"] for f in rows[0]["files"]], [(v["name"], v["size"], v["sector_size"]) for v in rows[0]["views"]]')" \
  "('discern/info/1', 'imz', ['image'], [('media', 368640, 512)])" info

disc=$corpus/optical/disc/isofs-m1.cue
expect 0 "$discern" info --json "$disc"
same "$(json "$work/out" '[(t["number"], t["mode"], t["first_lba"], t["sectors"]) for s in rows[0]["disc"]["sessions"] for t in s["tracks"]]')" \
  "[(1, 'mode1', 0, 302)]" "tracks"
# 7z reads the volume behind the 2048-byte view; isoinfo lists it.
"$discern" cat "$disc" > "$work/data.iso"
isoinfo -l -i "$work/data.iso" > "$work/isoinfo" || fail "isoinfo cannot read the data view"
grep -q COPYING "$work/isoinfo" || fail "COPYING is not in the data view"

expect 0 "$discern" verify --json "$disc"
json "$work/out" '[(r["check"], r["verdict"]) for r in rows if r["schema"] == "discern/verify/1"]' > /dev/null
expect 1 "$discern" verify --json "$corpus/optical/cue-lab/cflip.bin"
grep -q '"verdict":"mismatch"' "$work/out" || fail "the flipped bit was not noticed"

boot=$corpus/floppy/freedos.boot.disk.360K.img
expect 0 "$discern" timeline -f body "$boot"
mactime -d -y -z UTC -b "$work/out" > "$work/mactime.csv" || fail "mactime refuses the body file"
expect 0 "$discern" timeline -f csv "$boot"
# mactime says Z whatever the zone, midnight where there is no time of day, and lists times that FAT
# does not have; all else is equal.
dated() { grep -v -e '^0000' -e '^Date' "$1" | sed -E 's/^([0-9-]{10}),/\1T00:00:00Z,/; s/^([0-9-]{10}T[0-9:]{8}),/\1Z,/' | sort; }
same "$(dated "$work/out")" "$(dated "$work/mactime.csv")" "dated rows of the CSV and of mactime"
expect 0 "$discern" timeline "$boot"
same "$(json "$work/out" 'sorted({r["schema"] for r in rows}), all("zone" in r and "precision" in r and "validity" in r for r in rows)')" \
  "(['discern/timeline/1'], True)" "timeline fields"
expect 0 "$discern" list --json "$boot"
same "$(json "$work/out" 'sorted(r["path"] for r in rows if r["type"] == "r" and r["state"] == "allocated") != []')" True list
finish
