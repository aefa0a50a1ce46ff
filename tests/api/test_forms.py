#!/usr/bin/env python3
"""Templates that an office edits: tried, refused when faulty, in force at once; papers that were handed out stay as they were."""
import hashlib
import pathlib
import re
import subprocess
import tempfile

import harness

made = {}
WHY = {"source": "QĐ 12/QĐ-UBND", "reason": "Bổ sung số điện thoại của bộ phận"}
RECEIPT = "TT01/2018:01"


class FormsTest(harness.ApiTest):
    def template(self, form=RECEIPT, **query):
        words = "".join(f"&{k}={v}" for k, v in query.items())
        return self.call("GET", f"/api/v1/forms/template?form={form}{words}", as_="admin", status=200).body.decode()

    def form(self, name=RECEIPT, office=None):
        items = self.call("GET", "/api/v1/forms", as_="admin", status=200).json["items"]
        return next((f for f in items if f["form"] == name and f.get("office") == office), None)

    def save(self, template, form=RECEIPT, status=200, as_="admin", **fields):
        return self.call("PUT", "/api/v1/forms/template", {"form": form, "template": template, **WHY, **fields}, as_=as_, status=status)

    def words(self, pdf):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "x.pdf")
            path.write_bytes(pdf)
            return " ".join(subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout.split())

    def bare(self, pdf):
        """What stands on a paper, without the mark of a reprint."""
        return re.sub(r"Bản in lại lần \d+, \d+ giờ \d+ phút, ngày \d+ tháng \d+ năm \d+ ?", "", self.words(pdf)).strip()

    def slip(self, code, as_="clerk1"):
        return self.call("GET", f"/api/v1/dossiers/{code}/slip", as_=as_, status=200).body

    def test_1_every_form_is_listed_with_what_is_not_verified(self):
        items = self.call("GET", "/api/v1/forms", as_="clerk1", status=200).json["items"]
        self.assertGreaterEqual(len(items), 13)
        self.assertTrue(all(f["is_built_in"] for f in items))
        self.assertGreater(self.form("TT01/2018:04")["unverified"], 0)
        self.assertEqual(self.form()["kind"], "receipt")
        self.call("GET", "/api/v1/forms/template?form=TT99:01", as_="admin", status=422)

    def test_2_a_template_is_tried_without_being_saved(self):
        text = self.template() + "note: Hỏi đáp: 0238 3 882 207\n"
        pdf = self.call("POST", "/api/v1/forms/preview", {"template": text}, as_="admin", status=200).body
        self.assertIn("Hỏi đáp: 0238 3 882 207", self.words(pdf))
        self.assertTrue(self.form()["is_built_in"])
        self.call("POST", "/api/v1/forms/preview", {"template": text}, as_="clerk1", status=403)

    def test_3_a_faulty_one_is_refused_with_its_line_and_the_one_in_force_stays(self):
        text = self.template()
        made["before"] = self.intake(name="Trần Văn Trước")["code"]
        made["slip"] = self.slip(made["before"])
        lines = text.split("\n")
        faults = [
            ("\n".join(lines[:8] + ["paragraph: x"] + lines[8:]), "template_word", "line 9"),
            (text.replace("paper: A5", "paper: A7"), "template_value", "A7"),
            (text + "para: {unclosed\n", "template_brace", "unclosed"),
            (text + "para: {no_such_value}\n", "document_value_missing", "no_such_value"),
            (text.replace(f"form: {RECEIPT}", "form: TT01/2018:02"), "form_template_other", "TT01/2018:02"),
            (text.replace("kind: receipt", "kind: refusal"), "form_template_other", RECEIPT),
            ("x" * 99999, "template_value", "line 1"),
        ]
        for template, code, said in faults:
            reply = self.save(template, status=422)
            self.assertEqual(reply.code, code, reply.body)
            self.assertIn(said, reply.json["detail"])
        self.assertEqual(self.save("x" * 100001, status=422).code, "field_too_long")
        self.save(text, as_="leader1", status=403)
        self.save(text, form="TT99:01", status=422)
        self.save(text, office="gone", status=422)
        self.assertTrue(self.form()["is_built_in"])
        self.assertEqual(self.template(), text)

    def test_4_one_in_force_prints_what_is_drawn_from_now_on(self):
        text = self.template() + "note: Hỏi đáp: 0238 3 882 207\n"
        saved = self.save(text).json
        self.assertFalse(saved["is_built_in"])
        after = self.intake(name="Trần Văn Sau")["code"]
        self.assertIn("Hỏi đáp: 0238 3 882 207", self.words(self.slip(after)))
        # what was handed out stays as it was, but for the mark of a second print
        self.assertEqual(self.bare(self.slip(made["before"])), self.bare(made["slip"]))
        self.assertEqual(self.template(built_in="true").count("Hỏi đáp"), 0)
        change = self.call("GET", "/api/v1/changes?kind=form_template", as_="admin", status=200).json["items"]
        self.assertEqual([(c["key"], c["after"]) for c in change], [(RECEIPT, saved["template_id"])])

    def test_5_an_office_has_its_own_and_those_below_it(self):
        text = self.template(built_in="true") + "note: Riêng của xã X01\n"
        self.save(text, office="x01")
        commune = next(p["key"] for p in self.call("GET", "/api/v1/procedures?limit=200", as_="admin", status=200).json["items"] if p["level"] == "commune")
        own = self.intake(as_="clerk_x01", procedure=commune, name="Người xã một")["code"]
        self.assertIn("Riêng của xã X01", self.words(self.slip(own, "clerk_x01")))
        other = self.intake(name="Người huyện")["code"]
        self.assertNotIn("Riêng của xã X01", self.words(self.slip(other)))
        self.assertEqual(self.form(office="x01")["office"], "x01")
        self.call("PUT", "/api/v1/forms/template", {"form": RECEIPT, "office": "x01", **WHY}, as_="admin", status=200)
        self.assertIsNone(self.form(office="x01"))

    def test_6_a_letter_keeps_the_template_it_was_approved_with(self):
        code = self.intake("TP-10", name="Lê Thị Giữ")["code"]
        form = "TT01/2018:04"
        self.save(self.template(form) + "para: Mẫu thứ nhất.\n", form=form)
        self.clock_to("2022-08-11T17:01:00+07:00")
        letter = self.until(lambda: self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"], 75)[0]["id"]
        path = f"/api/v1/letters/{letter}"
        self.call("POST", path + "/actions/sign", {}, as_="leader1", status=200)
        self.save(self.template(form, built_in="true") + "para: Mẫu thứ hai.\n", form=form)
        self.call("POST", path + "/actions/number", {}, as_="records1", status=200)
        pdf = self.call("GET", path + "/document", as_="admin", status=200).body
        self.assertIn("Mẫu thứ nhất.", self.words(pdf))
        # drawn again from what is kept, the very same bytes
        harness.daemon.rows(f"ALTER TABLE letter DISABLE TRIGGER letter_final_stands; UPDATE letter SET blob_sha256 = NULL WHERE id = {letter};"
                            "ALTER TABLE letter ENABLE TRIGGER letter_final_stands")
        self.assertEqual(self.call("GET", path + "/document", as_="admin", status=200).body, pdf)

    def test_7_the_command_line_edits_them_too(self):
        with tempfile.TemporaryDirectory() as folder:
            path, out = pathlib.Path(folder, "mine.form"), pathlib.Path(folder, "try.pdf")
            done = self.cli("form", "show", "TT01/2018:02", "--out", path)
            self.assertEqual(done.returncode, 0, done.stderr)
            path.write_text(path.read_text(encoding="utf-8") + "note: Dòng thêm của văn phòng.\n", encoding="utf-8")
            done = self.cli("form", "preview", path, "--out", out)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("Dòng thêm của văn phòng.", self.words(out.read_bytes()))
            done = self.cli("form", "save", path, "--source", "QĐ 3", "--reason", "thử")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("TT01/2018:02", done.stdout)
            path.write_text("form: TT01/2018:02\nnonsense: x\n", encoding="utf-8")
            refused = self.cli("form", "save", path, "--source", "QĐ 3", "--reason", "thử")
            self.assertEqual(refused.returncode, 1)
            self.assertIn("line 2", refused.stderr)
        self.assertFalse(self.form("TT01/2018:02")["is_built_in"])
        self.assertEqual(self.cli("form", "reset", "TT01/2018:02", "--source", "QĐ 4", "--reason", "thử").returncode, 0)
        self.assertTrue(self.form("TT01/2018:02")["is_built_in"])
        self.assertIn("TT01/2018:04", self.cli("form").stdout)

    def test_8_a_receipt_is_printed_once_and_superseded_when_its_data_change(self):
        code = self.intake(name="Võ Thị Một")["code"]
        first = self.slip(code)
        second, third = self.slip(code), self.slip(code, "admin")
        self.assertIn("Bản in lại lần 2", self.words(second))
        self.assertIn("Bản in lại lần 3", self.words(third))
        self.assertEqual({self.bare(p) for p in (second, third)}, {self.words(first)})
        check = lambda pdf: self.call("POST", "/public/documents/check", {"hashes": [hashlib.sha256(pdf).hexdigest()]}, status=200).json
        for pdf in (first, second, third):
            self.assertEqual((check(pdf)["state"], check(pdf)["is_newest"]), ("genuine", True))
        harness.daemon.rows("UPDATE person_version SET name = 'Võ Thị Hai' WHERE name = 'Võ Thị Một'")
        second = self.slip(code)
        self.assertNotEqual(second, first)
        self.assertIn("Võ Thị Hai", self.words(second))
        self.assertEqual([check(pdf)["state"] for pdf in (first, third)], ["superseded"] * 2)
        self.assertEqual(check(second)["state"], "genuine")


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
