# SPDX-License-Identifier: Apache-2.0
# The main job: a case folder that is whole, checks itself, and does not depend on threads.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
(cd "$work" && zip -q a.imz a.img)
printf 'GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > "$work/dot.gif"
mcopy -i "$work/a.img" "$work/dot.gif" ::/

expect 0 "$discern" examine "$work/a.img" -o "$work/case"
for file in report.json report.html hashes.csv timeline.jsonl timeline.csv timeline.html carved.jsonl findings.jsonl MANIFEST.sha256; do
  [ -s "$work/case/$file" ] || [ "$file" = findings.jsonl ] || fail "no $file"
done
(cd "$work/case" && sha256sum --quiet -c MANIFEST.sha256) || fail "MANIFEST.sha256 does not hold"
same "$(cd "$work/case" && find . -type f ! -name MANIFEST.sha256 | wc -l)" "$(wc -l < "$work/case/MANIFEST.sha256")" "files in the manifest"
same "$(json "$work/case/carved.jsonl" '[(r["type"], r["size"]) for r in rows]')" "[('gif', $(stat -c %s "$work/dot.gif"))]" "carved files"
cmp -s "$work/dot.gif" "$work"/case/carved/*.gif || fail "the carved file differs"
python3 -m json.tool "$work/case/report.json" > /dev/null || fail "report.json is no JSON"
! grep -qE '(src|href)="(https?:)?//' "$work/case/report.html" || fail "report.html refers to the network"
! find "$work/case" -name '*.tmp*' | grep -q . || fail "temporary files stay behind"

# Same evidence, same bytes, whatever the threads; the run block aside.
for threads in 1 2 8; do
  expect 0 "$discern" examine -j $threads "$work/a.img" -o "$work/case$threads"
  for file in timeline.jsonl timeline.csv carved.jsonl findings.jsonl hashes.csv; do
    cmp -s "$work/case/$file" "$work/case$threads/$file" || fail "$file differs with $threads threads"
  done
  for folder in case case$threads; do
    python3 -c 'import json, sys
report = json.load(open(sys.argv[1])); report.pop("run"); print(json.dumps(report, indent=1))' \
      "$work/$folder/report.json" > "$work/$folder.stripped"
  done
  cmp -s "$work/case.stripped" "$work/case$threads.stripped" || fail "report.json differs with $threads threads"
done

# Once more into the same folder: nothing of the first run stays.
touch "$work/case/carved/1.gif"
expect 0 "$discern" examine --force "$work/a.img" -o "$work/case"
same "$(ls "$work/case/carved" | wc -l)" 1 "carved files after --force"
(cd "$work/case" && sha256sum --quiet -c MANIFEST.sha256) || fail "MANIFEST.sha256 does not hold after --force"

expect 0 "$discern" examine "$work/a.img" "$work/a.imz" -o "$work/several"
[ -s "$work/several/index.html" ] || fail "no index.html for several images"
same "$(find "$work/several" -mindepth 1 -maxdepth 1 -type d | wc -l)" 2 "sub-folders"
finish
