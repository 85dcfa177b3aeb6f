# SPDX-License-Identifier: Apache-2.0
# The public headers make an API reference that Doxygen has nothing to say against.
. "$(dirname "$0")/common.sh"
command -v doxygen > /dev/null || { echo "no doxygen: skipped"; exit 77; }
expect 0 "$DISCERN_SOURCE/docs/api/generate.sh" "$work/api"
same "$(cat "$work/err")" "" "warnings"
for header in "$DISCERN_SOURCE"/core/include/discern/*.h "$DISCERN_SOURCE"/sleuthkit-adapter/include/discern/*.h; do
  page=$(basename "$header" .h | sed 's/_/__/g')_8h.html
  [ -s "$work/api/html/$page" ] || fail "no page of $header"
done
finish
