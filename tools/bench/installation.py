"""A whole installation to be measured: the daemon, its private database with flushes on, the demonstration district.

Built on the harness of the API tests, so that both start the daemon alike. Used by clerks.py and sweep."""
import hashlib
import json
import mmap
import os
import pathlib
import platform
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# http.py of this folder is a program: the library's module of that name is meant.
sys.path[:] = [str(ROOT / "tests/api")] + [p for p in sys.path if pathlib.Path(p).resolve() != ROOT / "tools/bench"]
os.environ["PG_TEMP_FSYNC"] = "on"
import http.client  # noqa: E402

import harness  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SESSIONS = 16  # an account keeps 20, the oldest gives way


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(pid, what="VmRSS"):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+)", text).group(1)) / 1024


def peak_mib(pid):
    return resident_mib(pid, "VmHWM")


def machine():
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({model}), Linux {platform.release()}, load at start {load:.1f}"


def calibrate():
    """The machine as it is now: what a figure of another machine is to be held against. Hashing and copying are of memory touched
    before; what a first touch of a page costs stands by itself: commonly 0.1 to 0.3 us on a machine of one's own, many times that under a
    host that keeps page tables in software."""
    source = bytearray(os.urandom(1 << 20)) * 256
    began = time.perf_counter()
    hashlib.sha256(memoryview(source)[:64 << 20]).digest()
    sha = time.perf_counter() - began
    began, n = time.perf_counter(), 0
    while n < 3_000_000:
        n += 1
    loop = time.perf_counter() - began
    target = bytearray(source)
    began = time.perf_counter()
    target[:] = source
    copy = time.perf_counter() - began
    with mmap.mmap(-1, 64 << 20) as memory:
        pages = range(0, len(memory), mmap.PAGESIZE)
        turns = []
        for _ in range(2):
            began = time.perf_counter()
            for i in pages:
                memory[i] = 1
            turns.append(time.perf_counter() - began)
        touch = (turns[0] - turns[1]) / len(pages)
    with tempfile.TemporaryFile(dir=os.environ.get("TMPDIR", "/tmp")) as f:
        flushes = []
        for _ in range(100):
            f.write(bytes(8192))
            f.flush()
            began = time.perf_counter()
            os.fdatasync(f.fileno())
            flushes.append(time.perf_counter() - began)
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far = server.accept()[0]

        def echo():
            while True:
                text = far.recv(64)
                if not text:
                    far.close()
                    return
                far.sendall(text)
        threading.Thread(target=echo, daemon=True).start()
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        trips = []
        for _ in range(2000):
            began = time.perf_counter()
            near.sendall(b"x" * 64)
            near.recv(64)
            trips.append(time.perf_counter() - began)
        near.shutdown(socket.SHUT_WR)
        near.recv(1)
        near.close()
    return (f"machine: load {os.getloadavg()[0]:.1f}, 3 x 10^6 turns of a loop {loop * 1000:.0f} ms, SHA-256 of 64 MiB {sha * 1000:.0f} ms, "
            f"copy of 256 MiB {copy * 1000:.0f} ms, first touch of a page {touch * 1e6:.2f} us, flush of 8 kB {statistics.median(flushes) * 1e6:.0f} us, "
            f"round trip on loop-back {statistics.median(trips) * 1e6:.0f} us")


class Connection:
    """One kept alive, as a program has it: for what asks again and again."""

    def __init__(self, inst):
        context = ssl.create_default_context(cafile=str(inst.home / "cert.pem"))
        self.http = http.client.HTTPSConnection("127.0.0.1", inst.port, timeout=600, context=context)
        self.headers = inst.headers

    def __enter__(self):
        return self

    def __exit__(self, *how):
        self.http.close()

    def call(self, method, path, body=None):
        headers = {**self.headers, "Content-Type": "application/json"} if body is not None else self.headers
        self.http.request(method, path, None if body is None else json.dumps(body), headers)
        reply = self.http.getresponse()
        text = reply.read()
        if reply.status >= 400:
            raise SystemExit(f"{method} {path}: {reply.status} {text[:600]!r}")
        return reply.status, json.loads(text)


class Installation(harness.Daemon):
    def __init__(self, build, kept=None, flush_ms=0):
        """`kept`: a folder in which the installation stays, to be opened again. `flush_ms`: how much longer a flush takes."""
        self.build = pathlib.Path(build).resolve()
        super().__init__(self.build / "engine/daemon/motcuad", kept)
        if flush_ms:
            shutil.copy(self.build / "tools/bench/slow_flush.so", self.folder)  # the server's user may not read the build
            os.environ.update(PG_TEMP_PRELOAD=str(self.folder / "slow_flush.so"), SLOW_FLUSH_MS=str(flush_ms))
        self.tokens_path = self.folder / "tokens"
        self.headers = {}

    def open(self):
        """True when it is new, false when it was kept: then it is as it was left, with this build's schema and functions."""
        is_new = not self.config.exists()
        if is_new:
            self.prepare()
            self.must("bootstrap", "--demo", "--config", self.config, "--login", "admin", "--password-file", self.home / "password")
        else:
            self.configure()
            self.must("migrate")
        self.start()
        return is_new

    def close(self, is_kept=False):
        if not is_kept:
            super().close()
            return
        self.stop()
        self.database("stop -m fast")

    def login(self, n):
        """n tokens of the demonstration's administrator, who acts for every officer: of as many sessions as one account keeps."""
        tokens = []
        for _ in range(min(n, SESSIONS)):
            reply = self.request("POST", "/api/v1/session", {"login": "admin", "password": harness.PASSWORD})
            if reply.status != 201:
                raise SystemExit(f"login: {reply.body!r}")
            tokens.append(reply.json["token"])
        tokens = [tokens[i % len(tokens)] for i in range(n)]
        self.tokens_path.write_text("\n".join(tokens) + "\n")
        self.headers = {"Authorization": f"Bearer {tokens[0]}", "Accept-Language": "en"}

    def call(self, method, path, body=None, status=200):
        headers = dict(self.headers)
        if method != "GET":
            headers["Idempotency-Key"] = f"bench-call-{time.monotonic_ns()}"
        reply = self.request(method, path, body, headers)
        if reply.status != status:
            raise SystemExit(f"{method} {path}: {reply.status} {reply.body[:600]!r}")
        return reply.json

    def connection(self):
        return Connection(self)

    def act(self, code, action, **fields):
        """An action of the administrator on a dossier."""
        return self.call("POST", f"/api/v1/dossiers/{code}/actions/{action}", fields)

    def bin(self):
        return sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]

    def sql(self, text):
        done = subprocess.run([self.bin() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.url], input=text, text=True,
                              capture_output=True)
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr}")
        return done.stdout.strip()

    def timed(self, text):
        """Seconds that one statement takes, as psql times it, with memory enough and plans for data in memory."""
        said = self.sql(f"SET work_mem = '64MB'; SET random_page_cost = 1.1; SET enable_memoize = off;\n\\timing on\n{text};")
        return float(re.search(r"Time: ([0-9.]+) ms", said).group(1)) / 1000

    def postgres_cpu(self):
        """Processor time of the cluster, ended backends included."""
        head = int((self.folder / "pg/data/postmaster.pid").read_text().split()[0])
        ticks = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if stat.parent.name == str(head):
                ticks += sum(int(f) for f in fields[11:15])
            elif int(fields[1]) == head:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def load(self, work, service=None, **options):
        """Runs bench_load; its figures, with the processor time of daemon and database. `service`: port and pid of another than the daemon."""
        port, pid = service or (self.port, self.process.pid)
        words = [self.build / "tools/bench/bench_load", str(port), self.tokens_path, work]
        for key, value in options.items():
            words += [f"--{key}", str(value)]
        before = cpu_seconds(pid), self.postgres_cpu()
        done = subprocess.run(words, text=True, capture_output=True)
        if not done.stdout.startswith("{"):
            raise SystemExit(f"bench_load: {done.stderr[-900:]}")
        ret = json.loads(done.stdout)
        if ret["refused"]:
            raise SystemExit(f"bench_load: {ret['refused']} refused: {done.stderr[-900:]}")
        ret["daemon_us"] = (cpu_seconds(pid) - before[0]) / ret["requests"] * 1e6
        ret["postgres_us"] = (self.postgres_cpu() - before[1]) / ret["requests"] * 1e6
        ret["stderr"] = done.stderr
        return ret


def median_of(runs, key="rate"):
    """The run whose figure is the median."""
    return sorted(runs, key=lambda r: r[key])[len(runs) // 2]


def line(name, r, more=""):
    print(f"{name:34} {r['rate']:9.0f}/s  p50 {r['p50_ms']:7.2f} ms  p99 {r['p99_ms']:7.2f} ms  "
          f"daemon {r['daemon_us']:5.0f} us  postgres {r['postgres_us']:5.0f} us{more}", flush=True)


__all__ = ["Installation", "cpu_seconds", "resident_mib", "peak_mib", "machine", "median_of", "line", "ROOT", "statistics", "shutil"]
