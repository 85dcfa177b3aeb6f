# SPDX-License-Identifier: Apache-2.0
# One bit changed at a known place of a raw image, an IMZ, an E01 and a CD: each is located, to the
# sector and to the file that owns it, by the pieces that hashdeep took before or by the disc's EDC.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
cd "$work"
# The image is named by its base name only: the list is then of whatever holds these bytes.
hashdeep -c md5 -p 512 -b a.img > pieces

# Where noise.bin begins in a file, found by its first 16 bytes (a fresh floppy has no fragments).
offset_of() { python3 -c 'import sys
at = open(sys.argv[1], "rb").read().find(open("noise.bin", "rb").read(16))
print(at if at >= 0 else sys.exit("not found"))' "$1"; }
# flip FILE OFFSET: changes one bit.
flip() { python3 -c 'import sys
f = open(sys.argv[1], "r+b")
f.seek(int(sys.argv[2]))
byte = f.read(1)[0]
f.seek(int(sys.argv[2]))
f.write(bytes([byte ^ 0x10]))' "$1" "$2"; }

start=$(offset_of a.img)
for into in 0 511 512 17777 29999; do
  sector=$(((start + into) / 512))
  # located IMAGE: by the pieces, which are of the medium's sectors.
  located() {
    expect 1 "$discern" verify --json "$1" --against pieces
    same "$(json out 'sorted({(r["view_offset"], r["view_size"], r["first_lba"], r["last_lba"], tuple(r["entries"])) for r in rows if r["schema"] == "discern/mismatch/1"})')" \
      "[($((sector * 512)), 512, $sector, $sector, ('/noise.bin',))]" "$1, bit at $into"
  }
  cp a.img raw.img
  flip raw.img $((start + into))
  located raw.img

  rm -f stored.imz deflated.imz
  zip -q -0 stored.imz a.img
  flip stored.imz $(($(offset_of stored.imz) + into))
  located stored.imz
  same "$(json out '[r["verdict"] for r in rows if r.get("algorithm") == "crc32"]')" "['mismatch']" "the CRC of the IMZ"
  zip -q deflated.imz raw.img
  located deflated.imz

  rm -f e.E01
  ewfacquire -u -q -t e -c none a.img > acquired 2>&1 || fail "ewfacquire: $(tail -n 3 acquired)"
  flip e.E01 $(($(offset_of e.E01) + into))
  # The chunk's checksum fails: its sectors are damage, and the pieces tell which one of them.
  expect 1 "$discern" verify --json e.E01 --against pieces
  same "$(json out "all(r['first_lba'] <= $sector <= r['last_lba'] and r['entries'] == ['/noise.bin'] for r in rows if r['schema'] == 'discern/mismatch/1')")" True "E01, bit at $into"
  grep -q "LBA\|sector\|offset" err || fail "E01: no place in: $(head -c 300 err)"
done

# A disc has its EDC in each sector.
mkdir -p tree && cp noise.bin hello.txt tree
xorriso -as mkisofs -quiet -o d.iso tree 2> /dev/null
expect 0 "$discern" convert d.iso -o d.cue
expect 0 "$discern" verify d.cue
for into in 0 2047 2048 29999; do
  lba=$((($(offset_of d.iso) + into) / 2048))
  cp d.bin good.bin
  flip d.bin $((lba * 2352 + 16 + ($(offset_of d.iso) + into) % 2048))
  expect 1 "$discern" verify --json d.cue
  same "$(json out 'sorted({(r["first_lba"], r["last_lba"], tuple(x.upper() for x in r["entries"])) for r in rows if r["schema"] == "discern/mismatch/1"})')" \
    "[($lba, $lba, ('/NOISE.BIN',))]" "disc, bit at $into"
  mv good.bin d.bin
done
finish
