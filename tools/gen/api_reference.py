#!/usr/bin/env python3
"""Writes docs/api.md from the OpenAPI document, or (--check) says whether the file is current. TAP."""
import json
import pathlib
import subprocess
import sys

HEAD = """# API reference

Made from `proto/tables/` by `ninja -C build api-reference`; do not edit. The same as OpenAPI 3.1: `/openapi.json`.

Conventions: JSON with `snake_case` fields, unknown ones refused by name; instants RFC 3339 with offset, dates `2022-08-30`,
limits `3wd` `15d` `24wh` `2mo` `1hd` `sd`; lists answer `items` and `next`, which goes back as `after`. A change carries `If-Match`
with the version from `ETag`, a write an `Idempotency-Key`. A refusal is `application/problem+json`
([problem](#problem)); `x-problem-codes` of `/openapi.json` lists every code with its sentences. A field marked * is required.
"""
BASE = "#/components/"


def name_of(ref):
    return ref.rsplit("/", 1)[1]


def linked(ref):
    name = name_of(ref)
    return f"[{name[5:]}](#word_{name[5:]})" if name.startswith("word_") else f"[{name}](#{name})"


def type_of(schema):
    """A schema in a few words."""
    if "anyOf" in schema:
        return type_of(schema["anyOf"][0])
    if "$ref" in schema:
        return linked(schema["$ref"])
    kind = schema.get("type", "any JSON")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "array":
        return f"list of {type_of(schema['items'])}, at most {schema['maxItems']:,}"
    if kind == "string":
        if "format" in schema:
            return {"date-time": "instant", "date": "date", "password": f"text, at most {schema.get('maxLength')}"}[schema["format"]]
        return "limit" if "pattern" in schema else f"text, at most {schema['maxLength']:,}" if "maxLength" in schema else "text"
    if kind == "integer" and "maximum" in schema:
        largest = 9007199254740991
        low = f"{schema['minimum']:,}" if schema["minimum"] > -largest else ""
        high = f"{schema['maximum']:,}" if schema["maximum"] < largest else ""
        return f"integer {low}..{high}" if low or high else "integer"
    return kind


def body(content):
    parts = []
    for media, inner in content.items():
        if "schema" in inner:
            parts.append(("events of " if media == "text/event-stream" else "") + linked(inner["schema"]["$ref"]))
        else:
            parts.append(f"`{media}`")
    return " or ".join(parts) or "nothing"


def write_operation(lines, path, method, op):
    summary = op["summary"] if op["summary"].endswith("?") else op["summary"] + "."
    lines += ["", f"### {method.upper()} {path}", "", f"{summary} *{op['x-summary-vi']}.*", ""]
    facts = ["login" if op["security"] else "no login"]
    if "requestBody" in op:
        facts.append("takes " + body(op["requestBody"]["content"]))
    for status, answer in op["responses"].items():
        if status != "default":
            facts.append(f"{status} " + body(answer.get("content", {})))
    for parameter in op["parameters"]:
        if parameter.get("$ref", "").endswith("idempotency_key"):
            facts.append("`Idempotency-Key`")
        if parameter.get("$ref", "").endswith("if_match"):
            facts.append("`If-Match`")
    lines.append(" · ".join(facts))
    queries = [p for p in op["parameters"] if p.get("in") == "query"]
    if queries:
        lines += ["", "| query | | |", "|---|---|---|"]
        for p in queries:
            star = "*" if p["required"] else ""
            lines.append(f"| `{p['name']}`{star} | {type_of(p['schema'])} | {p.get('description', '')} |")


def write_schema(lines, name, schema):
    if name.startswith("word_"):
        lines += ["", f"### {name}", "", " ".join(f"`{w}`" for w in schema["enum"])]
        return
    lines += ["", f"### {name}", "", schema["description"], "", "| field | | |", "|---|---|---|"]
    for field, inner in schema["properties"].items():
        star = "*" if field in schema["required"] else ""
        lines.append(f"| `{field}`{star} | {type_of(inner)} | {inner.get('description', '')} |")


def render(document):
    lines = HEAD.split("\n")
    lines.append("## Routes")
    for path, methods in document["paths"].items():
        for method, op in methods.items():
            write_operation(lines, path, method, op)
    schemas = document["components"]["schemas"]
    lines += ["", "## Messages"]
    for name, schema in schemas.items():
        if not name.startswith("word_"):
            write_schema(lines, name, schema)
    lines += ["", "## Words"]
    for name in sorted(n for n in schemas if n.startswith("word_")):
        write_schema(lines, name, schemas[name])
    return "\n".join(lines) + "\n"


def main():
    arguments = sys.argv[1:]
    check = arguments[0] == "--check"
    generator, target = arguments[check:]
    document = json.loads(subprocess.run([generator, "0"], check=True, capture_output=True).stdout)
    made, path = render(document), pathlib.Path(target)
    if not check:
        path.write_text(made, encoding="utf-8")
        return 0
    current = path.exists() and path.read_text(encoding="utf-8") == made
    print(f"1..1\n{'' if current else 'not '}ok 1 - docs/api.md is what the tables say")
    if not current:
        print("# run: ninja -C build api-reference")
    return 0 if current else 1


sys.exit(main())
