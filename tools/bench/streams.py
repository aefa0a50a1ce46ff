#!/usr/bin/env python3
"""Memory of the daemon with live streams: 1,000 clients over TLS, each with one open, while clerks assign.

usage: streams.py [BUILD] [--clients N] [--rate N] [--seconds N] [--deaf N]

Resident memory idle, with the clients connected, with their streams open and quiet, while every assignment is told to every
one of them (N a second), with a burst as fast as clerks can, with some that never read, and after all have left. The readers
are officers of the demonstration, made inspectors so that each may see every dossier; they count what they are told."""
import argparse
import json
import subprocess
import time

from installation import Installation, line, machine, peak_mib, resident_mib

OFFICERS = "clerk1 clerk2"
PER_OFFICER = 60  # an officer keeps 64 streams
TARGET_MIB = 64


def say(inst, name, more=""):
    """What the daemon holds now."""
    print(f"{name:44} {resident_mib(inst.process.pid):9.1f} MiB{more}", flush=True)


def metric(inst, name):
    text = inst.request("GET", "/metrics").body.decode()
    return int(next(row.split()[1] for row in text.splitlines() if row.startswith(f"{name} ")))


def readers(inst, n):
    """A file of n tokens, of as many officers as it takes, each of whom may read every dossier."""
    inst.must("logins", "--config", inst.config, "--out", inst.home / "logins")
    rows = [row.split() for row in (inst.home / "logins").read_text(encoding="utf-8").split("\n") if row.startswith("login ")]
    tokens = []
    for login, password in [row[2:4] for row in rows][:-(-n // PER_OFFICER)]:
        inst.call("POST", f"/api/v1/officers/{login}/roles", {"source": "QĐ 1", "reason": "đo", "effective_on": "2022-07-01",
                                                               "roles": [{"role": "inspector", "office": "mc"}]})
        tokens.append(inst.request("POST", "/api/v1/session", {"login": login, "password": password}).json["token"])
    path = inst.folder / "readers"
    path.write_text("\n".join(tokens) + "\n")
    return path


class Crowd:
    """Clients of bench_load that stay for some seconds."""

    def __init__(self, inst, tokens, work, seconds, **options):
        words = [inst.build / "tools/bench/bench_load", str(inst.port), tokens, work, "--seconds", str(seconds)]
        for key, value in options.items():
            words += [f"--{key}", str(value)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "connected\n":
            raise SystemExit("not all could connect")

    def left(self):
        said, _ = self.process.communicate()
        return json.loads(said) if said else None


def until(inst, name, value, seconds=90):
    """Seconds until a gauge is at most `value`."""
    began = time.monotonic()
    while (now := metric(inst, name)) > value:
        if time.monotonic() - began > seconds:
            raise SystemExit(f"{name} is still {now}")
        time.sleep(0.5)
    return time.monotonic() - began


def all_left(inst):
    until(inst, "motcua_connections_open", 5)
    time.sleep(6)  # the daemon looks every five seconds whether it has memory to give back
    say(inst, "all left")


def opened(inst, n):
    while metric(inst, "motcua_streams_open") < n:
        time.sleep(0.2)


def told(said, n):
    """How it went for the readers; every one has to be told of every assignment."""
    text = f"  {said['least']} to {said['most']} told each, of {n}; {said['bytes'] / 2**20:.0f} MiB"
    if said["least"] < n or said["gone"]:
        raise SystemExit(f"not all were told: {text}, {said['gone']} gone")
    return text


def measure(inst, args):
    say(inst, "idle, after the intake")
    tokens = readers(inst, args.clients)
    idle = Crowd(inst, tokens, "idle", 3, clients=args.clients)
    say(inst, f"{args.clients} clients connected")
    idle.left()
    all_left(inst)
    crowd = Crowd(inst, tokens, "stream", args.seconds + 20, clients=args.clients)
    opened(inst, args.clients)
    say(inst, f"{args.clients} live streams, quiet")
    r = inst.load("assign", clients=4, seconds=args.seconds, rate=args.rate, codes=inst.codes)
    line(f"assign, {args.rate}/s", r)
    say(inst, f"{args.clients} live streams, told {args.rate}/s")
    print(f"{'':44} {told(crowd.left(), r['requests'])}")
    all_left(inst)
    burst(inst, args, tokens)
    deaf(inst, args, tokens)
    print(f"{'at most':44} {peak_mib(inst.process.pid):9.1f} MiB, target {TARGET_MIB} MiB")


def burst(inst, args, tokens):
    """More than the readers can take: whoever lags walks, and what it was sent is given back once it is quiet."""
    crowd = Crowd(inst, tokens, "stream", 40, clients=args.clients)
    opened(inst, args.clients)
    r = inst.load("assign", clients=16, seconds=3, codes=inst.codes)
    line("assign, as fast as 16 clerks can", r)
    say(inst, f"{args.clients} live streams, at the end of the burst")
    time.sleep(12)
    say(inst, f"{args.clients} live streams, quiet again")
    said = crowd.left()
    print(f"{'':44}   {said['least']} to {said['most']} told each; {said['bytes'] / 2**20:.0f} MiB; {said['gone']} gone; "
          f"{metric(inst, 'motcua_live_resets_total')} resets")
    all_left(inst)


def deaf(inst, args, tokens):
    crowd = Crowd(inst, tokens, "stream", 75, clients=args.clients, deaf=args.deaf)
    opened(inst, args.clients)
    began = time.monotonic()
    load = inst.load("assign", clients=4, seconds=20, rate=args.rate, codes=inst.codes)
    say(inst, f"{args.deaf} of {args.clients} never read, told {args.rate}/s")
    until(inst, "motcua_streams_open", args.clients - args.deaf)
    say(inst, f"the {args.deaf} are dropped", f"  within {time.monotonic() - began:.0f} s")
    told(crowd.left(), load["requests"])
    all_left(inst)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--deaf", type=int, default=50)
    args = parser.parse_args()
    inst = Installation(args.build)
    try:
        print(machine(), flush=True)
        inst.open()
        inst.login(16)
        codes = inst.load("intake", clients=16, count=320)["stderr"].split()
        inst.codes = inst.folder / "codes"
        inst.codes.write_text("".join(f"{code} {OFFICERS}\n" for code in codes))
        inst.stop()
        inst.start()
        measure(inst, args)
    finally:
        inst.close()


if __name__ == "__main__":
    main()
