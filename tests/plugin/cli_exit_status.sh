# SPDX-License-Identifier: Apache-2.0
# Every value of the exit status, by every command that can end with it.
. "$(dirname "$0")/common.sh"
make_floppy "$work/good.img"
(cd "$work" && zip -q good.imz good.img)
python3 - "$work/good.imz" "$work/badcrc.imz" <<'PY'
import sys, struct
data = bytearray(open(sys.argv[1], "rb").read())
data[14] ^= 1                                   # CRC in the local header
central = data.rfind(b"PK\1\2")
data[central + 16] ^= 1                         # and in the central directory
open(sys.argv[2], "wb").write(data)
PY

for command in info hash verify list timeline cat "carve --list-only"; do
  expect 0 "$discern" $command "$work/good.imz"
  expect 2 "$discern" $command "$work/none.img"
  says none.img
  expect 64 "$discern" $command
  expect 64 "$discern" $command --no-such-option "$work/good.imz"
  says "no option --no-such-option"
done
for command in info hash verify list timeline "carve --list-only"; do
  expect 1 "$discern" $command "$work/badcrc.imz"
done
says "imz.crc-mismatch"
expect 0 "$discern" examine "$work/good.imz" -o "$work/case"
expect 1 "$discern" examine "$work/badcrc.imz" -o "$work/case1"
expect 2 "$discern" examine "$work/none.img" -o "$work/case2"
expect 64 "$discern" examine "$work/good.imz"
expect 2 "$discern" examine "$work/good.imz" -o "$work/case"
says "not empty"
expect 0 "$discern" examine --force "$work/good.imz" -o "$work/case"
# The worst of several counts.
expect 2 "$discern" info "$work/good.imz" "$work/none.img" "$work/badcrc.imz"

# Commands of other operands.
expect 0 "$discern" convert "$work/good.imz" -o "$work/good.raw.img"
expect 2 "$discern" convert "$work/good.imz" -o "$work/good.raw.img"
says "exists"
expect 2 "$discern" convert "$work/none.img" -o "$work/none.iso"
expect 64 "$discern" convert "$work/good.imz" -o "$work/good.xyz"
expect 2 "$discern" mount "$work/none.img" "$work"
expect 64 "$discern" mount "$work/good.imz"
expect 2 "$discern" casedb "$work/none.db" "$work/good.imz"
expect 64 "$discern" casedb "$work/none.db"
expect 2 "$discern" batch run "$work/no-jobs"
expect 64 "$discern" batch plann "$work"
expect 0 "$discern" doctor
expect 2 "$discern" doctor no-such-program-here
expect 0 "$discern" selftest -q
expect 0 "$discern" generate bash

expect 0 "$discern" formats
expect 64 "$discern" formats extra
expect 0 "$discern" --help
expect 0 "$discern" --version
expect 64 "$discern"
expect 64 "$discern" inof "$work/good.imz"
says "did you mean 'info'"
expect 64 "$discern" info --jsn "$work/good.imz"
says "did you mean --json"
# program_options would take an abbreviation silently; an option that works today must not change tomorrow.
expect 64 "$discern" info --js "$work/good.imz"
expect 64 "$discern" hash -a md6 "$work/good.imz"
says "md6"
expect 64 "$discern" hash --threads 0 "$work/good.imz"
expect 64 "$discern" info -i nonesuch "$work/good.imz"
expect 2 "$discern" run -- no-such-program-here
says "no-such-program-here"
expect 2 "$discern" cat --view nonesuch "$work/good.imz"
says "there is no view 'nonesuch'"

# A full disk under the results must not look like success.
"$discern" hash "$work/good.img" > /dev/full 2> "$work/err"
same $? 2 "status on a full disk"

# SIGINT while it works.
truncate -s 8G "$work/large.img"
"$discern" hash -q "$work/large.img" > /dev/null 2>&1 &
pid=$!
sleep 0.5
kill -INT $pid
wait $pid
same $? 130 "status after SIGINT"
finish
