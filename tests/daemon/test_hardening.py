#!/usr/bin/env python3
"""How motcuad was compiled and linked, read from the program, and what a process of it gave up, read from /proc. TAP.

usage: test_hardening.py MOTCUAD fortified|plain
"""
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys

MOTCUAD, IS_FORTIFIED = sys.argv[1], sys.argv[2] == "fortified"
SECRET = "duong-ham-bi-mat"


def readelf(*options):
    return subprocess.run(["readelf", "-W", *options, MOTCUAD], text=True, capture_output=True, check=True).stdout


def built():
    header, segments, dynamic, symbols = readelf("-h"), readelf("-l"), readelf("-d"), readelf("--dyn-syms")
    yield "position independent", "DYN (Position-Independent" in header and "(FLAGS_1)" in dynamic and "PIE" in dynamic, header
    yield "relocations read-only", "GNU_RELRO" in segments, segments
    yield "bound at the start, so that all of them are", "BIND_NOW" in dynamic or re.search(r"FLAGS_1.*NOW", dynamic), dynamic
    stack = next((line for line in segments.splitlines() if "GNU_STACK" in line), "")
    yield "no executable stack", stack and " RWE " not in stack, segments
    both = [line for line in segments.splitlines() if re.search(r"LOAD .* RWE ", line)]
    yield "no page both writable and executable", not both, segments
    yield "stack protector", "__stack_chk_fail" in symbols, symbols
    yield "no folder to look for libraries in", not re.search(r"\((?:RPATH|RUNPATH)\)", dynamic), dynamic
    if IS_FORTIFIED:
        fortified = sorted(set(re.findall(r"\b__\w+_chk\b", symbols)) - {"__stack_chk_fail"})
        yield "fortified functions", {"__snprintf_chk", "__memcpy_chk"} & set(fortified) and len(fortified) >= 4, str(fortified)


class Worker:
    """A worker waits on its pipe: a process of the program that needs no database."""

    def __init__(self):
        self.process = subprocess.Popen([MOTCUAD, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        self.process.stdin.write(struct.pack(">BII", 0, 2, 0) + b"{}")  # answered: it is past its first lines
        self.process.stdin.flush()
        self.process.stdout.read(5)
        return self.process.pid

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def proc(pid, name):
    return pathlib.Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")


def can_read_memory(pid):
    """May another process of the same user (never root) read its memory?"""
    program = f"open('/proc/{pid}/mem', 'rb'); print('open')"
    done = subprocess.run(["/usr/bin/python3", "-c", program], text=True, capture_output=True)
    return "open" in done.stdout


def gave_up():
    with Worker() as pid:
        limits = re.search(r"^Max core file size\s+(\d+)\s+(\d+)", proc(pid, "limits"), re.M)
        yield "no core file", limits and limits.groups() == ("0", "0"), proc(pid, "limits")
        yield "no new privileges", re.search(r"^NoNewPrivs:\s+1$", proc(pid, "status"), re.M), proc(pid, "status")
        owner = os.stat(f"/proc/{pid}/mem").st_uid  # root's, whoever runs it, once it is not dumpable
        yield "its memory is root's to read alone", owner == 0, str(owner)
        if os.getuid():
            yield "another process of its user is refused", not can_read_memory(pid), ""


def command_line():
    """A verb that waits for a database which never answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://u:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/none?connect_timeout=30"
        silent.settimeout(30)
        process = subprocess.Popen([MOTCUAD, "migrate", "--database", url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        silent.accept()[0].close()  # so it has read the address, and knows it
        shown = proc(process.pid, "cmdline")
        process.kill()
        process.wait()
        yield "ps shows no secret", "--database" in shown and SECRET not in shown and "xxxx" in shown, shown


def root():
    done = subprocess.run([MOTCUAD, "serve", "--config", "/nonexistent"], text=True, capture_output=True, env={"LC_ALL": "C.UTF-8"})
    is_root = os.getuid() == 0
    yield "serve refuses root, and nobody else", ("does not run as root" in done.stderr) == is_root and done.returncode == 1, done.stderr


def main():
    n = failed = 0
    for part in (built, gave_up, command_line, root):
        for name, is_good, more in part():
            n += 1
            failed += not is_good
            print(f"{'ok' if is_good else 'not ok'} {n} - {name}")
            if not is_good:
                print("\n".join(f"# {line}" for line in more.splitlines()))
    print(f"1..{n}")
    sys.exit(1 if failed else 0)


main()
