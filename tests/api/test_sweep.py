#!/usr/bin/env python3
"""The night: who is warned, who is late, the letter from its draft to the applicant."""
import concurrent.futures
import hashlib
import time

import harness


class SweepTest(harness.ApiTest):
    def night(self, instant):
        """Goes to an instant just after a closing and sweeps it."""
        self.clock_to(instant)
        return self.sweep()

    def letters(self, **query):
        words = "&".join(f"{k}={v}" for k, v in {"limit": 200, **query}.items())
        return self.call("GET", f"/api/v1/letters?{words}", as_="admin", status=200).json["items"]

    def letter_of(self, code):
        return self.letters(dossier=code)[-1]

    def letter_act(self, letter, action, as_, status=200, at=None, **fields):
        return self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", fields, as_=as_, status=status, at=at)

    def pdf(self, path, as_=None, status=200):
        reply = self.call("GET", path, as_=as_, status=status)
        if status == 200:
            self.assertTrue(reply.body.startswith(b"%PDF-"))
        return reply.body

    def test_1_a_night_warns_once_and_is_run_once(self):
        code = self.intake("TP-10")["code"]
        self.clock_to("2022-08-09T17:01:00+07:00")
        deadline = time.monotonic() + 10
        while "mark_certain" not in self.events(code) and time.monotonic() < deadline:
            time.sleep(0.1)  # marks are the minute's work, the daemon's own; letters are the night's
        before = self.events(code)
        dry = self.sweep_preview()
        self.assertEqual(self.events(code), before)
        self.assertEqual(self.letters(), [])
        first = self.sweep()
        self.assertEqual((first["letters"], first["failed"]), (dry["letters"], dry["failed"]))
        again = self.sweep()
        self.assertTrue(again["was_run_before"])
        self.assertEqual((again["id"], again["warned"], again["letters"]), (first["id"], first["warned"], first["letters"]))
        self.night("2022-08-10T17:01:00+07:00")
        events = self.events(code)
        for mark in ("mark_at_risk", "mark_certain", "draft_letter"):
            self.assertLessEqual(events.count(mark), 1, events)
        self.assertTrue({"mark_at_risk", "mark_certain"} & set(events), events)

    def test_2_the_future_and_the_past_are_refused(self):
        self.assertEqual(self.sweep(status=422, as_of="2022-08-10T17:02:00+07:00")["code"], "sweep_future")
        self.assertEqual(self.sweep(status=422, as_of="2022-07-29T17:00:00+07:00")["code"], "sweep_before_first")
        self.assertEqual(self.sweep(status=409, as_of="1990-01-02T17:00:00+07:00")["code"], "calendar_gap")
        before = self.sweep(as_of="2022-08-09T20:00:00+07:00")  # the night it belongs to was swept
        self.assertEqual((before["on"], before["was_run_before"]), ("2022-08-09", True))

    def test_3_a_letter_is_drafted_the_night_two_working_days_before_and_goes_out(self):
        # due 2022-08-15 (a Monday): two working days before is Thursday the 11th
        code = self.letters_of_first()
        self.assertEqual(self.letters(dossier=code), [])
        night = self.night("2022-08-11T17:01:00+07:00")
        self.assertIn(code, [x["dossier"] for x in self.sweep_items(night["id"], "&did=letter")])
        letter = self.letter_of(code)
        self.assertEqual((letter["state"], letter["number"]), ("drafted", None))
        self.letter_act(letter, "number", "records1", status=409)
        draft = self.pdf(letter["document"], as_="admin")
        self.assertEqual(self.pdf(letter["document"], as_="admin"), draft)
        who = "leader1"
        self.assertEqual(self.letter_act(letter, "sign", who).json["state"], "signed")
        self.letter_act(letter, "sign", who, status=409)
        numbered = self.letter_act(letter, "number", "records1").json
        self.assertEqual(numbered["state"], "numbered")
        self.assertRegex(numbered["number"], r"\d+/")
        final = self.pdf(letter["document"], as_="admin")
        self.assertNotEqual(final, draft)
        issued = self.letter_act(letter, "issue", "records1").json
        self.assertEqual((issued["state"], issued["timing"]), ("issued", "in_time"))
        kept = self.pdf(issued["document"], as_="admin")
        self.assertEqual(self.pdf(issued["document"], as_="admin"), kept)
        told = self.call("GET", self.letter_of(code)["public_document"], status=200).json
        self.assertEqual((told["state"], told["number"], told["sha256"]), ("genuine", numbered["number"], hashlib.sha256(kept).hexdigest()))
        delivered = self.letter_act(letter, "deliver", "clerk1", delivery="counter", reference="Nguyễn Văn A").json
        self.assertEqual(delivered["state"], "delivered")

    def letters_of_first(self):
        return self.call("GET", "/api/v1/dossiers?limit=200", as_="admin", status=200).json["items"][-1]["code"]

    def test_4_a_signature_given_before_due_lapses_when_due_passes(self):
        code = self.intake("TP-10")["code"]  # 11 August, 17:01: due 2022-08-25
        self.night("2022-08-23T17:01:00+07:00")
        letter = self.letter_of(code)
        self.letter_act(letter, "sign", "leader1")
        self.clock_to("2022-08-26T08:00:00+07:00")
        refused = self.letter_act(letter, "number", "records1", status=409)
        self.assertIn(refused.code, ("letter_wording", "letter_state"))
        night = self.night("2022-08-26T17:01:00+07:00")
        self.assertGreaterEqual(night["overdue"], 0)
        self.assertIn("mark_overdue", self.events(code))
        now = self.letter_of(code)
        self.assertIn(now["state"], ("drafted", "lapsed"))
        self.letter_act(now, "sign", "leader1")
        self.letter_act(now, "number", "records1")
        self.assertEqual(self.letter_act(now, "issue", "records1").json["timing"], "after_due")

    def test_5_two_daemons_number_without_gap_or_double(self):
        codes = [self.intake("TP-10")["code"] for _ in range(20)]
        night = self.night("2022-10-03T17:01:00+07:00")
        self.assertEqual(night["failed"], 0)
        letters = [self.letter_of(c) for c in codes]
        for letter in letters:
            self.letter_act(letter, "sign", "leader1")
        other = harness.daemon.sibling()
        other.start()
        try:
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                done = list(pool.map(lambda pair: self.letter_act(pair[1], "number", "records1", at=(harness.daemon, other)[pair[0] % 2]).json,
                                     enumerate(letters)))
        finally:
            other.stop()
        by_symbol = {}
        for letter in self.letters():
            if letter["number"]:
                number, symbol = letter["number"].split("/", 1)
                by_symbol.setdefault(symbol, []).append(int(number))
        self.assertEqual(len({x["number"] for x in done}), 20)
        for symbol, numbers in by_symbol.items():
            self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)), symbol)

    def test_6_a_cause_is_told_with_its_arithmetic(self):
        code = self.letters(state="numbered")[0]["dossier"]
        cause = self.call("GET", f"/api/v1/dossiers/{code}/cause", as_="admin", status=200).json
        self.assertIn(cause["verdict"], ("subjective", "objective", "undetermined"))
        self.assertTrue(cause["words"])
        self.assertGreaterEqual(len(self.call("GET", "/api/v1/sweeps", as_="admin", status=200).json["items"]), 4)


harness.main(demo=True, at=harness.START)
