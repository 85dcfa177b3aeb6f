# SPDX-License-Identifier: Apache-2.0
# Report, timeline viewer and collection page are usable without a mouse.
. "$(dirname "$0")/common.sh"
command -v chromium > /dev/null && command -v chromedriver > /dev/null && /usr/bin/python3 -c 'import selenium' 2> /dev/null ||
  { echo "no chromium, chromedriver or python3-selenium: skipped"; exit 77; }
getent hosts localhost > /dev/null || { echo "nobody resolves localhost, by which chromedriver is spoken to: skipped"; exit 77; }
make_floppy "$work/a.img"
(cd "$work" && zip -q a.imz a.img)
expect 0 "$discern" examine -q "$work/a.img" "$work/a.imz" -o "$work/case"
export HOME=$work
timeout 110 /usr/bin/python3 "$(dirname "$0")/keyboard_walk.py" "$work/case/index.html" \
  "$work/case/1-a.img/report.html" "$work/case/1-a.img/timeline.html" > "$work/out" 2> "$work/err" ||
  fail "$(cat "$work/out"; tail -3 "$work/err")"
finish
