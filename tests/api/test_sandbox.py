#!/usr/bin/env python3
"""The daemon and its workers bear the limits that tools/systemd/motcua.service puts on them: a clerk's day under the same
filter of system calls. What the unit must say stands here too."""
import re
import shutil
import struct
import subprocess
import zlib

import harness
from listener import Listener

UNIT = harness.TOP / "tools/systemd/motcua.service"
SANDBOX = harness.TOP / "tests/daemon/sandbox.py"
EXPOSURE_MAX = 2.0  # of systemd-analyze security, 0 to 10
MUST = {
    "User": "motcua", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectKernelLogs": "yes", "ProtectControlGroups": "yes", "ProtectProc": "invisible",
    "RestrictNamespaces": "yes", "MemoryDenyWriteExecute": "yes", "LimitCORE": "0", "CapabilityBoundingSet": "", "UMask": "0077",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6", "SystemCallArchitectures": "native",
}


def can_sandbox():
    return subprocess.run(["/usr/bin/python3", SANDBOX, UNIT, "/bin/true"], capture_output=True).returncode == 0


def status(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in f)}


def picture():
    """A PNG of one grey point."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\x80"))
            + chunk(b"IEND", b""))


class SandboxTest(harness.ApiTest):
    def test_1_the_unit_says_what_it_must(self):
        text = UNIT.read_text(encoding="utf-8")
        for key, value in MUST.items():
            self.assertRegex(text, f"(?m)^{key}={re.escape(value)}$")
        for line in ("SystemCallFilter=@system-service", "SystemCallFilter=~@privileged"):
            self.assertIn(line + "\n", text)

    def test_2_systemd_thinks_well_of_it(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        done = subprocess.run(["systemd-analyze", "--no-pager", "security", "--offline=yes", UNIT], text=True, capture_output=True)
        level = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
        self.assertTrue(level, done.stdout[-500:] + done.stderr)
        self.assertLessEqual(float(level[1]), EXPOSURE_MAX)
        for path in sorted(p for p in UNIT.parent.iterdir() if p.suffix in (".service", ".timer")):
            said = subprocess.run(["systemd-analyze", "--no-pager", "verify", path], text=True, capture_output=True)
            faults = [line for line in (said.stdout + said.stderr).splitlines() if path.name in line and "not executable" not in line]
            self.assertEqual(faults, [])

    def test_3_the_daemon_is_in_it(self):
        self.need()
        state = status(harness.daemon.process.pid)
        self.assertEqual((state["Seccomp"], state["NoNewPrivs"]), ("2", "1"))

    def test_4_a_clerks_day(self):
        self.need()
        code = self.intake()["code"]
        slip = self.call("GET", f"/api/v1/dossiers/{code}/slip", as_="clerk1", status=200)  # Pango in a worker
        self.assertTrue(slip.body.startswith(b"%PDF-"))
        workers = subprocess.run(["pgrep", "-P", str(harness.daemon.process.pid)], text=True, capture_output=True).stdout.split()
        self.assertTrue(workers and all(status(w)["Seccomp"] == "2" for w in workers))
        sheet = self.call("GET", "/api/v1/registers/dossiers?from=2022-08-01&to=2022-08-31&format=xlsx", as_="admin", status=200)
        self.assertTrue(sheet.body.startswith(b"PK"))
        self.to_leader(code)
        self.to_counter(code)
        with Listener(self.login("admin")) as stream:
            self.assertIn("now", stream.start.data)
        self.assertEqual(self.call("GET", "/readyz", status=200).json["state"], "ok")

    def test_5_files_and_their_pictures(self):
        self.need()
        code = self.intake()["code"]
        png = picture()
        number = self.call("POST", f"/api/v1/dossiers/{code}/uploads", {"name": "a.png", "size": len(png), "purpose": "other"}, as_="clerk1", status=201).json["id"]
        self.call("PUT", f"/api/v1/uploads/{number}?from=0", png, as_="clerk1", status=200, headers={"Content-Type": "application/octet-stream"})
        at = self.call("POST", f"/api/v1/uploads/{number}/actions/finish", as_="clerk1", status=201).json["number"]
        got = self.call("GET", f"/api/v1/dossiers/{code}/attachments/{at}/thumbnail", as_="clerk1", status=200, checked=False)
        self.assertTrue(got.body.startswith(b"\xff\xd8"))

    def test_6_it_stops_in_order(self):
        self.need()
        harness.daemon.stop()
        self.assertIn('"event":"stopped"', harness.daemon.log())
        self.assertNotIn("operation not permitted", harness.daemon.log().lower())

    def test_7_it_waits_for_the_end_of_its_workers(self):
        for _ in range(6):
            if not harness.daemon.process:
                harness.daemon.start()
            code = self.intake()["code"]
            self.call("GET", f"/api/v1/dossiers/{code}/slip", as_="clerk1", status=200)  # the worker is there, and idle
            harness.daemon.stop()
        self.assertNotIn("loop_not_empty", harness.daemon.log())

    def need(self):
        if not IS_IN:
            self.skipTest("systemd-analyze, libseccomp or the kernel is missing")


IS_IN = can_sandbox()
if IS_IN:
    plain = harness.Daemon.start

    def start(self):
        """Through the sandbox: a program that puts the limits on itself and becomes the daemon."""
        real, wrapper = self.program, self.folder / "sandboxed"
        wrapper.write_text(f"#!/bin/sh\nexec /usr/bin/python3 {self.folder / 'sandbox.py'} {self.folder / 'motcua.service'} {real} \"$@\"\n", encoding="utf-8")
        wrapper.chmod(0o755)
        for source in (SANDBOX, UNIT):
            shutil.copy(source, self.folder)
        self.program = wrapper
        try:
            plain(self)
        finally:
            self.program = real

    harness.Daemon.start = start

if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
