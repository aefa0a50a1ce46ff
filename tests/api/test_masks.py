#!/usr/bin/env python3
"""What each role sees of a person: proto/tables/masks.def, row by row, in every reply that speaks of one."""
import re
import urllib.parse

import harness

PERSON = {"name": "Trịnh Thị Mặt Nạ", "identity": "001099012345", "phone": "0912 345 678",
          "address": "Số 5, ngõ 2, xã Tân Kỳ, tỉnh Vĩnh Hà", "email": "mat.na@vi.du.vn"}
MASKED = {"name": "Trịnh T. M. N.", "identity": "***345", "phone": "***678", "address": "xã Tân Kỳ, tỉnh Vĩnh Hà", "email": "***@vi.du.vn"}
FIELDS = ("name", "identity", "phone", "address", "email", "text")
WHO = {"CLERK": "clerk1", "OFFICER": "officer1", "HEAD": "head_tp", "LEADER": "leader1", "RECORDS": "records1", "RETURNER": "returner1",
       "STATISTICIAN": "statistician1", "INSPECTOR": "inspector1", "ADMINISTRATOR": "admin"}
ROWS = {(role, place): dict(zip(FIELDS, values.replace(" ", "").split(","))) for role, place, values in re.findall(
    r"^MASK\((\w+), *(\w+), *([\w, ]+)\)", (harness.TOP / "proto/tables/masks.def").read_text(encoding="utf-8"), re.M)}
PERIOD = "from=2022-08-01&to=2022-08-31"
made = {}


def seen(role, place, field, missing=None):
    how = ROWS[role, place][field]
    return PERSON[field] if how == "FULL" else MASKED[field] if how == "PART" else missing


class MasksTest(harness.ApiTest):
    def get(self, who, path, status=200):
        return self.call("GET", "/api/v1/" + urllib.parse.quote(path, safe="/?=&"), as_=who, status=status)

    def test_1_a_dossier_with_everything_about_somebody(self):
        made["code"] = code = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": PERSON, "is_submission": True},
                                        as_="clerk1", status=201).json["code"]
        self.act(code, "request_supplement", "clerk1", reason="Thiếu giấy của bà Mặt Nạ", items=["Giấy"])
        self.act(code, "receive_supplement", "clerk1", items=["Giấy"])
        pdf = b"%PDF-1.4\n%%EOF\n"
        upload = self.call("POST", f"/api/v1/dossiers/{code}/uploads", {"name": "Mặt Nạ.pdf", "size": len(pdf), "purpose": "other"},
                           as_="clerk1", status=201).json
        self.call("PUT", f"/api/v1/uploads/{upload['id']}?from=0", pdf, as_="clerk1", status=200)
        self.call("POST", f"/api/v1/uploads/{upload['id']}/actions/finish", None, as_="clerk1", status=201)
        self.act(code, "accept", "clerk1")
        self.act(code, "forward", "clerk1", officer="head_tp")
        self.act(code, "take_over", "head_tp")
        self.act(code, "declare_late", "head_tp", reason="chờ bà Mặt Nạ")
        self.clock_to("2022-08-20T17:30:00+07:00")
        self.sweep()
        self.intake()  # so that a list is one
        made["letter"] = self.get("admin", f"letters?dossier={code}").json["items"][0]["id"]

    def walk(self, role):
        who, code = WHO[role], made["code"]
        whole = set(ROWS[role, "DETAIL"].values()) == {"FULL"}
        person = self.get(who, f"dossiers/{code}").json["applicant"]
        for field in FIELDS[:-1]:
            self.assertEqual(person.get(field), seen(role, "DETAIL", field, "-" if field == "name" else None), f"{role} {field}")
        text = ROWS[role, "DETAIL"]["text"] == "FULL"
        remarks = [e.get("remark") for e in self.get(who, f"dossiers/{code}/events").json["items"]]
        self.assertEqual("chờ bà Mặt Nạ" in remarks, text, role)
        self.assertEqual([a["name"] for a in self.get(who, f"dossiers/{code}/attachments").json["items"]], ["Mặt Nạ.pdf" if text else "-"])
        name = seen(role, "LIST", "name", "-")
        for path in (f"search?q={code}", "dossiers"):
            found = [d["applicant_name"] for d in self.get(who, path).json["items"] if d["code"] == code]
            self.assertEqual(found, [name], f"{role} {path}")
        letters = [n.get("applicant_name", "-") for n in self.get(who, "letters").json["items"] if n["dossier"] == code]
        # who took the dossier in hands the letter over too; whoever is neither there nor of the author's office sees none
        self.assertIn(letters, [[name]] if role in ("CLERK", "RETURNER") else [[name], []], role)
        # who is shown no name finds nobody by it, nor by a number; the code finds the dossier
        for word, field in (("trịnh thị mặt nạ", "name"), ("mat na", "name"), (PERSON["identity"], "identity"), ("0912345678", "phone")):
            found = [d["code"] for d in self.get(who, f"search?q={word}").json["items"]]
            self.assertEqual(code in found, ROWS[role, "DETAIL"][field] == "FULL", f"{role} searches {word}: {found}")
        self.assertEqual(self.get(who, f"letters/{made['letter']}").json.get("applicant_name", "-"), seen(role, "DETAIL", "name", "-"), role)
        for path in (f"dossiers/{code}/slip", f"letters/{made['letter']}/document", f"dossiers/{code}/attachments/1/file"):
            reply = self.call("GET", "/api/v1/" + path, as_=who, checked=False)
            self.assertEqual(reply.status, 200 if whole else 403, f"{role} {path}: {reply.body[:300]}")
            if not whole:
                self.assertEqual(reply.code, "person_masked")
        if not whole:
            self.assertEqual(self.get(who, f"print-batches?kind=letter", 403).code, "person_masked")
        book = self.get(who, f"registers/dossiers?{PERIOD}&format=csv").body.decode()
        if code in book:
            for field in ("name", "phone", "address"):
                for text in (PERSON[field], MASKED[field]):
                    shown = seen(role, "BOOK", field)
                    self.assertEqual(text in book, bool(shown) and text in shown, f"{role} {field} in the register")
        for path in ("notices", "outbox"):
            reply = self.call("GET", "/api/v1/" + path, as_=who)
            if reply.status == 200:
                mine = [m for m in reply.json["items"] if m["dossier"] == code]
                self.assertEqual({m.get("name") for m in mine} - {seen(role, "LIST", "name")}, set(), f"{role} {path}")
                if ROWS[role, "LIST"]["text"] != "FULL":
                    self.assertNotIn("Mặt Nạ", reply.body.decode(), f"{role} {path}")
        if ROWS[role, "DETAIL"]["name"] != "FULL":
            for path in (f"dossiers/{code}", f"dossiers/{code}/events?limit=200", "dossiers", "search?q=mat na", "letters", f"letters/{made['letter']}",
                         f"dossiers/{code}/attachments", f"dossiers/{code}/cause", f"dossiers/{code}/documents", f"dossiers/{code}/due"):
                body = self.get(who, path).body.decode()
                for word in ("Mặt", "012345", "345 678", "345678", "ngõ 2", "mat.na"):
                    self.assertNotIn(word, body, f"{role} {path}")

    def test_2_every_role_of_the_table_but_one(self):
        for role in WHO:
            if role != "ADMINISTRATOR":
                with self.subTest(role):
                    self.walk(role)

    def test_3_who_acts_for_others_in_a_demonstration_sees_what_they_see(self):
        self.assertEqual(self.get("admin", f"dossiers/{made['code']}").json["applicant"]["identity"], PERSON["identity"])

    def test_4_who_read_it_is_for_whoever_inspects(self):
        items = self.get("inspector1", f"dossiers/{made['code']}/reads?limit=200").json["items"]
        self.assertIn(("statistician1", "dossier", False), [(r["officer"], r["what"], r["is_list"]) for r in items])
        self.assertIn(("clerk1", "list", True), [(r["officer"], r["what"], r["is_list"]) for r in items])
        self.assertEqual(items, sorted(items, key=lambda r: r["at"], reverse=True))
        first = self.get("leader1", f"dossiers/{made['code']}/reads?limit=1").json
        self.assertEqual(len(first["items"]), 1)
        self.assertEqual(len(self.get("leader1", f"dossiers/{made['code']}/reads?limit=1&after={first['next']}").json["items"]), 1)
        self.assertEqual(self.get("clerk1", f"dossiers/{made['code']}/reads", 403).code, "grant_missing")
        self.assertEqual(self.get("inspector1", "dossiers/NO.0000/reads", 404).code, "dossier_unknown")

    def test_5_an_administrator_of_a_real_installation_needs_to_know_nobody(self):
        harness.daemon.rows("UPDATE setting SET is_demonstration = false, clock_offset_us = 0, epoch = epoch + 1")
        self.until(lambda: not self.get("admin", "me").json["is_demonstration"])
        self.walk("ADMINISTRATOR")


harness.main(demo=True, at=harness.START)
