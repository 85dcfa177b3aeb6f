# SPDX-License-Identifier: Apache-2.0
# Fuzzy hashes of the files in an image are those that ssdeep and tlsh compute of the files.
. "$(dirname "$0")/common.sh"
"$DISCERN_BUILD/bin/discern" hash --similarity ssdeep,tlsh 2>&1 | grep -q 'this build' && { echo "built without: skipped"; exit 77; }
command -v ssdeep > /dev/null && command -v tlsh_unittest > /dev/null || { echo "no ssdeep or tlsh: skipped"; exit 77; }
make_floppy "$work/a.img"
cd "$work"
seq 1 20000 > text.txt
mcopy -i a.img text.txt ::/
expect 64 "$discern" hash --similarity ssdeep a.img
says "goes with --entries"
expect 64 "$discern" hash --entries --similarity sdhash a.img
expect 0 "$discern" hash --json --entries --similarity ssdeep,tlsh a.img
of() { json out "[each['value'] for r in rows if r['object'] == 'entry:/$1' for each in r['similarity'] if each['kind'] == '$2']"; }
for file in noise.bin text.txt; do
  same "$(of "$file" ssdeep)" "['$(ssdeep -s "$file" | sed -n '2s/,"[^"]*"$//p')']" "ssdeep of $file"
  same "$(of "$file" tlsh)" "['$(tlsh_unittest -f "$file" 2> /dev/null | cut -f 1)']" "TLSH of $file"
done
# TLSH has none of 15 bytes.
same "$(of hello.txt tlsh)" "[]" "TLSH of a short file"
expect 0 "$discern" hash --entries --similarity ssdeep a.img
prints "(similarity, not identity)"
finish
