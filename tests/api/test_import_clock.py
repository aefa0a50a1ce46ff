#!/usr/bin/env python3
"""An import on a demonstration whose clock was set to 2011 before: what lies after the clock is stored and not seen,
and the sweep writes letters for what an office adopted and nobody finished."""
import datetime as dt

import foreign
import harness

OFFICE = {"key": "wabo", "name": "Nơi khác", "calendar": foreign.CALENDAR.read_text(encoding="utf-8")}
CLOCK = dt.datetime(2011, 6, 1, 9, tzinfo=foreign.ZONE)


class ClockTest(harness.ApiTest):
    def form(self, day, office):
        query = f"from=2009-01-01&to={day}&as_of={day}&office={office}&group_by=none"
        total = self.call("GET", f"/api/v1/statistics/II.06a?{query}", as_="admin", status=200).json["total"]
        return {k: total[k] for k in foreign.COLUMNS}

    def send(self, source, dossiers, **more):
        sums = {"added": 0, "unchanged": 0, "adopted": 0}
        for at in range(0, len(dossiers), 100):
            body = {"source": source, "office": OFFICE, "dossiers": [foreign.wire(d) for d in dossiers[at:at + 100]], **more}
            reply = self.call("POST", "/api/v1/imports", body, as_="admin", status=200).json
            self.assertEqual(reply["refused_count"], 0, reply.get("refused"))
            sums = {k: v + reply[k] for k, v in sums.items()}
        return sums

    def now(self):
        return dt.datetime.fromisoformat(self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"])

    def move(self, **how):
        self.call("POST", "/api/v1/demo/clock", how, as_="admin", status=200)

    def test_all_of_it(self):
        dossiers = foreign.real_file() or [{**d, "external_code": str(i)} for i, d in enumerate(foreign.made_up(7, 300))]
        mine, others = dossiers[::2], dossiers[1::2]
        self.move(set=CLOCK.isoformat())
        self.assertEqual(self.send("wabo", mine, adopt="wabo", dry_run=True)["adopted"], len(mine))
        self.assertEqual(self.send("wabo", mine, adopt="wabo"), {"added": len(mine), "unchanged": 0, "adopted": len(mine)})
        self.assertEqual(self.send("wabo", others), {"added": len(others), "unchanged": 0, "adopted": 0})
        self.assertEqual(self.send("wabo", mine, adopt="wabo"), {"added": 0, "unchanged": len(mine), "adopted": 0})

        # Nothing of the future is told: the state of a later day is the state of now.
        now = self.now()
        got = self.form("2012-12-31", "wabo")
        self.assertIn(got, [foreign.expected(dossiers, dt.date(2009, 1, 1), t) for t in (now, self.now())])
        still = [d for d in mine if d["received_at"] <= now and (not d["ended_at"] or d["ended_at"] > now)]
        for d in still[:5]:
            seen = self.call("GET", f"/api/v1/dossiers/wabo.{d['external_code']}", as_="admin", status=200).json
            self.assertIsNone(seen["ended_at"])
            self.assertTrue(seen["is_adopted"])

        # Letters for the overdue ones that were adopted, and for no other; by the sweep or in the minute before it.
        run = self.sweep()
        night = dt.datetime.fromisoformat(run["night"])
        overdue = [d for d in still if d["due_at"] and d["due_at"] < night]
        nobodys = [d for d in others if d["received_at"] <= now and not d["ended_at"] and d["due_at"] and d["due_at"] < night]
        self.assertGreater(len(overdue), 0)
        self.assertEqual(run["failed"], 0, run.get("failures"))
        for d, n in [(d, 1) for d in overdue] + [(d, 0) for d in nobodys]:
            seen = self.call("GET", f"/api/v1/dossiers/wabo.{d['external_code']}", as_="admin", status=200).json
            self.assertEqual(len(seen.get("letters", [])), n, d["external_code"])
        again = self.sweep()
        self.assertTrue(again["was_run_before"])

        # Time goes by: what was stored comes due, by itself and by the next night.
        self.move(advance_minutes=60 * 24 * 45)
        run = self.sweep()
        self.assertEqual(run["failed"], 0, run.get("failures"))
        now = self.now()
        got = self.form("2012-12-31", "wabo")
        self.assertIn(got, [foreign.expected(dossiers, dt.date(2009, 1, 1), t) for t in (now, self.now())])
        ended = [d for d in mine if d["ended_at"] and d["ended_at"] < now and d["received_at"] < now]
        for d in ended[-5:]:
            seen = self.call("GET", f"/api/v1/dossiers/wabo.{d['external_code']}", as_="admin", status=200).json
            self.assertIsNotNone(seen["ended_at"])

        # Adopted later: the same dossiers, not written again.
        self.assertEqual(self.send("wabo", others, adopt="wabo"), {"added": 0, "unchanged": len(others), "adopted": len(others)})
        got = self.form("2012-12-31", "wabo")
        self.assertIn(got, [foreign.expected(dossiers, dt.date(2009, 1, 1), t) for t in (now, self.now())])


if __name__ == "__main__":
    harness.main(demo=True)
