#!/usr/bin/env python3
"""Form II.06a read off running totals against the same form counted over the facts, for random periods; and the totals made
event by event in C against the same counted anew in SQL."""
import random

import harness

DAYS = [f"2022-{m:02}-{d:02}" for m in (8, 9, 10, 11) for d in range(1, 31)]
COUNTERS = "SELECT * FROM (SELECT * FROM counter_day UNION ALL SELECT * FROM counter_tail) c"
SUMS = ("SELECT day, office_id, field_id, sum(received_online), sum(received_other), sum(early), sum(on_time), sum(late), sum(overdue), sum(moved_in),"
        f" sum(moved_out), sum(stopped_late), sum(stopped_other) FROM ({COUNTERS}) c GROUP BY 1, 2, 3"
        " HAVING (sum(received_online), sum(received_other), sum(early + on_time + late), sum(overdue)) <> (0, 0, 0, 0) ORDER BY 1, 2, 3")


def rows(sql):
    return harness.daemon.rows(sql)


class StatisticsTest(harness.ApiTest):
    def form(self, **query):
        path = "/api/v1/statistics/II.06a?" + "&".join(f"{k}={v}" for k, v in query.items())
        reply = self.call("GET", path.replace("+", "%2B"), as_="admin", status=200).json
        return reply["rows"], reply["total"], reply["as_of"]

    def clock(self, **move):
        self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200)

    def live(self, dice, n):
        """Some dossiers, some ended, some waiting, over some days."""
        for _ in range(n):
            code = self.intake()["code"]
            lot = dice.random()
            if lot < 0.35:
                self.to_counter(code)
            elif lot < 0.5:
                self.act(code, "request_supplement", "clerk1", reason="Thiếu giấy tờ", items=["Đơn"])
            elif lot < 0.6:
                self.act(code, "request_withdrawal", "clerk1", reason="Đổi ý")
            self.clock(advance_minutes=dice.choice([30, 300, 1440, 2880]))

    def compare(self, dice, n):
        """Each period twice: as known now, and (over the facts) as known at the instant of now."""
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        for _ in range(n):
            begin, end = sorted(dice.sample(DAYS, 2))
            query = {"from": begin, "to": end, "group_by": dice.choice(["field", "office", "none"])}
            if dice.random() < 0.3:
                query["as_of"] = dice.choice([d for d in DAYS if begin <= d <= end])
            fast, slow = self.form(**query), self.form(**query, known_at=now)
            self.assertEqual(fast[:2], slow[:2], query)

    def test_1_totals_are_the_facts(self):
        dice = random.Random(7)
        self.live(dice, 25)
        self.compare(dice, 25)
        self.assertGreater(int(rows("SELECT count(*) FROM counter_tail")[0][0]) + int(rows("SELECT count(*) FROM counter_day")[0][0]), 20)

    def test_2_folded_and_not_folded_say_the_same(self):
        dice = random.Random(8)
        before = rows(SUMS)
        self.assertGreaterEqual(int(rows("SELECT counter_fold('2022-10-20', 1000000)")[0][0]), 0)
        self.assertEqual(rows(SUMS), before)
        self.compare(dice, 25)
        self.live(dice, 10)
        self.compare(dice, 25)

    def test_3_counted_anew_they_are_the_same(self):
        before = rows(SUMS)
        rows("SELECT counter_rebuild()")
        self.assertEqual(rows(SUMS), before)
        rows("SELECT counter_fold('2022-10-20', 1000000)")
        self.compare(random.Random(9), 15)

    def test_4_verify_finds_no_difference(self):
        said = harness.daemon.command("verify", "--config", harness.daemon.config, "--json")
        self.assertEqual(said.returncode, 0, said.stdout)


harness.main(demo=True, at=harness.START)
