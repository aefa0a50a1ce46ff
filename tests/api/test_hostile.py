#!/usr/bin/env python3
"""A client that means harm: bytes that two programs read in two ways, paths that climb, JSON that explodes, SQL in every
place that takes text, slow ones and many. The daemon refuses, stays quick for others, and is unharmed."""
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import time
import urllib.parse

import harness
import hostile
from hostile import Raw, statuses

HOG = "127.0.0.2"  # whoever means harm comes from here, the clerk from 127.0.0.1
SLOW_S = 1.0  # a clerk's request takes less, whatever the hog does (thousandths, on an idle machine)
SLEEP_S = 3
PAYLOADS = (
    "' OR '1'='1", "'; SELECT pg_sleep(%d)--" % SLEEP_S, "1; DROP TABLE event;--", "' UNION SELECT version()--", "\\'; SELECT 1--",
    "$$ || pg_sleep(%d) || $$" % SLEEP_S, "%%' AND 1=(SELECT 1 FROM pg_sleep(%d)) AND '%%'='" % SLEEP_S, "') OR pg_sleep(%d) IS NULL--" % SLEEP_S,
    "/**/OR/**/1=1#", "\"; --", "{1,2}", "NULL", "a\u02bcb", "%27%20OR%201=1", "${jndi:ldap://x}", "{{7*7}}", "../../../etc/passwd", "<script>alert(1)</script>",
)


class Client:
    """A clerk whose browser keeps one connection, and a watch."""

    def __init__(self, token):
        self.connection = http.client.HTTPSConnection("127.0.0.1", harness.daemon.port, timeout=30, context=hostile.context())
        self.headers = {"Authorization": f"Bearer {token}"}
        self.took = []

    def ask(self, n=1):
        for _ in range(n):
            began = time.monotonic()
            self.connection.request("GET", "/api/v1/queues/office?limit=20", headers=self.headers)
            reply = self.connection.getresponse()
            reply.read()
            assert reply.status == 200, reply.status
            self.took.append(time.monotonic() - began)


class HostileTest(harness.ApiTest):
    def counts(self):
        return harness.daemon.rows("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM dossier), (SELECT count(*) FROM officer)")

    def unharmed(self):
        self.assertEqual(self.call("GET", "/readyz", status=200).json["state"], "ok")

    # ---- bytes ----

    def test_01_what_two_could_read_in_two_ways_ends_the_connection(self):
        smuggled = b"GET /api/v1/me HTTP/1.1\r\nHost: a\r\n\r\n"
        seen = 0
        for verdict, rule, data in hostile.cases():
            if verdict in ("ok", "more"):
                continue
            with self.subTest(rule), Raw(HOG) as c:
                got = statuses(c.send(data + smuggled).all())
                self.assertEqual(len(got), 1, rule)
                self.assertTrue(got[0] >= 400, rule)
                seen += 1
        self.assertGreater(seen, 60)
        self.unharmed()

    def test_02_a_request_hidden_in_another_is_a_body(self):
        inner = "GET /api/v1/officers HTTP/1.1\r\nHost: a\r\n\r\n"
        lengths = f"POST /public/lookup HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(inner)}\r\n"
        with Raw(HOG) as c:  # honest framing: the hidden one is never answered
            self.assertEqual(c.send(lengths + "Connection: close\r\n\r\n" + inner).reply()[0], 400)
            self.assertEqual(c.all(), b"")
        for more in ("Transfer-Encoding: chunked\r\n", "Transfer-Encoding : chunked\r\n", "transfer-encoding: identity\r\n", "Transfer-Encoding: chunked, chunked\r\n",
                     "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding:\tchunked\r\n", f"Content-Length: {len(inner) + 1}\r\n", "Content-Length: +5\r\n",
                     "Content-Length: 0x10\r\n", "Content-Length: 5, 6\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999999\r\n"):
            with self.subTest(more), Raw(HOG) as c:
                got = statuses(c.send(lengths + more + "\r\n0\r\n\r\n" + inner).all())
                self.assertEqual(len(got), 1, more)
                self.assertIn(got[0], (400, 413, 501), more)
        for size in ("-1", "0x5", "5 ", " 5", "FFFFFFFFFFFFFFFF", "5;" + "a" * 300, "g", ""):
            with self.subTest(size), Raw(HOG) as c:
                head = "POST /public/lookup HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                self.assertEqual(len(statuses(c.send(f"{head}{size}\r\nhello\r\n0\r\n\r\n{inner}").all())), 1, size)

    def test_03_no_other_protocol(self):
        for data in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"\x00" * 200, os.urandom(4096), b"GET / HTTP/1.1\r\n" + b"A" * 70000):
            with Raw(HOG) as c:
                self.assertTrue(all(s >= 400 for s in statuses(c.send(data).all())))
        with Raw(HOG, is_tls=False) as c:  # no plain text on this port
            self.assertNotIn(b"HTTP/1.1 2", c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").all())
        for more in ("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"):
            with Raw(HOG) as c:
                self.assertEqual(c.send(f"GET /healthz HTTP/1.1\r\nHost: a\r\n{more}\r\n").reply()[0], 200)  # served, not switched
        for expect, status in (("100-continue", 400), ("200-ok", 417), ("100-continue, x", 417)):
            with Raw(HOG) as c:
                c.send(f"POST /public/lookup HTTP/1.1\r\nHost: a\r\nExpect: {expect}\r\nContent-Length: 1\r\n\r\n{{")
                first = c.reply()[0]
                self.assertEqual(c.reply()[0] if first == 100 else first, status, expect)

    def test_04_methods_ranges_and_heads(self):
        for template, item in harness.contract.document["paths"].items():
            path = re.sub(r"\{\w+\}", "1", template)
            for method in {"get", "post", "put", "patch", "delete"} - set(item):
                if template.split("{")[0].endswith("/registers/") or harness.contract.operation(method, path):
                    continue
                reply = self.call(method.upper(), path, as_="clerk1", checked=False)
                self.assertEqual(reply.status, 405, f"{method} {path}")
                self.assertNotIn(method.upper(), reply.headers["allow"].split(", "))
        for method in ("TRACE", "CONNECT", "TRACK", "PROPFIND", "DEBUG", "GETX"):
            self.assertEqual(harness.daemon.request(method, "/healthz").status, 501, method)
        whole = harness.daemon.request("GET", "/")
        for value in ("bytes=0-0", "bytes=0-0,1-1,2-2", "bytes=-1", "bytes=5-1", "bytes=" + "0-," * 500, "bytes=0-18446744073709551615", "lines=1-2"):
            reply = harness.daemon.request("GET", "/", headers={"Range": value})
            self.assertEqual((reply.status, len(reply.body)), (200, len(whole.body)), value)  # one range or many: the whole
        for path in ("/", "/openapi.json", "/healthz", "/none"):
            got, head = harness.daemon.request("GET", path), harness.daemon.request("HEAD", path)
            self.assertEqual((head.status, head.body), (got.status, b""), path)
            self.assertEqual(head.headers["content-type"], got.headers["content-type"])

    # ---- names and places ----

    def test_05_nothing_climbs(self):
        page = harness.daemon.request("GET", "/").body.decode()
        folder = re.search(r"/app/[0-9a-f]+/", page)[0]
        for up in ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "%252e%252e%252f", "..%c0%af", "..;/", "%uff0e%uff0e/", ".%00./"):
            for base in ("/", folder, "/api/v1/dossiers/", "/api/v1/uploads/", "/public/documents/"):
                for target in ("etc/passwd", "motcua.conf"):
                    with Raw(HOG) as c:
                        got = c.send(f"GET {base}{up * 6}{target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").all()
                    # a paper by a token that nobody was given: the page says so, with 200
                    self.assertIn(statuses(got)[0], (200, 400, 404) if base == "/public/documents/" else (400, 401, 404, 405), base + up)
                    self.assertNotIn(b"root:", got)
        self.unharmed()

    def test_06_a_file_name_is_only_a_name(self):
        code = self.intake()["code"]
        pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        for name in ("../../etc/passwd", "a\"; filename=\"b.html", "a\r\nSet-Cookie: x=1", "a\nX: y", "\x00.pdf", "x" * 201, "..", "C:\\a.pdf", "a;b.pdf", "ạ.pdf", "%0d%0a.pdf"):
            reply = self.call("POST", f"/api/v1/dossiers/{code}/uploads", {"name": name, "size": len(pdf), "purpose": "other"}, as_="clerk1")
            self.assertIn(reply.status, (201, 400, 422), repr(name))
            if reply.status != 201:
                continue
            number = reply.json["id"]
            self.call("PUT", f"/api/v1/uploads/{number}?offset=0", pdf, as_="clerk1", headers={"Content-Type": "application/octet-stream"}, checked=False)
            done = self.call("POST", f"/api/v1/uploads/{number}/actions/finish", as_="clerk1", checked=False)
            if done.status != 201:
                continue
            got = self.call("GET", f"/api/v1/dossiers/{code}/attachments/{done.json['number']}/file", as_="clerk1", status=200, checked=False)
            self.assertNotIn("set-cookie", got.headers)
            self.assertNotIn("x", got.headers)
            self.assertNotRegex(got.headers["content-disposition"], r'[\r\n]|filename="[^"]*"[^;]')
            self.assertIn("sandbox", got.headers["content-security-policy"])

    def test_07_fields_name_nobody(self):
        evil = "evil.example"
        for host in (evil, evil + ":1"):
            for path in ("/", "/openapi.json", "/public/documents/" + "0" * 32, "/api/v1/me"):
                got = harness.daemon.request("GET", path, headers={"Host": host, "Accept": "text/html", "X-Forwarded-Host": evil, "X-Original-URL": "/api/v1/officers"})
                self.assertNotIn(evil.encode(), got.body, path)
                self.assertNotIn(evil, str(got.headers), path)
        token = self.login("clerk1")
        for cookies in (f"{self.cookie()}={token}; {self.cookie()}={token}", f"{self.cookie()}={token}x", f"{self.cookie()}=", f"x{self.cookie()}={token}"):
            self.assertEqual(harness.daemon.request("GET", "/api/v1/me", headers={"Cookie": cookies}).status, 401, cookies[:20])
        for value in (f"Bearer  {token}", f"Bearer {token} x", f"Basic {token}", f"Bearer {token[:-1]}", "Bearer " + "a" * 5000):
            self.assertEqual(harness.daemon.request("GET", "/api/v1/me", headers={"Authorization": value}).status, 401, value[:20])
        with Raw(HOG) as c:
            c.send(f"GET /api/v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n\r\n")
            self.assertEqual(c.reply()[0], 400)
        for path in ("/api/v1/dossiers/%0d%0aSet-Cookie:%20a=b", "/api/v1/search?q=%0d%0aX-Evil:1"):
            got = self.call("GET", path, as_="clerk1", checked=False)
            self.assertFalse({"x-evil", "set-cookie"} & set(got.headers))

    def cookie(self):
        reply = harness.daemon.request("POST", "/api/v1/session", {"login": "clerk1", "password": self.passwords.get("clerk1", harness.PASSWORD)})
        return reply.headers["set-cookie"].split("=")[0]

    # ---- JSON ----

    def test_08_json_that_explodes(self):
        before = self.counts()
        big = 1 << 20
        for body in ("[" * 100000, '{"a":' * 50000, '{"a":1,' * 1000, "{" + ",".join(f'"k{i}":1' for i in range(60000)) + "}", '{"procedure":"' + "\\u0041" * 150000 + '"}',
                     '{"procedure":' + "9" * 100000 + "}", '{"procedure":1e99999}', '{"procedure":-}', '{"procedure":"\\ud800\\ud800"}', '{"procedure":"\\udc00"}',
                     b'{"procedure":"\xc0\xaf"}', b'{"procedure":"\xf4\x90\x80\x80"}', b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b'{"a\x00b":1}', '{"procedure":"\\u0000"}',
                     '{"__proto__":{"x":1},"procedure":"TP-10"}', "[" + "1," * 250000 + "1]", " " * (big - 2) + "{}", '{"procedure":"TP-10","procedure":"TP-11"}', "NaN", "{'a':1}", "{}{}"):
            began = time.monotonic()
            for path in ("/api/v1/dossiers", "/public/lookup"):
                reply = self.call("POST", path, body, as_="clerk1", checked=False)
                self.assertIn(reply.status, (400, 413, 422), f"{path} {str(body)[:40]}")
            self.assertLess(time.monotonic() - began, 5, str(body)[:40])
        self.assertEqual(self.counts(), before)
        self.unharmed()

    # ---- SQL ----

    def test_09_no_condition_widens_a_list(self):
        total = self.call("GET", "/api/v1/dossiers?count=true", as_="admin", status=200).json["count"]
        self.assertGreater(total, 0)
        for field in ("procedure", "field", "office", "officer", "source", "after"):
            for payload in ("x' OR '1'='1", "x') OR (1=1", "x' OR 1=1--", "%", "_" * 3, "*", "x' UNION SELECT * FROM officer--"):
                reply = self.call("GET", "/api/v1/dossiers?" + urllib.parse.urlencode({field: payload, "count": "true"}), as_="admin", checked=False)
                self.assertTrue(reply.status in (400, 404, 422) or reply.json["count"] == 0, f"{field}={payload}: {reply.body[:200]}")
        for q in ("%", "_", "%%%", "' OR ''='", "\\", "a' AND 'a'='a"):
            reply = self.call("GET", "/api/v1/search?" + urllib.parse.urlencode({"q": q}), as_="admin", checked=False)
            self.assertTrue(reply.status in (400, 422) or not reply.json["items"], f"{q}: {reply.body[:200]}")

    def test_10_sql_in_every_place_that_takes_text(self):
        code = self.intake()["code"]
        known = {"code": code, "key": "tp", "id": "1", "number": "1", "queue": "mine", "form": "II.06a", "action": "withdraw_none", "paper": "control",
                 "token": "0" * 32, "login": "clerk9", "password": "x" * 12}
        describer = hostile.Describer(harness.contract.document, known)
        before, seen = self.counts(), 0
        tables = harness.daemon.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        for n, (method, place, make) in enumerate(describer.places()):
            if "/session" in place or "/demo/clock" in place or "password" in place:
                continue
            for payload in (PAYLOADS[n % 2:8:2] if n % 8 else PAYLOADS[n % 16 // 8::2]) + (PAYLOADS[8 + n % 10],):
                path, body = make(payload)
                began = time.monotonic()
                reply = self.call(method.upper(), path, body, as_="admin", checked=False)
                self.assertLess(time.monotonic() - began, SLEEP_S - 0.5, f"{place}: {payload}")
                self.assertLess(reply.status, 500, f"{place}: {payload}: {reply.body[:300]!r}")
                self.assertNotIn(b"syntax error", reply.body, place)
                seen += 1
        self.assertGreater(seen, 1200)
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), tables)
        after = self.counts()
        self.assertTrue(all(int(a) >= int(b) for a, b in zip(after[0], before[0])), (before, after))
        self.unharmed()

    # ---- many, and slow ----

    def hogs(self, n, first):
        """n connections that have sent their first bytes."""
        held = []
        for _ in range(n):
            c = Raw(HOG, receive_buffer=4096)
            c.send(first)
            held.append(c)
        return held

    def others_are_served(self, drip, hogs):
        client = Client(self.login("clerk1"))
        client.ask(5)
        client.took.clear()
        for n in range(40):
            for hog in hogs[n::40]:
                try:
                    hog.send(drip)
                except OSError:
                    pass  # shed: so much the better
            client.ask(2)
        self.assertLess(max(client.took), SLOW_S)
        return statistics.median(client.took)

    def test_11_slow_clients_hurt_nobody(self):
        for name, first, drip in (
                ("slow head", "GET / HTTP/1.1\r\nHost: a\r\n", "X-A: b\r\n"),
                ("slow body", "POST /public/lookup HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n", " "),
                ("slow chunks", "POST /public/lookup HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"),
                ("slow read", "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 10, "")):
            with self.subTest(name):
                held = self.hogs(120, first)
                try:
                    self.others_are_served(drip, held)
                finally:
                    for hog in held:
                        hog.socket.close()

    def test_12_many_connections_of_one_address_leave_room(self):
        held = []
        try:
            for _ in range(1100):  # more than one address may have
                held.append(Raw(HOG, is_tls=False))
            self.others_are_served("", [])
        finally:
            for c in held:
                c.socket.close()
        self.assertIn("motcua_connections_refused_total", harness.daemon.request("GET", "/metrics").body.decode())
        self.until(lambda: int(re.search(r"^motcua_connections_open (\d+)$", harness.daemon.request("GET", "/metrics").body.decode(), re.M)[1]) < 50)

    # ---- the processes ----

    def test_13_children_are_given_no_secret(self):
        self.call("GET", f"/api/v1/dossiers/{self.intake()['code']}/slip", as_="clerk1", status=200)  # a worker runs
        pid = harness.daemon.process.pid
        children = subprocess.run(["pgrep", "-P", str(pid)], text=True, capture_output=True).stdout.split()
        self.assertTrue(children)
        for child in children:
            self.assertEqual(pathlib.Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[1:2], [b"--worker"])
            if os.getuid() == 0:
                environment = pathlib.Path(f"/proc/{child}/environ").read_text(encoding="utf-8", errors="replace")
                self.assertFalse(re.findall(r"(?:^|\0)(?:DATABASE_URL|PG\w+|MOTCUA\w*)=", environment), environment)
        self.assertNotIn(b"postgresql", pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())

    def test_14_after_all_of_it_everything_adds_up(self):
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-500:])
        log = harness.daemon.log()
        self.assertNotIn('"level":"error"', re.sub(r'.*"event":"(?:http_|seal_).*\n', "", log))
        self.assertNotIn(self.login("clerk1"), log)


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
