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

MOTCUAD, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
LETTERS = 10000 if os.environ.get("MOTCUA_CHECK") == "long" else 600
TESTS = []


def test(function):
    TESTS.append(function)
    return function


class Worker:
    def __init__(self):
        self.process = subprocess.Popen([MOTCUAD, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, body):
        self.process.stdin.write(struct.pack(">I", len(body)) + body)
        self.process.stdin.flush()

    def receive(self):
        status, length = struct.unpack(">BI", self.process.stdout.read(5))
        return status, self.process.stdout.read(length)

    def ask(self, body):
        self.send(body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode())
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
    frame = struct.pack(">I", len(body)) + body
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
    w.process.stdin.write(struct.pack(">I", (1 << 20) + 1))
    assert w.close() == 2
    w = Worker()
    w.process.stdin.write(b"\0\0\0\7{")
    assert w.close() == 1


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
