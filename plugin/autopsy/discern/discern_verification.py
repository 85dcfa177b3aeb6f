# SPDX-License-Identifier: Apache-2.0
"""What Autopsy's ingest and report modules have to say of a data source. No Autopsy in here."""
import os

import discern_evidence
from discern_program import MISMATCH, ProgramError, run, words

MATCH, DIFFERS, UNVERIFIABLE = "match", "mismatch", "unverifiable"


def original(path):
    """The evidence that a data source was made from; itself when it was made from nothing."""
    record_path = discern_evidence.record_of(path)
    if not record_path:
        return path
    record = discern_evidence.read_record(record_path)
    return record["image"] if os.path.isfile(record["image"]) else path


def verify(path, cancelled=lambda: False):
    """(verdict, lines) of a data source's first file. A file that discern wrote is held against its
    record, and the evidence that it was made from is verified again where it is in reach."""
    lines, verdict = [], UNVERIFIABLE
    record_path = discern_evidence.record_of(path)
    if record_path:
        try:
            record = discern_evidence.read_record(record_path, cancelled)
        except ProgramError as error:
            return DIFFERS, [words(error)]
        lines.append("%s: MD5, SHA-1 and SHA-256 are those of its record" % os.path.basename(path))
        verdict = MATCH
        if not os.path.isfile(record["image"]):
            return verdict, lines + ["%s is not in reach, hence not verified again" % record["image"]]
        path = record["image"]
    done = run(["verify", "--json", path], cancelled)
    for row in done.rows("verify"):
        lines.append("%s: %s %s (%s)" % (row["object"], row.get("algorithm") or row["check"], row["verdict"], row["source"]))
        if row["verdict"] == MATCH and verdict == UNVERIFIABLE:
            verdict = MATCH
    lines += done.said
    if done.status == MISMATCH:
        verdict = DIFFERS
    return verdict, lines


def examine(paths, folder, cancelled=lambda: False):
    """Writes a case folder (of several images: one each); (consistent, the page to open)."""
    done = run(["examine", "--json", "-o", folder] + list(paths), cancelled)
    rows = done.rows("examine")
    page = os.path.join(folder, "index.html") if len(paths) > 1 else rows[0]["report"]
    if not os.path.isfile(page):
        raise ProgramError("discern examine left no " + page)
    return done.status != MISMATCH, page
