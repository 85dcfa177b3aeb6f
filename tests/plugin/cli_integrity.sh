# SPDX-License-Identifier: Apache-2.0
# Damage told by files, damage told from what was made, what a disc hides, and two dumps of one disc
# that repair each other. Every case is planted here.
. "$(dirname "$0")/common.sh"
cd "$work" || exit 1
command -v genisoimage > /dev/null || { echo "no genisoimage: skipped"; exit 77; }
mkdir tree
head -c 229376 /dev/urandom > tree/REPORT.DOC # 112 sectors
head -c 20480 /dev/urandom > tree/OTHER.BIN
genisoimage -quiet -o disc.iso tree
"$DISCERN_BUILD/bin/make_raw_cd" disc.iso whole.bin
lba=$(isoinfo -l -i disc.iso | sed -nE 's/.*\[ *([0-9]+) [0-9]+\] +REPORT.*/\1/p')
sheet() { printf 'FILE "%s.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' "$1" > "$1.cue"; }
# damage NAME PYTHON: a copy of the whole disc, `d`, as the statements leave it; `s` finds a sector.
damage() {
  python3 - "$1" "$lba" << END || fail "damage $1"
import sys
d = bytearray(open("whole.bin", "rb").read())
lba = int(sys.argv[2])
s = lambda n: n * 2352
$2
open(sys.argv[1] + ".bin", "wb").write(d)
END
  sheet "$1"
}

# Two sectors of REPORT.DOC with few wrong bytes, one beyond repair.
damage hurt '
for i in range(4): d[s(lba + 5) + 100 + 300 * i] ^= 1
d[s(lba + 9) + 700] ^= 0x80
for i in range(1800): d[s(lba + 50) + 200 + i] ^= 0x5A'
expect 1 "$discern" verify hurt.cue
says "/REPORT.DOC: 3 of 112 sectors fail EDC, 2 repairable"
! grep -q OTHER.BIN "$work/err" || fail "a whole file is called damaged"
expect 1 "$discern" verify --json hurt.cue
same "$(json out '[(r["object"], r["sectors"], r["damaged"], r["repairable"]) for r in rows if r["schema"] == "discern/verify/1" and r["object"].startswith("entry:")]')" \
  "[('entry:/REPORT.DOC', 112, 3, 2)]" "entries"
same "$(json out '[(x["lba"] - '"$lba"', x["sectors"], x["state"], x["repairable"]) for r in rows if r["schema"] == "discern/integrity/1" for x in r["runs"] if x["state"] != "good"]')" \
  "[(5, 1, 'edc+p+q', True), (9, 1, 'edc+p+q', True), (50, 1, 'edc+p+q', False)]" "map"
expect 1 "$discern" examine hurt.cue -o case
grep -q 'REPORT.DOC: 3 of 112 sectors fail EDC' case/findings.jsonl || fail "the report does not name the file"

# A dump of the same disc that is bad elsewhere: together they give all of it, with a log.
damage second '
for i in range(1800): d[s(lba + 60) + 200 + i] ^= 0x5A'
expect 0 "$discern" convert --second second.cue hurt.cue -o merged.iso
cmp -s merged.iso disc.iso || fail "two dumps do not make the disc"
expect 1 "$discern" verify --second second.cue --repairs log.jsonl hurt.cue
same "$(json log.jsonl '[(r["lba"] - '"$lba"', r["repaired"], {c["codeword"] for c in r["changes"]} == {"second dump"}) for r in rows]')" \
  "[(5, True, True), (9, True, True), (50, True, True)]" "log"
# Bad at the same place in both, but not in the same bytes: the differences are the erasures.
damage third '
for i in range(90): d[s(lba + 5) + 30 + 25 * i] ^= 0x33'
damage fourth '
for i in range(90): d[s(lba + 5) + 41 + 25 * i] ^= 0x77'
expect 0 "$discern" cat --second fourth.cue third.cue
cmp -s <(head -c "$(stat -c %s disc.iso)" "$work/out") disc.iso || fail "differing bytes are no erasures"
expect 64 "$discern" verify --second second.cue hurt.cue
make_floppy floppy.img
expect 2 "$discern" cat --second floppy.img hurt.cue
says "a second dump is of a disc"

# Fillers, and a sector cut by one.
damage filled '
d[s(lba + 7) + 16:s(lba + 8)] = b"\x55" * 2336
d[s(lba + 20) + 800:s(lba + 20) + 1000] = b"\x55" * 200'
expect 1 "$discern" verify --json filled.cue
says "[disc.filler-sector]"
same "$(json out '[(x["lba"] - '"$lba"', x["state"], x["repairable"]) for r in rows if r["schema"] == "discern/integrity/1" for x in r["runs"] if x["state"] != "good"]')" \
  "[(7, 'filler', False), (20, 'edc+p+q', True)]" "map of fillers"

# Made, not damaged: EDC wrong under parity that holds, every 7 sectors.
"$DISCERN_BUILD/bin/make_raw_cd" disc.iso protected.bin
python3 - "$lba" << 'END'
import sys
lba = int(sys.argv[1])
# ECMA-130 Annex A: RS over GF(2^8), x^8 + x^4 + x^3 + x^2 + 1.
exp, log = [0] * 512, [0] * 256
x = 1
for i in range(255):
    exp[i] = exp[i + 255] = x
    log[x] = i
    x = x << 1 ^ (0x11D if x & 0x80 else 0)
mul = lambda a, b: 0 if not a or not b else exp[log[a] + log[b]]
def parity(words):
    n = len(words) + 2
    s0 = s1 = 0
    for k, w in enumerate(words):
        s0 ^= w
        s1 ^= mul(w, exp[n - 1 - k])
    a = mul(s1 ^ s0, exp[255 - log[3]])  # a*2 + b = s1, a + b = s0
    return a, s0 ^ a
d = bytearray(open("protected.bin", "rb").read())
def encode(at):
    for p in range(86):
        d[at + 2076 + p], d[at + 2162 + p] = parity([d[at + 12 + p + 86 * i] for i in range(24)])
    for q in range(52):
        d[at + 2248 + q], d[at + 2300 + q] = parity([d[at + 12 + (q & 1) + ((q & ~1) * 43 + 88 * i) % 2236] for i in range(43)])
for i in range(10):
    at = (lba + 7 * i) * 2352
    d[at + 2064] ^= 0xFF
    encode(at)
open("protected.bin", "wb").write(d)
END
sheet protected
expect 1 "$discern" verify protected.cue
says "10 sectors have a wrong EDC under P and Q that hold"
says "10 runs of 1 bad sectors follow each other every 7 sectors"
# explained CASE HEADING: the report says what it may mean.
explained() { grep -q "<th scope=\"row\">$2</th>" "$1/report.html" || fail "$1: nothing about: $2"; }
expect 1 "$discern" examine protected.cue -o protected
explained protected "Sectors made wrong, not damaged"
explained protected "Bad sectors at even distances"

# Hidden: reserved bytes, parity that is none, sectors spliced in, data behind the file system.
damage hiding '
for i in range(276): d[s(lba + 3) + 2076 + i] = (i * 7 + 1) & 255
d[s(lba + 30) + 12:s(lba + 30) + 15] = b"\x55\x10\x20"
d[s(lba + 40) + 2068:s(lba + 40) + 2076] = b"reserved"
tail = d[s(16):s(17)]
n = len(d) // 2352
t = n + 150
for i in range(4):
    m, f = divmod(n + i + 150, 75); mi, se = divmod(m, 60)
    bcd = lambda v: v // 10 * 16 + v % 10
    sec = bytearray(2352); sec[0:12] = d[0:12]; sec[12:16] = bytes([bcd(mi), bcd(se), bcd(f), 1])
    if i == 2: sec[16:22] = b"secret"
    d += sec'
expect 1 "$discern" verify --json hiding.cue
says "[disc.parity-of-other-bytes]"
says "[disc.data-behind-file-system]"
says "[disc.zero-field-not-zero]"
same "$(json out 'sorted(o["code"] for r in rows if r["schema"] == "discern/integrity/1" for o in r["odd"] if o["code"] == "disc.parity-of-other-bytes")')" \
  "['disc.parity-of-other-bytes']" "odd places"
"$discern" examine hiding.cue -o hidden > out 2> err
explained hidden "Bytes in reserved places"
explained hidden "Parity that does not belong to the data"
explained hidden "Data behind the file system&#39;s end"
cat whole.bin > spliced.bin
tail -c +$((60 * 2352 + 1)) whole.bin | head -c $((40 * 2352)) >> spliced.bin
sheet spliced
"$discern" verify spliced.cue > out 2> err
says "[disc.address-break]"
"$discern" examine spliced.cue -o spliced > out 2> err
explained spliced "Addresses that jump"

# Sound in a pregap that nobody plays.
head -c $((150 * 2352)) /dev/zero > audio.bin
head -c $((20 * 2352)) /dev/urandom | dd of=audio.bin bs=2352 seek=40 conv=notrunc status=none
head -c $((300 * 2352)) /dev/urandom >> audio.bin
printf 'FILE "audio.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 00 00:00:00\n    INDEX 01 00:02:00\n' > audio.cue
expect 0 "$discern" verify audio.cue
says "20 sectors of an audio track's pregap are not silent"
expect 0 "$discern" examine audio.cue -o sound
explained sound "Sound in the gap before a track"

# Data in a pregap: two seconds of a data track before its INDEX 01, one sector of them with content.
head -c $((150 * 2048)) /dev/zero > pregap.iso
printf pregap | dd of=pregap.iso bs=2048 seek=70 conv=notrunc status=none
"$DISCERN_BUILD/bin/make_raw_cd" pregap.iso pregap.bin -150
cat whole.bin >> pregap.bin
printf 'FILE "pregap.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 00 00:00:00\n    INDEX 01 00:02:00\n' > pregap.cue
"$discern" examine pregap.cue -o pregap > out 2> err
grep -q '"disc.data-in-pregap"' pregap/findings.jsonl || fail "data in a pregap is not found"
explained pregap "Data in the gap before a track"

# R to W.
python3 - << 'END'
whole = open("whole.bin", "rb").read()
out = bytearray()
for i in range(len(whole) // 2352):
    sub = bytes([0x25 if i == 12 else 0x40 * (k % 3 == 0) for k in range(96)])
    out += whole[i * 2352:i * 2352 + 2352] + sub
open("sub.bin", "wb").write(out)
END
expect 0 "$discern" verify -v sub.bin
says "1 sectors have content in subchannels R to W"
"$discern" examine sub.bin -o sub > out 2> err
explained sub "Content in subchannels R to W"
finish
