#!/usr/bin/env python3
"""Every folder that holds code says in its README what lives there, and every command and file which the
documents name exists: `tools/...` scripts, verbs of `tools/motcua`, links between documents."""
import re

import lint

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
TOOL = re.compile(r"(?:^|[\s`$(])((?:\.ci|tools|tests)/[\w./-]+)")
VERB = re.compile(r"(?:^|[\s`$(])(?:tools/)?motcua\s+((?:-{1,2}[\w-]+(?:[ =][\w./-]+)?\s+)*)([a-z][\w-]*)")
FENCE = re.compile(r"```.*?```|`[^`\n]+`", re.S)


def folders():
    """Folders that need a README: each one of code below engine, proto, sql, tools and tests, two deep."""
    found = set()
    for path in lint.files():
        top = path.parts[0]
        if top in ("engine", "proto", "sql", "tools", "tests", "docs") and path.name != "meson.build":
            depth = 2 if len(path.parts) > 2 and top in ("engine", "proto", "tools", "tests") else 1
            if depth == 2 or top in ("proto", "sql", "tools", "tests"):
                found.add("/".join(path.parts[:depth]))
    return sorted(found)


def readme_cases():
    for folder in folders():
        has = (lint.root() / folder / "README.md").is_file()
        yield f"{folder}/README.md", [] if has else [f"{folder}: no README.md says what lives here"]


def verbs():
    """The verbs the client knows, from its table; None while there is none."""
    table = lint.root() / "tools/cli/verbs.def"
    return set(re.findall(r'^VERB\(\s*\w+\s*,\s*"([a-z-]+)"', table.read_text(encoding="utf-8"), re.M)) if table.is_file() else None


def document_faults(path, text, known):
    here = (lint.root() / path).parent
    for m in LINK.finditer(text):
        if "://" not in m[1] and not m[1].startswith("mailto:") and not (here / m[1]).exists():
            yield f"{path}: link to {m[1]}, which does not exist"
    for code in FENCE.findall(text):
        for m in TOOL.finditer(code):
            name = m[1].rstrip(".,:;")
            if not (lint.root() / name).exists() and not any(c in name for c in "*<>{}"):
                yield f"{path}: names {name}, which does not exist"
        for m in VERB.finditer(code) if known else ():
            if m[2] not in known:
                yield f"{path}: motcua has no verb {m[2]}"


def document_cases():
    known = verbs()
    for path, text in lint.texts():
        if path.suffix == ".md":
            yield f"{path} names what exists", document_faults(path, text, known)


def cases():
    yield from readme_cases()
    yield from document_cases()


lint.run_tap(cases())
