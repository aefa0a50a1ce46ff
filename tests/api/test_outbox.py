#!/usr/bin/env python3
"""What leaves the house: mails and text messages, each once, whatever the servers of others do."""
import hashlib
import hmac
import os
import pathlib
import signal
import subprocess
import sys
import time

import fake_servers
import harness

SECRET = "bí mật của cổng nhắn tin"
mail, hook = fake_servers.Smtp(), fake_servers.Hook()


def settings(daemon):
    mail.trust(daemon.home / "cert.pem", daemon.home / "key.pem")
    return {"smtp_url": f"smtp://127.0.0.1:{mail.port}", "mail_from": "motcua@tanky.example", "smtp_user": "motcua",
            "smtp_password_file": daemon.write("smtp", "mật khẩu thư\n"), "send_ca_file": daemon.home / "cert.pem",
            "hook_url": f"http://127.0.0.1:{hook.port}/hook", "hook_secret_file": daemon.write("hook", SECRET + "\n"),
            "send_timeout": 10, "send_attempts": 3, "send_first_delay": 1, "send_max_delay": 2}  # ten: a busy machine takes two for a good mail


class OutboxTest(harness.ApiTest):
    maxDiff = 4000

    def stopped(self, **applicant):
        """A dossier that ends without a result: one notice to its applicant, whom `applicant` describes."""
        code = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "Nguyễn Thị Đào", **applicant}},
                         as_="clerk1", status=201).json["code"]
        self.act(code, "stop", as_="leader1", reason="Người nộp không còn nhu cầu")
        return code

    def message(self, code):
        return self.call("GET", f"/api/v1/outbox?dossier={code}", as_="admin", status=200).json["items"][0]

    def settled(self, code, *states, within=60):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = self.message(code)
            if found["state"] in states and (found["state"] != "waiting" or found["channel"]):
                return found
            time.sleep(0.05)  # the daemon sends by itself; nothing tells when
        self.fail(f"{code} is {found}, expected {states}")

    def mails_to(self, address):
        with mail.lock:
            return [m for m in mail.taken if address in m["to"]]

    def test_01_a_mail_arrives_whole(self):
        code = self.stopped(email="dao@example.org", phone="0912 000 001")
        sent = self.settled(code, "sent")
        self.assertEqual((sent["channel"], sent["attempts"], sent["kind"]), ("email", 1, "notice_closed"))
        got, = self.mails_to("dao@example.org")
        message = got["message"]
        self.assertTrue(got["tls"])
        self.assertEqual(mail.login, [b"motcua", "mật khẩu thư".encode()])
        self.assertIn("<motcua@tanky.example>", got["from"])
        self.assertEqual(message["To"], "dao@example.org")
        self.assertEqual(message["Subject"], f"Hồ sơ {code}: đã kết thúc")
        self.assertIn(f"Hồ sơ {code}", message.get_content())
        self.assertIn("Kính gửi ông/bà", message.get_content())
        self.assertRegex(message["Message-ID"], rf"^<motcua-{sent['id']}\.\d+@tanky\.example>$")
        self.assertTrue(message["From"].addresses[0].display_name)
        self.assertNotIn("Đào", message.get_content())
        self.assertFalse(any(len(line) > 78 or not line.isascii() for line in got["raw"].split(b"\r\n")))

    def test_02_a_phone_is_told_through_the_gateway(self):
        code = self.stopped(phone="0912 000 002")
        sent = self.settled(code, "sent")
        got, = [h for h in hook.taken if h["json"].get("dossier") == code]
        self.assertEqual((got["json"]["id"], got["json"]["kind"], got["json"]["channel_hint"], got["json"]["phone"]),
                         (sent["id"], "notice_closed", "sms", "0912 000 002"))
        self.assertIn(code, got["json"]["text"])
        self.assertEqual(got["headers"]["x-motcua-signature"],
                         "sha256=" + hmac.new(SECRET.encode(), got["body"], hashlib.sha256).hexdigest())
        self.assertRegex(got["headers"]["idempotency-key"], rf"^motcua-{sent['id']}\.\d+$")

    def test_03_who_has_neither_is_the_counter_s(self):
        code = self.stopped()
        found = self.settled(code, "waiting")
        self.assertEqual((found["channel"], found["attempts"]), ("counter", 0))
        self.assertIn("delivered", found["actions"])
        listed = self.call("GET", "/api/v1/notices?channel=counter&state=waiting", as_="clerk1", status=200).json["items"]
        self.assertIn(code, [n["dossier"] for n in listed])
        self.assertIn(code, listed[0]["text"])
        told = self.call("POST", f"/api/v1/outbox/{found['id']}/outcome", {"outcome": "delivered", "reason": "gọi điện"}, as_="clerk1",
                         status=200).json
        self.assertEqual((told["state"], told["reason"], told["changed_by"]), ("delivered", "gọi điện", "clerk1"))
        self.assertEqual(self.call("GET", "/api/v1/outbox?state=waiting&channel=counter", as_="clerk_x01", status=200).json["items"], [])

    def test_04_a_number_of_several_people_gets_no_content(self):
        for name in ("Lê Văn Một", "Lê Văn Hai"):
            code = self.stopped(name=name, phone="0912.000.004")
        sent = self.settled(code, "sent")
        got, = [h for h in hook.taken if h["json"]["id"] == sent["id"]]
        self.assertEqual(set(got["json"]), {"id", "kind", "channel_hint", "phone", "text"})
        self.assertEqual(got["json"]["kind"], "contact")
        for word in (code, "Lê", "Hai", "TP-10"):
            self.assertNotIn(word, got["json"]["text"])
        same = [self.stopped(name="Phạm Thị Ba", phone="0912.000.044") for _ in range(2)][-1]  # one person, two filings
        sent = self.settled(same, "sent")
        self.assertIn(same, [h for h in hook.taken if h["json"]["id"] == sent["id"]][0]["json"]["text"])

    def test_05_not_now_is_tried_again_later(self):
        mail.plan[:] = ["later", "later"]
        code = self.stopped(email="later@example.org")
        sent = self.settled(code, "sent")
        self.assertEqual(sent["attempts"], 3)
        self.assertEqual(len(self.mails_to("later@example.org")), 1)

    def test_06_no_is_no_at_once(self):
        for word, address in (("refuse", "nobody@example.org"), ("reject", "spam@example.org")):
            mail.plan[:] = [word]
            failed = self.settled(self.stopped(email=address), "failed")
            self.assertEqual((failed["attempts"], failed["problem"]["code"]), (1, "post_refused"))
            self.assertIn("55", failed["problem"]["detail"])
            self.assertEqual(self.mails_to(address), [])

    def test_07_what_is_tried_too_often_has_failed(self):
        mail.plan[:] = ["later"] * 3
        failed = self.settled(self.stopped(email="never@example.org"), "failed")
        self.assertEqual((failed["attempts"], failed["problem"]["code"]), (3, "post_later"))
        self.call("POST", f"/api/v1/outbox/{failed['id']}/resend", as_="records1", status=200)
        self.assertEqual(self.settled(failed["dossier"], "sent")["attempts"], 1)

    def test_08_handed_over_without_an_answer_is_unknown_and_never_repeated(self):
        for word, address in (("hang", "hang@example.org"), ("drop", "drop@example.org")):
            before, mail.plan[:] = mail.n_connections, [word]
            code = self.stopped(email=address)
            found = self.settled(code, "unknown")
            self.assertEqual((found["attempts"], found["problem"]["code"]), (1, "post_unknown"))
            other = self.stopped(email=f"after.{address}")  # work goes on, and it is left alone
            self.settled(other, "sent")
            self.assertEqual(self.message(code)["state"], "unknown")
            self.assertEqual(mail.n_connections, before + 2)
        again = self.call("POST", f"/api/v1/outbox/{found['id']}/resend", as_="clerk1", status=200).json
        self.assertIn(again["state"], ("waiting", "sending", "sent"))  # how far it has come when its row is read
        self.settled(code, "sent")
        self.assertEqual(len(self.mails_to("drop@example.org")), 2)  # to it and to after.drop
        for word in ("hang", "drop"):
            hook.plan[:] = [word]
            self.settled(self.stopped(phone=f"0913 000 00{len(word)}"), "unknown")

    def test_09_yes_and_gone_is_sent(self):
        mail.plan[:] = ["swallow"]
        code = self.stopped(email="swallow@example.org")
        sent = self.settled(code, "sent")
        bounced = self.call("POST", f"/api/v1/outbox/{sent['id']}/outcome", {"outcome": "failed", "reason": "thư bị trả lại"},
                            as_="records1", status=200).json
        self.assertEqual((bounced["state"], bounced["reason"], bounced["actions"]), ("failed", "thư bị trả lại", ["delivered", "resend"]))

    def test_10_the_gateway_s_words(self):
        for word, state, problem in (("400", "failed", "post_refused"), ("422", "failed", "post_refused")):
            hook.plan[:] = [word]
            self.assertEqual(self.settled(self.stopped(phone=f"0914 000 {word}"), state)["problem"]["code"], problem)
        hook.plan[:] = ["503", "429"]
        self.assertEqual(self.settled(self.stopped(phone="0914 000 503"), "sent")["attempts"], 3)

    def test_11_servers_that_hang_hold_their_slots_and_nothing_else(self):
        mail.plan[:] = ["mute"] * 6
        mail.most_open = 0
        codes = [self.stopped(email=f"slow{n}@example.org") for n in range(6)]
        hooked = self.stopped(phone="0915 000 000")  # passes them by
        self.settled(hooked, "sent")
        began = time.monotonic()
        self.call("GET", "/readyz", status=200)
        self.assertLess(time.monotonic() - began, 1)
        for code in codes:
            self.settled(code, "sent")
        self.assertLessEqual(mail.most_open, 4)

    def test_12_nothing_typed_becomes_a_header(self):
        bad = self.stopped(email="x@example.org> RCPT TO:<y@example.org")
        self.assertEqual(self.settled(bad, "failed")["problem"]["code"], "post_address")
        code = self.stopped(name="Đào Bcc: all@example.org", email="header@example.org")
        self.settled(code, "sent")
        got, = self.mails_to("header@example.org")
        self.assertEqual(sorted(k.lower() for k in got["message"].keys()),
                         ["auto-submitted", "content-transfer-encoding", "content-type", "date", "from", "message-id",
                          "mime-version", "subject", "to"])

    def test_13_no_login_and_no_tls_wait_for_somebody_to_mend_them(self):
        for word in ("no_login", "no_tls", "closed"):
            mail.plan[:] = [word]
            sent = self.settled(self.stopped(email=f"{word}@example.org"), "sent")
            self.assertEqual(sent["attempts"], 2, word)

    def test_14_two_daemons_send_once(self):
        other = harness.daemon.sibling()
        other.start()
        try:
            codes = [self.stopped(email=f"two{n}@example.org") for n in range(30)]
            for code in codes:
                self.settled(code, "sent")
        finally:
            other.stop()
        for n in range(30):
            self.assertEqual(len(self.mails_to(f"two{n}@example.org")), 1)

    def test_15_killed_while_sending_is_unknown_and_not_repeated(self):
        mail.plan[:] = ["hang"]
        before = mail.n_connections
        code = self.stopped(email="killed@example.org")
        mail.wait(lambda: mail.n_connections > before and self.message(code)["state"] == "sending")
        harness.daemon.stop(signal.SIGKILL)
        # what it held is nobody's once its lease is over; no need to wait for that here
        harness.daemon.rows("UPDATE outbox SET lease_until = '2000-01-01' WHERE state = 'sending'")
        harness.daemon.start()
        found = self.settled(code, "unknown")
        self.assertEqual((found["attempts"], found["problem"]["code"]), (1, "post_lease"))
        self.settled(self.stopped(email="alive@example.org"), "sent")
        self.assertEqual(self.message(code)["state"], "unknown")
        self.assertEqual(self.mails_to("killed@example.org"), [])
        done = self.call("POST", f"/api/v1/outbox/{found['id']}/outcome", {"outcome": "delivered"}, as_="admin", status=200).json
        self.assertEqual(done["state"], "delivered")

    def test_16_stopped_in_order_while_a_server_hangs(self):
        mail.plan[:] = ["mute"]
        code = self.stopped(email="stop@example.org")
        mail.wait(lambda: self.message(code)["state"] == "sending")
        began = time.monotonic()
        harness.daemon.stop()
        self.assertLess(time.monotonic() - began, 12)
        harness.daemon.start()
        self.settled(code, "sent")

    def test_17_a_gateway_calls_back(self):
        sent = self.settled(self.stopped(phone="0916 000 017"), "sent")

        def call_back(body, secret=SECRET, number=sent["id"]):
            import json
            raw = json.dumps(body).encode()
            sign = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
            return self.call("POST", f"/public/outbox/{number}/outcome", raw.decode(), key=False, headers={"X-Motcua-Signature": sign})
        good = {"id": sent["id"], "outcome": "delivered"}
        self.assertEqual(call_back(good, secret="khác").status, 401)
        self.assertEqual(self.call("POST", f"/public/outbox/{sent['id']}/outcome", good, key=False).status, 401)
        self.assertEqual(call_back({**good, "id": sent["id"] + 1}).status, 422)
        self.assertEqual(call_back({"id": 999999, "outcome": "failed"}, number=999999).status, 404)
        mailed = self.settled(self.stopped(email="notyours@example.org"), "sent")
        self.assertEqual(call_back({"id": mailed["id"], "outcome": "failed"}, number=mailed["id"]).status, 404)
        for _ in range(2):
            self.assertEqual(call_back(good).status, 204)
        self.assertEqual(self.message(sent["dossier"])["state"], "delivered")
        self.assertEqual(call_back({**good, "outcome": "failed", "reason": "hết hạn"}).status, 204)
        self.assertEqual((self.message(sent["dossier"])["state"], self.message(sent["dossier"])["reason"]), ("failed", "hết hạn"))

    def test_18_who_may_say_so(self):
        found = self.settled(self.stopped(), "waiting")
        path = f"/api/v1/outbox/{found['id']}/outcome"
        self.call("POST", path, {"outcome": "delivered"}, as_="clerk_x01", status=403)
        self.call("POST", path, {"outcome": "delivered"}, as_="head_tp", status=403)
        self.call("POST", path, {"outcome": "sent"}, as_="clerk1", status=422)
        self.call("POST", "/api/v1/outbox/99999999/outcome", {"outcome": "failed"}, as_="admin", status=404)
        self.assertEqual(self.call("POST", f"/api/v1/outbox/{found['id']}/resend", as_="clerk1", status=409).code, "outbox_state")

    def test_19_what_need_not_be_told_any_more(self):
        code = self.intake()["code"]
        self.to_leader(code)
        self.to_counter(code)
        self.assertEqual(self.settled(code, "waiting")["kind"], "notice_result_early")
        self.act(code, "return", as_="clerk1", collector_paper="slip", collector_name="Nguyễn Văn A")
        harness.daemon.rows("UPDATE outbox SET not_before = '-infinity' WHERE channel = 'counter'")  # the list is looked through at times
        self.settled(code, "cancelled")

    def test_20_figures(self):
        deadline, text = time.monotonic() + 30, ""
        while 'motcua_outbox{kind="notice_closed",state="failed",channel="email"}' not in text and time.monotonic() < deadline:
            text = self.call("GET", "/metrics", status=200).body.decode()
            time.sleep(0.1)  # they are some seconds old
        self.assertRegex(text, r'motcua_outbox\{kind="notice_closed",state="failed",channel="email"\} [1-9]')
        self.assertRegex(text, r'motcua_outbox_ended_total\{channel="email",end="sent"\} [1-9]')
        self.assertIn("motcua_outbox_oldest_seconds ", text)

    def test_21_the_command_line(self):
        program = pathlib.Path(sys.argv[1]).resolve().parents[2] / "tools/cli/motcua"
        data = harness.daemon.folder / "data"
        (data / "tls").mkdir(parents=True, exist_ok=True)
        (data / "tls/cert.pem").write_bytes((harness.daemon.home / "cert.pem").read_bytes())
        (data / "credentials").write_text(f"url https://127.0.0.1:{harness.daemon.port}\nlogin admin admin {harness.PASSWORD}\n", encoding="utf-8")
        (data / "credentials").chmod(0o600)

        def cli(*words):
            return subprocess.run([program, "--data", data, "--lang", "en", *map(str, words)], text=True, capture_output=True)
        failed = self.call("GET", "/api/v1/outbox?state=failed", as_="admin", status=200).json["items"][0]
        listed = cli("outbox", "--state", "failed")
        self.assertIn(failed["dossier"], listed.stdout, listed.stderr)
        said = cli("outbox-outcome", failed["id"], "--outcome", "delivered", "--reason", "by phone")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("by phone", said.stdout)
        self.assertIn("by hand", cli("notices", "--outbox-channel", "counter").stdout)
        self.assertEqual(cli("outbox-resend", 99999999).returncode, 1)

    def bounce(self, message_id, action, more=""):
        """What a mail server sends back, given to the mailbox's pipe."""
        text = f"""From: MAILER-DAEMON@example.org
To: motcua@tanky.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Not delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; lost@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 mailbox here
{more}
--b
Content-Type: text/rfc822-headers

Subject: x
Message-ID: <{message_id}>

--b--
"""
        self.cli("me")  # writes the client's folder
        client = pathlib.Path(sys.argv[1]).resolve().parents[2] / "tools/cli/motcua"
        return subprocess.run([harness.TOP / "tools/bounce", "--as", "admin", "--client", client], input=text, text=True, capture_output=True,
                              env={**os.environ, "MOTCUA_DATA": str(harness.daemon.folder / "data")})

    def test_21a_a_mail_that_comes_back(self):
        code = self.stopped(email="lost@example.org")
        self.settled(code, "sent")
        got, = self.mails_to("lost@example.org")
        message_id = got["message"]["Message-ID"].strip("<>")
        for action in ("delayed", "relayed"):
            self.assertEqual(self.bounce(message_id, action).returncode, 0)
            self.assertEqual(self.message(code)["state"], "sent")
        done = self.bounce(message_id, "failed")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual((self.message(code)["state"], self.message(code)["reason"]), ("failed", "5.1.1 550 5.1.1 no such mailbox here"))
        self.assertEqual(self.bounce("x@example.org", "failed").returncode, 65)
        self.assertEqual(self.bounce("motcua-99999999.1@tanky.example", "failed").returncode, 69)
        self.assertIn("99999999", self.bounce("motcua-99999999.1@tanky.example", "failed").stderr)

    def test_22_no_secret_and_no_name_is_in_the_log(self):
        log = harness.daemon.log()
        for word in (SECRET, "mật khẩu thư", "dao@example.org", "0912", "Đào"):
            self.assertNotIn(word, log)

    def test_23_what_was_written_is_whole(self):
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-600:])

    # ---- letters ----

    def drafted(self, applicants):
        """Dossiers whose letters are drafted tonight: code -> letter."""
        codes = [self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", **a}, as_="clerk1", status=201).json["code"] for a in applicants]
        due = self.dossier(codes[0])["due_at"]
        nights = {"2022-08-15": "2022-08-11", "2022-08-25": "2022-08-23"}
        self.clock_to(f"{nights[due[:10]]}T17:01:00+07:00")
        self.sweep()
        return {code: self.call("GET", f"/api/v1/letters?dossier={code}", as_="admin", status=200).json["items"][0] for code in codes}

    def letter_act(self, letter, action, as_, status=200, **fields):
        return self.call("POST", f"/api/v1/letters/{letter['id']}/actions/{action}", fields, as_=as_, status=status).json

    def issue(self, letter, **fields):
        self.letter_act(letter, "sign", "leader1")
        self.letter_act(letter, "number", "records1")
        return self.letter_act(letter, "issue", "records1", **fields)

    def addressees(self, letter, *states, within=60):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = self.call("GET", f"/api/v1/letters/{letter['id']}", as_="admin", status=200).json
            if tuple(a["state"] for a in found["addressees"]) == states:
                return found
            time.sleep(0.05)  # told by the daemon itself, after it was sent
        self.fail(f"{found['addressees']}, expected {states}")

    def test_24_letters_leave_by_the_way_their_addressees_are_reached(self):
        letters = self.drafted([
            {"applicant": {"name": "Bùi Thị Thư", "email": "thu@example.org"}},
            {"applicant": {"name": "Bùi Văn Nhắn", "phone": "0918 000 001"}},
            {"applicant": {"name": "Bùi Văn Chung", "phone": "0918 000 002"}},
            {"applicant": {"name": "Bùi Văn Riêng", "phone": "0918 000 002"}},
            {"applicant": {"name": "Bùi Văn Quầy"}},
            {"applicant": {"name": "Bùi Văn Bưu", "email": "buu@example.org"}},
            {"applicant": {"name": "Bùi Thị Nhóm", "email": "nhom@example.org"}, "group": [{"name": "Bùi Văn Viên", "phone": "0918 000 009"}]}])
        codes = list(letters)
        issued = [self.issue(letters[c], **({"delivery": "post"} if i == 5 else {})) for i, c in enumerate(codes)]
        # by mail, with the very paper that is kept
        self.assertEqual(self.addressees(issued[0], "sent")["state"], "issued")
        got, = self.mails_to("thu@example.org")
        part, = got["message"].iter_attachments()
        paper = self.call("GET", letters[codes[0]]["document"], as_="admin", status=200).body
        self.assertEqual((part.get_content_type(), part.get_content()), ("application/pdf", paper))
        self.assertIn("phiếu xin lỗi", got["message"]["Subject"])
        self.assertEqual([m["kind"] for m in self.call("GET", f"/api/v1/outbox?dossier={codes[0]}", as_="admin", status=200).json["items"]], ["letter"])
        # through the gateway, by the address under which that person may read it
        self.addressees(issued[1], "sent")
        told, = [h["json"] for h in hook.taken if h["json"].get("dossier") == codes[1]]
        code, secret = told["document"].split("#/tra-cuu/")[1].split("/")
        self.assertTrue(self.call("POST", "/public/lookup", {"code": code, "secret": secret}, status=200).json["has_letter"])
        paper = self.call("POST", "/public/lookup/letter", {"code": code, "secret": secret}, status=200)
        self.assertEqual(paper.body, self.call("GET", letters[codes[1]]["document"], as_="admin", status=200).body)
        self.call("POST", "/public/lookup/letter", {"code": code, "secret": "AAAAAAAAAA"}, status=404)
        # a number of two persons is asked to get in touch, and the letter is still to be delivered
        for i in (2, 3):
            self.addressees(issued[i], "failed")
            self.assertEqual(self.message(codes[i])["problem"]["code"], "post_shared")
        self.assertFalse([h for h in hook.taken if h["json"].get("dossier") in codes[2:4]])
        # nobody to send to: the counter's; and by post: told of the new date all the same
        found = self.settled(codes[4], "waiting")
        self.assertEqual((found["kind"], found["channel"]), ("letter", "counter"))
        self.assertEqual(self.call("POST", f"/api/v1/outbox/{found['id']}/outcome", {"outcome": "delivered"}, as_="clerk1", status=409).code,
                         "outbox_letter")
        self.addressees(issued[4], "waiting")
        self.assertEqual(self.settled(codes[5], "sent")["kind"], "notice_reappointed")
        # each of a group by the own way
        self.addressees(issued[6], "sent", "sent")
        self.__class__.issued = dict(zip(codes, issued))

    def test_25_what_is_learned_of_a_letter_is_an_event_of_its_dossier(self):
        codes = list(self.issued)
        sent = self.message(codes[0])
        self.call("POST", f"/api/v1/outbox/{sent['id']}/outcome", {"outcome": "failed", "reason": "hộp thư đầy"}, as_="records1", status=200)
        self.addressees(self.issued[codes[0]], "failed")
        self.assertEqual(self.events(codes[0]).count("send_letter"), 2)
        self.call("POST", f"/api/v1/outbox/{sent['id']}/resend", as_="records1", status=200)
        self.addressees(self.issued[codes[0]], "sent")
        self.assertEqual(len(self.mails_to("thu@example.org")), 2)
        arrived = self.message(codes[1])
        self.call("POST", f"/api/v1/outbox/{arrived['id']}/outcome", {"outcome": "delivered"}, as_="records1", status=200)
        self.addressees(self.issued[codes[1]], "delivered")
        # rows and events are two reads: one that ran between the two finds the addressee alone
        self.until(lambda: self.addressees(self.issued[codes[1]], "delivered")["state"] == "delivered")
        self.assertEqual(self.letter_act(self.issued[codes[4]], "deliver", "clerk1", delivery="counter", reference="Bùi Văn Quầy")["state"],
                         "delivered")

    def test_26_a_letter_whose_sending_nobody_knows(self):
        code, letter = next(iter(self.drafted([{"applicant": {"name": "Bùi Thị Treo", "email": "treo@example.org"}}]).items()))
        mail.plan[:] = ["drop"]
        issued = self.issue(letter)
        self.addressees(issued, "unknown")
        self.assertEqual((self.message(code)["state"], self.mails_to("treo@example.org")), ("unknown", []))
        self.letter_act(issued, "cancel", "leader1", reason="viết lại", reference="12/QĐ")
        self.call("POST", f"/api/v1/outbox/{self.message(code)['id']}/resend", as_="admin", status=200)
        self.settled(code, "cancelled")
        self.assertEqual(self.mails_to("treo@example.org"), [])

    def test_27_what_was_written_is_still_whole(self):
        self.test_23_what_was_written_is_whole()

    def test_29_whoever_read_one_is_logged(self):
        self.assertLessEqual({("POST", f"/api/v1/outbox/{{id}}/{part}") for part in ("outcome", "resend")}, self.reads_are_logged())

    def test_30_settings_that_would_send_in_the_clear_are_refused(self):
        good = harness.daemon.config.read_text(encoding="utf-8")

        def refused(change, word):
            lines = [line for line in good.split("\n") if line.split(" = ")[0] not in change]
            path = harness.daemon.write("bad.conf", "\n".join(lines + [f"{k} = {v}" for k, v in change.items() if v is not None]) + "\n")
            done = harness.daemon.command("serve", "--config", path, timeout=30)
            self.assertEqual(done.returncode, 1, change)
            self.assertIn(word, done.stderr)
        refused({"smtp_tls": "none"}, "smtp_tls")  # with a password
        refused({"smtp_tls": "none", "smtp_user": None, "smtp_url": "smtp://mail.example"}, "smtp_tls")
        refused({"smtp_url": "http://mail.example"}, "smtp_url")
        refused({"mail_from": None}, "mail_from")
        refused({"mail_from": "Một cửa <a@b>"}, "mail_from")
        refused({"hook_url": "http://gateway.example/sms"}, "hook_url")
        loose = harness.daemon.write("loose", "x\n")
        loose.chmod(0o644)
        refused({"smtp_password_file": loose}, "0600")

    def test_31_without_settings_nothing_is_sent_and_all_is_listed(self):
        harness.daemon.stop()
        kept = harness.daemon.config.read_text(encoding="utf-8")
        bare = "\n".join(line for line in kept.split("\n") if not line.startswith(("smtp", "mail", "hook", "send")))
        harness.daemon.write("motcua.conf", bare)
        harness.daemon.start()
        before = (mail.n_connections, len(hook.taken))
        code = self.stopped(email="none@example.org", phone="0917 000 000")
        self.assertEqual(self.settled(code, "waiting")["channel"], "counter")
        harness.daemon.stop()
        harness.daemon.write("motcua.conf", kept)
        harness.daemon.start()
        self.settled(self.stopped(email="then@example.org"), "sent")
        self.assertEqual((self.message(code)["state"], mail.n_connections - before[0]), ("waiting", 1))

    def test_31b_many_that_need_not_be_told_any_more(self):
        """As many as are carried at once, and more: each ends in the moment in which it is taken up."""
        sent = [self.settled(self.stopped(email=f"many{n}@example.org"), "sent")["id"] for n in range(9)]
        harness.daemon.stop()
        harness.daemon.rows("INSERT INTO outbox (kind, dossier_id, payload, channel, state, not_before, recorded_at) SELECT 'notice_supplement', dossier_id,"
                            f" payload, 'email', 'waiting', recorded_at, recorded_at FROM outbox WHERE id = ANY (ARRAY{sent})")
        harness.daemon.start()
        states = f"SELECT state, count(*) FROM outbox WHERE id > {sent[-1]} AND kind = 'notice_supplement' GROUP BY 1"
        self.until(lambda: harness.daemon.rows(states) == [["cancelled", "9"]])

    def test_32_a_server_that_is_not_there(self):
        port = harness.free_port()
        harness.daemon.stop()
        text = harness.daemon.config.read_text(encoding="utf-8").replace(f"smtp://127.0.0.1:{mail.port}", f"smtp://127.0.0.1:{port}")
        harness.daemon.write("motcua.conf", text)
        harness.daemon.start()
        code = self.stopped(email="absent@example.org")
        deadline = time.monotonic() + 20
        while not self.message(code)["attempts"] and time.monotonic() < deadline:
            time.sleep(0.05)
        found = self.message(code)
        self.assertEqual(found["problem"]["code"], "post_unreachable")
        with fake_servers.Smtp(harness.daemon.home / "cert.pem", harness.daemon.home / "key.pem", port):
            self.settled(code, "sent")


harness.main(demo=True, at=harness.START, settings=settings)
