#!/usr/bin/env python3
"""Proves from the events alone that nobody is late unseen and nobody is apologised to twice.

    tests/chaos/history_check.py [--database URL] [--now INSTANT] [--zone MINUTES]

Reads the bytes of every event (docs/canonical-form.md) and tells each dossier's story again, knowing nothing of the engine's
code but the table of letters (proto/tables/letters.def). What it holds against the story is said in tests/chaos/README.md.
`--now` is the instant of the last night or minute in which the engine looked; what became late after it is not asked about.
Prints one line per fault; the exit status is 0 when there is none, 1 when there are, 2 when the database cannot be read.
Reads only, in one transaction per question: stop the daemons, or give a copy.
"""
import argparse
import datetime
import hashlib
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
DAY = 86_400_000_000
LETTERS_MAX = 8
PROMISES = {"accept", "resume", "receive_supplement", "take_over", "correct", "recompute_due", "history_received"}
ENDS = {"take_over_result": None, "stop": "stopped", "close": "closed", "refuse": "refused", "history_ended": None}
LATENESS = "lateness"
LIVE = ("drafted", "refused", "signed", "numbered", "issued", "delivered", "acknowledged")


def letter_table():
    """(state, action) -> next state, from the rows that a lawyer reads."""
    text = (TOP / "proto/tables/letters.def").read_text(encoding="utf-8")
    rows = re.findall(r"^LETTER_RULE\((\w+),\s*(\w+),\s*(\w+),", text, re.M)
    return {(a.lower(), b.lower()): c.lower() for a, b, c in rows}


class Event:
    """One event, read from its bytes."""

    def __init__(self, raw):
        self.fields = {}
        self.order = []
        for line in raw.decode("utf-8").split("\n")[:-1]:
            word, _, value = line.partition(" ")
            self.order.append(word)
            self.fields.setdefault(word, []).append(re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value))
        self.at, self.recorded_at = self.number("at"), self.number("recorded_at")
        self.actor, self.action = self.number("actor"), self.text("action")
        self.seq = self.number("seq", 0)

    def text(self, word, absent=None):
        return self.fields.get(word, [absent])[0]

    def number(self, word, absent=None):
        value = self.text(word)
        return absent if value is None else int(value)

    def __contains__(self, word):
        return word in self.fields


class Letter:
    def __init__(self, event):
        self.id, self.trigger = event.number("letter"), event.text("trigger")
        self.state, self.number, self.register = "none", None, None
        self.reappointed_at = self.issued_at = None
        self.all = set(range(1, max(1, len(event.fields.get("addressee", []))) + 1))
        self.delivered, self.acknowledged = set(), set()


class Story:
    """A dossier as this checker understands it: promise, end, letters, what is owed."""

    def __init__(self, dossier_id, events, zone):
        self.id, self.events, self.zone = dossier_id, events, zone
        self.letters, self.faults = {}, []
        self.numbers = []  # (register, number, letter)
        self.ledger = []   # rows: trigger, state, waiver, letter

    def day(self, at):
        return (at + self.zone * 60_000_000) // DAY

    def fault(self, text, event=None):
        self.faults.append(f"dossier {self.id}{f', event {event.seq} {event.action}' if event else ''}: {text}")

    # ---- the promise and the end ----

    def fold(self, now):
        """What stands at `now`: events in the order in which they happened, without those that were replaced."""
        replaced = {e.number("replaces") for e in self.events if "replaces" in e}
        self.due = None  # (at, on, is_instant)
        self.received_at = self.ended_at = self.judged_at = self.withdrawal_at = None
        self.is_imported = self.is_adopted = self.is_mistake = False
        self.holds = []  # [from, to, moves]
        for e in sorted((e for e in self.events if e.seq not in replaced and e.at <= now), key=lambda e: (e.at, e.seq)):
            self.fold_one(e)

    def fold_one(self, e):
        action = e.action
        if action in ("accept", "history_received"):
            self.received_at = e.at
        self.is_imported = self.is_imported or action.startswith("history_")
        self.is_adopted = self.is_adopted or action == "adopt"
        if action in ("accept", "resume", "receive_supplement"):
            self.end_hold(e.at)
        if action in ("hold", "request_supplement"):
            self.end_hold(e.at)
            late = self.due is not None and e.at > self.due[0]
            moves = e.text("hold_effect", "runs_on") != "runs_on" and not e.number("is_late_request", 0) and not late
            self.holds.append([e.at, None, moves])
        if action == "request_withdrawal":
            self.withdrawal_at = e.at
        elif action == "refuse_withdrawal":
            self.withdrawal_at = None
        if action in PROMISES and "due_at" in e:
            at = e.number("due_at")
            was_instant = self.due[2] if self.due else 0
            self.due = (at, e.number("due_on", self.day(at)), bool(e.number("due_is_instant", was_instant)))
        if action == "correct" and "corrected_number" in e:
            if e.text("corrected_field") == "done_at":
                self.ended_at = self.judged_at = e.number("corrected_number")
            elif e.text("corrected_field") == "received_at":
                self.received_at = e.number("corrected_number")
        if action in ENDS:
            self.end(e, e.text("outcome", ENDS[action]))
        if action == "close_mistake":
            self.is_mistake = True
            if self.ended_at is None:
                self.end(e, None)

    def end_hold(self, at):
        if self.holds and self.holds[-1][1] is None:
            self.holds[-1][1] = max(at, self.holds[-1][0])

    def is_waiting(self):
        return bool(self.holds) and self.holds[-1][1] is None and self.holds[-1][2]

    def end(self, e, outcome):
        self.judged_at = min(e.at, self.holds[-1][0]) if self.is_waiting() else e.at
        if e.action == "stop" and outcome == "withdrawn" and self.withdrawal_at is not None:
            self.judged_at = min(self.judged_at, self.withdrawal_at)
        self.end_hold(e.at)
        self.ended_at = e.at

    def is_late_at(self, at):
        return self.due is not None and (at > self.due[0] if self.due[2] else self.day(at) > self.due[1])

    def is_late(self, now):
        if self.received_at is None or self.due is None or self.is_mistake:
            return False
        if self.ended_at is not None:
            return self.is_late_at(self.judged_at)
        return not self.is_waiting() and self.is_late_at(now)

    # ---- the letters, in the order in which they were written ----

    def tell_letters(self, table):
        self.verdict = "none"
        self.is_decided = False
        self.appointment = None  # the re-appointment in force
        self.is_escalated = False
        self.marks = []
        self.owed_by_hand = set()
        for e in self.events:
            if e.action.endswith("_letter"):
                self.tell_letter(e, table)
            elif e.action in ("find_cause", "decide_cause") and (e.action == "decide_cause" or not self.is_decided):
                self.verdict = e.text("verdict", self.verdict)
                self.is_decided = e.action == "decide_cause"
            elif e.action == "mark_overdue":
                self.marks.append(e)
            elif e.action == "mark_certain":
                self.marks.append(e)
            elif e.action == "escalate":
                self.tell_escalation(e)

    def live(self, trigger):
        return [x for x in self.letters.values() if x.trigger == trigger and x.state in LIVE]

    def row(self, trigger):
        """The newest row of the ledger that may still lead to a letter."""
        for row in reversed(self.ledger):
            if row["trigger"] == trigger and row["state"] != "lapsed" and row["waiver"] != "second_delay":
                return row
        return None

    def row_or_new(self, trigger):
        row = self.row(trigger)
        if row is None:
            row = {"trigger": trigger, "state": "open", "waiver": "none", "letter": None}
            self.ledger.append(row)
        return row

    def tell_escalation(self, e):
        if self.is_escalated and self.appointment is None:
            self.fault("escalated again without another appointment", e)
        self.is_escalated = True
        if self.appointment is None or self.day(e.at) <= self.day(self.appointment):
            self.fault("a second delay without an appointment that was missed", e)
        self.ledger.append({"trigger": LATENESS, "state": "waived", "waiver": "second_delay", "letter": None})

    def tell_letter(self, e, table):
        action, trigger = e.action, e.text("trigger", LATENESS)
        if action == "owe_letter":
            self.owed_by_hand.add(trigger)
            self.row_or_new(trigger)
            if trigger == LATENESS:
                self.fault("lateness is not entered by hand", e)
            return
        if action == "waive_letter":
            self.tell_waiver(e)
            return
        if action == "lapse_letter" and "letter" not in e:
            row = self.row(trigger)
            if row is None or row["letter"]:
                self.fault("nothing is owed that could lapse", e)
            else:
                row["state"] = "lapsed"
            return
        if action == "draft_letter":
            self.tell_draft(e)
            return
        letter = self.letters.get(e.number("letter"))
        if letter is None:
            self.fault(f"letter {e.text('letter')} was never drafted", e)
            return
        self.step(letter, e, table)

    def tell_draft(self, e):
        letter = Letter(e)
        if letter.id in self.letters:
            self.fault(f"letter {letter.id} is drafted twice", e)
        if self.live(letter.trigger):
            self.fault(f"a second live letter ({letter.trigger}) beside letter {self.live(letter.trigger)[0].id}", e)
        if letter.trigger == LATENESS and (not self.marks or self.verdict == "none"):
            self.fault("a letter without " + ("a cause" if self.marks else "a mark that it is late or certain to be"), e)
        if letter.trigger != LATENESS and letter.trigger not in self.owed_by_hand:
            self.fault(f"a letter without an obligation ({letter.trigger})", e)
        letter.state, letter.reappointed_at = "drafted", e.number("reappointed_at")
        self.letters[letter.id] = letter
        self.row_or_new(letter.trigger).update(state="open", waiver="none", letter=letter.id)

    def tell_waiver(self, e):
        if e.text("waiver") not in ("objective_none", "objective_notice"):
            self.fault(f"waiver {e.text('waiver')} is not the engine's to give", e)
        if self.verdict != "objective":
            self.fault(f"waived, and the cause is {self.verdict}", e)
        if "letter" in e:
            letter = self.letters.get(e.number("letter"))
            if letter is None or letter.state not in ("drafted", "refused", "signed"):
                self.fault("it waives a letter that cannot lapse any more", e)
            else:
                letter.state = "lapsed"
        elif self.live(LATENESS):
            self.fault("waived, and a letter lives", e)
        if "reappointed_at" in e:
            self.appoint(e.number("reappointed_at"), e)
        self.row_or_new(LATENESS).update(state="waived", waiver=e.text("waiver"), letter=None)

    def appoint(self, at, e):
        if at is None:
            return
        if self.appointment not in (None, at):
            self.fault("a second re-appointment", e)
        self.appointment = at

    def step(self, letter, e, table):
        action, was = e.action, letter.state
        if "reappointed_at" in e:
            letter.reappointed_at = e.number("reappointed_at")
        if action == "send_letter":
            if letter.issued_at is None:
                self.fault(f"letter {letter.id} left before it was issued", e)
            elif e.text("delivery_state") == "delivered" and was in ("issued", "delivered", "acknowledged"):
                self.reach(letter, e, False)
            self.follow(letter)
            return
        to = table.get((was, action))
        if to is None:
            self.fault(f"letter {letter.id} is {was}", e)
            return
        letter.state = to
        if action == "number_letter":
            letter.register, letter.number = e.text("register"), e.number("number")
            self.numbers.append((letter.register, letter.number, letter.id))
            if letter.number is None:
                self.fault(f"letter {letter.id} is numbered without a number", e)
        elif action == "issue_letter":
            letter.issued_at = e.at
            if letter.trigger == LATENESS:
                self.appoint(letter.reappointed_at, e)
        elif action in ("deliver_letter", "acknowledge_letter"):
            letter.state = was
            self.reach(letter, e, action == "acknowledge_letter")
        elif action == "cancel_letter" and letter.issued_at is not None and self.appointment == letter.reappointed_at:
            self.appointment = None
        self.follow(letter)

    @staticmethod
    def reach(letter, e, is_acknowledged):
        whom = {e.number("addressee_no")} if "addressee_no" in e else letter.all
        letter.delivered |= whom
        if is_acknowledged:
            letter.acknowledged |= whom
        if letter.all <= letter.delivered:
            letter.state = "acknowledged" if letter.all <= letter.acknowledged else "delivered"

    def follow(self, letter):
        row = self.row(letter.trigger)
        if row is None or row["letter"] != letter.id:
            return
        state = {"refused": "refused", "issued": "met", "delivered": "met", "acknowledged": "met", "lapsed": "lapsed"}
        row["state"] = state.get(letter.state, "open")
        if letter.state == "cancelled":
            row["letter"] = None

    # ---- what must be ----

    def judge(self, now, failed):
        """Late and owed: one live letter, or a reason on record. Not late: nothing left on a desk."""
        self.fold(now)
        if self.is_imported and not self.is_adopted:
            return
        live = self.live(LATENESS)
        newest = self.events[-1].recorded_at
        if self.is_late(now):
            since = self.due[0] + 1 if self.due[2] else (self.due[1] + 1) * DAY - self.zone * 60_000_000
            if max(since, newest if self.events[-1].actor else since) > now:
                return
            if not any(e.action == "mark_overdue" for e in self.marks):
                self.fault("late, and nothing marks it overdue")
            if not live and not self.reason() and self.id not in failed:
                self.fault("late, without a live letter and without a recorded reason")
        elif newest <= now and (self.ended_at is not None or self.is_mistake):
            for letter in live:
                if letter.state in ("drafted", "refused", "signed"):
                    self.fault(f"letter {letter.id} is {letter.state}, and the dossier ended in time")

    def reason(self):
        row = self.row(LATENESS)
        if row and row["state"] == "waived" and self.verdict == "objective":
            return row["waiver"]
        if self.is_escalated and self.appointment is not None:
            return "second_delay"
        return "too many letters" if len(self.letters) >= LETTERS_MAX else None


class Check:
    """The whole database against its events. `rows` asks a query and gives lists of text."""

    def __init__(self, rows, now, zone=7 * 60):
        self.rows, self.now, self.zone = rows, now, zone
        self.table = letter_table()
        self.faults, self.stories = [], {}

    def run(self):
        self.read_events()
        failed = self.failed_dossiers()
        for story in self.stories.values():
            story.tell_letters(self.table)
            story.judge(self.now, failed)
            self.faults += story.faults
        self.check_registers()
        self.check_letters()
        self.check_ledger()
        self.check_episodes()
        return self.faults

    def read_events(self):
        """Chains, numbers and order of the events; the columns beside the bytes say the same."""
        heads = {int(i): (int(v), c) for i, v, c in self.rows("SELECT id, version, encode(chain, 'hex') FROM dossier ORDER BY id")}
        chain = {}
        for row in self.rows("SELECT dossier_id, seq, encode(bytes, 'hex'), encode(hash, 'hex'), (extract(epoch FROM at) * 1000000)::bigint, "
                             "(extract(epoch FROM recorded_at) * 1000000)::bigint, actor_id, action FROM event ORDER BY dossier_id, seq"):
            dossier, seq, raw = int(row[0]), int(row[1]), bytes.fromhex(row[2])
            event, story = Event(raw), self.stories.get(dossier)
            if story is None:
                story = self.stories[dossier] = Story(dossier, [], self.zone)
            previous = chain.get(dossier, bytes(32))
            chain[dossier] = hashlib.sha256(previous + raw).digest()
            if row[3] != chain[dossier].hex():
                story.fault("the chain is broken", event)
                chain[dossier] = bytes.fromhex(row[3])
            told = (event.number("dossier"), event.seq, event.at, event.recorded_at, event.actor, event.action)
            if told != (dossier, seq, *map(int, row[4:7]), row[7]) or event.text("motcua-event") != "1":
                story.fault("bytes and columns differ", event)
            if seq != len(story.events) + 1:
                story.fault(f"its number is {seq}, and {len(story.events)} come before it", event)
            if story.events and event.recorded_at < story.events[-1].recorded_at:
                story.fault("recorded before the one in front of it", event)
            story.events.append(event)
        for dossier, (version, head) in heads.items():
            if version != len(self.stories[dossier].events if dossier in self.stories else ()) or head != chain.get(dossier, b"").hex():
                self.faults.append(f"dossier {dossier}: the row does not stand on its last event")
        self.faults += [f"dossier {d}: events without a dossier" for d in self.stories if d not in heads]

    def failed_dossiers(self):
        """Whom the engine could not judge as they stand: on record, with the reason."""
        return {int(i) for (i,) in self.rows("SELECT f.dossier_id FROM alarm_failure f JOIN dossier d ON d.id = f.dossier_id"
                                             " AND d.version = f.version")}

    def check_registers(self):
        """Every number once and without a gap, each of one letter event; voided ones stay."""
        told = {}
        for story in self.stories.values():
            for register, number, letter in story.numbers:
                if (register, number) in told:
                    self.faults.append(f"register {register}: number {number} of letters {told[register, number]} and {letter}")
                told[register, number] = letter
        entries = {(f"{o}:{y}:{s}", int(n)): (int(i), bool(v)) for o, y, s, n, i, v in self.rows(
            "SELECT office_id, year, symbol, number, letter_id, coalesce(voided_at::text, '') FROM register_entry")}
        for key in sorted(told.keys() ^ entries.keys()):
            self.faults.append(f"register {key[0]}: number {key[1]} is {'an entry without an event' if key in entries else 'told and not entered'}")
        letters = {x.id: x for story in self.stories.values() for x in story.letters.values()}
        for key in told.keys() & entries.keys():
            letter, is_void = entries[key]
            if letter != told[key]:
                self.faults.append(f"register {key[0]}: number {key[1]} is entered for letter {letter}, told of {told[key]}")
            if is_void != (letters[told[key]].state == "cancelled"):
                self.faults.append(f"register {key[0]}: number {key[1]} is void, or should be")
        for office, year, symbol, last, is_outside in self.rows("SELECT office_id, year, symbol, last, is_outside FROM register"):
            name = f"{office}:{year}:{symbol}"
            numbers = sorted(n for r, n in told if r == name)
            if is_outside == "f" and numbers != list(range(1, int(last) + 1)):
                self.faults.append(f"register {name}: {len(numbers)} numbers up to {max(numbers, default=0)}, the last is {last}")

    def check_letters(self):
        rows = {int(r[0]): r for r in self.rows("SELECT id, dossier_id, trigger, state, coalesce(number::text, '') FROM letter")}
        told = {x.id: (story, x) for story in self.stories.values() for x in story.letters.values()}
        for letter in sorted(rows.keys() ^ told.keys()):
            self.faults.append(f"letter {letter}: {'a row without an event' if letter in rows else 'drafted, and no row'}")
        for letter in sorted(rows.keys() & told.keys()):
            story, x = told[letter]
            want = [str(story.id), x.trigger, x.state, str(x.number) if x.number is not None else ""]
            if rows[letter][1:] != want:
                self.faults.append(f"letter {letter}: the row says {rows[letter][1:]}, the events {want}")

    def check_ledger(self):
        rows = {}
        for r in self.rows("SELECT dossier_id, ordinal, trigger, state, waiver, coalesce(letter_id::text, '') FROM letter_obligation ORDER BY 1, 2"):
            rows.setdefault(int(r[0]), []).append(r[1:])
        for dossier in sorted(rows.keys() | self.stories.keys()):
            story = self.stories.get(dossier)
            want = [[str(i + 1), x["trigger"], x["state"], x["waiver"], str(x["letter"] or "")] for i, x in enumerate(story.ledger if story else ())]
            if rows.get(dossier, []) != want:
                self.faults.append(f"dossier {dossier}: the ledger says {rows.get(dossier, [])}, the events {want}")

    def check_episodes(self):
        """Each promise marked as broken is a row of late_episode, open while the dossier is."""
        rows = {}
        for d, at, to, seq in self.rows("SELECT dossier_id, (extract(epoch FROM from_at) * 1000000)::bigint, coalesce(to_at::text, ''), "
                                        "coalesce(corrected_seq, 0) FROM late_episode WHERE step = 0"):
            rows.setdefault(int(d), {})[int(at)] = (bool(to), int(seq))
        for dossier, story in sorted(self.stories.items()):
            want, here = set(), rows.get(dossier, {})
            for e in story.marks:
                if e.action != "mark_overdue" or "due_at" not in e:
                    continue
                on = e.number("due_on", story.day(e.number("due_at")))
                is_instant = e.number("due_is_instant", 0)
                want.add(e.number("due_at") + 1 if is_instant else (on + 1) * DAY - self.zone * 60_000_000)
            if want != set(here):
                self.faults.append(f"dossier {dossier}: late episodes from {sorted(here)}, marked {sorted(want)}")
            for at, (is_closed, corrected) in here.items():
                if corrected and not any(e.seq == corrected for e in story.events):
                    self.faults.append(f"dossier {dossier}: a late episode is corrected by event {corrected}, which is not there")
                if not corrected and is_closed != (story.ended_at is not None):
                    self.faults.append(f"dossier {dossier}: a late episode is {'closed' if is_closed else 'open'}, the dossier is not")


def psql_rows(database):
    """A reader of a database by psql."""
    tools = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))
    tool = str(tools[-1]) if tools else "psql"

    def rows(sql):
        done = subprocess.run([tool, "-XAtq", database, "-c", "BEGIN READ ONLY", "-c", sql], text=True, capture_output=True)
        if done.returncode:
            raise OSError(done.stderr.strip())
        return [line.split("|") for line in done.stdout.splitlines()]
    return rows


def instant(text):
    at = datetime.datetime.fromisoformat(text)
    return round((at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds()) * 1_000_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="as psql takes it; DATABASE_URL when missing")
    parser.add_argument("--now", type=instant, help="2022-08-01T17:00:00+07:00; the newest night swept when missing")
    parser.add_argument("--zone", type=int, default=7 * 60, help="minutes east of Greenwich")
    words = parser.parse_args()
    rows = psql_rows(words.database)
    try:
        now = words.now
        if now is None:
            now = int(rows("SELECT coalesce(max((extract(epoch FROM as_of) * 1000000)::bigint), 0) FROM sweep_run WHERE ended_at IS NOT NULL")[0][0])
        check = Check(rows, now, words.zone)
        faults = check.run()
    except OSError as error:
        print(f"history_check: {error}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    letters = sum(len(s.letters) for s in check.stories.values())
    print(f"{len(check.stories)} dossiers, {sum(len(s.events) for s in check.stories.values())} events, {letters} letters, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
