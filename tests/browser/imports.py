#!/usr/bin/env python3
"""Every name that a module of the web client imports is exported by the other one. Speaks TAP.

    imports.py TOP      TOP is the root of the sources

A browser finds a name that is not there when the screen is opened, and shows nothing at all.
"""
import pathlib
import re
import sys

APP = pathlib.Path(sys.argv[1]) / "tools/web/app"
MADE = {"lib/preact.js", "words.js"}  # by embed.py
IMPORT = re.compile(r"^import\s+(?:\{([^}]*)\}|\*\s+as\s+\w+|(\w+))\s+from\s+'(\.[^']+)';", re.M)
EXPORT = re.compile(r"^export\s+(?:default\b|(?:async\s+)?(?:function|const|let|class)\s+(\w+))", re.M)
LATER = re.compile(r"import\('(\.[^']+)'\)(?:\.then\(\((\w+)\) => \2\.(\w+)\))?")

modules = {p.relative_to(APP).as_posix(): p.read_text(encoding="utf-8") for p in sorted(APP.rglob("*.js"))}
exports = {name: {m[1] or "default" for m in EXPORT.finditer(text)} for name, text in modules.items()}
tests = failures = 0


def place(module, path):
    return (pathlib.PurePosixPath("/") / pathlib.PurePosixPath(module).parent / path).as_posix().lstrip("/")


def normal(path):
    parts = []
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def ok(is_right, what, details=()):
    global tests, failures
    tests += 1
    failures += not is_right
    print(f"{'ok' if is_right else 'not ok'} {tests} - {what}")
    for detail in details if not is_right else ():
        print(f"#   {detail}")


for module, text in modules.items():
    wrong, unused = [], []
    wanted = [(m[3], [n.split(" as ") for n in (m[1] or "").replace("\n", " ").split(",") if n.strip()] or ([["default"]] if m[2] else [])) for m in IMPORT.finditer(text)]
    wanted += [(m[1], [[m[3]]] if m[3] else []) for m in LATER.finditer(text)]
    for path, names in wanted:
        target = normal(place(module, path))
        if target in MADE:
            continue
        if target not in modules:
            wrong.append(f"{path} is not there")
            continue
        wrong += [f"{path} exports no {name[0].strip()}" for name in names if name[0].strip() not in exports[target]]
    body = IMPORT.sub("", text)
    for m in IMPORT.finditer(text):
        for name in (m[1] or "").split(","):
            local = name.split(" as ")[-1].strip()
            if local and not re.search(rf"(?<!\w)(?<!\w\.){re.escape(local)}\b", body):
                unused.append(f"{local} is imported and not used")
    ok(not wrong and not unused, module, wrong + unused)
print(f"1..{tests}")
sys.exit(failures > 0)
