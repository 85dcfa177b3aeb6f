# SPDX-License-Identifier: Apache-2.0
# Every dynamically linked TSK tool prints the same of an image in a container of ours, through
# `discern run`, as of the raw image, without it: real FAT and ISO 9660 images as IMZ (made with
# zip, 7-Zip and gzip), ISO images as raw CDs (mode 1 and XA form 1, with and without a cue sheet).
. "$(dirname "$0")/common.sh"
need_corpus
for tool in fls unzip zip 7z gzip sqlite3; do
  command -v "$tool" > /dev/null || { echo "no $tool: skipped"; exit 77; }
done
export TZ=UTC
cd "$work" || exit 1

# tools OUT RUNNER...: runs every tool on ./image and leaves what each prints in OUT/<tool>. Lines
# that hold the wall clock, a random id or the tool's own resource use are dropped.
tools() {
  local out=$1 id block
  shift
  local runner=("$@")
  mkdir -p "$out"
  run() {
    local name=$1
    shift
    { timeout 60 "${runner[@]}" "$@"; echo "status $?"; } >> "$out/$name" 2>&1 < /dev/null
  }
  run fls fls -r -p image
  run fls_body fls -r -m / image
  run mmls mmls image
  run fsstat fsstat image
  run ils ils -a image
  sed -i 2,3d "$out/ils"
  for id in $(grep -oE '^[^:]*[0-9]+(-[0-9]+-[0-9]+)?(\(realloc\))?:' "$out/fls" | grep -oE '[0-9]+[-0-9]*' | sort -u | head -25); do
    run istat istat image "$id"
    run icat icat image "$id"
    run icat_slack icat -s image "$id"
    run ffind ffind image "$id"
  done
  run ifind_name ifind -n COPYING image
  for block in 0 1 17 33 50 150; do
    run ifind_block ifind -d "$block" image
    run blkcat blkcat image "$block"
    run blkstat blkstat image "$block"
  done
  run blkls blkls image
  run blkls_all blkls -e image
  run blkls_slack blkls -s image
  run blkls_list blkls -l image
  sed -i 2,3d "$out/blkls_list"
  run img_cat img_cat image
  run sigfind sigfind 55AA image
  run tsk_recover tsk_recover -e image recovered
  (cd recovered 2> /dev/null && find . -type f -print0 | sort -z | xargs -0r sha256sum) > "$out/recovered"
  rm -rf recovered
  run tsk_gettimes tsk_gettimes image
  run tsk_loaddb tsk_loaddb -d case.db image
  sqlite3 case.db .dump | grep -v 'INSERT INTO data_source_info' > "$out/database"
  rm -f case.db
  run fiwalk fiwalk -x image
  sed -i -E '/<(start_date|start_time|time|rusage|utime|stime|maxrss|minflt|majflt|nswap|inblock|oublock|clocktime|stop_time|nvcsw|nivcsw|timestamp|command_line|cwd|!-- (clock|stop_time|start_time))/d' "$out/fiwalk"
  mkdir sorted
  run sorter sorter -d sorted -U -m / image
  cat sorted/*.txt 2> /dev/null | sed '/^Date:/d' > "$out/sorted"
  rm -rf sorted
}

# compare LABEL: the tools on other/image against those on raw/image.
compared=0
compare() {
  local result file
  rm -rf other.out
  (cd other && tools ../other.out "$discern" run --)
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
  (cd raw && tools ../raw.out)
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

for image in "$corpus"/floppy/freedos*.img; do
  reference "$image"
  as_imz "$(basename "$image")"
done
mkdir unpacked
for archive in "$corpus"/filesystem/dftt-*.zip; do unzip -q -o -d unpacked "$archive"; done
for image in unpacked/*/*.dd; do
  reference "$image"
  as_imz "$(basename "$image")"
done
for image in unpacked/*/*.iso "$corpus"/filesystem/*.iso; do
  reference "$image"
  as_imz "$(basename "$image")"
  as_raw_cd "$(basename "$image")"
done
echo "$compared outputs compared"
finish
