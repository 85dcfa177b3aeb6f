# SPDX-License-Identifier: Apache-2.0
# A proof that a file is part of an image, checked against the report without the image.
. "$(dirname "$0")/common.sh"
make_floppy "$work/a.img"
cd "$work"
expect 0 "$discern" examine a.img -o case
expect 0 "$discern" prove a.img --file /noise.bin -o noise.proof
expect 2 "$discern" prove a.img --file /noise.bin -o noise.proof
says "exists already"
expect 2 "$discern" prove a.img --file /nothing -o nothing.proof
expect 64 "$discern" prove a.img --file /noise.bin
expect 64 "$discern" prove a.img -o x.proof
expect 64 "$discern" prove --check noise.proof --root 12
mkdir away && mv a.img away

expect 0 "$discern" prove --check noise.proof --report case
prints "holds"
prints "$(sha256sum < noise.bin | cut -c 1-64)"
root=$(python3 -c 'import json; print(json.load(open("case/report.json"))["tree"]["root"])')
expect 0 "$discern" prove --check --json noise.proof --root "$root"
same "$(json out '(rows[0]["verdict"], rows[0]["path"], rows[0]["size"])')" "('match', '/noise.bin', 30000)" "the check"
expect 1 "$discern" prove --check noise.proof --root "${root//[0-4]/5}"
prints "its root is $root"
expect 2 "$discern" prove --check hello.txt

# The same by a program that shares no code with ours.
python3 - noise.proof "$root" noise.bin << 'END' || fail "Python finds another root"
import base64, hashlib, json, sys
p = json.load(open(sys.argv[1]))
sha = lambda b: hashlib.sha256(b).digest()
pieces = {x["index"]: base64.b64decode(x["data"]) for x in p["pieces"]}
nodes = iter(p["nodes"])
def top(first, count):
    if not any(first <= i < first + count for i in pieces):
        return bytes.fromhex(next(nodes))
    if count == 1:
        return sha(b"\0" + sha(pieces[first]))
    left = 1 << (count - 1).bit_length() - 1
    one = top(first, left)
    return sha(b"\1" + one + top(first + left, count - left))
n = -(-p["size"] // p["piece"])
root = sha(b"\2" + p["size"].to_bytes(8, "big") + p["piece"].to_bytes(8, "big") + top(0, n)).hex()
assert root == sys.argv[2] and next(nodes, None) is None
data = b"".join(pieces[o // p["piece"]][o % p["piece"]:][:1] for r in p["entry"]["runs"]
                for o in range(r["offset"], r["offset"] + r["length"]))
assert data == open(sys.argv[3], "rb").read()
END

# One bit of the file, in the proof and in the image.
python3 - noise.proof bad.proof << 'END'
import base64, json, sys
p = json.load(open(sys.argv[1]))
piece = p["pieces"][2]
data = bytearray(base64.b64decode(piece["data"]))
data[100] ^= 1
piece["data"] = base64.b64encode(data).decode()
json.dump(p, open(sys.argv[2], "w"))
END
expect 1 "$discern" prove --check bad.proof --root "$root"
prints "does not hold"
cp away/a.img b.img
printf '\125' | dd of=b.img bs=1 seek=$((17000 + 512)) conv=notrunc status=none
expect 0 "$discern" prove b.img --file /noise.bin -o b.proof
expect 1 "$discern" prove --check b.proof --report case

# Of a disc by its data view, and of the disk inside an IMZ.
(cd away && zip -q ../a.imz a.img)
expect 0 "$discern" prove a.imz --file /hello.txt -o imz.proof
expect 0 "$discern" prove --check imz.proof --report case
finish
