"""What the lint tests share: the project's files, and TAP.

Each test is a script called with the top folder of the source; a case is one file, and its faults are
printed beneath it as file:line: what.
"""
import os
import pathlib
import subprocess
import sys

BINARY = {".png", ".jpg", ".pdf", ".ttf", ".woff2", ".gz", ".xlsx", ".ico"}


def root():
    return pathlib.Path(sys.argv[1]).resolve()


def files(*suffixes):
    """Files under version control (or not ignored by it), relative to the top folder, sorted."""
    top = root()
    found = subprocess.run(
        ["git", "-c", f"safe.directory={top}", "-C", top, "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True)
    if found.returncode == 0:
        names = [n for n in found.stdout.decode().split("\0") if n and (top / n).is_file()]
    else:  # a source archive, without its history
        names = [str(p.relative_to(top)) for p in top.rglob("*")
                 if p.is_file() and not p.relative_to(top).parts[0].startswith(("build", ".git", "data"))
                 and "node_modules" not in p.parts and "__pycache__" not in p.parts]
    return [pathlib.Path(n) for n in sorted(set(names)) if not suffixes or n.endswith(suffixes)]


def texts():
    """(path, text) of every file that is text; bytes that are no UTF-8 become marks a test can see."""
    for path in files():
        if path.suffix not in BINARY and "vendor" not in path.parts and not (root() / path).is_symlink():
            yield path, (root() / path).read_bytes().decode("utf-8", "replace")


def run_tap(cases):
    """cases: (name, faults) pairs, lazily. Prints TAP and exits."""
    failed = n = 0
    for name, faults in cases:
        n += 1
        faults = list(faults)
        failed += bool(faults)
        print(f"{'not ' if faults else ''}ok {n} - {name}")
        for fault in faults:
            print(f"# {fault}")
        sys.stdout.flush()
    print(f"1..{n}")
    sys.exit(1 if failed else 0)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def is_quick():
    return os.environ.get("MOTCUA_CHECK") == "quick"
