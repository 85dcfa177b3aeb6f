# SPDX-License-Identifier: Apache-2.0
# Times beside programs that read them by code of their own: mdir, 7z and dfdatetime for FAT; 7z, bsdtar and
# isoinfo for ISO 9660; debugfs for ext4. Each row is one that libtsk or mactime has wrong.
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
python=/usr/bin/python3
for tool in mdir 7z bsdtar isoinfo debugfs genisoimage xorriso mkfs.ext4; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
$python -c 'import dfdatetime' 2> /dev/null || { echo "no dfdatetime: skipped"; exit 77; }
cd "$work" || exit 1

# ---- FAT ----
$python "$here/edge_floppy.py" edge.img
TZ=UTC MTOOLS_SKIP_CHECK=1 mdir -a -i edge.img :: > mdir.txt
TZ=UTC 7z l -slt edge.img > 7z.txt
expect 0 "$discern" timeline edge.img
cp out fat.jsonl
$python - << 'END' > problems 2>&1 || fail "FAT: $(cat problems)"
import json, re
from dfdatetime import fat_date_time

rows = {}
for line in open("fat.jsonl"):
    row = json.loads(line)
    if row["path"].endswith(".TXT"):
        rows.setdefault(row["path"][1:], {})[row["kind"]] = row

# mdir prints the fields of the modification time as they stand, whatever they are.
mdir = {}
for line in open("mdir.txt"):
    match = re.match(r"(.{8}) (.{3}) +\d+ (\d{4})-(\d\d)-(\d\d) +(\d+):(\d\d)", line)
    if match:
        name, extension, *numbers = match.groups()
        mdir[name.strip() + "." + extension.strip()] = [int(number) for number in numbers]
assert len(mdir) == 18 and mdir.keys() == rows.keys(), (sorted(mdir), sorted(rows))
for name, fields in mdir.items():
    row = rows[name]["modified"]
    raw = bytes.fromhex(row["raw_hex"])
    time, date = int.from_bytes(raw[:2], "little"), int.from_bytes(raw[2:], "little")
    assert fields == [1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63], (name, fields)
    if row["time"]:
        assert row["time"][:16] == "%04d-%02d-%02dT%02d:%02d" % tuple(fields), (name, row["time"])

# 7z knows all three, the creation with its 10 ms; it rolls 31 February over, which is not compared.
seven, name = {}, None
for line in open("7z.txt"):
    key, _, value = line.strip().partition(" = ")
    if key == "Path":
        name = value
    elif key in ("Modified", "Created", "Accessed") and name in rows and value:
        seven[name, key.lower()] = value.replace(" ", "T")
compared = 0
for (name, kind), value in seven.items():
    ours = rows[name][kind]["time"]
    if ours:
        assert value.startswith(ours), (name, kind, value, ours)
        compared += 1
assert compared >= 36, compared

# dfdatetime refuses what is no date; the fields are two words, the date in the lower one.
for name, kinds in rows.items():
    raw = bytes.fromhex(kinds["modified"]["raw_hex"])
    number = int.from_bytes(raw[2:], "little") | int.from_bytes(raw[:2], "little") << 16
    validity = kinds["modified"]["validity"]
    if number == 0:
        assert validity == "zero", name
        continue
    try:
        text = fat_date_time.FATDateTime(fat_date_time=number).CopyToDateTimeString()
        assert kinds["modified"]["time"] == text.replace(" ", "T"), (name, text)
    except ValueError:
        assert (kinds["modified"]["time"], validity) == (None, "invalid_field"), name
END

# Every entry is in the CSV, the one without any time too; names and percent signs stay as they are.
expect 0 "$discern" timeline -f csv edge.img
for name in 'NOTIME.TXT' 'BAR|X.TXT' 'QUO""X.TXT' 'PC%41X.TXT'; do prints "$name"; done
fls edge.img | grep -q 'NOTIME\|BAR|X\|QUO' && fail "fls lists them: the row is out of date"

# ---- ISO 9660: recorded offsets, negative and of quarter hours ----
mkdir tree && echo text > tree/FILE.TXT && TZ=UTC touch -d '2003-01-15 17:00:00' tree/FILE.TXT
for zone in America/New_York Asia/Kathmandu America/St_Johns Pacific/Auckland; do
  TZ=$zone genisoimage -quiet -o zone.iso tree 2> /dev/null
  want=$(TZ=UTC 7z l -slt zone.iso | sed -n '/^Path = FILE.TXT/,/^Modified/s/^Modified = //p')
  expect 0 "$discern" timeline --path '/FILE.TXT' --kind recorded zone.iso
  same "$(json out '[(r["time"], r["zone"]) for r in rows]')" "[('${want/ /T}Z', 'recorded_offset')]" "7z, $zone"
  # libarchive 3.6 takes no offset of 52 quarters, which ECMA-119 (9.1.5) allows.
  [ $zone = Pacific/Auckland ] && continue
  rm -rf unpacked && mkdir unpacked && bsdtar -xf zone.iso -C unpacked
  same "$(json out '[r["time"] for r in rows]')" "['$(TZ=UTC date -r unpacked/FILE.TXT +%Y-%m-%dT%H:%M:%SZ)']" "bsdtar, $zone"
done
[ "$(TZ=UTC fls -m / -z UTC zone.iso | awk -F'|' '/FILE.TXT/ { print $11 }')" = "$(TZ=UTC date -d '2003-01-15 17:00:00' +%s)" ] &&
  fail "fls takes the offset off: the row is out of date"

# Rock Ridge has the times of the file, which libtsk leaves out.
TZ=UTC touch -m -d '1999-12-31 23:59:58' tree/FILE.TXT
TZ=Asia/Kathmandu genisoimage -quiet -R -o rock.iso tree 2> /dev/null
rm -rf unpacked && mkdir unpacked && bsdtar -xf rock.iso -C unpacked
expect 0 "$discern" timeline --path '/FILE.TXT' --kind modified rock.iso
same "$(json out '[r["time"] for r in rows]')" "['$(TZ=UTC date -r unpacked/FILE.TXT +%Y-%m-%dT%H:%M:%SZ)']" "Rock Ridge"

# Dates of the volume are events: isoinfo -d prints them as they stand.
expect 0 "$discern" timeline --kind volume_created rock.iso
raw=$(json out '[bytes.fromhex(r["raw_hex"])[:14].decode() for r in rows if "Primary" in r["path"]][0]')
isoinfo -debug -d -i rock.iso 2> /dev/null | grep -i 'creation' | tr -d ' :.-' | grep -q "$raw" ||
  7z l -slt rock.iso | tr -d ' :-' | grep -q "Created=$raw" || strings -n 16 rock.iso | grep -q "$raw" || fail "date of the volume: $raw"

# A file that a later session took away: isoinfo reads the older one by its sector.
echo secret > tree/SECRET.TXT
xorriso -outdev multi.iso -map tree / -commit > /dev/null 2>&1
xorriso -dev multi.iso -rm /SECRET.TXT -- -commit > /dev/null 2>&1
isoinfo -f -i multi.iso -T 32 2> /dev/null | grep -q SECRET || fail "isoinfo finds no first session"
expect 0 "$discern" list multi.iso
grep -q '^hidden_by_session.*/SECRET.TXT' out || fail "SECRET.TXT: $(cat out)"
expect 0 "$discern" cat --file /SECRET.TXT multi.iso
same "$(cat out)" secret "content of a hidden file"

# ---- ext4: seconds are signed, two bits stand above them ----
mkdir files
for date in 1901-12-14T12:00:00 1969-12-31T23:59:59 2002-01-01T10:00:00 2030-06-01T12:00:00; do
  TZ=UTC touch -d "$date" "files/$date"
done
truncate -s 4M ext4.img && mkfs.ext4 -q -I 256 -d files ext4.img
truncate -s 4M ext2.img && mkfs.ext2 -q -I 128 -d files ext2.img
number() { debugfs -R "stat $1" "$2" 2> /dev/null | sed -n 's/^Inode: \([0-9]*\).*/\1/p'; }
# Beyond 2038 and 2106, and nanoseconds.
debugfs -w -R "sif <$(number 1969-12-31T23:59:59 ext4.img)> mtime_extra 1" ext4.img 2> /dev/null
debugfs -w -R "sif <$(number 2030-06-01T12:00:00 ext4.img)> mtime_extra 1" ext4.img 2> /dev/null
debugfs -w -R "sif <$(number 2002-01-01T10:00:00 ext4.img)> mtime_extra 0x1d6f3454" ext4.img 2> /dev/null
for image in ext4.img ext2.img; do
  expect 0 "$discern" timeline --kind modified --path '/*-*' $image
  cp out ext.jsonl
  for date in 1901-12-14T12:00:00 1969-12-31T23:59:59 2002-01-01T10:00:00 2030-06-01T12:00:00; do
    text=$(TZ=UTC debugfs -R "stat $date" $image 2> /dev/null | sed -n 's/^ *mtime: .* -- //p')
    same "$(json ext.jsonl "[r['time'][:19] for r in rows if r['path'] == '/$date']")" \
      "['$(TZ=UTC date -d "$text" +%Y-%m-%dT%H:%M:%S)']" "$image $date"
  done
done
expect 0 "$discern" timeline --kind modified --path '/2002*' ext4.img
same "$(json out '[(r["time_ns"] % 10**9, r["precision"], r["raw_hex"][8:]) for r in rows]')" "[(123456789, 'ns', '54346f1d')]" "nanoseconds"

# Group descriptors spread over the groups (META_BG), with every rule for copies of the superblock; the
# times must be those of the files that were put in, from before 1970.
python3 - many << 'EOF'
import os, sys
os.mkdir(sys.argv[1])
for i in range(700):
    path = f"{sys.argv[1]}/f{i}"
    open(path, "w").close()
    os.utime(path, (0, -3_000_000 * (i + 1)))
EOF
for options in ext2,meta_bg,^resize_inode ext4,meta_bg,^resize_inode,^flex_bg \
  ext2,meta_bg,^resize_inode,^sparse_super ext4,meta_bg,^resize_inode,sparse_super2; do
  rm -f spread.img
  mkfs.ext4 -q -F -t "${options%%,*}" -O "${options#*,}" -b 1024 -g 256 -N 1000 -d many spread.img 24M > err 2>&1 || { fail "mkfs: $(cat err)"; continue; }
  # libtsk takes other blocks for inodes of the later groups, or finds none; the times are read by us.
  "$discern" timeline --kind modified --path '/f*' spread.img > out 2> err
  python3 - > wrong << 'EOF'
import json
events = {event["path"]: event for event in map(json.loads, open("out"))}
for i in range(700):
    event = events[f"/f{i}"]
    time = event["time_ns"]
    if time != -3_000_000 * (i + 1) * 10**9 and not (time is None and int(event["id"]) > 128):
        print(event)
EOF
  [ ! -s wrong ] || fail "$options: $(head -3 wrong)"
  grep -q tsk.meta-bg err || fail "no finding of $options"
done
finish
