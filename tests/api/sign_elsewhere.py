#!/usr/bin/env python3
"""Signs a PDF the way a signing tool of somebody else's does: a revision with a field and a signature of its own, the CMS by openssl.

usage: sign_elsewhere.py IN.pdf CERT.pem KEY.pem OUT.pdf
"""
import re
import subprocess
import sys
import tempfile

source, certificate, key, target = sys.argv[1:]
GAP = 12000

data = open(source, "rb").read()
root = int(re.findall(rb"/Root (\d+) 0 R", data)[-1])
size = int(re.findall(rb"/Size (\d+)", data)[-1])
before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
catalog = re.findall(rb"\n%d 0 obj\n(<<.*?>>)\nendobj" % root, data, re.S)[-1]
fields = re.search(rb"/Fields \[([^\]]*)\]", catalog)[1]
page = int(re.findall(rb"/P (\d+) 0 R", data)[-1])
field, signature = size, size + 1
catalog = catalog.replace(fields, fields + b" %d 0 R" % field)
body, offsets = data, {}


def put(number, text):
    global body
    offsets[number] = len(body)
    body += b"%d 0 obj\n" % number + text + b"\nendobj\n"


put(root, catalog)
put(field, b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Token) /F 132 /P %d 0 R /Rect [0 0 0 0] /V %d 0 R >>" % (page, signature))
put(signature, b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 0000000000 0000000000 0000000000] /Contents <"
    + b"0" * GAP + b"> >>")
table = len(body)
body += b"xref\n0 1\n0000000000 65535 f \n"
for number in sorted(offsets):
    body += b"%d 1\n%010d 00000 n \n" % (number, offsets[number])
body += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size + 2, root, before, table)
gap = body.index(b"/Contents <", offsets[signature]) + 10
end = gap + GAP + 2
body = body[:offsets[signature]] + body[offsets[signature]:].replace(
    b"[0 0000000000 0000000000 0000000000]", b"[0 %010d %010d %010d]" % (gap, end, len(body) - end), 1)
with tempfile.NamedTemporaryFile() as content, tempfile.NamedTemporaryFile() as cms:
    content.write(body[:gap] + body[end:])
    content.flush()
    subprocess.run(["openssl", "cms", "-sign", "-binary", "-in", content.name, "-signer", certificate, "-inkey", key, "-outform", "DER",
                    "-out", cms.name, "-md", "sha256", "-nosmimecap"], check=True)
    digits = open(cms.name, "rb").read().hex().encode()
open(target, "wb").write(body[:gap + 1] + digits + body[gap + 1 + len(digits):])
