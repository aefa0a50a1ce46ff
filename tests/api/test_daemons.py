#!/usr/bin/env python3
"""Two daemons on one database and one port: each action once whoever asks whom, live events at both, nights and roots once, and
what is left when one is killed."""
import collections
import concurrent.futures
import http.client
import os
import pathlib
import signal
import ssl
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/ha"))

import clerks  # noqa: E402
import harness  # noqa: E402
from listener import Listener  # noqa: E402

HURRY_S = 2  # of each measured round


def shared(daemon):
    return {"port_shared": "yes"}


def twin(daemon):
    """A second daemon with the same settings, the port among them."""
    other = daemon.sibling()
    other.port = daemon.port
    other.config = daemon.config
    return other


def sockets_of(process):
    """Inodes of the sockets a process holds."""
    found = set()
    for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            found.add(os.readlink(link))
        except OSError:
            pass
    return {int(f[8:-1]) for f in found if f.startswith("socket:[")}


def server_inode(port, client_port):
    """The inode of the server's end of a connection of this machine."""
    for line in pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        words = line.split()
        if int(words[1].split(":")[1], 16) == port and int(words[2].split(":")[1], 16) == client_port:
            return int(words[9])
    return None


class DaemonsTest(harness.ApiTest):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.one = harness.daemon
        cls.two = twin(cls.one)
        cls.two.start()
        cls.context = ssl.create_default_context(cafile=str(cls.one.home / "cert.pem"))

    @classmethod
    def tearDownClass(cls):
        cls.two.stop()

    def line(self):
        """A connection, greeted, and which of the daemons has it."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.one.port, timeout=60, context=self.context)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        for _ in range(5):  # the kernel's list may leave a row out when sockets come and go while it is read
            inode = server_inode(self.one.port, connection.sock.getsockname()[1])
            for n, daemon in enumerate((self.one, self.two)):
                if daemon.process and inode in sockets_of(daemon.process):
                    return connection, n
        self.fail(f"nobody has the connection with inode {inode}")

    def line_to(self, which):
        for _ in range(200):
            connection, n = self.line()
            if n == which:
                return connection
            connection.close()
        self.fail(f"200 connections and none to daemon {which}")

    def ask(self, connection, method, path, body=None, as_="admin", **headers):
        headers = {"Authorization": "Bearer " + self.login(as_), "Content-Type": "application/json", "Accept-Language": "en", **headers}
        connection.request(method, path, None if body is None else harness.json.dumps(body), headers)
        got = connection.getresponse()
        return harness.Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())

    def test_1_the_kernel_gives_each_its_share(self):
        lines = [self.line() for _ in range(60)]
        had = collections.Counter(n for _, n in lines)
        for connection, _ in lines:
            connection.close()
        print(f"# of 60 connections {had[0]} and {had[1]}")
        self.assertGreater(min(had[0], had[1]), 5)

    def test_2_a_port_is_shared_by_those_who_say_so(self):
        alone = self.one.sibling()
        alone.port = self.one.port
        alone.config = self.one.write("alone.conf", self.one.config.read_text(encoding="utf-8").replace("port_shared = yes\n", ""))
        alone.log_path = self.one.home / "log.alone"
        done = alone.command("serve", "--config", alone.config, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("address already in use", done.stderr)

    def test_3_an_action_is_done_once_whoever_is_asked(self):
        lines = [self.line_to(0), self.line_to(1)]
        self.login("clerk1")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for n in range(15):  # the same request to both at the same moment
                key, body = str(uuid.uuid4()), {"procedure": "TP-10", "applicant": {"name": f"Người {n}"}}
                replies = list(pool.map(lambda c: self.ask(c, "POST", "/api/v1/dossiers", body, "clerk1", **{"Idempotency-Key": key}), lines))
                good = [r for r in replies if r.status == 201]
                self.assertGreaterEqual(len(good), 1, [r.body[:300] for r in replies])
                self.assertEqual(len({r.json["code"] for r in good}), 1)
                code = good[0].json["code"]
                etag = good[0].headers["etag"]
                # two clerks, one version: one of them is told that it is stale
                replies = list(pool.map(lambda c: self.ask(c, "POST", f"/api/v1/dossiers/{code}/actions/forward", {"officer": "head_tp"}, "clerk1",
                                                           **{"Idempotency-Key": str(uuid.uuid4()), "If-Match": etag}), lines))
                self.assertEqual(sorted(r.status for r in replies), [200, 412], [r.body[:300] for r in replies])
                self.assertEqual(self.events(code).count("forward"), 1)
        count = harness.daemon.rows("SELECT count(*), count(DISTINCT code) FROM dossier")[0]
        self.assertEqual(count[0], count[1])
        for connection in lines:
            connection.close()

    def test_4_live_events_reach_the_clients_of_both(self):
        listeners = {}
        for _ in range(200):
            if len(listeners) == 2:
                break
            heard = Listener(self.login("clerk1"))
            inode = server_inode(self.one.port, heard.socket.getsockname()[1])
            which = 0 if inode in sockets_of(self.one.process) else 1
            if which in listeners:
                heard.close()
            else:
                listeners[which] = heard
        self.assertEqual(set(listeners), {0, 1})
        try:
            for to in (0, 1):
                connection = self.line_to(to)
                began = time.monotonic()
                code = self.ask(connection, "POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "Người"}}, "clerk1",
                                **{"Idempotency-Key": str(uuid.uuid4())}).json["code"]
                for which, heard in listeners.items():
                    self.assertEqual(heard.dossier(code).data["version"], 1)
                    print(f"# asked of daemon {to}, told by daemon {which} after {1000 * (time.monotonic() - began):.0f} ms")
                connection.close()
        finally:
            for heard in listeners.values():
                heard.close()

    def test_5_nights_and_roots_are_made_once(self):
        for n in range(12):
            self.intake("TP-05", name=f"Người {n}")
        days = ["2022-08-01", "2022-08-02", "2022-08-03", "2022-08-04", "2022-08-05", "2022-08-08"]
        for day in days:
            self.clock_to(f"{day}T17:20:00+07:00")
            self.until(lambda d=day: harness.daemon.rows(f"SELECT 1 FROM sweep_run WHERE night = '{d}' AND ended_at IS NOT NULL"), 60)
        rows = harness.daemon.rows("SELECT night, count(*) FROM sweep_run WHERE night >= '2022-08-01' GROUP BY night ORDER BY night")
        self.assertEqual(rows, [[day, "1"] for day in days])
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM job WHERE kind = 'sweep'"), [[str(len(days))]])
        twice = harness.daemon.rows("SELECT dossier_id, action, count(*) FROM event WHERE action IN ('mark_certain', 'mark_overdue', 'draft_letter') "
                                    "GROUP BY 1, 2 HAVING count(*) > 1")
        self.assertEqual(twice, [])
        marked = int(harness.daemon.rows("SELECT count(*) FROM event WHERE action = 'mark_overdue'")[0][0])
        self.assertGreaterEqual(marked, 12)
        self.until(lambda: harness.daemon.rows("SELECT 1 FROM audit_root WHERE day = '2022-08-05'"), 60)
        self.assertEqual(harness.daemon.rows("SELECT count(*), count(DISTINCT day) FROM audit_root")[0][0],
                         harness.daemon.rows("SELECT count(DISTINCT day) FROM audit_root")[0][0])

    def test_5a_a_clock_moved_at_one_daemon_is_the_others_at_its_next_request(self):
        lines = [self.line_to(0), self.line_to(1)]

        def intake(which):
            return self.ask(lines[which], "POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "Người"}}, "clerk1",
                            **{"Idempotency-Key": str(uuid.uuid4())})

        self.login("clerk1"), self.login("admin")
        for n in range(10):
            mover = n % 2
            moved = self.ask(lines[mover], "POST", "/api/v1/demo/clock", {"advance_minutes": 3}, "admin", **{"Idempotency-Key": str(uuid.uuid4())})
            self.assertEqual(moved.status, 200, moved.body[:300])
            self.assertEqual(intake(mover).status, 201)
            other = intake(1 - mover)
            self.assertEqual(other.status, 201, other.body[:300])
            self.assertGreaterEqual(other.json["received_at"][:16], moved.json["now"][:16])
        for connection in lines:
            connection.close()

    def test_5b_a_daemon_that_an_upgrade_left_behind_says_later_and_why(self):
        harness.daemon.rows("UPDATE setting SET daemon_min = daemon_min + 1000")
        harness.daemon.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'motcuad'")
        self.until(lambda: all(harness.daemon.request("GET", "/readyz").status == 503 for _ in range(6)))
        self.until(lambda: "asks for schema" in (reply := self.call("GET", "/api/v1/me", as_="clerk1", status=503)).json["detail"] and
                   self.assertEqual((reply.code, "retry-after" in reply.headers), ("db_unavailable", True)) is None)
        harness.daemon.rows("UPDATE setting SET daemon_min = daemon_min - 1000")
        for _ in range(2):  # both go on by themselves
            self.until(lambda: all(harness.daemon.request("GET", "/readyz").status == 200 for _ in range(6)))

    def hurry(self, n_daemons):
        """Acknowledged actions a second of eight clerks, for a moment."""
        for which in range(n_daemons):  # a moved clock of a demonstration is learned with the session; the first request still has the old hour
            connection = self.line_to(which)
            self.assertEqual(self.ask(connection, "GET", "/api/v1/me").status, 200)
            connection.close()
        people = clerks.Clerks([self.one.port], self.one.home / "cert.pem", self.login("clerk_x01"))
        people.start()
        time.sleep(HURRY_S)
        people.stop()
        self.assertEqual(people.broken, [])
        rate = people.count() / HURRY_S
        print(f"# {rate:.0f} acknowledged actions/s of 8 clerks through {n_daemons} daemon{'s' * (n_daemons > 1)}, those in Python among them; "
              f"answers in between: {people.failures or 'none'}")
        return people

    def test_6_what_both_were_told_is_there_and_a_killed_one_is_not_missed(self):
        together = self.hurry(2)
        people = clerks.Clerks([self.one.port], self.one.home / "cert.pem", self.login("clerk_x01"))
        people.start()
        time.sleep(1)
        self.two.stop(signal.SIGKILL)
        killed = people.count()
        self.until(lambda: people.count() > killed + 40)
        self.two.start()  # waits for /readyz, which either may answer
        self.until(lambda: "motcuad is ready" in self.two.log()[-400:])
        self.two.stop()  # in order, under load
        again = people.count()
        self.until(lambda: people.count() > again + 40)
        people.stop()
        alone = self.hurry(1)
        self.two.start()
        everybody = clerks.Clerks([], self.one.home / "cert.pem", "", 0)
        for one in (together, people, alone):
            everybody.told += one.told
            everybody.broken += one.broken
        faults = everybody.check(lambda sql: [r for r in harness.daemon.rows(sql)], only_told=True)
        self.assertEqual(faults, [])
        harness.daemon.must("verify", "--config", harness.daemon.config)


harness.main(demo=True, at=harness.START, settings=shared)
