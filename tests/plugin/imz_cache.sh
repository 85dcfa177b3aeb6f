# SPDX-License-Identifier: Apache-2.0
# Restart points of a large IMZ, kept by the command line and inside TSK's programs, where the user
# says so and nowhere else.
. "$(dirname "$0")/common.sh"
for tool in zip mkfs.fat mcopy fls; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
mkdir "$work/evidence"
img=$work/evidence/stick.img
imz=$work/evidence/stick.imz
mkfs.fat -C "$img" 81920 > /dev/null
head -c 20000000 /dev/urandom > "$work/noise.bin"
export MTOOLS_SKIP_CHECK=1
mcopy -i "$img" "$work/noise.bin" ::/
(cd "$work/evidence" && zip -q -1 stick.zip stick.img && mv stick.zip stick.imz)
sum=$(sha256sum < "$img")
export HOME=$work/home XDG_CACHE_HOME=$work/xdg
unset DISCERN_CACHE

expect 0 "$discern" info -v "$imz"
prints 'restart points'
grep -q 'of a cache' "$work/out" && fail "points of a cache that nobody asked for"
[ ! -e "$work/home" ] && [ ! -e "$work/xdg" ] || fail "a cache that nobody asked for"

expect 0 "$discern" info --cache "$work/cache" "$imz"
same "$(find "$work/cache" -type f -perm 600 | wc -l)" 1 "files in the cache"
expect 0 "$discern" info --cache "$work/cache" "$imz"
prints 'of a cache (CRC-32 taken '
same "$("$discern" cat --cache "$work/cache" "$imz" | sha256sum)" "$sum" "payload through the cache"
export DISCERN_CACHE=$work/cache
expect 0 "$discern" info "$imz"
prints 'of a cache (CRC-32 taken '
expect 0 "$discern" info --cache none "$imz"
grep -q 'of a cache' "$work/out" && fail "--cache none used the cache"
unset DISCERN_CACHE

expect 0 fls -r "$img"
cp "$work/out" "$work/fls"
for _ in 1 2; do # the second one reads what the first one kept
  expect 0 "$discern" run --cache "$work/tsk-cache" -- fls -r "$imz"
  cmp -s "$work/out" "$work/fls" || fail "fls differs through the cache"
done
same "$(find "$work/tsk-cache" -type f | wc -l)" 1 "files in the cache of the TSK program"

expect 0 "$discern" info -v --cache "$work/evidence" "$imz"
grep -q 'no place for a cache' "$work/out" "$work/err" || fail "the folder of the evidence was taken"
same "$(ls "$work/evidence" | tr '\n' ' ')" "stick.img stick.imz " "folder of the evidence"
finish
