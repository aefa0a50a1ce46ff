#!/usr/bin/env python3
"""Blank slips: printed in advance, filled in by hand while there is no power, typed in later with the paper's hour and promise; used once, or
void. And a receipt that is printed again says so."""
import concurrent.futures
import datetime
import hashlib
import random
import re
import signal
import subprocess
import time

import harness

SLIPS, BATCHES, VOID = "/api/v1/blank-slips", "/api/v1/blank-slip-batches", "/api/v1/blank-slips/actions/void"
ZONE = datetime.timezone(datetime.timedelta(hours=7))
made = {}


def words(pdf):
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def pages(pdf):
    info = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return int(re.search(r"^Pages:\s+(\d+)", info, re.M)[1])


class BlankSlipTest(harness.ApiTest):
    def order(self, count, as_="clerk1", status=201, **more):
        key = more.pop("key", None)
        return self.call("POST", SLIPS, {"count": count, **more}, as_=as_, status=status, key=key)

    def slips(self, query="", as_="clerk1"):
        return self.call("GET", f"{SLIPS}?limit=200{query}", as_=as_, status=200).json["items"]

    def paper(self, batch, as_="clerk1", status=200):
        return self.call("GET", f"{BATCHES}/{batch}/document", as_=as_, status=status).body

    def type_in(self, slip, at, status=201, due=None, as_="clerk1", **more):
        body = {"procedure": "TP-10", "applicant": {"name": "Vi Văn Giấy"}, "blank_slip": slip, "received_at": at, **more}
        if due:
            body["paper_due_at"] = due
        return self.call("POST", "/api/v1/dossiers", body, as_=as_, status=status)

    def lookup(self, code, secret, status=200):
        return self.call("POST", "/public/lookup", {"code": code, "secret": secret}, status=status)

    def test_1_a_batch_takes_codes_that_nobody_else_gets(self):
        before = self.intake()["code"]
        batch = self.order(12).json
        after = self.intake()["code"]
        codes = [s["code"] for s in self.slips(f"&batch={batch['id']}")]
        serial = lambda code: int(code.rsplit("-", 1)[1])
        # the serials of the day have no gap: a dossier, twelve slips, a dossier
        self.assertEqual([serial(c) for c in codes], list(range(serial(before) + 1, serial(before) + 13)))
        self.assertEqual(serial(after), serial(before) + 13)
        self.assertEqual({c.rsplit("-", 1)[0] for c in codes}, {before.rsplit("-", 1)[0]})
        self.assertEqual((batch["first"], batch["last"], batch["unused"], batch["used"], batch["voided"], batch["prints"]),
                         (codes[0], codes[-1], 12, 0, 0, 0))
        self.assertEqual([s["number"] for s in self.slips(f"&batch={batch['id']}")], list(range(1, 13)))
        made.update(batch=batch, codes=codes)
        # the codes are there for nothing else: no dossier has one yet
        for code in (codes[0], codes[-1]):
            self.call("GET", f"/api/v1/dossiers/{code}", as_="clerk1", status=404)

    def test_2_the_same_order_twice_is_one_and_orders_at_once_do_not_mix(self):
        first = self.order(3, key="order-once").json
        self.assertEqual(self.order(3, key="order-once").json["id"], first["id"])
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            batches = list(pool.map(lambda n: self.order(n).json, [7, 5, 9, 1, 30, 2]))
        seen = [s["code"] for b in batches for s in self.slips(f"&batch={b['id']}")]
        self.assertEqual(len(seen), len(set(seen)))
        self.assertEqual(len(seen), 54)
        for b in batches:  # and each has its codes in one run
            codes = [int(s["code"].rsplit("-", 1)[1]) for s in self.slips(f"&batch={b['id']}")]
            self.assertEqual(codes, list(range(codes[0], codes[0] + len(codes))))

    def test_3_the_paper_has_two_copies_each_and_a_second_print_is_marked(self):
        first = self.paper(made["batch"]["id"])
        self.assertEqual(pages(first), 24)
        text = words(first)
        made["secrets"] = dict(zip(re.findall(r"Mã hồ sơ: (\S+) . Liên 2", text), re.findall(r"mã bí\s+mật\s+([2-9A-HJ-NP-Z]{10})", text)[::2]))
        self.assertEqual(sorted(re.findall(r"Mã hồ sơ: (\S+) . Liên 1", text)), made["codes"])
        self.assertEqual(sorted(made["secrets"]), made["codes"])
        self.assertEqual(len(set(made["secrets"].values())), 12)
        self.assertNotIn("Bản in lại", text)
        again = words(self.paper(made["batch"]["id"]))
        self.assertEqual(again.count("Bản in lại lần 2"), 24)
        self.assertEqual(words(self.paper(made["batch"]["id"])).count("Bản in lại lần 3"), 24)
        batch = next(b for b in self.call("GET", BATCHES, as_="clerk1", status=200).json["items"] if b["id"] == made["batch"]["id"])
        self.assertEqual((batch["prints"], batch["printed_at"] is not None), (3, True))

    def test_4_typed_in_later_it_is_the_slips_dossier(self):
        code = made["codes"][0]
        self.lookup(code, made["secrets"][code], 404)
        self.clock_to("2022-08-01T15:00:00+07:00")
        reply = self.type_in(code, "2022-08-01T09:20:00+07:00")
        d = reply.json
        self.assertEqual((d["code"], d["secret"], d["received_at"], d["promise"]), (code, made["secrets"][code], "2022-08-01T09:20:00+07:00", "computed"))
        self.assertTrue(d["is_from_slip"])
        self.assertEqual(d["warnings"], [])
        self.assertEqual(self.lookup(code, d["secret"]).json["code"], code)
        plain = self.intake(received_at="2022-08-01T09:20:00+07:00")
        self.assertEqual(d["due_at"], plain["due_at"])  # as if it had been typed in at that hour
        event = self.call("GET", f"/api/v1/dossiers/{code}/events", as_="clerk1", status=200).json["items"][0]
        self.assertEqual((event["data"]["is_late_entry"], event["data"]["blank_slip"], event["data"]["code"]), (1, 1, code))
        slip = self.slips(f"&code={code}")[0]
        self.assertEqual((slip["state"], slip["received_at"]), ("used", "2022-08-01T09:20:00+07:00"))
        self.assertEqual(self.dossier(code, "clerk1")["code"], code)
        # printed properly afterwards: the same code and secret
        self.assertIn(code, words(self.call("GET", d["slip"], as_="clerk1", status=200).body))

    def test_5_of_two_promises_the_earlier_is_kept_and_it_is_said(self):
        lawful = self.dossier(made["codes"][0])["due_at"]
        early, late = "2022-08-03T16:00:00+07:00", "2022-08-30T17:00:00+07:00"
        self.assertTrue(early < lawful < late)
        d = self.type_in(made["codes"][1], "2022-08-01T10:00:00+07:00", due=early).json
        self.assertEqual((d["due_at"], d["due_original_at"], d["promise"], d["warnings"], d["paper_due_at"]), (early, early, "paper", ["paper_earlier"], early))
        notes = self.call("GET", f"/api/v1/dossiers/{d['code']}/due", as_="clerk1", status=200).json["notes"]
        self.assertIn("before the lawful", notes[0]["sentence"])
        made["early"] = d["code"]
        d = self.type_in(made["codes"][2], "2022-08-01T10:00:00+07:00", due=late).json
        self.assertEqual((d["due_at"], d["promise"], d["warnings"], d["paper_due_at"]), (lawful, "computed", ["paper_later"], late))
        notes = self.call("GET", f"/api/v1/dossiers/{d['code']}/due", as_="clerk1", status=200).json["notes"]
        self.assertIn("after the lawful", notes[0]["sentence"])
        self.assertIn("2022-08-30", notes[0]["sentence"])
        d = self.type_in(made["codes"][3], "2022-08-01T10:00:00+07:00", due=lawful).json
        self.assertEqual((d["due_at"], d["promise"]), (lawful, "computed"))
        self.assertEqual(d["warnings"], [])

    def test_6_a_supplement_moves_the_promise_of_a_slip_as_any_other(self):
        self.act(made["early"], "request_supplement", "clerk1", reason="thiếu giấy", items=["Giấy tờ tùy thân"])
        self.clock_to("2022-08-08T08:00:00+07:00")
        d = self.act(made["early"], "receive_supplement", "clerk1").json
        self.assertGreater(d["due_at"], "2022-08-08T17:00:00+07:00")

    def test_7_once_only_by_its_own_office_not_before_it_was_printed(self):
        codes = made["codes"]
        refused = lambda *a, status, code, **more: self.assertEqual(self.type_in(*a, status=status, **more).code, code)
        refused(codes[0], "2022-08-01T11:00:00+07:00", status=409, code="blank_slip_used")
        refused("000.00.00.H00-220801-9999", "2022-08-01T11:00:00+07:00", status=422, code="blank_slip_unknown")
        refused(codes[4], "2022-07-29T11:00:00+07:00", status=422, code="blank_slip_early")
        refused(codes[4], "2022-08-01T11:00:00+07:00", status=422, code="paper_due", due="2022-08-01T11:00:00+07:00")
        refused(codes[4], "2099-08-01T11:00:00+07:00", status=422, code="at_in_future")
        refused(codes[4], "2022-08-01T11:00:00+07:00", status=422, code="blank_slip_way", settle=True)
        refused(codes[4], "2022-08-01T11:00:00+07:00", status=422, code="blank_slip_way", is_refusal=True, remark="x")
        refused(codes[4], "2022-08-01T11:00:00+07:00", status=422, code="blank_slip_way", is_submission=True)
        body = {"procedure": "TP-10", "applicant": {"name": "A"}}
        for more, field in (({"blank_slip": codes[4]}, "received_at"), ({"paper_due_at": "2022-08-30T11:00:00+07:00"}, "blank_slip")):
            reply = self.call("POST", "/api/v1/dossiers", {**body, **more}, as_="clerk1", status=422)
            self.assertEqual((reply.code, reply.json["field"]), ("field_missing", field))
        commune = next(p["key"] for p in self.call("GET", "/api/v1/procedures?limit=200", as_="admin", status=200).json["items"] if p["level"] == "commune")
        refused(codes[4], "2022-08-01T11:00:00+07:00", status=422, code="blank_slip_office", as_="clerk_x01", procedure=commune)
        self.assertEqual(self.slips(f"&code={codes[4]}")[0]["state"], "unused")  # after all that
        # the very minute it was ordered in is not before
        ordered = datetime.datetime.fromisoformat(made["batch"]["ordered_at"]).astimezone(ZONE).replace(second=0, microsecond=0)
        self.type_in(codes[4], ordered.isoformat())

    def test_8_of_two_clerks_with_one_slip_one_has_it(self):
        code = made["codes"][5]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(lambda n: self.type_in(code, f"2022-08-01T11:0{n}:00+07:00", status=None), range(6)))
        self.assertEqual(sorted(r.status for r in replies), [201] + [409] * 5)
        self.assertEqual({r.code for r in replies if r.status == 409}, {"blank_slip_used"})
        # and one who asks twice with the same key is told the same
        code = made["codes"][6]
        body = {"procedure": "TP-10", "applicant": {"name": "B"}, "blank_slip": code, "received_at": "2022-08-01T11:30:00+07:00"}
        first = self.call("POST", "/api/v1/dossiers", body, as_="clerk1", status=201, key="slip-once")
        self.assertEqual(self.call("POST", "/api/v1/dossiers", body, as_="clerk1", status=201, key="slip-once").json["secret"], first.json["secret"])

    def test_9a_void_with_a_reason_all_or_none(self):
        codes = made["codes"]
        void = lambda some, as_="clerk1", status=200, **more: self.call("POST", VOID, {"codes": some, "reason": "ướt mưa", **more}, as_=as_, status=status)
        self.assertEqual(void([codes[7], codes[0]], status=409).code, "blank_slip_used")
        self.assertEqual(void([codes[7], "x"], status=422).code, "blank_slip_unknown")
        self.assertEqual(void([], status=422).code, "field_missing")
        self.assertEqual(void([codes[7]], reason="", status=422).code, "field_empty")
        void([codes[7]], as_="clerk_x01", status=403)
        self.assertEqual(self.slips(f"&code={codes[7]}")[0]["state"], "unused")
        got = void([codes[7], codes[8]]).json["items"]
        self.assertEqual([(s["code"], s["state"], s["void_reason"], s["voided_by"]) for s in got],
                         [(c, "void", "ướt mưa", "clerk1") for c in codes[7:9]])
        self.assertEqual(void([codes[7]], reason="lần nữa").json["items"][0]["void_reason"], "ướt mưa")
        self.assertEqual(self.type_in(codes[7], "2022-08-01T11:00:00+07:00", status=409).code, "blank_slip_void")
        self.assertEqual(pages(self.paper(made["batch"]["id"])), 2 * 3)  # what may still be handed out, and nothing else
        counts = {s: len(self.slips(f"&batch={made['batch']['id']}&state={s}")) for s in ("used", "unused", "void")}
        self.assertEqual(counts, {"used": 7, "unused": 3, "void": 2})
        batch = next(b for b in self.call("GET", BATCHES, as_="clerk1", status=200).json["items"] if b["id"] == made["batch"]["id"])
        self.assertEqual((batch["used"], batch["unused"], batch["voided"]), (7, 3, 2))

    def test_9b_used_or_void_never_both(self):
        """Slips are typed in and made void at the same moment, again and again: each ends as one of the two, and what was answered holds."""
        chance = random.Random(8)
        alone, *codes = [s["code"] for s in self.slips(f"&batch={self.order(25).json['id']}")]
        at = datetime.datetime.fromisoformat(self.call("GET", "/api/v1/me", as_="clerk1", status=200).json["now"]).astimezone(ZONE).isoformat()

        def one(job):
            code, is_void = job
            if is_void:  # it is quicker: begun up to as late as typing in takes eight at a time here, so that each wins some
                time.sleep(chance.uniform(0, 8 * takes))
                return code, "void", self.call("POST", VOID, {"codes": [code], "reason": "thử"}, as_="clerk1").status
            return code, "used", self.type_in(code, at, status=None).status
        began = time.monotonic()
        self.assertEqual(one((alone, False)), (alone, "used", 201))
        takes = time.monotonic() - began
        jobs = [(c, v) for c in codes for v in chance.sample((False, True), 2)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(one, jobs))
        states = {s["code"]: s["state"] for s in self.slips(f"&batch={self.slips(f'&code={codes[0]}')[0]['batch']}")}
        self.assertEqual(states.pop(alone), "used")
        for code in codes:
            won = [what for c, what, status in answers if c == code and status in (200, 201)]
            self.assertEqual(won, [states[code]], [a for a in answers if a[0] == code])
        self.assertEqual(len(set(states.values())), 2, "the race went both ways")

    def test_9c_who_may(self):
        self.order(1, as_="officer1", status=403)
        self.order(1, as_="leader1", status=403)
        self.order(1, as_="clerk1", status=403, office="x01")
        for count in (0, 201):
            self.order(count, status=422)
        self.paper(made["batch"]["id"], "leader1", 403)
        self.paper(made["batch"]["id"], "clerk_x01", 403)
        self.paper(999999, status=404)
        self.call("GET", SLIPS, status=401)
        self.assertEqual([s for s in self.slips(as_="clerk_x01") if s["office"] != "x01"], [])
        self.assertEqual(len(self.slips("&state=unused", "inspector1")) > 0, True)

    def test_9d_a_kill_loses_nothing(self):
        batch = self.order(5, key="killed-order").json
        codes = [s["code"] for s in self.slips(f"&batch={batch['id']}")]
        at = datetime.datetime.fromisoformat(batch["ordered_at"]).astimezone(ZONE).replace(second=0, microsecond=0).isoformat()
        self.assertEqual(self.type_in(codes[0], at).status, 201)
        secret = self.dossier(codes[0], "clerk1")
        harness.daemon.stop(signal.SIGKILL)
        harness.daemon.start()
        self.assertEqual(self.order(5, key="killed-order").json["id"], batch["id"])
        self.assertEqual([s["code"] for s in self.slips(f"&batch={batch['id']}")], codes)
        self.assertEqual(self.type_in(codes[0], at, status=409).code, "blank_slip_used")
        self.assertEqual(self.dossier(codes[0], "clerk1")["version"], secret["version"])
        self.assertEqual(self.type_in(codes[1], at).json["code"], codes[1])

    def test_9e_over_the_year_a_slip_keeps_its_code(self):
        code = self.slips("&state=unused&batch=" + str(made["batch"]["id"]))[0]["code"]
        self.clock_to("2023-01-04T08:00:00+07:00")
        d = self.type_in(code, "2023-01-04T07:30:00+07:00").json
        self.assertEqual((d["code"], d["received_at"][:4]), (code, "2023"))
        self.act(code, "forward", "clerk1", officer="head_tp")
        self.assertEqual(self.dossier(code)["version"], 2)

    def test_9f_verify_looks_at_slips_too(self):
        harness.daemon.must("verify", "--config", harness.daemon.config)
        code = made["codes"][0]
        harness.daemon.rows(f"UPDATE blank_slip SET voided_at = now(), voided_by = 1, void_reason = 'x' WHERE code = '{code}'")
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(code, done.stdout + done.stderr)
        harness.daemon.rows(f"UPDATE blank_slip SET voided_at = NULL, voided_by = NULL, void_reason = NULL WHERE code = '{code}'")
        harness.daemon.must("verify", "--config", harness.daemon.config)


class ReprintTest(harness.ApiTest):
    def test_a_receipt_printed_again_says_which_print_it_is(self):
        d = self.intake(name="Vi Thị In")
        path = f"/api/v1/dossiers/{d['code']}/slip"
        prints = [self.call("GET", path, as_="clerk1", status=200).body for _ in range(3)]
        texts = [words(p) for p in prints]
        self.assertNotIn("Bản in lại", texts[0])
        for n in (2, 3):
            self.assertEqual(texts[n - 1].count(f"Bản in lại lần {n}, "), 2)  # both copies
            bare = [line for line in texts[n - 1].replace("\f", "\n").split("\n") if "Bản in lại" not in line]
            self.assertEqual("\n".join(bare).split(), texts[0].split())  # and nothing else differs
        check = lambda pdf: self.call("POST", "/public/documents/check", {"hashes": [hashlib.sha256(pdf).hexdigest()]}, status=200).json
        self.assertEqual([(check(p)["state"]) for p in prints], ["genuine"] * 3)
        rows = harness.daemon.rows(f"SELECT r.ordinal, o.login FROM paper_reprint r JOIN officer o ON o.id = r.officer_id JOIN dossier d "
                                   f"ON d.id = r.dossier_id WHERE d.code = '{d['code']}' ORDER BY 1")
        self.assertEqual(rows, [["2", "clerk1"], ["3", "clerk1"]])
        # another secret is another paper: its first print has no mark
        self.act(d["code"], "renew_secret", "clerk1", collector_paper="identity")
        self.assertNotIn("Bản in lại", words(self.call("GET", path, as_="clerk1", status=200).body))
        self.assertIn("Bản in lại lần 2", words(self.call("GET", path, as_="clerk1", status=200).body))
        self.assertEqual({check(p)["state"] for p in prints}, {"superseded"})


    def test_b_receipts_printed_in_a_batch_are_reprints_too(self):
        codes = [self.intake(name=f"Vi Văn Loạt {n}")["code"] for n in range(3)]
        for code in codes:
            self.call("GET", f"/api/v1/dossiers/{code}/slip", as_="clerk1", status=200)
        today = self.call("GET", "/api/v1/me", as_="clerk1", status=200).json["now"][:10]
        reply = self.call("GET", f"/api/v1/print-batches?kind=receipt&on={today}", as_="clerk1", status=200)
        n = int(reply.headers["papers"])
        text = words(reply.body)
        self.assertGreaterEqual(n, 3)
        self.assertEqual((pages(reply.body), text.count("Bản in lại, in một loạt")), (2 * n, 2 * n))
        for code in codes:
            self.assertIn(code, text)
            self.assertIn("Bản in lại lần 3", words(self.call("GET", f"/api/v1/dossiers/{code}/slip", as_="clerk1", status=200).body))
        check = self.call("POST", "/public/documents/check", {"hashes": [hashlib.sha256(reply.body).hexdigest()]}, status=200).json
        self.assertEqual(check["state"], "genuine")


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
