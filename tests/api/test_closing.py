#!/usr/bin/env python3
"""Closing a month: what stands in the way and the word of a leader, the snapshot with its hash, chain and signed paper, what is learned
later as dated corrections, opening again; every refusal."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile

import harness

AUGUST = {"office": "ubnd", "from": "2022-08-01", "to": "2022-08-31"}
keys = pathlib.Path(tempfile.mkdtemp())
PATH = "/api/v1/statistics/closings"


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], cwd=keys, check=True, capture_output=True)


def make_keys(daemon):
    """The certificate of the district alone: communes have none."""
    folder = daemon.home / "signatures"
    folder.mkdir()
    daemon.own(folder)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k", "-out", "c", "-days", "9", "-subj", "/CN=UBND huyen Tan Ky")
    openssl("pkcs12", "-export", "-inkey", "k", "-in", "c", "-out", "office-ubnd.p12", "-passout", "pass:x")
    for name, data in (("office-ubnd.p12", (keys / "office-ubnd.p12").read_bytes()), ("office-ubnd.password", b"x\n")):
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o600)
        daemon.own(folder / name)
    return {"signature_folder": folder}


def rows(sql):
    return harness.daemon.rows(sql)


class ClosingTest(harness.ApiTest):
    closing = None

    def day(self, on, hour="09:00"):
        self.clock_to(f"{on}T{hour}:00+07:00")

    def post(self, path, body, as_, status=200):
        return self.call("POST", PATH + path, body, as_=as_, status=status)

    def get(self, path, as_="leader1", status=200, **more):
        return self.call("GET", PATH + path, as_=as_, status=status, **more)

    def import_(self, code, office, received, due, ended=None):
        body = {"source": office, "office": {"key": office, "name": office}, "dossiers": [
            {"external_code": code, "channel": "post", "received_at": received + "T08:00:00+07:00", "due_at": due + "T17:00:00+07:00",
             **({"ended_at": ended + "T10:00:00+07:00"} if ended else {}), "events": []}]}
        self.assertEqual(self.call("POST", "/api/v1/imports", body, as_="admin", status=200).json["added"], 1)

    def form(self, **query):
        query = {"from": AUGUST["from"], "to": AUGUST["to"], "office": "ubnd", **query}
        return self.call("GET", "/api/v1/statistics/II.06a?" + "&".join(f"{k}={v}" for k, v in query.items()), as_="leader1", status=200).json

    def counts(self, closing):
        return {c["kind"]: (c["n"], c["n_accepted"]) for c in closing["obstacles"]}

    def obstacles(self, number, kind, limit=1):
        items, after = [], ""
        while True:
            page = self.get(f"/{number}/obstacles?kind={kind}&limit={limit}{after}").json
            items += page["items"]
            if "next" not in page:
                return items
            after = f"&after={page['next']}"

    def test_1_a_month_is_prepared(self):
        for _ in range(3):
            self.to_counter(self.intake()["code"])
        self.late = [self.intake()["code"] for _ in range(2)]
        self.call("PUT", "/api/v1/file-offices/x09", {"system": "VNPT iGate", "from_on": "2022-07-01", "source": "CV 12", "reason": "dùng phần mềm khác"},
                  as_="admin", status=200)
        self.day("2022-08-10")
        self.import_("M-1", "x01", "2022-08-02", "2022-08-04", "2022-08-09")
        self.import_("M-2", "x02", "2022-08-02", "2022-08-30")
        refused = self.post("", AUGUST, "statistician1", 409)
        self.assertEqual((refused.code, "31" in refused.json["detail"]), ("closing_not_over", True))
        self.day("2022-08-20", "17:30")
        self.sweep()
        self.day("2022-08-31", "23:59")
        self.assertEqual(self.post("", AUGUST, "statistician1", 409).code, "closing_not_over")
        self.day("2022-09-05")
        for who in ("clerk1", "head_tp", "inspector1"):
            self.assertEqual(self.post("", AUGUST, who, 403).code, "grant_missing")
        self.assertEqual(self.post("", {**AUGUST, "office": "x01"}, "leader_x02", 403).code, "grant_missing")
        self.assertEqual(self.post("", {**AUGUST, "office": "no"}, "statistician1", 422).code, "office_unknown")
        self.assertEqual(self.post("", {**AUGUST, "to": "2022-07-01"}, "statistician1", 422).code, "period_backwards")
        made = self.post("", AUGUST, "statistician1", 201).json
        self.assertEqual((made["state"], made["version"], made["may_accept"], made["prepared_by"]), ("draft", 1, False, "statistician1"))
        self.assertEqual(self.post("", AUGUST, "leader1", 201).json["id"], made["id"])
        ClosingTest.closing = made["id"]
        said = self.get(f"/{made['id']}").json
        self.assertTrue(said["may_accept"])
        listed = self.get("?office=ubnd").json["items"]
        self.assertEqual([c["id"] for c in listed], [made["id"]])

    def test_2_what_stands_in_the_way_waits_for_a_leader(self):
        n = self.closing
        said = self.counts(self.get(f"/{n}").json)
        overdue = {i["code"] for i in self.call("GET", "/api/v1/statistics/II.06a/dossiers?from=2022-08-01&to=2022-08-31&office=ubnd&column=open_overdue",
                                               as_="leader1", status=200).json["items"]}
        late = {"x01.M-1"}
        settled = {d for d in overdue | late if self.dossier(d).get("cause", {}).get("verdict") in ("subjective", "objective")}
        unknown = self.obstacles(n, "undetermined")
        self.assertEqual({o["key"] for o in unknown}, (overdue | late) - settled)
        self.assertIn("x01.M-1", {o["key"] for o in unknown})
        missing = self.obstacles(n, "missing_letter")
        self.assertEqual(len({o["key"] for o in missing}), said.get("missing_letter", (0, 0))[0])
        self.assertGreaterEqual(len(missing), 2)
        self.assertLessEqual({o["dossier"] for o in missing}, overdue | late)
        self.assertEqual(said["undetermined"], (len(unknown), 0))
        silent = self.obstacles(n, "unreported")
        self.assertEqual([(o["key"], o["dossier"]) for o in silent], [("x09", None)])
        # Nobody but a leader of the office accepts, one thing or all of a kind, each with a reason.
        word = {"kind": "undetermined", "key": "x01.M-1", "reason": "Hồ sơ chuyển từ hệ thống cũ, không còn dữ liệu."}
        for who in ("statistician1", "admin", "leader_x01"):
            self.assertEqual(self.post(f"/{n}/actions/accept", word, who, 403).code, "grant_missing")
        self.post(f"/{n}/actions/accept", {"kind": "undetermined", "key": "x01.M-1"}, "leader1", 422)
        waits = self.post(f"/{n}/actions/close", None, "leader1", 409)
        self.assertEqual((waits.code, str(len(unknown) + len(missing) + 1) in waits.json["detail"]), ("closing_waits", True))
        self.post(f"/{n}/actions/accept", word, "leader1")
        self.assertEqual(self.post(f"/{n}/actions/accept", word, "leader1", 409).code, "closing_nothing")
        self.assertEqual(self.post(f"/{n}/actions/accept", {**word, "key": "gone"}, "leader1", 409).code, "closing_nothing")
        told = {o["key"]: o for o in self.obstacles(n, "undetermined")}
        self.assertEqual((told["x01.M-1"]["reason"], told["x01.M-1"]["accepted_by"]), (word["reason"], "leader1"))
        self.assertTrue(all(o["reason"] is None for k, o in told.items() if k != "x01.M-1"))
        self.assertEqual(self.post(f"/{n}/actions/close", None, "leader1", 409).code, "closing_waits")
        for kind, things in (("undetermined", unknown), ("missing_letter", missing), ("unreported", silent)):
            if len(things) > (kind == "undetermined"):
                done = self.post(f"/{n}/actions/accept", {"kind": kind, "reason": "Đã chỉ đạo khắc phục trong tuần."}, "leader2").json
                self.assertEqual(self.counts(done)[kind], (len(things), len(things)))

    def test_3_a_form_that_does_not_balance_is_never_closed(self):
        n = self.closing
        # An end without a judgement: no rule of the engine writes it.
        broken = rows("SELECT dossier_id, valid_from FROM dossier_fact WHERE ended_on IS NOT NULL AND judgement = 'early' AND known_to = 'infinity' LIMIT 1")[0]
        change = ("BEGIN; SET LOCAL session_replication_role = replica; UPDATE dossier_fact SET judgement = '{}' WHERE dossier_id = " + broken[0] +
                  f" AND valid_from = '{broken[1]}' AND known_to = 'infinity'; COMMIT")
        rows(change.format("none"))
        said = {c["kind"]: c for c in self.get(f"/{n}").json["obstacles"]}
        self.assertIn("(3)=(7)+(11)", said["unbalanced"]["detail"])
        code = rows(f"SELECT code FROM dossier WHERE id = {broken[0]}")[0][0]
        self.assertIn(code, said["unbalanced"]["detail"])  # the dossiers that break it are named
        for form in ("II.06a", "by-unit"):
            told = self.call("GET", f"/api/v1/statistics/{form}?from=2022-08-01&to=2022-08-31&known_at=2099-01-01", as_="statistician1", status=500)
            self.assertEqual(told.code, "report_unbalanced", form)
            self.assertIn(code, told.json["detail"], form)
        self.assertEqual(self.post(f"/{n}/actions/close", None, "leader1", 500).code, "report_unbalanced")
        self.assertEqual(self.post(f"/{n}/actions/accept", {"kind": "unbalanced", "reason": "x"}, "leader1", 409).code, "closing_nothing")
        rows(change.format("early"))
        self.assertNotIn("unbalanced", {c["kind"] for c in self.get(f"/{n}").json["obstacles"]})

    def test_4_closed_it_is_a_snapshot(self):
        n = self.closing
        self.assertEqual(self.post(f"/{n}/actions/close", None, "statistician1", 403).code, "grant_missing")
        done = self.post(f"/{n}/actions/close", None, "leader1").json
        self.assertEqual((done["state"], done["version"], done["may_reopen"], len(done["versions"])), ("closed", 1, True, 1))
        self.assertEqual(self.post(f"/{n}/actions/close", None, "leader1", 409).code, "closing_stands")
        self.assertEqual(self.post(f"/{n}/actions/accept", {"kind": "undetermined", "reason": "x"}, "leader1", 409).code, "closing_stands")
        first = done["versions"][0]
        raw = self.get(f"/{n}/versions/1/content", checked=False).body
        self.assertEqual(hashlib.sha256(raw).hexdigest(), first["sha256"])
        content = json.loads(raw)
        self.assertEqual((content["previous"], content["office"], content["closed_by"], content["as_of"]), (None, "ubnd", "leader1", first["as_of"]))
        self.assertEqual({(w["kind"], w["key"]): w["by"] for w in content["accepted"]}[("undetermined", "x01.M-1")], "leader1")
        self.assertEqual([f["form"] for f in content["forms"]].count("II.06a"), 2)
        for form in content["forms"][:2]:
            now = self.form(group_by=form["group_by"], as_of=AUGUST["to"], known_at=first["known_at"].replace("+", "%2B"))
            for row in (form["total"], now["total"], *form["rows"], *now["rows"]):
                del row["label"]  # a snapshot is in Vietnamese
            self.assertEqual((form["rows"], form["total"]), (now["rows"], now["total"]))
        pdf = self.get(f"/{n}/versions/1/document", checked=False)
        self.assertEqual((pdf.headers["content-type"], first["signed_by"]), ("application/pdf", "UBND huyen Tan Ky"))
        (keys / "x.pdf").write_bytes(pdf.body)
        text = subprocess.run(["pdftotext", "-layout", keys / "x.pdf", "-"], check=True, text=True, capture_output=True).stdout
        self.assertIn([str(content["forms"][0]["total"][c]) for c in ("total_received", "online", "direct", "carried_over", "total_done", "early", "on_time",
                                                                      "late", "total_open", "open_in_time", "open_overdue")],
                      [line.split()[-11:] for line in text.split("\n")])
        if shutil.which("pdfsig"):
            self.assertIn("Signature is Valid", subprocess.run(["pdfsig", "-nocert", keys / "x.pdf"], capture_output=True, text=True).stdout)
        for path in (f"/{n}/versions/2/content", f"/{n}/versions/0/content", f"/{n}/versions/x/document", f"/{n}/versions/2/corrections"):
            self.assertEqual(self.get(path, status=404).code, "closing_version_unknown")
        for number in ("999", "x", "-1"):
            self.assertEqual(self.get(f"/{number}", status=404).code, "closing_unknown")
        self.assertEqual(self.get(f"/{n}", as_="leader_x01", status=403).code, "grant_missing")
        # Nobody changes a row, not even the owner.
        for table in ("closing", "closing_word", "closing_snapshot"):
            with self.assertRaises(subprocess.CalledProcessError):
                rows(f"DELETE FROM {table}")
        logged = self.call("GET", "/api/v1/changes?kind=closing&limit=50", as_="admin", status=200).json["items"]
        self.assertEqual({c["action"] for c in logged}, {"accept", "close"})
        self.assertIn(first["sha256"], [c["after"] for c in logged if c["action"] == "close"])

    def test_5_periods_do_not_overlap(self):
        for period in (("2022-08-15", "2022-09-01"), ("2022-08-31", "2022-08-31"), ("2022-07-15", "2022-08-01"), ("2022-01-01", "2022-09-02")):
            refused = self.post("", {"office": "ubnd", "from": period[0], "to": period[1]}, "leader1", 409)
            self.assertEqual((refused.code, "2022-08-31" in refused.json["detail"]), ("closing_overlaps", True))
        self.post("", {**AUGUST, "office": "x01"}, "leader_x01", 201)  # another office has periods of its own
        # Two drafts that overlap: the first to be closed wins.
        a, b = (self.post("", {"office": "x05", "from": d, "to": "2022-08-20"}, "leader_x05", 201).json["id"] for d in ("2022-08-01", "2022-08-02"))
        self.post(f"/{a}/actions/close", None, "leader_x05")
        self.assertEqual(self.post(f"/{b}/actions/close", None, "leader_x05", 409).code, "closing_overlaps")
        told = self.get(f"/{a}", as_="leader_x05").json["versions"][0]
        self.assertEqual((told["ordinal"], told["previous"], told["signed_by"]), (1, None, None))

    def test_6_what_is_learned_later_is_a_dated_correction(self):
        n = self.closing
        nothing = self.get(f"/{n}/versions/1/corrections").json
        self.assertEqual((nothing["dossiers"], [f for f in nothing["figures"] if f["form"] == "II.06a"]), ([], []))
        before = self.form(group_by="office", as_of=AUGUST["to"])
        self.day("2022-09-20", "10:00")
        self.import_("M-3", "x01", "2022-08-20", "2022-08-25", "2022-08-29")  # late intake: received in August, learned in September
        mistake = [c for c in self.call("GET", "/api/v1/dossiers?state=received&office=mc&limit=50", as_="leader1", status=200).json["items"]][0]["code"]
        self.act(mistake, "close_mistake", as_="clerk1", reason="Nhập nhầm", second_person="clerk2", second_password=self.passwords["clerk2"])
        self.intake()  # of September: no correction of August
        now = self.form(group_by="office", as_of=AUGUST["to"])
        told = self.get(f"/{n}/versions/1/corrections").json
        by_key = lambda form: {r["key"]: r for r in form["rows"]}  # noqa: E731
        expected = set()
        for key in set(by_key(before)) | set(by_key(now)):
            for column, value in {**by_key(before).get(key, {}), **by_key(now).get(key, {})}.items():
                if isinstance(value, int):
                    was, is_ = by_key(before).get(key, {}).get(column), by_key(now).get(key, {}).get(column)
                    if was != is_:
                        expected.add((key, column, was, is_))
        expected |= {(None, c, before["total"][c], now["total"][c]) for c in now["total"]
                     if isinstance(now["total"][c], int) and before["total"][c] != now["total"][c]}
        self.assertTrue(expected)
        self.assertEqual({(f["key"], f["column"], f.get("was"), f.get("now")) for f in told["figures"]
                          if (f["form"], f["group_by"]) == ("II.06a", "office")}, expected)
        tables = {(f["form"], f["key"], f["column"]): (f.get("was"), f.get("now")) for f in told["figures"]}
        self.assertEqual(tables["by-unit", "x01", "late"], tables["II.06a", "x01", "late"])
        behind = {d["dossier"]: d for d in told["dossiers"]}
        self.assertEqual(set(behind), {"x01.M-3", mistake})
        self.assertNotIn("was", behind["x01.M-3"])
        self.assertEqual((behind["x01.M-3"]["now"]["came"], behind["x01.M-3"]["now"]["went"]), ("direct", "late"))
        self.assertNotIn("now", behind[mistake])
        self.assertTrue(all(d["learned_at"].startswith("2022-09-20") for d in behind.values()))

    def test_7_opened_again_both_versions_stay(self):
        n = self.closing
        for who in ("statistician1", "inspector1", "admin"):
            self.post(f"/{n}/actions/reopen", {"reason": "Bổ sung hồ sơ"}, who, 403)
        self.post(f"/{n}/actions/reopen", {}, "leader1", 422)
        said = self.post(f"/{n}/actions/reopen", {"reason": "Xã báo bổ sung hồ sơ M-3."}, "leader1").json
        self.assertEqual((said["state"], said["version"], said["versions"][0]["reopened_by"]), ("reopened", 2, "leader1"))
        self.assertEqual(self.post(f"/{n}/actions/reopen", {"reason": "x"}, "leader1", 409).code, "closing_not_closed")
        # Words are given anew: those of the first version spoke of what was known then.
        self.assertTrue(all(c["n_accepted"] == 0 for c in said["obstacles"]))
        self.day("2022-09-21")  # a snapshot knows what was recorded half a minute before it
        for kind in self.counts(said):
            self.post(f"/{n}/actions/accept", {"kind": kind, "reason": "Đã biết."}, "leader1")
        done = self.post(f"/{n}/actions/close", None, "leader1").json
        first, second = done["versions"]
        self.assertEqual((second["version"], second["previous"], second["ordinal"], second["reopen_reason"]), (2, first["sha256"], 2, None))
        for v in (first, second):
            raw = self.get(f"/{n}/versions/{v['version']}/content", checked=False).body
            self.assertEqual(hashlib.sha256(raw).hexdigest(), v["sha256"])
        one, two = (json.loads(self.get(f"/{n}/versions/{v}/content", checked=False).body) for v in (1, 2))
        self.assertEqual(two["forms"][0]["total"]["late"], one["forms"][0]["total"]["late"] + 1)
        self.assertEqual(self.get(f"/{n}/versions/2/corrections").json["dossiers"], [])
        self.assertEqual(len(self.get(f"/{n}/versions/1/corrections").json["dossiers"]), 2)

    def test_7z_the_command_line(self):
        n = self.closing
        shown = self.cli("closing", "show", n, "--as", "leader1")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for words in ("closed", "Version", "UBND huyen Tan Ky"):
            self.assertIn(words, shown.stdout)
        self.assertIn("2022-08-31", self.cli("closing", "--office", "ubnd", "--as", "leader1").stdout.replace("31/8/2022", "2022-08-31"))
        out = keys / "content.json"
        self.assertEqual(self.cli("closing-content", n, 1, "--out", out, "--as", "leader1").returncode, 0)
        told = self.get(f"/{n}").json["versions"][0]
        self.assertEqual(hashlib.sha256(out.read_bytes()).hexdigest(), told["sha256"])
        self.assertIn("by-unit", self.cli("closing", "corrections", n, 1, "--as", "leader1").stdout)
        made = self.cli("closing", "new", "--office", "x03", "--from", "2022-08-01", "--to", "2022-08-31", "--as", "leader_x03", "--json")
        number = json.loads(made.stdout)["id"]
        self.assertEqual(self.cli("closing", "accept", number, "--obstacle", "undetermined", "--reason", "x", "--as", "leader_x03").returncode, 1)
        self.assertEqual(self.cli("closing", "close", number, "--as", "leader_x03").returncode, 0)
        self.assertEqual(self.cli("closing", "reopen", number, "--reason", "thiếu hồ sơ", "--as", "leader_x03").returncode, 0)
        self.assertEqual(self.cli("closing", "burn", number, "--as", "leader_x03").returncode, 2)
        self.assertEqual(self.cli("closing", "show", "--as", "leader_x03").returncode, 2)

    def verify(self):
        said = harness.daemon.command("verify", "--config", harness.daemon.config, "--json")
        return [f["what"] for f in json.loads(said.stdout)["findings"] if not f["is_warning"]]

    @staticmethod
    def tampered(form):
        """Some figures of each form that are tampered with."""
        return {"lateness": ("late_open", "age_1_5", "median"), "index-766": ("denominator",), "letters": ("owed", "missing"),
                "II.06a": ("late",), "by-unit": ("waiting",), "by-procedure": ("counter",)}[form["form"]]

    @staticmethod
    def tamper(form, column):
        """One figure of a row more than it was; the row's key."""
        row = form["rows"][-1]
        if "cells" in row:
            cell = row["cells"][[c["key"] for c in form["columns"]].index(column)]
            cell["n"] = (cell["n"] or 0) + 1
        else:
            row[column] = (row[column] or 0) + 1
        return row["key"] or "-"

    def test_8_verify_finds_what_was_changed(self):
        n = self.closing
        self.assertEqual(self.verify(), [])
        self.assertGreaterEqual(json.loads(harness.daemon.command("verify", "--config", harness.daemon.config, "--json").stdout)["closings"], 3)
        behind = "BEGIN; SET LOCAL session_replication_role = replica; {}; COMMIT"
        was = rows(f"SELECT encode(convert_to(content, 'UTF8'), 'hex') FROM closing_snapshot WHERE closing_id = {n} AND version = 1")[0][0]
        # A figure and its hash together: the next one of the chain, and the forms asked again, tell of it.
        rows(behind.format(f"""UPDATE closing_snapshot SET content = x.c, sha256 = sha256(convert_to(x.c, 'UTF8'))
            FROM (SELECT regexp_replace(content, '"total_received":([0-9]+)', '"total_received":777') c FROM closing_snapshot
                   WHERE closing_id = {n} AND version = 1) x WHERE closing_id = {n} AND version = 1"""))
        found = self.verify()
        self.assertIn(f"closing {n} version 2 previous", found)
        self.assertTrue(any(w.startswith(f"closing {n} version 1 II.06a ") and w.endswith(" total_received") for w in found), found)
        rows(behind.format(f"""UPDATE closing_snapshot SET content = convert_from('\\x{was}', 'UTF8'), sha256 = sha256('\\x{was}')
            WHERE closing_id = {n} AND version = 1"""))
        self.assertEqual(self.verify(), [])
        def put(text):
            hexed = text.encode().hex()
            rows(behind.format(f"""UPDATE closing_snapshot SET content = convert_from('\\x{hexed}', 'UTF8'), sha256 = sha256('\\x{hexed}')
                WHERE closing_id = {n} AND version = 1"""))

        # So does every form that it holds: the last row of each, one figure otherwise.
        whole = bytes.fromhex(was).decode()
        for at, form in enumerate(json.loads(whole)["forms"]):
            for column in self.tampered(form):
                changed = json.loads(whole)
                key = self.tamper(changed["forms"][at], column)
                put(json.dumps(changed, ensure_ascii=False))
                said = [w for w in self.verify() if w.startswith(f"closing {n} version 1 ")]
                self.assertEqual(said, [f"closing {n} version 1 {form['form']} {key} {column}"], (form["form"], column))
        # After the edit of a calendar working days may be other ones: a warning, and nothing else is.
        rows(behind.format("INSERT INTO reference_change (kind, key, action, effective_on, actor_id, source, reason, before, after, recorded_at, hash)"
                           " SELECT 'calendar', key, action, effective_on, actor_id, source, reason, before, after, recorded_at + interval '1 year', hash"
                           " FROM reference_change ORDER BY id DESC LIMIT 1"))
        for column, is_error in (("median", False), ("age_1_5", False), ("late_open", True)):
            changed = json.loads(whole)
            self.tamper(next(f for f in changed["forms"] if f["form"] == "lateness"), column)
            put(json.dumps(changed, ensure_ascii=False))
            self.assertEqual(any(" lateness " in w for w in self.verify()), is_error, column)
        put(whole)
        rows(behind.format("DELETE FROM reference_change WHERE id = (SELECT max(id) FROM reference_change)"))
        self.assertEqual(self.verify(), [])
        # A fact of the past rewritten: the snapshot says otherwise.
        fact = rows("SELECT dossier_id, valid_from, received_on FROM dossier_fact WHERE received_on = '2022-08-01' AND known_to = 'infinity'"
                    " AND ended_on = '2022-08-01' LIMIT 1")[0]
        for channel in (2, 1):
            rows(behind.format(f"UPDATE dossier_fact SET channel = {channel} WHERE dossier_id = {fact[0]}"))
            found = [w for w in self.verify() if w.startswith("closing")]
            self.assertEqual(any(w.endswith(" online") for w in found), channel == 2, found)


if __name__ == "__main__":
    try:
        harness.main(demo=True, at=harness.START, settings=make_keys)
    finally:
        shutil.rmtree(keys)
