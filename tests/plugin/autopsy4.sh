# SPDX-License-Identifier: Apache-2.0
# The modules for Autopsy 4: their logic under Python 3, and under Jython, where there is one, also the
# glue to Autopsy, whose classes are stood in for.
. "$(dirname "$0")/common.sh"
for tool in python3 zip mkfs.fat mcopy xorriso; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
unset LD_PRELOAD
export DISCERN_PROGRAM=$discern
make_floppy "$work/a.img"
cd "$work" || exit 1
zip -q a.imz a.img
cp a.imz bad.imz
printf x > test.txt
# The CRC-32 of the local header and of the central directory: wrong.
python3 - <<'PY'
data = bytearray(open("bad.imz", "rb").read())
for at in (14, data.index(b"PK\1\2") + 16):
    data[at] ^= 1
open("bad.imz", "wb").write(data)
PY
cp a.img r.img
printf '0x000000000 ? 1\n0x000000000 0x0007d000 +\n0x0007d000 0x2400 -\n0x0007f400 0xE8C00 +\n' > r.map
mkdir tree && cp hello.txt tree
xorriso -as mkisofs -quiet -o d.iso tree 2> /dev/null
cp noise.bin tree
xorriso -as mkisofs -quiet -o e.iso tree 2> /dev/null
for disc in d e; do "$DISCERN_BUILD/bin/make_raw_cd" $disc.iso $disc.bin || fail "make_raw_cd"; done
printf 'FILE "d.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > d.cue
{ echo 'REM SESSION 01' && cat d.cue && echo 'REM SESSION 02' && sed 's/d\.bin/e.bin/; s/TRACK 01/TRACK 02/' d.cue; } > two.cue
head -c 705600 /dev/urandom > sound.bin
printf 'FILE "sound.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n' > sound.cue
chmod a-w a.imz d.bin

test=$DISCERN_SOURCE/tests/plugin/autopsy4.py
modules=$DISCERN_SOURCE/plugin/autopsy/discern
PYTHONDONTWRITEBYTECODE=1 python3 "$test" "$work" "$modules" > out 2>&1 || fail "python3: $(cat out)"
tail -3 out
# From a shell, for a computer without the program.
mkdir export
PYTHONDONTWRITEBYTECODE=1 expect 0 python3 "$modules/discern_evidence.py" a.imz export
prints "export/a.imz.media.raw.discern.json"
PYTHONDONTWRITEBYTECODE=1 expect 2 python3 "$modules/discern_evidence.py" none.imz export
PYTHONDONTWRITEBYTECODE=1 expect 64 python3 "$modules/discern_evidence.py"
if command -v jython > /dev/null; then
  # A copy, as it would be installed: Jython compiles beside the files.
  cp -r "$modules" "$work/copied"
  JAVA_TOOL_OPTIONS=-Djava.awt.headless=true jython "$test" "$work" "$work/copied" > out 2>&1 || fail "jython: $(cat out)"
  tail -3 out
else
  echo "no jython: the glue to Autopsy is not tested"
fi
echo "TSK's Java data model: Debian 12 has no package of it, hence not run"
finish
