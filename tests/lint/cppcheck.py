#!/usr/bin/env python3
"""cppcheck finds no defect; one that stays has its reason beside it (cppcheck-suppress)."""
import os
import pathlib
import shutil
import subprocess
import sys

import lint


def main():
    if not shutil.which("cppcheck"):
        lint.skip_all("cppcheck is not installed")
    cache = pathlib.Path(sys.argv[2]) / "cppcheck"
    cache.mkdir(exist_ok=True)
    sources = [str(p) for p in lint.files(".c") if p.parts[0] in ("engine", "proto", "tools")]
    done = subprocess.run(
        ["cppcheck", "--std=c11", "--enable=warning,performance,portability", "--inline-suppr", "--quiet",
         "--suppress=memleak", "--suppress=resourceLeak", "--suppress=ctuuninitvar",  # knows no CLEANUP, nor ret_ parameters
         f"--cppcheck-build-dir={cache}", "-j", str(os.cpu_count() or 1), "-Iengine", "-Iproto", "-Itools",
         "--template={file}:{line}: {severity}: {message} [{id}]", *sources],
        cwd=lint.root(), capture_output=True, text=True)
    found = [line for line in done.stderr.splitlines() if ": " in line and not line.startswith(" ")]
    if done.returncode and not found:
        found = [done.stderr[-300:] or f"cppcheck ended with {done.returncode}"]
    elsewhere = [f for f in found if f.split(":")[0] not in sources]
    cases = [(path, [f for f in found if f.startswith(path + ":")]) for path in sources]
    lint.run_tap(cases + [("headers", elsewhere)])


main()
