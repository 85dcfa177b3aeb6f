#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, makes sample images with real tools, examines them.
set -euo pipefail
cd "$(dirname "$0")/.."

.ci/packages build samples
cmake --preset release >/dev/null
cmake --build --preset release --target discern discern_tsk_plugin make_raw_cd
samples/make_images.sh

# One of the samples is damaged on purpose: status 1 says that it was noticed.
rm -rf samples/case
status=0
build/release/bin/discern examine samples/images/*.{img,imz,cue} samples/images/scratched.bin \
  -o samples/case || status=$?
[ "$status" -eq 1 ] || { echo "examine ended with status $status, 1 was expected" >&2; exit 1; }
echo "open samples/case/index.html in a browser"
