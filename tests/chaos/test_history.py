#!/usr/bin/env python3
"""The checker of histories catches what it is there for: books tampered with, each in one way (no daemon, no database)."""
import copy
import hashlib
import sys
import unittest

import history_check

DAY = history_check.DAY
HOUR = DAY // 24
MONDAY = history_check.instant("2022-08-01T00:00:00+07:00")
DUE_AT = MONDAY + 2 * DAY + 17 * HOUR  # Wednesday's closing
DUE_ON = (DUE_AT + 7 * HOUR) // DAY
NEW_AT = DUE_AT + 5 * DAY
NOW = MONDAY + 4 * DAY
D = 20220000000001


class Book:
    """Events of one dossier as a database would hold them, and the tables beside them."""

    def __init__(self):
        self.events, self.letters, self.ledger, self.episodes, self.entries, self.failures = [], {}, [], [], [], []
        self.registers = {}

    def add(self, action, at, actor=0, **fields):
        self.events.append((action, at, actor, fields))
        return self

    def encoded(self):
        chain = bytes(32)
        for seq, (action, at, actor, fields) in enumerate(self.events, 1):
            recorded_at = fields.get("recorded_at", at)
            text = f"motcua-event 1\ndossier {D}\nat {at}\nrecorded_at {recorded_at}\nactor {actor}\naction {action}\n"
            text += "".join(f"{k} {v}\n" for k, v in fields.items() if k not in ("recorded_at", "number")) + f"seq {seq}\n"
            text += f"number {fields['number']}\n" if "number" in fields else ""
            chain = hashlib.sha256(chain + text.encode()).digest()
            yield [str(D), str(seq), text.encode().hex(), chain.hex(), str(at), str(recorded_at), str(actor), action]

    def rows(self, sql):
        events = list(self.encoded())
        answers = {
            "FROM event ": events,
            "FROM dossier ": [[str(D), str(len(events)), events[-1][3]]],
            "FROM letter_obligation ": [[str(D), str(n), *row] for n, row in enumerate(self.ledger, 1)],
            "FROM late_episode ": [[str(D), str(at), to, "0"] for at, to in self.episodes],
            "FROM register_entry": self.entries,
            "FROM register": [[*key, str(last), "f"] for key, last in self.registers.items()],
            "FROM letter": [[str(i), str(D), *row] for i, row in self.letters.items()],
            "FROM alarm_failure ": self.failures,
        }
        return copy.deepcopy(next(rows for word, rows in answers.items() if word in sql))

    def faults(self, now=NOW):
        return history_check.Check(self.rows, now).run()


def accepted():
    return Book().add("accept", MONDAY + 8 * HOUR, 100, due_at=DUE_AT, due_on=DUE_ON, due_is_instant=0)


def late(verdict="subjective"):
    """Overdue since Thursday, marked and judged."""
    book = accepted()
    at = MONDAY + 3 * DAY + 60_000_000
    book.episodes = [(MONDAY + 3 * DAY, "")]
    return book.add("mark_overdue", at, due_at=DUE_AT, due_on=DUE_ON, due_is_instant=0).add("find_cause", at, verdict=verdict)


def drafted(letter=7):
    book = late().add("draft_letter", MONDAY + 3 * DAY + 60_000_000, trigger="lateness", letter=letter, reappointed_at=NEW_AT,
                      wording="after_due", addressee="3:1:ab")
    book.letters = {letter: ["lateness", "drafted", ""]}
    book.ledger = [["lateness", "open", "none", str(letter)]]
    return book


def numbered(letter=7, number=1, last=1):
    at = MONDAY + 3 * DAY + 9 * HOUR
    book = drafted(letter).add("sign_letter", at, 300, letter=letter, content_hash="ab")
    book.add("number_letter", at, 301, letter=letter, register="3:2022:PXL", number=number)
    book.letters[letter] = ["lateness", "numbered", str(number)]
    book.entries = [["3", "2022", "PXL", str(number), str(letter), ""]]
    book.registers = {("3", "2022", "PXL"): last}
    return book


def issued():
    book = numbered().add("issue_letter", MONDAY + 3 * DAY + 10 * HOUR, 301, letter=7, timing="after_due")
    book.letters[7][1] = "issued"
    book.ledger = [["lateness", "met", "none", "7"]]
    return book


class HistoryTest(unittest.TestCase):
    def caught(self, book, words, now=NOW):
        faults = book.faults(now)
        self.assertTrue(any(words in f for f in faults), faults)

    def test_honest_books_pass(self):
        for make in (accepted, drafted, numbered, issued):
            self.assertEqual(make().faults(MONDAY + 2 * DAY if make is accepted else NOW), [], make.__name__)

    def test_a_late_dossier_without_a_letter_is_seen(self):
        self.caught(late(), "without a live letter and without a recorded reason")
        self.caught(accepted(), "nothing marks it overdue")

    def test_what_became_late_after_the_last_look_is_not_asked_about(self):
        self.assertEqual(accepted().faults(DUE_AT + HOUR), [])

    def test_an_end_in_time_owes_nothing(self):
        book = accepted().add("take_over_result", DUE_AT + HOUR, 100)
        self.assertEqual(book.faults(), [])

    def test_a_second_live_letter_is_seen(self):
        book = drafted().add("draft_letter", MONDAY + 3 * DAY + 2 * HOUR, trigger="lateness", letter=8)
        book.letters[8] = ["lateness", "drafted", ""]
        book.ledger = [["lateness", "open", "none", "8"]]
        self.caught(book, "a second live letter")

    def test_a_letter_without_an_obligation_or_a_cause_is_seen(self):
        book = accepted().add("draft_letter", MONDAY + 9 * HOUR, trigger="lost_file", letter=8)
        self.caught(book, "without an obligation", MONDAY + DAY)
        book = accepted().add("mark_certain", MONDAY + 9 * HOUR).add("draft_letter", MONDAY + 9 * HOUR, trigger="lateness", letter=8)
        self.caught(book, "without a cause", MONDAY + DAY)

    def test_a_reason_must_be_one(self):
        book = late("objective").add("waive_letter", NOW - DAY + HOUR, trigger="lateness", waiver="objective_none")
        book.ledger = [["lateness", "waived", "objective_none", ""]]
        self.assertEqual(book.faults(), [])
        book.add("decide_cause", NOW - HOUR, 300, verdict="subjective")
        book.add("catch_up", NOW - HOUR)
        self.caught(book, "without a recorded reason")
        book = late().add("waive_letter", NOW - DAY + HOUR, trigger="lateness", waiver="objective_none")
        self.caught(book, "the cause is subjective")

    def test_a_night_that_could_not_judge_is_a_reason_on_record(self):
        book = late()
        book.failures = [[str(D)]]
        self.assertEqual(book.faults(), [])

    def test_a_gap_in_a_register_is_seen(self):
        self.caught(numbered(number=2, last=2), "1 numbers up to 2, the last is 2")
        self.caught(numbered(last=2), "the last is 2")
        book = numbered()
        book.entries = []
        self.caught(book, "told and not entered")
        book.entries = [["3", "2022", "PXL", "1", "9", ""]]
        self.caught(book, "entered for letter 9")

    def test_a_letter_follows_its_table(self):
        self.caught(drafted().add("issue_letter", MONDAY + 3 * DAY + HOUR, 301, letter=7), "letter 7 is drafted")
        self.caught(drafted().add("sign_letter", MONDAY + 3 * DAY + HOUR, 301, letter=9), "never drafted")

    def test_a_second_appointment_is_seen(self):
        book = issued()
        at = NOW - HOUR
        book.add("owe_letter", at, 300, trigger="lateness")
        self.caught(book, "not entered by hand")
        book = late("objective").add("waive_letter", NOW - DAY + HOUR, trigger="lateness", waiver="objective_notice", reappointed_at=NEW_AT)
        book.add("waive_letter", NOW - DAY + HOUR, trigger="lateness", waiver="objective_notice", reappointed_at=NEW_AT + DAY)
        self.caught(book, "a second re-appointment")

    def test_a_second_delay_needs_a_missed_appointment(self):
        self.caught(issued().add("escalate", NOW - HOUR), "an appointment that was missed")
        book = issued().add("escalate", NEW_AT + DAY)
        book.ledger.append(["lateness", "waived", "second_delay", ""])
        self.assertEqual(book.faults(NEW_AT + 2 * DAY), [])

    def test_rows_that_differ_from_the_events_are_seen(self):
        book = drafted()
        book.letters[7][1] = "signed"
        self.caught(book, "the row says")
        book = drafted()
        book.ledger[0][1] = "lapsed"
        self.caught(book, "the ledger says")
        book = drafted()
        book.episodes = []
        self.caught(book, "late episodes from []")
        book = drafted()
        book.episodes = [(MONDAY + 3 * DAY, "2022-08-05")]
        self.caught(book, "a late episode is closed")

    def test_a_broken_chain_is_seen(self):
        book = drafted()
        rows = book.rows

        def tampered(sql):
            got = rows(sql)
            if "FROM event " in sql:
                got[1][2] = got[1][2].replace(b"actor 0".hex(), b"actor 1".hex())
            return got
        faults = history_check.Check(tampered, NOW).run()
        self.assertTrue(any("the chain is broken" in f for f in faults) and any("bytes and columns differ" in f for f in faults), faults)

    def test_events_are_recorded_in_their_order(self):
        self.caught(accepted().add("assign", MONDAY + 9 * HOUR, 100, recorded_at=MONDAY), "recorded before", MONDAY + DAY)


if __name__ == "__main__":
    sys.path.insert(0, "")
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TestResult()
    number = 0
    for test in (t for group in suite for t in group):
        before = len(result.failures) + len(result.errors)
        test.run(result)
        number += 1
        bad = (result.failures + result.errors)[before:]
        print(f"{'not ok' if bad else 'ok'} {number} - {test.id().removeprefix('__main__.')}")
        for _, text in bad:
            print("\n".join("# " + line for line in text.strip().split("\n")))
    print(f"1..{number}")
    sys.exit(0 if result.wasSuccessful() else 1)
