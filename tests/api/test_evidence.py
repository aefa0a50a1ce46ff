#!/usr/bin/env python3
"""The evidence of a period: one ZIP, every hash and every paper of it held against the API; what is missing is named with its reason."""
import csv
import hashlib
import http.client
import io
import os
import re
import ssl
import subprocess
import tempfile
import zipfile

import harness

WORDS = "from=2022-08-01&to=2022-09-30"
made = {}


def resident():
    """Kilobytes of the daemon."""
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{harness.daemon.process.pid}/status", encoding="ascii").read())[1])


class EvidenceTest(harness.ApiTest):
    def pack(self, as_="leader1", words=WORDS):
        reply = self.call("GET", f"/api/v1/statistics/evidence?{words}", as_=as_, status=200, checked=False)
        self.assertEqual((reply.headers["content-type"], reply.headers["transfer-encoding"]), ("application/zip", "chunked"))
        if "EVIDENCE_KEEP" in os.environ:
            open(os.environ["EVIDENCE_KEEP"], "wb").write(reply.body)
        z = zipfile.ZipFile(io.BytesIO(reply.body))
        self.assertIsNone(z.testzip())
        files = {name: z.read(name) for name in z.namelist()}
        self.assertEqual(len(files), len(z.namelist()))
        sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
        self.assertEqual(sums, {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != "SHA256SUMS"})
        return files, list(csv.DictReader(io.StringIO(files["index.csv"].decode("utf-8-sig"), newline="")))

    def letter(self, code):
        return max(self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"], key=lambda x: x["id"])

    def act_on_letter(self, code, action, who, **fields):
        for _ in range(5):
            letter = self.letter(code)
            reply = self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", fields, as_=who, headers={"If-Match": f'"{letter["version"]}"'})
            if reply.status != 412:
                break
        self.assertEqual(reply.status, 200, reply.body[:600])

    def cover(self, files):
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(files["summary.pdf"])
            file.flush()
            return " ".join(subprocess.run(["pdftotext", "-layout", file.name, "-"], check=True, text=True, capture_output=True).stdout.split())

    def test_1_an_empty_period(self):
        files, rows = self.pack(words="from=2022-08-01&to=2022-08-01")
        self.assertEqual((set(files), rows), ({"index.csv", "summary.pdf", "SHA256SUMS"}, []))
        self.assertIn("Hồ sơ quá hạn: 0", self.cover(files))

    def test_2_what_is_inside_is_what_the_api_says(self):
        codes = [self.intake(name=f"Nguyễn Thị Số {n}")["code"] for n in range(5)]
        for code in codes[:4]:
            self.act(code, "forward", "clerk1", officer="head_tp")
            self.act(code, "take_over", "head_tp")
            self.act(code, "declare_late", "head_tp", reason="chờ xác minh")
        self.clock_to("2022-08-12T17:30:00+07:00")
        self.sweep()
        for code in codes[:3]:
            self.until(lambda: self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"])
            self.act_on_letter(code, "sign", "leader1")
        for code in codes[:2]:
            self.act_on_letter(code, "number", "records1")
            self.until(lambda: harness.daemon.rows(f"SELECT 1 FROM letter WHERE id = {self.letter(code)['id']} AND blob_sha256 IS NOT NULL"))
        self.act_on_letter(codes[0], "issue", "records1")
        self.act_on_letter(codes[0], "deliver", "clerk1", addressee=1, delivery="post", reference="EH123VN")
        self.clock_to("2022-09-20T10:00:00+07:00")
        made["codes"] = codes
        files, rows = self.pack()
        late = {r["code"]: r for r in self.call("GET", f"/api/v1/statistics/late/dossiers?{WORDS}", as_="leader1", status=200).json["items"]}
        self.assertEqual({r["code"] for r in rows}, set(late))
        self.assertEqual(set(late), set(codes))
        by = {r["code"]: r for r in rows}
        for code, row in by.items():
            for key in ("applicant_name", "office_name", "due_at", "letter_number", "letter_issued_at", "verdict", "cause"):
                self.assertEqual(row[key], late[code][key] or "", (code, key))
            if row["file"]:
                paper = self.call("GET", f"/api/v1/letters/{self.letter(code)['id']}/document", as_="leader1", status=200, checked=False).body
                self.assertEqual((files[row["file"]], row["sha256"]), (paper, hashlib.sha256(paper).hexdigest()))
        self.assertEqual([bool(by[c]["file"]) for c in codes], [True, True, False, False, False])
        reasons = [by[c]["no_file_because"] for c in codes]
        self.assertEqual(reasons[:3], ["", "", "not_numbered"])
        self.assertTrue(set(reasons[3:]) <= {"no_letter", "not_numbered"}, reasons)
        self.assertRegex(by[codes[0]]["delivery"], r"^post delivered 2022-08-12 17:\d\d .*EH123VN")
        self.assertEqual(len([n for n in files if n.startswith("letters/")]), 2)
        text = self.cover(files)
        for words in ("Hồ sơ quá hạn: 5", "Bản PDF kèm theo: 2", "Hồ sơ không có bản PDF kèm theo: 3", "phiếu chưa được cấp số"):
            self.assertIn(words, text)

    def test_3_who_may_not(self):
        for who, code in (("officer1", "grant_missing"), ("statistician1", "person_masked")):
            reply = self.call("GET", f"/api/v1/statistics/evidence?{WORDS}", as_=who, status=403)
            self.assertEqual(reply.code, code)
        self.assertEqual(self.call("GET", "/api/v1/statistics/evidence?from=2022-09-30&to=2022-08-01", as_="leader1", status=422).code, "period_backwards")
        logged = harness.daemon.rows("SELECT DISTINCT unnest(dossier_ids) FROM read_log WHERE what = 'evidence'")
        self.until(lambda: len(harness.daemon.rows("SELECT DISTINCT unnest(dossier_ids) FROM read_log WHERE what = 'evidence'")) == 5)
        self.assertLessEqual(len(logged), 5)

    def test_4_a_paper_that_was_changed_is_named_and_left_out(self):
        code = made["codes"][1]
        harness.daemon.rows(f"UPDATE blob_chunk SET bytes = bytes || '\\x00' WHERE sha256 = (SELECT blob_sha256 FROM letter WHERE id = {self.letter(code)['id']})")
        files, rows = self.pack()
        self.assertNotIn(next(r["file"] for r in rows if r["code"] == code), files)
        self.assertIn("không khớp mã SHA-256", self.cover(files))

    def test_5_two_thousand_letters_in_flat_memory(self):
        first = made["codes"][0]
        harness.daemon.rows(f"""
            INSERT INTO dossier SELECT r.* FROM (SELECT to_jsonb(d) AS was FROM dossier d WHERE code = '{first}') o, generate_series(1, 2000) n,
              LATERAL jsonb_populate_record(NULL::dossier, o.was || jsonb_build_object('id', 20220000500000 + n, 'code', 'COPY-' || n)) r;
            INSERT INTO dossier_fact SELECT r.* FROM (SELECT to_jsonb(f) AS was FROM dossier_fact f
                  WHERE dossier_id = (SELECT id FROM dossier WHERE code = '{first}') AND known_to = 'infinity') o, generate_series(1, 2000) n,
              LATERAL jsonb_populate_record(NULL::dossier_fact, o.was || jsonb_build_object('dossier_id', 20220000500000 + n)) r;
            INSERT INTO letter SELECT r.* FROM (SELECT to_jsonb(l) AS was FROM letter l WHERE id = {self.letter(first)['id']}) o, generate_series(1, 2000) n,
              LATERAL jsonb_populate_record(NULL::letter, o.was || jsonb_build_object('id', 900000000 + n, 'dossier_id', 20220000500000 + n,
                'number', 1000 + n, 'public_token', 'copy' || n)) r""")
        self.pack(words="from=2022-08-01&to=2022-08-02")
        before = resident()
        files, rows = self.pack()
        grown = resident() - before
        print(f"# {len(files)} files, {sum(map(len, files.values())) >> 20} MiB, the daemon grew by {grown} KiB")
        self.assertEqual(len([n for n in files if n.startswith("letters/")]), 2001)
        self.assertEqual(len(rows), 2005)
        if b"__asan_init" not in harness.daemon.program.read_bytes():  # freed memory is kept aside there
            self.assertLess(grown, 40 * 1024)

    def test_6_who_leaves_in_the_middle_takes_nothing_along(self):
        context = ssl.create_default_context(cafile=str(harness.daemon.home / "cert.pem"))
        for _ in range(3):
            connection = http.client.HTTPSConnection("127.0.0.1", harness.daemon.port, timeout=60, context=context)
            connection.request("GET", f"/api/v1/statistics/evidence?{WORDS}", headers={"Authorization": "Bearer " + self.login("leader1")})
            reply = connection.getresponse()
            reply.read(200000)
            reply.close()
            connection.close()
        connection = http.client.HTTPSConnection("127.0.0.1", harness.daemon.port, timeout=60, context=context)
        connection.request("GET", f"/api/v1/statistics/evidence?{WORDS}", headers={"Authorization": "Bearer " + self.login("leader1")})
        reply = connection.getresponse()
        reply.read(200000)
        harness.daemon.rows("ALTER TABLE blob_chunk RENAME TO gone")
        with self.assertRaises((http.client.IncompleteRead, ConnectionError, ssl.SSLError)):
            reply.read()
        harness.daemon.rows("ALTER TABLE gone RENAME TO blob_chunk")
        self.assertEqual(len(self.pack()[1]), 2005)


harness.main(demo=True, at=harness.START)
