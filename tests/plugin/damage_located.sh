# SPDX-License-Identifier: Apache-2.0
# One bit changed at a known place of a raw image, an IMZ, an E01 and a CD: each is located, to the
# sector and to the file that owns it, by the pieces that hashdeep took before, by the checksum of
# the E01's chunk or by the disc's EDC.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
cd "$work"
# The file comes to lie in other chunks of an E01 than the directory that names it.
mdel -i a.img ::/noise.bin
head -c 40000 /dev/urandom > pad.bin
seq 1 20000 > text.txt
mcopy -i a.img pad.bin noise.bin text.txt ::/
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

e01_area='[(r["first_lba"], r["last_lba"], tuple(r["entries"]), r["evidence_offset"]) for r in rows if r["schema"] == "discern/mismatch/1"]'
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
  # Without any reference: where the checksum of the chunk says that a byte was changed.
  at=$(($(offset_of e.E01) + into))
  flip e.E01 "$at"
  expect 1 "$discern" verify --json e.E01
  same "$(json out "$e01_area")" "[($sector, $sector, ('/noise.bin',), $at)]" "E01, bit at $into"
done

# Behind the 32768 bytes of the chunk stands its checksum: the data are as they were.
rm -f e.E01
ewfacquire -u -q -t e -c none a.img > acquired 2>&1
noise=$(offset_of e.E01)
checksum=$((noise - start % 32768 + 32768))
flip e.E01 "$checksum"
expect 1 "$discern" verify e.E01
prints "at byte $checksum of"
prints "in the checksum itself"
# More than one byte: the whole chunk.
flip e.E01 "$checksum"
flip e.E01 "$noise"
flip e.E01 "$((noise + 300))"
expect 1 "$discern" verify --json e.E01
same "$(json out '[(r["first_lba"] % 64, r["last_lba"] - r["first_lba"], r["what"]) for r in rows if r["schema"] == "discern/mismatch/1"]')" \
  "[(0, 63, 'chunk fails its checksum')]" "two bytes of a chunk"
# One bit of a compressed chunk, in the text, and in each byte of its end.
text=$(python3 -c 'print(open("a.img", "rb").read().find(open("text.txt", "rb").read(600)) // 32768 + 1)')
rm -f e.E01
ewfacquire -u -q -t e -c fast a.img > acquired 2>&1
read -r from to < <(python3 - "$text" << 'END'
import struct, sys
data = open("e.E01", "rb").read()
table = data.find(b"table\0") + 76
base, = struct.unpack_from("<Q", data, table + 8)
entries = struct.unpack_from("<%dI" % struct.unpack_from("<I", data, table)[0], data, table + 24)
chunk = int(sys.argv[1])
assert entries[chunk] >> 31
print(*(base + (e & 0x7fffffff) for e in entries[chunk:chunk + 2]))
END
)
for at in $(((from + to) / 2)) $((to - 1)); do
  flip e.E01 "$at"
  expect 1 "$discern" verify --json e.E01
  same "$(json out '[(r["evidence_offset"], r["entries"]) for r in rows if r["schema"] == "discern/mismatch/1"]')" \
    "[($at, ['/text.txt'])]" "compressed chunk, bit at $at"
  flip e.E01 "$at"
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
