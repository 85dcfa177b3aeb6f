#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target for some seconds each, from the seeds under tests/fuzz/seeds/<target>.
# Usage: tests/fuzz/run.sh SECONDS   (needs the preset `fuzz` built)
set -euo pipefail
cd "$(dirname "$0")/../.."
for target in build/fuzz/fuzz/*_fuzz; do
  name=$(basename "$target" _fuzz)
  mkdir -p "build/fuzz/corpus/$name"
  seeds=(); [ -d "tests/fuzz/seeds/$name" ] && seeds=("tests/fuzz/seeds/$name")
  echo "fuzz: $name"
  "$target" -max_total_time="$1" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
    -artifact_prefix="build/fuzz/" "build/fuzz/corpus/$name" "${seeds[@]}"
done
