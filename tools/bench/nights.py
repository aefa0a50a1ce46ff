#!/usr/bin/env python3
"""The nightly sweep over many dossiers: empty nights, and those in which some thousand are at risk, owed a letter, overdue.

usage: nights.py [BUILD] [--dossiers N] [--late N] [--days N]

One dossier with three working days and one with 45 days are taken in by the engine; the others are copies of these two,
events with true bytes and hashes included (ids and codes replaced). Then the demonstration clock goes from closing to
closing and each night is swept through the API. Last, the same rows as in the overdue night are written for as many other
dossiers by one set-based SQL statement: the ratio is to that.
"""
import argparse
import datetime
import sys
import time

from installation import Installation, cpu_seconds, machine

FIRST = 100_000_000  # of the copies, within the year's ids
COPY = """
SET synchronous_commit = off; SET session_replication_role = replica;
CREATE TEMP TABLE copy AS SELECT {base} + g AS id, 'COPY-' || ({base} + g) AS code FROM generate_series({first}, {last}) g;
INSERT INTO event (dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash)
SELECT c.id, e.seq, e.at, e.recorded_at, e.actor_id, e.action, b.bytes, sha256(decode(repeat('00', 32), 'hex') || b.bytes)
  FROM event e CROSS JOIN copy c
  CROSS JOIN LATERAL (SELECT convert_to(replace(replace(convert_from(e.bytes, 'UTF8'), 'dossier {model}', 'dossier ' || c.id),
                                                'code {code}', 'code ' || c.code), 'UTF8') AS bytes) b
 WHERE e.dossier_id = {model};
INSERT INTO dossier ({columns}) SELECT {values}
  FROM copy c JOIN event e ON e.dossier_id = c.id JOIN dossier d ON d.id = {model};
INSERT INTO dossier_code SELECT code, id FROM copy;
INSERT INTO dossier_person (dossier_id, part, ordinal, person_id, version)
SELECT c.id, p.part, p.ordinal, p.person_id, p.version FROM dossier_person p CROSS JOIN copy c WHERE p.dossier_id = {model};
INSERT INTO dossier_fact ({fact_columns}) SELECT {fact_values} FROM dossier_fact d CROSS JOIN copy c WHERE d.dossier_id = {model};
"""


def columns(inst, table, own):
    names = inst.sql(f"SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute"
                     f" WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped").split(",")
    return ", ".join(names), ", ".join(own.get(n, f"d.{n}") for n in names)


def copy(inst, model, first, n):
    names, values = columns(inst, "dossier", {"id": "c.id", "code": "c.code", "chain": "e.hash"})
    fact_names, fact_values = columns(inst, "dossier_fact", {"dossier_id": "c.id"})
    row = inst.sql(f"SELECT id, code FROM dossier WHERE code = '{model}'").split("|")
    base = int(row[0]) // 10**10 * 10**10
    inst.sql(COPY.format(base=base, first=first, last=first + n - 1, model=row[0], code=row[1], columns=names, values=values,
                         fact_columns=fact_names, fact_values=fact_values))
    return base + first


def intake(inst, procedure):
    return inst.call("POST", "/api/v1/dossiers", {"procedure": procedure, "filed_office": "mc", "applicant": {"name": "Nguyễn Văn An"}},
                     status=201)["code"]


def fill(inst, args):
    """Returns the first id of the late ones, and of those kept for the reference."""
    began = time.monotonic()
    late, rest = intake(inst, "TP-05"), intake(inst, "DD-25")
    first = copy(inst, late, FIRST, args.late)
    reference = copy(inst, late, FIRST + args.late, args.late)
    copy(inst, rest, FIRST + 2 * args.late, args.dossiers - 2 * args.late)
    inst.sql(f"UPDATE dossier SET next_alarm_at = NULL WHERE id >= {reference} AND id < {reference + args.late}")
    inst.sql("VACUUM ANALYZE")
    inst.sql("CHECKPOINT")
    print(f"{args.dossiers} open dossiers made in {time.monotonic() - began:.0f} s", flush=True)
    return first, reference


def night(inst, day):
    inst.call("POST", "/api/v1/demo/clock", {"set": f"{day.isoformat()}T17:01:00+07:00"})
    before = cpu_seconds(inst.process.pid), inst.postgres_cpu()
    began = time.monotonic()
    reply = inst.request("POST", "/api/v1/sweeps", "{}", {**inst.headers, "Content-Type": "application/json"})
    if reply.status != 202:  # the daemon was as fast: its own timer had it
        return None
    job = reply.json
    while job["state"] in ("waiting", "running"):
        time.sleep(0.005)
        job = inst.call("GET", f"/api/v1/jobs/{job['id']}")
    took = time.monotonic() - began
    r = job["result"]
    cpu = cpu_seconds(inst.process.pid) - before[0], inst.postgres_cpu() - before[1]
    print(f"{day}  seen {r['seen']:6} warned {r['warned']:6} certain {r['certain']:6} letters {r['letters']:6} overdue {r['overdue']:6}"
          f" failed {r['failed']}  {took * 1000:8.0f} ms  daemon {cpu[0]:.2f} s  postgres {cpu[1]:.2f} s", flush=True)
    return r, took, sum(cpu)


def reference(inst, first, model, n, since):
    """What the sweep wrote for one dossier since a version, written for n others by one statement."""
    names = [c for c in columns(inst, "dossier", {})[0].split(", ") if c not in ("id", "code", "chain", "version")]
    fact_names, fact_values = columns(inst, "dossier_fact", {"dossier_id": "due.id"})
    letter_names, letter_values = columns(inst, "letter", {"id": "-due.id", "dossier_id": "due.id", "public_token": "'x' || due.id"})
    statement = f"""
EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON)
WITH due AS (SELECT id, version, chain FROM dossier WHERE id >= {first} AND id < {first + n} ORDER BY id FOR NO KEY UPDATE),
new_event AS (
    INSERT INTO event (dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash)
    SELECT due.id, due.version + e.seq - {since}, e.at, e.recorded_at, e.actor_id, e.action, b.bytes, sha256(due.chain || b.bytes)
      FROM event e CROSS JOIN due CROSS JOIN LATERAL (SELECT convert_to(replace(convert_from(e.bytes, 'UTF8'),
           'dossier {model}', 'dossier ' || due.id), 'UTF8') AS bytes) b
     WHERE e.dossier_id = {model} AND e.seq > {since} RETURNING dossier_id, seq, hash),
cache AS (
    UPDATE dossier d SET ({", ".join(names)}, version, chain) =
           ROW ({", ".join("m." + c for c in names)}, n.seq, n.hash)
      FROM dossier m, new_event n
     WHERE m.id = {model} AND d.id = n.dossier_id AND n.seq = (SELECT max(seq) - {since} FROM event WHERE dossier_id = {model}) + 1),
closed AS (
    UPDATE dossier_fact f SET valid_to = m.valid_to, valid_to_known_at = m.valid_to_known_at
      FROM due, dossier_fact m WHERE f.dossier_id = due.id AND f.known_to = 'infinity' AND f.valid_to = 'infinity'
       AND m.dossier_id = {model} AND m.valid_to <> 'infinity' AND m.valid_to_known_at >= '{{at}}'),
new_fact AS (
    INSERT INTO dossier_fact ({fact_names}) SELECT {fact_values} FROM dossier_fact d CROSS JOIN due
     WHERE d.dossier_id = {model} AND d.known_from >= '{{at}}'),
new_letter AS (
    INSERT INTO letter ({letter_names}) SELECT {letter_values} FROM letter d CROSS JOIN due
     WHERE d.dossier_id = {model} AND d.recorded_at >= '{{at}}')
INSERT INTO feed (recorded_at, dossier_ids) SELECT clock_timestamp(), array_agg(id) FROM due"""
    at = inst.sql(f"SELECT min(recorded_at) FROM event WHERE dossier_id = {model} AND seq > {since}")
    inst.sql("CHECKPOINT")
    before = inst.postgres_cpu()
    began = time.monotonic()
    inst.sql("SET session_replication_role = replica; " + statement.format(at=at))
    return time.monotonic() - began, inst.postgres_cpu() - before


def report(inst, args, ids, nights):
    empty = [took for r, took, _ in nights if r["seen"] == 0]
    if empty:
        print(f"empty night, median of {len(empty)}: {sorted(empty)[len(empty) // 2] * 1000:.0f} ms (target 50), login and TLS included")
    for what in ("letters", "overdue"):
        best = max(nights, key=lambda x: x[0][what])
        if best[0][what]:
            print(f"night with {best[0][what]} {what}: {best[1]:.2f} s, {best[1] / best[0]['seen'] * 1e6:.0f} us a dossier")
    last = max(nights, key=lambda x: x[0]["overdue"])
    if not last[0]["overdue"]:
        sys.exit("nights.py: no night had overdue dossiers; raise --days")
    version = int(inst.sql(f"SELECT max(seq) FROM event WHERE dossier_id = {ids[0]}"))
    since = int(inst.sql(f"SELECT max(seq) FROM event WHERE dossier_id = {ids[0]} AND recorded_at < "
                         f"(SELECT max(recorded_at) - interval '1 hour' FROM event WHERE dossier_id = {ids[0]})"))
    took, cpu = reference(inst, ids[1], ids[0], args.late, since)
    print(f"one SQL statement, the same {version - since} events each: {took:.2f} s, {took / args.late * 1e6:.0f} us a dossier, {cpu:.2f} s processor")
    print(f"ratio of the overdue night: {last[1] / took:.2f} in time (target 1.5), {last[2] / cpu:.2f} in processor time")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--dossiers", type=int, default=100_000)
    parser.add_argument("--late", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=9)
    args = parser.parse_args()
    inst = Installation(args.build)
    try:
        print(machine(), flush=True)
        inst.open()
        inst.login(1)
        ids = fill(inst, args)
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date()
        nights = []
        for i in range(args.days):
            done = night(inst, today + datetime.timedelta(days=i))
            if done:
                nights.append(done)
        report(inst, args, ids, nights)
    finally:
        inst.close()


if __name__ == "__main__":
    main()
