#!/usr/bin/env python3
"""Offices that work on another system: not declared is "not reported" and never zero, in every form and file; declared, withdrawn and
asked again as it was known then, the form says what it said."""
import csv
import datetime as dt
import io
import subprocess
import tempfile
import pathlib
import re
import urllib.parse
import zipfile

import foreign
import harness

HASH = "ab" * 32
WHY = {"source": "CV 12/UBND", "reason": "dùng phần mềm của tỉnh"}
FIGURES = ("total_received", "online", "direct", "carried_over", "total_done", "early", "on_time", "late", "total_open", "open_in_time", "open_overdue")
JULY = {"from": "2022-07-01", "to": "2022-07-31"}


def dossier(code, received, ended=None, due=None):
    at = lambda text: text and dt.datetime.fromisoformat(text + "T09:00:00+07:00")
    return {"external_code": code, "received_at": at(received), "ended_at": at(ended), "due_at": at(due), "channel": "direct", "events": []}


class FileOfficesTest(harness.ApiTest):
    def form(self, **query):
        words = {**JULY, "group_by": "office", **query}
        return self.call("GET", f"/api/v1/statistics/II.06a?{urllib.parse.urlencode(words)}", as_="admin", status=200).json

    def of(self, office, form):
        return next((r for r in form["rows"] if r["key"] == office), None)

    def mark(self, office="xa-cu", status=200, **more):
        body = {"system": "VNPT iGate", "from_on": "2022-07-01", **WHY, **more}
        return self.call("PUT", f"/api/v1/file-offices/{office}", body, as_="admin", status=status)

    def declare(self, office="xa-cu", status=201, as_="admin", **more):
        body = {"office": office, "from_on": "2022-07-01", "to_on": "2022-07-31", "source": "xa-cu", "sha256": HASH, "dossiers": 3, **more}
        return self.call("POST", "/api/v1/report-declarations", body, as_=as_, status=status)

    def withdraw(self, number, status=200):
        return self.call("POST", f"/api/v1/report-declarations/{number}/actions/withdraw", {"reason": "thiếu tệp"}, as_="admin", status=status)

    def owed(self, **query):
        items = self.call("GET", f"/api/v1/file-offices?{urllib.parse.urlencode({**JULY, **query})}", as_="admin", status=200).json["items"]
        return [(o["office"], o["is_reported"], o["missing_from"], o["missing_to"]) for o in items]

    def test_1_what_is_imported_but_not_declared_is_not_reported(self):
        rows = [dossier("1", "2022-07-04", "2022-07-06", "2022-07-08"), dossier("2", "2022-07-11", "2022-07-20", "2022-07-15"),
                dossier("3", "2022-07-25", None, "2022-07-27"), dossier("4", "2022-06-20", "2022-06-24", "2022-06-24")]
        self.call("POST", "/api/v1/imports", {"source": "xa-cu", "office": {"key": "xa-cu", "name": "Xã Cũ"}, "dossiers": [foreign.wire(d) for d in rows]},
                  as_="admin", status=200)
        before = self.form()
        self.assertEqual(self.of("xa-cu", before)["total_received"], 3)
        self.assertEqual(before.get("notes", []), [])
        self.assertEqual(self.mark().json["is_reported"], False)
        self.assertEqual(self.owed(), [("xa-cu", False, "2022-07-01", "2022-07-31")])
        after = self.form()
        row = self.of("xa-cu", after)
        self.assertTrue(row["is_unreported"])
        self.assertEqual([row[f] for f in FIGURES], [None] * len(FIGURES))
        self.assertEqual(after["total"]["total_received"], before["total"]["total_received"] - 3)
        self.assertIn("Xã Cũ (works on VNPT iGate)", after["notes"][0])
        alone = self.form(office="xa-cu", group_by="field")
        self.assertEqual((alone["rows"], alone["total"]["total_received"]), ([], None))
        self.assertEqual(self.call("GET", "/api/v1/statistics/II.06a/dossiers?from=2022-07-01&to=2022-07-31&column=late", as_="admin", status=200)
                         .json["items"], [])
        self.assertEqual(self.of("xa-cu", self.form(**{"from": "2022-06-01", "to": "2022-06-30"}))["on_time"], 1)  # before it reported by file

    def test_2_tables_of_figures_say_so_too(self):
        report = self.call("GET", "/api/v1/statistics/by-unit?" + urllib.parse.urlencode(JULY), as_="admin", status=200).json
        unreported = [row for row in report["rows"] if row.get("note")]
        self.assertEqual({cell["n"] for row in unreported for cell in row["cells"]}, {None})
        self.assertTrue(unreported and all(cell["shown"] == "–" for row in unreported for cell in row["cells"]))
        alone = self.call("GET", "/api/v1/statistics/by-unit?" + urllib.parse.urlencode({**JULY, "office": unreported[0]["key"]}), as_="admin", status=200).json
        self.assertEqual({cell["n"] for cell in alone["total"]["cells"]}, {None})

    def test_2_files_say_so_too(self):
        path = "/api/v1/statistics/II.06a?" + urllib.parse.urlencode({**JULY, "group_by": "office"})
        text = self.call("GET", path + "&format=csv", as_="admin", status=200, checked=False).body.decode("utf-8-sig")
        row = next(r for r in csv.reader(io.StringIO(text)) if len(r) > 2 and r[1].startswith("Xã Cũ"))
        self.assertEqual(row[1:], ["Xã Cũ (chưa báo cáo)"] + [""] * 11)
        book = self.call("GET", path + "&format=xlsx", as_="admin", status=200, checked=False).body
        with zipfile.ZipFile(io.BytesIO(book)) as z:
            sheet, words = z.read("xl/worksheets/sheet1.xml").decode(), z.read("xl/sharedStrings.xml").decode()
        at = re.findall(r"<t[^>]*>([^<]*)</t>", words).index("Xã Cũ (chưa báo cáo)")
        cells = re.search(rf'<row[^>]*>(?:(?!</row>).)*<c r="B\d+"[^>]*><v>{at}</v></c>(.*?)</row>', sheet).group(1)
        self.assertNotIn("<v>", cells)
        paper = self.call("GET", path + "&format=pdf", as_="admin", status=200, checked=False).body
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "form.pdf"
            file.write_bytes(paper)
            shown = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, text=True, capture_output=True).stdout
        self.assertRegex(shown, r"Xã Cũ \(chưa báo cáo\)(\s+–){11}\n")

    def test_3_declared_it_counts_and_what_was_known_before_stays(self):
        then = self.call("POST", "/api/v1/demo/clock", {"advance_minutes": 60}, as_="admin", status=200).json["now"]
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": 60}, as_="admin", status=200)
        half = self.declare(to_on="2022-07-15").json
        self.assertEqual(self.owed(), [("xa-cu", False, "2022-07-16", "2022-07-31")])
        self.assertEqual(self.owed(to="2022-07-15"), [("xa-cu", True, None, None)])
        self.assertTrue(self.of("xa-cu", self.form())["is_unreported"])
        self.assertEqual(self.of("xa-cu", self.form(as_of="2022-07-15"))["total_received"], 2)
        rest = self.declare(from_on="2022-07-14").json
        row = self.of("xa-cu", self.form())
        self.assertEqual((row["total_received"], row["early"], row["late"], row["open_overdue"]), (3, 1, 1, 1))
        self.assertTrue(self.of("xa-cu", self.form(known_at=then))["is_unreported"])
        self.assertEqual(self.owed(known_at=then), [("xa-cu", False, "2022-07-01", "2022-07-31")])
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": 60}, as_="admin", status=200)
        self.withdraw(half["id"])
        self.assertEqual(self.owed(), [("xa-cu", False, "2022-07-01", "2022-07-13")])
        self.assertEqual(self.withdraw(half["id"], 409).code, "declaration_ended")
        listed = self.call("GET", "/api/v1/report-declarations?office=xa-cu", as_="admin", status=200).json["items"]
        self.assertEqual([(d["id"], "withdrawn_at" in d) for d in listed], [(rest["id"], False), (half["id"], True)])
        self.declare(remark="nộp lại")
        self.assertEqual(self.owed(), [("xa-cu", True, None, None)])

    def test_4_what_is_refused(self):
        for more, code in (({"office": "nowhere"}, "office_unknown"), ({"sha256": "zz" * 32}, "field_value"), ({"sha256": "ab"}, "field_value"),
                           ({"to_on": "2022-06-30"}, "declaration_days"), ({"to_on": "2024-08-31"}, "declaration_days"),
                           ({"from_on": "2021-01-01", "to_on": "2022-07-31"}, "declaration_days"),
                           ({"from_on": "2022-06-01", "to_on": "2022-06-30"}, "file_office_not"), ({"office": "tp"}, "file_office_not")):
            self.assertEqual(self.declare(status=422, **more).code, code, more)
        self.assertEqual(self.declare(as_="clerk1", status=403).code, "grant_missing")
        self.call("PUT", "/api/v1/file-offices/xa-cu", {"system": "x", "from_on": "2022-07-01", **WHY}, as_="clerk1", status=403)
        self.assertEqual(self.mark(status=409, from_on="2022-07-10").code, "file_office_overlap")
        self.assertEqual(self.mark("nowhere", 422).code, "office_unknown")
        self.assertEqual(self.mark(status=422, to_on="2022-06-01").code, "period_backwards")
        self.withdraw(999, 404)

    def test_5_from_the_command_line(self):
        done = self.cli("file-office", "list", "--from", "2022-07-01", "--to", "2022-07-31")
        self.assertRegex(done.stdout, r"xa-cu.*VNPT iGate")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "t6.csv"
            file.write_text("a\n", encoding="utf-8")
            done = self.cli("declaration", "new", "--office", "xa-cu", "--from-on", "2022-07-01", "--to-on", "2022-07-02", "--source", "xa-cu",
                            "--file", file, "--dossier-count", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7", done.stdout)  # sha256sum
        number = re.search(r"Id\s+(\d+)", done.stdout).group(1)
        self.assertEqual(self.cli("declaration", "withdraw", number, "--reason", "thử").returncode, 0)
        self.assertEqual(self.cli("declaration", "gone").returncode, 2)
        done = self.cli("file-office", "set", "xa-cu", "--system", "VNPT iGate", "--from-on", "2022-07-01", "--source", "CV 12", "--reason", "thử")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_6_it_ends_and_the_days_after_are_its_own(self):
        self.mark(to_on="2022-07-20")
        self.assertEqual(self.owed(**{"from": "2022-07-21", "to": "2022-07-31"}), [("xa-cu", True, None, None)])
        self.assertEqual(len(self.call("GET", "/api/v1/changes?kind=office&key=xa-cu&limit=200", as_="admin", status=200).json["items"]), 9)


if __name__ == "__main__":
    harness.main(demo=True)
