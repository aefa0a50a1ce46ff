#!/usr/bin/env python3
"""A slip that was lost: another secret by which the old one is dead, for look-ups, papers and links alike."""
import subprocess

import harness


class LostSlipTest(harness.ApiTest):
    def lookup(self, code, secret, status=200):
        return self.call("POST", "/public/lookup", {"code": code, "secret": secret}, as_=None, status=status)

    def text(self, path):
        pdf = self.call("GET", path, as_="clerk1", status=200).body
        return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()

    def test_1_the_old_secret_is_dead_the_new_one_opens(self):
        made = self.intake()
        code, old = made["code"], made["secret"]
        slip = self.call("GET", made["slip"], as_="clerk1", status=200).body
        self.lookup(code, old)
        renewed = self.act(code, "renew_secret", "clerk1", collector_paper="identity", note="mất giấy hẹn").json
        self.assertNotEqual(renewed["secret"], old)
        self.assertEqual(len(renewed["secret"]), len(old))
        self.lookup(code, old, 404)
        self.assertEqual(self.lookup(code, renewed["secret"]).json["code"], code)
        again = self.call("GET", renewed["slip"], as_="clerk1", status=200).body
        self.assertNotEqual(slip, again)
        self.assertIn("Bản in lại lần 2", self.text(renewed["slip"]))  # of the new one
        third = self.act(code, "renew_secret", "returner1", collector_paper="authorisation").json
        self.assertEqual(len({old, renewed["secret"], third["secret"]}), 3)
        self.lookup(code, renewed["secret"], 404)
        self.lookup(code, third["secret"])
        self.assertNotIn("secret", self.dossier(code, "clerk1"))

    def test_2_who_shows_nothing_gets_nothing(self):
        code = self.intake()["code"]
        for fields, refusal in (({}, "field_required"), ({"collector_paper": "slip"}, "field_value")):
            reply = self.call("POST", f"/api/v1/dossiers/{code}/actions/renew_secret", fields, as_="clerk1", status=422)
            self.assertEqual(reply.code, refusal)
        self.call("POST", f"/api/v1/dossiers/{code}/actions/renew_secret", {"collector_paper": "identity"}, as_="leader1", status=403)

    def test_3_in_every_state_and_nothing_else_changes(self):
        made = self.intake()
        code = made["code"]
        before = self.dossier(code)
        self.act(code, "request_withdrawal", "clerk1", reason="đổi ý")
        self.act(code, "renew_secret", "clerk1", collector_paper="identity")
        self.act(code, "stop", "head_tp", reason="rút")
        after = self.act(code, "renew_secret", "clerk1", collector_paper="identity").json
        self.assertEqual((after["state"], after["due_at"]), ("stopped", before["due_at"]))
        self.assertEqual(self.events(code).count("renew_secret"), 2)

    def test_4_the_same_answer_for_the_same_key(self):
        code = self.intake()["code"]
        path = f"/api/v1/dossiers/{code}/actions/renew_secret"
        first = self.call("POST", path, {"collector_paper": "identity"}, as_="clerk1", status=200, key="lost-1")
        again = self.call("POST", path, {"collector_paper": "identity"}, as_="clerk1", status=200, key="lost-1")
        self.assertEqual(first.json["secret"], again.json["secret"])
        self.assertEqual(self.events(code).count("renew_secret"), 1)

    def test_5_verify_finds_no_difference(self):
        verified = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(verified.returncode, 0, verified.stdout)


harness.main(demo=True, at=harness.START)
