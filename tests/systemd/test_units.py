#!/usr/bin/env python3
"""The units of tools/systemd under systemd: set up by the steps of docs/operations.md as they are written, then a plug is pulled.

usage: test_units.py MOTCUAD MOTCUA      (TAP; MOTCUA_CHECK=long, else skipped; MOTCUA_CHECK=long HARNESS_KEEP=1 prints the journal at the end)"""
import datetime
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
PASSWORD = "mot-cua-2022"
WITHIN_S = 120


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


class Machine:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-machine-"))
        self.process = subprocess.Popen([HERE / "machine", self.folder], stdout=subprocess.PIPE, text=True)
        self.first = self.process.stdout.readline().strip()
        if not self.first:
            raise RuntimeError("the machine did not come up")
        self.root = pathlib.Path("/proc", self.first, "root")
        self.until(lambda: self.run("systemctl is-active multi-user.target", check=False).strip() == "active", "multi-user.target")

    def run(self, script, check=True):
        """What a script says inside, errors among it."""
        words = ["nsenter", "--target", self.first, "--all", "--root", "--wd", "bash", "-e", "-c", f"cd /opt/motcua 2>/dev/null || true\n{script}"]
        done = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        if check and done.returncode:
            raise AssertionError(f"{script.strip()}: {done.returncode}: {done.stdout[-1500:]}")
        return done.stdout

    def shown(self, unit, name):
        return self.run(f"systemctl show --property {name} --value {unit}").strip()

    def until(self, what, name, seconds=WITHIN_S):
        deadline = time.monotonic() + seconds
        while not (answer := what()):
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {name}\n{self.run('journalctl --no-pager -n 30', check=False)}")
            time.sleep(0.2)
        return answer

    def ready(self):
        said = self.run("curl -s --cacert /etc/motcua/cert.pem https://localhost:8443/readyz || true")
        return said.startswith("{") and json.loads(said)["state"] == "ok"

    def post(self, path, body, token=None, number=[0]):
        """A reply of the daemon's API, to a request from inside."""
        number[0] += 1
        headers = ["Content-Type: application/json", f"Idempotency-Key: units-{number[0]}"] + ([f"Authorization: Bearer {token}"] if token else [])
        words = ["curl", "-s", "--cacert", "/etc/motcua/cert.pem", "-d", json.dumps(body), *(w for h in headers for w in ("-H", h)), f"https://localhost:8443{path}"]
        return json.loads(self.run(shlex.join(words)))

    def close(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


def steps():
    """The blocks of commands of the section, as lines."""
    text = (TOP / "docs/operations.md").read_text(encoding="utf-8")
    section = re.search(r"\n## As a service of systemd\n(.*?)\n## ", text, re.S)[1]
    return [block.strip().splitlines() for block in re.findall(r"```sh\n(.*?)```", section, re.S)]


def furnish(m, motcuad, cli):
    """What such a machine has before: the clone, built; PostgreSQL; no user of ours, and sudo."""
    clone = m.root / "opt/motcua"
    for built, name in ((motcuad, "engine/daemon/motcuad"), (cli, "tools/cli/motcua")):
        (clone / "build" / name).parent.mkdir(parents=True)
        shutil.copy(built, clone / "build" / name)
    shutil.copytree(TOP / "tools", clone / "tools", ignore=shutil.ignore_patterns("web", "node_modules", "__pycache__", "bench"))
    (m.root / "usr/local/bin/sudo").write_text('#!/bin/sh\n[ "$1" = -u ] && shift\nuser=${1#--user=}\nshift\nexec runuser -u "$user" -- "$@"\n')
    (m.root / "usr/local/bin/sudo").chmod(0o755)
    # of a build with sanitizers alone: what leaks is asked elsewhere
    (m.root / "etc/systemd/system.conf.d").mkdir(parents=True, exist_ok=True)
    (m.root / "etc/systemd/system.conf.d/test.conf").write_text("[Manager]\nDefaultEnvironment=ASAN_OPTIONS=detect_leaks=0\n")
    m.run("userdel motcua 2>/dev/null || true; pg_createcluster 15 main >/dev/null; systemctl daemon-reexec; systemctl start postgresql@15-main\n"
          f"echo {PASSWORD} >/tmp/password; chmod 0644 /tmp/password")


SETTINGS = """database = postgresql:///motcua?host=/var/run/postgresql
address = 127.0.0.1
port = 8443
tls_certificate = /etc/motcua/cert.pem
tls_key = /etc/motcua/key.pem
seal_key = /var/lib/motcua/seal.key
zone = +07:00
"""


def configure(m):
    (m.root / "etc/motcua/motcua.conf").write_text(SETTINGS)
    m.run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
          " -keyout /etc/motcua/key.pem -out /etc/motcua/cert.pem 2>/dev/null; chown root:motcua /etc/motcua/*; chmod 0640 /etc/motcua/*")


# ---- what is held ----

def the_steps_as_written_bring_up_a_ready_daemon(m):
    for line in steps()[0]:
        # a demonstration, so that its administrator needs no authenticator
        m.run("export ASAN_OPTIONS=detect_leaks=0\n" + line.replace("--password-file FILE", "--demo --password-file /tmp/password"))
        if "/etc/motcua " in line:
            configure(m)
    m.until(m.ready, "ready")
    pid = m.shown("motcua", "MainPID")
    state = m.run(f"cat /proc/{pid}/status")
    for name, value in (("Seccomp", "2"), ("NoNewPrivs", "1"), ("CapBnd", "0000000000000000")):
        assert re.search(rf"(?m)^{name}:\s+{value}$", state), (name, state)
    assert m.run(f"ps -o user= -p {pid}").strip() == "motcua"


def it_comes_back_after_kill_9(m):
    before = m.shown("motcua", "MainPID")
    m.run(f"kill -9 {before}")
    m.until(m.ready, "ready again")
    assert m.shown("motcua", "MainPID") != before and int(m.shown("motcua", "NRestarts")) >= 1


def it_comes_back_however_long_postgresql_was_away(m):
    m.run("systemctl stop motcua; systemctl stop postgresql@15-main; systemctl start motcua")
    first = int(m.shown("motcua", "NRestarts"))
    m.until(lambda: int(m.shown("motcua", "NRestarts")) >= first + 7, "seven starts")  # systemd by itself stops at five within ten seconds
    m.run("systemctl start postgresql@15-main")
    m.until(m.ready, "ready")


def systemctl_reload_reads_the_certificate_again(m):
    m.run("systemctl reload motcua")
    m.until(lambda: "certificate_reloaded" in m.run("journalctl --no-pager -u motcua -n 20"), "certificate_reloaded")


def it_stops_in_order_and_leaves_nothing(m):
    m.run("systemctl stop motcua")
    assert (m.shown("motcua", "Result"), m.shown("motcua", "ExecMainStatus"), m.shown("motcua", "ActiveState")) == ("success", "0", "inactive")
    said = m.run("journalctl --no-pager -u motcua -n 10")
    assert '"event":"stopped"' in said and "loop_not_empty" not in m.run("journalctl --no-pager -u motcua"), said
    assert not m.run("pgrep -u motcua || true").strip()
    m.run("systemctl start motcua")
    m.until(m.ready, "ready")


def the_backup_is_taken_and_can_be_restored(m):
    for line in steps()[1]:
        said = m.run("export ASAN_OPTIONS=detect_leaks=0\n" + line, check="enable" not in line or "systemctl" in line)
        assert "enable --data" not in line or "restart PostgreSQL" in said or "base-" in said, said
    assert "the backup can be restored" in said, said
    m.until(m.ready, "ready")
    assert m.shown("motcua-backup", "Result") == "success" and m.shown("motcua-backup.timer", "ActiveState") == "active"
    said = m.run("journalctl --no-pager -u motcua-backup")
    assert "taking base-" in said and "archived:" in said, said
    assert len(list((m.root / "mnt/backup/motcua").glob("base-*"))) >= 2


def a_backup_that_cannot_be_written_is_a_failed_unit(m):
    m.run("mv /mnt/backup/motcua /mnt/backup/away")
    m.run("systemctl start motcua-backup", check=False)
    assert m.shown("motcua-backup", "Result") == "exit-code"
    m.run("mv /mnt/backup/away /mnt/backup/motcua; systemctl start motcua-backup")
    assert m.shown("motcua-backup", "Result") == "success"


def a_night_to_sweep(m):
    """A dossier of one day, and the evening of the next."""
    token = m.post("/api/v1/session", {"login": "admin", "password": PASSWORD})["token"]
    m.post("/api/v1/demo/clock", {"set": "2022-08-01T08:00:00+07:00"}, token)
    m.post("/api/v1/dossiers", {"procedure": "TP-10", "filed_office": "mc", "applicant": {"name": "Nguyễn Văn A"}}, token)["code"]
    m.post("/api/v1/demo/clock", {"set": "2022-08-02T18:00:00+07:00"}, token)


def the_sweep_is_ordered_with_a_token_alone(m):
    a_night_to_sweep(m)
    m.run(f"mkdir -p /srv/admin/tls; cp /etc/motcua/cert.pem /srv/admin/tls; printf 'url https://localhost:8443\\nlogin admin admin {PASSWORD}\\n' >/srv/admin/credentials")
    until = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
    made = json.loads(m.run("export ASAN_OPTIONS=detect_leaks=0\n"
                            f"tools/motcua --data /srv/admin --lang en token new net --scope sweeps:write --scope sweeps:read --scope jobs:read --expires-on {until} --json"))
    (m.root / "srv/token").write_text(made["token"] + "\n")
    for line in steps()[2]:
        m.run(line.replace("TOKEN", "/srv/token"))
    assert m.shown("motcua-sweep", "Result") == "success", m.run("journalctl --no-pager -u motcua-sweep")
    assert m.shown("motcua-sweep.timer", "ActiveState") == "active"
    (m.root / "etc/motcua/sweep.token").write_text("mct_ended\n")
    m.run("systemctl start motcua-sweep", check=False)
    assert m.shown("motcua-sweep", "Result") == "exit-code" and m.shown("motcua-sweep", "ExecMainStatus") == "1"
    (m.root / "etc/motcua/sweep.token").write_text(made["token"] + "\n")


def a_timer_rings(m):
    """Its own, but for the hour: a drop-in that lets it ring now."""
    m.run("mkdir -p /etc/systemd/system/motcua-sweep.timer.d\n"
          "printf '[Timer]\\nOnCalendar=\\nOnCalendar=*:*:0/5\\nRandomizedDelaySec=0\\nAccuracySec=100ms\\n' >/etc/systemd/system/motcua-sweep.timer.d/now.conf\n"
          "systemctl daemon-reload; systemctl restart motcua-sweep.timer")
    before = m.run("journalctl --no-pager -u motcua-sweep").count("Finished")
    m.until(lambda: m.run("journalctl --no-pager -u motcua-sweep").count("Finished") > before, "a sweep that the timer began", 60)
    assert m.shown("motcua-sweep.timer", "LastTriggerUSec")
    m.run("systemctl stop motcua-sweep.timer")
    for name in ("sweep", "backup"):  # as they are shipped: the next time is within a day
        m.run(f"rm -rf /etc/systemd/system/motcua-{name}.timer.d; systemctl daemon-reload; systemctl restart motcua-{name}.timer")
        assert m.shown(f"motcua-{name}.timer", "NextElapseUSecRealtime"), name


def it_comes_up_with_the_machine(m):
    """All units down, then the target that a boot reaches."""
    m.run("systemctl stop motcua postgresql@15-main motcua-backup.timer motcua-sweep.timer")
    m.run("systemctl start multi-user.target timers.target postgresql")
    m.until(m.ready, "ready")
    assert m.shown("motcua-backup.timer", "ActiveState") == m.shown("motcua-sweep.timer", "ActiveState") == "active"


TESTS = [the_steps_as_written_bring_up_a_ready_daemon, it_comes_back_after_kill_9, it_comes_back_however_long_postgresql_was_away,
         systemctl_reload_reads_the_certificate_again, it_stops_in_order_and_leaves_nothing, the_backup_is_taken_and_can_be_restored,
         a_backup_that_cannot_be_written_is_a_failed_unit, the_sweep_is_ordered_with_a_token_alone, a_timer_rings, it_comes_up_with_the_machine]


def main():
    if os.environ.get("MOTCUA_CHECK") != "long":
        skip("a machine whose first process is systemd: tools/check --long")
    can = subprocess.run([HERE / "machine", "--can"], text=True, capture_output=True)
    if can.returncode:
        skip(can.stdout.strip() or can.stderr.strip())
    print(f"1..{len(TESTS)}", flush=True)
    m, n_failed = Machine(), 0
    try:
        furnish(m, *sys.argv[1:3])
        for i, test in enumerate(TESTS, 1):
            began = time.monotonic()
            try:
                test(m)
                print(f"ok {i} - {test.__name__}  # {time.monotonic() - began:.1f} s", flush=True)
            except (AssertionError, ValueError, KeyError, OSError) as fault:
                n_failed += 1
                print(f"not ok {i} - {test.__name__}", flush=True)
                for line in str(fault).splitlines()[-30:]:
                    print(f"# {line}", flush=True)
        if n_failed and os.environ.get("HARNESS_KEEP"):
            print(m.run("journalctl --no-pager -n 300", check=False))
    finally:
        m.close()
    sys.exit(n_failed > 0)


if __name__ == "__main__":
    main()
