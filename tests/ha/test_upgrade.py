#!/usr/bin/env python3
"""An upgrade from before the newest migration, under load: what tools/ha/upgrade proves, as a test of tools/check --long."""
import os
import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]

if os.environ.get("MOTCUA_CHECK") != "long":
    print("1..0 # SKIP an earlier release is built and upgraded under load: tools/check --long")
    sys.exit(0)
if not shutil.which("git") or subprocess.run(["git", "-C", TOP, "rev-parse", "HEAD^"], capture_output=True).returncode:
    print("1..0 # SKIP no git, or no history to take an earlier release from")
    sys.exit(0)
done = subprocess.run([TOP / "tools/ha/upgrade", "--to", sys.argv[1]], text=True, capture_output=True)
for line in (done.stdout + done.stderr).splitlines():
    print(f"# {line}")
print(f"{'ok' if done.returncode == 0 else 'not ok'} 1 - an upgrade under load loses nothing and refuses nothing for good")
print("1..1")
sys.exit(done.returncode)
