# SPDX-License-Identifier: Apache-2.0
# Every timeline format against the rules of the programs that import it, over all lines; filters,
# zones and digests.
. "$(dirname "$0")/common.sh"
rules=$(dirname "$0")/timeline_rules.py
make_floppy "$work/a.img"
printf x > "$work/odd"
mcopy -i "$work/a.img" "$work/odd" '::/quote,"comma.txt' 2> /dev/null || true
mcopy -i "$work/a.img" "$work/odd" '::/NA'

# Without a date, fractions, before 1970, hostile names.
cat > "$work/odd.body" << 'END'
0|/plain|5|r/rrwxrwxrwx|0|0|10|1000000000|1000000001|0|999999999.25
0|/a|b,"c"|6|r/rrwxrwxrwx|0|0|10|-5|1|0|0
0|/none|7|r/rrwxrwxrwx|0|0|10|0|0|0|0
0|/back\slash|8|r/rrwxrwxrwx|0|0|10|1000000000.123456789|0|0|0
0|/of 1690|9|r/rrwxrwxrwx|0|0|10|-8835955200|0|0|0
END

# Several times a column: recorded, created (Rock Ridge), backed up, dates of the volume.
mkdir "$work/tree" && cp "$work/hello.txt" "$work/tree"
images=("$work/a.img")
if command -v genisoimage > /dev/null; then
  genisoimage -quiet -R -J -udf -o "$work/b.iso" "$work/tree" 2> /dev/null
  images+=("$work/b.iso")
fi
[ -d "$corpus" ] && images+=("$corpus/floppy/freedos.boot.disk.360K.img" "$corpus"/filesystem/{copying-rr,joliet}.iso)
check_all() { # ARGUMENT...: what names the evidence
  "$discern" timeline -q -f jsonl "$@" > "$work/events.jsonl" || true
  local events
  events=$(wc -l < "$work/events.jsonl")
  [ "$events" -gt 0 ] || fail "no events: $*"
  for format in timesketch timesketch-csv body l2tcsv tln l2ttln; do
    "$discern" timeline -q -f $format "$@" > "$work/$format" || true
    python3 "$rules" $format "$work/$format" "$work/events.jsonl" > "$work/count" 2>&1 ||
      fail "$format of $*: $(cat "$work/count")"
  done
}
for image in "${images[@]}"; do check_all "$image"; done
check_all --body "$work/odd.body"

# Formats without a place for undated events say how many there are.
for format in timesketch timesketch-csv tln l2ttln; do
  "$discern" timeline -f $format --body "$work/odd.body" > "$work/out" 2> "$work/err"
  says "13 events without a date are not in the output"
done
"$discern" timeline -f timesketch-csv --body "$work/odd.body" > "$work/out" 2> "$work/err"
says "1 events of years that its readers drop are not in the output"
same "$(wc -l < "$work/out")" 7 "lines of the CSV"

expect 0 "$discern" timeline -f dfxml --with-hash "$work/a.img"
grep -q '<hashdigest type="MD5">'"$(md5sum < "$work/hello.txt" | cut -d' ' -f1)" "$work/out" || fail "MD5 in DFXML"
if [ -d "$corpus" ] && command -v xmllint > /dev/null; then
  for arguments in "$work/a.img" "--body $work/odd.body" "$corpus/floppy/freedos.boot.disk.360K.img"; do
    # shellcheck disable=SC2086
    "$discern" timeline -q -f dfxml $arguments > "$work/dfxml"
    xmllint --noout --schema "$corpus/hash/dfxml/dfxml.xsd" "$work/dfxml" 2> "$work/err" || fail "DFXML: $(tail -3 "$work/err")"
  done
fi

# Digests of the files that mcopy put in.
expect 0 "$discern" timeline --with-hash -a sha256 "$work/a.img"
same "$(json "$work/out" '{r.get("sha256") for r in rows if r["path"].lower() == "/noise.bin"}')" \
  "{'$(sha256sum < "$work/noise.bin" | cut -d' ' -f1)'}" "sha256 of a file"
same "$(json "$work/out" '{r.get("bad_bytes") for r in rows if r["path"].lower() == "/noise.bin"}')" "{0}" "bad bytes"

# Zones: a clock reading at 2021-07-01 12:00:00 in New York, and one that the clock never showed.
TZ=UTC touch -d '2021-07-01 12:00:00' "$work/noon"
TZ=UTC touch -d '2021-03-14 02:30:00' "$work/gap"
export TZ=UTC
mcopy -m -i "$work/a.img" "$work/noon" "$work/gap" ::/
unset TZ
expect 0 "$discern" timeline "$work/a.img" --path '*/noon' --kind modified
same "$(json "$work/out" '[(r["time"], r["zone"]) for r in rows]')" "[('2021-07-01T12:00:00', 'unknown')]" "no zone"
expect 0 "$discern" timeline "$work/a.img" --path '*/noon' --zone America/New_York
same "$(json "$work/out" '[(r["time"], r["zone"]) for r in rows if r["kind"] == "modified"]')" \
  "[('2021-07-01T16:00:00Z', 'assumed')]" "assumed zone"
same "$(json "$work/out" '[r["zone"] for r in rows if r["kind"] == "accessed" and r["time"]]')" "['unknown']" "dates are not shifted"
expect 0 "$discern" timeline "$work/a.img" --path '*/gap' --kind modified --zone America/New_York
same "$(json "$work/out" '[(r["time"], r["validity"]) for r in rows]')" "[('2021-03-14T07:30:00Z', 'dst_gap')]" "gap"
expect 64 "$discern" timeline "$work/a.img" --zone Europe/Atlantis
says "Europe/Atlantis"

# Filters
mdel -i "$work/a.img" ::/noise.bin
expect 0 "$discern" timeline "$work/a.img" --from 2021-07-01 --to 2021-07-01
same "$(json "$work/out" 'sorted({r["path"].lower() for r in rows})')" "['/noon']" "one day"
expect 0 "$discern" timeline "$work/a.img" --state deleted
same "$(json "$work/out" '{r["state"] for r in rows}')" "{'deleted'}" "state"
expect 0 "$discern" timeline "$work/a.img" --kind created,modified
same "$(json "$work/out" 'sorted({r["kind"] for r in rows} - {"created", "modified"})')" "[]" "kind"
for wrong in "--from yesterday" "--kind born" "--state gone" "-f mactimes"; do
  # shellcheck disable=SC2086
  expect 64 "$discern" timeline "$work/a.img" $wrong
done
finish
