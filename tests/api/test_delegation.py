#!/usr/bin/env python3
"""Who stands in for whom: between two days, in a role the other one holds, never lent on; what was done so says in whose place; four eyes hold."""
import subprocess
import tempfile
import pathlib

import harness

WHY = {"source": "QĐ 9/QĐ-TP", "reason": "nghỉ phép"}
DAYS = {"from_on": "2022-08-01", "to_on": "2022-08-05"}
made = {}


class DelegationTest(harness.ApiTest):
    def delegate(self, as_, to, role, office, status=201, **more):
        return self.call("POST", "/api/v1/delegations", {"to": to, "role": role, "office": office, **DAYS, **WHY, **more}, as_=as_, status=status)

    def withdraw(self, number, as_, status=200):
        return self.call("POST", f"/api/v1/delegations/{number}/actions/withdraw", {"reason": "đã về"}, as_=as_, status=status)

    def at_desk(self, who="officer1"):
        """A dossier held by an officer of the division."""
        code = self.intake("TP-10", as_="clerk1")["code"]
        for giver, taker in (("clerk1", "head_tp"), ("head_tp", who)):
            self.act(code, "forward", giver, officer=taker)
            self.act(code, "take_over", taker)
        return code

    def event(self, code):
        return self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_="admin", status=200).json["items"][-1]

    def test_1_what_cannot_be_lent(self):
        refused = [("officer1", "officer1", "officer", "tp", 422, "delegation_self", {}), ("officer1", "officer2", "head", "tp", 409, "role_not_held", {}),
                   ("officer1", "nobody", "officer", "tp", 422, "officer_unknown", {}), ("officer1", "officer2", "officer", "nowhere", 422, "office_unknown", {}),
                   ("officer1", "officer2", "officer", "tp", 422, "delegation_days", {"to_on": "2022-07-31"}),
                   ("officer1", "officer2", "officer", "tp", 422, "delegation_days", {"from_on": "2022-08-06"}),
                   ("officer1", "officer2", "officer", "tp", 422, "delegation_days", {"to_on": "2023-08-03"}),
                   ("officer1", "officer3", "officer", "tp", 403, "grant_missing", {"from": "officer2"}),
                   ("head_tckh", "officer2", "officer", "tp", 403, "grant_missing", {"from": "officer1"}),
                   ("inspector1", "officer2", "officer", "tp", 403, "grant_missing", {"from": "officer1"})]
        for as_, to, role, office, status, code, more in refused:
            reply = self.delegate(as_, to, role, office, status, **more)
            self.assertEqual(reply.code, code, (as_, to, more))
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM delegation"), [["0"]])
        year = self.delegate("officer1", "officer2", "officer", "tp", to_on="2023-08-02").json  # 366 days after the first
        self.withdraw(year["id"], "officer1")

    def test_2_the_deputy_has_the_role_and_the_desk_until_it_is_withdrawn(self):
        code = self.at_desk("officer1")
        self.act(code, "pledge", "officer2", 403, pledged_at="2022-08-03T16:00:00+07:00")
        d = self.delegate("officer1", "officer2", "officer", "tp").json
        self.assertEqual((d["from"], d["to"], d["kind"], d["is_running"]), ("officer1", "officer2", "deputy", True))
        self.assertEqual(self.delegate("officer1", "officer2", "officer", "tp", 409).code, "delegation_stands")
        role = [r for r in self.call("GET", "/api/v1/me", as_="officer2", status=200).json["roles"] if "on_behalf_of" in r]
        self.assertEqual([(r["role"], r["office"], r["on_behalf_of"], r["until"]) for r in role], [("officer", "tp", "officer1", "2022-08-05")])
        mine = self.call("GET", "/api/v1/queues/mine", as_="officer2", status=200).json["items"]
        self.assertIn(code, [m["code"] for m in mine])
        self.assertIn("pledge", self.dossier(code, "officer2")["allowed_actions"])
        self.act(code, "pledge", "officer2", pledged_at="2022-08-03T16:00:00+07:00")
        e = self.event(code)
        self.assertEqual((e["officer"], e["on_behalf_of"]), ("officer2", "officer1"))
        self.assertEqual(self.delegate("officer2", "officer3", "officer", "tp").json["from"], "officer2")  # the own role of the deputy, not the lent one
        lent_on = [m["code"] for m in self.call("GET", "/api/v1/queues/mine", as_="officer3", status=200).json["items"]]
        self.assertNotIn(code, lent_on)
        self.act(code, "pledge", "officer3", 403, pledged_at="2022-08-03T16:00:00+07:00")
        self.withdraw(d["id"], "officer3", 404)
        self.withdraw(d["id"], "officer1")
        self.assertEqual(self.withdraw(d["id"], "officer1", 409).code, "delegation_ended")
        self.act(code, "pledge", "officer2", 403, pledged_at="2022-08-03T16:00:00+07:00")
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM reference_change WHERE action IN ('delegate', 'undelegate')"), [["5"]])

    def test_3_whom_it_concerns_sees_it(self):
        d = self.delegate("head_tp", "officer2", "head", "tp", **{"from_on": "2022-08-02"}).json
        self.assertFalse(d["is_running"])
        for who, sees in (("head_tp", True), ("officer2", True), ("admin", True), ("leader1", True), ("officer5", False), ("head_tckh", False)):
            items = self.call("GET", "/api/v1/delegations?officer=head_tp", as_=who, status=200).json["items"]
            self.assertEqual(d["id"] in [i["id"] for i in items], sees, who)
        self.assertEqual([i["id"] for i in self.call("GET", "/api/v1/delegations?officer=head_tp&on=2022-08-01", as_="admin", status=200).json["items"]], [])
        made["head"] = d["id"]

    def test_4_it_begins_and_ends_with_its_days(self):
        code = self.at_desk("officer1")
        self.act(code, "assign", "officer2", 403, officer="officer2")
        self.clock_to("2022-08-02T08:00:00+07:00")
        self.act(code, "assign", "officer2", officer="officer2")
        self.assertEqual(self.event(code)["on_behalf_of"], "head_tp")
        self.clock_to("2022-08-05T23:59:00+07:00")
        self.act(code, "assign", "officer2", officer="officer1")
        self.clock_to("2022-08-06T00:00:30+07:00")
        self.act(code, "assign", "officer2", 403, officer="officer2")

    def test_5_a_role_that_ended_is_lent_no_more(self):
        code = self.at_desk("officer1")
        days = {"from_on": "2022-08-06", "to_on": "2022-09-30"}
        self.delegate("admin", "officer2", "officer", "tp", **{"from": "officer1"}, **days)
        self.act(code, "pledge", "officer2", pledged_at="2022-08-09T16:00:00+07:00")
        roles = {"roles": [{"role": "officer", "office": "tp"}], "effective_on": "2022-08-01", **WHY}
        self.call("POST", "/api/v1/officers/officer1/roles", {**roles, "is_end": True}, as_="admin", status=200)
        self.act(code, "pledge", "officer2", 403, pledged_at="2022-08-09T16:00:00+07:00")
        self.call("POST", "/api/v1/officers/officer1/roles", roles, as_="admin", status=200)
        self.act(code, "pledge", "officer2", pledged_at="2022-08-09T15:00:00+07:00")

    def test_6_two_who_stand_in_for_each_other_are_one_pair_of_hands(self):
        days = {"from_on": "2022-08-06", "to_on": "2022-08-31"}
        code = self.intake("TP-10", as_="clerk1")["code"]
        second = lambda who: {"second_person": who, "second_password": self.passwords.get(who, harness.PASSWORD), "reason": "nhập trùng"}
        d = self.delegate("clerk1", "clerk2", "clerk", "mc", **days).json
        self.assertEqual(self.act(code, "close_mistake", "clerk1", 422, **second("clerk2")).code, "second_one_hand")
        self.assertEqual(self.act(code, "close_mistake", "clerk2", 422, **second("clerk1")).code, "second_one_hand")
        self.assertEqual(self.act(code, "close_mistake", "clerk1", 422, **second("officer5")).code, "second_no_right")
        self.assertEqual(self.act(code, "close_mistake", "clerk1", 422, reason="nhập trùng").code, "second_person")
        self.assertEqual(self.act(code, "close_mistake", "clerk1", 422, **second("clerk1")).code, "second_person")
        self.withdraw(d["id"], "admin")
        self.act(code, "close_mistake", "clerk1", **second("clerk2"))

    def test_7_who_words_a_letter_or_asks_for_it_does_not_sign_it(self):
        days = {"from_on": "2022-08-06", "to_on": "2022-12-31"}
        code = self.at_desk("officer1")
        self.act(code, "owe_letter", "leader1", trigger="lost_file", reason="Mất bản chính")
        letter = self.until(lambda: self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"], 75)[0]
        path = f"/api/v1/letters/{letter['id']}/actions/"
        sign = lambda who, status: self.call("POST", path + "sign", {}, as_=who, status=status)
        self.assertEqual(sign("leader1", 409).code, "letter_own_draft")
        d = self.delegate("leader1", "head_gddt", "leader", "ubnd", kind="authorised", **days).json  # stands in for whoever asked for it
        self.assertEqual(sign("head_gddt", 409).code, "letter_own_draft")
        self.withdraw(d["id"], "leader1")
        self.call("POST", path + "revise", {"reason": "Văn phòng làm mất bản chính"}, as_="leader2", status=200)
        self.assertEqual(sign("leader2", 409).code, "letter_own_draft")
        self.delegate("leader2", "head_gddt", "leader", "ubnd", kind="authorised", **days)
        self.assertEqual(sign("head_gddt", 409).code, "letter_own_draft")
        self.call("POST", "/api/v1/officers/head_tckh/roles", {"roles": [{"role": "leader", "office": "ubnd"}], "effective_on": "2022-08-01", **WHY},
                  as_="admin", status=200)
        self.delegate("head_tckh", "head_yt", "leader", "ubnd", kind="authorised", **days)
        offered = {who: "sign_letter" in self.call("GET", f"/api/v1/letters/{letter['id']}", as_=who, status=200).json["allowed_actions"]
                   for who in ("leader1", "leader2", "head_gddt", "head_yt", "head_tckh")}
        self.assertEqual(offered, {"leader1": False, "leader2": False, "head_gddt": False, "head_yt": True, "head_tckh": True})
        self.assertEqual(sign("head_yt", 200).json["state"], "signed")
        self.assertEqual((self.event(code)["officer"], self.event(code)["on_behalf_of"]), ("head_yt", "head_tckh"))
        self.call("POST", path + "unsign", {"reason": "xem lại"}, as_="leader1", status=200)
        self.assertEqual(sign("leader1", 409).code, "letter_own_draft")  # sent back, it is still asked for by the same
        sign("head_yt", 200)
        pdf = self.call("GET", f"/api/v1/letters/{letter['id']}/document", as_="admin", status=200).body
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "x.pdf").write_bytes(pdf)
            text = subprocess.run(["pdftotext", "-layout", f"{folder}/x.pdf", "-"], check=True, capture_output=True, text=True).stdout
        self.assertIn("TUQ. CHỦ TỊCH", " ".join(text.split()))
        self.assertIn("TRƯỞNG PHÒNG", " ".join(text.split()))

    def test_7_on_the_command_line(self):
        made = self.cli("delegation", "new", "--away", "officer5", "--stands-in", "officer6", "--role", "officer@vhtt", "--stand-kind", "deputy",
                        "--from-on", "2022-08-06", "--to-on", "2022-08-20", "--source", "QĐ 3", "--reason", "nghỉ phép")
        self.assertEqual(made.returncode, 0, made.stderr)
        number = next(line.split()[-1] for line in made.stdout.splitlines() if line.startswith("Id"))
        listed = self.cli("delegation", "list", "--officer", "officer5")
        self.assertIn(number, listed.stdout)
        self.assertEqual(self.cli("delegation", "withdraw", number, "--reason", "thôi").returncode, 0)
        self.assertNotEqual(self.cli("delegation", "new", "--stands-in", "officer6", "--role", "officer", "--from-on", "2022-08-06", "--to-on",
                                     "2022-08-20", "--source", "QĐ 3", "--reason", "x").returncode, 0)

    def test_8_a_ruleset_may_leave_it_to_one_head_alone(self):
        harness.daemon.rows("INSERT INTO ruleset_parameter (ruleset_id, name, value) SELECT id, 'signer_may_draft', 'yes' FROM ruleset;"
                            "UPDATE setting SET epoch = epoch + 1")
        code = self.at_desk("officer1")
        self.act(code, "owe_letter", "leader1", trigger="lost_file", reason="Mất bản chính")
        letter = self.until(lambda: self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"], 75)[0]
        self.call("POST", f"/api/v1/letters/{letter['id']}/actions/sign", {}, as_="leader1", status=200)
        harness.daemon.rows("DELETE FROM ruleset_parameter WHERE name = 'signer_may_draft'; UPDATE setting SET epoch = epoch + 1")


harness.main(demo=True, at=harness.START)
