#!/usr/bin/env python3
"""What every text file keeps: UTF-8 in NFC, Unix line ends, no blanks at line ends, a last line that ends,
600 lines at most for one that people write, no note to self, no path or host of somebody's machine."""
import re
import unicodedata

import lint

LINES_MAX = 600
LINES_FREE = (".csv", ".json", ".lock", ".def", ".case", ".svg", ".txt")  # data, not code
NOTE = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
# Somebody's machine: home folders, work folders, and names or addresses inside a house.
MACHINE = re.compile(
    r"/home/(?!USER\b)\w+|/Users/\w+|/root/\w|(?<![\w.}\"])/wo[r]k/|\b\w+\.(?:internal|corp|lan)\b"
    r"|\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b")
RESOLVED = re.compile(r'"resolved"\s*:')


def line_faults(path, lines):
    for n, line in enumerate(lines, 1):
        where = f"{path}:{n}"
        if "\r" in line and path.suffix not in (".csv", ".http"):
            yield f"{where}: carriage return"
        if line != line.rstrip(" \t") and path.suffix not in (".md", ".csv", ".svg", ".http"):
            yield f"{where}: blanks at the end of the line"
        if NOTE.search(line):
            yield f"{where}: a known gap is an issue, not a note: {line.strip()[:60]}"
        if MACHINE.search(line):
            yield f"{where}: a path or host of one machine: {MACHINE.search(line)[0]}"
        if path.name == "package-lock.json" and RESOLVED.search(line):
            yield f"{where}: the lock file records where packages came from (omit-lockfile-registry-resolved)"


def faults_of(path, text):
    if "�" in text and path.suffix not in (".c", ".py"):
        yield f"{path}: not UTF-8"
    if not unicodedata.is_normalized("NFC", text) and "lint: not NFC" not in text:
        line = next(n for n, t in enumerate(text.split("\n"), 1) if not unicodedata.is_normalized("NFC", t))
        yield f"{path}:{line}: text is not in NFC"
    lines = text.split("\n")
    if text and lines[-1]:
        yield f"{path}: the last line does not end"
    is_made = "do not edit" in text[:400]  # by a tool, from tables
    if len(lines) > LINES_MAX + 1 and path.suffix not in LINES_FREE and not is_made and path.name != "LICENSE":
        yield f"{path}: {len(lines) - 1} lines, more than {LINES_MAX}: a file has one subject"
    yield from line_faults(path, lines)


lint.run_tap((path, faults_of(path, text)) for path, text in lint.texts()
             if not path.match("tests/fuzz/corpus/*/*") and path.name != "LICENSE")
