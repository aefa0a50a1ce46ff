#!/usr/bin/env python3
"""The whole of proto/tables/rights.def and route_rights.def, walked against a real daemon: for each role an officer at each of several
offices, every action on dossiers that lie here, there and elsewhere, every route; every "no" included, and nothing changed by any of it.
What is expected is read from the tables a second time, here."""
import http.client
import importlib.util
import json
import pathlib
import ssl

import harness

spec = importlib.util.spec_from_file_location("rights", harness.TOP / "tools/gen/rights.py")
gen = importlib.util.module_from_spec(spec)
spec.loader.exec_module(gen)
T = gen.read(harness.TOP / "proto/tables")
ROLES = [name for name, _, _ in T["roles"]]
OFFICES = ("ubnd", "mc", "tp", "tckh", "gddt")  # above all; filed; deciding; asked for an opinion; a stranger
CONCERNED = {"mc", "tp"}
LETTER_ACTIONS = {"sign": "SIGN_LETTER", "unsign": "UNSIGN_LETTER", "number": "NUMBER_LETTER", "issue": "ISSUE_LETTER",
                  "deliver": "DELIVER_LETTER", "cancel": "CANCEL_LETTER", "revise": "REVISE_LETTER", "refuse": "REFUSE_LETTER",
                  "acknowledge": "ACKNOWLEDGE_LETTER"}
STALE = {"If-Match": '"999"'}  # who may is told that the version is another: the right was asked before, and nothing is done
BODIES = {"cancel": '{"reference": "12/UBND", "reason": "sai"}'}  # the least that is a request at all
made = {}


def key(role, office):
    return f"w.{role.lower()}.{office}"


def reach(scope, office, is_holder, is_asked):
    """What a scope promises, said a second time."""
    concerned = CONCERNED | ({"tckh"} if is_asked else set())
    return {"": False, "OWN": is_holder, "OFFICE": office in concerned, "SUBTREE": office in concerned or office == "ubnd", "ALL": True}[scope]


class RightsTest(harness.ApiTest):
    def ask(self, who, method, path, body=None, headers=None):
        """Kept alive, unlike harness.request(): there are thousands."""
        connection = made.get("connection")
        if connection is None:
            context = ssl.create_default_context(cafile=str(harness.daemon.home / "cert.pem"))
            connection = made["connection"] = http.client.HTTPSConnection("127.0.0.1", harness.daemon.port, timeout=60, context=context)
        headers = {"Authorization": "Bearer " + self.login(who), "Accept-Language": "en", **(headers or {})}
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, headers)
        got = connection.getresponse()
        data = got.read()
        if got.getheader("connection", "").lower() == "close":
            made["connection"] = None
        return harness.Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, data)

    def content(self):
        """Every table but those of logins, of what was read and printed, and the counters, which fold by themselves: by its hash.
        Of the setting not the epoch, which this test moves, and the one that the daemon follows it with when it finds the time."""
        return harness.daemon.rows(
            "SELECT table_name, xpath('//*[local-name()=''h'']/text()', query_to_xml('SELECT md5(string_agg(md5(r), '','' ORDER BY r)) AS h FROM (SELECT '"
            " || CASE table_name WHEN 'setting' THEN '(to_jsonb(t) - ''epoch'' - ''deadlines_epoch'')' ELSE 't' END || '::text AS r FROM '"
            " || quote_ident(table_name) || ' t) t', true, false, ''))::text"
            " FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT IN"
            " ('session', 'credential', 'read_log', 'security_event', 'login_attempt', 'second_factor', 'id_counter', 'counter_tail', 'counter_day', 'counter_total', 'counter_start', 'paper_reprint') ORDER BY 1")

    def test_1_officers_and_dossiers(self):
        rows = ", ".join(f"('{key(r, o)}', '{r.lower()}', '{o}')" for r in ROLES for o in OFFICES)
        harness.daemon.rows(f"CREATE TEMP TABLE w AS SELECT * FROM (VALUES {rows}) v (login, role, office);"
                            "INSERT INTO officer (login, name) SELECT login, 'Thử ' || login FROM w;"
                            "INSERT INTO officer_role (officer_id, role, office_id) SELECT o.id, w.role, f.id FROM w JOIN officer o USING (login)"
                            " JOIN office f ON f.key = w.office; UPDATE setting SET epoch = epoch + 1;")
        harness.daemon.must("logins", "--config", harness.daemon.config, "--out", harness.daemon.home / "walkers")
        for line in (harness.daemon.home / "walkers").read_text(encoding="utf-8").split("\n"):
            if line.startswith("login "):
                self.passwords[line.split()[2]] = line.split()[3]
        mine, theirs = (self.intake("TP-10", as_="clerk1")["code"] for _ in range(2))
        for code, who in ((mine, key("OFFICER", "tp")), (theirs, "officer1")):
            self.act(code, "forward", "clerk1", officer="head_tp")
            self.act(code, "take_over", "head_tp")
            self.act(code, "forward", "head_tp", officer=who)
            self.act(code, "take_over", who)
        self.act(theirs, "ask_opinion", "officer1", office="tckh", answer_by="2022-08-05T17:00:00+07:00", reason="thử")
        self.act(mine, "owe_letter", "leader1", trigger="lost_file", reason="Mất bản chính")
        made["letter"] = self.until(lambda: self.call("GET", f"/api/v1/letters?dossier={mine}", as_="admin", status=200).json["items"], 75)[0]["id"]
        made["mine"], made["theirs"] = mine, theirs
        for role in ROLES:
            for office in OFFICES:
                self.login(key(role, office))
        for part in ("/due/document", "/papers/control", "/slip"):
            self.assertEqual(self.ask(key("HEAD", "tp"), "GET", f"/api/v1/dossiers/{mine}{part}").status, 200)
        made["before"] = self.content()

    def expected(self, role, office, action, code):
        """412: allowed, and the version asked for is another."""
        is_asked = code == made["theirs"]
        is_holder = (role, office) == ("OFFICER", "tp") and code == made["mine"]
        scope = T["right"].get((role, action), "")
        if role == "ADMINISTRATOR" and any((r, action) in T["right"] for r in ROLES):
            return 412  # of a demonstration: stands in for whoever may
        if reach(scope, office, is_holder, is_asked and action == "GIVE_OPINION"):
            return 412
        return 403 if reach(T["grant"].get((role, "READ_DOSSIER"), ""), office, is_holder, is_asked) else 404

    def walk(self, actions, path, codes):
        n = {412: 0, 403: 0, 404: 0}
        for role in ROLES:
            for office in OFFICES:
                for code in codes:
                    for word, action in actions.items():
                        reply = self.ask(key(role, office), "POST", path(code, word), BODIES.get(word, "{}"), STALE)
                        want = self.expected(role, office, action, code)
                        n[want] += 1
                        if reply.status != want:
                            self.fail(f"{role} at {office} wants to {word} {code}: {want} expected, {reply.status} {reply.body[:300]!r}")
        return n

    def test_2_every_action_on_every_dossier(self):
        actions = {word: name for name, (word, _, kind) in T["actions"].items() if kind == "ACT"}
        n = self.walk(actions, lambda code, word: f"/api/v1/dossiers/{code}/actions/{word}", (made["mine"], made["theirs"]))
        self.assertTrue(n[412] > 150 and n[403] > 800 and n[404] > 300, n)

    def test_3_every_action_on_a_letter(self):
        n = self.walk(LETTER_ACTIONS, lambda _, word: f"/api/v1/letters/{made['letter']}/actions/{word}", (made["mine"],))
        self.assertEqual(set(LETTER_ACTIONS.values()), {n for n, (_, _, kind) in T["actions"].items() if kind == "LETTER"} - {"CERTIFY_LETTER"})
        self.assertTrue(n[412] > 20 and n[403] > 100 and n[404] > 50, n)

    def test_4_reading_a_dossier_and_what_hangs_on_it(self):
        parts = ["", "/events", "/due", "/documents", "/attachments", "/due/document", "/papers/control"]
        for role in ROLES:
            for office in OFFICES:
                for code in (made["mine"], made["theirs"]):
                    may = reach(T["grant"].get((role, "READ_DOSSIER"), ""), office, (role, office) == ("OFFICER", "tp"), code == made["theirs"])
                    for part in parts if not may else parts[:5]:  # drawing writes: where the answer is yes it was done before
                        reply = self.ask(key(role, office), "GET", f"/api/v1/dossiers/{code}{part}")
                        self.assertEqual(reply.status, 200 if may else 404, f"{role} at {office} reads {code}{part}: {reply.body[:300]!r}")
                letter = reach(T["grant"].get((role, "READ_DOSSIER"), ""), office, False, False)
                reply = self.ask(key(role, office), "GET", f"/api/v1/letters/{made['letter']}")
                self.assertEqual(reply.status, 200 if letter else 404, f"{role} at {office} reads the letter: {reply.body[:300]!r}")

    def test_5_lists_show_what_may_be_read_and_nothing_else(self):
        for role in ROLES:
            for office in OFFICES:
                seen = json.loads(self.ask(key(role, office), "GET", "/api/v1/dossiers?limit=200").body)
                codes = {d["code"] for d in seen.get("items", ())}
                may = reach(T["grant"].get((role, "READ_DOSSIER"), ""), office, False, False)
                self.assertEqual({made["mine"], made["theirs"]} <= codes, may, f"{role} at {office}")
                self.assertEqual(bool({made["mine"], made["theirs"]} & codes), may, f"{role} at {office}")

    def path_of(self, template):
        words = {"code": made["mine"], "id": "999999", "key": "tp", "number": "1", "action": "sign", "queue": "office", "form": "II.06a",
                 "paper": "control", "token": "x", "role": "clerk", "what": "read_log", "list": "security", "version": "1"}
        for name, word in words.items():
            template = template.replace("{" + name + "}", word)
        return template

    def test_6_every_route_for_every_role(self):
        """At the office above all, where every scope but OWN reaches. Bodies are broken on purpose: who passes the gate is told so."""
        n_no = 0
        for name, (method, template) in T["routes"].items():
            kind, *what = T["gates"][name]
            if name in ("LOGOUT", "STREAM") or kind in ("FREE", "NEEDS_BY_PATH"):
                continue
            for role in ROLES:
                may = kind == "LOGGED_IN"
                if kind == "NEEDS_GRANT":
                    may = (role, what[0]) in T["grant"]
                elif kind == "NEEDS_ACTION":
                    may = (role, what[0]) in T["right"] or role == "ADMINISTRATOR"
                if may and method == "GET" and ("document" in template or "print" in template):
                    continue  # drawn in test_4
                if may and name in ("KEYS_RESEAL", "RETENTION_RUN"):
                    continue  # they take no body that could be broken, and would be done
                reply = self.ask(key(role, "ubnd"), method, self.path_of(template), None if method in ("GET", "DELETE") else "[")
                if may:
                    self.assertTrue(reply.status not in (401, 403) or reply.code == "person_masked",  # papers, which cannot be masked
                                 f"{role}: {method} {template}: {reply.body[:300]!r}")
                else:
                    self.assertEqual(reply.status, 403, f"{role}: {method} {template}: {reply.body[:300]!r}")
                    self.assertIn(reply.code, ("grant_missing", "right_missing"))
                    n_no += 1
        self.assertGreater(n_no, 200)

    def test_7_lists_of_letters_and_jobs_ask_for_the_right_of_their_kind(self):
        body = json.dumps({"letters": [{"id": made["letter"], "version": 999}]})
        for action, grant in (("sign", "SIGN_LETTERS"), ("number", "KEEP_REGISTERS"), ("issue", "KEEP_REGISTERS")):
            for role in ROLES:
                if (role, grant) not in T["grant"]:
                    self.assertEqual(self.ask(key(role, "ubnd"), "POST", f"/api/v1/letters/actions/{action}", body).status, 403, f"{role} {action}")
        kinds = {r[3] for r in gen.rows(harness.TOP / "proto/tables/jobs.def", "JOB_KIND")}
        for role in ROLES:
            may = any((role, grant) in T["grant"] for grant in kinds)
            self.assertEqual(self.ask(key(role, "ubnd"), "GET", "/api/v1/jobs").status, 200 if may else 403, role)

    def test_8_an_officer_without_a_role_reads_rules_and_no_more(self):
        harness.daemon.rows("UPDATE officer_role SET ended_on = '2022-01-01' WHERE officer_id = (SELECT id FROM officer WHERE login = 'w.head.gddt');"
                            "UPDATE setting SET epoch = epoch + 1;")
        for name, (method, template) in T["routes"].items():
            kind, *what = T["gates"][name]
            if name in ("LOGOUT",) or kind in ("FREE", "NEEDS_BY_PATH"):
                continue
            reply = self.ask("w.head.gddt", method, self.path_of(template), None if method in ("GET", "DELETE") else "[")
            if kind == "LOGGED_IN":
                self.assertNotIn(reply.status, (401, 403), f"{method} {template}")
            else:
                self.assertEqual(reply.status, 403, f"{method} {template}: {reply.body[:300]!r}")
        harness.daemon.rows("UPDATE officer_role SET ended_on = NULL WHERE officer_id = (SELECT id FROM officer WHERE login = 'w.head.gddt')")
        harness.daemon.rows("UPDATE setting SET epoch = epoch - 1")

    def test_9_nothing_was_changed(self):
        self.assertEqual([a for a, b in zip(made["before"], self.content()) if a != b], [])


harness.main(demo=True, at=harness.START)
