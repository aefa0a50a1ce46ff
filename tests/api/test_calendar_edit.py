#!/usr/bin/env python3
"""An edit of a calendar reaches open dossiers: preview, apply, killed and resumed, shared, cancelled; and who is told."""
import concurrent.futures
import datetime
import json
import random
import signal
import time

import harness

DOSSIERS = 300
LIMITS = {}  # procedure -> its limit, of those the counter of the district takes in


class CalendarEditTest(harness.ApiTest):
    maxDiff = 2000

    # ---- making edits: the rows of the country's calendar, as the database holds them ----

    def rows(self):
        return [json.loads(row[0]) for row in harness.daemon.rows(
            "SELECT json_build_array(type, from_on, to_on, kind, sessions, name_vi, name_en, source)::text FROM calendar_row r"
            " JOIN calendar c ON c.id = r.calendar_id WHERE c.key = 'vn' ORDER BY line")]

    def day(self, on, kind, sessions="", name="thử"):
        return ["day", on, "", kind, sessions, name, name, "QĐ thử"]

    def edit(self, rows, first_on, last_on, on="2022-08-01"):
        """The edit, its entry in the change log and its job, in one transaction; the job's id."""
        values = ",".join("((SELECT id FROM calendar WHERE key = 'vn'), {}, {})".format(
            n, ", ".join("'" + field.replace("'", "''") + "'" for field in row)) for n, row in enumerate(rows, 1))
        said = harness.daemon.rows(
            "DELETE FROM calendar_row WHERE calendar_id = (SELECT id FROM calendar WHERE key = 'vn');"
            "INSERT INTO calendar_row (calendar_id, line, type, from_on, to_on, kind, sessions, name_vi, name_en, source)"
            f" VALUES {values};"
            "WITH c AS (SELECT reference_change_add('calendar', 'vn', 'replace', '%s', %s, 'QĐ 1', 'thử', '', '', '%s') AS id)"
            " SELECT (job_add('calendar_apply', 'change ' || id, json_build_object('calendar', 'vn', 'change', id,"
            " 'first_on', '%s', 'last_on', '%s')::text, %s, '%s')).id, id FROM c" % (
                on, self.admin(), self.now(), first_on, last_on, self.admin(), self.now()))
        self.change = int(said[0][1])
        return int(said[0][0])

    def preview(self, rows):
        self.previews = getattr(self, "previews", 0) + 1
        parameters = json.dumps({"calendar": "vn", "rows": rows}, ensure_ascii=False).replace("'", "''")
        return int(harness.daemon.rows(f"SELECT (job_add('calendar_preview', 'test {time.monotonic_ns()}', '{parameters}',"
                                       f" {self.admin()}, '{harness.START}')).id")[0][0])

    def now(self):
        return self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]

    def admin(self):
        return harness.daemon.rows("SELECT id FROM officer WHERE login = 'admin'")[0][0]

    # ---- jobs ----

    def job(self, number):
        return self.call("GET", f"/api/v1/jobs/{number}", as_="admin", status=200).json

    def ended(self, number, state="done", within=60):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            job = self.job(number)
            if job["state"] not in ("waiting", "running"):
                self.assertEqual(job["state"], state, job)
                return job
            time.sleep(0.05)  # a job is worked off by the daemon; nothing tells when
        self.fail(f"job {number} has not ended: {job}")

    def items(self, number):
        items, after = [], ""
        while True:
            page = self.call("GET", f"/api/v1/jobs/{number}/items?limit=200{after}", as_="admin", status=200).json
            items += [i["item"] for i in page["items"]]
            if "next" not in page:
                return items
            after = "&after=" + page["next"]

    # ---- dossiers ----

    def fill(self):
        if LIMITS:
            return
        for p in self.call("GET", "/api/v1/procedures?office=mc&limit=200", as_="admin", status=200).json["items"]:
            if len(p["cases"]) == 1 and not p["cases"][0]["returns_at_once"]:
                LIMITS[p["key"]] = p["cases"][0]["limit"]
        keys = sorted(LIMITS)

        def take(n):
            body = {"procedure": keys[n % len(keys)], "applicant": {"name": f"Người {n}"}}
            if n % 50 == 0:
                body["authorised"] = {"name": f"Người đại diện {n}"}
            return self.call("POST", "/api/v1/dossiers", body, as_="clerk1", checked=False).status

        self.login("clerk1")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            took = list(pool.map(take, range(DOSSIERS)))
        self.assertGreater(took.count(201), DOSSIERS * 3 // 4, took[:20])

    def promises(self):
        """code -> due_at, due_on of what is open."""
        return {code: (at, on) for code, at, on in harness.daemon.rows(
            "SELECT code, to_char(due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD\"T\"HH24:MI:SS'), due_on FROM dossier WHERE ended_at IS NULL"
            " AND due_at IS NOT NULL")}

    def moves(self, change=None):
        """Events RECOMPUTE_DUE of a change, per dossier."""
        where = f"AND convert_from(bytes, 'UTF8') LIKE E'%\\nchange {change}\\n%'" if change else ""
        return [int(row[1]) for row in harness.daemon.rows(
            f"SELECT dossier_id, count(*) FROM event WHERE convert_from(bytes, 'UTF8') LIKE E'%\\naction recompute_due\\n%' {where}"
            " GROUP BY dossier_id")]

    def verified(self):
        deadline = time.monotonic() + 30
        while harness.daemon.rows("SELECT count(*) FROM information_schema.columns WHERE column_name = 'deadlines_epoch'") == [["1"]]:
            if harness.daemon.rows("SELECT deadlines_epoch >= epoch FROM setting") == [["t"]] or time.monotonic() > deadline:
                break
            time.sleep(0.1)  # the daemon brings warnings and alarms in line by itself
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-600:])

    def both(self, rows, first_on, last_on):
        """Preview, then the edit: the same, dossier by dossier, and what was said is what is."""
        before, events = self.promises(), sum(self.moves())
        preview = self.preview(rows)
        said = self.ended(preview)["result"]
        self.assertEqual(self.promises(), before)
        self.assertEqual(sum(self.moves()), events)
        apply = self.edit(rows, first_on, last_on)
        done = self.ended(apply)["result"]
        self.assertEqual(done.pop("change"), self.change)
        self.assertEqual(done, said)
        self.assertEqual(sorted(map(json.dumps, self.items(apply))), sorted(map(json.dumps, self.items(preview))))
        after = self.promises()
        moved = {i["dossier"]: i for i in self.items(apply) if i["outcome"] == "moved"}
        self.assertEqual(len(moved), done["moved"])
        self.assertEqual({c for c in before if before[c] != after[c]}, set(moved))
        for code, i in moved.items():
            self.assertEqual((i["from"][:19], i["to"][:19]), (before[code][0], after[code][0]))
            self.assertLess(before[code][0], after[code][0])
        self.assertEqual(self.moves(self.change), [1] * len(moved))
        self.verified()
        return done

    # ---- the tests ----

    def test_1_a_closure_moves_what_spans_it(self):
        self.fill()
        before = self.promises()
        done = self.both(self.rows() + [self.day("2022-08-10", "closure", name="Bão số 3")], "2022-08-10", "2022-08-10")
        after = self.promises()
        self.assertGreater(done["moved"], 20)
        self.assertEqual(done["failed"], 0)
        wd = {p: int(limit[:-2]) for p, limit in LIMITS.items() if limit.endswith("wd")}
        for code, procedure in harness.daemon.rows("SELECT d.code, p.key FROM dossier d JOIN procedure_version p ON p.id = d.procedure_id"):
            if procedure not in wd:
                continue
            # received on Monday 1 August: the n-th weekday after it, 10 August and 1 and 2 September left out
            for closed, promise in (((), before), (("2022-08-10",), after)):
                on, left = datetime.date(2022, 8, 1), wd[procedure]
                while left:
                    on += datetime.timedelta(1)
                    left -= on.weekday() < 5 and str(on) not in ("2022-09-01", "2022-09-02", *closed)
                self.assertEqual(promise[code][1], str(on), (code, procedure))

    def test_2_a_make_up_saturday_brings_nothing_forward(self):
        before = self.promises()
        done = self.both(self.rows() + [self.day("2022-08-13", "make_up", "like 2022-08-10")], "2022-08-13", "2022-08-13")
        self.assertEqual(done["moved"], 0)
        self.assertGreater(done["earlier_kept"], 20)
        self.assertEqual(self.promises(), before)
        fresh = self.intake("TP-10")  # but who comes now is promised on the calendar as it is
        self.assertTrue(fresh["due_at"])

    def test_3_a_holiday_removed_brings_nothing_forward(self):
        before = self.promises()
        rows = [r for r in self.rows() if r[1] != "2022-09-01"]
        done = self.both(rows, "2022-09-01", "2022-09-02")
        self.assertEqual(done["moved"], 0)
        self.assertEqual(self.promises(), before)

    def test_4_a_swap_moves_only_what_ends_between_its_days(self):
        rows = self.rows() + [self.day("2022-08-15", "swapped"), self.day("2022-08-20", "make_up", "like 2022-08-15")]
        done = self.both(rows, "2022-08-15", "2022-08-20")
        self.assertTrue("2022-08-15" < done["latest_on"] <= "2022-08-22" if done["moved"] else True)

    def test_5_an_edit_that_changes_no_day_looks_at_nobody(self):
        job = self.ended(self.preview(self.rows()))
        self.assertEqual((job["total"], job["result"]["seen"], job["items"]), (0, 0, 0))

    def test_6_bad_parameters_fail_and_say_why(self):
        job = self.ended(self.preview(self.rows() + [self.day("2022-08-15", "closure")]), state="failed")
        self.assertEqual(job["problem"]["code"], "calendar_day_differs")
        self.assertEqual(self.call("POST", f"/api/v1/jobs/{job['id']}/actions/cancel", as_="admin", status=409).code, "job_state")

    def test_7_who_is_to_be_told(self):
        notices = self.call("GET", "/api/v1/notices?limit=200&state=waiting", as_="admin", status=200).json["items"]
        told = [(n["dossier"], n["name"]) for n in notices]
        self.assertEqual(len(told), len(set(told)))
        moved = {c for c, in harness.daemon.rows("SELECT code FROM dossier WHERE due_at <> due_original_at")}
        waiting = harness.daemon.rows("SELECT count(DISTINCT dossier_id), count(*) FROM outbox WHERE state = 'waiting'")[0]
        self.assertEqual(int(waiting[0]), len(moved))
        self.assertGreater(int(waiting[1]), len(moved))  # those who authorised somebody are told beside that one
        for n in notices:  # nobody has been told anything since the slip: the first date is what they know
            row = harness.daemon.rows(f"SELECT due_original_at = '{n['from']}', due_at = '{n['to']}' FROM dossier WHERE code = '{n['dossier']}'")
            self.assertEqual(row, [["t", "t"]], n)
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM outbox WHERE payload LIKE '%Người%'"), [["0"]])
        self.call("GET", "/api/v1/notices?limit=5", as_="clerk1", status=200)
        self.assertEqual(self.call("GET", "/api/v1/notices", as_="clerk_x01", status=200).json["items"], [])

    def test_7a_the_command_line_follows_a_job(self):
        job = self.preview(self.rows() + [self.day("2022-08-16", "closure")])
        waited = self.cli("job", job, "--wait")
        self.assertEqual(waited.returncode, 0, waited.stderr)
        self.assertIn("Moved later", waited.stdout)
        moved = self.job(job)["result"]["moved"]
        self.assertGreater(moved, 0)
        page = self.cli("job-items", job, "--limit", 3)
        self.assertIn("moved later", page.stdout, page.stderr)
        self.assertIn("Next page: --after 3", page.stdout)
        self.assertIn("Preview of a calendar edit", self.cli("jobs", "--job-kind", "calendar_preview").stdout)
        self.assertIn("waiting", self.cli("notices", "--state", "waiting", "--limit", 5).stdout)
        refused = self.cli("job-cancel", job)
        self.assertEqual((refused.returncode, "[job_state]" in refused.stderr), (1, True))
        failed = self.cli("job", self.preview([["day", "x", "", "closure", "", "", "", ""]]), "--wait")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("Why it failed", failed.stdout)

    def test_7b_figures_tell_of_jobs(self):
        deadline, text = time.monotonic() + 15, ""
        while ('motcua_jobs{kind="calendar_apply",state="done"} 0' in text or not text) and time.monotonic() < deadline:
            text = self.call("GET", "/metrics", status=200).body.decode()
            time.sleep(0.1)  # they are some seconds old
        self.assertRegex(text, r'motcua_jobs\{kind="calendar_apply",state="done"\} [1-9]')

    def test_8_killed_in_the_middle_it_goes_on_and_moves_each_once(self):
        seed = random.randrange(1 << 30)
        chance = random.Random(seed)
        for closed in ("2022-08-17", "2022-08-18", "2022-08-19"):
            job = self.edit(self.rows() + [self.day(closed, "closure")], closed, closed)
            change = self.change
            for _ in range(3):
                time.sleep(chance.uniform(0, 0.25))
                harness.daemon.stop(signal.SIGKILL)
                # what a killed daemon held is free once its lease is over; no need to wait for that here
                harness.daemon.rows(f"UPDATE job SET lease_until = '-infinity' WHERE id = {job}")
                harness.daemon.start()
            done = self.ended(job)["result"]
            self.assertEqual(done["failed"], 0, f"seed {seed}")
            self.assertEqual(self.moves(change), [1] * done["moved"], f"seed {seed}")
            items = [i["dossier"] for i in self.items(job)]
            self.assertEqual(len(items), len(set(items)), f"seed {seed}")
        self.verified()

    def test_9a_two_daemons_share_and_a_second_edit_overtakes(self):
        other = harness.daemon.sibling()
        other.start()
        try:
            jobs, changes = [], []
            for closed in ("2022-08-23", "2022-08-24", "2022-08-25", "2022-08-26"):
                jobs.append(self.edit(self.rows() + [self.day(closed, "closure")], closed, closed))
                changes.append(self.change)
            for job, change in zip(jobs, changes):
                done = self.ended(job)["result"]
                self.assertEqual(done["failed"], 0, self.items(job))
                self.assertEqual(self.moves(change), [1] * len(self.moves(change)))
        finally:
            other.stop()
        # where the edits stand now, nothing is left to move
        left = self.ended(self.edit(self.rows(), "2022-08-01", "2022-12-31"))["result"]
        self.assertEqual(left["moved"], 0, left)
        self.verified()

    def test_9aa_clerks_go_on_working_meanwhile(self):
        codes = [c for c, in harness.daemon.rows(
            "SELECT d.code FROM dossier d JOIN procedure_version p ON p.id = d.procedure_id WHERE p.key = 'TP-10' AND d.state = 'received'")]
        self.assertGreater(len(codes), 3)

        def work(code):
            path = f"/api/v1/dossiers/{code}/actions/"
            return [self.call("POST", path + action, body, as_=who, checked=False).status
                    for action, who, body in (("forward", "clerk1", {"officer": "head_tp"}), ("take_over", "head_tp", {}))]

        self.login("head_tp")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            busy = [pool.submit(work, code) for code in codes]
            jobs = [self.edit(self.rows() + [self.day(on, "closure")], on, on) for on in ("2022-09-05", "2022-09-06")]
            self.assertEqual({status for b in busy for status in b.result()}, {200})
        for job in jobs:
            self.assertEqual(self.ended(job)["result"]["failed"], 0, self.items(job))
        left = self.ended(self.edit(self.rows(), "2022-08-01", "2022-12-31"))["result"]
        self.assertEqual(left["moved"], 0, left)
        self.verified()

    def test_9b_cancelled_it_stops_and_resumed_it_ends(self):
        # Asked when it is made: a moment later it may have ended already.
        harness.daemon.rows("CREATE FUNCTION ask_to_cancel() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                            f"NEW.cancel_requested_at := '{harness.START}'; RETURN NEW; END $$; "
                            "CREATE TRIGGER ask_to_cancel BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION ask_to_cancel()")
        job = self.edit(self.rows() + [self.day("2022-08-29", "closure")], "2022-08-29", "2022-08-29")
        harness.daemon.rows("DROP TRIGGER ask_to_cancel ON job; DROP FUNCTION ask_to_cancel")
        cancelled = self.ended(job, state="cancelled")
        path = f"/api/v1/jobs/{job}/actions/"
        self.assertTrue(cancelled["is_cancel_requested"])
        self.call("POST", path + "resume", as_="clerk1", status=403)
        self.call("POST", path + "resume", as_="admin", status=200)
        self.assertGreater(self.ended(job)["result"]["moved"], 0)
        self.call("POST", path + "resume", as_="admin", status=409)
        self.verified()

    def test_9c_a_year_published_moves_what_rested_on_it(self):
        """December 2026: 2027 is provisional; published, Tết lasts a day longer."""
        self.clock_to("2026-12-21T08:00:00+07:00")
        code = self.intake("TP-10")["code"]
        longest = max((int(limit[:-2]), p) for p, limit in LIMITS.items() if limit.endswith("wd"))[1]
        far = self.intake(longest)["code"]
        before = self.promises()
        rows = [["year", "2022", "2027", "published", "", "", "", ""] if r[:3] == ["year", "2022", "2026"] else r
                for r in self.rows() if r[:2] != ["year", "2027"]] + [self.day("2027-01-04", "closure")]
        done = self.both(rows, "2027-01-04", "2027-01-04")
        after = self.promises()
        self.assertLess(before[far], after[far], (code, done))


harness.main(demo=True, at=harness.START)
