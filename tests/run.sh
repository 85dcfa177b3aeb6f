#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, runs all tests; ends with ctest's summary.
# Usage: tests/run.sh [PRESET]   (release; asan and tsan are the others)
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

.ci/packages build samples test
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
ctest --preset "$preset" -j "$(nproc)"
