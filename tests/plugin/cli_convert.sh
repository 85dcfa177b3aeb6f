# SPDX-License-Identifier: Apache-2.0
# convert: what it writes is what other programs take and read the same data from, what cannot be
# read is said, and nothing is left when it fails.
. "$(dirname "$0")/common.sh"
need_corpus
cd "$work" || exit 1
lab=$corpus/optical/cue-lab
iso=$lab/s1.iso
cp "$lab"/*.bin "$lab"/1[24]_*.cue .
chmod u+w ./*

# An ISO becomes the very sectors that another program made of it (the lab's c_m1.bin).
expect 0 "$discern" convert "$iso" -o disc.cue
prints "as written"
cmp -s disc.bin "$lab/c_m1.bin" || fail "sectors made from an ISO differ"
if command -v bchunk > /dev/null; then
  bchunk disc.bin disc.cue bchunk_ > /dev/null
  cmp -s bchunk_01.iso "$iso" || fail "bchunk reads other data from disc.cue"
fi
if command -v cd-info > /dev/null; then
  LC_ALL=C cd-info --no-device-info --no-cddb -q disc.cue > cd-info.txt 2>&1
  grep -q 'ISO 9660' cd-info.txt || fail "cd-info sees no ISO 9660: $(tail -3 cd-info.txt)"
fi
cdrdao show-toc disc.cue 2>&1 | grep -q 'END *00:04:06' || fail "cdrdao does not take disc.cue"

# Every stored form of one disc gives back its user data, and full sectors.
for form in c_m1 c_m2 c2336 c2448 cscram cpre150; do
  expect 0 "$discern" convert "$form.bin" -o "$form.iso"
  cmp -s "$form.iso" "$iso" || fail "$form.iso differs"
  expect 0 "$discern" convert "$form.bin" --to bin -o "full_$form"
  expect 0 "$discern" convert "full_$form.cue" -o "again_$form.iso"
  cmp -s "again_$form.iso" "$iso" || fail "data through full_$form.cue differs"
  expect 0 "$discern" convert "$form.bin" -o "$form.ccd"
  expect 0 "$discern" cat --view data "$form.ccd"
  cmp -s "$work/out" "$iso" || fail "data through $form.ccd differs"
done
cmp -s full_cscram.bin c_m1.bin || fail "unscrambled sectors differ"
cmp -s full_c2448.bin c_m1.bin || fail "sectors without subchannel differ"
same "$(xxd -s 12 -l 12 -p full_c2336.bin)" "$(xxd -s 12 -l 12 -p c_m2.bin)" "header made for 2336-byte sectors"
# P to W of a sector go into the .sub, channel by channel; BIN has no place for them.
python3 - c2448.bin sub.bin <<'END'
import random, sys
sectors = open(sys.argv[1], "rb").read()
random.seed(1)
with open(sys.argv[2], "wb") as out, open("expected.sub", "wb") as sub:
    for at in range(0, len(sectors), 2448):
        channels = bytes(random.randrange(256) for _ in range(96))
        out.write(sectors[at:at + 2352] + channels)
        bits = [[byte >> (7 - c) & 1 for byte in channels] for c in range(8)]
        sub.write(b"".join(int("".join(map(str, row)), 2).to_bytes(12, "big") for row in bits))
END
expect 0 "$discern" convert sub.bin -o sub.ccd
cmp -s sub.sub expected.sub || fail "sub.sub differs"
cmp -s sub.img c_m1.bin || fail "sub.img differs"
expect 0 "$discern" cat --view subchannel sub.ccd
cmp -s "$work/out" expected.sub || fail "the view subchannel of sub.ccd differs"
[ ! -e c_m1.sub ] || fail "a .sub without any subchannel"
expect 0 "$discern" convert -v sub.bin --to bin -o full_sub
says "which is not written"
if command -v ccd2iso > /dev/null; then
  ccd2iso c_m1.img ccd2iso.iso > /dev/null
  cmp -s ccd2iso.iso "$iso" || fail "ccd2iso reads other data"
fi

# Several tracks: addresses and audio stay, PREGAP that no file has included.
for sheet in 12_multifile 14_pregap; do
  for to in cue ccd; do
    expect 0 "$discern" convert "$sheet.cue" -o "two_$sheet.$to"
    same "$("$discern" info --json "two_$sheet.$to" | json /dev/stdin '[(t["number"], t["mode"], t["first_lba"], t["sectors"], t["pregap"]) for s in rows[0]["disc"]["sessions"] for t in s["tracks"]]')" \
      "$("$discern" info --json "$sheet.cue" | json /dev/stdin '[(t["number"], t["mode"], t["first_lba"], t["sectors"], t["pregap"]) for s in rows[0]["disc"]["sessions"] for t in s["tracks"]]')" "tracks of two_$sheet.$to"
  done
done

# Audio.
expect 0 "$discern" convert '12_multifile.cue#track=2' -o track.wav
cmp -s <(tail -c +45 track.wav) <(tail -c +$((150 * 2352 + 1)) a.bin) || fail "samples differ"
python3 -c 'import wave
w = wave.open("track.wav"); assert (w.getnchannels(), w.getsampwidth(), w.getframerate(), w.getnframes()) == (2, 2, 44100, 152 * 588)' || fail "no WAVE file"
expect 2 "$discern" convert '12_multifile.cue#track=1' -o no.wav
says "no audio track"

expect 0 "$discern" cat --wav '12_multifile.cue#track=2'
cmp -s "$work/out" track.wav || fail "cat --wav differs from convert"
expect 0 "$discern" cat --view 'track 2' 12_multifile.cue
cmp -s "$work/out" <(tail -c +45 track.wav) || fail "cat without --wav is not the samples"
expect 2 "$discern" cat --wav '12_multifile.cue#track=1'
says "is no audio track"

# IMZ and back.
make_floppy floppy.img
expect 0 "$discern" convert floppy.img -o floppy.imz --json
same "$(json out 'rows[0]["read_back"][0]["verdict"], rows[0]["files"][0]["sha256"]')" "('match', '$(sha256sum < floppy.imz | cut -d' ' -f1)')" "json"
unzip -tq floppy.imz > /dev/null || fail "unzip does not take floppy.imz"
unzip -p floppy.imz | cmp -s - floppy.img || fail "unzip reads other data"
7z t floppy.imz > /dev/null || fail "7z does not take floppy.imz"
expect 0 "$discern" convert floppy.imz -o back.img
cmp -s back.img floppy.img || fail "IMZ and back differs"
expect 0 "$discern" convert floppy.img -o floppy.cue

# A disc that does not begin at LBA 0 keeps its addresses.
expect 0 "$discern" convert cnohead.bin -o headless.cue
says "begins at LBA 10"
expect 0 "$discern" cat --view data headless.cue
cmp -s <(tail -c +$((10 * 2048 + 1)) "$work/out") <(tail -c +$((10 * 2048 + 1)) "$iso") || fail "headless addresses"
expect 2 "$discern" convert cnohead.bin -o headless.ccd
says "begins at LBA 0"

# What cannot be read is never zeros without a word.
before=$(ls -A)
expect 2 "$discern" convert ctrunc.bin -o cut.cue
says "--keep-going"
same "$(ls -A)" "$before" "files after a failure"
expect 1 "$discern" convert --keep-going ctrunc.bin -o cut.cue
says "could not be read"
same "$(stat -c %s cut.bin)" "$((306 * 2352))" "size with zeros for the missing bytes"

# Nothing is overwritten: neither files, nor evidence even by force.
expect 2 "$discern" convert "$iso" -o disc.cue
says "--force"
expect 0 "$discern" convert --force "$iso" -o disc.cue
expect 2 "$discern" convert --force c_m1.bin -o c_m1.cue
says "is evidence"
cmp -s c_m1.bin "$lab/c_m1.bin" || fail "evidence was overwritten"
expect 2 "$discern" convert "$iso" -o no/such/folder.iso
expect 64 "$discern" convert "$iso" -o disc.xyz
says "--to is one of"
expect 64 "$discern" convert "$iso" -o disc.xyz --to xyz
expect 64 "$discern" convert "$iso"
[ -z "$(find . -name '.discern*')" ] || fail "folders are left behind"
finish
