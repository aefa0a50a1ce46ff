#!/usr/bin/env python3
"""The inspector's lists: what was entered late, asked for at the last moment, ended by force, decided against a finding, and
who read whose data; for whom each is, and that looking is logged."""
import time

import harness
from test_audit import sql

PERIOD = "from=2022-08-01&to=2022-09-30"
PERSON = {"name": "Nguyễn Thị Đào", "identity": "040188001234"}


class ListTest(harness.ApiTest):
    maxDiff = None

    def list(self, name, more="", as_="inspector1", status=200):
        return self.call("GET", f"/api/v1/audit/lists/{name}?{PERIOD}{more}", as_=as_, status=status).json

    def test_1_entered_late(self):
        self.clock_to("2022-08-02T10:00:00+07:00")
        on_time, within, late = (self.intake(**({"received_at": at, "remark": "mất điện"} if at else {}))["code"]
                                 for at in (None, "2022-08-02T09:01:00+07:00", "2022-08-02T08:59:00+07:00"))
        found = self.list("back_dated")
        self.assertEqual([(i["dossier"], i["measure"], i["action"], i["officer"]) for i in found["items"]], [(late, 61, "accept", "clerk1")])
        self.assertEqual(found["items"][0]["at"], "2022-08-02T08:59:00+07:00")
        self.assertEqual(found["measure_label"], "minutes entered after it happened")
        self.assertEqual({i["dossier"] for i in self.list("back_dated", "&minutes=58")["items"]}, {late, within})
        self.assertEqual(self.list("back_dated", "&minutes=62")["items"], [])
        one = self.list("back_dated", "&minutes=58&limit=1")
        self.assertEqual([i["dossier"] for i in one["items"]], [late])
        self.assertEqual([i["dossier"] for i in self.list("back_dated", f"&minutes=58&limit=1&after={one['next']}")["items"]], [within])
        groups = self.list("back_dated", "&minutes=58&group_by=officer")["groups"]
        self.assertEqual([(g["key"], g["count"], g["most"], g["least"]) for g in groups], [("clerk1", 2, 61, 59)])
        self.assertEqual([g["count"] for g in self.list("back_dated", "&minutes=58&group_by=office")["groups"]], [2])
        self.assertEqual([i["dossier"] for i in self.list("back_dated", f"&minutes=58&dossier={within}")["items"]], [within])
        self.assertEqual(self.list("back_dated", "&minutes=58&officer=officer1")["items"], [])
        type(self).codes = [on_time, within, late]

    def test_2_supplements_at_the_last_moment(self):
        early, late = self.codes[0], self.intake()["code"]
        for code in (early, late):
            self.act(code, "forward", "clerk1")
            self.act(code, "take_over", "head_tp")
        due = self.dossier(late)["due_at"]
        self.act(early, "request_supplement", "head_tp", reason="thiếu bản sao")
        self.clock_to(due.replace("T17:00", "T15:00"))
        self.act(late, "request_supplement", "head_tp", reason="thiếu trích lục")
        found = self.list("late_supplements")["items"]
        self.assertEqual([(i["dossier"], i["measure"], i["officer"]) for i in found], [(late, 119, "head_tp")])
        self.assertEqual(found[0]["remark"], "thiếu trích lục")
        self.assertEqual(self.list("late_supplements", "&minutes=119")["items"], [])
        self.assertEqual(len(self.list("late_supplements", "&minutes=120")["items"]), 1)
        self.assertEqual({i["dossier"] for i in self.list("late_supplements", "&minutes=100000")["items"]}, {early, late})

    def test_3_ended_by_force(self):
        code = self.intake()["code"]
        self.act(code, "close_mistake", "clerk1", reason="nhập trùng", second_person="clerk2", second_password=self.passwords["clerk2"])
        found = self.list("forced_closings")["items"]
        self.assertEqual([(i["dossier"], i["action"], i["remark"]) for i in found], [(code, "close_mistake", "nhập trùng")])
        self.assertLess(found[0]["measure"], 0)  # it was not due yet

    def test_4_causes_decided_against_the_finding(self):
        code = self.intake()["code"]
        self.clock_to("2022-09-20T08:00:00+07:00")
        deadline = time.monotonic() + 30
        while "find_cause" not in self.events(code) and time.monotonic() < deadline:
            time.sleep(0.1)  # the night finds it
        verdict = self.call("GET", f"/api/v1/dossiers/{code}/cause", as_="admin", status=200).json["verdict"]
        self.assertEqual(self.list("changed_causes")["items"], [])
        decide = lambda **fields: self.act(code, "decide_cause", "leader1", evidence="CV 12/STP", **fields)
        decide(cause="other_authority", reason="chờ Sở")
        first = (code, 1, f"{verdict}>objective", "leader1")
        self.assertEqual([(i["dossier"], i["measure"], i["detail"], i["officer"]) for i in self.list("changed_causes")["items"]], [first])
        decide(cause="other_authority", reason="vẫn chờ Sở")  # the same again is shown as well
        self.assertEqual([(i["dossier"], i["measure"], i["detail"], i["officer"]) for i in self.list("changed_causes")["items"]],
                         [(code, 2, "objective>objective", "leader1"), first])

    def test_5_who_read_the_data_of_one_person(self):
        today = sql("SELECT (now() AT TIME ZONE interval '7 hours')::date")
        mine = self.intake(applicant=PERSON)["code"]
        other = self.intake()["code"]
        for code in (mine, other):
            self.call("GET", f"/api/v1/dossiers/{code}", as_="head_tp")
            self.call("GET", f"/api/v1/dossiers/{code}", as_="clerk1", status=200)
        self.call("GET", "/api/v1/dossiers", as_="clerk1", status=200)
        body = {"identity": "040188001234", "from": today, "to": today}
        reads = lambda **more: self.call("POST", "/api/v1/audit/reads", {**body, **more}, as_="inspector1", status=200).json
        deadline = time.monotonic() + 20
        while not any(i["detail"] == "list" for i in reads()["items"]) and time.monotonic() < deadline:
            time.sleep(0.1)  # rows are written in batches
        found = reads()["items"]
        self.assertIn(("clerk1", "dossier", mine), [(i["officer"], i["detail"], i.get("dossier")) for i in found])
        self.assertIn(("clerk1", "list", None), [(i["officer"], i["detail"], i.get("dossier")) for i in found])
        self.assertNotIn(other, [i.get("dossier") for i in found])
        self.assertEqual({i["officer"] for i in reads(officer="clerk1")["items"]}, {"clerk1"})
        self.assertIn("clerk1", [g["key"] for g in reads(group_by="officer")["groups"]])
        self.assertEqual(self.call("POST", "/api/v1/audit/reads", {**body, "identity": "000000000000"}, as_="inspector1", status=200).json["items"], [])
        named = self.call("GET", f"/api/v1/audit/lists/reads?from={today}&to={today}&dossier={other}", as_="inspector1", status=200).json["items"]
        self.assertIn(("clerk1", other), [(i["officer"], i.get("dossier")) for i in named])
        # Looking is a read too; and the number stands nowhere in the log.
        deadline = time.monotonic() + 20
        while "audit_reads" not in sql("SELECT string_agg(what, ' ') FROM read_log") and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertIn("audit_reads", sql("SELECT string_agg(what, ' ') FROM read_log"))
        self.assertIn("audit_list", sql("SELECT string_agg(what, ' ') FROM read_log"))
        self.assertNotIn("040188001234", harness.daemon.log())

    def test_5b_the_command_line(self):
        period = ("--from", "2022-08-01", "--to", "2022-09-30")
        lines = self.cli("--as", "inspector1", "audit", "list", "back_dated", *period, "--minutes", "58", "--format", "csv").stdout.splitlines()
        self.assertEqual([line.split(",")[0] for line in lines[:3]], ["dossier", self.codes[2], self.codes[1]])
        table = self.cli("--as", "inspector1", "audit", "list", "back_dated", *period, "--minutes", "58", "--group-by", "officer")
        self.assertRegex(table.stdout, r"Who +Times")
        self.assertEqual(self.cli("--as", "inspector1", "audit", "list", *period).returncode, 2)
        self.assertEqual(self.cli("--as", "inspector1", "audit", "nothing").returncode, 2)
        self.assertEqual(self.cli("--as", "inspector1", "audit", "reads").returncode, 2)
        body = harness.daemon.write("reads.json", '{"identity": "040188001234", "from": "2022-08-01", "to": "2022-08-02"}')
        self.assertEqual(self.cli("--as", "inspector1", "audit", "reads", "--body", body).returncode, 0)
        out = harness.daemon.home / "roots.jsonl"
        said = self.cli("--as", "inspector1", "audit", "roots", "--out", out)
        self.assertEqual(said.returncode, 0, said.stderr)
        proved = harness.daemon.command("audit", "verify", "--database", harness.daemon.url, "--roots", out)
        self.assertEqual((proved.returncode, proved.stdout.splitlines()[-1]), (0, "whole"), proved.stdout + proved.stderr)

    def test_5c_what_happened_to_logins(self):
        today = sql("SELECT (now() AT TIME ZONE interval '7 hours')::date")
        sql("INSERT INTO security_event (at, officer_id, kind, address) SELECT now(), id, 'login_locked', '192.0.2.7' FROM officer WHERE login = 'officer2'")
        sql("INSERT INTO security_event (at, officer_id, kind, by_officer, detail) SELECT now(), o.id, 'role_given', a.id, 'head@tp'"
            " FROM officer o, officer a WHERE o.login = 'officer1' AND a.login = 'admin'")
        items = self.call("GET", f"/api/v1/audit/lists/security?from={today}&to={today}", as_="inspector1", status=200).json["items"]
        self.assertIn(("admin", "Roles given", "officer1 head@tp"), [(i["officer"], i["action_label"], i.get("detail")) for i in items])
        self.assertNotIn("Logged in", [i["action_label"] for i in items])
        self.assertIn(("officer2", "officer2 192.0.2.7"), [(i["officer"], i.get("detail")) for i in items])
        mine = self.call("GET", f"/api/v1/audit/lists/security?from={today}&to={today}&officer=officer1", as_="inspector1", status=200).json["items"]
        self.assertEqual([i["action_label"] for i in mine], ["Roles given"])

    def test_6_for_whom_a_list_is(self):
        for login in ("clerk1", "officer1", "head_tp"):
            self.list("back_dated", as_=login, status=403)
        self.assertEqual(len(self.list("back_dated", "&minutes=58", as_="leader1")["items"]), 2)  # the district is below the leader
        self.list("nothing", status=404)
        for bad in ("from=2022-08-02&to=2022-08-01", "from=2022-01-01&to=2023-01-02", "from=2022-08-01", f"{PERIOD}&minutes=5270401",
                    f"{PERIOD}&minutes=-1", f"{PERIOD}&limit=201", f"{PERIOD}&after=x", f"{PERIOD}&officer=nobody", f"{PERIOD}&office=nowhere",
                    f"{PERIOD}&group_by=month"):
            self.call("GET", f"/api/v1/audit/lists/back_dated?{bad}", as_="inspector1", status=422)
        for good in ("from=2022-01-01&to=2023-01-01", f"{PERIOD}&minutes=5270400", f"{PERIOD}&minutes=0", f"{PERIOD}&limit=200",
                     f"{PERIOD}&imports=true"):
            self.call("GET", f"/api/v1/audit/lists/back_dated?{good}", as_="inspector1", status=200)
        self.call("POST", "/api/v1/audit/reads", {"from": "2022-08-01", "to": "2022-08-02"}, as_="inspector1", status=422)


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
