#!/usr/bin/env python3
"""Roots of days: made by the daemon, once whoever makes them, signed, chained, written to a folder; and nothing is
recorded on a closed day."""
import base64
import hashlib
import json
import pathlib
import subprocess
import time

import harness

DAYS = ["2022-08-01", "2022-08-02", "2022-08-03", "2022-08-04"]


def sql(text, as_="", check=True):
    """As the superuser, who alone can change history; or in another role."""
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", harness.daemon.url,
                           "-c", (f"SET ROLE {as_}; " if as_ else "") + text], text=True, capture_output=True)
    if done.returncode and check:
        raise AssertionError(f"{text}: {done.stderr}")
    return done.stdout.strip() if check else done


def folder():
    return harness.daemon.home / "audit"


def settings(daemon):
    (daemon.home / "audit").mkdir(mode=0o700)
    daemon.own(daemon.home / "audit")
    daemon.must("keygen", "--audit", daemon.home / "audit.key")
    return {"audit_key": daemon.home / "audit.key", "audit_folder": daemon.home / "audit"}


def lines():
    path = folder() / "roots.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def until(what, seconds=30):
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come")
        time.sleep(0.05)  # the daemon makes roots by itself; nothing tells when


def merkle(leaves):
    """RFC 6962, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + merkle(leaves[:k]) + merkle(leaves[k:])).digest()


def fields(record):
    return {line.split(" ")[0]: line.split(" ")[1:] for line in record.splitlines()}


class RootTest(harness.ApiTest):
    maxDiff = None

    def test_1_a_day_has_its_root_once_it_is_over(self):
        codes = [self.intake(name=f"Người {n}")["code"] for n in range(3)]
        self.clock_to("2022-08-01T23:59:59+07:00")
        self.assertEqual(lines(), [])
        self.clock_to("2022-08-02T00:00:31+07:00")
        until(lambda: len(lines()) == 1)
        self.assertEqual(lines()[0]["day"], DAYS[0])
        self.clock_to("2022-08-02T08:00:00+07:00")
        self.act(codes[0], "forward", "clerk1")
        self.clock_to("2022-08-05T08:00:00+07:00")  # two days without an event
        until(lambda: len(lines()) == 4)
        self.assertEqual([line["day"] for line in lines()], DAYS)

    def test_2_the_roots_are_those_of_an_independent_count(self):
        previous, last_change, last_login = "00" * 32, 0, 0
        for line in lines():
            record = fields(line["record"])
            entries = [(b"e", int(d), int(s), bytes.fromhex(h[2:])) for d, s, h in (row.split("|") for row in sql(
                "SELECT dossier_id, seq, hash FROM event WHERE recorded_at >= '1970-01-01'::timestamptz + "
                f"{record['from'][0]} * interval '1 us' AND recorded_at < '1970-01-01'::timestamptz + {record['until'][0]} * interval '1 us'"
                " ORDER BY 1, 2").splitlines())]
            n, upto = map(int, record["changes"])
            entries += [(b"r", int(i), 0, bytes.fromhex(h[2:])) for i, h in (row.split("|") for row in sql(
                f"SELECT id, hash FROM reference_change WHERE id > {last_change} AND id <= {upto} ORDER BY id").splitlines())]
            logins, upto_login = map(int, record["security"])
            entries += [(b"s", int(i), 0, bytes.fromhex(h[2:])) for i, h in (row.split("|") for row in sql(
                f"SELECT id, security_event_hash(e) FROM security_event e WHERE id > {last_login} AND id <= {upto_login} ORDER BY id").splitlines())]
            packed = [k + i.to_bytes(8, "big") + s.to_bytes(4, "big") + h for k, i, s, h in entries]
            self.assertEqual(int(record["events"][0]) + n + logins, len(packed))
            self.assertEqual(record["merkle"][0], merkle([hashlib.sha256(b"\0" + p).digest() for p in packed]).hex(), line["day"])
            self.assertEqual((folder() / f"{line['day']}.leaves").read_bytes(), b"".join(packed))
            self.assertEqual(record["previous"][0], previous)
            previous, last_change = hashlib.sha256(line["record"].encode()).hexdigest(), upto
            last_login = upto_login
            self.assertEqual(line["hash"], previous)
        self.assertGreater(int(fields(lines()[0]["record"])["events"][0]), 2)
        self.assertEqual(fields(lines()[2]["record"])["events"], ["0"])

    def test_3_openssl_checks_the_signatures(self):
        for line in lines():
            harness.daemon.write("record", line["record"])
            (harness.daemon.home / "signature").write_bytes(bytes.fromhex(line["signature"]))
            said = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", harness.daemon.home / "audit.pub", "-rawin",
                                   "-in", harness.daemon.home / "record", "-sigfile", harness.daemon.home / "signature"],
                                  capture_output=True, text=True)
            self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
        raw = subprocess.run(["openssl", "pkey", "-pubin", "-in", harness.daemon.home / "audit.pub", "-outform", "DER"],
                             capture_output=True, check=True).stdout[-32:]
        self.assertEqual(lines()[0]["key"], hashlib.sha256(raw).hexdigest()[:16])

    def test_4_the_inspector_reads_them(self):
        page = self.call("GET", "/api/v1/audit/roots?limit=3", as_="inspector1", status=200).json
        self.assertEqual([r["day"] for r in page["items"]], DAYS[:3])
        rest = self.call("GET", f"/api/v1/audit/roots?after={page['next']}", as_="inspector1", status=200).json
        self.assertEqual([r["day"] for r in rest["items"]], DAYS[3:])
        self.assertNotIn("next", rest)
        got, written = (page["items"] + rest["items"])[1], lines()[1]
        for name in ("day", "record", "hash", "signature", "key"):
            self.assertEqual(got[name], written[name])
        some = self.call("GET", "/api/v1/audit/roots?from=2022-08-02&to=2022-08-03", as_="inspector1", status=200).json["items"]
        self.assertEqual([r["day"] for r in some], DAYS[1:3])
        self.call("GET", "/api/v1/audit/roots?after=x", as_="inspector1", status=422)
        self.call("GET", "/api/v1/audit/roots?limit=201", as_="inspector1", status=422)
        self.call("GET", "/api/v1/audit/roots", as_="clerk1", status=403)

    def test_5_two_daemons_make_each_day_once(self):
        other = harness.daemon.sibling()
        other.start()
        try:
            self.clock_to("2022-09-05T08:00:00+07:00")
            until(lambda: len(lines()) == 35)
        finally:
            other.stop()
        days = [line["day"] for line in lines()]
        self.assertEqual(days, sorted(set(days)))
        self.assertEqual(sql("SELECT count(*), count(DISTINCT day) FROM audit_root"), "35|35")
        self.assertEqual(sql("SELECT string_agg(encode(hash, 'hex'), ',' ORDER BY day) FROM audit_root"),
                         ",".join(line["hash"] for line in lines()))

    def test_6_a_folder_that_lost_its_end_gets_it_again(self):
        path = folder() / "roots.jsonl"
        whole = path.read_text(encoding="utf-8")
        harness.daemon.stop()
        path.write_text(whole[:-700], encoding="utf-8")  # a disk that was full in the middle of a line
        (folder() / "2022-09-04.leaves").unlink()
        harness.daemon.start()
        until(lambda: path.read_text(encoding="utf-8") == whole)
        self.assertTrue((folder() / "2022-09-04.leaves").exists())
        self.assertEqual(list(folder().glob("*.part*")), [])

    def test_7_a_closed_day_takes_nothing(self):
        """Whoever writes: the application, or the owner past it."""
        event = ("INSERT INTO event SELECT dossier_id, seq + 100, at, '2022-08-03T03:00:00Z', actor_id, action, bytes, hash FROM event"
                 " WHERE seq = 1 LIMIT 1")
        for role in ("motcua_app", ""):
            self.assertIn("are closed", sql(event, role, check=False).stderr)
        for statement in ("UPDATE audit_root SET record = record", "DELETE FROM audit_root", "TRUNCATE audit_root",
                          "UPDATE audit_closing SET until_at = '-infinity'", "DELETE FROM audit_closing",
                          "UPDATE event SET bytes = 'x'", "DELETE FROM event", "DELETE FROM reference_change",
                          "INSERT INTO audit_closing VALUES (true, '-infinity')"):
            self.assertIn("permission denied", sql(statement, "motcua_app", check=False).stderr, statement)
        for statement in ("UPDATE audit_root SET record = record", "DELETE FROM audit_root", "TRUNCATE audit_root"):
            self.assertIn("history", sql(statement, check=False).stderr, statement)
        root = ("INSERT INTO audit_root SELECT day + {}, until_at, record, hash, signature, key_id, made_at FROM audit_root"
                " ORDER BY day DESC LIMIT 1")
        self.assertIn("does not follow", sql(root.format(1), "motcua_app", check=False).stderr)
        self.assertIn("does not follow", sql(root.format(0), "motcua_app", check=False).stderr)
        self.assertEqual(sql("SELECT count(*) FROM audit_close('2022-08-01T00:00:00Z')", "motcua_app"), "1")
        self.assertEqual(sql("SELECT until_at = '2022-09-04T17:00:00Z' FROM audit_closing"), "t")  # it does not open again

    def test_8_the_clock_does_not_go_back_into_a_closed_day(self):
        sql("DELETE FROM feed")  # as housekeeping does with old rows
        refused = self.call("POST", "/api/v1/demo/clock", {"set": "2022-08-20T08:00:00+07:00"}, as_="admin", status=422)
        self.assertEqual(refused.code, "clock_backwards")

    def test_9_without_a_key_the_log_warns(self):
        harness.daemon.stop()
        text = harness.daemon.config.read_text(encoding="utf-8")
        harness.daemon.write("motcua.conf", "".join(line for line in text.splitlines(True) if not line.startswith("audit_key")))
        harness.daemon.start()
        try:
            self.clock_to("2022-09-06T08:00:00+07:00")
            until(lambda: len(lines()) == 36)
            self.assertNotIn("signature", lines()[-1])
            self.assertIn('"event":"audit_root_not_signed","day":"2022-09-05"', harness.daemon.log())
        finally:
            harness.daemon.stop()
            harness.daemon.write("motcua.conf", text)
            harness.daemon.start()


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START, settings=settings)
