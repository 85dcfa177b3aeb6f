# SPDX-License-Identifier: Apache-2.0
"""Applies the rules of the programs that import timelines to every line of a file.

    timeline_rules.py FORMAT FILE EVENTS.jsonl

EVENTS.jsonl is `discern timeline -f jsonl` of the same evidence. Prints the number of lines that are
events; anything that an importer would refuse, drop or misread ends with a message and status 1.
Rules: timesketch/lib/utils.py (mandatory fields, dates, words that pandas takes for nothing),
plaso/parsers/bodyfile.py (columns from the right, escapes, numbers), log2timeline's 17 columns.
"""
import csv
import datetime
import json
import re
import sys

NOTHING = {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
           "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}


def refuse(number, why):
    sys.exit(f"line {number}: {why}")


def check_timesketch_fields(number, row):
    for field in ("message", "datetime", "timestamp_desc"):
        if not isinstance(row.get(field), str) or row[field] in NOTHING:
            refuse(number, f"{field} is missing")
    when = datetime.datetime.fromisoformat(row["datetime"])
    if when.tzinfo is None:
        refuse(number, "datetime has no offset")
    microseconds = (when - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(
        microseconds=1)
    if microseconds != int(row["time_ns"]) // 1000:
        refuse(number, "datetime and time_ns differ")
    return microseconds


def timesketch(path):
    times = []
    for number, line in enumerate(open(path, encoding="utf-8", newline="\n"), 1):
        row = json.loads(line)
        times.append(check_timesketch_fields(number, row))
        if row["timestamp"] != times[-1]:
            refuse(number, "timestamp is not the datetime in microseconds")
    return times


def timesketch_csv(path):
    reader = csv.DictReader(open(path, encoding="utf-8", newline=""), strict=True)
    times = []
    for row in reader:
        if None in row or None in row.values():
            refuse(reader.line_num, "wrong number of columns")
        times.append(check_timesketch_fields(reader.line_num, row))
        if not 1700 <= int(row["datetime"][:4]) <= 9999:
            refuse(reader.line_num, "the CSV importer drops this year")
    return times


def body(path):
    """Four times a line; a zero is none. Returns the dated ones."""
    times = []
    for number, line in enumerate(open(path, encoding="utf-8", newline="\n"), 1):
        if line.startswith("#"):
            continue
        left = line.rstrip("\n").rsplit("|", 9)
        if len(left) != 10:
            refuse(number, "fewer than 11 columns")
        md5, bar, name = left[0].partition("|")
        if not bar or not re.fullmatch(r"0|[0-9a-f]{32}", md5):
            refuse(number, "no MD5 column")
        if re.search(r"(?<!\\)(?:\\\\)*\\(?!\\|\||x[0-9a-fA-F]{2})", name):
            refuse(number, "an escape that is none")
        if "|" in re.sub(r"\\.", "", name):
            refuse(number, "a bare bar")
        if any(ord(c) < 32 for c in name):
            refuse(number, "a control character")
        for value in left[3:6]:
            if not re.fullmatch(r"\d+", value):
                refuse(number, f"{value} is no number")
        for value in left[6:]:
            if not re.fullmatch(r"-?\d+", value):
                refuse(number, f"{value} is no time")
            if value != "0":
                times.append(int(value) * 1000000)
    return times


def l2tcsv(path):
    reader = csv.reader(open(path, encoding="utf-8", newline=""), strict=True)
    head = next(reader)
    if head != ("date time timezone MACB source sourcetype type user host short desc version filename inode "
                "notes format extra").split():
        refuse(1, "not the 17 columns")
    times = []
    for row in reader:
        if len(row) != 17:
            refuse(reader.line_num, f"{len(row)} columns")
        if not re.fullmatch(r"[M.][A.][C.][B.]", row[3]) or row[11] != "2":
            refuse(reader.line_num, "MACB or version")
        if row[0] == "00/00/0000":
            times.append(None)
            continue
        clock = "00:00:00" if row[1] == "--:--:--" else row[1]
        when = datetime.datetime.strptime(row[0] + " " + clock, "%m/%d/%Y %H:%M:%S")
        times.append((when - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1))
    return times


def tln(path, fields=5):
    times = []
    for number, line in enumerate(open(path, encoding="utf-8", newline="\n"), 1):
        columns = line.rstrip("\n").split("|")
        if len(columns) != fields or not columns[4]:
            refuse(number, f"{len(columns)} fields")
        times.append(int(columns[0]) * 1000000)
    return times


form, path, events = sys.argv[1:]
got = {"timesketch": timesketch, "timesketch-csv": timesketch_csv, "body": body, "l2tcsv": l2tcsv, "tln": tln,
       "l2ttln": lambda name: tln(name, 7)}[form](path)
whole = form not in ("timesketch", "timesketch-csv")
wanted = []
for line in open(events, encoding="utf-8"):
    event = json.loads(line)
    if event["time_ns"] is None:
        if form == "l2tcsv":
            wanted.append(None)
    elif form != "timesketch-csv" or event["time"] >= "1700":
        wanted.append(event["time_ns"] // 1000000000 * 1000000 if whole else event["time_ns"] // 1000)
order = lambda time: (time is None, time or 0)
if sorted(got, key=order) != sorted(wanted, key=order):
    sys.exit(f"{len(got)} events instead of {len(wanted)}, or other times")
print(len(got))
