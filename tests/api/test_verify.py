#!/usr/bin/env python3
"""verify finds nothing after mixed work, and names whatever is changed behind the daemon's back."""
import json
import subprocess
import time

import harness

PERSON = {"name": "Nguyễn Thị Đào", "identity": "040188001234", "phone": "0912345678", "address": "Xóm 3, Tân Kỳ"}
GROUP = [{"name": "Lê Văn Nam"}, {"name": "Phan Thị Lý"}]


def sql(text):
    """As the superuser, who alone can change history."""
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", harness.daemon.url, "-c", text], text=True,
                          capture_output=True)
    if done.returncode:
        raise AssertionError(f"{text}: {done.stderr}")
    return done.stdout.strip()


def verify(*words, code=None):
    done = harness.daemon.command("verify", "--config", harness.daemon.config, "--json", *words)
    report = json.loads(done.stdout)
    report["code"] = done.returncode
    return report


class VerifyTest(harness.ApiTest):
    maxDiff = None

    def clock(self, **move):
        self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200)

    def accept(self, procedure="TP-10", **fields):
        body = {"procedure": procedure, "applicant": PERSON, **fields}
        reply = self.call("POST", "/api/v1/dossiers", body, as_="clerk1")
        while reply.status == 503:  # the clock was moved into another year, whose ids are on their way
            reply = self.call("POST", "/api/v1/dossiers", body, as_="clerk1")
        self.assertEqual(reply.status, 201, reply.body)
        return reply.json["code"]

    def finish(self, code, outcome="granted"):
        self.act(code, "forward", "clerk1")
        self.act(code, "take_over", "head_tp")
        self.act(code, "assign", "head_tp", officer="officer1")
        self.act(code, "forward", "officer1", office="tp", step=3)
        self.act(code, "take_over", "officer1")
        self.act(code, "decide", "leader1", outcome=outcome)
        self.act(code, "hand_over_result", "officer1")
        self.act(code, "take_over_result", "clerk1")

    def letter_of(self, code):
        letters = self.call("GET", f"/api/v1/letters?dossier={code}", as_="leader1", status=200).json["items"]
        return letters[0]["id"] if letters else None

    def letter(self, letter_id, action, as_, **fields):
        etag = self.call("GET", f"/api/v1/letters/{letter_id}", as_=as_, status=200).headers["etag"]
        return self.call("POST", f"/api/v1/letters/{letter_id}/actions/{action}", fields, as_=as_, status=200,
                         headers={"If-Match": etag})

    def odd_work(self):
        """Corrections, withdrawals, mistakes, declined hand-overs, holds: what rewrites or ends a dossier."""
        second = {"reason": "Ghi nhầm", "second_person": "clerk2", "second_password": self.passwords["clerk2"]}
        moved, mistaken, withdrawn, paused = (self.accept() for _ in range(4))
        self.clock(advance_minutes=30)
        self.act(moved, "correct", "clerk1", corrected_field="received_at", corrected_value="2022-08-01T07:30:00+07:00", **second)
        self.act(mistaken, "close_mistake", "clerk1", **second)
        self.act(withdrawn, "request_withdrawal", "clerk1", reason="Đổi ý")
        self.act(paused, "forward", "clerk1")
        self.act(paused, "decline", "head_tp", reason="Thiếu phiếu kiểm soát")
        self.act(paused, "forward", "clerk1")
        self.act(paused, "take_over", "head_tp")
        self.act(paused, "assign", "head_tp", officer="officer1")
        self.act(paused, "hold", "officer1", hold_kind="other", hold_effect="resume", legal_ground="Điều 5", reason="Chờ xác minh")
        self.clock(advance_minutes=1440)
        self.act(paused, "resume", "officer1")
        online = {"procedure": "TP-10", "applicant": PERSON, "is_submission": True}
        code = self.call("POST", "/api/v1/dossiers", online, as_="clerk1", status=201).json["code"]
        self.clock(advance_minutes=60)
        self.act(code, "accept", "clerk1")
        agreed = {"agreed_due_at": "2022-09-20T17:00:00+07:00", "received_at": "2022-08-02T08:10:00+07:00", "remark": "Nhập muộn"}
        self.accept(**agreed)

    def assert_clean(self):
        report = verify()
        self.assertEqual([f for f in report["findings"] if not f["is_warning"]], [])
        self.assertEqual(report["code"], 0)
        return report

    def found(self, table, change, *words):
        """What verify says of a table changed behind the engine's back; it is put back then."""
        sql("SELECT counter_fold('2022-10-31', 1000000)")  # nothing is left that the daemon might fold meanwhile
        sql(f"CREATE TABLE kept AS SELECT * FROM {table}; SET session_replication_role = replica; {change}")
        try:
            report = verify(*words)
        finally:
            sql(f"SET session_replication_role = replica; DELETE FROM {table};"
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept")
        self.assertEqual(report["code"], 1, change)
        return [f["what"] for f in report["findings"] if not f["is_warning"]]

    def test_1_mixed_work_leaves_no_difference(self):
        self.clock(set="2022-08-01T08:00:00+07:00")
        done, held, late = self.accept(), self.accept(group=GROUP), self.accept(submitter=GROUP[0])
        self.assert_clean()
        self.odd_work()
        self.assert_clean()
        self.act(held, "request_supplement", "clerk1", reason="Thiếu giấy khám sức khỏe", items=["Giấy khám sức khỏe"])
        self.finish(done)
        self.assert_clean()
        self.clock(advance_minutes=2 * 1440)
        self.act(held, "receive_supplement", "clerk1", items=["Giấy khám sức khỏe"])
        self.act(done, "return", "clerk1", collector_name="Nguyễn Thị Đào", collector_paper="slip")
        self.assert_clean()
        self.clock(set="2022-08-20T08:00:00+07:00")
        self.sweep()
        self.assert_clean()
        letter = self.letter_of(late)
        self.assertIsNotNone(letter)
        self.letter(letter, "sign", "leader1")
        self.assert_clean()
        self.letter(letter, "number", "records1")
        self.letter(letter, "issue", "records1")
        report = self.assert_clean()
        type(self).late, type(self).held, type(self).letter_id = late, held, letter
        self.assertEqual(report["dossiers"], 9)
        self.assertGreaterEqual(report["dates"], 4)
        self.assertGreaterEqual(report["papers"], 1)


    def test_2_whatever_is_changed_behind_its_back_is_named(self):
        deadline = time.monotonic() + 20
        while sql("SELECT epoch = deadlines_epoch FROM setting") != "t" and time.monotonic() < deadline:
            time.sleep(0.1)  # the daemon's first look at the rules; until then deadlines are only warned about
        d = sql(f"SELECT dossier_id FROM dossier_code WHERE code = '{self.late}'")
        n = sql(f"SELECT max(seq) FROM event WHERE dossier_id = {d}")
        here, letter = f"WHERE dossier_id = {d}", f"letter {self.letter_id}"
        mine = f"WHERE id = {d}"
        cases = [
            ("event", f"UPDATE event SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) {here} AND seq = 2", ["event 2 hash"]),
            ("event", f"DELETE FROM event {here} AND seq = 2", ["event number after 1", "event 3 hash"]),
            ("event", f"DELETE FROM event {here} AND seq = {n}", ["column version", "column chain"]),
            ("event", f"DELETE FROM event {here}", ["events"]),
            ("event", f"UPDATE event SET hash = sha256('x') {here} AND seq = 1", ["event 1 hash", "event 2 hash"]),
            ("event", f"UPDATE event SET at = at + interval '1 s' {here} AND seq = 1", ["event 1 at"]),
            ("event", f"UPDATE event SET recorded_at = recorded_at - interval '1 s' {here} AND seq = 1", ["event 1 recorded_at"]),
            ("event", f"UPDATE event SET actor_id = actor_id + 1 {here} AND seq = 1", ["event 1 actor_id"]),
            ("event", f"UPDATE event SET action = 'refuse' {here} AND seq = 1", ["event 1 action"]),
            ("dossier", f"UPDATE dossier SET state = 'refused' {mine}", ["column state"]),
            ("dossier", f"UPDATE dossier SET due_at = due_at + interval '1 us' {mine}", ["column due_at"]),
            ("dossier", f"UPDATE dossier SET received_on = received_on + 1 {mine}", ["column received_on"]),
            ("dossier", f"UPDATE dossier SET holder_officer_id = NULL {mine}", ["column holder_officer_id"]),
            ("dossier", f"UPDATE dossier SET next_alarm_at = '2021-12-03' {mine}", ["column next_alarm_at"]),
            ("dossier", f"UPDATE dossier SET chain = sha256('x') {mine}", ["column chain"]),
            ("dossier", f"DELETE FROM dossier {mine}", ["events", "facts", "persons", "code", "letters"]),
            ("dossier_code", f"DELETE FROM dossier_code {here}", ["code kept for ever"]),
            ("dossier_fact", f"UPDATE dossier_fact SET judgement = 'early' {here} AND valid_to = 'infinity'", ["judgement"]),
            ("dossier_fact", f"DELETE FROM dossier_fact {here} AND valid_to = 'infinity'", ["live facts"]),
            ("dossier_deadline", f"UPDATE dossier_deadline SET due_at = due_at + interval '1 us' {here}", ["deadline forward due_at"]),
            ("dossier_deadline", f"DELETE FROM dossier_deadline {here}", ["deadlines", "deadline"]),
            ("dossier_deadline", f"INSERT INTO dossier_deadline SELECT id, 'stale', 0, due_at, due_at, due_on, true, 1, NULL FROM dossier {mine}",
             ["deadlines"]),
            ("dossier_deadline", "INSERT INTO dossier_deadline VALUES (20000000000001, 'forward', 0, '2022-08-01', '2022-08-01', '2022-08-01', true, 1)",
             ["deadlines"]),
            ("dossier_person", f"UPDATE dossier_person SET version = version + 1 {here} AND part = 'applicant'", ["applicant 0 version"]),
            ("dossier_person", f"DELETE FROM dossier_person {here} AND part = 'submitter'", ["submitter 0"]),
            ("counter_day", "UPDATE counter_day SET late = late + 1 WHERE day = (SELECT min(day) FROM counter_day)",
             ["counter late of 2022-08-01"]),
            ("counter_day", "DELETE FROM counter_day", ["counter received_other of 2022-08-01"]),
            ("counter_total", "UPDATE counter_total SET overdue = overdue + 1 WHERE day = (SELECT max(day) FROM counter_total)", ["total of 2022-"]),
            ("counter_total", "DELETE FROM counter_total WHERE day = (SELECT min(day) FROM counter_total)", ["total of 2022-"]),
            ("letter", "UPDATE letter SET number = number + 1 WHERE number IS NOT NULL",
             [f"{letter} number", f"{letter} register", "register"]),
            ("letter", "UPDATE letter SET timing = 'in_time' WHERE timing = 'after_due'", [f"{letter} timing"]),
            ("letter", "UPDATE letter SET state = 'delivered' WHERE state = 'issued'", [f"{letter} state"]),
            ("letter", "UPDATE letter SET data = data || ' ' WHERE number IS NOT NULL", [f"{letter} data hash"]),
            ("letter", "UPDATE letter SET data = data || ' ', content_hash = sha256(convert_to(data || ' ', 'UTF8')) "
             "WHERE number IS NOT NULL", [f"{letter} content_hash"]),
            ("letter", "DELETE FROM letter WHERE number IS NOT NULL", [letter]),
            ("letter_obligation", f"UPDATE letter_obligation SET state = 'lapsed' {here}", ["obligation 1 state"]),
            ("letter_obligation", f"UPDATE letter_obligation SET latest_at = latest_at + interval '1 s' {here}", ["obligation 1 latest_at"]),
            ("letter_obligation", f"UPDATE letter_obligation SET office_id = office_id + 1 {here}", ["obligation 1 office_id"]),
            ("letter_obligation", f"UPDATE letter_obligation SET timing = 'in_time' {here}", ["obligation 1 timing"]),
            ("letter_obligation", f"DELETE FROM letter_obligation {here}", ["obligation 1"]),
            ("letter_obligation", f"INSERT INTO letter_obligation SELECT dossier_id, 2, trigger, 'waived', 'second_delay', office_id, NULL,"
             f" owed_at, NULL, NULL, 'none', recorded_at FROM letter_obligation {here}", ["obligation 2"]),
            ("letter_obligation", "INSERT INTO letter_obligation VALUES (20000000000001, 1, 'lateness', 'open', 'none', 1, NULL, '2022-08-01', NULL, NULL,"
             " 'none', '2022-08-01')", ["obligations"]),
            ("late_episode", f"DELETE FROM late_episode {here} AND step = 0", ["late episode of step 0"]),
            ("late_episode", f"UPDATE late_episode SET from_at = from_at + interval '1 day' {here} AND step = 0", ["late episode of step 0"]),
            ("late_episode", f"UPDATE late_episode SET to_at = from_at, calendar_days = 0, working_days = 0 {here} AND step = 0",
             ["late episode of step 0 to_at"]),
            ("late_episode", f"UPDATE late_episode SET office_id = office_id + 1 {here} AND step = 0", ["late episode of step 0 office_id"]),
            ("late_episode", f"UPDATE late_episode SET corrected_seq = 1 {here} AND step = 0", ["late episode of step 0 corrected_seq"]),
            ("late_episode", f"DELETE FROM late_episode {here} AND step > 0", ["late episode of step 1"]),
            ("letter_addressee", "UPDATE letter_addressee SET state = 'delivered'", [f"{letter} addressee 1 state"]),
            ("letter_addressee", "UPDATE letter_addressee SET delivery = 'post'", [f"{letter} addressee 1 delivery"]),
            ("letter_addressee", "UPDATE letter_addressee SET person_version = 9", [f"{letter} addressee 1 person_version"]),
            ("letter_addressee", f"DELETE FROM letter_addressee WHERE letter_id = {self.letter_id}", [f"{letter} addressee 1"]),
            ("letter_addressee", f"INSERT INTO letter_addressee SELECT letter_id, 7, person_id, 1, 'counter', 'waiting', changed_at, ''"
             f" FROM letter_addressee WHERE letter_id = {self.letter_id}", ["letter addressees"]),
            ("register_entry", "DELETE FROM register_entry", [f"{letter} register entry", "entries"]),
            ("register", "UPDATE register SET last = last + 1", ["entries"]),
            ("blob_chunk", "UPDATE blob_chunk SET bytes = set_byte(bytes, 100, get_byte(bytes, 100) # 1)", [f"{letter} paper"]),
            ("blob_chunk", "DELETE FROM blob_chunk", [f"{letter} paper"]),
            ("idempotency_key", "UPDATE idempotency_key SET seq = 99 WHERE seq = 1", ["idempotency_key of event 99"]),
        ]
        unseen = []
        for table, change, expected in cases:
            found = self.found(table, change)
            unseen += [f"{change}: {what} is not among {found}" for what in expected if not any(what in f for f in found)]
        self.assertEqual(unseen, [])
        self.assert_clean()

    def test_3_a_promise_is_computed_again(self):
        """Not even the owner can move a promise with its whole chain unseen."""
        d = sql(f"SELECT dossier_id FROM dossier_code WHERE code = '{self.held}'")
        found = self.found("event", f"""
            UPDATE event SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), '(due_at \\d+)0(?=\\n)', '\\15'), 'UTF8')
             WHERE dossier_id = {d} AND action IN ('accept', 'receive_supplement')""", "--dossier", self.held)
        self.assertIn("event 1 due_at", found)
        self.assertEqual(len([f for f in found if f.endswith("due_at") and f.startswith("event")]), 2)

    def test_4_a_column_nobody_verifies_is_told(self):
        sql("ALTER TABLE dossier ADD COLUMN mood text")
        try:
            self.assertEqual([f["what"] for f in verify()["findings"]], ["column mood of dossier"])
        finally:
            sql("ALTER TABLE dossier DROP COLUMN mood")

    def test_5_what_it_answers(self):
        one = verify("--dossier", self.held)
        self.assertEqual((one["code"], one["dossiers"]), (0, 1))
        run = lambda *words: harness.daemon.command("verify", *words)
        self.assertEqual(run("--what").returncode, 2)
        self.assertEqual(run("--database", "postgresql://127.0.0.1:1/none").returncode, 3)
        unknown = run("--config", harness.daemon.config, "--dossier", "NO.1")
        self.assertEqual((unknown.returncode, "NO.1" in unknown.stderr), (1, True))
        sql("SELECT counter_fold('2022-10-31', 1000000)")
        sql("CREATE TABLE kept AS SELECT * FROM counter_day; UPDATE counter_day SET late = late + 1, early = 7")
        try:
            told = run("--config", harness.daemon.config, "--limit-differences", "1")
        finally:
            sql("DELETE FROM counter_day; INSERT INTO counter_day SELECT * FROM kept; DROP TABLE kept")
        lines = told.stdout.strip().split("\n")
        self.assertEqual((told.returncode, len(lines)), (1, 3))
        self.assertRegex(lines[0], r"^counter \w+ of 2022-08-\d\d, office \d+, field \d+: stored \d+, computed \d+$")
        self.assertRegex(lines[1], r"^and \d+ more$")
        self.assertNotIn("Nguyễn", told.stdout)


harness.main(demo=True)
