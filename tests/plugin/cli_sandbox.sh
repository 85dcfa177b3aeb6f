# SPDX-License-Identifier: Apache-2.0
# Evidence is parsed in the sandbox: entered before the evidence is opened, by every command that
# starts no other program, and said in the report.
. "$(dirname "$0")/common.sh"
command -v strace > /dev/null || { echo "no strace: skipped"; exit 77; }
mkdir "$work/evidence"
make_floppy "$work/evidence/a.img"
cd "$work" || exit 1
expect 0 "$discern" info -v evidence/a.img
grep -q 'sandbox: off; missing: everything' err && { echo "built with a sanitizer: skipped"; exit 77; }
if grep -q 'sandbox: .*missing' err; then
  echo "this system has: $(grep sandbox: err)"
  whole=
else
  says 'note: sandbox: landlock'
  whole=yes
fi

# Nothing of the evidence is read before seccomp holds.
for command in "info" "hash" "verify" "list" "timeline" "cat" "carve -o c1" "examine -o c2" "convert -o new.imz"; do
  # shellcheck disable=SC2086
  expect 0 strace -f -o trace -e trace=openat,seccomp "$discern" $command evidence/a.img
  python3 - trace "$command" << 'EOF' || fail "$command reads evidence before the sandbox holds"
import sys
lines = open(sys.argv[1]).read().splitlines()
entered = max(i for i, line in enumerate(lines) if "seccomp(SECCOMP_SET_MODE_FILTER, " in line and line.endswith("= 0"))
opened = min(i for i, line in enumerate(lines) if "/a.img" in line and "O_PATH" not in line)
sys.exit(0 if entered < opened else 1)
EOF
done

# The plan's images, too.
expect 0 "$discern" batch plan evidence -o jobs
expect 0 strace -f -o trace -e trace=openat,seccomp "$discern" batch run jobs
grep -q 'SECCOMP_SET_MODE_FILTER.*= 0' trace || fail "batch run is not restricted"

# While it works.
"$discern" cat evidence/a.img | { sleep 1; cat > /dev/null; } &
sleep 0.4
pid=$(pgrep -n -f "discern cat evidence/a.img")  # the worker: the newer one
grep -q 'NoNewPrivs:.1' "/proc/$pid/status" || fail "no_new_privs is not set"
grep -q 'Seccomp:.2' "/proc/$pid/status" || fail "no filter is set"
wait

# The report says it, the option turns it off, and the results are the same.
expect 0 "$discern" examine --no-sandbox evidence/a.img -o c3
same "$(json c3/audit.jsonl 'len(rows)')" 1 "audit log"
tier() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["run"]["sandbox"])' "$1"; }
same "$(tier c3/report.json)" "off (--no-sandbox)" "tier without"
[ -z "$whole" ] || case $(tier c2/report.json) in
  "landlock "*", seccomp, limits") ;;
  *) fail "tier: $(tier c2/report.json)" ;;
esac
for file in timeline.jsonl carved.jsonl findings.jsonl hashes.csv; do
  cmp -s c2/$file c3/$file || fail "$file differs without the sandbox"
done

# A symbolic link beside the evidence leads nowhere; the image itself may be one.
if [ -n "$whole" ]; then
  mkdir elsewhere links
  split -b 737280 -d -a 3 evidence/a.img links/set.
  mv links/set.001 elsewhere/ && ln -s ../elsewhere/set.001 links/set.001
  expect 2 "$discern" info links/set.000
  says 'Permission denied'
  expect 0 "$discern" info --no-sandbox links/set.000
fi
ln -s evidence/a.img named.img
expect 0 "$discern" hash named.img

# What goes wrong outside is told as ever.
: > file
expect 2 "$discern" carve evidence/a.img -o file/folder
says 'Not a directory'
expect 2 "$discern" hash absent.img
says 'No such file'
finish
