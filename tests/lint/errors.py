#!/usr/bin/env python3
"""Holds every error_set() site against proto/tables/errors.def.

A site must pass exactly the arguments which the sentences of its code name: one that is missing shows
braces to a clerk, one too many is never seen. The code must stand at the site. A helper that is handed
its code says which ones in a comment within the three lines above: "lint-errors: JSON_SYNTAX JSON_NUL".
Speaks TAP.
"""
import pathlib
import re
import sys

SITE = re.compile(r"\berror_set\s*\(")
ROW = re.compile(r'^ERROR\(\s*(\w+)\s*,\s*(\d+)\s*,\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', re.M)
ARGUMENT = re.compile(r'\barg_(?:text|number|date|instant|label)\s*\(\s*("?)(\w+)\1')


def names_of(sentence):
    return set(re.findall(r"\{(\w+)\}", sentence))


def read_table(path):
    """Code -> names of its sentence; rows the pattern does not read are counted as faults."""
    text = path.read_text(encoding="utf-8")
    rows = {m[1]: names_of(m[3]) for m in ROW.finditer(text)}
    if len(rows) != len(re.findall(r"^ERROR\(", text, re.M)):
        sys.exit("Bail out! a row of errors.def cannot be read, or stands twice")
    return rows


def without_comments(text):
    """The same text, line for line, with blanks where comments stood."""
    def blank(m):
        return m[0] if m[0][0] in "\"'" else re.sub(r"[^\n]", " ", m[0])
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.S)


def call_text(text, start):
    """The text between the parentheses of the call whose opening one stands before `start`."""
    depth, i, quoted = 1, start, False
    while i < len(text):
        c = text[i]
        if quoted:
            if c == "\\":
                i += 1
            elif c == '"':
                quoted = False
        elif c == '"':
            quoted = True
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return text[start:i]
        i += 1
    return text[start:]


def faults_of(path, rows):
    source = path.read_text(encoding="utf-8")
    text = without_comments(source)
    for m in SITE.finditer(text):
        line = text.count("\n", 0, m.start()) + 1
        if text[:m.start()].endswith("#define "):
            continue
        call = call_text(text, m.end())
        first = call.find(",")
        parts = [call[:first].strip(), call[first + 1:]]
        head = parts[1].split("arg_", 1)[0]
        codes = re.findall(r"\bERR_(\w+)", head)
        if not codes:
            above = "\n".join(source.split("\n")[max(0, line - 4):line])
            said = re.search(r"lint-errors:((?:\s+[A-Z_0-9]+)+)", above)
            codes = said[1].split() if said else []
        if not codes:
            yield line, "names no code, and no lint-errors comment does"
        given = [n for _, n in ARGUMENT.findall(parts[1])]
        if len(given) != len(set(given)):
            yield line, "passes an argument twice"
        for code in codes:
            if code not in rows:
                yield line, f"{code} is not in the table"
            elif set(given) != rows[code]:
                yield line, f"{code} wants {sorted(rows[code])}, gets {sorted(given)}"


def main():
    root = pathlib.Path(sys.argv[1])
    rows = read_table(root / "proto/tables/errors.def")
    paths = sorted(p for folder in ("engine", "proto", "tools", "tests/unit") for p in (root / folder).rglob("*.[ch]"))
    print(f"1..{len(paths)}")
    failed = False
    for n, path in enumerate(paths, 1):
        faults = list(faults_of(path, rows))
        failed = failed or bool(faults)
        print(f"{'not ' if faults else ''}ok {n} - {path.relative_to(root)}")
        for line, what in faults:
            print(f"# {path.relative_to(root)}:{line}: {what}")
    return 1 if failed else 0


sys.exit(main())
