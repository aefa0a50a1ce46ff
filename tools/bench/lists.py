#!/usr/bin/env python3
"""A list of N dossiers as CSV and as XLSX, through the API of a daemon: rows a second, and the peak memory of daemon and workers.

usage: lists.py [BUILD] [--dossiers N] [--seed N] [--late]

The dossiers are those of tools/bench/stats. Every row is counted at the client. --late: the list of late dossiers, whose rows are rare.
"""
import argparse
import io
import pathlib
import re
import time
import zipfile

from installation import ROOT, Installation, machine, peak_mib

text = (ROOT / "tools/bench/stats").read_text(encoding="utf-8")
stats = {"__name__": "stats", "__doc__": ""}
exec(compile(text[:text.rindex("main()")], "stats", "exec"), stats)  # its table of lives


def workers(daemon):
    """Processes that the daemon started and that run."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == daemon:
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


class Watch:
    def __init__(self, inst):
        self.pid, self.worker = inst.process.pid, 0.0

    def look(self):
        for pid in workers(self.pid):
            try:
                self.worker = max(self.worker, peak_mib(pid))
            except (OSError, AttributeError):
                continue


def export(inst, path, form):
    """-> seconds, to the first byte, bytes, rows"""
    import threading
    watch, is_over = Watch(inst), threading.Event()

    def follow():
        while not is_over.wait(0.2):
            watch.look()

    follower = threading.Thread(target=follow)
    follower.start()
    with inst.connection() as connection:
        began = time.monotonic()
        connection.http.request("GET", f"{path}&format={form}", headers=inst.headers)
        reply = connection.http.getresponse()
        if reply.status != 200:
            raise SystemExit(f"{path}: {reply.status} {reply.read()[:600]!r}")
        first, size, lines, kept = None, 0, 0, io.BytesIO()
        while piece := reply.read(1 << 20):
            first = first or time.monotonic() - began
            size += len(piece)
            lines += piece.count(b"\n")
            if form == "xlsx":
                kept.write(piece)
        took = time.monotonic() - began
    is_over.set()
    follower.join()
    rows = lines - 1
    if form == "xlsx":
        with zipfile.ZipFile(kept) as z, z.open("xl/worksheets/sheet1.xml") as sheet:
            rows, tail = 0, b""
            while piece := sheet.read(1 << 22):
                rows += len(re.findall(rb"<row ", tail + piece))
                tail = piece[-4:]
    print(f"{form:5} {rows:9} rows  {size / 2**20:8.1f} MiB  {took:7.1f} s  {rows / took:9.0f} rows/s  first byte {first:6.1f} s"
          f"   peak: daemon {peak_mib(watch.pid):6.1f} MiB, worker {watch.worker:6.1f} MiB", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--dossiers", type=int, default=1000000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--late", action="store_true")
    options = parser.parse_args()
    print(machine())
    inst = Installation(options.build)
    try:
        inst.open()
        inst.login(1)
        inst.call("POST", "/api/v1/demo/clock", {"set": "2022-08-01T08:00:00+07:00"})
        began = time.monotonic()
        inst.sql("BEGIN; SET LOCAL timezone = 'UTC'; SET LOCAL session_replication_role = replica;"
                 + stats["FILL"].format(dossiers=options.dossiers, seed=options.seed / 1000, offices=stats["OFFICES"], fields=stats["FIELDS"],
                                        first=stats["FIRST"], days=stats["DAYS"], end="'2022-08-01'")
                 + "UPDATE setting SET epoch = epoch + 1; COMMIT; VACUUM ANALYZE dossier, dossier_fact;")
        print(f"{options.dossiers} dossiers in {time.monotonic() - began:.0f} s; the daemon's peak before {peak_mib(inst.process.pid):.1f} MiB", flush=True)
        which = "late/dossiers?" if options.late else "II.06a/dossiers?column=total_received&"
        path = f"/api/v1/statistics/{which}from={stats['FIRST']}&to=2022-07-31"
        for form in ("csv", "xlsx"):
            rows = export(inst, path, form)
            expected = int(inst.sql("SELECT count(*) FROM dossier" + (" WHERE judgement = 'late' OR (ended_on IS NULL AND due_on < '2022-07-31')" if options.late else "")))
            if form == "csv" and rows != expected:
                raise SystemExit(f"{rows} rows, {expected} expected")
    finally:
        inst.close()


main()
