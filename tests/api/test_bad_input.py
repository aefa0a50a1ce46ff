#!/usr/bin/env python3
"""What is wrong is refused with a sentence that names the place, in both languages, and nothing is half-done."""
import json
import re

import harness

PERSON = {"name": "Nguyễn Văn A"}
GOOD = {"procedure": "TP-10", "applicant": PERSON}


class BadInputTest(harness.ApiTest):
    def counts(self):
        return harness.daemon.rows("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM dossier), (SELECT count(*) FROM person),"
                                   " (SELECT count(*) FROM letter)")

    def refused(self, method, path, body, status, code, *places, as_="clerk1", headers=None):
        """One refusal, told twice: the same word, two sentences, each with the place; nothing written."""
        before = self.counts()
        said = {}
        for language in ("vi", "en"):
            reply = self.call(method, path, body, as_=as_, headers={"Accept-Language": language, **(headers or {})})
            self.assertEqual((reply.status, reply.code), (status, code), f"{str(body)[:200]}: {reply.body}")
            said[language] = reply.json["detail"]
            for place in places:
                self.assertIn(str(place), reply.json["detail"], body)
        self.assertNotEqual(said["vi"], said["en"])
        self.assertEqual(self.counts(), before, f"something was written for {str(body)[:200]}")

    def test_json_that_is_none(self):
        new = "/api/v1/dossiers"
        for body, code, *places in (
                ("{", "json_syntax", 1), ('{"procedure": "TP-10",\n "applicant": }', "json_syntax", 2), ("", "json_syntax"),
                ('{"procedure": "TP-10", "procedure": "TP-10"}', "json_duplicate_key", "procedure"),
                ('{"applicant": {"name": "A", "name": "B"}}', "json_duplicate_key", "name"),
                ("[" * 40 + "]" * 40, "json_depth", 16), ('{"a":' * 20 + "1" + "}" * 20, "json_depth", 16),
                (b'{"procedure": "\xff\xfe"}', "json_utf8", 1), (b'{"procedure": "\xed\xa0\x80"}', "json_utf8", 1),
                ('{"procedure": "a\\u0000b"}', "json_nul", 1), ('{"procedure": "\\ud800"}', None),
                ('{"limit": 1e999}', "json_number", 1), ('{"procedure": "TP-10"} x', "json_syntax", 1), ("nul", "json_syntax", 1)):
            if code:
                self.refused("POST", new, body, 400, code, *places)
            else:
                self.assertIn(self.call("POST", new, body, as_="clerk1").status, (400, 422), body)

    def test_json_that_is_another_thing(self):
        for body in ("[]", "1", '"x"', "null", "true"):
            self.refused("POST", "/api/v1/dossiers", body, 422, "body_not_object")

    def test_a_body_too_large_is_not_read(self):
        for path in ("/api/v1/dossiers", "/api/v1/due"):
            reply = self.call("POST", path, b'{"remark": "' + b"x" * (9 << 20) + b'"}', as_="clerk1")
            self.assertEqual((reply.status, reply.code), (413, "http_body_too_long"))

    def test_fields_of_an_intake(self):
        for change, code, place in (
                ({"procedure": 7}, "field_not_text", "procedure"), ({"colour": "red"}, "field_unknown", "colour"),
                ({"applicant": "A"}, "field_not_object", "applicant"), ({"applicant": {}}, "field_missing", "applicant.name"),
                ({"applicant": {"name": ""}}, "field_empty", "applicant.name"),
                ({"applicant": {**PERSON, "colour": 1}}, "field_unknown", "applicant.colour"),
                ({"applicant": {"name": "A" * 201}}, "field_too_long", "applicant.name"),
                ({"applicant": {"name": "A\nB"}}, "field_one_line", "applicant.name"),
                ({"applicant": {**PERSON, "kind": "robot"}}, "field_not_word", "applicant.kind"),
                ({"channel": "pigeon"}, "field_not_word", "pigeon"), ({"settle": "yes"}, "field_not_boolean", "settle"),
                ({"components": {}}, "field_not_list", "components"),
                ({"components": [{"name": "x", "copies": 0}]}, "field_range", "components[0].copies"),
                ({"components": [{"name": "x", "copies": 1.5}]}, "field_not_integer", "components[0].copies"),
                ({"components": [{"name": "x"}] * 101}, "field_too_many", "components"),
                ({"received_at": "2022-08-01T09:00:00"}, "field_no_offset", "received_at"),
                ({"received_at": "2022-02-30T09:00:00+07:00"}, "field_not_instant", "received_at"),
                ({"received_at": 5}, "field_not_instant", "received_at"),
                ({"procedure": "XX-99"}, "procedure_unknown", "XX-99"),
                ({"procedure_case": "77"}, "procedure_unknown", "TP-10"),
                ({"filed_office": "nowhere"}, "office_unknown", "filed_office"),
                ({"competent_office": "nowhere"}, "office_unknown", "competent_office"),
                ({"agreed_due_at": "2022-08-02T09:00:00+07:00"}, "agreed_not_later", "2022")):
            self.refused("POST", "/api/v1/dossiers", {**GOOD, **change}, 422, code, place)
        self.refused("POST", "/api/v1/dossiers", {"procedure": "TP-10"}, 422, "field_missing", "applicant")

    def test_an_instant_that_has_not_come(self):
        self.refused("POST", "/api/v1/dossiers", {**GOOD, "received_at": "2022-12-01T09:00:00+07:00", "remark": "x"}, 422, "at_in_future", "2022")
        code = self.intake()["code"]
        self.refused("POST", f"/api/v1/dossiers/{code}/actions/forward", {"at": "2030-01-01T00:00:00Z"}, 422, "at_in_future", "2030")

    def test_an_instant_before_the_last_event(self):
        code = self.intake()["code"]
        self.refused("POST", f"/api/v1/dossiers/{code}/actions/forward", {"at": "2022-07-01T00:00:00Z", "is_late_entry": True}, 409, "at_before_last")

    def test_a_year_without_a_calendar_is_an_error_never_a_guess(self):
        self.refused("POST", "/api/v1/dossiers", {**GOOD, "received_at": "2021-06-01T09:00:00+07:00", "remark": "Nhập muộn"}, 409, "calendar_gap", 2021)
        reply = self.call("POST", "/api/v1/due", {"items": [{"from": "2022-08-30T10:00:00+07:00", "limit": "3wd"},
                                                            {"from": "2031-01-02T10:00:00+07:00", "limit": "3wd"}]}, as_="clerk1", status=200).json
        self.assertEqual(reply["items"][0]["due_on"], "2022-09-06")
        self.assertIsNone(reply["items"][1]["due_at"])
        self.assertEqual(reply["items"][1]["problem"]["code"], "calendar_gap")

    def test_fields_of_an_action(self):
        code = self.intake()["code"]
        path = f"/api/v1/dossiers/{code}/actions/"
        for action, body, code_, place in (
                ("forward", {"office": "nowhere"}, "office_unknown", "nowhere"), ("assign", {"officer": "nobody"}, "officer_unknown", "nobody"),
                ("forward", {"step": 65}, "field_range", "step"), ("forward", {"colour": 1}, "field_unknown", "colour"),
                ("request_supplement", {"reason": "x", "items": "x"}, "field_not_list", "items"),
                ("request_supplement", {"reason": "x", "items": [1]}, "field_not_text", "items[0]"),
                ("correct", {"corrected_field": "colour", "corrected_value": "x", "reason": "x"}, "correction_value", "colour")):
            self.refused("POST", path + action, body, 422, code_, place)
        self.refused("POST", path + "fly", {}, 404, "action_unknown", "fly")
        self.refused("POST", path + "mark_overdue", {}, 404, "action_unknown", "mark_overdue")
        self.refused("POST", "/api/v1/dossiers/NO.0000/actions/forward", {}, 404, "dossier_unknown", "NO.0000")

    def test_queries(self):
        for path, status, code, place in (
                ("/api/v1/dossiers?limit=0", 422, "field_range", "limit"), ("/api/v1/dossiers?limit=201", 422, "field_range", "limit"),
                ("/api/v1/dossiers?limit=x", 422, "field_not_integer", "limit"), ("/api/v1/dossiers?colour=red", 422, "field_unknown", "colour"),
                ("/api/v1/dossiers?state=lost", 422, "field_not_word", "lost"), ("/api/v1/dossiers?due_from=2022-13-01", 422, "field_not_date", "due_from"),
                ("/api/v1/dossiers?limit=1&limit=2", 400, "http_query_twice", "limit"), ("/api/v1/dossiers?after=zzz", 422, "list_after", "zzz"),
                ("/api/v1/queues/nowhere", 404, "queue_unknown", "nowhere"), ("/api/v1/search", 422, "field_missing", "q"),
                ("/api/v1/statistics/II.99?from=2022-08-01&to=2022-08-31", 404, "form_unknown", "II.99"),
                ("/api/v1/statistics/II.06a?from=2022-08-31&to=2022-08-01", 422, "period_backwards", "2022"),
                ("/api/v1/statistics/II.06a?from=2022-08-01&to=2022-08-31&as_of=soon", 422, "statistics_moment", "as_of"),
                ("/api/v1/statistics/II.06a?to=2022-08-31", 422, "field_missing", "from"),
                ("/api/v1/procedures/none", 404, "item_unknown", "none"), ("/api/v1/calendars/none", 404, "item_unknown", "none")):
            self.refused("GET", path, None, status, code, place, as_="admin")

    def test_items_that_no_number_names(self):
        """Each read of something by its id: what begins with a number is none."""
        self.intake()
        code = self.intake()["code"]
        routes = re.findall(r'^ROUTE\(\w+, *GET, *"(/api[^"]*\{(?:id|number)\}[^"]*)"', (harness.TOP / "proto/tables/routes.def").read_text(encoding="utf-8"), re.M)
        self.assertGreater(len(routes), 15)
        for route in routes:
            for no in ("1x", "x", "-1", "0", "+1", "%201", "99999999999999999999"):
                path = re.sub(r"\{(id|number)\}", no, route).replace("{code}", code).replace("{version}", "1").replace("obstacles", "obstacles?kind=undetermined")
                self.refused("GET", path, None, 404, self.call("GET", path, as_="admin").code, *([no] if no == "1x" else []), as_="admin")

    def test_z_places_that_no_list_gave(self):
        code = self.intake()["code"]
        self.clock_to("2022-08-03T18:00:00+07:00")
        sweep = self.sweep()["id"]
        job = self.call("GET", "/api/v1/jobs", as_="admin", status=200).json["items"][0]["id"]
        period = "from=2022-08-01&to=2022-08-31"
        for path, after in ((f"dossiers/{code}/events", "1"), (f"dossiers/{code}/reads", "1"), ("letters", "1"), ("backlog", "1"), ("changes", "1"),
                            ("objective-intervals", "1"), ("outbox", "1"), ("jobs", "1"), (f"jobs/{job}/items", "1"), ("sweeps", "1"),
                            (f"sweeps/{sweep}/items", "1"), (f"sweeps/{sweep}/pre-due", "1.1"), ("sweeps/preview", "1.1"), ("dossiers", "1.1"),
                            ("registers/entries?office=ubnd&year=2022&symbol=PXL", "1"), ("obligations", "1.1.1"), ("late-episodes", "1.1.1"),
                            (f"audit/lists/reads?{period}", "1.1.1"), (f"statistics/II.06a/dossiers?{period}&column=total_received", "1")):
            path = f"/api/v1/{path}{'&' if '?' in path else '?'}after="
            self.call("GET", path + after, as_="inspector1" if "audit" in path or "reads" in path else "admin", status=200)
            for no in ("x", after + "x", after + ".", "." + after, "%20" + after):
                self.refused("GET", path + no, None, 422, "list_after", as_="inspector1" if "audit" in path or "reads" in path else "admin")

    def test_an_objective_interval(self):
        good = {"kind": "force_majeure", "from": "2022-07-01T00:00:00Z", "to": "2022-07-02T00:00:00Z", "reason": "Bão"}
        kinds = self.call("POST", "/api/v1/objective-intervals", {**good, "kind": "none"}, as_="admin", status=422)
        self.assertEqual(kinds.code, "field_not_word")
        for change, code, place in (({"offices": ["nowhere"]}, "office_unknown", "nowhere"), ({"procedures": ["XX"]}, "procedure_unknown", "XX"),
                                    ({"to": "2022-06-01T00:00:00Z"}, "interval_backwards", "2022"),
                                    ({"from": "2032-07-01T00:00:00Z", "to": None}, "objective_ahead", "2032"),
                                    ({"steps": [{"number": 2}]}, "objective_steps", "steps"),
                                    ({"procedures": ["TP-10"], "steps": [{"number": 60}]}, "step_none", "60"),
                                    ({"steps": [{"number": 0}]}, "field_range", "steps[0].number")):
            self.refused("POST", "/api/v1/objective-intervals", {**good, **change}, 422, code, place, as_="admin")
        self.refused("POST", "/api/v1/objective-intervals", {**good, "dossier": "NO.0000"}, 404, "dossier_unknown", "NO.0000", as_="admin")

    def test_due_dates_asked_for(self):
        self.refused("POST", "/api/v1/due", {"items": [{"from": "2022-08-30T10:00:00+07:00", "limit": "3xx"}]}, 422, "field_not_limit", "items[0].limit")
        self.refused("POST", "/api/v1/due", {"calendar": "none", "items": []}, 422, "calendar_unknown", "none")
        self.refused("POST", "/api/v1/due", {"ruleset": "none", "items": []}, 422, "ruleset_unknown", "none")

    def test_text_is_kept_as_typed_in_one_form(self):
        decomposed = "Nguye\u0302\u0303n Va\u0306n A"
        d = self.intake(name=decomposed)
        self.assertEqual(self.dossier(d["code"])["applicant"]["name"], "Nguyễn Văn A")
        self.assertEqual(json.loads(self.call("GET", "/api/v1/search?q=nguyen%20van", as_="clerk1", status=200).body)["items"][0]["code"][:3], "000")


harness.main(demo=True, at=harness.START)
