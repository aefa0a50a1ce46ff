#!/usr/bin/env python3
"""Every route, every file of the page and every refusal carries the fields that keep a browser honest."""
import re
import urllib.parse

import harness

EVERYWHERE = {
    "strict-transport-security": r"max-age=31536000", "x-content-type-options": "nosniff", "x-frame-options": "DENY",
    "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "permissions-policy": r".*camera=\(\).*geolocation=\(\).*microphone=\(\).*", "x-trace-id": "[0-9a-f]{16}",
}
PAGE = ("default-src 'self'", "script-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "object-src 'none'")
FILE = ("sandbox", "default-src 'none'")  # of strangers, shown by a browser
TOO_MUCH = {"server", "x-powered-by", "access-control-allow-origin", "access-control-allow-credentials", "refresh"}


class HeadersTest(harness.ApiTest):
    def hold(self, what, reply, is_kept=False):
        for name, pattern in EVERYWHERE.items():
            self.assertRegex(reply.headers.get(name, "-"), f"^{pattern}$", f"{what}: {name}")
        csp = reply.headers.get("content-security-policy", "")
        self.assertTrue(all(p in csp for p in PAGE) or all(p in csp for p in FILE), f"{what}: {csp}")
        self.assertNotIn("unsafe", csp, what)
        self.assertRegex(reply.headers.get("location", "/api/v1/"), "^/api/v1/", f"{what}: it leads elsewhere")
        self.assertFalse(TOO_MUCH & set(reply.headers), f"{what}: {set(reply.headers)}")
        if not is_kept:
            self.assertEqual(reply.headers.get("cache-control"), "no-store", what)

    def known(self):
        """Values for the {names} of paths, so that many routes have something to tell."""
        code = self.intake()["code"]
        return {"code": code, "paper": "control", "queue": "mine", "form": "II.06a", "action": "accept", "number": "1", "id": "1",
                "key": "vn", "token": "0" * 32}

    def test_1_every_route(self):
        known, seen = self.known(), 0
        paths = harness.contract.document["paths"]
        for template, item in sorted(paths.items()):
            path = re.sub(r"\{(\w+)\}", lambda m: urllib.parse.quote(known.get(m[1], "1")), template)
            for method in sorted(item):
                if method == "get" and template.endswith("/stream"):
                    continue  # does not end by itself
                for who in ("admin", None):
                    reply = self.call(method.upper(), path, {} if method in ("post", "put") else None, as_=who, checked=False)
                    self.hold(f"{method} {path} as {who}: {reply.status}", reply)
                    seen += 1
                if template == "/api/v1/session" and method == "delete":
                    harness.tokens.clear()
        self.assertGreater(seen, 150)

    def test_2_every_file_of_the_page(self):
        waiting, seen = ["/"], {}
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            reply = seen[path] = harness.daemon.request("GET", path)
            self.assertEqual(reply.status, 200, path)
            self.hold(path, reply, is_kept=True)
            self.assertRegex(reply.headers["cache-control"], "^(no-cache|public, max-age=31536000, immutable)$", path)
            self.assertIn("etag", reply.headers)
            text = reply.body.decode()
            links = re.findall(r"""(?:href|src)="([^"#]+)"|(?:from|import)\s*\(?"([^"]+)\"""", text)
            for link in (a or b for a, b in links):
                where = urllib.parse.urljoin(path, link)
                self.assertFalse(urllib.parse.urlsplit(where).netloc, f"{path} loads {link} from elsewhere")
                if where.startswith("/app/"):
                    waiting.append(where)
            if path == "/":
                self.assertNotRegex(text, r"<script(?![^>]*\ssrc=)|\son\w+=|style=|javascript:", "code or style inside the page")
        self.assertGreater(len(seen), 20)

    def test_3_every_refusal_of_the_server(self):
        for method, path, headers, status in (
                ("GET", "/none", {}, 404), ("DELETE", "/", {}, 405), ("GET", "/api/v1/me", {}, 401), ("GET", "/%2e%2e/etc/passwd", {}, 400),
                ("POST", "/api/v1/session", {"Content-Length": "99999999"}, 413), ("GET", "/?" + "a" * 9000, {}, 414),
                ("OPTIONS", "/api/v1/dossiers", {}, 204), ("HEAD", "/", {}, 200), ("GET", "/api/v1/me", {"X-Big": "a" * 20000}, 431)):
            reply = harness.daemon.request(method, path, headers=headers)
            self.assertEqual(reply.status, status, path[:40])
            self.hold(f"{method} {path[:40]}", reply, is_kept=method == "HEAD")

    def test_4_a_session_cookie_is_out_of_reach(self):
        reply = harness.daemon.request("POST", "/api/v1/session", {"login": "admin", "password": harness.PASSWORD})
        for word in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
            self.assertIn(word, reply.headers["set-cookie"])
        self.assertNotIn("Domain", reply.headers["set-cookie"])


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
