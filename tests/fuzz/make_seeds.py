#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small well-formed inputs for the fuzz targets, so that their time does not go into guessing
signatures and checksums. Usage: make_seeds.py FOLDER [CORPUS]   (FOLDER/<target>/<name>)"""
import gzip
import io
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

MOST_BYTES = 64 << 10
folder = pathlib.Path(sys.argv[1])


def seed(target, name, data):
    place = folder / target
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(data)


def floppy():
    """A FAT12 boot sector of 160 KiB, its two FATs and an empty root folder; 24 sectors of it."""
    bpb = struct.pack("<HBHBHHBHHHII", 512, 1, 1, 2, 64, 320, 0xFE, 1, 8, 1, 0, 0)
    boot = (b"\xeb\x3c\x90MSDOS5.0" + bpb).ljust(510, b"\0") + b"\x55\xaa"
    fat = b"\xfe\xff\xff".ljust(512, b"\0")
    entry = b"README  TXT\x20" + bytes(10) + struct.pack("<HHHI", 0x6000, 0x5A21, 2, 9)
    return boot + fat + fat + entry.ljust(4 * 512, b"\0") + b"some text".ljust(512, b"\0") * 17


def partitioned():
    row = struct.pack("<B3sB3sII", 0x80, b"\1\1\0", 1, b"\5\6\7", 4, 24)
    return bytes(446) + row.ljust(64, b"\0") + b"\x55\xaa" + bytes(3 * 512) + floppy()


def raw_cd(sectors=20, mode=1):
    out = b""
    for lba in range(sectors):
        minute, rest = divmod(lba + 150, 4500)
        second, frame = divmod(rest, 75)
        bcd = bytes((v // 10) << 4 | v % 10 for v in (minute, second, frame))
        out += b"\0" + b"\xff" * 10 + b"\0" + bcd + bytes([mode]) + bytes(2336)
    return out


def ewf_section(kind, offset, body, last=False):
    size = 76 + len(body)
    head = struct.pack("<16sQQ40x", kind, offset if last else offset + size, size)
    return head + struct.pack("<I", zlib.adler32(head) & 0xFFFFFFFF) + body


def ewf(media):
    def summed(body):
        return body + struct.pack("<I", zlib.adler32(body) & 0xFFFFFFFF)

    chunk_size = 64 * 512
    chunks = [media[at:at + chunk_size] for at in range(0, len(media), chunk_size)]
    out = b"EVF\x09\x0d\x0a\xff\x00\x01\x01\x00\x00\x00"
    text = zlib.compress(b"1\nmain\nc\tn\ta\te\tt\tav\tov\tm\tu\tp\n1\t2\t3\t4\t5\t6\t7\t8\t8\t0\n\n")
    out += ewf_section(b"header", len(out), text)
    volume = struct.pack("<IIIIQ", 1, len(chunks), 64, 512, len(media) // 512)
    out += ewf_section(b"volume", len(out), summed(volume.ljust(1048, b"\0")))
    start = len(out) + 76
    body, places = b"", []
    for chunk in chunks:
        places.append(start + len(body) | 0x80000000)
        body += zlib.compress(chunk)
    out += ewf_section(b"sectors", len(out), body)
    head = struct.pack("<I4xQ4x", len(chunks), 0)
    table = summed(head) + summed(b"".join(struct.pack("<I", place) for place in places))
    for kind in (b"table", b"table2"):
        out += ewf_section(kind, len(out), table)
    out += ewf_section(b"hash", len(out), summed(bytes(16) + bytes(16)))
    return out + ewf_section(b"done", len(out), b"", last=True)


def zipped(method, **more):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo("disk.img", (1994, 6, 5, 1, 2, 4)), floppy(), compress_type=method)
        for name, data in more.items():
            archive.writestr(name, data)
    return file.getvalue()


def imagedisk(tracks=2):
    out = b"IMD 1.18: 05/06/1994 01:02:04\r\nseed\x1a"
    for track in range(tracks):
        out += bytes([5, track, 0, 9, 2]) + bytes(range(1, 10))
        out += b"".join(b"\2\xe5" if n % 2 else b"\1" + bytes(512) for n in range(9))
    return out


def disk_copy(media):
    total = 0
    for at in range(0, len(media), 2):
        total = total + struct.unpack_from(">H", media, at)[0] & 0xFFFFFFFF
        total = (total >> 1 | total << 31) & 0xFFFFFFFF
    head = b"\4seed".ljust(64, b"\0") + struct.pack(">IIIIBBH", len(media), 0, total, 0, 2, 0x22, 0x100)
    return head + media


def nero(media):
    track = b"DAOX" + struct.pack(">I", 22 + 42)
    track += struct.pack("<I", 64) + bytes(14) + b"\0\0\1\1" + bytes(12)
    track += struct.pack(">HHHQQQ", 2048, 0, 1, 0, 0, len(media))
    end = b"END!" + struct.pack(">I", 0)
    return media + track + end + b"NER5" + struct.pack(">Q", len(media))


def made_by(command, name, size=0):
    """What a program wrote into `name`; none where the program is not here."""
    with tempfile.TemporaryDirectory() as work:
        path = pathlib.Path(work) / name
        if size:
            path.write_bytes(bytes(size))
        try:
            subprocess.run([part.replace("@", str(path)) for part in command], check=True, cwd=work,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            return None
        return path.read_bytes()


images = {
    "floppy": floppy(), "partitioned": partitioned(), "cd": raw_cd(), "cd-mode-2": raw_cd(mode=2),
    "ewf": ewf(floppy()), "imd": imagedisk(), "disk-copy": disk_copy(floppy()), "nero": nero(bytes(20 * 2048)),
    "stored": zipped(zipfile.ZIP_STORED), "deflate": zipped(zipfile.ZIP_DEFLATED, readme="text"),
    "gzip": gzip.compress(floppy(), mtime=0),
    "fdi": struct.pack("<8I", 0, 0x90, 4096, len(floppy()), 512, 8, 1, 3).ljust(4096, b"\0") + floppy(),
}
for name, data in images.items():
    seed("image", name, data)
for name in ("stored", "deflate", "gzip"):
    seed("imz", name, images[name])
seed("imagedisk", "imd", images["imd"])
seed("raw_cd", "cd", images["cd"])
seed("raw_cd", "cd-mode-2", images["cd-mode-2"])
seed("raw_cd", "behind-40-bytes", bytes(40) + images["cd"])
seed("disc_trailer", "nero", images["nero"])
seed("sector", "mode-1", raw_cd(1))

# volume: two bytes name the sector, 512 follow.
seed("volume", "mbr", b"\0\0" + partitioned()[:512])
for label in ("gpt", "dos"):
    disk = made_by(["sh", "-c", f"printf 'label: {label}\\n64,64\\n256,\\n' | /sbin/sfdisk @"], "disk", 256 << 10)
    if disk:
        used = [n for n in range(len(disk) // 512) if any(disk[n * 512:n * 512 + 512])]
        seed("volume", label, b"".join(struct.pack("<H", n) + disk[n * 512:n * 512 + 512] for n in used))

digest = "d41d8cd98f00b204e9800998ecf8427e"
seed("reference", "md5", f"{digest}  a.img\n".encode())
seed("reference", "bsd", f"MD5 (a.img) = {digest}\n".encode())
seed("reference", "sfv", b"; made\na.img 00000000\n")
seed("reference", "hashdeep", f"%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n## x\n0,{digest},a.img\n".encode())
seed("reference", "dat", f'<?xml version="1.0"?><datafile><game name="a"><rom name="a.bin" size="0" md5="{digest}"/></game></datafile>'.encode())
seed("reference", "dfxml", f'<dfxml><fileobject><filename>a</filename><byte_runs><byte_run img_offset="0" len="0"/></byte_runs><hashdigest type="md5">{digest}</hashdigest></fileobject></dfxml>'.encode())
cue = b'CATALOG 0123456789012\nFILE "a.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    TITLE "t"\n    PREGAP 00:02:00\n    INDEX 00 00:01:00\n    INDEX 01 00:01:02\nREM SESSION 02\n'
seed("cue", "two-tracks", cue)
seed("ccd", "one-track", b"[CloneCD]\nVersion=3\n[Disc]\nTocEntries=4\nSessions=1\n[Session 1]\nPreGapMode=1\n[Entry 0]\nSession=1\nPoint=0xa0\nADR=0x01\nControl=0x04\nPMin=1\n[Entry 1]\nSession=1\nPoint=0x01\nPLBA=0\n[TRACK 1]\nMODE=1\nINDEX 1=0\n")
seed("toc", "toc", b'CD_ROM\nCATALOG "0123456789012"\nTRACK MODE1_RAW\nDATAFILE "a.bin" 00:01:00\nTRACK AUDIO\nPREGAP 00:02:00\nSILENCE 00:01:00\n')
seed("toc", "gdi", b'2\n1 0 4 2352 track01.bin 0\n2 45000 0 2352 "track 02.raw" 0\n')
seed("rescue_map", "map", b"# Mapfile. Created by GNU ddrescue version 1.27\n0x00000400     ?               1\n0x00000000  0x00000400  +\n0x00000400  0x00000200  -\n")
seed("acquisition_log", "dc3dd", b"dc3dd 7.2.646 started at 2024-01-02 03:04:05 +0000\n[!!] reading `/dev/fd0' at sector 12 : Input/output error\n")
seed("body_file", "rows", f"{digest}|/a (deleted)|4-128-1|r/rrwxrwxrwx|0|0|9|1|2|3|4\n0|/b\\|c|5|d/d---------|0|0|0|0|-1|9999999999|0\n".encode())
zones = pathlib.Path("/usr/share/zoneinfo")
for name in ("Europe/Berlin", "UTC", "America/New_York"):
    if (zones / name).is_file():
        seed("time_zone", name.replace("/", "-"), (zones / name).read_bytes())

# Real images that are small enough.
if len(sys.argv) > 2:
    ends = {".imd": "imagedisk", ".td0": "teledisk", ".imz": "imz", ".cue": "cue", ".toc": "toc"}
    for path in sorted(pathlib.Path(sys.argv[2]).glob("*/**/*")):
        if path.suffix.lower() in ends and path.stat().st_size <= MOST_BYTES:
            seed(ends[path.suffix.lower()], path.name, path.read_bytes())
            if path.suffix.lower() in (".imd", ".td0", ".imz"):
                seed("image", path.name, path.read_bytes())
