# SPDX-License-Identifier: Apache-2.0
# One call after the other fails under `examine` of a floppy; a full disk; interrupts. All calls that
# open, read, map, write, sync and name, and a part of the many that allocate: fault_sweep.py by hand
# takes all, and other images.
. "$(dirname "$0")/common.sh"
shim=$DISCERN_BUILD/tests/libfailing_calls.so
[ -e "$shim" ] || { echo "built with a sanitizer: skipped"; exit 77; }
here=$(realpath "$(dirname "$0")")
cd "$work" || exit 1
make_floppy a.img
md5sum a.img > a.img.md5
python3 "$here/fault_sweep.py" "$discern" "$shim" "$work/sweep" --step allocate=401 "$work/a.img" ||
  fail "a fault that is not told"

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
finish
