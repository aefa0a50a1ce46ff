#!/usr/bin/env python3
"""Live events: who is told of what, that nothing is lost or told twice over a broken line, and when a stream ends."""
import subprocess

import harness
from listener import Listener

WHY = {"source": "QĐ 1", "reason": "thử", "effective_on": "2022-07-01"}


class StreamTest(harness.ApiTest):
    def listen(self, who, **more):
        return Listener(self.login(who), **more)

    def token(self, who):
        """A session of its own."""
        reply = harness.daemon.request("POST", "/api/v1/session", {"login": who, "password": self.passwords.get(who, harness.PASSWORD)})
        return reply.json["token"]

    def heard(self, stream, n):
        return [(e.data["code"], e.data["version"]) for e in (stream.next() for _ in range(n))]

    def test_01_a_commit_is_told_with_what_lists_need(self):
        with self.listen("clerk1") as s:
            d = self.intake("TP-10", name="Trần Thị Bí Mật")
            event = s.dossier(d["code"])
            self.assertEqual(event.data, {
                "code": d["code"], "version": 1, "is_gone": False, "state": "received", "warning": "fine", "judgement": "none",
                "due_at": d["due_at"], "due_is_instant": False, "office": d["office"], "officer": "clerk1", "letter_state": "none",
                "step_name": d["steps"][0]["name"], **{k: event.data[k] for k in ("risk_at", "certain_at", "late_at")}})
            self.act(d["code"], "forward", as_="clerk1", officer="head_tp")
            event = s.dossier(d["code"])
            self.assertEqual((event.data["version"], event.data["pending_office"], event.data["pending_officer"]), (2, "tp", "head_tp"))
            self.act(d["code"], "declare_late", as_="clerk1", reason="Chờ xác minh ở nơi Kín")
            self.assertEqual(s.dossier(d["code"]).data["warning"], "certain")
            marked = s.dossier(d["code"], within=90)  # the engine's own mark, within the minute
            self.assertEqual((marked.data["version"], marked.data["warning"]), (4, "certain"))
            for word in ("Bí Mật", "Trần", "Kín", "xác minh"):
                self.assertNotIn(word.encode(), s.heard)

    def test_02_each_reader_is_told_of_what_it_may_see(self):
        with self.listen("clerk1") as one_stop, self.listen("officer1") as tp, self.listen("officer15") as tnmt, self.listen("admin") as all_:
            mine = self.intake("TP-10")["code"]
            self.assertEqual(one_stop.dossier(mine).data["version"], 1)
            self.assertEqual(all_.dossier(mine).data["version"], 1)
            self.assertEqual(tp.dossier(mine).data["version"], 1)  # its office will decide
            self.act(mine, "forward", as_="clerk1", officer="head_tp")
            self.act(mine, "take_over", as_="head_tp")
            self.act(mine, "ask_opinion", as_="head_tp", office="tnmt", answer_by="2022-12-30T17:00:00+07:00", reason="Xin ý kiến")
            first = tnmt.next()  # nothing before it was asked concerned this reader
            self.assertEqual((first.data["code"], first.data["version"], first.data["office"]), (mine, 4, "tp"))

    def test_02b_whoever_loses_sight_of_a_dossier_is_told_that_it_left(self):
        with self.listen("officer15") as s:
            code = self.intake("TP-10")["code"]
            self.act(code, "forward", as_="clerk1", officer="head_tp")
            self.act(code, "take_over", as_="head_tp")
            self.act(code, "forward", as_="head_tp", office="tnmt")
            event = s.next()
            self.assertEqual((event.data["code"], event.data["pending_office"]), (code, "tnmt"))
            self.act(code, "decline", as_="officer15", reason="Không thuộc phòng")
            event = s.next()
            self.assertEqual(event.data, {"code": code, "version": 5, "is_gone": True, "due_is_instant": False})
            self.call("GET", f"/api/v1/dossiers/{code}", as_="officer15", status=404)
            last = s.last
            self.act(code, "forward", as_="head_tp", office="tnmt")
            self.act(code, "take_over", as_="officer15")
            self.act(code, "send_back", as_="officer15", reason="Trả lại")
            self.act(code, "take_over", as_="head_tp")
        with self.listen("officer15", last=last) as s:  # also to one who was away
            while not (event := s.next()).data.get("is_gone"):
                self.assertEqual(event.data["code"], code)
            self.assertEqual((event.data["code"], event.data["version"]), (code, 9))

    def test_03_a_broken_line_loses_nothing_and_repeats_nothing(self):
        with self.listen("clerk1") as s:
            before = self.intake("TP-10")["code"]
            self.assertEqual(s.dossier(before).data["version"], 1)
            last = s.last
        codes = [self.intake("TP-10")["code"] for _ in range(5)]
        for more in ({"last": last}, {"after": last}, {"last": last, "after": "1.1.1"}):
            with self.listen("clerk1", **more) as s:
                self.assertEqual(s.start.id, last)
                self.assertEqual(self.heard(s, 5), [(c, 1) for c in codes])
                third = [e for e in s.heard.decode().split("\n") if e.startswith("id: ")][3][4:]
        with self.listen("clerk1", last=third) as s:
            self.assertEqual(self.heard(s, 2), [(c, 1) for c in codes[3:]])
            newest = self.intake("TP-10")["code"]
            self.assertEqual(self.heard(s, 1), [(newest, 1)])
        with self.listen("clerk1") as s:  # who comes without an id begins now
            self.assertNotIn(s.start.id, (last, third))
            fresh = s.start.id
        code = self.intake("TP-10")["code"]
        with self.listen("clerk1", last=fresh) as s:  # the id of the very first event is a place too
            self.assertEqual(self.heard(s, 1), [(code, 1)])

    def test_04_a_place_that_is_not_known_is_said(self):
        for last in ("1.1.1", "7", "nonsense", "99999999999.1.1", "99999999999.0.0", "18446744073709551615.9223372036854775807.1"):
            with self.listen("clerk1", last=last) as s:
                event = s.next()
                self.assertEqual((event.name, event.data["reason"]), ("reset", "unknown"), last)
                code = self.intake("TP-10")["code"]
                self.assertEqual(self.heard(s, 1), [(code, 1)])
        self.call("GET", "/api/v1/stream?colour=red", as_="clerk1", status=422)

    def test_05_another_daemons_commits_are_told(self):
        other = harness.daemon.sibling()
        other.start()
        try:
            with self.listen("clerk1") as here, Listener(self.login("clerk1"), at=other) as there:
                code = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "A"}}, as_="clerk1", status=201,
                                 at=other).json["code"]
                self.assertEqual(here.dossier(code).data["version"], 1)
                self.assertEqual(there.dossier(code).data["version"], 1)
                last = here.last
            codes = [self.intake("TP-10")["code"] for _ in range(3)]
            with Listener(self.login("clerk1"), last=last, at=other) as there:  # a place of one is a place of the other
                self.assertEqual(self.heard(there, 3), [(c, 1) for c in codes])
            with Listener(self.login("clerk1"), at=other) as there:
                other.stop()
                self.assertTrue(there.ended())
        finally:
            other.stop()

    def test_06_a_row_that_commits_out_of_its_order_is_not_missed(self):
        held = self.intake("TP-10")["code"]
        ident = harness.daemon.rows(f"SELECT id FROM dossier WHERE code = '{held}'")[0][0]
        tool = [w for w in ("/usr/lib/postgresql/15/bin/psql", "psql") if subprocess.run(["which", w], capture_output=True).returncode == 0][0]
        with self.listen("clerk1") as s, subprocess.Popen([tool, "-XAtq", harness.daemon.url], cwd="/", stdin=subprocess.PIPE,
                                                          stdout=subprocess.PIPE, text=True, bufsize=1) as slow:
            s.dossier(held) if not s.events.empty() else None
            slow.stdin.write(f"BEGIN; INSERT INTO feed (recorded_at, dossier_ids) SELECT max(recorded_at), ARRAY[{ident}]::bigint[] FROM feed; SELECT 'held';\n")
            self.assertEqual(slow.stdout.readline(), "held\n")
            later = self.intake("TP-10")["code"]
            # a transaction with a lower number is still open: whoever reads by id alone would pass it over now
            with self.listen("clerk1", last=s.last or s.start.id) as second:
                self.assertTrue(second.events.empty())
                slow.stdin.write("COMMIT; SELECT 'done';\n")
                self.assertEqual(slow.stdout.readline(), "done\n")
                for stream in (s, second):
                    self.assertEqual(self.heard(stream, 2), [(held, 1), (later, 1)])
            slow.stdin.close()

    def test_07_a_stream_ends_with_its_session(self):
        token, mine = self.token("clerk1"), self.token("clerk1")
        with Listener(token) as s, Listener(mine) as stays:
            self.call("DELETE", "/api/v1/session", headers={"Authorization": f"Bearer {token}"}, status=204)
            self.assertTrue(s.ended())
            self.assertEqual(Listener(token).status, 401)
            code = self.intake("TP-10")["code"]
            self.assertEqual(stays.dossier(code).data["version"], 1)
            harness.daemon.rows("UPDATE session SET expires_at = created_at + interval '1 us' "  # its twelve hours are over
                                f"WHERE token_hash = sha256('{mine}')")
            self.assertTrue(stays.ended())

    def test_08_other_rights_are_other_events(self):
        self.call("POST", "/api/v1/officers", {**WHY, "key": "thu1", "name": "Người thử", "roles": [{"role": "officer", "office": "tp"}]},
                  as_="admin", status=201)
        harness.daemon.rows("INSERT INTO session (token_hash, officer_id, csrf, kind, created_at, last_used_at, expires_at) "
                            "SELECT sha256('thu1'), id, '', 'bearer', m.at, m.at, 'infinity' FROM officer,"
                            " (SELECT max(created_at) AS at FROM session) m WHERE login = 'thu1'")
        with Listener("thu1") as s:
            code = self.intake("TP-10")["code"]
            self.act(code, "forward", as_="clerk1", officer="head_tp")
            self.assertEqual(s.next().data["code"], code)
            self.call("POST", "/api/v1/officers/thu1/roles", {**WHY, "roles": [{"role": "clerk", "office": "mc"}]}, as_="admin", status=200)
            self.assertEqual(s.until(lambda e: e.name == "reset").data["reason"], "rights")
            more = self.intake("TP-10")["code"]  # at the counter, where it now is a clerk
            self.assertEqual(s.dossier(more).data["version"], 1)
            for role, office in (("clerk", "mc"), ("officer", "tp")):
                self.call("POST", "/api/v1/officers/thu1/roles", {**WHY, "roles": [{"role": role, "office": office}], "is_end": True},
                          as_="admin", status=200)
            self.assertTrue(s.ended())
        self.assertEqual(Listener("thu1").status, 403)

    def test_09_an_edit_of_the_rules_that_reached_the_dossiers_is_said(self):
        with self.listen("clerk1") as s:
            rows = "day,2022-12-29,,closure,,Bão số 9,Storm,QĐ 9/UBND\n"
            ordered = self.call("POST", "/api/v1/calendars/vn/changes", {"operation": "add", "rows": rows, "effective_on": "2022-12-29",
                                                                         "source": "QĐ 9/UBND", "reason": "bão"}, as_="admin", status=202).json
            self.assertEqual(s.until(lambda e: e.name == "reset").data["reason"], "rules")
            self.assertEqual([e for e in s.heard.split(b"\n") if e == b"event: job"], [])  # a clerk orders no such work
        self.assertGreater(ordered["id"], 0)

    def test_10_long_work_is_told_to_whoever_may_order_it(self):
        with self.listen("admin") as s:
            rows = "day,2022-12-28,,closure,,Bão số 8,Storm,QĐ 8/UBND\n"
            ordered = self.call("POST", "/api/v1/calendars/vn/changes", {"operation": "add", "rows": rows, "effective_on": "2022-12-28",
                                                                         "source": "QĐ 8", "reason": "bão", "preview": True}, as_="admin", status=202).json
            event = s.until(lambda e: e.name == "job" and e.data["id"] == ordered["id"] and e.data["state"] == "done")
            self.assertEqual((event.id, event.data["kind"]), (None, "calendar_preview"))

    def test_11_too_much_to_tell_singly_is_a_reset(self):
        code = self.intake("TP-10")["code"]
        with self.listen("clerk1") as s:
            last = s.start.id
        harness.daemon.rows("INSERT INTO feed (recorded_at, dossier_ids) SELECT f.at, ARRAY[d.id] FROM dossier d, generate_series(1, 3000), "
                            f"(SELECT max(recorded_at) AS at FROM feed) f WHERE d.code = '{code}'")
        with self.listen("clerk1", last=last) as s:  # one dossier, page by page
            self.assertEqual(s.dossier(code).data["version"], 1)
            more = self.intake("TP-10")["code"]
            self.assertEqual(s.dossier(more).data["version"], 1)
            self.assertNotIn(b"event: reset", s.heard)
        harness.daemon.rows("INSERT INTO feed (recorded_at, dossier_ids) SELECT f.at, ARRAY[d.id] FROM dossier d, generate_series(1, 9000), "
                            f"(SELECT max(recorded_at) AS at FROM feed) f WHERE d.code = '{code}'")
        with self.listen("clerk1", last=last) as s:
            self.assertEqual(s.until(lambda e: e.name == "reset").data["reason"], "behind")
            more = self.intake("TP-10")["code"]
            self.assertEqual(s.dossier(more).data["version"], 1)

    def test_12_heads_strangers_and_crowds(self):
        self.call("GET", "/api/v1/stream", status=401)
        with self.listen("clerk1", method="HEAD") as head:
            self.assertEqual((head.status, head.heard), (200, b""))
            self.assertTrue(head.answer.headers["Content-Type"].startswith("text/event-stream"))
        crowd = []
        try:
            for _ in range(64):
                crowd.append(self.listen("clerk1"))
            refused = self.listen("clerk1")
            self.assertEqual((refused.status, refused.answer.headers["Content-Type"]), (503, "application/problem+json"))
            self.assertIsNotNone(refused.answer.headers["Retry-After"])
            self.assertEqual(self.listen("officer1").status, 200)  # one officer's windows take nobody else's place
            code = self.intake("TP-10")["code"]
            for s in crowd:
                self.assertEqual(s.dossier(code).data["version"], 1)
        finally:
            for s in crowd:
                s.close()

    def test_13_the_daemon_stops_and_its_streams_end(self):
        s = self.listen("clerk1")
        last = s.last
        harness.daemon.stop()
        self.assertTrue(s.ended())
        harness.daemon.start()
        code = self.intake("TP-10")["code"]
        with self.listen("clerk1", last=last) as s:
            self.assertEqual(s.dossier(code).data["version"], 1)


harness.main(demo=True, at=harness.START)
