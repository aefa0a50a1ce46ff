#!/usr/bin/env python3
"""Old years: the events of a filing year are detached and attached again while a daemon works. Nothing that is told of the year changes but that
its dossiers cannot be opened; whatever is killed in the midst goes on; whatever is changed in the archive is found."""
import json
import random
import signal
import subprocess
import threading
import time

import harness
import lives
from test_audit import sql, until
from test_audit_verify import command, verify, BIN

KEPT = ("--keep-months", "12")
WHY = ("--by", "admin", "--source", "QĐ 1/QĐ-UBND", "--reason", "hết hạn bảo quản")
PERIOD = "from=2022-08-01&to=2022-12-14"
FORMS = ("II.06a", "by-unit", "by-procedure", "index-766", "index-dossiers", "lateness", "II.06b", "II.06c", "trend", "steps", "ageing", "post", "digital", "components",
         "supplements", "limits", "opinions")
VARY = ("known_at", "made_at", "now", "asked_at", "as_of", "trace")  # when it was asked, not what
CONFLICT = (409, "db_conflict")  # attached between two looks: asked again it is answered
made = {}


def settings(daemon):
    """Roots are signed and lie in the database: 700 days in a folder would be 700 times two flushes."""
    daemon.must("keygen", "--audit", daemon.home / "audit.key")
    return {"audit_key": daemon.home / "audit.key"}


def audit_verify(*words):
    return verify(*words, folder=False)


def year(*words, **more):
    return harness.daemon.command("year", *words, "--config", harness.daemon.config, **more)


def place(number):
    return {line.split()[0]: line.split()[1] for line in year("list").stdout.splitlines()}.get(str(number))


def is_free():
    """The server has noticed that the verb is gone."""
    return sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7401 AND objid = 3") == "0"


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in VARY}
    return [plain(v) for v in value if not is_later(v)] if isinstance(value, list) else value


def is_later(item):
    """A dossier of a list that was not filed in 2022."""
    return isinstance(item, dict) and "state" in item and "-22" not in item.get("dossier", item.get("code", "-22"))


class YearsTest(lives.LivesTest):
    maxDiff = 2000

    def told(self):
        """All that is told of the year without opening a dossier."""
        told = {}
        paths = [f"/api/v1/statistics/{form}?{PERIOD}" for form in FORMS]
        paths += [f"/api/v1/statistics/{form}/dossiers?{PERIOD}&limit=200" for form in ("late", "late-intake")]
        paths += [f"/api/v1/statistics/II.06a?{PERIOD}&known_at=2022-10-01", f"/api/v1/statistics/lateness?{PERIOD}&as_of=2022-09-15", f"/api/v1/statistics/letters?{PERIOD}",
                  "/api/v1/dossiers?limit=200", "/api/v1/search?q=nguyen&limit=100", "/api/v1/search?q=" + made["ended"], "/api/v1/letters?limit=200"]
        paths += [f"/api/v1/audit/lists/{name}?from=2022-08-01&to=2022-12-31" for name in ("back_dated", "late_supplements", "forced_closings", "changed_causes")]
        for path in paths:
            reply = self.call("GET", path, as_="inspector1" if "/audit/" in path else "admin", checked=False)
            told[path] = (reply.status, plain(reply.json))
        book = self.call("GET", f"/api/v1/registers/dossiers?office=mc&{PERIOD}&format=csv", as_="admin", checked=False)
        self.assertEqual(book.status, 200, book.body)
        told["register"] = (book.status, book.body)
        return told

    def is_same(self):
        now = self.told()
        for path in now:
            self.assertEqual(now[path], made["told"][path], path)

    def verified(self):
        done = harness.daemon.command("verify", "--config", harness.daemon.config, "--json")
        said = json.loads(done.stdout)
        self.assertEqual((done.returncode, said["differences"]), (0, 0), said["findings"][:5])
        return said

    def detach(self, *words):
        done = year("detach", 2022, *KEPT, *WHY, *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(place(2022), "archive")
        return done.stdout

    def attach(self):
        done = year("attach", 2022, *WHY)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(place(2022), "event")

    def end(self, code):
        """Whatever is open, without a letter owed."""
        state = self.dossier(code)["state"]
        if state == "done":
            self.act(code, "return", "clerk1", collector_name="Nguyễn Văn A", collector_paper="slip")
            return
        if state != "withdrawal_requested":
            self.act(code, "request_withdrawal", "clerk1", reason="Đổi ý")
        self.act(code, "stop", "head_tp", outcome="withdrawn", reason="Theo yêu cầu")

    def test_01_a_year_of_dossiers(self):
        self.live(random.Random(53), 30)
        made["ended"] = self.intake(name="Nguyễn Thị Lưu")["code"]
        self.settled()
        for code in sql("SELECT code FROM dossier WHERE ended_at IS NULL OR state = 'done' ORDER BY id").split():
            self.end(code)
        self.clock_to("2023-03-01T08:00:00+07:00")
        made["young"] = self.intake(name="Trần Văn Mới")["code"]
        self.clock_to("2024-06-03T08:00:00+07:00")
        self.settled()
        until(lambda: sql("SELECT max(day) FROM audit_root") >= "2024-06-02", 120)
        made["told"] = self.told()
        self.assertGreater(sum(status == 200 for status, _ in made["told"].values()), 22)
        made["dossier"], made["events"] = (plain(self.call("GET", f"/api/v1/dossiers/{made['ended']}{part}", as_="admin", status=200).json) for part in ("", "/events"))
        made["verified"] = self.verified()
        self.assertEqual(place(2022), "event")

    def test_02_what_stands_against_it_is_told_and_nothing_changes(self):
        before = sql("SELECT epoch FROM setting")
        refused = year("detach", 2022, *WHY)
        self.assertEqual((refused.returncode, "ended too lately" in refused.stderr, "year_not_ready" in refused.stdout), (1, True, False), refused.stderr)
        for change, back, word in (
                ("UPDATE dossier SET ended_at = NULL, ended_on = NULL WHERE code = '{0}'", "UPDATE dossier SET (ended_at, ended_on) = (SELECT ended_at, ended_on FROM kept) WHERE code = '{0}'", "1 not ended"),
                ("UPDATE dossier SET state = 'done' WHERE code = '{0}'", "UPDATE dossier SET state = (SELECT state FROM kept) WHERE code = '{0}'", "1 with a result that was never collected"),
                ("UPDATE dossier SET next_alarm_at = '2099-01-01' WHERE code = '{0}'", "UPDATE dossier SET next_alarm_at = NULL WHERE code = '{0}'", "1 still to be looked at"),
                ("UPDATE dossier SET last_recorded_at = '2024-06-30' WHERE code = '{0}'", "UPDATE dossier SET last_recorded_at = (SELECT last_recorded_at FROM kept) WHERE code = '{0}'", "1 under no root of a day yet")):
            sql(f"CREATE TABLE kept AS SELECT * FROM dossier WHERE code = '{made['ended']}'; " + change.format(made["ended"]))
            refused = year("detach", 2022, *KEPT, *WHY)
            sql(back.format(made["ended"]) + "; DROP TABLE kept")
            self.assertEqual((refused.returncode, word in refused.stderr), (1, True), (word, refused.stdout, refused.stderr))
        for words in (("detach", 2023, *KEPT), ("detach", 1999, *KEPT), ("attach", 2022)):
            self.assertEqual(year(*words, *WHY).returncode, 1, words)
        other = year("detach", 2022, *KEPT, "--by", "clerk1", *WHY[2:])
        self.assertEqual((other.returncode, "clerk1" in other.stderr), (1, True))
        for words in (("detach", 2022), ("detach", "x", *WHY), ("detach", 2022, *WHY, "--keep-months", "11"), ("burn", 2022, *WHY), (), ("detach", 2022, *WHY[:4], "--reason", "")):
            self.assertEqual(year(*words).returncode, 2, words)
        self.assertEqual((sql("SELECT epoch FROM setting"), sql("SELECT count(*) FROM event_year"), place(2022)), (before, "0", "event"))
        self.is_same()

    def test_03_detached_its_dossiers_are_said_to_lie_in_the_archive(self):
        events = sql("SELECT count(*), count(DISTINCT dossier_id) FROM event WHERE dossier_id < 20230000000000")
        self.detach()
        self.assertEqual(sql("SELECT n_events, n_dossiers, state FROM event_year"), events + "|detached")
        for path in ("", "/events", "/due", "/due/document", "/cause", "/documents", "/slip", "/attachments"):
            reply = self.call("GET", f"/api/v1/dossiers/{made['ended']}{path}", as_="admin", checked=False)
            self.assertEqual((reply.status, reply.code), (409, "history_archived"), path)
        for lang, words in (("vi", "kho lưu trữ"), ("en", "archive")):
            reply = self.call("GET", f"/api/v1/dossiers/{made['ended']}", as_="admin", status=409, headers={"Accept-Language": lang})
            self.assertIn(words, reply.json["detail"])
            self.assertIn("2022", reply.json["detail"])
            self.assertIn(made["ended"], reply.json["detail"])
        for action, body in (("return", {"collector_name": "A", "collector_paper": "slip"}), ("correct", {}), ("request_withdrawal", {"reason": "x"})):
            reply = self.call("POST", f"/api/v1/dossiers/{made['ended']}/actions/{action}", body, as_="clerk1", checked=False)
            self.assertIn((reply.status, reply.code), [(409, "history_archived"), (422, "field_missing")], action)
        self.assertEqual(self.call("POST", f"/api/v1/dossiers/{made['ended']}/actions/request_withdrawal", {"reason": "x"}, as_="clerk1").code, "history_archived")
        # whoever might not read it learns nothing of it, and codes that never were stay unknown
        stranger = sql("SELECT login FROM officer o WHERE NOT EXISTS (SELECT FROM officer_role r WHERE r.officer_id = o.id AND r.role NOT IN ('officer', 'head'))"
                       " AND NOT EXISTS (SELECT FROM officer_role r JOIN office f ON f.id = r.office_id WHERE r.officer_id = o.id AND f.key IN ('tp', 'mc', 'ubnd')) LIMIT 1")
        self.assertTrue(stranger)
        self.call("GET", f"/api/v1/dossiers/{made['ended']}", as_=stranger, status=404)
        self.call("GET", "/api/v1/dossiers/000.00.21.H41-220801-9999", as_="admin", status=404)
        self.assertEqual(self.dossier(made["young"])["code"], made["young"])
        self.act(made["young"], "forward", "clerk1")

    def test_04_nothing_else_that_is_told_changes(self):
        self.is_same()

    def test_05_both_checks_read_the_archive(self):
        said = self.verified()
        self.assertEqual({k: said[k] for k in ("dossiers", "facts", "letters", "counters")}, {k: made["verified"][k] for k in ("dossiers", "facts", "letters", "counters")}
                         | {"facts": said["facts"]})
        self.assertGreaterEqual(said["events"], made["verified"]["events"])
        dump = harness.daemon.home / "dump"
        command(BIN / "pg_dump", "-Fc", "-f", dump, harness.daemon.url)
        for words in (("--database", harness.daemon.url), ("--dump", dump)):
            found = audit_verify(*words)
            self.assertEqual((found["exit"], found["count"], found["events"]), (0, 0, said["events"]), (words, found["findings"][:3]))

    def test_06_nothing_is_written_to_it(self):
        for statement in ("SELECT event_partition_ensure(2022)", "INSERT INTO event SELECT * FROM event_ever WHERE dossier_id < 20230000000000 LIMIT 1"):
            self.assertEqual(sql(statement, as_="motcua_app", check=False).returncode, 1, statement)
        self.assertIn("archive", sql("SELECT * FROM archive.event_2022", as_="motcua_app", check=False).stderr)
        self.assertEqual((sql("SELECT to_regclass('public.event_2022') IS NULL")), "t")

    def test_07_what_is_changed_there_is_found_and_not_attached(self):
        key = sql(f"SELECT dossier_id FROM dossier_code WHERE code = '{made['ended']}'")
        for change, back in (
                ("UPDATE archive.event_2022 SET bytes = bytes || 'x' WHERE dossier_id = {0} AND seq = 1",
                 "UPDATE archive.event_2022 SET bytes = substr(bytes, 1, octet_length(bytes) - 1) WHERE dossier_id = {0} AND seq = 1"),
                ("CREATE TABLE lost AS SELECT * FROM archive.event_2022 WHERE dossier_id = {0}; DELETE FROM archive.event_2022 WHERE dossier_id = {0}",
                 "INSERT INTO event SELECT * FROM lost WHERE false; ALTER TABLE archive.event_2022 DISABLE TRIGGER USER; INSERT INTO archive.event_2022 SELECT * FROM lost;"
                 " ALTER TABLE archive.event_2022 ENABLE TRIGGER USER; DROP TABLE lost")):
            sql(change.format(key))
            found = json.loads(harness.daemon.command("verify", "--config", harness.daemon.config, "--json").stdout)
            refused = year("attach", 2022, *WHY)
            tampered = audit_verify("--database", harness.daemon.url)
            sql(back.format(key))
            self.assertGreater(found["differences"], 0)
            self.assertIn(made["ended"], {f["dossier"] for f in found["findings"]})
            self.assertEqual((refused.returncode, "verify" in refused.stderr, place(2022)), (1, True, "archive"), refused.stderr)
            self.assertEqual(tampered["exit"], 1)
        self.verified()

    def test_08_attached_it_is_as_before(self):
        self.attach()
        self.assertEqual((plain(self.call("GET", f"/api/v1/dossiers/{made['ended']}", as_="admin", status=200).json),
                          plain(self.call("GET", f"/api/v1/dossiers/{made['ended']}/events", as_="admin", status=200).json)), (made["dossier"], made["events"]))
        self.is_same()
        self.verified()
        self.assertEqual(audit_verify("--database", harness.daemon.url)["exit"], 0)
        changes = [(c["key"], c["action"]) for c in self.call("GET", "/api/v1/changes?limit=200", as_="admin", status=200).json["items"] if c["kind"] == "event_year"]
        self.assertEqual(sorted(changes), [("2022", "attach"), ("2022", "detach")])
        self.assertEqual(sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'archive'::regnamespace"), "0")
        # what it was closed to is open again
        self.assertEqual(sql("SELECT count(*) FROM pg_trigger WHERE tgname = 'event_year_is_detached'"), "0")
        self.assertEqual(sql("SELECT event_partition_ensure(2022)", as_="motcua_app"), "")

    def test_09_a_reader_of_long_is_waited_for_and_nobody_waits(self):
        reader = subprocess.Popen(["psql", "-XAtq", harness.daemon.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        reader.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) > 0 FROM event;\n")
        reader.stdin.flush()
        self.assertEqual(reader.stdout.readline(), "t\n")
        verb = self.start_detaching()
        until(lambda: sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE event DETACH%' AND wait_event_type = 'Lock'") == "1")
        for _ in range(10):  # while it waits
            began = time.monotonic()
            self.intake()
            self.dossier(made["young"])
            self.assertLess(time.monotonic() - began, 5)
        busy = year("detach", 2022, *KEPT, *WHY)
        self.assertEqual((busy.returncode, place(2022)), (1, "closing"), busy.stderr)
        made["verb"], made["reader"] = verb, reader

    def test_10_killed_while_it_waits_it_goes_on_when_called_again(self):
        made["verb"].send_signal(signal.SIGKILL)
        made["verb"].wait()
        self.assertEqual(self.call("GET", f"/api/v1/dossiers/{made['ended']}", as_="admin", checked=False).code, "history_archived")
        made["reader"].communicate("COMMIT;")
        until(is_free)
        self.detach()
        self.is_same()
        self.verified()
        self.attach()
        self.is_same()

    def start_detaching(self):
        more = {"user": harness.daemon.user.pw_uid, "group": harness.daemon.user.pw_gid, "extra_groups": []} if harness.daemon.user else {}
        return subprocess.Popen([harness.daemon.program, "year", "detach", "2022", *KEPT, *WHY, "--config", harness.daemon.config], cwd="/", stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **more)

    def test_11_killed_anywhere_under_readers_and_writers(self):
        dice, told, is_over = random.Random(11), set(), threading.Event()

        def read():
            connection = harness.daemon
            while not is_over.is_set():
                reply = connection.request("GET", f"/api/v1/dossiers/{made['ended']}", headers=headers)
                told.add((reply.status, reply.code if reply.status != 200 else None))
        headers = {"Authorization": "Bearer " + self.login("admin")}
        reader = threading.Thread(target=read)
        reader.start()
        n_done = 0
        try:
            for _ in range(12):
                verb = self.start_detaching()
                time.sleep(dice.random() * 0.25)
                verb.send_signal(signal.SIGKILL)
                verb.wait()
                self.intake()
                until(is_free)
                if place(2022) != "archive":
                    self.detach()
                n_done += 1
                self.attach()
        finally:
            is_over.set()
            reader.join()
        self.assertEqual(n_done, 12)
        self.assertEqual(told - {(200, None), (409, "history_archived"), CONFLICT}, set())
        self.assertLessEqual({(200, None), (409, "history_archived")}, told)
        self.is_same()
        self.verified()
        self.assertEqual(audit_verify("--database", harness.daemon.url)["exit"], 0)

    def test_12_the_table_of_the_next_year_is_there_before_its_first_filing(self):
        self.clock_to("2024-12-10T08:00:00+07:00")
        self.settled()
        harness.daemon.stop()
        self.assertEqual(sql("SELECT to_regclass('event_2025') IS NULL"), "t")
        # somebody reads, and somebody writes, and neither is waited for
        other = subprocess.Popen(["psql", "-XAtq", harness.daemon.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        other.stdin.write("BEGIN; SELECT count(*) > 0 FROM event; LOCK TABLE event IN ROW EXCLUSIVE MODE; SELECT 'held';\n")
        other.stdin.flush()
        self.assertEqual([other.stdout.readline() for _ in range(2)], ["t\n", "held\n"])
        harness.daemon.start()
        until(lambda: sql("SELECT to_regclass('event_2025') IS NOT NULL") == "t")
        other.communicate("ROLLBACK;")
        self.clock_to("2025-01-02T08:00:00+07:00")
        before = sql("SELECT oid FROM pg_class WHERE relname = 'event_2025'")
        code = self.intake()["code"]
        self.assertEqual(sql(f"SELECT count(*) FROM event_2025 e JOIN dossier_code c ON c.dossier_id = e.dossier_id WHERE c.code = '{code}'"), "1")
        self.assertEqual(sql("SELECT oid FROM pg_class WHERE relname = 'event_2025'"), before)


if __name__ == "__main__":
    harness.main(demo=True, at="2022-08-01T08:00:00+07:00", settings=settings)
