# SPDX-License-Identifier: Apache-2.0
# File systems of every kind that mkfs programs make, as raw CDs of every kind: The Sleuth Kit's tools
# print the same of them, through `discern run`, as of the plain image. Each file system is wrapped in
# one way, in turn; DISCERN_LONG=1 does all ways with all tools (minutes).
. "$(dirname "$0")/common.sh"
outputs=$(realpath "$(dirname "$0")/tsk_outputs.sh")
for tool in fls mkfs.fat mcopy mke2fs mkntfs genisoimage xorriso sqlite3; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
export TZ=UTC MTOOLS_SKIP_CHECK=1
cd "$work" || exit 1
if [ -z "${DISCERN_LONG:-}" ]; then
  export TSK_QUICK=1 TSK_ENTRIES=4
fi

mkdir -p tree/folder images raw other
printf 'hello evidence\n' > tree/hello.txt
head -c 70000 /dev/urandom > tree/folder/noise.bin
head -c 5000 /dev/zero > 'tree/folder/a longer name with blanks.dat'

fat() { # NAME BITS KIB
  mkfs.fat -C -F "$2" "images/$1" "$3" > /dev/null
  mcopy -s -i "images/$1" tree/* ::/
  mdel -i "images/$1" ::/hello.txt
}
fat fat12 12 1440
fat fat16 16 12288
fat fat32 32 40960
for kind in ext2 ext3 ext4; do mke2fs -q -t "$kind" -d tree "images/$kind" 8M; done
truncate -s 4M images/ntfs && mkntfs -F -q -f images/ntfs > /dev/null 2>&1
for file in tree/hello.txt tree/folder/noise.bin; do
  ! command -v ntfscp > /dev/null || ntfscp -f -q images/ntfs "$file" "$(basename "$file")" > /dev/null 2>&1
done
genisoimage -quiet -iso-level 1 -o images/iso_plain tree 2> /dev/null
genisoimage -quiet -J -o images/iso_joliet tree 2> /dev/null
genisoimage -quiet -R -o images/iso_rock tree 2> /dev/null
genisoimage -quiet -J -R -o images/iso_both tree 2> /dev/null
genisoimage -quiet -udf -J -R -o images/iso_udf tree 2> /dev/null
genisoimage -quiet -hfs -o images/iso_hfs tree 2> /dev/null
xorriso -outdev images/xorriso -map tree / > /dev/null 2>&1
xorriso -as mkisofs -quiet -hfsplus -o images/iso_hfsplus tree > /dev/null 2>&1
if command -v mkfs.exfat > /dev/null; then
  truncate -s 4M images/exfat && mkfs.exfat -q images/exfat > /dev/null 2>&1
fi
if command -v mkudffs > /dev/null; then
  mkudffs --new-file --blocksize=2048 --media-type=cdr images/udf 2048 > /dev/null 2>&1 || rm -f images/udf
fi
if command -v mkfs.hfsplus > /dev/null; then truncate -s 4M images/hfsplus && mkfs.hfsplus images/hfsplus > /dev/null; fi
[ "$(ls images | wc -l)" -ge 15 ] || fail "only $(ls images | wc -l) images could be made"

cat > wrap.py << 'END'
import sys
# ECMA-130 Annex B: x^15 + x + 1, preset 1, the least significant bit first, from byte 12 on.
def sequence():
    register, out = 1, bytearray(12)
    for _ in range(2340):
        byte = 0
        for bit in range(8):
            byte |= (register & 1) << bit
            feedback = (register ^ register >> 1) & 1
            register = register >> 1 | feedback << 14
        out.append(byte)
    return int.from_bytes(out, "big")
kind, source, target = sys.argv[1:]
disc = open(source, "rb").read()
sectors = [disc[i:i + 2352] for i in range(0, len(disc), 2352)]
if kind == "2336": sectors = [s[16:] for s in sectors]
if kind == "headless": sectors = sectors[16:]
if kind == "2448": sectors = [s + bytes(96) for s in sectors]
if kind == "scrambled":
    table = sequence()
    sectors = [(int.from_bytes(s, "big") ^ table).to_bytes(2352, "big") for s in sectors]
open(target, "wb").write(b"".join(sectors))
END

sheet() { # TYPE
  printf 'FILE "disc.bin" BINARY\n  TRACK 01 %s\n    INDEX 01 00:00:00\n' "$1" > other/image
}
wrap() { # KIND
  rm -rf other && mkdir other
  local xa=''
  case $1 in xa | 2336) xa=xa ;; esac
  # shellcheck disable=SC2086
  "$DISCERN_BUILD/bin/make_raw_cd" raw/image whole.bin $xa || fail make_raw_cd
  case $1 in
    mode1 | xa) mv whole.bin other/image ;;
    2336) python3 wrap.py 2336 whole.bin other/disc.bin && sheet MODE2/2336 ;;
    *) python3 wrap.py "$1" whole.bin other/disc.bin
      # With a sheet and without one in turn.
      if [ "$1" = 2448 ]; then sheet MODE1/2448; else mv other/disc.bin other/image; fi ;;
  esac
}
compared=0
compare() { # LABEL TOOL...: the named outputs, or all
  local label=$1 result file
  shift
  rm -rf other.out
  (cd other && timeout 600 "$discern" run -- bash "$outputs" ../other.out)
  for result in raw.out/*; do
    file=$(basename "$result")
    [ $# -eq 0 ] || [[ " $* " == *" $file "* ]] || continue
    compared=$((compared + 1))
    [ -z "${printed_only:-}" ] || sed -i -zE 's/discern: error: [0-9]+ requests for parts of the image failed; the result is incomplete\n//g; s/status [01]\n//g' "$result" "other.out/$file"
    cmp -s "$result" "other.out/$file" && continue
    fail "$label: $file differs"
    diff -a "$result" "other.out/$file" | head -4 | cut -c -160
  done
}

wraps=(mode1 xa 2336 2448 scrambled)
turn=0
for image in images/*; do
  name=$(basename "$image")
  truncate -s %2048 "$image"
  cp "$image" raw/image
  rm -rf raw.out
  (cd raw && timeout 600 bash "$outputs" ../raw.out)
  chosen=("${wraps[turn % ${#wraps[@]}]}")
  turn=$((turn + 1))
  [ -z "${DISCERN_LONG:-}" ] || chosen=("${wraps[@]}")
  for kind in "${chosen[@]}"; do
    wrap "$kind"
    compare "$name as $kind"
  done
done
# Headless: the disc begins behind its system area, with nothing to say so but the sectors' own addresses.
# What TSK prints of files is the same. It has asked for the missing sectors when it looked for other
# file systems, which is an error: hence no status, and none of the tools that print sectors.
for image in images/iso_* images/xorriso; do
  name=$(basename "$image")
  cp "$image" raw/image
  rm -rf raw.out
  (cd raw && timeout 600 bash "$outputs" ../raw.out)
  wrap headless
  printed_only=yes compare "$name headless" fls fls_body fsstat istat icat ffind
done
echo "$(ls images | wc -l) file systems, $compared outputs compared"
finish
