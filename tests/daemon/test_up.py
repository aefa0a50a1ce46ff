#!/usr/bin/env python3
"""tools/up on a folder of its own, with the build that is there and no demonstration: up, up again, down, up, without its logins, broken off, gone. TAP.

usage: test_up.py BUILD SOURCE

As root it runs as the user of PG_TEMP_USER (postgres): no system user is made here."""
import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile

BUILD, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
USER = os.environ.get("PG_TEMP_USER", "postgres") if os.getuid() == 0 else None
AS = {"user": USER, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []} if USER else {}


class Place:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-up-"))
        if USER:
            shutil.chown(self.folder, USER)
        self.data = self.folder / "data"
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.env = {**os.environ, "MOTCUA_BUILD": str(BUILD), "HOME": str(self.folder)}
        self.env.pop("DATABASE_URL", None)

    def up(self, *words):
        done = subprocess.run([SOURCE / "tools/up", "--data", self.data, *words], cwd="/", env=self.env, text=True, capture_output=True, **AS)
        return done.returncode, done.stdout + done.stderr

    def credentials(self):
        return (self.data / "credentials").read_text(encoding="utf-8")

    def log_in(self, password):
        """What the daemon says to the administrator with that password."""
        done = subprocess.run(["curl", "-sS", "--cacert", str(self.data / "tls/cert.pem"), "-H", "Content-Type: application/json", "-d",
                               json.dumps({"login": "admin", "password": password}), "-w", " %{http_code}",
                               f"https://127.0.0.1:{self.port}/api/v1/session"], text=True, capture_output=True)
        return done.stdout.split()[-1] if done.stdout else done.stderr


def steps(place):
    code, said = place.up("--no-demo", "--port", str(place.port))
    yield "it comes up", code == 0 and f":{place.port}" in said, said
    password = re.search(r"^login admin admin (\S+) administrator$", place.credentials(), re.M)
    yield "with a login that is shown", password and password[1] in said, said
    if not password:
        return
    yield "which is let in", place.log_in(password[1]) == "201", place.log_in(password[1])
    code, said = place.up("--status")
    yield "and says that it is ready", code == 0 and "ready at" in said, said
    code, said = place.up()
    yield "a second time it says so", code == 0 and "already runs" in said and password[1] not in said, said
    code, said = place.up("--stop")
    yield "it stops", code == 0 and place.up("--status")[0] == 3, said
    code, said = place.up()
    yield "and starts, without being told again that it is no demonstration", code == 0 and place.log_in(password[1]) == "201", said
    (place.data / "credentials").write_text(place.credentials().split("\n")[0] + "\n", encoding="utf-8")
    code, said = place.up("--status")
    yield "the line of a login that was deleted is not missed", code == 0, said
    place.up("--stop")
    (place.data / "credentials").unlink()
    code, said = place.up()
    yield "without its logins it starts and leaves the administrator's password", code == 0 and "stays as it is" in said, said
    yield "which is let in as before", place.log_in(password[1]) == "201" and "login" not in place.credentials(), place.credentials()
    place.up("--stop")
    (place.data / "credentials").unlink()
    left = place.data / "run/password"
    left.write_text(password[1] + "\n", encoding="utf-8")
    if USER:
        shutil.chown(left, USER)
    left.chmod(0o600)
    code, said = place.up()
    yield ("a start that was broken off before the login was written down is gone on with",
           code == 0 and f"login admin admin {password[1]} administrator" in place.credentials() and not left.exists(), said)
    code, said = place.up("--reset", "--yes")
    yield "it goes", code == 0 and not place.data.exists(), said + " ".join(map(str, place.data.glob("*")))


def main():
    if subprocess.run(["test", "-r", SOURCE / "tools/up", "-a", "-x", BUILD / "tools/cli/motcua"], cwd="/", **AS).returncode:
        print(f"1..0 # SKIP {USER or 'this user'} cannot read the sources or the build")
        return
    place = Place()
    n = n_failed = 0
    try:
        for name, ok, said in steps(place):
            n += 1
            print(f"{'ok' if ok else 'not ok'} {n} - {name}")
            if not ok:
                n_failed += 1
                print("".join(f"# {line}\n" for line in str(said).splitlines()[-12:]), end="", flush=True)
        print(f"1..{n}")
    finally:
        place.up("--stop")
        shutil.rmtree(place.folder, ignore_errors=True)
    sys.exit(n_failed > 0)


main()
