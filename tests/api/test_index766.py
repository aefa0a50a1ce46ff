#!/usr/bin/env python3
"""Index 766 against a count of the events, dossier by dossier, over random lives; the portal's files: taken in whole or not at all, and held
against ours with the likely reason."""
import datetime as dt
import random
import urllib.parse

import harness
from test_attachments import png

ZONE = dt.timezone(dt.timedelta(hours=7))
LETTERS = {}
made = {}


def instant(text):
    return text and dt.datetime.fromisoformat(text)


def end_of(day):
    return dt.datetime.combine(dt.date.fromisoformat(day) + dt.timedelta(days=1), dt.time(), ZONE) - dt.timedelta(microseconds=1)


class Life:
    """What the events of a dossier say of it at an instant: nothing of the engine's fold is used."""

    def __init__(self, code, dossier, events, at):
        self.code, self.dossier = code, dossier
        self.received = self.due = self.ended = self.withdrawal = self.outcome = None
        self.asked, self.pairs, self.papers, self.reappointed = None, [], {}, None
        self.returned = self.packet = self.way = None
        self.amount = 0
        for e in sorted(events, key=lambda e: (e["at"], e["seq"])):
            data, when = e.get("data", {}), instant(e["at"])
            if when > at:
                continue
            if data.get("due_at") and e["action"] in ("accept", "receive_supplement", "recompute_due"):
                self.due = instant(data["due_at"])
            if e["action"] == "accept":
                self.received, self.channel = when, data["channel"]
            elif e["action"] == "request_supplement":
                self.asked = when
                self.pairs.append([when, None])
            elif e["action"] == "receive_supplement":
                self.pairs[-1][1] = when
            elif e["action"] == "request_withdrawal":
                self.withdrawal = when
            elif e["action"] in ("take_over_result", "stop"):
                self.ended, self.outcome = when, e["action"]
            elif e["action"] == "issue_letter":
                self.reappointed = instant(data.get("reappointed_at")) or self.reappointed
            elif e["action"] == "record_payment":
                self.amount, self.way = data["amount"], data["payment_way"]
            elif e["action"] == "return":
                self.returned, self.packet = when, data.get("postal_code")
            elif e["action"] == "attach_paper":
                self.papers[data["attachment"]] = (data["purpose"], data["handling"])
            elif e["action"] == "detach_paper":
                del self.papers[data["attachment"]]
        self.at = at

    def index(self):
        end = self.ended or self.withdrawal or self.at
        waited = dt.timedelta()
        for asked, back in self.pairs:
            if back is None:
                end = asked
            else:
                waited += back - asked
        promise = self.reappointed or self.due
        return end, waited, len(self.pairs) <= 1 and end - waited <= promise

    def day(self, when):
        return when.astimezone(ZONE).date().isoformat()


class IndexTest(harness.ApiTest):
    def clock(self, **move):
        return self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200).json["now"]

    def attach(self, code, purpose, handling):
        data = png(4, 4)
        body = {"name": "a.png", "size": len(data), "purpose": purpose, "handling": handling, **({"component": 1} if purpose == "component" else {})}
        upload = self.call("POST", f"/api/v1/dossiers/{code}/uploads", body, as_="clerk1", status=201).json
        self.call("PUT", f"/api/v1/uploads/{upload['id']}?from=0", data, as_="clerk1", status=200)
        return self.call("POST", f"/api/v1/uploads/{upload['id']}/actions/finish", None, as_="clerk1", status=201).json

    def step(self, dice, left, code=None):
        """Something happens to one of the dossiers under way."""
        code = code or dice.choice(left)
        state = self.dossier(code)["state"]
        if state == "awaiting_supplement":
            self.act(code, "receive_supplement", "clerk1")
        elif state == "withdrawal_requested":
            left.remove(code)
        elif dice.random() < 0.3:
            if state == "received":  # a second time only the agency may ask
                self.act(code, "forward", "clerk1", officer="head_tp")
                self.act(code, "take_over", "head_tp")
            self.act(code, "request_supplement", "head_tp", reason="Thiếu", items=["Đơn"])
        elif dice.random() < 0.15:
            self.act(code, "request_withdrawal", "clerk1", reason="Đổi ý")
        else:
            if dice.random() < 0.6:
                self.attach(code, "result", "digitised")
            self.to_counter(code)
            if dice.random() < 0.6:
                self.act(code, "return", "clerk1", **({"postal_code": "EH123456789VN"} if dice.random() < 0.5 else {"collector_paper": "slip"}))
            left.remove(code)

    def live(self, dice, n):
        left = made.setdefault("left", [])
        made["fee"] = self.call("GET", "/api/v1/procedures/TP-10", as_="admin", status=200).json["cases"][0].get("fee_dong", 0)
        for _ in range(n):
            code = self.intake(channel=dice.choice(["direct", "post"]))["code"]
            made.setdefault("codes", []).append(code)
            left.append(code)
            for _ in range(dice.choice([0, 0, 1, 2])):
                last = self.attach(code, "component", dice.choice(["digitised", "reused"]))
                if dice.random() < 0.3:
                    self.call("POST", f"/api/v1/dossiers/{code}/attachments/{last['number']}/actions/detach", {"reason": "nhầm"}, as_="clerk1",
                              status=200)
            if dice.random() < 0.5:
                self.act(code, "record_payment", "clerk1", payment_way=dice.choice(["online", "counter", "post"]), amount=8000)
                if dice.random() < 0.3:
                    self.act(code, "record_payment", "clerk1", payment_way="none", amount=0, reason="ghi nhầm")
            if dice.random() < 0.8:
                self.step(dice, left)
            self.clock(advance_minutes=dice.choice([30, 300, 1440, 1440]))

    def report(self, form="index-766", status=200, **query):
        words = {"from": "2022-08-01", "to": "2022-08-31", **query}
        return self.call("GET", f"/api/v1/statistics/{form}?{urllib.parse.urlencode(words)}", as_="admin", status=status).json

    def cells(self, report):
        keys = [c["key"] for c in report["columns"]]
        return {row["key"]: {k: (c["n"], c.get("shown")) for k, c in zip(keys, row["cells"])} for row in report["rows"]}

    def lives(self, at):
        for code in made["codes"]:
            events = self.call("GET", f"/api/v1/dossiers/{code}/events?limit=200", as_="admin", status=200).json["items"]
            life = Life(code, None, events, at)
            if life.received:
                yield life

    def expected(self, first, last, at):
        """Numerator and denominator of each criterion; of the average time the sum of time."""
        sums = {c: [0, 0] for c in ("2.1", "2.2", "3.3a", "3.3b", "3.3c", "3.6", "4.1", "4.2", "4.3", "5.4")}
        sums["2.2"][0] = dt.timedelta()

        def add(criterion, n):
            sums[criterion][0] += n
            sums[criterion][1] += 1
        for life in self.lives(at):
            end, waited, in_time = life.index()
            done_on = life.ended and life.day(life.ended)
            papers = list(life.papers.values())
            has_result = any(p == "result" for p, _ in papers)
            if life.day(life.received) <= last and not (done_on and done_on < first):
                add("2.1", in_time)
                add("5.4", in_time)
            if first <= life.day(life.received) <= last:
                if life.outcome == "take_over_result":
                    add("2.2", end - waited - life.received)
                add("3.3a", False)
                if made["fee"] or life.amount:
                    add("3.6", life.way == "online")
                add("3.3b", life.channel == 1)
                add("3.3c", life.channel == 3)
                add("4.3", any(h == "reused" for p, h in papers if p == "component"))
            if life.outcome == "take_over_result" and first <= done_on <= last:
                add("4.1", has_result)
                add("4.2", has_result and any(p == "component" for p, _ in papers))
        return sums

    def compare(self, first, last, **moment):
        report = self.report(**{"from": first, "to": last, **moment})
        got = self.cells(report)
        for criterion, (n, of) in self.expected(first, last, instant(report["as_of"])).items():
            row = got[criterion]
            self.assertEqual(row["denominator"][0], of, (criterion, first, last))
            if criterion == "2.2":
                minutes = n // dt.timedelta(minutes=1)
                self.assertEqual(row["total_minutes"][0], minutes)
                self.assertEqual(row["numerator"][0], None)
            else:
                self.assertEqual(row["numerator"][0], n, (criterion, first, last))
                self.assertEqual(row["rate"][1], f"{100 * n / of:.2f} %" if of else "–")
        return got

    def test_1_every_criterion_is_what_the_events_say(self):
        dice = random.Random(766)
        self.live(dice, 25)
        for days in (3, 12, 9):  # some are sent back twice, some end late
            self.clock(advance_minutes=days * 1440)
            for code in list(made["left"]):
                self.step(dice, made["left"], code)
        for first, last in (("2022-08-01", "2022-08-31"), ("2022-08-10", "2022-08-12"), ("2022-08-01", "2022-08-05"), ("2022-08-20", "2022-09-30")):
            self.compare(first, last)
            self.compare(first, last, as_of="2022-08-11")
        lives = list(self.lives(end_of("2022-10-31")))
        self.assertTrue(any(len(x.pairs) > 1 for x in lives) and any(x.withdrawal for x in lives) and any(x.pairs and x.pairs[0][1] for x in lives))
        got = self.compare("2022-08-01", "2022-10-31")
        self.assertGreater(got["2.1"]["denominator"][0], got["2.1"]["numerator"][0])  # some are late
        self.assertEqual(got["1.4"]["denominator"], (None, "–"))

    def test_2_it_is_the_third_column_of_the_form_and_adds_up_by_office(self):
        form = self.call("GET", "/api/v1/statistics/II.06a?from=2022-08-01&to=2022-08-31", as_="admin", status=200).json
        got = self.cells(self.report())
        self.assertEqual(got["2.1"]["denominator"][0], form["total"]["total_received"])
        for criterion in ("2.1", "4.3", "3.3b"):
            rows = self.cells(self.report(group_by="office", criterion=criterion))
            for part in ("numerator", "denominator"):
                self.assertEqual(sum(r[part][0] for r in rows.values()), got[criterion][part][0])
        self.assertEqual(self.report(status=422, group_by="office", criterion="9.9")["code"], "field_value")
        self.assertEqual(self.report(status=422, group_by="field")["code"], "field_not_word")
        empty = self.cells(self.report(field="dat_dai"))
        self.assertEqual((empty["2.1"]["denominator"][0], empty["2.1"]["rate"][1], empty["2.1"]["points"][0]), (0, "–", None))
        for kind in ("csv", "xlsx", "pdf"):
            self.call("GET", f"/api/v1/statistics/index-766?from=2022-08-01&to=2022-08-31&format={kind}", as_="admin", status=200, checked=False)

    def test_2b_each_figure_leads_to_its_dossiers(self):
        report = self.report()
        got = self.cells(report)
        in_time = {life.code: life.index()[2] for life in self.lives(instant(report["as_of"]))}
        for criterion in ("2.1", "2.2", "3.3b", "3.6", "4.1", "4.3", "5.4"):
            behind = self.report("index-dossiers", criterion=criterion)
            rows = self.cells(behind)
            self.assertEqual(len(rows), got[criterion]["denominator"][0], criterion)
            if criterion != "2.2":
                met = self.report("index-dossiers", criterion=criterion, met="yes")["rows"]
                self.assertEqual(len(met), got[criterion]["numerator"][0], criterion)
                self.assertEqual(len(self.report("index-dossiers", criterion=criterion, met="no")["rows"]), len(rows) - len(met))
            if criterion == "2.1":
                self.assertEqual({code: row["met"][1] == "yes" for code, row in rows.items()}, {code: in_time[code] for code in rows})
        self.assertEqual(self.report("index-dossiers", status=422, criterion="1.4")["code"], "field_value")
        self.call("GET", "/api/v1/statistics/index-dossiers?from=2022-08-01&to=2022-08-31&format=csv", as_="admin", status=200, checked=False)

    def test_3_post_and_digital_are_the_same_counts_by_row(self):
        at, first, last = end_of("2022-08-31"), "2022-08-01", "2022-08-31"
        lives = list(self.lives(at))
        post = self.report("post", group_by="none")
        got = {k: c["n"] for k, c in zip([c["key"] for c in post["columns"]], post["total"]["cells"])}
        back = [x for x in lives if x.returned and first <= x.day(x.returned) <= last]
        self.assertEqual((got["received"], got["received_by_post"], got["returned"], got["returned_by_post"]),
                         (sum(first <= x.day(x.received) <= last for x in lives), sum(x.channel == 3 and first <= x.day(x.received) <= last for x in lives),
                          len(back), sum(bool(x.packet) for x in back)))
        self.assertTrue(0 < got["returned_by_post"] < got["returned"])
        digital = self.report("digital")
        got = {k: c["n"] for k, c in zip([c["key"] for c in digital["columns"]], digital["total"]["cells"])}
        sums = self.expected(first, last, at)
        self.assertEqual([got[k] for k in ("reused", "received", "result_file", "settled", "digitised", "paid_online", "with_fee")],
                         [*sums["4.3"], *sums["4.1"], sums["4.2"][0], *sums["3.6"]])
        for kind in ("csv", "xlsx", "pdf"):
            for form in ("post", "digital"):
                self.call("GET", f"/api/v1/statistics/{form}?from={first}&to={last}&format={kind}", as_="admin", status=200, checked=False)

    def test_3_payments_that_are_refused(self):
        code = self.intake()["code"]
        for body, refusal in (({}, "field_required"), ({"payment_way": "online", "amount": 0}, "field_value"), ({"payment_way": "none", "amount": 5}, "field_value"),
                              ({"payment_way": "none"}, "field_required"), ({"payment_way": "gold", "amount": 5}, "field_not_word")):
            self.assertEqual(self.act(code, "record_payment", "clerk1", 422, **body).code, refusal, body)
        if not made["fee"]:
            self.assertEqual(self.act(code, "record_payment", "clerk1", 409, payment_way="online").code, "payment_no_fee")
        self.act(code, "record_payment", "head_tp", 403, payment_way="online", amount=5)
        self.assertEqual(self.act(code, "record_payment", "clerk1", payment_way="online", amount=5000).json["payment"]["amount"], 5000)

    def test_3_asked_again_as_of_the_same_moment_it_says_the_same(self):
        now = self.clock(advance_minutes=1)
        self.clock(advance_minutes=1)
        asked = [(first, {"as_of": as_of, "known_at": now}) for first in ("2022-08-01", "2022-08-09") for as_of in (now, "2022-08-10", "2022-08-15")]
        before = [self.report(**{"from": first, **m}) for first, m in asked]
        self.live(random.Random(3), 6)
        for (first, m), old in zip(asked, before):
            self.assertEqual(self.report(**{"from": first, **m}), old)

    # ---- the portal ----

    def send(self, text, status=200, **query):
        words = {"from": "2022-08-01", "to": "2022-08-31", "name": "cong-t8.csv", **query}
        return self.call("POST", f"/api/v1/portal-files?{urllib.parse.urlencode(words)}", text.encode(), as_="admin", status=status,
                         headers={"Content-Type": "application/octet-stream"}).json

    def test_4_a_file_with_a_fault_is_not_kept(self):
        head = "Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,Trạng thái hồ sơ\n"
        good = "A-1,01/08/2022 08:00,05/08/2022,,4\n"
        faults = [("A-2,31/02/2022,05/08/2022,,4\n", "portal_cell"), ("A-2,,05/08/2022,,4\n", "portal_missing"),
                  (",01/08/2022,05/08/2022,,4\n", "portal_missing"), ("A-1,01/08/2022,05/08/2022,,4\n", "portal_twice"),
                  ("A-2,02/08/2022,01/08/2022,,4\n", "portal_backwards"), ("A-2,02/08/2022,05/08/2022,01/08/2022 10:00,9\n", "portal_backwards"),
                  ("A-2,02/08/2022,05/08/2022,,11\n", "portal_cell"), ("A-2,02/08/2022\n", "csv_fields"),
                  ("A-2,20220802256000,05/08/2022,,4\n", "portal_cell"), ("A-2,02/08/2022 25:00,05/08/2022,,4\n", "portal_cell")]
        for row, code in faults:
            reply = self.send(head + good + row)
            self.assertEqual((reply["is_kept"], reply["fault_count"], reply["faults"][0]["line"], reply["faults"][0]["code"]), (False, 1, 3, code), row)
        for text, code in (("", "portal_empty"), (head, "portal_empty"), ("a,b\n1,2\n", "portal_layout"),
                           ("Mã hồ sơ,Ngày tiếp nhận\nA,01/08/2022\n", "portal_layout"), ("a,a\n1,2\n", "csv_header_twice")):
            self.assertEqual(self.send(text, 422)["code"], code, text)
        figures = "Mã chỉ số,Tử số,Mẫu số,Tỷ lệ,Điểm,Điểm tối đa\n"
        for row, code in (("9.9,1,2,,,\n", "portal_criterion"), ("2.1,x,2,,,\n", "portal_cell"), ("2.1,1,2,a %,,\n", "portal_cell")):
            self.assertEqual(self.send(figures + row)["faults"][0]["code"], code)
        self.assertEqual(self.send(figures, 422, to="2022-07-01")["code"], "period_backwards")
        self.assertEqual(self.send(figures, 422, office="nowhere")["code"], "office_unknown")
        self.assertEqual(self.call("GET", "/api/v1/portal-files", as_="admin", status=200).json["items"], [])
        self.assertEqual(self.report("portal-differences", 422)["code"], "portal_no_file")
        self.call("POST", "/api/v1/portal-files?from=2022-08-01&to=2022-08-31", head.encode(), as_="clerk1", status=403,
                  headers={"Content-Type": "application/octet-stream"})

    def test_5_the_portals_figures_stand_beside_ours(self):
        kept = self.send("﻿Mã chỉ số,Tử số,Mẫu số,Tỷ lệ,Điểm,Điểm tối đa\r\n2.1,7,8,\"87,5 %\",5.25,6\r\n4.1,,,,,\r\n4.4,1,2,50,,\r\n")
        self.assertEqual((kept["is_kept"], kept["file"]["kind"], kept["file"]["rows"]), (True, "figures", 3))
        got = self.cells(self.report())
        self.assertEqual((got["2.1"]["portal_numerator"][0], got["2.1"]["portal_rate"][1], got["2.1"]["portal_ratio"][1]), (7, "87.50 %", "87.50 %"))
        self.assertEqual(got["4.1"]["portal_numerator"], (None, "–"))  # null is not zero
        self.assertEqual(self.cells(self.report(**{"from": "2022-08-02"}))["2.1"]["portal_numerator"][0], None)  # another period

    def test_6_dossier_by_dossier_with_the_likely_reason(self):
        at = instant(self.report()["as_of"])
        lines, reasons = ["MaHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,TrangThaiHoSo"], {}
        lives = [x for x in self.lives(at) if x.day(x.received) <= "2022-08-31"]
        stamp = lambda when: when.astimezone(ZONE).strftime("%Y%m%d%H%M%S") if when else ""
        whole = lambda x: [stamp(x.received), stamp(x.reappointed or x.due), stamp(x.index()[0] if x.index()[0] != at else None)]
        plain = [x for x in lives if not x.pairs and not x.withdrawal and x.ended]
        for x in lives:
            received, due, ended = whole(x)
            if x is plain[0]:
                reasons[x.code] = "only_here"
                continue
            if x is plain[1]:
                due, reasons[x.code] = stamp(x.due + dt.timedelta(days=5)), "due_differs"
            elif x is plain[2]:
                due, reasons[x.code] = stamp(x.due - dt.timedelta(hours=1)), "due_day"
            elif x is plain[3]:
                ended, reasons[x.code] = "", "end_missing"
            elif x is plain[4]:
                ended, reasons[x.code] = stamp(x.ended + dt.timedelta(days=2)), "end_differs"
            elif x is plain[5]:
                received, reasons[x.code] = stamp(x.received - dt.timedelta(days=1)), "received_differs"
            elif len(x.pairs) > 1 and x.index()[0] <= x.due:
                reasons[x.code] = "several_supplements"
            elif len(x.pairs) == 1 and x.pairs[0][1] and x.index()[2] and x.index()[0] > x.due:
                reasons[x.code] = "supplement"
            lines.append(f"{x.code},{received},{due},{ended},")
        lines.append("KHONG-CO-1,01/08/2022,05/08/2022,,4")
        reasons["KHONG-CO-1"] = "unknown_code"
        refused = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": {"name": "Nguyễn Văn B"}, "channel": "online"}, as_="clerk1")
        self.assertIn(refused.status, (201, 403, 422))
        self.assertTrue(self.send("\n".join(lines))["is_kept"])
        report = self.report("portal-differences", as_of="2022-08-31")
        words = dict(line.split("|") for line in REASONS)
        rows = self.cells(report)
        for code, reason in reasons.items():
            self.assertIn(code, rows, reason)
            self.assertIn(words[reason], rows[code]["reason"][1], code)
        # Who agrees is not listed: what is, differs as the file was made to.
        self.assertLessEqual(set(rows) - set(reasons), {x.code for x in lives if x.ended and x.pairs or x.withdrawal} | {refused.json.get("code")})
        synced = self.cells(self.report())["1.4"]
        self.assertEqual(synced["numerator"][0], sum(x is not plain[0] and x.day(x.received) >= "2022-08-01" for x in lives))
        self.assertIn("3.3a x 1.4", self.cells(self.report()))


REASONS = []
for row in (harness.TOP / "proto/tables/portal.def").read_text(encoding="utf-8").splitlines():
    if row.startswith("PORTAL_REASON("):
        cut = [c for c in row.split('"')]
        REASONS.append(f"{cut[1]}|{cut[5]}")


if __name__ == "__main__":
    harness.main(demo=True, at=harness.START)
