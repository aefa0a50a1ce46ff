#!/usr/bin/env python3
"""The backlog: which dossiers are listed and why; two people close one by force; it stays as late as it is; many at once, whatever
is killed meanwhile."""
import datetime as dt
import signal

import foreign
import harness

WHY = {"reason": "Đã trả kết quả ngày 12/8, chưa cập nhật", "close_reason": "result_returned"}


class BacklogTest(harness.ApiTest):
    maxDiff = None

    def clock(self, **move):
        self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200)

    def backlog(self, as_="admin", **query):
        items, after = [], ""
        while True:
            words = "".join(f"&{k}={v}" for k, v in query.items())
            page = self.call("GET", f"/api/v1/backlog?limit=3{words}{after}", as_=as_, status=200).json
            items += page["items"]
            if "next" not in page:
                self.days = page
                return {i["dossier"]: i for i in items}
            after = f"&after={page['next']}"

    def refused(self, code, action, as_, word, status=409, **fields):
        reply = self.act(code, action, as_, status=status, **fields)
        self.assertEqual(reply.code, word, reply.body)

    def quiet(self):
        """Until the engine has looked at whatever the moved clock brought."""
        self.until(lambda: harness.daemon.rows("SELECT count(*) FROM dossier WHERE ended_at IS NULL AND due_on < (SELECT current_date) AND marked_overdue_at IS NULL"
                                               " AND NOT is_waiting AND due_on < '2022-10-01' AND NOT is_imported") == [["0"]])

    def test_1_signs(self):
        idle, busy, decided, stale, done, attached = (self.intake()["code"] for _ in range(6))
        self.to_leader(decided)
        self.act(decided, "decide", "leader1")
        self.to_leader(done)
        self.to_counter(done)
        self.act(stale, "request_supplement", "clerk1", reason="Thiếu giấy tờ", items=["Đơn"])
        self.act(attached, "forward", "clerk1")
        self.act(attached, "take_over", "head_tp")
        body = {"source": "noi-khac", "office": {"key": "noi-khac", "name": "Nơi khác"},
                "dossiers": [foreign.wire({"external_code": "12-2022", "received_at": dt.datetime(2022, 7, 1, 9, tzinfo=foreign.ZONE), "due_at": None,
                                           "ended_at": None, "channel": "direct", "events": []})]}
        self.call("POST", "/api/v1/imports", body, as_="admin", status=200)
        self.assertEqual(self.backlog(), {})
        self.clock_to("2022-10-20T08:00:00+07:00")
        self.act(busy, "forward", "clerk1")
        self.quiet()
        # a result that somebody attached, and never took over: the row alone, behind the daemon's back
        harness.daemon.rows("INSERT INTO blob VALUES (decode(repeat('ab', 32), 'hex'), 1, 'application/pdf', true, '2022-09-01Z');"
                            f" INSERT INTO attachment SELECT id, 1, 'result', NULL, 'digitised', 'kq.pdf', decode(repeat('ab', 32), 'hex'), 1, 'application/pdf', 1,"
                            f" '2022-09-01Z', NULL, '2022-09-01Z' FROM dossier WHERE code = '{attached}'")
        found = self.backlog()
        signs = {code: item["signs"] for code, item in found.items()}
        imported = next(code for code in signs if code.startswith("noi-khac"))
        self.assertEqual(signs, {idle: ["overdue_idle"], decided: ["overdue_idle", "result_waiting"], stale: ["stale_supplement"],
                                 attached: ["overdue_idle", "result_attached"], imported: ["import_untouched"]})
        self.assertEqual((self.days["overdue_days"], self.days["idle_days"], self.days["result_days"], self.days["import_days"]), (30, 30, 15, 90))
        due = dt.date(2022, 8, 15)
        self.assertEqual(found[idle]["days_overdue"], (dt.date(2022, 10, 20) - due).days)
        self.assertEqual(set(self.backlog(sign="result_waiting")), {decided})
        told = self.cli("backlog", "--sign", "result_waiting")
        self.assertEqual((told.returncode, decided in told.stdout, "never taken over" in told.stdout), (0, True, True), told.stdout + told.stderr)
        self.assertEqual(self.backlog(proposed="yes"), {})
        self.assertEqual(set(self.backlog(office="tp")), {idle, decided, stale, attached})
        harness.daemon.rows("DELETE FROM attachment WHERE sha256 = decode(repeat('ab', 32), 'hex'); DELETE FROM blob WHERE sha256 = decode(repeat('ab', 32), 'hex')")
        type(self).idle, type(self).stale, type(self).decided, type(self).imported = idle, stale, decided, imported

    def test_2_two_people_close_one(self):
        code = self.idle
        self.refused(code, "force_close", "leader1", "close_not_proposed")
        self.refused(code, "propose_close", "clerk1", "field_required", 422, reason="x")
        self.refused(code, "propose_close", "clerk1", "field_required", 422, close_reason="other")
        self.refused(code, "propose_close", "clerk1", "field_value", 422, **WHY, result_on="2022-12-01")
        self.refused(code, "propose_close", "clerk1", "field_value", 422, **WHY, attachment=1)
        got = self.act(code, "propose_close", "clerk1", **WHY, result_on="2022-08-12", result_number="15/QĐ-UBND").json
        self.assertEqual((got["close_proposal"]["reason"], got["close_proposal"]["officer"], got["close_proposal"]["result_on"]),
                         ("result_returned", "clerk1", "2022-08-12"))
        self.refused(code, "propose_close", "clerk1", "close_proposed", **WHY)
        self.refused(code, "force_close", "clerk1", "right_missing", 403)
        item = self.backlog(as_="leader1", proposed="yes")[code]
        self.assertEqual((item["proposal"]["seq"], item["allowed_actions"]), (got["version"], ["refuse_close", "force_close"]))
        self.assertNotIn(code, self.backlog(proposed="no"))
        self.act(code, "refuse_close", "leader1", reason="Chưa có căn cứ")
        self.refused(code, "force_close", "leader1", "close_not_proposed")
        self.act(code, "propose_close", "clerk1", **WHY, result_on="2022-08-12")
        closed = self.act(code, "force_close", "leader1", reason="Đồng ý").json
        self.assertEqual((closed["state"], closed["national_status"], closed["outcome"], closed["judgement"]), ("force_closed", 8, "forced", "late"))
        self.assertNotIn("close_proposal", closed)
        self.refused(code, "forward", "clerk1", "wrong_state")
        self.assertEqual(self.events(code)[-1], "force_close")

    def test_3_it_stays_late_and_letters_stay_owed(self):
        """Judged at the approval, though its result is said to be of a day inside the limit."""
        form = self.call("GET", "/api/v1/statistics/II.06a?from=2022-10-01&to=2022-10-31&group_by=none", as_="admin", status=200).json["total"]
        self.assertEqual((form["late"], form["stopped_late"]), (1, 1))
        units = self.call("GET", "/api/v1/statistics/by-unit?from=2022-10-01&to=2022-10-31", as_="admin", status=200).json
        self.assertTrue(units["is_balanced"])
        # the engine owes the letter by itself, also to who was closed before it came to that
        self.until(lambda: [o["state"] for o in self.dossier(self.idle)["obligations"] if o["trigger"] == "lateness"] == ["open"])

    def test_4_while_the_clock_stands_it_is_judged_where_it_stopped(self):
        code = self.stale  # sent back inside the limit: the clock stands, and it ends in time
        self.act(code, "propose_close", "clerk1", reason="Không bổ sung", close_reason="not_completed")
        self.assertEqual(self.act(code, "force_close", "leader1").json["judgement"], "early")

    def test_5_work_speaks_against_it(self):
        code = self.decided
        self.act(code, "propose_close", "clerk1", **WHY)
        self.act(code, "hand_over_result", "leader1")
        self.refused(code, "force_close", "leader1", "close_not_proposed")
        self.assertNotIn("close_proposal", self.dossier(code))

    def test_6_a_list_is_closed_one_by_one(self):
        codes = [self.intake()["code"] for _ in range(12)]
        self.clock(advance_minutes=60 * 24 * 60)
        self.quiet()
        for code in codes[:-1]:
            self.act(code, "propose_close", "clerk1", **WHY)
        listed = self.backlog(as_="leader1", proposed="yes")
        chosen = [{"dossier": c, "proposal": listed[c]["proposal"]["seq"]} for c in codes[:-1]]
        self.act(codes[3], "refuse_close", "leader1", reason="Còn hồ sơ giấy")
        self.act(codes[3], "propose_close", "clerk1", **WHY)  # another proposal than the one reviewed
        chosen += [{"dossier": codes[-1], "proposal": 1}, {"dossier": "000.00.21.H41-1", "proposal": 1}]
        self.call("POST", "/api/v1/backlog/close", {"dossiers": []}, as_="leader1", status=422)
        self.call("POST", "/api/v1/backlog/close", {"dossiers": chosen[:1] * 2}, as_="leader1", status=422)
        self.call("POST", "/api/v1/backlog/close", {"dossiers": chosen}, as_="clerk1", status=403)
        job = self.call("POST", "/api/v1/backlog/close", {"dossiers": chosen, "reason": "Đồng ý đóng"}, as_="leader1", status=202).json["id"]
        self.until(lambda: self.call("GET", f"/api/v1/jobs/{job}", as_="leader1", status=200).json["done"] >= 3)
        harness.daemon.stop(signal.SIGKILL)
        # as if the kill had come between the last commit and its checkpoint
        harness.daemon.rows(f"DELETE FROM job_item WHERE job_id = {job} AND ordinal > 1; UPDATE job SET cursor = '1:1:0', done = 1, n_items = 1,"
                            f" state = 'running', ended_at = NULL, lease_until = '2000-01-01' WHERE id = {job}")
        harness.daemon.start()
        done = self.until(lambda: (lambda j: j if j["state"] not in ("waiting", "running") else None)(
            self.call("GET", f"/api/v1/jobs/{job}", as_="leader1", status=200).json))
        self.assertEqual((done["state"], done["result"]), ("done", {"closed": 10, "refused": 3}))
        items = [i["item"] for i in self.call("GET", f"/api/v1/jobs/{job}/items?limit=200", as_="leader1", status=200).json["items"]]
        self.assertEqual({i["dossier"]: i["code"] for i in items if not i["is_done"]},
                         {codes[3]: "close_not_proposed", codes[-1]: "close_not_proposed", "000.00.21.H41-1": "dossier_unknown"})
        for code in codes[:-1]:
            self.assertEqual(self.events(code).count("force_close"), code != codes[3])

    def test_7_who_proposed_does_not_approve(self):
        code = self.intake()["code"]
        self.refused(code, "propose_close", "officer1", "right_missing", 403, **WHY)
        self.clock(advance_minutes=60)
        self.act(code, "forward", "clerk1")
        self.act(code, "take_over", "head_tp")
        self.act(code, "propose_close", "head_tp", **WHY)
        self.assertEqual(self.backlog(as_="head_tp", proposed="yes")[code]["allowed_actions"], ["refuse_close"])
        self.act(code, "refuse_close", "head_tp", reason="Nhầm")

    def test_8_the_checker_agrees(self):
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(done.returncode, 0, done.stdout)


harness.main(demo=True, at=harness.START)
