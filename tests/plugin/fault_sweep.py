#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Runs `discern examine` on images again and again, each time with another call that fails, until
# every call has failed once. Each run must end in a clear error, without a manifest, or in a case
# folder that says nothing else than that of the run without faults: what it could not read it names.
#
# Usage: fault_sweep.py DISCERN failing_calls.so FOLDER [--step KIND=K]... IMAGE...
# --step allocate=50 lets every 50th call of the kind fail only.
import collections
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys

KINDS = ["open", "read", "read+map", "map", "write", "sync", "name", "allocate"]


class Sweep:
    def __init__(self, discern, shim, folder):
        self.discern, self.shim, self.folder = discern, shim, pathlib.Path(folder)
        self.wrong = 0

    def run(self, image, kind, n, case):
        shutil.rmtree(case, ignore_errors=True)
        name, _, more = kind.partition("+")
        environment = dict(os.environ, LD_PRELOAD=self.shim, SOURCE_DATE_EPOCH="1000000000",
                           DISCERN_FAIL=f"{name}:{n}" + ("+" + more if more else ""),
                           DISCERN_FAIL_COUNT=str(self.folder / "count"))
        done = subprocess.run([self.discern, "examine", "-q", "-j", "1", image, "-o", str(case)], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return done

    def count(self):
        return int((self.folder / "count").read_text() or 0)

    # What is wrong with the run, or nothing. `clean` are the facts of the run without faults.
    def judge(self, done, case, clean):
        whole = (case / "MANIFEST.sha256").exists() and not (case / "MANIFEST.sha256.unfinished").exists()
        if done.returncode not in (0, 1, 2):
            return f"status {done.returncode}"
        if done.returncode == 2:
            return None if done.stderr.strip() else "status 2 without a word"
        if not whole:
            return f"status {done.returncode} without a manifest"
        if subprocess.run(["sha256sum", "--quiet", "-c", "MANIFEST.sha256"], cwd=case, capture_output=True).returncode:
            return "the manifest does not hold"
        return clean.contradiction(Facts(case))


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
        self.report = {key: value for key, value in report.items() if key != "run"}

    # What `other`, of a run with a fault, says that is not so.
    def contradiction(self, other):
        if self.report == other.report and self.events == other.events and self.carved == other.carved:
            return None
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


def main():
    arguments = sys.argv[1:]
    steps = {}
    while "--step" in arguments:
        at = arguments.index("--step")
        kind, step = arguments[at + 1].split("=")
        steps[kind] = int(step)
        del arguments[at:at + 2]
    discern, shim, folder, *images = arguments
    os.makedirs(folder, exist_ok=True)
    sweep = Sweep(discern, shim, folder)
    case = pathlib.Path(folder) / "case"
    for image in images:
        # Counting is a run of its own for each kind; the clean run is the first.
        for kind in KINDS:
            step = steps.get(kind, 1)
            done = sweep.run(image, kind, 0, case)
            problem = sweep.judge(done, case, Facts(case)) if (case / "report.json").exists() else "no case"
            if problem:
                print(f"{image}: without a fault: {problem}: {done.stderr.decode(errors='replace')[:200]}")
                return 1
            clean, total = Facts(case), sweep.count()
            ends = collections.Counter()
            for n in range(1, total + 1, step):
                done = sweep.run(image, kind, n, case)
                ends[done.returncode] += 1
                if problem := sweep.judge(done, case, clean):
                    sweep.wrong += 1
                    print(f"WRONG {image}: {kind} {n} of {total}: {problem}: "
                          f"{done.stderr.decode(errors='replace')[:200].strip()}", flush=True)
            tried = (total + step - 1) // step
            print(f"{os.path.basename(image)}: {kind}: {tried} of {total} calls failed; status " +
                  " ".join(f"{status}: {number}" for status, number in sorted(ends.items())), flush=True)
    return 1 if sweep.wrong else 0


sys.exit(main())
