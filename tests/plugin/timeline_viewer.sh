# SPDX-License-Identifier: Apache-2.0
# The viewer in a real browser: what it shows are the events.
. "$(dirname "$0")/common.sh"
browser=$(command -v chromium || true)
[ -n "$browser" ] || { echo "no chromium: skipped"; exit 77; }

dom() { # FRAGMENT: the page as the browser has it in the end, into $work/dom
  timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$work/profile" --virtual-time-budget=20000 --dump-dom \
    "file://$work/page.html$1" > "$work/dom" 2> "$work/browser" || fail "chromium: $(tail -3 "$work/browser")"
  grep -q 'data-ready="yes"' "$work/dom" || fail "the page is not ready: $(grep -o 'id="failed".*' "$work/dom" | head -c 300)"
}
shown() { sed -nE 's/.*id="shown"[^>]*data-events="([0-9]+)".*/\1/p' "$work/dom"; }
dated() { sed -nE 's/.*id="range"[^>]*data-events="([0-9]+)".*/\1/p' "$work/dom"; }
events() { "$discern" timeline -q "$@" | wc -l; }

python3 - > "$work/body" << 'END'
import random
random.seed(3)
for i in range(5000):
    t = random.randrange(10**9, 2 * 10**9)
    gone = " (deleted)" if i % 4 == 0 else ""
    print(f"0|/d{i % 50}/<b>&{i}\u00e4{gone}|{i}|r/r|0|0|{i}|{t}.5|{t - 7}|{0 if i % 3 else t}|{t % 1000}")
END
"$discern" timeline --body -f html "$work/body" > "$work/page.html" || fail "no page"
dom ""
same "$(shown)" "$(events --body "$work/body")" "events shown"
same "$(dated)" "$(events --body "$work/body" | xargs -I{} expr {} - "$("$discern" timeline -q --body "$work/body" | grep -c '"time":null')")" "dated events"
grep -q '<bdi>/d[0-9]*/&lt;b&gt;&amp;[0-9]*ä</bdi>' "$work/dom" || fail "names in the table"
dom "#state=deleted&kind=modified,created"
same "$(shown)" "$(events --body --state deleted --kind modified,created "$work/body")" "deleted ones"
dom "#from=2010-01-01&to=2010-12-31"
same "$(shown)" "$(events --body --from 2010-01-01 --to 2010-12-31 "$work/body")" "a year"
dom "#q=%2Fd7%2F&undated=0"
same "$(shown)" "$("$discern" timeline -q --body --path '/d7/*' "$work/body" | grep -vc '"time":null')" "a folder"
# The first row of the table is the first event.
dom ""
first=$("$discern" timeline -q --body "$work/body" | head -1 |
  python3 -c 'import json, sys; print(json.loads(input())["time"].replace("T", " "))')
grep -oE 'class="time[^>]*>[^<]*' "$work/dom" | head -1 | grep -qF "$first" || fail "first row is not $first"
# Nothing is loaded from anywhere.
grep -qE '(src|href)=' "$work/page.html" && fail "the page loads something"

make_floppy "$work/a.img"
"$discern" timeline -f html "$work/a.img" > "$work/page.html" || fail "no page"
dom ""
same "$(shown)" "$(events "$work/a.img")" "events of a floppy"
finish
