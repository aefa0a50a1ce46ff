#!/usr/bin/env python3
"""Makes C of sql/: the list of prepared statements, and the files that `motcuad migrate` applies.

    sql.py queries.h SQL_DIR OUT      enum db_query, one per file of queries/
    sql.py queries.c SQL_DIR OUT      their texts and numbers of parameters
    sql.py schema.c SQL_DIR OUT       roles, migrations, functions, views, grants as arrays

Writes OUT.d beside it, which names every file and folder read, so that a new file is noticed.
"""
import pathlib
import re
import sys

# ISO C promises 4095 characters of a literal; gcc and clang take any.
OVERLENGTH = '#pragma GCC diagnostic ignored "-Woverlength-strings"\n'


def literal(text):
    """A C string of the text, one line of source per line of text."""
    lines = text.split("\n")
    quoted = []
    for i, line in enumerate(lines):
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        quoted.append(f'    "{escaped}' + ('\\n"' if i + 1 < len(lines) else '"'))
    return "\n".join(q for q in quoted if q.strip() != '""') or '    ""'


def statement(path):
    """The statement without the comment lines above it and the final semicolon."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if not line.startswith("--")]
    return "\n".join(lines).strip().rstrip(";")


def is_marked(path, mark):
    """Has it a line of its own that says so?"""
    return any(line.startswith("-- " + mark) for line in path.read_text(encoding="utf-8").split("\n"))


def c_bool(value):
    return "true" if value else "false"


def queries_header(files):
    yield "/* Made of sql/queries/ by tools/gen/sql.py. */"
    yield "#pragma once"
    yield "#include <stdbool.h>\n"
    yield "enum db_query {"
    for f in files:
        yield f"    DB_{f.stem.upper()},"
    yield "    DB_QUERY_COUNT\n};\n"
    yield "struct query {"
    yield "    const char *name, *text;"
    yield "    int n_params;"
    yield "    bool is_planned_by_values; /* each time anew; else once, whatever they are */"
    yield "    bool is_quick; /* reads a few rows by key: may travel with those of other requests */"
    yield "};"
    yield "extern const struct query queries[DB_QUERY_COUNT];"


def queries_source(files):
    yield "/* Made of sql/queries/ by tools/gen/sql.py. */"
    yield '#include "db/queries.h"\n'
    yield OVERLENGTH
    yield "const struct query queries[DB_QUERY_COUNT] = {"
    for f in files:
        text = statement(f)
        n = max((int(m) for m in re.findall(r"\$(\d+)", text)), default=0)
        marks = ", ".join(c_bool(is_marked(f, mark)) for mark in ("planned by values", "quick"))
        yield f'    {{"{f.stem}",\n{literal(text)},\n     {n}, {marks}}},'
    yield "};"


def schema_source(root):
    yield "/* Made of sql/ by tools/gen/sql.py. */"
    yield '#include "db/schema.h"\n'
    yield OVERLENGTH
    groups = {"roles": [root / "roles/roles.sql"], "migrations": sorted((root / "migrations").glob("*.sql")),
              "functions": sorted((root / "functions").glob("*.sql")), "views": sorted((root / "views").glob("*.sql")),
              "grants": [root / "roles/grants.sql"]}
    for n, f in enumerate(groups["migrations"], 1):
        if not f.name.startswith(f"{n:04d}_"):
            sys.exit(f"{f}: migrations are numbered without gaps; this should be {n:04d}")
    for group, files in groups.items():
        yield f"const struct schema_file schema_{group}[] = {{"
        for f in files:
            text = f.read_text(encoding="utf-8")
            yield f'    {{"{f.stem}",\n{literal(text)},\n     {len(text.encode())}}},'
        yield "    {0, 0, 0}};"
        yield f"const int schema_n_{group} = {len(files)};\n"


def main():
    what, root, out = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    files = sorted((root / "queries").glob("*.sql"))
    lines = {"queries.h": lambda: queries_header(files), "queries.c": lambda: queries_source(files),
             "schema.c": lambda: schema_source(root)}[what]()
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")
    folders = [root / name for name in ("queries", "migrations", "functions", "views", "roles")]
    read = [p for folder in folders for p in [folder, *sorted(folder.glob("*.sql"))]]
    pathlib.Path(out + ".d").write_text(out + ": " + " ".join(str(p) for p in read) + "\n", encoding="utf-8")


main()
