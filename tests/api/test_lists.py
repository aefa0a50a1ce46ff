#!/usr/bin/env python3
"""Lists of the statistics: the late dossiers, filings answered late, the dossiers behind a figure; as pages, CSV and XLSX. Each against
what the form, the dossiers and their events say, counted anew here."""
import csv
import datetime
import http.client
import io
import random
import re
import ssl
import zipfile

import harness

DAYS = [f"2022-{m:02}-{d:02}" for m in (8, 9, 10) for d in range(1, 31)]
PERIOD = {"from": "2022-08-01", "to": "2022-10-30"}
LISTS = ("II.06a", "late", "late-intake")


def words(query):
    return "&".join(f"{k}={v}" for k, v in query.items()).replace("+", "%2B")


def texts(value):
    """As JSON has it -> as CSV has it."""
    return "" if value is None else "true" if value is True else "false" if value is False else str(value)


class ListsTest(harness.ApiTest):
    def clock(self, **move):
        return self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200).json["now"]

    def page(self, which, as_="admin", limit=7, **query):
        rows, after = [], ""
        while True:
            page = self.call("GET", f"/api/v1/statistics/{which}/dossiers?{words(query)}&limit={limit}{after}", as_=as_, status=200).json
            self.assertLessEqual(len(page["items"]), limit)
            rows += page["items"]
            if "next" not in page:
                return rows
            after = f"&after={page['next']}"

    def file(self, which, form, as_="admin", **query):
        return self.call("GET", f"/api/v1/statistics/{which}/dossiers?{words(query)}&format={form}", as_=as_, status=200, checked=False)

    def table(self, which, as_="admin", **query):
        reply = self.file(which, "csv", as_, **query)
        self.assertTrue(reply.body.startswith(b"\xef\xbb\xbf"))
        return list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))

    def test_1_lives(self):
        dice = random.Random(11)
        left = []
        for i in range(40):
            if len(left) > 4 and dice.random() < 0.5:
                self.to_counter_from(left.pop(0))
            if dice.random() < 0.4:
                code = self.intake(is_submission=True, name=f"=Người nộp số {i}")["code"]
                if dice.random() < 0.5:
                    self.clock(advance_minutes=dice.choice([60, 400, 1440, 4000]))
                lot = dice.random()
                if lot < 0.3:
                    self.act(code, "request_supplement", "clerk1", reason="Thiếu giấy tờ", items=["Đơn"])
                    if dice.random() < 0.7:
                        self.clock(advance_minutes=dice.choice([60, 2000]))
                        self.act(code, "receive_supplement", "clerk1", items=["Đơn"])
                        self.clock(advance_minutes=dice.choice([60, 2000]))
                        if dice.random() < 0.6:
                            self.act(code, "accept", "clerk1")
                elif lot < 0.6:
                    self.act(code, "accept", "clerk1")
                    left.append(code)
                elif lot < 0.75:
                    self.act(code, "refuse", "clerk1", reason="Không thuộc thẩm quyền", legal_ground="Điều 17")
            else:
                left.append(self.intake()["code"])
            self.clock(advance_minutes=dice.choice([30, 300, 1440]))
        self.clock(advance_minutes=18 * 1440)
        for code in left[::2]:
            self.to_counter_from(code)
        self.sweep()

    def to_counter_from(self, code):
        self.to_leader(code)
        self.to_counter(code)

    def working_days(self, a, b):
        """Working days d with a < d <= b."""
        if not hasattr(self, "days"):
            ListsTest.days = {d["on"]: d["is_working"] for d in self.call(
                "GET", "/api/v1/calendars/vn/days?from=2022-08-01&to=2022-12-31", as_="admin", status=200).json["items"]}
        day = datetime.date.fromisoformat
        return sum(self.days[str(day(a) + datetime.timedelta(n))] for n in range(1, (day(b) - day(a)).days + 1))

    def test_2_the_late_list_is_what_the_form_counts(self):
        dice = random.Random(12)
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        n_open = n_ended = n_letters = 0
        for _ in range(15):
            begin, end = sorted(dice.sample(DAYS, 2))
            query = {"from": begin, "to": end}
            if dice.random() < 0.5:
                query["known_at"] = now
            if dice.random() < 0.3:
                query["as_of"] = dice.choice([d for d in DAYS if begin <= d <= end])
            if dice.random() < 0.3:
                query["channel"] = dice.choice(["online", "direct"])
            if dice.random() < 0.3:
                query["field"] = "tu_phap"
            if dice.random() < 0.3:
                query["officer"] = dice.choice(["clerk1", "officer1", "-"])
            who = "leader1" if "officer" in query else "admin"
            rows = self.page("late", who, **query)
            behind = [self.page("II.06a", who, column=c, **query) for c in ("late", "open_overdue")]
            self.assertEqual(sorted(r["code"] for r in rows), sorted(r["code"] for b in behind for r in b), query)
            of = {r["code"]: r for b in behind for r in b}
            for row in rows:
                same = of[row["code"]]
                for key in ("office", "procedure", "channel", "received_at", "due_at", "ended_at", "verdict"):
                    self.assertEqual(row[key], same[key], key)
                as_of = min(query.get("as_of", end), now[:10], end)
                last = (row["ended_at"] or as_of)[:10]
                self.assertEqual(row["days_late"], same["days_late"])
                self.assertEqual(row["working_days_late"], self.working_days(row["due_at"][:10], last), (row, last))
                n_open, n_ended = n_open + (row["ended_at"] is None), n_ended + (row["ended_at"] is not None)
        for row in self.page("late", **PERIOD):
            letters = self.call("GET", f"/api/v1/letters?dossier={row['code']}", as_="admin", status=200).json["items"]
            newest = max((x for x in letters if x["trigger"] == "lateness"), key=lambda x: x["id"], default={})
            self.assertEqual((row["letter_state"], row["letter_number"]), (newest.get("state"), newest.get("number")))
            n_letters += bool(newest)
            dossier = self.dossier(row["code"])
            self.assertEqual((row["state"], row["cause"]), (dossier["state"], (dossier.get("cause") or {}).get("cause")))
            names = {o["key"]: o["name"] for o in self.officers()}
            accepts = [e for e in self.call("GET", f"/api/v1/dossiers/{row['code']}/events?limit=200", as_="admin", status=200).json["items"]
                       if e["action"] == "accept"]
            self.assertEqual(row["receiver_name"], names[accepts[0]["officer"]])
            if dossier.get("officer"):
                self.assertEqual(row["handler_name"], names[dossier["officer"]])
        self.assertTrue(n_open and n_ended and n_letters, (n_open, n_ended, n_letters))

    def test_2b_said_once_it_stays_said(self):
        """State, hands, cause and letter are those of the moment, whatever happens to the dossiers afterwards."""
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        query = {**PERIOD, "as_of": now, "known_at": now}
        before, changed = self.page("late", "leader1", **query), 0
        sheet = self.table("late", "leader1", **query)
        self.clock(advance_minutes=60)
        for row in before:
            letter = max(self.call("GET", f"/api/v1/letters?dossier={row['code']}", as_="admin", status=200).json["items"], key=lambda x: x["id"], default=None)
            if letter and letter["state"] == "drafted":
                changed += self.call("POST", f"/api/v1/letters/{letter['id']}/actions/sign", {}, as_="leader1").status == 200
            for who, action, fields in (("leader1", "decide_cause", {"cause": "force_majeure", "evidence": "BB-1", "reason": "Bão"}),
                                        ("leader1", "stop", {"reason": "Dừng", "legal_ground": "Điều 2"}), ("clerk1", "forward", {})):
                changed += self.call("POST", f"/api/v1/dossiers/{row['code']}/actions/{action}", fields, as_=who).status == 200
        self.assertGreater(changed, 3)
        after = {r["code"]: r for r in self.page("late", "leader1", **PERIOD)}
        self.assertTrue(any(after.get(r["code"]) != r for r in before))
        self.assertEqual(self.page("late", "leader1", **query), before)
        self.assertEqual(self.table("late", "leader1", **query), sheet)

    def officers(self):
        if not hasattr(self, "known"):
            ListsTest.known = self.call("GET", "/api/v1/officers?limit=200", as_="admin", status=200).json["items"]
        return self.known

    def late_rounds(self, code, query, now):
        """The first round of an online filing that was answered late in the period, or is not answered: from its events."""
        items = self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_="admin", status=200).json["items"]
        begin = None
        for e in items:
            if e["action"] in ("submit", "receive_supplement"):
                begin = e["at"]
            elif e["action"] in ("accept", "refuse", "request_supplement") and begin:
                due = self.due(begin)
                if e["at"] > due and e["at"][:10] >= query["from"]:
                    return begin, due, e["at"], e["action"]
                begin = None
                if e["action"] != "request_supplement":
                    return None
        return (begin, self.due(begin), None, None) if begin and now > self.due(begin) else None

    def due(self, begin):
        return self.call("POST", "/api/v1/due", {"items": [{"from": begin, "limit": "8wh"}]}, as_="clerk1", status=200).json["items"][0]["due_at"]

    def test_3_filings_answered_late(self):
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        online = []
        after = ""
        while True:
            page = self.call("GET", f"/api/v1/dossiers?channel=online&limit=200{after}", as_="admin", status=200).json
            online += [d["code"] for d in page["items"]]
            if "next" not in page:
                break
            after = f"&after={page['next']}"
        for query in (PERIOD, {"from": "2022-08-10", "to": "2022-10-30"}):
            found = {r["code"]: (r["filed_at"], r["due_at"], r["answered_at"], r["answer"]) for r in self.page("late-intake", **query)}
            expected = {code: late for code in online if (late := self.late_rounds(code, query, now))}
            self.assertEqual(found, expected)
        self.assertTrue(any(r[2] for r in found.values()) and any(not r[2] for r in found.values()), found)
        self.assertEqual(self.call("GET", f"/api/v1/statistics/late-intake/dossiers?{words(PERIOD)}&officer=clerk1", as_="admin", status=422).code, "field_unknown")
        before = {"from": "2022-08-01", "to": "2022-08-06", "known_at": now}
        self.assertEqual(self.page("late-intake", **before), self.page("late-intake", **before))
        self.assertTrue(all(r["filed_at"] < "2022-08-07" for r in self.page("late-intake", **before)))

    def sheet(self, body):
        with zipfile.ZipFile(io.BytesIO(body)) as z:
            self.assertIsNone(z.testzip())
            page = z.read("xl/worksheets/sheet1.xml").decode()
        rows = []
        for row in re.findall(r"<row [^>]*>(.*?)</row>", page, re.S):
            rows.append([re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<c [^>]*?(?:/>|>(.*?)</c>)", row, re.S)])
        return rows

    def test_4_files_are_the_pages(self):
        for which in LISTS:
            rows, table = self.page(which, **PERIOD), self.table(which, **PERIOD)
            self.assertTrue(rows, which)
            self.assertEqual(len(table), len(rows), which)
            for row, line in zip(rows, table):
                for key, value in line.items():
                    expected = texts(row.get(key))
                    self.assertEqual(value, "'" + expected if expected[:1] in "=+-@" and expected[:1] else expected, (which, key))
            self.assertEqual(self.file(which, "csv", **PERIOD).body, b"\xef\xbb\xbf" + self.file(which, "csv", without_bom="true", **PERIOD).body)
            book = self.file(which, "xlsx", **PERIOD)
            self.assertEqual(book.headers["content-length"], str(len(book.body)))
            lines = self.sheet(book.body)
            self.assertEqual([r[0] for r in lines[-len(rows):]], [r["code"] for r in rows], which)
            self.assertEqual(len(lines[-1]), len(table[0]))
        empty = {"from": "2022-08-01", "to": "2022-08-01", "channel": "post"}
        self.assertEqual(self.table("late", **empty), [])
        self.assertEqual(len(self.file("late", "xlsx", **empty).body) > 2000, True)
        for query, code in (("format=pdf", "field_value"), ("format=x", "field_not_word"), ("column=no", "field_not_word"), ("after=x", "list_after"),
                            ("as_of=2022-07-01", "statistics_before"), ("field=no", "field_of_law_unknown"), ("office=no", "office_unknown")):
            reply = self.call("GET", f"/api/v1/statistics/late/dossiers?{words(PERIOD)}&{query}", as_="admin", status=422)
            self.assertEqual(reply.code, code)
        reply = self.call("GET", "/api/v1/statistics/late/dossiers?from=2022-08-02&to=2022-08-01&format=csv", as_="admin", status=422)
        self.assertEqual(reply.code, "period_backwards")

    def test_5_names_are_for_those_who_read_dossiers_and_reads_are_logged(self):
        harness.served.clear()
        seen = {who: {line["applicant_name"] for line in self.table("late", who, **PERIOD)} for who in ("admin", "inspector1", "clerk1", "statistician1", "leader1")}
        full = seen["leader1"]
        good = {n for n in full if n.startswith("'=Người nộp số ") or n == "Nguyễn Văn A"}
        self.assertEqual((full, len(full) > 1), (good, True), [n.encode() for n in full])
        self.assertTrue(seen["inspector1"] and not seen["inspector1"] & full, seen["inspector1"])
        self.assertEqual(seen["statistician1"], {""})
        for who in ("admin", "clerk1"):
            self.page("late-intake", who, **PERIOD)
        self.file("late-intake", "xlsx", "leader1", **PERIOD)
        self.assertEqual(self.call("GET", f"/api/v1/statistics/late/dossiers?{words(PERIOD)}", as_="officer1").status, 403)
        logged = self.reads_are_logged()
        self.assertEqual({path for _, path in logged} >= {"/api/v1/statistics/late/dossiers", "/api/v1/statistics/late-intake/dossiers"}, True)
        n = len(self.table("late", "leader1", **PERIOD))
        self.until(lambda: harness.daemon.rows("SELECT count(*) FROM read_log WHERE what = 'late_list' AND "
                                               f"cardinality(coalesce(dossier_ids, ARRAY[dossier_id])) = {n}")[0][0] != "0")

    def open(self, path, as_="admin"):
        context = ssl.create_default_context(cafile=str(harness.daemon.home / "cert.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", harness.daemon.port, timeout=60, context=context)
        connection.request("GET", path, headers={"Authorization": "Bearer " + self.login(as_)})
        return connection, connection.getresponse()

    def test_6_half_a_list_is_no_list(self):
        """Many dossiers, copied; the reading of the database fails while the client has half."""
        harness.daemon.rows("""
            INSERT INTO dossier SELECT r.* FROM (SELECT to_jsonb(d) AS was FROM dossier d ORDER BY id LIMIT 1) o, generate_series(1, 60000) n,
              LATERAL jsonb_populate_record(NULL::dossier, o.was || jsonb_build_object('id', 20220000500000 + n, 'code', 'COPY-' || n)) r;
            INSERT INTO dossier_fact SELECT r.* FROM (SELECT to_jsonb(f) AS was FROM dossier_fact f
                  WHERE dossier_id = (SELECT min(id) FROM dossier) AND known_to = 'infinity' ORDER BY valid_from DESC LIMIT 1) o,
              generate_series(1, 60000) n,
              LATERAL jsonb_populate_record(NULL::dossier_fact, o.was || jsonb_build_object('dossier_id', 20220000500000 + n)) r""")
        path = f"/api/v1/statistics/II.06a/dossiers?{words({**PERIOD, 'column': 'total_received'})}&format=csv"
        whole = self.table("II.06a", **PERIOD, column="total_received")
        self.assertGreater(len(whole), 60000)
        connection, reply = self.open(path)
        self.assertEqual((reply.status, reply.getheader("transfer-encoding"), reply.getheader("content-length")), (200, "chunked", None))
        first = reply.read(1000)
        harness.daemon.rows("ALTER TABLE dossier_fact RENAME TO gone")
        with self.assertRaises((http.client.IncompleteRead, ConnectionError, ssl.SSLError)) as caught:
            reply.read()
        if isinstance(caught.exception, http.client.IncompleteRead):
            self.assertGreater(len(caught.exception.partial) + len(first), 1000)
        connection.close()
        harness.daemon.rows("ALTER TABLE gone RENAME TO dossier_fact")
        for _ in range(3):  # who leaves takes nothing along
            connection, reply = self.open(path)
            reply.read(1000)
            connection.sock and connection.sock.close()
            reply.close()
            connection.close()
        self.assertEqual(len(self.table("II.06a", **PERIOD, column="total_received")), len(whole))
        self.until(lambda: "\nmotcua_http_streams 0\n" in (text := harness.daemon.request("GET", "/metrics").body.decode()) or "motcua_http_streams" not in text)
        lines = self.sheet(self.file("II.06a", "xlsx", **PERIOD, column="total_received").body)
        self.assertEqual([r[0] for r in lines[-len(whole):]], [r["code"] for r in whole])
        connection, reply = self.open(path.replace("csv", "xlsx"))
        connection.close()
        self.call("GET", "/api/v1/me", as_="admin", status=200)

    def test_7_old_clients_are_told(self):
        context = ssl.create_default_context(cafile=str(harness.daemon.home / "cert.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", harness.daemon.port, timeout=60, context=context)
        connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"
        connection.request("GET", f"/api/v1/statistics/late/dossiers?{words(PERIOD)}&format=csv", headers={"Authorization": "Bearer " + self.login("admin")})
        self.assertEqual(connection.getresponse().status, 505)
        connection.close()


harness.main(demo=True, at=harness.START)
