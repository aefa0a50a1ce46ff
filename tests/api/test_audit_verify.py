#!/usr/bin/env python3
"""audit verify: an untouched database and its dumps are whole; whatever a superuser rewrites is found, and its place named."""
import json
import pathlib
import subprocess
import time

import harness
from test_audit import settings, sql, until  # the folder and the key are those of test_audit

BIN = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
REHASH = """
CREATE FUNCTION rehash(p_dossier bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE r record; v bytea := decode(repeat('00', 32), 'hex');
BEGIN
    FOR r IN SELECT seq, bytes FROM event WHERE dossier_id = p_dossier ORDER BY seq LOOP
        v := sha256(v || r.bytes);
        UPDATE event SET hash = v WHERE dossier_id = p_dossier AND seq = r.seq;
    END LOOP;
    UPDATE dossier SET chain = v, version = (SELECT max(seq) FROM event WHERE dossier_id = p_dossier) WHERE id = p_dossier;
END $$;
"""


def url(name):
    return harness.daemon.url.replace("///postgres?", f"///{name}?")


def command(*words):
    more = {"user": harness.daemon.user.pw_uid, "group": harness.daemon.user.pw_gid, "extra_groups": []} if harness.daemon.user else {}
    done = subprocess.run([str(w) for w in words], cwd="/", text=True, capture_output=True, **more)
    if done.returncode:
        raise AssertionError(f"{words}: {done.stderr}")
    return done.stdout


def verify(*words, keys=("--public-key", "audit.pub"), folder=True):
    keys = [harness.daemon.home / k if k.endswith(".pub") else k for k in keys]
    roots = ["--folder", harness.daemon.home / "audit"] if folder else []
    done = harness.daemon.command("audit", "verify", "--json", *words, *roots, *keys)
    if done.returncode not in (0, 1) or not done.stdout:
        raise AssertionError(f"{words}: {done.returncode} {done.stdout} {done.stderr}")
    return {**json.loads(done.stdout), "exit": done.returncode}


class AuditVerifyTest(harness.ApiTest):
    maxDiff = None

    def test_1_an_untouched_database_is_whole(self):
        codes = [self.intake(name=f"Người {n}")["code"] for n in range(5)]
        self.clock_to("2022-08-02T08:00:00+07:00")
        for code in codes[:3]:
            self.act(code, "forward", "clerk1")
        self.clock_to("2022-08-03T08:00:00+07:00")
        self.act(codes[0], "take_over", "head_tp")
        reason = {"source": "12/QĐ-UBND", "reason": "thử"}
        self.call("POST", "/api/v1/rulesets/R1/changes", {"key": "R1-2022-09", "valid_from": "2022-09-01", "parameters": [], **reason},
                  as_="admin", checked=False)
        self.call("PUT", "/api/v1/registers", {"office": "ubnd", "year": 2022, "symbol": "PXL", "began_after": 7, **reason}, as_="admin", status=200)
        self.clock_to("2022-08-04T08:00:00+07:00")
        self.act(codes[1], "take_over", "head_tp")  # of today: under no root yet
        until(lambda: (harness.daemon.home / "audit/2022-08-03.leaves").exists() and "2022-08-03" in
              (harness.daemon.home / "audit/roots.jsonl").read_text(encoding="utf-8"))
        type(self).codes = codes
        type(self).ids = {code: int(sql(f"SELECT dossier_id FROM dossier_code WHERE code = '{code}'")) for code in codes}
        report = verify("--database", harness.daemon.url)
        self.assertEqual((report["findings"], report["exit"], report["roots"]), ([], 0, 3))
        self.assertEqual((report["first"], report["last"]), ("2022-08-01", "2022-08-03"))
        self.assertGreaterEqual(report["not_under_a_root"], 1)  # and what the minute and the night marked meanwhile
        self.assertGreaterEqual(report["changes"], 1)
        said = harness.daemon.command("audit", "verify", "--config", harness.daemon.config)
        self.assertEqual((said.returncode, said.stdout.strip().split("\n")[-1]), (0, "whole"), said.stdout + said.stderr)
        self.assertNotIn("warning", said.stdout)
        alone = verify("--database", harness.daemon.url, folder=False)
        self.assertEqual((alone["findings"], alone["exit"], alone["roots_from"]), ([], 0, "database"))
        harness.daemon.stop()
        sql(REHASH)
        type(self).unrooted = int(sql("SELECT count(*) FROM event WHERE recorded_at >= '2022-08-03T17:00:00Z'"))

    def test_2_its_dumps_are_whole(self):
        for form, name in (("plain", "d.sql"), ("custom", "d.dump"), ("directory", "d.dir"), ("tar", "d.tar")):
            path = harness.daemon.home / name
            command(BIN / "pg_dump", "--format", form, "--file", path, "--dbname", harness.daemon.url)
            report = verify("--dump", path)
            self.assertEqual((report["findings"], report["exit"], report["not_under_a_root"]), ([], 0, self.unrooted), form)
        oracle = [harness.TOP / "tests/oracle/audit_roots.py", harness.daemon.home / "d.sql", harness.daemon.home / "audit/roots.jsonl"]
        said = subprocess.run(["python3", *oracle], text=True, capture_output=True)
        self.assertEqual((said.returncode, [line.split()[-1] for line in said.stdout.splitlines()]), (0, ["good"] * 3), said.stdout + said.stderr)
        text = (harness.daemon.home / "d.sql").read_bytes()
        harness.daemon.write("cut.sql", text[:len(text) // 2].decode(errors="ignore"))  # not within a letter
        cut = harness.daemon.command("audit", "verify", "--dump", harness.daemon.home / "cut.sql")
        self.assertEqual((cut.returncode, "ends" in cut.stderr), (1, True), cut.stderr)
        other = harness.daemon.command("audit", "verify", "--dump", harness.daemon.config)
        self.assertEqual((other.returncode, "no dump" in other.stderr), (1, True), other.stderr)

    def tampered(self, change, *words, **more):
        """What is found in a copy of the database after a superuser was there; in a dump of the copy too."""
        command(BIN / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url("template1"), "-c", "DROP DATABASE IF EXISTS touched",
                "-c", f"CREATE DATABASE touched TEMPLATE postgres")
        command(BIN / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url("touched"), "-c", "SET session_replication_role = replica",
                "-c", change)
        report = verify("--database", url("touched"), *words, **more)
        path = harness.daemon.home / "touched.dump"
        command(BIN / "pg_dump", "--format", "custom", "--file", path, "--dbname", url("touched"))
        dump = verify("--dump", path, *words, **more)
        self.assertEqual([f["sentence"] for f in report["findings"]], [f["sentence"] for f in dump["findings"]], change)
        self.assertEqual((report["exit"], dump["exit"]), (1, 1), change)
        return report["findings"]

    def test_3_whatever_is_rewritten_is_named(self):
        first, second, third, fourth, fifth = self.codes
        d = {n: self.ids[code] for n, code in enumerate(self.codes, 1)}
        byte = "bytes = set_byte(bytes, octet_length(bytes) - 30, get_byte(bytes, octet_length(bytes) - 30) # 1)"
        last = f"(SELECT max(seq) FROM event WHERE dossier_id = {d[1]})"
        cases = [
            ("bytes of an event", f"UPDATE event SET {byte} WHERE dossier_id = {d[1]} AND seq = 1",
             {"code": "audit_event_changed", "dossier": first, "seq": 1}),
            ("bytes, and the whole chain again", f"UPDATE event SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'actor ', 'actor 9'), 'UTF8'),"
             f" actor_id = ('9' || actor_id)::bigint WHERE dossier_id = {d[1]} AND seq = 1; SELECT rehash({d[1]})",
             {"code": "audit_leaf_changed", "dossier": first, "seq": 1, "day": "2022-08-01"}),
            ("the last event", f"DELETE FROM event WHERE dossier_id = {d[3]} AND seq = (SELECT max(seq) FROM event WHERE dossier_id = {d[3]})",
             {"code": "audit_head_differs", "dossier": third}),
            ("the last event, and the head", f"DELETE FROM event WHERE dossier_id = {d[3]} AND seq >= 2; SELECT rehash({d[3]})", {"code": "audit_leaf_removed", "dossier": third, "seq": 2, "day": "2022-08-02"}),
            ("an event in the middle", f"DELETE FROM event WHERE dossier_id = {d[1]} AND seq = 2",
             {"code": "audit_event_missing", "dossier": first, "seq": 2}),
            ("a whole dossier", f"DELETE FROM event WHERE dossier_id = {d[4]}; DELETE FROM dossier WHERE id = {d[4]};"
             f" DELETE FROM dossier_code WHERE dossier_id = {d[4]}",
             {"code": "audit_dossier_removed", "dossier": str(d[4]), "day": "2022-08-01"}),
            ("a whole dossier but for its code", f"DELETE FROM event WHERE dossier_id = {d[4]}; DELETE FROM dossier WHERE id = {d[4]}",
             {"code": "audit_dossier_removed", "dossier": fourth, "day": "2022-08-01"}),
            ("an event put into a closed day", f"INSERT INTO event SELECT dossier_id, n, at, recorded_at, actor_id, action,"
             f" convert_to(replace(convert_from(bytes, 'UTF8'), E'\\nseq 1\\n', E'\\nseq ' || n || E'\\n'), 'UTF8'), hash FROM event,"
             f" (SELECT max(seq) + 1 AS n FROM event WHERE dossier_id = {d[5]}) m WHERE dossier_id = {d[5]} AND seq = 1; SELECT rehash({d[5]})",
             {"code": "audit_leaf_added", "dossier": fifth, "day": "2022-08-01"}),
            ("when it was recorded", f"UPDATE event SET recorded_at = recorded_at - interval '1 day' WHERE dossier_id = {d[1]} AND seq = {last}",
             {"code": "audit_event_column", "dossier": first, "column": "recorded_at"}),
            ("when it happened", f"UPDATE event SET at = at - interval '1 day' WHERE dossier_id = {d[1]} AND seq = {last}",
             {"code": "audit_event_column", "dossier": first, "column": "at"}),
            ("who did it", f"UPDATE event SET actor_id = actor_id + 1 WHERE dossier_id = {d[1]} AND seq = 1",
             {"code": "audit_event_column", "dossier": first, "column": "actor_id"}),
            ("two events change places", f"UPDATE event SET seq = 77 WHERE dossier_id = {d[1]} AND seq = 1; UPDATE event SET seq = 1 WHERE"
             f" dossier_id = {d[1]} AND seq = 2; UPDATE event SET seq = 2 WHERE dossier_id = {d[1]} AND seq = 77",
             {"code": "audit_event_changed", "dossier": first, "seq": 1}),
            ("an edit of the rules", "UPDATE reference_change SET reason = 'khác' WHERE id = (SELECT min(id) FROM reference_change)",
             {"code": "audit_change_changed"}),
            ("an edit taken out", "DELETE FROM reference_change", {"code": "audit_change_leaf", "day": "2022-08-03"}),
            ("what happened to a login", "UPDATE security_event SET detail = 'khác' WHERE id = 1", {"code": "audit_security_leaf", "id": 1}),
            ("a login taken out", "DELETE FROM security_event WHERE id = 2", {"code": "audit_security_leaf", "id": 2}),
            ("a root", "UPDATE audit_root SET record = replace(record, 'events ', 'events 1') WHERE day = '2022-08-02'",
             {"code": "audit_root_replaced", "day": "2022-08-02"}),
            ("a day taken out", "DELETE FROM audit_root WHERE day = '2022-08-02'", {"code": "audit_root_removed", "day": "2022-08-02"}),
            ("the last day", "DELETE FROM audit_root WHERE day = '2022-08-03'", {"code": "audit_root_removed", "day": "2022-08-03"}),
            ("all roots", "DELETE FROM audit_root", {"code": "audit_root_removed", "day": "2022-08-01"}),
            ("the row of a dossier", f"DELETE FROM dossier WHERE id = {d[2]}", {"code": "audit_dossier_row_gone", "dossier": second}),
        ]
        unseen = []
        for what, change, expected in cases:
            # The hash of a replaced root has to fit its record: the constraint is taken away, as an owner could.
            found = self.tampered("ALTER TABLE audit_root DROP CONSTRAINT audit_root_hash_of_record; " + change)
            if not any(expected.items() <= f.items() for f in found):
                unseen.append(f"{what}: {expected} is not among {found}")
        self.assertEqual(unseen, [])
        self.assertEqual(found[0]["is_warning"], False)

    def test_4_without_leaves_the_day_is_named(self):
        d = self.ids[self.codes[0]]
        harness.daemon.write("elsewhere.jsonl", (harness.daemon.home / "audit/roots.jsonl").read_text(encoding="utf-8"))
        found = self.tampered(f"UPDATE event SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'actor ', 'actor 9'), 'UTF8'), actor_id = "
                              f"('9' || actor_id)::bigint WHERE dossier_id = {d} AND seq = 1; SELECT rehash({d})",
                              "--roots", harness.daemon.home / "elsewhere.jsonl", folder=False)
        self.assertEqual([(f["code"], f["day"]) for f in found[:1]], [("audit_day_differs", "2022-08-01")])
        self.assertEqual({f["code"] for f in found}, {"audit_day_differs"})
        self.assertIn("2022-08-01", found[0]["sentence"])

    def test_5_roots_that_were_touched(self):
        """The file is what is believed; it is held against the database, its own chain, and the key."""
        path = harness.daemon.home / "audit/roots.jsonl"
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines(True)

        def found(changed, *words, **more):
            path.write_text(changed, encoding="utf-8")
            try:
                return verify("--database", harness.daemon.url, *words, **more)
            finally:
                path.write_text(text, encoding="utf-8")
        cut = found("".join(lines[:2]))
        self.assertEqual([(f["code"], f["day"]) for f in cut["findings"]], [("audit_roots_cut", "2022-08-02")])
        older = found("".join(lines[:2]), "--until", "2022-08-02")
        self.assertEqual((older["findings"], older["exit"]), ([], 0))
        gap = found(lines[0] + lines[2])
        self.assertIn(("audit_root_gap", "2022-08-01"), [(f["code"], f.get("day")) for f in gap["findings"]])
        edited = found(text.replace("events ", "events 1", 1))
        self.assertEqual({f["code"] for f in edited["findings"] if f["day"] == "2022-08-01"},
                         {"audit_root_hash", "audit_root_signature", "audit_root_replaced", "audit_day_differs", "audit_leaves_differ"}
                         & {f["code"] for f in edited["findings"]})
        self.assertTrue({"audit_root_hash", "audit_root_signature", "audit_root_replaced"} <= {f["code"] for f in edited["findings"]})
        path.write_text(text[:-40], encoding="utf-8")
        half = harness.daemon.command("audit", "verify", "--database", harness.daemon.url, "--folder", path.parent)
        path.write_text(text, encoding="utf-8")
        self.assertEqual((half.returncode, "line 3" in half.stderr), (1, True), half.stderr)
        harness.daemon.must("keygen", "--audit", harness.daemon.home / "other.key")
        other = verify("--database", harness.daemon.url, keys=("--public-key", "other.pub"))
        self.assertEqual({f["code"] for f in other["findings"]}, {"audit_root_signature"})
        self.assertEqual(len(other["findings"]), 3)
        both = verify("--database", harness.daemon.url, keys=("--public-key", "other.pub", "--public-key", "audit.pub"))
        self.assertEqual((both["findings"], both["exit"]), ([], 0))

    def test_6_the_database_alone_with_a_chain_forged_all_the_way(self):
        """Who rewrites everything and makes every root anew cannot sign them."""
        found = self.tampered("""ALTER TABLE audit_root DROP CONSTRAINT audit_root_hash_of_record;
            UPDATE audit_root SET record = regexp_replace(record, 'merkle [0-9a-f]{64}', 'merkle ' || repeat('ab', 32)) WHERE day = '2022-08-03';
            UPDATE audit_root SET hash = sha256(convert_to(record, 'UTF8'))""", folder=False)
        self.assertEqual({f["code"] for f in found}, {"audit_root_signature", "audit_day_differs"})

    def test_7_an_older_backup(self):
        """Days went on after the dump was taken."""
        harness.daemon.start()
        self.clock_to("2022-08-07T08:00:00+07:00")
        until(lambda: "2022-08-06" in (harness.daemon.home / "audit/roots.jsonl").read_text(encoding="utf-8"))
        found = verify("--dump", harness.daemon.home / "d.dump")
        self.assertEqual([(f["code"], f["day"], f["last"]) for f in found["findings"] if f["code"] == "audit_database_older"],
                         [("audit_database_older", "2022-08-03", "2022-08-06")])
        self.assertEqual(found["exit"], 1)
        self.assertEqual(verify("--dump", harness.daemon.home / "d.dump", "--until", "2022-08-03")["findings"], [])
        self.assertEqual(verify("--database", harness.daemon.url)["findings"], [])

    def test_8_what_it_answers(self):
        run = lambda *words: harness.daemon.command("audit", *words)
        self.assertEqual(run("verify", "--help").returncode, 0)
        self.assertEqual(run("verify", "--what").returncode, 2)
        self.assertEqual(run("other").returncode, 2)
        self.assertEqual(run("verify", "--database", "a", "--dump", "b").returncode, 2)
        self.assertEqual(run("verify", "--database", "a", "--until", "hôm qua").returncode, 2)
        self.assertEqual(run("verify", "--database", "postgresql://127.0.0.1:1/none").returncode, 3)
        self.assertEqual(run("verify", "--dump", "/nonexistent").returncode, 1)
        self.assertEqual(run("verify", "--database", harness.daemon.url, "--roots", "/nonexistent").returncode, 1)
        self.assertEqual(run("verify", "--database", harness.daemon.url, "--public-key", "/nonexistent").returncode, 2)


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START, settings=settings)
