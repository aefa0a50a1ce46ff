#!/usr/bin/env python3
"""Due dates of thousands of random receipts, from numpy and from `motcuad due --batch`: they must agree.

    due_python.py MOTCUAD CALENDAR.csv [--rows N] [--seed N]

Nothing is shared with the engine but the calendar file. numpy's busday_offset knows no make-up Saturdays,
so it is given every day off as a holiday of a seven-day week; working hours are looked up in the list of all
working minutes. Skips where numpy is absent. Speaks TAP.
"""
import argparse
import calendar
import csv
import datetime
import io
import os
import random
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("1..0 # SKIP numpy is absent (Debian: python3-numpy)")
    sys.exit(0)

EPOCH = datetime.date(1970, 1, 1)
UNITS = {"wd": "working days", "d": "calendar days", "wh": "working hours", "mo": "months", "hd": "half days",
         "sd": "same day"}
MOST = {"wd": 90, "d": 200, "wh": 400, "mo": 18, "hd": 120}


class Calendar:
    """Sessions of each date, in minutes; a date of an unknown year is absent."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            rows = list(csv.DictReader(line for line in file if line.strip() and not line.startswith("#")))
        self.offset = next(r["kind"] for r in rows if r["type"] == "calendar")
        self.sessions = {}
        for r in rows:
            if r["type"] == "year":
                for year in range(int(r["from"]), int(r["to"] or r["from"]) + 1):
                    for day in days(datetime.date(year, 1, 1), datetime.date(year, 12, 31)):
                        self.sessions[day] = self.week(rows, day, day.weekday())
        self.years = {d.year for d in self.sessions}
        for r in rows:
            if r["type"] == "day":
                first = datetime.date.fromisoformat(r["from"])
                for day in days(first, datetime.date.fromisoformat(r["to"] or r["from"])):
                    self.sessions[day] = self.of_row(rows, r, day)
        off = [d for d in self.sessions if not self.sessions[d]]
        self.busday = np.busdaycalendar(weekmask="1111111", holidays=np.array(off, dtype="datetime64[D]"))
        self.minutes = np.array([(day - EPOCH).days * 86400 + m * 60 for day in sorted(self.sessions)
                                 for a, b in self.sessions[day] for m in range(a, b)], dtype=np.int64)

    @staticmethod
    def parse(text):
        clock = lambda t: int(t[:2]) * 60 + int(t[3:])
        return [(clock(s[:5]), clock(s[6:])) for s in text.split()]

    def week(self, rows, day, weekday):
        names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        found = []
        for r in rows:
            if r["type"] != "weekly" or day.isoformat() < r["from"] or (r["to"] and day.isoformat() > r["to"]):
                continue
            for part in r["kind"].split():
                first, _, last = part.partition("-")
                if names.index(first) <= weekday <= names.index(last or first):
                    found += self.parse(r["sessions"])
        return sorted(found)

    def of_row(self, rows, r, day):
        if not r["sessions"].startswith("like "):
            return self.parse(r["sessions"])
        like = datetime.date.fromisoformat(r["sessions"][5:])
        return self.week(rows, day, like.weekday())


def days(first, last):
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def seconds(moment):
    return (moment.date() - EPOCH).days * 86400 + moment.hour * 3600 + moment.minute * 60 + moment.second


def closing(cal, day):
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=cal.sessions[day][-1][1])


def offset(cal, day, n):
    """The n-th day worked from `day` on, counted from 0; None where a day on the way is unknown."""
    if day not in cal.sessions:
        return None
    found = np.busday_offset(np.datetime64(day), n, roll="forward", busdaycal=cal.busday).astype(object)
    return found if all(y in cal.years for y in range(day.year, found.year + 1)) else None


def due_hours(cal, start, hours):
    at, w = seconds(start), cal.minutes
    if start.date() not in cal.sessions:
        return None
    i = int(np.searchsorted(w, at, "right")) - 1
    worked = i * 60 + min(at - int(w[i]), 60) if i >= 0 else 0
    target = worked + hours * 3600
    k = (target - 1) // 60
    if k >= len(w):
        return None
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(w[k]) + target - k * 60)


def halves(cal, day):
    """Opening and closing of the morning and of the afternoon, as far as they are worked."""
    parts = [[s for s in cal.sessions[day] if s[0] < 720], [s for s in cal.sessions[day] if s[0] >= 720]]
    base = datetime.datetime.combine(day, datetime.time())
    return [(base + datetime.timedelta(minutes=p[0][0]), base + datetime.timedelta(minutes=p[-1][1])) for p in parts if p]


def due_halves(cal, start, n):
    day = start.date()
    while day in cal.sessions:
        for begins, ends in halves(cal, day):
            n -= begins > start
            if not n:
                return ends
        day += datetime.timedelta(1)
    return None


def due(cal, start, amount, unit):
    day = start.date()
    if unit == "wh":
        return due_hours(cal, start, amount)
    if unit == "hd":
        return due_halves(cal, start, amount)
    if unit == "wd":
        last = offset(cal, day + datetime.timedelta(1), amount - 1)
    elif unit == "d":
        last = offset(cal, day + datetime.timedelta(amount), 0)
    elif unit == "mo":
        month = day.year * 12 + day.month - 1 + amount
        year, month = month // 12, month % 12 + 1
        last = offset(cal, datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1])), 0)
    elif day not in cal.sessions:
        last = None
    elif cal.sessions[day] and start.time() <= datetime.time(15) and start <= closing(cal, day):
        last = day
    else:
        last = offset(cal, day + datetime.timedelta(1), 0)
    return last and closing(cal, last)


def ask(motcuad, path, inputs):
    lines = ["from,limit"] + [f"{start.isoformat()},{limit}" for start, limit in inputs]
    ran = subprocess.run([motcuad, "due", "--calendar", path, "--batch", "-", "--lang", "en"],
                         input="\n".join(lines), capture_output=True, text=True, check=False)
    return list(csv.DictReader(io.StringIO(ran.stdout)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("motcuad")
    parser.add_argument("calendar")
    parser.add_argument("--rows", type=int, default=2000, help="for each unit")
    parser.add_argument("--seed", type=int, default=20220830)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    cal = Calendar(args.calendar)
    first = datetime.datetime(min(cal.years), 1, 1) - datetime.timedelta(10)
    span = (datetime.datetime(max(cal.years) + 1, 1, 1) - first).days + 10
    print(f"# seed {args.seed}\n1..{len(UNITS)}")
    failed = False
    for n, unit in enumerate(UNITS, 1):
        inputs = []
        for _ in range(args.rows):
            hour = chance.choice([chance.randrange(86400), chance.choice([0, 25200, 41400, 48600, 54000, 54001, 61200, 86399])])
            start = first + datetime.timedelta(days=chance.randrange(span), seconds=hour)
            amount = chance.randint(1, MOST[unit]) if unit in MOST else 0
            inputs.append((start, amount, f"{amount}{unit}" if amount else unit))
        answers = ask(args.motcuad, args.calendar, [(s, text) for s, _, text in inputs])
        wrong = [] if len(answers) == len(inputs) else [f"{len(answers)} answers to {len(inputs)} rows"]
        for (start, amount, text), answer in zip(inputs, answers):
            want = due(cal, start, amount, unit)
            want = want.isoformat() + cal.offset if want else ""
            if answer["due_at"] != want or (not want and "calendar_gap" not in answer["error"]):
                wrong.append(f"{start.isoformat()} {text}: numpy {want or 'a gap'}, motcuad {answer['due_at'] or answer['error']}")
        print(f"{'not ' if wrong else ''}ok {n} - {UNITS[unit]}: {args.rows} receipts, {sum(bool(a['due_at']) for a in answers)} dates")
        for line in wrong[:5]:
            print("# " + line)
        failed = failed or bool(wrong)
    return failed


sys.exit(main())
