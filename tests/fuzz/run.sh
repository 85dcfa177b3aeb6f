#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target for some seconds each, as many at once as there are processors, from the
# seeds under tests/fuzz/seeds/<target> and those that make_seeds.py writes. What a target finds is
# kept under build/fuzz/corpus; an input that breaks one is left in build/fuzz/<target>-*.
# DISCERN_FUZZ_SEED=N repeats one walk through the inputs, as far as the seconds reach.
# Usage: tests/fuzz/run.sh SECONDS [TARGET...]   (needs the preset `fuzz` built)
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=$1
shift
[ $# -gt 0 ] || set -- $(basename -s _fuzz -a build/fuzz/fuzz/*_fuzz)
python3 tests/fuzz/make_seeds.py build/fuzz/seeds "${DISCERN_CORPUS:-../shared/corpus}"

fuzz() {
  local target=$1 seconds=$2 seeds=() folder log=build/fuzz/$1.log
  mkdir -p "build/fuzz/corpus/$target"
  for folder in {tests,build}/fuzz/seeds/"$target"; do
    [ ! -d "$folder" ] || seeds+=("$folder")
  done
  if build/fuzz/fuzz/"${target}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -seed="${DISCERN_FUZZ_SEED:-0}" -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz/$target-" \
    "build/fuzz/corpus/$target" "${seeds[@]}" > "$log" 2>&1; then
    awk -v name="$target" '/number_of_executed_units/ { print "fuzz: " name ": " $2 " inputs" }' "$log"
  else
    echo "fuzz: $target: failed"
    tail -n 60 "$log"
    return 1
  fi
}
export -f fuzz
printf '%s\n' "$@" | xargs -P "$(nproc)" -I {} bash -c 'fuzz "$1" "$2"' fuzz {} "$seconds"
