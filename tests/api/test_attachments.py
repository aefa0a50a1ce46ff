#!/usr/bin/env python3
"""Papers handed in: sent in pieces, resumed, looked at by their bytes, kept, shown small, taken off again; in the database, or
(MOTCUA_FOLDER=1) in a folder."""
import hashlib
import os
import pathlib
import signal
import struct
import subprocess
import tempfile
import zlib

import harness

PIECE = 1 << 20
IN_FOLDER = bool(os.environ.get("MOTCUA_FOLDER"))
made = {}


def png(width, height, noise=0):
    rows = b"".join(b"\0" + os.urandom(3 * width) if noise else b"\0" + b"\x20\x60\xa0" * width for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b""))


class AttachmentsTest(harness.ApiTest):
    def announce(self, data, status=201, as_="clerk1", code=None, **fields):
        body = {"name": "Đơn đề nghị.png", "size": len(data), "purpose": "component", "component": 1, **fields}
        return self.call("POST", f"/api/v1/dossiers/{code or made['code']}/uploads", body, as_=as_, status=status).json

    def piece(self, upload, data, at, status=200, as_="clerk1"):
        return self.call("PUT", f"/api/v1/uploads/{upload['id']}?from={at}", data, as_=as_, status=status).json

    def send(self, upload, data, at=0, as_="clerk1"):
        while at < len(data):
            at = self.piece(upload, data[at:at + PIECE], at, as_=as_)["received"]

    def finish(self, upload, status=201, as_="clerk1"):
        return self.call("POST", f"/api/v1/uploads/{upload['id']}/actions/finish", None, as_=as_, status=status).json

    def attach(self, data, **fields):
        upload = self.announce(data, **fields)
        self.send(upload, data)
        return self.finish(upload)

    def items(self, code=None, as_="clerk1"):
        return self.call("GET", f"/api/v1/dossiers/{code or made['code']}/attachments", as_=as_, status=200).json["items"]

    def test_1_a_file_comes_in_pieces_and_is_attached_when_it_is_whole(self):
        made["code"] = self.intake(name="Ngô Thị Scan")["code"]
        made["data"] = data = png(1200, 900, noise=1)  # 3.2 MB
        upload = self.announce(data)
        self.assertEqual((upload["received"], upload["piece"]), (0, PIECE))
        self.assertEqual(self.finish(upload, 409)["code"], "upload_incomplete")
        self.assertEqual(self.items(), [])
        self.piece(upload, data[:PIECE], 0)
        self.assertEqual(self.piece(upload, data[:PIECE], 0)["received"], PIECE)  # repeated: nothing happens
        self.assertEqual(self.piece(upload, data[:PIECE], 2 * PIECE, 409)["code"], "upload_piece")
        self.assertEqual(self.piece(upload, data[PIECE:PIECE + 100], PIECE, 422)["code"], "upload_piece_size")
        self.assertEqual(self.piece(upload, data[PIECE:2 * PIECE], PIECE, 404, as_="clerk2")["code"], "upload_unknown")
        # the line broke, the daemon too: whoever sends asks how far it came
        harness.daemon.stop(signal.SIGKILL)
        harness.daemon.start()
        at = self.call("GET", f"/api/v1/uploads/{upload['id']}", as_="clerk1", status=200).json["received"]
        self.assertEqual(at, PIECE)
        self.send(upload, data, at)
        self.piece(upload, data[:10], len(data), 422)
        got = self.finish(upload)
        self.assertEqual((got["number"], got["type"], got["size"], got["sha256"], got["component"]),
                         (1, "image/png", len(data), hashlib.sha256(data).hexdigest(), 1))
        self.assertEqual(self.finish(upload), got)  # asked again because the answer was lost: the same, and nothing twice
        self.assertEqual([(a["number"], a["name"], a["purpose"], a["handling"]) for a in self.items()],
                         [(1, "Đơn đề nghị.png", "component", "digitised")])
        self.assertEqual(self.events(made["code"])[-1], "attach_paper")

    def test_2_its_bytes_come_back_as_they_were(self):
        item = self.items()[0]
        reply = self.call("GET", item["file"], as_="clerk1", checked=False)
        self.assertEqual((reply.status, reply.headers["content-type"], reply.body), (200, "image/png", made["data"]))
        self.assertIn("sandbox", reply.headers["content-security-policy"])
        small = self.call("GET", item["thumbnail"], as_="clerk1", checked=False)
        self.assertEqual((small.status, small.headers["content-type"], small.body[:2]), (200, "image/jpeg", b"\xff\xd8"))
        self.assertEqual(self.call("GET", item["thumbnail"], as_="clerk1", checked=False).body, small.body)
        self.call("GET", item["file"], as_="clerk_x01", status=404)
        self.call("GET", item["file"].replace("/1/", "/9/"), as_="clerk1", status=404)

    def test_3_what_is_not_taken_is_refused_and_nothing_of_it_counts(self):
        before = len(self.items())
        for data, code in ((b"PK\x03\x04 a zip", "file_type"), (b"<html><script>", "file_type"), (b"GIF89a" + b"x" * 99, "file_type"),
                           (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<< /Root 1 0 R /Encrypt 5 0 R >>\n%%EOF", "file_encrypted"),
                           (b"%PDF-1.7\n" + b"a" * (PIECE - 12 - 9) + b"/Encrypt    <<>> %%EOF", "file_encrypted")):
            upload = self.announce(data)
            self.send(upload, data)
            self.assertEqual(self.finish(upload, 422)["code"], code, data[:20])
        huge = self.call("POST", f"/api/v1/dossiers/{made['code']}/uploads", {"name": "x.pdf", "size": 200 << 20, "purpose": "other"},
                         as_="clerk1", status=413)
        self.assertEqual(huge.code, "upload_too_large")
        upload = self.announce(b"x" * 10)
        self.assertEqual(self.piece(upload, b"x" * 11, 0, 422)["code"], "upload_piece_size")
        self.assertEqual(self.piece(upload, b"", 0, 422)["code"], "upload_piece_size")
        self.assertEqual(self.call("PUT", f"/api/v1/uploads/{upload['id']}?from=0", b"x" * (2 << 20), as_="clerk1", checked=False).status, 413)
        for wrong in ({"component": 99}, {"purpose": "nothing"}, {"name": ""}, {"size": 0}):
            self.announce(b"x", status=422, **wrong)
        self.announce(b"x", status=404, code="000.00.00.H00-000000-0000")
        self.announce(b"x", status=404, as_="clerk_x01")
        self.assertEqual(len(self.items()), before)

    def test_4_a_real_pdf_and_the_result(self):
        pdf = self.call("GET", f"/api/v1/dossiers/{made['code']}/slip", as_="clerk1", status=200).body
        upload = self.call("POST", f"/api/v1/dossiers/{made['code']}/uploads",
                           {"name": "kết quả.pdf", "size": len(pdf), "purpose": "result", "handling": "electronic"}, as_="clerk1", status=201).json
        self.send(upload, pdf)
        got = self.finish(upload)
        self.assertEqual((got["type"], got["purpose"], got["handling"]), ("application/pdf", "result", "electronic"))
        small = self.call("GET", got["thumbnail"], as_="clerk1", checked=False)
        self.assertEqual(small.status, 200)
        again = self.attach(made["data"])  # the same bytes are kept once
        self.assertEqual(again["sha256"], self.items()[0]["sha256"])
        kept = harness.daemon.rows("SELECT count(*), count(DISTINCT b.sha256) FROM blob b JOIN attachment a USING (sha256)")
        self.assertEqual(kept, [["3", "2"]])
        kept = harness.daemon.rows("SELECT DISTINCT b.place FROM blob b JOIN attachment a USING (sha256) WHERE a.type = 'image/png'")
        self.assertEqual(kept, [["folder" if IN_FOLDER else "database"]])

    def test_5_one_is_taken_off_with_a_reason_and_stays_in_the_record(self):
        path = f"/api/v1/dossiers/{made['code']}/attachments/2/actions/detach"
        self.call("POST", path, {}, as_="clerk1", status=422)
        self.call("POST", path, {"reason": "Nhầm hồ sơ"}, as_="leader1", status=403)
        got = self.call("POST", path, {"reason": "Nhầm hồ sơ"}, as_="clerk1", status=200).json
        self.assertIsNotNone(got["detached_at"])
        self.call("POST", path, {"reason": "Lần nữa"}, as_="clerk1", status=404)
        self.assertEqual([a["number"] for a in self.items() if a["detached_at"]], [2])
        self.assertIn("detach_paper", self.events(made["code"]))

    def test_6_the_command_line_attaches_and_saves(self):
        with tempfile.TemporaryDirectory() as folder:
            path, out = pathlib.Path(folder, "anh.png"), pathlib.Path(folder, "lai.png")
            path.write_bytes(made["data"])
            done = self.cli("attach", made["code"], path, "--purpose", "other")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(hashlib.sha256(made["data"]).hexdigest(), done.stdout)
            path.write_bytes(b"PK\x03\x04")
            done = self.cli("attach", made["code"], path)
            self.assertEqual(done.returncode, 1)
            self.assertIn("PDF, JPEG and PNG", done.stderr)
            done = self.cli("attachments", made["code"])
            self.assertIn("Đơn đề nghị.png", done.stdout)
            done = self.cli("attachment", made["code"], "1", "--out", out)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(out.read_bytes(), made["data"])
            done = self.cli("detach", made["code"], "4", "--reason", "Nhầm")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_6a_whoever_read_one_is_logged(self):
        self.assertLessEqual({("GET", f"/api/v1/dossiers/{{code}}/attachments{part}") for part in ("", "/{number}/file", "/{number}/thumbnail")},
                             self.reads_are_logged())

    def test_7_all_of_it_is_verified(self):
        done = harness.daemon.command("verify", "--database", harness.daemon.url)
        self.assertEqual(done.returncode, 0, done.stdout[-1500:] + done.stderr[-500:])
        harness.daemon.rows("UPDATE attachment SET purpose = 'other' WHERE number = 1")
        done = harness.daemon.command("verify", "--database", harness.daemon.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("attachment 1 purpose", done.stdout)
        harness.daemon.rows("UPDATE attachment SET purpose = 'component' WHERE number = 1")

    def test_8_what_was_left_half_sent_goes(self):
        upload = self.announce(b"x" * 10)
        harness.daemon.rows(f"UPDATE upload SET changed_at = changed_at - interval '3 days' WHERE id = {upload['id']}")
        self.announce(b"y" * 10)
        self.assertEqual(harness.daemon.rows(f"SELECT count(*) FROM upload WHERE id = {upload['id']}"), [["0"]])


def settings(daemon):
    if not IN_FOLDER:
        return {}
    folder = daemon.home / "attachments"
    folder.mkdir(mode=0o700)
    daemon.own(folder)
    return {"attachment_folder": folder}


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START, settings=settings)
