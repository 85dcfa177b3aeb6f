#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A FAT32 image with many small files: fat_image.py FILE COUNT [SEED].

100 files a directory, long names, one cluster each, times at random, 10 % of the entries deleted.
"""
import random
import struct
import sys


def checksum(name):
    total = 0
    for byte in name:
        total = ((total & 1) << 7) + (total >> 1) + byte & 0xFF
    return total


def long_slots(text, name, deleted):
    units = list(text.encode("utf-16-le"))
    if len(units) % 26:
        units += [0, 0]
        units += [0xFF] * (-len(units) % 26)
    parts = [bytes(units[i : i + 26]) for i in range(0, len(units), 26)]
    slots = []
    for number in range(len(parts), 0, -1):
        mark = 0xE5 if deleted else number | (0x40 if number == len(parts) else 0)
        part = parts[number - 1]
        slots.append(bytes([mark]) + part[:10] + b"\x0f\x00" + bytes([checksum(name)]) + part[10:22] + b"\0\0" + part[22:])
    return b"".join(slots)


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    pick = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    per_directory = 100
    directories = (count + per_directory - 1) // per_directory
    # 100 files of up to 4 slots each and the two dots: 13 KiB are 26 clusters of 512 bytes.
    directory_clusters = 26
    root_clusters = (directories * 32 + 511) // 512 + 1
    clusters = root_clusters + directories * directory_clusters + count + 1000
    fat_sectors = ((clusters + 2) * 4 + 511) // 512
    reserved = 32
    total = reserved + 2 * fat_sectors + clusters
    fat = [0x0FFFFFF8, 0x0FFFFFFF] + [0] * clusters
    data = bytearray(clusters * 512)

    def chain(first, length):
        for cluster in range(first, first + length - 1):
            fat[cluster] = cluster + 1
        fat[first + length - 1] = 0x0FFFFFFF

    def times():
        date = pick.randrange(20, 40) << 9 | pick.randrange(1, 13) << 5 | pick.randrange(1, 29)
        clock = pick.randrange(24) << 11 | pick.randrange(60) << 5 | pick.randrange(30)
        return pick.randrange(200), clock, date

    def slot(name, attributes, cluster, size):
        units, created, created_date = times()
        _, modified, date = times()
        return name + struct.pack("<BBBHHHHHHHI", attributes, 0, units, created, created_date, date, cluster >> 16,
                                  modified, date, cluster & 0xFFFF, size)

    chain(2, root_clusters)
    free = 2 + root_clusters
    root = b""
    made = 0
    for number in range(directories):
        first = free
        free += directory_clusters
        chain(first, directory_clusters)
        root += slot(b"DIR%05d   " % number, 0x10, first, 0)
        content = slot(b".          ", 0x10, first, 0) + slot(b"..         ", 0x10, 0, 0)
        for _ in range(min(per_directory, count - made)):
            short = b"F%07dTXT" % made
            deleted = pick.random() < 0.1
            content += long_slots("A file with a long name %07d.txt" % made, short, deleted)
            content += slot(b"\xe5" + short[1:] if deleted else short, 0x20, free, pick.randrange(1, 513))
            data[(free - 2) * 512 : (free - 2) * 512 + 16] = b"content %08d" % made
            if not deleted:
                fat[free] = 0x0FFFFFFF
            free += 1
            made += 1
        data[(first - 2) * 512 : (first - 2) * 512 + len(content)] = content
    data[: len(root)] = root
    boot = bytearray(512)
    boot[:3] = b"\xeb\x58\x90"
    boot[3:11] = b"discern "
    struct.pack_into("<HBHBHHBHHHII", boot, 11, 512, 1, reserved, 2, 0, 0, 0xF8, 0, 63, 255, 0, total)
    struct.pack_into("<IHHIHH", boot, 36, fat_sectors, 0, 0, 2, 1, 6)
    boot[66:90] = b"\x29\x78\x56\x34\x12MANY FILES FAT32   "
    boot[510:] = b"\x55\xaa"
    table = struct.pack("<%dI" % len(fat), *fat).ljust(fat_sectors * 512, b"\0")
    with open(path, "wb") as out:
        out.write(boot.ljust(reserved * 512, b"\0"))
        out.write(table)
        out.write(table)
        out.write(data)


main()
