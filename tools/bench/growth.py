#!/usr/bin/env python3
"""What grows with the years: one dossier, its events, pages of queues, search and an assignment over 10^4 to 5 x 10^6 dossiers.

usage: growth.py [BUILD] [--sizes N,N] [--reads N] [--seconds N] [--years N] [--seed N] [--keep FOLDER]

A few dossiers are taken in by the engine at the demonstration's one-stop unit; all others are copies of these, with true bytes,
hashes, facts and stays (their instants too: what differs is id, code, applicant, promise and, for nine of ten, the office, one of
300). They lie in the partitions of several filing years; 20 of 100 were returned, 70 withdrawn, 10 are open (assigned, waiting to
be taken over, waiting to be returned, overdue). Then, of codes dealt over the whole range, one client after the other through
HTTPS, and beside it what PostgreSQL spent on it (pg_stat_statements). After each figure stands its ratio to that at 10^5, and
around each size the machine is measured, for absolutes mean nothing without. --keep leaves each database in FOLDER/N; a size that is
named again is measured again there, so that two sizes take turns.
"""
import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time
import urllib.parse

os.environ["PG_TEMP_OPTIONS"] = ("-c shared_buffers=1GB -c shared_preload_libraries=pg_stat_statements -c maintenance_work_mem=1GB "
                                 "-c checkpoint_timeout=30min " + os.environ.get("PG_TEMP_OPTIONS", ""))
import copies  # noqa: E402
import pages  # noqa: E402
from installation import Installation, calibrate, machine, resident_mib  # noqa: E402

FIRST = 100_000_000  # of the copies, within a year's ids
KINDS = {"returned": 20, "withdrawn": 70, "assigned": 6, "handed_over": 1, "to_return": 1, "overdue": 2}  # of 100
SPARED = ("dossier", "dossier_code", "dossier_search", "dossier_person", "dossier_fact", "stay", "dossier_deadline", "person", "person_version", "event")
BASE = 100_000


# ---- making them ----

def intake(inst, procedure):
    return inst.call("POST", "/api/v1/dossiers", {"procedure": procedure, "filed_office": "mc", "applicant": {"name": "Nguyễn Văn An"}},
                     status=201)["code"]


def models(inst):
    """One of each kind."""
    inst.call("POST", "/api/v1/demo/clock", {"set": "2022-08-01T08:00:00+07:00"})
    made = {"returned": intake(inst, "TP-12H"), "to_return": intake(inst, "TP-12H"), "overdue": intake(inst, "TP-12H"),
            "withdrawn": intake(inst, "TP-10"), "assigned": intake(inst, "TP-10"), "handed_over": intake(inst, "TP-10")}
    for kind in ("returned", "to_return"):
        for action in ("forward", "take_over", "decide", "hand_over_result", "take_over_result"):
            inst.act(made[kind], action)
    inst.act(made["returned"], "return", collector_name="Nguyễn Văn An", collector_paper="slip")
    inst.act(made["withdrawn"], "request_withdrawal", reason="Đổi ý")
    inst.act(made["withdrawn"], "stop", reason="Người nộp rút hồ sơ")
    inst.act(made["assigned"], "assign", officer="clerk1")
    inst.act(made["handed_over"], "forward")
    inst.call("POST", "/api/v1/demo/clock", {"set": "2022-08-02T08:00:00+07:00"})
    deadline = time.monotonic() + 30
    while inst.sql(f"SELECT warning FROM dossier WHERE code = '{made['overdue']}'") != "overdue":
        if time.monotonic() > deadline:
            raise SystemExit("growth: the engine did not find the overdue one")
        time.sleep(0.2)
    time.sleep(2)  # what it writes about it
    return made


def names(seed):
    """A name for copy c.n, dealt without a sequence, so that any stretch may be made alone."""
    def pick(words, salt):
        return (f"(ARRAY['{chr(39).join((chr(39) + ',' + chr(39)).join(words).split(chr(39)))}'])[1 + abs(hashint8extended(c.n, {seed * 10 + salt}) % {len(words)})]")
    return f"{pick(pages.FAMILIES, 1)} || ' ' || {pick(pages.MIDDLES, 2)} || ' ' || {pick(pages.GIVEN, 3)}"


def copy_kind(inst, kind, code, n, first, years, seed):
    """n copies of one model over the years; `first` is the number of the first."""
    model, k = inst.sql(f"SELECT id, version FROM dossier WHERE code = '{code}'").split("|")
    office = "CASE WHEN m.{0} IS NULL OR c.office = 0 THEN m.{0} ELSE c.office END"
    offices = {name: office.format(name) for name in ("filed_office_id", "supervising_office_id", "competent_office_id", "holder_office_id",
                                                      "pending_office_id", "office_id")}
    caches = {"id": "c.id", "code": "c.code", "chain": "e.hash", "applicant_id": "c.id", "applicant_version": "1",
              "next_alarm_at": "CASE WHEN m.ended_at IS NULL THEN timestamptz '2030-01-01' END", **{f: v for f, v in offices.items() if f != "office_id"}}
    if kind in ("assigned", "handed_over", "to_return"):
        caches.update(due_at="m.due_at + c.day * interval '1 day'", due_on="m.due_on + c.day", late_at="m.late_at + c.day * interval '1 day'",
                      risk_at="m.risk_at + c.day * interval '1 day'", certain_at="m.certain_at + c.day * interval '1 day'")
    if kind == "overdue":
        caches.update(due_at="m.due_at - c.day * interval '1 hour'")
    source = "FROM bench.growth c JOIN {0} m ON m.{1} = " + model
    return f"""
TRUNCATE bench.growth;
INSERT INTO bench.growth SELECT n, (2022 - {years} + 1 + n % {years}) * 10000000000::bigint + {FIRST} + n, 'GRW-' || lpad(n::text, 8, '0'),
       CASE WHEN hashint8extended(n, {seed}) % 10 = 0 THEN 0 ELSE 10001 + abs(hashint8extended(n, {seed} + 1) % 300) END,
       abs(hashint8extended(n, {seed} + 2) % 200)
  FROM generate_series({first}::bigint, {first + n - 1}) n;
ANALYZE bench.growth;
INSERT INTO event (dossier_id, seq, bytes, hash, at, recorded_at, actor_id, action)
SELECT c.id, v.* FROM ({copies.lines(model, 0, int(k))}) l CROSS JOIN (SELECT * FROM bench.growth ORDER BY id) c
{copies.chained(int(k), "l.model")} {copies.rows(int(k))};
{copies.insert(inst, "dossier", caches, source.format("dossier", "id") + f" JOIN event e ON e.dossier_id = c.id AND e.seq = {k} ORDER BY c.id")};
INSERT INTO dossier_code (code, dossier_id) SELECT code, id FROM bench.growth c;
INSERT INTO person (id, created_at) SELECT id, '2022-08-01' FROM bench.growth c ORDER BY id;
INSERT INTO person_version (person_id, version, kind, name, name_folded, key_id, recorded_at)
SELECT id, 1, 'person', initcap(name), name, 1, '2022-08-01' FROM (SELECT c.id, {names(seed)} AS name FROM bench.growth c) x ORDER BY id;
INSERT INTO dossier_person (dossier_id, part, ordinal, person_id, version) SELECT id, 'applicant', 0, id, 1 FROM bench.growth c ORDER BY id;
INSERT INTO dossier_search (dossier_id, search) SELECT person_id, name_folded FROM person_version v JOIN bench.growth c ON c.id = v.person_id ORDER BY 1;
{copies.insert(inst, "dossier_deadline", {"dossier_id": "c.id"}, source.format("dossier_deadline", "dossier_id"))};
{copies.insert(inst, "dossier_fact", {"dossier_id": "c.id", "office_id": offices["office_id"], "filed_office_id": offices["filed_office_id"]}, source.format("dossier_fact", "dossier_id"))};
{copies.insert(inst, "stay", {"dossier_id": "c.id", "office_id": offices["office_id"]}, source.format("stay", "dossier_id"))};
"""


def fill(inst, size, args):
    """Sets of at most 250,000, without the secondary indexes, which are made again at the end."""
    began = time.monotonic()
    made = models(inst)
    inst.stop()
    inst.sql(copies.SCHEMA)
    tables = ", ".join(f"'{t}'" for t in SPARED)
    indexes = inst.sql("SELECT replace(i.indexdef, E'\\n', ' ') FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename IN (" + tables + ") AND NOT EXISTS ("
                       "SELECT FROM pg_constraint c WHERE c.conname = i.indexname)").split("\n")
    dropped = inst.sql("SELECT string_agg(format('DROP INDEX %I;', i.indexname), ' ') FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename IN ("
                       + tables + ") AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)")
    indexes = [i for i in indexes if " ON ONLY public.event " not in i and " ON public.event_" not in i]
    dropped = " ".join(d + ";" for d in dropped.rstrip(";").split("; ") if not d.startswith("DROP INDEX event_"))
    inst.sql(f"""CREATE UNLOGGED TABLE IF NOT EXISTS bench.growth (n bigint, id bigint, code text, office bigint, day integer);
INSERT INTO office (id, key, name, kind) SELECT 10000 + n, 'thu' || n, 'Đơn vị ' || n, 'division' FROM generate_series(1, 300) n;
SELECT event_partition_ensure(y) FROM generate_series(2022 - {args.years} + 1, 2023) y; {dropped}""")
    first = 1
    for kind, share in KINDS.items():
        left = size * share // 100
        while left > 0:
            n = min(left, 250_000)
            inst.sql("SET synchronous_commit = off; SET session_replication_role = replica; SET work_mem = '256MB'; SET timezone = 'UTC'; BEGIN;"
                     + copy_kind(inst, kind, made[kind], n, first, args.years, args.seed) + "COMMIT;")
            first, left = first + n, left - n
    took = time.monotonic() - began
    inst.sql("; ".join(indexes))
    inst.sql("DROP TABLE bench.growth; UPDATE setting SET epoch = epoch + 1, deadlines_epoch = epoch + 1; CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA bench;")
    inst.sql("VACUUM ANALYZE")
    inst.sql("CHECKPOINT")
    inst.start()
    print(f"made in {took:.0f} s, with indexes and ANALYZE {time.monotonic() - began:.0f} s", flush=True)


# ---- measuring them ----

class Figures:
    """name -> what was measured of it; printed as it comes."""

    def __init__(self, size, inst, base):
        self.size, self.inst, self.base, self.kept = size, inst, base, {}

    def reset(self):
        self.inst.sql("SELECT bench.pg_stat_statements_reset()")

    def spent(self, n):
        """Milliseconds that the database spent for one of n requests, and pages that it looked at: the latter hold on a busy machine too.
        Statements that were asked for each request count, not what the daemon does by itself meanwhile."""
        took, looked = self.inst.sql("SELECT sum(total_exec_time), sum(shared_blks_hit + shared_blks_read) FROM bench.pg_stat_statements"
                                     f" WHERE query NOT LIKE '%pg_stat_statements%' AND toplevel AND calls >= {max(n * 9 // 10, 1)}").split("|")
        return float(took) / n, float(looked) / n

    def put(self, name, p50, p99, spent, note=""):
        self.kept[name] = p50, *spent
        ratio = [f"{now / then:5.2f}" if then else "    -" for now, then in zip(self.kept[name], self.base.get(name, (0, 0, 0)))]
        print(f"{self.size:>9} {name:40} p50 {p50:8.3f} ms {ratio[0]}  p99 {p99:8.3f} ms  database {spent[0]:8.3f} ms {ratio[1]}"
              f" {spent[1]:7.0f} pages {ratio[2]}{'  ' if note else ''}{note}", flush=True)


def deal(inst, size, n, seed, where="true"):
    """n codes dealt over all years."""
    dice = random.Random(seed)
    wanted = sorted({dice.randrange(1, size + 1) for _ in range(n * 2)})
    codes = inst.sql("SELECT d.code FROM dossier d WHERE d.code = ANY ('{" + ",".join(f"GRW-{w:08}" for w in wanted) + "}') AND " + where).split()
    dice.shuffle(codes)
    return codes[:n]


def one_by_one(inst, figures, name, paths, headers, note=lambda last: ""):
    with inst.connection() as connection:
        figures.reset()
        took = []
        for path in paths:
            began = time.perf_counter()
            connection.http.request("GET", path, headers=headers)
            reply = connection.http.getresponse()
            text = reply.read()
            took.append((time.perf_counter() - began) * 1000)
            if reply.status != 200:
                sys.exit(f"{path}: {reply.status} {text[:300]!r}")
        spent = figures.spent(len(paths))
    took.sort()
    figures.put(name, statistics.median(took), took[len(took) * 99 // 100], spent, note(text))


def load(inst, figures, name, work, note="", **options):
    """bench_load, one client after the other's answer."""
    figures.reset()
    r = inst.load(work, clients=1, **options)
    figures.put(name, r["p50_ms"], r["p99_ms"], figures.spent(r["requests"]), note)


def with_codes(inst, codes, officers):
    path = inst.folder / "codes"
    path.write_text("".join(f"{code} {officers}\n" for code in codes))
    return path


def rows_of(text):
    import json
    return f"{len(json.loads(text)['items'])} rows"


def measure(inst, figures, size, args):
    clerk = pages.of_clerk(inst, "clerk1")
    everybody = inst.headers
    ended = deal(inst, size, args.reads, args.seed)
    mine = inst.sql("SELECT d.code FROM dossier d JOIN officer o ON o.id = d.holder_officer_id JOIN office f ON f.id = d.holder_office_id WHERE o.login = 'clerk1'"
                    " AND f.key = 'mc' AND d.state = 'received' AND d.ended_at IS NULL AND d.code LIKE 'GRW-%'").split()
    random.Random(args.seed).shuffle(mine)
    plain = ["/api/v1/dossiers/" + code for code in ended]
    one_by_one(inst, figures, "a dossier, the first time after a start", plain, everybody)
    load(inst, figures, "a dossier, one clerk", "read", codes=with_codes(inst, ended, "clerk1 clerk2"), seconds=args.seconds)
    one_by_one(inst, figures, "its events", [p + "/events" for p in plain[:len(plain) // 2]], everybody)
    for queue in ("office", "mine", "pending", "late", "return"):
        for who, headers in (("one-stop unit", clerk), ("all offices", everybody)):
            if queue == "mine" and who == "all offices":
                continue
            one_by_one(inst, figures, f"queue {queue}, {who}", [f"/api/v1/queues/{queue}?limit=50"] * 200, headers, rows_of)
    for question in ("nguyen", "lo huu oanh", "khong co ai"):
        one_by_one(inst, figures, f"search {question!r}, all offices", ["/api/v1/search?limit=50&q=" + urllib.parse.quote(question)] * 20, everybody, rows_of)
    one_by_one(inst, figures, "search by code", ["/api/v1/search?limit=50&q=" + code for code in ended[:200]], everybody)
    load(inst, figures, "an assignment, one clerk", "assign", codes=with_codes(inst, mine[:2000], "clerk2 clerk1"), seconds=args.seconds,
         note=f"{len(mine[:2000])} dossiers")
    resident = resident_mib(inst.process.pid)
    inst.stop()
    began = time.monotonic()
    inst.start()
    print(f"{size:>9} start to ready {(time.monotonic() - began) * 1000:.0f} ms, resident after all this {resident:.1f} MiB; "
          + inst.sql("SELECT 'database ' || pg_size_pretty(pg_database_size(current_database())) || ', ' || (SELECT sum(n_live_tup) FROM pg_stat_user_tables"
                     " WHERE relname ~ '^event_[0-9]') || ' events in ' || (SELECT count(*) FROM pg_inherits WHERE inhparent = 'event'::regclass) || ' partitions'"),
          flush=True)


def one_size(size, args, base):
    inst = Installation(args.build, args.keep / str(size) if args.keep else None)
    try:
        print(f"== {size} dossiers\n{calibrate()}", flush=True)
        is_new = inst.open()
        inst.login(1)
        if is_new:
            fill(inst, size, args)
        inst.stop()
        inst.database("restart -m fast")
        inst.start()
        inst.login(1)
        figures = Figures(size, inst, base)
        measure(inst, figures, size, args)
        print(calibrate(), flush=True)
        return figures.kept
    finally:
        inst.close(bool(args.keep))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--sizes", default="100000,10000,1000000,5000000", help="in this order; 10^5 first, for the ratios; again and again with --keep")
    parser.add_argument("--reads", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    args = parser.parse_args()
    print(f"{machine()}; shared_buffers 1 GB, synchronous commit and flushes on; seed {args.seed}", flush=True)
    base = {}
    for size in map(int, args.sizes.split(",")):
        kept = one_size(size, args, base)
        if size == BASE:
            base.update(kept)


if __name__ == "__main__":
    main()
