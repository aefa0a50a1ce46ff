#!/usr/bin/env python3
"""The server over real sockets, without TLS: python3 test_server.py FIXTURE [TEST...]"""
import signal
import socket
import struct
import sys

from client import BOUND, Server, run


# ---- requests and replies ----

def a_connection_serves_many_requests():
    with Server() as s, s.connect() as c:
        for i in range(5):
            reply = c.get(f"/items/{i}")
            assert reply.status == 200 and f"code={i}" in reply.text
        assert c.request("POST", "/echo", body=b"hello").text.endswith("body=hello")
        assert s.stats()["accepted"] == 2


def pipelined_requests_are_answered_in_order():
    with Server() as s, s.connect() as c:
        request = "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n"
        paths = ["later/60", "items/1", "later/1", "big/100000", "items/2", "nothing", "items/3"]
        c.send("".join(request.format(p) for p in paths))
        replies = [c.reply() for _ in paths]
        assert [r.status for r in replies] == [200, 200, 200, 200, 200, 404, 200]
        assert "later" in replies[0].text and "code=1" in replies[1].text
        assert len(replies[3].body) == 100000 and "code=3" in replies[6].text


def a_flood_of_pipelined_requests_is_held_back():
    with Server() as s, s.connect() as c:
        n = 5000
        c.socket.settimeout(BOUND)
        c.send("GET /later/200 HTTP/1.1\r\nHost: a\r\n\r\n" + "GET /items/1 HTTP/1.1\r\nHost: a\r\n\r\n" * n)
        for _ in range(n + 1):
            assert c.reply().status == 200


def close_is_obeyed():
    with Server() as s:
        with s.connect() as c:
            reply = c.get("/echo", "Connection: close\r\n")
            assert reply.headers["connection"] == "close" and c.at_end()
        with s.connect() as c:
            c.send("GET /echo HTTP/1.0\r\n\r\n")
            assert c.reply().status == 200 and c.at_end()


def head_has_the_length_and_no_body():
    with Server() as s, s.connect() as c:
        for path, length in (("/big/70000", "70000"), ("/", "31")):
            reply = c.request("HEAD", path)
            assert reply.status == 200 and reply.headers["content-length"] == length
        assert c.get("/echo").status == 200
        assert c.request("HEAD", "/stream/1").status == 200
        assert c.get("/echo").status == 200


def the_handler_sees_what_was_asked():
    with Server() as s, s.connect() as c:
        text = c.request("POST", "/items/a%20b/actions/accept?q=%C4%91+x&z=",
                         "Content-Type: Application/JSON; charset=utf-8\r\nAuthorization: Bearer tok\r\n"
                         "Cookie: a=b; session=xyz\r\nIdempotency-Key: k-1\r\nIf-Match: \"7\"\r\n"
                         "Accept-Language: en\r\n", b"{}").text
        assert text == ("POST /items/a b/actions/accept\ncode=a b\naction=accept\n?q=đ x\n?z=\n"
                        "route=/items/{code}/actions/{action} tls=0 lang=en remote=127.0.0.1\n"
                        "type=application/json bearer=tok cookie=xyz key=k-1 if-match=\"7\"\nbody={}"), text


def every_reply_carries_the_security_fields():
    with Server() as s, s.connect() as c:
        for path in ("/echo", "/", "/nothing"):
            h = c.get(path).headers
            assert h["x-content-type-options"] == "nosniff" and h["x-frame-options"] == "DENY"
            assert "default-src 'self'" in h["content-security-policy"]
            assert "frame-ancestors 'none'" in h["content-security-policy"]
            assert "unsafe" not in h["content-security-policy"]
            assert h["referrer-policy"] == "no-referrer" and len(h["x-trace-id"]) == 16 and h["date"]
            assert "strict-transport-security" not in h
        assert c.get("/echo").headers["cache-control"] == "no-store"
        assert c.get("/field?value=x").headers["x-value"] == "x"
        assert c.get("/field?value=x").headers["cache-control"] == "private"


def a_field_that_would_begin_a_line_becomes_500():
    with Server() as s, s.connect() as c:
        request = "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n"
        c.send(request.format("echo") + request.format("field?value=bad") + request.format("echo"))
        assert [c.reply().status for _ in range(3)] == [200, 500, 200]


def wrong_paths_and_methods_are_told():
    with Server() as s, s.connect() as c:
        reply = c.get("/nothing")
        assert reply.status == 404 and reply.code == "http_not_found"
        assert reply.headers["content-type"] == "application/problem+json"
        assert "Không có" in reply.text
        assert "nothing at" in c.get("/nothing", "Accept-Language: en\r\n").text
        reply = c.request("PATCH", "/items/1")
        assert reply.status == 405 and reply.headers["allow"] == "GET, HEAD, DELETE, OPTIONS"
        reply = c.request("DELETE", "/")
        assert reply.status == 405 and reply.headers["allow"] == "GET, HEAD, OPTIONS"
        reply = c.request("OPTIONS", "/echo")
        assert reply.status == 204 and reply.headers["allow"] == "GET, HEAD, POST, OPTIONS"
        assert c.request("OPTIONS", "*").status == 204
        assert "route=/items/{code} " in c.get("/items/al").text
        assert "route=/items/all " in c.get("/items/all").text


def paths_cannot_climb():
    with Server() as s, s.connect() as c:
        for path in ("/../etc/passwd", "/items/..", "/items/%2e%2e", "/items/%2E./x", "/items/a%2fb",
                     "/items/..%5cx", "//echo", "/items/%00", "/items/%ff", "/items/%", "/app/../app/main.js"):
            reply = c.get(path)
            assert (reply.status, reply.code) == (400, "http_path"), path


def queries_and_fields_are_judged():
    with Server() as s, s.connect() as c:
        for path, headers, code in (
                ("/echo?a=1&a=2", "", "http_query_twice"), ("/echo?a=%zz", "", "http_query"),
                ("/echo?" + "&".join(f"k{i}=1" for i in range(33)), "", "http_query_too_many"),
                ("/echo", "If-Match: 1\r\nIf-Match: 2\r\n", "http_header_twice"),
                ("/echo", "Authorization: a\r\nAuthorization: b\r\n", "http_header_twice"),
                ("/echo", "Cookie: session=1\r\nCookie: session=2\r\n", "http_header_twice"),
                ("/echo", "Idempotency-Key: " + "k" * 129 + "\r\n", "http_header_invalid"),
                ("/echo", "Idempotency-Key: a b\r\n", "http_header_invalid"),
                ("/echo", "Content-Type: " + "x" * 64 + "\r\n", "http_header_invalid")):
            reply = c.get(path, headers)
            assert (reply.status, reply.code) == (400, code), (path, headers, reply.body)
        assert "key=" + "k" * 128 in c.get("/echo", "Idempotency-Key: " + "k" * 128 + "\r\n").text
        assert "cookie=- " in c.get("/echo", "Cookie: session=1; session=2\r\n").text


def malformed_requests_are_refused_and_the_connection_ends():
    with Server() as s:
        for text, status in (("GET /echo HTTP/1.1\r\n\r\n", 400), ("GET /echo HTTP/1.1\nHost: a\n\n", 400),
                             ("GET /echo HTTP/3.0\r\n", 505), ("BREW /pot HTTP/1.1\r\n", 501),
                             ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /echo HTTP/1.1\r\n\r\n", 400)):
            with s.connect() as c:
                c.send(text)
                reply = c.reply()
                assert reply.status == status and reply.headers["connection"] == "close", text
                assert c.at_end()
        assert s.stats()["client_errors"] == 3  # 501 and 505 are not


# ---- limits ----

def the_request_line_has_a_limit():
    with Server(line_len=100) as s:
        for over in (0, 1):
            path = "/items/" + "x" * (100 - len("GET /items/ HTTP/1.1") + over)
            with s.connect() as c:
                assert c.get(path).status == (414 if over else 200)


def the_head_has_limits():
    with Server() as s:
        for over in (0, 1):
            with s.connect() as c:  # Host is the first of 64
                assert c.get("/echo", "".join(f"X-{i}: y\r\n" for i in range(63 + over))).status == (431 if over else 200)
            with s.connect() as c:
                used = len("Host: localhost\r\nX: \r\n\r\n")
                assert c.get("/echo", "X: " + "y" * (16384 - used + over) + "\r\n").status == (431 if over else 200)


def bodies_have_the_limit_of_their_route():
    with Server(body_len=1000) as s:
        for over in (0, 1):
            with s.connect() as c:
                assert c.request("POST", "/echo", body=b"x" * (1000 + over)).status == (413 if over else 200)
            with s.connect() as c:
                reply = c.request("PUT", "/upload", body=b"x" * ((4 << 20) + over))
                assert reply.status == (413 if over else 201), reply.body
            with s.connect() as c:
                c.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                       f"{1000:x}\r\n{'x' * 1000}\r\n" + ("1\r\nx\r\n" if over else "") + "0\r\n\r\n")
                assert c.reply().status == (413 if over else 200)


def all_bodies_together_have_a_budget():
    with Server(bodies_len=300000) as s:
        with s.connect() as first, s.connect() as second:
            first.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 200001\r\n\r\n" + "x" * 200000)
            s.wait_for(lambda st: st["exchanges"] == 2)
            reply = second.request("PUT", "/upload", body=b"x" * 200000)
            assert reply.status == 503 and reply.headers["retry-after"] == "5", reply.status
            first.send("x")
            assert first.reply().text == "200001"
        with s.connect() as c:
            assert c.request("PUT", "/upload", body=b"x" * 200000).status == 201


def connections_have_a_cap_and_idle_ones_make_room():
    with Server(connections=4) as s:
        idle = [s.connect() for _ in range(4)]
        for c in idle:
            assert c.get("/echo").status == 200
        with s.connect() as c:
            assert c.get("/echo").status == 200
        assert sum(c.at_end() for c in idle[:1]) == 1  # the one that waited longest
        for c in idle:
            c.socket.close()
    with Server(connections=2) as s:
        busy = [s.connect() for _ in range(2)]
        for c in busy:
            c.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
        with s.connect() as c:
            assert c.at_end()
        for c in busy:
            c.socket.close()
    assert "abandoned=2" in s.rest


def one_address_has_a_cap():
    with Server(per_address=3) as s:
        held = [s.connect() for _ in range(3)]
        assert all(c.get("/echo").status == 200 for c in held)
        with s.connect() as c:
            assert c.at_end()
        held.pop().socket.close()
        assert s.wait_for(lambda st: st["open"] == 3)["refused"] >= 1
        for c in held:
            c.socket.close()


# ---- time ----

def a_slow_head_is_shed():
    with Server(header_ms=100) as s, s.connect() as c, s.connect() as silent:
        c.send("GET /echo HTTP/1.1\r\nHost:")
        reply = c.reply()
        assert (reply.status, reply.code) == (408, "http_timeout") and c.at_end()
        assert silent.at_end()


def a_slow_body_is_shed():
    with Server(body_ms=100) as s, s.connect() as c:
        c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        reply = c.reply()
        assert (reply.status, reply.code) == (408, "http_timeout") and c.at_end()


def an_idle_connection_is_closed():
    with Server(idle_ms=100) as s, s.connect() as c:
        assert c.get("/echo").status == 200
        assert c.at_end()


def a_client_that_does_not_read_is_shed():
    with Server(write_ms=100) as s, s.connect(receive_buffer=4096) as c:
        c.send("GET /big/50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        s.wait_for(lambda st: st["timeouts"] == 1 and st["open"] == 1)


# ---- leaving ----

def a_client_that_leaves_is_told_to_the_handler():
    with Server() as s:
        with s.connect() as c:
            c.send("GET /later/150 HTTP/1.1\r\nHost: a\r\n\r\n")
            s.wait_for(lambda st: st["exchanges"] == 2)
        stats = s.wait_for(lambda st: st["on_abandon"] == 1)
        s.wait_for(lambda st: st["exchanges"] == 1)  # answered into nothing
        assert stats["abandoned"] == 1
        with s.connect() as c:
            c.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
            s.wait_for(lambda st: st["exchanges"] == 2)
            c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.wait_for(lambda st: st["on_abandon"] == 2 and st["exchanges"] == 1)
        with s.connect() as c:
            c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        s.wait_for(lambda st: st["exchanges"] == 1 and st["open"] == 1)


def expect_is_answered_before_the_body():
    with Server() as s:
        with s.connect() as c:
            c.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            assert c.reply().status == 100
            c.send("abc")
            assert c.reply().text == "3"
        with s.connect() as c:
            c.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n")
            assert c.reply().status == 413 and c.at_end()
        with s.connect() as c:
            c.send("PUT /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            assert c.reply().status == 404 and c.at_end()


def a_graceful_stop_finishes_what_was_begun():
    with Server() as s:
        idle, busy, reading, stream = (s.connect() for _ in range(4))
        assert idle.get("/echo").status == 200
        stream.send("GET /stream/0 HTTP/1.1\r\nHost: a\r\n\r\n")
        busy.send("GET /later/300 HTTP/1.1\r\nHost: a\r\n\r\n")
        reading.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")
        s.wait_for(lambda st: st["streams"] == 1 and st["exchanges"] == 3)
        s.process.send_signal(signal.SIGTERM)
        assert idle.at_end()
        try:
            socket.create_connection(("127.0.0.1", s.port), BOUND)
            raise AssertionError("still accepts")
        except ConnectionRefusedError:
            pass
        reading.send("bc")
        for c in (busy, reading):
            reply = c.reply()
            assert reply.status == 200 and reply.headers["connection"] == "close"
            c.socket.close()
        assert stream.reply().status == 200
        stream.socket.close()
        assert s.process.wait(BOUND) == 0
        assert s.process.stdout.read() == "stopped abandoned=0 streams_closed=1\n"


def the_deadline_ends_what_does_not_finish():
    with Server() as s, s.connect() as c:
        c.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
        s.wait_for(lambda st: st["exchanges"] == 2)
        s.process.send_signal(signal.SIGTERM)
        assert c.at_end()
        assert s.process.wait(BOUND) == 0
        assert "abandoned=1" in s.process.stdout.read()


# ---- files ----

def files_have_validators():
    with Server() as s, s.connect() as c:
        reply = c.get("/")
        assert reply.status == 200 and reply.headers["etag"] == '"p1"' and reply.headers["cache-control"] == "no-cache"
        for field, status in (('"p1"', 304), ('W/"p1"', 304), ('"x", "p1"', 304), ("*", 304), ('"p2"', 200), ('"p11"', 200), ("p1", 200)):
            reply = c.get("/", f"If-None-Match: {field}\r\n")
            assert reply.status == status, field
            assert reply.headers["etag"] == '"p1"'
        assert "immutable" in c.get("/app/main.js").headers["cache-control"]


def files_go_packed_to_who_takes_it():
    with Server() as s, s.connect() as c:
        reply = c.get("/app/main.js", "Accept-Encoding: gzip\r\n")
        assert reply.text == "not really gzip" and reply.headers["content-encoding"] == "gzip"
        assert reply.headers["etag"] == '"m1-gz"' and reply.headers["vary"] == "Accept-Encoding"
        assert c.get("/app/main.js", 'Accept-Encoding: gzip\r\nIf-None-Match: "m1-gz"\r\n').status == 304
        reply = c.get("/app/main.js")
        assert "content-encoding" not in reply.headers and reply.text.startswith("export")
        assert reply.headers["vary"] == "Accept-Encoding"


# ---- live streams ----

def a_stream_sends_events_and_may_end():
    with Server() as s, s.connect() as c:
        reply = c.get("/stream/2")
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert reply.text == "".join(f"id: {i}\nevent: tick\ndata: one\ndata: two\n\n" for i in (1, 2))
        assert c.get("/echo").status == 200
        c.send("GET /stream/1 HTTP/1.0\r\n\r\n")
        assert b"chunked" not in c.until(b"\r\n\r\n")
        assert c.until(b"two\n\n") and c.at_end()


def a_stream_beats_and_its_end_is_told():
    with Server(heartbeat_ms=50) as s:
        with s.connect() as c:
            c.send("GET /stream/0 HTTP/1.1\r\nHost: a\r\n\r\n")
            c.until(b"\r\n\r\n")
            c.until(b":\n\n")
            c.until(b":\n\n")
            assert s.stats()["streams"] == 1
        s.wait_for(lambda st: st["streams"] == 0 and st["streams_closed"] == 1)


def a_stream_that_lags_is_dropped():
    with Server(backlog_len=100000) as s, s.connect(receive_buffer=4096) as c:
        c.send("GET /stream/-2000 HTTP/1.1\r\nHost: a\r\n\r\n")
        s.wait_for(lambda st: st["streams_closed"] == 1 and st["streams"] == 0)


def a_stream_of_which_nothing_is_taken_is_dropped_though_the_system_has_room():
    with Server(write_ms=100) as s, s.connect(receive_buffer=4096) as c:
        c.send("GET /stream/-3 HTTP/1.1\r\nHost: a\r\n\r\n")
        c.until(b"\r\n\r\n")
        s.wait_for(lambda st: st["streams_closed"] == 1 and st["streams"] == 0)


def a_quiet_stream_gives_back_what_a_burst_took():
    with Server() as s, s.connect() as c:
        c.send("GET /stream/-20 HTTP/1.1\r\nHost: a\r\n\r\n")
        c.until(b"id: 20\n")
        c.until(b"\n\n")
        s.wait_for(lambda st: st["streams"] == 1 and st["kept"] < 8192)


def streams_have_a_cap():
    with Server(streams=1) as s, s.connect() as first, s.connect() as second:
        first.send("GET /stream/0 HTTP/1.1\r\nHost: a\r\n\r\n")
        first.until(b"\r\n\r\n")
        assert second.get("/stream/0").status == 503
        assert second.get("/echo").status == 200


# ---- how often, and who ----

def who_comes_too_often_waits():
    with Server(rate_public="1/3600/3") as s, s.connect() as c:
        for _ in range(3):
            assert c.get("/strict").status == 200
        reply = c.get("/strict", "Accept-Language: en\r\n")
        assert reply.status == 429 and 0 < int(reply.headers["retry-after"]) <= 3600 and "rate_limited" in reply.text
        assert c.get("/echo").status == 200  # the connection and other routes go on
        with s.connect() as d:
            assert d.get("/strict").status == 429  # a new connection is no new client


def a_body_is_not_awaited_of_who_comes_too_often():
    with Server(rate_address="1/3600/1") as s, s.connect() as c:
        assert c.get("/echo").status == 200
        c.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n")
        assert c.reply().status == 429


def connections_of_an_address_have_a_rate():
    with Server(rate_connection="1/3600/2") as s:
        with s.connect() as a, s.connect() as b:
            assert a.get("/echo").status == b.get("/echo").status == 200
        with s.connect() as c:
            assert c.at_end()


def a_proxy_is_believed_only_when_it_is_trusted():
    forwarded = "X-Forwarded-For: 198.51.100.7, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
    with Server() as s, s.connect() as c:
        assert "tls=0 lang=vi remote=127.0.0.1" in c.get("/items/1", forwarded).text
    with Server(proxy="127.0.0.1", rate_public="1/3600/1", per_address=1, rate_connection="1/3600/1") as s, s.connect() as c:
        assert "tls=1 lang=vi remote=203.0.113.9" in c.get("/items/1", forwarded).text
        assert "tls=0 lang=vi remote=127.0.0.1" in c.get("/items/1").text
        for last, status in (("203.0.113.9", 200), ("203.0.113.9", 429), ("203.0.113.10", 200), ("2001:db8::1", 200), ("2001:db8::2", 429)):
            assert c.get("/strict", f"X-Forwarded-For: 127.0.0.1, {last}\r\n").status == status, last
        with s.connect() as d:  # a proxy has as many connections as it needs
            assert d.get("/echo").status == 200


if __name__ == "__main__":
    sys.exit(run(sys.modules[__name__]))
