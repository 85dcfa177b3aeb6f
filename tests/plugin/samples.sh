# SPDX-License-Identifier: Apache-2.0
# The example programs do what they say, on a floppy and its IMZ.
. "$(dirname "$0")/common.sh"
samples=$DISCERN_BUILD/samples
make_floppy "$work/a.img"
printf 'GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > "$work/dot.gif"
mcopy -i "$work/a.img" "$work/dot.gif" ::/
mcopy -i "$work/a.img" "$work/hello.txt" ::/late.txt
mdel -i "$work/a.img" ::/late.txt
(cd "$work" && zip -q a.imz a.img)
expect 0 "$samples/open_image" "$work/a.imz"
prints "media: 1474560 bytes"
expect 0 "$samples/walk_files" "$work/a.imz"
prints "allocated /hello.txt"
prints "deleted /_ate.txt"
expect 0 "$samples/hash_image" "$work/a.imz"
prints "view:media sha256 $(sha256sum < "$work/a.img" | cut -d' ' -f1)"
prints "file:a.imz md5 $(md5sum < "$work/a.imz" | cut -d' ' -f1)"
mkdir "$work/carved"
expect 0 "$samples/carve_files" "$work/a.imz" "$work/carved"
cmp "$work"/carved/*.gif "$work/dot.gif" || fail "the carved file differs"
for program in open_image walk_files hash_image; do
  expect 2 "$samples/$program" "$work/none.img"
  says none.img
done
expect 2 "$samples/carve_files" "$work/none.img" "$work/carved"
for program in open_image walk_files hash_image carve_files; do
  lines=$(grep -vc -e '^//' -e '^#include' -e '^$' "$DISCERN_SOURCE/samples/$program.cc")
  [ "$lines" -le 22 ] || fail "$program has $lines lines"
done
finish
