#!/usr/bin/env python3
"""Due dates per second, beside numpy's busday_offset in the same run; prints medians and ratios.

    tools/bench/calendar.py [BENCH_CALENDAR] [--runs N]

BENCH_CALENDAR is the built program (default build/tools/bench/bench_calendar). Processor time is measured, and the
engine and numpy take turns, so that a busy machine is fair to both. numpy works on whole arrays of dates and knows
neither sessions nor make-up days; the ratio is against its run with ten holidays a year.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

try:
    import numpy as np
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    np = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECEIPTS = 1 << 17


def numpy_setting():
    rng = np.random.default_rng(20220830)
    first = np.datetime64("2010-01-01")
    dates = first + rng.integers(0, 365 * 19, RECEIPTS)
    amounts = rng.integers(1, 91, RECEIPTS)
    holidays = first + np.unique(rng.integers(0, 365 * 20, 200))
    return dates, amounts, np.busdaycalendar(holidays=holidays)


def numpy_round(setting):
    """Nanoseconds per date for amounts of 1..90, of 90 alone, and without holidays."""
    dates, amounts, cal = setting
    found = {}
    for name, n, cal in (("1..90", amounts, cal), ("90 alone", np.full(RECEIPTS, 90), cal),
                         ("no holidays", amounts, np.busdaycalendar())):
        begin = time.process_time()
        for _ in range(4):
            np.busday_offset(dates, n, roll="backward", busdaycal=cal)
        found[name] = (time.process_time() - begin) * 1e9 / (4 * RECEIPTS)
    return found


def cpu():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/tools/bench/bench_calendar"))
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    setting = numpy_setting() if np else None
    ours, theirs = {}, {}
    for _ in range(args.runs):
        ran = subprocess.run([args.program, "--json", "--runs", "1"], capture_output=True, text=True, check=True)
        for line in ran.stdout.splitlines():
            row = json.loads(line)
            ours.setdefault(row["name"], []).append(row["ns"])
        for name, ns in (numpy_round(setting) if np else {}).items():
            theirs.setdefault(name, []).append(ns)
    print(f"{cpu()}, {os.cpu_count()} cores, Linux {platform.release()}, medians of {args.runs} runs")
    print(f"{'work':32}{'ns':>9}{'million/s':>12}{'x numpy':>10}")
    reference = statistics.median(theirs["1..90"]) if np else None
    for name, all_ns in ours.items():
        ns = statistics.median(all_ns)
        ratio = f"{reference / ns:10.2f}" if reference and re.search(r"working days?\b", name) else ""
        print(f"{name:32}{ns:9.1f}{1e3 / ns:12.1f}{ratio}")
    for name, all_ns in theirs.items():
        ns = statistics.median(all_ns)
        print(f"{'numpy busday_offset, ' + name:32}{ns:9.1f}{1e3 / ns:12.1f}")
    if not np:
        print("numpy is absent (Debian: python3-numpy): no ratio")


main()
