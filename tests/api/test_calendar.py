"""Calendars as administered data: reading, checking against the law, editing, the log of edits, exports, the warning of October."""
import re

import harness

try:
    import icalendar
except ImportError:
    icalendar = None

HEAD = "type,from,to,kind,sessions,name_vi,name_en,source\n"


def unfold(text):
    return text.replace("\r\n ", "")


def read_strictly(text):
    """RFC 5545 as far as we write it: properties of each component, or an assertion."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), "a bare line feed"
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75, f"{len(line.encode())} octets: {line}"
    stack, events = [], []
    for line in unfold(text)[:-2].split("\r\n"):
        found = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^:;]+)*):(.*)", line)
        assert found, line
        name, parameters, value = found.groups()
        if name == "BEGIN":
            stack.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert stack.pop() == value, line
        elif stack[-1] == "VEVENT":
            assert name not in events[-1], f"{name} twice"
            events[-1][name] = value
            if name in ("DTSTART", "DTEND"):
                assert re.fullmatch(r"\d{8}", value) if "VALUE=DATE" in parameters else re.fullmatch(r"\d{8}T\d{6}", value), line
    assert not stack
    uids = [e["UID"] for e in events]
    assert len(set(uids)) == len(uids), "a UID twice"
    for e in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(e) and e["DTEND"] > e["DTSTART"], e
    return events


class CalendarTest(harness.ApiTest):
    def key(self):
        return self.call("GET", "/api/v1/calendars", as_="admin", status=200).json["items"][0]["key"]

    def path(self, rest="", key=None):
        return f"/api/v1/calendars/{key or self.key()}{rest}"

    def change(self, operation, status=202, key=None, headers=None, **fields):
        body = {"operation": operation, "effective_on": "2028-01-01", "source": "CV 1/TEST", "reason": "Thử", **fields}
        return self.call("POST", self.path("/changes", key), body, as_="admin", status=status, headers=headers)

    def day(self, on, key=None):
        return self.call("GET", self.path(f"/days?from={on}&to={on}", key), as_="admin", status=200).json["items"][0]

    # ---- reading ----

    def test_days_are_those_of_the_whole_stack(self):
        self.assertEqual(self.day("2024-05-04")["kind"], "make_up")
        self.assertEqual(self.day("2024-05-04")["sessions"], "07:00-11:30 13:30-17:00")
        self.assertEqual(self.day("2024-05-04")["pays_back"], "2024-04-29")
        self.assertFalse(self.day("2024-04-29")["is_working"])
        self.assertEqual(self.day("2027-01-04")["year_state"], "provisional")
        bad = self.call("GET", self.path("/days?from=2024-01-01&to=2026-01-01"), as_="admin", status=422)
        self.assertEqual(bad.code, "calendar_span")
        self.call("GET", "/api/v1/calendars/nowhere/days?from=2024-01-01&to=2024-01-01", as_="admin", status=404)

    def test_the_shipped_years_agree_with_the_law(self):
        for year in range(2022, 2028):
            found = self.call("GET", self.path(f"/check?year={year}"), as_="admin", status=200).json
            self.assertEqual((found["missing"], found["extra"], found["different"]), (0, 0, 0), year)

    def test_a_year_to_come_is_proposed(self):
        found = self.call("GET", self.path("/check?year=2031"), as_="admin", status=200).json
        self.assertEqual(found["year_state"], "missing")
        self.assertTrue(found["rows"].startswith("year,2031,,provisional"))
        self.assertIn("day,2031-01-22,2031-01-26,holiday,,Tết Nguyên đán Tân Hợi", found["rows"])
        self.call("GET", self.path("/check?year=1850"), as_="admin", status=422)

    # ---- editing ----

    def test_a_year_is_confirmed_then_published(self):
        before = self.call("GET", self.path(), as_="admin", status=200)
        self.change("confirm", year=2028)
        self.assertEqual(self.day("2028-01-26")["kind"], "holiday")
        self.assertEqual(self.day("2028-01-26")["year_state"], "provisional")
        self.assertEqual(self.call("GET", self.path("/check?year=2028"), as_="admin").json["missing"], 0)
        # nothing more to confirm
        self.assertEqual(self.change("confirm", status=422, year=2028).code, "calendar_no_change")
        self.change("publish", year=2028, source="CV 2/TEST")
        self.assertEqual(self.day("2028-01-26")["year_state"], "published")
        self.assertEqual(self.change("publish", status=409, year=2028).code, "calendar_year_not")
        self.assertEqual(self.change("confirm", status=409, year=2028).code, "calendar_year_not")
        after = self.call("GET", self.path(), as_="admin", status=200)
        self.assertNotEqual(before.headers["etag"], after.headers["etag"])
        self.assertIn("year,2028,,published,,,,CV 2/TEST", after.json["text"])
        log = self.call("GET", "/api/v1/changes?kind=calendar", as_="admin", status=200).json["items"]
        self.assertEqual([c["action"] for c in log if "2028" in (c.get("after") or "")][:2], ["publish", "confirm"])
        self.assertEqual(log[0]["author"], "admin")
        self.assertEqual(log[0]["effective_on"], "2028-01-01")
        self.assertTrue(log[0]["before"].startswith("year,2028,,provisional"))

    def test_rows_are_added_and_removed(self):
        row = "day,2025-03-10,,closure,,Bão số 1,Storm,QĐ 5/TEST\n"
        self.change("add", rows=row)
        self.assertEqual(self.day("2025-03-10")["kind"], "closure")
        twice = self.change("add", status=422, rows="\n\n" + row)
        self.assertEqual(twice.code, "calendar_contradicts")
        self.assertIn("Line 3", twice.json["detail"])
        self.assertIn("2025-03-10 is already given", twice.json["detail"])
        self.change("remove", remove=[{"type": "day", "from": "2025-03-10"}])
        self.assertEqual(self.day("2025-03-10")["kind"], "workday")
        gone = self.change("remove", status=422, remove=[{"type": "day", "from": "2025-03-10"}])
        self.assertEqual(gone.code, "calendar_row_unknown")

    def test_bad_rows_are_refused_with_their_line_and_nothing_changes(self):
        text = self.call("GET", self.path(), as_="admin").json["text"]
        for rows, code, said in (
            ("day,2025-03-11,,holiday,,a,,\nday,2025-03-11,,holiday,,b,,\n", "calendar_day_twice", "Line 2"),
            ("day,2025-03-11,,holiday,,a,,\nday,2025-03-11,,half_day,07:00-09:00,b,,\n", "calendar_day_differs", "Line 2"),
            ("day,2025-03-11,,make_up,like mon,,,\n", "calendar_make_up_working", "Line 1"),
            ("day,2025-03-11,,half_day,11:00-09:00,,,\n", "calendar_sessions", "Line 1"),
            ("day,2025-03-11,,substitute\n", "calendar_text_columns", "Line 1"),
            ("day,2025-13-11,,holiday,,,,\n", "calendar_field", "Line 1"),
            ("weekly,2025-01-01,,mon,09:00-10:00,,,\n", "calendar_contradicts", "Line 1"),
            ("year,2035,,published,,,,\n", "calendar_years_apart", "2028"),
            ("year,2026,,published,,,,\n", "calendar_contradicts", "Line 1"),
            ("nothing\n", "calendar_text_columns", "Line 1"),
        ):
            reply = self.change("add", status=422, rows=rows)
            self.assertEqual(reply.code, code, rows)
            if code != "calendar_years_apart":
                self.assertIn(said, reply.json["detail"])
        self.assertEqual(self.change("add", status=422).code, "calendar_needs")
        self.assertEqual(self.call("GET", self.path(), as_="admin").json["text"], text)

    def test_a_file_too_large_is_refused(self):
        row = "day,2025-03-11,,holiday,,{},,\n".format("x" * 3000)
        big = self.change("replace", status=422, rows=row * (9 * 1024 * 1024 // len(row)))
        self.assertEqual(big.code, "field_too_long")
        reply = harness.daemon.request("POST", self.path("/changes"), b"{" + b" " * (50 << 20), {
            "Authorization": "Bearer " + self.login("admin"), "Accept-Language": "en"})
        self.assertEqual(reply.status, 413)
        self.assertIn("detail", reply.json)
        many = self.change("replace", status=413, rows="day,2025-03-11,,holiday,,,,\n" * 20001)
        self.assertEqual(many.code, "calendar_too_large")

    def test_the_second_of_two_administrators_is_told(self):
        etag = self.call("GET", self.path(), as_="admin").headers["etag"]
        row = "day,2025-07-{:02d},,closure,,Bão,Storm,QĐ\n"
        self.change("add", rows=row.format(1), headers={"If-Match": etag})
        stale = self.change("add", status=412, rows=row.format(2), headers={"If-Match": etag})
        self.assertEqual(stale.code, "calendar_stale")
        self.assertEqual(self.day("2025-07-02")["kind"], "workday")
        self.change("add", rows=row.format(2))

    def test_a_preview_saves_nothing(self):
        text = self.call("GET", self.path(), as_="admin").json["text"]
        job = self.change("add", rows="day,2025-08-05,,closure,,,,\n", preview=True).json
        self.assertEqual(job["kind"], "calendar_preview")
        self.assertEqual(self.call("GET", self.path(), as_="admin").json["text"], text)

    def test_an_exported_table_replaces_itself(self):
        text = self.call("GET", self.path("/export"), as_="admin", status=200)
        self.assertEqual(text.headers["content-type"].split(";")[0], "text/csv")
        same = self.change("replace", status=422, rows=text.body.decode())
        self.assertEqual(same.code, "calendar_no_change")

    def test_only_who_edits_rules_may(self):
        self.call("POST", self.path("/changes"), {"operation": "add", "rows": "x", "effective_on": "2028-01-01", "source": "a",
                                                  "reason": "b"}, status=401)

    # ---- a calendar of an office, standing on the country's ----

    def test_an_office_calendar_stands_on_the_countrys(self):
        base = self.key()
        body = {"key": "kho-1", "name": "Kho", "level": "office", "base": base, "effective_on": "2025-01-01",
                "source": "QĐ 9", "reason": "Làm thứ Bảy", "rows": "weekly,2025-01-01,,mon-sat,08:00-12:00,,,QĐ 9\n"}
        made = self.call("POST", "/api/v1/calendars", body, as_="admin", status=201)
        self.assertEqual(made.json["base"], base)
        self.assertEqual(self.day("2025-06-07", key="kho-1")["sessions"], "08:00-12:00")
        self.assertEqual(self.day("2025-01-29", key="kho-1")["kind"], "holiday")
        self.call("POST", "/api/v1/calendars", body, as_="admin", status=409)
        self.call("POST", "/api/v1/calendars", {**body, "key": "Kho 2"}, as_="admin", status=422)
        wrong = self.call("POST", "/api/v1/calendars", {**body, "key": "kho-2", "level": "country"}, as_="admin", status=422)
        self.assertEqual(wrong.code, "calendar_base")
        # the country's week may not go: the office had none before 2025
        text = self.call("GET", self.path(key=base), as_="admin").json["text"]
        bare = "".join(line + "\n" for line in text.split("\n") if line and not line.startswith("weekly"))
        self.change("replace", status=422, key=base, rows=bare)
        self.change("add", key="kho-1", rows="day,2025-06-14,,closure,,Kiểm kê,,\n")
        self.assertEqual(self.day("2025-06-14", key="kho-1")["level"], "office")
        self.assertEqual(self.day("2025-06-14", key=base)["kind"], "weekend")

    # ---- iCalendar ----

    def test_icalendar_is_read_by_others(self):
        reply = self.call("GET", self.path("/export?format=ics"), as_="admin", status=200)
        self.assertEqual(reply.headers["content-type"].split(";")[0], "text/calendar")
        text = reply.body.decode()
        events = read_strictly(text)
        tet = [e for e in events if e["UID"].endswith("-20260216-holiday-0@motcua")][0]
        self.assertEqual((tet["DTSTART"], tet["DTEND"]), ("20260216", "20260221"))
        self.assertEqual(len([e for e in events if "-20240504-make_up-" in e["UID"]]), 2)
        again = self.call("GET", self.path("/export?format=ics&year=2026"), as_="admin", status=200).body.decode()
        uids = {e["UID"] for e in events}
        self.assertTrue({e["UID"] for e in read_strictly(again)} <= uids)
        if icalendar:
            parsed = icalendar.Calendar.from_ical(reply.body)
            names = [str(e.get("summary")) for e in parsed.walk("VEVENT")]
            self.assertEqual(len(names), len(events))
            self.assertIn("Lunar New Year", names)

    # ---- the warning ----

    def test_from_october_a_missing_year_is_told(self):
        self.clock_to("2028-09-30T10:00:00+07:00")
        self.assertEqual(self.call("GET", "/api/v1/me", as_="admin", status=200).json["warnings"], [])
        self.clock_to("2029-10-01T10:00:00+07:00")
        warned = self.call("GET", "/api/v1/me", as_="admin", status=200).json["warnings"]
        self.assertTrue(any("2030" in w for w in warned), warned)
        ready = self.call("GET", "/readyz", status=200).json
        self.assertEqual(ready["state"], "ok")
        told = [c for c in ready["checks"] if c["name"] == "calendars"]
        self.assertEqual([c["state"] for c in told], ["warn"])
        self.assertIn("2029", told[0]["detail"])
        self.assertIn("2030", told[0]["detail"])
        figures = harness.daemon.request("GET", "/metrics").body.decode()
        self.assertRegex(figures, r"\nmotcua_calendar_years_not_published [1-9]")


harness.main(demo=True, at=harness.START)
