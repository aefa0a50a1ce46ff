#!/usr/bin/env python3
"""The days off that ship, and our lunar calendar, beside date-holidays and amlich of npm; README.md lists what differs and why.

    holidays.py LUNAR_TABLE MODULES_DIR CALENDAR.csv [--from YEAR] [--to YEAR]

LUNAR_TABLE is the built program of lunar_table.c; the years are those of the lunar dates compared, each day of them.
Speaks TAP.
"""
import argparse
import csv
import datetime
import json
import subprocess
import sys

import npm

HOLIDAYS_FROM, HOLIDAYS_TO = 1960, 2060  # date-holidays needs a tenth of a second for a year

# Where the others differ from us, by the first day of the difference, and why (README.md says more).
KNOWN_AMLICH = {
    "1967-07-07": "new moon within 3 s of midnight",
    "2054-05-07": "a day 0: new moon 22 s after midnight, two of its own series disagree",
    "2062-04-09": "a day 0: new moon 17 minutes after midnight, two of its own series disagree",
    "2072-12-09": "new moon 72 s before midnight, its series is too short to tell",
    "2085-10-18": "new moon within 30 s of midnight, the rotation of the earth decides",
}
KNOWN_DATE_HOLIDAYS = {
    "1965-02-01": "printed calendars followed UTC+8 until 1967, the library follows them, we UTC+7",
    "2050-04-01": "new moon 23 March 07:40: the tenth is 1 April, as amlich has it",
}


def days(first, last):
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def shipped(path):
    """Kind of each day given by a day row, and the years known."""
    kinds, years = {}, set()
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if line.strip() and not line.startswith("#")):
            if row["type"] == "year":
                years |= set(range(int(row["from"]), int(row["to"] or row["from"]) + 1))
            elif row["type"] == "day":
                for day in days(datetime.date.fromisoformat(row["from"]), datetime.date.fromisoformat(row["to"] or row["from"])):
                    kinds[day] = row["kind"]
    return kinds, years


def is_off(kinds, day):
    kind = kinds.get(day)
    return kind in ("holiday", "substitute", "swapped") or (kind is None and day.isoweekday() > 5)


def why_ours_alone(day, theirs):
    """Why a holiday of ours is not in date-holidays; None when there is no reason."""
    if (day.month, day.day) in ((9, 1), (9, 3)):
        return "the second day of National Day, fixed each year by the Prime Minister"
    if (day.month, day.day) == (11, 24) and day.year >= 2026:
        return "Viet Nam Culture Day, a holiday since 2026"
    if any(abs((day - t).days) <= 5 for t in theirs["tet"] if t.year == day.year):
        return "one of the five days of Tết, fixed each year by the Prime Minister"
    return None


def public_holidays(folder, first, last):
    """Every public day, the first day of each Tết, and the Hùng Kings' day of each year."""
    found = {"days": {}, "tet": [], "kings": []}
    for line in npm.node("holidays.js", folder, f"holidays {first} {last}").splitlines():
        row = json.loads(line)
        on = datetime.date.fromisoformat(row["on"])
        for day in days(on, on + datetime.timedelta(row["days"] - 1)):
            found["days"][day] = row["name"]
        if row["name"] == "Tết Nguyên Đán":
            found["tet"].append(on)
        if row["name"] == "Giỗ tổ Hùng Vương":
            found["kings"].append(on)
    return found


class Tap:
    def __init__(self, n):
        self.count, self.is_failed = 0, False
        print(f"1..{n}")

    def result(self, name, wrong, known=()):
        self.count += 1
        self.is_failed = self.is_failed or bool(wrong)
        print(f"{'not ' if wrong else ''}ok {self.count} - {name}" + (f", {len(known)} known" if known else ""))
        for line in wrong[:8]:
            print("# " + line)
        for line in known:
            print("# known: " + line)


def check_days(tap, folder, path):
    kinds, years = shipped(path)
    theirs = public_holidays(folder, min(years), max(years))
    wrong = [f"{day} {name}: works here" for day, name in sorted(theirs["days"].items()) if not is_off(kinds, day)]
    tap.result(f"every public holiday of date-holidays, {min(years)} to {max(years)}, is a day off", wrong)
    alone = [(day, why_ours_alone(day, theirs)) for day, kind in sorted(kinds.items()) if kind == "holiday" and day not in theirs["days"]]
    tap.result("every holiday that ships is one of date-holidays", [f"{day}: not theirs" for day, why in alone if not why],
               [f"{day}: {why}" for day, why in alone if why])


def check_lunar(tap, folder, table, first, last):
    ran = subprocess.run([table, str(first), str(last)], capture_output=True, text=True, check=True)
    ours = ran.stdout.split()[1:]
    theirs = npm.node("holidays.js", folder, f"lunar {first} {last}").split()
    wrong, known = [], []
    if len(ours) != len(theirs):
        wrong.append(f"{len(ours)} days here, {len(theirs)} by amlich")
    was_same = True
    for mine, other in zip(ours, theirs):
        if was_same and mine != other:
            on = mine.split(",", 1)[0]
            why = KNOWN_AMLICH.get(on)
            (known if why else wrong).append(f"{mine} here, {other} by amlich{': ' + why if why else ''}")
        was_same = mine == other
    tap.result(f"the lunar date of each of {len(ours)} days, {first} to {last}, is that of amlich", wrong, known)
    tet, kings = [], []
    for line in ours:
        on, _, month, day, leap = line.split(",")
        if (day, leap) == ("1", "0") and month == "1":
            tet.append(datetime.date.fromisoformat(on))
        if (day, leap) == ("10", "0") and month == "3":
            kings.append(datetime.date.fromisoformat(on))
    first, last = max(first, HOLIDAYS_FROM), min(last, HOLIDAYS_TO)
    theirs = public_holidays(folder, first, last)
    for name, mine, other in (("Tết", tet, theirs["tet"]), ("Hùng Kings' day", kings, theirs["kings"])):
        mine = [day for day in mine if first <= day.year <= last]
        other = [day for day in other if first <= day.year <= last]
        wrong, known = [], []
        for own, its in zip(mine, other):
            why = KNOWN_DATE_HOLIDAYS.get(own.isoformat())
            if own != its:
                (known if why else wrong).append(f"{own} here, {its} by date-holidays{': ' + why if why else ''}")
        if len(mine) != len(other):
            wrong.append(f"{len(mine)} here, {len(other)} by date-holidays")
        tap.result(f"{len(mine)} times {name} as date-holidays has it", wrong, known)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("modules")
    parser.add_argument("calendar")
    parser.add_argument("--from", dest="first", type=int, default=1950)
    parser.add_argument("--to", dest="last", type=int, default=2100)
    args = parser.parse_args()
    folder = npm.modules(args.modules)
    tap = Tap(5)
    check_days(tap, folder, args.calendar)
    check_lunar(tap, folder, args.table, args.first, args.last)
    return tap.is_failed


sys.exit(main())
