"""Offices that end: the reform of 1 July 2025 on the demonstration district, from its shipped plan.

Dossiers of June go on at the successor the next morning, with their code, their promise and their officer; what had
ended stays in the figures of the office that ended it; both sides together are what one office would have been."""
import json
import pathlib
import time

import harness

PLAN = json.loads((pathlib.Path(__file__).resolve().parents[2] / "sql/seed/reform_2025/plan.json").read_text(encoding="utf-8"))
COLUMNS = ("total_received", "online", "direct", "carried_over", "total_done", "early", "on_time", "late", "total_open",
           "open_in_time", "open_overdue")
KINDS = ("TP-04", "TP-05", "TP-06", "TP-07")
state = {}


def rows(sql):
    return harness.daemon.rows(sql)


def verify():
    done = harness.daemon.command("verify", "--config", harness.daemon.config)
    return done.returncode, done.stdout[-1500:] + done.stderr[-500:]


class MergerTest(harness.ApiTest):
    def merge(self, merger, preview=False, status=202, as_="admin"):
        return self.call("POST", "/api/v1/office-mergers", {**merger, "preview": preview}, as_=as_, status=status)

    def done(self, reply, seconds=90):
        """The job, when it has ended."""
        path = f"/api/v1/jobs/{reply.json['id']}"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job = self.call("GET", path, as_="admin", status=200).json
            if job["state"] in ("done", "failed", "cancelled"):
                self.assertEqual(job["state"], "done", job.get("problem"))
                return job
            time.sleep(0.1)  # it works in the background; nothing else to wait on
        self.fail(f"job {path} does not end: {job}")

    def items(self, job):
        return [i["item"] for i in
                self.call("GET", f"/api/v1/jobs/{job['id']}/items?limit=200", as_="admin", status=200).json["items"]]

    def report(self, office, start, end):
        r = self.call("GET", f"/api/v1/statistics/II.06a?from={start}&to={end}&group_by=none" +
                      (f"&office={office}" if office else ""), as_="admin", status=200).json
        self.assertTrue(r["is_balanced"])
        return {c: r["total"][c] for c in COLUMNS}

    def take(self, commune, n, procedure=None):
        return [self.intake(procedure or KINDS[i % 4], as_=f"clerk_{commune}", name=f"Trần Thị {commune} {i}")["code"]
                for i in range(n)]

    def test_1_offices_of_the_plan_are_entered_ahead(self):
        for office in PLAN["offices"]:
            made = self.call("POST", "/api/v1/offices", office, as_="admin", status=201).json
            self.assertEqual((made["key"], made["valid_from"]), (office["key"], office["effective_on"]))
        self.assertEqual(self.call("POST", "/api/v1/offices", PLAN["offices"][1], as_="admin").code, "office_exists")
        refused = self.call("POST", "/api/v1/offices", {**PLAN["offices"][1], "key": "zz", "parent": "nowhere"}, as_="admin", status=422)
        self.assertEqual((refused.code, "nowhere" in refused.json["detail"]), ("office_parent", True))
        self.call("POST", "/api/v1/offices", {**PLAN["offices"][1], "key": "zz"}, as_="clerk1", status=403)
        # Before its first day an office takes nothing.
        early = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-07", "applicant": {"name": "A"}, "filed_office": "xtk-hcc"},
                          as_="clerk_x01", status=409)
        self.assertEqual((early.code, "01/07/2025" in early.json["detail"] or "2025-07-01" in early.json["detail"]),
                         ("office_not_yet", True))

    def test_2_a_plan_that_does_not_hold_is_refused(self):
        second = PLAN["mergers"][1]
        base = {k: second[k] for k in ("effective_on", "source", "reason")}
        for pairs, code in (([{"from": "x01", "to": "x01"}], "merger_pair"),
                            ([{"from": "x01", "to": "xtk"}, {"from": "x01", "to": "xtp"}], "merger_pair"),
                            ([{"from": "x01", "to": "x15"}, {"from": "x15", "to": "xtk"}], "merger_pair"),
                            ([{"from": "x01", "to": "xtk"}], "merger_child"),
                            ([{"from": "x01mc", "to": "nowhere"}], "office_unknown")):
            self.assertEqual(self.merge({**base, "pairs": pairs}, preview=True, status=422).code, code)
        self.assertEqual(self.merge({**base, "effective_on": "2025-06-01", "pairs": [{"from": "x01mc", "to": "xtk-hcc"}]},
                                    status=409).code, "office_not_yet")
        ahead = self.merge(second, status=409)
        self.assertEqual(ahead.code, "merger_ahead")
        self.merge(second, status=403, as_="leader1")

    def test_3_the_first_step_and_an_end_that_leaves_dossiers(self):
        first = PLAN["mergers"][0]
        codes = self.take("x06", 3)
        refused = self.call("POST", "/api/v1/offices/x06/actions/end",
                            {"last_on": "2025-06-15", "source": "QĐ thử", "reason": "thử"}, as_="admin", status=409)
        self.assertEqual(refused.code, "office_has_offices")
        job = self.done(self.merge(first))
        self.assertEqual(job["result"]["offices"], 8)
        d = self.dossier(codes[0])
        self.assertEqual((d["competent_office"], d["filed_office"], d["code"]), ("x23", "x06mc", codes[0]))
        self.assertEqual(verify()[0], 0)
        renamed = self.call("POST", "/api/v1/offices/x23/changes",
                            {"phone": "0238", "name": "UBND xã Bình Hợp", "short_name": "Bình Hợp", "effective_on": "2025-06-16",
                             "source": "QĐ thử", "reason": "tên gọi"}, as_="admin", status=200).json
        self.assertEqual(renamed["name"], "UBND xã Bình Hợp")
        self.assertEqual(rows("SELECT action FROM reference_change WHERE key = 'x23' ORDER BY id"), [["add"], ["replace"]])

    def test_4_june(self):
        state["x01"] = self.take("x01", 60)
        for commune in ("x15", "x19", "x17"):
            state[commune] = self.take(commune, 20)
        state["x03"] = self.take("x03", 60)
        state["district"] = [self.intake("TP-10", name=f"Lê Văn {i}")["code"] for i in range(12)]
        state["calm"] = self.dossier(state["x01"][0])
        for code in state["x01"][:10]:  # ended before the day: theirs for ever
            self.act(code, "forward", as_="clerk_x01")
            self.act(code, "take_over", as_="officer_x01")
            self.act(code, "forward", as_="officer_x01", office="x01", step=4)
            self.act(code, "take_over", as_="leader_x01")
            self.act(code, "decide", as_="leader_x01")
            self.act(code, "hand_over_result", as_="leader_x01")
            self.act(code, "take_over_result", as_="clerk_x01")
        for code in state["x01"][:5]:
            self.act(code, "return", as_="clerk_x01", collector_name="A", collector_paper="identity")
        state["held"] = state["x01"][20]
        self.act(state["held"], "forward", as_="clerk_x01")
        self.act(state["held"], "take_over", as_="officer_x01")
        state["pending"] = state["x01"][21]
        self.act(state["pending"], "forward", as_="clerk_x01")
        # Those due in June become late, and owe letters.
        self.clock_to("2025-06-26T17:40:00+07:00")
        self.sweep()
        letters = self.call("GET", "/api/v1/letters?state=drafted&office=x01&limit=50", as_="admin", status=200).json["items"]
        self.assertGreater(len(letters), 3)
        state["drafted"], state["signed"], state["numbered"] = letters[0], letters[1], letters[2]
        for letter in letters[1:3]:
            self.letter(letter["id"], "sign", "leader_x01")
        self.letter(letters[2]["id"], "number", "leader_x01")
        self.clock_to("2025-06-30T16:00:00+07:00")
        state["late_june"] = self.take("x01", 6)
        self.clock_to("2025-06-30T18:00:00+07:00")

    def letter(self, ident, action, as_, status=200, **fields):
        path = f"/api/v1/letters/{ident}"
        etag = self.call("GET", path, as_=as_, status=200).headers.get("etag")
        return self.call("POST", f"{path}/actions/{action}", fields, as_=as_, status=status, headers={"If-Match": etag} if etag else {})

    def test_5_the_preview_changes_nothing(self):
        before = rows("SELECT count(*), max(version) FROM dossier"), rows("SELECT epoch FROM setting")
        job = self.done(self.merge(PLAN["mergers"][1], preview=True))
        state["preview"] = job["result"]
        items = {i["from"]: i for i in self.items(job)}
        self.assertEqual(len(items), len(PLAN["mergers"][1]["pairs"]))
        self.assertEqual((items["x01"]["to"], items["x01"]["open"]), ("xtk", 56))
        self.assertEqual(items["x01mc"]["to_return"], 5)
        self.assertGreater(items["x01"]["overdue"], 0)
        self.assertEqual((items["x01"]["letters_signed"], items["x01"]["letters_numbered"]), (1, 1))
        self.assertIn("2025", items["x01"]["registers"])
        self.assertIn("officer: officer_x01", items["x01"]["roles"])
        self.assertEqual((rows("SELECT count(*), max(version) FROM dossier"), rows("SELECT epoch FROM setting")), before)
        state["june"] = {o: self.report(o, "2025-06-01", "2025-06-30") for o in ("x01", "xtk", None)}
        self.assertEqual(state["june"]["xtk"]["total_received"], 0)

    def test_6_the_night_of_the_reform_survives_a_kill(self):
        self.clock_to("2025-07-01T07:15:00+07:00")
        state["before"] = {o: self.report(o, "2025-07-01", "2025-07-31") for o in ("x01", "xtk", None)}
        reply = self.merge(PLAN["mergers"][1])
        harness.daemon.stop(9)
        harness.daemon.start()
        job = self.done(reply)
        again = self.merge(PLAN["mergers"][1])
        self.assertEqual(again.json["id"], reply.json["id"])  # the same merger is the same job
        self.assertEqual(job["result"]["offices"], len(PLAN["mergers"][1]["pairs"]))
        left = rows("SELECT count(*) FROM dossier d JOIN office o ON o.id IN (d.supervising_office_id, d.competent_office_id,"
                    " d.holder_office_id, d.pending_office_id) WHERE o.valid_to IS NOT NULL AND (d.ended_at IS NULL OR d.state = 'done')"
                    " AND NOT (d.state = 'done' AND o.id = d.competent_office_id)")
        self.assertEqual(left, [["0"]])
        moved = rows("SELECT count(DISTINCT dossier_id) FROM event WHERE action = 'succeed_office' AND recorded_at >= '2025-06-30T20:00Z'")
        self.assertEqual(int(moved[0][0]), state["preview"]["dossiers"])  # preview = apply
        twice = rows("SELECT count(*) FROM (SELECT dossier_id, encode(bytes, 'escape') ~ 'from_office' FROM event"
                     " WHERE action = 'succeed_office' GROUP BY dossier_id, substring(encode(bytes, 'escape') FROM 'from_office [0-9]+'),"
                     " 2 HAVING count(*) > 1) x")
        self.assertEqual(twice, [["0"]])
        told = verify()
        self.assertEqual(told[0], 0, told[1])

    def test_7_the_figures_balance_on_both_sides(self):
        for office, june in state["june"].items():  # the past is what it was
            self.assertEqual(self.report(office, "2025-06-01", "2025-06-30"), june, office)
        july = {o: self.report(o, "2025-07-01", "2025-07-31") for o in ("x01", "x15", "x19", "x17", "xtk", None)}
        self.assertEqual(july[None], state["before"][None])  # the whole is unchanged
        self.assertEqual(july["x01"]["total_open"], 0)
        self.assertEqual(july["xtk"]["carried_over"] - state["before"]["xtk"]["carried_over"],
                         july["xtk"]["total_open"] - state["before"]["xtk"]["total_open"])
        self.assertGreaterEqual(july["xtk"]["carried_over"], 56 + 60)
        self.assertEqual(july["xtk"]["online"] + july["xtk"]["direct"], 0)
        cross = {o: self.report(o, "2025-06-15", "2025-07-14") for o in ("x01", "xtk")}
        self.assertEqual(cross["x01"]["total_done"], 10)  # what it ended stays its own
        path = "/api/v1/statistics/II.06a?from=2025-06-15&to=2025-07-14&office=x01"
        notes = self.call("GET", path, as_="admin", status=200).json["notes"]
        self.assertTrue(any("30/06/2025" in n and "(xtk)" in n for n in notes), notes)
        opened = rows("SELECT CASE WHEN o.key LIKE 'xtk%' THEN 'xtk' ELSE o.key END, sum(received_online + received_other + moved_in - moved_out - early - on_time - late) FROM (SELECT * FROM counter_day UNION ALL SELECT * FROM counter_tail) c"
                      " JOIN office o ON o.id = c.office_id WHERE o.key IN ('x01', 'x15') OR o.key LIKE 'xtk%' GROUP BY 1 ORDER BY 1")
        self.assertEqual(opened, [["x01", "0"], ["x15", "0"], ["xtk", str(july["xtk"]["total_open"])]])

    def test_8_the_officer_goes_on_the_same_morning(self):
        d = self.dossier(state["held"], as_="officer_x01")
        self.assertEqual((d["code"], d["competent_office"], d["holder_office"] if "holder_office" in d else d["office"]),
                         (state["held"], "xtk", "xtk"))
        self.assertEqual(d["due_at"], self.dossier(state["held"])["due_at"])
        self.assertIn(state["held"], [i["code"] for i in
                                      self.call("GET", "/api/v1/queues/mine?limit=200", as_="officer_x01", status=200).json["items"]])
        self.act(state["held"], "forward", as_="officer_x01", office="xtk", step=4)
        self.act(state["held"], "take_over", as_="leader_x01")
        self.act(state["held"], "decide", as_="leader_x01")
        self.act(state["held"], "hand_over_result", as_="leader_x01")
        self.act(state["held"], "take_over_result", as_="clerk_x01")
        self.act(state["held"], "return", as_="clerk_x01", collector_name="A", collector_paper="identity")
        self.act(state["pending"], "take_over", as_="officer_x01")
        # Received in June, due in July: the same promise, at the successor.
        june = self.dossier(state["late_june"][0])
        self.assertTrue(june["due_at"].startswith("2025-07"))
        self.assertEqual((june["filed_office"], june["competent_office"]), ("x01mc", "xtk"))
        self.assertIn("succeed_office", self.events(state["late_june"][0]))
        self.assertEqual(june["successions"][0]["from_name"], "UBND thị trấn Tân Kỳ" if june["successions"][0]["from"] == "x01"
                         else june["successions"][0]["from_name"])
        found = self.call("GET", f"/api/v1/search?q={june['code']}", as_="clerk_x01", status=200).json["items"]
        self.assertEqual([f["code"] for f in found], [june["code"]])
        # History of the office that ended is read by those who go on.
        self.dossier(state["x01"][0], as_="leader_x01")
        # Results that lay at the old counter are handed out at the new one.
        self.act(state["x01"][7], "return", as_="clerk_x01", collector_name="A", collector_paper="identity")

    def test_9_an_ended_office_takes_nothing_and_letters_speak_in_the_new_name(self):
        refused = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-07", "applicant": {"name": "A"}, "filed_office": "x01mc"},
                            as_="clerk_x01", status=409)
        self.assertEqual(refused.code, "office_ended")
        self.assertIn("xtk-hcc", refused.json["detail"])
        code = self.intake("TP-07", as_="clerk_x01")["code"]
        self.assertTrue(code.startswith("H41.901-"), code)
        old = self.call("GET", f"/api/v1/letters/{state['signed']['id']}", as_="admin", status=200).json
        self.assertEqual(old["state"], "lapsed")
        self.assertEqual(self.call("GET", f"/api/v1/letters/{state['numbered']['id']}", as_="admin", status=200).json["state"], "numbered")
        self.clock_to("2025-07-01T17:45:00+07:00")
        self.sweep()
        anew = self.call("GET", f"/api/v1/letters?dossier={state['signed']['dossier']}&limit=50", as_="admin", status=200).json["items"]
        live = [x for x in anew if x["state"] == "drafted"]
        self.assertEqual([x["author_office"] for x in live], ["xtk"])
        self.letter(state["numbered"]["id"], "issue", "leader_x01")
        self.letter(live[0]["id"], "sign", "leader_x01")
        self.letter(live[0]["id"], "number", "leader_x01")
        registers = rows("SELECT o.key, g.last, g.closed_on FROM register g JOIN office o ON o.id = g.office_id"
                         " WHERE o.key IN ('x01', 'xtk') ORDER BY 1")
        self.assertEqual(registers, [["x01", "1", "2025-06-30"], ["xtk", "1", ""]])
        self.call("POST", "/api/v1/officers", {"key": "moi1", "name": "Người mới", "roles": [{"role": "officer", "office": "xtk-kt"}],
                                               "effective_on": "2025-07-01", "source": "QĐ", "reason": "bổ nhiệm"}, as_="admin", status=201)
        taken = self.call("POST", "/api/v1/officers/moi1/roles", {"roles": [{"role": "officer", "office": "xtk-kt"}], "is_end": True,
                          "effective_on": "2025-07-01", "source": "QĐ", "reason": "thôi"}, as_="admin", status=200).json
        self.assertEqual(taken["roles"], [])
        told = verify()
        self.assertEqual(told[0], 0, told[1])


harness.main(demo=True, at="2025-06-16T08:00:00+07:00")
