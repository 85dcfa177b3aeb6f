# SPDX-License-Identifier: Apache-2.0
# Floppies that TSK 4.11.1 refuses or misreads come out right, and mtools, TSK and discern list the
# same files on every FAT12 image, however it was made.
. "$(dirname "$0")/common.sh"
for tool in mformat mcopy mdir mkfs.fat fls; do
  PATH=$PATH:/usr/sbin command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
export TZ=UTC MTOOLS_SKIP_CHECK=1 PATH=$PATH:/usr/sbin
cd "$work" || exit 1
printf 'hello evidence\n' > hello.txt
head -c 3000 /dev/urandom > noise.bin
fill() {
  mcopy -i "$1" hello.txt noise.bin ::/
  mcopy -i "$1" hello.txt ::/gone.txt
  mdel -i "$1" ::/gone.txt
}
patch() { dd of="$1" bs=1 seek="$2" conv=notrunc status=none; } # FILE OFFSET < bytes
info() { expect "$1" "$discern" info --json "$2"; }
# lists STATUS IMAGE: our walk finds both files, and the deleted one.
lists() {
  expect "$1" "$discern" list --json "$2"
  same "$(json out '"/hello.txt" in [r["path"] for r in rows], "/noise.bin" in [r["path"] for r in rows], any(r["state"] == "deleted" for r in rows)')" \
    "(True, True, True)" "$2"
}
volumes() { json out '[(v["type"], v["filesystem"]) for v in rows[0]["volumes"]]'; }
codes() { json out '[f["code"] for f in rows[0]["findings"]]'; }

# Names by mtools and by TSK through discern are those of our own list.
agree() {
  local ours theirs tsk
  lists 0 "$1"
  ours=$(json out 'sorted(r["path"][1:] for r in rows if r["state"] == "allocated" and r["type"] == "r")')
  theirs=$(mdir -b -i "$1" :: | sed 's|^::/||' | sort | python3 -c 'import sys; print(sys.stdin.read().split())')
  tsk=$("$discern" run -- fls -r -p -u -F "$1" | sed -n 's|^r/r [^:]*:\t||p' | sort | python3 -c 'import sys; print(sys.stdin.read().split())')
  same "$ours" "$theirs" "$1: mdir"
  same "$ours" "$tsk" "$1: fls"
  # Its MBR is mformat's invention.
  info 0 "$1"
  same "$(volumes)" "[('superfloppy', 'fat12')]" "$1"
}
for size in 160 180 320 360 720 1200 1440 2880; do
  mformat -C -f $size -i mformat$size.img :: && fill mformat$size.img
  agree mformat$size.img
  mkfs.fat -C -F 12 mkfs$size.img $size > /dev/null && fill mkfs$size.img
  agree mkfs$size.img
done
while read -r name options; do
  # shellcheck disable=SC2086
  mformat -C $options -i "$name.img" :: && fill "$name.img"
  agree "$name.img"
done << 'LIST'
dmf -t 80 -h 2 -s 21 -c 4 -r 1
dmf1024 -t 80 -h 2 -s 21 -c 2 -r 1
m168 -t 80 -h 2 -s 21
m172 -t 82 -h 2 -s 21
m176 -t 80 -h 2 -s 22
xdf -t 80 -h 2 -s 23
xdf525 -t 80 -h 2 -s 19
m640 -t 80 -h 2 -s 8
m800 -t 80 -h 2 -s 10
LIST
mkfs.fat -C -F 12 -S 1024 -r 192 -s 1 pc98.img 1232 > /dev/null && fill pc98.img
agree pc98.img

# Boot sectors that TSK insists on: the mark, the BPB, or all of it is missing.
for size in 160 180 360 1440; do
  cp mformat$size.img mark.img && head -c 2 /dev/zero | patch mark.img 510
  cp mformat$size.img bpb.img && head -c 51 /dev/zero | tr '\0' '\366' | patch bpb.img 11
  cp mformat$size.img wiped.img && head -c 512 /dev/zero | patch wiped.img 0
  for image in mark bpb wiped; do
    lists 0 $image.img
    grep -q 'overlay.walked' err || fail "$image $size: not said that the overlay is read"
    info 0 $image.img
    same "$(volumes)" "[('superfloppy', 'fat12')]" "$image $size"
    same "$(json out '[v["name"] for v in rows[0]["views"]], "overlay.boot-sector" in [f["code"] for f in rows[0]["findings"]]')" \
      "(['media', 'overlay'], True)" "$image $size"
    # Hashes stay over what was found.
    expect 0 "$discern" hash --json $image.img
    same "$(json out 'rows[0]["sha256"]')" "$(sha256sum < $image.img | cut -d' ' -f1)" "$image $size"
    expect 0 "$discern" timeline $image.img
    prints hello.txt
    fls -r $image.img > /dev/null 2>&1 && fail "TSK alone lists $image $size: the row is out of date"
    # The file system is read over the overlay, the image stays what was found; -i raw is raw.
    expect 0 "$discern" run -- fls -r -p $image.img
    prints hello.txt
    expect 0 "$discern" run -- fsstat $image.img
    prints FAT12
    expect 0 "$discern" run -- fls -r -p "$image.img#view=overlay"
    prints hello.txt
    "$discern" run -- img_cat $image.img | cmp -s - $image.img || fail "$image $size: img_cat"
    "$discern" run -- fls -i raw $image.img > /dev/null 2>&1 && fail "$image $size: -i raw is not left alone"
  done
done

rm -f case.db
expect 0 "$discern" run -- tsk_loaddb -d case.db wiped.img
command -v sqlite3 > /dev/null &&
  same "$(sqlite3 case.db 'select count(*) from tsk_files where name = "hello.txt"; select count(*) from tsk_vs_parts')" \
    "1
0" "case database of a floppy without boot sector"
# mformat's partition from sector 0 is none; a real table is one.
mmls mformat1440.img > /dev/null 2>&1 || fail "TSK sees no table on mformat's floppies: the row is out of date"
expect 1 "$discern" run -- mmls mformat1440.img

# Cut, with bytes behind the end, with a header in front.
head -c 40960 mformat1440.img > cut.img
lists 0 cut.img
info 0 cut.img
prints 'sectors 80 to 2879'
{ cat mformat1440.img; printf x; } > odd.img
lists 0 odd.img
expect 0 "$discern" hash --json odd.img
same "$(json out '{r["object"]: r["size"] for r in rows}')" \
  "{'file:odd.img': 1474561, 'view:media': 1474561, 'view:volume 1': 1474560, 'view:tail': 1}" odd
same "$(json out '[r["sha256"] for r in rows if r["object"] == "view:volume 1"][0]')" \
  "$(sha256sum < mformat1440.img | cut -d' ' -f1)" "the volume of odd.img"
same "$("$discern" cat --view tail odd.img)" x "tail"
{ head -c 84 /dev/urandom; cat mformat1440.img; } > header.img
lists 0 header.img
info 0 header.img
prints medium.header-in-front
expect 0 "$discern" run -- fls "header.img#view=volume 1"
prints hello.txt
expect 0 "$discern" carve --list-only --view 'slack 1' mkfs180.img

# Partitioned, and larger superfloppies.
truncate -s 8M part.img
printf 'start=63, size=4000, type=1\nstart=5000, size=8000, type=83\n' | sfdisk -q --force part.img
mkfs.fat -C p.fat 2000 > /dev/null && fill p.fat
dd if=p.fat of=part.img bs=512 seek=63 conv=notrunc status=none
lists 0 part.img
expect 0 "$discern" run -- mmls part.img
info 0 part.img
same "$(json out '[(v["name"], v["size"]) for v in rows[0]["views"]][1:3]')" \
  "[('volume 1', 2048000), ('volume 2', 4096000)]" "views of partitions"
mkfs.fat -C -F 16 fat16.img 32768 > /dev/null && fill fat16.img
lists 0 fat16.img
info 0 fat16.img
same "$(volumes)" "[('superfloppy', 'fat16')]" fat16

# No file system: said, and why.
head -c 737280 /dev/zero > blank.img
info 0 blank.img
prints 'blank'
{ printf 'DOS\0'; head -c 901116 /dev/zero; } > amiga.adf
info 0 amiga.adf
same "$(volumes)" "[('superfloppy', 'amiga')]" amiga
if [ -d "$corpus" ]; then
  info 0 "$corpus/floppy/sector_test_360k.img"
  prints 'test pattern'
  info 0 "$corpus/floppy/sector_test_1200k.img"
  same "$(volumes)" "[]" "pattern disk with a BPB"
  expect 0 "$discern" list "$corpus/floppy/sector_test_1200k.img"
  same "$(cat out)" "" "files of a pattern disk"
  expect 1 "$discern" run -- fsstat "$corpus/floppy/sector_test_1200k.img"
  says 'no FAT begins as it must'
fi
finish
