#!/usr/bin/env python3
"""Form II.06a read off running totals against the same form counted over the facts, for random periods; and the totals made
event by event in C against the same counted anew in SQL."""
import io
import os
import pathlib
import random
import re
import subprocess
import tempfile
import zipfile

import harness
import lives

DAYS = [f"2022-{m:02}-{d:02}" for m in (8, 9, 10, 11) for d in range(1, 31)]
COLUMNS = ("total_received", "online", "direct", "carried_over", "total_done", "early", "on_time", "late", "total_open", "open_in_time",
           "open_overdue", "stopped_late", "stopped_other")
COUNTERS = "SELECT * FROM (SELECT * FROM counter_day UNION ALL SELECT * FROM counter_tail) c"
SUMS = ("SELECT day, office_id, field_id, sum(received_online), sum(received_other), sum(early), sum(on_time), sum(late), sum(overdue), sum(moved_in),"
        f" sum(moved_out), sum(stopped_late), sum(stopped_other) FROM ({COUNTERS}) c GROUP BY 1, 2, 3"
        " HAVING (sum(received_online), sum(received_other), sum(early + on_time + late), sum(overdue)) <> (0, 0, 0, 0) ORDER BY 1, 2, 3")


def rows(sql):
    return harness.daemon.rows(sql)


class StatisticsTest(lives.LivesTest):
    def form(self, **query):
        path = "/api/v1/statistics/II.06a?" + "&".join(f"{k}={v}" for k, v in query.items())
        reply = self.call("GET", path.replace("+", "%2B"), as_="admin", status=200).json
        return reply["rows"], reply["total"], reply["as_of"]

    def compare(self, dice, n):
        """Each period twice: as known now, and (over the facts) as known at the instant of now."""
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        for _ in range(n):
            begin, end = sorted(dice.sample(DAYS, 2))
            query = {"from": begin, "to": end, "group_by": dice.choice(["field", "office", "none"])}
            if dice.random() < 0.2:
                query["field"] = dice.choice(["-", self.form(**query)[0][0]["key"] if query["group_by"] == "field" and self.form(**query)[0] else "-"])
            if dice.random() < 0.4:
                offices = [r["key"] for r in self.form(**{"from": begin, "to": end, "group_by": "office"})[0] if r["key"] not in (None, "-")]
                query |= {"office": dice.choice(offices)} if offices else {}
            if dice.random() < 0.3:
                query["as_of"] = dice.choice([d for d in DAYS if begin <= d <= end])
            fast, slow = self.form(**query), self.form(**query, known_at=now)
            self.assertEqual(fast[:2], slow[:2], query)

    def test_1_totals_are_the_facts(self):
        dice = random.Random(7)
        self.live(dice, 25)
        self.compare(dice, 25)
        self.assertGreater(int(rows("SELECT count(*) FROM counter_tail")[0][0]) + int(rows("SELECT count(*) FROM counter_day")[0][0]), 20)

    def test_2_folded_and_not_folded_say_the_same(self):
        dice = random.Random(8)
        before = rows(SUMS)
        self.assertGreaterEqual(int(rows("SELECT counter_fold('2022-10-20', 1000000)")[0][0]), 0)
        self.assertEqual(rows(SUMS), before)
        self.compare(dice, 25)
        self.live(dice, 10)
        self.compare(dice, 25)

    def test_3_counted_anew_they_are_the_same(self):
        before = rows(SUMS)
        rows("SELECT counter_rebuild()")
        self.assertEqual(rows(SUMS), before)
        rows("SELECT counter_fold('2022-10-20', 1000000)")
        self.compare(random.Random(9), 15)

    def behind(self, **query):
        """Every dossier behind a figure, page by page."""
        codes, after = [], ""
        while True:
            words = "&".join(f"{k}={v}" for k, v in query.items()).replace("+", "%2B")
            page = self.call("GET", f"/api/v1/statistics/II.06a/dossiers?{words}&limit=7{after}", as_="admin", status=200).json
            codes += page["items"]
            if "next" not in page:
                return codes
            after = f"&after={page['next']}"

    def test_4_every_figure_leads_to_its_dossiers(self):
        period = {"from": "2022-08-05", "to": "2022-09-10"}
        seen = set()
        for group_by in ("field", "office", "procedure", "channel", "none"):
            rows_, total, _ = self.form(**period, group_by=group_by)
            self.assertEqual({c: sum(r[c] for r in rows_) for c in COLUMNS}, {c: total[c] for c in COLUMNS}, group_by)
            for row in rows_:
                cut = {} if group_by == "none" else {group_by: row["key"]}
                for column in COLUMNS:
                    items = self.behind(**period, **cut, column=column)
                    self.assertEqual(len(items), row[column], (group_by, row["key"], column))
                    self.assertEqual(len({i["code"] for i in items}), len(items))
                    seen.add((column, bool(items)))
        self.assertLessEqual({(c, True) for c in ("online", "direct", "carried_over", "early", "late", "open_overdue")} - {("online", True)}, seen)
        late = self.behind(**period, column="open_overdue")
        self.assertTrue(all(i["is_overdue"] and i["days_late"] >= 1 and i["due_at"] < "2022-09-11" for i in late))
        for words, code in (("column=mo", "field_not_word"), ("limit=201", "field_range"), ("after=x", "list_after"), ("procedure=NO", "procedure_unknown"),
                            ("field=no", "field_of_law_unknown")):
            reply = self.call("GET", f"/api/v1/statistics/II.06a/dossiers?from=2022-08-01&to=2022-08-31&{words}", as_="admin", status=422)
            self.assertEqual(reply.code, code, words)
        for part in ("", "/dossiers"):
            reply = self.call("GET", f"/api/v1/statistics/II.06a{part}?from=2022-07-01&to=2022-08-31&as_of=2022-07-31", as_="admin", status=422)
            self.assertEqual((reply.code, "2022" in reply.json["detail"]), ("statistics_before", True))
        self.call("GET", "/api/v1/statistics/X/dossiers?from=2022-08-01&to=2022-08-31", as_="admin", status=404)

    def test_5_the_form_as_a_file(self):
        period = {"from": "2022-08-05", "to": "2022-08-25", "known_at": "2022-08-29"}
        path = "/api/v1/statistics/II.06a?" + "&".join(f"{k}={v}" for k, v in period.items()) + "&format="
        total = self.form(**period)[1]
        with_bom, without = (self.call("GET", path + f, as_="admin", status=200, checked=False).body for f in ("csv", "csv&without_bom=true"))
        self.assertEqual(with_bom, b"\xef\xbb\xbf" + without)
        self.assertEqual(without.decode().split("\r\n")[-2].split(",")[2:], [str(total[c]) for c in COLUMNS[:11]])
        book = self.call("GET", path + "xlsx", as_="admin", status=200, checked=False)
        if "STATISTICS_KEEP" in os.environ:
            pathlib.Path(os.environ["STATISTICS_KEEP"], "form.xlsx").write_bytes(book.body)
        with zipfile.ZipFile(io.BytesIO(book.body)) as z:
            page, texts = z.read("xl/worksheets/sheet1.xml").decode(), z.read("xl/sharedStrings.xml").decode()
        self.assertIn("TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", texts)
        cells = {at: (formula, value) for at, formula, value in
                 re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*>(?:<f>([^<]*)</f>)?<v>([^<]*)</v>', page)}
        last = max(int(at[1:]) for at, (formula, _) in cells.items() if at[0] == "C" and formula.startswith("D"))
        self.assertEqual([cells[f"{c}{last}"][1] for c in "CDEFGHIJKLM"], [str(total[c]) for c in COLUMNS[:11]])
        self.assertEqual(cells[f"C{last}"][0], f"D{last}+E{last}+F{last}")
        self.assertRegex(cells[f"D{last}"][0], rf"^SUM\(D\d+:D{last - 1}\)$")
        self.assertEqual(cells[f"B{last + 2}"][0].split(",")[0], f"IF(C{last}=G{last}+K{last}")
        self.assertRegex(page, r'<mergeCell ref="C\d+:F\d+"/>')

        paper = self.call("GET", path + "pdf", as_="admin", status=200, checked=False)
        self.assertEqual(paper.headers["content-type"], "application/pdf")
        with tempfile.NamedTemporaryFile(suffix=".pdf", dir=os.environ.get("STATISTICS_KEEP"), delete="STATISTICS_KEEP" not in os.environ) as file:
            file.write(paper.body)
            file.flush()
            text = subprocess.run(["pdftotext", "-layout", file.name, "-"], check=True, text=True, capture_output=True).stdout
        for words in ("Biểu số II.06a/VPCP/KSTT", "KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", "từ ngày 05/08/2022 đến ngày 25/08/2022", "Số lượng hồ sơ tiếp nhận", "Trong kỳ", "TỔNG SỐ"):
            self.assertIn(words, text)
        self.assertIn([str(total[c]) for c in COLUMNS[:11]], [line.split()[-11:] for line in text.split("\n")])

    def test_6_verify_finds_no_difference(self):
        said = harness.daemon.command("verify", "--config", harness.daemon.config, "--json")
        self.assertEqual(said.returncode, 0, said.stdout)


harness.main(demo=True, at=harness.START)
