# SPDX-License-Identifier: Apache-2.0
# `discern doctor` says of each kind of program whether the plugin reaches it, and it is right.
. "$(dirname "$0")/common.sh"
for tool in fls cc zip; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
unset LD_PRELOAD

# verdict STATUS REACHED PROGRAM WHY
verdict() {
  expect "$1" "$discern" doctor --json "$3"
  same "$(json "$work/out" 'rows[0]["reached"]')" "$2" "doctor $3"
  prints "$4"
}
verdict 0 yes fls '"functions":["tsk_img_open"]'
verdict 0 yes "$(command -v tsk_recover)" "libtsk's classes"
verdict 0 yes hfind "opens no image itself"
verdict 0 children bash "not linked with libtsk"
if command -v pstat > /dev/null; then
  verdict 1 no pstat "libtsk of its own"
  prints "discern mount"
fi
for module in /usr/lib/python3/dist-packages/pytsk3*.so; do
  [ -e "$module" ] || continue
  verdict 1 no "$module" "libtsk of its own"
  prints "discern.tsk.Img_Info"
done

# Programs made for the purpose.
cat > "$work/open.c" <<'C'
extern void *tsk_img_open_sing(const char *, int, unsigned);
int main(int n, char **a) { return tsk_img_open_sing(a[n - 1], 0, 0) == 0; }
C
cat > "$work/plain.c" <<'C'
int main(void) { return 0; }
C
cat > "$work/inner.c" <<'C'
void *tsk_img_open(int n, const char *const *a, int t, unsigned s) { return n && t && s ? (void *)a : 0; }
void *tsk_img_open_sing(const char *a, int t, unsigned s) { return tsk_img_open(1, &a, t, s); }
void _ZN7TskAuto9openImageEv(void) {}
C
cc "$work/open.c" -o "$work/linked" -l:libtsk.so.19 || fail "cc"
verdict 0 yes "$work/linked" "tsk_img_open_sing"
cc -static "$work/plain.c" -o "$work/static" || fail "cc -static"
verdict 1 no "$work/static" "statically linked: the loader adds no library"
cc -static "$work/open.c" "$work/inner.c" -o "$work/static_tsk" || fail "cc -static"
verdict 1 no "$work/static_tsk" "statically linked, with a libtsk of its own"
cp "$work/linked" "$work/setuid" && chmod u+s "$work/setuid"
verdict 1 no "$work/setuid" "ignores LD_PRELOAD"

# A libtsk linked -Bsymbolic: what calls tsk_img_open() inside it cannot be reached.
mkdir "$work/lib"
cc -shared -fPIC -Wl,-Bsymbolic -Wl,-soname,libtsk.so.19 "$work/inner.c" -o "$work/lib/libtsk.so.19" || fail "cc -shared"
cat > "$work/classes.cc" <<'CC'
struct TskAuto { void openImage(); };
int main() { TskAuto().openImage(); }
CC
c++ "$work/classes.cc" -o "$work/classes" -L"$work/lib" -l:libtsk.so.19 \
  -Wl,-rpath,'$ORIGIN/lib' || fail "c++"
verdict 1 no "$work/classes" "-Bsymbolic"

# Scripts, and what is no program.
printf '#!/usr/bin/env perl\n' > "$work/script"
verdict 0 children "$work/script" "a script for /usr/bin/env"
expect 2 "$discern" doctor "$work/open.c"
says "neither an ELF program nor a script"
expect 2 "$discern" doctor no-such-program
says "no such program"
head -c 3000 "$work/linked" > "$work/cut"
expect 2 "$discern" doctor "$work/cut"
says "$work/cut: offset"

# The installation.
expect 0 "$discern" doctor
prints "$DISCERN_BUILD/lib/libdiscern-tsk.so"
prints "/fls: calls tsk_img_open"
expect 0 "$discern" doctor --json
json "$work/out" '[row for row in rows if row.get("reached") == "yes" and row["libtsk"] is None]' > "$work/none"
same "$(cat "$work/none")" "[]" "programs reached without a libtsk"
mkdir "$work/elsewhere" && cp "$discern" "$work/elsewhere/discern"
expect 2 "$work/elsewhere/discern" doctor
prints "not beside this program"

# Wrappers do what `run` does, and do not overwrite anything.
make_floppy "$work/a.img"
(cd "$work" && zip -q a.imz a.img)
expect 0 "$discern" run --wrappers "$work/it's tsk"
[ -e "$work/it's tsk/pstat" ] && fail "a wrapper for a program that cannot be reached"
PATH="$work/it's tsk:$PATH" expect 0 fls "$work/a.imz"
prints hello.txt
PATH="$work/it's tsk:$PATH" expect 0 bash -c "img_stat -t '$work/a.imz'"
prints imz
expect 2 "$discern" run --wrappers "$work/it's tsk"
says "exists"
expect 64 "$discern" run --wrappers "$work/other" -- fls
expect 64 "$discern" run
finish
