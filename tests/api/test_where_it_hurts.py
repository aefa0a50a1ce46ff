#!/usr/bin/env python3
"""Steps against their budgets, and the ageing of what is open: counted anew in Python from the rows of stays and facts, for random
periods, moments and cuts; who may read figures of single officers."""
import collections
import datetime
import math
import random
import unicodedata

import harness
import lives

DAYS = [f"2022-{m:02}-{d:02}" for m in (8, 9, 10) for d in range(1, 31)]
DAYS_OFF = {datetime.date(2022, 9, 1), datetime.date(2022, 9, 2)}
ZONE = datetime.timezone(datetime.timedelta(hours=7))
STAYS = """SELECT s.dossier_id, s.case_id, s.step, o.key, coalesce(w.login, ''), s.is_waiting::int, s.is_over::int, coalesce(s.budget_minutes, -1),
    coalesce(s.used_minutes, -1), v.key, extract(epoch FROM s.entered_at), extract(epoch FROM s.left_at), extract(epoch FROM s.left_known_at),
    extract(epoch FROM s.known_from), extract(epoch FROM s.known_to)
    FROM stay s LEFT JOIN office o ON o.id = s.office_id LEFT JOIN officer w ON w.id = s.officer_id
    LEFT JOIN procedure_case c ON c.id = s.case_id LEFT JOIN procedure_version v ON v.id = c.procedure_id"""
Stay = collections.namedtuple("Stay", "id case step office officer waits over budget used procedure entered left left_known known_from known_to")
OPEN = """SELECT o.key, f.received_on, coalesce(f.due_on::text, ''), f.is_waiting::int, f.was_overdue_before_wait::int, f.due_is_instant::int,
    extract(epoch FROM f.due_at), p.key FROM dossier_fact f LEFT JOIN office o ON o.id = f.office_id LEFT JOIN procedure_version p ON p.id = f.procedure_id
    WHERE f.ended_on IS NULL AND f.received_on <= '{to}' AND f.valid_from <= '{at}' AND f.known_from <= '{known}' AND '{known}' < f.known_to
    AND ('{at}' < f.valid_to OR '{known}' < f.valid_to_known_at)"""


def stays():
    out = []
    for r in harness.daemon.rows(STAYS):
        out.append(Stay(r[0], r[1], int(r[2]), r[3], r[4], r[5] == "1", r[6] == "1", int(r[7]), int(r[8]), r[9], *(float(x) for x in r[10:])))
    return out


def rank(values, share):
    """Nearest rank."""
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else None


def worked(day):
    return day.weekday() < 5 and day not in DAYS_OFF


def age(day, on):
    n = sum(worked(day + datetime.timedelta(days=i)) for i in range(1, (on - day).days + 1))
    return "5" if n <= 5 else "15" if n <= 15 else "30" if n <= 30 else "more"


class HurtsTest(lives.LivesTest):
    maxDiff = None

    def report(self, form, as_="admin", status=200, **query):
        words = "&".join(f"{k}={v}" for k, v in query.items()).replace("+", "%2B")
        got = self.call("GET", f"/api/v1/statistics/{form}?{words}", as_=as_, status=status)
        if status != 200:
            return got
        keys = [c["key"] for c in got.json["columns"]]
        rows = {r["key"]: {k: c.get("n") for k, c in zip(keys, r["cells"])} for r in got.json["rows"] + [{**got.json["total"], "key": "total"}]}
        return got.json, rows

    def steps(self, begin, at, known, key):
        """Passages by key: what dossiers left for the last time between `begin` and `at`."""
        by = collections.defaultdict(list)
        for s in stays():
            if s.entered <= at and s.known_from <= known < s.known_to:
                by[s.id, s.case, s.step, s.office, s.officer if key == "officer" else ""].append(s)
        found = collections.defaultdict(list)
        for passage in by.values():
            left = [s.left if s.left <= at and s.left_known <= known else None for s in passage]
            own = [s for s in passage if not s.waits]
            if None in left or max(left) < begin or not own:
                continue
            s, budget = passage[0], max(x.budget for x in passage)
            measured = budget > 0 and all(x.used >= 0 for x in own)
            word = {"step": f"{s.procedure}.{s.step}.{s.office}", "office": s.office, "officer": s.officer or None, "procedure": s.procedure}[key]
            for k in (word, "total"):
                found[k].append((measured, any(x.over for x in passage), sum(x.used for x in own), budget))
        out = {}
        for k, passages in found.items():
            good = [p for p in passages if p[0]]
            out[k] = {"passages": len(passages), "within": sum(not p[1] for p in good), "over": sum(p[1] for p in good),
                      "unmeasured": len(passages) - len(good), "median_minutes": rank([p[2] for p in good], 0.5), "p90_minutes": rank([p[2] for p in good], 0.9),
                      "median_percent": rank([p[2] * 100 // p[3] for p in good], 0.5), "p90_percent": rank([p[2] * 100 // p[3] for p in good], 0.9)}
        return out

    def test_1_steps(self):
        dice = random.Random(11)
        self.live(dice, 20)
        for _ in range(6):
            code = self.intake()["code"]
            for giver, taker in (("clerk1", "head_tp"), ("head_tp", "officer1"), ("officer1", "head_tp"), ("head_tp", "leader1")):
                self.clock(advance_minutes=dice.choice([30, 300, 1440]))
                self.act(code, "forward", as_=giver)
                self.act(code, "take_over", as_=taker)
        seen = 0
        for n in range(24):
            begin, end = sorted(dice.sample(DAYS, 2))
            key = ("step", "office", "officer", "procedure")[n % 4]
            query = {"from": begin, "to": end, "group_by": key}
            if dice.random() < 0.4:
                query["known_at"] = dice.choice([d for d in DAYS if d >= "2022-08-05"])
            reply = self.call("GET", "/api/v1/statistics/steps?" + "&".join(f"{k}={v}" for k, v in query.items()), as_="inspector1")
            if reply.status == 422:  # before the first day
                self.assertEqual(reply.code, "statistics_before")
                continue
            got, rows = self.report("steps", as_="inspector1", **query)
            at, known = (datetime.datetime.fromisoformat(got[k]).timestamp() for k in ("as_of", "known_at"))
            begun = datetime.datetime.fromisoformat(begin + "T00:00:00+07:00").timestamp()
            want = self.steps(begun, at, known, key)
            mine = {k: {c: v for c, v in r.items() if c not in ("over_rate", "budget_minutes")} for k, r in rows.items() if r["passages"]}
            self.assertEqual(mine, want, query)
            seen += len(want)
        self.assertGreater(seen, 25)

    def test_2_ageing(self):
        dice = random.Random(12)
        for n in range(16):
            end = dice.choice(DAYS[10:])
            key = ("office", "procedure")[n % 2]
            got, rows = self.report("ageing", **{"from": "2022-08-01", "to": end, "group_by": key})
            at = datetime.datetime.fromisoformat(got["as_of"])
            want = collections.defaultdict(collections.Counter)
            for office, received, due, waits, was, instant, due_at, procedure in harness.daemon.rows(OPEN.format(to=end, at=got["as_of"], known=got["known_at"])):
                on = at.astimezone(ZONE).date()
                late = was == "1" if waits == "1" else bool(due) and (
                    at.timestamp() > float(due_at) if instant == "1" else datetime.date.fromisoformat(due) < on)
                for k in (office if key == "office" else procedure, "total"):
                    want[k]["open_" + age(datetime.date.fromisoformat(received), on)] += 1
                    want[k]["waiting"] += waits == "1"
                    if late:
                        want[k]["overdue_" + age(datetime.date.fromisoformat(due), on)] += 1
            columns = [f"{w}_{c}" for w in ("open", "overdue") for c in ("5", "15", "30", "more")] + ["waiting"]
            self.assertEqual({k: {c: r[c] for c in columns} for k, r in rows.items() if r["total_open"]},
                             {k: {c: w[c] for c in columns} for k, w in want.items()}, (end, key))
            form = self.call("GET", f"/api/v1/statistics/II.06a?from=2022-08-01&to={end}&group_by=none", as_="admin", status=200).json["total"]
            self.assertEqual((rows["total"]["total_open"], rows["total"]["open_overdue"]), (form["total_open"], form["open_overdue"]), end)

    def test_3_officers_are_not_for_everybody(self):
        period = {"from": "2022-08-01", "to": "2022-10-30"}
        self.assertEqual(self.report("steps", as_="clerk1", status=403, **period, group_by="officer").code, "grant_missing")
        self.report("steps", as_="clerk1", **period)
        _, rows = self.report("steps", as_="head_tp", **period, group_by="officer")
        self.assertLessEqual(set(rows) - {"total"}, {"head_tp", "officer1"})
        self.assertEqual(self.report("steps", status=403, **period, group_by="officer").code, "grant_missing")  # nor is the administrator anybody's judge
        self.assertIn("officer1", self.report("steps", as_="statistician1", **period, group_by="officer")[1])

    def test_4_where_they_stand(self):
        """II.06a by step and by officer: its rows are the stays of Python, its figures lead to their dossiers."""
        dice = random.Random(14)
        columns = ("online", "direct", "carried_over", "early", "on_time", "late", "open_in_time", "open_overdue")
        for n in range(10):
            begin, end = sorted(dice.sample(DAYS[5:], 2))
            key, query = ("step", "officer")[n % 2], {"from": begin, "to": end}
            if n % 3 == 0:
                query["known_at"] = dice.choice(DAYS[20:])
            words = "&".join(f"{k}={v}" for k, v in query.items())
            reply = self.call("GET", f"/api/v1/statistics/II.06a?{words}&group_by={key}", as_="inspector1")
            if reply.status == 422:
                self.assertEqual(reply.code, "statistics_before")
                continue
            form = reply.json
            plain = self.call("GET", f"/api/v1/statistics/II.06a?{words}&group_by=none", as_="inspector1", status=200).json["total"]
            self.assertEqual({c: form["total"][c] for c in columns}, {c: plain[c] for c in columns}, words)
            at, known = (datetime.datetime.fromisoformat(form[k]).timestamp() for k in ("as_of", "known_at"))
            stands = self.stands(at, known)
            codes = dict(harness.daemon.rows("SELECT code, id FROM dossier"))
            for row in form["rows"]:
                cut = f"{key}={row.get('key') or '-'}" if key == "officer" or row.get("key") else None
                if cut is None:
                    continue
                items = self.call("GET", f"/api/v1/statistics/II.06a/dossiers?{words}&{cut}&limit=200", as_="inspector1", status=200).json["items"]
                self.assertEqual(len(items), row["total_received"], (words, cut))
                for item in items:
                    s = stands[codes[item["code"]]]
                    self.assertEqual(f"{s.procedure}.{s.step}" if key == "step" else s.officer, row.get("key") or "", item["code"])
                again = self.call("GET", f"/api/v1/statistics/II.06a?{words}&{cut}&group_by=none", as_="inspector1", status=200).json["total"]
                self.assertEqual({c: again[c] for c in columns}, {c: row[c] for c in columns}, cut)
        for words, status, code in (("step=TP-10.99", 422, "field_value"), ("step=x", 422, "field_value"), ("officer=nobody", 422, "officer_unknown")):
            reply = self.call("GET", f"/api/v1/statistics/II.06a?from=2022-08-01&to=2022-09-30&{words}", as_="inspector1", status=status)
            self.assertEqual(reply.code, code, words)
        self.assertEqual(self.call("GET", "/api/v1/statistics/ageing?from=2022-08-01&to=2022-09-30&officer=clerk1", as_="inspector1", status=422).code, "field_unknown")
        self.call("GET", "/api/v1/statistics/II.06a?from=2022-08-01&to=2022-09-30&officer=clerk1", as_="clerk1", status=403)

    def stands(self, at, known):
        """Where each dossier stood, or stood last, at that moment."""
        stands = {}
        for s in stays():
            is_left = s.left <= at and s.left_known <= known
            if s.entered <= at and s.known_from <= known < s.known_to and (not is_left or s.id not in stands or stands[s.id].entered < s.entered):
                stands[s.id] = s
        return stands

    def behind(self, form, words, *more):
        path = f"/api/v1/statistics/{form}/dossiers?" + "&".join([words, *(m for m in more if m), "limit=200"])
        return [item["code"] for item in self.call("GET", path, as_="inspector1", status=200).json["items"]]

    def test_4b_tables_by_step_and_officer(self):
        """Each figure of a row leads to dossiers that stood there, as Python reads the stays; rows add up to the table without them."""
        dice, seen = random.Random(16), 0
        codes = dict(harness.daemon.rows("SELECT code, id FROM dossier"))
        for form, view in (("by-unit", ""), ("by-procedure", ""), ("lateness", ""), ("lateness", "&view=original"), ("lateness", "&view=portal")):
            for key in ("step", "officer"):
                begin, end = sorted(dice.sample(DAYS[:30], 2))
                words = f"from={begin}&to={end}{view}" + ("&known_at=2022-09-20" if dice.random() < 0.5 else "")
                report = self.call("GET", f"/api/v1/statistics/{form}?{words}&group_by={key}", as_="inspector1", status=200).json
                plain = self.call("GET", f"/api/v1/statistics/{form}?{words}&group_by=none", as_="inspector1", status=200).json
                self.assertEqual(report["total"]["cells"], plain["total"]["cells"], (form, words, key))
                stands = self.stands(*(datetime.datetime.fromisoformat(report[k]).timestamp() for k in ("as_of", "known_at")))
                place = lambda code: (lambda s: f"{s.procedure}.{s.step}" if key == "step" else s.officer)(stands[codes[code]])  # noqa: E731, B023
                late = {}
                for row in report["rows"]:
                    self.assertEqual(row["cut"], f"{key}={row.get('key') or '-'}")
                    alone = self.call("GET", f"/api/v1/statistics/{form}?{words}&group_by=none&{row['cut']}", as_="inspector1", status=200).json
                    self.assertEqual(alone["total"]["cells"], row["cells"], (form, words, row["cut"]))
                    for column, cell in zip(report["columns"], row["cells"], strict=True):
                        if "behind" in column and cell["n"]:
                            found = self.behind(form, words, row["cut"], column["behind"])
                            self.assertEqual((len(found), {place(c) for c in found}), (cell["n"], {row.get("key") or ""}), (form, words, row["cut"]))
                            seen += len(found)
                        if column["key"] == "late":
                            late[row.get("key") or ""] = cell["n"]
                if form == "lateness" and not view:
                    want = collections.Counter(place(c) for c in self.behind(form, words, "column=late_all"))
                    self.assertEqual({k: n for k, n in late.items() if n}, dict(want), (words, key))
        self.assertGreater(seen, 100)
        for form in ("by-unit", "lateness"):
            self.call("GET", f"/api/v1/statistics/{form}?from=2022-08-01&to=2022-09-30&officer=clerk1", as_="clerk1", status=403)
        self.call("GET", "/api/v1/statistics/lateness?from=2022-08-01&to=2022-09-30&step=TP-10.99", as_="inspector1", status=422)

    def test_5_supplements(self):
        dice = random.Random(15)
        for n in range(8):
            begin, end = sorted(dice.sample(DAYS[5:], 2))
            got, rows = self.report("supplements", **{"from": begin, "to": end, "group_by": ("procedure", "none")[n % 2]})
            at, known = got["as_of"], got["known_at"]
            found = harness.daemon.rows(f"""SELECT p.key, (SELECT count(*) FROM event e WHERE e.dossier_id = d.id AND e.action = 'request_supplement'
                AND e.at <= '{at}' AND e.recorded_at <= '{known}') FROM dossier d JOIN procedure_version p ON p.id = d.procedure_id
                WHERE d.received_on BETWEEN '{begin}' AND '{end}' AND d.received_at <= '{at}' AND NOT d.is_mistake""")
            want = collections.defaultdict(collections.Counter)
            for procedure, asked in found:
                for k in ((procedure, "total") if n % 2 == 0 else ("total",)):
                    want[k].update({"never": asked == "0", "once": asked == "1", "more": int(asked) > 1, "requests": int(asked)})
            self.assertEqual({k: {c: r[c] for c in ("never", "once", "more", "requests")} for k, r in rows.items() if r["total_received"] and k},
                             {k: {c: w[c] for c in ("never", "once", "more", "requests")} for k, w in want.items()}, (begin, end))

    def test_5b_supplements_by_component(self):
        """Items that name a paper of the case, in whatever letters; other wording counts for no paper."""
        papers = [c["name"] for c in self.call("GET", "/api/v1/procedures/TP-10", as_="clerk1", status=200).json["cases"][0]["components"]]
        plain = lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace("đ", "d").replace("Đ", "D")
        today = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"][:10]
        asked = [[papers[0], "Giấy khác"], [plain(papers[0]).upper(), papers[1]], ["Không có trong danh mục"], [papers[1], papers[1]]]
        before = {(r["label"], r["key"]): [c.get("n") for c in r["cells"]] for r in self.call(
            "GET", f"/api/v1/statistics/components?from={today}&to={today}", as_="admin", status=200).json["rows"]}
        received = before.get((papers[0], "TP-10"), [None, 0])[1]
        for items in asked:
            code = self.intake()["code"]
            self.act(code, "request_supplement", "clerk1", items=items, reason="thiếu")
            received += 1
        rows = {(r["label"], r["key"]): [c.get("n") for c in r["cells"]] for r in self.call(
            "GET", f"/api/v1/statistics/components?from={today}&to={today}", as_="admin", status=200).json["rows"]}
        for paper, n in ((papers[0], 2), (papers[1], 2)):
            was = before.get((paper, "TP-10"), [None, 0, 0, None, 0])
            self.assertEqual((rows[paper, "TP-10"][2] - was[2], rows[paper, "TP-10"][4] - was[4]), (n, n), paper)
        form = self.call("GET", f"/api/v1/statistics/II.06a?from={today}&to={today}&group_by=none&procedure=TP-10", as_="admin", status=200).json["total"]
        self.assertEqual(rows[papers[0], "TP-10"][1], form["online"] + form["direct"])
        yesterday = str(datetime.date.fromisoformat(today) - datetime.timedelta(1))
        self.assertEqual(self.call("GET", f"/api/v1/statistics/components?from={today}&to={today}&known_at={yesterday}", as_="admin", status=200).json["rows"], [])
        verified = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(verified.returncode, 0, verified.stdout[-900:])

    def test_6_an_older_database_is_told_so(self):
        harness.daemon.rows("UPDATE setting SET has_stays = false")
        try:
            self.assertEqual(self.report("steps", status=503, **{"from": "2022-08-01", "to": "2022-09-30"}).code, "stays_pending")
            self.call("GET", "/api/v1/statistics/II.06a?from=2022-08-01&to=2022-09-30&group_by=step", as_="inspector1", status=503)
        finally:
            harness.daemon.rows("UPDATE setting SET has_stays = true")

    def test_7_files(self):
        for form in ("steps", "ageing", "supplements", "components"):
            for kind, magic in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
                body = self.call("GET", f"/api/v1/statistics/{form}?from=2022-08-01&to=2022-10-30&format={kind}", as_="admin", status=200, checked=False).body
                self.assertEqual(body[:len(magic)], magic)


harness.main(demo=True, at=harness.START)
