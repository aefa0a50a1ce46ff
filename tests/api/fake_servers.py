"""A mail server and a gateway as they are in the wild: they take, refuse, hang, and say yes and drop.

What each does with the next message is the next word of its `plan`; without one it takes it.
"""
import base64
import email
import email.policy
import http.server
import json
import re
import select
import socket
import socketserver
import ssl
import threading
import time

ESTABLISHED = 1  # a connection's state, as Linux numbers them


class Fake:
    def __init__(self):
        self.plan, self.taken, self.lock = [], [], threading.Lock()
        self.n_connections = self.most_open = 0
        self.open = set()
        self.released = threading.Event()  # lets go of those who hang

    def next_word(self):
        with self.lock:
            return self.plan.pop(0) if self.plan else "take"

    def hang(self, connection):
        """Until the client loses patience (it says something, or is gone), or the test is over."""
        deadline = time.monotonic() + 60
        while not self.released.is_set() and time.monotonic() < deadline:
            if select.select([connection], [], [], 0.1)[0]:
                return

    def wait(self, until, within=30):
        """Waits until `until()` is true of what was taken; returns what it gave."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            got = until()
            if got:
                return got
            time.sleep(0.02)  # a server's threads tell nobody when
        raise AssertionError(f"nothing came within {within} s; taken: {self.taken!r}"[:2000])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class SmtpHandler(socketserver.StreamRequestHandler):
    timeout = 40

    def is_connected(self):
        """The client has not hung up; this thread may learn of it later than the next one begins."""
        try:
            return self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED
        except OSError:
            return False

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def handle(self):
        fake = self.server.fake
        with fake.lock:
            fake.n_connections += 1
            fake.open.add(self)
            fake.most_open = max(fake.most_open, sum(handler.is_connected() for handler in fake.open))
        try:
            self.talk(fake, fake.next_word())
        except OSError:
            pass
        finally:
            with fake.lock:
                fake.open.discard(self)

    def talk(self, fake, word):
        if word == "mute":  # takes the connection and says nothing
            return fake.hang(self.connection)
        self.say("554 not today" if word == "closed" else "220 fake ESMTP")
        is_tls, envelope = False, {}
        while True:
            line = self.rfile.readline().decode().strip()
            verb = line[:4].upper()
            if not line or verb == "QUIT":
                return
            if verb == "EHLO":
                self.say("250-fake")
                if not is_tls and word != "no_tls":
                    self.say("250-STARTTLS")
                self.say("250 AUTH PLAIN")
            elif verb == "STAR":
                self.say("220 go on")
                self.request = self.connection = fake.context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile, is_tls = self.connection.makefile("rb"), self.connection.makefile("wb"), True
            elif verb == "AUTH":
                if line.count(" ") == 1:
                    self.say("334 ")
                    line += " " + self.rfile.readline().decode().strip()
                fake.login = base64.b64decode(line.split()[2]).split(b"\0")[1:]
                self.say("535 no" if word == "no_login" else "235 yes")
            elif verb == "MAIL":
                envelope["from"] = line
                self.say("250 ok")
            elif verb == "RCPT":
                envelope["to"] = line
                self.say({"later": "451 try again", "refuse": "550 5.1.1 no such user"}.get(word, "250 ok"))
            elif verb == "DATA":
                if not self.data(fake, word, envelope, is_tls):
                    return
            else:
                self.say("250 ok")

    def data(self, fake, word, envelope, is_tls):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        if line:  # all of it, up to the point
            number = re.match(r"<motcua-(\d+)\.", message["Message-ID"] or "")
            with fake.lock:
                fake.heard.append((number and number[1], word))
        if word == "hang":  # has it all, and never says so
            fake.hang(self.connection)
            return False
        if word == "drop":
            return False
        if word == "reject":
            self.say("554 5.7.1 looks like spam")
            return True
        with fake.lock:
            fake.taken.append({"message": message, "raw": b"".join(lines), "tls": is_tls, **envelope})
        if word == "swallow":  # says yes and drops the line; what became of the mail nobody knows
            self.say("250 ok")
            return False
        self.say("250 ok")
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass


class Smtp(Fake):
    def __init__(self, cert=None, key=None, port=0):
        super().__init__()
        self.login, self.heard = None, []  # of every mail that came whole: its row in the outbox, what was done to it
        if cert:
            self.trust(cert, key)
        self.server = Server(("127.0.0.1", port), SmtpHandler)
        self.server.fake = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def trust(self, cert, key):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class HookHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        fake = self.server.fake
        word = fake.next_word()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if word == "hang":
            fake.hang(self.connection)
        if word in ("hang", "drop"):
            self.close_connection = True
            return self.connection.shutdown(socket.SHUT_RDWR)
        status = int(word) if word.isdigit() else 202
        if status < 300:
            with fake.lock:
                fake.taken.append({"json": json.loads(body), "body": body, "headers": {k.lower(): v for k, v in self.headers.items()}})
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Hook(Fake):
    def __init__(self):
        super().__init__()
        self.server = Server(("127.0.0.1", 0), HookHandler)
        self.server.fake = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
