#!/usr/bin/env python3
"""Why a dossier is due when it is: over the API, as message and as paper, before it is accepted and after holds."""
import subprocess

import harness


class DueTest(harness.ApiTest):
    def due(self, code, language="vi"):
        return self.call("GET", f"/api/v1/dossiers/{code}/due", as_="clerk1", status=200, headers={"Accept-Language": language}).json

    def pass_days(self, n):
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": n * 24 * 60}, as_="admin", status=200)

    def kinds(self, due):
        return [note["kind"] for note in due["notes"]]

    def test_each_day_is_counted_and_cited(self):
        d = self.intake()
        due = self.due(d["code"])
        self.assertEqual(self.kinds(due), ["received"])
        self.assertTrue(due["is_matching"])
        self.assertEqual(due["counted_at"], d["due_at"])
        self.assertEqual([day["number"] for day in due["days"] if day["mark"] == "counted"], list(range(1, 11)))
        self.assertIn("Điều 147 khoản 2-3 Bộ luật Dân sự 2015", due["notes"][0]["citation"])
        self.assertTrue(due["days"][-1]["is_due"])
        self.assertIn("the day of receipt is not counted", self.due(d["code"], "en")["notes"][0]["sentence"])

    def test_a_supplement_is_told_with_its_decree_and_what_it_moved(self):
        code = self.intake()["code"]
        before = self.due(code)["due_at"]
        self.act(code, "request_supplement", as_="clerk1", items=["Giấy khám"], reason="Thiếu giấy khám")
        self.pass_days(1)
        running = self.due(code)
        self.assertEqual(self.kinds(running), ["received", "held", "running"])
        self.assertEqual(running["due_at"], before)
        self.assertGreater(running["notes"][-1]["to_at"], before)
        self.pass_days(1)
        self.act(code, "receive_supplement", as_="clerk1")
        due = self.due(code)
        self.assertEqual(self.kinds(due), ["received", "held", "restarted"])
        self.assertTrue(due["is_matching"])
        self.assertEqual(due["notes"][2]["from_at"], before)
        self.assertEqual(due["notes"][2]["to_at"], due["due_at"])
        self.assertIn("tính lại từ đầu", due["notes"][2]["sentence"])
        self.assertRegex(due["notes"][1]["citation"], "^Điều 19 khoản 4 NĐ 61/2018$")
        self.assertIn("restarted", [day["mark"] for day in due["days"]])

    def test_a_filing_not_accepted_is_predicted(self):
        d = self.intake(is_submission=True)
        due = self.due(d["code"])
        self.assertTrue(due["is_predicted"])
        self.assertIsNone(due["due_original_at"])
        self.assertIsNotNone(due["due_at"])
        accepted = self.act(d["code"], "accept", as_="clerk1").json
        self.assertEqual(accepted["due_at"], due["due_at"])

    def test_the_paper_is_a_pdf(self):
        code = self.intake()["code"]
        reply = self.call("GET", f"/api/v1/dossiers/{code}/due/document", as_="clerk1", status=200)
        self.assertTrue(reply.body.startswith(b"%PDF-"))
        self.assertEqual(self.call("GET", "/api/v1/dossiers/no-such/due/document", as_="clerk1").status, 404)
        english = self.words(f"/api/v1/dossiers/{code}/due/document", "en")
        for said in ("HOW THE DUE DATE OF THE DOSSIER WAS COUNTED", "Limit: ", "Due date in force: 2022-", "idem"):
            self.assertIn(said, english)
        self.assertNotIn("Thời hạn", english)

    def test_a_prediction_takes_procedure_and_office(self):
        item = {"procedure": "TP-10", "from": "2022-08-30T10:00:00+07:00"}
        reply = self.call("POST", "/api/v1/due", {"items": [item, {"procedure": "no-such"}, {}], "explain": True}, as_="clerk1", status=200).json
        first, unknown, empty = reply["items"]
        self.assertEqual((first["limit"], first["ruleset"], first["due_on"]), ("10wd", "R1", "2022-09-15"))
        self.assertEqual(unknown["problem"]["code"], "procedure_unknown")
        self.assertEqual(empty["problem"]["code"], "field_required")
        bad = self.call("POST", "/api/v1/due", {"office": "no-such", "items": [item]}, as_="clerk1")
        self.assertEqual((bad.status, bad.code), (422, "office_unknown"))

    def words(self, path, language="vi"):
        """The text of a paper, its lines joined."""
        pdf = self.call("GET", path, as_="clerk1", status=200, headers={"Accept-Language": language}).body
        return " ".join(subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode().split())

    def test_z_a_provisional_date_says_so_on_screen_and_paper(self):
        self.call("POST", "/api/v1/demo/clock", {"set": "2026-12-28T08:00:00+07:00"}, as_="admin", status=200)
        d = self.intake()
        due = self.due(d["code"])
        self.assertTrue(due["is_provisional"])
        self.assertEqual(self.kinds(due), ["received", "provisional"])
        self.assertIn("lịch làm việc năm 2027 chưa công bố", due["notes"][1]["sentence"])
        self.assertIn("lịch làm việc năm 2027 chưa công bố", self.words(f"/api/v1/dossiers/{d['code']}/slip"))
        self.assertIn("BẢNG TÍNH THỜI HẠN", self.words(f"/api/v1/dossiers/{d['code']}/due/document"))


harness.main(demo=True, at=harness.START)
