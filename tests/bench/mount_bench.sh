#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reads mounted images from end to end, discern beside xmount and ewfmount in the same rounds: a raw
# view (read by the kernel from its file where it can), the same bytes in two segments (read through
# discern), the 2048-byte view of a raw CD with the same content, both also past the page cache
# (--direct-io), and by four readers. null_mount, which has no work to do, is the bound for all that
# goes through a server.
# Usage: tests/bench/mount_bench.sh [MEGABYTES] [ROUNDS]   (needs root, /dev/fuse, xmount, ewf-tools)
set -euo pipefail
build=${DISCERN_BUILD:-$(dirname "$0")/../../build/release}
build=$(realpath "$build") here=$(realpath "$(dirname "$0")")
megabytes=${1:-400} rounds=${2:-5}
work=$(mktemp -d)
cd "$work"
mkdir raw segments cd raw-direct cd-direct null null-direct x ewf
trap 'for m in raw segments cd raw-direct cd-direct null null-direct x ewf; do fusermount3 -qu $m || true; done; cd /; rm -rf "$work"' EXIT
head -c "${megabytes}M" /dev/urandom > disk.img
"$build/bin/make_raw_cd" disk.img disc.bin
ewfacquire -q -u -c none -t disk -f encase6 -b 64 disk.img > /dev/null 2>&1
split -d -a 3 --numeric-suffixes=1 -n 2 disk.img split.
cat disk.img disc.bin disk.E01 split.* > /dev/null
"$build/bin/discern" mount -q --background -i raw disk.img raw
"$build/bin/discern" mount -q --background split.001 segments
"$build/bin/discern" mount -q --background disc.bin cd
"$build/bin/discern" mount -q --background --direct-io -i raw disk.img raw-direct
"$build/bin/discern" mount -q --background --direct-io disc.bin cd-direct
c++ -O2 -std=c++20 "$here/null_mount.cc" -o null_mount $(pkg-config --cflags --libs fuse3)
./null_mount "$megabytes" null &
./null_mount "$megabytes" null-direct direct &
until mountpoint -q null && mountpoint -q null-direct; do sleep 0.1; done
xmount --in raw disk.img x > /dev/null
ewfmount disk.E01 ewf > /dev/null 2>&1

cat > read.py <<'PY'
import os, statistics, sys, threading, time
rounds = int(sys.argv[1])

def read(path, start, end):
    fd, buffer, at = os.open(path, os.O_RDONLY), bytearray(1 << 20), start
    while at < end:
        at += os.preadv(fd, [buffer], at)
    os.close(fd)

def timed(path, readers=1):
    fd = os.open(path, os.O_RDONLY)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)  # pages that FUSE left in the cache
    size = os.fstat(fd).st_size
    os.close(fd)
    share = size // readers
    threads = [threading.Thread(target=read, args=(path, i * share, (i + 1) * share)) for i in range(readers)]
    begin = time.perf_counter()
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return share * readers / (time.perf_counter() - begin) / 1e6

rows = [("discern media.raw", "raw/media.raw", 1), ("discern media.raw of segments", "segments/media.raw", 1),
        ("discern data.iso", "cd/data.iso", 1),
        ("null_mount", "null/file", 1), ("xmount", "x/disk.dd", 1), ("ewfmount", "ewf/ewf1", 1),
        ("discern --direct-io media.raw", "raw-direct/media.raw", 1), ("discern --direct-io data.iso", "cd-direct/data.iso", 1),
        ("null_mount, direct", "null-direct/file", 1),
        ("discern media.raw, 4 readers", "raw/media.raw", 4), ("discern --direct-io media.raw, 4 readers", "raw-direct/media.raw", 4),
        ("null_mount, 4 readers", "null/file", 4), ("xmount, 4 readers", "x/disk.dd", 4)]
found = {name: [] for name, _, _ in rows}
for _ in range(rounds):
    for name, path, readers in rows:
        found[name].append(timed(path, readers))
first = statistics.median(found[rows[0][0]])
print("| server | median MB/s | best MB/s | of discern media.raw |\n|---|---|---|---|")
for name, values in found.items():
    print(f"| {name} | {statistics.median(values):.0f} | {max(values):.0f} | {statistics.median(values) / first:.2f} |")
PY
python3 read.py "$rounds"
