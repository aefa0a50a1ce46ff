#!/usr/bin/env python3
"""What applicants are told: which notices follow from a decision, for whom, and each once."""
import harness


class NoticesTest(harness.ApiTest):
    def notices(self, code, **query):
        words = "&".join(f"{k}={v}" for k, v in {"limit": 200, "dossier": code, **query}.items())
        return self.call("GET", f"/api/v1/notices?{words}", as_="admin", status=200).json["items"][::-1]

    def kinds(self, code):
        return [n["kind"].removeprefix("notice_") for n in self.notices(code)]

    def test_1_who_files_online_is_told_of_the_acceptance_and_who_stands_there_is_not(self):
        self.assertEqual(self.kinds(self.intake()["code"]), [])
        filed = self.intake(is_submission=True)
        self.assertEqual(self.kinds(filed["code"]), [])
        accepted = self.act(filed["code"], "accept", as_="clerk1").json
        notice, = self.notices(filed["code"])
        self.assertEqual((notice["kind"], notice["state"], notice["to"], notice["name"]),
                         ("notice_accepted", "waiting", accepted["due_at"], "Nguyễn Văn A"))
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM outbox WHERE payload LIKE '%Nguy%'"), [["0"]])

    def test_2_each_of_a_group_and_whom_they_authorised_is_told_once_but_no_messenger(self):
        code = self.intake(group=[{"name": "Lê Thị B"}, {"name": "Trần Văn C"}], authorised={"name": "Đỗ Văn D"},
                           submitter={"name": "Người mang hộ"})["code"]
        self.act(code, "forward", as_="clerk1")
        self.act(code, "take_over", as_="head_tp")
        body, path = {"items": ["Bản sao hợp đồng"], "reason": "Thiếu hợp đồng"}, f"/api/v1/dossiers/{code}/actions/request_supplement"
        for _ in range(3):  # one request, sent again and again
            self.call("POST", path, body, as_="head_tp", key="once", status=200)
        told = self.notices(code)
        self.assertEqual(sorted(n["name"] for n in told), ["Lê Thị B", "Nguyễn Văn A", "Trần Văn C", "Đỗ Văn D"])
        self.assertEqual({n["kind"] for n in told}, {"notice_supplement"})

    def test_3_a_supplement_asked_at_the_counter_is_handed_over_there(self):
        filed = self.intake(is_submission=True)["code"]
        self.act(filed, "request_supplement", as_="clerk1", reason="Thiếu đơn", items=["Đơn"])
        self.assertEqual(self.kinds(filed), ["supplement"])
        self.act(filed, "receive_supplement", as_="clerk1", items=["Đơn"])
        self.assertEqual(self.kinds(filed), ["supplement"])

    def test_4_a_result_before_its_day_and_the_end_without_one(self):
        early = self.intake()["code"]
        self.to_leader(early)
        self.to_counter(early)
        self.assertEqual(self.kinds(early), ["result_early"])
        self.act(early, "return", as_="clerk1", collector_paper="slip", collector_name="Nguyễn Văn A")
        self.assertEqual(self.kinds(early), ["result_early"])
        stopped = self.intake()["code"]
        self.act(stopped, "stop", as_="leader1", reason="Người nộp không còn nhu cầu")
        self.assertEqual(self.kinds(stopped), ["closed"])
        self.act(self.intake()["code"], "close_mistake", as_="clerk1", reason="Nhập nhầm", second_person="leader1",
                 second_password=harness.ApiTest.passwords["leader1"])

    def test_5_a_letter_with_a_new_date_is_told_when_it_leaves(self):
        """Once: by the letter itself where it goes to the applicant's address, else by a notice beside the paper."""
        code, mailed = self.intake()["code"], self.intake()["code"]
        self.clock_to("2022-08-11T17:01:00+07:00")
        self.sweep()
        letter = self.call("GET", f"/api/v1/letters?dossier={mailed}", as_="admin", status=200).json["items"][0]
        for action, who in (("sign", "leader1"), ("number", "records1"), ("issue", "records1")):
            self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", {}, as_=who, status=200)
        self.assertEqual([m["kind"] for m in self.call("GET", f"/api/v1/outbox?dossier={mailed}", as_="admin", status=200).json["items"]],
                         ["letter"])
        letter = self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"][0]
        for action, who in (("sign", "leader1"), ("number", "records1"), ("issue", "records1")):
            self.assertEqual(self.kinds(code), [])
            self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", {"delivery": "counter"} if action == "issue" else {},
                      as_=who, status=200)
        notice, = self.notices(code)
        self.assertEqual((notice["kind"], notice["from"], notice["to"]),
                         ("notice_reappointed", letter["due_at"], letter["reappointed_at"]))

    def test_6_a_ruleset_turns_a_notice_off_and_on(self):
        def change(when):
            self.call("POST", "/api/v1/rulesets/R1/changes", {
                "valid_from": "2022-08-12", "reason": "thử", "source": "QĐ thử",
                "parameters": [{"name": "notice_accepted", "value": when[0]}, {"name": "notice_closed", "value": when[1]}]},
                as_="admin", status=201)
        self.clock_to("2022-08-12T08:00:00+07:00")
        change(("always", "never"))
        code = self.intake()["code"]
        self.act(code, "stop", as_="leader1", reason="thử")
        self.assertEqual(self.kinds(code), ["accepted"])

    def test_7_nothing_of_an_import_is_told(self):
        self.call("POST", "/api/v1/imports", {
            "source": "old", "office": {"key": "nwo", "name": "Nơi khác"},
            "dossiers": [{"external_code": "a-1", "channel": "direct", "received_at": "2022-08-01T08:00:00+07:00",
                          "due_at": "2022-08-10T17:00:00+07:00", "ended_at": "2022-08-05T08:00:00+07:00", "events": []}]},
            as_="admin", status=200)
        self.assertEqual(harness.daemon.rows(
            "SELECT count(*) FROM outbox o JOIN dossier d ON d.id = o.dossier_id WHERE d.is_imported"), [["0"]])

    def test_7b_a_result_that_waits_is_reminded_of_once_a_day(self):
        code = self.intake()["code"]
        self.assertEqual(self.act(code, "remind", as_="clerk1", status=409).code, "wrong_state")
        self.to_leader(code)
        self.to_counter(code)
        done = self.dossier(code)["done_at"]
        self.act(code, "remind", as_="returner1")
        self.assertEqual(self.act(code, "remind", as_="clerk1", status=409).code, "reminded_today")
        notice = self.notices(code)[-1]
        self.assertEqual((notice["kind"], notice["from"], notice.get("to")), ("notice_uncollected", done, None))
        self.clock_to("2022-08-15T08:00:00+07:00")
        self.act(code, "remind", as_="clerk1")
        self.assertEqual(self.kinds(code).count("uncollected"), 2)
        self.act(code, "return", as_="clerk1", collector_paper="slip", collector_name="Nguyễn Văn A")
        self.assertEqual(self.act(code, "remind", as_="clerk1", status=409).code, "wrong_state")

    def test_8_what_was_written_is_whole(self):
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-600:])


harness.main(demo=True, at=harness.START)
