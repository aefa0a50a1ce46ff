#!/usr/bin/env python3
"""The OpenAPI document holds together: every $ref resolves, every schema is valid JSON Schema 2020-12 (where
python3-jsonschema is installed), ids are unique, path parameters match their path. TAP."""
import json
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    jsonschema = None


def walk(node, path="#"):
    yield path, node
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from walk(inner, f"{path}/{key}")
    elif isinstance(node, list):
        for n, inner in enumerate(node):
            yield from walk(inner, f"{path}/{n}")


def unresolved(document):
    for path, node in walk(document):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            target = document
            try:
                for part in node["$ref"].removeprefix("#/").split("/"):
                    target = target[part]
            except (KeyError, TypeError):
                yield f"{path}: {node['$ref']}"


def invalid_schemas(document):
    for name, schema in document["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as fault:
            yield f"{name}: {fault.message}"


def wrong_parameters(document):
    for path, methods in document["paths"].items():
        for method, op in methods.items():
            declared = [p["name"] for p in op["parameters"] if p.get("in") == "path"]
            if sorted(declared) != sorted(re.findall(r"{(\w+)}", path)):
                yield f"{method} {path}: {declared}"
            if "default" not in op["responses"] or len(op["responses"]) < 2:
                yield f"{method} {path}: responses"


def accepts(document):
    """A value that the reader takes must be one that the schema takes, and the other way round."""
    schemas = {"$defs": document["components"]["schemas"]}
    text = json.dumps(schemas).replace("#/components/schemas/", "#/$defs/")
    cases = [
        ("office", {"key": "a", "name": "A", "parent": None, "is_one_stop": True, "valid_from": "1970-01-01"}, True),
        ("person", {"name": "A", "phone": None}, True),
        ("person", {"name": ""}, False),
        ("person", {"name": "A", "colour": "red"}, False),
        ("person", {"name": "x" * 201}, False),
        ("dossier_submit", {"procedure": "p", "applicant": {"name": "A"}, "channel": "post"}, True),
        ("dossier_submit", {"procedure": "p", "applicant": {"name": "A"}, "channel": None}, True),
        ("dossier_submit", {"procedure": "p", "applicant": {"name": "A"}, "channel": "fax"}, False),
        ("due_request", {"items": [{"from": "2022-08-30T10:00:00+07:00", "limit": "3wd"}]}, True),
        ("due_request", {"items": [{"from": "2022-08-30T10:00:00+07:00", "limit": "3"}]}, False),
    ]
    for name, value, expected in cases:
        schema = dict(json.loads(text), **{"$ref": f"#/$defs/{name}"})
        if jsonschema.Draft202012Validator(schema).is_valid(value) != expected:
            yield f"{name}: {json.dumps(value)[:80]} should be {'valid' if expected else 'refused'}"


def main():
    out = subprocess.run([sys.argv[1], "1.2.3"], check=True, capture_output=True).stdout
    document = json.loads(out)
    ids = [op["operationId"] for methods in document["paths"].values() for op in methods.values()]
    checks = [
        ("the document names its version", [] if document["info"]["version"] == "1.2.3" else ["version"]),
        ("every reference resolves", list(unresolved(document))),
        ("operation ids are unique", [i for i in ids if ids.count(i) > 1]),
        ("path parameters match", list(wrong_parameters(document))),
        ("codes of problems are unique", [] if len({r["code"] for r in document["x-problem-codes"]}) == len(document["x-problem-codes"]) else ["twice"]),
        ("schemas are valid JSON Schema 2020-12", list(invalid_schemas(document)) if jsonschema else None),
        ("schemas take what the reader takes", list(accepts(document)) if jsonschema else None),
    ]
    print(f"1..{len(checks)}")
    for n, (what, faults) in enumerate(checks, 1):
        if faults is None:
            print(f"ok {n} - {what} # SKIP python3-jsonschema is not installed")
            continue
        print(f"{'not ' if faults else ''}ok {n} - {what}")
        for fault in faults:
            print(f"# {fault}")
    return 1 if any(faults for _, faults in checks) else 0


sys.exit(main())
