# SPDX-License-Identifier: Apache-2.0
# A disc of two sessions, made by xorriso (the second one replaces a file of the first), as every
# descriptor that has sessions: fls lists the old session by its number and the new one by the other.
. "$(dirname "$0")/common.sh"
for tool in fls xorriso python3; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
make_raw_cd=$DISCERN_BUILD/bin/make_raw_cd
[ -x "$make_raw_cd" ] || { echo "no make_raw_cd: skipped"; exit 77; }
cd "$work" || exit 1

# sessions GAP: s1.iso from LBA 0, s2.iso GAP sectors behind its end (or at 45000), as d.img.
sessions() {
  rm -rf one two ./*.iso ./*.raw
  mkdir one two
  echo first > one/OLD.TXT
  echo second > two/NEW.TXT
  xorriso -as mkisofs -quiet -R -o s1.iso one 2> log || fail "xorriso: $(tail -1 log)"
  n1=$(($(stat -c %s s1.iso) / 2048))
  l2=$1
  [ "$l2" -ne 0 ] || l2=$((n1 + 11400))
  xorriso -as mkisofs -quiet -R -C "0,$l2" -M s1.iso -o s2.iso two 2> log || fail "xorriso: $(tail -1 log)"
  n2=$(($(stat -c %s s2.iso) / 2048))
  "$make_raw_cd" s1.iso s1.raw || fail make_raw_cd
  "$make_raw_cd" s2.iso s2.raw "$l2" || fail make_raw_cd
}

sessions 0
cat s1.raw s2.raw > d.img
cp d.img d.mdf
python3 - "$n1" "$l2" "$n2" << 'PY'
import struct, sys
n1, l2, n2 = map(int, sys.argv[1:])
image = open("d.img", "rb").read()
def bcd(n): return n // 10 * 16 + n % 10

open("d.ccd", "w").write("[CloneCD]\nVersion=3\n[Disc]\nTocEntries=4\nSessions=2\n" + "".join(
    f"[Entry {i}]\nSession={s}\nPoint=0x{p:02x}\nControl=0x04\nPLBA={lba}\n"
    for i, (s, p, lba) in enumerate([(1, 0xa2, n1), (1, 1, 0), (2, 0xa2, l2 + n2), (2, 2, l2)])))
open("two.cue", "w").write('FILE "s1.raw" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n'
    'REM SESSION 02\nFILE "s2.raw" BINARY\nTRACK 02 MODE1/2352\nINDEX 01 00:00:00\n')

def chunk(name, data): return name + struct.pack(">I", len(data)) + data
trailer, offset = b"", 0
for number, lba, count in ((1, 0, n1), (2, l2, n2)):
    size = count * 2352
    trailer += chunk(b"CUEX", struct.pack(">BBBBi", 0x41, bcd(number), 1, 0, lba)
                     + struct.pack(">BBBBi", 0x41, 0xAA, 1, 0, lba + count))
    trailer += chunk(b"DAOX", bytes(20) + bytes([number, number]) + bytes(12)
                     + struct.pack(">HB3xQQQ", 2352, 5, offset, offset, offset + size))
    trailer += chunk(b"SINF", struct.pack(">I", 1))
    offset += size
open("d.nrg", "wb").write(image + trailer + chunk(b"END!", b"") + b"NER5" + struct.pack(">Q", len(image)))

head = b"MEDIA DESCRIPTOR" + bytes([1, 3]) + struct.pack("<HH", 0, 2) + bytes(58) + struct.pack("<II", 88, 0)
blocks, tracks, extras = b"", b"", b""
for i, (lba, count, at) in enumerate(((0, n1, 0), (l2, n2, n1 * 2352))):
    blocks += struct.pack("<iiHBBHHII", lba, lba + count, i + 1, 1, 0, i + 1, i + 1, 0, 136 + 80 * i)
    tracks += bytes([0xAA, 0, 0x14, 0, i + 1]) + bytes(7) + struct.pack("<IH", 296 + 8 * i, 2352) + bytes(18) \
        + struct.pack("<IQII", lba, at, 1, 312) + bytes(24)
    extras += struct.pack("<II", 150, count)
open("d.mds", "wb").write(head + blocks + tracks + extras + struct.pack("<IIII", 328, 0, 0, 0) + b"*.mdf\0")

mark = bytes([0, 0, 1, 0, 0, 0, 255, 255, 255, 255])
trailer = struct.pack("<H", 2)
for i, (lba, count) in enumerate(((0, n1), (l2, n2))):
    trailer += struct.pack("<HI", 1, 0) + mark + mark + bytes(4) + b"\5d.cdi" + bytes(19) \
        + struct.pack("<IHIII", 360000, 2, 0, count, 0) + bytes(2) + struct.pack("<I", 1) + bytes(4) \
        + struct.pack("<IIII", i, i, lba + 150, count) + bytes(16) + struct.pack("<II", 2, 4) + bytes(9 + 12 + 4) \
        + bytes(5) + bytes(4) + bytes(13)
open("d.cdi", "wb").write(image + trailer + struct.pack("<II", 0x80000005, len(image)))

# BlindWrite: header, 4 bytes, data blocks, sessions with a track each.
name = "d.img".encode("utf-16-le")
data = struct.pack("<II", 2, 0)
tables = b""
for i, (lba, count, at) in enumerate(((0, n1, 0), (l2, n2, n1 * 2352))):
    data += struct.pack("<II16xI12xiiI", 0, count * 2352, at, lba, count, len(name)) + name + bytes(4)
    minute, second, frame = (lba + 150) // 4500, (lba + 150) // 75 % 60, (lba + 150) % 75
    tables += struct.pack("<HBBiiHH", i + 1, 1, 3, lba - 150, lba + count, i + 1, i + 1)
    tables += struct.pack("<B7xBBBBB5xBBBxI16xii8xIH8x", 2, 0, 0, 4, 1, i + 1, minute, second, frame, 150,
                          lba - 150, count + 150, i + 1, 0)
head = struct.pack("<16s32xHH12xB13s18xHHHHI12xII32x48s32sIIIII", b"BWT5 STREAM SIGN", 8, 2, 0, b"", 0, 0, 0, 0, 0,
                   0, 0, b"", b"", 0, 4, len(data), len(tables), 0)
open("d.b6t", "wb").write(head + bytes(4) + data + tables + bytes(4) + b"BWT5 STREAM FOOT")
PY
check() {
  for session in 1 2; do
    expect 0 "$discern" run -- fls -r -p "$1#session=$session"
    prints OLD.TXT
    if [ "$session" -eq 2 ]; then
      prints NEW.TXT
    else
      ! grep -q NEW.TXT out || fail "$1: the first session lists a file of the second"
    fi
  done
  inode=$(sed -n 's/^r.r \([0-9-]*\):.*NEW.TXT/\1/p' out | head -1)
  expect 0 "$discern" run -- icat "$1#session=2" "${inode:-0}"
  prints second
}
for disc in two.cue d.ccd d.mds d.b6t d.nrg d.cdi; do check $disc; done

sessions 45000
printf '2\n1 0 4 2352 s1.raw 0\n2 45000 4 2352 s2.raw 0\n' > d.gdi
check d.gdi
finish
