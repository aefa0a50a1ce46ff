#!/usr/bin/env python3
"""A moved officer has the old rights no minute longer: on any daemon, and for what was already under way."""
import concurrent.futures
import subprocess
import pathlib

import harness

WHY = {"source": "QĐ 7/QĐ-UBND", "reason": "điều động", "effective_on": "2022-07-01"}


def session():
    """A session of the database to play an edit in, step by step."""
    tool = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))
    d = harness.daemon
    more = {"user": d.user.pw_uid, "group": d.user.pw_gid, "extra_groups": []} if d.user else {}
    return subprocess.Popen([tool, "-XAtq", d.url], cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)


class MovedTest(harness.ApiTest):
    def roles(self, login, roles, at=None, **more):
        body = {"roles": [dict(zip(("role", "office"), r.split("@"))) for r in roles], **WHY, **more}
        return self.call("POST", f"/api/v1/officers/{login}/roles", body, as_="admin", status=200, at=at)

    def test_1_the_next_request_on_another_daemon_is_judged_by_the_new_rights(self):
        other = harness.daemon.sibling()
        other.start()
        try:
            code = self.intake("TP-10", as_="clerk1")["code"]
            self.login("clerk1")
            self.call("GET", f"/api/v1/dossiers/{code}", as_="clerk1", status=200, at=other)
            for _ in range(5):  # no wait in between: the very next one
                self.roles("clerk1", ["clerk@mc", "returner@mc"], is_end=True)
                self.call("GET", f"/api/v1/dossiers/{code}", as_="clerk1", status=403, at=other)
                self.call("POST", f"/api/v1/dossiers/{code}/actions/forward", {}, as_="clerk1", status=404, at=other)
                self.assertNotIn("forward", self.call("GET", "/api/v1/me", as_="clerk1", status=200, at=other).json["actions"])
                self.roles("clerk1", ["clerk@mc", "returner@mc"], at=other)
                self.call("GET", f"/api/v1/dossiers/{code}", as_="clerk1", status=200)
        finally:
            other.stop()

    def test_2_what_was_decided_before_the_edit_and_not_written_is_judged_again(self):
        code = self.intake("TP-10", as_="clerk1")["code"]
        self.login("clerk1")
        edit = session()
        edit.stdin.write("BEGIN; SELECT 'held' FROM pg_advisory_xact_lock(7401, 1);\n")
        edit.stdin.flush()
        self.assertEqual(edit.stdout.readline(), "held\n")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            asked = pool.submit(self.call, "POST", f"/api/v1/dossiers/{code}/actions/forward", {}, "clerk1")
            self.until(lambda: harness.daemon.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
            edit.communicate("UPDATE officer_role SET ended_on = '2022-06-30' WHERE officer_id = (SELECT id FROM officer WHERE login = 'clerk1');"
                             "UPDATE setting SET epoch = epoch + 1; COMMIT;")
            self.assertEqual(asked.result().status, 404, asked.result().body)
        self.assertEqual(self.events(code), ["accept"])
        self.roles("clerk1", ["clerk@mc", "returner@mc"])

    def test_4_what_nobody_holds_in_person_belongs_to_the_head(self):
        def mine(who):
            page = self.call("GET", "/api/v1/queues/mine?limit=200&count=true", as_=who, status=200).json
            self.assertEqual(page["count"], len(page["items"]))
            return [d["code"] for d in page["items"]]
        code = self.intake("TP-10", as_="clerk1")["code"]
        self.act(code, "forward", "clerk1", officer="head_tp")
        self.act(code, "take_over", "head_tp")
        self.act(code, "forward", "head_tp", officer="officer1")
        self.act(code, "take_over", "officer1")
        self.assertEqual((code in mine("officer1"), code in mine("head_tp")), (True, False))
        self.roles("officer1", ["officer@tp"], is_end=True)
        self.assertIn(code, mine("head_tp"))
        self.assertNotIn(code, mine("head_tckh"))
        self.act(code, "assign", "head_tp", officer="officer2")
        self.assertEqual((code in mine("officer2"), code in mine("head_tp")), (True, False))
        self.roles("officer1", ["officer@tp"])
        harness.daemon.rows("UPDATE dossier SET holder_officer_id = NULL WHERE code = '" + code + "'")  # as an import leaves it
        self.assertEqual((code in mine("officer2"), code in mine("head_tp")), (False, True))

    def test_3_who_keeps_a_role_goes_on(self):
        code = self.intake("TP-10", as_="clerk1")["code"]
        self.roles("clerk2", ["clerk@mc", "returner@mc"], is_end=True)
        self.act(code, "forward", "clerk1")
        self.roles("clerk2", ["clerk@mc", "returner@mc"])


harness.main(demo=True, at=harness.START)
