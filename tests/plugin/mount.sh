# SPDX-License-Identifier: Apache-2.0
# `discern mount`: views and files as other programs deliver them, errors where bytes are missing.
. "$(dirname "$0")/common.sh"
for tool in fusermount3 mkfs.fat mcopy zip xorriso mke2fs sfdisk; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
[ -w /dev/fuse ] || { echo "no /dev/fuse that can be used: skipped"; exit 77; }
unset LD_PRELOAD
m=$work/mnt
mkdir "$m"
pid=
# mounted IMAGE [OPTION...]: mounts in the foreground and waits until it is there.
mounted() {
  local i
  "$discern" mount "$@" "$m" 2> "$work/err" &
  pid=$!
  for i in $(seq 100); do
    mountpoint -q "$m" && return
    kill -0 $pid 2> /dev/null || break
    sleep 0.1
  done
  fail "not mounted: $* -- $(cat "$work/err")"
}
# unmounted: ends the mount in the way of an administrator; discern must be done, with status 0.
unmounted() {
  local status=0
  fusermount3 -u "$m" || fail "fusermount3 -u"
  wait $pid || status=$?
  same "$status" 0 "status after fusermount3 -u"
}
trap 'fusermount3 -qu "$m"; chmod -R u+w "$work"; rm -rf "$work"' EXIT

# A floppy in an archive: view, files, a deleted file, sums, texts.
make_floppy "$work/a.img"
(cd "$work" && zip -q a.imz a.img)
before=$(sha256sum < "$work/a.imz")
mounted "$work/a.imz"
says "is mounted on $m"
cmp "$m/media.raw" "$work/a.img" || fail "media.raw"
cmp "$m/files/hello.txt" "$work/hello.txt" || fail "a file"
cmp "$m/files/noise.bin" "$work/noise.bin" || fail "a file of many sectors"
same "$(ls "$m/deleted" | grep -v Orphan)" _one.txt "deleted files"
cmp "$m/deleted/_one.txt" "$work/hello.txt" || fail "a deleted file"
for sum in md5 sha1 sha256; do
  (cd "$m" && "${sum}sum" -c "${sum^^}SUMS") > "$work/out" 2>&1 || fail "$sum: $(cat "$work/out")"
  same "$(wc -c < "$m/${sum^^}SUMS")" "$(stat -c %s "$m/${sum^^}SUMS")" "size of ${sum^^}SUMS"
done
"$discern" info "$work/a.imz" > "$work/out"
cmp "$m/info.txt" "$work/out" || fail "info.txt"
"$discern" info --json "$work/a.imz" | sed 's/,"sandbox":"[^"]*"}$/}/' | cmp - "$m/info.json" || fail "info.json"
same "$(stat -c %y "$m/files/hello.txt" | cut -c 1-4)" "$(stat -c %y "$work/hello.txt" | cut -c 1-4)" "year of a file"

# Read-only, and nothing of the evidence changes.
touch "$m/new" 2> /dev/null && fail "a file could be made"
rm -f "$m/files/hello.txt" 2> /dev/null && fail "a file could be removed"
(: >> "$m/media.raw") 2> /dev/null && fail "a view could be written"
chmod u+w "$m/media.raw" 2> /dev/null && fail "a mode could be changed"
[ -e "$m/no-such-file" ] && fail "a file that is not there"

# Four readers at once.
for i in 1 2 3 4; do cmp "$m/media.raw" "$work/a.img" & readers[i]=$!; done
for i in 1 2 3 4; do wait "${readers[i]}" || fail "reader $i"; done
unmounted
mountpoint -q "$m" && fail "still mounted"
same "$(sha256sum < "$work/a.imz")" "$before" "the evidence"

# Ctrl-C, and the background.
mounted "$work/a.img"
kill -INT $pid
wait $pid
same $? 0 "status after SIGINT"
mountpoint -q "$m" && fail "mounted after SIGINT"
expect 0 "$discern" mount --background "$work/a.img" "$m"
cmp "$m/files/hello.txt" "$work/hello.txt" || fail "a file of a background mount"
fusermount3 -u "$m" || fail "unmounting the background"

# A view that is a file from end to end: read by the kernel itself where it can (Linux 6.9, root), the
# server hardly writes anything then; access times stay either way, and a file that changed is an error.
head -c 20M /dev/urandom > "$work/b.img"
sum=$(sha256sum < "$work/b.img")
touch -a -d 2001-02-03 "$work/b.img"
mounted -i raw "$work/b.img"
same "$(sha256sum < "$m/media.raw")" "$sum" "a view that is a file"
same "$(stat -c %x "$work/b.img" | cut -c 1-10)" 2001-02-03 "access time of the evidence"
written=$(awk '/^wchar/ { print $2 }' "/proc/$pid/io")
administrator=$(($(awk '/^CapEff/ { print "0x" $2 }' /proc/self/status) >> 21 & 1)) # CAP_SYS_ADMIN
case $administrator:$(awk '{ print $1, $2, $3 }' /proc/self/uid_map):$(stat -f -c %T "$work"):$(zcat /proc/config.gz 2> /dev/null) in
  "1:0 0 4294967295:ext"*CONFIG_FUSE_PASSTHROUGH=y*)
    [ "$written" -lt 1000000 ] || fail "read through us: $written bytes"
    truncate -s 10M "$work/b.img"
    cat "$m/media.raw" > "$work/out" 2>&1 && fail "a file that was cut was read to its end" ;;
esac
unmounted

# Wrong use: nothing is mounted over what is there.
expect 2 "$discern" mount "$work/a.img" "$work"
says "is not empty"
expect 2 "$discern" mount "$work/a.img" "$work/none"
expect 2 "$discern" mount "$work/a.img" "$work/a.img"
expect 2 "$discern" mount "$work/none.img" "$m"
expect 64 "$discern" mount "$work/a.img"

# Unread sectors: an error for who reads them, all else as it is. 18 sectors from sector 1000 on.
cp "$work/a.img" "$work/r.img"
printf '0x000000000 ? 1\n0x000000000 0x0007d000 +\n0x0007d000 0x2400 -\n0x0007f400 0xE8C00 +\n' > "$work/r.map"
mounted "$work/r.img"
dd if="$m/media.raw" bs=512 skip=1000 count=18 > "$work/out" 2> "$work/err2" && fail "unread sectors were read"
grep -qi "input/output error" "$work/err2" || fail "no EIO: $(cat "$work/err2")"
dd if="$m/media.raw" bs=4096 count=125 status=none | cmp -n 512000 - "$work/a.img" || fail "bytes before unread ones"
dd if="$m/media.raw" bs=4096 skip=128 status=none > "$work/out" || fail "bytes behind unread ones"
dd if="$work/a.img" bs=4096 skip=128 status=none | cmp - "$work/out" || fail "bytes behind unread ones"
grep -qx "# media.raw has unreadable bytes *" "$m/SHA256SUMS" || fail "a digest of what cannot be read: $(cat "$m/SHA256SUMS")"
cmp "$m/files/hello.txt" "$work/hello.txt" || fail "a file beside unread sectors"
unmounted
# The same where a file lies: its first cluster is sector 33 of this floppy, hello.txt; noise.bin follows.
printf '0x000000000 ? 1\n0x000000000 0x00004200 +\n0x00004200 0x200 -\n0x00004400 0x163C00 +\n' > "$work/r.map"
mounted "$work/r.img"
cat "$m/files/hello.txt" > "$work/out" 2>&1 && fail "an unread file was read"
cmp "$m/files/noise.bin" "$work/noise.bin" || fail "the file behind an unread one"
grep -q "hello.txt" "$m/findings.txt" || fail "findings.txt lacks the unread file"
unmounted

# Carved files in place, from the list that carve prints and from a case folder.
cp "$work/a.img" "$work/c.img"
python3 - "$work/c.img" "$work/dot.gif" <<'PY'
import sys
# GIF89a of one pixel (W3C, GIF89a specification, appendix A), into free space of the floppy.
gif = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")
open(sys.argv[2], "wb").write(gif)
with open(sys.argv[1], "r+b") as disk:
    disk.seek(1200 * 512)
    disk.write(gif)
PY
(cd "$work" && "$discern" carve --list-only --json c.img > list.jsonl 2> err && "$discern" examine -q -o case c.img > out 2> err)
for carved in "$work/list.jsonl" "$work/case"; do
  mounted --carved "$carved" "$work/c.img"
  same "$(ls "$m/carved" | grep -c gif)" 1 "carved files by $carved"
  cmp "$m"/carved/*.gif "$work/dot.gif" || fail "a carved file by $carved"
  (cd "$m/carved" && sha256sum -c --quiet SHA256SUMS) || fail "carved/SHA256SUMS"
  unmounted
done
expect 2 "$discern" mount --carved "$work/none" "$work/c.img" "$m"
says "none: cannot be read"
expect 2 "$discern" mount --carved "$work/hello.txt" "$work/c.img" "$m"
says "hello.txt:1:1: no line of a carve list"
head -c 512000 "$work/c.img" > "$work/short.img"
expect 2 "$discern" mount --carved "$work/list.jsonl" "$work/short.img" "$m"
says "a run lies outside of view"

# Past the page cache.
mounted --direct-io "$work/a.img"
cmp "$m/media.raw" "$work/a.img" || fail "media.raw with --direct-io"
(cd "$m" && sha256sum -c --quiet SHA256SUMS) || fail "sums with --direct-io"
unmounted

# A raw CD for programs that want an ISO.
mkdir -p "$work/tree/folder" && cp "$work/noise.bin" "$work/tree/folder" && cp "$work/hello.txt" "$work/tree"
xorriso -as mkisofs -quiet -J -R -o "$work/d.iso" "$work/tree" 2> /dev/null
"$DISCERN_BUILD/bin/make_raw_cd" "$work/d.iso" "$work/d.bin" || fail "make_raw_cd"
mounted "$work/d.bin"
cmp "$m/data.iso" "$work/d.iso" || fail "data.iso"
cmp "$m/raw.bin" "$work/d.bin" || fail "raw.bin"
cmp "$m/repaired.iso" "$work/d.iso" || fail "repaired.iso of a sound disc"
diff -r "$work/tree" "$m/files" || fail "files of a disc"
(cd "$m" && sha256sum -c --quiet SHA256SUMS) || fail "sums of a disc"
unmounted

# Sound: the track's samples behind 44 bytes of header.
head -c 705600 /dev/urandom > "$work/sound.bin"
printf 'FILE "sound.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n' > "$work/sound.cue"
mounted "$work/sound.cue"
tail -c +45 "$m/track01.wav" | cmp - "$work/sound.bin" || fail "samples"
python3 - "$m/track01.wav" <<'PY' || fail "no WAVE file"
import sys, wave
sound = wave.open(sys.argv[1])
assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (2, 2, 44100)
assert sound.getnframes() == 705600 // 4
PY
unmounted

# Two file systems of other kinds: one folder each; libtsk's own reading of ext; a link is no link.
mkdir "$work/ext" && cp "$work/noise.bin" "$work/ext" && ln -s /etc/passwd "$work/ext/link"
truncate -s 300000 "$work/ext/holes" && printf end >> "$work/ext/holes"
truncate -s 10M "$work/p.img"
printf '2048,4096,0x83\n8192,2880,0x01\n' | sfdisk -q "$work/p.img" 2> /dev/null || fail "sfdisk"
mke2fs -q -t ext2 -b 1024 -d "$work/ext" "$work/ext.img" 2048 > "$work/out" 2>&1 || fail "mke2fs"
dd if="$work/ext.img" of="$work/p.img" bs=512 seek=2048 conv=notrunc status=none
dd if="$work/a.img" of="$work/p.img" bs=512 seek=8192 conv=notrunc status=none
mounted "$work/p.img"
cmp "$m/files/volume1/noise.bin" "$work/noise.bin" || fail "a file of ext"
cmp "$m/files/volume1/holes" "$work/ext/holes" || fail "a file with holes"
[ -L "$m/files/volume1/link" ] && fail "a link that can be followed"
same "$(cat "$m/files/volume1/link")" /etc/passwd "a link's target"
cmp "$m/files/volume2/hello.txt" "$work/hello.txt" || fail "a file of the second volume"
cmp -n 1474560 "$m/volume2.raw" "$work/a.img" || fail "the view of a volume"
unmounted
finish
