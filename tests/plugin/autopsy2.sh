# SPDX-License-Identifier: Apache-2.0
# Debian's Autopsy 2 under `discern run`, by HTTP: an IMZ and a raw CD become images of a case, their files
# are listed, one is looked at, and the digest is that of the medium. With Chromium, the pages are rendered
# as well: DISCERN_SCREENSHOTS=DIR keeps them.
. "$(dirname "$0")/common.sh"
for tool in autopsy curl zip mkfs.fat mcopy xorriso; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
unset LD_PRELOAD
make_floppy "$work/a.img"
(cd "$work" && zip -q disk.imz a.img)
mkdir "$work/tree" && cp "$work/hello.txt" "$work/tree/HELLO.TXT"
xorriso -as mkisofs -quiet -o "$work/d.iso" "$work/tree" 2> /dev/null
"$DISCERN_BUILD/bin/make_raw_cd" "$work/d.iso" "$work/disc.bin" || fail "make_raw_cd"

port=$((20000 + RANDOM % 20000))
mkdir "$work/locker"
# Its standard input must stay open.
mkfifo "$work/input"
"$discern" run -- autopsy -C -d "$work/locker" -p $port 127.0.0.1 < "$work/input" > "$work/autopsy.log" 2>&1 &
server=$!
exec 9> "$work/input"
trap 'kill $server 2> /dev/null; exec 9>&-; rm -rf "$work"' EXIT
address=http://127.0.0.1:$port/autopsy
for i in $(seq 50); do curl -s -o "$work/page" "$address" && break; sleep 0.2; done
# page QUERY: what it says, without markup.
page() {
  curl -s -m 60 "$address?$1" | sed 's/<[^>]*>//g' > "$work/out" || fail "no page for $1"
}
page "mod=0&view=2&case=case&desc=t&inv1=ex"
prints "Configuration file"
page "mod=0&view=8&case=case&host=host&inv=ex&tz=&ts=0&x=1&y=1"
prints "Host Directory"

# add FILE TYPE MOUNT NUMBER: as a volume image, with its MD5 computed by Autopsy.
add() {
  page "mod=0&view=14&case=case&host=host&inv=ex&img_path=$work/$1&imgtype=volume&sort=1&x=1&y=1"
  prints "(Type: $2)"
  page "mod=0&view=15&case=case&host=host&inv=ex&img_path=$work/$1&sort=1&num_img=1&do_md5=2&yes-1=1&start-1=0&end-1=0&mnt-1=$3&ftype-1=$2&x=1&y=1"
  prints "Image file added with ID img$4"
}
add disk.imz fat12 C: 1
prints "Current MD5: $(md5sum < "$work/a.img" | cut -c -32 | tr a-f A-F)"
add disc.bin iso9660 D: 2
prints "Current MD5: $(md5sum < "$work/d.iso" | cut -c -32 | tr a-f A-F)"
grep -q "image  img1  imz " "$work/locker/case/host/host.aut" || fail "type of the IMZ: $(cat "$work/locker/case/host/host.aut")"
grep -q "image  img2  raw_cd " "$work/locker/case/host/host.aut" || fail "type of the disc: $(cat "$work/locker/case/host/host.aut")"

# volume ID IMAGE ROOT FILE: the list of files, one of them, and their digests.
volume() {
  local base="case=case&host=host&inv=ex&vol=$1" image=$2 root=$3 file=$4 inode
  inode=$("$discern" run -- fls "$image" | sed -n "s/^r\/r \([0-9]*\):.*$file$/\1/p")
  page "mod=2&view=6&$base&dir=&meta=$root&sort=0&dirmode=1"
  prints "$file"
  page "mod=2&view=7&$base&dir=/$file&meta=$inode&sort=1&recmode=0"
  prints "hello evidence"
  page "mod=2&view=12&$base&dir=/&meta=$root&sort=0&dirmode=1"
  prints "$(md5sum < "$work/hello.txt" | cut -c -32)"
  if [ -n "${DISCERN_SCREENSHOTS:-}" ] && command -v chromium > /dev/null; then
    timeout 60 chromium --headless --no-sandbox --disable-gpu --window-size=1000,600 \
      --screenshot="$DISCERN_SCREENSHOTS/$1-files.png" "$address?mod=2&view=6&$base&dir=&meta=$root&sort=0&dirmode=1" > "$work/chromium" 2>&1
    timeout 60 chromium --headless --no-sandbox --disable-gpu --window-size=1000,600 \
      --screenshot="$DISCERN_SCREENSHOTS/$1-file.png" "$address?mod=2&view=7&$base&dir=/$file&meta=$inode&sort=1&recmode=0" > "$work/chromium" 2>&1
    [ -s "$DISCERN_SCREENSHOTS/$1-files.png" ] && [ -s "$DISCERN_SCREENSHOTS/$1-file.png" ] || fail "no picture of $1: $(tail -2 "$work/chromium")"
  fi
}
volume vol1 "$work/disk.imz" 2 hello.txt
volume vol2 "$work/disc.bin" 0 HELLO.TXT
finish
