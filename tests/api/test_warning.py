#!/usr/bin/env python3
"""The level that lists show: right at the minute, also where nothing was written when it turned."""
import time

import harness


class WarningTest(harness.ApiTest):
    def items(self, path, as_="admin"):
        return {r["code"]: r for r in self.call("GET", path, as_=as_, status=200).json["items"]}

    def test_1_a_level_turns_in_a_list_without_an_event(self):
        """An imported dossier that is not adopted is nobody's to mark; a list tells all the same that it is overdue."""
        body = {"source": "old", "office": {"key": "old", "name": "Nơi khác"},
                "dossiers": [{"external_code": "1", "channel": "direct", "received_at": "2022-07-28T09:00:00+07:00",
                              "due_at": "2022-08-04T10:00:00+07:00", "ended_at": None}]}
        self.call("POST", "/api/v1/imports", body, as_="admin", status=200)
        row = self.items("/api/v1/dossiers")["old.1"]
        self.assertEqual((row["warning"], row["late_at"]), ("fine", "2022-08-04T10:00:00.000001+07:00"))
        before = self.events("old.1")
        self.clock_to("2022-08-04T10:00:01+07:00")
        for path in ("/api/v1/dossiers", "/api/v1/dossiers?warning=overdue", "/api/v1/queues/late?warning=overdue", "/api/v1/search?q=old.1"):
            self.assertEqual(self.items(path)["old.1"]["warning"], "overdue", path)
        self.assertNotIn("old.1", self.items("/api/v1/dossiers?warning=fine"))
        count = self.call("GET", "/api/v1/queues/late?count=true&warning=overdue", as_="admin", status=200).json["count"]
        self.assertEqual(count, 1)
        self.assertEqual(self.events("old.1"), before)
        self.assertEqual(self.dossier("old.1")["warning"], "overdue")

    def test_2_a_list_and_the_dossier_say_the_same_at_every_hour(self):
        """Ten working days; the clerk does nothing: fine, at risk, certain, overdue, each when its instant comes."""
        code = self.intake("TP-10")["code"]
        row = self.items("/api/v1/queues/mine", as_="clerk1")[code]
        instants = [row["risk_at"], row["certain_at"], row["late_at"]]
        self.assertEqual(instants, sorted(instants))
        seen = []
        for at in instants:
            for which in (at, at[:17] + "59" + at[-6:]):
                self.clock_to(which)
                row = self.items("/api/v1/queues/mine", as_="clerk1")[code]
                self.assertEqual(row["warning"], self.dossier(code)["warning"], which)
            seen.append(row["warning"])
        self.assertEqual(seen, ["at_risk", "certain", "overdue"])

    def test_3_the_holders_own_queue_is_filtered_by_the_level(self):
        late = set(self.items("/api/v1/queues/mine?warning=overdue", as_="clerk1"))
        fine = self.intake("TP-10")["code"]
        self.assertIn(fine, self.items("/api/v1/queues/mine?warning=fine", as_="clerk1"))
        self.assertNotIn(fine, self.items("/api/v1/queues/mine?warning=overdue", as_="clerk1"))
        self.assertTrue(late)
        self.assertFalse(late & set(self.items("/api/v1/queues/mine?warning=fine", as_="clerk1")))
        for path in ("/api/v1/queues/mine", "/api/v1/queues/office"):
            row = self.items(path, as_="clerk1")[fine]
            self.assertLess(row["risk_at"], row["certain_at"])
            self.assertTrue(row["due_at"])
        self.call("GET", "/api/v1/queues/mine?warning=soon", as_="clerk1", status=422)

    def test_4_nothing_is_declared_of_what_another_system_left_behind(self):
        refused = self.act("old.1", "declare_late", as_="admin", status=409, reason="chờ xác minh")
        self.assertEqual(refused.code, "not_adopted")
        self.assertNotIn("declare_late", self.dossier("old.1")["allowed_actions"])

    def test_5_the_figures_for_the_watcher_are_those_of_the_lists(self):
        n = {w: self.call("GET", f"/api/v1/dossiers?count=true&limit=1&warning={w}", as_="admin", status=200).json["count"]
             for w in ("fine", "at_risk", "certain", "overdue")}
        n["overdue"] -= 1  # the imported one is nobody's
        held = self.intake("TP-10")["code"]
        self.act(held, "request_supplement", as_="clerk1", items=["Giấy khám"], reason="Thiếu giấy")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            lines = dict(line.rsplit(" ", 1) for line in self.call("GET", "/metrics", status=200).body.decode().split("\n")
                         if line and line[0] != "#")
            if lines.get("motcua_dossiers_waiting") == "1":
                break
            time.sleep(0.5)  # counted by the daemon when half a minute has passed; nothing tells when
        self.assertEqual({w: int(lines[f'motcua_dossiers_open{{warning="{w}"}}']) for w in n}, n)
        letters = self.call("GET", "/api/v1/letters?limit=200", as_="admin", status=200).json["items"]
        for state in ("drafted", "signed", "numbered"):
            self.assertEqual(int(lines[f'motcua_letters_waiting{{state="{state}"}}']), sum(x["state"] == state for x in letters))
        self.assertIn('motcua_letters_owed{latest="past"}', lines)


if __name__ == "__main__":
    harness.main(demo=True, at="2022-08-01T08:00:00+07:00")
