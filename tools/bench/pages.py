#!/usr/bin/env python3
"""Search and pages of queues over 10^6 dossiers, through HTTPS: latency one after the other, of readers of one office and of all.

usage: pages.py [BUILD] [--dossiers N] [--runs N] [--seed N] [--keep FOLDER]

The dossiers lie with 300 offices; a tenth is open, and a tenth is supervised by the demonstration's one-stop unit. Their names are
dealt as Vietnamese names are (two in five a Nguyễn). Each answer is held against a plain scan of the same table.
"""
import argparse
import pathlib
import statistics
import sys
import time
import urllib.parse

from installation import Installation, harness, machine

PASSWORD = harness.PASSWORD

FAMILIES = ["nguyen"] * 38 + ["tran"] * 11 + ["le"] * 10 + ["pham"] * 7 + ["hoang"] * 5 + ["phan"] * 5 + ["vu"] * 4 + ["dang"] * 3 + [
    "bui", "do", "ho", "ngo", "duong", "ly", "dinh", "trinh", "doan", "mai", "truong", "cao", "vi", "lo", "thai"]
MIDDLES = ["van", "thi", "van", "thi", "huu", "duc", "thi ngoc", "minh", "quang", "thi thu", "xuan", "dinh"]
GIVEN = ["an", "binh", "chau", "dung", "giang", "ha", "hai", "hanh", "hoa", "hung", "huong", "khanh", "lan", "linh", "long", "mai", "minh",
         "nam", "nga", "ngoc", "nhung", "oanh", "phuc", "phuong", "quan", "quynh", "son", "tam", "thang", "thao", "thu", "thuy", "tien",
         "trang", "trung", "tu", "tuan", "uyen", "van", "vinh", "xuan", "yen"]
QUESTIONS = ["nguyen", "nguyen van", "nguyen thi thu trang", "lo huu oanh", "khong co ai", "0000777", "THU-0500123", "tran duc"]

FILL = """
BEGIN; SET LOCAL timezone = 'UTC'; SET LOCAL session_replication_role = replica; SELECT setseed({seed});
INSERT INTO office (id, key, name, kind) SELECT 10000 + n, 'thu' || n, 'Đơn vị ' || n, 'division' FROM generate_series(1, 300) n;
CREATE UNLOGGED TABLE life AS
SELECT 20220000000000 + 1000000 + n AS id, 'THU-' || lpad(n::text, 7, '0') AS code, 10001 + (random() * 300)::integer % 300 AS office,
       '2022-01-01'::date + (n * 200 / {dossiers})::integer AS on_, (random() * 25)::integer AS d, random() < 0.1 AS is_open,
       (ARRAY['{families}'])[1 + (random() * 1e9)::integer % {n_families}] || ' ' || (ARRAY['{middles}'])[1 + (random() * 1e9)::integer % {n_middles}]
       || ' ' || (ARRAY['{given}'])[1 + (random() * 1e9)::integer % {n_given}] AS name, random() < 0.1 AS is_mc
  FROM generate_series(1, {dossiers}::bigint) n;
INSERT INTO dossier (id, version, chain, code, state, national_status, channel, filed_office_id, supervising_office_id, competent_office_id,
                     holder_office_id, received_at, received_on, due_at, due_on, ended_at, ended_on, outcome, judgement, last_at,
                     last_recorded_at, applicant_id, applicant_version, warning)
SELECT id, 1, sha256(id::text::bytea), code, CASE WHEN is_open THEN 'processing' ELSE 'returned' END, CASE WHEN is_open THEN 4 ELSE 10 END, 1,
       s, s, office, office, on_ + time '02:00', on_, on_ + d + time '10:00', on_ + d, CASE WHEN NOT is_open THEN on_ + d + time '09:00' END,
       CASE WHEN NOT is_open THEN on_ + d END, CASE WHEN is_open THEN 'none' ELSE 'granted' END, CASE WHEN is_open THEN 'none' ELSE 'on_time' END,
       on_ + time '02:00', on_ + time '02:00', id, 1,
       CASE WHEN is_open AND on_ + d < '2022-07-10' THEN 'overdue' ELSE 'fine' END
  FROM life, LATERAL (SELECT CASE WHEN is_mc THEN {mc} ELSE office END AS s) x ORDER BY id;
INSERT INTO dossier_code (code, dossier_id) SELECT code, id FROM life;
INSERT INTO person (id, created_at) SELECT id, on_ FROM life;
INSERT INTO person_version (person_id, version, kind, name, name_folded, key_id, recorded_at) SELECT id, 1, 'person', initcap(name), name, 1, on_ FROM life;
INSERT INTO dossier_person (dossier_id, part, ordinal, person_id, version) SELECT id, 'applicant', 0, id, 1 FROM life;
INSERT INTO dossier_search (dossier_id, search) SELECT id, name FROM life;
DROP TABLE life;
UPDATE officer_role SET office_id = 10001 WHERE officer_id = (SELECT id FROM officer WHERE login = 'clerk2');
UPDATE setting SET epoch = epoch + 1; COMMIT;
VACUUM ANALYZE dossier, dossier_code, dossier_search, dossier_person, person_version, person;
"""


def fill(inst, args):
    began = time.monotonic()
    mc = inst.sql("SELECT id FROM office WHERE key = 'mc'")
    inst.sql(FILL.format(seed=args.seed / 1000, dossiers=args.dossiers, mc=mc, families="','".join(FAMILIES), n_families=len(FAMILIES),
                         middles="','".join(MIDDLES), n_middles=len(MIDDLES), given="','".join(GIVEN), n_given=len(GIVEN)))
    print(f"{args.dossiers} dossiers in {time.monotonic() - began:.0f} s", flush=True)


def of_clerk(inst, login):
    """A session made one of the clerk, who has no password here."""
    token = inst.request("POST", "/api/v1/session", {"login": "admin", "password": PASSWORD}).json["token"]
    inst.sql(f"UPDATE session SET officer_id = (SELECT id FROM officer WHERE login = '{login}') WHERE token_hash = sha256('{token}')")
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


def ask(connection, path, headers):
    import json
    began = time.monotonic()
    connection.http.request("GET", path, headers=headers)
    reply = connection.http.getresponse()
    text = reply.read()
    if reply.status != 200:
        sys.exit(f"{path}: {reply.status} {text[:300]!r}")
    return time.monotonic() - began, json.loads(text)["items"]


def expected(inst, question, mc):
    """Codes by a plain scan, newest first."""
    where = f"(s.search LIKE '%{question.lower()}%' OR d.code LIKE '%{question}')"
    if mc:
        where += f" AND {mc} IN (d.supervising_office_id, d.competent_office_id, d.filed_office_id, d.holder_office_id)"
    return inst.sql("SET enable_indexscan = off; SET enable_bitmapscan = off; SELECT d.code FROM dossier d JOIN dossier_search s ON s.dossier_id = d.id WHERE "
                    + where + " ORDER BY d.received_at DESC NULLS LAST, d.id DESC LIMIT 50").split()


def report(name, took, note=""):
    took = sorted(t * 1000 for t in took)
    print(f"{name:44} p50 {statistics.median(took):8.2f} ms  p99 {took[min(len(took) - 1, len(took) * 99 // 100)]:8.2f} ms  most {took[-1]:8.2f} ms  {note}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build")
    parser.add_argument("--dossiers", type=int, default=1000000)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    args = parser.parse_args()
    print(machine(), flush=True)
    inst = Installation(args.build, args.keep)
    try:
        is_new = inst.open()
        inst.login(1)
        if is_new:
            inst.call("POST", "/api/v1/demo/clock", {"set": "2022-08-01T08:00:00+07:00"})
            fill(inst, args)
        readers = {"all offices": (inst.headers, None),
                   "one-stop unit": (of_clerk(inst, "clerk1"), inst.sql("SELECT id FROM office WHERE key = 'mc'")),
                   "small office": (of_clerk(inst, "clerk2"), 10001)}
        wrong = 0
        with inst.connection() as connection:
            for who, (headers, mc) in readers.items():
                for question in QUESTIONS:
                    path = "/api/v1/search?q=" + urllib.parse.quote(question) + "&limit=50"
                    answers = [ask(connection, path, headers) for _ in range(args.runs)]
                    codes, wanted = [i["code"] for i in answers[0][1]], expected(inst, question, mc)
                    wrong += codes != wanted
                    report(f"search {question!r}, {who}", [a[0] for a in answers],
                           f"{len(codes)} found" + ("" if codes == wanted else f", {len(wanted)} EXPECTED, other ones"))
                for queue in ("office", "pending", "late", "return", "mine"):
                    answers = [ask(connection, f"/api/v1/queues/{queue}?limit=50", headers) for _ in range(args.runs)]
                    report(f"queue {queue}, {who}", [a[0] for a in answers], f"{len(answers[0][1])} rows")
        if wrong:
            sys.exit(f"{wrong} answers differ from a plain scan")
    finally:
        inst.close(bool(args.keep))


if __name__ == "__main__":
    main()
