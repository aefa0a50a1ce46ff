#!/usr/bin/env python3
"""C files are laid out as .clang-format says; tables (.def) align themselves and are left alone."""
import shutil
import subprocess

import lint

FORMAT = shutil.which("clang-format-14") or shutil.which("clang-format")


def faults_of(path):
    done = subprocess.run([FORMAT, "--dry-run", "-Werror", str(path)], cwd=lint.root(), capture_output=True, text=True)
    if done.returncode:
        yield from [line for line in done.stderr.splitlines() if ": error:" in line][:5] or [done.stderr[:200]]


if not FORMAT:
    lint.skip_all("clang-format is not installed")
lint.run_tap((path, faults_of(path)) for path in lint.files(".c", ".h"))
