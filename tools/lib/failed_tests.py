#!/usr/bin/env python3
"""Says of each test of meson's logs (JSON lines) that failed: its name, the cases that failed, the end of what it said.

usage: failed_tests.py LOG...   prints nothing when none failed
"""
import json
import re
import sys

from count_tests import BAD

CASE = re.compile(r"^not ok\b.*", re.M)
CASES_MAX = 10
LINES_MAX = 30
LINE_MAX = 300


def tail(text):
    """The last lines of a text, each cut to a length that a page can bear."""
    return [line[:LINE_MAX] for line in text.rstrip().splitlines()[-LINES_MAX:]]


def tell(record):
    print(f"{record['name']}: {record['result']} after {record['duration']:.0f} s")
    out, err = record.get("stdout") or "", record.get("stderr") or ""
    cases = CASE.findall(out)
    for line in cases[:CASES_MAX] + ([f"and {len(cases) - CASES_MAX} more"] if len(cases) > CASES_MAX else []):
        print("  " + line[:LINE_MAX])
    for name, text in (("stdout", out), ("stderr", err)):
        if text.strip():
            print(f"  the end of {name}:")
            print("\n".join("    " + line for line in tail(text)))


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="replace") as log:
            for line in log:
                record = json.loads(line)
                if record["result"] in BAD:
                    tell(record)


main()
