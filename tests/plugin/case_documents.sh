# SPDX-License-Identifier: Apache-2.0
# What the case folder's documents are for: DFXML that fits its schema, CASE that fits its shapes,
# verify.sh that passes with stock tools only, report.json with all sixteen groups of fields.
. "$(dirname "$0")/common.sh"
need_corpus
make_floppy "$work/a.img"
cd "$work"
zip -q b.imz a.img
cp a.img cut.img
printf '# Mapfile\n0x00000000 +\n0x00000000 0x00010000 +\n0x00010000 0x00000400 -\n0x00010400 0x00157C00 +\n' > cut.img.map
images=(a.img b.imz cut.img)
ewfacquire -u -q -t e -d sha1 -f encase6 a.img > /dev/null 2>&1 && images+=(e.E01)
for cue in "$corpus"/optical/disc/*.cue; do [ -f "$cue" ] && images+=("$cue"); done

documents=()
for image in "${images[@]}"; do
  folder="case-$(basename "$image")"
  status=0
  timeout 300 "$discern" examine "$image" -o "$folder" > out 2> err || status=$?
  [ "$status" -le 1 ] || { fail "examine $image: $status $(head -c 200 err)"; continue; }
  xmllint --noout --nonet --schema "$corpus/hash/dfxml/dfxml.xsd" "$folder/report.dfxml" 2> err || fail "$image: DFXML: $(head -c 300 err)"
  # Nothing of ours in PATH.
  status=0
  timeout 300 bash "$folder/verify.sh" > out 2>&1 || status=$?
  [ "$status" -eq 0 ] || fail "$image: verify.sh: $status $(tail -n 3 out)"
  grep -q '^ok' out || [ "$image" = cut.img ] || fail "$image: verify.sh computed nothing"
  python3 - "$folder/report.json" << 'END' || fail "$image: report.json lacks fields"
import json, sys
r = json.load(open(sys.argv[1]))
groups = {"report_id", "verdict", "result", "case", "files", "media", "hashing", "digests", "verifications",
          "unread", "pieces", "run", "seals", "reproduction", "limitations", "views", "mismatch_areas"}
run = {"arguments", "working_folder", "started", "finished", "host", "system", "user", "versions", "locale", "cpu",
       "clock", "program_sha256", "self_test", "previous_entry"}
assert groups <= set(r), groups - set(r)
assert run <= set(r["run"]), run - set(r["run"])
assert r["result"]["data"] in ("MATCH", "MISMATCH", "NO REFERENCE", "INCOMPLETE")
assert r["run"]["self_test"] == "passed"
END
  documents+=("$folder/case.jsonld")
done
same "$(python3 -c 'import json; print(json.load(open("case-cut.img/report.json"))["result"]["data"])')" INCOMPLETE "verdict on an image with a hole"
same "$(python3 -c 'import json; print(json.load(open("case-a.img/report.json"))["result"]["data"])')" "NO REFERENCE" "verdict without a reference"
same "$(python3 -c 'import json; print(json.load(open("case-b.imz/report.json"))["result"]["data"])')" MATCH "verdict with a CRC"

# SHACL needs packages of npm: `npm ci` in tests/shacl, or DISCERN_SHACL names a folder that has them.
shacl=${DISCERN_SHACL:-$DISCERN_SOURCE/tests/shacl}
if [ -d "$shacl/node_modules" ] && command -v node > /dev/null; then
  cp "$DISCERN_SOURCE/tests/shacl/check.mjs" "$work/check.mjs"
  ln -s "$shacl/node_modules" "$work/node_modules"
  node check.mjs "$corpus/hash/case" "${documents[@]}" > out 2>&1 || fail "CASE: $(head -c 1000 out)"
  sed 's/"uco-types:hashMethod"/"uco-types:other"/' "${documents[0]}" > wrong.jsonld
  ! node check.mjs "$corpus/hash/case" wrong.jsonld > out 2>&1 || fail "the check finds nothing"
fi
finish
