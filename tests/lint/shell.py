#!/usr/bin/env python3
"""shellcheck has nothing to say about any shell script, with or without .sh in its name."""
import shutil
import subprocess

import lint


def scripts():
    for path in lint.files():
        with (lint.root() / path).open("rb") as f:
            first = f.readline(80)
        if path.suffix in (".sh", ".bash") or (first.startswith(b"#!") and b"sh" in first.split(b"/")[-1]):
            yield path


def faults_of(path):
    done = subprocess.run(["shellcheck", "-x", "-f", "gcc", str(path)], cwd=lint.root(), capture_output=True, text=True)
    return (done.stdout + done.stderr).splitlines()


if not shutil.which("shellcheck"):
    lint.skip_all("shellcheck is not installed")
lint.run_tap((path, faults_of(path)) for path in scripts())
