#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# A shelf of floppies: N images of 1.44 MB, every second one an IMZ, in folders of 500. Each is the
# FAT12 floppy BASE with one sector of its own, so that no two have the same digest.
# Usage: shelf.py N BASE FOLDER
import os
import random
import sys
import zipfile

count, base, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
base = open(base, "rb").read()
random.seed(1)
for i in range(count):
    part = f"{folder}/{i // 500:03}"
    os.makedirs(part, exist_ok=True)
    at = 300000 // 512 * 512 + 512 * random.randrange(1000)
    floppy = base[:at] + random.randbytes(512) + base[at + 512:]
    if i % 2 == 0:
        with open(f"{part}/{i:06}.img", "wb") as image:
            image.write(floppy)
    else:
        with zipfile.ZipFile(f"{part}/{i:06}.imz", "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(zipfile.ZipInfo("disk.ima", (2003, 1, 15, 12, 0, 0)), floppy,
                             zipfile.ZIP_DEFLATED)
