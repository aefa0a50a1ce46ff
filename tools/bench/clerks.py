#!/usr/bin/env python3
"""Clerks at work: requests per second through HTTPS, beside pgbench and a Fastify service that do an assignment in one function per dossier.

usage: clerks.py [BUILD] [--clients N] [--dossiers N] [--seconds N] [--rounds N] [--seed N] [--flush-ms N] [--modules DIR] [--one WORK]

A daemon on a database of its own, synchronous commit and flushes on. 64 clerks (bench_load: one thread, TLS, keep-alive,
bearer tokens, JSON, Idempotency-Key) take dossiers in, then assign their own back and forth, new ones in each round, in an order
that --seed deals (printed; another each time if none is given); the rounds alternate with pgbench (tools/bench/transition.sql, 1 to
32 clients) and with the service (tools/bench/fastify, from npm into DIR; left out where npm cannot be reached) on the same tables.
Reads before that, of dossiers of eight events; then latency at half that rate (the median of the rounds' p99), after a vacuum and a
checkpoint, and of one clerk alone, the queue page, start to ready, and memory, idle and with 1,000 clients connected. The generator
shares the machine; its own processor time is printed. Before each part stands what the machine does at that moment (calibrate()):
without it no absolute means anything. --flush-ms N puts N ms before each flush of the database's server (slow_flush.c), for all of
them alike. --one runs one WORK (assign, read) for long and prints the daemon's process id, for perf.
"""
import argparse
import pathlib
import os
import random
import subprocess
import sys
import time

from installation import ROOT, Installation, calibrate, line, machine, median_of, resident_mib

sys.path.append(str(ROOT / "tests/oracle"))
import harness  # noqa: E402
import npm  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
OFFICERS = "clerk1 clerk2"
PGBENCH = 1, 4, 8, 16, 32
EVENTS = 7  # after the intake, before reads are measured
QUEUE = "/api/v1/queues/office?office=mc&limit=50"


def pgbench(inst, clients, n, seconds, run):
    """Assignments per second of the function, and processor time of the database for each."""
    script = (f"\\set place random(0, {n - 1})\n\\set r random(0, 1000000000000)\n"
              f"SELECT bench_assign(:place, 'pgbench-{run}-' || :client_id || '-' || :r);\n")
    before = inst.postgres_cpu()
    done = subprocess.run([inst.bin() / "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds),
                           "-f", "/dev/stdin", inst.url], input=script, text=True, capture_output=True)
    rate = next((float(text.split()[2]) for text in done.stdout.splitlines() if text.startswith("tps")), None)
    count = next((int(text.split(":")[1].split("/")[0]) for text in done.stdout.splitlines()
                  if text.startswith("number of transactions actually processed")), 0)
    if rate is None or not count:
        sys.exit(f"pgbench: {done.stderr[-600:]}")
    return {"rate": rate, "postgres_us": (inst.postgres_cpu() - before) / count * 1e6, "clients": clients}


class Service:
    """The Fastify service on the installation's database, or nothing where its libraries are absent."""

    def __init__(self, inst, folder):
        self.process = None
        try:
            modules = npm.find(folder.resolve(), HERE / "fastify/package.json")
        except npm.Absent as reason:
            print(f"Fastify left out: {reason}")
            return
        port = harness.free_port()
        self.process = subprocess.Popen(["node", str(HERE / "fastify/server.mjs"), str(port), str(inst.home), inst.url, "8"], text=True,
                                        stdout=subprocess.PIPE, env=dict(os.environ, NODE_PATH=str(modules), NODE_ENV="production"))
        if self.process.stdout.readline().strip() != "ready":
            sys.exit("the Fastify service did not start")
        self.address = port, self.process.pid

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


def ratio(name, ours, theirs, target):
    print(f"{name:34} {ours / theirs:9.2f}    target {target}")


def fill(inst, args):
    """Takes dossiers in, for a round of each: one that has had some ten rounds has more events than a dossier gets in its life."""
    r = inst.load("intake", clients=args.clients, count=args.dossiers)
    codes = r["stderr"].split()
    args.dice.shuffle(codes)
    path = inst.folder / "codes"
    path.write_text("".join(f"{code} {OFFICERS}\n" for code in codes))
    inst.sql((HERE / "transition.sql").read_text())
    inst.sql("VACUUM ANALYZE")
    return path, len(codes), r


def transitions(inst, args, service):
    ours, theirs, other = [], [], []
    for i in range(args.rounds):
        codes, n, _ = fill(inst, args)
        ours.append(inst.load("assign", clients=args.clients, seconds=args.seconds, codes=codes))
        theirs += [pgbench(inst, c, n, max(args.seconds // 2, 1), f"{i}-{c}") for c in PGBENCH]
        if service.process:
            other.append(inst.load("assign", service.address, clients=args.clients, seconds=args.seconds, codes=codes))
    best = max((median_of([t for t in theirs if t["clients"] == c]) for c in PGBENCH), key=lambda r: r["rate"])
    mine = median_of(ours)
    line(f"assign, {args.clients} clerks", mine, f"  rounds {' '.join(str(round(r['rate'])) for r in ours)}")
    print(f"{'function under pgbench, best':34} {best['rate']:9.0f}/s  {best['clients']} clients"
          f"                                 postgres {best['postgres_us']:5.0f} us")
    if other:
        line("assign, Fastify and pg", median_of(other), f"  rounds {' '.join(str(round(r['rate'])) for r in other)}")
    ratio("to the function", mine["rate"], best["rate"], f"2; database time per assignment {mine['postgres_us'] / best['postgres_us']:.2f}"
          f" of the function's; generator {mine['load_cpu_s'] / mine['requests'] * 1e6:.0f} us")
    if other:
        ratio("to Fastify and pg", mine["rate"], median_of(other)["rate"], "3")
    return mine["rate"]


def reads(inst, args, codes, service):
    """Of dossiers with as many events as a dossier has in its life: a read folds them all, and each lies elsewhere on the disk."""
    inst.load("assign", clients=args.clients, count=EVENTS * args.dossiers, codes=codes)
    inst.sql("VACUUM ANALYZE event")
    events = int(inst.sql("SELECT count(*) FROM event")) / int(inst.sql("SELECT count(*) FROM dossier"))
    read = median_of([inst.load("read", clients=args.clients, seconds=args.seconds, codes=codes) for _ in range(args.rounds)])
    line(f"read a dossier, {args.clients} clerks", read, f"  {read['bytes']} bytes, {events:.1f} events each; target 15000/s")
    if service.process:
        other = median_of([inst.load("read", service.address, clients=args.clients, seconds=args.seconds, codes=codes)
                           for _ in range(args.rounds)])
        line("read, Fastify and pg", other, f"  {other['bytes']} bytes")
        ratio("to Fastify and pg", read["rate"], other["rate"], "-")
    run, rounds = half(inst, args, "read", read["rate"], codes=codes)
    line("read, half of that rate", run, f"  target p99 < 10 ms{rounds}")
    line("read, one clerk alone", inst.load("read", clients=1, seconds=args.seconds, codes=codes))


def half(inst, args, work, rate, **options):
    """The median round by p99, and all of them: one hiccup of the machine is one round's."""
    runs = [inst.load(work, clients=args.clients, seconds=args.seconds, rate=rate / 2, **options) for _ in range(args.rounds)]
    return median_of(runs, "p99_ms"), f"  rounds {' '.join(str(round(r['p99_ms'], 1)) for r in runs)}"


def latencies(inst, args, rate):
    codes, _, _ = fill(inst, args)
    inst.sql("CHECKPOINT")  # what the reference left behind is not the clerks'
    run, rounds = half(inst, args, "assign", rate, codes=codes)
    line("assign, half of that rate", run, f"  target p99 < 25 ms{rounds}")
    line("assign, one clerk alone", inst.load("assign", clients=1, seconds=args.seconds, codes=codes))
    queue = inst.load(QUEUE, clients=args.clients, seconds=args.seconds)
    line("queue page, 50 rows", queue, f"  {queue['bytes']} bytes")
    run, rounds = half(inst, args, QUEUE, queue["rate"])
    line("queue page, half of that rate", run, f"  target p99 < 10 ms{rounds}")


def memory(inst):
    inst.stop()
    began = time.monotonic()
    inst.start()
    print(f"{'start to ready':34} {(time.monotonic() - began) * 1000:9.0f} ms, target 1000 ms")
    print(f"{'resident, idle':34} {resident_mib(inst.process.pid):9.1f} MiB")
    idle = subprocess.Popen([inst.build / "tools/bench/bench_load", str(inst.port), inst.tokens_path, "idle", "--clients", "1000",
                             "--seconds", "5"], stdout=subprocess.PIPE, text=True)
    connected = idle.stdout.readline()
    print(f"{'resident, 1,000 clients over TLS':34} {resident_mib(inst.process.pid):9.1f} MiB"
          f"{'' if connected else ' (not all connected)'}, target 64 MiB (with live streams)")
    idle.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--dossiers", type=int, default=6400)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--flush-ms", type=int, default=0)
    parser.add_argument("--modules", type=pathlib.Path)
    parser.add_argument("--one", metavar="WORK")
    args = parser.parse_args()
    args.dice = random.Random(args.seed)
    inst = Installation(args.build, flush_ms=args.flush_ms)
    try:
        print(machine() + f", seed {args.seed}" + (f", each flush {args.flush_ms} ms longer" if args.flush_ms else ""), flush=True)
        inst.open()
        inst.login(args.clients)
        codes, _, taken_in = fill(inst, args)
        line("intake", taken_in)
        if args.one:
            print(f"daemon {inst.process.pid}", flush=True)
            line(args.one, inst.load(args.one, clients=args.clients, seconds=args.seconds, codes=codes))
            return
        service = Service(inst, args.modules or pathlib.Path(args.build) / "tools/bench/fastify")
        try:
            print(calibrate(), flush=True)
            reads(inst, args, codes, service)
            print(calibrate(), flush=True)
            rate = transitions(inst, args, service)
            print(calibrate(), flush=True)
            latencies(inst, args, rate)
        finally:
            service.stop()
        memory(inst)
    finally:
        inst.close()


if __name__ == "__main__":
    main()
