"""The libraries of package.json, from npm into a folder of the build; never kept in the source."""
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INSTALL_S = 90


class Absent(Exception):
    """Why the libraries cannot be had here."""


def installed(folder, wanted):
    for name, version in wanted.items():
        package = folder / "node_modules" / name / "package.json"
        if not package.is_file() or json.loads(package.read_text(encoding="utf-8")).get("version") != version:
            return False
    return True


def modules(folder):
    """Where the libraries are; ends the test as skipped when they cannot be had."""
    try:
        return find(folder)
    except Absent as reason:
        print(f"1..0 # SKIP {reason}")
        sys.exit(0)


def find(folder, package=HERE / "package.json"):
    """Where the libraries of a package are, ready for NODE_PATH, fetched when they are not there yet."""
    folder = pathlib.Path(folder)
    wanted = json.loads(package.read_text(encoding="utf-8"))["dependencies"]
    if not shutil.which("node"):
        raise Absent("node is absent (Debian: nodejs)")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two tests may come at once
        if not installed(folder, wanted):
            if not shutil.which("npm"):
                raise Absent("npm is absent (Debian: npm)")
            command = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit",
                       "--no-fund", "--prefer-offline", "--fetch-retries=1", *(f"{n}@{v}" for n, v in wanted.items())]
            try:
                ran = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False)
            except subprocess.TimeoutExpired:
                raise Absent(f"npm did not answer within {INSTALL_S} s: offline?") from None
            if ran.returncode or not installed(folder, wanted):
                last = ([line for line in ran.stderr.splitlines() if "error" in line] or ["no reason given"])[0]
                raise Absent(f"npm could not install the libraries (offline?): {last[:120]}")
    return folder / "node_modules"


def node(script, folder, text):
    """What a script of this folder prints, given `text`; in UTC, so that no zone of the machine gets in."""
    env = dict(os.environ, NODE_PATH=str(folder), TZ="UTC", NODE_ENV="production")
    return subprocess.run(["node", str(HERE / script)], input=text, env=env, capture_output=True, text=True, check=True).stdout
