# SPDX-License-Identifier: Apache-2.0
# Every dynamically linked TSK tool prints the same of an image in a container of ours, through
# `discern run`, as of the raw image, without it: real FAT and ISO 9660 images as IMZ (made with
# zip, 7-Zip and gzip), ISO images as raw CDs (mode 1 and XA form 1, with and without a cue sheet).
# Usage: tsk_tools.sh [PART PARTS]   (every PARTS-th image, from the PART-th on)
. "$(dirname "$0")/common.sh"
outputs=$(realpath "$(dirname "$0")/tsk_outputs.sh")
part=${1:-1} parts=${2:-1}
need_corpus
for tool in fls unzip zip 7z gzip sqlite3; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
export TZ=UTC
cd "$work" || exit 1

# compare LABEL: the tools on other/image against those on raw/image.
compared=0
compare() {
  local result file
  rm -rf other.out
  (cd other && timeout 600 "$discern" run -- bash "$outputs" ../other.out)
  for result in raw.out/*; do
    file=$(basename "$result")
    compared=$((compared + 1))
    cmp -s "$result" "other.out/$file" && continue
    fail "$1: $file differs"
    diff -a "$result" "other.out/$file" | head -5 | cut -c -200
  done
  rm -rf other
  mkdir other
}

# reference FILE: what the tools print of a raw image by themselves.
reference() {
  rm -rf raw raw.out other
  mkdir raw other
  cp "$1" raw/image
  chmod u+w raw/image
  (cd raw && timeout 600 bash "$outputs" ../raw.out)
  [ -s raw.out/fls ] && [ -s raw.out/img_cat ] || fail "$1: no reference"
}

as_imz() {
  ln raw/image disk.ima
  zip -q other/image.zip disk.ima && mv other/image.zip other/image
  compare "$1, zip"
  7z a -tzip -mx=9 other/image.zip disk.ima > 7z.log && mv other/image.zip other/image
  compare "$1, 7z"
  gzip -c disk.ima > other/image
  compare "$1, gzip"
  rm disk.ima
}

as_raw_cd() {
  local xa
  [ $(($(stat -c %s raw/image) % 2048)) -eq 0 ] || return
  for xa in '' xa; do
    # shellcheck disable=SC2086
    "$DISCERN_BUILD/bin/make_raw_cd" raw/image other/image $xa || fail "make_raw_cd"
    compare "$1, raw CD ${xa:-mode 1}"
    # shellcheck disable=SC2086
    "$DISCERN_BUILD/bin/make_raw_cd" raw/image other/disc.bin $xa || fail "make_raw_cd"
    printf 'FILE "disc.bin" BINARY\n  TRACK 01 MODE%d/2352\n    INDEX 01 00:00:00\n' \
      $([ "$xa" ] && echo 2 || echo 1) > other/image
    compare "$1, cue sheet ${xa:-mode 1}"
  done
}

mkdir unpacked
for archive in "$corpus"/filesystem/dftt-*.zip; do unzip -q -o -d unpacked "$archive"; done
number=0 done=0
for image in "$corpus"/floppy/freedos*.img unpacked/*/*.dd unpacked/*/*.iso "$corpus"/filesystem/*.iso; do
  number=$((number + 1))
  [ $((number % parts)) -eq $((part % parts)) ] || continue
  done=$((done + 1))
  reference "$image"
  as_imz "$(basename "$image")"
  [[ $image != *.iso ]] || as_raw_cd "$(basename "$image")"
done
[ "$number" -ge 15 ] || fail "only $number images"
echo "$done of $number images, $compared outputs compared"
finish
