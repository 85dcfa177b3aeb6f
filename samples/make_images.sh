#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes small sample images in samples/images: a FAT floppy (mkfs.fat, mtools) as it is and as IMZ
# (zip), and a CD (xorriso) as raw sectors with cue sheet, once with a scratch.
set -euo pipefail
cd "$(dirname "$0")"
[ -e images/done ] && exit 0
rm -rf images
mkdir images
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The same files, with the same times, on every machine.
mkdir "$work/files"
printf 'Minutes of the meeting.\r\nThe shed stays locked.\r\n' > "$work/files/minutes.txt"
python3 - "$work/files" <<'PY'
import struct, sys, zlib

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

width = height = 96
rows = b"".join(
    b"\0" + bytes(v for x in range(width) for v in (x * 2, y * 2, (x ^ y) & 255)) for y in range(height))
with open(sys.argv[1] + "/pattern.png", "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
              + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
PY
printf 'GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > "$work/files/dot.gif"
printf 'key under the third stone\r\n' > "$work/files/secret.txt"
(cd "$work/files" && zip -q -X notes.zip minutes.txt dot.gif)
find "$work/files" -exec touch -d '1998-03-14 15:09:26 UTC' {} +

export TZ=UTC MTOOLS_SKIP_CHECK=1
floppy=images/floppy.img
mkfs.fat -C -F 12 -n SAMPLE -i 19980314 "$floppy" 1440 > /dev/null
for file in minutes.txt pattern.png dot.gif notes.zip secret.txt; do
  mcopy -m -i "$floppy" "$work/files/$file" ::/
done
mdel -i "$floppy" ::/secret.txt
(cd images && zip -q -X floppy.imz floppy.img)

xorriso -as mkisofs -quiet -J -R -V SAMPLE -o "$work/disc.iso" "$work/files" 2> /dev/null
../build/release/bin/make_raw_cd "$work/disc.iso" images/disc.bin
printf 'FILE "disc.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > images/disc.cue
cp images/disc.bin images/scratched.bin
printf 'scratch' | dd of=images/scratched.bin bs=1 seek=$((2352 * 60 + 500)) conv=notrunc status=none
touch images/done
