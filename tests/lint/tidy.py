#!/usr/bin/env python3
"""clang-tidy has nothing to say (.clang-tidy lists its checks); what stays carries a NOLINT with its reason.

A file is read again only when it, a header of ours, or .clang-tidy changed since it was last clean. The analyzer walks a third of the
paths that it would (nine tenths of the time are its own); tools/check --long lets it walk them all.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import lint

DEPTH = [] if os.environ.get("MOTCUA_CHECK") == "long" else [f"--extra-arg={w}" for w in ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=75000")]
TIDY = shutil.which("clang-tidy-14") or shutil.which("clang-tidy")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def digest_of(path, seen, folders):
    """Feeds a source and every header of ours which it reaches."""
    text = path.read_text(encoding="utf-8", errors="replace")
    digest = hashlib.sha256(text.encode())
    for name in INCLUDE.findall(text):
        for folder in [path.parent, *folders]:
            header = (folder / name).resolve()
            if header.is_file() and header not in seen:
                seen.add(header)
                digest.update(digest_of(header, seen, folders))
                break
    return digest.digest()


def check(path, build, stamps, folders, salt):
    digest = hashlib.sha256(salt + digest_of(lint.root() / path, set(), folders)).hexdigest()
    stamp = stamps / str(path).replace("/", "@")
    if stamp.is_file() and stamp.read_text() == digest:
        return []
    done = subprocess.run([TIDY, "--quiet", "--extra-arg=-Wno-unknown-warning-option", *DEPTH, "-p", str(build), str(lint.root() / path)], capture_output=True, text=True)
    faults = [line.replace(f"{lint.root()}/", "") for line in done.stdout.splitlines() if re.search(r": (error|warning): ", line)]
    if done.returncode == 0:
        stamp.write_text(digest)
        return []
    return faults or [done.stderr[-300:]]


def main():
    if not TIDY:
        lint.skip_all("clang-tidy is not installed")
    if lint.is_quick():
        lint.skip_all("tools/check --quick leaves clang-tidy out")
    build = pathlib.Path(sys.argv[2]).resolve()
    stamps = build / "clang-tidy"
    stamps.mkdir(exist_ok=True)
    folders = [lint.root() / f for f in ("engine", "proto", "tools")]
    known = {os.path.normpath(build / e["file"]) for e in json.loads((build / "compile_commands.json").read_text())}
    sources = [p for p in lint.files(".c") if p.parts[0] in ("engine", "proto", "tools") and str(lint.root() / p) in known]
    salt = (lint.root() / ".clang-tidy").read_bytes() + repr(DEPTH).encode()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        lint.run_tap(zip(sources, pool.map(lambda p: check(p, build, stamps, folders, salt), sources)))


main()
