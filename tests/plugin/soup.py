#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A medium of files that carving finds: whole, cut off, damaged, in two pieces with other files between,
# inside each other, twice. With seeds other than 0 at random places; with 0 over chosen seams.
# Usage: soup.py SEED MIB FILE
import gzip
import io
import random
import struct
import sys
import zipfile
import zlib

seed, mib, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
r = random.Random(seed)
MIB = 1 << 20
out = bytearray(r.randbytes(1 << 16) * (mib * 16))


def png(size):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    side = max(8, int((size / 3) ** 0.5))
    packed = zlib.compress(b''.join(b'\0' + r.randbytes(side * 3) for _ in range(side)), 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)) + \
        b''.join(chunk(b'IDAT', packed[i:i + 8000]) for i in range(0, len(packed), 8000)) + chunk(b'IEND', b'')


# The members begin at multiples of 512.
def archive(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_STORED) as z:
        for i, data in enumerate(members):
            fill = -(buffer.tell() + 30) % 512
            z.writestr(('%d' % i).ljust(fill + 512, 'n'), data)
    return buffer.getvalue()


def put(at, data):
    data = data[:max(0, len(out) - at)]
    out[at:at + len(data)] = data


def damaged(data):
    data = bytearray(data)
    data[len(data) // 2] ^= 1
    return bytes(data)


# 4096-clusters: `first` bytes, a gap of three clusters, the rest.
def in_two(at, data, first, between):
    put(at, data[:first])
    put(at + first, between.ljust(3 * 4096, b'\x55'))
    put(at + first + 3 * 4096, data[first:])


if seed == 0:
    twice = png(30000)
    put(4096, twice)
    put(MIB - 200192, png(400000))                                      # over the first seam
    put(2 * MIB - 8192, archive([png(5000), png(700000), twice, png(20000)]))  # over it, pictures behind it
    in_two(3 * MIB - 40960, png(200000), 40960, png(3000)[:8000])       # the pieces on both sides
    put(4 * MIB - 512, twice)                                           # header only before the seam
    put(5 * MIB - 100352, damaged(archive([png(300000), png(4000), png(20000)])))  # and pictures in it
    put(6 * MIB - 65536, archive([png(1500000), png(9000)]))            # over two seams
    put(8 * MIB, gzip.compress(r.randbytes(90000), mtime=0))            # on it
    put(9 * MIB - 30720, png(60000)[:40000])                            # cut off
    put(len(out) - 20480, png(100000))                                  # by the end
else:
    kept = [png(20000)]
    for _ in range(mib * 8):
        at = r.randrange(len(out) // 512) * 512
        if r.random() < 0.5:
            at = at // 4096 * 4096
        kind = r.randrange(8)
        data = png(r.choice([3000, 40000, 300000, 1200000]))
        if kind == 0:
            data = archive([png(3000), data, r.choice(kept)])
        elif kind == 1:
            data = damaged(data)
        elif kind == 2:
            data = data[:r.randrange(1, len(data))]
        elif kind == 3:
            data = gzip.compress(data, mtime=0)
        elif kind == 4:
            in_two(at, data, min(len(data) // 2, r.randrange(1, 200) * 4096), png(2000))
            continue
        elif kind == 5:
            data = r.choice(kept)
        elif kind == 6:
            data = damaged(archive([data, png(5000)]))
        kept = (kept + [data])[-5:]
        put(at, data)
open(path, 'wb').write(out)
