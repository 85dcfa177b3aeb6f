# SPDX-License-Identifier: Apache-2.0
# What the case folder's documents are for: DFXML that fits its schema, CASE that fits its shapes,
# verify.sh that passes with stock tools only, report.json with all sixteen groups of fields, a PDF.
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

# A disc of two sessions, where the tool for raw sectors was built.
make_raw_cd=$DISCERN_BUILD/bin/make_raw_cd
if [ -x "$make_raw_cd" ]; then
  mkdir one two && echo first > one/OLD.TXT && echo second > two/NEW.TXT
  xorriso -as mkisofs -quiet -R -o s1.iso one 2> /dev/null
  start=$(($(stat -c %s s1.iso) / 2048 + 11400))
  xorriso -as mkisofs -quiet -R -C "0,$start" -M s1.iso -o s2.iso two 2> /dev/null
  "$make_raw_cd" s1.iso s1.raw && "$make_raw_cd" s2.iso s2.raw "$start" || fail make_raw_cd
  printf '%s\n' 'FILE "s1.raw" BINARY' 'TRACK 01 MODE1/2352' 'INDEX 01 00:00:00' 'REM SESSION 02' \
    'FILE "s2.raw" BINARY' 'TRACK 02 MODE1/2352' 'INDEX 01 00:00:00' > sessions.cue
  images+=(sessions.cue)
fi

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
          "unread", "pieces", "tree", "hash_sets", "run", "seals", "reproduction", "limitations", "views", "mismatch_areas"}
run = {"arguments", "working_folder", "started", "finished", "host", "system", "user", "versions", "locale", "cpu",
       "clock", "program_sha256", "self_test", "previous_entry"}
assert groups <= set(r), groups - set(r)
assert run <= set(r["run"]), run - set(r["run"])
# Field by field: what the rows of each group must have, and whether there must be a row.
fields = {
    "case": {"number", "exhibit", "examiner", "organisation"},
    "result": {"data", "container", "container_findings"},
    "files": [{"path", "role", "size", "mtime", "ctime", "device", "inode", "opened"}],
    "media": {"sector_size", "sectors", "size", "layers"},
    "hashing": {"implementation", "objects"},
    "digests": [{"object", "offset", "size", "bad_bytes", "md5", "sha1", "sha256"}],
    "verifications": {"object", "check", "expected", "computed", "source", "verdict", "origin", "compared"},
    "unread": {"object", "offset", "length", "kind", "fill", "in_digests"},
    "tree": {"object", "algorithm", "size", "piece", "leaves", "root"},
    "reproduction": {"script", "commands"},
    "seals": {"manifest", "audit_log", "signature", "timestamp"},
}
for name, wanted in fields.items():
    rows = r[name] if isinstance(r[name], list) else [r[name]]
    assert rows or not isinstance(wanted, list), name + " is empty"
    for row in rows:
        keys = wanted[0] if isinstance(wanted, list) else wanted
        assert keys <= set(row) or row.get("same_as"), (name, keys - set(row))
named = {d["object"] for d in r["digests"]}
assert all("file:" + f["path"].split("/")[-1] in named for f in r["files"] if f["role"] in ("image", "segment")), named
assert all({"object", "bytes", "bytes_read", "sector_size", "sectors"} <= set(o) for o in r["hashing"]["objects"])
assert {"discern", "compiler", "OpenSSL"} <= set(r["run"]["versions"]), r["run"]["versions"]
assert r["run"]["arguments"][:2] == ["discern", "examine"] or r["run"]["arguments"][1] == "examine"
assert len(r["run"]["program_sha256"]) == 64 and len(r["run"]["previous_entry"]) == 64 and r["run"]["cpu"]
assert r["limitations"] and r["reproduction"]["commands"]
assert r["result"]["data"] in ("MATCH", "MISMATCH", "NO REFERENCE", "INCOMPLETE")
assert r["run"]["self_test"] == "passed"
END
  # The PDF opens, and no font is missing in it.
  pdftotext "$folder/report.pdf" out 2> err || fail "$image: pdftotext: $(head -c 200 err)"
  [ ! -s err ] || fail "$image: PDF: $(head -c 200 err)"
  grep -q "$(sha256sum < "$image" | cut -c 1-64)" out || fail "$image: the PDF lacks the image's digest"
  pdffonts "$folder/report.pdf" > out
  [ "$(tail -n +3 out | wc -l)" -ge 2 ] || fail "$image: no fonts in the PDF"
  ! tail -n +3 out | grep -v ' yes yes ' || fail "$image: a font is not embedded"
  documents+=("$folder/case.jsonld")
done
[ ${#images[@]} -ge 5 ] || fail "only ${images[*]}"
same "$(python3 -c 'import json; print(json.load(open("case-cut.img/report.json"))["result"]["data"])')" INCOMPLETE "verdict on an image with a hole"
same "$(python3 -c 'import json; print(json.load(open("case-a.img/report.json"))["result"]["data"])')" "NO REFERENCE" "verdict without a reference"
same "$(python3 -c 'import json; print(json.load(open("case-b.imz/report.json"))["result"]["data"])')" MATCH "verdict with a CRC"

# verify -o: the same folder, without a search for files, and it says so.
sha256sum a.img > a.img.sha256
expect 0 "$discern" verify a.img -o verified --case-number 7/2026
expect 0 "$discern" verify verified
expect 64 "$discern" verify verified -o twice
expect 2 "$discern" verify a.img -o verified
same "$(python3 -c '
import json
r = json.load(open("verified/report.json"))
print(r["carved"], r["result"]["data"], r["case"]["number"], any("by structure" in x for x in r["limitations"]))')" "None MATCH 7/2026 True" "report of verify"
grep -q '"action":"verify"' verified/audit.jsonl || fail "the audit log does not say verify"
[ ! -e verified/carved ] || fail "verify carved"
bash verified/verify.sh > out 2>&1 || fail "verify.sh of verify: $(tail -n 3 out)"

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
