#!/usr/bin/env python3
"""Every route of the API has a verb of the command line, or a reason in tests/cases/routes_without_verb.case. TAP.

    routes.py TOP      TOP is the root of the sources

A route is reached by the path of a verb's row, or by a path that stands in the client's sources; {x} and what printf fills in
stand for any one segment.
"""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1])
WILD = "{}"


def shape(path):
    """The segments of a path, those that are filled in as WILD."""
    path = re.sub(r"\{[^}]*\}|%(?:lld|zu|\.0f|s|d)", WILD, path.partition("?")[0])
    return tuple(path.strip("/").split("/"))


def fits(route, path):
    """Whether a path of the client can be that of the route."""
    return len(route) == len(path) and all(r == p or WILD in (r, p) for r, p in zip(route, path))


routes = {name: (method, shape(path)) for name, method, path in re.findall(
    r'^ROUTE\((\w+), *(\w+), *"([^"]+)"', (TOP / "proto/tables/routes.def").read_text(encoding="utf-8"), re.M)}
PLAIN = ("send", "post", "paper")  # functions that send what the row says; the others choose the method
verbs = [(method if how in PLAIN else None, shape(path)) for how, method, path in re.findall(
    r'^VERB\(\w+, *"[^"]+", *(\w+), *"[^"]*", "(\w+)", "([^"]*)"', (TOP / "tools/cli/verbs.def").read_text(encoding="utf-8"), re.M)]
source = "\n".join(p.read_text(encoding="utf-8") for p in sorted((TOP / "tools/cli").glob("*.c")))
written = {shape(path) for path in re.findall(r'"(/(?:api/v1|public|healthz|readyz|metrics)[^"]*)"', source)}
# "%s/items": the path of the verb goes on
written |= {path + shape(rest) for _, path in verbs for rest in re.findall(r'"%s(/[^"]*)"', source) if path != ("",)}
written |= {shape(path) + shape(rest) for path in re.findall(r'"(/api/v1/[^"]*)"', source) for rest in re.findall(r'"%s(/[^"]*)"', source)}

reasons = {}
for line in (TOP / "tests/cases/routes_without_verb.case").read_text(encoding="utf-8").splitlines():
    if line.strip() and not line.startswith("#"):
        name, _, reason = line.partition(" ")
        reasons[name] = reason.strip()

reached = {name for name, (method, route) in routes.items()
           if any(m in (method, None) and fits(route, path) for m, path in verbs) or any(fits(route, path) and len([s for s in path if s != WILD]) > 1 for path in written)}
tests = [
    ("the tables were read", len(routes) > 150 and len(verbs) > 100, [len(routes), len(verbs)]),
    ("every route has a verb or a reason", not set(routes) - reached - set(reasons), sorted(set(routes) - reached - set(reasons))),
    ("no reason stands for a route that has a verb", not reached & set(reasons), sorted(reached & set(reasons))),
    ("no reason stands for a route that is none", not set(reasons) - set(routes), sorted(set(reasons) - set(routes))),
    ("each reason is a sentence", all(len(r) > 15 for r in reasons.values()), [n for n, r in reasons.items() if len(r) <= 15]),
]
for n, (rule, good, shown) in enumerate(tests, 1):
    print(f"{'ok' if good else 'not ok'} {n} - {rule}{'' if good else f': {shown}'}")
print(f"1..{len(tests)}")
sys.exit(not all(good for _, good, _ in tests))
