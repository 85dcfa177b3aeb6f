# SPDX-License-Identifier: Apache-2.0
# Every `--json` output of real images - a floppy, an IMZ, a disc with a scratch, broken files - fits
# its schema in docs/schema, and has no field that the schema does not describe.
. "$(dirname "$0")/common.sh"
python3 -c 'import jsonschema' 2> /dev/null || { echo "no python3-jsonschema: skipped"; exit 77; }
schemas=$DISCERN_SOURCE/docs/schema
here=$(dirname "$(readlink -f "$0")")
cd "$work" || exit 1
make_floppy a.img
printf 'GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > dot.gif
mcopy -i a.img dot.gif ::/
mcopy -i a.img dot.gif ::/again.gif
zip -q a.imz a.img
head -c 9000 a.imz > cut.imz
mkdir files && cp hello.txt noise.bin dot.gif files
xorriso -as mkisofs -quiet -J -R -V TEST -o disc.iso files 2> /dev/null
expect 0 "$discern" convert disc.iso -o disc.cue
cp disc.bin scratched.bin
printf 'scratch' | dd of=scratched.bin bs=1 seek=$((2352 * 60 + 500)) conv=notrunc status=none
truncate -s 3000000 short.img  # a file that ends inside the volume that its boot sector claims
dd if=a.img of=short.img bs=512 count=40 conv=notrunc status=none
truncate -s 900000 short.img
name=$(printf 'odd\xff\n.img')
cp a.img "$name"
sha256sum a.img | sed 's/^./0/' > a.img.sha256

out=0
collect() {  # collect COMMAND...: its lines in a file of their own
  out=$((out + 1))
  timeout 120 "$@" > "out.$out" 2> /dev/null < /dev/null
}
for image in a.img a.imz cut.imz disc.cue scratched.bin short.img "$name"; do
  for command in info hash "hash -a md5,sha1,sha256,sha512,sha3_256,blake3,crc32 --piece 64KiB --entries" verify \
    list "timeline --with-hash" "carve --list-only"; do
    # shellcheck disable=SC2086
    collect "$discern" $command --json "$image"
  done
done
collect "$discern" timeline a.img
collect "$discern" list --cross-check --json a.img
collect "$discern" carve --json -o carved a.img
collect "$discern" verify --json --expect md5:00000000000000000000000000000000 a.img
collect "$discern" verify --json --repairs repairs scratched.bin
collect "$discern" convert --json a.img -o b.imz
collect "$discern" examine --json a.img "$name" scratched.bin cut.imz -o cases
collect "$discern" verify --json cases/1-a.img
echo changed >> cases/1-a.img/hashes.csv
collect "$discern" verify --json cases/1-a.img
echo "$(md5sum < hello.txt | cut -c 1-32)  hello" > set.md5
collect "$discern" hash --json --known set.md5 a.img
collect "$discern" examine --json --notable set.md5 a.img -o cases/marked
"$discern" prove -q a.img --file /hello.txt -o out.proof.json
collect "$discern" prove --check --json out.proof.json
collect "$discern" doctor --json
collect "$discern" doctor --json fls bash
collect "$discern" selftest --json
collect "$discern" formats --json
"$discern" batch plan -q a.img cut.imz scratched.bin -o jobs > /dev/null 2>&1 &&
  "$discern" batch run -q jobs > /dev/null 2>&1
python3 "$here/soup.py" 1 3 soup.img
"$discern" batch plan -q soup.img --operations info,carve --range 1MiB -o jobs.ranges > /dev/null 2>&1 &&
  "$discern" batch run -q jobs.ranges > /dev/null 2>&1
cp -r jobs.ranges/records jobs/ranges
find jobs -name '*.jsonl' -exec cp {} . \;
"$discern" run -- tsk_loaddb -d case.db a.imz > /dev/null 2>&1
collect "$discern" casedb --json case.db a.imz

mapfile -d '' records < <(find . -maxdepth 1 \( -name 'out.*' -o -name '*.jsonl' -o -name repairs \) -print0
  find cases \( -name '*.json' -o -name '*.jsonl' \) -print0)
seen=$(python3 "$here/schema_check.py" "$schemas" "${records[@]}" 2> errors) || fail "$(sort errors | head -20)"
echo "seen: $seen"
# cross-check: libtsk and our walkers agree on these images.
wanted=$(cd "$schemas" && ls | sed 's/\.json$//' | grep -vx cross-check | LC_ALL=C sort | tr '\n' ' ')
same "$seen " "$wanted" "schemas that a real output was held against"
same "$(grep -rhoE 'discern/[a-z-]+/1' "$DISCERN_SOURCE"/core "$DISCERN_SOURCE"/plugin --include='*.cc' | cut -d/ -f2 | sort -u)" \
  "$(cd "$schemas" && ls | sed 's/\.json$//' | sort)" "schemas named in the code"
finish
