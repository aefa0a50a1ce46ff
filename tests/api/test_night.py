#!/usr/bin/env python3
"""The night as a job: in order and once, killed in the middle, caught up after nights when nothing ran, and what it tells."""
import collections
import concurrent.futures
import datetime
import signal

import harness

RULES = {"effective_on": "2022-08-01", "source": "QĐ thử", "reason": "thử"}
MARKS = ("mark_at_risk", "mark_certain", "mark_overdue", "draft_letter", "lapse_letter", "escalate")
FIGURES = dict(zip(MARKS, ("warned", "certain", "overdue", "letters", "lapsed", "escalated")))
TABLES = ("dossier", "event", "letter", "letter_addressee", "letter_obligation", "late_episode", "dossier_fact", "job",
          "sweep_run", "sweep_item", "alarm_failure", "feed", "outbox", "id_counter", "register",
          "(SELECT day, office_id, field_id, sum(received_other), sum(overdue), sum(late) FROM"
          " (SELECT * FROM counter_day UNION ALL SELECT * FROM counter_tail) c GROUP BY 1, 2, 3)")


def rows(sql):
    return harness.daemon.rows(sql)


class NightTest(harness.ApiTest):
    maxDiff = 2000

    def events_of(self, code):
        return self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_="admin", status=200).json["items"]

    def marks(self, code):
        return [(e["action"], e["at"][:19]) for e in self.events_of(code) if e["action"] in MARKS]

    def nights(self):
        return self.call("GET", "/api/v1/sweeps?limit=200", as_="admin", status=200).json["items"]

    def night(self, day, within=30):
        """The record of a day's night once it has ended."""
        return self.until(lambda: next((n for n in self.nights() if n["on"] == day and n["ended_at"]), None), within)

    def counted(self, run):
        """What a night says it did is what the events of that night say, and what it lists."""
        told = collections.Counter(d for i in self.sweep_items(run["id"]) for d in i["did"])
        stored = dict(rows(f"SELECT action, count(*) FROM event WHERE at = '{run['night']}' AND recorded_at > at AND actor_id = 0 GROUP BY action"))
        for action, figure in FIGURES.items():
            self.assertEqual(run[figure], int(stored.get(action, 0)), (action, run))
        self.assertEqual([run[f] for f in ("warned", "certain", "overdue", "letters", "lapsed", "escalated", "failed")],
                         [told[w] for w in ("warned", "certain", "overdue", "letter", "lapsed", "escalated", "failed")], run)

    def later(self, days):
        """Moves the clock of the installation while no daemon runs."""
        rows(f"UPDATE setting SET clock_offset_us = clock_offset_us + {int(datetime.timedelta(days=days) / datetime.timedelta(microseconds=1))}")

    def test_1_nothing_is_swept_before_the_first_dossier_nor_what_has_not_closed(self):
        self.assertEqual(self.sweep(status=422)["code"], "sweep_before_first")
        for words, status in (((), 0), (("--json",), 0), (("--as-of", "2022-07-29T17:00"), 1)):  # the timer's first evening is no failure
            said = self.cli("sweep", *words)
            self.assertEqual((said.returncode, "there is nothing to sweep. [sweep_before_first]" in said.stderr), (status, True), (words, said.stdout, said.stderr))
        self.assertEqual(self.cli("sweep", "--as-of", "1990-01-02T17:00").returncode, 1)
        self.assertEqual(self.nights(), [])
        for code in ("TP-05", "TP-15", "TP-10"):
            self.intake(code)
        self.assertEqual(self.sweep(status=422, as_of="2022-08-01T17:00:00+07:00")["code"], "sweep_future")
        self.assertEqual(self.sweep(status=422, as_of="2022-07-29T17:00:00+07:00")["code"], "sweep_before_first")
        refused = self.sweep(status=409, as_of="1990-01-02T17:00:00+07:00")
        self.assertEqual((refused["code"], refused["detail"]), ("calendar_gap", "No working calendar is published for 1990."))
        for where, status, code in (("office=khong-co", 422, "office_unknown"), ("as_of=2022-08-02T17:00:00%2B07:00", 422, "sweep_preview_future")):
            reply = self.call("GET", f"/api/v1/sweeps/preview?{where}", as_="admin")
            self.assertEqual((reply.status, reply.code), (status, code))
        self.call("POST", "/api/v1/sweeps", {}, as_="clerk1", status=403)
        self.call("POST", "/api/v1/sweeps", {"dry_run": True}, as_="admin", status=422)
        self.call("GET", "/api/v1/sweeps/99", as_="admin", status=404)

    def test_2_what_would_happen_tonight_is_told_and_not_written(self):
        self.clock_to("2022-08-02T07:10:00+07:00")
        self.night("2022-08-01")
        state = "||".join(f"(SELECT coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '-') FROM {t} t)" for t in TABLES)
        before = rows(f"SELECT {state}")
        told = self.sweep_preview()
        self.assertEqual((told["night"], told["is_to_come"], told["seen"], told["warned"]), ("2022-08-02T17:00:00+07:00", True, 3, 3))
        self.assertEqual([i["did"] for i in told["items"]], [["warned"]] * 3)
        self.assertEqual([self.sweep_preview(office=o)["seen"] for o in ("ubnd", "x01")], [3, 0])
        self.assertEqual(self.sweep_preview(as_="clerk_x01")["seen"], 0)
        self.assertEqual(rows(f"SELECT {state}"), before)
        said = self.cli("sweep", "--dry-run", "--office", "ubnd")
        self.assertEqual((said.returncode, "At risk" in said.stdout, said.stdout.count("H41-220801-")), (0, True, 3), said.stdout + said.stderr)
        self.assertEqual(rows(f"SELECT {state}"), before)

    def test_3_nights_when_nothing_ran_are_swept_in_order_and_nothing_is_made_to_look_timely(self):
        codes = [c for c, in rows("SELECT code FROM dossier ORDER BY id")]
        harness.daemon.stop()
        self.later(3)  # Friday morning: the nights of Tuesday, Wednesday and Thursday closed meanwhile
        harness.daemon.start()
        newest = self.night("2022-08-04")
        nights = [n for n in reversed(self.nights()) if n["on"] > "2022-08-01"]
        self.assertEqual([(n["on"], n["is_catch_up"]) for n in nights],
                         [("2022-08-02", True), ("2022-08-03", True), ("2022-08-04", False)])
        self.assertEqual([n["ended_at"] < m["started_at"] for n, m in zip(nights, nights[1:])], [True, True])
        for n in nights:
            self.counted(n)
        self.until(lambda: "mark_overdue" in self.events(codes[0]))
        # due Thursday 4 August: late at midnight, and marked when the day it was found in is there
        marks = self.marks(codes[0])
        self.assertEqual([m[:2] for m in marks[:3]], [("mark_at_risk", "2022-08-02T17:00:00"), ("mark_certain", "2022-08-03T17:00:00"),
                                                      ("draft_letter", "2022-08-04T17:00:00")])
        self.assertEqual((marks[3][0], marks[3][1][:10]), ("mark_overdue", "2022-08-05"))
        # due Wednesday 3 August: late the night after
        self.assertEqual(self.marks(codes[1])[:4], [("mark_at_risk", "2022-08-02T17:00:00"), ("mark_certain", "2022-08-03T17:00:00"),
                                                    ("mark_overdue", "2022-08-04T17:00:00"), ("draft_letter", "2022-08-04T17:00:00")])
        for e in self.events_of(codes[0])[1:]:
            self.assertEqual(e["recorded_at"][:10], "2022-08-05", e)
        self.assertEqual([m[0] for m in self.marks(codes[2])], ["mark_at_risk"])
        letter = self.call("GET", f"/api/v1/letters?dossier={codes[0]}", as_="admin", status=200).json["items"][-1]
        self.assertEqual(letter["latest_at"][:10], "2022-08-03")
        for action, who in (("sign", "leader1"), ("number", "records1"), ("issue", "records1")):
            letter = self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", {}, as_=who, status=200).json
        self.assertEqual(letter["timing"], "after_due")
        self.assertEqual(newest["letters"], 2)
        self.assertEqual(self.sweep(as_of="2022-08-03T20:00:00+07:00")["was_run_before"], True)

    def test_4_nobody_is_warned_twice_and_every_night_is_once(self):
        for day in ("05", "08", "09", "10", "11"):
            self.clock_to(f"2022-08-{day}T17:01:00+07:00")
            run = self.sweep()
            self.assertEqual((run["on"], run["failed"]), (f"2022-08-{day}", 0))
            self.counted(run)
        for code, in rows("SELECT code FROM dossier"):
            counts = collections.Counter(self.events(code))
            self.assertLessEqual({counts[m] for m in MARKS[:4]}, {0, 1}, counts)
        self.assertEqual(len(rows("SELECT night FROM sweep_run GROUP BY night HAVING count(*) > 1")), 0)

    def test_5_two_who_ask_at_once_get_one_job(self):
        self.clock_to("2022-08-12T17:01:00+07:00")
        self.login("admin")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(lambda _: self.call("POST", "/api/v1/sweeps", {}, as_="admin"), range(6)))
        self.assertLessEqual({r.status for r in replies}, {200, 202})
        jobs = {r.json["id"] for r in replies if r.status == 202} | {r.json["job"] for r in replies if r.status == 200}
        self.assertEqual(len(jobs), 1)
        self.job_ended(jobs.pop())

    def test_6_a_dossier_that_cannot_be_judged_stops_nobody_and_is_tried_again_in_an_hour(self):
        bad, good = self.intake("TP-05")["code"], self.intake("TP-05")["code"]  # Friday evening: due Wednesday the 17th
        number = rows(f"SELECT id FROM dossier WHERE code = '{bad}'")[0][0]
        rows(f"CREATE TABLE kept AS SELECT * FROM event WHERE dossier_id = {number};"
             f"UPDATE event SET bytes = 'unreadable' WHERE dossier_id = {number}")
        self.clock_to("2022-08-16T17:01:00+07:00")
        tries = f"SELECT tries FROM alarm_failure WHERE dossier_id = {number}"
        run = self.sweep()
        self.assertEqual((run["failed"], run["on"]), (1, "2022-08-16"))
        self.counted(run)
        failed, = self.sweep_items(run["id"], "&did=failed")
        self.assertEqual((failed["dossier"], failed["did"]), (bad, ["failed"]))
        self.assertTrue(failed["problem"]["detail"])
        self.until(lambda: "draft_letter" in self.events(good))
        show = self.cli("sweeps", "show", run["id"])
        self.assertIn(bad, show.stdout)
        again = self.cli("sweep")
        self.assertEqual((again.returncode, "Was run before" in again.stdout, bad in again.stdout), (1, True, True), again.stdout)
        self.until(lambda: "motcua_alarm_failures 1\n" in self.call("GET", "/metrics", checked=False).body.decode())
        had = int(rows(tries)[0][0])
        for minute in (10, 20, 30):  # the minute leaves it alone
            self.clock_to(f"2022-08-16T17:{minute}:00+07:00")
            extra = self.intake("TP-05")["code"]
            rows(f"UPDATE dossier SET next_alarm_at = received_at WHERE code = '{extra}'")  # somebody the minute looks at meanwhile
            self.clock_to(f"2022-08-16T17:{minute}:30+07:00")
            self.until(lambda: rows(f"SELECT 1 FROM dossier WHERE code = '{extra}' AND next_alarm_at > received_at"))
        self.assertEqual(int(rows(tries)[0][0]), had)
        self.clock_to("2022-08-16T18:05:00+07:00")
        self.until(lambda: int(rows(tries)[0][0]) > had)
        rows(f"UPDATE event e SET bytes = k.bytes FROM kept k WHERE k.dossier_id = e.dossier_id AND k.seq = e.seq; DROP TABLE kept")
        self.clock_to("2022-08-16T19:10:00+07:00")
        self.until(lambda: not rows(tries))
        self.assertIn("draft_letter", self.events(bad))

    def test_7_the_night_is_that_of_the_office_that_closes_last(self):
        text = "weekly,2022-01-01,,mon-sat,07:00-11:30 13:30-19:00,,,QĐ thử\n"
        self.call("POST", "/api/v1/calendars", {"key": "muon", "name": "Mở cửa muộn", "level": "office", "base": "vn", "rows": text, **RULES},
                  as_="admin", status=201)
        change = self.call("POST", "/api/v1/offices/x15/changes", {**RULES, "effective_on": "2022-08-16", "calendar": "muon"}, as_="admin")
        self.assertIn(change.status, (200, 202), change.body)
        self.clock_to("2022-08-17T17:30:00+07:00")
        early = self.call("POST", "/api/v1/sweeps", {}, as_="admin")  # not yet: x15 works until seven
        self.assertEqual((early.status, early.json["on"]), (200, "2022-08-16"))
        self.clock_to("2022-08-17T19:01:00+07:00")
        run = self.sweep()
        self.assertEqual((run["night"], run["was_run_before"]), ("2022-08-17T19:00:00+07:00", False))
        self.clock_to("2022-08-22T08:00:00+07:00")
        self.assertEqual(self.night("2022-08-20")["night"], "2022-08-20T19:00:00+07:00")  # a Saturday
        self.assertEqual([n["on"] for n in self.nights()][:4], ["2022-08-20", "2022-08-19", "2022-08-18", "2022-08-17"])

    def test_8_killed_in_the_middle_another_daemon_ends_it_and_every_letter_is_one(self):
        self.login("clerk1")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            codes = list(pool.map(lambda i: self.intake("TP-05", name=f"Lê Văn {i}")["code"], range(300)))
        last = rows("SELECT code FROM dossier ORDER BY id DESC LIMIT 1")[0][0]
        other = harness.daemon.sibling()
        self.clock_to("2022-08-23T19:20:00+07:00")
        self.night("2022-08-23")
        harness.daemon.stop()
        self.later(1)  # Wednesday evening: due on Thursday, certain to be late since this morning
        session = harness.daemon.hold(last)
        night = "2022-08-24T19:00:00+07:00"
        try:  # what travels with that dossier cannot be written: the night stands in the middle, as long as we like
            harness.daemon.start()
            self.until(lambda: int(rows(f"SELECT count(*) FROM event WHERE at = '{night}' AND action = 'draft_letter'")[0][0]) > 100)
            (job, state, done), = rows("SELECT id, state, done FROM job WHERE kind = 'sweep' AND key = '2022-08-24'")
            self.assertEqual((state, done), ("running", "0"))
            harness.daemon.stop(signal.SIGKILL)
        finally:
            session.communicate("ROLLBACK;\n")
        rows(f"UPDATE job SET lease_until = '-infinity' WHERE id = {job}")  # rather than wait for its end
        other.start()
        try:
            run = self.job_ended(job, at=other)["result"]
        finally:
            other.stop()
            harness.daemon.start()
        self.assertEqual((run["failed"], run["letters"]), (0, len(codes)))
        self.assertGreaterEqual(run["seen"], len(codes))
        self.counted(run)
        self.assertEqual(rows("SELECT d.code FROM dossier d LEFT JOIN letter l ON l.dossier_id = d.id"
                              f" WHERE d.received_on = '2022-08-22' GROUP BY d.code HAVING count(l.id) <> 1"), [])
        before = next(n for n in self.nights() if n["on"] == "2022-08-23")  # two working days before the promise
        due = {d["dossier"]: d for d in self.sweep_items(before["id"], part="pre-due")}
        self.assertEqual({(due[c]["due_at"][:10], due[c]["letter_state"], due[c]["office"]) for c in codes}, {("2022-08-25", "drafted", "ubnd")})
        harness.daemon.must("verify", "--config", harness.daemon.config)

    def test_91_a_job_whose_daemon_fell_silent_is_said_to_be_so(self):
        """Two nights by hand: the older may not be begun yet, so nobody takes the younger, whose lease is over."""
        job = "INSERT INTO job (kind, key, parameters, created_by, created_at, state, lease_until) VALUES ('sweep', '{0}', '{{}}', 1, '2022-07-01', '{1}', now() + interval '{2}') RETURNING id"
        first, second = (rows(job.format(*words))[0][0] for words in (("1999-01-04", "waiting", "1 day"), ("1999-01-05", "running", "-1 second")))
        rows(f"INSERT INTO sweep_run (office_id, night, as_of, started_at, job_id, nights_skipped) VALUES (0, '1999-01-05', '1999-01-05', '2022-07-01', {second}, 0)")
        try:
            for lease, is_silent in ((None, True), ("now() + interval '30 seconds'", False), ("'-infinity'", True)):
                if lease:
                    rows(f"UPDATE job SET lease_until = {lease} WHERE id = {second}")
                told = {j["id"]: (j["state"], j["is_lease_expired"]) for j in self.call("GET", "/api/v1/jobs?limit=10", as_="admin", status=200).json["items"]}
                self.assertEqual((told[int(first)], told[int(second)]), (("waiting", False), ("running", is_silent)))
                self.assertEqual(self.call("GET", f"/api/v1/jobs/{second}", as_="admin", status=200).json["is_lease_expired"], is_silent)
                self.assertEqual({n["is_lease_expired"] for n in self.nights() if n["on"] == "1999-01-05"}, {is_silent})
                self.assertEqual("Its daemon fell silent" in self.cli("job", second).stdout, is_silent)
                self.assertEqual("Silent" in self.cli("jobs").stdout.split("\n", 1)[0], True)
            self.assertIn("im lặng", self.cli("job", second, "--lang", "vi").stdout)
            self.assertFalse(any(j["is_lease_expired"] for j in self.call("GET", "/api/v1/jobs?limit=200&state=done", as_="admin", status=200).json["items"]))
        finally:
            rows(f"DELETE FROM sweep_run WHERE job_id = {second}; DELETE FROM job WHERE id IN ({first}, {second})")

    def test_9_after_a_long_gap_the_record_says_how_many_nights_were_skipped(self):
        self.intake("TP-05")
        last = self.nights()[0]["on"]
        self.clock_to("2022-12-01T08:00:00+07:00")
        newest = self.night("2022-11-30", within=60)
        after = [n for n in self.nights() if n["on"] > last]
        self.assertEqual((len(after), after[-1]["nights_skipped"] > 30, newest["nights_skipped"]), (31, True, 0))
        self.assertEqual(self.sweep(status=409, as_of=f"{last[:8]}30T23:00:00+07:00")["code"], "sweep_past")
        status = self.cli("sweeps", "--limit", 3)
        self.assertEqual((status.returncode, "2022-11-30" in status.stdout), (0, True), status.stdout)


harness.main(demo=True, at=harness.START)
