# SPDX-License-Identifier: Apache-2.0
# `timeline --body` in place of mactime: the same bytes for the same body file.
. "$(dirname "$0")/common.sh"
command -v mactime > /dev/null || { echo "no mactime: skipped"; exit 77; }

python3 - > "$work/body" << 'END'
import random
random.seed(5)
for i in range(20000):
    base = random.randrange(1, 2**31)
    times = [random.choice((0, base, base - 1, base + random.randrange(10**6))) for _ in range(4)]
    if not any(times):
        times[0] = base
    gone = random.choice(("", " (deleted)", " (deleted-realloc)", " -> /x"))
    print(f'0|/f/{i} name, "{i}"{gone}|{i}-{i % 3}|r/rrwxrwxrwx|{i % 5}|0|{i * 7}|' + "|".join(map(str, times)))
END
mactime_rows() { mactime -b "$work/body" "$@" > "$work/mactime"; }
same_rows() { # WHAT ARGUMENT...
  local what=$1
  shift
  expect 0 "$discern" timeline --body "$work/body" "$@"
  cmp "$work/out" "$work/mactime" || fail "$what differs"
}
mactime_rows -d -y -z UTC
same_rows "-d -y" -f csv
mactime_rows -d -z UTC
same_rows "-d" -f mactime
for zone in Europe/Berlin America/New_York Australia/Sydney Asia/Kathmandu; do
  [ -e /usr/share/zoneinfo/$zone ] || continue
  mactime_rows -d -z $zone
  same_rows "-d -z $zone" -f mactime --zone $zone
done
# mactime's end is exclusive, ours names the last day.
mactime_rows -d -y -z UTC 1980-01-01..1990-01-01
same_rows "dates" -f csv --from 1980-01-01 --to 1989-12-31
mactime_rows -d -y -z UTC 1980-01-01
same_rows "from a date" -f csv --from 1980-01-01

# What fls writes, of a file system with deleted entries.
make_floppy "$work/a.img"
fls -r -m / -z UTC "$work/a.img" > "$work/body"
mactime_rows -d -y -z UTC
# mactime leaves out what has no time at all.
expect 0 "$discern" timeline --body "$work/body" -f csv
grep -v ',macb,.*0000-00-00' "$work/out" > "$work/rows" || true
diff <(grep -v '^0000' "$work/rows") <(grep -v '^0000' "$work/mactime") > "$work/diff" || fail "fls -m: $(head -3 "$work/diff")"

printf 'no body file\n' > "$work/body"
expect 1 "$discern" timeline --body "$work/body" -f csv
says "body:1:1: this is no line of a body file"
expect 2 "$discern" timeline --body "$work/none" -f csv
expect 64 "$discern" timeline --body "$work/body" --zone UTC
finish
