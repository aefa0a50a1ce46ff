"""The people of the storm: what clerks, officers, heads, leaders and records clerks ask for, and what they are told.

They do what they may at random, through either daemon; a client without an answer asks again with the same key, at the other
daemon. The seed repeats their dice."""
import dataclasses
import datetime
import http.client
import json
import os
import random
import signal
import sys
import pathlib
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "api"))

import harness  # noqa: E402

SEED = int(os.environ.get("STORM_SEED") or random.randrange(1 << 30))
WORKERS = 4
DOSSIERS = 150
OFFICES = ("x01", "x02")
PROCEDURES = ("TP-15", "TP-15", "TP-16", "TP-05", "TP-07", "TP-02")  # two to five working days
ZONE = datetime.timezone(datetime.timedelta(hours=7))
PATIENCE_S = 120  # nothing here waits longer for anything
NEVER = ("internal", "document_form_unknown", "unknown_route", "json_invalid")  # refusals that are faults of the engine or of this file
TRIGGERS = ("lost_file", "wrong_result", "bad_attitude", "wrong_guidance")
LETTERS = {  # state: who does what to it, some of it twice as often
    "drafted": [("sign", "leader")] * 6 + [("refuse", "leader"), ("revise", "leader"), ("unsign", "leader")],
    "refused": [("sign", "leader"), ("unsign", "leader")],
    "signed": [("number", "leader")] * 5 + [("unsign", "leader")],
    "numbered": [("issue", "leader")] * 6 + [("cancel", "leader")],
    "issued": [("deliver", "clerk")] * 5 + [("acknowledge", "clerk"), ("cancel", "leader")],
    "delivered": [("acknowledge", "clerk")] * 5 + [("cancel", "leader")],
}
WEIGHTS = {"forward": 8, "take_over": 9, "decide": 9, "hand_over_result": 9, "take_over_result": 8, "return": 6, "resume": 6,
           "receive_supplement": 6, "declare_late": 3, "pledge": 3, "stop": 0.3, "close_mistake": 0.2, "correct": 0.6, "owe_letter": 0.5,
           "request_withdrawal": 0.4, "refuse_withdrawal": 3, "decide_cause": 1.5, "close": 0.3, "hold": 0.7, "request_supplement": 0.7}


def moments():
    """Three weeks of instants at which the clock stops, the closings last of each day."""
    day = datetime.datetime(2022, 8, 1, tzinfo=ZONE)
    for n in range(21):
        for hour, minute in ((8, 30), (10, 0), (14, 0), (16, 30), (17, 20)):
            at = day + datetime.timedelta(days=n, hours=hour, minutes=minute)
            if at.weekday() < 5:
                yield at


@dataclasses.dataclass
class Told:
    """What a client was told of a write that succeeded."""
    status: int
    path: str
    body: dict  # of the answer


class Lost(Exception):
    """No answer: nobody knows whether it was done."""


class Line:
    """One worker's connections, one to each daemon, through what may fail in between (daemon.front)."""

    def __init__(self, daemons):
        self.daemons, self.open = daemons, {}

    def ask(self, which, method, path, body, headers):
        daemon = self.daemons[which]
        try:
            if which not in self.open:
                self.open[which] = http.client.HTTPSConnection("127.0.0.1", daemon.front.port, timeout=60, context=CONTEXT[0])
            self.open[which].request(method, path, None if body is None else json.dumps(body), headers)
            got = self.open[which].getresponse()
            return harness.Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        except (OSError, http.client.HTTPException) as error:
            self.close(which)
            raise Lost(str(error)) from error

    def close(self, which):
        if which in self.open:
            self.open.pop(which).close()


CONTEXT = []


class People:
    def __init__(self, test, daemons):
        self.test, self.daemons, self.is_over = test, daemons, False
        self.lock = threading.Condition()
        self.told = {}      # key of a request that was answered with success -> Told
        self.unavailable = {}  # code of a refusal that says "later" -> how often
        self.done_at = []   # when a write was acknowledged, on the monotonic clock
        self.intakes = 0    # asked for
        self.attempts, self.done, self.refused, self.broken = 0, 0, {}, []
        self.codes = {office: [] for office in OFFICES}
        self.clock = next(moments())

    # ---- one request ----

    def count(self):
        with self.lock:
            self.attempts += 1
            self.lock.notify_all()

    def call(self, line, dice, who, method, path, body=None, etag=None, key=None, until=None):
        """Asks until somebody answers; a write keeps its key, so it is done once at most."""
        until = until or time.monotonic() + PATIENCE_S
        which = dice.randrange(len(self.daemons))
        headers = {"Accept-Language": "en", "Authorization": "Bearer " + harness.tokens[who], "Content-Type": "application/json"}
        if method == "POST":
            key = key or str(uuid.uuid4())
            headers["Idempotency-Key"] = key
        if etag:
            headers["If-Match"] = etag
        while True:
            try:
                reply = line.ask(which, method, path, body, headers)
                if reply.status not in (500, 502, 503, 429):
                    break
                self.told_later(method, path, reply)
            except Lost:
                self.lives(self.daemons[which])
            if time.monotonic() > until:
                raise TimeoutError(f"{method} {path}: no answer in {PATIENCE_S} s")
            which = (which + 1) % len(self.daemons)
            self.breathe()
        if method == "POST":
            self.count()
            if reply.status < 300:
                self.told[key] = Told(reply.status, path, reply.json if reply.body else {})
                self.done_at.append(time.monotonic())
            else:
                word = " ".join(filter(None, (path.rsplit("/", 1)[-1], reply.code, reply.json.get("field"))))
                self.refused[word] = self.refused.get(word, 0) + 1
                if reply.code in NEVER:
                    self.broken.append(f"{method} {path}: {reply.body[:300]!r}")
        return reply

    def told_later(self, method, path, reply):
        """A refusal that says "later" says when, and why in a sentence."""
        # An attempt with a password counts as wrong until its answer stands: five that a fault cut off let the sixth wait.
        is_later = reply.status == 503 or reply.code == "login_wait"
        if is_later and reply.headers.get("retry-after", "").isdigit() and "problem+json" in reply.headers.get("content-type", ""):
            self.unavailable[reply.code] = self.unavailable.get(reply.code, 0) + 1
        else:
            self.broken.append(f"{method} {path}: {reply.status} {reply.headers.get('retry-after')} {reply.body[:300]!r}")

    def breathe(self):
        """Until somebody else got an answer, or a twentieth of a second: a daemon is being started."""
        with self.lock:
            self.lock.wait(0.05)

    # ---- the people ----

    def worker(self, number):
        dice, line = random.Random(SEED * 31 + number), Line(self.daemons)
        try:
            while not self.is_over:
                chance, office = dice.random(), dice.choice(OFFICES)
                if (chance < 0.15 or len(self.codes[office]) < 12) and self.intakes < DOSSIERS:
                    self.take_in(line, dice, office)
                elif chance < 0.6:
                    self.act(line, dice, office)
                elif chance < 0.985:
                    self.letters(line, dice, office)
                else:
                    self.declare(line, dice, office)
        except Exception as error:  # told at the end
            self.broken.append(f"worker {number}: {type(error).__name__}: {error}")
        for which in list(line.open):
            line.close(which)

    def take_in(self, line, dice, office):
        with self.lock:
            self.intakes += 1
            name = f"Người thử {self.intakes}"
        body = {"procedure": dice.choice(PROCEDURES), "applicant": {"name": name}}
        if dice.random() < 0.15:
            body["group"] = [{"name": f"{name} {n}"} for n in range(dice.randrange(1, 4))]
        if dice.random() < 0.1:
            body["is_submission"] = True
        if dice.random() < 0.5:
            body["applicant"]["email"] = f"nguoi.thu.{self.intakes}@example.org"
        reply = self.call(line, dice, f"clerk_{office}", "POST", "/api/v1/dossiers", body)
        if reply.status == 201:
            self.codes[office].append(reply.json["code"])
        else:
            with self.lock:
                self.intakes -= 1

    def act(self, line, dice, office):
        if not self.codes[office]:
            return
        code = dice.choice(self.codes[office])
        who = dice.choice(("clerk", "clerk", "officer", "officer", "head", "leader", "leader")) + "_" + office
        seen = self.call(line, dice, who, "GET", f"/api/v1/dossiers/{code}")
        allowed = seen.json.get("allowed_actions") if seen.status == 200 else None
        allowed = [a for a in allowed or () if a not in ("attach_paper", "detach_paper")]  # these have routes of their own
        if not allowed:
            return
        action = dice.choices(allowed, [WEIGHTS.get(a, 1) for a in allowed])[0]
        body = self.body(dice, action, office, who)
        self.call(line, dice, who, "POST", f"/api/v1/dossiers/{code}/actions/{action}", body, etag=seen.headers.get("etag"))

    def later(self, dice, hours):
        return (self.clock + datetime.timedelta(hours=1 + dice.random() * hours)).isoformat(timespec="seconds")

    def earlier(self, dice, hours):
        return (self.clock - datetime.timedelta(hours=dice.random() * hours)).isoformat(timespec="seconds")

    def body(self, dice, action, office, who):
        reason = {"reason": "Lý do của cán bộ"}
        second = ("head_" if not who.startswith("head") else "leader_") + office
        confirmed = {**reason, "second_person": second, "second_password": harness.ApiTest.passwords[second]}
        return {
            "request_supplement": lambda: {**reason, "items": ["Giấy tờ còn thiếu"]},
            "hold": lambda: {**reason, "hold_kind": dice.choice(("other", "financial", "applicant_confirm")), "legal_ground": "Điều 1"},
            "decline": lambda: reason, "send_back": lambda: reason, "refuse": lambda: reason, "refuse_withdrawal": lambda: reason,
            "request_withdrawal": lambda: reason, "object_cause": lambda: reason,
            "assign": lambda: {"officer": f"officer_{office}"},
            "stop": lambda: {**reason, "legal_ground": "Điều 2"},
            "close": lambda: {**reason, "legal_ground": "Điều 3"},
            "ask_opinion": lambda: {**reason, "office": office, "answer_by": self.later(dice, 48)},
            "give_opinion": lambda: {"opinion": 1, "note": "Đồng ý"},
            "return": lambda: {"collector_name": "Người nhận", "collector_paper": dice.choice(("slip", "identity"))},
            "pledge": lambda: {**reason, "pledged_at": self.later(dice, 60)},
            "declare_late": lambda: reason,
            "owe_letter": lambda: {**reason, "trigger": dice.choice(TRIGGERS)},
            "decide_cause": lambda: {**reason, "cause": dice.choice(("force_majeure", "slow_unit", "idle")), "evidence": "BB-1",
                                     "at_fault_office": office},
            "correct": lambda: {**confirmed, **dice.choice((
                {"corrected_field": "channel", "corrected_value": dice.choice(("post", "direct"))},
                {"corrected_field": "done_at", "corrected_value": self.earlier(dice, 72)},
                {"corrected_field": "received_at", "corrected_value": self.earlier(dice, 72)}))},
            "close_mistake": lambda: confirmed,
            "record_payment": lambda: {"payment_way": "online", "amount": 8000},
            "renew_secret": lambda: {"collector_paper": "identity"},
        }.get(action, dict)()

    def letters(self, line, dice, office):
        """A leader's morning: the list, then every letter on it, or one."""
        state = dice.choice(list(LETTERS))
        listed = self.call(line, dice, f"leader_{office}", "GET", f"/api/v1/letters?state={state}&limit=50")
        items = listed.json["items"] if listed.status == 200 else []
        if not items:
            return
        for letter in items[:12] if dice.random() < 0.4 else [dice.choice(items)]:
            action, role = dice.choice(LETTERS[state])
            body = {"sign": {}, "number": {}, "issue": {}, "acknowledge": {}, "deliver": {"delivery": "counter", "reference": "ký nhận"},
                    "cancel": {"reason": "Sai tên", "reference": "QĐ 9"}}
            self.call(line, dice, f"{role}_{office}", "POST", f"/api/v1/letters/{letter['id']}/actions/{action}",
                      body.get(action, {"reason": "Lý do của lãnh đạo"}))

    def declare(self, line, dice, office):
        body = {"kind": dice.choice(("outage", "force_majeure")), "from": self.earlier(dice, 72), "to": self.later(dice, 8),
                "offices": [office], "reason": "Mất điện"}
        if dice.random() < 0.7:
            body["evidence"] = "BB-7"
        self.call(line, dice, f"leader_{office}", "POST", "/api/v1/objective-intervals", body)

    # ---- the night and the clock ----

    def go_to(self, line, dice, at):
        reply = self.call(line, dice, "admin", "POST", "/api/v1/demo/clock", {"set": at.isoformat(timespec="seconds")})
        self.test.assertIn(reply.status, (200, 409, 422), reply.body[:300])
        self.clock = max(self.clock, at)

    def sweep(self, line, dice):
        """One night: answered at once, or a job that any daemon goes on with."""
        reply = self.call(line, dice, "admin", "POST", "/api/v1/sweeps", {})
        if reply.status == 202:
            self.follow(line, dice, reply.json["id"])
        return reply

    def follow(self, line, dice, job):
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            told = self.call(line, dice, "admin", "GET", f"/api/v1/jobs/{job}").json
            if told.get("state") not in ("waiting", "running"):
                self.test.assertEqual(told.get("state"), "done", told)
                return
            self.breathe()
        raise TimeoutError(f"job {job} is not done in {PATIENCE_S} s")

    def night(self, number):
        try:
            self.sweep(Line(self.daemons), random.Random(SEED * 37 + number))
        except Exception as error:
            self.broken.append(f"night {number}: {type(error).__name__}: {error}")

    # ---- waiting ----

    def wait_for_attempts(self, n, seconds=10):
        until, goal = time.monotonic() + seconds, self.attempts + n
        with self.lock:
            while self.attempts < goal and time.monotonic() < until and not self.broken:
                self.lock.wait(0.2)

    @staticmethod
    def lives(daemon):
        """Nobody but the killer ends a daemon."""
        process = daemon.process
        if process and process.poll() not in (None, -signal.SIGKILL):
            last = [line for line in daemon.log().split("\n")[-400:] if line[:1] not in "{m"][:80] or daemon.log().split("\n")[-5:]
            raise RuntimeError(f"a daemon ended by itself with {process.returncode}:\n" + "\n".join(last))

    def answers_ready(self, daemon):
        self.lives(daemon)
        reply = daemon.request("GET", "/readyz")
        self.last_seen = f"{reply.status} {reply.body[:2000]!r}"
        return reply.status == 200

    def until(self, holds, what):
        self.last_seen = None
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                if holds():
                    return
            except (OSError, http.client.HTTPException, harness.subprocess.CalledProcessError) as error:
                self.last_seen = f"{type(error).__name__}: {error}"
            self.breathe()
        raise TimeoutError(f"not in {PATIENCE_S} s: {what}; seen last: {self.last_seen}")
