#!/usr/bin/env python3
"""Papers signed with a certificate made here, read by other people's programs: pdfsig, openssl, qpdf. Speaks TAP.

usage: test_signatures.py MOTCUAD ROOT     the program under test and the source tree
"""

import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

MOTCUAD, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
FOLDER = pathlib.Path(tempfile.mkdtemp())
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def run(*command, **more):
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def openssl(*command):
    done = run("openssl", *command, cwd=FOLDER)
    assert done.returncode == 0, done.stdout.decode()
    return done.stdout


def png(width, height):
    """A red disc on nothing, as the picture of a seal is."""
    rows = b""
    for y in range(height):
        rows += b"\0"
        for x in range(width):
            inside = (2 * x / width - 1) ** 2 + (2 * y / height - 1) ** 2 <= 1
            rows += b"\xd0\x10\x20\xc0" if inside else b"\0\0\0\0"

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make_keys():
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "30",
            "-subj", "/CN=Goc thu nghiem")
    openssl("req", "-newkey", "rsa:3072", "-nodes", "-keyout", "own.key", "-out", "own.csr", "-utf8", "-subj", "/CN=Ủy ban nhân dân huyện Tân Kỳ")
    openssl("x509", "-req", "-in", "own.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30", "-out", "own.pem")
    (FOLDER / "password").write_text("bí mật\n")
    (FOLDER / "password").chmod(0o600)
    openssl("pkcs12", "-export", "-inkey", "own.key", "-in", "own.pem", "-certfile", "root.pem", "-out", "own.p12", "-passout", "file:password")
    (FOLDER / "seal.png").write_bytes(png(300, 300))


def sign(*extra, name="apology"):
    out = FOLDER / "signed.pdf"
    done = run(MOTCUAD, "render", "--data", ROOT / f"docs/examples/documents/{name}.json", "--out", out,
               "--sign", FOLDER / "own.p12", "--password-file", FOLDER / "password", *extra)
    assert done.returncode == 0, done.stdout.decode()
    return out


def parts(data):
    """(signed bytes, CMS) of the newest signature."""
    a, b, c = map(int, re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", data)[-1])
    digits = data[a + 1:b - 1]
    der = bytes.fromhex(digits.decode())
    size = struct.unpack(">H", der[2:4])[0] + 4
    return data[:a] + data[b:b + c], der[:size]


@test
def pdfsig_and_qpdf_accept_it():
    for extra in ((), ("--seal", FOLDER / "seal.png")):
        out = sign(*extra)
        said = run("pdfsig", "-nocert", out).stdout.decode()
        assert "Signature is Valid." in said, said
        assert "Total document signed" in said and "ETSI.CAdES.detached" in said, said
        assert "Ủy ban nhân dân huyện Tân Kỳ" in said, said
        assert run("qpdf", "--check", out).returncode == 0


@test
def openssl_accepts_the_cms():
    content, der = parts(sign().read_bytes())
    (FOLDER / "content").write_bytes(content)
    (FOLDER / "cms").write_bytes(der)
    said = run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content", "content", "-CAfile", "root.pem",
               "-purpose", "any", "-cades", "-out", "verified", cwd=FOLDER).stdout.decode()
    assert "successful" in said, said
    printed = openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", "cms").decode()
    assert "sha256" in printed and "signingCertificateV2" in printed and "signingTime" not in printed, printed


@test
def a_changed_byte_is_noticed_by_pdfsig():
    data = bytearray(sign().read_bytes())
    at = data.index(b"/MediaBox")
    data[at + 12] ^= 1
    broken = FOLDER / "broken.pdf"
    broken.write_bytes(data)
    assert "Signature is Valid." not in run("pdfsig", "-nocert", broken).stdout.decode()


@test
def the_seal_stands_left_over_a_third_of_the_signature():
    out = sign("--seal", FOLDER / "seal.png")
    data = out.read_bytes().decode("latin-1")
    boxes = {name: list(map(float, box.split())) for name, box in
             re.findall(r"/T \((\w+)\)[^>]*?/Rect \[([-\d. ]+)\]", data)}
    person, office = boxes["SignaturePerson"], boxes["SignatureOffice"]
    mm = 72 / 25.4
    assert abs((office[2] - office[0]) / mm - 36) < 0.1 and abs((office[3] - office[1]) / mm - 36) < 0.1, office
    assert abs((office[2] - person[0]) - (person[2] - person[0]) / 3) < 0.1, (office, person)
    assert abs((office[1] + office[3]) - (person[1] + person[3])) < 0.1, (office, person)
    words = run("pdftotext", "-bbox", out, "-").stdout.decode()
    name = [float(v) for v in re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">Phạm<', words).groups()]
    title = [float(v) for v in re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">PHÓ<', words)[-1]]
    height = float(re.search(r'<page width="[\d.]+" height="([\d.]+)"', words)[1])
    assert title[3] - 3 <= height - person[3] and height - person[1] <= name[1] + 3, (title, person, name)
    stem = FOLDER / "page"
    run("pdftoppm", "-r", "100", out, stem)
    image = next(FOLDER.glob("page*.ppm")).read_bytes()
    width, rows = map(int, image.split(b"\n", 2)[1].split())
    pixels = image[-width * rows * 3:]
    x, y = int((office[0] + office[2]) / 2 / 72 * 100), int((height - (office[1] + office[3]) / 2) / 72 * 100)
    red, green, _ = pixels[(y * width + x) * 3:(y * width + x) * 3 + 3]
    assert red > 180 and green < 120, (red, green)


@test
def a_wrong_password_or_an_open_file_is_refused():
    (FOLDER / "wrong").write_text("x")
    (FOLDER / "wrong").chmod(0o600)
    for password, word in (("wrong", "own.p12"), ("open", "0600")):
        (FOLDER / "open").write_text("bí mật\n")
        (FOLDER / "open").chmod(0o644)
        done = run(MOTCUAD, "render", "--lang", "vi", "--data", ROOT / "docs/examples/documents/apology.json", "--out", FOLDER / "x.pdf",
                   "--sign", FOLDER / "own.p12", "--password-file", FOLDER / password)
        assert done.returncode == 1 and word in done.stdout.decode(), done.stdout.decode()


def main():
    missing = [tool for tool in ("pdfsig", "pdftotext", "pdftoppm", "qpdf", "openssl") if not shutil.which(tool)]
    if missing:
        print(f"1..0 # SKIP {', '.join(missing)} not installed")
        return 0
    make_keys()
    print(f"1..{len(TESTS)}")
    failed = 0
    for i, function in enumerate(TESTS, 1):
        name = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {i} - {name}", flush=True)
        except (AssertionError, StopIteration, ValueError) as fault:
            failed += 1
            print(f"not ok {i} - {name}")
            print("\n".join(f"# {line}" for line in (str(fault) or repr(fault)).splitlines()), flush=True)
    shutil.rmtree(FOLDER)
    return 1 if failed else 0


sys.exit(main())
