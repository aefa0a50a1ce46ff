#!/usr/bin/env python3
"""Limits inside the house: requests for a supplement, closings after silence, opinions of other offices, corrections of wrong results.
Counted anew in Python from the events alone, over random lives, at random periods, moments and knowledge; and what a later correction of
the past changes, and what it leaves."""
import collections
import datetime
import pathlib
import random
import sys

import harness
import lives
from test_attachments import png

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "chaos"))
import history_check  # noqa: E402

ZONE = datetime.timezone(datetime.timedelta(hours=7))
WORKING = set()  # the days of the country's calendar, as the API lists them
DAYS = [f"2022-{m:02}-{d:02}" for m in (8, 9, 10, 11, 12) for d in range(1, 31)]
COLUMNS = ("supplement_all", "supplement_in_time", "supplement_grounded", "supplement_late", "closed_silent", "still_silent", "opinion_all",
           "opinion_in_time", "opinion_late", "opinion_silent", "correction_all", "correction_in_time", "correction_late", "correction_overdue",
           "correction_open", "correction_free")


def day(at):
    return datetime.datetime.fromtimestamp(at / 1e6, ZONE).date()


def works(on):
    return on.isoformat() in WORKING


def working_days_after(on, n):
    while n:
        on += datetime.timedelta(1)
        n -= works(on)
    return on


def rolled(on):
    while not works(on):
        on += datetime.timedelta(1)
    return on


def figures(events, begin, end, at, known):
    """What one dossier adds to each column, in the words of the law; events as stored."""
    seen = [e for e in events if e.recorded_at <= known]
    gone = {e.number("replaces") for e in seen if "replaces" in e}
    if any(e.action == "close_mistake" for e in seen):
        return {}
    seen = sorted((e for e in seen if e.seq not in gone and e.at <= at), key=lambda e: (e.at, e.seq))
    n, received, waits, decided, ended, opinions, wrong, files = collections.Counter(), None, None, None, None, [], [], []
    for e in seen:
        is_in = begin <= day(e.at) <= end
        if e.action == "accept":
            received = e.at
        elif e.action == "request_supplement" and received is not None:
            waits = e.at
            late = day(e.at) > working_days_after(day(received), 3)
            n["supplement_grounded" if late and "approver" in e else "supplement_late" if late else "supplement_in_time"] += is_in
        elif e.action == "receive_supplement":
            waits = None
        elif e.action == "ask_opinion":
            opinions.append([e.number("answer_by"), None])
        elif e.action == "give_opinion":
            opinions[e.number("opinion") - 1][1] = e.at
        elif e.action == "decide":
            decided = e.at
        elif e.action == "owe_letter" and e.text("trigger") == "wrong_result":
            wrong.append(e.at)
        elif e.action == "attach_paper" and e.text("purpose") == "result":
            files.append(e.at)
        elif e.action in ("close", "stop", "take_over_result"):
            ended, waits = e.at, None
            n["closed_silent"] += is_in and e.action == "close"
    if received is None:
        return {}
    n["still_silent"] = int(waits is not None and day(at) > rolled(day(waits) + datetime.timedelta(15)))
    for by, answered in opinions:
        if answered is not None and answered <= by:
            n["opinion_in_time"] += begin <= day(answered) <= end
        elif answered is not None:
            n["opinion_late"] += begin <= day(by) <= end
        elif at > by and not (decided is not None and decided <= by) and not (ended is not None and ended <= by):
            n["opinion_silent"] += begin <= day(by) <= end
    for owed in wrong:
        until = working_days_after(day(owed), 3)
        mended = next((f for f in files if f >= owed), None)
        column = ("correction_in_time" if day(mended) <= until else "correction_late") if mended else "correction_overdue" if day(at) > until else "correction_open"
        n[column] += begin <= day(owed) <= end
    for what in ("supplement", "opinion", "correction"):
        n[f"{what}_all"] = sum(v for k, v in n.items() if k.startswith(what) and not k.endswith("_all"))
    return n


class LimitsTest(lives.LivesTest):
    def now(self):
        return datetime.datetime.fromisoformat(self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"])

    def attach(self, code):
        data = png(4, 4)
        upload = self.call("POST", f"/api/v1/dossiers/{code}/uploads", {"name": "a.png", "size": len(data), "purpose": "result", "handling": "digitised"},
                           as_="clerk1", status=201).json
        self.call("PUT", f"/api/v1/uploads/{upload['id']}?from=0", data, as_="clerk1", status=200)
        self.call("POST", f"/api/v1/uploads/{upload['id']}/actions/finish", None, as_="clerk1", status=201)

    def later(self, code, action, who, dice, share=0.7, **fields):
        self.clock(advance_minutes=dice.choice([60, 1440, 2880, 4320, 7200]))
        if dice.random() < share:
            self.act(code, action, who, **fields)

    def one(self, dice, n):
        code, lot = self.intake()["code"], n * 7 % 10 / 10
        if lot < 0.35:  # sent back, in time or not; some come back, some are closed
            self.clock(advance_minutes=dice.choice([30, 1440, 4320, 7200, 10080]))
            if n % 2:  # the head stands for the ground of a late one
                self.act(code, "forward", "clerk1")
                self.act(code, "take_over", "head_tp")
                self.act(code, "request_supplement", "head_tp", reason="Thiếu", items=["Đơn"], legal_ground="Luật 1")
            else:
                self.act(code, "request_supplement", "clerk1", reason="Thiếu", items=["Đơn"])
            self.later(code, "receive_supplement", "clerk1", dice, 0.4)
        elif lot < 0.7:  # another office is asked
            self.act(code, "forward", "clerk1")
            self.act(code, "take_over", "head_tp")
            office, expert = dice.choice([("tnmt", "officer15"), ("tckh", "head_tckh")])
            for _ in range(dice.choice([1, 2])):
                by = self.now() + datetime.timedelta(days=dice.choice([1, 2, 5]))
                self.act(code, "ask_opinion", "head_tp", office=office, answer_by=by.isoformat(), reason="Xin ý kiến")
            self.later(code, "give_opinion", expert, dice, opinion=1, note="Đồng ý")
            self.later(code, "decide", "head_tp", dice, 0.3, outcome="granted")
        else:  # done; some results were wrong
            self.to_counter(code)
            if dice.random() < 0.5:
                self.attach(code)
            if dice.random() < 0.8:
                self.clock(advance_minutes=dice.choice([60, 2880]))
                self.act(code, "owe_letter", "leader1", trigger="wrong_result", reason="Sai tên")
                self.clock(advance_minutes=dice.choice([60, 1440, 5760]))
                if dice.random() < 0.7:
                    self.attach(code)
        self.clock(advance_minutes=dice.choice([30, 600]))

    def close_the_silent(self, dice):
        for item in self.call("GET", "/api/v1/deadlines?kind=silence&state=overdue&limit=50", as_="clerk1", status=200).json["items"]:
            if dice.random() < 0.6:
                self.act(item["dossier"], "close", "clerk1", reason="Không bổ sung")

    def report(self, **words):
        return self.call("GET", "/api/v1/statistics/limits?" + "&".join(f"{k}={v}" for k, v in words.items()).replace("+", "%2B"), as_="inspector1", status=200).json

    def hold(self, told, **words):
        """The form against the events; its total and its rows."""
        report = self.report(**words)
        micro = lambda text: round(datetime.datetime.fromisoformat(text).timestamp() * 1e6)  # noqa: E731
        at, known = micro(report["as_of"]), micro(report["known_at"])
        begin, end = (datetime.date.fromisoformat(report[k]) for k in ("from", "to"))
        want, rows = collections.Counter(), collections.defaultdict(collections.Counter)
        for procedure, events in told:
            mine = figures(events, begin, end, at, known)
            want.update(mine)
            rows[procedure].update(mine)
        keys = [c["key"] for c in report["columns"]]
        got = {r["key"]: dict(zip(keys, [c.get("n", 0) for c in r["cells"]])) for r in report["rows"]}
        total = dict(zip(keys, [c.get("n", 0) for c in report["total"]["cells"]]))
        self.assertEqual({c: total[c] for c in COLUMNS}, {c: want[c] for c in COLUMNS}, words)
        if words.get("group_by") == "procedure":
            self.assertEqual({k: {c: v[c] for c in COLUMNS if v[c]} for k, v in got.items()},
                             {k: {c: v[c] for c in COLUMNS if v[c]} for k, v in rows.items() if any(v.values())}, words)
        return want

    def told(self):
        """Every dossier's procedure and events."""
        of = dict(harness.daemon.rows("SELECT d.id, v.key FROM dossier d JOIN procedure_version v ON v.id = d.procedure_id"))
        told = collections.defaultdict(list)
        for ident, raw in harness.daemon.rows("SELECT dossier_id, encode(bytes, 'hex') FROM event ORDER BY dossier_id, seq"):
            told[ident].append(history_check.Event(bytes.fromhex(raw)))
        return [(of[i], events) for i, events in told.items()]

    def test_1_counted_anew_from_the_events(self):
        dice = random.Random(21)
        for year in (2022, 2023):
            items = self.call("GET", f"/api/v1/calendars/vn/days?from={year}-01-01&to={year}-12-31", as_="admin", status=200).json["items"]
            WORKING.update(d["on"] for d in items if d["is_working"])
        self.call("POST", "/api/v1/rulesets/R1/changes", {"valid_from": "2022-08-02", "source": "QĐ 5", "reason": "thử", "parameters": [
            {"name": "silence", "value": "15d"}, {"name": "result_correction", "value": "3wd"}]}, as_="admin", status=201)
        # A head who is a leader too, as in a small commune: he asks, and stands for the ground of a late request.
        harness.daemon.rows("INSERT INTO officer_role SELECT w.id, 'leader', o.id FROM officer w, office o WHERE w.login = 'head_tp' AND o.key = 'ubnd';"
                            " SELECT epoch_bump()")
        self.clock(advance_minutes=1440)
        for n in range(44):
            self.one(dice, n)
            if n % 11 == 10:
                self.close_the_silent(dice)
        code = self.intake()["code"]  # silent for longer than may be
        self.act(code, "request_supplement", "clerk1", reason="Thiếu", items=["Đơn"])
        self.clock(advance_minutes=1440 * 20)
        self.settled()
        told, today = self.told(), self.now().date().isoformat()
        whole = self.hold(told, **{"from": "2022-08-01", "to": today, "group_by": "procedure"})
        for column in COLUMNS[:-2]:
            self.assertGreater(whole[column], 0, (column, whole))
        days = [d for d in DAYS if d <= today]
        for _ in range(25):
            begin, end = sorted(dice.sample(days, 2))
            words = {"from": begin, "to": end, "group_by": dice.choice(["procedure", "office", "field", "none"])}
            if dice.random() < 0.4:
                words["as_of"] = dice.choice([d for d in days if max(begin, "2022-08-03") <= d <= end] or [end])
            if dice.random() < 0.4:
                words["known_at"] = dice.choice([d for d in days if d >= "2022-08-10"])
            if words.get("as_of", end) < "2022-08-02" or words.get("known_at", today) < "2022-08-03":
                continue
            self.hold(told, **words)

    def test_2_periods_add_up(self):
        """Each thing counts in one period alone; what is open stands as of each one's own end."""
        today = self.now().date()
        days = [datetime.date(2022, 8, 2) + datetime.timedelta(i) for i in range((today - datetime.date(2022, 8, 2)).days + 1)]
        cuts = [days[0], days[len(days) // 3], days[2 * len(days) // 3], today + datetime.timedelta(1)]
        told, known = self.told(), self.now().isoformat()
        parts = collections.Counter()
        for a, b in zip(cuts, cuts[1:]):
            parts.update(self.hold(told, **{"from": a, "to": b - datetime.timedelta(1), "known_at": known}))
        whole = self.hold(told, **{"from": days[0], "to": today, "known_at": known})
        for column in ("supplement_in_time", "supplement_late", "supplement_grounded", "closed_silent", "opinion_in_time"):
            self.assertEqual(parts[column], whole[column], column)

    def test_3_figures_lead_to_their_dossiers(self):
        words = f"from=2022-08-01&to={self.now().date()}"
        report, seen = self.report(**{"from": "2022-08-01", "to": self.now().date()}), 0
        for row in [*report["rows"], report["total"]]:
            for column, cell in zip(report["columns"], row["cells"], strict=True):
                if "behind" in column and cell["n"]:
                    items = self.call("GET", "/api/v1/statistics/limits/dossiers?" + "&".join(w for w in (words, row.get("cut"), column["behind"], "limit=200") if w), as_="inspector1",
                                      status=200).json["items"]
                    self.assertEqual(sum(i["times"] for i in items), cell["n"], (row["label"], column["key"]))
                    seen += len(items)
        self.assertGreater(seen, 40)

    def test_3b_opinions_by_who_was_asked(self):
        """Each row against the events of Python, and against its dossiers."""
        period = f"from=2022-08-01&to={self.now().date()}"
        report = self.call("GET", f"/api/v1/statistics/opinions?{period}", as_="inspector1", status=200).json
        micro = lambda text: round(datetime.datetime.fromisoformat(text).timestamp() * 1e6)  # noqa: E731
        offices, want = dict(harness.daemon.rows("SELECT id, key FROM office")), collections.defaultdict(collections.Counter)
        for _, events in self.told():
            asked = {offices[e.text("to_office")] for e in events if e.action == "ask_opinion"}
            self.assertLess(len(asked), 2)  # a life here asks one office alone
            for key in asked:
                n = figures(events, datetime.date(2022, 8, 1), self.now().date(), micro(report["as_of"]), micro(report["known_at"]))
                want[key].update({k: v for k, v in n.items() if k.startswith("opinion")})
        keys = [c["key"] for c in report["columns"]]
        got = {r["key"]: dict(zip(keys, [c.get("n", 0) for c in r["cells"]])) for r in report["rows"]}
        self.assertEqual({k: {c: v[c] for c in COLUMNS if c in v} for k, v in got.items()},
                         {k: {c: v[c] for c in COLUMNS if c.startswith("opinion")} for k, v in want.items() if any(v.values())})
        self.assertGreater(len(got), 1)
        for row in report["rows"]:
            for column, cell in zip(report["columns"], row["cells"], strict=True):
                if "behind" in column and cell["n"]:
                    items = self.call("GET", f"/api/v1/statistics/opinions/dossiers?{period}&{row['cut']}&{column['behind']}&limit=200", as_="inspector1", status=200)
                    self.assertEqual(sum(i["times"] for i in items.json["items"]), cell["n"], (row["label"], column["key"]))
        self.call("GET", f"/api/v1/statistics/opinions/dossiers?{period}&column=opinion_all&consulted=gone", as_="inspector1", status=422)

    def test_4_said_once_it_stays_said(self):
        words = {"from": "2022-08-02", "to": "2022-08-31", "as_of": "2022-08-25", "known_at": self.now().isoformat()}
        before = self.report(**words)
        code = next(i["code"] for i in self.call("GET", "/api/v1/statistics/limits/dossiers?from=2022-08-01&to=2022-08-31&column=supplement_in_time",
                                                 as_="inspector1", status=200).json["items"])
        second = {"second_person": "clerk2", "second_password": self.passwords["clerk2"], "reason": "Nhập nhầm"}
        reply = self.call("POST", f"/api/v1/dossiers/{code}/actions/close_mistake", second, as_="clerk1")
        if reply.status == 200:
            self.assertNotEqual(self.report(**{**words, "known_at": self.now().isoformat()})["total"], before["total"])
        self.assertEqual(self.report(**words), before)
        self.assertEqual(harness.daemon.command("verify", "--config", harness.daemon.config).returncode, 0)

    def test_5_files(self):
        for kind, magic in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
            body = self.call("GET", f"/api/v1/statistics/limits?from=2022-08-01&to=2022-09-30&format={kind}", as_="admin", status=200, checked=False).body
            self.assertEqual(body[:len(magic)], magic)
            if kind == "pdf" and "--keep" in sys.argv:
                pathlib.Path("/tmp/m/views-limits.pdf").write_bytes(body)


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
