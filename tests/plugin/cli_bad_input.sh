# SPDX-License-Identifier: Apache-2.0
# Bad evidence: one clear line, no crash, nothing written elsewhere, the evidence as it was.
. "$(dirname "$0")/common.sh"
mkdir "$work/evidence" "$work/cases"
cd "$work/evidence" || exit 1
: > empty.img
printf x > one.img
head -c 100000 /dev/urandom > random.img
make_floppy floppy.img
zip -q floppy.imz floppy.img
head -c $(($(stat -c %s floppy.imz) * 6 / 10)) floppy.imz > cut.imz
printf 'FILE "missing.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > missing.cue
printf 'FILE "../../../../../../etc/passwd" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > traverse.cue
printf 'FILE "/etc/passwd" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n' > absolute.cue
find . -type f -exec touch -a -d '2001-02-03 04:05:06' {} +
sums=$(sha256sum ./*)
times=$(stat -c '%n %X %Y' ./*)

for file in *; do
  for command in info hash verify list timeline cat "carve --list-only" "examine -o $work/cases/$file"; do
    status=0
    timeout 120 "$discern" $command "$file" > "$work/out" 2> "$work/err" < /dev/null || status=$?
    case $file in
      floppy.im[gz]) wanted='^0$' ;;
      # No file system in it: nothing is wrong with it as an image.
      random.img | one.img) wanted='^[0-2]$' ;;
      *) wanted='^[12]$' ;;
    esac
    [[ $status =~ $wanted ]] || fail "$command $file: status $status: $(head -c 200 "$work/err")"
    [ "$status" -ne 2 ] || grep -q "^discern: error: .*$file" "$work/err" ||
      fail "$command $file: no line names the file: $(head -c 200 "$work/err")"
    [ "$(grep -c '^discern: error' "$work/err")" -le 1 ] || fail "$command $file: more than one error line"
    ! grep -q 'root:' "$work/out" || fail "$command $file: delivered the password file"
  done
done
same "$(sha256sum ./*)" "$sums" "the evidence"
[ "$(id -u)" -ne 0 ] || same "$(stat -c '%n %X %Y' ./*)" "$times" "times of the evidence"
same "$(ls "$work" | sort | tr '\n' ' ')" "cases err evidence hello.txt noise.bin out " "files outside the output folder"

# What a cut IMZ still holds is delivered, and the rest is not passed off as zeros.
expect 1 "$discern" info --json cut.imz
same "$(json "$work/out" '[f["severity"] for f in rows[0]["findings"] if f["code"] == "imz.truncated"]')" "['damage']" "finding of the cut IMZ"
"$discern" cat cut.imz > "$work/prefix" 2> /dev/null
same $? 2 "status of cat on a cut IMZ"
[ -s "$work/prefix" ] || fail "nothing of the cut IMZ was delivered"
cmp -s -n "$(stat -c %s "$work/prefix")" "$work/prefix" floppy.img || fail "what was delivered differs from the original"
expect 1 "$discern" hash --json cut.imz
bad=$(json "$work/out" '[r["bad_bytes"] for r in rows if r["object"] == "view:media"][0]')
same $((bad + $(stat -c %s "$work/prefix"))) 1474560 "delivered and missing bytes"
finish
