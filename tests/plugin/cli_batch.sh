# SPDX-License-Identifier: Apache-2.0
# Many images: a plan, work that can be killed, repeated and spread, and a merge that is the same
# whoever did what.
. "$(dirname "$0")/common.sh"
command -v sqlite3 > /dev/null || { echo "no sqlite3: skipped"; exit 77; }
cd "$work" || exit 1
mkdir -p shelf/a shelf/b
make_floppy shelf/a/one.img
for n in 2 3 4; do cp shelf/a/one.img shelf/b/$n.ima; printf '%s' $n | dd of=shelf/b/$n.ima bs=1 seek=200000 conv=notrunc status=none; done
(cd shelf/b && zip -q five.imz 2.ima)
head -c 5000 shelf/b/five.imz > shelf/b/cut.imz
: > shelf/b/empty.img
split -b 500000 -d -a 3 shelf/b/3.ima shelf/a/set.
echo 'a note' > shelf/a/readme.txt
printf 'FILE "disc.bin" BINARY\n TRACK 01 MODE1/2352\n  INDEX 01 00:00:00\n' > shelf/a/disc.cue
head -c 2000000 /dev/zero > x.iso
"$DISCERN_BUILD/bin/make_raw_cd" x.iso shelf/a/disc.bin > /dev/null 2>&1 || head -c 470400 /dev/urandom > shelf/a/disc.bin

expect 64 "$discern" batch shelf
expect 64 "$discern" batch plan shelf
expect 2 "$discern" batch run nowhere
expect 2 "$discern" batch plan absent -o nothing
expect 0 "$discern" batch plan shelf -o jobs
prints 'planned 9 images, passed over 1 files'
same "$(cut -f 6 jobs/plan.tsv | sed "s|$work/shelf/||" | tr '\n' ' ')" \
  "a/disc.cue a/one.img a/set.000 b/2.ima b/3.ima b/4.ima b/cut.imz b/empty.img b/five.imz " "the plan"

# Missing records are named, and nothing is merged.
expect 2 "$discern" batch merge jobs -o early
says '9 of 9 images have no record'
[ ! -e early ] || fail "merged without records"
expect 1 "$discern" batch run -j 2 jobs --part 1/2
expect 2 "$discern" batch merge jobs -o early
says '4 of 9 images have no record'
expect 2 "$discern" batch run -j 1 jobs
prints 'worked on 4 of 9 images'
expect 0 "$discern" batch run jobs
prints 'worked on 0 of 9 images'
expect 1 "$discern" batch merge jobs -o merged
prints 'merged 9 images, 7 consistent'

# As the commands themselves say it.
same "$(json merged/merged.jsonl 'sorted(r["sha256"] for r in rows if r["schema"] == "discern/hash/1" and r["image"].endswith("/one.img"))')" \
  "$("$discern" hash --json shelf/a/one.img > h.json; json h.json 'sorted(r["sha256"] for r in rows)')" "digests"
same "$(json merged/merged.jsonl 'sorted((r["image"].split("/")[-1], r["status"]) for r in rows if r["schema"] == "discern/record/1" and r["status"])')" \
  "[('cut.imz', 1), ('empty.img', 2)]" "records that are not consistent"
sum=$(sha256sum < shelf/b/2.ima | cut -d' ' -f1)
same "$(sqlite3 merged/collection.sqlite "select group_concat(image, ' ') from (select distinct image from object where sha256 = '$sum' order by image)" | sed "s|$work/shelf/||g")" \
  "b/2.ima b/five.imz" "images that hold a digest"
[ "$(sqlite3 merged/collection.sqlite "select count(distinct image) from event where path = '/hello.txt'")" -ge 6 ] || fail "events"
grep -q 'empty.img' merged/index.html || fail "the page lacks an image"

# Killed at any moment, spread over processes, other thread counts: the same bytes.
for round in 1 2 3 4 5 6; do
  rm -rf jobs2 && expect 0 "$discern" batch plan shelf -o jobs2
  for i in 1 2 3; do
    "$discern" batch run -q -j "$i" jobs2 > /dev/null 2>&1 &
    sleep "0.0$((RANDOM % 9))"
    kill -9 $! 2> /dev/null
    wait $! 2> /dev/null
  done
  "$discern" batch run -q jobs2 --part 2/2 > /dev/null 2>&1 &
  "$discern" batch run -q jobs2 > /dev/null 2>&1
  wait
  rm -rf merged2 && expect 1 "$discern" batch merge jobs2 -o merged2
  cmp -s merged/merged.jsonl merged2/merged.jsonl || fail "round $round: another merged.jsonl"
done
same "$(find jobs2 -name '*.partial*' -newer jobs2/plan.tsv -size -0 | head -1)" "" "records that are not whole"

# Two plans of parts of the shelf merge to the same; an image that was planned in two ways does not.
expect 0 "$discern" batch plan shelf/a -o ja
expect 0 "$discern" batch plan shelf/b -o jb
"$discern" batch run -q ja > /dev/null 2>&1
"$discern" batch run -q jb > /dev/null 2>&1
expect 1 "$discern" batch merge jb ja -o merged3
cmp -s merged/merged.jsonl merged3/merged.jsonl || fail "two plans: another merged.jsonl"
expect 0 "$discern" batch plan --operations info shelf/a -o jc
"$discern" batch run -q jc > /dev/null 2>&1
expect 2 "$discern" batch merge ja jc -o merged4
says 'planned twice'

# A file that changes after it was planned is not examined as if it had not.
rm -rf jd && expect 0 "$discern" batch plan shelf/a/one.img -o jd
touch shelf/a/one.img
expect 2 "$discern" batch run jd
grep -rq 'has changed since it was planned' jd/records || fail "a changed file"

# Files' own digests: which of them several images hold.
rm -rf je && expect 0 "$discern" batch plan --operations hash,entries shelf -o je
expect 2 "$discern" batch run -q je
expect 1 "$discern" batch merge je -o merged5
sum=$(sha256sum < hello.txt | cut -d' ' -f1)
same "$(sqlite3 merged5/collection.sqlite "select count(distinct image) from object where sha256 = '$sum' and object = 'entry:/hello.txt'")" 7 "images that hold a file"
for text in 'could not be examined' 'empty.img' 'The same file in several images' "$sum"; do
  grep -q "$text" merged5/index.html || fail "the page lacks '$text'"
done

expect 0 "$discern" batch slurm jobs
prints '#SBATCH --array=1-9'
sh -n out || fail "the script for sbatch"

# An image that ends what reads it: the others get their records, and it gets one that says so.
# A sanitizer takes the signal for itself.
if [[ $("$discern" info -v shelf/a/one.img 2>&1) != *'missing: everything'* ]]; then
  mkdir poison && cp shelf/a/one.img poison/2.img && truncate -s 3G poison/1.img && truncate -s 1440k poison/3.img
  expect 0 "$discern" batch plan poison -o crash
  "$discern" batch run -q -j 1 crash > out 2> err &
  sleep 0.6
  kill -SEGV "$(pgrep -P $!)"
  wait $!
  same $? 2 "status of a batch with such an image"
  says 'was ended by signal 11'
  "$discern" batch merge crash -o crashed > out 2> err
  same "$(json crashed/merged.jsonl '[("signal 11" in r["verdict"], r["status"]) for r in rows if r["schema"] == "discern/record/1"]')" \
    "[(True, 2), (False, 0), (False, 0)]" "records of the batch"
fi
finish
