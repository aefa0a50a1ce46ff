#!/usr/bin/env python3
"""Starts a daemon with the demonstration district and lets walk.mjs use it in a real browser. Speaks TAP.

    test_walk.py motcuad TOP SHOTS      TOP: root of the sources; SHOTS: folder for the photographs
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

PROGRAM, TOP, SHOTS = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(TOP / "tests/api"))
import harness  # noqa: E402  (stands in another folder)

BEGIN = "2022-08-22 08:00:00+07"  # a Monday of the demonstration's year
MODULES = TOP / "tools/web/node_modules"
chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
node = shutil.which("node")
if not chromium or not node:
    harness.skip_all("chromium or node is not installed")
if not all((MODULES / name).is_dir() for name in ("htm", "playwright-core", "axe-core")):
    harness.skip_all("npm ci --ignore-scripts was not run in tools/web")

SHOTS.mkdir(parents=True, exist_ok=True)
for old in SHOTS.glob("*.png"):
    old.unlink()
daemon = harness.Daemon(PROGRAM)
try:
    daemon.prepare(demo=True)
    # The clock is set before the first start: a daemon sweeps the night that has passed when it starts.
    psql = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))
    subprocess.run([psql, "-qX", "-d", daemon.url, "-v", "ON_ERROR_STOP=1", "-c", "UPDATE setting SET clock_offset_us = "
                    f"extract(epoch FROM timestamptz '{BEGIN}' - clock_timestamp())::bigint * 1000000;"
                    "UPDATE credential SET must_change = true WHERE officer_id = (SELECT id FROM officer WHERE login = 'returner1')"], check=True)
    daemon.start()
    passwords = {"admin": harness.PASSWORD, **harness.ApiTest.passwords}
    environment = {**os.environ, "BASE": f"https://127.0.0.1:{daemon.port}/", "PASSWORDS": json.dumps(passwords),
                   "MODULES": str(MODULES), "SHOTS": str(SHOTS), "CHROMIUM": chromium}
    status = subprocess.run([node, pathlib.Path(__file__).with_name("walk.mjs")], env=environment, check=False).returncode
    if status:
        print("# the end of the daemon's log:")
        for line in daemon.log().split("\n")[-15:]:
            print(f"# {line}")
finally:
    daemon.close()
sys.exit(status)
