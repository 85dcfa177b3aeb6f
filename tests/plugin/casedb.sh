# SPDX-License-Identifier: Apache-2.0
# `discern casedb` fills what tsk_loaddb leaves empty, for the right image, and overwrites nothing.
. "$(dirname "$0")/common.sh"
for tool in tsk_loaddb sqlite3 zip mkfs.fat mcopy xorriso md5sum; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
unset LD_PRELOAD
export TZ=UTC
cd "$work" || exit 1
make_floppy "$work/a.img"
mkdir raw imz cd iso
cp a.img raw/disk.img
zip -q imz/disk.img a.img && mv imz/disk.img* imz/disk.img 2> /dev/null
[ -f imz/disk.img ] || mv imz/disk.img.zip imz/disk.img
of() { sqlite3 "$1" "select md5, sha1, sha256 from tsk_image_info"; }
wanted="$(md5sum < a.img | cut -c -32)|$(sha1sum < a.img | cut -c -40)|$(sha256sum < a.img | cut -c -64)"

# A raw image and the same one in an IMZ: databases that differ in the acquisition details only.
for kind in raw imz; do
  (cd $kind && expect 0 "$discern" run -- tsk_loaddb -d case.db disk.img)
  same "$(of $kind/case.db)" "||" "$kind: what tsk_loaddb knows"
  (cd $kind && expect 0 "$discern" casedb case.db disk.img)
  prints "filled"
  same "$(of $kind/case.db)" "$wanted" "$kind: digests in the database"
  sqlite3 $kind/case.db .dump > $kind.sql
  grep -v "^INSERT INTO data_source_info" $kind.sql > $kind.rest
done
cmp raw.rest imz.rest || fail "the databases differ: $(diff raw.rest imz.rest | head -5)"
sqlite3 imz/case.db "select acquisition_details from data_source_info" > details
for text in "Format: imz" "View: media, 1474560 bytes" "Evidence file: disk.img, $(stat -c %s imz/disk.img) bytes, MD5 $(md5sum < imz/disk.img | cut -c -32)" "of view:media (ZIP central directory): match"; do
  grep -qF "$text" details || fail "details lack '$text': $(cat details)"
done

# Once more: nothing changes. Other values: kept, and said.
(cd imz && expect 0 "$discern" casedb --json case.db disk.img)
same "$(json out '[row["action"] for row in rows]')" "['same', 'same', 'same', 'same']" "the second time"
sqlite3 imz/case.db "update tsk_image_info set md5 = '0123'; update data_source_info set acquisition_details = 'by hand'"
(cd imz && expect 1 "$discern" casedb case.db disk.img)
prints "there stands: 0123"
prints "there stands: by hand"
same "$(sqlite3 imz/case.db 'select md5 from tsk_image_info')" 0123 "a digest that was there"
sqlite3 imz/case.db "update tsk_image_info set md5 = upper('${wanted%%|*}')"
(cd imz && expect 0 "$discern" casedb case.db disk.img)

# A disc, whole and by session; two images in one database are told apart.
mkdir tree && echo text > tree/A.TXT
xorriso -as mkisofs -quiet -o d.iso tree 2> /dev/null
"$DISCERN_BUILD/bin/make_raw_cd" d.iso cd/d.bin || fail "make_raw_cd"
printf 'FILE "d.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > cd/d.cue
expect 0 "$discern" run -- tsk_loaddb -d two.db cd/d.cue
expect 0 "$discern" run -- tsk_loaddb -a -d two.db raw/disk.img
expect 0 "$discern" casedb two.db cd/d.cue
same "$(sqlite3 two.db 'select md5 from tsk_image_info order by obj_id' | tr '\n' ' ')" "$(md5sum < d.iso | cut -c -32)  " "two images"
expect 0 "$discern" casedb two.db "$work/raw/disk.img"
same "$(sqlite3 two.db 'select md5 from tsk_image_info order by obj_id' | tail -1)" "${wanted%%|*}" "the second image"
expect 0 "$discern" run -- tsk_loaddb -d track.db 'cd/d.cue#track=1'
expect 2 "$discern" casedb track.db cd/d.cue
says "no such image in the database; it has: cd/d.cue#track=1"
expect 0 "$discern" casedb track.db 'cd/d.cue#track=1'
same "$(sqlite3 track.db 'select md5 from tsk_image_info')" "$(md5sum < cd/d.bin | cut -c -32)" "a track"

# Wrong images and databases.
expect 2 "$discern" casedb two.db imz/disk.img
says "no such image"
cp raw/case.db moved.db
head -c 512000 a.img > disk.img
sqlite3 moved.db "update tsk_image_names set name = '/elsewhere/disk.img'; update tsk_image_info set md5 = null"
expect 2 "$discern" casedb moved.db disk.img
says "has 1474560 bytes in the database and 512000 here"
expect 0 "$discern" casedb moved.db raw/disk.img
same "$(of moved.db)" "$wanted" "a database from elsewhere"
expect 2 "$discern" casedb none.db raw/disk.img
says "no such database"
expect 2 "$discern" casedb a.img raw/disk.img
sqlite3 empty.db 'create table t (a)'
expect 2 "$discern" casedb empty.db raw/disk.img
says "no case database"
expect 64 "$discern" casedb two.db

# Locked by another program: an error, and nothing half done.
python3 - <<PY || fail "locked"
import sqlite3, subprocess
database = sqlite3.connect("raw/case.db", isolation_level=None)
database.execute("update tsk_image_info set md5 = ''")
database.execute("begin exclusive")
found = subprocess.run(["$discern", "casedb", "raw/case.db", "raw/disk.img"], capture_output=True, text=True)
assert found.returncode == 2 and "locked" in found.stderr, found
PY

# What cannot be read whole gets no digest.
cp a.img r.img
printf '0x000000000 ? 1\n0x000000000 0x0007d000 +\n0x0007d000 0x2400 -\n0x0007f400 0xE8C00 +\n' > r.map
tsk_loaddb -d r.db r.img > /dev/null || fail "tsk_loaddb"
expect 1 "$discern" casedb r.db r.img
same "$(of r.db)" "||" "digests of an image with unread parts"
sqlite3 r.db "select acquisition_details from data_source_info" | grep -q "Unreadable: 9216 bytes" || fail "unread parts are not told"
finish
