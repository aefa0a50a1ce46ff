#!/usr/bin/env python3
"""Papers of a dossier, drawn from its events: what stands on each, in the forms of the day it was drawn up."""
import concurrent.futures
import pathlib
import subprocess
import tempfile

import harness


class PapersTest(harness.ApiTest):
    def flow(self, path, as_="clerk1"):
        """The words of a paper, and its headers."""
        reply = self.call("GET", path, as_=as_, status=200)
        return " ".join(subprocess.run(["pdftotext", "-", "-"], input=reply.body, capture_output=True, check=True).stdout.decode().split()), reply

    def paper(self, code, kind, as_="clerk1"):
        return self.flow(f"/api/v1/dossiers/{code}/papers/{kind}", as_)[0]

    def papers(self, code):
        return self.call("GET", f"/api/v1/dossiers/{code}/documents", as_="admin", status=200).json["items"]

    def says(self, text, *words):
        for w in words:
            self.assertIn(w, text)

    def test_1_what_is_missing_at_the_counter_and_later(self):
        code = self.intake(name="Nguyễn Thị Đào")["code"]
        path = f"/api/v1/dossiers/{code}/papers/supplement"
        self.assertEqual(self.call("GET", path, as_="clerk1", status=409).code, "paper_missing")
        self.act(code, "request_supplement", as_="clerk1", items=["Giấy khám sức khỏe", "Ảnh 3x4"], reason="Thiếu thành phần")
        text = self.paper(code, "supplement")
        self.says(text, "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Nguyễn Thị Đào", "1. Giấy khám sức khỏe", "2. Ảnh 3x4",
                  "Lý do: Thiếu thành phần", "NGƯỜI HƯỚNG DẪN")
        self.act(code, "receive_supplement", as_="clerk1")
        self.to_leader(code)
        self.act(code, "send_back", as_="leader1", reason="Xem lại")
        self.act(code, "take_over", as_="head_tp")
        self.act(code, "request_supplement", as_="head_tp", items=["Xác nhận nơi cư trú"], reason="Theo kết quả thẩm định")
        newest = self.paper(code, "supplement")
        self.says(newest, "Xác nhận nơi cư trú", "Theo kết quả thẩm định")
        self.assertNotIn("NGƯỜI HƯỚNG DẪN", newest)  # the office that decides signs
        self.assertEqual(self.paper(code, "supplement?number=1"), text)
        self.assertEqual(self.call("GET", path + "?number=3", as_="clerk1", status=409).code, "paper_missing")
        self.call("GET", path + "?number=0", as_="clerk1", status=422)
        self.call("GET", path, as_="clerk_x01", status=404)
        listed = self.papers(code)
        self.assertEqual([p["form"] for p in listed], ["TT01/2018:01", "TT01/2018:05", "TT01/2018:02", "TT01/2018:02"])
        for p in listed:
            self.says(self.flow(p["path"])[0], p["title"].split(" - ")[0].upper()[:12])

    def test_2_the_control_sheet_goes_from_hand_to_hand(self):
        code = self.intake(name="Lê Văn Hai")["code"]
        self.says(self.paper(code, "control"), "chưa được chuyển giao lần nào")
        self.to_leader(code)
        self.to_counter(code)
        text = self.paper(code, "control")
        self.says(text, "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Kèm theo hồ sơ của: Lê Văn Hai", "Người nhận:", "Trước hạn")
        self.assertEqual(text.count("1. Giao:"), 5, text)
        self.call("GET", f"/api/v1/dossiers/{code}/papers/nothing", as_="clerk1", status=404)

    def test_3_refused_at_the_counter_and_after_examination(self):
        code = self.intake(is_submission=True, name="Trần Thị Ba")["code"]
        self.act(code, "refuse", as_="clerk1", reason="Không thuộc thẩm quyền", legal_ground="Điều 5 Luật Hộ tịch")
        self.says(self.paper(code, "refusal"), "/TCHS", "PHIẾU TỪ CHỐI", "Không thuộc thẩm quyền (Điều 5 Luật Hộ tịch)", "NGƯỜI TIẾP NHẬN HỒ SƠ", "Trần Thị Ba")
        code = self.intake()["code"]
        self.to_leader(code)
        self.act(code, "decide", as_="leader1", outcome="refused", reason="Không đủ điều kiện", legal_ground="Điều 8")
        text = self.paper(code, "refusal", "leader1")
        self.says(text, "thông báo không giải quyết hồ sơ này", "Không đủ điều kiện (Điều 8)")
        self.assertNotIn("NGƯỜI TIẾP NHẬN", text)

    def test_4_stopped_under_forms_that_know_it_and_forms_that_do_not(self):
        code = self.intake()["code"]
        self.act(code, "stop", as_="leader1", reason="Không còn nhu cầu")
        self.assertEqual(self.call("GET", f"/api/v1/dossiers/{code}/papers/stop", as_="clerk1", status=404).code, "paper_not_in_set")
        self.assertNotIn("papers/stop", str(self.papers(code)))
        self.clock_to("2025-10-01T09:00:00+07:00")
        code = self.intake(name="Hồ Văn Tư")["code"]
        self.act(code, "request_withdrawal", as_="clerk1", reason="Xin rút để làm lại")
        self.clock_to("2025-10-01T09:30:00+07:00")
        self.act(code, "stop", as_="leader1", reason="Đồng ý cho rút")
        text, reply = self.flow(f"/api/v1/dossiers/{code}/papers/stop")
        self.says(text, "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "Xin rút để làm lại", "Đồng ý cho rút", "Hồ Văn Tư", "Theo đề nghị của Ông/Bà lúc 09 giờ 00 phút")
        self.assertEqual((reply.headers["form-set"], reply.headers.get("form-set-in-force")), ("TT03/2025", None))
        self.assertEqual([p["form"] for p in self.papers(code)], ["TT03/2025:01", "TT03/2025:06", "TT03/2025:05"])
        self.says(text, "Số: 01/TB")
        path = f"/api/v1/dossiers/{code}/papers/stop"
        self.assertEqual(self.call("GET", path, as_="leader1", status=200).body, self.call("GET", path, as_="clerk1", status=200).body)
        second = self.intake(name="Hồ Văn Năm")["code"]
        self.act(second, "stop", as_="leader1", reason="Không còn nhu cầu")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:  # printed at several desks at once: one number, one file
            path = f"/api/v1/dossiers/{second}/papers/stop"
            files = set(pool.map(lambda _: self.call("GET", path, as_="leader1", status=200).body, range(4)))
        self.assertEqual(len(files), 1)
        self.says(self.flow(path, "leader1")[0], "Số: 02/TB")
        tb = next(r["office"] for r in self.call("GET", "/api/v1/registers?year=2025", as_="admin", status=200).json["items"] if r["symbol"] == "TB")
        entries = self.call("GET", f"/api/v1/registers/entries?office={tb}&year=2025&symbol=TB", as_="admin", status=200).json["items"]
        self.assertEqual([(e["number"], e["kind"], e["letter"], e["dossier"]) for e in entries], [(1, "stop", None, code), (2, "stop", None, second)])
        csv = self.call("GET", f"/api/v1/registers/entries?office={tb}&year=2025&symbol=TB&format=csv", as_="admin", status=200).body.decode("utf-8-sig")
        self.says(csv, "2,TB,2025-10-01,Thông báo dừng giải quyết hồ sơ," + second)
        self.assertEqual(self.call("PUT", "/api/v1/registers", {"office": tb, "year": 2026, "symbol": "TB", "is_outside": True, "source": "QĐ 1",
                                                                "reason": "Văn thư cấp số"}, as_="admin", status=200).json["is_outside"], True)
        self.clock_to("2026-01-05T09:00:00+07:00")
        third = self.intake(name="Hồ Văn Sáu")["code"]
        self.act(third, "stop", as_="leader1", reason="Không còn nhu cầu")
        self.says(self.flow(f"/api/v1/dossiers/{third}/papers/stop", "leader1")[0], "Số: ......../TB")

    def test_3a_the_register_of_a_period(self):
        self.clock_to("2022-08-08T08:00:00+07:00")
        code = self.intake(name="Võ Thị Sáu", applicant={"name": "Võ Thị Sáu", "address": "Xóm 4, xã Nghĩa Đồng", "phone": "0912 345 678"})["code"]
        self.to_leader(code)
        path = "/api/v1/registers/dossiers?from=2022-08-08&to=2022-08-08"
        text, reply = self.flow(path, "admin")
        self.says(text, "SỔ THEO DÕI HỒ SƠ", "Năm: 2022", "Võ Thị", "Xóm 4", "08/08/2022", "22/08/2022", "pháp")
        self.assertEqual(reply.headers["form-set"], "TT01/2018")
        csv = self.call("GET", path + "&format=csv", as_="admin", status=200)
        rows = csv.body.decode("utf-8-sig").split("\r\n")
        self.assertEqual(rows[0].split(",")[:5], ["tt", "code", "procedure", "sets", "name"])
        self.assertEqual(len(rows), 3)
        self.says(rows[1], code, "2022-08-08,2022-08-22,2022-08-08,,,,Đang xử lý")
        self.assertEqual(self.call("GET", path + "&field=dat_dai&format=csv", as_="admin", status=200).body.count(b"\r\n"), 1)
        self.says(self.flow(path + "&field=dat_dai", "admin")[0], "Không có hồ sơ trong kỳ")
        self.assertNotIn(code, self.call("GET", path + "&format=csv", as_="clerk_x01", status=200).body.decode())
        self.assertEqual(self.call("GET", "/api/v1/registers/dossiers?from=2022-08-09&to=2022-08-08", as_="admin", status=422).code, "period_backwards")
        self.call("GET", path + "&field=gone", as_="admin", status=422)

    def test_5_the_command_line_saves_them(self):
        code = self.intake()["code"]
        with tempfile.TemporaryDirectory() as folder:
            for paper in ("receipt", "control"):
                out = pathlib.Path(folder, f"{paper}.pdf")
                done = self.cli("paper", code, paper, "--out", out)
                self.assertEqual((done.returncode, done.stdout.strip()), (0, str(out)), done.stderr)
                self.assertEqual(out.read_bytes()[:5], b"%PDF-")
            out = pathlib.Path(folder, "register.csv")
            done = self.cli("register", "--from", "2022-08-01", "--to", "2022-08-31", "--format", "csv", "--out", out)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"tt,code,procedure", out.read_bytes())
        refused = self.cli("paper", code, "refusal")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("no such paper", refused.stderr)


harness.main(demo=True, at=harness.START)
