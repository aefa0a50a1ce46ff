#!/usr/bin/env python3
"""Statistics and searches from a standby: the reply says how old it is, its figures are those of that moment, and a standby that
is too old, gone or none any more is passed over."""
import pathlib
import subprocess
import time

import harness

BIN = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
MAX_AGE_S = 3
FORM = "/api/v1/statistics/II.06a?from=2022-07-15&to=2022-08-14"


def place():
    return harness.daemon.folder / "standby"


def settings(daemon):
    return {"replica": f"postgresql:///postgres?host={daemon.folder}/standby&user=postgres", "replica_max_age": MAX_AGE_S}


def as_server(*words, **more):
    user = harness.daemon.user
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    return subprocess.run([str(w) for w in words], cwd="/", text=True, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, **who, **more).stdout


def standby(sql):
    return as_server(BIN / "psql", "-XAtq", f"postgresql:///postgres?host={place()}&user=postgres", "-c", sql)


def start():
    as_server(BIN / "pg_ctl", "-D", place() / "data", "-w", "-s", "-l", place() / "log", "-o", f"-k {place()} -c listen_addresses=", "start")


def stop():
    as_server(BIN / "pg_ctl", "-D", place() / "data", "-w", "-s", "-m", "immediate", "stop")


class ReplicaTest(harness.ApiTest):
    maxDiff = None

    @classmethod
    def tearDownClass(cls):
        if (place() / "data/postmaster.pid").exists():
            stop()

    def form(self):
        """Age the reply tells of (None: the primary's), and what was received in the period."""
        reply = self.call("GET", FORM, as_="admin", status=200)
        return reply.headers.get("x-data-age"), reply.json["total"]

    def found(self, name):
        reply = self.call("GET", f"/api/v1/search?q={name}", as_="clerk1", status=200)
        return reply.headers.get("x-data-age"), len(reply.json["items"])

    def young(self):
        self.until(lambda: self.form()[0] is not None)

    def test_0_how_old_it_may_be_has_limits(self):
        text = harness.daemon.config.read_text(encoding="utf-8")
        for value in ("0", "31", "x"):
            path = harness.daemon.write("odd.conf", text.replace(f"replica_max_age = {MAX_AGE_S}", f"replica_max_age = {value}"))
            done = harness.daemon.command("serve", "--config", path, timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn("replica_max_age", done.stderr)

    def test_1_without_one_the_primary_answers(self):
        self.intake(name="Hoàng Thị Một")
        self.assertIsNone(self.form()[0])
        self.assertEqual(self.found("Hoang"), (None, 1))

    def test_2_a_standby_answers_and_says_how_old_it_is(self):
        before = self.form()[1]
        place().mkdir(mode=0o700)
        harness.daemon.own(place())
        as_server(BIN / "pg_basebackup", "-d", harness.daemon.url, "-D", place() / "data", "-R", "-X", "stream", "-c", "fast")
        start()
        self.young()
        age, figures = self.form()
        self.assertEqual(figures, before)
        self.assertLessEqual(int(age), MAX_AGE_S)
        self.assertEqual(self.found("Hoang")[1], 1)
        # what decisions rest on is never old
        for path in ("/api/v1/me", "/api/v1/queues/office", "/api/v1/statistics/closings", "/api/v1/letters"):
            self.assertNotIn("x-data-age", self.call("GET", path, as_="leader1").headers, path)

    def test_3_what_it_shows_is_what_was_then_and_never_older_than_it_may_be(self):
        self.young()
        before = self.form()[1]
        standby("SELECT pg_wal_replay_pause()")
        self.intake(name="Hoàng Thị Hai")
        began = time.monotonic()
        seen = []
        while time.monotonic() - began < MAX_AGE_S + 3:
            at = time.monotonic() - began
            age, n = self.found("Hoang")
            seen.append((round(at, 1), age, n))
            if age is not None:  # of the standby: the new one is not there yet, and the age says so
                self.assertEqual(n, 1, seen)
                self.assertLessEqual(int(age), MAX_AGE_S + 1, seen)
            else:
                self.assertEqual(n, 2, seen)
        self.assertEqual(seen[-1][1:], (None, 2))
        now = self.form()
        self.assertIsNone(now[0])
        self.assertNotEqual(now[1], before)
        print(f"# passed over {next(at for at, age, _ in seen if age is None)} s after its replay was stopped, at most {MAX_AGE_S} s old")
        standby("SELECT pg_wal_replay_resume()")
        self.young()
        self.assertEqual(self.form()[1], now[1])
        self.assertEqual(self.found("Hoang")[1], 2)

    def test_4_one_that_is_gone_is_not_missed(self):
        self.young()
        stop()
        replies = [self.call("GET", FORM, as_="admin") for _ in range(20)]
        bad = [r.status for r in replies if r.status != 200]
        self.assertLessEqual(len(bad), 1, bad)  # at most the one that was under way
        self.assertEqual(set(bad) - {503}, set())
        self.assertNotIn("x-data-age", replies[-1].headers)
        start()
        self.young()

    def test_5_one_that_was_promoted_is_none_any_more(self):
        self.young()
        as_server(BIN / "pg_ctl", "-D", place() / "data", "-w", "-s", "promote")
        self.until(lambda: self.form()[0] is None)
        self.intake(name="Hoàng Thị Ba")
        self.assertEqual(self.found("Hoang"), (None, 3))


harness.main(demo=True, at=harness.START, settings=settings)
