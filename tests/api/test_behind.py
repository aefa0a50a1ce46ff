#!/usr/bin/env python3
"""Every figure of every form that tables are made of leads to the dossiers behind it, and there are as many: over random lives, at random
periods, moments and knowledge, with each grouping that a form has. A form whose columns count without naming their dossiers fails."""
import math
import random
import re
import urllib.parse

import harness
import lives
from test_attachments import png

DAYS = [f"2022-{m:02}-{d:02}" for m in (8, 9) for d in range(1, 31)]
FORMS = re.findall(r'^REPORT_FORM\(\w+, *"([^"]+)"', (harness.TOP / "proto/tables/report_forms.def").read_text(encoding="utf-8"), re.M)
GROUPS = ("office", "field", "procedure", "channel", "step", "officer", "none")
OF_DOSSIERS = ("index-dossiers", "portal-differences")  # their rows are dossiers
PORTAL = ("portal_numerator", "portal_denominator")  # of the portal's own file


def query(words):
    return urllib.parse.urlencode({k: v for k, v in words.items() if v is not None})


def nearest_rank(values, share):
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else None


class BehindTest(lives.LivesTest):
    def attach(self, code, purpose, handling):
        data = png(4, 4)
        body = {"name": "a.png", "size": len(data), "purpose": purpose, "handling": handling, **({"component": 1} if purpose == "component" else {})}
        upload = self.call("POST", f"/api/v1/dossiers/{code}/uploads", body, as_="clerk1", status=201).json
        self.call("PUT", f"/api/v1/uploads/{upload['id']}?from=0", data, as_="clerk1", status=200)
        self.call("POST", f"/api/v1/uploads/{upload['id']}/actions/finish", None, as_="clerk1", status=201)

    def lives(self, dice, n):
        """Some of everything that a column counts."""
        papers = [c["name"] for c in self.call("GET", "/api/v1/procedures/TP-10", as_="clerk1", status=200).json["cases"][0]["components"]]
        for _ in range(n):
            code = self.intake(channel=dice.choice(["direct", "post"]))["code"]
            if dice.random() < 0.5:
                self.attach(code, "component", dice.choice(["digitised", "reused"]))
            if dice.random() < 0.5:
                self.act(code, "record_payment", "clerk1", payment_way=dice.choice(["online", "counter"]), amount=8000)
            lot = dice.random()
            if lot < 0.3:
                self.act(code, "request_supplement", "clerk1", reason="Thiếu", items=dice.sample([*papers, "Giấy khác"], 2))
                if dice.random() < 0.6:
                    self.act(code, "receive_supplement", "clerk1")
            elif lot < 0.5:
                for giver, taker in (("clerk1", "head_tp"), ("head_tp", "officer1"), ("officer1", "head_tp")):
                    self.clock(advance_minutes=dice.choice([30, 300, 1440]))
                    self.act(code, "forward", as_=giver)
                    self.act(code, "take_over", as_=taker)
                by = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"][:10]
                self.act(code, "ask_opinion", "head_tp", office="tnmt", answer_by=f"{by}T23:30:00+07:00", reason="Xin ý kiến")
            elif lot < 0.8:
                if dice.random() < 0.6:
                    self.attach(code, "result", "digitised")
                self.to_counter(code)
                if dice.random() < 0.7:
                    self.act(code, "return", "clerk1", **({"postal_code": "EH123456789VN"} if dice.random() < 0.5 else {"collector_paper": "slip"}))
            self.clock(advance_minutes=dice.choice([300, 1440]))

    def listed(self, form, words, limit=37):
        """The rows of a list, page by page."""
        items, after = [], ""
        while True:
            page = self.call("GET", f"/api/v1/statistics/{form}/dossiers?{query(words)}&limit={limit}{after}", as_="inspector1", status=200).json
            items += page["items"]
            if "next" not in page:
                codes = [item["code"] for item in items]
                self.assertEqual(len(codes), len(set(codes)), (form, words))
                return items
            after = f"&after={page['next']}"

    def hold(self, form, words, columns, row, cell, column):
        """A figure against the list that it leads to; how many dossiers there were."""
        where = (form, words, row["label"], column["key"])
        cut = dict(urllib.parse.parse_qsl(row.get("cut", "")))
        behind = dict(urllib.parse.parse_qsl(column["behind"]))
        place = behind.pop("place", None)
        asked = {k: v for k, v in {**words, **cut, **behind}.items() if not (place and k == "group_by")}
        if place:
            if not cut:
                return 0
            rows = self.call("GET", f"/api/v1/statistics/{place}?{query(asked)}", as_="inspector1", status=200).json["rows"]
            self.assertEqual(len(rows), cell["n"] or 0, where)
            return len(rows)
        items = self.listed(form, asked)
        if column["kind"] == "count":
            self.assertEqual(sum(item.get("times", 1) for item in items), cell["n"], where)
        else:  # a measure of passages: of the dossiers that were measured
            figures = {c["key"]: x.get("n") for c, x in zip(columns, row["cells"])}
            self.assertEqual(sum(item["times"] for item in items), figures["within"] + figures["over"], where)
            if all(item["times"] == 1 for item in items):
                share = 0.5 if column["key"].startswith("median") else 0.9
                of = [i["used_minutes"] if column["key"].endswith("minutes") else i["used_minutes"] * 100 // i["budget_minutes"] for i in items]
                self.assertEqual(nearest_rank(of, share), cell["n"], where)
        return len(items)

    def walk(self, form, words):
        """Every figure of a form; which columns led to how many dossiers."""
        if form in OF_DOSSIERS:
            return {}
        reply = self.call("GET", f"/api/v1/statistics/{form}?{query(words)}", as_="inspector1")
        if reply.status == 422 and reply.code in ("field_not_word", "statistics_before"):
            return {}
        self.assertEqual(reply.status, 200, (form, words, reply.body[:300]))
        report, seen = reply.json, {}
        for i, column in enumerate(report["columns"]):
            if column["kind"] == "count" or (column["kind"] == "number" and form == "index-766" and column["key"] not in PORTAL):
                self.assertIn("behind", column, (form, column["key"]))
            if "behind" not in column:
                continue
            for row in [*report["rows"], *([report["total"]] if "total" in report else [])]:
                cell = row["cells"][i]
                is_all = row is report.get("total") or words.get("group_by") == "none"
                if cell.get("n") is None or (column["kind"] != "count" and not cell["n"]):
                    continue
                if "cut" not in row and not is_all:
                    self.assertTrue(row.get("key") is None or form == "index-766", (form, row["label"]))
                    continue
                seen[column["key"]] = seen.get(column["key"], 0) + self.hold(form, words, report["columns"], row, cell, column)
        return seen

    def test_1_as_many_as_the_figure_says(self):
        dice = random.Random(77)
        self.lives(dice, 22)
        self.live(dice, 8)
        self.settled()
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"][:10]
        seen = {}
        for form in FORMS:
            for group in GROUPS:
                words = {"from": "2022-08-02", "to": now, "group_by": group}
                for column, n in self.walk(form, words).items():
                    seen[form, column] = seen.get((form, column), 0) + n
            own = self.walk(form, {"from": "2022-08-02", "to": now})  # or rows of its own
            seen |= {(form, column): n for column, n in own.items() if (form, column) not in seen}
        for view in ("original", "portal"):
            for group in ("office", "step"):
                self.walk("lateness", {"from": "2022-08-02", "to": now, "group_by": group, "view": view})
        for form in FORMS:
            self.assertTrue(form in OF_DOSSIERS or any(n for key, n in seen.items() if key[0] == form), form)
        for form, column in (("lateness", "age_1_5"), ("lateness", "done_in_time"), ("lateness", "late_open"), ("ageing", "open_5"), ("steps", "over"), ("steps", "within"), ("steps", "median_minutes"), ("supplements", "once"),
                             ("supplements", "requests"), ("components", "sent_back"), ("components", "requests"), ("digital", "reused"),
                             ("digital", "paid_online"), ("post", "received_by_post"), ("post", "returned_by_post"), ("post", "returned")):
            self.assertGreater(seen[form, column], 0, (form, column))

    def test_2_at_any_moment_and_knowledge(self):
        dice = random.Random(78)
        for form in FORMS:
            for _ in range(3):
                begin, end = sorted(dice.sample(DAYS, 2))
                words = {"from": begin, "to": end}
                if dice.random() < 0.6:
                    words["as_of"] = dice.choice([d for d in DAYS if begin <= d <= end])
                if dice.random() < 0.5:
                    words["known_at"] = dice.choice([d for d in DAYS if d >= "2022-08-05"])
                if form == "lateness":
                    words["view"] = dice.choice(["due", "original", "portal"])
                if dice.random() < 0.3:
                    words |= {"procedure": "TP-10"}
                self.walk(form, words)

    def test_3_a_small_page_and_a_file_say_the_same(self):
        words = {"from": "2022-08-01", "to": "2022-09-30"}
        for form, column in (("digital", "received"), ("digital", "reused"), ("post", "results_returned"), ("steps", "passages"), ("supplements", "requests"),
                             ("ageing", "open_more"), ("components", "paper_requests")):
            items = self.listed(form, {**words, "column": column}, limit=2)
            text = self.call("GET", f"/api/v1/statistics/{form}/dossiers?{query(words)}&column={column}&format=csv&without_bom=true", as_="inspector1",
                             status=200, checked=False).body.decode()
            lines = [line for line in text.split("\r\n") if line]
            self.assertEqual([line.split(",")[0] for line in lines[1:]], [item["code"] for item in items], column)
            at = lines[0].split(",").index("times") if "times" in lines[0] else None
            if at is not None:
                self.assertEqual([line.split(",")[at] for line in lines[1:]], [str(item["times"]) for item in items], column)

    def test_3b_from_the_command_line(self):
        words = ("figures", "--form", "steps", "--column", "passages", "--from", "2022-08-01", "--to", "2022-09-30")
        lines = self.cli(*words, "--format", "csv").stdout.strip().split("\n")
        items = self.listed("steps", {"from": "2022-08-01", "to": "2022-09-30", "column": "passages", "office": "ubnd"})
        self.assertEqual([line.split(",")[0] for line in lines[1:]], [item["code"] for item in items])
        self.assertIn(items[0]["code"], self.cli(*words).stdout)
        self.assertEqual(self.cli(*words, "--format", "xlsx").returncode, 2)  # into which file?

    def test_4_what_cannot_be_asked_is_a_sentence(self):
        period = "from=2022-08-01&to=2022-08-31"
        for words, status, code in (("column=paper_asked&component=1", 422, "field_missing"), ("column=paper_asked&component=999&procedure=TP-10", 422, "field_value"),
                                    ("column=paper_asked&component=0&procedure=TP-10", 422, "field_range"), ("column=mo", 422, "field_not_word"),
                                    ("column=open_5&officer=clerk1", 422, "field_unknown"), ("column=passages&step=TP-10.99", 422, "field_value")):
            reply = self.call("GET", f"/api/v1/statistics/components/dossiers?{period}&{words}", as_="inspector1")
            self.assertEqual((reply.status, reply.code), (status, code), words)
        self.call("GET", f"/api/v1/statistics/steps/dossiers?{period}&column=passages&officer=clerk1", as_="clerk1", status=403)
        self.call("GET", f"/api/v1/statistics/steps/dossiers?{period}&column=passages&group_by=officer", as_="clerk1", status=403)


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
