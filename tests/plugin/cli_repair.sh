# SPDX-License-Identifier: Apache-2.0
# Damaged raw CDs: the view `repaired` equals the undamaged disc, the log has each changed byte, and
# the evidence and all other views stay as they are.
. "$(dirname "$0")/common.sh"
need_corpus
cd "$work" || exit 1
lab=$corpus/optical/cue-lab
cp "$lab/c_m1.bin" whole.bin
cp whole.bin disc.bin
printf 'FILE "disc.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' > disc.cue
# Ten scattered bytes in sector 20, a scratch of 60 bytes in sector 21, a lost sync in 22, and 1500
# bytes in sector 23, which is too much.
python3 - << 'END'
disc = bytearray(open("disc.bin", "rb").read())
for i in range(10): disc[20 * 2352 + 100 + 211 * i] ^= 0x41
for i in range(60): disc[21 * 2352 + 700 + i] ^= 0xFF
disc[22 * 2352 + 5] = 0
for i in range(1500): disc[23 * 2352 + 300 + i] ^= 0x5A
open("disc.bin", "wb").write(disc)
END
before=$(sha256sum disc.bin)
expect 1 "$discern" verify --repairs repairs.jsonl disc.cue
says "3 bad sectors can be repaired, 1 cannot"
same "$(json repairs.jsonl '[(row["lba"], row["repaired"], len(row["changes"])) for row in rows]')" \
  "[(20, True, 10), (21, True, 60), (22, True, 1), (23, False, 0)]" "the log"
# Putting the log's bytes into the damaged disc makes it whole, sector 23 aside.
python3 - << 'END' || fail "the log is not what was damaged"
import json
disc = bytearray(open("disc.bin", "rb").read())
for row in map(json.loads, open("repairs.jsonl")):
    for change in row["changes"]:
        at = row["lba"] * 2352 + change["offset"]
        assert disc[at] == int(change["before"], 16)
        disc[at] = int(change["after"], 16)
whole = open("whole.bin", "rb").read()
assert disc[: 23 * 2352] == whole[: 23 * 2352] and disc[24 * 2352 :] == whole[24 * 2352 :]
END
expect 0 "$discern" cat --view repaired disc.cue
cmp -s <(head -c $((23 * 2048)) "$work/out") <(head -c $((23 * 2048)) "$lab/s1.iso") ||
  fail "repaired differs before the hopeless sector"
cmp -s <(tail -c +$((24 * 2048 + 1)) "$work/out") <(tail -c +$((24 * 2048 + 1)) "$lab/s1.iso" | head -c $(($(stat -c %s "$work/out") - 24 * 2048))) ||
  fail "repaired differs behind it"
expect 0 "$discern" cat --view data disc.cue
! cmp -s "$work/out" "$lab/s1.iso" || fail "view data was repaired, too"
expect 0 "$discern" run -- img_cat 'disc.cue#view=repaired'
cmp -s <(head -c $((23 * 2048)) "$work/out") <(head -c $((23 * 2048)) "$lab/s1.iso") || fail "TSK gets another view"
expect 0 "$discern" hash --json disc.cue
! grep -q repaired "$work/out" || fail "repaired is hashed without being asked for"
same "$(sha256sum disc.bin)" "$before" "the evidence"
make_floppy floppy.img
expect 2 "$discern" verify --repairs no.jsonl floppy.img
says "no parity"
expect 64 "$discern" verify --repairs no.jsonl disc.cue disc.cue
finish
