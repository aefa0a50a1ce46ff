#!/usr/bin/env python3
"""The clerk's and the officer's own deadlines: the demonstration clock goes forward through each of them."""
import concurrent.futures
import time

import harness


def wait_until(what, seconds=20):
    """Polls: the daemon's own clockwork has no bell to wait on."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.1)
    return what()


class DeadlineTest(harness.ApiTest):
    def deadlines(self, as_="clerk1", status=200, **query):
        words = "&".join(f"{k}={v}" for k, v in query.items())
        return self.call("GET", f"/api/v1/deadlines?{words}", as_=as_, status=status).json

    def of(self, code, kind=None, as_="admin", **query):
        """Rows of one dossier in the list."""
        if kind:
            query["kind"] = kind
        return [d for d in self.deadlines(as_, limit=200, **query)["items"] if d["dossier"] == code]

    def due(self, code, kind, **query):
        rows = self.of(code, kind, **query)
        return rows[0]["due_at"] if rows else None

    def inside(self, code, kind):
        return [d for d in self.dossier(code)["deadlines"] if d["kind"] == kind]

    def processing(self, officer="officer1", head="head_tp"):
        code = self.intake("TP-10")["code"]
        for giver, taker in (("clerk1", head), (head, officer)):
            self.act(code, "forward", as_=giver)
            self.act(code, "take_over", as_=taker)
        return code

    def resumed(self, code):
        items = self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_="admin", status=200).json["items"]
        return [e for e in items if e["action"] == "resume"]

    def test_01_an_online_filing_is_answered_within_eight_working_hours(self):
        self.clock_to("2022-08-01T08:00:00+07:00")
        code = self.intake("TP-10", is_submission=True)["code"]
        at = self.dossier(code)["submitted_at"]
        row = self.of(code, "online_intake")[0]
        self.assertEqual((row["from"], row["due_at"][:16]), (at, "2022-08-02T08:00"))
        self.assertEqual((row["office"], row["officer"], row["ends"], row["is_passed"]), ("mc", None, "duty", False))
        self.assertEqual(row["source"], "law:online-filing")
        self.assertEqual([d["due_at"] for d in self.inside(code, "online_intake")], [row["due_at"]])
        self.assertEqual(self.of(code, state="overdue"), [])
        self.assertEqual(self.of(code, state="due_today"), [])
        self.assertTrue(self.of(code, state="soon"))
        self.clock_to("2022-08-02T08:30:00+07:00")
        self.assertTrue(self.of(code, "online_intake", state="overdue")[0]["is_passed"])
        self.assertEqual(self.of(code, state="soon") + self.of(code, state="due_today"), [])
        self.call("POST", f"/api/v1/dossiers/{code}/actions/accept", {}, as_="clerk1", status=200)
        self.assertEqual(self.of(code, "online_intake"), [])
        self.assertEqual(self.of(code, "forward"), [])  # electronic data have no number

    def test_02_paper_is_passed_on_the_same_day_or_at_the_start_of_the_next(self):
        self.clock_to("2022-08-02T09:00:00+07:00")
        early = self.intake("TP-10")["code"]
        row = self.of(early, "forward", state="due_today")[0]
        self.assertEqual((row["due_at"], row["office"], row["officer"]), ("2022-08-02T17:00:00+07:00", "mc", "clerk1"))
        self.clock_to("2022-08-02T15:30:00+07:00")
        late = self.intake("TP-10")["code"]
        self.assertEqual(self.due(late, "forward"), "2022-08-03T08:00:00+07:00")
        self.act(late, "forward", as_="clerk1")
        self.assertEqual(self.of(late, "forward"), [])
        self.act(late, "decline", as_="head_tp", reason="Thiếu giấy tờ")
        self.assertEqual(self.due(late, "forward"), "2022-08-03T08:00:00+07:00")  # the clerk has it again
        self.clock_to("2022-08-03T08:00:01+07:00")
        passed = [d["dossier"] for d in self.deadlines(kind="forward", state="overdue", limit=200)["items"]]
        self.assertEqual(passed, [early, late])  # soonest first
        for code in (early, late):
            self.act(code, "forward", as_="clerk1")
        self.assertEqual(self.deadlines(kind="forward", state="overdue")["items"], [])

    def test_03_the_last_moment_to_send_back_passes_without_a_breach(self):
        self.clock_to("2022-08-03T09:00:00+07:00")
        code = self.intake("TP-10")["code"]
        row = self.of(code, "supplement_notice")[0]
        self.assertEqual((row["due_at"], row["ends"]), ("2022-08-08T17:00:00+07:00", "window"))
        self.act(code, "forward", as_="clerk1")
        self.act(code, "take_over", as_="head_tp")
        row = self.of(code, "supplement_notice")[0]
        self.assertEqual((row["office"], row["officer"]), ("tp", "head_tp"))
        self.clock_to("2022-08-09T08:00:00+07:00")
        self.assertEqual(self.of(code, "supplement_notice"), [])
        self.assertEqual(self.inside(code, "supplement_notice"), [])
        self.assertTrue(self.act(code, "request_supplement", as_="head_tp", reason="Thiếu").json["holds"][0]["is_late_request"])
        type(self).silent = code

    def test_04_silence_after_a_supplement_request_is_only_listed_under_the_first_ruleset(self):
        row = self.of(self.silent, "stale")[0]
        self.assertEqual((row["due_at"], row["office"]), ("2022-09-08T23:59:59+07:00", "mc"))
        self.assertEqual(self.of(self.silent, "silence"), [])
        self.clock_to("2022-09-08T23:59:59+07:00")
        self.assertEqual(self.of(self.silent, "stale", state="overdue"), [])  # the day is not over
        self.clock_to("2022-09-09T08:00:00+07:00")
        self.assertEqual(self.of(self.silent, "stale", state="overdue")[0]["dossier"], self.silent)
        self.act(self.silent, "close", as_="clerk1", legal_ground="Luật chuyên ngành", reason="Không bổ sung")
        self.assertEqual(self.of(self.silent), [])

    def hold_for_confirmation(self, code, **fields):
        self.act(code, "hold", as_="officer1", hold_kind="applicant_confirm", hold_effect="resume",
                 legal_ground="Quy trình hộ tịch", reason="Gửi bản nháp", **fields)

    def test_05_silence_is_agreement_by_itself(self):
        self.clock_to("2022-09-12T08:00:00+07:00")
        code = self.processing()
        before = self.dossier(code)["due_at"]
        self.clock_to("2022-09-13T10:00:00+07:00")
        self.hold_for_confirmation(code)
        row = self.of(code, "confirmation")[0]
        self.assertEqual((row["due_at"], row["ends"]), ("2022-09-14T23:59:59+07:00", "itself"))
        self.clock_to("2022-09-15T07:00:00+07:00")
        self.assertTrue(wait_until(lambda: self.resumed(code), 70))
        event, = self.resumed(code)
        self.assertEqual((event["at"], event["officer"]), ("2022-09-14T23:59:59+07:00", None))
        self.assertEqual(event["recorded_at"][:10], "2022-09-15")
        d = self.dossier(code)
        self.assertEqual((d["state"], d["holds"][-1]["to"]), ("processing", "2022-09-14T23:59:59+07:00"))
        self.assertGreater(d["due_at"], before)
        self.assertEqual(self.of(code, "confirmation"), [])

    def test_06_a_daemon_that_slept_finds_it_and_two_write_it_once(self):
        codes = [self.processing() for _ in range(4)]
        by_hand = self.processing()
        for code in codes + [by_hand]:
            self.hold_for_confirmation(code)
        day = self.of(codes[0], "confirmation")[0]["due_at"]
        self.assertEqual(day[:10], "2022-09-16")
        resumed = self.act(by_hand, "resume", as_="officer1").json
        harness.daemon.stop()
        harness.daemon.rows("UPDATE setting SET clock_offset_us = clock_offset_us + 10 * 86400000000")
        other = harness.daemon.sibling()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda d: d.start(), (harness.daemon, other)))
        try:
            self.assertTrue(wait_until(lambda: all(self.resumed(c) for c in codes), 90))
            time.sleep(2)  # whoever is second has had its turn
        finally:
            other.stop()
        promises = set()
        for code in codes:
            event, = self.resumed(code)
            self.assertEqual((event["at"], event["officer"]), (day, None))
            promises.add(self.dossier(code)["due_at"])
        self.assertEqual(len(promises), 1)
        self.assertEqual(len(self.resumed(by_hand)), 1)
        self.assertEqual(self.dossier(by_hand)["due_at"], resumed["due_at"])

    def test_07_an_opinion_that_does_not_come_reaches_the_head_of_the_one_stop_unit(self):
        self.clock_to("2022-09-27T08:00:00+07:00")
        code = self.processing()
        self.act(code, "ask_opinion", as_="officer1", office="tnmt", answer_by="2022-09-29T11:30:00+07:00", reason="Xin ý kiến")
        row = self.of(code, "opinion", as_="head_tnmt")[0]
        self.assertEqual((row["office"], row["due_at"], row["opinion"]), ("tnmt", "2022-09-29T11:30:00+07:00", 1))
        self.assertEqual(self.of(code, "opinion_report", as_="head_tnmt"), [])  # another office's
        self.assertFalse(self.dossier(code)["opinions"][0]["is_overdue"])
        self.assertEqual(self.of(code, "opinion_report", as_="clerk1", state="overdue"), [])
        self.clock_to("2022-09-29T11:31:00+07:00")
        report = self.of(code, "opinion_report", as_="clerk1", state="overdue")[0]
        self.assertEqual((report["office"], report["source"]), ("mc", "law:opinion-unanswered"))
        self.assertTrue(self.dossier(code)["opinions"][0]["is_overdue"])
        self.assertTrue(self.of(code, "opinion", as_="head_tnmt", state="overdue"))
        self.act(code, "give_opinion", as_="officer15", opinion=1, note="Đồng ý")
        self.assertEqual(self.of(code, "opinion") + self.of(code, "opinion_report"), [])
        self.assertFalse(self.dossier(code)["opinions"][0]["is_overdue"])

    def test_08_a_request_for_withdrawal_is_acted_on_within_a_working_day(self):
        self.clock_to("2022-09-30T10:00:00+07:00")
        code = self.processing()
        self.act(code, "request_withdrawal", as_="clerk1", reason="Đổi ý")
        row = self.of(code, "withdrawal")[0]
        self.assertEqual((row["due_at"], row["office"], row["officer"]), ("2022-10-03T17:00:00+07:00", "tp", None))
        self.clock_to("2022-10-04T08:00:00+07:00")
        self.assertTrue(self.of(code, "withdrawal", state="overdue"))
        self.act(code, "stop", as_="head_tp", outcome="withdrawn", reason="Theo yêu cầu")
        self.assertEqual(self.of(code), [])

    def test_09_pages_and_counts_tell_the_same_rows(self):
        whole = self.deadlines("admin", limit=200, count="true")
        self.assertEqual(whole["count"], len(whole["items"]))
        counts = {c["kind"]: c["count"] for c in whole["counts"]}
        self.assertEqual(sum(counts.values()), whole["count"])
        for kind, n in counts.items():
            self.assertEqual(sum(d["kind"] == kind for d in whole["items"]), n)
        key = lambda d: (d["dossier"], d["kind"], d.get("opinion"))
        dues = [d["due_at"] for d in whole["items"]]
        self.assertEqual(dues, sorted(dues))
        walked, after = [], None
        while True:
            page = self.deadlines("admin", limit=2, **({"after": after} if after else {}))
            walked += page["items"]
            after = page.get("next")
            if not after:
                break
        self.assertEqual([key(d) for d in walked], [key(d) for d in whole["items"]])
        parts = [self.deadlines("admin", state=s, limit=200)["items"] for s in ("overdue", "due_today", "soon")]
        self.assertTrue({key(d) for d in parts[1]} <= {key(d) for d in parts[2]})
        self.assertFalse({key(d) for d in parts[0]} & {key(d) for d in parts[2]})

    def test_10_everybody_sees_the_deadlines_of_the_offices_they_may_read(self):
        self.assertEqual({d["office"] for d in self.deadlines("clerk1", limit=200)["items"]} - {"mc"}, set())
        self.assertEqual(self.deadlines("head_gddt")["items"], [])
        self.deadlines("head_gddt", office="tp", status=403)
        self.assertEqual(self.deadlines("admin", kind="holiday", status=422)["field"], "kind")
        self.assertEqual(self.deadlines("admin", state="late", status=422)["field"], "state")
        self.deadlines("admin", after="yesterday", status=422)
        self.deadlines("admin", office="nowhere", status=422)
        self.deadlines("admin", colour="red", status=422)

    def test_11_an_edit_of_the_calendar_is_followed_without_an_event(self):
        self.clock_to("2022-10-10T09:00:00+07:00")
        code = self.intake("TP-10")["code"]
        self.assertEqual(self.due(code, "supplement_notice"), "2022-10-13T17:00:00+07:00")
        version = self.dossier(code)["version"]
        harness.daemon.rows("""INSERT INTO calendar_row (calendar_id, line, type, from_on, kind, name_vi, source)
            SELECT calendar_id, max(line) + 1, 'day', '2022-10-12', 'closure', 'Bão', 'test' FROM calendar_row GROUP BY 1 ORDER BY 1 LIMIT 1;
            SELECT epoch_bump()""")
        # another edit over the API: the daemon reads the rules again at once
        self.call("POST", "/api/v1/objective-intervals", {"kind": "outage", "from": "2022-10-12T00:00:00+07:00",
                  "to": "2022-10-12T23:00:00+07:00", "reason": "Bảo trì hệ thống tỉnh", "evidence": "1/TB"}, as_="leader1", status=201)
        self.assertTrue(wait_until(lambda: self.due(code, "supplement_notice") == "2022-10-14T17:00:00+07:00", 70))
        self.assertEqual(self.dossier(code)["version"], version)
        wait_until(lambda: harness.daemon.rows("SELECT epoch = deadlines_epoch FROM setting") == [["t"]])
        self.assertEqual(harness.daemon.rows("SELECT epoch = deadlines_epoch FROM setting"), [["t"]])

    def test_12_an_end_asked_for_with_a_pause_is_its_end(self):
        self.clock_to("2022-10-17T08:00:00+07:00")
        code = self.processing()
        self.hold_for_confirmation(code, answer_by="2022-10-17T12:00:00+07:00")
        self.assertEqual(self.due(code, "confirmation"), "2022-10-17T12:00:00+07:00")
        self.clock_to("2022-10-17T13:30:00+07:00")
        self.assertTrue(wait_until(lambda: self.resumed(code), 70))
        self.assertEqual(self.resumed(code)[0]["at"], "2022-10-17T12:00:00+07:00")
        self.act(code, "hold", as_="officer1", hold_kind="other", hold_effect="resume", legal_ground="Luật chuyên ngành",
                 reason="Chờ giám định", answer_by="2022-10-18T10:00:00+07:00")
        row, = self.of(code, "other_hold")
        self.assertEqual((row["due_at"], row["officer"], row["ends"]), ("2022-10-18T10:00:00+07:00", "officer1", "duty"))
        self.clock_to("2022-10-18T10:30:00+07:00")
        self.assertEqual(len(self.of(code, "other_hold", state="overdue")), 1)  # and it goes on: somebody must act
        self.act(code, "resume", as_="officer1")
        self.assertEqual(self.of(code, "other_hold"), [])

    def test_13_what_comes_back_before_acceptance_is_answered_within_eight_hours_of_its_return(self):
        self.clock_to("2022-10-19T08:00:00+07:00")
        code = self.intake("TP-10", is_submission=True)["code"]
        self.act(code, "request_supplement", as_="clerk1", items=["Tờ khai"], reason="Thiếu")
        self.assertEqual(self.of(code, "online_intake"), [])
        self.clock_to("2022-10-21T10:00:00+07:00")
        self.act(code, "receive_supplement", as_="clerk1")
        self.assertEqual(self.due(code, "online_intake")[:16], "2022-10-24T10:00")


harness.main(demo=True)
