#!/usr/bin/env python3
"""Letters signed with certificates: by the daemon when they are numbered, elsewhere and handed back; what anybody may ask of a
paper; the registers that number them, and the print batch."""
import hashlib
import io
import pathlib
import shutil
import subprocess
import tempfile
import time
import zipfile

import harness

made = {}
keys = pathlib.Path(tempfile.mkdtemp())


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], cwd=keys, check=True, capture_output=True)


def make_keys(daemon):
    """A root that is trusted, an office's and an officer's certificate, and a stranger's."""
    folder = daemon.home / "signatures"
    folder.mkdir()
    daemon.own(folder)
    for root in ("root", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{root}.key", "-out", f"{root}.pem", "-days", "9", "-subj", f"/CN=Goc {root}")
    for name, root in (("office-ubnd", "root"), ("officer-leader1", "root"), ("token", "root"), ("stranger", "other")):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", "x.csr", "-subj", f"/CN=Chu ky {name}")
        openssl("x509", "-req", "-in", "x.csr", "-CA", f"{root}.pem", "-CAkey", f"{root}.key", "-CAcreateserial", "-days", "9", "-out", f"{name}.pem")
        openssl("pkcs12", "-export", "-inkey", f"{name}.key", "-in", f"{name}.pem", "-out", f"{name}.p12", "-passout", f"pass:{name}")
    for name in ("office-ubnd", "officer-leader1"):
        for path in (folder / f"{name}.p12", folder / f"{name}.password"):
            path.write_bytes((keys / path.name).read_bytes() if path.suffix == ".p12" else f"{name}\n".encode())
            path.chmod(0o600)
            daemon.own(path)
    daemon.write("roots.pem", (keys / "root.pem").read_text())
    return {"signature_folder": folder, "signature_trust": daemon.home / "roots.pem"}


class SigningTest(harness.ApiTest):
    def letter(self, n):
        return self.call("GET", f"/api/v1/letters/{n}", as_="admin", status=200).json

    def drafted(self, code):
        items = self.until(lambda: self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"], 75)
        return items[0]["id"]

    def act(self, n, action, as_, status=200, **fields):
        return self.call("POST", f"/api/v1/letters/{n}/actions/{action}", fields, as_=as_, status=status).json

    def paper(self, n):
        return self.call("GET", f"/api/v1/letters/{n}/document", as_="admin", status=200).body

    def pdfsig(self, pdf):
        path = keys / "x.pdf"
        path.write_bytes(pdf)
        return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout

    def check(self, *pdfs):
        return self.call("POST", "/public/documents/check", {"hashes": [hashlib.sha256(p).hexdigest() for p in pdfs]}, status=200).json

    def sign_elsewhere(self, pdf, key):
        """A later revision with a signature in the person's place or a field of its own, as a signing tool makes it."""
        out = keys / "handed.pdf"
        (keys / "in.pdf").write_bytes(pdf)
        done = subprocess.run([harness.sys.executable, pathlib.Path(__file__).parent / "sign_elsewhere.py", keys / "in.pdf", keys / f"{key}.pem",
                               keys / f"{key}.key", out], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out.read_bytes()

    def test_1_a_numbered_letter_is_signed_by_person_and_office(self):
        for name in ("signed", "second", "third", "fourth"):
            made[name] = self.intake("TP-10", name=f"Lê Thị {name}")["code"]
        self.clock_to("2022-08-11T17:01:00+07:00")
        for name in ("signed", "second", "third", "fourth"):
            made[name] = self.drafted(made[name])
        n = made["signed"]
        self.act(n, "sign", "leader1")
        before = self.call("GET", f"/api/v1/letters/{n}/document", as_="admin", status=200).body
        self.assertEqual(self.check(before)["state"], "unknown")
        self.act(n, "number", "records1")
        letter = self.until(lambda: len((x := self.letter(n)).get("signatures", [])) == 2 and x)
        self.assertEqual([(s["subject"], s["way"]) for s in letter["signatures"]], [("Chu ky officer-leader1", "inside"), ("Chu ky office-ubnd", "inside")])
        self.assertEqual([s["is_trusted"] for s in letter["signatures"]], [True, True])
        pdf = self.paper(n)
        said = self.pdfsig(pdf)
        self.assertEqual(said.count("Signature is Valid."), 2, said)
        self.assertIn("Total document signed", said)
        self.assertEqual(self.events(letter["dossier"]).count("certify_letter"), 2)
        made["pdf"] = pdf

    def test_2_what_anybody_may_ask(self):
        pdf = made["pdf"]
        told = self.check(pdf)
        self.assertEqual((told["state"], told["number"], told["is_newest"], len(told["signatures"])), ("genuine", "01/PXL", True, 2))
        self.assertNotIn("Lê Thị", str(told))
        broken = bytearray(pdf)
        broken[5000] ^= 1
        self.assertEqual(self.check(bytes(broken)), {"state": "unknown", "is_newest": False, "signatures": []})
        ends = [i + 6 for i in range(len(pdf)) if pdf.startswith(b"%%EOF\n", i)]
        plain = pdf[:ends[1]]  # as drawn, its places reserved
        told = self.check(plain)
        self.assertEqual((told["state"], told["is_newest"]), ("genuine", False))
        self.assertEqual(told["sha256"], hashlib.sha256(pdf).hexdigest())
        item = self.call("GET", "/api/v1/letters?limit=200", as_="admin", status=200).json["items"]
        token = next(x["public_document"] for x in item if x["id"] == made["signed"])
        told = self.call("GET", token, status=200).json
        self.assertEqual((told["state"], told["number"]), ("genuine", "01/PXL"))
        page = self.call("GET", token, headers={"Accept": "text/html"}, checked=False)
        self.assertEqual(page.status, 303)
        self.assertIn("/#/kiem-tra/", page.headers["location"])
        self.assertEqual(self.call("GET", "/public/documents/" + "0" * 32, status=200).json["state"], "unknown")
        self.call("POST", "/public/documents/check", {"hashes": ["x"]}, status=422)
        self.call("POST", "/public/documents/check", {"hashes": ["0" * 64] * 17}, status=422)

    def test_3_the_command_line_checks_a_file(self):
        for data, word, code in ((made["pdf"], "genuine", 0), (made["pdf"] + b"\n", "earlier", 1), (b"%PDF-1.5 nothing", "unknown", 1)):
            (keys / "checked.pdf").write_bytes(data)
            done = self.cli("document", "verify", keys / "checked.pdf")
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertIn(word, done.stdout.lower())

    def test_4_a_letter_is_signed_elsewhere_and_handed_back(self):
        n = made["second"]
        self.call("PUT", f"/api/v1/letters/{n}/document", b"%PDF", as_="records1", status=409)  # no number yet
        self.act(n, "sign", "leader1")
        self.act(n, "number", "records1")
        self.until(lambda: len(self.letter(n).get("signatures", [])) == 2)
        pdf = self.paper(n)
        path = f"/api/v1/letters/{n}/document"
        back = self.sign_elsewhere(pdf, "token")
        self.call("PUT", path, back, as_="clerk1", status=403)
        self.assertEqual(self.call("PUT", path, pdf, as_="records1", status=422).code, "signature_other_paper")
        self.assertEqual(self.call("PUT", path, made["pdf"] + b"%", as_="records1", status=422).code, "signature_broken")
        self.assertEqual(self.call("PUT", path, self.sign_elsewhere(pdf, "stranger"), as_="records1", status=422).code, "signature_untrusted")
        broken = bytearray(back)
        broken[-40] ^= 1
        self.assertEqual(self.call("PUT", path, bytes(broken), as_="records1", status=422).code, "signature_broken")
        self.call("PUT", path, b"x" * (17 << 20), as_="records1", status=413)
        self.call("PUT", path, back, as_="records1", status=412, headers={"If-Match": '"1"'})
        self.call("PUT", path, back, as_="records1", status=200)
        self.assertEqual([(s["subject"], s["way"], s["is_trusted"]) for s in self.letter(n)["signatures"]][2:], [("Chu ky token", "outside", True)])
        self.assertEqual(self.paper(n), back)
        self.assertEqual(self.call("PUT", path, back, as_="records1", status=422).code, "signature_other_paper")  # nothing new

    def test_5_a_register_goes_on_from_the_paper_book(self):
        year = {"office": "ubnd", "year": 2022, "symbol": "PXL", "source": "QĐ 1", "reason": "Nối tiếp sổ giấy"}
        self.assertEqual(self.call("PUT", "/api/v1/registers", {**year, "began_after": 40}, as_="records1", status=409).code, "register_in_use")
        self.call("PUT", "/api/v1/registers", {**year, "year": 2023, "began_after": 40}, as_="clerk1", status=403)
        got = self.call("PUT", "/api/v1/registers", {**year, "year": 2023, "began_after": 40}, as_="records1", status=200).json
        self.assertEqual((got["last"], got["began_after"], got["entries"]), (40, 40, 0))
        self.call("PUT", "/api/v1/registers", {**year, "year": 2023, "symbol": "P:X", "began_after": 4}, as_="records1", status=422)
        items = self.call("GET", "/api/v1/registers?office=ubnd&year=2022", as_="records1", status=200).json["items"]
        self.assertEqual([(g["symbol"], g["last"], g["entries"]) for g in items], [("PXL", 2, 2)])
        path = "/api/v1/registers/entries?office=ubnd&year=2022&symbol=PXL"
        page = self.call("GET", path + "&limit=1", as_="records1", status=200).json
        self.assertEqual([(e["number"], e["applicant_name"]) for e in page["items"]], [(1, "Lê Thị signed")])
        self.assertEqual([e["number"] for e in self.call("GET", path + f"&after={page['next']}", as_="records1", status=200).json["items"]], [2])
        csv = self.call("GET", path + "&format=csv", as_="records1", status=200).body.decode("utf-8-sig").split("\r\n")
        self.assertTrue(csv[1].startswith("1,PXL,2022-08-11,"), csv[1])
        with zipfile.ZipFile(io.BytesIO(self.call("GET", path + "&format=xlsx", as_="records1", status=200).body)) as z:
            self.assertIn("Lê Thị signed", z.read("xl/worksheets/sheet1.xml").decode())
        changes = self.call("GET", "/api/v1/changes?kind=register", as_="admin", status=200).json["items"]
        self.assertEqual([c["key"] for c in changes], ["ubnd:2023:PXL"])

    def test_6_numbers_of_another_system_are_typed_in(self):
        self.act(made["third"], "sign", "leader1")
        self.assertEqual(self.act(made["third"], "number", "records1", 409, number=7)["code"], "register_number")
        self.clock_to("2023-01-03T08:00:00+07:00")
        self.call("PUT", "/api/v1/registers", {"office": "ubnd", "year": 2023, "symbol": "PXL", "is_outside": True, "source": "QĐ 2", "reason": "Số lấy ở phần mềm văn thư"},
                  as_="records1", status=200)
        # signed with words of before the due date: drafted anew by the engine, and signed again
        self.until(lambda: self.letter(made["third"])["state"] == "drafted", 75)
        self.act(made["third"], "sign", "leader1")
        self.assertEqual(self.act(made["third"], "number", "records1", 409)["code"], "register_outside")
        self.assertEqual(self.act(made["third"], "number", "records1", number=310)["number"], "310/PXL")
        self.act(made["fourth"], "sign", "leader1")
        self.assertEqual(self.act(made["fourth"], "number", "records1", 409, number=310)["code"], "register_number")
        self.assertEqual(self.act(made["fourth"], "number", "records1", number=309)["number"], "309/PXL")
        self.assertEqual([e["is_typed"] for e in self.call("GET", "/api/v1/registers/entries?office=ubnd&year=2023&symbol=PXL", as_="admin", status=200).json["items"]],
                         [True, True])

    def test_7_papers_are_printed_in_the_order_of_the_shelf(self):
        for name in ("third", "fourth"):
            self.until(lambda: len(self.letter(made[name]).get("signatures", [])) == 2)
        reply = self.call("GET", "/api/v1/print-batches?state=numbered", as_="records1", status=200)
        self.assertEqual(reply.headers["papers"], "4")
        path = keys / "batch.pdf"
        path.write_bytes(reply.body)
        self.assertEqual(subprocess.run(["qpdf", "--check", path], capture_output=True).returncode, 0)
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True).stdout
        places = [text.index(f"Lê Thị {name}") for name in ("signed", "second", "third", "fourth")]
        self.assertEqual(places, sorted(places))
        first = self.call("GET", "/api/v1/print-batches?on=2022-08-11", as_="records1", status=200)
        self.assertEqual(first.headers["papers"], "2")
        self.call("GET", "/api/v1/print-batches?state=issued", as_="records1", status=404)

    def test_7a_whoever_read_one_is_logged(self):
        self.assertLessEqual({("GET", "/api/v1/print-batches"), ("PUT", "/api/v1/letters/{id}/document"), ("GET", "/api/v1/letters/{id}/document")},
                             self.reads_are_logged())

    def test_8_a_cancelled_letter_is_said_to_be(self):
        self.act(made["signed"], "cancel", "leader1", reason="Sai nội dung", reference="02/QĐ-UBND")
        self.assertEqual(self.check(made["pdf"])["state"], "cancelled")
        self.call("PUT", f"/api/v1/letters/{made['signed']}/document", self.sign_elsewhere(made["pdf"], "token"), as_="records1", status=409)

    def test_9_what_was_not_signed_is_made_up_for(self):
        done = harness.daemon.command("verify", "--database", harness.daemon.url)
        self.assertEqual(done.returncode, 0, done.stdout[-1500:] + done.stderr[-500:])
        harness.daemon.rows(f"DELETE FROM letter_revision WHERE letter_id = {made['fourth']}")
        done = harness.daemon.command("verify", "--database", harness.daemon.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("signatures", done.stdout)


if __name__ == "__main__":
    if not shutil.which("pdfsig"):
        harness.skip_all("pdfsig is not installed")
    try:
        harness.main(demo=True, at=harness.START, settings=make_keys)
    finally:
        shutil.rmtree(keys)
