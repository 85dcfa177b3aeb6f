# SPDX-License-Identifier: Apache-2.0
# A sector that cannot be read, through TSK's programs: what lies elsewhere is delivered, what lies there
# is an error with a status, also of programs that would keep it to themselves. And threads.
. "$(dirname "$0")/common.sh"
for tool in fls mkfs.fat mcopy zip cc sqlite3; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
unset LD_PRELOAD DISCERN_LOG
cd "$work" || exit 1
make_floppy a.img
cp a.img r.img
# bad SECTOR: that one of r.img cannot be read.
bad() {
  printf '0x000000000 ? 1\n0x0 0x%x +\n0x%x 0x200 -\n0x%x 0x%x +\n' $(($1 * 512)) $(($1 * 512)) \
    $(($1 * 512 + 512)) $((1474560 - $1 * 512 - 512)) > r.map
}
inode() { fls a.img | sed -n "s/^r\/r \([0-9]*\):.*$1.*/\1/p"; }
hello=$(inode hello.txt) noise=$(inode noise.bin)
first=$(istat a.img "$noise" | sed -n '/^Sectors:/{n;s/ .*//p}')

# In the middle of noise.bin.
bad $((first + 2))
at="offset $(((first + 2) * 512))"
expect 1 "$discern" run -- icat r.img "$noise"
says "$at"
cmp -s -n "$(stat -c %s out)" out noise.bin || fail "icat: wrong bytes before the bad sector"
[ "$(stat -c %s out)" -le 1024 ] || fail "icat: bytes behind the bad sector"
expect 1 "$discern" run -- icat -s r.img "$noise"
expect 0 "$discern" run -- icat r.img "$hello"
cmp -s out hello.txt || fail "icat of a file beside the bad sector"
expect 0 "$discern" run -- fls -r r.img
expect 1 "$discern" run -- img_cat r.img
says "$at"
cmp -s -n "$(stat -c %s out)" out a.img || fail "img_cat: wrong bytes"
expect 1 "$discern" run -- blkcat r.img $((first + 2))
same "$(stat -c %s out)" 0 "bytes of blkcat"
expect 1 "$discern" run -- blkls -e r.img
expect 1 "$discern" run -- tsk_recover -e r.img recovered
says "noise.bin"
cmp -s recovered/hello.txt hello.txt || fail "tsk_recover: a file beside the bad sector"
expect 1 "$discern" run -- fiwalk -x -M r.img
says "the result is incomplete"

# In the root directory: nothing is "no files" with success.
bad 19
for tool in "fls r.img" "fls -r r.img" "istat r.img $hello" "tsk_gettimes r.img" "ils -a r.img" "tsk_recover r.img none"; do
  # shellcheck disable=SC2086
  expect 1 "$discern" run -- $tool
  grep -q "discern" err || fail "$tool does not say why: $(cat err)"
done
expect 1 "$discern" run -- tsk_loaddb -d bad.db r.img
# The boot sector: the file system is read over a made one, which is said, and the status tells.
printf '0x000000000 ? 1\n0x0 0x200 -\n0x200 0x167E00 +\n' > r.map
expect 1 "$discern" run -- fls -r r.img
prints hello.txt
says "the boot sector cannot be read; the file system is read over one made by discern"

# Whole images end as before.
rm r.map
for tool in "fls r.img" "tsk_gettimes r.img"; do
  # shellcheck disable=SC2086
  expect 0 "$discern" run -- $tool
done

# Type names: a database says RAW, which Java knows; img_stat -t says ours, which `-i` takes back.
zip -q a.imz a.img
expect 0 "$discern" run -- tsk_loaddb -d a.db a.imz
same "$(sqlite3 a.db 'select type from tsk_image_info')" 1 "type in a database"
type=$("$discern" run -- img_stat -t a.imz)
expect 0 "$discern" run -- fls -i "$type" a.imz
prints hello.txt
"$discern" run -- fls -i list 2>&1 | sed -n 's/^\t\([a-z0-9_]*\) (.*/\1/p' > types
for type in $("$discern" formats | awk '{ print $1 }'); do grep -qx "$type" types || [ "$type" = split ] || fail "-i list lacks $type"; done
for type in $(cat types); do
  "$discern" run -- fls -i "$type" none.img 2>&1 | grep -q "Unsupported image type" && fail "-i $type is not taken back"
done

# A program with threads: every thread reads the same handle, and opens one of its own.
cat > threads.c <<'C'
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <stdint.h>
#include <sys/types.h>
typedef struct image image;
extern image *tsk_img_open_sing(const char *, int, unsigned);
extern ssize_t tsk_img_read(image *, int64_t, char *, size_t);
extern void tsk_img_close(image *);
static image *shared;
static char reference[1474560];
static const char *path;
static int wrong;
static void check(image *im, unsigned seed) {
  char buffer[5000];
  for (int i = 0; i < 2000; ++i) {
    seed = seed * 1103515245u + 12345u;
    int64_t at = seed % (sizeof reference - sizeof buffer);
    if (tsk_img_read(im, at, buffer, sizeof buffer) != sizeof buffer || memcmp(buffer, reference + at, sizeof buffer))
      __atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST);
  }
}
static void *work(void *number) {
  check(shared, (unsigned)(uintptr_t)number);
  for (int i = 0; i < 5; ++i) {
    image *own = tsk_img_open_sing(path, 0, 0);
    if (!own) { __atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST); continue; }
    check(own, (unsigned)(uintptr_t)number + 77);
    tsk_img_close(own);
  }
  return 0;
}
int main(int n, char **a) {
  FILE *f = fopen(a[2], "rb");
  if (n != 3 || !f || fread(reference, 1, sizeof reference, f) != sizeof reference) return 2;
  path = a[1];
  shared = tsk_img_open_sing(path, 0, 0);
  if (!shared) return 3;
  pthread_t t[8];
  for (uintptr_t i = 0; i < 8; ++i) pthread_create(&t[i], 0, work, (void *)i);
  for (int i = 0; i < 8; ++i) pthread_join(t[i], 0);
  tsk_img_close(shared);
  printf("%d wrong\n", wrong);
  return wrong != 0;
}
C
if cc threads.c -o threads -l:libtsk.so.19 -lpthread; then
  expect 0 "$discern" run -- ./threads a.imz a.img
  prints "0 wrong"
else
  fail "cc"
fi
finish
