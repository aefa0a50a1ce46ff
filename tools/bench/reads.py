#!/usr/bin/env python3
"""What logging a read costs: GET of one dossier, by each of the daemons given, in turn.

usage: reads.py BUILD PROGRAM [PROGRAM...] [--seconds N] [--rounds N]

Each daemon gets a database and a dossier of its own; bench_load of BUILD reads it over TLS on 32 connections. With a build from before
the log of reads beside one from after it the ratio is what the log costs."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

sys.path[0] = str(pathlib.Path(__file__).resolve().parents[2] / "tests/api")  # not this folder: it has an http.py
import harness  # noqa: E402


def prepare(program):
    daemon = harness.Daemon(program)
    daemon.prepare(True)
    daemon.start()
    harness.daemon = daemon
    harness.contract = harness.Contract(daemon.request("GET", "/openapi.json").json)
    harness.tokens.clear()
    test = harness.ApiTest()
    test.clock_to(harness.START)
    return daemon, test.intake()["code"], test.login("clerk1")


def rate(build, daemon, code, token, seconds):
    tokens = daemon.folder / "tokens"
    tokens.write_text(f"{token}\n" * 32)
    done = subprocess.run([pathlib.Path(build) / "tools/bench/bench_load", str(daemon.port), tokens, f"/api/v1/dossiers/{code}",
                           "--clients", "32", "--seconds", str(seconds)], capture_output=True, text=True, check=True).stdout
    return json.loads(done)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    ready = []
    try:
        for program in args.programs:
            ready.append(prepare(program))
        runs = [[] for _ in ready]
        for _ in range(args.rounds):
            for i, (daemon, code, token) in enumerate(ready):
                runs[i].append(rate(args.build, daemon, code, token, args.seconds))
        medians = [statistics.median(r["rate"] for r in one) for one in runs]
        for program, one, median in zip(args.programs, runs, medians):
            print(f"{median:8.0f} reads/s  {median / medians[0]:.2f}  {program}  rounds {[round(r['rate']) for r in one]}")
    finally:
        for daemon, _, _ in ready:
            daemon.close()


main()
