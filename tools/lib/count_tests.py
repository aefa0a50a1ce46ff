#!/usr/bin/env python3
"""Adds up meson test logs (JSON lines): prints "PASSED FAILED SKIPPED".

A test that speaks TAP counts by its subtests; one that broke without saying which counts as one failure.
"""
import json
import re
import sys

BAD = ("FAIL", "TIMEOUT", "ERROR", "INTERRUPT", "UNEXPECTEDPASS")
LINE = re.compile(r"^(not )?ok\b[^#\n]*(?:#\s*(skip|todo)\b)?", re.I | re.M)


def count(record):
    """(passed, failed, skipped) of one test of the log."""
    result = record["result"]
    bad = result in BAD
    passed = failed = skipped = 0
    for m in LINE.finditer(record.get("stdout") or ""):
        if m[2]:
            skipped += 1
        elif m[1]:
            failed += 1
        else:
            passed += 1
    if passed + failed + skipped == 0:
        return (0, 0, 1) if result == "SKIP" else (0, 1, 0) if bad else (1, 0, 0)
    return passed, max(failed, 1) if bad else failed, skipped


def main():
    total = [0, 0, 0]
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="replace") as log:
            for line in log:
                total = [a + b for a, b in zip(total, count(json.loads(line)))]
    print(*total)


main()
