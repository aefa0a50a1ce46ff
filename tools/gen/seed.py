#!/usr/bin/env python3
"""Turns seed tables (CSV) into one SQL text, run by `motcuad seed`.

    seed.py country CALENDAR.csv RULESETS.def > country.sql
    seed.py demo FOLDER > demo.sql

Every statement may run twice: rows that exist are left as they are.
"""
import csv
import re
import sys


def text(value):
    return "'" + value.replace("'", "''") + "'"


def date(value):
    return text(value) if value else "NULL"


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def insert(table, columns, tuples):
    """INSERT ... VALUES in blocks, skipping rows that exist."""
    for start in range(0, len(tuples), 200):
        block = tuples[start : start + 200]
        values = ",\n  ".join("(" + ", ".join(t) + ")" for t in block)
        print(f"INSERT INTO {table} ({', '.join(columns)}) VALUES\n  {values}\nON CONFLICT DO NOTHING;")


def calendar(path, key, name, level):
    """A calendar file, row by row; its zone goes to the calendar itself."""
    with open(path, encoding="utf-8", newline="") as f:
        lines = [line for line in f if line.strip() and not line.startswith("#")]
    ident = f"(SELECT id FROM calendar WHERE key = {text(key)})"
    columns = ["type", "from", "to", "kind", "sessions", "name_vi", "name_en", "source"]
    print(f"INSERT INTO calendar (key, name, level) VALUES ({text(key)}, {text(name)}, {text(level)}) ON CONFLICT DO NOTHING;")
    insert("calendar_row",
           ["calendar_id", "line", "type", "from_on", "to_on", "kind", "sessions", "name_vi", "name_en", "source"],
           [[ident, str(n)] + [text(r[c] or "") for c in columns]
            for n, r in enumerate(csv.DictReader(lines), 1) if r["type"] != "calendar"])


def country(calendar_path, rulesets_path):
    calendar(calendar_path, "vn", "Lịch làm việc cơ quan nhà nước", "country")
    with open(rulesets_path, encoding="utf-8") as f:
        source = f.read()
    for key, start, end, decree, circular in re.findall(
            r'^RULESET\((\w+),\s*"([\d-]*)",\s*"([\d-]*)",\s*"([^"]*)",\s*"([^"]*)"', source, re.M):
        insert("ruleset", ["key", "valid_from", "valid_to", "decree", "circular"],
               [[text(key), text(start), date(end), text(decree), text(circular)]])
    for key, start, end, name in re.findall(
            r'^FORM_SET\("([^"]+)",\s*"([\d-]*)",\s*"([\d-]*)",\s*"([^"]*)"', source, re.M):
        insert("form_set", ["key", "name", "valid_from", "valid_to"], [[text(key), text(name), text(start), date(end)]])
    for key, name, value in re.findall(r'^RULESET_VALUE\((\w+),\s*(\w+),\s*"([^"]*)"', source, re.M):
        insert("ruleset_parameter", ["ruleset_id", "name", "value"],
               [[f"(SELECT id FROM ruleset WHERE key = {text(key)})", text(name), text(value)]])


def office_id(key):
    return f"(SELECT id FROM office WHERE key = {text(key)})" if key else "NULL"


def offices(folder):
    for o in rows(folder + "/offices.csv"):
        lines = "ARRAY[" + ", ".join(text(x) for x in o["signature_lines"].split("|") if x) + "]::text[]"
        insert("office", ["key", "name", "short_name", "kind", "parent_id", "identifier", "is_synthetic", "calendar_id",
                          "place_name", "superior_body", "issuing_body", "signature_lines"],
               [[text(o["key"]), text(o["name"]), text(o["short_name"]), text(o["kind"]), office_id(o["parent"]),
                 text(o["identifier"]), "true",
                 "NULL" if o["parent"] else "(SELECT id FROM calendar WHERE key = 'vn')",
                 text(o["place_name"]), text(o["superior_body"]), text(o["issuing_body"]), lines]])
    for o in rows(folder + "/officers.csv"):
        insert("officer", ["login", "name", "title", "can_act_for"],
               [[text(o["login"]), text(o["name"]), text(o["title"]), "true" if o["login"] == "admin" else "false"]])
        who = f"(SELECT id FROM officer WHERE login = {text(o['login'])})"
        for held in o["roles"].split():
            word, office = held.split("@")
            insert("officer_role", ["officer_id", "role", "office_id"], [[who, text(word), office_id(office)]])


def procedure(p, steps):
    insert("procedure_version", ["key", "national_code", "name", "field_id", "level", "competent_office_id",
                                 "financial_effect", "valid_from"],
           [[text(p["key"]), text(p["national_code"]), text(p["name"]),
             f"(SELECT id FROM field WHERE key = {text(p['field'])})", text(p["level"]), office_id(p["office"]),
             text(p["financial_effect"]), "'2019-01-06'"]])
    version = f"(SELECT id FROM procedure_version WHERE key = {text(p['key'])} AND valid_from = '2019-01-06')"
    insert("procedure_case", ["procedure_id", "key", "name", "time_limit", "returns_at_once"],
           [[version, "'1'", text("Trường hợp chung"), text(p["limit"]), "true" if p["returns_at_once"] == "1" else "false"]])
    case = f"(SELECT id FROM procedure_case WHERE procedure_id = {version} AND key = '1')"
    insert("procedure_component", ["case_id", "seq", "name", "kind"],
           [[case, str(n), text(c), "'original'"] for n, c in enumerate(p["components"].split("|"), 1)])
    tuples = []
    for s in steps:
        named = s["office"].startswith("named:")
        tuples.append([case, s["seq"], text(s["name"]), "'named'" if named else text(s["office"]),
                       office_id(s["office"][6:]) if named else "NULL", text(s["role"]),
                       str(int(float(s["budget_hours"]) * 60)), "true" if s["is_decision"] == "1" else "false"])
    insert("procedure_step", ["case_id", "seq", "name", "office", "office_id", "role", "budget_minutes", "is_decision"], tuples)


def demo(folder):
    print("UPDATE setting SET is_demonstration = true WHERE NOT is_demonstration;")
    # Whoever tries the program has no authenticator; a policy that was edited stays.
    print("UPDATE role_policy SET needs_second_factor = false WHERE needs_second_factor AND NOT EXISTS (SELECT FROM reference_change"
          " WHERE kind = 'role_policy');")
    offices(folder)
    insert("field", ["key", "name", "ordinal"],
           [[text(f["key"]), text(f["name"]), str(n)] for n, f in enumerate(rows(folder + "/fields.csv"), 1)])
    steps = {}
    for s in rows(folder + "/steps.csv"):
        steps.setdefault(s["template"], []).append(s)
    for p in rows(folder + "/procedures.csv"):
        procedure(p, steps[p["template"]])
    print("UPDATE setting SET epoch = epoch + 1;")


if __name__ == "__main__":
    if sys.argv[1:2] == ["country"] and len(sys.argv) == 4:
        country(sys.argv[2], sys.argv[3])
    elif sys.argv[1:2] == ["demo"] and len(sys.argv) == 3:
        demo(sys.argv[2])
    else:
        sys.exit(__doc__)
