#!/usr/bin/env python3
"""The life of a dossier, as clerks, officers and leaders drive it over the API."""
import harness


class LifecycleTest(harness.ApiTest):
    def refused(self, reply, code):
        self.assertEqual(reply.code, code, reply.body)

    def test_a_dossier_walks_every_step_to_the_applicant(self):
        d = self.intake(components=[{"name": "Tờ khai", "kind": "original", "copies": 2}])
        code = d["code"]
        self.assertRegex(code, r"^000\.00\.21\.H41-\d{6}-\d{4,}$")
        self.assertEqual((d["state"], d["national_status"], d["limit"]), ("received", 2, "10wd"))
        self.to_leader(code)
        now = self.dossier(code)
        self.assertEqual((now["state"], now["office"], now["officer"]), ("processing", "ubnd", "leader1"))
        self.assertEqual([s["number"] for s in now["steps"] if s["is_current"]], [5])
        done = self.to_counter(code)
        self.assertEqual((done["state"], done["national_status"], done["outcome"]), ("done", 9, "granted"))
        self.assertIsNotNone(done["done_at"])
        back = self.act(code, "return", as_="returner1", collector_name="Nguyễn Văn A", collector_paper="identity").json
        self.assertEqual((back["state"], back["national_status"]), ("returned", 10))
        self.assertEqual(back["version"], len(self.events(code)))
        self.assertEqual(self.events(code), ["accept"] + ["forward", "take_over"] * 4 +
                         ["decide", "hand_over_result", "take_over_result", "return"])

    def test_an_online_submission_is_accepted_by_a_clerk(self):
        d = self.intake(is_submission=True)
        self.assertEqual((d["state"], d["national_status"], d["channel"], d["due_at"]), ("submitted", 1, "online", None))
        self.assertIn("accept", self.dossier(d["code"], as_="clerk1")["allowed_actions"])
        got = self.act(d["code"], "accept", as_="clerk1").json
        self.assertEqual(got["state"], "received")
        self.assertIsNotNone(got["due_at"])
        self.refused(self.act(d["code"], "accept", as_="clerk1", status=409), "wrong_state")

    def test_an_online_submission_is_sent_back_once(self):
        d = self.intake(is_submission=True)
        asked = self.act(d["code"], "request_supplement", as_="clerk1", items=["Giấy khám sức khỏe"], reason="Thiếu giấy").json
        self.assertEqual((asked["state"], asked["national_status"]), ("awaiting_supplement", 5))
        got = self.act(d["code"], "accept", as_="clerk1").json
        self.assertEqual(got["state"], "received")

    def test_a_refusal_at_the_counter_is_registered_with_its_reason(self):
        d = self.intake(is_refusal=True, remark="Không thuộc thẩm quyền")
        self.assertEqual((d["state"], d["national_status"], d["due_at"]), ("refused", 3, None))
        self.assertEqual(self.events(d["code"]), ["refuse"])
        without = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "B"}, "is_refusal": True}, as_="clerk1")
        self.assertEqual((without.status, without.code), (422, "field_required"))

    def test_a_supplement_begins_the_limit_anew(self):
        code = self.intake()["code"]
        before = self.dossier(code)["due_at"]
        self.act(code, "request_supplement", as_="clerk1", items=["Giấy khám"], reason="Thiếu giấy khám sức khỏe")
        waiting = self.dossier(code)
        self.assertTrue(waiting["holds"] and waiting["holds"][0]["to"] is None)
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": 3 * 24 * 60}, as_="admin", status=200)
        got = self.act(code, "receive_supplement", as_="clerk1").json
        self.assertEqual(got["state"], "received")
        self.assertGreater(got["due_at"], before)
        self.assertEqual(got["due_original_at"], before)

    def test_a_supplement_asked_too_late_moves_nothing(self):
        code = self.intake()["code"]
        before = self.dossier(code)["due_at"]
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": 7 * 24 * 60}, as_="admin", status=200)
        asked = self.act(code, "request_supplement", as_="clerk1", items=["Giấy khám"], reason="Thiếu giấy khám").json
        self.assertIn("late_request", asked["warnings"])
        self.assertTrue(asked["holds"][0]["is_late_request"])
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": 24 * 60}, as_="admin", status=200)
        self.assertEqual(self.act(code, "receive_supplement", as_="clerk1").json["due_at"], before)

    def test_a_hold_stops_the_clock_until_it_is_resumed(self):
        code = self.intake()["code"]
        self.to_leader(code)
        self.act(code, "send_back", as_="leader1", reason="Bổ sung căn cứ")
        self.act(code, "take_over", as_="head_tp")
        held = self.act(code, "hold", as_="head_tp", hold_kind="other", hold_effect="resume", legal_ground="Điều 1", reason="Bão").json
        self.assertEqual(held["state"], "on_hold")
        self.refused(self.act(code, "decide", as_="leader1", status=409), "wrong_state")
        self.assertEqual(self.act(code, "resume", as_="head_tp").json["state"], "processing")

    def test_an_opinion_is_asked_of_another_office_and_given(self):
        code = self.intake()["code"]
        self.act(code, "forward", as_="clerk1")
        self.act(code, "take_over", as_="head_tp")
        now = self.call("GET", "/api/v1/demo/clock", as_="admin").json["now"]
        year = int(now[:4])
        asked = self.act(code, "ask_opinion", as_="head_tp", office="tnmt", answer_by=f"{year}-12-30T17:00:00+07:00", reason="Xin ý kiến").json
        self.assertEqual(asked["opinions"][0]["office"], "tnmt")
        self.assertIsNone(asked["opinions"][0]["answered_at"])
        given = self.act(code, "give_opinion", as_="officer15", opinion=1, note="Đồng ý").json
        self.assertIsNotNone(given["opinions"][0]["answered_at"])
        self.refused(self.act(code, "give_opinion", as_="officer15", opinion=1, status=409), "opinion_not_open")

    def test_a_hand_over_is_declined_or_sent_back(self):
        code = self.intake()["code"]
        self.act(code, "forward", as_="clerk1")
        self.refused(self.act(code, "forward", as_="clerk1", status=409), "handover_pending")
        declined = self.act(code, "decline", as_="head_tp", reason="Không thuộc phòng").json
        self.assertEqual((declined["office"], declined.get("pending_office")), ("mc", None))
        self.act(code, "forward", as_="clerk1")
        self.act(code, "take_over", as_="head_tp")
        self.act(code, "send_back", as_="head_tp", reason="Thiếu trang")
        self.act(code, "take_over", as_="clerk1")
        self.assertEqual([s["number"] for s in self.dossier(code)["steps"] if s["is_current"]], [1])

    def test_a_withdrawal_is_refused_or_ends_the_dossier(self):
        code = self.intake()["code"]
        asked = self.act(code, "request_withdrawal", as_="clerk1", reason="Người nộp đổi ý").json
        self.assertEqual((asked["state"], asked["national_status"]), ("withdrawal_requested", 7))
        self.assertEqual(self.act(code, "refuse_withdrawal", as_="leader1", reason="Đã thẩm định").json["state"], "received")
        self.act(code, "request_withdrawal", as_="clerk1", reason="Vẫn rút")
        ended = self.act(code, "stop", as_="leader1", reason="Rút theo yêu cầu", legal_ground="Điều 2").json
        self.assertEqual((ended["state"], ended["national_status"]), ("stopped", 8))
        self.assertIsNotNone(ended["ended_at"])

    def test_a_stop_needs_a_reason(self):
        code = self.intake()["code"]
        self.assertEqual(self.act(code, "stop", as_="leader1", status=422).code, "field_required")
        self.assertEqual(self.events(code), ["accept"])

    def test_silence_closes_a_dossier_only_with_a_legal_ground_while_no_days_are_set(self):
        code = self.intake()["code"]
        self.act(code, "request_supplement", as_="clerk1", items=["Tờ khai"], reason="Thiếu")
        no = self.act(code, "close", as_="clerk1", reason="Không bổ sung", status=422)
        self.assertEqual((no.code, self.events(code)[-1]), ("field_required", "request_supplement"))
        closed = self.act(code, "close", as_="clerk1", reason="Không bổ sung", legal_ground="Điều 3").json
        self.assertEqual((closed["state"], closed["national_status"]), ("closed", 8))

    def test_a_mistake_needs_a_second_person_with_a_password(self):
        code = self.intake()["code"]
        self.refused(self.act(code, "close_mistake", as_="clerk1", reason="Nhập nhầm", status=422), "second_person")
        self.refused(self.act(code, "close_mistake", as_="clerk1", reason="Nhập nhầm", second_person="clerk2",
                              second_password="sai-mat-khau", status=403), "second_password")
        self.refused(self.act(code, "close_mistake", as_="clerk1", reason="Nhập nhầm", second_person="clerk2",
                              status=403), "second_password")
        self.refused(self.act(code, "close_mistake", as_="clerk1", reason="Nhập nhầm", second_person="clerk1",
                              second_password=self.passwords["clerk1"], status=422), "second_person")
        self.assertEqual(self.events(code), ["accept"])
        gone = self.act(code, "close_mistake", as_="clerk1", reason="Nhập nhầm", second_person="clerk2",
                        second_password=self.passwords["clerk2"]).json
        self.assertEqual(gone["state"], "mistake")

    def test_a_correction_keeps_what_was_and_names_both_persons(self):
        code = self.intake()["code"]
        who = {"second_person": "clerk2", "second_password": self.passwords["clerk2"]}
        self.assertEqual(self.act(code, "correct", as_="clerk1", corrected_field="channel", corrected_value="post",
                                  status=422, **who).code, "field_required")
        got = self.act(code, "correct", as_="clerk1", corrected_field="channel", corrected_value="post",
                       reason="Gửi qua bưu chính", **who).json
        self.assertEqual(got["channel"], "post")
        self.assertEqual(self.events(code), ["accept", "correct"])
        self.refused(self.act(code, "correct", as_="clerk1", corrected_field="channel", corrected_value="pigeon",
                              reason="x", status=422, **who), "correction_value")

    def test_a_receipt_corrected_to_earlier_keeps_the_promise_of_the_slip(self):
        code = self.intake()["code"]
        before = self.dossier(code)
        who = {"second_person": "clerk2", "second_password": self.passwords["clerk2"]}
        got = self.act(code, "correct", as_="clerk1", corrected_field="received_at",
                       corrected_value="2022-07-25T09:00:00+07:00", reason="Ghi nhầm ngày", **who).json
        self.assertEqual(got["received_at"][:19], "2022-07-25T09:00:00")
        self.assertEqual(got["due_at"], before["due_at"])
        items = self.call("GET", f"/api/v1/dossiers/{code}/events", as_="clerk1").json["items"]
        self.assertGreater(items[0].get("replaced_by", 0), 1)

    def test_each_event_shows_its_own_hash_of_the_chain(self):
        code = self.intake()["code"]
        self.to_counter(code)
        stored = harness.daemon.rows(f"SELECT seq, encode(e.hash, 'hex') FROM event e JOIN dossier d ON d.id = e.dossier_id WHERE d.code = '{code}' ORDER BY seq")
        self.assertGreater(len(stored), 3)
        for words, part in (("", stored), ("?after=1&limit=2", stored[1:3]), ("?after=2", stored[2:])):
            items = self.call("GET", f"/api/v1/dossiers/{code}/events{words}", as_="clerk1", status=200).json["items"]
            self.assertEqual([[str(e["seq"]), e["hash"]] for e in items], part, words)

    def test_same_day_work_is_settled_in_one_step(self):
        d = self.intake("TP-12H", settle=True)
        self.assertEqual((d["state"], d["outcome"]), ("returned", "granted"))
        self.assertEqual(self.events(d["code"])[0], "accept")
        self.assertIn("return", self.events(d["code"]))
        no = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "B"}, "settle": True}, as_="clerk1", status=409)
        self.refused(no, "not_at_once")

    def test_what_an_event_names_is_seen_by_who_may_read(self):
        code = self.intake(group=[{"name": "Trần Thị C"}], submitter={"name": "Lê D", "phone": "0912345678"})["code"]
        d = self.dossier(code, as_="clerk1")
        self.assertEqual(d["group"][0]["name"], "Trần Thị C")
        self.assertEqual(d["submitter"]["name"], "Lê D")
        self.assertEqual(d["applicant"]["name"], "Nguyễn Văn A")

    def test_z_a_late_dossier_returned_without_a_letter_is_warned_of(self):
        code = self.intake()["code"]
        self.to_leader(code)
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": 40 * 24 * 60}, as_="admin", status=200)
        done = self.to_counter(code)
        self.assertEqual(done["judgement"], "late")
        back = self.act(code, "return", as_="clerk1", collector_name="Nguyễn Văn A", collector_paper="slip").json
        self.assertIn("no_letter", back["warnings"])


harness.main(demo=True, at=harness.START)
