#!/usr/bin/env python3
"""Procedures as data: versions from a day on, every refusal by its field, and dossiers that keep what they had."""
import copy
import json
import pathlib
import subprocess
import sys
import time

import harness

P = "/api/v1/procedures"
WHY = {"source": "QĐ 12/QĐ-UBND", "reason": "Rút ngắn thời hạn"}


class ProceduresTest(harness.ApiTest):
    def version(self, key="TP-10", **fields):
        return {**self.call("GET", f"{P}/{key}", as_="admin", status=200).json, **fields}

    def save(self, procedure, status=200, check=False, as_="admin", **more):
        return self.call("PUT", f"{P}/{procedure['key']}{'?check=true' if check else ''}",
                         {"procedure": procedure, **WHY, **more}, as_=as_, status=status)

    def test_1_what_is_read_may_be_saved_and_reads_the_same(self):
        before = self.version(valid_from="2022-08-10")
        got = self.save(before, check=True).json
        self.assertFalse(got["is_saved"])
        self.assertEqual(len(self.call("GET", f"{P}/TP-10/versions", as_="admin").json["items"]), 1)
        got = self.save(before).json
        self.assertTrue(got["is_saved"])
        self.assertEqual({**got["procedure"], "valid_to": None}, {**before, "valid_to": None})

    def test_2_a_dossier_keeps_the_version_of_its_receipt(self):
        old = self.intake("TP-10")
        new = self.version("TP-10", valid_from="2022-08-12")
        new["cases"][0]["limit"] = "12wd"
        new["cases"][0]["steps"][0]["budget_minutes"] += 480
        new["result_name"], new["is_place_free"] = "Giấy chứng nhận kết hôn", True
        self.save(new)
        versions = self.call("GET", f"{P}/TP-10/versions", as_="admin", status=200).json["items"]
        self.assertEqual([(v["valid_from"], v.get("valid_to")) for v in versions],
                         [("2022-08-12", None), ("2022-08-10", "2022-08-11"), ("2019-01-06", "2022-08-09")])
        self.assertEqual(self.call("GET", f"{P}/TP-10?on=2022-08-11", as_="admin").json["cases"][0]["limit"], "10wd")
        self.assertEqual(self.call("GET", f"{P}/TP-10?on=2022-08-12", as_="admin").json["cases"][0]["limit"], "12wd")
        due = self.dossier(old["code"])["due_at"]
        self.clock_to("2022-08-12T08:00:00+07:00")
        young = self.intake("TP-10")
        self.assertEqual((young["limit"], young["due_at"]), ("12wd", "2022-08-30T17:00:00+07:00"))
        kept = self.dossier(old["code"])
        self.assertEqual((kept["limit"], kept["due_at"]), ("10wd", due))
        self.assertEqual([s["budget_minutes"] for s in kept["steps"]][0] + 480,
                         [s["budget_minutes"] for s in young["steps"]][0])
        self.assertEqual(daemon_rows("SELECT kind, key, action, source FROM reference_change ORDER BY id"),
                         [["procedure", "TP-10", "new_version", WHY["source"]]] * 2)

    def test_3_a_prepared_version_may_be_replaced_and_one_in_between_ends_where_it_begins(self):
        self.save(self.version(valid_from="2022-10-01"))
        self.save(self.version(valid_from="2022-10-01", name="Tên mới"))
        self.save(self.version(valid_from="2022-09-15"))
        versions = self.call("GET", f"{P}/TP-10/versions", as_="admin").json["items"]
        self.assertEqual([(v["valid_from"], v.get("valid_to"), v["name"] == "Tên mới") for v in versions][:3],
                         [("2022-10-01", None, True), ("2022-09-15", "2022-09-30", False), ("2022-08-12", "2022-09-14", False)])

    def test_4_the_past_is_not_rewritten(self):
        refused = self.save(self.version(valid_from="2022-08-11"), status=422).json
        self.assertEqual((refused["code"], refused["field"]), ("version_past", "procedure.valid_from"))
        self.assertIn("2022-08-11", refused["detail"])
        today = self.save(self.version(valid_from="2022-08-12"), status=409).json
        self.assertEqual(today["code"], "version_in_use")

    def test_5_every_refusal_names_its_field(self):
        good = self.version(valid_from="2022-11-01")
        before = self.call("GET", f"{P}/TP-10/versions", as_="admin").json

        def case(change, code, field, status=422):
            bad = copy.deepcopy(good)
            change(bad)
            got = self.call("PUT", f"{P}/TP-10", {"procedure": bad, **WHY}, as_="admin", status=status).json
            self.assertEqual((got["code"], got.get("field")), (code, field), got)

        def one(p):
            return p["cases"][0]

        case(lambda p: p.update(key="TP-11"), "procedure_key", "procedure.key")
        case(lambda p: p.pop("valid_from"), "field_missing", "procedure.valid_from")
        case(lambda p: p.update(national_code="1.1"), "procedure_national_code", "procedure.national_code")
        case(lambda p: p.update(field="gone"), "field_of_law_unknown", None)
        case(lambda p: p.update(competent_office="gone"), "office_unknown", "procedure.competent_office")
        case(lambda p: p.update(level="country"), "field_not_word", "procedure.level")
        case(lambda p: p.update(colour="red"), "field_unknown", "procedure.colour")
        case(lambda p: p.update(cases=[]), "procedure_no_case", "procedure.cases")
        case(lambda p: p["cases"].append(p["cases"][0]), "procedure_case_twice", "procedure.cases[1].key")
        case(lambda p: one(p).update(limit="0wd"), "limit_range", None)
        case(lambda p: one(p).update(limit="3 days"), "field_not_limit", "procedure.cases[0].limit")
        case(lambda p: one(p)["steps"][1].update(number=3), "procedure_step_number", "procedure.cases[0].steps[1].number")
        case(lambda p: one(p)["steps"][1].update(role="king"), "field_not_word", "procedure.cases[0].steps[1].role")
        case(lambda p: one(p)["steps"][1].update(office="named"), "procedure_step_office", "procedure.cases[0].steps[1].office_key")
        case(lambda p: one(p)["steps"][1].update(office="named", office_key="gone"), "office_unknown",
             "procedure.cases[0].steps[1].office_key")
        case(lambda p: one(p)["steps"][1].update(least_minutes=100000), "procedure_step_least",
             "procedure.cases[0].steps[1].least_minutes")
        case(lambda p: [s.update(is_decision=False) for s in one(p)["steps"]], "procedure_no_decision", "procedure.cases[0].steps")
        case(lambda p: one(p)["steps"][0].update(budget_minutes=100000), "procedure_budget", "procedure.cases[0].steps")
        case(lambda p: one(p).update(steps=one(p)["steps"] * 33), "field_too_many", "procedure.cases[0].steps")
        case(lambda p: one(p).update(fee_dong=-1), "field_range", "procedure.cases[0].fee_dong")
        got = self.call("PUT", f"{P}/TP-10", {"procedure": good, "source": "x"}, as_="admin", status=422).json
        self.assertEqual((got["code"], got["field"]), ("field_missing", "reason"))
        self.assertEqual(self.save(good, as_="clerk1", status=403).code, "grant_missing")
        self.assertEqual(self.call("GET", f"{P}/TP-10/versions", as_="admin").json, before)

    def test_6_budgets_are_held_against_the_shortest_span_of_calendar_days(self):
        tight = self.version("TP-11", valid_from="2022-11-01")
        self.assertEqual(tight["cases"][0]["limit"], "30d")
        got = self.save(tight, check=True).json
        finding = got["findings"][0]
        self.assertEqual((finding["minutes"], finding["nominal"]), (160 * 60, 21 * 480))
        self.assertLess(finding["least"], finding["minutes"])
        self.assertTrue(finding["is_tight"])
        self.assertEqual(len(got["warnings"]), 1)
        self.assertIn(finding["least_on"], got["warnings"][0])
        tight["cases"][0]["limit"] = "20d"
        self.assertEqual(self.save(tight, status=422).code, "procedure_budget")

    def test_7_an_end_keeps_the_dossiers_and_takes_no_more(self):
        code = self.intake("TP-12H", as_="clerk1")["code"]
        end = {"last_on": "2022-08-12", **WHY}
        self.assertEqual(self.call("POST", f"{P}/TP-12H/actions/end", end, as_="clerk1", status=403).code, "grant_missing")
        past = self.call("POST", f"{P}/TP-12H/actions/end", {**end, "last_on": "2022-08-11"}, as_="admin", status=422)
        self.assertEqual((past.code, past.json["field"]), ("version_past", "last_on"))
        self.assertEqual(self.call("POST", f"{P}/TP-10/actions/end", end, as_="admin", status=409).code, "version_prepared")
        self.assertEqual(self.call("POST", f"{P}/NONE/actions/end", end, as_="admin", status=422).code, "procedure_unknown")
        got = self.call("POST", f"{P}/TP-12H/actions/end", end, as_="admin", status=200).json
        self.assertEqual(got["valid_to"], "2022-08-12")
        self.intake("TP-12H")
        self.clock_to("2022-08-15T08:00:00+07:00")
        self.assertEqual(self.call("POST", "/api/v1/dossiers", {"procedure": "TP-12H", "applicant": {"name": "A"}},
                                   as_="clerk1", status=422).code, "procedure_unknown")
        self.assertEqual(self.dossier(code)["code"], code)
        self.call("GET", f"{P}/TP-12H", as_="admin", status=404)
        self.call("GET", f"{P}/NONE/versions", as_="admin", status=404)

    def test_8_a_new_procedure_may_begin_in_the_past(self):
        fresh = {**self.version("TP-11"), "key": "MOI-1", "valid_from": "2022-01-01"}
        self.assertEqual(self.save(fresh).json["procedure"]["valid_from"], "2022-01-01")
        self.assertEqual(daemon_rows("SELECT action FROM reference_change WHERE key = 'MOI-1'"), [["add"]])

    def test_9_the_command_line_checks_and_saves_a_file(self):
        home = harness.daemon.folder / "cli"
        (home / "tls").mkdir(parents=True)
        (home / "credentials").write_text(f"url https://127.0.0.1:{harness.daemon.port}\nlogin admin admin {harness.PASSWORD}\n")
        (home / "credentials").chmod(0o600)
        (home / "tls" / "cert.pem").write_bytes((harness.daemon.home / "cert.pem").read_bytes())
        program = pathlib.Path(sys.argv[1]).resolve().parents[2] / "tools/cli/motcua"
        example = harness.TOP / "docs/examples/rules"

        def run(*words, code=0):
            done = subprocess.run([program, "--data", home, "--as", "admin", "--lang", "en", *map(str, words)], text=True, capture_output=True)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            return done.stdout + done.stderr

        why = ("--source", "QĐ 1", "--reason", "thử")
        self.assertIn("15d", run("procedure", "check", example / "procedure.json"))
        self.assertIn("procedure_budget", run("procedure", "check", self.file(home, limit="3wd"), code=1))
        self.assertNotIn("2022-09-01", run("procedure", "versions", "XD-01", code=1))
        run("procedure", "save", example / "procedure.json", *why)
        self.assertIn("01/9/2022", run("--lang", "vi", "procedure", "versions", "XD-01"))
        text = run("procedure", "export", "XD-01", "--on", "2022-09-01")
        (home / "again.json").write_text(text)
        run("procedure", "save", home / "again.json", "--valid-from", "2022-10-01", *why)
        self.assertIn("75000", run("procedure", "show", "XD-01", "--on", "2022-10-02").replace(",", "").replace(".", ""))
        run("procedure", "end", "XD-01", "--last-on", "2022-12-31", *why)
        self.assertIn("silence", run("ruleset", "compare", "R1", "R2"))
        self.assertIn("whole_days", run("ruleset", "show", "R1"))
        run("ruleset", "save", "R4", "--body", example / "ruleset.json")
        self.assertIn("R5", run("ruleset", "list"))
        run("ruleset", "save", "R5", "--valid-from", "2028-01-01", "--parameter", "silence=25d", *why)
        self.assertIn("25d", run("ruleset", "compare", "R5", "R5.2"))
        self.assertIn("TT03/2025", run("form-sets"))

    def file(self, home, **case):
        p = json.loads((harness.TOP / "docs/examples/rules/procedure.json").read_text())
        p["cases"][0].update(case)
        path = home / "bad.json"
        path.write_text(json.dumps(p))
        return path

    def test_a_an_interval_of_a_procedure_covers_its_later_versions(self):
        """Declared where the version of 10 August was in force; the dossiers are of the one of 12 August."""
        mine, other = self.intake("TP-10")["code"], self.intake("TP-11")["code"]
        declared = self.call("POST", "/api/v1/objective-intervals", {"kind": "force_majeure", "procedures": ["TP-10"], "reason": "Bão",
                             "from": "2022-08-11T07:00:00+07:00", "to": "2022-08-27T00:00:00+07:00", "evidence": "1/CĐ"}, as_="admin", status=201).json
        listed = self.call("GET", "/api/v1/objective-intervals", as_="admin", status=200).json["items"]
        self.assertEqual([i["procedures"] for i in listed if i["id"] == declared["id"]], [["TP-10"]])
        self.clock_to("2022-12-01T08:00:00+07:00")
        for code in (mine, other):
            end = time.monotonic() + 30
            while "find_cause" not in self.events(code) and time.monotonic() < end:
                time.sleep(0.1)
        minutes = [self.call("GET", f"/api/v1/dossiers/{code}/cause", as_="admin", status=200).json["objective_minutes"] for code in (mine, other)]
        self.assertIn(minutes[0], range(10 * 480 - 90, 10 * 480 - 59))  # ten working days, but for the first hour of Monday 15 August
        self.assertEqual(minutes[1], 0)


def daemon_rows(sql):
    return harness.daemon.rows(sql)


harness.main(demo=True, at="2022-08-09T08:00:00+07:00")
