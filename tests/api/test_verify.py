#!/usr/bin/env python3
"""verify finds nothing after mixed work, and names whatever is changed behind the daemon's back."""
import json
import subprocess

import harness

PERSON = {"name": "Nguyễn Thị Đào", "identity": "040188001234", "phone": "0912345678", "address": "Xóm 3, Tân Kỳ"}
GROUP = [{"name": "Lê Văn Nam"}, {"name": "Phan Thị Lý"}]


def sql(text):
    """As the superuser, who alone can change history."""
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", harness.daemon.url, "-c", text], text=True,
                          capture_output=True)
    if done.returncode:
        raise AssertionError(f"{text}: {done.stderr}")
    return done.stdout.strip()


def verify(*words, code=None):
    done = harness.daemon.command("verify", "--config", harness.daemon.config, "--json", *words)
    report = json.loads(done.stdout)
    report["code"] = done.returncode
    return report


class VerifyTest(harness.ApiTest):
    maxDiff = None

    def clock(self, **move):
        self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200)

    def accept(self, procedure="TP-10", **fields):
        body = {"procedure": procedure, "applicant": PERSON, **fields}
        reply = self.call("POST", "/api/v1/dossiers", body, as_="clerk1")
        while reply.status == 503:  # the clock was moved into another year, whose ids are on their way
            reply = self.call("POST", "/api/v1/dossiers", body, as_="clerk1")
        self.assertEqual(reply.status, 201, reply.body)
        return reply.json["code"]

    def finish(self, code, outcome="granted"):
        self.act(code, "forward", "clerk1")
        self.act(code, "take_over", "head_tp")
        self.act(code, "assign", "head_tp", officer="officer1")
        self.act(code, "forward", "officer1", office="tp", step=3)
        self.act(code, "take_over", "officer1")
        self.act(code, "decide", "leader1", outcome=outcome)
        self.act(code, "hand_over_result", "officer1")
        self.act(code, "take_over_result", "clerk1")

    def letter_of(self, code):
        letters = self.call("GET", f"/api/v1/letters?dossier={code}", as_="leader1", status=200).json["items"]
        return letters[0]["id"] if letters else None

    def letter(self, letter_id, action, as_, **fields):
        etag = self.call("GET", f"/api/v1/letters/{letter_id}", as_=as_, status=200).headers["etag"]
        return self.call("POST", f"/api/v1/letters/{letter_id}/actions/{action}", fields, as_=as_, status=200,
                         headers={"If-Match": etag})

    def assert_clean(self):
        report = verify()
        self.assertEqual([f for f in report["findings"] if not f["is_warning"]], [])
        self.assertEqual(report["code"], 0)
        return report

    def found(self, change, back, *words):
        """Changes something, and holds what verify says of it; then puts it back."""
        sql("SET session_replication_role = replica; " + change)
        try:
            report = verify(*words)
        finally:
            sql("SET session_replication_role = replica; " + back)
        self.assertEqual(report["code"], 1)
        return [f["what"] for f in report["findings"] if not f["is_warning"]]

    def test_1_mixed_work_leaves_no_difference(self):
        self.clock(set="2022-08-01T08:00:00+07:00")
        done, held, late = self.accept(), self.accept(group=GROUP), self.accept(submitter=GROUP[0])
        self.assert_clean()
        self.clock(advance_minutes=180)
        self.act(held, "request_supplement", "clerk1", reason="Thiếu giấy khám sức khỏe", items=["Giấy khám sức khỏe"])
        self.finish(done)
        self.assert_clean()
        self.clock(advance_minutes=2 * 1440)
        self.act(held, "receive_supplement", "clerk1", items=["Giấy khám sức khỏe"])
        self.act(done, "return", "clerk1", collector_name="Nguyễn Thị Đào", collector_paper="slip")
        self.assert_clean()
        self.clock(set="2022-08-20T08:00:00+07:00")
        self.call("POST", "/api/v1/sweeps", {}, as_="admin", status=200)
        self.assert_clean()
        letter = self.letter_of(late)
        self.assertIsNotNone(letter)
        self.letter(letter, "sign", "leader1")
        self.assert_clean()
        self.letter(letter, "number", "records1")
        self.letter(letter, "issue", "records1")
        report = self.assert_clean()
        type(self).late, type(self).held, type(self).letter_id = late, held, letter
        self.assertGreaterEqual(report["dossiers"], 3)
        self.assertGreaterEqual(report["dates"], 4)
        self.assertGreaterEqual(report["papers"], 1)


harness.main(demo=True)
