#!/usr/bin/env python3
"""Failover rehearsed: what tools/ha/rehearse proves, as a test of tools/check --long; skipped where it cannot be done."""
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
FAULTS = ("postmaster", "cut", "node", "switchover")

if os.environ.get("MOTCUA_CHECK") != "long":
    print("1..0 # SKIP three PostgreSQL servers and their failures: tools/check --long")
    sys.exit(0)
done = subprocess.run([TOP / "tools/ha/rehearse", "--daemon", sys.argv[1], "--faults", ",".join(FAULTS)], text=True, capture_output=True)
if done.returncode == 77:
    print(f"1..0 # SKIP {done.stdout.strip()}")
    sys.exit(0)
for line in (done.stdout + done.stderr).splitlines():
    print(f"# {line}")
print(f"{'ok' if done.returncode == 0 else 'not ok'} 1 - nothing acknowledged is lost when the primary is killed, cut off or switched over")
print("1..1")
sys.exit(done.returncode)
