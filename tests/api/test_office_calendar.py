"""An office gets another calendar: open dossiers follow as after an edit of a calendar, later and never earlier; and so they
do where a merger leads them to a successor that works by other days."""
import concurrent.futures
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


harness.main(demo=True, at="2025-06-16T08:00:00+07:00")
