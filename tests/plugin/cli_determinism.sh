# SPDX-License-Identifier: Apache-2.0
# Same evidence, same bytes, whatever the threads, the locale, the time zone, the umask, and the
# order in which a folder lists its files.
. "$(dirname "$0")/common.sh"
cd "$work" || exit 1
export SOURCE_DATE_EPOCH=1000000000
mkdir shelf
make_floppy shelf/a.img
(cd shelf && zip -q b.imz a.img && split -b 400000 -d -a 3 a.img set. && md5sum a.img > a.md5 && sha1sum set.* > sums.sha1)
cat > run.sh <<'EOF'
"$1" examine -q shelf/a.img shelf/b.imz shelf/set.000 -o case > out.txt 2> err.txt
for command in "info" "hash" "verify" "list" "timeline" "carve -o carved"; do
  for image in a.img b.imz set.000; do rm -rf carved; "$1" $command --json shelf/$image >> out.txt 2>> err.txt; done
done
"$1" timeline -f csv shelf/a.img >> out.txt
"$1" batch plan -q shelf -o jobs >> out.txt
"$1" batch run -q jobs > /dev/null 2>> err.txt
"$1" batch merge -q jobs -o merged >> out.txt
EOF
# run NAME COMMAND...: runs all that in the same folder and keeps what came out.
run() {
  local name=$1
  shift
  rm -rf case carved jobs merged out.txt err.txt
  "$@" bash run.sh "$discern"
  rm -rf jobs && mkdir "kept.$name" && mv case merged out.txt err.txt "kept.$name"
}
run plain env
run locale env LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de
run zone env TZ=Asia/Kathmandu
run posix env TZ=XYZ+11 LC_ALL=POSIX
run umask bash -c 'umask 077; exec "$@"' bash
run one taskset -c 0
# The folder's entries made in another order, and among many others that are gone.
mv shelf old && mkdir shelf
for i in $(seq 300); do : > shelf/filler$i; done
for file in $(find old -type f -printf '%f\n' | sort -r); do cp -p "old/$file" shelf/; done
rm shelf/filler*
run order env
for name in locale zone posix umask one order; do
  # The time of the last status change is that of the copy, and part of the report.
  if [ $name = order ]; then
    for kept in plain order; do
      find kept.$kept/case -type f \( -name 'report.*' -o -name case.jsonld -o -name MANIFEST.sha256 \) -delete
    done
  fi
  diff -r kept.plain "kept.$name" > difference || fail "$name: $(head -c 600 difference)"
done

# Another number of threads is another command line: in the run block, and nowhere else.
rm -rf case
for threads in 1 2 7; do
  "$discern" examine -q -j $threads shelf/a.img -o case > /dev/null
  python3 -c 'import json, sys
report = json.load(open("case/report.json")); report.pop("run"); print(json.dumps(report, indent=1))' > "report$threads"
  (cd case && sha256sum timeline.* carved.jsonl findings.jsonl hashes.csv) >> "report$threads"
  for command in hash verify list timeline "carve --list-only"; do
    # shellcheck disable=SC2086
    "$discern" $command --json -j $threads shelf/b.imz >> "report$threads"
  done
  cmp -s report1 "report$threads" || fail "$threads threads: $(diff report1 "report$threads" | head -5)"
  rm -rf case
done
finish
