#!/usr/bin/env python3
"""What was reported stays reported: random histories, and every report asked again as of and as known at the same moments.

People of two communes act at random, dossiers of last month are imported late, instants and channels are corrected, dossiers turn
out to be entered by mistake, days are closed in the calendar, nights are swept, offices are merged. In between, reports are asked for a
random period, moment of the state, moment of knowledge, cut and grouping, and remembered. Later each must be the same, byte for byte
but for the ledger of letters, which stands as it is now, and notes, which speak of today's offices: after more of the same, after the
counters were folded, and after they were counted anew. A sample is held against a fold of the events in Python
(tests/chaos/history_check.py). REPLAY_SEED repeats a history, REPLAY_STEPS says how long it is; MOTCUA_CHECK=long makes long ones."""
import datetime
import json
import os
import pathlib
import random
import sys
import urllib.parse

import harness

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "chaos"))
import history_check  # noqa: E402

STEPS = int(os.environ.get("REPLAY_STEPS") or {"quick": 60, "long": 2500}.get(os.environ.get("MOTCUA_CHECK", "normal"), 160))
SEED = int(os.environ.get("REPLAY_SEED") or random.randrange(1 << 30))
ZONE = datetime.timezone(datetime.timedelta(hours=7))
START = datetime.datetime(2022, 8, 1, 8, tzinfo=ZONE)
OFFICES = ("x01", "x02")
CUTS = (None, None, "ubnd", "x01", "x02", "x01mc", "x03")
PROCEDURES = ("TP-15", "TP-16", "TP-05", "TP-07", "TP-02")
FORMS = ("II.06a", "II.06a", "II.06a", "by-unit", "by-procedure", "index-766", "lateness", "lateness")
VIEWS = ("due", "original", "portal")
COLUMNS = ("total_received", "online", "direct", "carried_over", "total_done", "early", "on_time", "late", "total_open", "open_in_time", "open_overdue")
LATE_COLUMNS = ("total_received", "total_done", "late_done", "late_open", "late", "second_delays")
WEIGHTS = {"forward": 8, "take_over": 9, "decide": 9, "hand_over_result": 9, "take_over_result": 9, "return": 4, "resume": 5,
           "receive_supplement": 5, "stop": 0.4, "close_mistake": 0.3, "correct": 1.5, "request_supplement": 1.2, "hold": 1,
           "request_withdrawal": 0.5, "close": 0.4, "decide_cause": 1}
NOT_FACTS = ("letters", "notes")


class Fold(history_check.Story):
    """A dossier as it stood, told from its events alone."""

    def __init__(self, ident, events):
        super().__init__(ident, events, 7 * 60)
        self.all = events

    def stand(self, at, known):
        """Its columns at `at` with what was known at `known`; None: not there."""
        self.events = [e for e in self.all if e.recorded_at <= known]
        if any(e.action == "close_mistake" for e in self.events):
            return None
        self.channel = self.outcome = self.original = self.again = None
        self.dates = {}  # of the letters about the delay, as they are worded
        self.fold(at)
        return self

    def fold_one(self, e):
        super().fold_one(e)
        self.original = self.original or self.due
        if e.action == "draft_letter" and e.text("trigger") == history_check.LATENESS:
            self.dates[e.number("letter")] = None
        letter = e.number("letter")
        if letter in self.dates and ("wording" in e or "reappointed_at" in e):
            self.dates[letter] = e.number("reappointed_at")
        if e.action == "waive_letter":
            self.again = e.number("reappointed_at", self.again)
        elif e.action == "issue_letter":
            self.again = self.dates.get(letter) or self.again
        elif e.action == "cancel_letter" and self.again is not None and self.again == self.dates.get(letter):
            self.again = None
        self.channel = e.text("channel", self.channel)
        if e.action == "correct" and e.text("corrected_field") == "channel":
            self.channel = e.text("corrected_number") or e.text("corrected_value")
        if e.action in history_check.ENDS:
            self.outcome = e.text("outcome", history_check.ENDS[e.action])

    def columns(self, first, last, at):
        """first, last: days since 1970."""
        if self.received_at is None or self.day(self.received_at) > last:
            return ()
        received = self.day(self.received_at)
        ended = max(self.day(self.ended_at), received) if self.ended_at is not None else None
        if ended is not None and ended < first:
            return ()
        came = "carried_over" if received < first else "online" if self.channel in ("online", "2") else "direct"
        if ended is not None:
            late = self.is_late_at(self.judged_at)
            early = self.due and self.day(self.judged_at) < self.due[1] and self.outcome not in ("stopped", "withdrawn", "closed")
            return "total_received", came, "total_done", "late" if late else "early" if early else "on_time"
        waits = self.holds and self.holds[-1][1] is None and self.holds[-1][2]
        overdue = not waits and self.is_late_at(at)
        return "total_received", came, "total_open", "open_overdue" if overdue else "open_in_time"

    def lateness(self, first, last, at, view):
        """Its columns of the lateness table by one of the three promises."""
        columns = self.columns(first, last, at)
        if not columns:
            return ()
        done = "total_done" in columns
        end = max(self.day(self.ended_at), self.day(self.received_at)) if done else self.day(at)
        again = None if self.again is None else self.day(self.again)
        late = "late" in columns or "open_overdue" in columns
        if view == "original":
            late = bool(self.original) and ((self.ended_at if done else at) > self.original[0] if self.original[2] else end > self.original[1])
        elif view == "portal":
            late = late and (again is None or end > again)
        return (*(("total_received", "total_done") if done else ("total_received",)),
                *(("late", "late_done" if done else "late_open") if late else ()), *(("second_delays",) if late and again is not None and end > again else ()))


class ReplayTest(harness.ApiTest):
    remembered = []
    codes = {office: [] for office in OFFICES}
    imported = 0
    closures = 0
    refused = {}

    def setUp(self):
        self.dice = random.Random(f"{SEED} {self.id()}")

    # ---- the people ----

    def now(self):
        return datetime.datetime.fromisoformat(self.call("GET", "/api/v1/demo/clock", as_="admin", status=200).json["now"])

    def go_on(self):
        self.call("POST", "/api/v1/demo/clock", {"advance_minutes": self.dice.choice((2, 20, 90, 240, 700, 1440, 2880))}, as_="admin", status=200)

    def try_(self, method, path, body, who, **more):
        reply = self.call(method, path, body, as_=who, **more)
        self.assertLess(reply.status, 500, f"seed {SEED}: {method} {path}: {reply.body[:300]!r}")
        self.assertNotIn(reply.code if reply.status >= 400 else None, ("db_rule", "db_duplicate"), f"seed {SEED}: {method} {path} {body}: {reply.body[:400]!r}")
        if reply.status >= 400:
            self.refused[reply.code] = self.refused.get(reply.code, 0) + 1
        return reply

    def earlier(self, hours):
        return (self.now() - datetime.timedelta(hours=self.dice.random() * hours)).isoformat(timespec="seconds")

    def take_in(self):
        office = self.dice.choice(OFFICES)
        reply = self.try_("POST", "/api/v1/dossiers", {"procedure": self.dice.choice(PROCEDURES), "applicant": {"name": "Người thử"}}, f"clerk_{office}")
        if reply.status == 201:
            self.codes[office].append(reply.json["code"])

    def act_at_random(self):
        office = self.dice.choice(OFFICES)
        if not self.codes[office]:
            return self.take_in()
        code = self.dice.choice(self.codes[office][-25:])
        who = self.dice.choice(("clerk", "officer", "head", "leader", "leader")) + "_" + office
        seen = self.call("GET", f"/api/v1/dossiers/{code}", as_=who)
        allowed = [a for a in (seen.json.get("allowed_actions") if seen.status == 200 else None) or () if a in WEIGHTS]
        if not allowed:
            return None
        action = self.dice.choices(allowed, [WEIGHTS[a] for a in allowed])[0]
        return self.try_("POST", f"/api/v1/dossiers/{code}/actions/{action}", self.body(action, office, who), who,
                         headers={"If-Match": seen.headers["etag"]})

    def body(self, action, office, who):
        reason = {"reason": "Lý do của cán bộ"}
        second = ("head_" if not who.startswith("head") else "leader_") + office
        confirmed = {**reason, "second_person": second, "second_password": self.passwords[second]}
        return {
            "request_supplement": lambda: {**reason, "items": ["Giấy tờ còn thiếu"]},
            "hold": lambda: {**reason, "hold_kind": "other", "legal_ground": "Điều 1"},
            "request_withdrawal": lambda: reason,
            "stop": lambda: {**reason, "legal_ground": "Điều 2"},
            "close": lambda: {**reason, "legal_ground": "Điều 3"},
            "return": lambda: {"collector_name": "Người nhận", "collector_paper": "slip"},
            "decide_cause": lambda: {**reason, "cause": self.dice.choice(("force_majeure", "slow_unit")), "evidence": "BB-1", "at_fault_office": office},
            "correct": lambda: {**confirmed, **self.dice.choice((
                {"corrected_field": "channel", "corrected_value": self.dice.choice(("post", "direct", "online"))},
                {"corrected_field": "done_at", "corrected_value": self.earlier(200)},
                {"corrected_field": "received_at", "corrected_value": self.earlier(800)}))},
            "close_mistake": lambda: confirmed,
        }.get(action, dict)()

    def import_late(self):
        """What another system did up to fifty days ago, known from now on."""
        dossiers = []
        for _ in range(self.dice.randrange(1, 5)):
            received = self.now() - datetime.timedelta(days=self.dice.random() * 50)
            ReplayTest.imported += 1
            d = {"external_code": f"{self.imported}", "channel": self.dice.choice(("direct", "online", "post")), "received_at": received.isoformat(),
                 "events": []}
            if self.dice.random() < 0.85:
                d["due_at"] = (received + datetime.timedelta(days=self.dice.random() * 20)).isoformat()
            if self.dice.random() < 0.6:
                d["ended_at"] = (received + datetime.timedelta(days=self.dice.random() * 25)).isoformat()
                d["outcome"] = self.dice.choice(("granted", "granted", "stopped", "withdrawn"))
            dossiers.append(d)
        office = self.dice.choice(("x01", "x02", "x03"))
        self.try_("POST", "/api/v1/imports", {"source": f"late-{office}", "office": {"key": office, "name": office}, "dossiers": dossiers}, "admin")

    def close_a_day(self):
        day = (self.now() + datetime.timedelta(days=self.dice.randrange(0, 6))).date().isoformat()
        ReplayTest.closures += 1
        reply = self.try_("POST", "/api/v1/calendars/vn/changes", {"operation": "add", "rows": f"day,{day},,closure,,Bão,Storm,QĐ {self.closures}\n",
                                                                   "effective_on": day, "source": "QĐ 1", "reason": "bão"}, "admin")
        if reply.status == 202:
            self.job_ended(reply.json["id"])

    def answer_letter(self):
        """The leader signs, numbers and sends a letter of the commune, or takes one back that was sent."""
        office = self.dice.choice(OFFICES)
        reply = self.try_("GET", f"/api/v1/letters?office={office}&limit=200", None, f"leader_{office}")
        for letter in self.dice.sample(reply.json["items"], min(3, len(reply.json["items"]))) if reply.status == 200 else ():
            deeds = {"drafted": ("sign", "number", "issue"), "signed": ("number", "issue"), "numbered": ("issue",)}.get(letter["state"], ())
            fields = {}
            if letter["state"] in ("issued", "delivered") and self.dice.random() < 0.3:
                deeds, fields = ("cancel",), {"reason": "Sai tên", "reference": "15/TB-UBND"}
            for deed in deeds:
                self.try_("POST", f"/api/v1/letters/{letter['id']}/actions/{deed}", fields, f"leader_{office}")

    def sweep_now(self):
        self.try_("POST", "/api/v1/sweeps", {}, "admin")

    def live(self, steps):
        for n in range(steps):
            deed = self.dice.choices((self.take_in, self.act_at_random, self.import_late, self.close_a_day, self.sweep_now, self.answer_letter), (20, 100, 4, 0.7, 3, 8))[0]
            deed()
            if self.dice.random() < 0.3:
                self.go_on()
            if self.dice.random() < 0.4:
                self.remember()

    # ---- the reports ----

    def random_question(self):
        """A period since July, a state within it, and what was known half a minute ago or earlier."""
        now = self.now()
        days = (now.date() - START.date()).days
        first, last = sorted(START.date() + datetime.timedelta(days=self.dice.randrange(-20, days + 10)) for _ in range(2))
        known = now - datetime.timedelta(seconds=31) - datetime.timedelta(seconds=self.dice.choice((0, 1)) * self.dice.random() * days * 86400)
        q = {"from": first.isoformat(), "to": last.isoformat(), "known_at": known.isoformat(),
             "group_by": self.dice.choice(("none", "office", "field", "procedure", "channel"))}
        if self.dice.random() < 0.6:
            state = datetime.datetime.combine(first, datetime.time(), ZONE) + datetime.timedelta(days=self.dice.random() * ((last - first).days + 1))
            q["as_of"] = self.dice.choice((state.date().isoformat(), state.isoformat()))
        if self.dice.random() < 0.4:  # one that the fold can be held against
            form = self.dice.choice(("II.06a", "lateness"))
            return form, {**q, "view": self.dice.choice(VIEWS)} if form == "lateness" else q
        for name, values in (("office", CUTS), ("channel", (None, None, None, "direct", "online", "post")), ("field", (None, None, None, "tu_phap", "-"))):
            value = self.dice.choice(values)
            if value:
                q[name] = value
        form = self.dice.choice(FORMS)
        return form, {**q, "view": self.dice.choice(VIEWS)} if form == "lateness" else q

    def report(self, form, q):
        reply = self.call("GET", f"/api/v1/statistics/{form}?{urllib.parse.urlencode(q)}", as_="admin")
        told = reply.json
        if reply.status != 200:
            return {"refused": told["code"]}
        return {k: v for k, v in told.items() if k not in NOT_FACTS}

    def remember(self):
        form, q = self.random_question()
        told = self.report(form, q)
        if "refused" in told:
            self.refused[told["refused"]] = self.refused.get(told["refused"], 0) + 1
            self.assertIn(told["refused"], ("statistics_before", "field_not_word", "statistics_group"), f"seed {SEED}: {form} {q}")
            return
        self.remembered.append((form, q, json.dumps(told)))

    def same(self, when):
        wrong = [(form, q, then, now) for form, q, then in self.remembered if (now := json.dumps(self.report(form, q))) != then]
        if wrong:
            form, q, then, now = wrong[0]
            self.fail(f"seed {SEED}, {when}: {len(wrong)} of {len(self.remembered)} differ, first {form} {q}\n{then}\n{now}")

    def folds(self):
        told = {}
        for ident, raw in harness.daemon.rows("SELECT dossier_id, encode(bytes, 'hex') FROM event ORDER BY dossier_id, seq"):
            told.setdefault(ident, []).append(history_check.Event(bytes.fromhex(raw)))
        return [Fold(ident, events) for ident, events in told.items()]

    def told(self, form, told):
        """The counts of a report's total that the fold knows too."""
        if form == "II.06a":
            return {c: told["total"][c] for c in COLUMNS}
        return {c["key"]: cell["n"] for c, cell in zip(told["columns"], told["total"]["cells"], strict=True) if c["key"] in LATE_COLUMNS}

    def fold_agrees(self, n):
        folds, checked, seen = self.folds(), {}, {}
        micro = lambda t: (t - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(microseconds=1)  # noqa: E731
        day = lambda text: (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days  # noqa: E731
        for form, q, then in self.dice.sample(self.remembered, len(self.remembered)):
            what = q.get("view", form)
            if form not in ("II.06a", "lateness") or "office" in q or "field" in q or "channel" in q or checked.get(what) == n:
                continue
            told = json.loads(then)
            at, known = (micro(datetime.datetime.fromisoformat(told[k])) for k in ("as_of", "known_at"))
            counts = dict.fromkeys(COLUMNS if form == "II.06a" else LATE_COLUMNS, 0)
            for fold in folds:
                period, stood = (day(q["from"]), day(q["to"]), at), fold.stand(at, known)
                for column in () if not stood else stood.columns(*period) if form == "II.06a" else stood.lateness(*period, q["view"]):
                    counts[column] += 1
            self.assertEqual(counts, self.told(form, told), f"seed {SEED}: {form} {q}")
            checked[what] = checked.get(what, 0) + 1
            seen[what] = seen.get(what, 0) + counts.get("late", 0) + counts.get("second_delays", 0)
        print(f"# seed {SEED}: {len(self.remembered)} reports remembered, {checked} held against {len(folds)} folds,"
              f" {sum(bool(f.again) for f in folds)} with a new date, late {seen}, refused {self.refused}")
        self.assertGreaterEqual(sum(checked.values()), min(n, 3))

    # ---- the history ----

    def test_1_more_of_the_same_changes_nothing(self):
        # An objective cause brings a notice of the new date: an appointment without a letter, and without another change of facts.
        self.call("POST", "/api/v1/rulesets/R1/changes", {"valid_from": "2022-08-03", "parameters": [{"name": "objective_policy", "value": "notice"}],
                                                          "source": "QĐ 5", "reason": "thông báo"}, as_="admin", status=201)
        self.live(STEPS)
        self.same("after it")
        self.fold_agrees(20)

    def test_2_nor_do_counters_folded_or_counted_anew(self):
        today = self.now().date().isoformat()
        for sql, when in ((f"SELECT counter_fold('{today}', 1000000)", "folded"), ("SELECT counter_rebuild()", "counted anew"),
                          (f"SELECT counter_fold('{today}', 1000000)", "folded again")):
            harness.daemon.rows(sql)
            self.same(when)

    def test_3_nor_does_a_merger(self):
        today = self.now().date().isoformat()
        reply = self.call("POST", "/api/v1/office-mergers", {"effective_on": today, "source": "QĐ 9", "reason": "sắp xếp", "pairs": [
            {"from": "x02mc", "to": "x01mc"}, {"from": "x02", "to": "x01"}], "preview": False}, as_="admin", status=202)
        self.job_ended(reply.json["id"])
        self.same("merged")
        for code in self.codes.pop("x02"):
            self.codes["x01"].append(code)
        self.__class__.codes["x02"] = []
        for _ in range(STEPS // 4):
            self.act_at_random()
            if self.dice.random() < 0.3:
                self.go_on()
                self.remember()
        self.import_late()
        self.same("after the merger")
        self.fold_agrees(10)
        harness.daemon.rows("SELECT counter_rebuild()")
        self.same("counted anew after the merger")

    def test_4_verify_finds_no_difference(self):
        said = harness.daemon.command("verify", "--config", harness.daemon.config, "--json")
        self.assertEqual(said.returncode, 0, said.stdout[-2000:])

    def test_5_facts_of_an_older_program_are_made_again(self):
        """As before the facts knew the first and the second promise; every other dossier, as if a migration had been killed half way."""
        rows = harness.daemon.rows
        columns = ", ".join(c for (c,) in rows("SELECT attname FROM pg_attribute WHERE attrelid = 'dossier_fact'::regclass AND attnum > 0 ORDER BY 1"))
        facts = lambda: rows(f"SELECT {columns} FROM dossier_fact ORDER BY dossier_id, valid_from, known_from, known_to")  # noqa: E731
        harness.daemon.stop()  # first: nights still owed would add to what is compared
        before = facts()
        plain = "to_jsonb({0}) - ARRAY['valid_from', 'valid_to', 'valid_to_known_at', 'known_from', 'due_reappointed_at', 'due_reappointed_on']"
        rows(f"""BEGIN; SET LOCAL session_replication_role = replica;
            WITH split AS (
                DELETE FROM dossier_fact b USING dossier_fact a
                 WHERE a.dossier_id % 2 = 0 AND a.dossier_id = b.dossier_id AND a.valid_to = b.valid_from AND a.known_to = 'infinity' AND b.known_to = 'infinity'
                   AND a.due_reappointed_at IS DISTINCT FROM b.due_reappointed_at AND {plain.format('a')} = {plain.format('b')}
                RETURNING a.ctid AS place, b.valid_to, b.valid_to_known_at)
            UPDATE dossier_fact f SET valid_to = s.valid_to, valid_to_known_at = s.valid_to_known_at FROM split s WHERE f.ctid = s.place;
            UPDATE dossier_fact SET due_original_at = NULL, due_original_on = NULL, due_original_is_instant = false, due_reappointed_at = NULL,
                                    due_reappointed_on = NULL WHERE dossier_id % 2 = 0;
            UPDATE setting SET facts_version = 0; COMMIT""")
        self.assertNotEqual(facts(), before)
        for verb in (("migrate", "--check"), ("serve", "--config", harness.daemon.config)):
            refused = harness.daemon.command(*verb, timeout=20)
            self.assertNotEqual(refused.returncode, 0, verb)
            self.assertIn("motcuad migrate", refused.stdout + refused.stderr)
        said = harness.daemon.must("migrate")
        self.assertRegex(said, r"facts of \d+ dossiers made again")
        self.assertEqual(facts(), before)
        self.assertNotIn("made again", harness.daemon.must("migrate"))
        harness.daemon.start()
        self.same("made again")
        self.assertEqual(harness.daemon.command("verify", "--config", harness.daemon.config).returncode, 0)


harness.main(demo=True, at=START.isoformat())
