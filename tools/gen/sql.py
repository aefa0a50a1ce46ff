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


# What a quick question may be asked with: built-in types, whose oids are fixed for ever.
OIDS = {"bytea": 17, "bigint": 20, "integer": 23, "text": 25, "date": 1082, "timestamptz": 1184}
QUICK_PARAMS_MAX = 3


def gathered(path):
    """A quick question made one that asks for many at once: each parameter an array, each row with the place of its question in them.

    A lateral reference behind an OFFSET leaves the planner one way only: question by question, each planned as if it were alone, and
    answered in its own order. Where each question has one row at most it has no order of its own: then the planner may join as it
    likes, once for all of them, and the rows are put in the order of the questions. Returns the text and the element types of the
    arrays."""
    types = {}

    def value(match):
        types.setdefault(int(match[1]), set()).add(match[2])
        return f"q.v{match[1]}"

    text = re.sub(r"\$(\d+)::(\w+)(?!\[)", value, statement(path))
    known = all(len(words) == 1 and words <= OIDS.keys() for words in types.values())
    if "$" in text or not known or sorted(types) != list(range(1, len(types) + 1)) or not 1 <= len(types) <= QUICK_PARAMS_MAX:
        sys.exit(f"{path}: a quick question has one to {QUICK_PARAMS_MAX} parameters, each cast to one of {', '.join(OIDS)} wherever it stands")
    words = [types[k].pop() for k in sorted(types)]
    arrays = ", ".join(f"${k}::{word}[]" for k, word in enumerate(words, 1))
    names = ", ".join(f"v{k}" for k in range(1, len(words) + 1))
    alone, order = ("", " ORDER BY q.n") if is_marked(path, "quick, one row at most") else ("\nOFFSET 0", "")
    return (f"SELECT a.*, q.n FROM unnest({arrays}) WITH ORDINALITY q({names}, n), LATERAL (\n{text}{alone}) a{order}",
            [OIDS[word] for word in words])


def c_bool(value):
    return "true" if value else "false"


def queries_header(files):
    yield "/* Made of sql/queries/ by tools/gen/sql.py. */"
    yield "#pragma once"
    yield "#include <stdbool.h>"
    yield "#include <stdint.h>\n"
    yield f"#define DB_QUICK_PARAMS_MAX {QUICK_PARAMS_MAX}\n"
    yield "enum db_query {"
    for f in files:
        yield f"    DB_{f.stem.upper()},"
    yield "    DB_QUERY_COUNT\n};\n"
    yield "struct query {"
    yield "    const char *name, *text;"
    yield "    int n_params;"
    yield "    bool is_planned_by_values; /* each time anew; else once, whatever they are */"
    yield "    bool is_quick; /* reads a few rows by key: may travel with those of other requests */"
    yield f"    uint32_t elements[{QUICK_PARAMS_MAX}]; /* of a quick one, whose parameters are arrays: oids of their elements */"
    yield "};"
    yield "extern const struct query queries[DB_QUERY_COUNT];"


def queries_source(files):
    yield "/* Made of sql/queries/ by tools/gen/sql.py. */"
    yield '#include "db/queries.h"\n'
    yield OVERLENGTH
    yield "const struct query queries[DB_QUERY_COUNT] = {"
    for f in files:
        is_quick = is_marked(f, "quick")
        text, elements = gathered(f) if is_quick else (statement(f), [0])
        n = max((int(m) for m in re.findall(r"\$(\d+)", text)), default=0)
        yield (f'    {{"{f.stem}",\n{literal(text)},\n     {n}, {c_bool(is_marked(f, "planned by values"))}, {c_bool(is_quick)}, '
               f'{{{", ".join(map(str, elements))}}}}},')
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
