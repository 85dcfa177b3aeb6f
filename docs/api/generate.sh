#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The API reference as HTML. Status 1 when Doxygen has anything to say against the comments.
# Usage: docs/api/generate.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "$1"
{ cat docs/api/Doxyfile; echo "OUTPUT_DIRECTORY = $1"; } | doxygen -
