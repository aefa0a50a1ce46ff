#!/usr/bin/env python3
"""What is owed and what became of it: revised, sent back, refused, to a group, to a delegate, for other reasons than lateness."""
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.parse

import harness

GROUP = ["Nguyễn Thị  Ánh Ngọc", "Đỗ Văn Ưng", "Trần Thị Thuỷ"]  # typed so: two blanks, an old-style tone mark
made = {}


class LettersTest(harness.ApiTest):
    def letters(self, code):
        return self.call("GET", f"/api/v1/letters?limit=200&dossier={urllib.parse.quote(code)}", as_="admin", status=200).json["items"]

    def letter(self, letter):
        return self.call("GET", f"/api/v1/letters/{letter['id']}", as_="admin", status=200).json

    def drafted(self, code, n=1):
        """The newest letter of a dossier once it has n of them: the engine drafts within the minute."""
        return self.until(lambda: (self.letters(code) + [None] * n)[n - 1] and self.letters(code)[0], f"{code} has no draft")

    def until(self, question, what):
        deadline = time.monotonic() + 75
        while time.monotonic() < deadline:
            answer = question()
            if answer:
                return answer
            time.sleep(0.1)  # the daemon's own timer
        self.fail(what)

    def letter_act(self, letter, action, as_, status=200, **fields):
        return self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", fields, as_=as_, status=status).json

    def issue(self, letter, who="leader1", **sign):
        self.letter_act(letter, "sign", who, **sign)
        self.letter_act(letter, "number", "records1")
        return self.letter_act(letter, "issue", "records1")

    def obligations(self, code):
        return self.dossier(code)["obligations"]

    def paper(self, letter):
        """The words of its PDF, blanks and lines folded."""
        pdf = self.call("GET", letter["document"], as_="admin", status=200).body
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "x.pdf")
            path.write_bytes(pdf)
            return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout

    def flat(self, letter):
        return " ".join(self.paper(letter).split())

    def test_1_a_draft_is_revised_sent_back_refused_and_signed_after_all(self):
        made["plain"] = code = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "Lê Văn Bình", "kind": "man"}}, as_="clerk1",
                                         status=201).json["code"]
        made["group"] = self.intake("TP-10", name=GROUP[0], group=[{"name": n} for n in GROUP[1:]])["code"]
        made["delegate"] = self.intake("TP-10", name="Phạm Thị Dung", authorised={"name": "Vũ Đình Khoa", "address": "Số 4, tổ 2"})["code"]
        self.clock_to("2022-08-11T17:01:00+07:00")  # due Monday 15 August
        letter = self.drafted(code)
        self.assertEqual([(o["state"], o["trigger"], o["is_missing"]) for o in self.obligations(code)], [("open", "lateness", False)])
        for wrong in ("2022-08-15T17:00:00+07:00", "2022-08-21T09:00:00+07:00", "2022-08-10T09:00:00+07:00"):
            self.assertEqual(self.letter_act(letter, "revise", "leader1", 422, reappointed_at=wrong)["code"], "letter_date", wrong)
        self.assertEqual(self.letter_act(letter, "revise", "leader1", 422)["code"], "field_required")
        self.letter_act(letter, "revise", "clerk1", 403, reason="Không được")
        revised = self.letter_act(letter, "revise", "leader1", reason="Phải xác minh thêm tại xã.", reappointed_at="2022-08-19T09:00:00+07:00")
        self.assertEqual((revised["state"], revised["reappointed_at"]), ("drafted", "2022-08-19T17:00:00+07:00"))
        text = self.flat(letter)
        self.assertIn("Phải xác minh thêm tại xã.", text)
        self.assertIn("Kính gửi: Ông Lê Văn Bình", text)
        self.assertIn("ngày 19 tháng 8 năm 2022", text.replace("tháng 08", "tháng 8"))
        self.letter_act(letter, "unsign", "leader1", 422)
        back = self.letter_act(letter, "unsign", "leader1", reason="Viết lại lý do cho dân dễ hiểu")
        self.assertEqual((back["state"], back["is_sent_back"]), ("drafted", True))
        self.assertFalse(self.letter_act(letter, "revise", "head_tp", reason="Cơ quan chưa xác minh xong.")["is_sent_back"])
        self.letter_act(letter, "refuse", "leader1", 422)
        self.assertEqual(self.letter_act(letter, "refuse", "leader1", reason="Không đồng ý nội dung")["state"], "refused")
        self.assertEqual([(o["state"], o["is_missing"]) for o in self.obligations(code)], [("refused", True)])
        self.letter_act(letter, "number", "records1", 409)
        issued = self.issue(letter)
        self.assertEqual((issued["state"], issued["timing"], issued["reappointed_at"]), ("issued", "in_time", "2022-08-19T17:00:00+07:00"))
        self.assertEqual([(o["state"], o["timing"], o["is_missing"]) for o in self.obligations(code)], [("met", "in_time", False)])
        self.assertEqual(self.dossier(code)["due_reappointed_at"], "2022-08-19T17:00:00+07:00")
        self.assertIn("Cơ quan chưa xác minh xong.", self.flat(letter))

    def test_2_a_group_is_addressed_each_by_name(self):
        letter = self.issue(self.drafted(made["group"]))
        self.assertEqual([(a["number"], a["name"], a["state"]) for a in self.letter(letter)["addressees"]],
                         [(i + 1, n, "waiting") for i, n in enumerate(GROUP)])
        text = self.paper(letter)
        for name in GROUP:
            self.assertIn(" ".join(name.split()), " ".join(text.split()))
        self.letter_act(letter, "deliver", "clerk1", 422, delivery="counter", addressee=4)
        self.assertEqual(self.letter_act(letter, "deliver", "clerk1", 422, delivery="post", addressee=1)["code"], "field_required")
        first = self.letter_act(letter, "deliver", "clerk1", delivery="post", reference="EH123456789VN", addressee=1)
        self.assertEqual((first["state"], [(a["delivery"], a["state"]) for a in self.letter(letter)["addressees"]][:2]),
                         ("issued", [("post", "delivered"), ("counter", "waiting")]))
        self.assertEqual(self.letter_act(letter, "deliver", "clerk1", delivery="counter", addressee=2)["state"], "issued")
        self.assertEqual(self.letter_act(letter, "deliver", "clerk1", delivery="counter", addressee=3)["state"], "delivered")
        self.assertEqual(self.letter_act(letter, "acknowledge", "clerk1", addressee=1)["state"], "delivered")
        self.assertEqual(self.letter_act(letter, "acknowledge", "clerk1")["state"], "acknowledged")
        self.assertEqual({a["state"] for a in self.letter(letter)["addressees"]}, {"acknowledged"})
        self.assertEqual([a["delivery"] for a in self.letter(letter)["addressees"]], ["post", "counter", "counter"])

    def test_3_a_delegate_gets_it_alone(self):
        letter = self.drafted(made["delegate"])
        self.assertEqual([a["name"] for a in self.letter(letter)["addressees"]], ["Vũ Đình Khoa"])
        text = self.flat(letter)
        self.assertIn("Vũ Đình Khoa", text)
        self.assertIn("của Phạm Thị Dung", text)
        self.assertIn("Số 4, tổ 2", text)
        self.letter_act(letter, "cancel", "leader1", 422)
        issued = self.issue(letter)
        self.assertEqual(self.letter_act(issued, "cancel", "leader1", 422, reason="Sai")["code"], "field_required")
        self.assertEqual(self.letter_act(issued, "cancel", "leader1", reason="Sai tên", reference="15/TB-UBND")["state"], "cancelled")
        self.assertIsNone(self.dossier(made["delegate"])["due_reappointed_at"])
        self.clock_to("2022-08-11T17:05:00+07:00")  # the next minute
        again = self.drafted(made["delegate"], 2)
        self.assertNotEqual(again["id"], letter["id"])
        self.assertEqual([(o["state"], o["letter"]) for o in self.obligations(made["delegate"])], [("open", again["id"])])

    def test_4_a_lost_file_owes_a_letter_of_its_own(self):
        code = made["lost"] = self.intake("TP-10", name="Hoàng Thị Mai")["code"]
        self.act(code, "owe_letter", "clerk1", 403, trigger="lost_file", reason="Mất bản chính")
        self.act(code, "owe_letter", "leader1", 422, reason="Mất bản chính")
        self.act(code, "owe_letter", "leader1", 422, trigger="lateness", reason="Trễ")
        self.act(code, "owe_letter", "leader1", 422, trigger="lost_file")
        self.act(code, "owe_letter", "leader1", trigger="lost_file", reason="Mất bản chính giấy khai sinh")
        self.assertEqual(self.act(code, "owe_letter", "leader1", 409, trigger="lost_file", reason="Mất").code, "letter_owed_already")
        self.clock_to("2022-08-11T17:07:00+07:00")  # the next minute
        letter = self.drafted(code)
        self.assertEqual((letter["trigger"], letter["state"], letter["latest_at"], letter["reappointed_at"]), ("lost_file", "drafted", None, None))
        self.letter_act(letter, "revise", "leader1", reason="Bản chính giấy khai sinh bị thất lạc khi chuyển hồ sơ.")
        issued = self.issue(letter, "leader2")
        self.assertEqual((issued["state"], issued["timing"]), ("issued", "in_time"))
        self.assertRegex(issued["number"], r"\d+/")
        text = self.flat(issued)
        for words in ("VĂN BẢN XIN LỖI", "Hoàng Thị Mai", "mất, thất lạc hoặc hư hỏng hồ sơ", "Bản chính giấy khai sinh bị thất lạc"):
            self.assertIn(words, text)
        self.assertNotIn("HẸN LẠI", text)
        self.assertEqual([(o["trigger"], o["state"], o["timing"]) for o in self.obligations(code)], [("lost_file", "met", "in_time")])
        self.assertEqual(self.dossier(code)["due_reappointed_at"], None)
        made["pdf"] = issued["document"]

    def test_5_the_second_delay_goes_up_and_is_no_second_letter(self):
        code = made["plain"]  # re-appointed for 19 August
        self.clock_to("2022-08-22T08:00:00+07:00")
        self.until(lambda: "escalate" in self.events(code), "no escalation")
        self.assertEqual([(o["state"], o["waiver"]) for o in self.obligations(code)], [("met", "none"), ("waived", "second_delay")])
        self.assertEqual(len(self.letters(code)), 1)

    def test_6_an_objective_cause_leaves_a_row_that_says_why(self):
        for day, policy, came in (("2022-09-05", "none", "2022-09-06"), ("2022-11-07", "notice", "2022-11-08")):
            with self.subTest(policy):
                self.clock_to(f"{day}T08:00:00+07:00")
                self.call("POST", f"/api/v1/rulesets/{made.get('ruleset', 'R1')}/changes", {
                    "valid_from": came, "parameters": [{"name": "objective_policy", "value": policy}],
                    "source": "QĐ 7/QĐ-UBND", "reason": "Cách xử lý khi khách quan"}, as_="admin", status=201)
                keys = [r["key"] for r in self.call("GET", "/api/v1/rulesets", as_="admin", status=200).json["items"] if r["valid_from"] == came]
                made["ruleset"] = keys[0]
                self.clock_to(f"{came}T08:00:00+07:00")
                code = made[policy] = self.intake("TP-10", applicant={"name": "Nguyễn Văn A", "email": f"{policy}@example.vn"})["code"]
                due = self.dossier(code)["due_at"]
                self.call("POST", "/api/v1/objective-intervals", {"kind": "force_majeure", "dossier": code, "from": f"{came}T08:00:00+07:00",
                          "to": due, "evidence": "12/TB-UBND", "reason": "Bão"}, as_="admin", status=201)
                self.clock_to(due[:10] + "T16:59:00+07:00")
                row = self.until(lambda: self.obligations(code), f"no row with {policy}")[0]
                self.assertEqual((row["state"], row["waiver"], row["letter"]), ("waived", f"objective_{policy}", None))
                self.assertEqual(self.letters(code), [])
                self.assertEqual(self.dossier(code)["due_reappointed_at"] is not None, policy == "notice")
                told = self.call("GET", f"/api/v1/outbox?dossier={code}", as_="admin", status=200).json["items"]
                self.assertEqual([m["kind"] for m in told if m["kind"] != "notice_accepted"],
                                 ["notice_reappointed"] if policy == "notice" else [])

    def pages(self, path, n, as_="admin"):
        """All rows of a list, n a page."""
        rows, after = [], ""
        while after is not None:
            page = self.call("GET", f"{path}{'&' if '?' in path else '?'}limit={n}{after and '&after=' + after}", as_=as_, status=200).json
            self.assertLessEqual(len(page["items"]), n)
            rows += page["items"]
            after = page.get("next")
        return rows

    def test_7_the_ledger_lists_what_is_owed_and_what_is_missing(self):
        rows = self.pages("/api/v1/obligations", 2)
        self.assertEqual(len(rows), self.call("GET", "/api/v1/obligations?count=true", as_="admin", status=200).json["count"])
        self.assertEqual([r["owed_at"] for r in rows], sorted((r["owed_at"] for r in rows), reverse=True))
        self.assertEqual(len({(r["dossier"], r["trigger"], r["owed_at"]) for r in rows}), len(rows))
        for row in rows:
            same = [{k: v for k, v in r.items() if k != "dossier"} for r in self.obligations(row["dossier"])]
            self.assertIn({k: v for k, v in row.items() if k != "dossier"}, same)
        missing = self.pages("/api/v1/obligations?missing=true", 200)
        self.assertEqual([r for r in rows if r["is_missing"]], missing)
        self.assertIn(made["delegate"], [r["dossier"] for r in missing])  # drafted, due long past, nobody signed
        for query, wanted in (("state=met", lambda r: r["state"] == "met"), ("trigger=lost_file", lambda r: r["trigger"] == "lost_file"),
                              (f"dossier={made['plain']}", lambda r: r["dossier"] == made["plain"])):
            self.assertEqual(self.pages(f"/api/v1/obligations?{query}", 200), [r for r in rows if wanted(r)], query)
        self.call("GET", "/api/v1/obligations?state=gone", as_="admin", status=422)
        self.call("GET", "/api/v1/obligations?after=x", as_="admin", status=422)
        self.call("GET", "/api/v1/obligations?office=nowhere", as_="admin", status=422)
        self.assertEqual(self.pages("/api/v1/obligations?office=x02", 200), [])
        self.call("GET", "/api/v1/obligations", status=401)

    def test_8_late_episodes_are_listed_by_step_and_while_they_last(self):
        rows = self.pages("/api/v1/late-episodes", 3)
        self.assertEqual(len(rows), self.call("GET", "/api/v1/late-episodes?count=true", as_="admin", status=200).json["count"])
        promises = self.pages("/api/v1/late-episodes?step=0", 200)
        self.assertEqual(promises, [r for r in rows if r["step"] == 0])
        self.assertEqual(self.pages("/api/v1/late-episodes?open=true", 200), [r for r in rows if r["to"] is None])
        plain = [r for r in promises if r["dossier"] == made["plain"]]
        self.assertEqual([(r["from"], r["to"], r["corrected_by"]) for r in plain], [("2022-08-16T00:00:00+07:00", None, None)])
        self.assertEqual(plain[0]["calendar_days"], 99)  # from Monday 15 August to Tuesday 22 November
        self.assertTrue(0 < plain[0]["working_days"] < 71)
        self.assertEqual(self.pages(f"/api/v1/late-episodes?dossier={made['plain']}", 200), [r for r in rows if r["dossier"] == made["plain"]])

    def test_9_a_period_shows_what_became_of_what_was_owed(self):
        period = "from=2022-08-01&to=2022-12-31"
        form = self.call("GET", f"/api/v1/statistics/letters?{period}", as_="admin", status=200).json
        self.assertTrue(form["is_balanced"])
        rows = self.pages("/api/v1/obligations", 200)
        total = form["total"]
        self.assertEqual(total["owed"], len(rows))
        self.assertEqual(total["in_time"], sum(r["state"] == "met" and r["timing"] == "in_time" for r in rows))
        self.assertEqual(total["missing"], sum(r["is_missing"] for r in rows))
        for waiver in ("second_delay", "objective_none", "objective_notice"):
            self.assertEqual(total[waiver], sum(r["waiver"] == waiver for r in rows), waiver)
        self.assertGreaterEqual(total["second_delay"], 1)
        self.assertEqual(total["objective_notice"], 1)
        self.assertEqual(total["owed"], sum(total[k] for k in ("in_time", "late", "missing", "open", "objective_none", "objective_notice",
                                                               "second_delay", "lapsed")))
        self.assertEqual(sum(r["owed"] for r in form["rows"]), total["owed"])
        monthly = self.call("GET", f"/api/v1/statistics/II.06a?{period}", as_="admin", status=200).json
        self.assertEqual(monthly["letters"], total)
        empty = self.call("GET", "/api/v1/statistics/letters?from=2022-01-01&to=2022-01-31", as_="admin", status=200).json
        self.assertEqual((empty["rows"], empty["total"]["owed"]), ([], 0))
        csv = self.call("GET", f"/api/v1/statistics/letters?{period}&format=csv", as_="admin", status=200).body.decode("utf-8-sig").splitlines()
        self.assertEqual(csv[3], "tt,label,owed,in_time,after_latest,after_due,missing,open,objective_none,objective_notice,second_delay,lapsed")
        self.assertEqual(csv[-1].split(",")[2], str(total["owed"]))
        self.call("GET", "/api/v1/statistics/letters?from=2022-02-01&to=2022-01-31", as_="admin", status=422)

    def reviewed(self, codes):
        """Letters of dossiers as a signer has them on the screen."""
        return [{"id": letter["id"], "version": letter["version"]} for letter in (self.drafted(c) for c in codes)]

    def ended(self, job, as_="leader1"):
        def look():
            now = self.call("GET", f"/api/v1/jobs/{job}", as_=as_, status=200).json
            return now if now["state"] not in ("waiting", "running") else None
        return self.until(look, f"job {job} goes on and on")

    def test_a_a_reviewed_list_is_signed_letter_by_letter(self):
        codes = [self.intake("TP-10", name=f"Người {i}")["code"] for i in range(20)]
        self.clock_to("2022-12-05T16:59:00+07:00")
        made["batch"] = self.reviewed(codes)
        letters = made["batch"][:5]
        self.letter_act(letters[1], "revise", "leader1", reason="Sửa sau khi danh sách đã hiện ra")
        self.letter_act(letters[2], "sign", "head_tp")
        letters.append({"id": 999999, "version": 1})
        order = lambda as_="leader1", status=202, body=letters: self.call("POST", "/api/v1/letters/actions/sign", {"letters": body}, as_=as_,
                                                                         status=status, key=f"order-{as_}").json
        order("clerk1", 403)
        order(status=422, body=letters[:1] * 2)
        order(status=422, body=[])
        job = order()
        self.assertEqual(order()["id"], job["id"])
        done = self.ended(job["id"])
        self.assertEqual((done["state"], done["result"]), ("done", {"letters_done": 3, "letters_refused": 3}))
        items = [i["item"] for i in self.call("GET", f"/api/v1/jobs/{job['id']}/items", as_="leader1", status=200).json["items"]]
        self.assertEqual([i["letter"] for i in items], [x["id"] for x in letters])
        self.assertEqual([(i["is_done"], i.get("code")) for i in items],
                         [(True, None), (False, "version_stale"), (False, "version_stale"), (True, None), (True, None), (False, "letter_unknown")])
        self.assertEqual(items[1]["dossier"], codes[1])
        self.assertIn(codes[1], items[1]["reason"])
        self.assertEqual([self.letter(x)["state"] for x in letters[:5]], ["signed", "drafted", "signed", "signed", "signed"])
        self.call("GET", f"/api/v1/jobs/{job['id']}", as_="head_tp", status=404)
        self.assertEqual(self.call("GET", "/api/v1/jobs", as_="head_tp", status=200).json["items"], [])
        self.assertIn(job["id"], [j["id"] for j in self.call("GET", "/api/v1/jobs", as_="leader1", status=200).json["items"]])

    def test_a_b_a_list_is_numbered_in_its_order_and_issued(self):
        letters = [made["batch"][i] for i in (4, 0, 3)]  # signed; and one that was sent back
        order = lambda action, as_="records1", status=202: self.call("POST", f"/api/v1/letters/actions/{action}", {
            "letters": [{"id": x["id"], "version": self.letter(x)["version"]} for x in letters + made["batch"][1:2]]}, as_=as_, status=status).json
        order("number", "leader1", 403)
        order("deliver", status=404)
        done = self.ended(order("number")["id"], "records1")
        self.assertEqual((done["kind"], done["result"]), ("letter_numbering", {"letters_done": 3, "letters_refused": 1}))
        numbers = [int(self.letter(x)["number"].split("/")[0]) for x in letters]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))
        items = [i["item"] for i in self.call("GET", f"/api/v1/jobs/{done['id']}/items", as_="records1", status=200).json["items"]]
        self.assertEqual([(i["is_done"], i.get("code")) for i in items], [(True, None)] * 3 + [(False, "letter_state")])
        self.assertEqual(self.ended(order("issue")["id"], "records1")["result"], {"letters_done": 3, "letters_refused": 1})
        self.assertEqual([self.letter(x)["state"] for x in letters], ["issued"] * 3)

    def test_b_a_killed_daemon_signs_the_rest_and_nothing_twice(self):
        letters = made["batch"][5:]
        job = self.call("POST", "/api/v1/letters/actions/sign", {"letters": letters}, as_="leader1", status=202).json["id"]
        self.until(lambda: self.call("GET", f"/api/v1/jobs/{job}", as_="leader1", status=200).json["done"] >= 2, "the job does not begin")
        harness.daemon.stop(signal.SIGKILL)
        # what it had sent is still done: only then is it dead
        self.until(lambda: harness.daemon.rows("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                                               " AND pid <> pg_backend_pid()") == [["0"]], "its sessions do not end")
        # as if the kill had come between the last commit and its checkpoint
        harness.daemon.rows(f"UPDATE job SET cursor = '1:1:0', done = 1 WHERE id = {job} AND state = 'running'")
        harness.daemon.rows(f"DELETE FROM job_item WHERE job_id = {job} AND ordinal > 1")
        harness.daemon.rows(f"UPDATE job SET n_items = 1, lease_until = '2000-01-01' WHERE id = {job} AND state = 'running'")
        harness.daemon.start()
        done = self.ended(job)
        self.assertEqual((done["state"], done["result"]), ("done", {"letters_done": 15, "letters_refused": 0}))
        for letter in letters:
            state = self.letter(letter)
            self.assertEqual(state["state"], "signed")
            self.assertEqual(self.events(state["dossier"]).count("sign_letter"), 1, state["dossier"])

    def test_b_on_a_full_disk_no_letter_names_a_paper_that_is_not_kept(self):
        letter = made["batch"][6]
        harness.daemon.rows("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                            "$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$")
        harness.daemon.rows("CREATE TRIGGER full_disk BEFORE INSERT ON blob_chunk FOR EACH ROW EXECUTE FUNCTION full_disk()")
        try:
            self.call("POST", f"/api/v1/letters/{letter['id']}/actions/number", {}, as_="records1")
            self.assertEqual(self.call("GET", f"/api/v1/letters/{letter['id']}/document", as_="admin", status=503).code, "db_resources")
        finally:
            harness.daemon.rows("DROP FUNCTION full_disk CASCADE")
        self.assertEqual(self.letter(letter)["state"], "numbered")  # in its own commit, before the paper
        self.assertEqual(harness.daemon.rows(f"SELECT blob_sha256 IS NULL FROM letter WHERE id = {letter['id']}"), [["t"]])
        self.assertIn("XIN LỖI", self.paper({"document": f"/api/v1/letters/{letter['id']}/document"}).upper())
        self.assertEqual(harness.daemon.rows(f"SELECT count(*) FROM letter l JOIN blob b ON b.sha256 = l.blob_sha256 WHERE l.id = {letter['id']}"), [["1"]])

    def test_c_what_is_done_late_is_promised_no_other_date(self):
        self.clock_to("2023-02-06T08:00:00+07:00")
        open_, done = self.intake("TP-10", name="Bùi Thị Lan")["code"], self.intake("TP-10", name="Đinh Văn Nam")["code"]
        self.to_leader(open_)
        self.to_leader(done)
        self.clock_to("2023-02-21T09:00:00+07:00")  # due the day before
        letter = self.drafted(open_)
        self.until(lambda: "đến nay" in self.flat(letter), "the words of the night before stand")
        self.letter_act(letter, "sign", "leader1")
        self.to_counter(open_)
        self.to_counter(done)
        self.assertIn(self.letter_act(letter, "number", "records1", 409)["code"], ("letter_wording", "letter_state"))
        self.clock_to("2023-02-21T09:05:00+07:00")
        for code in (open_, done):
            letter = self.drafted(code)
            self.until(lambda letter=letter: self.letter(letter)["state"] == "drafted" and not self.letter(letter)["reappointed_at"], code)
            refused = self.letter_act(letter, "revise", "leader1", 422, reappointed_at="2023-02-24T09:00:00+07:00")
            self.assertEqual(refused["code"], "letter_date")
            text = self.flat(self.issue(letter))
            self.assertIn("đã được giải quyết xong vào hồi 09 giờ 00", text)
            self.assertNotIn("hẹn lại thời gian trả kết quả:", text)
            self.assertNotIn("đến nay", text)
            self.assertIsNone(self.dossier(code)["due_reappointed_at"])

    def test_d_an_apology_before_anything_was_received(self):
        code = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "Tạ Thị Hoa"}, "is_submission": True},
                         as_="clerk1", status=201).json["code"]
        self.assertEqual(self.dossier(code)["state"], "submitted")
        self.act(code, "owe_letter", "leader1", trigger="wrong_guidance", reason="Hướng dẫn sai thành phần")
        self.clock_to("2023-02-21T09:10:00+07:00")
        letter = self.drafted(code)
        self.assertEqual(self.letter(letter)["author_office"], "mc")  # nobody is competent yet: who has it
        self.assertIn("nhận được hồ sơ đề nghị", self.flat(self.issue(letter, "leader2")))
        harness.daemon.must("verify", "--config", harness.daemon.config)


harness.main(demo=True, at=harness.START)
