"""Dossiers of other systems for the tests of the import: the real file, a made-up one, and what a report must
say of them. Nothing here is shared with the engine: the counts are made from the rows alone."""
import csv
import datetime as dt
import pathlib
import random

ZONE = dt.timezone(dt.timedelta(hours=7))
CALENDAR = pathlib.Path(__file__).resolve().parents[2] / "docs/examples/calendar_synthetic_2010_2012.csv"
WORDS = {1: "direct", 2: "online", 3: "post"}
COLUMNS = ("total_received", "online", "direct", "total_done", "early", "on_time", "late", "total_open", "open_in_time",
           "open_overdue")


def real_file():
    """permit_receipts.csv as the dossiers of an import, or None where the data folder is not there."""
    for up in range(2, 5):
        path = pathlib.Path(__file__).resolve().parents[up] / "shared/data/permit_receipts.csv"
        if path.exists():
            break
    else:
        return None
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            d = found.setdefault(row["case:concept:name"], {
                "external_code": row["case:concept:name"], "row": line, "events": [],
                "channel": WORDS[{"Desk": 1, "Post": 3, "Internet": 2}.get(row["case:channel"], 1)],
                "received_at": instant(row["case:startdate"]), "due_at": instant(row["case:deadline"]),
                "ended_at": instant(row["case:enddate"])})
            d["events"].append({"at": instant(row["time:timestamp"]), "activity": row["concept:name"],
                                "officer": row["org:resource"]})
    return list(found.values())


def instant(text):
    return dt.datetime.fromisoformat(text) if text else None


def made_up(seed, n=400):
    """A file of the same kind, with everything that the real one only has a little of."""
    r = random.Random(seed)
    dossiers = []
    for i in range(n):
        zone = dt.timezone(dt.timedelta(minutes=r.choice((0, 60, 120, 330, 420, 540))))
        start = dt.datetime(2010, 1, 1, tzinfo=zone) + dt.timedelta(seconds=r.randrange(900 * 86400), microseconds=r.randrange(10**6))
        due = start + dt.timedelta(days=r.randrange(60), microseconds=r.randrange(10**6)) if r.random() < 0.85 else None
        end = None
        if r.random() < 0.75:
            end = start + dt.timedelta(seconds=r.randrange(-5 * 86400, 80 * 86400), microseconds=r.randrange(10**6))
            if due and r.random() < 0.4:  # about the promise: by a hair, or on its day
                end = due + r.choice((dt.timedelta(0), dt.timedelta(microseconds=1), dt.timedelta(microseconds=-1),
                                      dt.timedelta(milliseconds=20), dt.timedelta(hours=-5), dt.timedelta(hours=5)))
        code = r.choice((f"case-{i}", f"{i}/ĐK-{2010 + i % 3}", f"no {i}", f"#{i}?a=b&c", f"Hồ sơ “{i}”", f"{i:04d}" + "x" * 120,
                         f"{i}.~2F", f"{i}%2F"))
        events = [{"at": start + dt.timedelta(hours=r.randrange(-20, 900)), "activity": r.choice(("Nhận", "Kiểm tra", "T02 Check; again")),
                   "officer": r.choice(("Resource21", "Nguyễn Văn A"))} for _ in range(r.randrange(9))]
        d = {"external_code": code, "row": i + 2, "events": events, "channel": WORDS[r.randrange(1, 4)], "received_at": start,
             "due_at": due, "ended_at": end}
        if end and r.random() < 0.5:
            d["outcome"] = r.choice(("granted", "refused", "stopped", "withdrawn", "closed"))
        dossiers.append(d)
    return dossiers


def wire(d):
    """The dossier as JSON takes it."""
    text = {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in d.items()}
    return {**text, "events": [{**e, "at": e["at"].isoformat()} for e in d["events"]]}


def expected(dossiers, first, at):
    """Form II.06a of a period that begins on `first`, with the state at `at`."""
    row = dict.fromkeys(COLUMNS, 0)
    for d in dossiers:
        received, due, end = d["received_at"], d["due_at"], d["ended_at"]
        if received > at:
            continue
        if end and end > at:
            end = None
        received_on = received.astimezone(ZONE).date()
        # An end before the receipt is an end on the day of receipt.
        if end and max(end.astimezone(ZONE).date(), received_on) < first:
            continue
        if received_on >= first:
            row["online" if d["channel"] == "online" else "direct"] += 1
        row["total_received"] += 1
        if end is None:
            row["total_open"] += 1
            row["open_overdue" if due and at > due else "open_in_time"] += 1
            continue
        row["total_done"] += 1
        if due is None:
            row["on_time"] += 1
        elif end > due:
            row["late"] += 1
        elif end.astimezone(ZONE).date() < due.astimezone(ZONE).date() and d.get("outcome") not in ("stopped", "withdrawn", "closed"):
            row["early"] += 1
        else:
            row["on_time"] += 1
    return row


def last_instant(day):
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZONE) - dt.timedelta(microseconds=1)


def contradictions(dossiers):
    """How many warnings there must be: an end before the receipt, something before it, something after the end."""
    n = 0
    for d in dossiers:
        start, end = d["received_at"], d["ended_at"]
        n += bool(end and end < start)
        n += any(e["at"] < start for e in d["events"])
        n += any(end and e["at"] > end for e in d["events"])
    return n
