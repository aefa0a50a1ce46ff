"""An office gets another calendar: open dossiers follow as after an edit of a calendar, later and never earlier; and so they
do where a merger leads them to a successor that works by other days."""
import concurrent.futures
import pathlib
import random
import signal
import subprocess
import sys
import time

import harness

COMMON = {"effective_on": "2025-06-16", "source": "QĐ thử", "reason": "thử"}


def rows(sql):
    return harness.daemon.rows(sql)


class OfficeCalendarTest(harness.ApiTest):
    maxDiff = 2000

    def verified(self):
        deadline = time.monotonic() + 30
        while rows("SELECT deadlines_epoch >= epoch FROM setting") != [["t"]] and time.monotonic() < deadline:
            time.sleep(0.1)  # the daemon brings warnings and alarms in line by itself
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-600:])

    def ended(self, reply, within=60):
        path, deadline = f"/api/v1/jobs/{reply.json['id']}", time.monotonic() + within
        while time.monotonic() < deadline:
            job = self.call("GET", path, as_="admin", status=200).json
            if job["state"] not in ("waiting", "running"):
                self.assertEqual(job["state"], "done", job)
                return job
            time.sleep(0.05)  # a job is worked off by the daemon; nothing tells when
        self.fail(f"{path} has not ended: {job}")

    def items(self, job):
        return [i["item"] for i in
                self.call("GET", f"/api/v1/jobs/{job['id']}/items?limit=200", as_="admin", status=200).json["items"]]

    def calendar(self, key, text, base="vn", level="office"):
        body = {"key": key, "name": key, "level": level, "rows": text, **COMMON}
        self.call("POST", "/api/v1/calendars", {**body, **({"base": base} if base else {})}, as_="admin", status=201)

    def change(self, office, status=202, **fields):
        return self.call("POST", f"/api/v1/offices/{office}/changes", {**COMMON, **fields}, as_="admin", status=status)

    def take(self, commune, n):
        kinds = ("TP-04", "TP-05", "TP-06")
        self.login(f"clerk_{commune}")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            took = list(pool.map(lambda i: self.call(
                "POST", "/api/v1/dossiers", {"procedure": kinds[i % 3], "applicant": {"name": f"Lê Văn {i}"}},
                as_=f"clerk_{commune}", checked=False).status, range(n)))
        self.assertEqual(took, [201] * n)

    def promises(self):
        return {code: (office, due) for code, office, due in rows(
            "SELECT d.code, o.key, to_char(d.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
            " FROM dossier d JOIN office o ON o.id = d.competent_office_id WHERE d.ended_at IS NULL AND d.due_at IS NOT NULL")}

    def moves(self, change):
        return [int(n) for _, n in rows(
            "SELECT dossier_id, count(*) FROM event WHERE action = 'recompute_due'"
            f" AND convert_from(bytes, 'UTF8') LIKE E'%\\nchange {change}\\n%' GROUP BY dossier_id")]

    def test_1_a_preview_and_the_change_say_the_same(self):
        for commune in ("x01", "x15"):
            self.take(commune, 30)
        self.calendar("le-hoi", "".join(f"day,{d},,closure,,Lễ hội,,QĐ thử\n" for d in ("2025-06-18", "2025-06-19", "2025-06-20")))
        before, epoch = self.promises(), rows("SELECT epoch FROM setting")
        preview = self.ended(self.change("x01", calendar="le-hoi", preview=True))
        self.assertEqual((self.promises(), rows("SELECT epoch FROM setting")), (before, epoch))
        job = self.ended(self.change("x01", calendar="le-hoi"))
        self.assertEqual(job["kind"], "calendar_apply")
        done = dict(job["result"])
        change = done.pop("change")
        self.assertEqual(done, preview["result"])
        self.assertEqual((done["calendar"], done["seen"], done["failed"]), ("le-hoi", 30, 0))
        self.assertGreater(done["moved"], 0)
        self.assertEqual(sorted(map(str, self.items(job))), sorted(map(str, self.items(preview))))
        after = self.promises()
        moved = {i["dossier"] for i in self.items(job) if i["outcome"] == "moved"}
        self.assertEqual({c for c in before if before[c] != after[c]}, moved)
        for code in moved:  # the office's own, and later
            self.assertEqual(before[code][0], "x01")
            self.assertLess(before[code][1], after[code][1])
        self.assertEqual(self.moves(change), [1] * done["moved"])
        told = rows("SELECT count(DISTINCT dossier_id) FROM outbox WHERE kind = 'notice_due_moved'")
        self.assertEqual(told, [[str(len(moved))]])
        self.verified()

    def test_2_back_again_brings_nothing_forward(self):
        before = self.promises()
        done = self.ended(self.change("x01", calendar="vn"))["result"]
        self.assertEqual((done["moved"], done["failed"], self.promises()), (0, 0, before))
        self.assertGreater(done["earlier_kept"], 0)
        self.verified()

    def test_3_offices_below_that_inherit_follow(self):
        """The district's calendar is that of its communes, but not of one with its own."""
        self.calendar("huyen", "".join(f"day,{d},,closure,,Diễn tập,,QĐ thử\n" for d in ("2025-06-18", "2025-06-19")))
        before = self.promises()
        job = self.ended(self.change("ubnd", calendar="huyen"))
        after = self.promises()
        moved = {c for c in before if before[c] != after[c]}
        self.assertGreater(len(moved), 0)
        self.assertEqual({before[c][0] for c in moved}, {"x15"})
        self.assertEqual((job["result"]["moved"], job["result"]["seen"]), (len(moved), 30))
        for code in moved:
            self.assertLess(before[code][1], after[code][1])
        self.verified()

    def test_4_what_is_no_change_of_calendar_is_answered_at_once(self):
        self.assertEqual(self.change("x01", status=200, phone="0238 1").json["key"], "x01")
        self.change("x01", status=200, calendar="vn")
        self.assertEqual(self.change("x01", status=422, calendar="nowhere", preview=True).code, "calendar_unknown")
        self.assertEqual(self.change("x01", status=422, calendar="nowhere").code, "calendar_unknown")
        for preview in (True, False):
            self.assertEqual(self.change("ubnd", status=422, parent="x01", preview=preview).code, "office_parent")
        new = {"key": "moi", "name": "Mới", "kind": "committee", "preview": True, **COMMON}
        self.assertEqual(self.call("POST", "/api/v1/offices", new, as_="admin", status=422).code, "office_new_preview")
        self.call("POST", "/api/v1/offices/x01/changes", {**COMMON, "preview": True, "calendar": "vn"}, as_="clerk1", status=403)

    def merge(self, pairs, **fields):
        return self.call("POST", "/api/v1/office-mergers", {**COMMON, "pairs": [{"from": a, "to": b} for a, b in pairs], **fields},
                         as_="admin", status=202)

    def successor(self, key, calendar):
        for office, kind, parent in ((key, "committee", "ubnd"), (key + "mc", "one_stop", key)):
            self.call("POST", "/api/v1/offices", {
                "key": office, "name": f"UBND xã {office}", "kind": kind, "parent": parent, "identifier": "000.77.21.H41",
                "is_synthetic": True, "place_name": "Tân Kỳ", "issuing_body": "UBND xã", "signature_lines": "CHỦ TỊCH",
                **({"calendar": calendar} if kind == "committee" else {}), **COMMON}, as_="admin", status=201)

    def cli(self, *words, status=0):
        """motcua, as the administrator, in English."""
        program = pathlib.Path(sys.argv[1]).resolve().parents[2] / "tools/cli/motcua"
        data = harness.daemon.folder / "data"
        (data / "tls").mkdir(parents=True, exist_ok=True)
        (data / "tls/cert.pem").write_bytes((harness.daemon.home / "cert.pem").read_bytes())
        credentials = data / "credentials"
        credentials.write_text(f"url https://127.0.0.1:{harness.daemon.port}\nlogin admin admin {harness.PASSWORD}\n", encoding="utf-8")
        credentials.chmod(0o600)
        done = subprocess.run([program, "--data", data, "--lang", "en", *map(str, words)], text=True, capture_output=True)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_4a_the_command_line_edits_one_office_or_officer(self):
        why = ("--effective-on", "2025-06-10", "--source", "QĐ", "--reason", "thử")
        made = self.cli("office", "new", "cli1", "--full-name", "UBND xã Thử", "--office-kind", "committee", "--parent", "ubnd", *why)
        self.assertIn("UBND xã Thử", made)
        self.assertIn("huyen", self.cli("office", "show", "cli1"))  # the calendar of the district
        self.assertIn("Tên mới", self.cli("office", "set", "cli1", "--full-name", "Tên mới", *why))
        self.assertIn("Moved later", self.cli("office", "set", "cli1", "--calendar", "le-hoi", "--preview", *why))
        self.assertIn("Dossiers seen", self.cli("office", "set", "cli1", "--calendar", "le-hoi", *why))
        self.assertIn("le-hoi", self.cli("office", "show", "cli1"))
        self.assertIn("Người Mới", self.cli("officer", "new", "moi9", "--full-name", "Người Mới", "--role", "officer@cli1", *why))
        self.cli("officer", "role-add", "moi9", "--role", "head@cli1", *why)
        self.cli("officer", "role-end", "moi9", "--role", "officer@cli1", *why)
        held = rows("SELECT x.role FROM officer_role x JOIN officer o ON o.id = x.officer_id WHERE o.login = 'moi9' AND x.ended_on IS NULL")
        self.assertEqual(held, [["head"]])
        self.assertIn("moi9", self.cli("officer", "list", "--office", "cli1"))
        self.assertIn("2025-06-15", self.cli("office", "end", "cli1", "--last-on", "2025-06-15", "--source", "QĐ", "--reason", "thử"))
        self.cli("office", "show", "nowhere", status=2)
        self.cli("officer", "new", "moi8", "--full-name", "A", "--role", "officer", *why, status=2)

    def test_5_a_successor_with_another_calendar_counts_again(self):
        self.calendar("nghi-dai", "".join(f"day,2025-06-{d},,closure,,Chuyển trụ sở,,QĐ thử\n" for d in (18, 19, 20, 23, 24)))
        self.successor("y15", "nghi-dai")
        before = self.promises()
        preview = self.ended(self.merge([("x15", "y15"), ("x15mc", "y15mc")], preview=True))
        self.assertEqual([i["is_other_calendar"] for i in self.items(preview)], [True, True])
        reply = self.merge([("x15", "y15"), ("x15mc", "y15mc")])
        job = self.ended(reply)
        after = self.promises()
        moved = {c for c in before if before[c][1] != after[c][1]}
        self.assertGreater(len(moved), 0)
        self.assertEqual((job["result"]["dossiers"], job["result"]["recomputed"], job["result"]["failed"]), (30, len(moved), 0))
        self.assertEqual({i["dossier"]: (i["from"][:19], i["to"][:19]) for i in self.items(job) if i["outcome"] == "moved"},
                         {c: (before[c][1], after[c][1]) for c in moved})
        for code in moved:
            self.assertEqual((before[code][0], after[code][0]), ("x15", "y15"))
            self.assertLess(before[code][1], after[code][1])
        told = {d for d, in rows("SELECT d.code FROM outbox o JOIN dossier d ON d.id = o.dossier_id WHERE o.kind = 'notice_due_moved'"
                                 " AND o.state = 'waiting'")}
        self.assertLessEqual(moved, told)
        # As if the daemon had died between the commits of this one chunk and its checkpoint: begun again, it moves nothing
        # and counts the same.
        listed = sorted(map(str, self.items(job)))
        rows(f"DELETE FROM job_item WHERE job_id = {job['id']}; UPDATE job SET state = 'waiting', cursor = '', done = 0, n_items = 0,"
             f" result = NULL, ended_at = NULL, lease_until = '-infinity' WHERE id = {job['id']}")
        again = self.ended(reply)
        self.assertEqual((again["result"], self.promises()), (job["result"], after))
        self.assertEqual(sorted(map(str, self.items(again))), listed)
        self.verified()

    def test_6_what_the_successors_calendar_does_not_know_is_told(self):
        self.calendar("mot-thang", "year,2024,,published,,,,QĐ thử\nweekly,2024-01-01,,mon-fri,07:30-11:30 13:30-17:00,,,QĐ thử\n", base=None,
                      level="country")
        self.successor("y17", "mot-thang")
        self.take("x17", 12)
        before = self.promises()
        job = self.ended(self.merge([("x17", "y17"), ("x17mc", "y17mc")]))
        self.assertEqual((job["result"]["dossiers"], job["result"]["recomputed"], job["result"]["failed"]), (12, 0, 12))
        items = self.items(job)
        self.assertEqual({i["outcome"] for i in items}, {"failed"})
        self.assertEqual(len({i["dossier"] for i in items}), 12)
        self.assertTrue(all(i["code"] and "2025" in i["reason"] for i in items), items[:2])
        after = self.promises()
        for code in {i["dossier"] for i in items}:  # it passed over, and the promise stands
            self.assertEqual((after[code][0], after[code][1]), ("y17", before[code][1]))
        self.verified()

    def test_7_killed_and_begun_again_the_figures_are_right(self):
        self.successor("y19", "nghi-dai")
        self.take("x19", 290)
        before = self.promises()
        chance = random.Random(seed := random.randrange(1 << 30))
        reply = self.merge([("x19", "y19"), ("x19mc", "y19mc")])
        for _ in range(4):
            time.sleep(chance.uniform(0, 0.12))
            harness.daemon.stop(signal.SIGKILL)
            rows(f"UPDATE job SET lease_until = '-infinity' WHERE id = {reply.json['id']}")
            harness.daemon.start()
        job = self.ended(reply)
        after = self.promises()
        moved = {c for c in before if before[c][1] != after[c][1]}
        figures = {"dossiers": 290, "recomputed": len(moved), "failed": 0, "letters": 0}
        self.assertGreater(len(moved), 100)
        self.assertEqual({k: job["result"][k] for k in figures}, figures, f"seed {seed}")
        listed = [i["dossier"] for page in ("", "&after=200") for i in
                  [x["item"] for x in self.call("GET", f"/api/v1/jobs/{job['id']}/items?limit=200{page}", as_="admin", status=200).json["items"]]
                  if i["outcome"] == "moved"]
        self.assertEqual(sorted(listed), sorted(moved), f"seed {seed}")
        self.verified()


harness.main(demo=True, at="2025-06-16T08:00:00+07:00")
