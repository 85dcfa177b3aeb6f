#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Runs `discern examine` on images again and again, each time with another call that goes wrong,
# until every call has once. Each run must end in a clear error, without a manifest, or in a case
# folder that says nothing else than that of the run without faults: what it could not read it names.
#
# Usage: fault_sweep.py DISCERN failing_calls.so FOLDER [--kind KIND]... [--step KIND=K]...
#                       [--first N] [--part I/N] IMAGE...
# --step allocate=50: of this kind the first N calls (0 of them, without --first), then every 50th.
# --part 1/2: every second call only, so that two processes share the work.
import argparse
import collections
import csv
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

KINDS = ["open", "read", "read+map", "map", "write", "sync", "name", "read_eintr", "read_eintr+map",
         "write_eintr", "read_less", "read_less+map", "write_less", "read_sigint+map", "write_sigint", "name_sigint", "allocate"]
MARK = "MANIFEST.sha256.unfinished"


# The program, loaded once, and what it leaves.
class Program:
    def __init__(self, discern, shim, folder, image):
        self.case, self.output = folder / "case", folder / "output"
        environment = dict(os.environ, LD_PRELOAD=shim, SOURCE_DATE_EPOCH="1000000000")
        self.process = subprocess.Popen([discern, "examine", "-q", "-j", "1", image, "-o", str(self.case)],
                                        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    # Exit status (negative: the signal) and the number of calls.
    def run(self, kind, n):
        shutil.rmtree(self.case, ignore_errors=True)
        self.process.stdin.write(f"{kind} {n} {self.output}\n")
        self.process.stdin.flush()
        status, calls = self.process.stdout.readline().split()
        return int(status), int(calls)

    def said(self):
        return self.output.read_text(errors="replace").strip()

    def whole(self):
        return (self.case / "MANIFEST.sha256").exists() and not (self.case / MARK).exists()

    # How the run ended, in a word or two; and what is wrong with it, or nothing. `clean` are the
    # facts of the run without faults.
    def judge(self, status, clean):
        if status == 2 or status == 130:
            problem = None if self.said() or status == 130 else "status 2 without a word"
            # Complete all the same: what failed came after, or was the output.
            if not problem and self.whole():
                problem = self.compare(clean)[1]
            return "error" if status == 2 else "interrupted", problem
        if status not in (0, 1):
            return f"status {status}", f"status {status}"
        if not self.whole():
            return "no manifest", f"status {status} without a manifest"
        return self.compare(clean)

    def compare(self, clean):
        for line in (self.case / "MANIFEST.sha256").read_text().splitlines():
            digest, name = line.split("  ", 1)
            if hashlib.sha256((self.case / name).read_bytes()).hexdigest() != digest:
                return "no manifest", f"the manifest does not hold: {name}"
        facts = Facts(self.case)
        return "the same" if clean.same(facts) else "named", clean.contradiction(facts)


class Facts:
    def __init__(self, case):
        with open(case / "hashes.csv", newline="") as file:
            self.digests = {row["object"]: row for row in csv.DictReader(file)}
        self.events = collections.Counter((case / "timeline.jsonl").read_text().splitlines())
        self.carved = collections.Counter((case / "carved.jsonl").read_text().splitlines())
        report = json.loads((case / "report.json").read_text())
        self.findings = {finding["code"] for finding in report["findings"]}
        self.verdict = report["verdict"]
        self.verified = collections.Counter(
            (row["object"], row["check"], row["verdict"]) for row in report["verifications"])
        self.run = {key: value for key, value in report["run"].items() if key not in ("started", "finished")}
        self.pdf = (case / "report.pdf").read_bytes()
        self.report = {key: value for key, value in report.items() if key != "run"}

    def same(self, other):
        return self.report == other.report and self.events == other.events and self.carved == other.carved

    # Another font will do: a machine may have others. What is missing of the text will not.
    def text_of_pdf(self):
        return subprocess.run(["pdftotext", "-raw", "-", "-"], input=self.pdf, capture_output=True).stdout.split()

    # What `other`, of a run with a fault, says that is not so.
    def contradiction(self, other):
        if self.same(other):
            # What the run says of itself is printed there, too.
            same = self.run != other.run or self.pdf == other.pdf or self.text_of_pdf() == other.text_of_pdf()
            return None if same else "another text in report.pdf"
        news = other.findings - self.findings
        if not news:
            return "another result, and no finding says why"
        for name, row in other.digests.items():
            if name in self.digests and row["bad_bytes"] == "0" and row != self.digests[name]:
                return f"another digest of {name}, said to be whole"
        if other.verdict == "consistent" and other.events != self.events:
            return "other events, said to be consistent"
        if other.verdict == "consistent" and self.digests.keys() != other.digests.keys():
            return "other views, said to be consistent"
        return None


def chosen(total, step, first, part, parts):
    numbers = [n for n in range(1, total + 1) if n <= first or (n - 1) % step == 0]
    return numbers[part - 1::parts]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("discern")
    parser.add_argument("shim")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("images", nargs="+")
    parser.add_argument("--kind", action="append")
    parser.add_argument("--step", action="append", default=[])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--part", default="1/1")
    asked = parser.parse_intermixed_args()
    steps = {kind: int(step) for kind, step in (word.split("=") for word in asked.step)}
    part, parts = map(int, asked.part.split("/"))
    asked.folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for image in asked.images:
        program = Program(asked.discern, asked.shim, asked.folder, image)
        clean = None
        for kind in asked.kind or KINDS:
            status, total = program.run(kind, 0)
            if status not in (0, 1) or not program.whole():
                print(f"{image}: without a fault: status {status}: {program.said()[:200]}")
                return 1
            clean = clean or Facts(program.case)
            if problem := program.compare(clean)[1]:
                print(f"{image}: without a fault: {problem}")
                return 1
            ends = collections.Counter()
            numbers = chosen(total, steps.get(kind, 1), asked.first, part, parts)
            for n in numbers:
                status, _ = program.run(kind, n)
                end, problem = program.judge(status, clean)
                ends[end] += 1
                if problem:
                    wrong += 1
                    print(f"WRONG {image}: {kind} {n} of {total}: {problem}: {program.said()[:300]}", flush=True)
            print(f"{os.path.basename(image)}: {kind}: {len(numbers)} of {total} calls; " +
                  ", ".join(f"{end}: {number}" for end, number in sorted(ends.items())), flush=True)
        program.process.stdin.close()
        program.process.wait()
    return 1 if wrong else 0


sys.exit(main())
