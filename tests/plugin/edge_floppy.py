# SPDX-License-Identifier: Apache-2.0
"""A 1.44 MB FAT12 floppy whose root directory has one file for each odd time: edge_floppy.py FILE."""
import struct
import sys

TEN = 10 << 11


def day(year, month, number):
    return year - 1980 << 9 | month << 5 | number


PLAIN = day(2002, 1, 1)
# name: units of 10 ms, time and date created, date accessed, time and date modified
FILES = {
    b"PLAIN   TXT": (0, TEN, PLAIN, PLAIN, TEN, PLAIN),
    b"UNITS99 TXT": (99, TEN, PLAIN, PLAIN, TEN, PLAIN),
    b"UNITS100TXT": (100, TEN, PLAIN, PLAIN, TEN, PLAIN),
    b"UNITS199TXT": (199, TEN, PLAIN, PLAIN, TEN, PLAIN),
    b"Y1980   TXT": (0, 0, day(1980, 1, 1), day(1980, 1, 1), 0, day(1980, 1, 1)),
    b"Y2038   TXT": (0, TEN, day(2038, 1, 20), day(2038, 1, 20), TEN, day(2038, 1, 20)),
    b"Y2040   TXT": (0, TEN, day(2040, 2, 29), day(2040, 2, 29), TEN, day(2040, 2, 29)),
    b"Y2107   TXT": (0, TEN, day(2107, 12, 31), day(2107, 12, 31), 23 << 11 | 59 << 5 | 29, day(2107, 12, 31)),
    b"FEB31   TXT": (0, TEN, day(2002, 2, 31), day(2002, 2, 31), TEN, day(2002, 2, 31)),
    b"APR31   TXT": (0, TEN, day(2002, 4, 31), PLAIN, TEN, day(2002, 4, 31)),
    b"MONTH13 TXT": (0, TEN, day(2002, 13, 1), PLAIN, TEN, day(2002, 13, 1)),
    b"MONTH0  TXT": (0, TEN, day(2002, 0, 1), PLAIN, TEN, day(2002, 0, 1)),
    b"HOUR25  TXT": (0, 25 << 11, PLAIN, PLAIN, 25 << 11, PLAIN),
    b"MIN61   TXT": (0, TEN | 61 << 5, PLAIN, PLAIN, TEN | 61 << 5, PLAIN),
    b"NOTIME  TXT": (0, 0, 0, 0, 0, 0),
    b"BAR|X   TXT": (0, TEN, PLAIN, PLAIN, TEN, PLAIN),
    b'QUO"X   TXT': (0, TEN, PLAIN, PLAIN, TEN, PLAIN),
    b"PC%41X  TXT": (0, TEN, PLAIN, PLAIN, TEN, PLAIN),
}

root = b"EDGE       " + struct.pack("<B10sHHHI", 8, b"", TEN, PLAIN, 0, 0)
for name, (units, time, date, accessed, written, written_date) in FILES.items():
    root += name + struct.pack("<BBBHHHHHHHI", 0x20, 0, units, time, date, accessed, 0, written, written_date, 0, 0)
boot = bytearray(512)
boot[:11] = b"\xeb\x3c\x90MSDOS5.0"
struct.pack_into("<HBHBHHBHHH", boot, 11, 512, 1, 1, 2, 224, 2880, 0xF0, 9, 18, 2)
boot[38:62] = b"\x29\x01\x02\x03\x04EDGE       FAT12   "
boot[510:] = b"\x55\xaa"
fat = (b"\xf0\xff\xff").ljust(9 * 512, b"\0")
with open(sys.argv[1], "wb") as out:
    out.write((bytes(boot) + fat + fat + root).ljust(2880 * 512, b"\0"))
