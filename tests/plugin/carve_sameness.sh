# SPDX-License-Identifier: Apache-2.0
# Carving finds the same files, by SHA-256, in a flat image and in everything it can be wrapped in.
. "$(dirname "$0")/common.sh"
for tool in "$DISCERN_BUILD/bin/make_raw_cd" zip python3; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
cd "$work" || exit 1

# Files of several types at multiples of 2048, one of them in two pieces.
python3 - << 'PY'
import gzip, random, sqlite3, struct, zipfile, zlib

r = random.Random(1)

def png(size):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    rows = b''.join(b'\0' + r.randbytes(size * 3) for _ in range(size))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', size, size, 8, 2, 0, 0, 0)) + \
        b''.join(chunk(b'IDAT', d) for d in [zlib.compress(rows)]) + chunk(b'IEND', b'')

with zipfile.ZipFile('z.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    for i in range(5):
        z.writestr('%d.txt' % i, 'text %d ' % i * 5000)
c = sqlite3.connect('s.sqlite')
c.execute('create table t(a)')
c.executemany('insert into t values(?)', [(r.randbytes(500),) for _ in range(200)])
c.commit()
c.close()
files = [png(60), open('z.zip', 'rb').read(), gzip.compress(r.randbytes(70000), mtime=0),
         open('s.sqlite', 'rb').read(), png(30)]
out = bytearray(8192)
for data in files:
    out += data + bytes(-len(data) % 2048) + r.randbytes(4096)
whole = png(120)
out += bytes(-len(out) % 4096)
out += whole[:16384] + r.randbytes(8192) + whole[16384:]
out += bytes(-len(out) % 2048) + bytes(300 * 2048)
open('flat.img', 'wb').write(out)
PY

digests() {
  expect 0 "$discern" carve --list-only --json "$@"
  json "$work/out" 'sorted(r["sha256"] for r in rows)'
}
flat=$(digests flat.img)
same "$(json "$work/out" 'sorted(r["type"] for r in rows if r["validated"] == "complete")')" \
  "['gzip', 'png', 'png', 'png', 'sqlite', 'zip']" "files of the flat image"
same "$(json "$work/out" 'max(len(r["runs"]) for r in rows)')" 2 "pieces"

"$DISCERN_BUILD/bin/make_raw_cd" flat.img mode1.bin || fail "make_raw_cd"
"$DISCERN_BUILD/bin/make_raw_cd" flat.img xa.bin xa || fail "make_raw_cd xa"
same "$(digests mode1.bin)" "$flat" "raw CD, mode 1"
same "$(digests xa.bin)" "$flat" "raw CD, mode 2 form 1"
zip -q flat.imz flat.img
same "$(digests flat.imz)" "$flat" "IMZ"
expect 0 "$discern" convert flat.img -o flat.E01
same "$(digests flat.E01)" "$flat" "E01"
split -b 100000 -d -a 3 --numeric-suffixes=1 flat.img part.
same "$(digests part.001)" "$flat" "split"
finish
