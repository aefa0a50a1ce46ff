"""A client of GET /api/v1/stream: server-sent events, read in a thread of its own as they come."""
import collections
import http.client
import json
import queue
import socket
import ssl
import threading
import urllib.parse

import harness

WITHIN_S = 30  # an event that has to come has come by then
Event = collections.namedtuple("Event", "id name data")


class Listener:
    """with Listener("clerk1") as s: s.next() ... The first event (start) is read when it is opened."""

    def __init__(self, token, last=None, after=None, at=None, method="GET"):
        daemon = at or harness.daemon
        context = ssl.create_default_context(cafile=str(daemon.home / "cert.pem"))
        self.connection = http.client.HTTPSConnection("127.0.0.1", daemon.port, timeout=120, context=context)
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        self.connection.request(method, "/api/v1/stream" + (f"?{urllib.parse.urlencode({'after': after})}" if after else ""), headers=headers)
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.heard = b""  # every byte so far
        self.events = queue.Queue()
        self.last = None  # id of the last event read
        self.start = self.thread = None
        if self.status != 200 or method == "HEAD":
            self.heard = self.answer.read()
            return
        harness.answered.add(("/api/v1/stream", "GET", 200))
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        self.start = self.next()
        assert self.start.name == "start", self.start

    def _read(self):
        fields = {}
        try:
            for line in self.answer:
                self.heard += line
                line = line.decode().rstrip("\n")
                if not line and fields:
                    self.events.put(Event(fields.get("id"), fields.get("event"), json.loads(fields.get("data", "null"))))
                    fields = {}
                elif line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = value
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # it was cut off, here or there
        self.events.put(None)

    def next(self, within=WITHIN_S):
        """The next event; None when the daemon ended the stream."""
        try:
            event = self.events.get(timeout=within)
        except queue.Empty:
            raise AssertionError(f"nothing came within {within} s; heard: {self.heard[-300:]!r}") from None
        self.last = event.id if event and event.id else self.last
        return event

    def until(self, is_it, within=WITHIN_S):
        """The first event for which it holds; what came before is passed over."""
        while True:
            event = self.next(within)
            if event is None:
                raise AssertionError("the stream ended")
            if is_it(event):
                return event

    def dossier(self, code, within=WITHIN_S):
        """The next event about a dossier."""
        return self.until(lambda e: e.name == "dossier" and e.data["code"] == code, within)

    def ended(self):
        """Waits for the end."""
        while self.next() is not None:
            pass
        return True

    def close(self):
        if self.thread:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
            except OSError:
                pass  # the daemon was faster
            self.thread.join(WITHIN_S)
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
