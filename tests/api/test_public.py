#!/usr/bin/env python3
"""What anybody may ask for without a login: procedures; and long lists come page by page, whole."""
import json

import harness


class PublicTest(harness.ApiTest):
    def get(self, path, as_=None, status=200):
        return self.call("GET", path, as_=as_, status=status).json

    def pages(self, path, as_=None, limit=7):
        items, after = [], ""
        while True:
            page = self.get(f"{path}?limit={limit}{after}", as_)
            self.assertLessEqual(len(page["items"]), limit)
            items += page["items"]
            if "next" not in page:
                return items
            after = "&after=" + page["next"]

    def test_1_procedures_with_papers_limits_and_fees_and_nothing_of_how_they_are_worked_on(self):
        found = self.get("/public/procedures")["items"]
        inside = self.get("/api/v1/procedures", "clerk1")["items"]
        self.assertEqual([p["name"] for p in found], [p["name"] for p in inside])
        for one, other in zip(found, inside):
            self.assertEqual([(c["fee_dong"], [k["name"] for k in c["components"]]) for c in one["cases"]],
                             [(c.get("fee_dong", 0), [k["name"] for k in c.get("components", [])]) for c in other["cases"]])
            self.assertTrue(all(c["limit"] for c in one["cases"]))
        for word in ("steps", "budget", "competent_office", "role"):
            self.assertNotIn(f'"{word}', json.dumps(found))

    def test_2_in_the_readers_language(self):
        words = {lang: self.call("GET", "/public/procedures?q=TP-10", as_=None, status=200, headers={"Accept-Language": lang}).json["items"][0]["cases"][0]["limit"]
                 for lang in ("vi", "en")}
        self.assertIn("ngày làm việc", words["vi"])
        self.assertIn("working days", words["en"])

    def test_3_found_without_marks(self):
        names = [p["name"] for p in self.get("/public/procedures?q=chung+thuc+chu+ky")["items"]]
        self.assertTrue(names and all("chữ ký" in name for name in names), names)

    def test_4_page_by_page_nothing_is_lost_or_doubled(self):
        for path, who, key in (("/public/procedures", None, "code"), ("/api/v1/procedures", "clerk1", "key"),
                               ("/api/v1/offices", "clerk1", "key"), ("/api/v1/officers", "clerk1", "key")):
            whole = [item[key] for item in self.get(path, who)["items"]]
            self.assertGreater(len(whole), 20, path)
            for limit in (1, 7, len(whole) - 1, len(whole)):
                self.assertEqual([item[key] for item in self.pages(path, who, limit)], whole, path)

    def test_5_a_page_after_what_is_not_there_is_refused(self):
        for path, who in (("/public/procedures", None), ("/api/v1/offices", "clerk1"), ("/api/v1/officers", "clerk1")):
            self.assertEqual(self.call("GET", path + "?after=khong-co", as_=who, status=422).code, "list_after")

    def test_5b_months_that_are_over_as_form_ii06a_has_them(self):
        self.clock_to("2022-10-03T08:00:00+07:00")
        found = self.get("/public/statistics")["months"]
        self.assertTrue(found)
        self.assertEqual(found[-1]["to"], "2022-09-30")
        for month in found:
            form = self.get(f"/api/v1/statistics/II.06a?from={month['from']}&to={month['to']}&group_by=none", "admin")["total"]
            self.assertEqual((month["received"], month["done"], month["late"], month["open"], month["open_overdue"]),
                             (form["online"] + form["direct"], form["total_done"], form["late"], form["total_open"], form["open_overdue"]), month)
        self.assertEqual(self.get("/public/statistics")["months"], found)

    def test_6_more_offices_than_a_page(self):
        harness.daemon.rows("INSERT INTO office (id, key, name, short_name, kind, parent_id, identifier, valid_from) SELECT 900000 + i, 'k' || i, "
                            "'Đơn vị ' || i, 'ĐV ' || i, 'division', (SELECT id FROM office WHERE key = 'ubnd'), '000.99.' || i, '2020-01-01' "
                            "FROM generate_series(1, 230) i; SELECT epoch_bump()")
        self.until(lambda: len(self.pages("/api/v1/offices", "clerk1", 200)) > 230)


harness.main(demo=True, at=harness.START)
