#!/usr/bin/env python3
"""A daemon whose decisions are refused by the clock, a full disk, a read-only database or a missing right says so to whoever watches it, and stays ready to be read from."""
import harness

REFUSE = """CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{}'; END $$;
CREATE TRIGGER refuse_event BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_event()"""
ALLOW = "DROP TRIGGER refuse_event ON event; DROP FUNCTION refuse_event()"


class WritesTest(harness.ApiTest):
    def watched(self):
        """The check of /readyz, whether the gauge says failing, and how often each reason refused."""
        ready = self.call("GET", "/readyz", status=200).json
        self.assertEqual(ready["state"], "ok")
        check = [c for c in ready["checks"] if c["name"] == "writes"][0]
        lines = harness.daemon.request("GET", "/metrics").body.decode().splitlines()
        figures = dict(line.rsplit(" ", 1) for line in lines if line.startswith("motcua_writes_"))
        n = {name.split('"')[1]: int(value) for name, value in figures.items() if "reason" in name}
        return check, int(figures["motcua_writes_failing"]), n

    def refused(self, reason, code, sentence, before):
        known = self.intake()["code"]
        self.assertEqual(self.watched()[:2], ({"name": "writes", "state": "ok"}, 0))
        n = self.watched()[2][reason]
        before()
        reply = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "A"}}, as_="clerk1", status=503)
        self.assertEqual(reply.code, code)
        check, is_failing, counts = self.watched()
        self.assertEqual((check["state"], is_failing), ("warn", 1))
        self.assertIn(sentence, check["detail"])
        self.assertGreater(counts[reason], n)
        self.assertEqual(self.dossier(known)["code"], known)  # reading goes on, and says nothing of writing
        self.assertEqual(self.watched()[1], 1)

    def mended(self, after):
        after()
        self.until(lambda: self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "A"}}, as_="clerk1").status == 201)
        self.assertEqual(self.watched()[:2], ({"name": "writes", "state": "ok"}, 0))

    def move(self, hours):
        harness.daemon.rows(f"UPDATE setting SET clock_offset_us = clock_offset_us + {hours * 3600 * 10**6}::bigint")

    def test_1_a_clock_that_is_behind(self):
        self.refused("clock_behind", "clock_behind", "behind what is recorded", lambda: self.move(-1))
        self.mended(lambda: self.move(1))

    def test_2_a_full_disk(self):
        self.refused("disk_full", "db_resources", "53100", lambda: harness.daemon.rows(REFUSE.format("53100")))
        self.mended(lambda: harness.daemon.rows(ALLOW))

    def test_3_a_database_that_only_reads(self):
        self.refused("read_only", "db_read_only", "read-only", lambda: harness.daemon.rows(REFUSE.format("25006")))
        self.mended(lambda: harness.daemon.rows(ALLOW))

    def test_3a_a_right_that_was_taken_away(self):
        self.refused("denied", "db_denied", "42501", lambda: harness.daemon.rows("REVOKE INSERT ON event FROM motcua_app"))
        self.mended(lambda: harness.daemon.rows("GRANT INSERT ON event TO motcua_app"))

    def test_4_other_refusals_say_nothing_of_it(self):
        n = self.watched()[2]
        self.call("POST", "/api/v1/dossiers", {"procedure": "XX-99", "applicant": {"name": "A"}}, as_="clerk1")
        harness.daemon.rows(REFUSE.format("53200"))  # memory, for one statement
        self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "A"}}, as_="clerk1", status=503)
        harness.daemon.rows(ALLOW)
        self.assertEqual(self.watched(), ({"name": "writes", "state": "ok"}, 0, n))


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
