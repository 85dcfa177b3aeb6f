# SPDX-License-Identifier: Apache-2.0
# Where other programs can read a layout at all, they put its tracks where discern does: cdrdao on
# cue sheets and TOC files, libcdio's cd-info on sheets of one file without PREGAP (it leaves PREGAP
# out), chdman on cue sheets and GD-ROM lists, isoinfo on the 2048-byte view.
. "$(dirname "$0")/common.sh"
need_corpus
lab=$corpus/optical/cue-lab
cd "$work" || exit 1
cp "$lab"/{c_m1,c_m2,a,c2336,c2448,cscram,cnohead}.bin .
chmod u+w ./*
# Two seconds of data, then audio; libcdio takes the BIN of the sheet's own name, whatever the sheet says.
head -c $((150 * 2352)) c_m1.bin > simple.bin
cat a.bin >> simple.bin

# starts DESCRIPTOR: LBA of INDEX 01 of each track.
starts() {
  "$discern" info --json -q "$1" > info.json 2> /dev/null
  json info.json '" ".join(str(t["first_lba"]) for s in rows[0]["disc"]["sessions"] for t in s["tracks"])'
}
by_cdrdao() {
  cdrdao show-toc "$1" 2>&1 | sed -n 's/^ *START .*( *\([0-9]*\))$/\1/p' | paste -sd ' '
}
# Its exit status tells of drives, not of images.
by_cd_info() {
  LC_ALL=C cd-info --no-device-info --no-cddb -q "$1" 2> /dev/null |
    sed -n 's/^ *[0-9]*: [0-9:]* *\([0-9]\{6\}\) *\(data\|audio\|XA\) .*/\1/p' | sed 's/^0*\(.\)/\1/' | paste -sd ' '
}
# From the lengths: frames up to the next track, what is not stored (PAD) included.
by_chdman() {
  chdman createcd -f -c none -i "$1" -o chd.chd > chd.log 2>&1 || fail "chdman does not take $1"
  chdman info -v -i chd.chd | tr -d '\0' | sed -n 's/.*TRACK:.* FRAMES:\([0-9]*\).*/\1/p' |
    awk '{ printf "%s%d", (NR > 1 ? " " : ""), lba; lba += $1 } END { print "" }'
}
agree() { # PROGRAM ITS_STARTS DESCRIPTOR
  same "$2" "$(starts "$3")" "$3 by $1"
}

cat > simple.cue << 'END'
FILE "simple.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 00 00:02:00
    INDEX 01 00:02:30
  TRACK 03 AUDIO
    INDEX 01 00:03:50
END
cat > pregap.cue << 'END'
FILE "simple.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:02:00
  TRACK 03 AUDIO
    INDEX 00 00:03:00
    INDEX 01 00:03:50
END
cat > files.cue << 'END'
FILE "c_m2.bin" BINARY
  TRACK 01 MODE2/2352
    INDEX 01 00:00:00
FILE "a.bin" BINARY
  TRACK 02 AUDIO
    INDEX 00 00:00:00
    INDEX 01 00:02:00
END
cat > disc.toc << 'END'
CD_ROM
TRACK MODE1_RAW
DATAFILE "c_m1.bin" 00:02:00
TRACK AUDIO
PREGAP 00:02:00
FILE "a.bin" 0 00:02:00
TRACK AUDIO
FILE "a.bin" 00:02:00 00:02:00
START 00:00:40
END
printf '3\n1 0 4 2352 c_m1.bin 0\n2 600 0 2352 a.bin 0\n3 45000 4 2352 c_m1.bin 0\n' > disc.gdi

same "$(starts simple.cue)" "0 180 275" "simple.cue"
if command -v cdrdao > /dev/null; then
  for sheet in simple.cue pregap.cue files.cue disc.toc; do agree cdrdao "$(by_cdrdao $sheet)" $sheet; done
fi
if command -v cd-info > /dev/null; then
  agree cd-info "$(by_cd_info simple.cue)" simple.cue
fi
if command -v chdman > /dev/null; then
  agree chdman "$(by_chdman disc.gdi)" disc.gdi
fi
if command -v isoinfo > /dev/null; then
  for form in c_m1 c_m2 c2336 c2448 cscram; do
    "$discern" cat --view data -q $form.bin > $form.iso 2> /dev/null
    isoinfo -R -f -i $form.iso | sort > isoinfo.txt
    [ -s isoinfo.txt ] || fail "isoinfo reads nothing from $form.iso"
    "$discern" list --json -q $form.bin > list.json 2> /dev/null
    json list.json '"\n".join(sorted(r["path"] for r in rows if r["state"] == "allocated" and not r["path"].endswith("Volume Descriptor)")))' |
      sort > ours.txt
    cmp -s isoinfo.txt ours.txt || fail "$form: isoinfo: $(diff isoinfo.txt ours.txt | head -5)"
  done
fi
finish
