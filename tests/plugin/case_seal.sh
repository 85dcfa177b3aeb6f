# SPDX-License-Identifier: Apache-2.0
# A sealed case folder: stock tools accept it, and thirty ways to tamper with it are found and named.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
cd "$work"
printf 'GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > dot.gif
mcopy -i a.img dot.gif ::/
ssh-keygen -q -t ed25519 -N '' -f key
ssh-keygen -q -t ed25519 -N '' -f other
openssl ecparam -name prime256v1 -genkey -noout -out ec.key
openssl req -x509 -key ec.key -subj /CN=Lab -days 100 -out ec.crt 2> /dev/null
cat ec.key ec.crt > ec.pem

expect 0 "$discern" examine a.img -o case --sign key --timestamp --case-number 17 --evidence-number 3
expect 0 "$discern" examine --force a.img -o case --sign key --timestamp --case-number 17 --evidence-number 3
expect 0 "$discern" verify case --signer key.pub
prints "2 audit entries"
expect 1 "$discern" verify case --signer other.pub
printf 'lab %s\n' "$(cut -d ' ' -f 1,2 key.pub)" > allowed
ssh-keygen -q -Y verify -f allowed -I lab -n file -s case/MANIFEST.sha256.sig < case/MANIFEST.sha256 > /dev/null ||
  fail "ssh-keygen refuses the signature"
openssl ts -query -in case/MANIFEST.sha256.tsq -text 2> /dev/null | grep -q 'Hash Algorithm: sha256' || fail "no query"
expect 0 "$discern" examine a.img -o cms --sign ec.pem
openssl cms -verify -inform DER -binary -in cms/MANIFEST.sha256.sig -content cms/MANIFEST.sha256 -CAfile ec.crt \
  -purpose any -out /dev/null 2> /dev/null || fail "openssl refuses the signature"
expect 0 "$discern" verify cms --signer ec.crt
expect 2 "$discern" examine a.img -o none --sign ec.key
[ ! -e none/report.json ] || fail "examined before the key was looked at"

# A stand-in for a time stamp authority.
openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -subj /CN=TSA -days 100 -out tsa.crt \
  -addext 'extendedKeyUsage=critical,timeStamping' 2> /dev/null
printf '01\n' > serial
printf '[tsa]\ndefault_tsa=t\n[t]\nserial=%s\nsigner_cert=%s\nsigner_key=%s\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\n' \
  "$work/serial" "$work/tsa.crt" "$work/tsa.key" > tsa.cnf
openssl ts -reply -config tsa.cnf -section t -queryfile case/MANIFEST.sha256.tsq -out reply.tsr 2> /dev/null
expect 0 "$discern" verify case --timestamp-reply reply.tsr
prints "time stamp 20"
expect 2 "$discern" verify cms --timestamp-reply reply.tsr
says "other bytes"

count=0
# tamper CODE COMMAND: run inside a copy of the folder; verify must name CODE.
tamper() {
  count=$((count + 1))
  rm -rf t && cp -a case t
  (cd t && eval "$2") || fail "cannot tamper: $2"
  expect 1 "$discern" verify t
  grep -q "^$1 " out || fail "no $1 after: $2 -- $(head -c 300 out)"
}
remanifest='sha256sum $(find . -type f ! -name "MANIFEST*" -printf "%P\n" | LC_ALL=C sort) > MANIFEST.sha256'
for file in report.json report.html report.dfxml case.jsonld verify.sh declaration.txt hashes.csv timeline.jsonl carved.jsonl; do
  tamper changed "sed -i '1s/^/ /' $file"
done
for file in report.json audit.jsonl timeline.csv timeline.body carved/*.gif; do
  file=$(cd case && echo $file)
  tamper missing "rm $file"
done
tamper added "touch note.txt"
tamper added "touch carved/more.gif"
tamper added "mkdir new && touch new/file"
tamper added "ln -s /etc/passwd link"
tamper changed "truncate -s -1 report.json"
tamper audit "tac audit.jsonl > ../x && cp ../x audit.jsonl"
tamper audit "tail -n 1 audit.jsonl > ../x && cp ../x audit.jsonl; $remanifest"
tamper audit "sed -i '1s/consistent/mismatch/' audit.jsonl; $remanifest"
tamper audit "truncate -s -1 audit.jsonl; $remanifest"
tamper audit "echo '{}' >> audit.jsonl; $remanifest"
tamper audit ": > audit.jsonl; $remanifest"
tamper signature "cp ../cms/MANIFEST.sha256.sig ."
tamper signature "rm MANIFEST.sha256.sig"
tamper signature "rm MANIFEST.sha256.sig; ssh-keygen -q -Y sign -f ../other -n file MANIFEST.sha256 2> /dev/null"
tamper signature "sed -i '1s/^/ /' report.json; $remanifest"
tamper timestamp "sed -i '1s/^/ /' report.json; $remanifest"
tamper timestamp "printf x > MANIFEST.sha256.tsr"
tamper manifest "tac MANIFEST.sha256 > ../x && cp ../x MANIFEST.sha256"
tamper manifest "sed -n 1p MANIFEST.sha256 >> MANIFEST.sha256"
tamper manifest "printf '%064d  ../outside\n' 0 >> MANIFEST.sha256"
[ "$count" -ge 30 ] || fail "only $count tamperings"

# With the clock held, two runs are the same in every byte.
export SOURCE_DATE_EPOCH=1000000000
expect 0 "$discern" examine a.img -o same
mv same first
expect 0 "$discern" examine a.img -o same
diff -r first same > /dev/null || fail "two runs differ"
finish
