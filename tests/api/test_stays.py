#!/usr/bin/env python3
"""Where dossiers stood: the rows against a fold of the events written anew in Python, over random lives; rows of older databases
made again by the daemon, with what was known when."""
import datetime
import random

import harness

ZONE = datetime.timezone(datetime.timedelta(hours=7))
SESSIONS = ((7 * 60, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))
DAYS_OFF = {datetime.date(2022, 9, 1), datetime.date(2022, 9, 2)}
COLUMNS = "dossier_id, entered_at, left_at, step, office_id, officer_id, is_last, is_waiting, is_over, budget_minutes, used_minutes"


def rows(sql):
    return harness.daemon.rows(sql)


def moment(us):
    return datetime.datetime.fromtimestamp(us / 1e6, ZONE).replace(tzinfo=None)


def worked(a, b):
    """Working microseconds between two instants."""
    total, day = 0, moment(a).date()
    midnight = a - int((moment(a) - datetime.datetime.combine(day, datetime.time())).total_seconds() * 1e6)
    while midnight < b:
        if day.weekday() < 5 and day not in DAYS_OFF:
            for first, last in SESSIONS:
                begin, end = max(a, midnight + first * 60000000), min(b, midnight + last * 60000000)
                total += max(0, end - begin)
        day, midnight = day + datetime.timedelta(days=1), midnight + 86400000000
    return total


class Place:
    """What decides where a dossier stands, from its events alone."""

    def __init__(self):
        self.accepted = self.ended = self.mistake = False
        self.step = self.office = self.officer = 0
        self.pending, self.wait, self.due, self.stays, self.restarts = None, None, None, [], []

    def see(self, e):
        at, act = e["at"], e["action"]
        to = (e.get("step", self.step), e.get("to_office", 0), e.get("to_officer", 0))
        if act == "accept":
            self.accepted = True
            self.step, self.office, self.officer = to[0], to[1], e.get("to_officer", e["actor"])
        elif act in ("forward", "send_back", "hand_over_result"):
            self.pending = to
        elif act == "take_over":
            self.step, self.office = self.pending[0], self.pending[1]
            self.officer, self.pending = e["actor"], None
        elif act == "assign":
            if self.pending and e.get("to_office") == self.pending[1] and e.get("to_office") != self.office:
                self.pending = (*self.pending[:2], to[2])
            else:
                self.office, self.officer = e.get("to_office", self.office), to[2]
        elif act in ("request_supplement", "hold"):
            self.wait = e["hold_effect"] if not e.get("is_late_request") and not (self.due and at > self.due) else "runs_on"
        elif act in ("receive_supplement", "resume"):
            if self.wait == "restart":
                self.restarts.append(at)
            self.wait = None
        elif act in ("take_over_result", "stop", "close", "force_close"):
            self.ended = at
        elif act == "close_mistake":
            self.mistake = True
        self.due = e.get("due_at", self.due)
        if not self.accepted:
            return
        place = (self.step, self.office, self.officer, self.wait in ("restart", "resume"))
        if self.ended:
            if self.stays[-1][1] is None:
                self.stays[-1][1] = self.ended
            return
        if self.stays and self.stays[-1][2] == place:
            return
        if self.stays and self.stays[-1][0] == at:
            self.stays.pop()
        elif self.stays:
            self.stays[-1][1] = at
        if self.stays and self.stays[-1][2] == place:
            self.stays[-1][1] = None
            return
        self.stays.append([at, None, place])


def fold(dossier):
    """The events as stored: lines of word and value; those that were replaced are left out."""
    events = []
    for (text,) in rows(f"SELECT replace(convert_from(bytes, 'UTF8'), E'\\n', ';') FROM event WHERE dossier_id = {dossier} ORDER BY seq"):
        e = {}
        for line in text.split(";"):
            word, _, value = line.partition(" ")
            e[word] = int(value) if value.lstrip("-").isdigit() else value
        events.append(e)
    gone = {e["replaces"] for e in events if "replaces" in e}
    place = Place()
    for e in sorted((e for e in events if e["seq"] not in gone), key=lambda e: (e["at"], e["seq"])):
        place.see(e)
    return place


def expected(dossier, budgets):
    place, spent, out = fold(dossier), {}, []
    if place.mistake:
        return []
    for entered, left, (step, office, officer, waits) in place.stays:
        if entered in place.restarts:
            spent = {}
        budget = used = None
        over = False
        if not waits:
            budget = budgets[step] * 60000000 - spent.get(step, 0)
            if left is not None:
                used = worked(entered, left)
                over = used > max(budget, 0)
                spent[step] = spent.get(step, 0) + used
        out.append((entered, left, step, office, officer, bool(left and place.ended == left), waits, over,
                    None if budget is None else max(budget, 0) // 60000000, None if used is None else used // 60000000))
    return out


def stored(dossier):
    def number(text):
        return None if text == "" else int(text)
    us = "(extract(epoch FROM {}) * 1000000)::bigint"
    sql = (f"SELECT {us.format('entered_at')}, {us.format('nullif(left_at, $$infinity$$)')}, step, coalesce(office_id, 0), coalesce(officer_id, 0),"
           f" is_last, is_waiting, is_over, budget_minutes, used_minutes FROM stay WHERE dossier_id = {dossier} AND known_to = 'infinity' ORDER BY entered_at")
    return [(number(r[0]), number(r[1]), *map(int, r[2:5]), *(x == "t" for x in r[5:8]), number(r[8]), number(r[9])) for r in rows(sql)]


class StaysTest(harness.ApiTest):
    def clock(self, **move):
        self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200)

    def live(self, dice, n):
        """Dossiers on their way through TP-10, handed on, sent back, assigned, held, stopped."""
        hands = [("forward", "clerk1"), ("take_over", "head_tp"), ("forward", "head_tp"), ("take_over", "officer1"), ("forward", "officer1"),
                 ("take_over", "head_tp"), ("forward", "head_tp"), ("take_over", "leader1"), ("decide", "leader1"),
                 ("hand_over_result", "leader1"), ("take_over_result", "clerk1")]
        under_way, asked = {}, set()
        for _ in range(n):
            self.clock(advance_minutes=dice.choice([7, 30, 95, 300, 1440, 2880]))
            if len(under_way) < 4 or dice.random() < 0.15:
                under_way[self.intake()["code"]] = 0
                continue
            code = dice.choice(sorted(under_way))
            at, lot = under_way[code], dice.random()
            if lot < 0.12 and at in (0, 4):
                who = "clerk1" if at == 0 else "officer1"
                if code not in asked:
                    asked.add(code)
                    self.act(code, "request_supplement", who, reason="Thiếu giấy tờ", items=["Đơn"])
                    self.clock(advance_minutes=dice.choice([60, 1440, 4320]))
                    self.act(code, "receive_supplement", "clerk1")
            elif lot < 0.2 and at == 2:
                self.act(code, "assign", "head_tp", officer=dice.choice(["officer1", "head_tp"]))
                if self.dossier(code)["officer"] != "head_tp":
                    self.act(code, "assign", "head_tp", officer="head_tp")
            elif lot < 0.26 and at == 4:
                self.act(code, "send_back", "officer1", reason="Chưa rõ")
                self.act(code, "take_over", "head_tp")
                under_way[code] = 2
            elif lot < 0.3 and at:
                self.act(code, "stop", "leader1", reason="Không thuộc thẩm quyền")
                del under_way[code]
            else:
                self.act(code, *hands[at])
                under_way[code] += 1
                if under_way[code] == len(hands):
                    del under_way[code]

    def compare(self):
        budgets = {int(s): int(b) for s, b in rows("SELECT s.seq, s.budget_minutes FROM procedure_step s JOIN procedure_case c ON c.id = s.case_id"
                                                   " JOIN procedure_version v ON v.id = c.procedure_id WHERE v.key = 'TP-10'")}
        n = 0
        for dossier, in rows("SELECT id FROM dossier ORDER BY id"):
            self.assertEqual(stored(dossier), expected(dossier, budgets), dossier)
            n += len(stored(dossier))
        return n

    def test_1_stays_are_the_fold_of_the_events(self):
        self.live(random.Random(3), 110)
        self.assertGreater(self.compare(), 40)
        for what in ("is_waiting", "is_over", "is_last", "known_to = 'infinity'"):
            self.assertGreater(int(rows(f"SELECT count(*) FROM stay WHERE {what}")[0][0]), 0, what)

    def test_2_a_correction_is_known_from_then_on(self):
        code = self.intake()["code"]
        self.clock(advance_minutes=60)
        dossier = rows(f"SELECT id FROM dossier WHERE code = '{code}'")[0][0]
        before = stored(dossier)
        now = self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"]
        self.clock(advance_minutes=60)
        second = {"second_person": "clerk2", "second_password": self.passwords["clerk2"], "reason": "Ghi nhầm giờ"}
        self.act(code, "correct", "clerk1", corrected_field="received_at", corrected_value="2022-08-01T07:30:00+07:00", **second)
        self.assertLess(stored(dossier)[0][0], before[0][0])
        self.act(code, "close_mistake", "clerk1", **second)
        self.assertEqual(stored(dossier), [])
        known = rows(f"SELECT count(*) FROM stay WHERE dossier_id = {dossier} AND known_from <= '{now}' AND '{now}' < known_to")
        self.assertEqual(int(known[0][0]), len(before))

    def test_3_older_databases_get_theirs(self):
        columns = COLUMNS + ", known_from, known_to, left_known_at, case_id"
        harness.daemon.stop()
        before = rows(f"SELECT {columns} FROM stay ORDER BY dossier_id, entered_at, known_from, known_to")
        rows("DELETE FROM stay; UPDATE setting SET has_stays = false")
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(done.returncode, 0, done.stdout)
        harness.daemon.start()
        self.until(lambda: rows("SELECT has_stays FROM setting") == [["t"]])
        self.assertEqual(rows(f"SELECT {columns} FROM stay ORDER BY dossier_id, entered_at, known_from, known_to"), before)
        self.live(random.Random(5), 20)
        self.compare()

    def test_4_a_decision_before_that_writes_none_and_misses_none(self):
        code = self.intake()["code"]
        dossier = rows(f"SELECT id FROM dossier WHERE code = '{code}'")[0][0]
        rows(f"UPDATE setting SET has_stays = false; DELETE FROM stay WHERE dossier_id = {dossier}")
        self.act(code, "forward", "clerk1")
        self.act(code, "take_over", "head_tp")
        self.assertEqual(stored(dossier), [])
        harness.daemon.stop()
        harness.daemon.start()
        self.until(lambda: rows("SELECT has_stays FROM setting") == [["t"]])
        self.compare()

    def test_5_the_checker_names_what_differs(self):
        self.assertEqual(harness.daemon.command("verify", "--config", harness.daemon.config).returncode, 0)
        rows("ALTER TABLE stay DISABLE TRIGGER USER; UPDATE stay SET used_minutes = used_minutes + 1 WHERE ctid ="
             " (SELECT ctid FROM stay WHERE used_minutes > 0 AND known_to = 'infinity' LIMIT 1)")
        done = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual((done.returncode, "used_minutes" in done.stdout), (1, True), done.stdout)


harness.main(demo=True, at=harness.START)
