#!/usr/bin/env python3
"""How often a client may come: by address, by account, by the code of a dossier; and what a stranger may not see."""
import harness

PROXY = {"trusted_proxy": "127.0.0.1"}  # so that a test can come from anywhere
GUESSES, OF_A_CODE, LOGINS, OF_ACCOUNT = 3, 12, 8, 60


def settings(daemon):
    return {**PROXY, "rate_guess": f"{GUESSES}/3600/{GUESSES}", "rate_code": f"{OF_A_CODE}/86400/{OF_A_CODE}",
            "rate_login": f"{LOGINS}/3600/{LOGINS}", "rate_account": f"{OF_ACCOUNT}/3600/{OF_ACCOUNT}"}


class RatesTest(harness.ApiTest):
    def from_(self, address, method, path, body=None, as_=None, status=None):
        return self.call(method, path, body, as_=as_, status=status, headers={"X-Forwarded-For": address})

    def lookup(self, code, secret, address, status, path="/public/lookup"):
        return self.from_(address, "POST", path, {"code": code, "secret": secret}, status=status)

    def waits(self, reply, most):
        self.assertEqual(reply.code, "rate_limited")
        self.assertTrue(0 < int(reply.headers["retry-after"]) <= most, reply.headers)
        self.assertIn(reply.headers["retry-after"], reply.json["detail"])

    def test_1_a_secret_cannot_be_guessed(self):
        dossier = self.intake()
        code, secret = dossier["code"], dossier["secret"]
        for _ in range(2 * GUESSES):  # what is right does not count
            self.lookup(code, secret, "203.0.113.1", 200)
        for _ in range(GUESSES):
            self.lookup(code, "2345678923", "203.0.113.1", 404)
        self.waits(self.lookup(code, "2345678923", "203.0.113.1", 429), 3600)
        self.waits(self.lookup(code, secret, "203.0.113.1", 429), 3600)
        self.waits(self.lookup(code, secret, "203.0.113.1", 429, "/public/lookup/letter"), 3600)
        self.lookup(code, secret, "203.0.113.2", 200)  # the applicant, elsewhere
        self.lookup(self.intake()["code"], "2345678923", "203.0.113.1", 404)  # another dossier

    def test_2_nor_by_many_together(self):
        dossier = self.intake()
        tries = 0
        for n in range(OF_A_CODE):
            reply = self.lookup(dossier["code"], "2345678923", f"2001:db8:{n:x}::1", None)
            tries += reply.status == 404
        self.assertEqual(tries, OF_A_CODE)
        self.waits(self.lookup(dossier["code"], dossier["secret"], "203.0.113.77", 429), 86400)

    def test_3_a_code_that_does_not_exist_answers_alike(self):
        seen = [self.lookup("000.00.00-999999-9999", "2345678923", "203.0.113.3", None).status for _ in range(GUESSES + 1)]
        self.assertEqual(seen, [404] * GUESSES + [429])

    def test_4_an_address_of_ipv6_is_its_64(self):
        def wrong(n):  # another login each time: one alone is slowed by its own count
            return {"login": f"nobody{n}", "password": "x" * 12}

        for n in range(LOGINS):
            self.from_(f"2001:db8::{n + 1:x}", "POST", "/api/v1/session", wrong(n), status=401)
        self.waits(self.from_("2001:db8::ffff", "POST", "/api/v1/session", wrong("x"), status=429), 3600)
        self.from_("2001:db8:0:1::1", "POST", "/api/v1/session", wrong("y"), status=401)

    def test_5_an_account_is_counted_whatever_its_address(self):
        seen = []
        for n in range(OF_ACCOUNT + 1):
            seen.append(self.from_(f"203.0.113.{n + 1}", "GET", "/api/v1/me", as_="officer1").status)
        self.assertEqual(seen, [200] * OF_ACCOUNT + [429])
        self.call("GET", "/api/v1/me", as_="head_tp", status=200)

    def test_6_figures_are_for_this_machine(self):
        self.assertEqual(harness.daemon.request("GET", "/metrics").status, 200)
        for field in ({"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "127.0.0.1, 203.0.113.1"}, {"Forwarded": "for=127.0.0.1"}):
            self.assertEqual(harness.daemon.request("GET", "/metrics", headers=field).status, 404, field)
        self.assertIn("motcua_requests_limited_total", harness.daemon.request("GET", "/metrics").body.decode())

    def test_7_being_alive_tells_no_more(self):
        alive = harness.daemon.request("GET", "/healthz", headers={"X-Forwarded-For": "203.0.113.1"}).json
        self.assertEqual(set(alive), {"state", "version", "checks"})

    def test_8_settings_are_read_or_refused_by_name(self):
        text = harness.daemon.config.read_text(encoding="utf-8")
        for line in ("rate_public = 60/60", "rate_public = 0/60/1", "trusted_proxy = everybody", "metrics_from = 1.2.3.4/40", "rate_none = 1/1/1"):
            path = harness.daemon.write("bad.conf", text + line + "\n")
            done = harness.daemon.command("serve", "--config", path, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn(line.split()[0], done.stderr)


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START, settings=settings)
