#!/usr/bin/env python3
"""Who made it late: declared time with its evidence, what is found when it arrives, objections and decisions."""
import datetime
import json
import time

import harness

VI = {"Accept-Language": "vi"}


def wait_until(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)  # the daemon's own timers and jobs, on the real clock
    return what()


class CauseTest(harness.ApiTest):
    def cause(self, code, as_="admin", **headers):
        return self.call("GET", f"/api/v1/dossiers/{code}/cause", as_=as_, status=200, headers=headers.get("headers")).json

    def declare(self, as_="leader1", status=201, **fields):
        """Declares, and waits until the causes it concerns are found again."""
        reply = self.call("POST", "/api/v1/objective-intervals", {"kind": "force_majeure", "reason": "Bão số 3", **fields}, as_=as_, status=status)
        return self.done(reply) if status == 201 else reply

    def change(self, interval, as_="leader1", status=200, headers=None, **fields):
        reply = self.call("POST", f"/api/v1/objective-intervals/{interval['id']}/changes", fields, as_=as_, status=status, headers=headers)
        return self.done(reply) if status == 200 else reply

    def withdraw(self, interval, as_="leader1", status=200, **fields):
        reply = self.call("POST", f"/api/v1/objective-intervals/{interval['id']}/actions/withdraw", {"reason": "Khai nhầm", **fields}, as_=as_, status=status)
        return self.done(reply) if status == 200 else reply

    def done(self, reply):
        job = reply.json["job"]
        self.assertTrue(wait_until(lambda: self.job(job)["state"] == "done"), self.job(job))
        return reply.json

    def job(self, path):
        return self.call("GET", path, as_="admin", status=200).json

    def result(self, interval):
        got = self.job(interval["job"])
        return json.loads(got["result"]) if isinstance(got["result"], str) else got["result"]

    def with_officer(self):
        """In the examination: 48 working hours of budget."""
        code = self.intake("TP-10")["code"]
        for giver, taker in (("clerk1", "head_tp"), ("head_tp", "officer1")):
            self.act(code, "forward", as_=giver, officer=taker)
            self.act(code, "take_over", as_=taker)
        return code

    def found(self, code):
        self.sweep()
        self.assertTrue(wait_until(lambda: "draft_letter" in self.events(code)), self.events(code))

    def letter(self, code):
        return self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"][-1]

    def letter_act(self, letter, action, as_, **fields):
        return self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", fields, as_=as_, status=200).json

    def verified(self):
        done = harness.daemon.command("verify", "--config", harness.daemon.config, "--json")
        findings = [f for f in json.loads(done.stdout)["findings"] if not f["is_warning"]]
        self.assertEqual(findings, [])

    # ---- declared time ----

    def test_a_a_head_speaks_for_the_own_office(self):
        times = {"from": "2022-08-01T07:00:00+07:00", "to": "2022-08-01T08:00:00+07:00"}
        own = self.declare("head_tp", kind="outage", evidence="SC-1", **times)
        self.assertEqual((own["offices"], own["declared_by"], own["allowed_actions"]), (["tp"], "head_tp", ["amend", "withdraw"]))
        self.assertEqual(self.declare("head_tp", offices=["vp"], status=403, **times).code, "grant_missing")
        self.assertEqual(self.declare("clerk1", status=403, **times).code, "grant_missing")
        self.declare("leader1", offices=["tp", "x01"], **times)
        everywhere = self.declare("admin", **times)
        self.assertEqual(everywhere["offices"], [])
        self.assertEqual(self.change(everywhere, "leader1", 403, reason="x", evidence="y").code, "grant_missing")
        self.assertEqual(self.withdraw(own, "head_tckh", 403).code, "grant_missing")
        read = self.call("GET", f"/api/v1/objective-intervals/{own['id']}", as_="head_tckh", status=200)
        self.assertEqual((read.json["evidence"], read.json["allowed_actions"]), ("SC-1", []))
        self.call("GET", "/api/v1/objective-intervals/99999", as_="admin", status=404)
        self.call("GET", "/api/v1/objective-intervals/x", as_="admin", status=404)

    def test_b_what_is_asked_for_twice_is_declared_once(self):
        fields = {"from": "2022-08-01T07:00:00+07:00", "to": "2022-08-01T07:30:00+07:00", "offices": ["tckh"], "evidence": "SC-2"}
        first = self.declare(**fields)
        self.assertEqual(self.declare(**fields)["id"], first["id"])
        self.assertNotEqual(self.declare(**{**fields, "evidence": "SC-3"})["id"], first["id"])

    def test_c_an_edit_leaves_what_was_said_before_in_the_log(self):
        one = self.declare(offices=["ubnd"], procedures=["TP-10", "TP-11"], kind="outage", **{"from": "2022-08-01T07:00:00+07:00"})
        self.assertIsNone(one["to"])
        etag = self.call("GET", f"/api/v1/objective-intervals/{one['id']}", as_="admin", status=200).headers["etag"]
        two = self.change(one, reason="Đã khắc phục", to="2022-08-01T07:45:00+07:00", evidence="SC-77", offices=["tp"],
                          procedures=["TP-10"], steps=[{"number": 3}], headers={"If-Match": etag})
        self.assertEqual((two["to"], two["evidence"], two["offices"], two["procedures"], two["steps"]),
                         ("2022-08-01T07:45:00+07:00", "SC-77", ["tp"], ["TP-10"], [{"number": 3}]))
        self.assertEqual(self.change(one, status=412, reason="x", evidence="y", headers={"If-Match": etag}).code, "objective_stale")
        self.assertEqual(self.change(one, status=422, reason="x", offices=["tckh"]).code, "objective_wider")
        self.assertEqual(self.change(one, status=422, reason="x", procedures=["TP-11"]).code, "objective_wider")
        self.assertEqual(self.change(one, status=422, reason="x", steps=[{"number": 5}]).code, "objective_wider")
        self.assertEqual(self.change(one, status=422, reason="x", evidence="SC-77").code, "objective_no_change")
        self.assertEqual(self.change(one, status=422, reason="x", to="2022-07-01T07:45:00+07:00").code, "interval_backwards")
        gone = self.withdraw(two)
        self.assertEqual((gone["withdrawal_reason"], gone["allowed_actions"]), ("Khai nhầm", []))
        self.assertEqual(self.withdraw(two, status=409).code, "objective_withdrawn")
        log = self.call("GET", f"/api/v1/changes?kind=objective&key={one['id']}", as_="admin", status=200).json["items"]
        self.assertEqual([c["action"] for c in log], ["withdraw", "amend", "declare"])
        self.assertEqual((log[1]["author"], log[1]["reason"]), ("leader1", "Đã khắc phục"))
        before, after = json.loads(log[1]["before"]), json.loads(log[1]["after"])
        self.assertEqual((before["offices"], after["offices"], "evidence" in before, after["evidence"]), (["ubnd"], ["tp"], False, "SC-77"))
        refused = self.call("POST", f"/api/v1/objective-intervals/{one['id']}/changes", {"reason": "x", "evidence": "y"}, as_="leader1", status=409, headers=VI)
        self.assertIn("đã được rút", refused.json["detail"])

    def test_d_the_list_is_filtered_and_paged(self):
        def ids(query, as_="admin"):
            return [i["id"] for i in self.call("GET", f"/api/v1/objective-intervals?{query}", as_=as_, status=200).json["items"]]
        standing, withdrawn = ids("limit=200"), ids("state=withdrawn")
        self.assertTrue(standing and withdrawn and not set(standing) & set(withdrawn))
        self.assertEqual(sorted(ids("state=all&limit=200")), sorted(standing + withdrawn))
        self.assertTrue(set(ids("kind=outage")) < set(standing))
        self.assertTrue(set(ids("office=tckh")) < set(standing))
        self.assertTrue(set(ids("office=x01")) & set(standing))
        self.assertEqual(ids("from=2022-09-01"), [])
        self.assertEqual(ids("to=2022-07-31"), [])
        page = self.call("GET", "/api/v1/objective-intervals?limit=1", as_="admin", status=200).json
        self.assertEqual(ids(f"limit=1&after={page['next']}"), standing[1:2])
        self.assertEqual(self.call("GET", "/api/v1/objective-intervals?after=x", as_="admin", status=422).code, "list_after")
        code = self.intake("TP-10")["code"]
        self.declare("head_tp", dossier=code, kind="site_access", evidence="BB-1", **{"from": "2022-08-01T07:00:00+07:00"})
        self.assertEqual(len(ids(f"dossier={code}")), 1)
        self.assertEqual(ids(f"dossier={code}", "head_tckh"), [])  # of a dossier that this one may not read

    def test_e_an_outage_may_be_announced_and_a_storm_may_not(self):
        ahead = {"from": "2022-08-06T07:00:00+07:00", "to": "2022-08-06T17:00:00+07:00", "offices": ["tp"]}
        self.assertEqual(self.declare(status=422, **ahead).code, "objective_ahead")
        self.withdraw(self.declare(kind="outage", evidence="TB-9", **ahead))

    # ---- finding again ----

    def test_f_evidence_that_arrives_makes_a_new_finding(self):
        CauseTest.code = code = self.with_officer()
        CauseTest.other = self.with_officer()
        self.clock_to("2022-08-18T17:01:00+07:00")  # due Monday the 15th
        self.found(code)
        before = self.cause(code)
        self.assertEqual((before["verdict"], before["cause"], before["at_fault_office"], before["counts_as"]), ("subjective", "idle", "tp", "subjective"))
        self.assertEqual((before["objective_minutes"], before["intervals"], len(before["findings"])), (0, [], 1))
        held = before["segments"][-1]
        self.assertEqual((held["office"], held["officer"], held["step"], held["budget_minutes"]), ("tp", "officer1", 3, 48 * 60))
        self.assertEqual(held["used_minutes"], held["budget_minutes"] + held["overrun_minutes"])
        letter = self.letter(code)
        storm = {"offices": ["tp"], "procedures": ["TP-10"], "steps": [{"number": 3}], "from": "2022-08-02T00:00:00+07:00", "to": "2022-08-18T12:00:00+07:00"}
        CauseTest.storm = bare = self.declare(**storm)
        self.assertEqual(self.result(bare)["found"], 2)
        now = self.cause(code)
        self.assertEqual((now["verdict"], now["counts_as"], now["is_evidence_missing"]), ("undetermined", "subjective", True))
        proven = self.change(bare, reason="Có công điện", evidence="Công điện 07/CĐ-UBND")
        now = self.cause(code)
        self.assertEqual((now["verdict"], now["cause"], now["at_fault_office"], now["counts_as"]), ("objective", "force_majeure", None, "objective"))
        self.assertEqual([f["verdict"] for f in now["findings"]], ["subjective", "undetermined", "objective"])
        self.assertEqual([f.get("change") for f in now["findings"]], [None, bare["version"], proven["version"]])
        self.assertEqual((now["intervals"][0]["id"], now["intervals"][0]["evidence"]), (bare["id"], "Công điện 07/CĐ-UBND"))
        self.assertEqual(now["intervals"][0]["minutes"], now["objective_minutes"])
        self.assertTrue(now["late_without_overrun"] and not now["late_without_objective"])
        self.assertLess(now["end_without_objective_at"], now["end_at"])
        again = self.letter(code)  # the same draft, and it gives the cause that is found now
        self.assertEqual((again["id"], again["state"], again["verdict"]), (letter["id"], "drafted", "objective"))
        self.assertEqual(self.events(code).count("unsign_letter"), 2)
        vi = self.cause(code, headers=VI)
        self.assertIn("Nguyên nhân: Khách quan (Thiên tai, dịch bệnh)", vi["words"])
        self.assertIn("Nếu không có thời gian khách quan", vi["findings"][-1]["words"])
        self.assertIn("Without the objective time", now["findings"][-1]["words"])
        self.verified()

    def test_g_a_withdrawal_is_a_new_finding_as_well(self):
        gone = self.withdraw(self.storm)
        self.assertEqual(self.result(gone)["found"], 2)
        now = self.cause(self.code)
        self.assertEqual((now["verdict"], len(now["findings"]), now["intervals"]), ("subjective", 4, []))
        items = self.call("GET", f"{gone['job']}/items", as_="leader1", status=200).json["items"]  # whoever ordered it may read it
        self.assertEqual({json.loads(i["item"])["after"] if isinstance(i["item"], str) else i["item"]["after"] for i in items}, {"subjective"})
        self.call("POST", f"{gone['job']}/actions/cancel", as_="leader1", status=403)

    def test_h_what_touches_nothing_writes_nothing(self):
        before = self.events(self.code)
        nothing = self.declare(offices=["tckh"], evidence="CĐ-8", **{"from": "2022-08-02T00:00:00+07:00", "to": "2022-08-10T12:00:00+07:00"})
        self.assertEqual(self.result(nothing)["found"], 0)
        night = self.declare(offices=["tp"], evidence="CĐ-9", **{"from": "2022-08-02T18:00:00+07:00", "to": "2022-08-03T06:00:00+07:00"})
        self.assertEqual(self.result(night)["found"], 0)
        self.assertEqual(self.events(self.code), before)

    def test_i_a_letter_that_has_left_stands(self):
        letter = self.letter(self.other)
        for action, who in (("sign", "leader1"), ("number", "records1"), ("issue", "records1")):
            self.letter_act(letter, action, who)
        storm = self.declare(offices=["tp"], evidence="Công điện 08/CĐ-UBND", **{"from": "2022-08-02T00:00:00+07:00", "to": "2022-08-18T12:00:00+07:00"})
        self.assertEqual(self.letter(self.other)["state"], "issued")
        self.assertEqual(self.cause(self.other)["verdict"], "objective")
        items = self.call("GET", f"{storm['job']}/items?limit=200", as_="admin", status=200).json["items"]
        told = [i["item"] if isinstance(i["item"], dict) else json.loads(i["item"]) for i in items]
        self.assertTrue(next(t for t in told if t["dossier"] == self.other)["has_letter_left"])
        self.assertEqual(self.events(self.other).count("draft_letter"), 1)
        self.withdraw(storm)
        self.verified()

    # ---- objecting, deciding ----

    def test_j_an_office_found_responsible_objects_and_decides_nothing(self):
        self.assertEqual(self.act(self.code, "object_cause", "head_tp", status=422).code, "field_required")
        self.assertIn("object_cause", self.cause(self.code, "head_tp")["allowed_actions"])
        self.act(self.code, "object_cause", "head_tp", reason="Phải chờ hồ sơ gốc của Sở")
        self.act(self.code, "object_cause", "officer1", status=403, reason="x")
        self.act(self.code, "decide_cause", "head_tp", status=403, cause="force_majeure", reason="x", evidence="y")
        got = self.cause(self.code)
        self.assertEqual(got["verdict"], "subjective")
        self.assertEqual([(o["office"], o["reason"]) for o in got["objections"]], [("tp", "Phải chờ hồ sơ gốc của Sở")])
        self.assertEqual(got["decisions"], [])
        # who has it in hand and was not found responsible has nothing to object to
        self.act(self.code, "object_cause", "leader1", status=403, reason="x")

    def test_j_nor_does_who_stands_in_for_one_of_it(self):
        """The head of the office found responsible is a leader too: he judges nothing, and nobody in his place does."""
        why = {"source": "QĐ 1", "reason": "thử"}
        role = {"roles": [{"role": "leader", "office": "ubnd"}], "effective_on": "2022-07-01", **why}
        self.call("POST", "/api/v1/officers/head_tp/roles", role, as_="admin", status=200)
        lent = self.call("POST", "/api/v1/delegations", {"from": "head_tp", "to": "head_vhtt", "role": "leader", "office": "ubnd",
                         "from_on": "2022-08-01", "to_on": "2023-07-31", **why}, as_="admin", status=201).json
        for who in ("head_tp", "head_vhtt"):
            reply = self.act(self.code, "decide_cause", who, status=409, cause="force_majeure", reason="x", evidence="y")
            self.assertEqual(reply.code, "cause_own_office", reply.body)
            self.assertNotIn("decide_cause", self.cause(self.code, who)["allowed_actions"])
        self.call("POST", f"/api/v1/delegations/{lent['id']}/actions/withdraw", {"reason": "thử"}, as_="admin", status=200)
        self.call("POST", "/api/v1/officers/head_tp/roles", {**role, "is_end": True}, as_="admin", status=200)

    def test_k_a_leader_above_every_office_decides_with_reason_and_evidence(self):
        self.assertIn("decide_cause", self.cause(self.code, "leader1")["allowed_actions"])
        self.assertEqual(self.act(self.code, "decide_cause", "leader1", status=422, cause="other_authority", evidence="CV 12").code, "field_required")
        refused = self.act(self.code, "decide_cause", "leader1", status=422, cause="other_authority", reason="Đúng là chờ Sở")
        self.assertEqual((refused.code, refused.json["field"]), ("field_required", "evidence"))
        self.assertEqual(self.act(self.code, "decide_cause", "leader1", status=422, cause="unknown", reason="x", evidence="y").code, "field_value")
        self.act(self.code, "decide_cause", "leader1", cause="other_authority", reason="Đúng là chờ Sở", evidence="CV 12/STP")
        got = self.cause(self.code)
        self.assertEqual((got["verdict"], got["cause"], got["is_decided"], got["counts_as"]), ("objective", "other_authority", True, "objective"))
        self.assertEqual((got["findings"][-1]["verdict"], len(got["objections"])), ("subjective", 1))
        self.assertIn("CV 12/STP", got["decisions"][0]["reason"])
        self.assertTrue(wait_until(lambda: self.letter(self.code)["verdict"] == "objective"))
        self.act(self.code, "object_cause", "head_tp", status=409, reason="x")  # nobody is responsible now

    def test_l_the_machine_finds_on_beside_a_decision(self):
        found = len(self.cause(self.code)["findings"])
        storm = self.declare(offices=["tp"], evidence="Công điện 09/CĐ-UBND", **{"from": "2022-08-02T00:00:00+07:00", "to": "2022-08-18T12:00:00+07:00"})
        got = self.cause(self.code)
        self.assertEqual((len(got["findings"]), got["findings"][-1]["cause"], got["cause"]), (found + 1, "force_majeure", "other_authority"))
        self.withdraw(storm)
        self.act(self.code, "decide_cause", "leader2", cause="idle", at_fault_office="tp", reason="Như máy tìm ra")  # as found: no evidence needed
        got = self.cause(self.code)
        self.assertEqual(([d["cause"] for d in got["decisions"]], got["at_fault_office"]), (["other_authority", "idle"], "tp"))
        self.verified()

    def test_m_a_leader_of_an_office_at_fault_does_not_judge(self):
        code = self.intake("TP-10")["code"]
        self.to_leader(code)
        self.clock_to("2022-09-12T17:01:00+07:00")  # fifteen working days on the leader's desk
        self.found(code)
        got = self.cause(code, "leader1")
        self.assertEqual((got["cause"], got["at_fault_office"], got["findings"][-1]["offices"]), ("late_signature", "ubnd", ["ubnd"]))
        self.assertEqual(got["allowed_actions"], ["object_cause"])
        refused = self.act(code, "decide_cause", "leader2", status=409, cause="force_majeure", reason="x", evidence="y")
        self.assertEqual(refused.code, "cause_own_office")
        self.act(code, "object_cause", "leader1", reason="Đi công tác có quyết định")
        self.call("GET", f"/api/v1/dossiers/{code}/cause", as_="leader_x01", status=404)

    # ---- opinions ----

    def asked(self, office):
        code = self.with_officer()
        day = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"][:10]
        self.act(code, "ask_opinion", "officer1", office=office, answer_by=f"{day}T16:30:00+07:00")
        return code

    def test_n_silence_of_another_authority_excuses_and_of_the_own_committee_does_not(self):
        self.clock_to("2022-09-13T08:00:00+07:00")
        elsewhere, own = self.asked("x01"), self.asked("tckh")
        self.clock_to("2022-09-28T17:01:00+07:00")
        for code in (elsewhere, own):
            self.found(code)
        self.act(elsewhere, "give_opinion", "officer_x01")
        for giver, taker in (("officer1", "head_tp"), ("head_tp", "leader1")):
            self.act(elsewhere, "forward", giver, officer=taker)
            self.act(elsewhere, "take_over", taker)
        self.to_counter(elsewhere)
        self.assertTrue(wait_until(lambda: self.cause(elsewhere)["findings"][-1]["verdict"] == "objective"))
        got = self.cause(elsewhere)
        silence = got["intervals"][0]
        self.assertEqual((got["verdict"], got["cause"], got["at_fault_office"]), ("objective", "other_authority", None))
        self.assertEqual((silence["opinion"], silence["office"], silence["is_objective"], silence["to"][:16]), (1, "x01", True, "2022-09-28T17:01"))
        self.assertEqual(silence["minutes"], got["objective_minutes"])
        self.assertEqual((got["overrun_minutes"], got["segments"][-2]["silence_minutes"]), (0, 0))
        self.assertIn("Lấy ý kiến lúc", self.cause(elsewhere, headers=VI)["intervals"][0]["evidence"])
        got = self.cause(own)
        self.assertEqual((got["verdict"], got["cause"], got["at_fault_office"], got["objective_minutes"]), ("subjective", "slow_unit", "tckh", 0))
        self.assertEqual((got["intervals"][0]["office"], got["intervals"][0]["is_objective"]), ("tckh", False))
        self.act(own, "object_cause", "head_tckh", reason="Đã trả lời bằng miệng")
        self.assertEqual(self.cause(own)["objections"][0]["office"], "tckh")
        self.verified()

    # ---- the end ----

    def test_o_the_end_is_found_again_and_a_late_declaration_reaches_what_has_ended(self):
        code = self.code
        self.act(code, "forward", "officer1", officer="head_tp")
        self.act(code, "take_over", "head_tp")
        self.act(code, "forward", "head_tp", officer="leader1")
        self.act(code, "take_over", "leader1")
        found = len(self.cause(code)["findings"])
        self.to_counter(code)
        done = datetime.datetime.fromisoformat(self.dossier(code)["done_at"])
        self.clock_to((done + datetime.timedelta(minutes=5)).isoformat())  # the alarm looks again at once, and not when its minute is over
        self.assertTrue(wait_until(lambda: len(self.cause(code)["findings"]) == found + 1), self.events(code))
        got = self.cause(code)
        self.assertEqual(got["end_at"], self.dossier(code)["done_at"])
        storm = self.declare(offices=["tp"], evidence="Công điện 10/CĐ-UBND", **{"from": "2022-08-02T00:00:00+07:00", "to": "2022-09-28T12:00:00+07:00"})
        self.assertGreaterEqual(self.result(storm)["found"], 1)
        got = self.cause(code)
        self.assertEqual((got["findings"][-1]["verdict"], got["is_decided"], got["verdict"]), ("objective", True, "subjective"))
        self.verified()

    def test_p_the_catalogue_is_told_with_its_verdicts(self):
        items = {c["key"]: c for c in self.call("GET", "/api/v1/causes", as_="officer1", status=200, headers=VI).json["items"]}
        self.assertEqual((items["slow_unit"]["verdict"], items["other_authority"]["verdict"], items["unknown"]["verdict"]),
                         ("subjective", "objective", "undetermined"))
        self.assertEqual(items["force_majeure"]["name"], "Thiên tai, dịch bệnh")


harness.main(demo=True, at=harness.START)
