#!/usr/bin/env python3
"""The roots of days once more, from a plain dump alone: audit_roots.py DUMP ROOTS_JSONL. Written from docs/audit.md and
RFC 6962, without a look at the engine; says each day, exits 1 where one differs."""
import datetime
import hashlib
import json
import re
import sys


def sha(data):
    return hashlib.sha256(data).digest()


def tree(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below their number
    return sha(b"\1" + tree(leaves[:k]) + tree(leaves[k:]))


def rows(dump):
    """(table, {column: text}) of every COPY."""
    table = None
    for line in open(dump, encoding="utf-8"):
        head = re.match(r"COPY public\.(\w+) \((.*)\) FROM stdin;", line)
        if head:
            table, columns = head[1], head[2].split(", ")
        elif line == "\\.\n":
            table = None
        elif table:
            yield table, dict(zip(columns, line.rstrip("\n").split("\t")))


def micros(text):
    at = datetime.datetime.fromisoformat(text if re.search(r"[+-]\d\d:\d\d$", text) else text + ":00")
    return (at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(microseconds=1)


def entry(letter, number, seq, row):
    return letter + int(number).to_bytes(8, "big") + seq.to_bytes(4, "big") + bytes.fromhex(row["hash"][3:])


def value(text):
    text = re.sub(r"\\(.)", lambda m: {"t": "\t", "n": "\n", "r": "\r"}.get(m[1], m[1]), "" if text == "\\N" else text)
    return f"{len(text.encode())}:{text}"


events, changes, logins = [], [], []
for table, row in rows(sys.argv[1]):
    if re.fullmatch(r"event(_\d+)?", table):
        events.append((int(row["dossier_id"]), int(row["seq"]), micros(row["recorded_at"]), entry(b"e", row["dossier_id"], int(row["seq"]), row)))
    elif table == "reference_change":
        changes.append((int(row["id"]), entry(b"r", row["id"], 0, row)))
    elif table == "security_event":
        said = value(str(micros(row["at"]))) + "".join(value(row[c]) for c in ("officer_id", "kind", "by_officer", "address", "detail"))
        logins.append((int(row["id"]), b"s" + int(row["id"]).to_bytes(8, "big") + bytes(4) + sha(said.encode())))
previous, last, last_login, is_good = "00" * 32, 0, 0, True
for line in map(json.loads, open(sys.argv[2], encoding="utf-8")):
    says = {words[0]: words[1:] for words in map(str.split, line["record"].splitlines())}
    start, end, upto, upto_login = int(says["from"][0]), int(says["until"][0]), int(says["changes"][1]), int(says["security"][1])
    day = [e for _, _, at, e in sorted(events) if start <= at < end] + [e for number, e in sorted(changes) if last < number <= upto] \
        + [e for number, e in sorted(logins) if last_login < number <= upto_login]
    good = tree([sha(b"\0" + e) for e in day]).hex() == says["merkle"][0] and says["previous"][0] == previous \
        and sha(line["record"].encode()).hex() == line["hash"]
    print(line["day"], len(day), "good" if good else "DIFFERS")
    previous, last, last_login, is_good = line["hash"], upto, upto_login, is_good and good
sys.exit(0 if is_good else 1)
