#!/usr/bin/env python3
"""Three weeks of an office in which everything is done at random and everything fails at random; then the proof.

Clerks, officers, heads, leaders and records clerks of two communes act through two daemons on one database while the
demonstration clock goes on, nights are swept and the faults of faults.py come down on daemons, server, lines, disk, clock and
post. After it: no reply is forgotten and nothing was done twice (acknowledged.py), `motcuad verify` finds no difference,
history_check.py no fault. MOTCUA_KILLS says how many kills there are (other faults in proportion), STORM_SEED repeats the dice
(threads and faults still race: that is the point), STORM_FAULTS=name,name takes these kinds alone, STORM_DAEMONS=1 or 3 that many daemons."""
import datetime
import os
import pathlib
import random
import ssl
import subprocess
import sys
import threading
import time

from people import OFFICES, SEED, WORKERS, ZONE, Line, People, harness, moments

import acknowledged  # noqa: E402
import fake_servers  # noqa: E402
import faults  # noqa: E402
import history_check  # noqa: E402
import people  # noqa: E402

MODE = os.environ.get("MOTCUA_CHECK", "normal")
KILLS = int(os.environ.get("MOTCUA_KILLS") or {"quick": 10, "long": 200}.get(MODE, 40))
ALONE = os.environ.get("STORM_FAULTS", "").split(",") if os.environ.get("STORM_FAULTS") else None
DAEMONS = int(os.environ.get("STORM_DAEMONS", "2"))
mail = fake_servers.Smtp()
disk = None


def settings(daemon):
    mail.trust(daemon.home / "cert.pem", daemon.home / "key.pem")
    return {"smtp_url": f"smtp://127.0.0.1:{mail.port}", "mail_from": "motcua@tanky.example", "smtp_user": "motcua",
            "smtp_password_file": daemon.write("smtp", "mật khẩu thư\n"), "send_ca_file": daemon.home / "cert.pem",
            "send_timeout": 2, "send_attempts": 3, "send_first_delay": 1, "send_max_delay": 2}


def before(daemon):
    """A small file system for the server, whose flushes are real: the storm pulls it down."""
    global disk
    disk = faults.small_disk(daemon)
    os.environ.setdefault("PG_TEMP_FSYNC", "on")
    os.environ.setdefault("PG_TEMP_OPTIONS", "-c max_wal_size=64MB -c min_wal_size=32MB -c shared_buffers=64MB")


def moved_clock(daemon):
    """The library that moves a daemon's clock and lets it say where it fell; None where there is no compiler."""
    made = daemon.folder / "moved_clock.so"
    sources = [pathlib.Path(__file__).resolve().parent / name for name in ("moved_clock.c", "last_words.c")]
    try:
        subprocess.run([os.environ.get("CC", "gcc").split()[-1], "-shared", "-fPIC", "-O1", "-o", made, *sources, "-ldl"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return made


class Storm:
    """The people, the faults among them, the nights and the clock."""

    def __init__(self, test, daemons):
        self.people = People(test, daemons)
        self.world = faults.World(daemons, self.people, random.Random(SEED), mail, disk, moved_clock(daemons[0]))
        self.nights = []

    def night(self, number):
        try:
            self.people.sweep(Line(self.people.daemons), random.Random(SEED * 37 + number))
        except Exception as error:  # told at the end
            self.people.broken.append(f"night {number}: {type(error).__name__}: {error}")

    def advance(self, line, dice, stops):
        for at in stops:
            self.people.wait_for_attempts(6)
            self.people.go_to(line, dice, at)
            if at.hour >= 17:
                self.nights.append(threading.Thread(target=self.night, args=(len(self.nights),)))
                self.nights[-1].start()

    def run(self):
        p, dice = self.people, random.Random(SEED)
        line = Line(p.daemons)
        order = [f for f in self.world.schedule(KILLS) if not ALONE or f.name in ALONE]
        workers = [threading.Thread(target=p.worker, args=(n,)) for n in range(WORKERS)]
        stops = list(moments())
        for thread in workers:
            thread.start()
        try:
            for n, fault in enumerate(order):
                self.advance(line, dice, stops[len(stops) * n // len(order):len(stops) * (n + 1) // len(order)])
                p.wait_for_attempts(dice.randrange(1, 12))
                if p.broken:
                    break
                self.world.inject(fault)
        except Exception as error:  # with what was going on
            p.broken.append(f"{fault.name}: {type(error).__name__}: {error}")
        p.is_over = True
        for thread in workers + self.nights:
            thread.join()
        for daemon in p.daemons:
            p.lives(daemon)
        return line, dice


class StormTest(harness.ApiTest):
    def setUp(self):
        for role in ("clerk", "officer", "head", "leader"):
            for office in OFFICES:
                self.login(f"{role}_{office}")
        self.login("admin")
        people.CONTEXT[:] = [ssl.create_default_context(cafile=str(harness.daemon.home / "cert.pem"))]

    def quiet(self, p):
        """Nothing is left that the engine would do at this instant."""
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        p.until(lambda: harness.daemon.rows(f"SELECT count(*) FROM dossier WHERE next_alarm_at <= '{now}'") == [["0"]], "the alarm is quiet")
        p.until(lambda: harness.daemon.rows("SELECT count(*) FROM job WHERE state IN ('waiting', 'running')") == [["0"]], "no work is left")
        p.until(lambda: harness.daemon.rows("SELECT count(*) FROM outbox WHERE state = 'sending'") == [["0"]], "no message is on its way")
        return history_check.instant(now)

    def test_nobody_is_late_unseen_and_nobody_apologised_to_twice(self):
        print(f"# seed {SEED}, {KILLS} kills, {DAEMONS} daemons")
        policy = random.Random(SEED).choice(("letter", "notice", "none"))
        self.call("POST", "/api/v1/rulesets/R1/changes", {"valid_from": "2022-08-02", "source": "QĐ 7", "reason": "Đổi cách làm",
                  "parameters": [{"name": "objective_policy", "value": policy}]}, as_="admin", status=201)
        others = [harness.daemon.sibling(f"other-{n}") for n in range(1, DAEMONS)]
        storm = Storm(self, [harness.daemon, *others])
        p, began = storm.people, time.monotonic()
        harness.daemon.stop()
        try:
            for daemon in p.daemons:
                daemon.start()
            line, dice = storm.run()
            self.assertEqual(p.broken, [], f"seed {SEED}")
            p.go_to(line, dice, datetime.datetime(2022, 8, 22, 17, 20, tzinfo=ZONE))
            p.sweep(line, dice)
            now = self.quiet(p)
        finally:
            p.is_over = True
            for line in storm.world.report():
                print(f"# {line}")
            for other in others:
                other.stop()
        print(f"# {time.monotonic() - began:.0f} s, {p.attempts} requests, {len(p.told)} done, policy {policy}; later: {p.unavailable}; refused: "
              + ", ".join(f"{n} {w}" for w, n in sorted(p.refused.items(), key=lambda x: -x[1])[:12]))
        self.proof(p, now)
        storm.world.close()

    def proof(self, p, now):
        rows = harness.daemon.rows
        told = list(acknowledged.faults(p.told, rows))
        posted = list(acknowledged.mail_faults(mail.heard, rows))
        check = history_check.Check(rows, now)
        found = check.run()
        letters = [x for s in check.stories.values() for x in s.letters.values()]
        states = {}
        for x in letters:
            states[x.state] = states.get(x.state, 0) + 1
        print(f"# {len(check.stories)} dossiers, {len(letters)} letters {states}, {sum(s.is_late(now) for s in check.stories.values())} late; "
              f"mails {dict(rows('SELECT state, count(*) FROM outbox GROUP BY 1'))}")
        print(f"# acknowledged: {len(told)} faults; mails: {len(posted)}; history: {len(found)}")
        self.assertEqual(told[:20] + posted[:20] + found[:20], [], f"seed {SEED}")
        self.assertGreater(len(letters), 10)
        harness.daemon.must("verify", "--config", harness.daemon.config)


if __name__ == "__main__":
    try:
        harness.main(demo=True, at=harness.START, settings=settings, before=before)
    finally:
        if disk and not harness.daemon.is_kept:
            subprocess.run(["umount", disk], check=False)
            harness.daemon.remove()
