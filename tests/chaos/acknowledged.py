"""What clients were told against what stands: nothing acknowledged is missing, nothing was done twice.

Every client keeps asking with the same key until somebody answers, so each of its successes is done exactly once, and
nothing was done of which nobody was told: counts are compared for equality, from the events alone.
"""
import collections
import re

ACT = re.compile(r"^/api/v1/dossiers/([^/]+)/actions/(\w+)$")
LETTER = re.compile(r"^/api/v1/letters/(\d+)/actions/(\w+)$")
SEVERAL = ("deliver", "acknowledge")  # one event for each addressee whom it concerns


def faults(told, rows):
    """told: key -> Told; rows: asks the database. Lines, one for each fault."""
    codes = dict(rows("SELECT id, code FROM dossier"))
    done, letters = collections.Counter(), collections.Counter()
    at = {}  # code, seq -> action
    for dossier, seq, action, actor, letter, is_instead in rows(
            "SELECT dossier_id, seq, action, actor_id, coalesce(substring(text FROM '\\nletter (\\d+)'), ''), text ~ '\\nreplaces '"
            " FROM event CROSS JOIN LATERAL convert_from(bytes, 'UTF8') text"):
        at[codes[dossier], int(seq)] = action
        if actor != "0" and is_instead == "f":  # a correction writes anew what it corrects
            done[codes[dossier], action] += 1
            letters[letter, action] += 1
    return [*intakes(told, done, codes), *acts(told, done, at), *letter_acts(told, letters), *keys(told, rows)]


def intakes(told, done, codes):
    got = [t.body["code"] for t in told.values() if t.path == "/api/v1/dossiers"]
    for code, n in collections.Counter(got).items():
        if n > 1:
            yield f"intake: {n} clients were told of dossier {code}"
        if done[code, "accept"] + done[code, "submit"] < 1:
            yield f"intake: dossier {code} was told and is not there"
    for code in set(codes.values()) - set(got):
        yield f"intake: dossier {code} is there and nobody was told"


def acts(told, done, at):
    want = collections.Counter()
    for t in told.values():
        if not (m := ACT.match(t.path)):
            continue
        want[m.groups()] += 1
        version = t.body.get("version")
        if version and (m[1], version) not in at:
            yield f"{m[2]}: dossier {m[1]} was told to be at version {version}, which is not there"
    for (code, action), n in want.items():
        if done[code, action] != n:
            yield f"{action}: told {n} times of dossier {code}, done {done[code, action]} times"


def letter_acts(told, letters):
    want = collections.Counter(m.groups() for t in told.values() if (m := LETTER.match(t.path)))
    for (letter, action), n in want.items():
        have = letters[letter, f"{action}_letter"]
        if have < n if action in SEVERAL else have != n:
            yield f"{action}: told {n} times of letter {letter}, done {have} times"


def keys(told, rows):
    """A key that is kept names the status that was told, and an event that is there."""
    for key, status, action in rows("SELECT i.key, i.status, coalesce(e.action, '') FROM idempotency_key i"
                                    " LEFT JOIN event e ON e.dossier_id = i.dossier_id AND e.seq = i.seq"):
        if key in told and (int(status) != told[key].status or not action):
            yield f"key {key}: told {told[key].status}, kept {status} with event '{action}'"


def mail_faults(heard, rows):
    """heard: (message id, what became of it) of every mail whose last byte arrived. What a server may have kept came once."""
    kept = collections.Counter(number for number, word in heard if word not in ("reject",))
    for number, n in kept.items():
        if n > 1:
            yield f"message {number}: arrived whole {n} times"
    for number, state in rows("SELECT id, state FROM outbox WHERE channel = 'email'"):
        if state == "sent" and not kept[number]:
            yield f"message {number}: said to be sent, and no server heard it"
        if state == "sending":
            yield f"message {number}: left on its way"
