#!/usr/bin/env python3
"""A new installation from its first login on: what somebody else made is changed first, authenticators are enrolled, officers
begin with a one-time code; and none of the secrets used on the way stands in a log, a statement or a process list."""
import os
import pathlib
import re

import authenticator
import harness

MINE = "sáng nay trời mưa nhẹ"
HERS = "chiều về nghe chim hót"
THIRD = "đường làng lát gạch đỏ"


class FirstLoginTest(harness.ApiTest):
    secrets = []  # everything that must not be found
    tokens = {}

    def keep(self, *secrets):
        FirstLoginTest.secrets += secrets
        return secrets[0]

    def enter(self, login, password, code=None, status=201):
        reply = self.call("POST", "/api/v1/session", {"login": login, "password": password, **({"code": code} if code else {})}, status=status)
        if status == 201:
            self.keep(reply.json["token"], reply.json["csrf"])
        return reply.json

    def bearer(self, token):
        return {"Authorization": f"Bearer {token}"}

    def refused(self, headers, code):
        for method, path, body in (("GET", "/api/v1/dossiers", None), ("GET", "/api/v1/stream", None), ("GET", "/api/v1/sessions", None),
                                   ("POST", "/api/v1/tokens", {}), ("POST", "/api/v1/officers", {}), ("PUT", "/api/v1/role-policies/clerk", {})):
            self.assertEqual(self.call(method, path, body, headers=headers, status=403).code, code, path)

    def test_1_the_first_administrator(self):
        harness.daemon.rows("ALTER SYSTEM SET log_statement = 'all'")
        harness.daemon.rows("SELECT pg_reload_conf()")
        self.assertEqual(harness.daemon.rows("SHOW log_parameter_max_length_on_error"), [["0"]])
        self.keep(harness.PASSWORD, MINE, HERS, THIRD)
        first = self.bearer(self.enter("admin", harness.PASSWORD)["token"])
        me = self.call("GET", "/api/v1/me", headers=first, status=200).json
        self.assertEqual((me["must_change_password"], me["must_enrol"], me["has_second_factor"]), (True, True, False))
        self.refused(first, "password_must_change")
        self.call("PUT", "/api/v1/me/password", {"old": harness.PASSWORD, "new": MINE}, headers=first, status=204)
        self.refused(first, "second_factor_must_enrol")
        secret = self.keep(self.call("POST", "/api/v1/me/second-factor", headers=first, status=201).json["secret"])
        used = authenticator.code(secret, -1)
        self.keep(*self.call("POST", "/api/v1/me/second-factor/actions/confirm", {"code": used}, headers=first, status=200).json["codes"])
        self.call("GET", "/api/v1/dossiers", headers=first, status=200)
        self.assertEqual(self.enter("admin", MINE, status=401)["code"], "second_factor_needed")
        FirstLoginTest.tokens["admin"] = self.enter("admin", MINE, authenticator.code(secret))["token"]

    def test_2_an_officer_begins_with_a_code(self):
        admin = self.bearer(self.tokens["admin"])
        why = {"source": "QĐ 1", "reason": "mới về"}
        office = self.call("GET", "/api/v1/offices", headers=admin, status=200).json["items"][0]["key"]
        today = self.call("GET", "/api/v1/me", headers=admin, status=200).json["now"][:10]
        self.call("POST", "/api/v1/officers", {"key": "moi1", "name": "Người mới", "roles": [{"role": "clerk", "office": office}],
                                               "effective_on": today, **why}, headers=admin, status=201)
        self.enter("moi1", HERS, status=401)
        code = self.keep(self.call("POST", "/api/v1/officers/moi1/login-reset", {"reason": "nhận việc"}, headers=admin, status=201).json["code"])
        self.call("POST", "/api/v1/session/recover", {"login": "moi1", "code": code, "password": HERS}, status=204)
        hers = self.enter("moi1", HERS)
        self.assertEqual(hers["reset_by"], "Quản trị hệ thống")
        headers = self.bearer(hers["token"])
        me = self.call("GET", "/api/v1/me", headers=headers, status=200).json
        self.assertEqual((me["must_change_password"], me["must_enrol"]), (False, False))
        self.call("GET", "/api/v1/dossiers", headers=headers, status=200)
        token = self.call("POST", "/api/v1/tokens", {"name": "x", "scopes": ["*:read"], "expires_on": hers["expires_at"][:10]}, headers=headers,
                          status=201).json["token"]
        self.keep(token)
        self.call("GET", "/api/v1/dossiers", headers=self.bearer(token), status=200)
        # her roles end: so do session and token, that minute
        self.call("POST", "/api/v1/officers/moi1/roles", {"roles": [{"role": "clerk", "office": office}], "is_end": True,
                                                          "effective_on": today, **why}, headers=admin, status=200)
        self.call("GET", "/api/v1/jobs", headers=self.bearer(token), status=403)
        kinds = [row[0] for row in harness.daemon.rows("SELECT kind FROM security_event WHERE officer_id = (SELECT id FROM officer"
                                                       " WHERE login = 'moi1') ORDER BY id")]
        self.assertEqual(kinds, ["role_given", "reset_ordered", "reset_used", "login", "token_made", "role_taken"])

    def test_3_the_application_cannot_rewrite_what_happened(self):
        for sql in ("UPDATE security_event SET detail = ''", "DELETE FROM security_event", "TRUNCATE security_event"):
            with self.assertRaises(Exception):
                harness.daemon.rows(f"SET ROLE motcua_app; {sql}")

    def test_4_root_of_the_machine_lets_the_last_administrator_in_again(self):
        self.assertIn("at least 10", harness.daemon.command("bootstrap", "--config", harness.daemon.config, "--login", "admin", "--password-file",
                                                            harness.daemon.write("again", "ngan\n")).stderr)
        harness.daemon.must("bootstrap", "--config", harness.daemon.config, "--login", "admin", "--password-file",
                            harness.daemon.write("again", THIRD + "\n"), "--reset-second-factor")
        me = self.call("GET", "/api/v1/me", headers=self.bearer(self.enter("admin", THIRD)["token"]), status=200).json
        self.assertEqual((me["must_change_password"], me["has_second_factor"]), (True, False))
        said = harness.daemon.must("bootstrap", "--config", harness.daemon.config, "--login", "admin", "--password-file",
                                   harness.daemon.write("again", "khong dung mat khau nay\n"), "--keep-password")
        self.assertEqual(said, "kept\n")
        self.assertEqual(harness.daemon.must("bootstrap", "--config", harness.daemon.config, "--login", "admin", "--password-file",
                                             harness.daemon.write("again", THIRD + "\n"), "--keep-password"), "same\n")
        both = harness.daemon.command("bootstrap", "--config", harness.daemon.config, "--login", "admin", "--password-file",
                                      harness.daemon.home / "again", "--keep-password", "--reset-second-factor")
        self.assertEqual((both.returncode, "exclude each other" in both.stderr), (2, True), both.stderr)
        self.enter("admin", THIRD)

    def test_4a_what_people_work_with_does_not_become_a_demonstration(self):
        words = ("bootstrap", "--config", harness.daemon.config, "--login", "admin", "--password-file", harness.daemon.home / "again", "--demo")
        harness.daemon.rows("INSERT INTO office (key, name, kind) SELECT 'thu', 'Đơn vị thử', kind FROM office LIMIT 1")
        before = harness.daemon.rows("SELECT (SELECT count(*) FROM office), (SELECT count(*) FROM officer), is_demonstration FROM setting")
        done = harness.daemon.command(*words)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is in use (offices: 2) and does not become a demonstration", done.stderr)
        self.assertEqual(harness.daemon.rows("SELECT (SELECT count(*) FROM office), (SELECT count(*) FROM officer), is_demonstration FROM setting"), before)

    def test_5_no_secret_stands_where_somebody_could_read_it(self):
        reply = self.call("POST", "/api/v1/session", {"login": MINE, "password": "x"}, status=401)  # typed into the wrong field
        self.assertNotIn(MINE, reply.body.decode())
        harness.daemon.rows("SELECT 'the last statement'")
        places = {"log": harness.daemon.log(), "database": (harness.daemon.folder / "pg/log").read_text(encoding="utf-8", errors="replace")}
        self.assertIn("the last statement", places["database"])
        for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            if process.parent.name != str(os.getpid()):
                try:
                    places[str(process)] = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
                except OSError:
                    pass  # it has ended
        self.assertGreater(len(self.secrets), 15)
        for where, text in places.items():
            for secret in self.secrets:
                for form in (secret, secret.replace("-", "")):
                    self.assertFalse(form in text, f"a secret stands in {where}: ...{text[max(text.find(form) - 200, 0):text.find(form)]}")
        dump = harness.daemon.rows("SELECT string_agg(t::text, ' ') FROM (SELECT s::text FROM session s UNION ALL SELECT s::text FROM security_event s"
                                   " UNION ALL SELECT s::text FROM login_reset s UNION ALL SELECT s::text FROM second_factor s"
                                   " UNION ALL SELECT s::text FROM login_attempt s) t")[0][0]
        for secret in self.secrets:
            self.assertNotIn(secret, dump)

    def test_6_every_kind_of_event_has_its_words(self):
        table = (harness.TOP / "proto/tables/security_events.def").read_text(encoding="utf-8")
        words = set(re.findall(r'SECURITY_EVENT\(\w+,\s*"(\w+)"', table))
        said = {row[0] for row in harness.daemon.rows("SELECT DISTINCT kind FROM security_event")}
        self.assertTrue(said and said <= words, said - words)
        functions = "".join(p.read_text(encoding="utf-8") for p in (harness.TOP / "sql/functions").glob("*.sql"))
        self.assertEqual([w for w in words if f"'{w}'" not in functions], [])


harness.main(fresh=True, settings=lambda daemon: {"log_level": "debug"})
