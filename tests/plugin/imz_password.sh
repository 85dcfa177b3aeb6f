# SPDX-License-Identifier: Apache-2.0
# Encrypted IMZ through the command line and TSK's programs: the password opens it and stays secret.
. "$(dirname "$0")/common.sh"
for tool in 7z mkfs.fat mcopy fls; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
cd "$work" || exit 1
make_floppy floppy.img
7z a -tzip -pHush-4711 -mem=AES256 floppy.zip floppy.img > /dev/null
mv floppy.zip floppy.imz
printf 'Hush-4711\r\nsecond line\n' > password
printf '\n' > empty

expect 2 "$discern" info floppy.imz
says 'WinZip AES-256'
says '--password-file'
expect 2 "$discern" info --password wrong-4711 floppy.imz
says 'the password does not open entry'
grep -q 'wrong-4711' err && fail "the password is in the error"
expect 64 "$discern" info --password-file empty floppy.imz
expect 64 "$discern" info --password-file absent floppy.imz
expect 0 "$discern" info -v --json --password-file password floppy.imz
grep -q 'Hush' out err && fail "the password is in the output"
same "$("$discern" cat --password Hush-4711 floppy.imz | sha256sum)" "$(sha256sum < floppy.img)" payload

expect 0 fls -r floppy.img
cp out fls
expect 0 "$discern" run --password-file password -- fls -r floppy.imz
cmp -s out fls || fail "fls differs"
expect 1 "$discern" run -- fls -r floppy.imz
says 'is encrypted with'

expect 0 "$discern" examine --password Hush-4711 floppy.imz -o case
grep -rq 'Hush' case && fail "the password is in the case folder"
grep -q 'not recorded' case/report.json || fail "the report hides that there was a password"
expect 0 "$discern" examine --password=Hush-4711 floppy.imz -o case2
grep -rq 'Hush' case2 && fail "the password is in the case folder"
finish
