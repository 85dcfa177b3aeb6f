# SPDX-License-Identifier: Apache-2.0
# Media that could be read in part only: images with a ddrescue map, devices with bad sectors. All
# that is readable comes out, what is not is said, and the files that lie there are named.
. "$(dirname "$0")/common.sh"
cd "$work" || exit 1
make_floppy disk.img
# noise.bin's first cluster, by TSK.
sector=$(istat -f fat disk.img 5 | awk '/^Sectors:/ { getline; print $1; exit }')
[ -n "$sector" ] || fail "istat tells no sector"
offset=$((sector * 512))

# ---- an image whose map says that one of its sectors is a filler -----------------------------
cp disk.img copy.img
printf '%s\n' '0x0 + 1' "0 $offset +" "$offset 512 -" "$((offset + 512)) $((1474560 - offset - 512)) +" > copy.map
expect 1 "$discern" list copy.img
says "/noise.bin (allocated, 30000 bytes): 512 bytes cannot be read"
! grep -q 'hello.txt.*cannot' "$work/err" || fail "a whole file is called unreadable"
expect 1 "$discern" examine copy.img -o case
grep -q '"entry.unread"' case/findings.jsonl || fail "examine does not list the file"
expect 1 "$discern" hash --json copy.img
same "$(json "$work/out" '[row["bad_bytes"] for row in rows]')" "[0, 0, 512]" "bad bytes of file, map and view"
same "$(json "$work/out" 'rows[0]["sha256"]')" "$(sha256sum copy.img | cut -d' ' -f1)" "digest of the file as found"
# TSK alone delivers the filler with success. Through discern it is an error.
expect 0 icat -f fat copy.img 5
status=0
"$discern" run -- icat copy.img 5 > "$work/out" 2> "$work/err" || status=$?
[ "$status" -ne 0 ] || fail "icat over a filler ended with 0"
expect 0 "$discern" run -- icat copy.img 4
cmp -s "$work/out" hello.txt || fail "icat of a whole file differs"
expect 0 "$discern" run -- icat -i raw copy.img 5

# Export stops at the bad sector, or goes on behind it and says so.
expect 2 "$discern" cat copy.img
says "unreadable from its byte $offset on"
same "$(stat -c %s "$work/out")" "$offset" "bytes before the bad sector"
expect 1 "$discern" cat --keep-going --map cat.map copy.img
says "512 bytes from byte $offset of view media on could not be read"
cmp -s <(head -c "$offset" copy.img; head -c 512 /dev/zero; tail -c +$((offset + 513)) copy.img) "$work/out" ||
  fail "cat --keep-going delivers other bytes"
grep -q "$(printf '0x%08X  0x00000200  -' "$offset")" cat.map || fail "map of cat: $(cat cat.map)"
expect 64 "$discern" cat --map cat.map copy.img

# ---- an E01 acquired from a device with bad sectors ------------------------------------------
cp disk.img source.img
head -c 1200000 /dev/urandom > large.bin
mcopy -i source.img large.bin ::/
if command -v ewfacquire > /dev/null && device=$(losetup -f --show -r source.img 2> /dev/null); then
  truncate -s 300000 source.img
  ewfacquire -u -q -w -g 1 -t acquired "$device" > /dev/null 2>&1
  losetup -d "$device"
  expect 1 "$discern" list acquired.E01
  says "bytes are fillers for what could not be read when the image was made"
  ! grep -q 'noise.bin.*fillers' "$work/err" || fail "a whole file is called a filler"
  grep -q '/large.bin (allocated, 1200000 bytes)' "$work/err" || fail "no entry is named: $(cat "$work/err")"
  "$discern" verify -q acquired.E01 > "$work/out"
  prints "match        view:media  digest"
fi

# ---- a device with bad sectors: a loop device whose backing file was cut ----------------------
if device=$(losetup -f --show -r disk.img 2> /dev/null); then
  truncate -s $((offset + 5000)) disk.img
  expect 1 "$discern" hash --json --map new.map "$device"
  bad=$(json "$work/out" '[row["bad_bytes"] for row in rows if row["object"] == "view:media"][0]')
  [ "$bad" -gt 0 ] && [ "$bad" -lt 1474560 ] || fail "bad bytes of the device: $bad"
  if command -v ddrescuelog > /dev/null; then
    same "$(($(ddrescuelog -l- new.map | wc -l) * 512))" "$bad" "bad bytes by ddrescuelog"
  fi
  expect 1 "$discern" examine "$device" -o device_case --map other.map
  cmp -s new.map other.map || fail "examine writes another map than hash"
  losetup -d "$device"
fi
expect 64 "$discern" hash --map x.map copy.img copy.img
printf 'FILE "disc.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n' > disc.cue
head -c 235200 /dev/zero > disc.bin
expect 2 "$discern" hash --map x.map disc.cue
says "a map is of disks"
finish
