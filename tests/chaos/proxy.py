"""A line that fails: stands between two parties and cuts, delays, holds or refuses what they say.

    proxy = Proxy(("127.0.0.1", 8443))          # or the path of a socket; proxy.port, or Proxy(target, path)
    proxy.cut()                                  # every connection, now
    proxy.cut_in_reply(10)                       # the next answer breaks off after ten bytes
    with proxy.held(): ...                       # what is said meanwhile arrives afterwards
    with proxy.delayed(0.2): ...                 # each piece so many seconds late
    with proxy.refusing(): ...                   # connections are closed at once
"""
import contextlib
import os
import socket
import threading
import time


class Proxy:
    def __init__(self, target, path=None):
        self.target, self.pairs, self.lock = target, set(), threading.Lock()
        self.gate = threading.Event()
        self.gate.set()
        self.delay_s, self.is_refusing, self.reply_left = 0.0, False, None
        self.listener = self.listen(path)
        self.port = None if path else self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @staticmethod
    def listen(path):
        s = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        s.bind(str(path) if path else ("127.0.0.1", 0))
        if path:
            os.chmod(path, 0o777)  # its folder says who may
        s.listen(128)
        return s

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        is_path = not isinstance(self.target, tuple)
        server = socket.socket(socket.AF_UNIX if is_path else socket.AF_INET)
        pair = (client, server)
        try:
            if self.is_refusing:
                raise OSError("refused")
            server.connect(str(self.target) if is_path else self.target)
        except OSError:
            self.end(pair)
            return
        with self.lock:
            self.pairs.add(pair)
        threading.Thread(target=self.pump, args=(pair, server, client, True), daemon=True).start()
        self.pump(pair, client, server, False)

    def pump(self, pair, source, sink, is_reply):
        try:
            while data := source.recv(65536):
                if self.delay_s:
                    time.sleep(self.delay_s)  # this is the fault, not patience
                self.gate.wait()
                with self.lock:
                    left, self.reply_left = (self.reply_left, None) if is_reply else (None, self.reply_left)
                sink.sendall(data if left is None else data[:left])
                if left is not None:
                    break
        except OSError:
            pass
        self.end(pair)

    def end(self, pair):
        with self.lock:
            self.pairs.discard(pair)
        for s in pair:
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
            s.close()

    def cut(self):
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            self.end(pair)
        return len(pairs)

    def cut_in_reply(self, left):
        with self.lock:
            self.reply_left = left

    @contextlib.contextmanager
    def held(self):
        self.gate.clear()
        try:
            yield
        finally:
            self.gate.set()

    @contextlib.contextmanager
    def delayed(self, seconds):
        self.delay_s = seconds
        try:
            yield
        finally:
            self.delay_s = 0.0

    @contextlib.contextmanager
    def refusing(self):
        self.is_refusing = True
        self.cut()
        try:
            yield
        finally:
            self.is_refusing = False

    def close(self):
        self.listener.close()
        self.gate.set()
        self.cut()
