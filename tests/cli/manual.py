#!/usr/bin/env python3
"""The manual page: every verb and option of the help is in it, in both languages, and roff reads it without a word. TAP.

    manual.py MOTCUA
"""
import re
import shutil
import subprocess
import sys

COUNT = FAILED = 0


def run(*words):
    return subprocess.run([sys.argv[1], *words], capture_output=True, check=True).stdout.decode()


def ok(rule, condition, *shown):
    global COUNT, FAILED
    COUNT += 1
    FAILED += not condition
    print(f"{'' if condition else 'not '}ok {COUNT} - {rule}")
    for line in shown if not condition else ():
        print(f"#   {line}")


for lang in ("en", "vi"):
    page = run("--man", "--lang", lang)
    plain = page.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")
    help_ = run("--help", "--lang", lang)
    verbs = re.findall(r"^  ([a-z][a-z-]*)", help_.split("\n\n")[2], re.M)
    missing = [v for v in verbs if not re.search(rf"^\.SS {v}\b", plain, re.M)]
    ok(f"{lang}: every verb has its place", len(verbs) > 60 and not missing, missing)
    lost = [o for v in ("accept", "letters", "stats", "objective")
            for o in re.findall(r"^  (--[a-z-]+)", run(v, "--help", "--lang", lang), re.M) if f"\\fB{o}" not in plain]
    ok(f"{lang}: and every option", not lost, lost)
    if shutil.which("groff"):
        said = subprocess.run(["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-z"], input=page.encode(), capture_output=True, check=False)
        ok(f"{lang}: roff has nothing to say", said.returncode == 0 and not said.stderr, said.stderr.decode()[:600])
print(f"1..{COUNT}")
sys.exit(FAILED > 0)
