#!/usr/bin/env python3
"""Sent twice, sent by two at once, sent on what is no longer so."""
import concurrent.futures
import harness


class RepeatTest(harness.ApiTest):
    def test_the_same_key_and_body_get_the_first_answer_also_after_a_restart(self):
        body = {"procedure": "TP-10", "applicant": {"name": "Nguyễn Văn A"}}
        first = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="intake-once", status=201).json
        again = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="intake-once", status=201).json
        self.assertEqual((again["code"], again["version"], again["secret"]), (first["code"], first["version"], first["secret"]))
        path = f"/api/v1/dossiers/{first['code']}/actions/forward"
        one = self.call("POST", path, {}, as_="clerk1", key="forward-once", status=200).json
        harness.daemon.stop()
        harness.daemon.start()
        two = self.call("POST", path, {}, as_="clerk1", key="forward-once", status=200).json
        self.assertEqual(one["version"], two["version"])
        third = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="intake-once", status=201).json
        self.assertEqual(third["code"], first["code"])
        self.assertEqual(self.events(first["code"]), ["accept", "forward"])

    def test_an_action_sent_again_is_answered_as_the_first_time_whether_it_could_be_done_again_or_not(self):
        """On its own version (stale by its own doing), without one, by who may no more, and where it would still be allowed."""
        for action, body, headers in (("assign", {"officer": "clerk2"}, {"If-Match": '"1"'}), ("assign", {"officer": "clerk2"}, {}),
                                      ("forward", {}, {"If-Match": '"1"'}), ("forward", {}, {})):
            code = self.intake()["code"]
            key, path = f"again-{code}-{action}-{len(headers)}", f"/api/v1/dossiers/{code}/actions/{action}"
            one, two = (self.call("POST", path, body, as_="clerk1", key=key, status=200, headers=headers).json for _ in range(2))
            self.assertEqual((one["version"], two["version"], two["state"]), (2, 2, one["state"]))
            self.assertEqual(self.events(code), ["accept", action])
            other = self.call("POST", path, {**body, "note": "x"}, as_="clerk1", key=key, status=422, headers=headers)
            self.assertEqual(other.code, "key_reused")
            stale = self.call("POST", path, body, as_="clerk1", key=key + "-new", status=412, headers={"If-Match": '"1"'})
            self.assertEqual(stale.code, "version_stale")

    def test_a_new_year_s_first_dossier_waits_for_its_numbers(self):
        late = {"received_at": "2021-12-30T09:00:00+07:00", "remark": "Nhập muộn"}
        self.assertEqual(self.intake(**late, status=409)["code"], "calendar_gap")
        harness.ApiTest.clock_to(self, "2023-01-03T08:00:00+07:00")
        for year, more in ((2023, {}), (2022, {"received_at": "2022-12-30T09:00:00+07:00", "remark": "Nhập muộn"})) * 3:
            self.assertIn(f"-{year % 100}", self.intake(**more)["code"])

    def test_the_same_key_with_another_body_is_refused(self):
        body = {"procedure": "TP-10", "applicant": {"name": "Nguyễn Văn A"}}
        d = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="used", status=201).json
        other = self.call("POST", "/api/v1/dossiers", {**body, "channel": "post"}, as_="clerk1", key="used", status=422)
        self.assertEqual(other.code, "key_reused")
        path = f"/api/v1/dossiers/{d['code']}/actions/"
        self.call("POST", path + "forward", {}, as_="clerk1", key="moved", status=200)
        self.assertEqual(self.call("POST", path + "decline", {}, as_="clerk1", key="moved", status=422).code, "key_reused")
        self.assertEqual(self.events(d["code"]), ["accept", "forward"])

    def test_a_key_belongs_to_its_officer(self):
        body = {"procedure": "TP-10", "applicant": {"name": "Nguyễn Văn A"}}
        mine = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="shared", status=201).json
        theirs = self.call("POST", "/api/v1/dossiers", body, as_="clerk2", key="shared", status=201).json
        self.assertNotEqual(mine["code"], theirs["code"])

    def test_one_key_sent_by_many_at_once_acts_once(self):
        body = {"procedure": "TP-10", "applicant": {"name": "Nguyễn Văn A"}}
        self.login("clerk1")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda _: self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="crowd", status=201).json,
                                    range(8)))
        self.assertEqual(len({r["code"] for r in replies}), 1)
        self.assertEqual(self.events(replies[0]["code"]), ["accept"])

    def test_a_key_that_another_daemon_commits_meanwhile_gets_the_first_answer(self):
        """A client that lost its daemon asks the next one, while the first commit is still under way."""
        body = {"procedure": "TP-10", "applicant": {"name": "Nguyễn Văn A"}}
        first = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="torn", status=201).json
        for key, sent, status in (("torn-same", body, 201), ("torn-other", {**body, "channel": "post"}, 422)):
            session = harness.daemon.hold(first["code"])
            session.stdin.write("INSERT INTO idempotency_key (principal, key, body_hash, dossier_id, seq, status, created_at) SELECT "
                                f"principal, '{key}', body_hash, dossier_id, seq, status, created_at FROM idempotency_key WHERE key = 'torn' RETURNING 'kept';\n")
            session.stdin.flush()
            self.assertEqual(session.stdout.readline(), "kept\n")
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                reply = pool.submit(self.call, "POST", "/api/v1/dossiers", sent, as_="clerk1", key=key)
                self.until(lambda: harness.daemon.rows("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
                session.communicate("COMMIT;\n")
                reply = reply.result()
            self.assertEqual(reply.status, status, reply.body[:300])
            if status == 201:
                self.assertEqual((reply.json["code"], reply.json["secret"]), (first["code"], first["secret"]))
            else:
                self.assertEqual(reply.code, "key_reused")

    def test_a_daemon_whose_clock_is_behind_says_later(self):
        """Another daemon wrote as of a later moment: no fault of the client, who may ask that one, or again."""
        self.intake()
        feed = harness.daemon.rows("INSERT INTO feed (recorded_at, dossier_ids, holders_before, pendings_before) SELECT recorded_at + interval '1 hour',"
                                   " dossier_ids, holders_before, pendings_before FROM feed ORDER BY id DESC LIMIT 1 RETURNING id")[0][0]
        body = {"procedure": "TP-10", "applicant": {"name": "Nguyễn Văn A"}}
        refused = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="behind", status=503)
        self.assertEqual((refused.code, refused.headers["retry-after"].isdigit()), ("clock_behind", True))
        harness.daemon.rows(f"DELETE FROM feed WHERE id = {feed}")
        self.call("POST", "/api/v1/dossiers", body, as_="clerk1", key="behind", status=201)

    def test_a_stale_version_is_refused_with_the_present_one(self):
        code = self.intake()["code"]
        self.act(code, "forward", as_="clerk1")
        stale = self.call("POST", f"/api/v1/dossiers/{code}/actions/decline", {"reason": "x"}, as_="head_tp", status=412,
                          headers={"If-Match": '"1"'})
        self.assertIn("version 2", stale.json["detail"])
        self.assertEqual(self.call("POST", f"/api/v1/dossiers/{code}/actions/decline", {"reason": "x"}, as_="head_tp",
                                   headers={"If-Match": "soon"}, status=400).code, "if_match_form")
        self.assertEqual(self.events(code), ["accept", "forward"])

    def at_once(self, code, headers):
        """Two clerks name two officers at the same instant."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda who: self.call(
                "POST", f"/api/v1/dossiers/{code}/actions/assign", {"officer": who}, as_=who, headers=headers), ("clerk1", "clerk2")))

    def test_of_two_clerks_at_once_one_wins_with_if_match(self):
        self.login("clerk1"), self.login("clerk2")
        for _ in range(10):
            code = self.intake()["code"]
            replies = self.at_once(code, {"If-Match": '"1"'})
            self.assertEqual(sorted(r.status for r in replies), [200, 412], [r.body for r in replies])
            self.assertEqual(self.events(code), ["accept", "assign"])

    def test_of_two_clerks_at_once_both_are_decided_in_order_without_if_match(self):
        self.login("clerk1"), self.login("clerk2")
        for _ in range(10):
            code = self.intake()["code"]
            replies = self.at_once(code, {})
            self.assertEqual([r.status for r in replies], [200, 200], [r.body for r in replies])
            self.assertEqual(sorted(r.json["version"] for r in replies), [2, 3])
            last = max(replies, key=lambda r: r.json["version"]).json
            self.assertEqual(self.dossier(code)["officer"], last["officer"])

    def test_of_two_forwards_at_once_the_second_finds_it_sent(self):
        self.login("clerk1")
        for _ in range(5):
            code = self.intake()["code"]
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                replies = list(pool.map(lambda _: self.call("POST", f"/api/v1/dossiers/{code}/actions/forward", {}, as_="clerk1"), range(2)))
            self.assertEqual(sorted(r.status for r in replies), [200, 409])
            self.assertEqual(self.events(code), ["accept", "forward"])

    def test_keys_past_their_seven_days_go_slice_by_slice_until_none_is_left(self):
        """The hourly look, which a daemon also takes as it starts."""
        ago = "INSERT INTO idempotency_key (principal, key, body_hash, dossier_id, seq, status, created_at) SELECT 1, '{0} ' || n, sha256(n::text::bytea), 1, 1, 200, now() - interval '{0}' FROM generate_series(1, {1}) n"
        harness.daemon.stop()
        harness.daemon.rows("CREATE TABLE slice (n bigint); CREATE FUNCTION slice_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
                            " $$ BEGIN INSERT INTO public.slice SELECT count(*) FROM gone; RETURN NULL; END $$;"
                            " CREATE TRIGGER slice_note AFTER DELETE ON idempotency_key REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION slice_note();"
                            + ago.format("8 days", 25001) + ";" + ago.format("6 days", 10))
        harness.daemon.start()
        try:
            self.until(lambda: harness.daemon.rows("SELECT count(*) FROM idempotency_key WHERE key LIKE '8 days %'") == [["0"]])
            self.assertEqual(harness.daemon.rows("SELECT n FROM slice WHERE n > 0 ORDER BY n DESC"), [["10000"], ["10000"], ["5001"]])
            self.assertEqual(harness.daemon.rows("SELECT count(*) FROM idempotency_key WHERE key LIKE '6 days %'"), [["10"]])
            for chore in ("housekeeping", "event_partition", "feed_trim", "idempotency_trim", "job_trim"):
                self.assertNotIn(f'"{chore}"', harness.daemon.log())
        finally:
            harness.daemon.rows("DELETE FROM idempotency_key WHERE key LIKE '_ days %'; DROP TABLE slice; DROP FUNCTION slice_note CASCADE")


harness.main(demo=True, at=harness.START)
