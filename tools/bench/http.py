#!/usr/bin/env python3
"""How many requests a second the HTTP layer alone serves: no database, no rules, one thread.

usage: http.py [BUILD] [--seconds N] [--rounds N]

Runs wrk against the test server of the layer, plain and through TLS, for a small reply, a file and a
body of 64 KiB; prints the median of the rounds, and the memory at the end. Needs wrk and openssl."""
import argparse
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

WORK = (("small reply", "/items/07.0001"), ("file", "/app/main.js"), ("64 KiB", "/big/65536"))


def wrk(url, seconds):
    done = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", url], capture_output=True, text=True,
                          check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"http.py: not every request was answered\n{done.stdout}")
    latency = re.search(r"99%\s+(\S+)", done.stdout).group(1)
    return float(re.search(r"Requests/sec:\s+(\S+)", done.stdout).group(1)), latency


def bench(binary, scheme, options, seconds, rounds):
    server = subprocess.Popen([binary, *options], stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().split()[1]
    for name, path in WORK:
        runs = [wrk(f"{scheme}://127.0.0.1:{port}{path}", seconds) for _ in range(rounds)]
        median = statistics.median(rate for rate, _ in runs)
        print(f"{scheme:6} {name:12} {median:10.0f} requests/s   p99 {runs[-1][1]}")
    with open(f"/proc/{server.pid}/status") as f:
        resident = int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))
    print(f"{scheme:6} {'resident':12} {resident:10} KiB")
    server.send_signal(signal.SIGTERM)
    server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    binary = os.path.join(args.build, "tests/unit/http/http_server_fixture")
    if not os.access(binary, os.X_OK) or not shutil.which("wrk"):
        sys.exit("http.py: needs a build with tests, and wrk")
    print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.release()}, median of {args.rounds} x {args.seconds} s,"
          " 64 connections, load generator on the same machine")
    folder = tempfile.mkdtemp(prefix="motcua-bench-")
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost"], check=True,
                   stderr=subprocess.DEVNULL)
    bench(binary, "http", [], args.seconds, args.rounds)
    bench(binary, "https", ["tls=1", f"cert={cert}", f"key={key}"], args.seconds, args.rounds)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
