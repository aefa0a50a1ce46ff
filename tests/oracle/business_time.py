#!/usr/bin/env python3
"""Working time of random calendars, by the engine and by two libraries of npm: they must agree, but for what README.md lists.

    business_time.py ANSWERS MODULES_DIR [--calendars N] [--questions N] [--seed N]

ANSWERS is the built program of answers.c. The calendars are those the libraries can express: one week, with up to three
sessions a day and breaks between them, and days off; no make-up days, no seasons, no closing at 24:00. Speaks TAP.
"""
import argparse
import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import npm

EPOCH = datetime.date(1970, 1, 1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FIRST, LAST = datetime.date(2023, 1, 1), datetime.date(2025, 12, 31)
WHATS = {"hours": (1, 30), "minutes": (1, 900), "back": (1, 900), "days": (1, 25), "between": (0, 0)}


def clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"


def random_calendar(chance):
    """The week by ISO weekday, as (from, to) in minutes, and the days off."""
    timetables = []
    for _ in range(2):
        n = chance.randint(1, 3)
        edges = sorted(chance.sample(range(60, 1380, 5), 2 * n))
        timetables.append([(edges[2 * i], edges[2 * i + 1]) for i in range(n)])
    week = {}
    for weekday in range(1, 8):
        if weekday == 1 or chance.random() < (0.9 if weekday < 6 else 0.3):
            week[weekday] = chance.choice(timetables)
    span = (LAST - FIRST).days
    return week, sorted({FIRST + datetime.timedelta(chance.randrange(span)) for _ in range(chance.randint(0, 25))})


def csv_of(week, holidays):
    lines = ["type,from,to,kind,sessions,name_vi,name_en,source", "calendar,,,+00:00,,,,",
             f"year,{FIRST.year - 2},{LAST.year + 3},synthetic,,,,synthetic"]
    for weekday, sessions in week.items():
        times = " ".join(f"{clock(a)}-{clock(b)}" for a, b in sessions)
        lines.append(f"weekly,{FIRST.year - 2}-01-01,,{WEEKDAYS[weekday - 1]},{times},,,synthetic")
    lines += [f"day,{day},,holiday,,,,synthetic" for day in holidays]
    return "\n".join(lines) + "\n"


class Shape:
    """What the reasons for a difference look at."""

    def __init__(self, week, holidays):
        self.week, self.holidays = week, set(holidays)

    def sessions(self, at):
        day = EPOCH + datetime.timedelta(at // 86400)
        return [] if day in self.holidays else self.week.get(day.isoweekday(), [])

    def minute(self, at):
        return at % 86400 / 60


def random_instant(chance, shape):
    day = (FIRST - EPOCH).days + chance.randrange((LAST - FIRST).days)
    edges = [minute for session in shape.sessions(day * 86400) for minute in session]
    if edges and chance.random() < 0.3:
        return day * 86400 + chance.choice(edges) * 60
    return day * 86400 + chance.randrange(1440) * 60 + (chance.randrange(60) if chance.random() < 0.2 else 0)


def question(chance, shape):
    what = chance.choice(list(WHATS))
    low, high = WHATS[what]
    if what == "between":
        a = random_instant(chance, shape)
        return [what, a, max(a, a + chance.choice([chance.randrange(86400), chance.randrange(20 * 86400)]))]
    at = random_instant(chance, shape)
    return [what, at // 86400 if what == "days" else at, chance.randint(low, high)]


# ---- known differences (README.md), each a reason why an answer of the library is not the same ----

def seconds_are_cut(shape, asked, apart):
    """dayjs counts whole minutes: seconds of an instant are lost at an end, or at each session passed."""
    if asked[0] == "between":
        return (asked[1] % 60 or asked[2] % 60) and apart < 120
    return asked[0] != "days" and asked[1] % 60 and apart < 86400


def the_session_between_two(shape, asked, apart):
    """dayjs, a span inside one day: the sessions of its two ends are added, one between them is left out."""
    what, a, b = asked
    return what == "between" and a // 86400 == b // 86400 and len(shape.sessions(a)) == 3


def the_end_before_another_session(shape, asked, apart):
    """moment: a session of the last day that begins after the end of the span is counted against it."""
    what, _, b = asked
    sessions = shape.sessions(b)
    return what == "between" and bool(sessions) and sessions[0][0] <= shape.minute(b) < sessions[-1][0]


KNOWN = {"dayjs": [seconds_are_cut, the_session_between_two], "moment": [the_end_before_another_session]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("answers")
    parser.add_argument("modules")
    parser.add_argument("--calendars", type=int, default=12)
    parser.add_argument("--questions", type=int, default=150, help="of each calendar")
    parser.add_argument("--seed", type=int, default=20220830)
    args = parser.parse_args()
    folder = npm.modules(args.modules)
    chance = random.Random(args.seed)
    rounds, ours = [], []
    for _ in range(args.calendars):
        week, holidays = random_calendar(chance)
        shape = Shape(week, holidays)
        asked = [question(chance, shape) for _ in range(args.questions)]
        rounds.append((shape, asked, {"week": {d: [[clock(a), clock(b)] for a, b in s] for d, s in week.items()},
                                      "holidays": [day.isoformat() for day in holidays], "questions": asked}))
        with tempfile.TemporaryDirectory() as temporary:
            path = pathlib.Path(temporary) / "calendar.csv"
            path.write_text(csv_of(week, holidays), encoding="utf-8")
            ran = subprocess.run([args.answers, str(path)], input="\n".join(" ".join(map(str, q)) for q in asked) + "\n",
                                 capture_output=True, text=True, check=True)
        ours.append([int(line) for line in ran.stdout.split()])
    theirs = [json.loads(line) for line in npm.node("business_time.js", folder, "\n".join(json.dumps(r[2]) for r in rounds)).splitlines()]
    print(f"# seed {args.seed}\n1..{2 * len(WHATS)}")
    n, failed = 0, False
    for library in ("dayjs", "moment"):
        for what in WHATS:
            n += 1
            same, known, wrong = 0, {}, []
            for (shape, asked, _), own, other in zip(rounds, ours, theirs):
                for q, mine, answer in zip(asked, own, other[library]):
                    if q[0] != what:
                        continue
                    if answer is not None and abs(mine - answer) < 1e-6:
                        same += 1
                        continue
                    reason = next((r.__name__ for r in KNOWN[library] if answer is not None and r(shape, q, abs(mine - answer))), None)
                    if reason:
                        known[reason] = known.get(reason, 0) + 1
                    else:
                        wrong.append(f"{q} {shape.week} off {sorted(map(str, shape.holidays))}: engine {mine}, {library} {answer}")
            differ = "".join(f", {count} known: {name.replace('_', ' ')}" for name, count in sorted(known.items()))
            print(f"{'not ' if wrong or not same else ''}ok {n} - {library} {what}: {same} the same{differ}")
            for line in wrong[:3]:
                print("# " + line)
            failed = failed or bool(wrong) or not same
    return failed


sys.exit(main())
