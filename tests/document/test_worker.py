#!/usr/bin/env python3
"""Drives a rendering worker through its pipe. Speaks TAP.

usage: test_worker.py MOTCUAD ROOT     MOTCUA_CHECK=long renders 10,000 letters instead of 600
"""

import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

MOTCUAD, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
LETTERS = 10000 if os.environ.get("MOTCUA_CHECK") == "long" else 600
TESTS = []


def test(function):
    TESTS.append(function)
    return function


class Worker:
    def __init__(self):
        self.process = subprocess.Popen([MOTCUAD, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, body, task=0, attachment=b""):
        self.process.stdin.write(struct.pack(">BII", task, len(body), len(attachment)) + body + attachment)
        self.process.stdin.flush()

    def receive(self):
        status, length = struct.unpack(">BI", self.process.stdout.read(5))
        return status, self.process.stdout.read(length)

    def ask(self, body, task=0, attachment=b""):
        self.send(body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode(), task, attachment)
        return self.receive()

    def resident(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS")))

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code


def letter():
    return json.loads((ROOT / "docs/examples/documents/apology.json").read_text(encoding="utf-8"))


@test
def a_request_is_answered_with_a_pdf_and_the_end_of_input_ends_it():
    w = Worker()
    status, pdf = w.ask(letter())
    assert status == 0 and pdf.startswith(b"%PDF") and pdf.rstrip().endswith(b"%%EOF")
    assert w.ask(letter()) == (0, pdf)
    assert w.close() == 0


@test
def a_bad_request_is_refused_and_the_next_one_served():
    w = Worker()
    good = letter()
    for body, code in ((b"", "json_syntax"), (b"{", "json_syntax"), (b"\xff", "json_syntax"), (b"[]", "document_request"),
                       ({**good, "form": "TT01/2018:77"}, "document_form_unknown"),
                       ({**good, "values": {}}, "document_value_missing"),
                       ({**good, "template": "form: a:1\nfoo: x\n"}, "template_word"),
                       ({**good, "values": {**good["values"], "reason": "x" * 20001}}, "document_limit")):
        status, problem = w.ask(body)
        assert status == 1, body
        assert json.loads(problem)["code"] == code or code == "json_syntax", (problem, code)
    assert w.ask(good)[0] == 0
    assert w.close() == 0


@test
def requests_may_come_in_pieces_and_in_heaps():
    w = Worker()
    body = json.dumps(letter()).encode()
    frame = struct.pack(">BII", 0, len(body), 0) + body
    for i in range(0, len(frame), 700):
        w.process.stdin.write(frame[i:i + 700])
        w.process.stdin.flush()
    w.process.stdin.write(frame * 5)
    w.process.stdin.flush()
    assert len({w.receive() for _ in range(6)}) == 1
    assert w.close() == 0


@test
def a_frame_past_the_limit_or_cut_short_ends_the_worker():
    w = Worker()
    w.process.stdin.write(struct.pack(">BII", 0, (1 << 20) + 1, 0))
    assert w.close() == 2
    w = Worker()
    w.process.stdin.write(b"\0\0\0\0\7\0\0\0\0{")
    assert w.close() == 1


def tool(*command):
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def keep(data, name):
    path = pathlib.Path(tempfile.mkdtemp()) / name
    path.write_bytes(data)
    return path


@test
def papers_are_merged_as_they_were_issued():
    w = Worker()
    plain = w.ask(letter())[1]
    places = w.ask({**letter(), "places": True})[1]
    stamped = w.ask({"place": "office", "words": "Tân Kỳ 04-08-2022", "at": "2022-08-04T16:00:00+07:00"}, 1, places)[1]
    receipt = w.ask(json.loads((ROOT / "docs/examples/documents/receipt.json").read_text(encoding="utf-8")))[1]
    files = [plain, stamped, receipt]
    status, merged = w.ask({"sizes": [len(f) for f in files]}, 2, b"".join(files))
    assert status == 0, merged
    path = keep(merged, "merged.pdf")
    assert tool("qpdf", "--check", path).returncode == 0
    info = tool("pdfinfo", path).stdout.decode()
    assert "Pages:           4" in info, info
    text = tool("pdftotext", "-layout", path, "-").stdout.decode()
    assert text.count("PHIẾU XIN LỖI") == 2 and text.count("Liên") == 2, text
    seen = [tool("pdftoppm", "-r", "40", "-f", page, "-l", page, path).stdout for page in (1, 2)]
    assert seen[0] != seen[1]  # the seal is seen on the second
    assert seen[0] == tool("pdftoppm", "-r", "40", keep(plain, "plain.pdf")).stdout
    assert "not signed" not in tool("pdfsig", path).stdout.decode()
    many = w.ask({"sizes": [len(f) for f in files] * 60}, 2, b"".join(files) * 60)[1]
    assert "Pages:           240" in tool("pdfinfo", keep(many, "many.pdf")).stdout.decode()
    for sizes, attachment in (([1], plain), ([len(plain) + 1], plain), ([], b""), ([-1], plain), ([10] * 501, plain)):
        assert w.ask({"sizes": sizes}, 2, attachment)[0] == 1, sizes
    assert w.close() == 0


@test
def a_table_becomes_a_spreadsheet():
    w = Worker()
    csv = "a,b,c\r\n7,\"Nguyễn Thị Ạ, xóm 4\",2022-08-01\r\nx,=1+1,\r\n".encode()
    columns = [["TT", 6, "number"], ["Họ tên", 30, "text"], ["Ngày", 12, "date"]]
    status, sheet = w.ask({"name": "Sổ", "title": "SỔ THEO DÕI", "made_at": "2022-08-04T16:00:00+07:00", "columns": columns}, 4, csv)
    assert status == 0, sheet
    with zipfile.ZipFile(keep(sheet, "s.xlsx")) as z:
        page = z.read("xl/worksheets/sheet1.xml").decode()
        assert "<v>7</v>" in page and "<v>44774</v>" in page and "Nguyễn Thị Ạ, xóm 4" in page and "<f>" not in page, page
        assert 'state="frozen"' in page and "Times New Roman" in z.read("xl/styles.xml").decode()
    assert w.ask({"name": "Sổ", "made_at": "2022-08-04T16:00:00+07:00", "columns": columns}, 4, b'a\r\n"x')[0] == 1
    assert w.ask({"name": "Sổ", "made_at": "x", "columns": columns}, 4, csv)[0] == 1
    assert w.close() == 0


@test
def a_thumbnail_is_small_whatever_comes():
    w = Worker()
    pdf = w.ask(letter())[1]
    page = tool("pdftoppm", "-r", "200", "-png", "-singlefile", keep(pdf, "p.pdf")).stdout
    photo = tool("pdftoppm", "-r", "200", "-jpeg", "-singlefile", keep(pdf, "p.pdf")).stdout
    for type_, data in (("application/pdf", pdf), ("image/png", page), ("image/jpeg", photo)):
        status, small = w.ask({"type": type_, "side": 240}, 3, data)
        assert status == 0 and small.startswith(b"\xff\xd8") and len(small) < 40000, (type_, small[:200])
    for type_, data in (("application/pdf", pdf[:500]), ("image/jpeg", b"\xff\xd8\xff"), ("image/png", b""),
                        ("application/pdf", b"%PDF-1.7\n"), ("image/x-unknown", page)):
        status, problem = w.ask({"type": type_, "side": 240}, 3, data)
        assert status == 1 and json.loads(problem)["code"] == "thumbnail_unreadable", (type_, problem)
    assert w.ask(letter()) == (0, pdf)
    assert w.close() == 0


@test
def memory_stays_flat():
    if b"asan" in subprocess.run(["ldd", MOTCUAD], stdout=subprocess.PIPE).stdout:
        return "SKIP the sanitizer keeps what was freed"
    w, request, at = Worker(), letter(), {}
    for i in range(LETTERS):
        request["values"]["applicant_name"] = f"Nguyễn Thị Đào {i}"
        request["values"]["reason"] = "Mưa lũ kéo dài làm hư hỏng đường vào khu đất. " * (i % 40)
        request["values"]["reason"] = request["values"]["reason"] or "Mưa."
        assert w.ask(request)[0] == 0
        if i in (LETTERS // 3, LETTERS - 1):
            at[i] = w.resident()
    grown = at[LETTERS - 1] - at[LETTERS // 3]
    assert grown < 2048, f"{grown} KiB more after {LETTERS} letters"
    assert w.close() == 0


def main():
    print(f"1..{len(TESTS)}")
    failed = 0
    for i, function in enumerate(TESTS, 1):
        name = function.__name__.replace("_", " ")
        try:
            note = function()
            print(f"ok {i} - {name}" + (f" # {note}" if note else ""), flush=True)
        except (AssertionError, struct.error, OSError) as fault:
            failed += 1
            print(f"not ok {i} - {name}\n# {str(fault)[:300] or repr(fault)}", flush=True)
    return 1 if failed else 0


sys.exit(main())
