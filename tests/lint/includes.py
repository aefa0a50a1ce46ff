#!/usr/bin/env python3
"""An include points down: daemon > flow > http, db, document, post > domain > proto/wire > base > proto/tables.

http, db, document and post never include each other; tools/cli uses proto/ and engine/base only; every include
in quotes names its folder, so that the direction can be read off the file.
"""
import re

import lint

BASE = {"base", "tables"}
WIRE = BASE | {"wire"}
DOMAIN = WIRE | {"domain"}
ALLOWED = {
    "base": BASE,
    "tables": {"tables"},
    "wire": WIRE,
    "domain": DOMAIN,
    "db": DOMAIN | {"db"},
    "document": DOMAIN | {"document"},
    "http": DOMAIN | {"http"},
    "post": BASE | {"post"},
    "flow": DOMAIN | {"db", "document", "http", "post", "flow"},
    "daemon": DOMAIN | {"db", "document", "http", "post", "flow", "daemon"},
    "cli": WIRE | {"cli"},
    "gen": WIRE,
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def layer_of(path):
    """Which row of ALLOWED a source file stands under; None for those not bound by it."""
    parts = path.parts
    if parts[0] in ("engine", "proto", "tools") and len(parts) > 2:
        return parts[1]
    if parts[:2] == ("tests", "unit") and len(parts) > 3:
        return parts[2]
    return None


def faults_of(path, text, layer):
    for m in INCLUDE.finditer(text):
        where = f"{path}:{text.count(chr(10), 0, m.start()) + 1}"
        folder, slash, _ = m[1].partition("/")
        if path.parts[0] == "tests" and (not slash or folder in ("..", "unit")):
            continue  # a test's own helpers
        if not slash:
            yield f"{where}: \"{m[1]}\" does not name its folder"
        elif folder not in ALLOWED.get(layer, ()):
            yield f"{where}: {layer} may not include {folder}/ (\"{m[1]}\")"


def cases():
    for path in lint.files(".c", ".h", ".def"):
        layer = layer_of(path)
        if layer in ALLOWED:
            yield path, faults_of(path, (lint.root() / path).read_text(encoding="utf-8"), layer)
        elif path.parts[0] == "engine":
            yield path, [f"{path}: no such layer in tests/lint/includes.py"]


lint.run_tap(cases())
