#!/usr/bin/env python3
"""Another system's dossiers: what is written, what is said, and that reports agree with a count of the rows."""
import datetime as dt

import foreign
import harness

DAYS = [dt.date(2010, 12, 31), dt.date(2011, 4, 15), dt.date(2011, 9, 30), dt.date(2012, 2, 29), dt.date(2012, 12, 31)]
FIRST = dt.date(2010, 1, 1)


class ImportTest(harness.ApiTest):
    def send(self, source, dossiers, office=None, status=200, **more):
        """Hundred by hundred, as the command line does; the replies added up."""
        sums = {}
        for at in range(0, max(len(dossiers), 1), 100):
            body = {"source": source, "office": office or {"key": source, "name": "Nơi khác"},
                    "dossiers": [foreign.wire(d) for d in dossiers[at:at + 100]], **more}
            reply = self.call("POST", "/api/v1/imports", body, as_="admin", status=status).json
            if status != 200:
                return reply
            for name, value in reply.items():
                if isinstance(value, (int, list)) and not isinstance(value, bool):
                    sums[name] = sums.get(name, type(value)()) + value
        return sums

    def form(self, office, first, last, **more):
        query = "&".join(f"{k}={v}" for k, v in {"from": first, "to": last, "office": office, "group_by": "none", **more}.items())
        return self.call("GET", f"/api/v1/statistics/II.06a?{query}", as_="admin", status=200).json

    def agree(self, office, dossiers):
        for day in DAYS:
            at = foreign.last_instant(day)
            for first, to in ((FIRST, day), (FIRST, dt.date(2013, 6, 30)), (day - dt.timedelta(days=40), day)):
                got = self.form(office, first, to, as_of=day)["total"]
                self.assertEqual({k: got[k] for k in foreign.COLUMNS}, foreign.expected(dossiers, first, at), f"{office} {first} {to} {day}")

    def walk(self, source, dossiers, office):
        n = len(dossiers)
        n_events = sum(1 + len(d["events"]) + bool(d["ended_at"]) for d in dossiers)
        tried = self.send(source, dossiers, office, dry_run=True)
        self.assertEqual((tried["added"], tried["events"], tried["refused_count"]), (n, n_events, 0))
        if source in [o["key"] for o in self.call("GET", "/api/v1/offices?limit=200", as_="admin").json["items"]]:
            self.fail("a dry run made an office")
        done = self.send(source, dossiers, office)
        self.assertEqual({**done}, {**tried})
        self.assertEqual(sum(w["code"] in ("import_end_early", "import_event_early", "import_event_late") for w in done["warnings"]),
                         foreign.contradictions(dossiers))
        again = self.send(source, dossiers, office)
        self.assertEqual((again["added"], again["unchanged"], again["events"]), (0, n, 0))
        self.agree(source, dossiers)

    def test_the_real_file_is_counted_as_its_rows_are(self):
        dossiers = foreign.real_file()
        if dossiers is None:
            self.skipTest("../shared/data is not here")
        self.walk("wabo", dossiers, {"key": "wabo", "name": "Bộ phận tiếp nhận giấy phép", "identifier": "TEST.WABO",
                                     "calendar": foreign.CALENDAR.read_text(encoding="utf-8")})
        d = self.call("GET", f"/api/v1/dossiers/wabo.{dossiers[0]['external_code']}", as_="admin", status=200).json
        self.assertTrue(d["is_imported"])
        self.assertFalse(d["is_adopted"])

    def test_a_made_up_file_is_counted_as_its_rows_are(self):
        for seed in (1, 2):
            self.walk(f"made-up-{seed}", foreign.made_up(seed), {"key": f"made-up-{seed}", "name": "Nơi khác"})

    def test_a_code_that_is_none_here_is_written_otherwise_and_said(self):
        d = {"external_code": "12/ĐK-2011", "received_at": dt.datetime(2011, 3, 1, 9, tzinfo=foreign.ZONE), "due_at": None,
             "ended_at": None, "channel": "direct", "events": []}
        said = self.send("odd", [d])["warnings"]
        self.assertEqual([w["code"] for w in said], ["import_code"])
        self.call("GET", "/api/v1/dossiers/odd.12~2F~C4~90K-2011", as_="admin", status=200)
        found = self.call("GET", "/api/v1/search?q=12/%C4%90K-2011", as_="admin", status=200).json["items"]
        self.assertEqual([f["code"] for f in found], ["odd.12~2F~C4~90K-2011"])

    def test_what_was_imported_stays_as_it_was_and_a_difference_is_said(self):
        d = {"external_code": "one", "received_at": dt.datetime(2011, 3, 1, 9, tzinfo=foreign.ZONE), "due_at": None,
             "ended_at": None, "channel": "direct", "events": []}
        self.assertEqual(self.send("changes", [d])["added"], 1)
        other = self.send("changes", [{**d, "channel": "online"}])
        self.assertEqual((other["unchanged"], [w["code"] for w in other["warnings"]]), (1, ["import_changed"]))

    def test_one_dossier_twice_is_refused_and_the_others_go_on(self):
        d = {"external_code": "a", "received_at": dt.datetime(2011, 3, 1, 9, tzinfo=foreign.ZONE), "due_at": None,
             "ended_at": None, "channel": "direct", "events": []}
        reply = self.send("twice", [d, d, {**d, "external_code": "b"}])
        self.assertEqual((reply["added"], reply["refused_count"], reply["refused"][0]["code"]), (2, 1, "import_twice"))

    def test_two_sources_that_make_one_code_do_not_meet(self):
        d = {"external_code": "b.c", "received_at": dt.datetime(2011, 3, 1, 9, tzinfo=foreign.ZONE), "due_at": None,
             "ended_at": None, "channel": "direct", "events": []}
        self.assertEqual(self.send("a", [d])["added"], 1)
        for dry in (True, False):
            reply = self.send("a.b", [{**d, "external_code": "c"}], dry_run=dry)
            self.assertEqual((reply["added"], reply["refused_count"]), (0, 1))

    def test_a_bad_request_writes_nothing(self):
        d = {"external_code": "x", "received_at": dt.datetime(2011, 3, 1, 9, tzinfo=foreign.ZONE), "due_at": None,
             "ended_at": None, "channel": "direct", "events": []}
        for more, code in (({"office": {"key": "bad", "name": "N", "calendar": "type,from\nnonsense"}}, None),
                           ({"office": {"key": "b d", "name": "N"}}, "field_value"), ({"adopt": "nowhere"}, "office_unknown"),
                           ({"office": {"key": "bad", "name": "N", "identifier": "nhỏ"}}, "field_value")):
            reply = self.send("bad", [d], **{"status": 422, **more})
            if code:
                self.assertEqual(reply["code"], code)
        self.assertEqual(self.send("bad source", [d], {"key": "bad", "name": "N"}, status=422)["code"], "field_value")
        self.call("GET", "/api/v1/dossiers/bad.x", as_="admin", status=404)
        self.assertNotIn("bad", [o["key"] for o in self.call("GET", "/api/v1/offices?limit=200", as_="admin").json["items"]])
        self.call("POST", "/api/v1/imports", {}, status=401)


if __name__ == "__main__":
    harness.main()
