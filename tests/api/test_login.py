#!/usr/bin/env python3
"""Logging in: cookies, CSRF, passwords of one's own, sessions that end, the lock that shuts out strangers alone, the second
factor, API tokens, and the way back in."""
import datetime
import http.client
import json
import re
import ssl
import threading

import authenticator
import harness
from listener import Listener

NEW = "cây đa bến nước sân đình"
STRANGER = "127.0.0.2"


class LoginTest(harness.ApiTest):
    def enter(self, login, password=None, code=None, cookies=(), source=None, status=201, **headers):
        """A login as a browser makes it: the reply, with the cookies that were set."""
        body = {"login": login, "password": password or self.passwords.get(login, harness.PASSWORD), **({"code": code} if code else {})}
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        reply = harness.daemon.request("POST", "/api/v1/session", body, {"Accept-Language": "en", **headers}, source)
        self.assertEqual(reply.status, status, reply.body[:300])
        return reply

    def browser(self, login, **more):
        """Header fields of a cookie session."""
        cookies = self.cookies(login, **more)
        return {"Cookie": cookies["session"], "X-CSRF-Token": cookies["csrf"]}

    def cookies(self, login, password=None, code=None, cookie=None, source=None):
        context = ssl.create_default_context(cafile=str(harness.daemon.home / "cert.pem"))
        line = http.client.HTTPSConnection("127.0.0.1", harness.daemon.port, context=context, source_address=source and (source, 0))
        line.request("POST", "/api/v1/session", json.dumps({"login": login, "password": password or self.passwords.get(login, harness.PASSWORD),
                                                            **({"code": code} if code else {})}),
                     {"Content-Type": "application/json", **({"Cookie": cookie} if cookie else {})})
        got = line.getresponse()
        body = json.loads(got.read())
        fields = [v for k, v in got.getheaders() if k.lower() == "set-cookie"]
        line.close()
        self.assertEqual(got.status, 201, body)
        found = {"csrf": body["csrf"], "token": body["token"], "fields": fields, "reset_by": body.get("reset_by")}
        for field in fields:
            kind = "device" if "motcua_device" in field else "session"
            found[kind] = field.split(";")[0]
        return found

    def bearer(self, token):
        return {"Authorization": f"Bearer {token}"}

    def attempts(self, sql):
        return harness.daemon.rows(sql)

    def ends(self, stream):
        while stream.next() is not None:
            pass
        return True

    def events(self, kind):
        return harness.daemon.rows("SELECT o.login, b.login, e.detail FROM security_event e LEFT JOIN officer o ON o.id = e.officer_id"
                                   f" LEFT JOIN officer b ON b.id = e.by_officer WHERE e.kind = '{kind}' ORDER BY e.id")

    # ---- cookies, and pages of others ----

    def test_01_the_cookies_are_of_this_host_alone(self):
        found = self.cookies("clerk1")
        for field in found["fields"]:
            self.assertTrue(field.startswith("__Host-motcua_"), field)
            for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
                self.assertIn(word, field)
            self.assertNotIn("Domain", field)
        self.assertIn("device", found)
        # a known device is not given another one
        self.assertNotIn("device", self.cookies("clerk1", cookie=found["device"]))
        # a cookie planted before the login is not the session's afterwards
        planted = "__Host-motcua_session=" + "0" * 64
        again = self.cookies("clerk1", cookie=planted)
        self.assertNotIn("0" * 64, again["session"])
        self.call("GET", "/api/v1/me", headers={"Cookie": planted}, status=401)

    def test_02_no_write_without_the_csrf_token_or_from_another_site(self):
        mine = self.browser("admin")
        document = self.call("GET", "/openapi.json", status=200).json
        before = self.counts()
        n = 0
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if method not in ("post", "put", "delete", "patch") or path.startswith("/public/") or path.startswith("/api/v1/session/recover"):
                    continue
                if path == "/api/v1/session":
                    continue  # logging in needs none; logging out harms nobody, and SameSite=Strict keeps others from it
                where = re.sub(r"\{\w+\}", "1", path)
                for headers in ({"Cookie": mine["Cookie"]}, {**mine, "X-CSRF-Token": "0" * 32}):
                    reply = self.call(method.upper(), where, {} if "requestBody" in operation else None, headers=headers, checked=False)
                    self.assertEqual((reply.status, reply.code), (403, "csrf_missing"), f"{method} {path}")
                reply = self.call(method.upper(), where, {} if "requestBody" in operation else None, checked=False,
                                  headers={**mine, "Origin": "https://example.net"})
                self.assertEqual((reply.status, reply.code), (403, "origin_foreign"), f"{method} {path}")
                n += 1
        self.assertGreater(n, 40)
        self.assertEqual(self.counts(), before)
        self.call("POST", "/api/v1/session", {"login": "clerk1", "password": self.passwords["clerk1"]}, status=403,
                  headers={"Origin": "https://example.net"})
        ours = f"https://127.0.0.1:{harness.daemon.port}"
        self.call("DELETE", "/api/v1/sessions", headers={**mine, "Origin": ours}, status=204)
        self.call("DELETE", "/api/v1/sessions", headers={**mine, "Origin": "null"}, status=403)

    def counts(self):
        return harness.daemon.rows("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM reference_change), (SELECT count(*) FROM session),"
                                   " (SELECT count(*) FROM job), (SELECT count(*) FROM login_reset), (SELECT epoch FROM setting)")

    # ---- a password of one's own ----

    def test_03_a_password_is_changed_with_the_old_one(self):
        old = self.passwords["officer2"]
        mine, other = self.bearer(self.cookies("officer2")["token"]), self.bearer(self.cookies("officer2")["token"])
        for new, code in (("ngắn quá", "password_short"), ("q" * 129 + "ưởng", "password_long"), ("matkhau123!", "password_common"),
                          ("officer2-dep-trai", "password_has_login"), (old, "password_same")):
            reply = self.call("PUT", "/api/v1/me/password", {"old": old, "new": new}, headers=mine, status=422)
            self.assertEqual(reply.code, code)
            self.assertNotIn(new, reply.body.decode())
        self.assertEqual(self.call("PUT", "/api/v1/me/password", {"old": "không phải", "new": NEW}, headers=mine, status=422).code,
                         "password_old_wrong")
        self.call("GET", "/api/v1/me", headers=other, status=200)
        with Listener(other["Authorization"][7:]) as stream:
            self.assertIn("now", stream.start.data)
            self.call("PUT", "/api/v1/me/password", {"old": old, "new": NEW}, headers=mine, status=204)
            self.assertTrue(self.ends(stream))
        self.call("GET", "/api/v1/me", headers=mine, status=200)
        self.call("GET", "/api/v1/me", headers=other, status=401)
        self.enter("officer2", old, status=401)
        self.enter("officer2", NEW)
        self.assertIn(["officer2", "officer2", ""], self.events("password_changed"))

    def test_04_guessing_the_old_password_at_an_open_desk_has_to_wait(self):
        mine = self.bearer(self.cookies("returner1")["token"])
        for _ in range(5):
            self.call("PUT", "/api/v1/me/password", {"old": "sai", "new": NEW}, headers=mine, status=422)
        reply = self.call("PUT", "/api/v1/me/password", {"old": self.passwords["returner1"], "new": NEW}, headers=mine, status=429)
        self.assertGreater(int(reply.headers["retry-after"]), 0)
        self.call("GET", "/api/v1/me", headers=mine, status=200)
        self.enter("returner1")  # a login elsewhere is not concerned

    def test_05_a_weaker_hash_is_made_anew(self):
        harness.daemon.rows("UPDATE credential SET is_random = false WHERE officer_id = (SELECT id FROM officer WHERE login = 'records1')")
        asked = ("SELECT c.scrypt_n FROM credential c JOIN officer o ON o.id = c.officer_id WHERE o.login = 'records1'")
        self.assertEqual(harness.daemon.rows(asked), [["8192"]])
        self.enter("records1")
        self.assertEqual(harness.daemon.rows(asked), [["32768"]])
        self.enter("records1")

    # ---- sessions ----

    def test_06_sessions_are_listed_and_ended(self):
        mine = self.bearer(self.cookies("clerk2")["token"])
        other = self.enter("clerk2", **{"User-Agent": "Kiosk " + "x" * 300}).json["token"]
        items = self.call("GET", "/api/v1/sessions", headers=mine, status=200).json["items"]
        self.assertEqual([s["is_this"] for s in items].count(True), 1)
        kiosk = next(s for s in items if s.get("user_agent", "").startswith("Kiosk"))
        self.assertEqual(len(kiosk["user_agent"]), 200)
        self.assertEqual(kiosk["address"], "127.0.0.1")
        self.assertNotIn(other, json.dumps(items))
        self.call("GET", "/api/v1/sessions?officer=clerk1", headers=mine, status=403)
        self.assertTrue(self.call("GET", "/api/v1/sessions?officer=clerk2", as_="admin", status=200).json["items"])
        self.call("DELETE", f"/api/v1/sessions/{kiosk['id']}", as_="clerk1", status=404)
        with Listener(other) as stream:
            self.assertIn("now", stream.start.data)
            self.call("DELETE", f"/api/v1/sessions/{kiosk['id']}", headers=mine, status=204)
            self.assertTrue(self.ends(stream))
        self.call("GET", "/api/v1/me", headers=self.bearer(other), status=401)
        third = self.cookies("clerk2")["token"]
        self.call("DELETE", "/api/v1/sessions", headers=mine, status=204)
        self.call("GET", "/api/v1/me", headers=self.bearer(third), status=401)
        self.call("GET", "/api/v1/me", headers=mine, status=200)

    def test_07_an_officer_has_at_most_twenty(self):
        first = self.cookies("statistician1")["token"]
        for _ in range(20):
            self.enter("statistician1")
        self.call("GET", "/api/v1/me", headers=self.bearer(first), status=401)
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM session s JOIN officer o ON o.id = s.officer_id WHERE o.login = 'statistician1'"), [["20"]])

    def age(self, token, column, minutes):
        harness.daemon.rows(f"UPDATE session SET {column} = {column} - interval '{minutes} minutes'"
                            f" WHERE token_hash = sha256('{token}'::bytea)")

    def policy(self, role, status=200, as_="admin", **fields):
        body = {"idle_minutes": 120, "absolute_hours": 12, "token_days_max": 90, "needs_second_factor": False,
                "source": "QĐ 5", "reason": "thử", **fields}
        return self.call("PUT", f"/api/v1/role-policies/{role}", body, as_=as_, status=status)

    def test_08_a_session_ends_when_idle_or_old_by_the_policy_of_its_roles(self):
        token = self.cookies("inspector1")["token"]
        self.age(token, "last_used_at", 119)
        self.call("GET", "/api/v1/me", headers=self.bearer(token), status=200)
        self.until(lambda: harness.daemon.rows("SELECT 1 FROM session s WHERE s.last_used_at > s.created_at - interval '1 minute'"
                                               f" AND token_hash = sha256('{token}'::bytea)"))  # the use was noted
        token = self.cookies("inspector1")["token"]
        self.age(token, "last_used_at", 119)  # what a page asks for by itself keeps nothing alive
        self.call("GET", "/api/v1/me", headers={**self.bearer(token), "X-Unattended": "1"}, status=200)
        Listener(token).close()
        self.age(token, "last_used_at", 2)
        self.call("GET", "/api/v1/me", headers=self.bearer(token), status=401)
        token = self.cookies("inspector1")["token"]
        self.age(token, "created_at", 12 * 60 - 1)
        self.call("GET", "/api/v1/me", headers=self.bearer(token), status=200)
        self.age(token, "created_at", 2)
        self.call("GET", "/api/v1/me", headers=self.bearer(token), status=401)
        # a stricter policy holds at once, for sessions that are open too
        token = self.cookies("inspector1")["token"]
        self.age(token, "last_used_at", 20)
        self.policy("inspector", idle_minutes=15)
        self.call("GET", "/api/v1/me", headers=self.bearer(token), status=401)
        self.policy("inspector")
        for wrong in ({"idle_minutes": 4}, {"idle_minutes": 1441}, {"absolute_hours": 0}, {"absolute_hours": 169}, {"token_days_max": 367}):
            self.policy("inspector", status=422, **wrong)
        for edge in ({"idle_minutes": 5}, {"idle_minutes": 1440}, {"absolute_hours": 168}, {"token_days_max": 366}, {}):
            self.policy("inspector", **edge)
        self.policy("clerk", as_="clerk1", status=403)
        self.policy("nobody", status=404)
        self.assertEqual(len(self.call("GET", "/api/v1/role-policies", as_="clerk1", status=200).json["items"]), 9)
        changes = self.call("GET", "/api/v1/changes?kind=role_policy", as_="admin", status=200).json["items"]
        self.assertEqual(changes[-1]["key"], "inspector")
        self.assertTrue(self.events("policy_changed"))

    # ---- the lock that shuts out strangers alone ----

    def test_10_a_stranger_tries_a_thousand_times_and_the_officer_still_comes_in(self):
        """From another address; she has her device cookie. No thousand password hashes are made, and nothing grows."""
        device = self.cookies("head_tp")["device"]
        answers = []

        def guess():
            for n in range(250):
                answers.append(harness.daemon.request("POST", "/api/v1/session", {"login": "head_tp", "password": f"guess-{n}"}, None, STRANGER))

        threads = [threading.Thread(target=guess) for _ in range(4)]
        for t in threads:
            t.start()
        while any(t.is_alive() for t in threads):
            self.enter("head_tp", cookies=[device])
        for t in threads:
            t.join()
        self.assertEqual({a.status for a in answers}, {401, 429})
        self.assertLess(sum(a.status == 401 for a in answers), 40)
        waits = [int(a.headers["retry-after"]) for a in answers if a.status == 429]
        self.assertTrue(all(1 <= w <= 900 for w in waits), waits[:20])
        self.enter("head_tp", source=STRANGER, status=429)  # even with the right password
        self.assertLessEqual(len(self.attempts("SELECT * FROM login_attempt")), 60)
        self.assertEqual(len([e for e in self.events("login_slowed") if e[0] == "head_tp"]), 1)

    def test_11_the_counts_outlive_the_daemon_and_are_shared(self):
        harness.daemon.rows("UPDATE login_attempt SET next_at = last_at + interval '15 minutes' WHERE client = 'a:127.0.0.2'")  # outlasts two starts
        sibling = harness.daemon.sibling()
        sibling.start()
        try:
            self.assertEqual(sibling.request("POST", "/api/v1/session", {"login": "head_tp", "password": "x"}, None, STRANGER).status, 429)
        finally:
            sibling.stop()
        harness.daemon.stop()
        harness.daemon.start()
        self.enter("head_tp", source=STRANGER, status=429)

    def test_12_many_strangers_lock_out_strangers(self):
        device = self.cookies("leader2")["device"]
        for n in range(50):
            reply = harness.daemon.request("POST", "/api/v1/session", {"login": "leader2", "password": "x"}, None, f"127.0.3.{n + 1}")
            self.assertEqual(reply.status, 401, n)
        self.enter("leader2", source="127.0.3.99", status=429)
        self.enter("leader2", cookies=[device])
        self.assertEqual([e[0] for e in self.events("login_locked")], ["leader2"])
        # nor does a cookie of somebody else, or one that was made up, or an old one, open the door
        for other in (self.cookies("clerk1")["device"], device[:-4] + "0000", device.split("=")[0] + "=" + self.cookies("clerk1")["device"].split("=")[1]):
            self.enter("leader2", cookies=[other], status=429)
        # a device that failed too often waits by itself
        for _ in range(5):
            self.enter("leader2", "x", cookies=[device], status=401)
        self.enter("leader2", cookies=[device], status=429)
        # a day later nothing is left of it
        harness.daemon.rows("UPDATE login_attempt SET last_at = last_at - interval '25 hours', next_at = next_at - interval '25 hours'")
        self.enter("leader2", source="127.0.3.99")

    def test_13_an_unknown_login_is_told_the_same(self):
        told = []
        for login in ("nobody", "clerk1"):
            mine = []
            for _ in range(6):
                reply = harness.daemon.request("POST", "/api/v1/session", {"login": login, "password": "x"}, None, "127.0.4.1")
                body = reply.json
                body.pop("trace")
                mine.append((reply.status, sorted(body), body["code"]))
            told.append(mine)
        self.assertEqual(*told)
        self.assertEqual(told[0][5][0], 429)
        # what was typed as a login stands nowhere: people type passwords there
        self.assertNotIn("nobody", harness.daemon.log())
        self.assertEqual(harness.daemon.rows("SELECT 1 FROM security_event WHERE detail LIKE '%nobody%'"), [])

    def test_14_an_address_that_tries_many_logins_is_slowed(self):
        statuses = [harness.daemon.request("POST", "/api/v1/session", {"login": f"guess{n}", "password": "x"}, None, "127.0.5.1").status
                    for n in range(101)]
        self.assertEqual(statuses, [401] * 100 + [429])
        self.assertEqual(len(self.events("address_slowed")), 1)

    def test_15_an_address_of_ipv6_is_its_64(self):
        def attempt(address, login="clerk2"):
            return self.call("POST", "/api/v1/session", {"login": login, "password": "x"}, headers={"X-Forwarded-For": address}, source="127.0.0.9").status
        self.assertEqual([attempt(f"2001:db8:7::{n + 1:x}") for n in range(5)], [401] * 5)
        self.assertEqual(attempt("2001:db8:7:0:ffff::1"), 429)
        self.assertEqual(attempt("2001:db8:7:1::1"), 401)
        self.assertEqual([attempt(address) for address in ("::ffff:198.51.100.7", "198.51.100.7") * 3], [401] * 5 + [429])

    # ---- the second factor ----

    def enrol(self, headers):
        made = self.call("POST", "/api/v1/me/second-factor", headers=headers, status=201).json
        self.assertEqual(len(made["qr"]), len(made["qr"][0]))
        self.assertRegex("".join(made["qr"]), "^[01]+$")
        self.assertIn(made["secret"], made["uri"])
        self.assertEqual(self.call("POST", "/api/v1/me/second-factor/actions/confirm", {"code": "12345"}, headers=headers, status=422).code,
                         "factor_code")
        self.confirmed = authenticator.code(made["secret"], -1)
        codes = self.call("POST", "/api/v1/me/second-factor/actions/confirm", {"code": self.confirmed}, headers=headers, status=200).json["codes"]
        self.assertEqual(len(set(codes)), 8)
        return made["secret"], codes

    def test_20_the_second_factor(self):
        mine = self.bearer(self.cookies("leader1")["token"])
        secret, recovery = self.enrol(mine)
        self.assertTrue(self.call("GET", "/api/v1/me", headers=mine, status=200).json["has_second_factor"])
        self.call("POST", "/api/v1/me/second-factor", headers=mine, status=409)
        stored = harness.daemon.rows("SELECT encode(secret, 'escape') FROM second_factor")[0][0]
        self.assertNotIn(secret, stored)
        # the password alone is half the way: asked for the rest, and no failure
        before = self.attempts("SELECT sum(failures) FROM login_attempt")
        self.assertEqual(self.enter("leader1", status=401).code, "second_factor_needed")
        self.assertEqual(self.attempts("SELECT sum(failures) FROM login_attempt"), before)
        self.assertEqual(self.enter("leader1", "wrong", status=401).code, "login_wrong")
        # the code that confirmed it is used up; the next one counts, and counts once
        self.assertEqual(self.enter("leader1", code=self.confirmed, status=401).code, "second_factor_wrong")
        code = authenticator.code(secret)
        self.enter("leader1", code=f"{code[:3]} {code[3:]}")
        self.assertEqual(self.enter("leader1", code=code, status=401).code, "second_factor_wrong")
        # a recovery code counts once, however it is typed
        self.enter("leader1", code=recovery[0].lower().replace("-", " "))
        self.assertEqual(self.enter("leader1", code=recovery[0], status=401).code, "second_factor_wrong")
        self.assertEqual(self.events("recovery_code_used")[-1], ["leader1", "leader1", "7 left"])
        # taken away with a code
        self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": recovery[0]}, headers=mine, status=422)
        self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": recovery[1]}, headers=mine, status=204)
        self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": recovery[2]}, headers=mine, status=409)
        self.assertFalse(self.call("GET", "/api/v1/me", headers=mine, status=200).json["has_second_factor"])

    def test_21_wrong_codes_have_to_wait_too(self):
        found = self.cookies("leader1")
        mine, device = self.bearer(found["token"]), found["device"]
        _, recovery = self.enrol(mine)
        for _ in range(5):
            self.enter("leader1", code="000000", cookies=[device], status=401)
        self.enter("leader1", code=recovery[0], cookies=[device], status=429)
        for _ in range(5):
            self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": "000000"}, headers=mine, status=422)
        self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": recovery[0]}, headers=mine, status=429)
        harness.daemon.rows("DELETE FROM login_attempt")
        self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": recovery[0]}, headers=mine, status=204)

    def test_22_a_role_that_needs_it_may_only_enrol(self):
        mine = self.bearer(self.cookies("returner1")["token"])
        self.policy("returner", needs_second_factor=True)
        self.assertEqual(self.call("GET", "/api/v1/dossiers", headers=mine, status=403).code, "second_factor_must_enrol")
        self.assertTrue(self.call("GET", "/api/v1/me", headers=mine, status=200).json["must_enrol"])
        self.call("GET", "/api/v1/stream", headers=mine, status=403)
        _, recovery = self.enrol(mine)
        self.call("GET", "/api/v1/dossiers", headers=mine, status=200)
        self.policy("returner")
        self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": recovery[0]}, headers=mine, status=204)

    # ---- API tokens ----

    def test_30_a_token_reaches_as_far_as_its_scopes(self):
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date()
        day = lambda n: (today + datetime.timedelta(days=n)).isoformat()
        mine = self.bearer(self.cookies("clerk1")["token"])
        make = lambda status, **f: self.call("POST", "/api/v1/tokens", {"name": "nightly", "scopes": ["dossiers:read", "queues:read"],
                                                                       "expires_on": day(90), **f}, headers=mine, status=status)
        for wrong in ({"expires_on": day(91)}, {"expires_on": day(-1)}, {"scopes": []}, {"scopes": ["dossiers"]}, {"scopes": ["*:write"]},
                      {"scopes": ["tokens:write"]}, {"scopes": ["nothing:read"]}, {"scopes": ["dossiers:delete"]}):
            make(422, **wrong)
        token = make(201).json
        self.assertTrue(token["token"].startswith("mct_"))
        make(409)
        script = self.bearer(token["token"])
        self.call("GET", "/api/v1/dossiers", headers=script, status=200)
        self.call("GET", "/api/v1/queues/mine", headers=script, status=200)
        self.assertEqual(self.call("GET", "/api/v1/me", headers=script, status=200).json["scopes"], ["dossiers:read", "queues:read"])
        refused = self.call("GET", "/api/v1/letters", headers=script, status=403)
        self.assertEqual(refused.code, "token_scope")
        self.assertIn("letters:read", refused.json["detail"])
        refused = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "A"}}, headers=script, status=403)
        self.assertIn("dossiers:write", refused.json["detail"])
        # what a person alone does
        for method, path, body in (("POST", "/api/v1/tokens", {"name": "x", "scopes": ["*:read"], "expires_on": day(1)}), ("GET", "/api/v1/tokens", None),
                                   ("PUT", "/api/v1/me/password", {"old": "x", "new": NEW}), ("POST", "/api/v1/me/second-factor", None),
                                   ("GET", "/api/v1/sessions", None), ("DELETE", "/api/v1/sessions", None)):
            self.assertEqual(self.call(method, path, body, headers=script, status=403).code, "token_not_here")
        self.call("DELETE", "/api/v1/session", headers=script)  # logging out does not take a token away
        self.call("GET", "/api/v1/dossiers", headers=script, status=200)
        # never more than the officer's own rights
        all_read = make(201, name="all", scopes=["*:read"], expires_on=day(0)).json
        self.call("GET", "/api/v1/letters", headers=self.bearer(all_read["token"]), status=200)
        self.call("GET", "/api/v1/jobs", headers=self.bearer(all_read["token"]), status=403)
        # no login lasts as a cookie, and none is shown again
        self.call("POST", "/api/v1/due", {"items": []}, headers={"Cookie": f"__Host-motcua_session={token['token']}", "X-CSRF-Token": ""}, status=403)
        listed = self.call("GET", "/api/v1/tokens", headers=mine, status=200).json["items"]
        self.assertEqual({t["name"] for t in listed}, {"nightly", "all"})
        self.assertTrue(all("token" not in t for t in listed))
        self.assertNotIn(token["id"], [s["id"] for s in self.call("GET", "/api/v1/sessions", headers=mine, status=200).json["items"]])
        # revoked, expired
        self.call("DELETE", f"/api/v1/tokens/{token['id']}", headers=mine, status=204)
        self.call("GET", "/api/v1/dossiers", headers=script, status=401)
        harness.daemon.rows(f"UPDATE session SET expires_at = last_used_at - interval '1 second' WHERE id = '{all_read['id']}'")
        self.call("GET", "/api/v1/letters", headers=self.bearer(all_read["token"]), status=401)
        self.assertEqual([e[2] for e in self.events("token_revoked")], ["nightly"])

    def test_31_twenty_tokens_and_none_where_the_policy_wants_none(self):
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date().isoformat()
        mine = self.bearer(self.cookies("clerk2")["token"])
        make = lambda n, status: self.call("POST", "/api/v1/tokens", {"name": f"t{n}", "scopes": ["due:write"], "expires_on": today},
                                           headers=mine, status=status)
        for n in range(20):
            make(n, 201)
        self.assertEqual(make(20, 409).code, "tokens_many")
        self.policy("clerk", token_days_max=0)
        self.assertEqual(make(21, 403).code, "tokens_forbidden")
        self.policy("clerk")

    # ---- the way back in ----

    def order(self, officer, as_="admin", status=201, **fields):
        return self.call("POST", f"/api/v1/officers/{officer}/login-reset", {"reason": "quên mật khẩu", **fields}, as_=as_, status=status)

    def recover(self, login, code, password=NEW, status=204, source=None):
        return self.call("POST", "/api/v1/session/recover", {"login": login, "code": code, "password": password}, status=status, source=source)

    def test_40_a_login_is_reset_without_a_shared_secret(self):
        found = self.cookies("head_yt")
        mine = self.bearer(found["token"])
        first, code = (self.order("head_yt", reset_second_factor=True).json["code"] for _ in range(2))
        self.assertRegex(code, "^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")
        self.assertNotIn(code.replace("-", ""), "".join(sum(harness.daemon.rows("SELECT encode(code_hash, 'hex') FROM login_reset"), [])).upper())
        self.call("GET", "/api/v1/me", headers=mine, status=200)  # nothing happens before it is used
        self.recover("head_yt", first, status=422)  # the newer one made it void
        self.recover("head_tp", code, status=422)
        self.assertEqual(self.recover("head_yt", code, password="ngắn", status=422).code, "password_short")
        self.recover("head_yt", code)
        self.recover("head_yt", code, status=422)
        self.call("GET", "/api/v1/me", headers=mine, status=401)
        self.enter("head_yt", status=401)
        told = self.enter("head_yt", NEW).json
        self.assertTrue(told["reset_by"] and told["reset_at"])
        self.assertNotIn("reset_by", self.enter("head_yt", NEW).json)  # once
        self.assertEqual([e[:2] for e in self.events("reset_used")], [["head_yt", "admin"]])
        late = self.order("head_yt").json["code"]
        harness.daemon.rows("UPDATE login_reset SET expires_at = made_at WHERE used_at IS NULL")
        self.recover("head_yt", late, status=422)

    def test_41_who_may_order_it(self):
        self.assertEqual(self.order("admin", status=403).code, "reset_self")
        self.order("officer1", as_="head_tp")  # of his own office
        self.assertEqual(self.order("clerk1", as_="head_tp", status=403).code, "reset_above")
        self.assertEqual(self.order("admin", as_="head_tp", status=403).code, "reset_above")
        self.order("clerk1", as_="officer1", status=403)
        self.order("nobody", status=404)

    def test_42_codes_are_not_guessed_and_nobody_shuts_the_way_back(self):
        code = self.order("clerk2").json["code"]
        statuses = [self.recover("clerk2", f"0000-0000-0000-{n:04d}", status=None, source="127.0.6.1").status for n in range(7)]
        self.assertEqual(statuses, [422] * 5 + [429] * 2)
        for n in range(60):
            self.recover("clerk2", "0000-0000-0000-0000", status=422, source=f"127.0.7.{n + 1}")
        self.recover("clerk2", code)


    # ---- the command line ----

    def test_50_the_command_line(self):
        done = self.cli("role-policy", "set", "records", "--second-factor", "no", "--idle-minutes", "90", "--source", "QĐ 3", "--reason", "thử")
        self.assertEqual(done.returncode, 0, done.stderr)
        policies = {p["role"]: p for p in self.call("GET", "/api/v1/role-policies", as_="admin", status=200).json["items"]}
        self.assertEqual((policies["records"]["idle_minutes"], policies["records"]["absolute_hours"]), (90, 12))
        done = self.cli("officer", "reset-login", "clerk2", "--reason", "quên", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.recover("clerk2", json.loads(done.stdout)["code"])
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date().isoformat()
        done = self.cli("token", "new", "đêm", "--scope", "offices:read", "--expires-on", today, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        made = json.loads(done.stdout)
        path = harness.daemon.folder / "data/token"
        path.write_text(made["token"] + "\n", encoding="utf-8")
        self.assertEqual(self.cli("--token-file", path, "offices").returncode, 0)
        bare = harness.daemon.folder / "bare"  # a program's folder: where the daemon is, and no login
        (bare / "tls").mkdir(parents=True)
        (bare / "tls/cert.pem").write_bytes((harness.daemon.home / "cert.pem").read_bytes())
        (bare / "credentials").write_text(f"url https://127.0.0.1:{harness.daemon.port}\n", encoding="utf-8")
        self.assertEqual(self.cli("--data", bare, "--token-file", path, "offices").returncode, 0)
        self.assertEqual(self.cli("--data", bare, "offices").returncode, 2)
        self.assertNotEqual(self.cli("--data", bare, "--token-file", path, "login").returncode, 0)
        refused = self.cli("--token-file", path, "dossiers")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("dossiers:read", refused.stderr)
        self.assertIn("đêm", self.cli("token").stdout)
        self.assertEqual(self.cli("token", "revoke", made["id"]).returncode, 0)
        self.assertNotEqual(self.cli("--token-file", path, "offices").returncode, 0)
        self.assertEqual(self.cli("session", "end-others").returncode, 0)
        self.assertIn("yes", self.cli("session").stdout.lower())

    def test_51_the_command_line_changes_a_password_and_asks_for_a_code(self):
        fresh = "gio-mua-dong-bac"
        self.assertEqual(self.cli("login").returncode, 0)
        self.assertNotEqual(self.cli("password", given=f"{fresh}\nanother\n").returncode, 0)
        done = self.cli("password", given=f"{fresh}\n{fresh}\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"login admin admin {fresh}\n", (harness.daemon.folder / "data/credentials").read_text(encoding="utf-8"))
        self.passwords["admin"] = fresh
        mine = self.bearer(self.cookies("admin")["token"])
        _, recovery = self.enrol(mine)
        self.assertNotEqual(self.cli("login").returncode, 0)
        done = self.cli("login", given=recovery[0] + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.call("POST", "/api/v1/me/second-factor/actions/remove", {"code": recovery[1]}, headers=mine, status=204)


harness.main(demo=True, settings=lambda daemon: {"trusted_proxy": "127.0.0.9"})
