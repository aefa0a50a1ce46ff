#!/usr/bin/env python3
"""The audit measured: the root of a day with 10^5 events, and audit verify over 10^6, from the database and from a dump.

    tools/bench/audit.py [BUILD] [--days 10] [--dossiers 12500]      events of a day: eight times the dossiers

References in the same run: sha256sum over the same bytes, and PostgreSQL's own sum of one day. Events are written by SQL, with
true bytes and chains, in the order in which an office records them."""
import argparse
import datetime
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:] = [str(ROOT / "tests/api")] + [p for p in sys.path if pathlib.Path(p).resolve() != ROOT / "tools/bench"]
import harness  # noqa: E402

EVENTS = 8  # of a dossier
LOAD = """
CREATE FUNCTION pg_temp.load(p_days integer, p_dossiers integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_at timestamptz; v_us text; m dossier;
BEGIN
    PERFORM event_partition_ensure(2022);
    SELECT * INTO m FROM dossier ORDER BY id LIMIT 1;
    CREATE TEMP TABLE cur (id bigint, hash bytea);
    FOR d IN 0 .. p_days - 1 LOOP
        v_at := timestamptz '2022-08-02T01:00:00Z' + d * interval '1 day';
        v_us := (extract(epoch FROM v_at) * 1000000)::bigint;
        TRUNCATE cur;
        INSERT INTO cur SELECT 20220100000000 + d * p_dossiers + i, decode(repeat('00', 32), 'hex') FROM generate_series(1, p_dossiers) i;
        FOR n IN 1 .. 8 LOOP
            WITH said AS (
                SELECT id, hash, convert_to(format(E'motcua-event 1\\ndossier %s\\nat %s\\nrecorded_at %s\\nactor 7\\naction assign\\n'
                    'to_officer 9\\nremark %s:' || repeat('5a', 32) || E'\\nseq %s\\n', id, v_us, v_us, id, n), 'UTF8') AS bytes FROM cur
            ), put AS (
                INSERT INTO event SELECT id, n, v_at, v_at, 7, 'assign', bytes, sha256(hash || bytes) FROM said ORDER BY id RETURNING dossier_id, hash
            )
            UPDATE cur SET hash = put.hash FROM put WHERE put.dossier_id = cur.id;
        END LOOP;
        INSERT INTO dossier SELECT (jsonb_populate_record(m, jsonb_build_object('id', id, 'code', 'B' || id, 'version', 8, 'chain', hash))).* FROM cur;
    END LOOP;
END $$;
"""


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build", nargs="?", default="build")
    p.add_argument("--days", type=int, default=10)
    p.add_argument("--dossiers", type=int, default=12500)
    a = p.parse_args()
    daemon = harness.daemon = harness.Daemon(pathlib.Path(a.build) / "engine/daemon/motcuad")
    psql = lambda *words: subprocess.run([max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql")), "-XAtq", "-v", "ON_ERROR_STOP=1",
                                          "-d", daemon.url, *words], check=True, text=True, capture_output=True).stdout.strip()
    try:
        daemon.prepare(True, lambda d: d.must("keygen", "--audit", d.home / "audit.key") and None or {"audit_key": d.home / "audit.key"})
        daemon.start()
        harness.contract = harness.Contract(daemon.request("GET", "/openapi.json").json)
        test = harness.ApiTest()
        test.clock_to("2022-08-02T07:00:00+07:00")
        test.intake()
        daemon.stop()
        n = a.days * a.dossiers * EVENTS
        print(f"{os.cpu_count()} cores, load at start {os.getloadavg()[0]:.1f}; {n:,} events, {a.dossiers * EVENTS:,} a day", flush=True)
        psql("-c", LOAD, "-c", f"SELECT pg_temp.load({a.days}, {a.dossiers})", "-c", "VACUUM ANALYZE event", "-c", "ANALYZE dossier")
        psql("-c", "UPDATE setting SET clock_offset_us = clock_offset_us + 40 * 86400 * 1000000::bigint")
        daemon.start()
        test.until(lambda: int(psql("-c", "SELECT count(*) FROM audit_root")) >= 40, 300)
        daemon.stop()
        rows = [json.loads(line) for line in daemon.log().splitlines() if '"audit_root"' in line]
        at = [datetime.datetime.fromisoformat(r["t"]) for r in rows]
        full = [(later - before).total_seconds() * 1000 for before, later, r in zip(at, at[1:], rows[1:]) if r["events"] >= a.dossiers * EVENTS]
        empty = [(later - before).total_seconds() * 1000 for before, later, r in zip(at, at[1:], rows[1:]) if r["events"] == 0]
        began = time.monotonic()
        psql("-c", "SELECT sha256(string_agg(hash, '' ORDER BY dossier_id, seq)) FROM event WHERE recorded_at >= '2022-08-04' AND recorded_at < '2022-08-05'")
        print(f"root of a day: {statistics.median(full):.0f} ms ({min(full):.0f} to {max(full):.0f}); without events "
              f"{statistics.median(empty):.1f} ms; one aggregate over that day {(time.monotonic() - began) * 1000:.0f} ms", flush=True)
        dump = daemon.home / "plain.sql"
        more = {"user": daemon.user.pw_uid, "group": daemon.user.pw_gid, "extra_groups": []} if daemon.user else {}
        tool = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
        subprocess.run([tool, "--file", dump, "--dbname", daemon.url], check=True, cwd="/", **more)
        (daemon.folder / "bytes").write_bytes(b"")
        os.chmod(daemon.folder / "bytes", 0o666)
        psql("-c", f"COPY (SELECT convert_from(bytes, 'UTF8') FROM event) TO '{daemon.folder}/bytes'")
        began = time.monotonic()
        subprocess.run(["sha256sum", daemon.folder / "bytes"], check=True, capture_output=True)
        plain = time.monotonic() - began
        for what, words in (("database", ("--database", daemon.url)), ("dump", ("--dump", dump))):
            took = []
            for _ in range(3):
                before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
                done = daemon.command("audit", "verify", *words, "--public-key", daemon.home / "audit.pub")
                took.append(time.monotonic() - began)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                assert done.returncode == 0, done.stdout + done.stderr
            print(f"audit verify of the {what}: {statistics.median(took):.2f} s, {n / statistics.median(took):,.0f} events/s, "
                  f"{after.ru_utime - before.ru_utime:.2f} s of processor time; {statistics.median(took) / plain:.1f} x sha256sum of the same "
                  f"bytes ({plain:.2f} s); resident {after.ru_maxrss / 1024:.0f} MiB at most", flush=True)
    finally:
        daemon.close()


main()
