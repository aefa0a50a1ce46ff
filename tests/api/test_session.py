#!/usr/bin/env python3
"""Who may come in: health, login, the bearer token, and what strangers get."""
import harness


class SessionTest(harness.ApiTest):
    def test_health_needs_no_login(self):
        self.assertEqual(self.call("GET", "/healthz", status=200).json["state"], "ok")
        self.assertEqual(self.call("GET", "/readyz", status=200).json["state"], "ok")

    def test_the_administrator_is_told_who_he_is(self):
        me = self.call("GET", "/api/v1/me", as_="admin", status=200).json
        self.assertEqual(me["login"], "admin")
        self.assertIn("administrator", [r["role"] for r in me["roles"]])

    def test_without_a_login_there_is_nothing(self):
        for path in ("/api/v1/me", "/api/v1/dossiers", "/api/v1/letters", "/api/v1/offices"):
            self.call("GET", path, status=401)

    def test_a_wrong_password_and_an_unknown_login_are_the_same(self):
        wrong = self.call("POST", "/api/v1/session", {"login": "admin", "password": "no"}, status=401)
        unknown = self.call("POST", "/api/v1/session", {"login": "nobody", "password": "no"}, status=401)
        self.assertEqual(wrong.code, unknown.code)

    def test_a_token_ends_with_its_session(self):
        token = self.call("POST", "/api/v1/session", {"login": "admin", "password": harness.PASSWORD}, status=201).json["token"]
        mine = {"Authorization": f"Bearer {token}"}
        self.call("GET", "/api/v1/me", headers=mine, status=200)
        self.call("DELETE", "/api/v1/session", headers=mine, status=204)
        self.call("GET", "/api/v1/me", headers=mine, status=401)

    def test_a_refusal_speaks_the_reader_s_language(self):
        for language, word in (("vi", "không"), ("en", "There")):
            reply = self.call("GET", "/api/v1/dossiers/NO.0000", as_="admin", status=404, headers={"Accept-Language": language})
            self.assertIn(word.lower(), reply.json["detail"].lower())

    def test_broken_json_names_the_place(self):
        for body in ('{"login": "a", "login": "b"}', "{", '{"login": 1, "password": "x"}', '{"colour": "red"}', "[]"):
            reply = self.call("POST", "/api/v1/session", body)
            self.assertIn(reply.status, (400, 422), body)


harness.main()
