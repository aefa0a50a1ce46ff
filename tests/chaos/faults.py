"""What is done to a running installation, one row a kind: how often in forty kills, what it needs, how.

A fault is a function of the world. It injects, holds until a condition shows that it bit (each within a bound), heals what a
person or systemd would heal (a killed daemon or server is started again, a full disk is cleaned) and returns once every daemon
is ready by itself. The engine gets no other help.
"""
import dataclasses
import os
import pathlib
import signal
import statistics
import struct
import subprocess
import time

import harness
from proxy import Proxy

HOLD_S = 3  # longest a fault that stops everybody is held


@dataclasses.dataclass
class Fault:
    name: str
    share: float  # of forty kills; those of the kills themselves add up to forty
    needs: str    # None, or a word of World.has
    how: callable
    is_kill: bool = False


class World:
    """The installation, the lines in front of it and behind it, and who works in it."""

    def __init__(self, daemons, people, dice, mail=None, disk=None, clock=None):
        self.daemons, self.people, self.dice, self.mail, self.disk = daemons, people, dice, mail, disk
        self.clocks = {}
        self.has = {word for word, is_there in (("disk", disk), ("mail", mail), ("clock", clock)) if is_there}
        self.record = []  # (name, began, healed)
        folder = daemons[0].folder
        for n, daemon in enumerate(daemons):
            way = folder / f"line-{n}"
            way.mkdir()
            daemon.front = Proxy(("127.0.0.1", daemon.port))
            daemon.back = Proxy(folder / "pg/.s.PGSQL.5432", way / ".s.PGSQL.5432")
            text = daemon.config.read_text(encoding="utf-8").replace(f"host={folder / 'pg'}", f"host={way}")
            daemon.config = daemon.write(f"world-{n}.conf", text)
            if clock:
                self.clocks[daemon] = daemon.write(f"clock-{n}", "\0" * 8)
                daemon.env = {"LD_PRELOAD": str(clock), "MOVED_CLOCK": str(self.clocks[daemon]),
                              "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def close(self):
        for daemon in self.daemons:
            daemon.front.close()
            daemon.back.close()

    # ---- the order of events ----

    def schedule(self, kills):
        """Kinds in a random order: each as often as its row says, at least once; those that cannot be are named."""
        rows = [f for f in FAULTS if f.needs is None or f.needs in self.has]
        self.left_out = [f"{f.name} (needs {f.needs})" for f in FAULTS if f not in rows]
        order = [f for f in rows for _ in range(round(f.share * kills / 40) if f.share >= 1 else max(0, round(f.share * kills / 40)))]
        self.dice.shuffle(order)
        return order

    def inject(self, fault):
        began = time.monotonic()
        fault.how(self)
        self.ready()
        self.record.append((fault.name, began, time.monotonic()))

    def ready(self):
        for n, daemon in enumerate(self.daemons):
            self.people.until(lambda d=daemon: self.people.answers_ready(d), f"daemon {n} is ready again")

    def silences(self):
        """Of each kind: how long, at worst, nobody was told of a success, from each fault to the first success after it."""
        done = sorted(self.people.done_at)
        found = {}
        for name, began, healed in self.record:
            seen = [began] + [at for at in done if began < at <= healed] + [at for at in done if at > healed][:1]
            found.setdefault(name, []).append(max((b - a for a, b in zip(seen, seen[1:])), default=0.0))
        return found

    def report(self):
        lines = [f"{'fault':24} {'times':>5}   without an acknowledged write: median, longest"]
        for name, spans in sorted(self.silences().items()):
            lines.append(f"{name:24} {len(spans):5}   {statistics.median(spans):6.2f} s {max(spans):6.2f} s")
        lines += [f"not injected: {words}" for words in self.left_out]
        return lines

    # ---- what faults use ----

    def some(self):
        return self.dice.choice(self.daemons)

    def busy(self, n, seconds=HOLD_S):
        """Until so many requests more were answered, or time is up: some faults let nobody answer."""
        self.people.wait_for_attempts(n, seconds)

    def backends(self):
        rows = self.daemons[0].rows("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                                    " ORDER BY state = 'active' DESC, pid")
        return [int(row[0]) for row in rows]

    def server_up(self):
        """What systemd does for a PostgreSQL that ended: starts it, again and again, until it stands."""
        def stands():
            try:
                return self.daemons[0].rows("SELECT 1") == [["1"]]
            except subprocess.CalledProcessError:
                subprocess.run([harness.TOP / "tests/pg_temp.sh", "--start", self.daemons[0].folder / "pg"], capture_output=True)
                return False
        self.people.until(stands, "the server stands again")

    def not_ready(self):
        """A daemon says that it cannot serve, and why."""
        daemon = self.daemons[0]

        def says():
            reply = daemon.request("GET", "/readyz")
            return reply.status == 503 and [c["state"] for c in reply.json["checks"] if c["name"] == "database"] == ["failing"]
        self.people.until(says, "/readyz says that the database is away")


# ---- processes ----

def daemon_killed(w):
    daemon = w.some()
    w.people.lives(daemon)
    daemon.stop(signal.SIGKILL)
    daemon.start()


def backend_killed(w):
    """PostgreSQL ends all sessions and recovers."""
    pids = w.backends()
    if pids:
        os.kill(w.dice.choice(pids[:4]), signal.SIGKILL)


def postmaster_killed(w):
    log = w.daemons[0].log_path.stat().st_size
    pid = int((w.daemons[0].folder / "pg/data/postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    w.not_ready()
    with open(w.daemons[0].log_path, "rb") as f:
        f.seek(log)
        if b'"db_connection_lost"' not in f.read():
            raise AssertionError("the log does not tell that the database went away")
    w.server_up()


def daemon_stopped(w):
    process = w.some().process
    process.send_signal(signal.SIGSTOP)
    try:
        w.busy(8, 2)
    finally:
        process.send_signal(signal.SIGCONT)


def daemon_stopped_long(w):
    """Longer than the lease of a job: who wakes up must not go on with what another has taken over."""
    process = w.some().process
    process.send_signal(signal.SIGSTOP)
    try:
        w.busy(10_000, 33)
    finally:
        process.send_signal(signal.SIGCONT)


def backend_stopped(w):
    """With whatever locks it holds."""
    pids = w.backends()
    if not pids:
        return
    pid = w.dice.choice(pids[:4])
    os.kill(pid, signal.SIGSTOP)
    try:
        w.busy(10)
    finally:
        os.kill(pid, signal.SIGCONT)


# ---- lines ----

def client_cut(w):
    w.some().front.cut()


def client_cut_in_reply(w):
    """Done, and the answer breaks off: the client asks again."""
    for _ in range(4):
        w.some().front.cut_in_reply(w.dice.choice((0, 1, 30, 200)))
        w.busy(3)


def client_delayed(w):
    with w.some().front.delayed(w.dice.uniform(0.05, 0.4)):
        w.busy(8)


def client_held(w):
    with w.some().front.held():
        w.busy(8, 2)


def client_refused(w):
    with w.some().front.refusing():
        w.busy(8, 2)


def database_cut(w):
    w.some().back.cut()


def database_cut_in_reply(w):
    """Committed, and its answer breaks off: the daemon does not know."""
    for _ in range(4):
        w.some().back.cut_in_reply(w.dice.choice((0, 1, 5, 60)))
        w.busy(3)


def database_delayed(w):
    with w.some().back.delayed(w.dice.uniform(0.01, 0.1)):
        w.busy(8)


def database_held(w):
    with w.some().back.held():
        w.busy(8)


def database_refused(w):
    daemon = w.some()
    with daemon.back.refusing():
        w.busy(8, 2)


# ---- disk, clock, post ----

def disk_full(w):
    """Nothing is left, not for a row and not for the log of the server; then somebody cleans up."""
    ballast, codes = w.disk / "ballast", w.people.unavailable
    refused = codes.get("db_resources", 0)

    def bites():
        left = os.statvfs(w.disk)
        with open(ballast, "ab") as f:
            os.posix_fallocate(f.fileno(), f.tell(), max(1, left.f_bavail * left.f_frsize))
    try:
        end = time.monotonic() + 2 * HOLD_S
        while time.monotonic() < end and codes.get("db_resources", 0) < refused + 10:
            try:
                bites()
            except OSError:
                pass  # full, as wanted
            w.busy(1, 0.2)
    finally:
        ballast.unlink(missing_ok=True)
    w.server_up()


def clock_moved(w):
    """A daemon's calendar clock jumps, ahead or back, and is set right again."""
    path = w.clocks[w.some()]
    shift_s = w.dice.choice((-86400, -3600, -60, -15, -2, 2, 9, 14))
    set_shift(path, shift_s)
    try:
        w.busy(12)
    finally:
        set_shift(path, 0)


def set_shift(path, shift_s):
    with open(path, "r+b", buffering=0) as f:  # in place: the daemon has it mapped
        f.write(struct.pack("=q", shift_s * 1_000_000))


def mail_lies(w):
    with w.mail.lock:
        w.mail.plan += w.dice.choices(("later", "refuse", "drop", "hang", "swallow", "reject", "mute", "closed", "no_tls", "no_login"), k=3)


FAULTS = (
    # name                     of 40  needs    how
    Fault("daemon_killed",         26, None,    daemon_killed, True),
    Fault("backend_killed",        10, None,    backend_killed, True),
    Fault("postmaster_killed",      4, None,    postmaster_killed, True),
    Fault("daemon_stopped",         3, None,    daemon_stopped),
    Fault("daemon_stopped_long", 0.25, None,    daemon_stopped_long),  # half a minute each: in the long run
    Fault("backend_stopped",        3, None,    backend_stopped),
    Fault("client_cut",             3, None,    client_cut),
    Fault("client_cut_in_reply",    3, None,    client_cut_in_reply),
    Fault("client_delayed",         2, None,    client_delayed),
    Fault("client_held",            2, None,    client_held),
    Fault("client_refused",         2, None,    client_refused),
    Fault("database_cut",           3, None,    database_cut),
    Fault("database_cut_in_reply",  3, None,    database_cut_in_reply),
    Fault("database_delayed",       2, None,    database_delayed),
    Fault("database_held",          2, None,    database_held),
    Fault("database_refused",       2, None,    database_refused),
    Fault("disk_full",              3, "disk",  disk_full),
    Fault("clock_moved",            4, "clock", clock_moved),
    Fault("mail_lies",              6, "mail",  mail_lies),
)


def small_disk(daemon, mib=320):
    """A file system of its own for the server, so that it can be full; None without the right to mount one."""
    place = pathlib.Path(daemon.folder) / "pg"
    place.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0700,uid={daemon.user.pw_uid},gid={daemon.user.pw_gid}", "motcua-chaos", place] \
        if daemon.user else ["false"]
    return place if subprocess.run(words, capture_output=True).returncode == 0 else None
