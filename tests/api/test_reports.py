#!/usr/bin/env python3
"""Tables of figures against the facts counted anew in Python, at random periods, moments and cuts; every figure against its list of
dossiers; the same table as JSON, CSV, spreadsheet and paper."""
import collections
import datetime
import decimal
import io
import os
import pathlib
import random
import re
import subprocess
import tempfile
import urllib.parse
import zipfile

import harness
import lives

DAYS = [f"2022-{m:02}-{d:02}" for m in (8, 9, 10) for d in range(1, 31)]
ZONE = datetime.timezone(datetime.timedelta(hours=7))
FACTS = """SELECT f.dossier_id, o.key, coalesce(l.key, ''), coalesce(p.key, ''), f.channel, f.received_on, coalesce(f.ended_on::text, ''), f.outcome,
    f.judgement, f.verdict, f.letter_timing, f.is_letter_owed::int, f.is_waiting::int, f.was_overdue_before_wait::int, coalesce(f.due_on::text, ''), f.due_is_instant::int,
    coalesce(f.due_original_on::text, ''), coalesce(f.due_reappointed_on::text, ''), extract(epoch FROM f.due_at),
    extract(epoch FROM f.valid_from), extract(epoch FROM f.valid_to), extract(epoch FROM f.valid_to_known_at),
    extract(epoch FROM f.known_from), extract(epoch FROM f.known_to)
    FROM dossier_fact f LEFT JOIN office o ON o.id = f.office_id LEFT JOIN field l ON l.id = f.field_id
    LEFT JOIN procedure_version p ON p.id = f.procedure_id"""
Fact = collections.namedtuple("Fact", "id office field procedure channel received_on ended_on outcome judgement verdict timing is_owed is_waiting was_overdue due_on is_instant original again"
                              " due_at valid_from valid_to valid_to_known known_from known_to")
CHANNELS = {"1": "direct", "2": "online", "3": "post"}
STOPPED = ("stopped", "withdrawn", "closed", "forced")


def epoch(text):
    """Seconds since 1970, of an instant of the API or of PostgreSQL."""
    if re.match(r"\d{4}-", text):
        return decimal.Decimal(int(datetime.datetime.fromisoformat(text).timestamp() * 10**6 + 0.5)) / 10**6
    return decimal.Decimal(text or "Infinity")


def facts(begin, end, as_of, known_at):
    """The dossiers of the period, in the state of `as_of` as known at `known_at`."""
    found = []
    for row in harness.daemon.rows(FACTS):
        f = Fact(*row[:18], *map(epoch, row[18:]))
        if (f.valid_from <= as_of and f.known_from <= known_at < f.known_to and (as_of < f.valid_to or known_at < f.valid_to_known)
                and f.received_on <= end and (not f.ended_on or f.ended_on >= begin)):
            found.append(f)
    return found


def is_overdue(f, as_of):
    if f.is_waiting == "1":
        return f.was_overdue == "1"
    if not f.due_on:
        return False
    return as_of > f.due_at if f.is_instant == "1" else f.due_on < day(as_of)


def day(at):
    return datetime.datetime.fromtimestamp(float(at), ZONE).date().isoformat()


def place(f, as_of):
    """The one column of the split that a dossier stands in."""
    if f.ended_on:
        return "ended_otherwise" if f.outcome in ("closed", "forced") else "returned" if f.outcome in STOPPED else f.judgement
    if f.is_waiting == "1":
        return "waiting"
    return "open_overdue" if is_overdue(f, as_of) else "open_in_time"


def unit_row(found, begin, as_of):
    counts = collections.Counter(place(f, as_of) for f in found)
    settled = [counts[c] for c in ("early", "on_time", "late")]
    received = {"total_received": len(found), "carried_over": sum(f.received_on < begin for f in found), "in_period": sum(f.received_on >= begin for f in found)}
    return received | {c: counts[c] for c in ("early", "on_time", "late", "open_in_time", "open_overdue", "waiting", "returned", "ended_otherwise")} | {
        "in_time_rate": (settled[0] + settled[1], sum(settled))}


def procedure_row(found, begin, as_of):
    row = {"total_received": len(found), "carried_over": sum(f.received_on < begin for f in found)}
    for name, channel in (("counter", "1"), ("online", "2"), ("post", "3")):
        row[name] = sum(f.received_on >= begin and f.channel == channel for f in found)
    for name, of in (("online", [f for f in found if f.channel == "2"]), ("direct", [f for f in found if f.channel != "2"])):
        counts = collections.Counter(place(f, as_of) for f in of)
        row |= {f"{c}_{name}": counts[c] for c in ("early", "on_time", "late")}
        row |= {f"in_time_{name}": counts["open_in_time"], f"overdue_{name}": counts["open_overdue"]}
        row[f"in_time_rate_{name}"] = (counts["early"] + counts["on_time"], counts["early"] + counts["on_time"] + counts["late"])
    counts = collections.Counter(place(f, as_of) for f in found)
    return row | {c: counts[c] for c in ("waiting", "returned", "ended_otherwise")}


ROWS = {"by-unit": unit_row, "by-procedure": procedure_row}


def query(words):
    return "&".join(f"{k}={urllib.parse.quote(str(v))}" for k, v in words.items())


def values(report, row):
    """A row by its columns; rates as (n, of)."""
    return {c["key"]: (cell["n"], cell.get("of")) if c["kind"] == "rate" else cell["n"] for c, cell in zip(report["columns"], row["cells"], strict=True)}


class ReportsTest(lives.LivesTest):
    def report(self, form, **words):
        return self.call("GET", f"/api/v1/statistics/{form}?{query(words)}", as_="admin", status=200).json

    def behind(self, form, words, *more):
        codes, after = [], ""
        path = f"/api/v1/statistics/{form}/dossiers?{query(words)}" + "".join(f"&{m}" for m in more if m)
        while True:
            page = self.call("GET", f"{path}&limit=50{after}", as_="admin", status=200).json
            codes += [item["code"] for item in page["items"]]
            if "next" not in page:
                return codes
            after = f"&after={page['next']}"

    def hold(self, form, **words):
        """The report, its rows and its total held against the facts."""
        report = self.report(form, **words)
        as_of, known_at, begin = epoch(report["as_of"]), epoch(report["known_at"]), report["from"]
        found = facts(begin, report["to"], as_of, known_at)
        if "field" in words:
            found = [f for f in found if f.field == words["field"].strip("-")]
        groups = collections.defaultdict(list)
        for f in found:
            key = {"office": f.office, "field": f.field, "procedure": f.procedure, "channel": CHANNELS[f.channel], "none": ""}[report["group_by"]]
            groups[key].append(f)
        self.assertEqual({row["key"] or "": values(report, row) for row in report["rows"] if row["cells"][0]["n"]},
                         {key: ROWS[form](of, begin, as_of) for key, of in groups.items()}, (form, words))
        self.assertEqual(values(report, report["total"]), ROWS[form](found, begin, as_of), (form, words))
        return report

    def test_1_rows_are_the_facts_counted_anew(self):
        dice = random.Random(11)
        self.live(dice, 25)
        for form, groups in (("by-unit", ("office", "field", "procedure", "channel", "none")), ("by-procedure", ("procedure", "field", "office", "none"))):
            for _ in range(12):
                begin, end = sorted(dice.sample(DAYS[:45], 2))
                words = {"from": begin, "to": end, "group_by": dice.choice(groups)}
                if dice.random() < 0.4:
                    words["as_of"] = dice.choice([d for d in DAYS if begin <= d <= end])
                self.hold(form, **words)
            self.assertEqual(self.hold(form, **{"from": "2022-08-01", "to": "2022-08-31"})["group_by"], groups[0])

    def test_2_every_figure_leads_to_its_dossiers(self):
        words = {"from": "2022-08-05", "to": "2022-09-05"}
        for form in ROWS:
            report, seen = self.hold(form, **words), 0
            for row in [*report["rows"], report["total"]]:
                for column, cell in zip(report["columns"], row["cells"], strict=True):
                    if "behind" not in column:
                        continue
                    codes = self.behind(form, words, row.get("cut"), column["behind"])
                    self.assertEqual((len(codes), len(set(codes))), (cell["n"], cell["n"]), (form, row["label"], column["key"]))
                    seen += len(codes)
            self.assertGreater(seen, 60)

    def test_3_as_of_and_known_at_it_says_the_same_for_ever(self):
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        words = {"from": "2022-08-01", "to": "2022-08-31", "as_of": "2022-08-20", "known_at": now}
        before = {form: self.report(form, **words) for form in ROWS}
        self.live(random.Random(12), 6)
        self.assertEqual(before, {form: self.report(form, **words) for form in ROWS})

    def test_4_what_cannot_be_asked_is_a_sentence(self):
        period = "from=2022-08-01&to=2022-08-31"
        for form, words, status, code in (
                ("by-unit", "from=2022-08-31&to=2022-08-01", 422, "period_backwards"), ("by-unit", f"{period}&group_by=mo", 422, "field_not_word"),
                ("by-procedure", f"{period}&group_by=channel", 422, "field_not_word"), ("by-mo", period, 404, "form_unknown"),
                ("by-unit", "from=2022-06-01&to=2022-08-31&as_of=2022-07-31", 422, "statistics_before"),
                ("by-unit", f"{period}&office_only=true", 422, "field_missing"), ("by-unit", f"{period}&office=gone", 422, "office_unknown")):
            reply = self.call("GET", f"/api/v1/statistics/{form}?{words}", as_="admin", status=status)
            self.assertEqual(reply.code, code, (form, words))
        self.call("GET", f"/api/v1/statistics/by-unit?{period}&office=ubnd", as_="officer1", status=403)

    def test_5_one_office_without_those_below_it(self):
        words = {"from": "2022-08-01", "to": "2022-08-31", "group_by": "office"}
        rows = {row["key"]: values(self.report("by-unit", **words), row) for row in self.report("by-unit", **words)["rows"]}
        for key, row in rows.items():
            alone = self.report("by-unit", **words, office=key, office_only="true")
            self.assertEqual(values(alone, alone["total"]), row, key)
        total = self.call("GET", f"/api/v1/statistics/II.06a?{query(words)}&office=ubnd&office_only=true", as_="admin", status=200).json["total"]
        self.assertEqual(total["total_received"], rows.get("ubnd", {"total_received": 0})["total_received"])

    def test_5_sections_by_level_add_up_to_the_whole(self):
        for words in ({"from": "2022-08-01", "to": "2022-08-31"}, {"from": "2022-08-10", "to": "2022-08-31", "as_of": "2022-08-20"},
                      {"from": "2022-08-01", "to": "2022-08-31", "office": "ubnd"}):
            whole = self.call("GET", f"/api/v1/statistics/II.06a?{query(words)}&group_by=field", as_="admin", status=200).json
            report = self.report("II.06b", **words)
            total = values(report, report["total"])
            self.assertEqual(total, {k: whole["total"][k] for k in total})
            sections = [row for row in report["rows"] if row["is_section"]]
            self.assertEqual({k: sum(values(report, s)[k] for s in sections) for k in total}, total)
            self.assertEqual([s["number"] for s in sections], ["A", "B", "C"][:len(sections)])
            for row in [row for row in report["rows"] if not row["is_section"]]:
                self.assertLessEqual(row["cells"][0]["n"], next(r["total_received"] for r in whole["rows"] if r["key"] == row["key"]))
                for column, cell in zip(report["columns"], row["cells"], strict=True):
                    codes = self.behind("II.06b", words, row["cut"], column["behind"]) if cell["n"] else []
                    self.assertEqual(len(codes), cell["n"], (row["label"], column["key"]))
        self.assertEqual(self.report("II.06c", **{"from": "2022-08-01", "to": "2022-08-31"})["rows"][0]["label"], "Province")

    def test_5_periods_and_the_trend(self):
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"][:10]
        periods = {p["key"]: p for p in self.call("GET", "/api/v1/statistics/periods", as_="admin", status=200).json["items"]}
        self.assertEqual(len(periods), 16)
        for p in periods.values():
            self.assertEqual(p["from"] <= now <= p["to"], not p["key"].startswith("last_"), p)
        self.assertEqual(periods["calendar_month"]["from"][8:], "01")
        self.assertEqual((periods["month"]["from"][8:], periods["year"]["to"][5:]), ("15", "12-14"))
        for words in ({}, {"calendar": "calendar", "periods": 3}, {"span": "quarter", "periods": 2}, {"as_of": "2022-08-20", "known_at": now}):
            report = self.report("trend", **{"from": "2022-08-01", "to": now, **words})
            self.assertEqual(len(report["rows"]), words.get("periods", 12))
            self.assertNotIn("total", report)
            for row in report["rows"]:
                cut = dict(pair.split("=") for pair in row["cut"].split("&"))
                cells = values(report, row)
                if cells["total_received"] is None:
                    self.assertLess(cut["to"], "2022-08-01")
                    continue
                asked = {k: v for k, v in words.items() if k in ("as_of", "known_at")}
                form = self.call("GET", f"/api/v1/statistics/II.06a?{query({**cut, **asked})}", as_="admin", status=200).json["total"]
                self.assertEqual({k: cells[k] for k in form if k in cells}, {k: form[k] for k in form if k in cells}, (words, cut))
                self.assertEqual(cells["late_rate"], (form["late"], form["total_done"]))
                self.assertEqual(cells["in_period"], form["online"] + form["direct"])
            self.assertEqual(report["rows"][-1]["cut"].split("&")[1] >= f"to={now}", True)

    def working_days(self):
        """The working days of the country's calendar, as the API lists them."""
        days = []
        for year in (2022, 2023):
            items = self.call("GET", f"/api/v1/calendars/vn/days?from={year}-01-01&to={year}-12-31", as_="admin", status=200).json["items"]
            days += [d["on"] for d in items if d["is_working"]]
        return days

    def late_row(self, found, view, as_of, working):
        """A row of the lateness table, counted anew."""
        row, days = collections.Counter(), []
        for f in found:
            original, again = f.original, f.again
            end = f.ended_on or day(as_of)
            if view == "original":
                late, due = bool(original) and end > original, original
            else:
                late, due = f.judgement == "late" if f.ended_on else is_overdue(f, as_of), f.due_on
                if view == "portal" and again:
                    late, due = late and end > again, max(due, again)
            row["total_received"] += 1
            row["total_done"] += bool(f.ended_on)
            row["done_in_time"] += bool(f.ended_on) and not late
            if not late:
                continue
            n = max(1, sum(due < d <= end for d in working))
            days.append(n)
            row["late"] += 1
            row["late_done" if f.ended_on else "late_open"] += 1
            row["age_1_5" if n <= 5 else "age_6_15" if n <= 15 else "age_16_30" if n <= 30 else "age_over_30"] += 1
            row[f.verdict if f.verdict in ("subjective", "objective") else "undetermined"] += 1
            row["subjective_issued"] += f.verdict == "subjective" and f.timing != "none"
            row["second_delays"] += bool(again) and end > again
            if f.is_owed == "1":
                row["letters_owed"] += 1
                row["letters_none" if f.timing == "none" else "letters_in_time" if f.timing == "in_time" else "letters_late"] += 1
        days.sort()
        at = {"median": 50, "p90": 90, "longest": 100}
        quantiles = {k: next(d for i, d in enumerate(days, 1) if 100 * i >= p * len(days)) if days else None for k, p in at.items()}
        return row, quantiles

    def test_5_lateness_is_counted_anew(self):
        self.clock(advance_minutes=1440 * 12)
        self.settled()
        overdue = self.behind("lateness", {"from": "2022-08-01", "to": "2022-10-30"}, "column=working_overdue")
        idle = [c for c in overdue if self.call("GET", f"/api/v1/dossiers/{c}", as_="admin", status=200).json["state"] == "received"]
        for code in idle[:2]:
            self.to_counter(code)
        working, seen = self.working_days(), collections.Counter()
        promises = {r[0]: (r[1], r[2]) for r in harness.daemon.rows(
            "SELECT id, coalesce(due_original_on::text, ''), coalesce((due_reappointed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date::text, '') FROM dossier")}
        for words in ({}, {"group_by": "field"}, {"group_by": "procedure", "to": "2022-08-31"}, {"group_by": "none", "as_of": "2022-08-25"},
                      {"view": "original"}, {"view": "portal", "group_by": "procedure"}, {"view": "portal", "as_of": "2022-08-25"},
                      {"view": "original", "group_by": "field", "as_of": "2022-08-25", "known_at": "2022-08-28"}):
            asked = {"from": "2022-08-01", "to": "2022-10-30", **words}
            report = self.report("lateness", **asked)
            as_of = epoch(report["as_of"])
            found = facts(asked["from"], asked["to"], as_of, epoch(report["known_at"]))
            if "as_of" not in words and "to" not in words:
                self.assertEqual({f.id: (f.original, f.again) for f in found}, {f.id: promises[f.id] for f in found}, words)
            groups = collections.defaultdict(list)
            for f in found:
                groups[{"office": f.office, "field": f.field, "procedure": f.procedure, "none": ""}[report["group_by"]]].append(f)
            rows = [(row, groups[row["key"] or ""]) for row in report["rows"]] + [(report["total"], found)]
            self.assertEqual(sum(len(of) for _, of in rows), 2 * len(found))
            for row, of in rows:
                expected, quantiles = self.late_row(of, words.get("view", "due"), as_of, working)
                got = values(report, row)
                for key, value in got.items():
                    if key in quantiles:
                        self.assertEqual(value, quantiles[key], (words, row["label"], key))
                    elif not isinstance(value, tuple):
                        self.assertEqual(value, expected[key], (words, row["label"], key))
                self.assertEqual(got["late_done_rate"], (expected["late_done"], expected["total_done"]))
                self.assertEqual(got["late_rate"], (expected["late"], expected["total_received"]))
                self.assertEqual(got["decree_rate"], (expected["done_in_time"], expected["total_received"]))
                self.assertEqual(got["apology_rate"], (expected["subjective_issued"], expected["subjective"]))
                for column, cell in zip(report["columns"], row["cells"], strict=True):
                    if "behind" in column and cell["n"]:
                        self.assertEqual(len(self.behind("lateness", asked, row.get("cut"), column["behind"])), cell["n"], (words, row["label"], column["key"]))
            seen.update({k: bool(v) for k, v in expected.items()})
        self.assertTrue(all(seen[k] for k in ("late_done", "late_open", "age_1_5", "letters_owed")), seen)

    def kept(self, name, body):
        if "STATISTICS_KEEP" in os.environ:
            pathlib.Path(os.environ["STATISTICS_KEEP"], name).write_bytes(body)
        return body

    def test_6_the_same_as_a_file(self):
        for form in (*ROWS, "lateness", "II.06b"):
            words = query({"from": "2022-08-05", "to": "2022-08-25"})
            report = self.report(form, **{"from": "2022-08-05", "to": "2022-08-25"})
            path = f"/api/v1/statistics/{form}?{words}&format="
            csv = self.kept(f"{form}.csv", self.call("GET", path + "csv&without_bom=true", as_="admin", status=200, checked=False).body).decode()
            lines = csv.split("\r\n")
            self.assertEqual(lines[3], "tt,label," + ",".join(c["key"] for c in report["columns"]))
            self.assertEqual(lines[-2].split(",")[2:], [self.csv_of(v) for v in values(report, report["total"]).values()])
            book = self.kept(f"{form}.xlsx", self.call("GET", path + "xlsx", as_="admin", status=200, checked=False).body)
            with zipfile.ZipFile(io.BytesIO(book)) as z:
                page = z.read("xl/worksheets/sheet1.xml").decode()
            cells = {at: (formula, value) for at, formula, value in
                     re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*>(?:<f>([^<]*)</f>)?<v>([^<]*)</v>', page)}
            last = max(int(at[1:]) for at, (formula, _) in cells.items() if at[0] in "CD" and "+" in formula and len(at.strip("0123456789")) == 1)
            self.assertEqual(cells[f"C{last}"][1], str(report["total"]["cells"][0]["n"]))
            self.assertRegex(cells[f"E{last}"][0], rf"^(SUM\(|SUMIF\(.*)E\d+:E{last - 1}\)$")
            self.assertTrue(cells[f"B{last + 2}"][0].startswith("IF(AND("), cells[f"B{last + 2}"])
            paper = self.kept(f"{form}.pdf", self.call("GET", path + "pdf", as_="admin", status=200, checked=False).body)
            with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
                file.write(paper)
                file.flush()
                text = subprocess.run(["pdftotext", "-layout", file.name, "-"], check=True, text=True, capture_output=True).stdout
            for said in ("từ ngày 05/08/2022 đến ngày 25/08/2022", "TỔNG SỐ", "NGƯỜI LÀM BÁO CÁO"):
                self.assertIn(said, text)
            shown = [c.get("shown", str(c["n"])) for c in report["total"]["cells"]]
            self.assertTrue(any(line.split("TỔNG SỐ")[-1].replace(" %", "%").replace(",", ".").split() == [s.replace(" %", "%") for s in shown]
                                for line in text.split("\n") if "TỔNG SỐ" in line), (shown, [line for line in text.split("\n") if "TỔNG" in line]))

    def test_7_from_the_command_line(self):
        period = ("--from", "2022-08-05", "--to", "2022-08-25")
        for form in ("by-unit", "lateness", "II.06b", "trend"):
            done = self.cli("stats", "--form", form, *period)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = self.report(form, **{"from": "2022-08-05", "to": "2022-08-25"})
            row = report["total"] if "total" in report else report["rows"][-1]
            shown = [c.get("shown", str(c["n"])) for c in row["cells"]]
            self.assertTrue(any(line.split()[-len(" ".join(shown).split()):] == " ".join(shown).split() for line in done.stdout.split("\n")), (form, shown))
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "form.pdf"
            self.assertEqual(self.cli("stats", "--form", "II.06b", *period, "--format", "pdf", "--out", out).returncode, 0)
            self.assertEqual(out.read_bytes()[:5], b"%PDF-")
        self.assertEqual(self.cli("stats", "--form", "by-unit", *period, "--format", "pdf").returncode, 2)
        self.assertRegex(self.cli("periods").stdout, r"last_calendar_year")

    @staticmethod
    def csv_of(value):
        if isinstance(value, tuple):
            n, of = value
            return str((decimal.Decimal(100 * n) / of).quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)) if of else ""
        return "" if value is None else str(value)


harness.main(demo=True, at=harness.START)
