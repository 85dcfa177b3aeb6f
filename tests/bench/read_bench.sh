#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reading a warm raw image: mapped views beside pread and cat, and tsk_img_read() of TSK's raw driver
# beside ours. Usage: tests/bench/read_bench.sh FILE   (a release build with -DDISCERN_BENCH=ON)
set -euo pipefail
build=${DISCERN_BUILD:-build/release}
file=$1
cat "$file" > /dev/null
"$build/bin/read_bench" "$file"
for round in 1 2 3 4 5; do
  begin=$(date +%s%N)
  cat "$file" > /dev/null
  echo "$(($(date +%s%N) - begin)) $(stat -c %s "$file")"
done | sort -n | awk 'NR == 3 { printf "{\"bench\":\"read\",\"what\":\"cat, wall\",\"gb_per_s\":%.2f}\n", $2 / $1 }'
for threads in 1 2; do
  echo "libtsk, $threads: $("$build/bin/tsk_read_bench" $threads "$file")"
  echo "discern, $threads: $("$build/bin/discern" run -- "$build/bin/tsk_read_bench" $threads "$file#view=media")"
done
