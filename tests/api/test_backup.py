#!/usr/bin/env python3
"""Base backup and archived WAL: restored to a moment the copy has what was there then and nothing later, and both checks
say so; what is damaged, missing or asked too early is refused in a sentence."""
import datetime
import os
import pathlib
import shutil
import subprocess
import sys
import time

import harness

TOP = harness.TOP
UTC = datetime.timezone.utc


def backup(*words, data=None):
    """tools/backup as whoever runs the tests; its services run as the daemon's user."""
    done = subprocess.run([TOP / "tools/backup", *map(str, words), "--data", data or harness.daemon.home], text=True, capture_output=True,
                          env={**os.environ, "TMPDIR": str(harness.daemon.folder)})
    return done.returncode, done.stdout + done.stderr


class BackupTest(harness.ApiTest):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = harness.daemon.folder / "elsewhere/backups"  # as root in a folder where the daemon's user may make nothing
        harness.daemon.folder.chmod(0o777)  # rehearsals, as in /tmp
        (harness.daemon.home / "bin").mkdir(exist_ok=True)
        harness.daemon.own(harness.daemon.home / "bin")
        shutil.copy(harness.daemon.program, harness.daemon.home / "bin/motcuad")

    def good(self, *words):
        status, said = backup(*words)
        self.assertEqual(status, 0, said)
        return said

    def codes_of(self, place):
        """Codes in a restored folder, read from its own server."""
        bin_ = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        user = harness.daemon.user
        more = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        server = [bin_ / "pg_ctl", "-D", place / "pg", "-w", "-s", "-l", place / "log/postgres.log"]
        subprocess.run([*server, "start"], cwd="/", check=True, stdout=subprocess.DEVNULL, **more)
        try:
            done = subprocess.run([bin_ / "psql", "-XAtq", f"postgresql:///postgres?host={place}/run&user=postgres", "-c", "SELECT code FROM dossier"],
                                  cwd="/", check=True, text=True, capture_output=True, **more)
        finally:
            subprocess.run([*server, "stop"], cwd="/", check=True, **more)
        return set(done.stdout.split())

    def test_1_nothing_is_done_before_it_is_told_where(self):
        status, said = backup("base")
        self.assertEqual(status, 2, said)
        self.assertIn("enable --folder", said)
        for words in ((), ("nonsense",), ("base", "--nonsense"), ("prune", "--keep", "0", "--folder", "/tmp/x"), ("base", "--folder", "/tmp/it's")):
            self.assertEqual(backup(*words)[0], 2, words)

    def test_2_archiving_begins_while_clerks_work(self):
        before = self.intake(name="Trước khi bật")["code"]
        self.assertIn("base-", self.good("enable", "--folder", self.folder))
        self.until(lambda: harness.daemon.request("GET", "/readyz").status == 200)  # the server was restarted below it
        self.assertEqual(self.dossier(before)["code"], before)
        self.assertIn("base-", self.good("status"))

    def test_3_a_moment_is_restored_as_it_was(self):
        first = {self.intake(name=f"Người {n}")["code"] for n in range(3)}
        time.sleep(1.1)  # the archive tells commits apart by the clock
        moment = datetime.datetime.now(UTC)
        time.sleep(1.1)
        later = {self.intake(name=f"Sau {n}")["code"] for n in range(2)}
        said = self.good("rehearse")  # closes the WAL under way too
        print("".join(f"# {line}\n" for line in said.splitlines()), end="")
        self.assertIn("verify", said)
        self.assertIn("the backup can be restored", said)
        place = harness.daemon.folder / "elsewhere/then"
        said = self.good("restore", "--into", place, "--to", moment.isoformat())
        self.assertIn("audit verify", said)
        then = self.codes_of(place)
        self.assertLessEqual(first, then)
        self.assertEqual(later & then, set())
        now = {row[0] for row in harness.daemon.rows("SELECT code FROM dossier")}
        self.assertEqual(now - then, later)
        self.assertEqual((place / "seal.key").read_bytes(), (harness.daemon.home / "seal.key").read_bytes())
        self.assertIn(f"host={place}/run", (place / "motcua.conf").read_text(encoding="utf-8"))
        status, said = backup("restore", "--into", place)
        self.assertEqual(status, 1)
        self.assertIn("is not empty", said)
        # the copy archives nothing: the original's pieces are what they were
        self.assertIn("archived:", self.good("status"))

    def test_4_what_cannot_be_is_refused_in_a_sentence(self):
        place = harness.daemon.folder / "never"
        for moment, words in (("2001-01-01 00:00:00", "no base backup ended before"), ("nonsense", "needs a moment"),
                              ("2099-01-01 00:00:00", "nothing that was archived is as late as 2099-01-01 00:00:00")):
            status, said = backup("restore", "--into", place, "--to", moment)
            self.assertNotEqual(status, 0)
            self.assertIn(words, said)
        self.assertTrue((place / "restoring").exists())  # nothing is started from half a copy
        failed = (place / "restoring").read_text(encoding="utf-8")
        with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "backup", "restore"]) as other:
            (place / "restoring").write_text(f"{other.pid}\n", encoding="utf-8")  # somebody else is at it
            status, said = backup("restore", "--into", place)
            other.kill()
        self.assertEqual((status, f"is under way, process {other.pid}" in said), (1, True), said)
        (place / "restoring").write_text(failed, encoding="utf-8")
        # the same folder, and a moment after which nothing was done and which no piece in the archive has yet
        code = self.intake(name="Việc cuối cùng")["code"]
        time.sleep(1.1)
        moment = datetime.datetime.now(UTC)
        time.sleep(1.1)
        self.good("restore", "--into", place, "--to", moment.isoformat())
        self.assertIn(code, self.codes_of(place))
        base = sorted(self.folder.glob("base-*"))[-1]
        whole = (base / "base.tar.gz").read_bytes()
        (base / "base.tar.gz").write_bytes(whole[:len(whole) // 2])
        status, said = backup("rehearse")
        self.assertEqual(status, 1, said)
        (base / "base.tar.gz").write_bytes(whole)
        self.assertEqual(list(harness.daemon.folder.glob("motcua-rehearsal.*")), [])

    def test_5_a_piece_is_never_overwritten(self):
        program, wal = harness.daemon.home / "bin/archive-wal", harness.daemon.folder / "wal"
        wal.mkdir()
        (wal / "a").write_bytes(b"one" * 1000)
        (wal / "b").write_bytes(b"two" * 1000)
        run = lambda source: subprocess.run([program, wal / source, wal / "kept.gz"], capture_output=True).returncode
        self.assertEqual([run("a"), run("a"), run("b"), run("nothing")], [0, 0, 1, 1])
        self.assertEqual(subprocess.run(["gzip", "-dc", wal / "kept.gz"], check=True, capture_output=True).stdout, b"one" * 1000)
        self.assertEqual(sorted(p.name for p in wal.iterdir()), ["a", "b", "kept.gz"])

    def test_6_old_ones_go_and_what_is_left_restores(self):
        self.good("base")
        self.assertEqual(len(list(self.folder.glob("base-*"))), 2)
        pieces = len(list((self.folder / "wal").glob("*.gz")))
        self.good("prune", "--keep", "1")
        self.assertEqual(len(list(self.folder.glob("base-*"))), 1)
        self.assertLess(len(list((self.folder / "wal").glob("*.gz"))), pieces)
        self.assertIn("the backup can be restored", self.good("rehearse"))

    def test_7_archiving_that_fails_is_told(self):
        harness.daemon.rows("ALTER SYSTEM SET archive_command = 'false'")
        harness.daemon.rows("SELECT pg_reload_conf()")
        self.intake()
        harness.daemon.rows("SELECT pg_switch_wal()")
        self.until(lambda: backup("status")[0] == 1)
        self.assertIn("archiving fails", backup("status")[1])


harness.main(demo=True, at=harness.START)
