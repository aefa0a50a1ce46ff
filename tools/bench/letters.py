#!/usr/bin/env python3
"""Letters per second and core, from ready data through a worker's pipe to PDF bytes.

usage: letters.py [--motcuad FILE] [--letters N] [--runs N] [--long]

Rates are per second of the worker's processor time, so that a busy machine does not blur them; wall time is
printed too. The data are made from a fixed seed. Where LibreOffice or WeasyPrint is installed the same text, as
plain paragraphs, is converted by it in one batch, and the ratio is printed. --long: 10,000 letters in one run, resident memory at each tenth.
"""

import argparse
import json
import os
import pathlib
import platform
import random
import shutil
import statistics
import struct
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ".split()
GIVEN = "Đào Hùng Hương Khánh Lộc Mạnh Ngọc Phượng Quỳnh Thưởng".split()
REASONS = ["Số hồ sơ tăng đột biến trong tháng, cán bộ thẩm định chưa kịp kiểm tra thực địa.",
           "Chờ ý kiến phối hợp của Chi cục Thuế khu vực về nghĩa vụ tài chính của thửa đất.",
           "Mưa lũ làm gián đoạn đường vào khu đất, đoàn kiểm tra phải lùi lịch sang tuần sau."]


def letters(n):
    base = json.loads((ROOT / "docs/examples/documents/apology.json").read_text(encoding="utf-8"))
    rng = random.Random(2018)
    for i in range(n):
        base["values"].update(applicant_name=f"{rng.choice(FAMILY)} Thị {rng.choice(GIVEN)}", number=f"{i + 1:02}",
                              dossier_code=f"000.27.22.H41-220715-{i:04}", reason=rng.choice(REASONS))
        base["qr"] = f"https://motcua.example.vn/p/{rng.getrandbits(128):032x}"
        yield json.dumps(base, ensure_ascii=False).encode()


def seconds_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS"))) / 1024


def feed(pipe, bodies):
    for body in bodies:
        pipe.write(struct.pack(">BII", 0, len(body), 0) + body)
    pipe.flush()


def run(motcuad, n):
    """(letters per processor second, letters per second, bytes per letter, [MiB resident at each tenth])"""
    bodies = list(letters(n))
    worker = subprocess.Popen([motcuad, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    feeder = threading.Thread(target=feed, args=(worker.stdin, bodies))
    total, memory, began = 0, [], time.monotonic()
    feeder.start()
    for i in range(n):
        status, length = struct.unpack(">BI", worker.stdout.read(5))
        body = worker.stdout.read(length)
        if status:
            raise SystemExit(f"letter {i}: {body.decode()}")
        total += length
        if (i + 1) % max(1, n // 10) == 0:
            memory.append(resident(worker.pid))
    wall, used = time.monotonic() - began, seconds_of(worker.pid)
    feeder.join()
    worker.stdin.close()
    worker.wait()
    return n / used, n / wall, total / n, memory


def used_by_children(began):
    ended = os.times()
    return ended.children_user + ended.children_system - began.children_user - began.children_system


def texts(n, folder):
    """The same words as HTML, one file a letter."""
    for i, body in enumerate(letters(n)):
        text = "".join(f"<p>{v}</p>" for v in json.loads(body)["values"].values())
        path = pathlib.Path(folder, f"{i}.html")
        path.write_text(f"<meta charset=utf-8>{text}", encoding="utf-8")
        yield path


def libreoffice(n):
    """Letters per processor second of the same text converted by LibreOffice in one batch, or None."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        return None
    with tempfile.TemporaryDirectory() as folder:
        files, began = list(map(str, texts(n, folder))), os.times()
        subprocess.run([office, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf:writer_web_pdf_Export",
                        "--outdir", folder, *files], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return len(list(pathlib.Path(folder).glob("*.pdf"))) / used_by_children(began)


def weasyprint(n):
    """Letters per processor second of the same text converted by WeasyPrint in one process, or None."""
    if not shutil.which("weasyprint"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        files, began = list(map(str, texts(n, folder))), os.times()
        code = "import sys, weasyprint\nfor f in sys.argv[1:]: weasyprint.HTML(f).write_pdf(f + '.pdf')"
        subprocess.run(["/usr/bin/python3", "-c", code, *files], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return len(list(pathlib.Path(folder).glob("*.pdf"))) / used_by_children(began)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motcuad", default=str(ROOT / "build/engine/daemon/motcuad"))
    parser.add_argument("--letters", type=int, default=300)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--long", action="store_true")
    o = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")
    results = [run(o.motcuad, 10000 if o.long else o.letters) for _ in range(1 if o.long else o.runs)]
    rate = statistics.median(r[0] for r in results)
    print(f"letters per second and core  {rate:8.1f}   (median of {len(results)})")
    print(f"letters per second, wall     {statistics.median(r[1] for r in results):8.1f}")
    print(f"bytes per letter             {results[0][2]:8.0f}")
    print("resident MiB by tenths       " + " ".join(f"{m:.1f}" for m in results[-1][3]))
    for name, convert in (("LibreOffice", libreoffice), ("WeasyPrint", weasyprint)):
        other = convert(min(o.letters, 100))
        print(f"ratio to {name:20}" + (f"{rate / other:8.1f}   ({other:.1f} letters per second and core)" if other else "not installed"))


main()
