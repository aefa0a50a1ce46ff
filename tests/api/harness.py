"""A real daemon on a free port and a throw-away database, for tests of the API.

    class SessionTest(harness.ApiTest):
        def test_me(self):
            me = self.call("GET", "/api/v1/me", as_="admin").json
    harness.main()

Every reply is held against /openapi.json. The daemon is started once per file; as root it runs as an
unprivileged user, from a copy in a folder of its own, which stays after a failure when HARNESS_KEEP is set. main(demo=True, at=START) has the demonstration
district, a login for each of its officers and the clock at START. Called with the path of motcuad; speaks TAP.
"""
import fcntl
import hashlib
import http.client
import itertools
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

try:
    import jsonschema
except ImportError:  # a python of one's own on the path: Debian's has the module
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3") and not os.environ.get("HARNESS_AGAIN"):
        os.environ["HARNESS_AGAIN"] = "1"
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    jsonschema = None

TOP = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "mot-cua-2022"
START = "2022-08-01T08:00:00+07:00"  # of the demonstration clock: a Monday, the offices open
READY_S = 60
SAYS_READY = b"motcuad is ready on "
RATES = re.findall(r'^RATE\(\w+, *"(\w+)"', (TOP / "proto/tables/rates.def").read_text(encoding="utf-8"), re.M)  # tests are in a hurry


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The stable word of a refusal."""
        return self.json.get("code")


class Contract:
    """/openapi.json, asked whether a reply is one it describes."""

    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver("", document)

    def operation(self, method, path):
        template = self.template(method, path)
        return template and self.document["paths"][template][method.lower()]

    def template(self, method, path):
        segments = path.split("/")
        best = None
        for template, item in self.document["paths"].items():
            parts = template.split("/")
            if len(parts) != len(segments) or method.lower() not in item:
                continue
            if all(p == s or p.startswith("{") for p, s in zip(parts, segments)):
                wild = sum(p.startswith("{") for p in parts)
                if best is None or wild < best[0]:
                    best = (wild, template)
        return best and best[1]

    def fault(self, method, path, reply):
        """What is wrong with a reply, or None."""
        operation = self.operation(method, path)
        if operation is None:
            return None if reply.status in (404, 405, 401) else f"{method} {path} is not described, status {reply.status}"
        responses = operation["responses"]
        described = responses.get(str(reply.status)) or responses.get("default")
        if described is None:
            return f"status {reply.status} is not described"
        if "$ref" in described:
            described = self.resolver.resolve(described["$ref"])[1]
        if reply.status == 204 or "content" not in described:
            return None
        kind = (reply.headers.get("content-type") or "").split(";")[0]
        if kind not in described["content"]:
            return f"content type {kind!r}, described: {sorted(described['content'])}"
        schema = described["content"][kind].get("schema")
        if schema is None or "json" not in kind:
            return None
        errors = jsonschema.Draft202012Validator(schema, resolver=self.resolver).iter_errors(reply.json)
        first = next(errors, None)
        return first and f"{'/'.join(map(str, first.absolute_path))}: {first.message[:300]}"


def kept_folder(program):
    """Where prepared databases of this build stay, until it is built anew. Only who runs the tests may look in: a key is there too."""
    built = program.stat()
    kept = program.parents[2] / "prepared" / f"{built.st_mtime_ns}-{built.st_size}-{pathlib.Path(__file__).stat().st_mtime_ns}"
    if not kept.exists():
        for old in kept.parent.glob("*"):
            if old != kept: # another test has made it meanwhile
                shutil.rmtree(old, ignore_errors=True)
        kept.mkdir(parents=True, mode=0o700, exist_ok=True)
    return kept


class Daemon:
    """motcuad, its database, and the folder of both."""

    env = {}  # more of it, for `serve` alone

    def __init__(self, program, folder=None):
        self.folder = folder or pathlib.Path(tempfile.mkdtemp(prefix="motcua-api-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.user = None
        if os.getuid() == 0:
            self.user = pwd.getpwnam(os.environ.get("PG_TEMP_USER", "postgres"))
        self.folder.chmod(0o755)
        self.built = pathlib.Path(program).resolve()
        self.program = self.folder / "motcuad"
        shutil.copy(self.built, self.program)
        self.home = self.folder / "home"
        self.home.mkdir(mode=0o700, exist_ok=True)
        self.own(self.home)
        self.config = self.home / "motcua.conf"
        self.log_path = self.home / "log"
        self.process = None
        self.url = None
        self.is_kept = False
        self.port = free_port()

    def own(self, path):
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def command(self, *words, **more):
        """A verb of the daemon binary, as its unprivileged user."""
        if self.user:
            more.update(user=self.user.pw_uid, group=self.user.pw_gid, extra_groups=[])
        env = {**os.environ, "DATABASE_URL": self.url or "", "HOME": str(self.home)}
        return subprocess.run([self.program, *map(str, words)], cwd="/", env=env, text=True, capture_output=True, **more)

    def must(self, *words):
        done = self.command(*words)
        if done.returncode:
            raise RuntimeError(f"motcuad {' '.join(map(str, words))}: {done.stdout.strip()[-2000:]} {done.stderr.strip()[-600:]}")
        return done.stdout

    def write(self, name, text):
        path = self.home / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        self.own(path)
        return path

    def configure(self, settings=None):
        """Starts the database, and writes a certificate and a configuration that fit this port."""
        if not self.url: # else it is given one that is there
            started = subprocess.run([TOP / "tests/pg_temp.sh", "--start", self.folder / "pg"], text=True, capture_output=True)
            if started.returncode:
                raise RuntimeError(f"pg_temp.sh: {started.stderr[-600:]}")
            self.url = started.stdout.strip().split("\n")[-1]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.home / "key.pem",
             "-out", self.home / "cert.pem"], check=True, capture_output=True)
        for name in ("key.pem", "cert.pem"):
            self.own(self.home / name)
        self.write("motcua.conf", "".join(f"{key} = {value}\n" for key, value in {
            "database": self.url, "address": "127.0.0.1", "port": self.port,
            "tls_certificate": self.home / "cert.pem", "tls_key": self.home / "key.pem",
            "seal_key": self.home / "seal.key", "zone": "+07:00", "log_level": "info", **{f"rate_{word}": "off" for word in RATES}, **(settings(self) if settings else {})}.items()))

    def prepare(self, demo=False, settings=None, fresh=False):
        """A database with what `main` says of it. The first test of a build makes one and keeps a copy beside the build; the others copy that."""
        if not self.url and not (self.folder / "pg").exists():
            folder = kept_folder(self.built)
            with open(folder / "lock", "w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                kept = folder / f"{'demo' if demo else 'plain'}{'-fresh' if fresh else ''}"
                if not kept.exists():
                    maker = Daemon(self.built)
                    try:
                        maker.make(demo, fresh)
                        maker.database("-m fast stop")
                        shutil.copy2(maker.home / "seal.key", maker.folder / "pg/seal.key")
                        (maker.folder / "pg/log").unlink()
                        shutil.rmtree(f"{kept}.new", ignore_errors=True)
                        subprocess.run(["cp", "-a", maker.folder / "pg", f"{kept}.new"], check=True)
                        os.rename(f"{kept}.new", kept)
                    finally:
                        maker.close()
            subprocess.run(["cp", "-a", kept, self.folder / "pg"], check=True)
            shutil.move(self.folder / "pg/seal.key", self.home / "seal.key")
            self.own(self.home / "seal.key")
            self.write("password", PASSWORD + "\n")
            self.configure(settings)
        else:
            self.make(demo, fresh, settings)
        if demo:
            ApiTest.passwords.update((login, PASSWORD) for (login,) in self.rows("SELECT login FROM officer"))

    def make(self, demo, fresh, settings=None):
        self.configure(settings)
        self.must("keygen", "--out", self.home / "seal.key")
        self.must("migrate")
        self.must("bootstrap", "--config", self.config, "--login", "admin",
                  "--password-file", self.write("password", PASSWORD + "\n"), *(["--demo"] if demo else []))
        if not demo and not fresh: # the administrator has been there before, and needs no authenticator
            self.rows("UPDATE credential SET must_change = false; UPDATE role_policy SET needs_second_factor = false")
        if demo: # as `motcuad logins` does, which makes a password for each: here all have the administrator's
            salt = os.urandom(16)
            made = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=8192, r=8, p=1, dklen=32)
            self.rows("INSERT INTO credential (officer_id, salt, hash, scrypt_n, scrypt_r, scrypt_p, changed_at, must_change, is_random)"
                      f" SELECT o.id, '\\x{salt.hex()}', '\\x{made.hex()}', 8192, 8, 1, now(), false, true FROM officer o"
                      " WHERE NOT EXISTS (SELECT FROM credential x WHERE x.officer_id = o.id)")

    def sibling(self, name="other"):
        """A second daemon on the same database, or with another name a third."""
        other = Daemon.__new__(Daemon)
        other.__dict__.update(self.__dict__)
        other.port = free_port()
        text = self.config.read_text(encoding="utf-8").replace(f"port = {self.port}", f"port = {other.port}")
        other.config = self.write(f"{name}.conf", text)
        other.log_path = self.home / f"log.{name}"
        other.process = None
        return other

    def database(self, how):
        """Stops or starts the database server below the daemon."""
        tool = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        words = [tool, "-D", self.folder / "pg/data", "-w", "-s", "-l", self.folder / "pg/log", *how.split()]
        more = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        subprocess.run(words, cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more)

    def rows(self, sql):
        """What psql says to a query, as lists of text."""
        tool = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))
        more = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        if "," in self.url:  # several servers: the one that takes writes, as the daemon does
            more["env"] = {**os.environ, "PGTARGETSESSIONATTRS": "read-write"}
        done = subprocess.run([tool, "-XAtq", self.url, "-c", sql], cwd="/", check=True, text=True, capture_output=True, **more)
        return [line.split("|") for line in done.stdout.splitlines()]

    def hold(self, code):
        """A session of the database that holds the row of a dossier until it is told to let go: communicate("ROLLBACK;")."""
        tool = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))
        more = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        session = subprocess.Popen([tool, "-XAtq", self.url], cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)
        session.stdin.write(f"BEGIN; SELECT 'held' FROM dossier WHERE code = '{code}' FOR UPDATE;\n")
        session.stdin.flush()
        if session.stdout.readline() != "held\n":
            raise RuntimeError(f"{code} cannot be held")
        return session

    def start(self):
        served.clear()  # a daemon that was killed took its last rows of the log of reads with it
        more = {}
        if self.user:
            more.update(user=self.user.pw_uid, group=self.user.pw_gid, extra_groups=[])
        with open(self.log_path, "ab") as log:
            before = log.tell()
            self.process = subprocess.Popen([self.program, "serve", "--config", self.config], cwd="/", stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env={**os.environ, "HOME": str(self.home), **self.env}, **more)
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"motcuad serve ended with {self.process.returncode}: {self.log()[-1500:]}")
            try:
                # on a port that daemons share another one may answer: this one must have said it too
                if SAYS_READY in self.log_bytes(before) and self.request("GET", "/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)  # until it listens; nothing to wait on before that
        raise RuntimeError(f"motcuad is not ready after {READY_S} s: {self.log()[-1500:]}")

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)
        self.process = None

    def close(self):
        try:
            self.stop()
        finally:
            if self.is_kept:
                self.database("-m fast stop")
                print(f"# kept: {self.folder}")
                return
            subprocess.run([TOP / "tests/pg_temp.sh", "--stop", self.folder / "pg"], capture_output=True)
            self.remove()

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_bytes(self, start):
        """What it has written since its log was `start` bytes long."""
        with open(self.log_path, "rb") as log:
            log.seek(start)
            return log.read()

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def request(self, method, path, body=None, headers=None, source=None):
        """`source`: another address of this machine to come from, such as 127.0.0.2."""
        context = ssl.create_default_context(cafile=str(self.home / "cert.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=context,
                                                 source_address=source and (source, 0))
        try:
            headers = dict(headers or {})
            if body is not None and not isinstance(body, (bytes, str)):
                body = json.dumps(body, ensure_ascii=False)
            if body is not None:
                body = body.encode() if isinstance(body, str) else body
                headers.setdefault("Content-Type", "application/json")
            connection.request(method, path, body, headers)
            got = connection.getresponse()
            return Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()


daemon = None
contract = None
tokens = {}
keys = itertools.count(1)  # a thread takes each once
answered = set()  # template of the route, method, status
served = []  # of the daemon that runs: method, template, reply


class ApiTest(unittest.TestCase):
    """What a test of the API calls. `as_` names a login whose password is PASSWORD, or is in `passwords`."""

    passwords = {}

    def call(self, method, path, body=None, as_=None, status=None, headers=None, key=None, checked=True, at=None, source=None):
        """Sends, holds the reply against the contract, and (with `status`) against what is expected."""
        headers = {"Accept-Language": "en", **(headers or {})}
        if as_:
            headers["Authorization"] = "Bearer " + self.login(as_)
        if method != "GET" and key is not False:
            headers["Idempotency-Key"] = key or f"test-{os.getpid()}-{next(keys)}"
        reply = (at or daemon).request(method, path, body, headers, source)
        answered.add((contract.template(method, urllib.parse.urlsplit(path).path), method, reply.status))
        served.append((method, contract.template(method, urllib.parse.urlsplit(path).path), reply))
        if status is not None:
            self.assertEqual(reply.status, status, f"{method} {path}: {reply.body[:600]!r}")
        if checked:
            fault = contract.fault(method, urllib.parse.urlsplit(path).path, reply)
            self.assertIsNone(fault, f"{method} {path} -> {reply.status}: {fault}")
        return reply

    def intake(self, procedure="TP-10", as_="clerk1", status=201, name="Nguyễn Văn A", **fields):
        """A dossier taken in at the counter."""
        return self.call("POST", "/api/v1/dossiers", {"procedure": procedure, "applicant": {"name": name}, **fields},
                         as_=as_, status=status).json

    def dossier(self, code, as_="admin"):
        return self.call("GET", f"/api/v1/dossiers/{code}", as_=as_, status=200).json

    def events(self, code, as_="admin"):
        """Words of what happened to a dossier, in order."""
        items = self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_=as_, status=200).json["items"]
        return [e["action"] for e in items]

    def clock_to(self, instant):
        return self.call("POST", "/api/v1/demo/clock", {"set": instant}, as_="admin", status=200).json["now"]

    def job_ended(self, number, state="done", at=None, seconds=60):
        """A job once it has ended, in the state it should end in."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job = self.call("GET", f"/api/v1/jobs/{number}", as_="admin", status=200, at=at).json
            if job["state"] not in ("waiting", "running"):
                self.assertEqual(job["state"], state, job)
                return job
            time.sleep(0.02)  # a job is worked off by the daemon; nothing tells when
        self.fail(f"job {number} has not ended: {job}")

    def sweep(self, status=None, at=None, **body):
        """Sweeps a night and waits for it: its record, or (with `status`) the refusal."""
        reply = self.call("POST", "/api/v1/sweeps", body, as_="admin", status=status, at=at)
        if reply.status != 202:
            self.assertEqual(reply.status, status or 200, reply.body[:600])
            return reply.json
        return self.job_ended(reply.json["id"], at=at)["result"]

    def sweep_items(self, run, query="", part="items"):
        """Every row of a list of a night, page by page."""
        rows, after = [], ""
        while True:
            page = self.call("GET", f"/api/v1/sweeps/{run}/{part}?limit=200{query}{after}", as_="admin", status=200).json
            rows += page["items"]
            if "next" not in page:
                return rows
            after = f"&after={page['next']}"

    def sweep_preview(self, as_="admin", **query):
        """What a night would do: the figures of all pages, and their rows as "items"."""
        total, after = None, {}
        while True:
            words = urllib.parse.urlencode({**query, **after})
            page = self.call("GET", f"/api/v1/sweeps/preview?{words}", as_=as_, status=200).json
            for name, value in page.items() if total else ():
                if name == "items" or (isinstance(value, int) and not isinstance(value, bool)):
                    page[name] = total[name] + value
            total = page
            if "next" not in page:
                return total
            after = {"after": page["next"]}

    def to_leader(self, code, officer="officer1", head="head_tp"):
        """Through the steps of TP-10 (clerk, head, officer, head, leader), each by forwarding and taking over."""
        for giver, taker in (("clerk1", head), (head, officer), (officer, head), (head, "leader1")):
            self.act(code, "forward", as_=giver)
            self.act(code, "take_over", as_=taker)

    def to_counter(self, code, **fields):
        """Decided by the leader and brought to the counter."""
        self.act(code, "decide", as_="leader1", **fields)
        self.act(code, "hand_over_result", as_="leader1")
        return self.act(code, "take_over_result", as_="clerk1").json

    def cli(self, *words, given=""):
        """motcua, in English; as the administrator unless --as names another. `given` is its standard input."""
        program = pathlib.Path(sys.argv[1]).resolve().parents[2] / "tools/cli/motcua"
        data = daemon.folder / "data"
        (data / "tls").mkdir(parents=True, exist_ok=True)
        (data / "tls/cert.pem").write_bytes((daemon.home / "cert.pem").read_bytes())
        credentials = data / "credentials"
        logins = {"admin": PASSWORD, **self.passwords}  # --as NAME for others
        credentials.write_text(f"url https://127.0.0.1:{daemon.port}\n" + "".join(f"login {n} {n} {p}\n" for n, p in logins.items()),
                               encoding="utf-8")
        credentials.chmod(0o600)
        return subprocess.run([program, "--data", data, "--lang", "en", *map(str, words)], text=True, capture_output=True, input=given)

    def until(self, what, seconds=30):
        """What a question answers once it answers with something; the engine works by itself, and nothing tells when."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = what()
            if answer:
                return answer
            time.sleep(0.05)
        self.fail(f"not within {seconds} s: {what()}")

    def reads_are_logged(self):
        """Every reply since the daemon started that showed a dossier has its row in the log of reads, and no other has one.
        Returns the routes that were seen to."""
        of = read_routes()
        good, seen = {}, set()
        for method, template, reply in served:
            what = of.get((method, template)) if reply.status < 300 else None
            good[reply.headers["x-trace-id"]] = (what, method, template, reply)
        self.until(lambda: "motcua_read_log_waiting 0\n" in daemon.request("GET", "/metrics").body.decode())
        rows = {row[0]: row for row in daemon.rows("SELECT trace, what, officer_id, coalesce(dossier_id, dossier_ids[1]) FROM read_log")}
        for trace, (what, method, template, reply) in good.items():
            row = rows.get(trace)
            is_json = "json" in reply.headers.get("content-type", "")
            if what and row is None and (reply.json.get("items") == [] if is_json else "/registers" in template):
                continue  # it showed nobody
            if what and row is None and "csv" in reply.headers.get("content-type", "") and reply.body.count(b"\n") <= 1:
                continue  # the head of an empty list
            self.assertEqual(row and row[1], what, f"{method} {template} {reply.status}")
            if what:
                self.assertEqual(row[2] == "0", template.startswith("/public/"), f"{method} {template}: officer {row[2]}")
                self.assertTrue(row[3], f"{method} {template}: no dossier")
                seen.add((method, template))
        return seen

    def login(self, who):
        if who not in tokens:
            reply = daemon.request("POST", "/api/v1/session", {"login": who, "password": self.passwords.get(who, PASSWORD)})
            self.assertEqual(reply.status, 201, reply.body[:600])
            tokens[who] = reply.json["token"]
        return tokens[who]

    def act(self, code, action, as_, status=200, **fields):
        """An action on a dossier, on the version it has now. The engine marks dossiers in the second after the clock went on:
        who was slower looks again."""
        for _ in range(5):
            etag = self.call("GET", f"/api/v1/dossiers/{code}", as_=as_, status=200).headers.get("etag")
            reply = self.call("POST", f"/api/v1/dossiers/{code}/actions/{action}", fields, as_=as_,
                              headers={"If-Match": etag} if etag else {})
            if reply.status != 412:
                break
        self.assertEqual(reply.status, status, f"{action} {code}: {reply.body[:600]!r}")
        return reply


def read_routes():
    """Rows of proto/tables/reads.def: method and template of the route, word of the log."""
    words = dict(re.findall(r'^READ\((\w+), *"(\w+)"', (TOP / "proto/tables/reads.def").read_text(encoding="utf-8"), re.M))
    routes = re.findall(r'^ROUTE\((\w+), *(\w+), *"([^"]+)"', (TOP / "proto/tables/routes.def").read_text(encoding="utf-8"), re.M)
    return {(method, path): words[name] for name, method, path in routes if name in words}


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.n = 0

    def line(self, test, is_good, more="", text=""):
        self.n += 1
        print(f"{'ok' if is_good else 'not ok'} {self.n} - {test.id().removeprefix('__main__.')}{more}")
        for line in text.strip().split("\n") if text else ():
            print(f"# {line}")
        sys.stdout.flush()

    def addSuccess(self, test):
        self.line(test, True)

    def addSkip(self, test, reason):
        self.line(test, True, f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(test, False, text=self.failures[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.line(subtest, False, text=(self.errors + self.failures)[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.line(test, False, text=self.errors[-1][1])


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def main(demo=False, at=None, settings=None, fresh=False, before=None):
    """Runs the file's tests; with `demo` in the demonstration district, whose officers log in by their names there;
    with `at` its clock is moved there first. `settings` gets the daemon and gives further lines of motcua.conf.
    `before`: called with the daemon before its database is made. `fresh`: an installation as bootstrap leaves it, whose administrator has never logged in."""
    global daemon, contract
    program = sys.argv[1]
    said = subprocess.run([program, "--help"], text=True, capture_output=True).stdout
    for verb in ("serve", "keygen", "migrate", "bootstrap"):
        if f"\n  {verb} " not in said:
            skip_all(f"motcuad has no verb {verb}")
    if jsonschema is None:
        skip_all("python3-jsonschema is not installed")
    daemon = Daemon(program)
    result = TapResult()
    try:
        if before:
            before(daemon)
        daemon.prepare(demo, settings, fresh)
        daemon.start()
        contract = Contract(daemon.request("GET", "/openapi.json").json)
        if at:
            ApiTest().clock_to(at)
        tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
        tests.run(result)
        print(f"1..{result.n}")
        if not result.wasSuccessful():
            print("# the end of the daemon's log:")
            for line in daemon.log().split("\n")[-int(os.environ.get("HARNESS_LOG", 15)):]:
                print(f"# {line}")
            daemon.is_kept = bool(os.environ.get("HARNESS_KEEP"))
    finally:
        daemon.close()
    sys.exit(0 if result.wasSuccessful() else 1)
