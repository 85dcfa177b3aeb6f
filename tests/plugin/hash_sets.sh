# SPDX-License-Identifier: Apache-2.0
# Files of an image in hash sets that other programs made: hashdeep, hfind, sqlite3.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
cd "$work"
md5=$(md5sum < hello.txt | cut -c 1-32)

md5sum hello.txt > list.md5
hfind -i md5sum list.md5 > /dev/null
hfind -c own.kdb > /dev/null && hfind -a own.kdb "$md5" > /dev/null
hashdeep -c md5,sha256 hello.txt > list.hashdeep
# The table of NSRL's RDS 3, with upper-case values as there.
sqlite3 'RDS 3.db' 'CREATE TABLE FILE (sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR NOT NULL,
  crc32 VARCHAR, file_name VARCHAR NOT NULL, file_size INTEGER NOT NULL, package_id INTEGER NOT NULL,
  CONSTRAINT PK_FILE__FILE PRIMARY KEY (sha256, sha1, md5, file_name, file_size, package_id));'
sqlite3 'RDS 3.db' "INSERT INTO FILE VALUES (upper('$(sha256sum < hello.txt | cut -c 1-64)'),
  upper('$(sha1sum < hello.txt | cut -c 1-40)'), upper('$md5'), '', 'HELLO.TXT', 15, 1);"
chmod a-w 'RDS 3.db'

# The file and its deleted copy, not the noise; the digest that decides is the strongest the set has.
check() {
  expect 0 "$discern" hash --json --known "$1" -a md5,sha256 a.img
  same "$(json out 'sorted(r["object"] for r in rows if r.get("standing") == "known")')" \
    "['entry:/_one.txt', 'entry:/hello.txt']" "$1"
  same "$(json out '[(m["algorithm"], m["name"], m["set"]) for r in rows if r["object"] == "entry:/hello.txt" for m in r["hash_sets"]]')" \
    "[('$2', '$3', '$1')]" "the mark of $1"
}
"$discern" hash --json --entries a.img | grep -q 'entry:/_one.txt' || fail "the deleted file has another name"
check list.md5 md5 hello.txt
check list.md5-md5.idx md5 ''
check own.kdb md5 ''
check list.hashdeep md5 "$work/hello.txt"
check 'RDS 3.db' sha256 HELLO.TXT
[ -z "$(ls | grep -e -wal -e -shm -e -journal)" ] || fail "something was written beside a database"
expect 0 "$discern" hash --json --known 'RDS 3.db' -a sha1 a.img
same "$(json out 'sum(r.get("standing") == "known" for r in rows)')" 2 "by SHA-1"
expect 0 "$discern" hash --json --known list.md5 -a blake3 a.img
says "hash-set.not-comparable"
expect 2 "$discern" hash --known hello.txt a.img
says "no hash set"
sqlite3 other.db 'CREATE TABLE t (x)'
expect 2 "$discern" hash --known other.db a.img
says "neither NSRL's table"

# Sectors of one file, found in an image whose file system is gone.
split -b 512 -a 3 noise.bin part.
rm part.$(ls part.* | tail -n 1 | cut -d . -f 2)   # no whole sector
sha1sum part.* > blocks
(head -c 16896 /dev/zero; tail -c +16897 a.img) > wiped.img
expect 0 "$discern" hash --json --piece sector -a sha1 --notable blocks wiped.img
same "$(json out 'sum(r.get("standing") == "notable" for r in rows if r["object"].startswith("piece:"))')" \
  $((30000 / 512)) "sectors of noise.bin"

# Four: the volume label is an entry as well, as in fls.
expect 0 "$discern" examine a.img -o case --known list.md5 --notable blocks --notable list.hashdeep
same "$(python3 -c 'import json; h = json.load(open("case/report.json"))["hash_sets"]; print(h["entries"], h["known"], h["notable"], len(h["files"]))')" \
  "4 0 2 3" "counts in report.json"
same "$(json case/entries.jsonl '[r["md5"] for r in rows if r["object"] == "entry:/hello.txt"]')" "['$md5']" "entries.jsonl"
same "$(json case/findings.jsonl 'sorted(r["text"] for r in rows if r["code"] == "hash-set.notable")')" \
  "['entry:/_one.txt', 'entry:/hello.txt']" "findings"
finish
