#!/usr/bin/env python3
"""Writes docs/rights.md from proto/tables, or (--check) says whether the file is current. TAP.

    rights.py [--check] TABLES DOCUMENT
"""
import pathlib
import re
import sys

ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s",()][^",()]*)')

HEAD = """# Who may do what

Made from `proto/tables/` by `ninja -C build rights-reference`; do not edit. The same rows decide, in one place (`engine/domain/rights.c`
for dossiers, offices and letters, `engine/flow/gate.c` for routes), and `tests/api/test_rights.py` and `tests/unit/domain/test_rights.c` walk them, every "no" included. An empty cell is a no.

How far a right reaches: **own** - dossiers whose work lies with the officer (holder, named receiver of a hand-over), and with whoever the officer stands in for;
**office** - those that concern the office of the role: it filed, supervises, decides, holds or is to take them over; **subtree** - that office and all
below it; **all**. An office asked for an opinion may read and answer, one found responsible for a delay may read and object. What is not in reach answers 404, what is and may not be done 403.

The database keeps its own list, table by table: [tests/cases/database.case](../tests/cases/database.case).
"""


def rows(path, *macros):
    for line in path.read_text(encoding="utf-8").splitlines():
        m = re.match(rf"({'|'.join(macros)})\((.*)\)", line)
        if m:
            yield (m[1], *(a or b.strip() for a, b in ARGUMENT.findall(m[2])))


def matrix(title, names, roles, cells):
    yield f"\n## {title}\n"
    yield "| | " + " | ".join(role[1] for role in roles) + " |"
    yield "|---|" + "---|" * len(roles)
    for name, (word, vi) in names.items():
        yield f"| `{word}` {vi} | " + " | ".join(cells.get((role[0], name), "").lower() for role in roles) + " |"


def read(tables):
    """Everything the document, and the walk of the tests, is made of."""
    return {
        "roles": [(r[1], r[2], r[3]) for r in rows(tables / "roles.def", "ROLE")],
        "actions": {r[1]: (r[2], r[4], r[3]) for r in rows(tables / "actions.def", "ACTION")},
        "grants": {r[1]: (r[2], r[3]) for r in rows(tables / "vocabulary.def", "GRANT_WORD")},
        "right": {(r[1], r[2]): r[3] for r in rows(tables / "rights.def", "RIGHT")},
        "grant": {(r[1], r[2]): r[3].split()[0] for r in rows(tables / "rights.def", "GRANT")},
        "routes": {r[1]: (r[2], r[3]) for r in rows(tables / "routes.def", "ROUTE")},
        "gates": {r[1]: (r[0], *r[2:]) for r in rows(tables / "route_rights.def", "FREE", "LOGGED_IN", "NEEDS_GRANT", "NEEDS_ACTION", "NEEDS_BY_PATH")},
    }


def document(tables):
    t = read(tables)
    yield HEAD
    yield "Roles: " + " · ".join(f"`{word}` {vi}" for _, word, vi in t["roles"]) + "."
    done = {n: (word, vi) for n, (word, vi, kind) in t["actions"].items() if any((r[0], n) in t["right"] for r in t["roles"])}
    yield from matrix("Actions on dossiers and letters", done, t["roles"], t["right"])
    yield "\nNobody does what the engine writes itself: " + ", ".join(f"`{w}`" for n, (w, _, _) in t["actions"].items() if n not in done) + "."
    yield from matrix("Everything else", t["grants"], t["roles"], t["grant"])
    yield "\n## Routes\n\nWhat a route asks before anything else; where exactly is asked again when the dossier, office or job is known.\n\n| route | asks |\n|---|---|"
    said = {"FREE": lambda: "nothing", "LOGGED_IN": lambda: "a login", "NEEDS_BY_PATH": lambda: "what its path or body names",
            "NEEDS_GRANT": lambda n: f"`{t['grants'][n][0]}`", "NEEDS_ACTION": lambda n: f"`{t['actions'][n][0]}`"}
    for name, (method, path) in t["routes"].items():
        kind, *more = t["gates"][name]
        yield f"| {method} `{path}` | {said[kind](*more)} |"


def main():
    is_check = "--check" in sys.argv
    tables, path = (pathlib.Path(a) for a in sys.argv[1:] if a != "--check")
    text = "\n".join(document(tables)) + "\n"
    if not is_check:
        path.write_text(text, encoding="utf-8")
        return 0
    is_current = path.is_file() and path.read_text(encoding="utf-8") == text
    print(f"1..1\n{'' if is_current else 'not '}ok 1 - docs/rights.md is current")
    if not is_current:
        print("# run: ninja -C build rights-reference")
    return 0 if is_current else 1


if __name__ == "__main__":
    sys.exit(main())
