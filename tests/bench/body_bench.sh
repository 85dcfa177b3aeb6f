#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A body file of a million lines (names, a tenth deleted, random times) sorted and listed by discern
# and by mactime, whole processes; CPU seconds and peak memory. The rows must be the same.
#   body_bench.sh [LINES] [ROUNDS]      ROUNDS are discern's; mactime, which takes a minute, runs once
set -euo pipefail
build=${DISCERN_BUILD:-build/release}
lines=${1:-1000000}
rounds=${2:-3}
work=$(mktemp -d "${TMPDIR:-/tmp}/body_bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 - "$lines" > "$work/body" << 'END'
import random, sys
random.seed(7)
for i in range(int(sys.argv[1])):
    base = random.randrange(946684800, 1735689600)
    times = [base, base - random.randrange(100000), base + random.randrange(1000), base - random.randrange(10**8)]
    if i % 5 == 0: times[1] = base
    if i % 7 == 0: times[2] = 0
    gone = " (deleted)" if i % 10 == 3 else ""
    print(f"0|/folder {i // 100:05d}/a longer name of file {i:07d}.dat{gone}|{i + 5}-128-1|r/rrwxrwxrwx|{i % 3}|0|"
          f"{random.randrange(10**7)}|" + "|".join(map(str, times)))
END
run() { # NAME COMMAND...: one line of figures
  local name=$1
  shift
  python3 - "$name" "$@" << 'END'
import hashlib, resource, subprocess, sys, time
start = time.time()
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE)
digest, rows = hashlib.md5(), 0
while block := process.stdout.read(1 << 20):
    digest.update(block)
    rows += block.count(b"\n")
if process.wait():
    sys.exit(f"{sys.argv[1]}: status {process.returncode}")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{sys.argv[1]:10} {used.ru_utime + used.ru_stime:8.2f} CPU s {time.time() - start:8.2f} wall s "
      f"{used.ru_maxrss / 1024:7.0f} MiB  {rows} rows  md5 {digest.hexdigest()}")
END
}
echo "$lines lines, load $(cut -d' ' -f1 /proc/loadavg)"
for ((round = 0; round < rounds; round++)); do
  run discern "$build/bin/discern" timeline --body -f csv "$work/body"
done
run mactime mactime -d -y -b "$work/body"
