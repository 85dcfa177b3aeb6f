# SPDX-License-Identifier: Apache-2.0
# One call after the other goes wrong under `examine` of a floppy: those that open, map, sync and
# name, and a part of the others; fault_sweep.sh takes all, and other images. Then a full disk,
# interrupts, and an end that nobody asked for.
. "$(dirname "$0")/common.sh"
shim=$DISCERN_BUILD/tests/libfailing_calls.so
[ -e "$shim" ] || { echo "built with a sanitizer: skipped"; exit 77; }
here=$(realpath "$(dirname "$0")")
cd "$work" || exit 1
make_floppy a.img
md5sum a.img > a.img.md5
sweep() {
  python3 "$here/fault_sweep.py" "$discern" "$shim" "$work/sweep$1" --part "$1/2" --step read=23 \
    --step read+map=31 --step allocate=2999 --step read_eintr=23 --step read_eintr+map=31 --step read_less=23 \
    --step read_less+map=31 --step read_sigint+map=61 "$work/a.img"
}
sweep 1 &
sweep 2 || fail "a fault that is not told"
wait $! || fail "a fault that is not told"

# A disk that is full: no manifest, nothing that looks complete, and --resume once there is room.
if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=100k tmpfs small 2> /dev/null; then
  trap 'umount "$work/small"; chmod -R u+w "$work"; rm -rf "$work"' EXIT
  expect 2 "$discern" examine a.img -o small/case
  says 'No space left'
  [ ! -e small/case/MANIFEST.sha256 ] || fail "a manifest on a full disk"
  ! find small/case -name '*.part' -o -name '*.partial' | grep -q . || fail "pieces stay behind on a full disk"
  mount -o remount,size=64m small
  expect 0 "$discern" examine a.img -o small/case --resume
  (cd small/case && sha256sum --quiet -c MANIFEST.sha256) || fail "the manifest after --resume"
  umount small
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
fi

# Interrupted: status 130, no manifest.
truncate -s 600M big.img
"$discern" examine big.img -o interrupted > /dev/null 2> err &
sleep 0.3
kill -INT $!
wait $!
same $? 130 "status when interrupted"
[ ! -e interrupted/MANIFEST.sha256 ] || fail "a manifest although interrupted"

# Killed by somebody else: what is left of the program says so. Killed itself: nothing goes on.
"$discern" examine big.img -o killed > /dev/null 2> "$work/err" &
sleep 0.3
kill -9 "$(pgrep -P $!)"
wait $!
same $? 2 "status when what reads the evidence is killed"
says 'was ended by signal 9'
"$discern" examine big.img -o left > /dev/null 2>&1 &
sleep 0.3
worker=$(pgrep -P $!)
kill -9 $!
sleep 0.2
[ ! -e "/proc/$worker" ] || grep -q '^State:.Z' "/proc/$worker/status" || fail "it goes on although killed"
finish
