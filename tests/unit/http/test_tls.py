#!/usr/bin/env python3
"""The server through TLS, and what it needs to start: python3 test_tls.py FIXTURE [TEST...]"""
import json
import os
import signal
import socket
import ssl
import sys
import time

from client import BOUND, CERT, KEY, Client, Server, make_certificate, run, s_client, tls_client, tls_server

LEAN_KIB = 32 * 1024  # a thousand idle clients and the server itself


def tls_serves_1_3_and_1_2():
    with tls_server() as s:
        for version, name in ((None, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")):
            with Client(s.port, tls_client(version, ["http/1.1"])) as c:
                assert c.socket.version() == name and c.socket.selected_alpn_protocol() == "http/1.1"
                reply = c.get("/echo")
                assert "tls=1" in reply.text and "max-age=" in reply.headers["strict-transport-security"]
                assert c.request("POST", "/echo", body=b"x" * 300000).text.endswith("x" * 1000)


def tls_refuses_old_and_weak():
    with tls_server() as s:
        assert "Verify return code: 0" in s_client(s.port, "-tls1_3")
        for options in (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
                        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], ["-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"],
                        ["-alpn", "h2"]):
            assert "Cipher is (NONE)" in s_client(s.port, *options) or "alert" in s_client(s.port, *options), options
        with Client(s.port) as c:
            c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            c.socket.recv(100)
            assert c.at_end()
        with s.connect() as c:
            assert c.get("/echo").status == 200


def tls_sessions_resume_by_ticket():
    with tls_server() as s:
        context = tls_client()
        with Client(s.port, context) as c:
            assert c.get("/echo").status == 200
            session = c.socket.session
        plain = socket.create_connection(("127.0.0.1", s.port), BOUND)
        with context.wrap_socket(plain, server_hostname="localhost", session=session) as again:
            assert again.session_reused


def pipelining_and_back_pressure_work_through_tls():
    with tls_server() as s, s.connect() as c:
        n = 3000
        c.send("GET /later/100 HTTP/1.1\r\nHost: a\r\n\r\n" + "GET /items/1 HTTP/1.1\r\nHost: a\r\n\r\n" * n)
        for _ in range(n + 1):
            assert c.reply().status == 200


def a_new_certificate_is_taken_without_a_stop():
    with tls_server() as s:
        with s.connect() as old:
            assert old.get("/echo").status == 200
            make_certificate("renewed")
            s.process.send_signal(signal.SIGHUP)
            assert s.process.stdout.readline() == "reload 1\n"
            assert "CN = renewed" in s_client(s.port)
            assert old.get("/echo").status == 200
            with open(KEY, "w") as f:
                f.write("broken")
            s.process.send_signal(signal.SIGHUP)
            assert s.process.stdout.readline() == "reload 0\n"
            assert "CN = renewed" in s_client(s.port)
            make_certificate("stranger")  # its key, and the certificate of another
            key = open(KEY).read()
            make_certificate("other")
            open(KEY, "w").write(key)
            s.process.send_signal(signal.SIGHUP)
            assert s.process.stdout.readline() == "reload 0\n"
            assert "CN = renewed" in s_client(s.port)
            os.remove(CERT)
            s.process.send_signal(signal.SIGHUP)
            assert s.process.stdout.readline() == "reload 0\n"
            make_certificate("last")
            s.process.send_signal(signal.SIGHUP)
            assert s.process.stdout.readline() == "reload 1\n"
            assert "CN = last" in s_client(s.port)
            assert old.get("/echo").status == 200  # through all of it
    os.remove(CERT)


def a_thousand_idle_clients_are_cheap():
    with tls_server(per_address=0) as s:
        before, context, held = s.memory_kib(), tls_client(), []
        for _ in range(1000):
            held.append(Client(s.port, context))
            assert held[-1].get("/echo").status == 200
        until = time.monotonic() + 5  # memory is given back at the next tick
        while s.memory_kib() > LEAN_KIB and not s.is_sanitized() and time.monotonic() < until:
            assert held[0].get("/echo").status == 200
        print(f"# {(s.memory_kib() - before) / len(held):.1f} KiB for each idle TLS connection, {s.memory_kib()} KiB in all")
        assert s.memory_kib() <= LEAN_KIB or s.is_sanitized()
        for c in held:
            c.socket.close()


def a_quiet_stream_gives_back_what_a_burst_took():
    with tls_server() as s, Client(s.port, tls_client()) as c:
        c.send("GET /stream/-20 HTTP/1.1\r\nHost: a\r\n\r\n")
        c.until(b"id: 20\n")
        c.until(b"\n\n")
        with Client(s.port, tls_client()) as other:
            until = time.monotonic() + 5
            while json.loads(other.get("/stats").body)["kept"] >= 8192:
                assert time.monotonic() < until


def a_slow_handshake_is_shed():
    with tls_server(handshake_ms=100) as s, Client(s.port) as c:
        c.send(b"\x16\x03\x01")
        assert c.at_end()


def big_replies_arrive_whole():
    with Server() as s, tls_server() as t:
        for c in (s.connect(), t.connect(context=tls_client())):
            for size in (16384, 16385, 65536, 65537, 3000000):
                body = c.get(f"/big/{size}").body
                assert len(body) == size and body[-1] == ord("a") + (size - 1) % 26
            c.socket.close()


# ---- starting ----

def without_tls_only_loopback():
    for options, line in (({"address": "0.0.0.0"}, "http_plain_address"), ({"address": "nowhere"}, "http_listen"),
                          ({"tls": 1, "cert": "/nonexistent", "key": "/nonexistent"}, "http_tls_file"),
                          ({"address": "203.0.113.1", "tls": 1, "cert": CERT, "key": KEY}, "http_listen")):
        if not os.path.exists(CERT):
            make_certificate()
        with Server(**options) as s:
            assert s.line == ["refused", line], s.line


if __name__ == "__main__":
    sys.exit(run(sys.modules[__name__]))
