#!/usr/bin/env python3
"""An applicant found again at the counter: by number, within what the clerk may read, with what is open, and logged."""
import harness

BA = {"name": "Lò Thị Ban", "identity": "040 180 000 777", "phone": "0987.654.321", "address": "Bản Nhạp, xã Kỳ Sơn"}


class PersonFindTest(harness.ApiTest):
    def find(self, as_="clerk1", status=200, **by):
        reply = self.call("POST", "/api/v1/persons/find", by, as_=as_, status=status)
        return reply.json["items"] if status == 200 else reply

    def test_1_nobody_yet(self):
        self.assertEqual(self.find(identity=BA["identity"]), [])

    def test_2_found_however_the_number_is_typed_with_what_is_open(self):
        first = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": BA}, as_="clerk1", status=201).json
        for by in ({"identity": "040180000777"}, {"identity": "040-180-000-777"}, {"phone": "0987654321"}):
            found = self.find(**by)
            self.assertEqual([f["person"]["name"] for f in found], [BA["name"]], by)
            self.assertEqual(found[0]["person"]["address"], BA["address"])
            self.assertEqual([(d["code"], d["procedure"], d["state"]) for d in found[0]["open"]], [(first["code"], "TP-10", "received")])
            self.assertEqual(found[0]["last_on"], first["received_at"][:10])

    def test_3_the_newest_of_what_was_said_and_no_dossier_that_ended(self):
        moved = dict(BA, address="Xóm 3, xã Tân Phú")
        second = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": moved}, as_="clerk1", status=201).json
        self.act(second["code"], "request_withdrawal", "clerk1", reason="đổi ý")
        self.act(second["code"], "stop", "head_tp", reason="rút")
        found = self.find(identity=BA["identity"])
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0]["person"]["address"], moved["address"])
        self.assertNotIn(second["code"], [d["code"] for d in found[0]["open"]])

    def test_4_a_family_with_one_telephone(self):
        for i in range(7):
            self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {
                "name": f"Người {i}", "identity": f"0401800008{i:02}", "phone": "0911 222 333"}}, as_="clerk1", status=201)
        self.assertEqual([f["person"]["name"] for f in self.find(phone="0911222333")], [f"Người {i}" for i in (6, 5, 4, 3, 2)])

    def test_5_only_of_dossiers_that_one_may_read(self):
        self.assertEqual(self.find("clerk_x01", identity=BA["identity"]), [])

    def test_6_who_takes_nothing_in_asks_nothing(self):
        self.find("statistician1", 403, identity=BA["identity"])
        self.find("officer1", 403, identity=BA["identity"])

    def test_7_bad_input_is_a_sentence(self):
        for body in ({}, {"identity": "1", "phone": "2"}):
            self.assertEqual(self.call("POST", "/api/v1/persons/find", body, as_="clerk1", status=422).code, "person_find_one")
        self.call("POST", "/api/v1/persons/find", {"identity": "1" * 41}, as_="clerk1", status=422)

    def test_8_the_look_is_logged(self):
        rows = self.call("POST", "/api/v1/audit/reads", {"identity": BA["identity"], "from": "2022-01-01", "to": "2022-12-31"},
                         as_="inspector1", status=200).json["items"]
        if not rows:  # reads stand on the real clock
            import datetime
            today = datetime.date.today()
            rows = self.call("POST", "/api/v1/audit/reads", {"identity": BA["identity"], "from": str(today - datetime.timedelta(2)),
                                                             "to": str(today + datetime.timedelta(2))}, as_="inspector1", status=200).json["items"]
        self.assertTrue([r for r in rows if r["detail"] == "person_find" or "tìm lại" in (r.get("action_label") or "")], rows[:3])


harness.main(demo=True, at=harness.START)
