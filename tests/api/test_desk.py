#!/usr/bin/env python3
"""A whole desk handed over: what is held and what waits for an officer in person, to another or to nobody; counted, refused, killed in the middle."""
import concurrent.futures
import signal
import time

import harness

WHY = {"source": "QĐ 12/QĐ-TP", "reason": "chuyển công tác"}
DOSSIERS = 200  # more than one chunk of a job
made = {}


class DeskTest(harness.ApiTest):
    def order(self, who, as_="head_tp", status=202, **more):
        return self.call("POST", f"/api/v1/officers/{who}/actions/hand-over", {"office": "tp", **WHY, **more}, as_=as_, status=status)

    def job(self, number, as_="head_tp"):
        return self.call("GET", f"/api/v1/jobs/{number}", as_=as_, status=200).json

    def reached(self, number, is_reached, as_="head_tp", within=60):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            job = self.job(number, as_)
            if is_reached(job):
                return job
            time.sleep(0.02)  # a job is worked off by the daemon; nothing tells when
        self.fail(f"job {number} does not get there: {job}")

    def done(self, reply, as_="head_tp"):
        job = self.reached(reply.json["id"], lambda j: j["state"] not in ("waiting", "running"), as_)
        self.assertEqual(job["state"], "done", job)
        return job["result"]

    def given(self, *args, as_="head_tp", **more):
        r = self.done(self.order(*args, as_=as_, **more), as_)
        self.assertEqual(r["failed"], 0)
        return r["given"], r["skipped"]

    def waiting(self, who):
        """A dossier handed over to an officer of the division in person."""
        code = self.intake("TP-10", as_="clerk1")["code"]
        self.act(code, "forward", "clerk1", officer=who)
        return code

    def held(self, who):
        code = self.waiting(who)
        self.act(code, "take_over", who)
        return code

    def queue(self, name, who):
        return [d["code"] for d in self.call("GET", f"/api/v1/queues/{name}?limit=200", as_=who, status=200).json["items"]]

    def assigns(self, code):
        events = self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_="admin", status=200).json["items"]
        return [e for e in events if e["action"] == "assign"]

    def verified(self):
        checked = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(checked.returncode, 0, checked.stdout[-2000:] + checked.stderr[-600:])

    def test_1_what_is_refused(self):
        for who, status, code, more in (
                ("nobody", 422, "officer_unknown", {}), ("officer1", 422, "officer_unknown", {"to": "nobody"}),
                ("officer1", 403, "grant_missing", {"office": "tckh"}), ("officer1", 422, "office_unknown", {"office": "nowhere"}),
                ("officer1", 422, "desk_self", {"to": "officer1"}), ("officer1", 422, "desk_no_role", {"to": "officer5"}),
                ("officer1", 422, "desk_no_role", {"to": "inspector1"}), ("officer1", 422, "field_missing", {"source": None})):
            body = {k: v for k, v in {"office": "tp", **WHY, **more}.items() if v is not None}
            reply = self.call("POST", f"/api/v1/officers/{who}/actions/hand-over", body, as_="head_tp", status=status)
            self.assertEqual(reply.code, code, (who, more))
        for as_ in ("officer1", "clerk1", "inspector1", "head_tckh"):
            self.assertEqual(self.order("officer1", as_, 403).code, "grant_missing", as_)
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM reference_change WHERE action = 'hand_over'"), [["0"]])
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM job WHERE kind LIKE 'desk%'"), [["0"]])

    def test_2_the_preview_counts_and_writes_nothing(self):
        made["held"], made["waiting"], made["other"] = self.held("officer1"), self.waiting("officer1"), self.held("head_tp")
        made["asked"] = self.held("officer1")  # waits for the applicant
        self.act(made["asked"], "request_supplement", "officer1", items=["bản sao"], reason="thiếu giấy")
        made["inside"] = self.held("head_tp")  # from one desk of the office to another
        self.act(made["inside"], "forward", "head_tp", officer="officer1")
        before = harness.daemon.rows("SELECT count(*), sum(version) FROM dossier"), harness.daemon.rows("SELECT epoch FROM setting")
        r = self.done(self.order("officer1", to="officer2", preview=True))
        self.assertEqual((r["held"], r["pending"], r["is_preview"], r["officer"], r["to"]), (2, 2, True, "officer1", "officer2"))
        self.assertEqual((harness.daemon.rows("SELECT count(*), sum(version) FROM dossier"), harness.daemon.rows("SELECT epoch FROM setting")), before)

    def test_3_all_of_it_goes_to_another_once(self):
        order = self.order("officer1", to="officer2")
        self.assertEqual(order.headers["location"], f"/api/v1/jobs/{order.json['id']}")
        r = self.done(order)
        self.assertEqual((r["given"], r["skipped"], r["failed"]), (4, 0, 0))
        self.assertEqual(self.dossier(made["held"])["officer"], "officer2")
        self.assertEqual(self.dossier(made["asked"])["officer"], "officer2")
        for code in (made["waiting"], made["inside"]):
            self.assertEqual(self.dossier(code)["pending_officer"], "officer2")
        self.assertEqual(self.dossier(made["inside"])["officer"], "head_tp")
        self.assertEqual((self.dossier(made["other"])["officer"], self.assigns(made["other"])), ("head_tp", []))
        self.assertIn(made["held"], self.queue("mine", "officer2"))
        self.assertNotIn(made["held"], self.queue("mine", "officer1"))
        (event,) = self.assigns(made["held"])
        self.assertEqual((event["officer"], event["data"]["change"]), ("head_tp", r["change"]))
        change = self.call("GET", f"/api/v1/changes?id={r['change']}", as_="admin", status=200).json["items"][0]
        self.assertEqual((change["action"], change["key"], change["source"], change["reason"]), ("hand_over", "tp", WHY["source"], WHY["reason"]))
        self.assertEqual(self.given("officer1", to="officer2"), (0, 0))  # nothing more
        self.act(made["waiting"], "take_over", "officer2")
        self.act(made["inside"], "take_over", "officer2")
        self.act(made["asked"], "receive_supplement", "clerk1")
        self.act(made["held"], "pledge", "officer2", pledged_at="2022-08-03T16:00:00+07:00")
        self.act(made["held"], "pledge", "officer1", 403, pledged_at="2022-08-03T16:00:00+07:00")

    def test_4_to_nobody_it_lies_with_the_head(self):
        waiting = self.waiting("officer2")
        self.assertEqual(self.given("officer2", as_="leader1"), (5, 0))
        d = self.dossier(made["held"])
        self.assertEqual((d["office"], d["officer"]), ("tp", None))
        self.assertIn(made["held"], self.queue("mine", "head_tp"))
        self.assertIn(waiting, self.queue("pending", "head_tp"))
        self.assertNotIn("pending_officer", self.dossier(waiting))
        self.act(made["held"], "assign", "head_tp", officer="officer1")
        self.act(waiting, "take_over", "officer1")

    def test_5_who_ordered_it_reads_the_job_and_a_deputy_orders_in_the_place_of_the_head(self):
        days = {"from_on": "2022-08-01", "to_on": "2022-08-05"}
        self.call("POST", "/api/v1/delegations", {"to": "officer3", "role": "head", "office": "tp", **days, **WHY}, as_="head_tp", status=201)
        code = self.held("officer1")
        order = self.order("officer1", "officer3", to="officer2")
        self.assertEqual(self.done(order, "officer3")["given"], 3)
        self.call("GET", f"/api/v1/jobs/{order.json['id']}", as_="head_tckh", status=404)
        (event,) = self.assigns(code)
        self.assertEqual((event["officer"], event["on_behalf_of"]), ("officer3", "head_tp"))

    def test_6_on_the_command_line(self):
        code = self.held("officer1")
        words = ["officer", "hand-over", "officer1", "--office", "tp", "--source", "QĐ 3", "--reason", "nghỉ việc"]
        self.assertEqual(self.cli(*words, "--preview").returncode, 0)
        self.assertEqual(self.dossier(code)["officer"], "officer1")
        done = self.cli(*words, "--to-officer", "officer2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.dossier(code)["officer"], "officer2")
        self.assertNotEqual(self.cli("officer", "hand-over", "--office", "tp").returncode, 0)

    def test_7_killed_in_the_middle_it_goes_on_and_gives_each_dossier_once(self):
        def take(n):
            return self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": f"Người {n}"}},
                             as_="clerk1", status=201, checked=False).json["code"]

        def give(code):
            self.call("POST", f"/api/v1/dossiers/{code}/actions/forward", {"officer": "officer1"}, as_="clerk1", status=200, checked=False)
            if int(code[-1]) % 2:
                self.call("POST", f"/api/v1/dossiers/{code}/actions/take_over", {}, as_="officer1", status=200, checked=False)

        self.login("clerk1")
        self.login("officer1")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(take, range(DOSSIERS)))
            list(pool.map(give, codes))
        last = harness.daemon.rows("SELECT code FROM dossier WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1")[0][0]
        session = harness.daemon.hold(last)
        try:  # the chunk with that dossier cannot be written: the job stands in the middle, as long as we like
            job = self.order("officer1", to="officer2").json["id"]
            stood = self.reached(job, lambda j: 0 < j["done"] < j["total"] or j["state"] == "done")
            self.assertTrue(0 < stood["done"] < stood["total"], stood)
            harness.daemon.stop(signal.SIGKILL)
        finally:
            session.communicate("ROLLBACK;\n")
        harness.daemon.rows(f"UPDATE job SET cursor = '', done = 0, lease_until = '-infinity' WHERE id = {job}")  # as if killed before the first checkpoint
        harness.daemon.start()
        r = self.reached(job, lambda j: j["state"] not in ("waiting", "running"))["result"]
        self.assertEqual((r["given"], r["skipped"], r["failed"]), (DOSSIERS, 0, 0))
        times = harness.daemon.rows("SELECT n, count(*) FROM (SELECT count(*) AS n FROM event e WHERE convert_from(e.bytes, 'UTF8')"
                                    f" LIKE E'%\\naction assign\\n%\\nchange {r['change']}\\n%' GROUP BY e.dossier_id) x GROUP BY n")
        self.assertEqual(times, [["1", str(DOSSIERS)]])
        left = "SELECT count(*) FROM dossier d JOIN officer o ON o.id IN (d.holder_officer_id, d.pending_officer_id) WHERE o.login = 'officer1' AND d.ended_at IS NULL"
        self.assertEqual(harness.daemon.rows(left), [["0"]])
        self.assertEqual(self.given("officer1", to="officer2"), (0, 0))
        self.verified()


harness.main(demo=True, at=harness.START)
