# SPDX-License-Identifier: Apache-2.0
# Odd archives of one floppy, each with what must come of it. Where 7-Zip and libarchive read them
# too, they must give the same bytes.
. "$(dirname "$0")/common.sh"
for tool in 7z bsdtar zip mkfs.fat mcopy python3 gzip; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
cd "$work" || exit 1
make_floppy floppy.img
sum=$(sha256sum < floppy.img | cut -d' ' -f1)
echo secret > password

zip -q deflate.imz floppy.img
zip -q -0 stored.imz floppy.img
zip -q -fz zip64.imz floppy.img
zip -q -fd descriptor.imz floppy.img
zip -q -P secret zipcrypto.imz floppy.img
7z a -tzip -psecret -mem=AES256 aes256.imz floppy.img > /dev/null
bsdtar --format zip --options zip:encryption=aes256 --passphrase secret -cf aes_piped.imz floppy.img
{ printf MZ; head -c 4094 /dev/zero; cat deflate.imz; } > prefix.imz
{ cat deflate.imz; head -c 512 /dev/zero; } > trailing.imz
gzip -c floppy.img > gzip.imz
zip -q several.imz floppy.img noise.bin hello.txt
7z a -tzip -mm=Deflate64 deflate64.imz floppy.img > /dev/null
7z a -tzip -mm=LZMA lzma.imz floppy.img > /dev/null
# patch IN OUT EXPRESSION: `b` are the bytes, `cd` the offset of the central directory's entry.
patch() {
  python3 -c 'import sys
b = bytearray(open(sys.argv[1], "rb").read()); cd = b.rindex(b"PK\1\2")
exec(sys.argv[3]); open(sys.argv[2], "wb").write(b)' "$1" "$2" "$3"
}
patch deflate.imz crc.imz 'b[cd + 16] ^= 1; b[14] ^= 1'
patch deflate.imz small.imz 'b[cd + 24:cd + 28] = b[22:26] = (1000000).to_bytes(4, "little")'
patch deflate.imz name.imz 'b[30:36] = b"FLOPPY"'
patch deflate.imz nodirectory.imz 'del b[cd:]'
patch deflate.imz cut.imz 'del b[len(b) * 6 // 10:]'

# whole NAME STATUS [FINDING]: the floppy, and what `info` says of the archive.
whole() {
  expect "$2" "$discern" info --json --password-file password "$1.imz"
  [ -z "${3:-}" ] || grep -q "\"$3\"" out || fail "$1: no finding $3"
  same "$("$discern" cat -q --password-file password "$1.imz" | sha256sum | cut -d' ' -f1)" "$sum" "$1"
}
agree() {
  same "$(7z e -so -psecret "$1.imz" floppy.img 2> /dev/null | sha256sum | cut -d' ' -f1)" "$sum" "7z: $1"
  same "$(bsdtar --passphrase secret -xOf "$1.imz" floppy.img 2> /dev/null | sha256sum | cut -d' ' -f1)" "$sum" \
    "libarchive: $1"
}
for name in deflate stored zip64 descriptor zipcrypto aes256 aes_piped; do
  whole $name 0
  agree $name
done
whole prefix 0 imz.prefix
agree prefix
whole trailing 0 imz.trailing-bytes
agree trailing
whole name 0 imz.header-mismatch
same "$(7z e -so name.imz 2> /dev/null | sha256sum | cut -d' ' -f1)" "$sum" "7z: name"
whole gzip 0
same "$(7z e -so -tgzip gzip.imz 2> /dev/null | sha256sum | cut -d' ' -f1)" "$sum" "7z: gzip"
whole nodirectory 1 imz.directory-missing
whole crc 1 imz.crc-mismatch

expect 1 "$discern" info --json small.imz
grep -q '"imz.size-mismatch"' out || fail "a declared size that is too small"
same "$("$discern" cat -q small.imz | cmp - floppy.img 2>&1 | grep -c 'EOF on -')" 1 "small: a prefix"
expect 1 "$discern" info --json cut.imz
grep -q '"imz.truncated"' out || fail "a cut archive"
"$discern" cat -q cut.imz > cut.img 2> /dev/null
"$discern" hash -q --json -a crc32 cut.imz > cut.json
[ "$(json cut.json '[r["bad_bytes"] for r in rows if r["object"] == "view:media"][0] > 0')" = True ] ||
  fail "the missing part of a cut archive is not bad"

expect 2 "$discern" info deflate64.imz
says 'deflate64'
expect 2 "$discern" info lzma.imz
says 'LZMA'
whole several 0 imz.other-entries
agree several
expect 0 "$discern" cat --entry noise.bin several.imz
cmp -s out noise.bin || fail "--entry"
expect 2 "$discern" cat --entry absent several.imz
says 'hello.txt'
zip -q -j two.imz floppy.img cut.img
expect 2 "$discern" info two.imz
says '--entry'
finish
