#!/usr/bin/env python3
"""The law changes, dossiers do not: R1 -> R2 (01/07/2025) -> R3 (15/09/2025) -> R4 (05/08/2026), with dossiers received
on each side of each boundary. Limits, silence, withdrawal and code follow the day of receipt, forms the day of issue."""
import harness

WHY = {"source": "QĐ 7/QĐ-UBND", "reason": "Đổi cách tính"}
EVES = ["2025-06-30", "2025-07-01", "2025-09-12", "2025-09-15", "2026-08-04", "2026-08-05"]
RULESETS = ["R1", "R2", "R2", "R3", "R3", "R4"]
made = {}  # day -> what was received then


class RulesInTimeTest(harness.ApiTest):
    def ruleset_of(self, code):
        return harness.daemon.rows(f"SELECT r.key FROM dossier d JOIN ruleset r ON r.id = d.ruleset_id WHERE d.code = '{code}'")[0][0]

    def slip(self, code):
        return self.call("GET", f"/api/v1/dossiers/{code}/slip", as_="admin", status=200).headers

    def value(self, ruleset, name):
        items = self.call("GET", f"/api/v1/rulesets/{ruleset}", as_="admin", status=200).json["parameters"]
        return next(p["value"] for p in items if p["name"] == name)

    def decided(self, day):
        """A dossier that the leader has decided, and whether it may still be withdrawn."""
        code = made[day]["decided"] = self.intake()["code"]
        self.to_leader(code)
        self.act(code, "decide", as_="leader1")
        return "request_withdrawal" in self.dossier(code, as_="clerk1")["allowed_actions"]

    def asked(self):
        code = self.intake()["code"]
        self.act(code, "request_supplement", as_="clerk1", items=["Tờ khai"], reason="Thiếu")
        return code

    def test_1_every_ruleset_says_what_it_decides_and_why(self):
        keys = [r["key"] for r in self.call("GET", "/api/v1/rulesets", as_="clerk1", status=200).json["items"]]
        self.assertEqual(keys, ["R1", "R2", "R3", "R4"])
        r2 = self.call("GET", "/api/v1/rulesets/R2", as_="clerk1", status=200).json
        self.assertEqual((r2["valid_from"], r2["valid_to"], r2["decree"]), ("2025-07-01", "2025-09-14", "118/2025/NĐ-CP"))
        silence = next(p for p in r2["parameters"] if p["name"] == "silence")
        self.assertEqual((silence["value"], silence["default_value"], silence["is_default"], silence["source"]),
                         ("15d", "none", False, "law:closing-after-silence"))
        self.assertIn("118/2025", silence["citation"])
        self.call("GET", "/api/v1/rulesets/R9", as_="clerk1", status=404)
        self.assertEqual([self.value(r, "silence") for r in keys], ["none", "15d", "15d", "15d"])
        self.assertEqual([self.value(r, "code_identifier") for r in keys], ["receiving", "settling", "settling", "settling"])
        self.assertEqual([self.value(r, "code_layout") for r in keys], ["short", "short", "long", "long"])
        self.assertEqual([self.value(r, "fee_settlement") for r in keys], ["quarterly", "monthly", "monthly", "monthly"])
        self.assertEqual([self.value(r, "online_announcement_minutes") for r in keys], ["0", "120", "120", "120"])
        self.assertEqual([self.value(r, "online_intake") for r in keys], ["8wh"] * 4)

    def test_2_dossiers_on_each_side_of_each_boundary(self):
        for day, ruleset in zip(EVES, RULESETS):
            with self.subTest(day):
                self.clock_to(f"{day}T09:00:00+07:00")
                made[day] = {"plain": self.intake(), "elsewhere": self.intake(competent_office="x02")["code"], "asked": self.asked()}
                code = made[day]["plain"]["code"]
                self.assertEqual(self.ruleset_of(code), ruleset)
                digits = day.replace("-", "")
                self.assertRegex(code, rf"^000\.00\.21\.H41-{digits}-\d{{7}}$" if ruleset in ("R3", "R4") else
                                 rf"^000\.00\.21\.H41-{digits[2:]}-\d{{4}}$")
                self.assertTrue(made[day]["elsewhere"].startswith("000.00.21.H41-" if ruleset == "R1" else "000.02.21.H41-"))
                self.assertEqual(self.decided(day), ruleset == "R1")

    def test_3_the_slip_keeps_the_form_of_the_day_it_was_issued(self):
        for day in EVES:
            head = self.slip(made[day]["plain"]["code"])
            self.assertEqual((head["form-set"], head.get("form-set-in-force")),
                             ("TT01/2018" if day < "2025-09-15" else "TT03/2025", None), day)
        sets = self.call("GET", "/api/v1/form-sets", as_="clerk1", status=200).json["items"]
        self.assertEqual([(s["key"], s["valid_to"], s["borrowed"]) for s in sets],
                         [("TT01/2018", "2025-09-14", []), ("TT03/2025", None, [])])

    def test_4_silence_closes_only_what_was_received_under_a_decree_that_says_so(self):
        self.clock_to("2026-09-01T08:00:00+07:00")
        for day, ruleset in zip(EVES, RULESETS):
            got = self.act(made[day]["asked"], "close", as_="clerk1", reason="Không bổ sung", status=422 if ruleset == "R1" else 200)
            self.assertEqual(got.json.get("code") == "field_required", ruleset == "R1", day)

    def test_5_a_letter_takes_the_form_of_the_day_it_is_signed(self):
        """Received under R1; its letter is owed now, more than a year later."""
        code = made["2025-06-30"]["plain"]["code"]
        self.clock_to("2026-09-01T17:30:00+07:00")
        self.sweep()
        letter = self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"][-1]
        self.call("POST", f"/api/v1/letters/{letter['id']}/actions/sign", {}, as_="leader1", status=200)
        self.call("POST", f"/api/v1/letters/{letter['id']}/actions/number", {}, as_="records1", status=200)
        paper = self.call("GET", f"/api/v1/dossiers/{code}/documents", as_="admin", status=200).json["items"][-1]
        self.assertEqual((paper["form"], paper["title"]),
                         ("TT03/2025:04", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"))
        self.assertEqual(harness.daemon.rows(f"SELECT form, data::text LIKE '%TT03/2025:04%' FROM letter WHERE id = {letter['id']}"),
                         [["TT03/2025:04", "t"]])
        self.call("GET", f"/api/v1/letters/{letter['id']}/document", as_="admin", status=200)

    def test_6_a_ruleset_with_dossiers_is_followed_by_another(self):
        change = {"valid_from": "2026-09-02", "parameters": [{"name": "day_model", "value": "hours"}], **WHY}

        def refused(status, code, field=None, ruleset="R4", as_="admin", **more):
            got = self.call("POST", f"/api/v1/rulesets/{ruleset}/changes", {**change, **more}, as_=as_, status=status).json
            self.assertEqual((got["code"], got.get("field")), (code, field))

        refused(403, "grant_missing", as_="clerk1")
        refused(404, "item_unknown", ruleset="R9")
        refused(422, "version_past", "valid_from", valid_from="2026-08-31")
        refused(422, "ruleset_outside", "valid_from", ruleset="R3")
        refused(422, "ruleset_key", "successor", successor="R2")
        refused(422, "ruleset_key", "successor", successor="R 5")
        refused(422, "ruleset_parameter", parameters=[{"name": "day_model", "value": "weeks"}])
        refused(422, "ruleset_parameter", parameters=[{"name": "gone", "value": "1"}])
        refused(422, "ruleset_parameter", parameters=change["parameters"] * 2)
        refused(422, "field_not_text", "source", source=None)
        before = {day: self.dossier(made[day]["plain"]["code"]) for day in EVES}
        got = self.call("POST", "/api/v1/rulesets/R4/changes", change, as_="admin", status=201).json
        self.assertEqual((got["key"], got["valid_from"], got["valid_to"]), ("R4.2", "2026-09-02", None))
        self.assertEqual(self.value("R4.2", "silence"), "15d")
        self.assertEqual(self.call("GET", "/api/v1/rulesets/R4", as_="admin").json["valid_to"], "2026-09-01")
        old = self.intake()
        self.clock_to("2026-09-03T10:00:00+07:00")
        new = self.intake()
        self.assertEqual((self.ruleset_of(old["code"]), self.ruleset_of(new["code"])), ("R4", "R4.2"))
        self.assertTrue(old["due_at"].endswith("T17:00:00+07:00"))
        self.assertIn("T10:0", new["due_at"])  # a budget of hours from the moment of receipt
        for day in EVES:
            now = self.dossier(made[day]["plain"]["code"])
            self.assertEqual({k: now[k] for k in ("due_at", "due_original_at", "limit", "code", "version")},
                             {k: before[day][k] for k in ("due_at", "due_original_at", "limit", "code", "version")})

    def test_7_what_has_begun_for_nobody_is_changed_in_place(self):
        later = {"valid_from": "2027-01-01", "successor": "R5", "decree": "1/2026/NĐ-CP", "parameters": [], **WHY}
        r5 = self.call("POST", "/api/v1/rulesets/R4.2/changes", later, as_="admin", status=201).json
        self.assertEqual((r5["key"], r5["decree"]), ("R5", "1/2026/NĐ-CP"))
        again = {"valid_from": "2027-01-01", "parameters": [{"name": "silence", "value": "20d"}], **WHY}
        self.assertEqual(self.call("POST", "/api/v1/rulesets/R5/changes", again, as_="admin", status=201).json["key"], "R5")
        self.assertEqual(self.value("R5", "silence"), "20d")
        self.assertEqual(self.value("R5", "day_model"), "hours")
        self.assertEqual(harness.daemon.rows("SELECT key, effective_on FROM reference_change WHERE kind = 'ruleset' ORDER BY id"),
                         [["R4.2", "2026-09-02"], ["R5", "2027-01-01"], ["R5", "2027-01-01"]])

    def test_8_a_form_set_is_brought_into_use(self):
        new = {"name": "Thông tư của Bộ Tư pháp", "valid_from": "2026-12-01", **WHY}

        def refused(status, code, key="TT01-2027", as_="admin", **more):
            self.assertEqual(self.call("PUT", f"/api/v1/form-sets/{key}", {**new, **more}, as_=as_, status=status).code, code)

        refused(403, "grant_missing", as_="clerk1")
        refused(422, "version_past", valid_from="2026-09-01")
        got = self.call("PUT", "/api/v1/form-sets/TT01-2027", new, as_="admin", status=200).json
        self.assertEqual((got["forms"], got["borrowed"][-1]), ([], "07: TT03/2025"))
        refused(409, "form_set_known")
        refused(409, "version_prepared", key="TT02-2027", valid_from="2026-11-01")


harness.main(demo=True, at="2025-06-27T08:00:00+07:00")
