#!/usr/bin/env python3
"""What a person at the terminal meets: answers, refusals, exit codes of `motcuad due`. Speaks TAP.

    due.py MOTCUAD
"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

MOTCUAD = sys.argv[1]
COUNT = 0
FAILED = False


def run(*words, text=None, raw=None, **env):
    given = raw if raw is not None else (text or "").encode()
    clean = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "LC_MESSAGES")}
    ran = subprocess.run([MOTCUAD, *words], input=given, capture_output=True, check=False, env={**clean, **env})
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


def ok(rule, condition, *shown):
    global COUNT, FAILED
    COUNT += 1
    print(f"{'' if condition else 'not '}ok {COUNT} - {rule}")
    if not condition:
        FAILED = True
        for line in shown:
            print("# " + repr(line)[:400])


def test_single():
    code, out, err = run("due", "--from", "2022-08-30T10:00", "--limit", "3wd", "--lang", "vi")
    ok("a due date is one sentence", code == 0 and out.count("\n") == 1 and "17:00 Thứ Ba 06/9/2022" in out and not err, out, err)
    code, out, _ = run("due", "--from", "2022-08-30T03:00Z", "--limit", "3wd", "--json")
    ok("an instant with an offset is the same instant", json.loads(out)["from"] == "2022-08-30T10:00:00+07:00", out)
    for zone in ("America/New_York", "Pacific/Kiritimati", "UTC"):
        code, out, _ = run("due", "--from", "2022-08-31T00:30", "--limit", "1wd", "--json", TZ=zone)
        ok(f"the server's time zone does not leak into dates: {zone}", json.loads(out)["due_at"] == "2022-09-05T17:00:00+07:00", out)
    code, out, _ = run("due", "--from", "2022-08-31T08:00", "--limit", "3hd", "--explain", "--json", "--lang", "vi")
    whole = json.loads(out)
    ok("half days are listed with the hours of each", whole["due_at"] == "2022-09-05T17:00:00+07:00"
       and [d["number"] for d in whole["days"] if d["mark"] == "halves"] == [1, 3] and len(whole["days"][-1]["used"]) == 2, whole)
    code, out, _ = run("due", "--from", "2022-08-30T10:00", "--limit", "3wd", "--explain", "--json", "--lang", "en")
    whole = json.loads(out)
    marks = [d["mark"] for d in whole["days"]]
    ok("the explanation lists every day", marks == ["receipt", "counted"] + ["skipped"] * 4 + ["counted"] * 2, marks)
    ok("a skipped holiday has its name and source",
       whole["days"][2]["name_vi"] == "Quốc khánh" and "112" in whole["days"][2]["source"], whole["days"][2])
    ok("a due date says how lateness is judged", whole["late_by"] == "date" and whole["due_on"] == "2022-09-06", whole)
    for lang, article in (("vi", "Điều 147 khoản 2-3 Bộ luật Dân sự 2015"), ("en", "Article 147 clause 2-3, Civil Code 2015")):
        code, out, _ = run("due", "--from", "2026-12-28T10:00", "--limit", "15wd", "--explain", "--lang", lang)
        ok(f"an explanation in {lang} fits 80 columns and cites the article",
           code == 0 and all(len(line) <= 80 for line in out.split("\n")) and article in out, out)
    code, out, _ = run("due", "--from", "2022-08-30T10:00", "--limit", "3wd", "--model", "hours", "--json")
    ok("the hour-budget model is an option", json.loads(out)["due_at"] == "2022-09-06T10:00:00+07:00", out)
    code, out, _ = run("due", "--from", "2027-01-12T10:00", "--limit", "3wd", "--json")
    ok("a provisional year is marked", json.loads(out)["is_provisional"] is True, out)
    code, out, err = run("due", "--from", "2027-12-30T10:00", "--limit", "3wd", "--json", "--lang", "en")
    ok("an unknown year is refused with exit code 1", code == 1 and json.loads(out)["code"] == "calendar_gap" and "2028" in err, out, err)
    code, out, err = run("due", "--from", "2022-08-30", "--limit", "3wd", "--lang", "en")
    ok("a receipt without an hour is refused, and shown", code == 1 and "2022-08-30 " in err and not out, err)
    code, _, err = run("due", "--from", "2022-02-30T10:00", "--limit", "3wd", "--lang", "vi")
    ok("a day that does not exist is refused", code == 1 and "2022-02-30T10:00" in err, err)
    code, _, err = run("due", "--from", "2022-08-30T10:00", "--limit", "3 days", "--lang", "vi")
    ok("a limit that cannot be read is refused, and shown", code == 1 and "3 days" in err and "3wd" in err, err)


def test_usage():
    for words in ([], ["nothing"], ["due"], ["due", "--from", "2022-08-30T10:00"], ["due", "--from"], ["due", "--what"],
                  ["due", "--lang", "fr"], ["due", "--model", "weeks"], ["due", "x"],
                  ["due", "--batch", "-", "--limit", "3wd"]):
        code, out, err = run(*words)
        ok(f"wrong usage is exit code 2: {' '.join(words)}", code == 2 and err and not out, code, out, err)
    code, out, _ = run("due", "--help", LANG="vi_VN.UTF-8")
    ok("the help speaks Vietnamese by LANG", code == 0 and "cách dùng" in out, out)
    code, out, _ = run("due", "--help")
    options = ("--from", "--limit", "--explain", "--batch", "--json", "--calendar", "--model", "--lang", "--help")
    ok("the help names every option", code == 0 and all(o in out for o in options) and "Exit codes" in out, out)
    code, out, _ = run("--help")
    ok("the verbs are listed", code == 0 and "due" in out, out)
    code, out, _ = run("--version")
    ok("the version is told", code == 0 and out.startswith("motcuad "), out)


def test_batch():
    rows = "note,limit,from\na,3wd,2022-08-30T10:00\n\n\"x, y\",15d,2022-08-18 08:00\r\nb,sd,2022-08-30T15:00:01\n"
    code, out, err = run("due", "--batch", "-", text=rows)
    got = list(csv.DictReader(io.StringIO(out)))
    ok("columns are found by name, others are ignored",
       code == 0 and [r["due_on"] for r in got] == ["2022-09-06", "2022-09-05", "2022-08-31"] and not err, out, err)
    rows = "from,limit\n2022-08-30T10:00,3wd\nnonsense,3wd\n2022-08-30T10:00\n2022-08-30T10:00,0wd\n\"2022\n2029-01-01T00:00,1wd\n2022-08-30T10:00,1wd\n"
    code, out, err = run("due", "--batch", "-", "--lang", "en", text=rows)
    got = list(csv.DictReader(io.StringIO(out)))
    ok("bad rows do not stop the others, and the exit code is 1",
       code == 1 and len(got) == 7 and got[0]["due_on"] == "2022-09-06" and got[6]["due_on"] == "2022-08-31", out)
    ok("each bad row is reported with its line", all(f"line {n}:" in out and f"-:{n}:" in err for n in (3, 4, 5, 6, 7)), out, err)
    ok("the number of refused rows is told", "7 rows, 5 refused" in err, err)
    code, out, _ = run("due", "--batch", "-", "--json", "--lang", "en", text=rows)
    lines = [json.loads(line) for line in out.splitlines()]
    ok("JSON is one object a line", [("due_at" in o, o["line"]) for o in lines[:2]] == [(True, 2), (False, 3)], out)
    code, out, err = run("due", "--batch", "-", text="from;limit\n2022-08-30T10:00;3wd\n")
    ok("a header without the columns is refused", code == 1 and not out and "from, limit" in err, out, err)
    code, out, err = run("due", "--batch", "-", raw=b"")
    ok("an empty file has no header", code == 1 and not out and err, code, out, err)
    code, out, err = run("due", "--batch", "-", raw=b"from,limit\n2022-08-30T10:00,3wd\xff\nx\0y,1wd\n" + b"a" * 100000 + b",1wd\n2022-08-30T10:00,1wd\n")
    got = list(csv.DictReader(io.StringIO(out)))
    ok("bytes that are no text, and lines without end, are refused alone",
       code == 1 and len(got) == 4 and got[3]["due_on"] == "2022-08-31", out, err)
    many = "from,limit\n" + "2022-08-30T10:00,3wd\n" * 20000 + "x,3wd\n" * 500
    code, out, err = run("due", "--batch", "-", "--lang", "en", text=many)
    ok("thousands of rows are answered, none silently left out",
       code == 1 and out.count("\n") == 20501 and "500 refused" in err and "error column" in err, err[-200:])
    code, out, err = run("due", "--batch", "/nonexistent", "--lang", "en")
    ok("a file that cannot be read is named", code == 1 and "/nonexistent" in err, err)


def test_calendar():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "calendar.csv")
        head = "type,from,to,kind,sessions,name_vi,name_en,source\nyear,2024,,published,,,,\n"
        with open(path, "w", encoding="utf-8") as file:
            file.write(head + "weekly,2024-01-01,,mon-sat,08:00-12:00,,,\n")
        code, out, _ = run("due", "--calendar", path, "--from", "2024-03-01T10:00", "--limit", "1wd", "--json")
        ok("a calendar of one's own decides", code == 0 and json.loads(out)["due_at"] == "2024-03-02T12:00:00+07:00", out)
        with open(path, "w", encoding="utf-8") as file:
            file.write(head + "weekly,2024-01-01,,mon-sat,08:00-12:00,,,\nday,2024-03-02,,make_up,like mon,,,\n")
        code, out, err = run("due", "--calendar", path, "--from", "2024-03-01T10:00", "--limit", "1wd", "--lang", "en")
        ok("a contradiction is refused with file and line", code == 1 and path in err and "Line 4" in err and not out, err)
        with open(path, "wb") as file:
            file.truncate(50 << 20)
        code, out, err = run("due", "--calendar", path, "--from", "2024-03-01T10:00", "--limit", "1wd", "--lang", "en")
        ok("a calendar of 50 MB is refused with its size and the limit",
           code == 1 and "52428800" in err and "8388608" in err and not out, err)


test_single()
test_usage()
test_batch()
test_calendar()
print(f"1..{COUNT}")
sys.exit(FAILED)
