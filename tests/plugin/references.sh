# SPDX-License-Identifier: Apache-2.0
# verify against what other programs say of an image: equal, and with one bit changed at a known place.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
cd "$work"
md5sum a.img > a.img.md5
sha256sum --tag a.img > SHA256SUMS
hashdeep -c md5,sha1 -p 65536 -b a.img > pieces

expect 0 "$discern" verify a.img --against pieces
prints "match        file:a.img  digest  expected $(md5sum < a.img | cut -c 1-32)"
prints "a.img.md5:1"
prints "SHA256SUMS:1"
prints "23 match, 0 differ"
expect 0 "$discern" verify a.img --expect "sha-512:$(sha512sum < a.img | cut -d ' ' -f 1)"
prints "typed in"
expect 1 "$discern" verify a.img --expect "sha1:$(head -c 40 < /dev/zero | tr '\0' 0)"
expect 64 "$discern" verify a.img --expect sha1:12
expect 2 "$discern" verify a.img --against hello.txt
says "no digests are found"
echo "$(md5sum < a.img | cut -c 1-32)  one" > foreign
echo "$(md5sum < a.img | cut -c 1-32)  two" >> foreign
expect 0 "$discern" verify a.img --against foreign
says "reference.not-about-this"

# The bit lies in noise.bin: where mtools put it is told by its own map of clusters.
cp a.img bad.img
at=$(LC_ALL=C grep -obUaF "$(head -c 16 noise.bin | tail -c 12)" bad.img 2> /dev/null | head -n 1 | cut -d : -f 1)
[ -n "$at" ] || at=17000
at=$((at + 5000))
printf "\\x$(printf %02x $((0x$(xxd -s $at -l 1 -p bad.img) ^ 1)))" | dd of=bad.img bs=1 seek=$at conv=notrunc status=none
expect 1 "$discern" verify --json bad.img --against pieces
same "$(json out '[(r["offset"] <= '$at' < r["offset"] + r["size"], r["first_lba"] <= '$at' // 512 <= r["last_lba"], "/noise.bin" in r["entries"]) for r in rows if r["schema"] == "discern/mismatch/1"]')" \
  "[(True, True, True), (True, True, True)]" "the place of the changed bit"
# Beside the damaged image lie sums of the good one only: not about it.
expect 1 "$discern" verify bad.img --against a.img.md5

# An IMZ: the sums of what it holds.
(mkdir z && cd z && cp ../a.img . && zip -q a.imz a.img && md5sum a.img > a.md5 && rm a.img)
expect 0 "$discern" verify z/a.imz
prints "match        view:media  digest"
finish
