"""Turns template files into a C table: embed.py OUTPUT FILE..."""

import pathlib
import re
import sys


def c_string(data: bytes) -> str:
    """One literal per line of the template, so that the generated file reads like it."""
    lines = data.splitlines(keepends=True)
    escape = lambda b: "".join(chr(c) if 32 <= c < 127 and c not in b'"\\?' else "\\%03o" % c for c in b)
    return "\n".join('    "%s"' % escape(line) for line in lines)


def main() -> None:
    output, *names = sys.argv[1:]
    parts = ["/* Generated from the template files: do not edit. */", '#include "document/document.h"', "",
             "extern const struct document_template document_templates[];",
             "extern const size_t document_templates_count;", "",
             "const struct document_template document_templates[] = {"]
    for name in sorted(names):
        data = pathlib.Path(name).read_bytes()
        key = re.search(rb"^form:[ \t]*(\S+):(\S+)[ \t]*$", data, re.M)
        if not key:
            sys.exit(f"{name}: there is no line \"form: CIRCULAR:FORM\"")
        circular, form = (g.decode() for g in key.groups())
        kind = re.search(rb"^kind:[ \t]*(\S+)[ \t]*$", data, re.M)
        word = f'"{kind.group(1).decode()}"' if kind else "NULL"
        parts += [f'    {{"{circular}", "{form}", {word},', c_string(data) + ",", f"     {len(data)}}},"]
    parts += ["};", "", f"const size_t document_templates_count = {len(names)};", ""]
    pathlib.Path(output).write_text("\n".join(parts), encoding="utf-8")


main()
