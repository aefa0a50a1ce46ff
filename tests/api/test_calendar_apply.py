#!/usr/bin/env python3
"""A calendar edit ordered through the API, followed to each dossier it moves; and killed in the middle of a chunk."""
import concurrent.futures
import signal
import time

import harness

DOSSIERS = 640  # more than two chunks of a job
PATH = "/api/v1/calendars/vn/changes"


class CalendarApplyTest(harness.ApiTest):
    def fill(self):
        """Dossiers of a five-day limit, all open; their codes."""
        self.login("clerk1")

        def take(n):
            return self.call("POST", "/api/v1/dossiers", {"procedure": "TP-02", "applicant": {"name": f"Người {n}"}},
                             as_="clerk1", status=201, checked=False).json["code"]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return list(pool.map(take, range(DOSSIERS)))

    def order(self, on, **more):
        """A closure of the whole country on a day; the job's id."""
        reply = self.call("POST", PATH, {"operation": "add", "rows": f"day,{on},,closure,,Bão số 3,Storm,QĐ 3/UBND\n", "effective_on": on,
                                         "source": "QĐ 3/UBND", "reason": "bão", **more}, as_="admin", status=202)
        self.assertEqual(reply.headers["location"], f"/api/v1/jobs/{reply.json['id']}")
        return reply.json["id"]

    def job(self, number):
        return self.call("GET", f"/api/v1/jobs/{number}", as_="admin", status=200).json

    def reached(self, number, is_reached, within=90):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            job = self.job(number)
            if is_reached(job):
                return job
            time.sleep(0.02)  # a job is worked off by the daemon; nothing tells when
        self.fail(f"job {number} does not get there: {job}")

    def ended(self, number):
        job = self.reached(number, lambda j: j["state"] not in ("waiting", "running"))
        self.assertEqual(job["state"], "done", job)
        return job

    def items(self, number):
        """What the job tells of each dossier, by code; none is told of twice."""
        items, after = [], ""
        while after is not None:
            page = self.call("GET", f"/api/v1/jobs/{number}/items?limit=200{after}", as_="admin", status=200).json
            items += [i["item"] for i in page["items"]]
            after = "&after=" + page["next"] if "next" in page else None
        codes = [i["dossier"] for i in items]
        self.assertEqual(len(codes), len(set(codes)))
        return {i["dossier"]: i for i in items}

    def promises(self):
        rows = harness.daemon.rows("SELECT code, due_on FROM dossier WHERE ended_at IS NULL AND due_at IS NOT NULL")
        return {code: on for code, on in rows}

    def recomputed(self, change):
        """How many events of an edit each dossier has."""
        return {code: int(n) for code, n in harness.daemon.rows(
            "SELECT d.code, count(*) FROM event e JOIN dossier d ON d.id = e.dossier_id WHERE convert_from(e.bytes, 'UTF8')"
            f" LIKE E'%\\naction recompute_due\\n%\\nchange {change}\\n%' GROUP BY d.code")}

    def followed(self, job, before, on):
        """What the job says of each dossier is what happened to it, once."""
        done, items = self.ended(job)["result"], self.items(job)
        moved = {code: i["to"][:10] for code, i in items.items() if i["outcome"] == "moved"}
        after = self.promises()
        self.assertEqual({code: after[code] for code in before if after[code] != before[code]}, moved)
        self.assertEqual(self.recomputed(done["change"]), dict.fromkeys(moved, 1))
        self.assertTrue(all(after[code] > before[code] >= on for code in moved))
        for code in sorted(moved)[:3]:
            shown = self.dossier(code)
            self.assertEqual(shown["due_at"][:10], moved[code])
            self.assertIn("recompute_due", self.events(code))
            told = self.call("GET", f"/api/v1/dossiers/{code}/due", as_="admin", status=200).body.decode()
            self.assertIn("Storm", told)
            self.assertNotIn("2026", told)  # a closure cites its decision, a day off of 2022 no later law
        change = self.call("GET", f"/api/v1/changes?id={done['change']}", as_="admin", status=200).json["items"][0]
        self.assertEqual((change["source"], change["effective_on"]), ("QĐ 3/UBND", on))
        return done, items

    def verified(self):
        checked = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(checked.returncode, 0, checked.stdout[-2000:] + checked.stderr[-600:])

    def test_1_what_the_preview_lists_is_what_the_edit_moves(self):
        codes = self.fill()
        before = self.promises()
        preview = self.order("2022-08-04", preview=True)
        said, listed = self.ended(preview)["result"], self.items(preview)
        self.assertEqual((self.promises(), said["moved"]), (before, len(codes)))
        done, items = self.followed(self.order("2022-08-04"), before, "2022-08-04")
        del done["change"]
        self.assertEqual((done, items), (said, listed))
        self.verified()

    def test_2_killed_inside_a_chunk_it_goes_on_and_does_nothing_twice(self):
        before = self.promises()
        last = harness.daemon.rows("SELECT code FROM dossier WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1")[0][0]
        session = harness.daemon.hold(last)
        try:  # the chunk with that dossier cannot be written: the job stands in the middle, as long as we like
            job = self.order("2022-08-05")
            stood = self.reached(job, lambda j: 0 < j["done"] < j["total"] or j["state"] == "done")
            self.assertTrue(0 < stood["done"] < stood["total"], stood)
            harness.daemon.stop(signal.SIGKILL)
        finally:
            session.communicate("ROLLBACK;\n")
        kept = {code for code, on in self.promises().items() if on != before[code]}
        self.assertTrue(0 < len(kept), stood)
        harness.daemon.rows(f"UPDATE job SET lease_until = '-infinity' WHERE id = {job}")  # rather than wait for its end
        harness.daemon.start()
        done, _ = self.followed(job, before, "2022-08-05")
        self.assertEqual((done["moved"], done["failed"]), (len(before), 0))
        self.verified()


harness.main(demo=True, at=harness.START)
