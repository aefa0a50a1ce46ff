#!/usr/bin/env python3
"""Writes docs/lifecycle.md from proto/tables, or (--check) says whether the file is current. TAP.

    lifecycle.py [--check] TABLES DOCUMENT
"""
import pathlib
import re
import sys

ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([\w.-]+)')

GUARDS = {
    "NONE": "",
    "NO_PENDING": "no hand-over is under way",
    "PENDING": "a hand-over is, and it is for the actor or the actor's office",
    "SECOND": "a second person confirms, and a reason is given",
    "SUPPLEMENT": "no hand-over under way, and the ruleset allows another request",
    "ACCEPTED": "the dossier was accepted: its clock has begun",
    "NOT_ACCEPTED": "it was not accepted yet",
    "SILENCE": "the applicant had the ruleset's days, or a legal ground is named where it has none",
    "OPINION_OPEN": "an opinion is waited for from the actor's office",
    "RESULT_SENT": "the result was sent to the actor, or was decided at the one-stop unit itself",
    "UNDECIDED": "the ruleset allows it after the decision",
    "JUDGE": "the dossier is late or certain to be, and the actor stands above every office concerned and belongs to none found responsible",
    "RESPONSIBLE": "the actor's office was found responsible for the delay",
    "UNPROPOSED": "the dossier was accepted, and nobody has proposed yet to close it",
    "PROPOSED": "somebody has proposed to close it",
    "APPROVER": "somebody has, and is another person than the actor",
    "NOT_TODAY": "whoever is to collect was not reminded on the same day",
    "ADOPTED": "the dossier was taken in here, or adopted",
}

HEAD = """# The life of a dossier

Made from `proto/tables/` by `ninja -C build lifecycle-reference`; do not edit. The same rows decide
(`engine/domain/lifecycle.c`), fold (`engine/domain/dossier_apply.c`) and guard. Citations are keys of [law.md](law.md).

**Done** is the moment at which the one-stop unit takes the result over: lateness is judged there, not at the return. A hand-over
has two sides; until it is taken over, the sender answers. *back* returns to the state before the wait; a refused withdrawal goes
back into a hold that still runs. The drawing leaves out what stays in its state, and draws *back* to `processing`.
"""


def rows(path, macro):
    for line in path.read_text(encoding="utf-8").splitlines():
        m = re.match(rf"{macro}\((.*)\)", line)
        if m:
            yield [a or b for a, b in ARGUMENT.findall(m[1])]


def diagram(states, transitions):
    yield "```mermaid"
    yield "stateDiagram-v2"
    for name, (word, *_) in states.items():
        if name != "NEW":
            yield f"    {name}: {word}"
    edges = {}
    for origin, action, to, _, _ in transitions:
        if to == "SAME":
            continue
        targets = {"HOLD_STATE": ["ON_HOLD", "AWAITING_PAYMENT"], "BACK": ["PROCESSING"]}.get(to, [to])
        for target in targets:
            edges.setdefault((origin, target), []).append(action.lower() + (" (back)" if to == "BACK" else ""))
    for (origin, target), actions in edges.items():
        yield f"    {'[*]' if origin == 'NEW' else origin} --> {target}: {', '.join(actions)}"
    for name, (_, _, phase, *_) in states.items():
        if phase == "END" and name != "DONE":
            yield f"    {name} --> [*]"
    yield "```"


def document(tables):
    states = {r[0]: r[1:] for r in rows(tables / "states.def", "STATE")}
    actions = {r[0]: r[1:] for r in rows(tables / "actions.def", "ACTION")}
    transitions = list(rows(tables / "transitions.def", "TRANSITION"))
    who = {}
    for role, action, scope in rows(tables / "rights.def", "RIGHT"):
        who.setdefault(action, []).append(f"{role.lower()} ({scope.lower()})")
    kinds = {"OPEN": "owes work", "WAIT": "waits", "END": "ended"}

    yield HEAD
    yield from diagram(states, transitions)
    yield "\n## States\n\n| state | national code | | Vietnamese | English |\n|---|---|---|---|---|"
    for word, national, phase, vi, en in states.values():
        yield f"| `{word}` | {national if national != '0' else ''} | {kinds[phase]} | {vi} | {en} |"
    yield "\n## Transitions\n\n| from | action | to | asked | source |\n|---|---|---|---|---|"
    for origin, action, to, guard, source in transitions:
        to = {"SAME": "same", "BACK": "*back*", "HOLD_STATE": "`on_hold` or `awaiting_payment`"}.get(to) or f"`{states[to][0]}`"
        yield f"| `{states[origin][0]}` | `{actions[action][0]}` | {to} | {GUARDS[guard]} | {source} |"
    yield "\n## Who may\n\nRole and how far it reaches, from `rights.def`.\n\n| action | Vietnamese | roles |\n|---|---|---|"
    for name, (word, kind, vi, _) in actions.items():
        by = {"ENGINE": "the engine itself", "HISTORY": "an import"}.get(kind) or ", ".join(who.get(name, []))
        yield f"| `{word}` | {vi} | {by} |"
    yield "\n## Rulesets\n\n| parameter | default | source | | decides |\n|---|---|---|---|---|"
    for name, _, _, _, value, source, confidence, _, decides in rows(tables / "rulesets.def", "PARAMETER"):
        yield f"| `{name}` | {value} | {source} | {confidence} | {decides} |"
    differs = {}
    for key, name, value in rows(tables / "rulesets.def", "RULESET_VALUE"):
        differs.setdefault(key, []).append(f"`{name}` {value}")
    yield "\n| ruleset | from | to | decree | forms | differs |\n|---|---|---|---|---|---|"
    for key, first, last, decree, circular in ruleset_rows(tables):
        yield f"| {key} | {first} | {last} | {decree} | {circular} | {', '.join(differs.get(key, []))} |"


def ruleset_rows(tables):
    """Rows whose last day may be empty, which the general pattern reads as an empty text."""
    for line in (tables / "rulesets.def").read_text(encoding="utf-8").splitlines():
        m = re.match(r'RULESET\((\w+), "([^"]*)", "([^"]*)",\s*"([^"]*)",\s*"([^"]*)"\)', line)
        if m:
            yield m.groups()


def main():
    is_check = "--check" in sys.argv
    tables, path = (pathlib.Path(a) for a in sys.argv[1:] if a != "--check")
    text = "\n".join(document(tables)) + "\n"
    if not is_check:
        path.write_text(text, encoding="utf-8")
        return 0
    is_current = path.is_file() and path.read_text(encoding="utf-8") == text
    print(f"1..1\n{'' if is_current else 'not '}ok 1 - docs/lifecycle.md is current")
    if not is_current:
        print("# run: ninja -C build lifecycle-reference")
    return 0 if is_current else 1


sys.exit(main())
