#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the sandbox costs: at the start of a program, and on hashing and carving of one file, each beside
# --no-sandbox in the same run. Usage: tests/bench/sandbox_bench.sh [FILE] [ROUNDS]
set -euo pipefail
discern=$(realpath "${DISCERN_BUILD:-build/release}/bin/discern")
rounds=${2:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
file=${1:-$work/noise.img}
[ -n "${1:-}" ] || head -c 256M /dev/urandom > "$file"
head -c 1474560 /dev/zero > "$work/small.img"
python3 - "$discern" "$file" "$work/small.img" "$rounds" << 'EOF'
import os, resource, statistics, subprocess, sys, time
discern, big, small, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

def cost(command):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

def compare(name, command, times):
    walls, cpus = {"": [], "--no-sandbox": []}, {"": [], "--no-sandbox": []}
    for _ in range(times):
        for option in walls:
            wall, cpu = cost([discern, *command, *([option] if option else [])])
            walls[option].append(wall)
            cpus[option].append(cpu)
    with_it, without = statistics.median(walls[""]), statistics.median(walls["--no-sandbox"])
    print(f"{name}: wall {with_it * 1e3:.2f} ms, without {without * 1e3:.2f} ms, difference "
          f"{(with_it - without) * 1e3:+.2f} ms ({with_it / without * 100 - 100:+.1f} %); least "
          f"{min(walls['']) * 1e3:.2f} and {min(walls['--no-sandbox']) * 1e3:.2f} ms; CPU {statistics.median(cpus['']):.3f} "
          f"and {statistics.median(cpus['--no-sandbox']):.3f} s")

compare("start (info)", ["info", small], rounds * 30)
compare("hash", ["hash", "-j", "1", big], rounds)
compare("carve", ["carve", "--list-only", "-j", "1", big], rounds)
EOF
