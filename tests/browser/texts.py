#!/usr/bin/env python3
"""Every sentence of the web client stands in each language, and somebody uses it. Speaks TAP.

    texts.py TOP      TOP is the root of the sources

A key is used by t('key'), or by t(`start.${...}`), which uses all keys with that start. Tables of keys ('nav.queue',
'help.down') count as use too. Placeholders must agree between the languages.
"""
import pathlib
import re
import sys
import unicodedata

TOP = pathlib.Path(sys.argv[1])
APP = TOP / "tools/web/app"
ROW = re.compile(r"^  '([\w.]+)': '((?:[^'\\]|\\.)*)',$", re.M)

sources = {}  # language -> its files, one behind the other: vi.js, vi_papers.js
for path in sorted((APP / "text").glob("*.js")):
    sources[path.stem[:2]] = sources.get(path.stem[:2], "") + path.read_text(encoding="utf-8")
texts = {language: dict(ROW.findall(source)) for language, source in sources.items()}
code = "\n".join(p.read_text(encoding="utf-8") for p in sorted(APP.rglob("*.js")) if p.parent.name != "text")
actions = (TOP / "proto/tables/actions.def").read_text(encoding="utf-8")

named = set(re.findall(r"'([a-z_]+\.[\w.]+)'", code))
starts = tuple(sorted(set(re.findall(r"t\(`([a-z_]+\.[a-z_]*)\$\{", code))))
lists = dict(re.findall(r"list: '([a-z_]+)', words: \[([^\]]*)\]", code))  # lists whose words the wire alone knows
fields = set(re.findall(r"name: '([a-z_]+)'", code))
labelled = set(re.findall(r"name: '([a-z_]+)', label:", code))
failures = tests = 0


def ok(is_right, what, details=()):
    global failures, tests
    tests += 1
    failures += not is_right
    print(f"{'ok' if is_right else 'not ok'} {tests} - {what}")
    for detail in details if not is_right else ():
        print(f"#   {detail}")


def is_used(key):
    start, _, rest = key.partition(".")
    return key in named or key.startswith(starts) or f"'{rest}'" in lists.get(start, "") or \
        (start == "field" and rest in fields)


vi, en = texts["vi"], texts["en"]
ok(sorted(texts) == ["en", "vi"] and len(vi) > 100, "both languages are there")
for language, rows in texts.items():
    count = len(re.findall(r"^  '", sources[language], re.M))
    ok(count == len(rows), f"{language}: every row reads, no key stands twice", [f"{count} rows, {len(rows)} keys"])
    wrong = [k for k, v in rows.items() if unicodedata.normalize("NFC", v) != v or not v.strip()]
    ok(not wrong, f"{language}: composed text, none empty", wrong)
ok(set(vi) == set(en), "the same keys in both languages", sorted(set(vi) ^ set(en)))
groups = {key.partition(".")[0] for key in vi}
wanted = {key for key in named if key.partition(".")[0] in groups and not key.endswith(".js")}
wanted |= {f"field.{name}" for name in fields - labelled if name != "kind"}
wanted |= {f"{start}.{w}" for start, words in lists.items() for w in re.findall(r"'(\w+)'", words)}
missing = sorted(wanted - set(vi))
ok(not missing, "no key is missing", missing)
lost = [start for start in starts if not any(key.startswith(start) for key in vi)]
ok(not lost, "every start of a key has keys", lost)
unused = sorted(key for key in vi if not is_used(key))
ok(not unused, "no key is unused", unused)
holes = [k for k in vi if set(re.findall(r"\{\w+\}", vi[k])) != set(re.findall(r"\{\w+\}", en.get(k, "")))]
ok(not holes, "the same values are filled in", holes)
offered = set(re.findall(r'^ACTION\(\w+,\s+"(\w+)",\s+(?:ACT|LETTER),', actions, re.M)) - {"submit"}
silent = sorted(action for action in offered if f"consequence.{action}" not in vi)
ok(not silent, "every action says what follows from it", silent)
print(f"1..{tests}")
sys.exit(failures > 0)
