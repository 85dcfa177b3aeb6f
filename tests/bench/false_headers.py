#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""false_headers.py MIB OUT: at every sector of 512 bytes the header of a file type, in turn, and random bytes behind.
What a carver spends on it is what it spends on headers that lead nowhere."""
import random
import sys

HEADERS = [(0, b) for b in (
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\1", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"BM", b"II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08", b"8BPS\0\1\0\0\0\0\0\0", b"\xffO\xffQ", b"%PDF-1.4\n1 0 obj\n", b"{\\rtf1", b"PK\3\4\x14\0\0\0\x08\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08\0", b"BZh91AY&SY", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c\0\4",
    b"Rar!\x1a\7\0", b"\x28\xb5\x2f\xfd", b"RIFF\0\1\0\0WAVEfmt ", b"ID3\3\0\0\0\0\0\0", b"\xff\xfb\x90\0", b"OggS\0\2",
    b"fLaC\0\0\0\x22", b"\x1a\x45\xdf\xa3", b"\0\0\1\xba", b"SQLite format 3\0\x10\0\1\1\0\x40\x20\x20", b"\x37\x7f\x06\x82",
    b"\x7fELF\2\1\1", b"MZ\x90\0", b"\xfe\xed\xfa\xcf", b"\xca\xfe\xba\xbe", b"\0\1\0\0\0\x0c\0\x80", b"OTTO", b"ElfFile\0",
    b"regf", b"L\0\0\0\1\x14\2\0", b"!BDN", b"From a@b Mon\n", b"Received: from\n")] + [
    (4, b"jP  \r\n\x87\n"), (4, b"ftypmp42"), (4, b"moov"), (4, b"SCCA"), (257, b"ustar")]

size, out = int(sys.argv[1]) << 20, open(sys.argv[2], "wb")
noise = random.Random(1).randbytes(8 << 20)
chunk = bytearray(8 << 20)
for start in range(0, size, len(chunk)):
    chunk[:] = noise
    for at in range(0, len(chunk), 512):
        place, header = HEADERS[(start + at) // 512 % len(HEADERS)]
        chunk[at + place:at + place + len(header)] = header
    out.write(chunk[:size - start])
