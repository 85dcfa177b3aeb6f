# SPDX-License-Identifier: Apache-2.0
# The plugin for nbdkit: views as exports, read by nbdcopy, nbdinfo and qemu-img; errors where bytes are missing.
. "$(dirname "$0")/common.sh"
plugin=$DISCERN_BUILD/lib/nbdkit-discern-plugin.so
[ -f "$plugin" ] || { echo "built without nbdkit-plugin-dev: skipped"; exit 77; }
for tool in nbdkit nbdcopy nbdinfo zip mkfs.fat mcopy xorriso; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
unset LD_PRELOAD
cd "$work" || exit 1
make_floppy "$work/a.img"
zip -q a.imz a.img
before=$(sha256sum < a.imz)
# served IMAGE COMMAND...: nbdkit on a socket of its own, as long as the command takes; $uri is its address.
cat > ./served << 'SH'
#!/bin/sh
image=$1
shift
exec nbdkit -U - "$plugin" "$image" --run "$*"
SH
chmod +x served
export plugin

expect 0 ./served a.imz 'nbdcopy "$uri" a.out'
cmp a.out a.img || fail "nbdcopy of an IMZ"
expect 0 ./served a.imz 'nbdinfo --json "$uri"'
prints '"export-size": 1474560'
prints '"is_read_only": true'
prints '"can_multi_conn": true'
same "$(sha256sum < a.imz)" "$before" "the evidence"
if command -v qemu-img > /dev/null; then
  expect 0 ./served a.imz 'qemu-img convert -f raw -O raw "$uri" b.out'
  cmp b.out a.img || fail "qemu-img of an IMZ"
else
  echo "no qemu-img: its part is skipped"
fi

# A disc: its views are exports, a selector chooses the default one.
mkdir tree && cp hello.txt noise.bin tree
xorriso -as mkisofs -quiet -o d.iso tree 2> /dev/null
"$DISCERN_BUILD/bin/make_raw_cd" d.iso d.bin || fail "make_raw_cd"
printf 'FILE "d.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > d.cue
expect 0 ./served d.cue 'nbdinfo --list "$uri"'
for view in data raw 'track 1'; do prints "export=\"$view\""; done
expect 0 ./served d.cue 'nbdcopy "$uri" d.out'
cmp d.out d.iso || fail "the default export of a disc"
expect 0 ./served 'd.cue#track=1' 'nbdcopy "$uri" t.out'
cmp t.out d.bin || fail "a track by selector"
expect 0 ./served d.cue 'nbdcopy "nbd+unix:///track%201?socket=$unixsocket" t.out'
cmp t.out d.bin || fail "a track by export name"
expect 1 ./served d.cue 'nbdcopy "nbd+unix:///none?socket=$unixsocket" n.out'
says 'has no view "none"'

# Unread sectors: an error for who reads them, all else as it is.
cp a.img r.img
printf '0x000000000 ? 1\n0x000000000 0x0007d000 +\n0x0007d000 0x2400 -\n0x0007f400 0xE8C00 +\n' > r.map
expect 1 ./served r.img 'nbdcopy "$uri" r.out'
says "offset 512000 cannot be read"
if python3 -c 'import nbd' 2> /dev/null; then
  expect 0 ./served r.img 'python3 -c "
import nbd, sys
h = nbd.NBD()
h.connect_uri(sys.argv[1])
raw = open(\"a.img\", \"rb\").read()
assert h.pread(512000, 0) == raw[:512000] and h.pread(4096, 521216) == raw[521216:525312]
for at in (511999, 512000, 521215):
    try:
        h.pread(1024, at)
        sys.exit(9)
    except nbd.Error as error:
        assert error.errno == \"EIO\", error.errno
" "$uri"'
fi

# What is no image.
expect 1 nbdkit -U - "$plugin" none.imz --run true
says "none.imz"
expect 1 nbdkit -U - "$plugin" a.imz format=none --run true
says "no such format: none"
expect 1 nbdkit -U - "$plugin" a.img format=imz --run true
expect 1 nbdkit -U - "$plugin" a.imz colour=red --run true
says "unknown parameter: colour"
expect 1 nbdkit -U - "$plugin" --run true
says "which image?"
expect 1 nbdkit -U - "$plugin" 'a.imz#view=none' --run true
says 'has no view "none"'
finish
