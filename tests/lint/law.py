#!/usr/bin/env python3
"""A key of law named anywhere stands in docs/law.md, and every key of docs/law.md is relied on somewhere.

So that when an instrument changes, one file says which code must follow.
"""
import re

import lint

KEY = re.compile(r"\blaw:([a-z0-9]+(?:-[a-z0-9]+)*)")
ROW = re.compile(r"^\|\s*`?(?:law:)?([a-z0-9]+(?:-[a-z0-9]+)*)`?\s*\|", re.M)
TABLE = "docs/law.md"
FOLDERS = ("engine", "proto", "sql", "tools", "tests", "docs")


def uses():
    """key -> the places that name it; docs/law.md itself does not count, nor the words of this test."""
    found = {}
    for path, text in lint.texts():
        if path.parts[0] in FOLDERS and str(path) != TABLE and path.parts[:2] != ("tests", "lint"):
            for m in KEY.finditer(text):
                where = f"{path}:{text.count(chr(10), 0, m.start()) + 1}"
                found.setdefault(m[1], []).append(where)
    return found


def cases():
    text = (lint.root() / TABLE).read_text(encoding="utf-8")
    rows = [key for key in ROW.findall(text) if key != "key"]
    used = uses()
    yield "a key stands once in docs/law.md", (f"{TABLE}: {k} twice" for k in sorted({k for k in rows if rows.count(k) > 1}))
    for key in sorted(set(used) | set(rows)):
        if key not in rows:
            yield key, [f"{used[key][0]}: law:{key} is not in {TABLE} ({len(used[key])} uses)"]
        elif key not in used:
            yield key, [f"{TABLE}: nothing relies on law:{key}"]
        else:
            yield key, []


lint.run_tap(cases())
