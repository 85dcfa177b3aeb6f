# SPDX-License-Identifier: Apache-2.0
"""Evidence that Autopsy cannot open, as raw files that it can, each with a record of where it came from.

    python3 discern_evidence.py IMAGE FOLDER

writes for each part of the image that file systems are looked for in

    FOLDER/NAME.raw            the bytes of a view, as `discern convert` writes and reads them back
    FOLDER/NAME.discern.json   the record: digests of every evidence file and of the bytes, what was
                               verified, findings, what could not be read

so that another computer (Windows) can add them to a case without the program. No Autopsy in here: the
same code runs in it, under Jython 2.7, and under Python 3.
"""
import hashlib
import io
import json
import os
import sys

from discern_program import MISMATCH, Cancelled, ProgramError, run, version, words, write_text

SCHEMA = "discern/autopsy/1"
RECORD = ".discern.json"
ALGORITHMS = ("md5", "sha1", "sha256")
# What people point at: an image, or the descriptor of one.
EXTENSIONS = ("ima", "imz", "img", "dsk", "imd", "td0", "cue", "ccd", "bin", "mds", "nrg", "cdi", "gdi", "toc", "iso", "gz")


def can_add(path):
    return path.lower().endswith(RECORD) or path.lower().rpartition(".")[2] in EXTENSIONS


def views_to_add(info):
    """Names of the views that file systems are looked for in: the medium; of a disc with several
    sessions each one, for The Sleuth Kit looks only at the first file system."""
    names = [view["name"] for view in info["views"]]
    if not info.get("disc"):
        return names[:1]
    sessions = [name for name in names if name.startswith("session ")]
    if len(sessions) > 1:
        return sessions
    if "data" not in names:
        raise ProgramError("%s: a disc without data, sound only" % info["image"])
    return ["data"]


def object_of(view):
    """A view's name in the rows of `discern hash`."""
    kind, blank, number = view.partition(" ")
    return "%s:%s" % (kind, number) if kind in ("session", "track") else "view:" + view


def raw_name(image, view):
    return "%s.%s.raw" % (os.path.basename(image), view.replace(" ", ""))


def digests(row):
    return dict((name, row[name]) for name in ALGORITHMS if row.get(name))


def file_digests(path, cancelled=lambda: False):
    hashers = [hashlib.new(name) for name in ALGORITHMS]
    with io.open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            if cancelled():
                raise Cancelled("cancelled")
            for hasher in hashers:
                hasher.update(block)
    return dict((name, hasher.hexdigest()) for name, hasher in zip(ALGORITHMS, hashers))


def prepare(image, folder, cancelled=lambda: False, tell=lambda text: None):
    """Writes raw files and records of an image into an existing folder; their records. Nothing is
    replaced: names that are taken raise ProgramError, as does whatever discern cannot do."""
    image = os.path.abspath(image)
    tell("looking at " + os.path.basename(image))
    info = run(["info", "--json", image], cancelled).rows("info")[0]
    wanted = views_to_add(info)
    for view in wanted:
        if os.path.exists(os.path.join(folder, raw_name(image, view))):
            raise ProgramError(raw_name(image, view) + " exists already in " + folder)
    tell("verifying " + os.path.basename(image))
    verified = run(["verify", "--json", image], cancelled)
    tell("computing digests of " + os.path.basename(image))
    hashed = dict((row["object"], row) for row in run(["hash", "--json", image], cancelled).rows("hash"))
    records = []
    for view in wanted:
        raw = os.path.join(folder, raw_name(image, view))
        tell("writing " + os.path.basename(raw))
        converted = run(["convert", "--json", "--keep-going", "--to", "raw", "--view", view, "-o", raw, image], cancelled)
        written = converted.rows("convert")[0]
        row = hashed[object_of(view)]
        # Two passes over the evidence, and the file read back: all the same, or somebody errs.
        if any(part["verdict"] != "match" for part in written["read_back"]) or written["files"][0]["sha256"] != row["sha256"]:
            os.remove(raw)
            raise ProgramError("%s: what was written of view %s is not what was hashed" % (image, view))
        record = {
            "schema": SCHEMA,
            "program": version(),
            "image": image,
            "format": info["format"],
            "view": view,
            "raw": os.path.basename(raw),
            "size": row["size"],
            "bad_bytes": row["bad_bytes"],
            "digests": digests(row),
            "files": [{"path": file["path"], "role": file["role"], "size": file["size"],
                       "digests": digests(hashed.get("file:" + file["path"], hashed.get("file:" + os.path.basename(file["path"]), {})))}
                      for file in info["files"]],
            "checks": verified.rows("verify"),
            "consistent": verified.status != MISMATCH and converted.status != MISMATCH,
            "findings": info["findings"],
            "said": sorted(set(verified.said + converted.said)),
        }
        write_text(raw + RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")
        records.append(record)
    return records


def read_record(path, cancelled=lambda: False):
    """The record of a raw file that was written elsewhere, after the file was held against it."""
    with io.open(path, encoding="utf-8") as file:
        try:
            record = json.load(file)
        except ValueError as error:
            raise ProgramError("%s: not JSON: %s" % (path, words(error)))
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise ProgramError("%s: not a record of discern" % path)
    raw = raw_path(path, record)
    if not os.path.isfile(raw):
        raise ProgramError("%s: the file that it is about is not beside it: %s" % (path, record["raw"]))
    if os.path.getsize(raw) != record["size"]:
        raise ProgramError("%s: %d bytes, the record says %d" % (raw, os.path.getsize(raw), record["size"]))
    for name, value in file_digests(raw, cancelled).items():
        if record["digests"].get(name) != value:
            raise ProgramError("%s: %s is %s, the record says %s" % (raw, name, value, record["digests"].get(name)))
    return record


def raw_path(record_path, record):
    """Beside the record, whatever folder that names."""
    return os.path.join(os.path.dirname(os.path.abspath(record_path)), os.path.basename(record["raw"].replace("\\", "/")))


def record_of(raw):
    """The path of the record of a raw file; nothing when there is none."""
    path = raw + RECORD
    return path if os.path.isfile(path) else None


def problems(record):
    """Lines for the user, of what is not as it should be."""
    lines = []
    if record["bad_bytes"]:
        lines.append("%d bytes of %s could not be read; zeros stand for them in %s" % (record["bad_bytes"], record["view"], record["raw"]))
    for check in record["checks"]:
        if check["verdict"] == "mismatch":
            lines.append("%s: %s does not match: expected %s, computed %s (%s)" % (
                check["object"], check.get("algorithm") or check["check"], check["expected"], check["computed"], check["source"]))
    for finding in record["findings"]:
        if finding["severity"] not in ("note", "info"):
            lines.append("%s: %s [%s]" % (finding["severity"], finding["text"], finding["code"]))
    return lines


def details(record):
    """The text for the case database's acquisition details."""
    lines = ["Converted by %s: view %s, %d bytes" % (record["program"], record["view"], record["size"]),
             "From: %s (%s)" % (record["image"], record["format"])]
    for file in record["files"]:
        lines.append("Evidence file: %s (%s), %d bytes" % (file["path"], file["role"], file["size"]))
        lines += ["  %s %s" % (name.upper(), file["digests"][name]) for name in ALGORITHMS if name in file["digests"]]
    lines.append("Content (view %s):" % record["view"])
    lines += ["  %s %s" % (name.upper(), record["digests"][name]) for name in ALGORITHMS if name in record["digests"]]
    for check in record["checks"]:
        lines.append("Verified: %s %s (%s): %s" % (check["object"], check.get("algorithm") or check["check"], check["source"], check["verdict"]))
    lines += ["Finding: %s: %s [%s]" % (finding["severity"], finding["text"], finding["code"]) for finding in record["findings"]]
    if record["bad_bytes"]:
        lines.append("Unreadable: %d bytes, zeros stand for them" % record["bad_bytes"])
    return "\n".join(lines)


def main(arguments):
    if len(arguments) != 2:
        sys.stderr.write("usage: discern_evidence.py IMAGE FOLDER\n")
        return 64
    try:
        records = prepare(arguments[0], arguments[1], tell=lambda text: sys.stderr.write(text + "\n"))
    except ProgramError as error:
        sys.stderr.write("discern_evidence.py: %s\n" % words(error))
        return 2
    for record in records:
        print(os.path.join(arguments[1], record["raw"] + RECORD))
        for line in problems(record):
            sys.stderr.write(line + "\n")
    return 0 if all(record["consistent"] for record in records) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
