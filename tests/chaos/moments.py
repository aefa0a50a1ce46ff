#!/usr/bin/env python3
"""One fault at a moment of our choosing, while clients write: in the middle of a migration, an import, an export, a night, a
batch of letters, the closing of a month, a start.

Each moment is a piece of work that is begun, struck and asked for again until it is answered, with nothing but what systemd would do
in between (a daemon or a server that ended is started again); then its own proof, and the general one: what was acknowledged is
there once, and `motcuad verify` finds no difference. MOMENTS_SEED repeats the dice. Each is struck by the loss of daemon, backend or
server, as the dice say; with MOTCUA_KILLS above 40 (tools/check --long) by each of them, KILLS / 40 times."""
import contextlib
import datetime
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid

import people
from people import harness

import foreign  # noqa: E402
import history_check  # noqa: E402

SEED = int(os.environ.get("MOMENTS_SEED") or random.randrange(1 << 30))
KILLS = int(os.environ.get("MOTCUA_KILLS") or {"quick": 10, "long": 200}.get(os.environ.get("MOTCUA_CHECK", "normal"), 40))
STRIKES = ("daemon", "backend", "postmaster")
ROUNDS, OF_EACH = (KILLS // 40, len(STRIKES)) if KILLS > 40 else (1, 1)
PATIENCE_S = 120
A_DAY = datetime.timedelta(days=1)
HOLIDAYS = {datetime.date(2022, 9, day) for day in (1, 2)}  # of the demonstration's calendar: no night's list is closed on them
CLOSINGS = "/api/v1/statistics/closings"


class Systemd(threading.Thread):
    """Starts what ended, again and again, and does nothing else."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.of, self.is_over, self.refused_to_start, self.lock = daemon, threading.Event(), 0, threading.Lock()

    def run(self):
        while not self.is_over.wait(0.1):
            with self.lock:
                self.look()

    def look(self):
        try:
            self.of.rows("SELECT 1")
        except subprocess.CalledProcessError:
            subprocess.run([harness.TOP / "tests/pg_temp.sh", "--start", self.of.folder / "pg"], capture_output=True)
        if self.of.process is None or self.of.process.poll() is not None:
            try:
                self.of.start()
            except RuntimeError:  # the server is not there yet: it says so and ends, and is started again
                self.refused_to_start += 1


class MomentTest(harness.ApiTest):
    def setUp(self):
        self.dice, self.told, self.struck, self.is_over = random.Random(SEED), [], [], False
        for who in ("admin", "clerk1", "clerk2", "leader1", "leader_x01", "statistician1"):
            self.login(who)

    # ---- asking and striking ----

    def ask(self, method, path, body=None, as_="admin", key=None, checked=True):
        """Until somebody answers; what is not an answer says that it is none."""
        key, end = key or str(uuid.uuid4()), time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                reply = self.call(method, path, body, as_=as_, key=key, checked=checked)
            except (OSError, http.client.HTTPException):
                self.pause.wait(0.05)
                continue
            if reply.status != 503:
                self.assertNotEqual(reply.status, 500, f"{method} {path}: {reply.body[:300]!r}")
                return reply
            self.assertTrue(reply.headers.get("retry-after", "").isdigit(), reply.headers)
            self.pause.wait(0.05)
        self.fail(f"{method} {path}: no answer in {PATIENCE_S} s")

    def strike(self, what):
        if what == "daemon":
            pids = [harness.daemon.process.pid] if harness.daemon.process and harness.daemon.process.poll() is None else []
        elif what == "backend":
            try:
                pids = [int(r[0]) for r in harness.daemon.rows("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                                                               " AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC, pid")][:1]
            except subprocess.CalledProcessError:
                pids = []
        else:
            pids = [int((harness.daemon.folder / "pg/data/postmaster.pid").read_text().split()[0])]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself meanwhile
                os.kill(pid, signal.SIGKILL)

    def struck_in(self, name, work, what, spans):
        """Does the work, struck at a random instant of the time it took when it was left alone (or took last)."""
        wait = self.dice.uniform(0, 0.9 * spans[name])
        result, began = [], time.monotonic()

        def run():
            try:
                result.append(work())
            except BaseException as error:  # told by who joins
                result.append(error)
        worker = threading.Thread(target=run)
        worker.start()
        worker.join(wait)
        is_done = not worker.is_alive()
        self.strike(what)
        worker.join(PATIENCE_S)
        if isinstance(result[0] if result else None, BaseException):
            raise result[0]
        self.assertTrue(result, f"{name}: not done in {PATIENCE_S} s after the loss of {what}")
        self.struck.append((name, what, 0 if is_done else time.monotonic() - began - wait))
        self.stands()
        return result[0]

    def stands(self):
        """Daemon and server are up again: what a proof asks by psql is asked then."""
        self.ask("GET", "/api/v1/me")
        with self.systemd.lock:
            self.systemd.look()
        self.ask("GET", "/api/v1/me")

    def each(self, name, work, proof):
        """Once in peace, to know how long it takes; then once for each thing that may be struck, in each round, and again where it was
        quicker than the blow."""
        began = time.monotonic()
        got = work()
        spans = {name: time.monotonic() - began}
        proof(got)
        for _ in range(ROUNDS):
            for what in self.dice.sample(STRIKES, OF_EACH):
                for _ in range(4):
                    proof(self.struck_in(name, work, what, spans))
                    if self.struck[-1][2]:
                        break
                    spans[name] /= 2

    # ---- who writes meanwhile ----

    def writer(self, number):
        n = 0
        while not self.is_over:
            n += 1
            body = {"procedure": "TP-12", "applicant": {"name": f"Người ghi {number} {n}"}, "settle": n % 2 == 0}
            try:
                reply = self.ask("POST", "/api/v1/dossiers", body, as_=f"clerk{number}")
            except Exception as error:
                self.told.append(error)
                return
            self.told.append((reply.status, reply.json.get("code")))
            self.pause.wait(0.05)

    # ---- the moments ----

    def imports(self):
        dossiers = foreign.made_up(self.dice.randrange(1 << 30), n=100)
        source = f"noi-{uuid.uuid4().hex[:8]}"
        body = {"source": source, "office": {"key": source, "name": "Nơi khác"}, "dossiers": [foreign.wire(d) for d in dossiers]}
        first = self.ask("POST", "/api/v1/imports", body)
        return body, first

    def imports_proof(self, got):
        body, first = got
        self.assertEqual(first.status, 200, first.body[:300])
        again = self.ask("POST", "/api/v1/imports", body).json
        self.assertEqual((again["added"], again["unchanged"]), (0, 100))
        n = harness.daemon.rows(f"SELECT count(*), count(DISTINCT external_key) FROM import_row WHERE source_key = '{body['source']}'")
        self.assertEqual(n, [["100", "100"]])

    def export(self):
        """A file that arrives whole, or visibly does not."""
        path = "/api/v1/statistics/late/dossiers?from=2010-01-01&to=2022-08-31&limit=200"
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                reply = self.call("GET", path, as_="statistician1", headers={"Accept": "text/csv"}, checked=False)
                if reply.status == 200:
                    return reply.body
                self.assertEqual(reply.status, 503, reply.body[:300])
            except (OSError, http.client.HTTPException):
                pass
            self.pause.wait(0.05)
        self.fail("no file")

    def export_proof(self, body):
        self.whole = getattr(self, "whole", body)
        self.assertEqual(body, self.whole)

    def nights(self):
        self.day += A_DAY
        while self.day.weekday() > 4 or self.day in HOLIDAYS:
            self.day += A_DAY
        self.ask("POST", "/api/v1/demo/clock", {"set": f"{self.day}T17:30:00+07:00"})
        reply = self.ask("POST", "/api/v1/sweeps", {})
        if reply.status == 202:
            self.ended(reply.json["id"])
        return self.day

    def ended(self, job, as_="admin"):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            told = self.ask("GET", f"/api/v1/jobs/{job}", as_=as_).json
            if told["state"] not in ("waiting", "running"):
                self.assertEqual(told["state"], "done", told)
                return told
            self.pause.wait(0.1)
        self.fail(f"job {job} has not ended")

    def nights_proof(self, day):
        self.assertEqual(harness.daemon.rows("SELECT as_of, count(*) FROM sweep_run WHERE ended_at IS NOT NULL GROUP BY 1 HAVING count(*) > 1"), [])
        done = harness.daemon.rows(f"SELECT count(*) FROM sweep_run WHERE as_of = '{day}T17:00:00+07:00' AND ended_at IS NOT NULL")
        self.assertEqual(done, [["1"]])
        twice = harness.daemon.rows("SELECT dossier_id FROM event WHERE action = 'mark_overdue' GROUP BY dossier_id, at HAVING count(*) > 1")
        self.assertEqual(twice, [])

    def batch(self):
        items = self.ask("GET", "/api/v1/letters?state=drafted&limit=8", as_="leader1").json["items"]
        letters = [{"id": x["id"], "version": self.ask("GET", f"/api/v1/letters/{x['id']}").json["version"]} for x in items]
        key = str(uuid.uuid4())
        order = self.ask("POST", "/api/v1/letters/actions/sign", {"letters": letters}, as_="leader1", key=key)
        return letters, self.ended(order.json["id"], "leader1")

    def batch_proof(self, got):
        letters, done = got
        self.assertGreater(len(letters), 0)
        self.assertEqual(done["result"]["letters_done"], len(letters), done)
        for letter in letters:
            n = harness.daemon.rows("SELECT count(*) FROM event WHERE action = 'sign_letter' AND convert_from(bytes, 'UTF8') ~ "
                                    f"'\\nletter {letter['id']}\\n'")
            self.assertEqual(n, [["1"]], letter)

    def closing(self):
        period = {"office": "x01", "from": "2022-07-01", "to": "2022-07-31"}
        listed = [c for c in self.ask("GET", CLOSINGS + "?office=x01", as_="leader_x01").json["items"]]
        if listed and listed[0]["state"] == "closed":
            self.ask("POST", f"{CLOSINGS}/{listed[0]['id']}/actions/reopen", {"reason": "Làm lại"}, as_="leader_x01")
        made = self.ask("POST", CLOSINGS, period, as_="leader_x01").json
        for o in made["obstacles"]:
            self.ask("POST", f"{CLOSINGS}/{made['id']}/actions/accept", {"kind": o["kind"], "reason": "Đã chỉ đạo"}, as_="leader_x01")
        closed = self.ask("POST", f"{CLOSINGS}/{made['id']}/actions/close", None, as_="leader_x01")
        self.assertIn((closed.status, closed.code if closed.status > 299 else None), ((200, None), (409, "closing_stands")), closed.body[:300])
        return made["id"]

    def closing_proof(self, number):
        self.n_closed = getattr(self, "n_closed", 0) + 1
        said = self.ask("GET", f"{CLOSINGS}/{number}", as_="leader_x01").json
        self.assertEqual((said["state"], [v["version"] for v in said["versions"]]), ("closed", list(range(1, self.n_closed + 1))))

    def start_up(self):
        """Ended in order and started again; the proof is that it comes."""
        with self.systemd.lock:
            harness.daemon.stop()
        return self.ask("GET", "/api/v1/me").status

    def migrate(self):
        """Another database of the same server, from nothing to the newest schema; killed migrations are run again."""
        name = f"anew_{uuid.uuid4().hex[:8]}"
        url = harness.daemon.url.replace("/postgres?", f"/{name}?")
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                if harness.daemon.rows(f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == [["0"]]:
                    harness.daemon.rows(f"CREATE DATABASE {name}")
                done = harness.daemon.command("migrate", "--database", url)
                if done.returncode == 0:
                    return name
                self.assertNotIn("SCHEMA_CHANGED", done.stderr)
            except subprocess.CalledProcessError:
                pass
            self.pause.wait(0.05)
        self.fail("the schema is not made")

    def migrate_proof(self, name):
        tool = max(harness.pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
        url = harness.daemon.url.replace("/postgres?", f"/{name}?")
        said = subprocess.run([tool, "--schema-only", url], check=True, capture_output=True, text=True).stdout
        said = "\n".join(line for line in said.split("\n") if not line.startswith(("--", "\\")))
        self.schema = getattr(self, "schema", said)
        self.assertEqual(said == self.schema, True, "the schema of a migration that was killed is another")
        harness.daemon.rows(f"DROP DATABASE {name} WITH (FORCE)")

    # ---- all of it ----

    def test_a_fault_at_any_moment_costs_nobody_anything(self):
        print(f"# seed {SEED}, each moment struck {ROUNDS * OF_EACH} times")
        self.pause, self.day = threading.Event(), datetime.date(2022, 8, 10)
        for n in range(40):
            self.intake("TP-05" if n % 2 else "TP-10", name=f"Người chờ {n}")
        self.systemd = Systemd(harness.daemon)
        self.systemd.start()
        writers = [threading.Thread(target=self.writer, args=(n,)) for n in (1, 2)]
        for thread in writers:
            thread.start()
        try:
            self.each("import", self.imports, self.imports_proof)
            self.each("export", self.export, self.export_proof)
            self.each("start-up", self.start_up, lambda status: self.assertEqual(status, 200))
            self.each("closing", self.closing, self.closing_proof)
            self.each("migration", self.migrate, self.migrate_proof)
            self.each("night", self.nights, self.nights_proof)
            self.each("letters", self.batch, self.batch_proof)
        finally:
            self.is_over = True
            for thread in writers:
                thread.join()
            self.systemd.is_over.set()
            self.systemd.join()
        self.proof()

    def proof(self):
        self.struck = [x for x in self.struck if x[2]]
        for name in dict.fromkeys(n for n, _, _ in self.struck):
            print(f"# {name:10} " + ", ".join(f"{what} lost: answered {s:.2f} s later" for n, what, s in self.struck if n == name))
        print(f"# {len(self.told)} writes beside it; {self.systemd.refused_to_start} starts without a server, ended and tried again")
        self.assertEqual([t for t in self.told if isinstance(t, Exception) or t[0] != 201], [], f"seed {SEED}")
        codes = [c for _, c in self.told]
        kept = [r[0] for r in harness.daemon.rows("SELECT d.code FROM dossier d JOIN person_version p ON p.person_id = d.applicant_id"
                                                  " WHERE p.name LIKE 'Người ghi %'")]
        self.assertEqual(sorted(codes), sorted(kept), f"seed {SEED}")
        now = harness.daemon.rows("SELECT max(as_of) FROM sweep_run WHERE ended_at IS NOT NULL")[0][0]
        found = history_check.Check(harness.daemon.rows, history_check.instant(now.replace("+00", "+00:00"))).run()
        self.assertEqual(found[:20], [], f"seed {SEED}")
        harness.daemon.must("verify", "--config", harness.daemon.config)


if __name__ == "__main__":
    os.environ.setdefault("PG_TEMP_FSYNC", "on")
    sys.exit(harness.main(demo=True, at=harness.START))
