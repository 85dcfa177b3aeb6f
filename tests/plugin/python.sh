# SPDX-License-Identifier: Apache-2.0
# The Python package under Debian's python3, with and without pytsk3, and the lines that the README shows.
. "$(dirname "$0")/common.sh"
python=/usr/bin/python3
for tool in $python zip mkfs.fat mcopy xorriso genisoimage mkfs.ext4; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
unset LD_PRELOAD
export PYTHONPATH=$DISCERN_BUILD/python PYTHONDONTWRITEBYTECODE=1
make_floppy "$work/floppy.img"
(cd "$work" && cp floppy.img a.img && zip -q floppy.imz a.img && rm a.img)
for session in 1 2; do
  mkdir "$work/tree$session" && echo "session $session" > "$work/tree$session/SESSION$session.TXT"
  xorriso -as mkisofs -quiet -o "$work/s$session.iso" "$work/tree$session" 2> /dev/null
  "$DISCERN_BUILD/bin/make_raw_cd" "$work/s$session.iso" "$work/s$session.bin" || fail "make_raw_cd"
done
cat > "$work/disc.cue" <<'CUE'
REM SESSION 01
FILE "s1.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
REM SESSION 02
FILE "s2.bin" BINARY
  TRACK 02 MODE1/2352
    INDEX 01 00:00:00
CUE
printf '0x000000000 ? 1\n0x000000000 0x0007d000 +\n0x0007d000 0x2400 -\n0x0007f400 0xE8C00 +\n' > "$work/r.map"
cp "$work/floppy.img" "$work/r.img"
mkdir "$work/tree" && echo "on udf" > "$work/tree/A file.txt"
genisoimage -quiet -udf -o "$work/udf.iso" "$work/tree" 2> /dev/null
truncate -s 2M "$work/ext4.img" && mkfs.ext4 -q -O inline_data -d "$work/tree" "$work/ext4.img"
cat > "$work/test.py" <<'PY'
import datetime, hashlib, io, os, sys, threading, time, unittest

import discern

os.chdir(sys.argv.pop())
RAW = open("floppy.img", "rb").read()


class Views(unittest.TestCase):
    def test_a_view_is_a_file_object(self):
        with discern.open("floppy.imz") as image:
            self.assertEqual(image.format, "imz")
            view = image.view()
            self.assertEqual((view.name, view.size, len(view), view.sector_size), ("media", len(RAW), len(RAW), 512))
            self.assertEqual(view.read(), RAW)
            self.assertEqual(view.read(), b"")
            self.assertEqual(view.seek(-16, io.SEEK_END), len(RAW) - 16)
            self.assertEqual(view.read(100), RAW[-16:])
            self.assertEqual(view.seek(510), 510)
            self.assertEqual(view.seek(-1, io.SEEK_CUR), 509)
            self.assertEqual(view.tell(), 509)
            buffer = bytearray(3)
            self.assertEqual(view.readinto(buffer), 3)
            self.assertEqual(bytes(buffer), RAW[509:512])
            self.assertRaises(ValueError, view.seek, -1)
            self.assertEqual(io.BufferedReader(view).seek(0), 0)
            self.assertFalse(view.writable())

    def test_views_outlive_their_image_and_end_when_closed(self):
        with discern.open("floppy.imz") as image:
            view = image.view("media")
        self.assertEqual(view.read_at(0, 512), RAW[:512])
        self.assertRaises(discern.Error, image.view)
        view.close()
        self.assertRaises(ValueError, view.read_at, 0, 1)
        self.assertRaises(ValueError, view.read, 1)

    def test_mapped_bytes_are_a_buffer(self):
        view = discern.open("floppy.img").view()
        whole = view.map()
        del view
        self.assertTrue(whole.readonly)
        self.assertEqual(whole.tobytes(), RAW)
        view = discern.open("floppy.img").view()
        self.assertEqual(hashlib.sha256(view.map(512, 1024)).digest(), hashlib.sha256(RAW[512:1536]).digest())
        self.assertEqual(view.failed(), 0)
        self.assertIsNone(view.map(len(RAW) - 1, 2))

    def test_threads_share_a_view(self):
        view = discern.open("floppy.imz").view()
        wrong = []
        def read():
            for at in range(0, len(RAW), 7919):
                if view.read_at(at, 5000) != RAW[at:at + 5000]:
                    wrong.append(at)
        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        self.assertEqual(wrong, [])

    def test_what_cannot_be_read_raises(self):
        image = discern.open("r.img")
        view = image.view()
        self.assertEqual(view.read_at(0, 512000), RAW[:512000])
        with self.assertRaises(OSError) as caught:
            view.read_at(511999, 2)
        self.assertIn("512000", str(caught.exception))
        self.assertEqual(view.read_at(512000 + 0x2400, 512), RAW[512000 + 0x2400:][:512])
        self.assertIsNone(view.map(511000, 2000))
        row = [row for row in image.hashes("md5") if row["object"] == "view:media"][0]
        self.assertEqual(row["bad_bytes"], 0x2400)

    def test_errors_say_what_is_wrong(self):
        for arguments, code in (({"path": "none.img"}, "missing"), ({"path": "floppy.imz#view=none"}, "missing"),
                                ({"path": "floppy.img", "format": "none"}, "missing"),
                                ({"path": "floppy.img", "format": "imz"}, "not_this")):
            with self.assertRaises(discern.Error) as caught:
                discern.open(**arguments)
            self.assertEqual(caught.exception.code, code, arguments)
        self.assertRaises(discern.Error, discern.open("floppy.img").hashes, "md4")


class Files(unittest.TestCase):
    def test_entries_have_states_times_runs_and_content(self):
        before = time.tzname
        entries = {entry.path: entry for entry in discern.open("floppy.imz").entries()}
        self.assertEqual(time.tzname, before)
        hello = entries["/hello.txt"]
        self.assertEqual((hello.type, hello.state, hello.size), ("r", "allocated", 15))
        self.assertEqual(hello.open().read(), b"hello evidence\n")
        run = hello.runs[0]
        self.assertEqual(RAW[run.view_offset:][:15], b"hello evidence\n")
        gone = entries["/_one.txt"]
        self.assertEqual((gone.state, gone.open().read()), ("deleted", b"hello evidence\n"))
        modified = [t for t in hello.times if t.kind == "modified"][0]
        self.assertEqual((modified.zone, modified.validity), ("unknown", "ok"))
        written = datetime.datetime.fromtimestamp(modified.ns / 1e9, datetime.timezone.utc)
        self.assertLess(abs(written.timestamp() - time.time()), 2 * 86400)

    def test_file_systems_that_libtsk_cannot_read_are_listed(self):
        entries = {entry.path: entry for entry in discern.open("udf.iso").entries()}
        self.assertEqual(entries["/A file.txt"].open().read(), b"on udf\n")

    def test_content_that_has_no_runs_is_read_by_libtsk(self):
        entries = {entry.path: entry for entry in discern.open("ext4.img").entries()}
        self.assertEqual(entries["/A file.txt"].runs, [])
        self.assertEqual(entries["/A file.txt"].open().read(), b"on udf\n")

    def test_events_are_those_of_the_program(self):
        events = list(discern.open("floppy.imz").events())
        self.assertEqual({event["kind"] for event in events if event["path"] == "/hello.txt"},
                         {"modified", "accessed", "created"})

    def test_hashes_are_those_of_hashlib(self):
        rows = {row["object"]: row for row in discern.open("floppy.imz").hashes()}
        self.assertEqual(rows["view:media"]["sha256"], hashlib.sha256(RAW).hexdigest())
        self.assertEqual(rows["file:floppy.imz"]["md5"], hashlib.md5(open("floppy.imz", "rb").read()).hexdigest())

    def test_sessions_and_views_of_a_disc(self):
        image = discern.open("disc.cue")
        self.assertEqual(image.findings, image.info["findings"])
        self.assertIn("session 2", [view.name for view in image.views()])
        self.assertEqual(image.view("track 1").read(), open("s1.bin", "rb").read())
        names = [entry.path for entry in discern.open("disc.cue#session=1").entries()]
        self.assertIn("/SESSION1.TXT", names)


unittest.main()
PY
$python "$work/test.py" "$work" > "$work/out" 2>&1 || fail "$(cat "$work/out")"

if $python -c 'import pytsk3' 2> /dev/null; then
  # The README's lines, as they stand there.
  sed -n '/^```python$/,/^```$/p' "$DISCERN_SOURCE/README.md" | grep -v '^```' > "$work/readme.py"
  [ -s "$work/readme.py" ] || fail "the README has no Python"
  (cd "$work" && $python readme.py) > "$work/out" 2>&1 || fail "README: $(cat "$work/out")"
  for name in hello.txt noise.bin SESSION1.TXT; do prints "$name"; done
  cat > "$work/pytsk.py" <<'PY'
import pytsk3, discern, discern.tsk
fs = pytsk3.FS_Info(discern.tsk.Img_Info("floppy.imz"))
assert fs.open("/noise.bin").read_random(0, 30000) == open("noise.bin", "rb").read()
fs = pytsk3.FS_Info(discern.tsk.Img_Info(discern.open("disc.cue").view("session 1")))
assert fs.open("/SESSION1.TXT").read_random(0, 99) == b"session 1\n"
try:
    discern.tsk.Img_Info("r.img").read(512000, 512)
    raise SystemExit("zeros for what cannot be read")
except OSError:
    pass
PY
  (cd "$work" && $python pytsk.py) > "$work/out" 2>&1 || fail "pytsk3: $(cat "$work/out")"
else
  echo "no python3-tsk: its part is skipped"
fi

# A wheel that works somewhere else.
if $python -c 'import setuptools, wheel, pip' 2> /dev/null; then
  cp -r "$DISCERN_BUILD/python" "$work/package"
  $python -m pip wheel -q --no-deps --no-build-isolation -w "$work/wheels" "$work/package" > "$work/out" 2>&1 ||
    fail "pip wheel: $(tail -3 "$work/out")"
  mkdir "$work/unpacked" && (cd "$work/unpacked" && $python -m zipfile -e "$work"/wheels/discern-*.whl .)
  PYTHONPATH=$work/unpacked $python -c 'import discern; print(discern.__file__, discern.__version__)' > "$work/out" 2>&1
  prints "$work/unpacked/discern/__init__.py"
fi
finish
