# SPDX-License-Identifier: Apache-2.0
# What the preloaded library does to a program, and what it leaves alone.
. "$(dirname "$0")/common.sh"
for tool in fls mkfs.fat mcopy zip; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
library=$DISCERN_BUILD/lib/libdiscern-tsk.so
unset LD_PRELOAD DISCERN_LOG
# Built with a sanitizer, the library needs its runtime in programs that lack it.
runtime=$(ldd "$library" | awk '/lib(a|t)san/ { print $3 }')
[ -z "$runtime" ] || { export LD_PRELOAD=$runtime ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0; }
make_floppy "$work/a.img"
(cd "$work" && zip -q a.imz a.img)

# Exports: functions of libtsk and nothing else; libtsk is the program's, not ours.
same "$(nm -D --defined-only "$library" | awk '$3 !~ /^tsk_(img_|fs_open_img_decrypt|fs_close|vs_open)/' )" "" "exported symbols"
same "$(nm -D --undefined-only "$library" | grep -c ' tsk_')" 0 "undefined libtsk symbols"
readelf -d "$library" | grep -q 'NEEDED.*libtsk' && fail "linked with libtsk"

# Formats.
expect 1 "$discern" run -- fls -i list
says "imz ("
says "cue ("
says "raw (Single or split raw file (dd))"
same "$(grep -c $'\traw ' "$work/err")" 1 "rows named raw"
expect 0 "$discern" run -- fls -i imz "$work/a.imz"
prints hello.txt
expect 1 "$discern" run -- fls -i imz "$work/a.img"
says "a.img"
expect 1 "$discern" run -- fls -i imz "$work/a.imz" "$work/a.img"
says "reads one file"
expect 1 "$discern" run -- fls -i raw "$work/a.imz"
says "Unsupported image type (Zip Archive)"
expect 0 "$discern" run -- img_cat -i raw "$work/a.imz"
cmp -s "$work/out" "$work/a.imz" || fail "-i raw is not truly raw"

# img_stat says what the image is; its -t goes back into -i (as Autopsy 2 does).
expect 0 "$discern" run -- img_stat "$work/a.imz"
prints "Image Type: imz"
prints "Size in bytes: 1474560"
prints "a.imz (image, $(stat -c %s "$work/a.imz") bytes)"
prints "media (this one): 1474560 bytes"
expect 0 "$discern" run -- img_stat -t "$work/a.imz"
same "$(cat "$work/out")" imz "img_stat -t of an IMZ"
expect 0 "$discern" run -- img_stat -t "$work/a.img"
same "$(cat "$work/out")" raw "img_stat -t of a raw image"

# Selectors.
expect 0 "$discern" run -- fls "$work/a.imz#view=media"
prints hello.txt
expect 1 "$discern" run -- fls "$work/a.imz#view=nothing"
says 'has no view "nothing"'
cp "$work/a.img" "$work/odd#view=nothing"
expect 0 "$discern" run -- fls "$work/odd#view=nothing"

# A name from evidence reaches no terminal as it is.
odd=$'a\e[31m.imz'
cp "$work/a.imz" "$work/$odd"
(cd "$work" && DISCERN_LOG=1 expect 0 "$discern" run -- img_stat "$odd")
says 'a\x1b[31m.imz: opened as imz'
prints 'a\x1b[31m.imz (image'
grep -q $'\e' "$work/out" "$work/err" && fail "an escape sequence of a name"
head -c 100 "$work/a.imz" > "$work/$odd"
(cd "$work" && DISCERN_LOG=1 expect 1 "$discern" run -- fls -i imz "$odd#view=none")
says 'a\x1b[31m.imz'
grep -q $'\e' "$work/err" && fail "an escape sequence of a name in an error"

# Files that libtsk reads go to libtsk: same output, same errors.
for file in a.img missing.img; do
  fls -r "$work/$file" > "$work/alone" 2>&1
  "$discern" run -- fls -r "$work/$file" > "$work/with" 2>&1
  cmp -s "$work/alone" "$work/with" || fail "$file is not left to libtsk"
done
DISCERN_LOG=1 expect 0 "$discern" run -- fls "$work/a.imz"
says "libdiscern-tsk: $work/a.imz: opened as imz, view media"
expect 0 "$discern" run -- fls "$work/a.imz"
same "$(cat "$work/err")" "" "stderr without DISCERN_LOG"

# Damage: what is readable is delivered, the rest is an error, never zeros.
head -c $(($(stat -c %s "$work/a.imz") / 2)) "$work/a.imz" > "$work/cut.imz"
"$discern" run -- img_cat "$work/cut.imz" > "$work/out" 2> "$work/err" && fail "img_cat of a cut IMZ says 0"
cmp -n "$(stat -c %s "$work/out")" "$work/out" "$work/a.img" > /dev/null || fail "a cut IMZ delivers wrong bytes"
grep -q "cut.imz" "$work/err" || fail "the error of a cut IMZ does not name it: $(cat "$work/err")"

# Children. A script is on the way to TSK programs; a TSK program is the end of it.
expect 0 "$discern" run -- bash -c "fls '$work/a.imz'"
prints hello.txt
expect 0 "$discern" run -- bash -c 'echo "$LD_PRELOAD"'
prints libdiscern-tsk.so
cat > "$work/child.c" <<'C'
#include <stdlib.h>
extern const char *tsk_version_get_str(void);
int main(void) { return tsk_version_get_str() ? system("echo \"[$LD_PRELOAD]\"") : 1; }
C
if cc "$work/child.c" -o "$work/child" -ltsk 2> /dev/null; then
  expect 0 "$discern" run -- "$work/child"
  same "$(cat "$work/out")" "[$runtime]" "LD_PRELOAD of a TSK program's child"
  LD_PRELOAD=${runtime:+$runtime:}/nowhere/other.so expect 0 "$discern" run -- "$work/child"
  same "$(cat "$work/out")" "[${runtime:+$runtime:}/nowhere/other.so]" "the caller's own LD_PRELOAD"
fi
LD_BIND_NOW=1 expect 0 "$discern" run -- bash -c "fls '$work/a.imz'"
prints hello.txt

# libtsk that comes by dlopen() with RTLD_LOCAL, as in Java.
if command -v python3 > /dev/null; then
  cat > "$work/local.py" <<'PY'
import ctypes, sys
tsk = ctypes.CDLL("libtsk.so.19")
tsk.tsk_img_open_utf8_sing.restype = ctypes.c_void_p
# Through the library's own PLT, as a caller inside it would.
tsk.tsk_img_open_sing.restype = ctypes.c_void_p
image = tsk.tsk_img_open_sing(sys.argv[1].encode(), 0, 0)
buffer = ctypes.create_string_buffer(3)
got = tsk.tsk_img_read(ctypes.c_void_p(image), ctypes.c_int64(510), buffer, ctypes.c_size_t(2)) if image else -1
tsk.tsk_img_close.argtypes = [ctypes.c_void_p]
tsk.tsk_img_close(image)
print(got, buffer.raw[:2].hex())
PY
  expect 0 "$discern" run -- python3 "$work/local.py" "$work/a.imz"
  prints "2 55aa"
fi

# The launcher.
expect 2 "$discern" run -- no-such-program
says "no-such-program"
same "$(wc -l < "$work/err")" 1 "lines about a missing program"
expect 3 "$discern" run -- sh -c 'exit 3'
finish
