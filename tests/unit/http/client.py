"""What the tests of the server share: the fixture as a process, a client that speaks HTTP by hand, TLS
contexts, and a runner that speaks TAP. A test is a function without parameters; its name is its rule.

Waits are for events (a reply, an end of file), with a generous bound; time limits are tested with the
fixture's limits set to a tenth of a second."""
import inspect
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

FIXTURE, ONLY = sys.argv[1], sys.argv[2:]
BOUND = 20  # seconds until a wait counts as failed


class Server:
    """A running fixture, stopped gracefully at the end; its exit status must be 0."""

    def __init__(self, **options):
        pairs = [f"{k}={v}" for k, v in options.items()]
        self.process = subprocess.Popen([FIXTURE, *pairs], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().split()
        self.port = int(line[1]) if line[0] == "port" else None
        self.line = line

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.port and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.rest = self.process.stdout.read()
        status = self.process.wait(BOUND)
        if kind is None:
            assert status == 0, f"the fixture ended with {status}"

    def connect(self, **options):
        return Client(self.port, **options)

    def stats(self):
        with self.connect() as c:
            return json.loads(c.get("/stats").body)

    def wait_for(self, condition):
        """Until the figures satisfy the condition."""
        until, stats = time.monotonic() + BOUND, None
        while time.monotonic() < until:
            try:
                stats = self.stats()
            except (EOFError, ConnectionError):
                continue  # a cap is still full
            if condition(stats):
                return stats
        raise AssertionError(f"never came true: {stats}")

    def memory_kib(self, kind="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(re.search(kind + r":\s+(\d+)", f.read()).group(1))

    def is_sanitized(self):
        """A sanitizer reserves terabytes of addresses; what it keeps in memory is not ours."""
        return self.memory_kib("VmSize") > 1 << 30


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def code(self):
        return json.loads(self.body)["code"]


class Client:
    """Speaks HTTP by hand, so that it can also speak it badly."""

    def __init__(self, port, context=None, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(BOUND)
        self.socket.connect(("127.0.0.1", port))
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def request(self, method, path, headers="", body=None):
        length = f"Content-Length: {len(body)}\r\n" if body is not None else ""
        self.send(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n")
        if body:
            self.send(body)
        return self.reply(method)

    def get(self, path, headers=""):
        return self.request("GET", path, headers)

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise EOFError
        self.rest += got

    def until(self, mark):
        while mark not in self.rest:
            self.more()
        head, self.rest = self.rest.split(mark, 1)
        return head

    def exactly(self, n):
        while len(self.rest) < n:
            self.more()
        body, self.rest = self.rest[:n], self.rest[n:]
        return body

    def reply(self, method="GET"):
        lines = self.until(b"\r\n\r\n").decode().split("\r\n")
        status = int(lines[0].split()[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            assert name.lower() not in headers or name == "Set-Cookie", f"{name} twice"
            headers[name.lower()] = value
        if method == "HEAD" or status in (100, 204, 304):
            return Reply(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self.until(b"\r\n"), 16):
                body += self.exactly(size)
                assert self.exactly(2) == b"\r\n"
            assert self.exactly(2) == b"\r\n"
            return Reply(status, headers, body)
        return Reply(status, headers, self.exactly(int(headers["content-length"])))

    def at_end(self):
        """The server closed, and sent nothing more."""
        try:
            return not self.rest and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


FOLDER = tempfile.mkdtemp(prefix="motcua-http-")
CERT, KEY = os.path.join(FOLDER, "cert.pem"), os.path.join(FOLDER, "key.pem")


def make_certificate(name="localhost"):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", KEY, "-out", CERT, "-days", "2", "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, stderr=subprocess.DEVNULL)


def tls_server(**options):
    if not os.path.exists(CERT):
        make_certificate()
    server = Server(tls=1, cert=CERT, key=KEY, **options)
    server.connect = lambda context=None: Client(server.port, context or tls_client())
    return server


def tls_client(version=None, protocols=None):
    context = ssl.create_default_context(cafile=CERT)
    if version:
        context.maximum_version = version
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


def s_client(port, *options):
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", CERT, *options],
                          input=b"", capture_output=True, timeout=BOUND)
    return (done.stdout + done.stderr).decode(errors="replace")


def run(module):
    """Runs the functions of a module, or those named on the command line."""
    tests = [f for f in list(vars(module).values())
             if inspect.isfunction(f) and f.__module__ == module.__name__ and not inspect.signature(f).parameters
             and (not ONLY or f.__name__ in ONLY)]
    print(f"1..{len(tests)}")
    failed = 0
    for i, test in enumerate(tests, 1):
        begun = time.monotonic()
        try:
            test()
            print(f"ok {i} - {test.__name__} # {time.monotonic() - begun:.1f} s")
        except Exception as e:  # a broken test must not hide the others
            failed += 1
            print(f"not ok {i} - {test.__name__}")
            print("#", repr(e)[:600], "line", e.__traceback__.tb_next and e.__traceback__.tb_next.tb_lineno)
        sys.stdout.flush()
    shutil.rmtree(FOLDER)
    return failed > 0

