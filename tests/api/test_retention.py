#!/usr/bin/env python3
"""How long personal data are kept, and what is held about one person."""
import harness

PERSON = {"name": "Ngô Thị Quên", "identity": "040087009999", "phone": "0912009999", "address": "xóm 9, xã Tân Kỳ", "email": "quen@vi.du.vn"}
WHY = {"source": "QĐ 1/QĐ-UBND", "reason": "thử"}
made = {}


class RetentionTest(harness.ApiTest):
    def rules(self):
        return {r["what"]: r for r in self.call("GET", "/api/v1/retention", as_="admin", status=200).json["items"]}

    def set(self, what, status=200, **fields):
        return self.call("PUT", f"/api/v1/retention/{what}", {**WHY, **fields}, as_="admin", status=status)

    def run_it(self):
        return self.job_ended(self.call("POST", "/api/v1/retention", None, as_="admin", status=202).json["id"])["result"]

    def export(self, as_="inspector1", status=200, **by):
        return self.call("POST", "/api/v1/persons/export", by, as_=as_, status=status)

    def test_1_what_is_held_about_one_person(self):
        made["ended"] = code = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": PERSON, "is_submission": True},
                                         as_="clerk1", status=201).json["code"]
        self.act(code, "accept", "clerk1")
        self.call("GET", f"/api/v1/dossiers/{code}/slip", as_="clerk1", status=200)
        self.act(code, "stop", "leader1", reason="bà Quên không còn nhu cầu")
        self.until(lambda: self.export(identity="040 087-009999").json["reads"])
        for by in ({"identity": "040 087-009999"}, {"phone": "0912.009.999"}, {"dossier": code}):
            held = self.export(**by).json
            self.assertEqual([(v["name"], v["identity"], v["address"]) for v in held["versions"]],
                             [(PERSON["name"], PERSON["identity"], PERSON["address"])])
            self.assertEqual([(d["code"], d["part"]) for d in held["dossiers"]], [(code, "applicant")])
            self.assertIn("bà Quên không còn nhu cầu", [r["text"] for r in held["remarks"]])
            self.assertEqual([p["kind"] for p in held["papers"]], ["receipt"])
            self.assertTrue(held["messages"])
            self.assertIn(("clerk1", "slip"), [(r["officer"], r["what"]) for r in held["reads"]])
        self.assertEqual(self.export(as_="leader1", dossier=code).json["dossiers"][0]["code"], code)

    def test_2_who_may_not_and_who_is_not_there(self):
        for who in ("clerk1", "head_tp", "records1", "statistician1"):
            self.export(as_=who, status=403, dossier=made["ended"])
        self.assertEqual(self.export(status=404, identity="123").code, "person_unknown")
        self.assertEqual(self.export(status=422).code, "person_export_one")
        self.assertEqual(self.export(status=422, identity="1", phone="2").code, "person_export_one")
        self.assertNotIn(PERSON["identity"], harness.daemon.log())
        self.assertNotIn("040 087-009999", harness.daemon.log())
        self.until(lambda: harness.daemon.rows("SELECT 1 FROM read_log WHERE what = 'person_export' AND person_id IS NOT NULL"))

    def test_3_rules_are_off_and_an_edit_is_logged(self):
        rules = self.rules()
        self.assertEqual({(r["what"], r["is_active"]) for r in rules.values()},
                         {(what, False) for what in ("persons", "reads", "security_events", "messages")})
        self.assertEqual(set(self.run_it().values()), {0})
        self.set("persons", 422, keep_months=11, is_active=True)
        self.set("persons", 422, keep_months=1201, is_active=True)
        self.set("persons", keep_months=1200, is_active=False)
        self.assertEqual(self.set("nothing", 404, is_active=True).code, "item_unknown")
        self.call("PUT", "/api/v1/retention/persons", {**WHY, "is_active": True}, as_="clerk1", status=403)
        self.set("persons", keep_months=12, is_active=True)
        self.assertIn(("retention", "persons"), [(c["kind"], c["key"]) for c in self.call("GET", "/api/v1/changes", as_="admin", status=200).json["items"]])

    def test_3a_the_command_line(self):
        shown = self.cli("retention")
        self.assertEqual((shown.returncode, "security_events" in shown.stdout), (0, True), shown.stderr)
        edited = self.cli("retention", "set", "security_events", "--keep-months", 40, "--source", "QĐ 1", "--reason", "thử")
        self.assertEqual((edited.returncode, self.rules()["security_events"]["keep_months"]), (0, 40), edited.stderr)
        self.assertEqual(self.cli("retention", "burn").returncode, 2)
        keys = self.cli("keys")
        self.assertEqual((keys.returncode, "yes" in keys.stdout), (0, True), keys.stderr)
        number = harness.daemon.write("number", PERSON["identity"] + "\n")
        refused = self.cli("person", "export", "--identity-file", number)  # an administrator answers for no person
        self.assertEqual(refused.returncode, 1)
        self.assertIn("Export what is held", refused.stderr)
        self.assertEqual(self.cli("person", "export").returncode, 2)

    def test_4_nobody_with_an_open_or_a_younger_dossier_is_forgotten(self):
        made["open"] = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {**PERSON, "identity": "040087008888", "phone": "0912008888"}},
                                 as_="clerk1", status=201).json["code"]
        self.assertEqual(self.rules()["persons"]["n"], 0)
        self.assertEqual(self.run_it()["persons"], 0)
        harness.daemon.rows("UPDATE read_log SET at = at - interval '6 years' WHERE what = 'slip'")
        self.set("reads", keep_months=12, is_active=True)
        self.set("messages", keep_months=12, is_active=True)
        self.clock_to("2023-08-05T08:00:00+07:00")
        self.assertEqual((self.rules()["persons"]["n"], self.rules()["reads"]["n"]), (1, 1))
        self.assertEqual(self.dossier(made["ended"], as_="clerk1")["applicant"]["name"], PERSON["name"])  # a look takes nothing

    def test_5_what_is_past_its_rule_goes_and_the_chain_stays(self):
        harness.daemon.rows("UPDATE outbox SET state = 'sent'")  # what waits is not taken
        gone = self.run_it()
        self.assertEqual((gone["persons"], gone["reads"]), (1, 1))
        self.assertGreaterEqual(gone["messages"], 1)
        self.assertEqual(set(self.run_it().values()), {0})
        applicant = self.dossier(made["ended"], as_="clerk1")["applicant"]
        self.assertEqual((applicant["name"], applicant.get("identity"), applicant.get("phone"), applicant.get("address"), applicant.get("email")),
                         ("-", None, None, None, None))
        for text in (PERSON["identity"], "ngo thi quen", PERSON["phone"]):
            found = self.call("GET", f"/api/v1/search?q={text.replace(' ', '%20')}", as_="clerk1", status=200).json["items"]
            self.assertNotIn(made["ended"], [d["code"] for d in found])
        self.assertNotIn("Quên", self.call("GET", f"/api/v1/dossiers/{made['ended']}/events?limit=200", as_="clerk1", status=200).body.decode())
        self.assertEqual(self.dossier(made["open"], as_="clerk1")["applicant"]["identity"], "040087008888")
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM paper WHERE data <> ''"), [["0"]])
        self.assertTrue(self.export(dossier=made["ended"]).json["versions"][0]["forgotten_at"])
        verified = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(verified.returncode, 0, verified.stdout[-900:] + verified.stderr[-600:])

    def test_6_who_comes_again_is_entered_anew(self):
        before = harness.daemon.rows("SELECT count(*) FROM person")[0][0]
        self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": PERSON}, as_="clerk1", status=201)
        self.assertEqual(int(harness.daemon.rows("SELECT count(*) FROM person")[0][0]), int(before) + 1)


harness.main(demo=True, at=harness.START)
