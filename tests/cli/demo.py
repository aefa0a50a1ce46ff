#!/usr/bin/env python3
"""The demonstration district, small: filled by the engine's own actions, once, and never a database of somebody's own.

    demo.py MOTCUAD
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MOTCUAD = str(pathlib.Path(sys.argv[1]).resolve())
PG_TEMP = str(pathlib.Path(__file__).resolve().parents[1] / "pg_temp.sh")
COUNT = 0
FAILED = False


def ok(rule, condition, *shown):
    global COUNT, FAILED
    COUNT += 1
    print(f"{'' if condition else 'not '}ok {COUNT} - {rule}", flush=True)
    if not condition:
        FAILED = True
        for text in shown:
            for line in str(text).splitlines()[-20:]:
                print("# " + line)


def run(*words):
    ran = subprocess.run([MOTCUAD, *words], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def installation(folder, name):
    """A migrated database of its own with a seal key; returns the path of its settings."""
    started = subprocess.run([PG_TEMP, "--start", folder + "/" + name], capture_output=True, text=True, check=False)
    if started.returncode == 77:
        print("1..0 # SKIP no PostgreSQL server is installed")
        sys.exit(0)
    url = started.stdout.strip()
    run("migrate", "--database", url)
    run("keygen", "--out", f"{folder}/{name}.key")
    with open(f"{folder}/{name}.conf", "w", encoding="utf-8") as f:
        f.write(f"database = {url}\nseal_key = {folder}/{name}.key\nlog_level = warn\n")
    return f"{folder}/{name}.conf"


def table(text, title):
    """The rows below a title, up to an empty line."""
    lines = text.partition(title + "\n")[2].partition("\n\n")[0].splitlines()
    return {word: int(n) for word, n in (line.split() for line in lines if len(line.split()) == 2)}


def check(folder):
    config = installation(folder, "demo")
    words = ("demo", "--config", config, "--dossiers", "400", "--until", "2022-06-10T09:00:00+07:00")
    code, out, err = run(*words)
    ok("every action of the plan is one the engine allows", code == 0, out, err)
    states = table(out, "dossiers by state")
    ok("dossiers came out, most of them returned", states.get("returned", 0) > 100, out)
    sums = re.search(r"received (\d+) = done (\d+) \+ open (\d+)", out)
    ok("form II.06a balances", sums and int(sums[1]) == int(sums[2]) + int(sums[3]), out)
    ok("the sweeps of the nights failed for no dossier", "failed 0" in out, out)
    code, out, err = run(*words)
    ok("a second load changes nothing, and says so", code == 0 and "nothing was changed" in out, out, err)

    config = installation(folder, "real")
    with open(folder + "/password", "w", encoding="utf-8") as f:
        f.write("mot-cua-2022\n")
    code, out, err = run("bootstrap", "--config", config, "--login", "admin", "--password-file", folder + "/password")
    ok("a database of one's own is made", code == 0, out, err)
    code, out, err = run("demo", "--config", config)
    ok("a database of one's own is refused", code == 1 and len(err.splitlines()) == 1, out, err)


def main():
    with tempfile.TemporaryDirectory(prefix="motcua-demo.") as folder:
        os.chmod(folder, 0o755)
        try:
            check(folder)
        finally:
            for name in ("demo", "real"):
                subprocess.run([PG_TEMP, "--stop", folder + "/" + name], check=False)
    print(f"1..{COUNT}")
    return 1 if FAILED else 0


sys.exit(main())
