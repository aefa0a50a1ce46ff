#!/usr/bin/env python3
"""Turns the web client into C: the array `web_files` of struct http_static (engine/http/static.h).

    embed.py --app DIR --modules DIR --out web_files.c [--dump DIR] [--depfile FILE] INPUT...

INPUTs are the files below --app and the tables whose words the client shows (states, actions, ...). Everything
but "/" lies below /app/<hash of all of it>/, so that a browser keeps it for a year and a new build is fetched at
once. What is compressed is compressed here, without a date: the same input always gives the same bytes.

Without the one library (htm with preact, below --modules) only a page is embedded that tells how to get it, so
that a daemon can be built offline before `npm ci` ever ran. --dump writes the same files into a folder, for tests.
"""
import argparse
import gzip
import hashlib
import json
import pathlib
import posixpath
import re
import shutil
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
}
LIBRARY = "htm/preact/standalone.module.js"
LIBRARY_NOTICE = "/* htm 3 (Apache-2.0, developit) with preact (MIT, Jason Miller); from the npm package htm. */\n"
FIRST_PAGE_MAX = 150 * 1024  # bytes of everything a first visit loads, compressed
WIDTH = 24  # bytes in a line
LANGUAGES = ("vi", "en")
TEXT_ROWS = re.compile(r"^export default \{\n(.*?)^\};", re.S | re.M)
IMPORT = re.compile(r"^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)';", re.M)

# enumeration the client shows -> macro of its rows; of a row's quoted values the first is the word, the last two
# Vietnamese and English (of a trigger the two before the words that admit it)
WORDS = {
    "state": "STATE", "action": "ACTION", "role": "ROLE", "cause": "CAUSE",
    "channel": "CHANNEL", "hold_kind": "HOLD_KIND", "hold_effect": "HOLD_EFFECT", "payment_way": "PAYMENT_WAY",
    "outcome": "OUTCOME", "judgement": "JUDGEMENT", "warning": "WARNING",
    "cause_verdict": "CAUSE_VERDICT", "letter_state": "LETTER_STATE",
    "letter_timing": "LETTER_TIMING", "step_office": "STEP_OFFICE", "deadline_kind": "DEADLINE", "objective_kind": "OBJECTIVE_KIND",
    "purpose": "PURPOSE", "handling": "HANDLING",
    "outbox_state": "OUTBOX_STATE", "outbox_channel": "OUTBOX_CHANNEL",
    "obligation_state": "OBLIGATION_STATE", "waiver": "WAIVER", "addressee_state": "ADDRESSEE_STATE", "letter_trigger": "LETTER_TRIGGER", "close_reason": "CLOSE_REASON", "backlog_sign": "BACKLOG_SIGN",
}


def words_module(tables):
    """The labels of every enumeration a page shows, from the tables that the daemon is made of."""
    rows = {}
    for path in tables:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = re.match(r"([A-Z_]+)\((.*?)\)\s*(?:/\*.*)?$", line)
            if row:
                rows.setdefault(row[1], []).append(row[2])
    words = {"vi": {}, "en": {}}
    for name, macro in WORDS.items():
        if macro not in rows:
            sys.exit(f"embed.py: no table has rows of {macro}")
        for language in words:
            words[language][name] = {}
        for row in rows[macro]:
            quoted = re.findall(r'"([^"]*)"', row)
            words["vi"][name][quoted[0]], words["en"][name][quoted[0]] = quoted[-3:-1] if macro == "LETTER_TRIGGER" else quoted[-2:]
        if macro == "CAUSE":
            words["verdict_of"] = {re.findall(r'"([^"]*)"', row)[0]: row.split(",")[2].strip().lower()
                                   for row in rows[macro]}
    text = json.dumps(words, ensure_ascii=False, indent=0)
    return f"/* Made by tools/web/embed.py from proto/tables; do not edit. */\nexport default {text};\n"


def client(app, library, tables):
    """Path -> bytes of the whole client; "/" is the page itself."""
    found = {p.relative_to(app).as_posix(): p.read_bytes() for p in sorted(app.rglob("*")) if p.suffix in TYPES}
    page = found.pop("index.html").decode()
    del found["missing.html"]
    found["lib/preact.js"] = LIBRARY_NOTICE.encode() + library.read_bytes()
    found["words.js"] = words_module(tables).encode()
    for language in LANGUAGES:  # every file of a language is one: text/vi.js
        parts = [name for name in found if name.startswith(f"text/{language}")]
        rows = "".join(TEXT_ROWS.search(found.pop(name).decode())[1] for name in parts)
        found[f"text/{language}.js"] = f"export default {{\n{rows}}};\n".encode()
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(name.encode() + b"\0" + found[name] + b"\0")
    base = f"/app/{digest.hexdigest()[:12]}/"
    first = first_modules(found)
    preload = "".join(f'  <link rel="modulepreload" href="{base}{name}">\n' for name in sorted(first - {"main.js"}))
    files = {base + name: data for name, data in found.items()}
    files["/"] = page.replace("@BASE@", base).replace("  @PRELOAD@\n", preload).encode()
    return files, {base + name for name in first | {name for name in found if not name.endswith(".js")}} | {"/"}


def first_modules(found):
    """What main.js imports, and what that imports: the rest is fetched when a screen is opened, or another language."""
    first, todo = {"text/vi.js"}, ["main.js"]
    while todo:
        name = todo.pop()
        if name in first:
            continue
        first.add(name)
        folder = pathlib.PurePosixPath(name).parent
        for path in IMPORT.findall(found[name].decode()):
            todo.append(posixpath.normpath(str(folder / path)))
    return first


def array(name, data):
    lines = (",".join(map(str, data[i:i + WIDTH])) for i in range(0, len(data), WIDTH))
    return f"static const unsigned char {name}[] = {{\n" + ",\n".join(lines) + "};\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True, type=pathlib.Path, help="folder of the client's own files")
    parser.add_argument("--modules", required=True, type=pathlib.Path, help="node_modules; may be missing")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="the C file to write")
    parser.add_argument("--dump", type=pathlib.Path, help="folder that gets the files as a server would send them")
    parser.add_argument("--depfile", type=pathlib.Path, help="names what else was read, for ninja")
    parser.add_argument("inputs", nargs="+", type=pathlib.Path)
    args = parser.parse_args()

    library = args.modules / LIBRARY
    # ninja looks again when the library appears (the folder above exists even before `npm ci`)
    watched = library if library.exists() else args.modules.parent
    if args.depfile:
        args.depfile.write_text(f"{args.out}: {watched}\n", encoding="utf-8")
    if library.exists():
        files, first = client(args.app, library, [p for p in args.inputs if p.suffix == ".def"])
    else:
        files = {"/": (args.app / "missing.html").read_bytes()}
        first = set(files)

    out = ["/* Made by tools/web/embed.py; do not edit. */\n", '#include "http/static.h"\n\n',
           "extern const struct http_static web_files[];\nextern const size_t web_n_files;\n"]
    rows, total = [], 0
    for i, path in enumerate(sorted(files)):
        data = files[path]
        packed = gzip.compress(data, 9, mtime=0)
        total += min(len(data), len(packed)) if path in first else 0
        out.append(array(f"bytes_{i}", data))
        is_packed = path != "/" and len(packed) < len(data)  # a packed page would tell by its length what stands in it (BREACH)
        if is_packed:
            out.append(array(f"gzip_{i}", packed))
        kind = TYPES[".html" if path == "/" else pathlib.PurePosixPath(path).suffix]
        rows.append(f'    {{"{path}", bytes_{i}, {len(data)}, "{kind}", "{hashlib.sha256(data).hexdigest()[:32]}", '
                    + (f"gzip_{i}, {len(packed)}, " if is_packed else "NULL, 0, ")
                    + ("false},\n" if path == "/" else "true},\n"))
    if total > FIRST_PAGE_MAX:
        sys.exit(f"embed.py: the first page would load {total} bytes, more than {FIRST_PAGE_MAX}")
    out.append("const struct http_static web_files[] = {\n" + "".join(rows) + "};\n")
    out.append("const size_t web_n_files = sizeof web_files / sizeof *web_files;\n")
    args.out.write_text("".join(out), encoding="utf-8")

    if args.dump:
        shutil.rmtree(args.dump, ignore_errors=True)
        for path, data in files.items():
            target = args.dump / ("index.html" if path == "/" else path[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        (args.dump / "size.txt").write_text(f"{total}\n")


main()
