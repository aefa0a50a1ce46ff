#!/usr/bin/env python3
"""Chasing slips: which offices, a slip to each, once whatever is killed; numbered without a gap, kept as printed; and the answer."""
import signal
import subprocess
import tempfile
import threading

import harness

PERIOD = {"from": "2022-08-01", "to": "2022-09-30"}
WORDS = "from=2022-08-01&to=2022-09-30"
made = {}


class ChasingTest(harness.ApiTest):
    def chase(self, offices, as_="statistician1", status=201, signer="leader1", **more):
        return self.call("POST", "/api/v1/chasing-slips", {**PERIOD, "offices": offices, **({"signer": signer} if signer else {}), **more}, as_=as_, status=status)

    def ranking(self, as_="statistician1", query=""):
        return self.call("GET", f"/api/v1/statistics/chasing?{WORDS}{query}", as_=as_, status=200).json

    def slips(self, as_="statistician1", query=""):
        return self.call("GET", f"/api/v1/chasing-slips?{query}", as_=as_, status=200).json["items"]

    def register(self, symbol="PĐĐ"):
        return harness.daemon.rows(f"SELECT number, slip_id FROM register_entry WHERE symbol = '{symbol}' ORDER BY number")

    def text(self, body):
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(body)
            file.flush()
            return subprocess.run(["pdftotext", "-layout", file.name, "-"], check=True, text=True, capture_output=True).stdout

    def test_1_offices_with_late_dossiers_stand_in_order(self):
        for n in range(5):
            code = self.intake()["code"]
            if n == 4:
                made["done"] = code
                self.to_leader(code)
        self.clock_to("2022-09-20T10:00:00+07:00")
        self.to_counter(made["done"])
        form = {r["key"]: r for r in self.call("GET", f"/api/v1/statistics/II.06a?{WORDS}&group_by=office", as_="statistician1", status=200).json["rows"]}
        found = self.ranking()
        self.assertEqual({r["office"]: (r["received"], r["late_done"], r["late_open"]) for r in found["rows"]},
                         {k: (r["total_received"], r["late"], r["open_overdue"]) for k, r in form.items() if r["late"] + r["open_overdue"]})
        late = [r["late"] for r in found["rows"]]
        self.assertEqual(late, sorted(late, reverse=True))
        self.assertTrue(late and late[0] == 5 and found["rows"][0]["late_done"] == 1, found)
        made["office"] = found["rows"][0]["office"]
        self.assertEqual((found["threshold"], found["answer_days"]), (1, 5))
        self.assertTrue(all(r["is_above"] and r["may_chase"] and "slip" not in r for r in found["rows"]))
        self.assertFalse(self.ranking(query="&threshold=6")["rows"][0]["is_above"])
        self.assertFalse(any(r["may_chase"] for r in self.ranking("inspector1")["rows"]))

    def test_2_who_may_not_and_what_is_refused(self):
        for who in ("clerk1", "officer1", "head_tp", "inspector1"):
            self.chase([made["office"]], who, 403)
        for more, status, code in (({"signer": "clerk1"}, 422, "chasing_signer"), ({"signer": None}, 422, "chasing_signer"), ({"symbol": "A:B"}, 422, "field_value"),
                                   ({"answer_days": 0}, 422, "field_range"), ({"from": "2022-10-01"}, 422, "period_backwards"), ({"as_of": "2022-07-01"}, 422, "statistics_before")):
            self.assertEqual(self.chase([made["office"]], status=status, **more).code, code, more)
        self.assertEqual(self.chase([], status=422).code, "field_missing")
        self.assertEqual(self.chase(["gone"], status=422).code, "office_unknown")
        self.assertEqual(self.chase([made["office"], "x01"], status=409).code, "chasing_nothing")
        self.assertEqual((self.slips(), self.register()), ([], []))

    def test_3_a_slip_is_issued_once_numbered_and_printed(self):
        slip = self.chase([made["office"]], note="Báo cáo tại giao ban tháng 10.").json["items"][0]
        self.assertEqual((slip["is_new"], slip["number"], slip["state"], slip["late_done"], slip["late_open"], slip["answer_by"]),
                         (True, "01/PĐĐ", "waiting", 1, 4, "2022-09-27"))
        again = self.chase([made["office"]], signer=None, as_="leader1", answer_days=20).json["items"][0]
        self.assertEqual({**again, "is_new": True, "may_answer": True}, {**slip, "may_answer": True})
        self.assertEqual(self.register(), [["1", str(slip["id"])]])
        first = self.call("GET", slip["document"], as_="statistician1", status=200, checked=False).body
        text = " ".join(self.text(first).split())
        for words in ("Số: 01/PĐĐ", "PHIẾU ĐÔN ĐỐC", "5 hồ sơ quá hạn", "4 hồ sơ", "27/09/2022", "Báo cáo tại giao ban tháng 10.", slip["signer_name"], "ngày 20 tháng 9 năm 2022"):
            self.assertIn(words, text)
        codes = [i["code"] for i in self.call("GET", f"/api/v1/statistics/late/dossiers?{WORDS}&office={made['office']}", as_="admin", status=200).json["items"]]
        self.assertTrue(len(codes) == 5 and all(c.replace("-", "") in text.replace(" ", "").replace("-", "") for c in codes), text)
        harness.daemon.rows("UPDATE officer SET name = 'Người Khác' WHERE login = 'leader1'")
        self.assertEqual(self.call("GET", slip["document"], as_="leader1", status=200, checked=False).body, first)
        self.assertEqual(harness.daemon.rows(f"SELECT encode(sha256, 'hex') = '{__import__('hashlib').sha256(first).hexdigest()}' FROM chasing_slip"), [["t"]])
        self.call("GET", slip["document"], as_="officer1", status=403)
        self.call("GET", "/api/v1/chasing-slips/999/document", as_="admin", status=404)
        self.assertEqual(self.ranking()["rows"][0]["slip"], slip["id"])
        book = self.call("GET", "/api/v1/registers/entries?office=ubnd&year=2022&symbol=P%C4%90%C4%90", as_="admin", status=200).json["items"]
        self.assertEqual([(e["number"], e["kind"], e["dossier"]) for e in book], [(1, "chasing", None)])
        made["slip"] = slip["id"]

    def test_4_many_ask_at_once_and_the_daemon_is_killed(self):
        def ask(n):
            body = {"from": f"2022-08-0{n % 3 + 2}", "to": "2022-09-30", "offices": [made["office"]], "signer": "leader1"}
            try:
                self.call("POST", "/api/v1/chasing-slips", body, as_="statistician1")
            except Exception:  # killed under it
                pass

        for _ in range(2):
            threads = [threading.Thread(target=ask, args=(n,)) for n in range(9)]
            for t in threads:
                t.start()
            harness.daemon.stop(signal.SIGKILL)
            for t in threads:
                t.join()
            harness.daemon.start()
        for n in range(9):
            ask(n)
        self.assertEqual([n for n, _ in self.register()], ["1", "2", "3", "4"])
        self.assertEqual(len({s["from"] for s in self.slips()}), 4)
        self.assertEqual(len(self.slips()), 4)
        self.assertEqual(len(self.slips(query="limit=3")), 3)
        said = harness.daemon.command("verify", "--config", harness.daemon.config, "--json")
        self.assertEqual(said.returncode, 0, said.stdout[-2000:])

    def test_5_the_answer(self):
        """Who heads the office is told of its slips until they are answered; nobody else is."""
        heads = [login for login, key in harness.daemon.rows("SELECT w.login, f.key FROM officer w JOIN officer_role r ON r.officer_id = w.id"
                                                              " JOIN office f ON f.id = r.office_id WHERE r.role = 'head'") if key == made["office"]]
        told = {s["id"] for s in self.slips(heads[0], "to_me=true")}
        self.assertEqual(told, {s["id"] for s in self.slips(query=f"office={made['office']}")})
        self.assertIn(made["slip"], told)
        for other in ("clerk1", "statistician1", *(h for (h,) in harness.daemon.rows(
                "SELECT w.login FROM officer w JOIN officer_role r ON r.officer_id = w.id WHERE r.role = 'head'"
                f" AND w.login NOT IN ('{heads[0]}') ORDER BY 1 LIMIT 2"))):
            self.assertEqual(self.slips(other, "to_me=true"), [], other)
        path = f"/api/v1/chasing-slips/{made['slip']}/actions/answer"
        answer = {"on": "2022-09-20", "text": "Báo cáo 15/BC: đã giải quyết 3 hồ sơ."}
        self.assertEqual(self.call("POST", path, {**answer, "on": "2022-09-19"}, as_="statistician1", status=422).code, "field_value")
        self.call("POST", path, answer, as_="clerk1", status=403)
        self.call("POST", path.replace(str(made["slip"]), "999"), answer, as_="statistician1", status=404)
        slip = self.call("POST", path, answer, as_="statistician1", status=200).json
        self.assertEqual((slip["state"], slip["answer"], slip["answered_by"]), ("answered", answer["text"], "statistician1"))
        self.assertEqual({s["id"] for s in self.slips(heads[0], "to_me=true")}, told - {made["slip"]})
        self.assertEqual(self.call("POST", path, answer, as_="leader1", status=409).code, "chasing_answered")
        self.clock_to("2022-10-20T10:00:00+07:00")
        left = [s for s in self.slips() if s["state"] == "overdue"]
        self.assertEqual(len(left), 3)
        late = self.call("POST", f"/api/v1/chasing-slips/{left[0]['id']}/actions/answer", {"on": "2022-10-19", "text": "muộn"}, as_="leader1", status=200).json
        self.assertEqual(late["state"], "answered_late")

    def test_6_a_register_kept_outside_gives_no_number(self):
        self.call("PUT", "/api/v1/registers", {"office": "ubnd", "year": 2022, "symbol": "NGOAI", "is_outside": True, "source": "Sổ giấy", "reason": "thử"},
                  as_="records1", status=200)
        slip = self.call("POST", "/api/v1/chasing-slips", {"from": "2022-08-09", "to": "2022-09-30", "offices": [made["office"]], "symbol": "NGOAI"}, as_="leader1", status=201).json["items"][0]
        self.assertIsNone(slip["number"])
        self.assertIn("/NGOAI", self.text(self.call("GET", slip["document"], as_="leader1", status=200, checked=False).body))


harness.main(demo=True, at=harness.START)
