#!/usr/bin/env python3
"""The daemon's own timers: what is due is marked in the minute it happens, after a restart, after the clock was moved, and once by
two daemons."""
import collections
import concurrent.futures
import datetime

import harness

MARKS = ("mark_at_risk", "mark_certain", "mark_overdue", "draft_letter")


def rows(sql):
    return harness.daemon.rows(sql)


def instant(text):
    return datetime.datetime.fromisoformat(text)


class AlarmTest(harness.ApiTest):
    def mark(self, code, action, within=30):
        """The event of a mark, once it is there."""
        def look():
            items = self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_="admin", status=200).json["items"]
            return next((e for e in items if e["action"] == action), None)
        return self.until(look, within)

    def turns(self, code, column):
        """When a dossier's level turns next, as the engine foresees it."""
        return instant(rows(f"SELECT to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS+00:00') FROM dossier WHERE code = '{code}'")[0][0])

    def clock_later(self, seconds):
        """Moves the clock of the installation past the daemons: they are not told."""
        rows(f"UPDATE setting SET clock_offset_us = clock_offset_us + {int(seconds * 1_000_000)}")

    def now(self):
        return instant(self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"])

    def once(self, codes):
        for code in codes:
            counts = collections.Counter(e for e in self.events(code) if e in MARKS)
            self.assertLessEqual(set(counts.values()), {1}, (code, counts))

    def test_1_in_the_minute_it_happens(self):
        code = self.intake("TP-05")["code"]
        at_risk = self.turns(code, "risk_at")
        self.clock_to((at_risk - datetime.timedelta(seconds=3)).isoformat())
        self.assertNotIn("mark_at_risk", self.events(code))
        mark = self.mark(code, "mark_at_risk")
        self.assertTrue(at_risk <= instant(mark["at"]) <= at_risk + datetime.timedelta(minutes=1), (at_risk, mark))
        self.assertLess(instant(mark["recorded_at"]) - instant(mark["at"]), datetime.timedelta(minutes=1))
        self.assertIsNone(mark.get("officer"))

    def test_2_after_a_restart_what_came_meanwhile_is_marked_at_once(self):
        code = self.intake("TP-05")["code"]
        self.clock_to((self.turns(code, "certain_at") - datetime.timedelta(minutes=30)).isoformat())
        self.mark(code, "mark_at_risk")
        harness.daemon.stop()
        self.clock_later(3600)  # no night lies between: it is the minute's
        harness.daemon.start()
        back = self.now()
        mark = self.mark(code, "mark_certain")
        self.assertTrue(back - datetime.timedelta(minutes=1) <= instant(mark["at"]) <= self.now(), (back, mark))
        self.once([code])

    def test_3_after_a_jump_forward_within_the_minute_also_where_nobody_told(self):
        code = self.intake("TP-05")["code"]
        self.clock_to((self.turns(code, "risk_at") - datetime.timedelta(minutes=20)).isoformat())
        self.clock_later(1500)
        self.mark(code, "mark_at_risk", within=75)  # the timer looks at the clock once a minute
        before = self.now()
        self.clock_to((before + datetime.timedelta(hours=2)).isoformat())
        self.until(lambda: not rows("SELECT 1 FROM dossier WHERE next_alarm_at <= '" + (before + datetime.timedelta(hours=2)).isoformat() + "'"))
        self.once([code])

    def test_4_a_clock_that_went_back_marks_nothing_twice_and_blames_no_dossier(self):
        codes = [self.intake("TP-05")["code"] for _ in range(3)]
        at_risk = self.turns(codes[0], "risk_at")
        self.clock_to((at_risk + datetime.timedelta(minutes=5)).isoformat())
        for code in codes:
            self.mark(code, "mark_at_risk")
        refused = self.call("POST", "/api/v1/demo/clock", {"set": at_risk.isoformat()}, as_="admin", status=422)
        self.assertEqual(refused.code, "clock_backwards")
        self.clock_later(-3600)
        self.assertLess(self.now(), at_risk)
        rows(f"UPDATE dossier SET next_alarm_at = '2022-08-01T00:00:00Z' WHERE code = '{codes[0]}'")
        self.clock_later(3600)
        self.clock_to((at_risk + datetime.timedelta(minutes=10)).isoformat())
        self.until(lambda: not rows(f"SELECT 1 FROM dossier WHERE code = '{codes[0]}' AND next_alarm_at <= '{at_risk.isoformat()}'"))
        self.assertEqual(rows("SELECT * FROM alarm_failure"), [])
        self.once(codes)

    def test_5_two_daemons_at_once_mark_each_dossier_once(self):
        self.login("clerk1")
        other = harness.daemon.sibling()
        other.start()
        try:
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                codes = list(pool.map(lambda i: self.intake("TP-05", name=f"Lê Văn {i}")["code"], range(80)))
            at_risk = max(self.turns(code, "risk_at") for code in (codes[0], codes[-1]))
            # both learn of the new clock in the same second
            self.clock_to((at_risk + datetime.timedelta(minutes=1)).isoformat())
            self.call("GET", "/api/v1/me", as_="admin", status=200, at=other)
            many = "', '".join(codes)
            self.until(lambda: rows(f"SELECT count(*) FROM dossier WHERE code IN ('{many}') AND marked_risk_at IS NOT NULL") == [["80"]], 90)
            self.assertEqual(rows("SELECT dossier_id, action FROM event WHERE actor_id = 0 AND action IN ('mark_at_risk', 'mark_certain', 'mark_overdue')"
                                  " GROUP BY dossier_id, action HAVING count(*) > 1"), [])
        finally:
            other.stop()
        harness.daemon.must("verify", "--config", harness.daemon.config)


harness.main(demo=True, at=harness.START)
