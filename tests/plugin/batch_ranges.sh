# SPDX-License-Identifier: Apache-2.0
# Carving in ranges: what is merged is, byte for byte, what a job for the whole image writes, wherever
# the seams are and whoever did which range; gaps and overlaps are refused.
. "$(dirname "$0")/common.sh"
here=$(realpath "$(dirname "$0")")
cd "$work" || exit 1
carved() { json "$1/merged.jsonl" 'sum(r["schema"] == "discern/carve/1" for r in rows)'; }
# in_ranges NAME SIZE PLAN-OPTION...: plan, run and merge.
in_ranges() {
  local name=$1
  shift
  expect 0 "$discern" batch plan shelf -o "jobs.$name" "$@"
  "$discern" batch run -q "jobs.$name" > /dev/null 2> err || cat err
  "$discern" batch merge "jobs.$name" -o "merged.$name" > out 2> err || [ $? -eq 1 ] || fail "merge of $name: $(cat err)"
}

mkdir shelf
python3 "$here/soup.py" 0 10 shelf/soup.img
make_floppy shelf/small.img
some="--operations info,hash,carve"
# shellcheck disable=SC2086
in_ranges whole $some
[ "$(carved merged.whole)" -ge 8 ] || fail "few files: $(carved merged.whole)"
for size in 1MiB 3MiB 1537KiB; do
  # shellcheck disable=SC2086
  in_ranges $size $some --range $size
  cmp merged.whole/merged.jsonl merged.$size/merged.jsonl || fail "ranges of $size: another merged.jsonl"
done
cmp merged.whole/index.html merged.1MiB/index.html || fail "another page"
# Without the choice that is made at the end there would be more.
[ "$(cat jobs.1MiB/records/*/*.jsonl | grep -c '"discern/candidate/1"')" -gt "$(carved merged.whole)" ] || fail "no file lies inside another"
expect 0 "$discern" batch plan shelf -o p --operations info,carve --range 4MiB
prints 'planned 2 images in 5 jobs'

# With what breaks off; with files in one piece only; carving alone; an image that is inflated.
for option in --partial --contiguous; do
  for name in a b; do
    range=()
    [ $name = b ] && range=(--range 1MiB)
    rm -rf jobs.$name merged.$name
    expect 0 "$discern" batch plan shelf/soup.img -o jobs.$name --operations carve "${range[@]}"
    "$discern" batch run -q $option jobs.$name > out 2>&1
    expect 0 "$discern" batch merge jobs.$name -o merged.$name
  done
  cmp merged.a/merged.jsonl merged.b/merged.jsonl || fail "$option: another merged.jsonl"
done
mv shelf kept && mkdir shelf && zip -q shelf/soup.imz kept/soup.img
in_ranges imz --operations info,carve
in_ranges imz.ranges --operations info,carve --range 2MiB
cmp merged.imz/merged.jsonl merged.imz.ranges/merged.jsonl || fail "IMZ: another merged.jsonl"

# Anything anywhere.
for seed in 1 2 3; do
  rm -rf shelf jobs.r* merged.r* && mkdir shelf
  python3 "$here/soup.py" $seed 6 shelf/soup.img
  in_ranges r0 --operations carve
  in_ranges r1 --operations carve --range 1MiB
  in_ranges r2 --operations carve --range 1030KiB
  for n in 1 2; do cmp merged.r0/merged.jsonl merged.r$n/merged.jsonl || fail "seed $seed: another merged.jsonl"; done
done

# Spread over plans and processes, in any order.
rm -rf shelf && mv kept shelf
# shellcheck disable=SC2086
expect 0 "$discern" batch plan shelf -o jobs.x $some --range 1MiB
cp -r jobs.x jobs.y
expect 2 "$discern" batch merge jobs.x -o early
says 'bytes 1048576 to 2097151 have no record yet'
says '14 of 14 jobs have no record: nothing is merged'
"$discern" batch run -q jobs.x --part 2/3 > out 2>&1
"$discern" batch run -q jobs.y --part 3/3 > out 2>&1
"$discern" batch run -q jobs.x --part 1/3 > out 2>&1
for order in "jobs.x jobs.y" "jobs.y jobs.x"; do
  rm -rf spread
  # shellcheck disable=SC2086
  expect 0 "$discern" batch merge $order -o spread
  cmp merged.whole/merged.jsonl spread/merged.jsonl || fail "$order: another merged.jsonl"
done
sort -R jobs.1MiB/plan.tsv > shuffled && cp shuffled jobs.1MiB/plan.tsv
expect 0 "$discern" batch merge jobs.1MiB -o shuffled.merged
cmp merged.whole/merged.jsonl shuffled.merged/merged.jsonl || fail "lines of the plan in another order"

# Gaps and overlaps.
refused() {  # refused TEXT PLANS...
  local text=$1
  shift
  rm -rf refused
  expect 2 "$discern" batch merge "$@" -o refused
  says "$text"
  [ ! -e refused ] || fail "merged: $text"
}
without() { rm -rf jobs.cut && cp -r jobs.x jobs.cut && cp -r jobs.y/records jobs.cut && grep -v "$1" jobs.x/plan.tsv > jobs.cut/plan.tsv; }
without '	2097152-3145728/'
refused 'bytes 2097152 to 3145727 are in no range of the plan' jobs.cut
without '	0-1048576/'
refused 'bytes 0 to 1048575 are in no range of the plan' jobs.cut
without '	9437184-10485760/'
refused 'bytes 9437184 to 10485759 are in no range of the plan' jobs.cut
for size in x 3MiB; do grep soup jobs.$size/plan.tsv > plan && mv plan jobs.$size/plan.tsv; done
refused 'in ranges of other sizes' jobs.x jobs.3MiB
refused 'whole and in ranges' jobs.b jobs.whole
# A line that is no range of its image is no job.
sed 's|	0-1048576/|	0-11048576/|' jobs.x/plan.tsv > jobs.cut/plan.tsv
refused 'this is no job of a plan' jobs.cut
for end in 0 99999999999999999999; do expect 64 "$discern" batch plan shelf -o q --range $end; done
expect 64 "$discern" batch plan shelf -o q --range 64KiB

# A range that failed: the image is incomplete, and says where.
rm -rf jobs.cut && cp -r jobs.x jobs.cut && cp -r jobs.y/records jobs.cut
id=$(grep '	1048576-2097152/' jobs.x/plan.tsv | cut -f 1)
record=$(find jobs.cut -name "$id.jsonl")
python3 - "$record" << 'PY'
import json, sys
end = json.loads(open(sys.argv[1]).read().splitlines()[-1])
end.update(status=2, verdict='ended by signal 11')
open(sys.argv[1], 'w').write(json.dumps(end, separators=(',', ':')) + '\n')
PY
expect 1 "$discern" batch merge jobs.cut -o partly
same "$(json partly/merged.jsonl '[(r["status"], r["verdict"]) for r in rows if r["schema"] == "discern/record/1" and r["status"]]')" \
  "[(2, 'bytes 1048576 to 2097151: ended by signal 11')]" "the verdict"
same "$(carved partly)" 0 "carved files of an image that was not carved whole"
echo '{"schema":"discern/candidate/1","offset":-1}' > "$record"
expect 2 "$discern" batch merge jobs.cut -o broken
says 'not as a range is written'
[ ! -e broken/merged.jsonl ] || fail "merged a broken record"
finish
