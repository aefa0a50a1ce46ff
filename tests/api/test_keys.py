#!/usr/bin/env python3
"""The keys that seal personal data are changed while clerks work: nothing is unreadable at any moment, and the old key goes."""
import os
import signal
import threading

import harness

PERSON = {"name": "Lý Thị Khóa", "identity": "040 087 001 234", "phone": "0912000111", "address": "xóm 3, xã Tân Kỳ, tỉnh Vĩnh Hà", "email": "khoa@vi.du.vn"}
made = {}


class KeysTest(harness.ApiTest):
    def key_file(self):
        return harness.daemon.home / "seal.key"

    def ids(self):
        lines = self.key_file().read_text(encoding="utf-8").split("\n")
        return [int(line.split()[2]) for line in lines if line.startswith("motcua-key ")]

    def keys(self):
        return {k["id"]: k for k in self.call("GET", "/api/v1/keys", as_="admin", status=200).json["items"]}

    def reload(self, daemon=None):
        daemon = daemon or harness.daemon
        before = daemon.log().count('"keys_')
        daemon.process.send_signal(signal.SIGHUP)
        self.until(lambda: daemon.log().count('"keys_') > before)
        return [line for line in daemon.log().split("\n") if '"keys_' in line][-1]

    def enter(self, n, daemon=None):
        """A dossier of person n, by way of `daemon`."""
        person = {**PERSON, "identity": f"040087{n:06}", "phone": f"0912{n:06}"}
        return self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": person}, as_="clerk1", status=201, at=daemon).json["code"]

    def search(self, text, daemon=None):
        return [d["code"] for d in self.call("GET", f"/api/v1/search?q={text}", as_="clerk1", status=200, at=daemon).json["items"]]

    def reseal(self):
        job = self.call("POST", "/api/v1/keys/reseal", None, as_="admin", status=202).json
        return self.job_ended(job["id"])["result"]

    def test_1_one_key_seals_and_makes_the_commitments(self):
        made["first"], = self.ids()
        made["codes"] = {n: self.enter(n) for n in range(1, 8)}
        made["secret"] = self.call("POST", "/api/v1/dossiers", {"procedure": "TP-10", "applicant": PERSON}, as_="clerk1", status=201).json
        self.call("GET", f"/api/v1/dossiers/{made['codes'][1]}/slip", as_="clerk1", status=200)  # a paper with its data sealed
        self.call("POST", "/api/v1/me/second-factor", None, as_="clerk2", status=201)  # its secret is sealed too
        key, = self.keys().values()
        self.assertEqual([key[f] for f in ("id", "is_sealing", "is_loaded", "makes_commitments", "persons", "papers", "secrets")],
                         [made["first"], True, True, True, 8, 1, 1])
        self.call("GET", "/api/v1/keys", as_="clerk1", status=403)
        self.call("POST", "/api/v1/keys/reseal", None, as_="clerk1", status=403)

    def test_2_a_second_one_is_added_and_opens(self):
        added = harness.daemon.command("keygen", "--add", self.key_file())
        self.assertEqual(added.returncode, 0, added.stderr)
        made["second"] = int(added.stdout)
        self.assertEqual(self.ids(), [made["first"], made["second"]])
        self.assertEqual(os.stat(self.key_file()).st_mode & 0o777, 0o600)
        self.assertTrue((harness.daemon.home / "seal.key.before").exists())
        self.reload()
        self.assertEqual(self.keys()[made["second"]]["is_sealing"], False)

    def test_3_a_faulty_file_is_refused_and_the_old_ring_stays(self):
        good = self.key_file().read_text(encoding="utf-8")
        for bad in (good.replace("motcua-commitment", "motcua-commitmen"), good + "rubbish\n", "", good[:60]):
            harness.daemon.write("seal.key", bad)
            self.assertIn("keys_kept", self.reload())
            self.assertEqual(self.search("040087000001"), [made["codes"][1]])
        other = harness.daemon.home / "other.key"
        harness.daemon.must("keygen", "--out", other)
        harness.daemon.write("seal.key", other.read_text(encoding="utf-8"))
        self.reload()
        self.assertIn("key_of_another", harness.daemon.log())
        harness.daemon.write("seal.key", good)

    def test_4_while_clerks_write_and_search_all_is_sealed_anew_and_a_kill_stops_nothing(self):
        harness.daemon.must("keygen", "--use", made["second"], "--file", self.key_file())
        self.assertEqual(self.ids(), [made["second"], made["first"]])
        old = harness.daemon.sibling()  # reads the new file; the other has the old ring still
        old.start()
        made["codes"][20] = self.enter(20)  # by the daemon that has not been told
        self.assertEqual(self.keys()[made["second"]]["persons"], 0)
        self.assertEqual(self.search("040087000020", old), [made["codes"][20]])
        faults, stop = [], threading.Event()

        def work(k):
            for n in range(100 * k, 100 * k + 60):
                try:
                    code = self.enter(n, old if k % 2 else harness.daemon)
                    made["codes"][n] = code
                    for seen in (n, 1 + n % 7):
                        if self.search(f"040087{seen:06}", old) != [made["codes"][seen]]:
                            faults.append(f"{seen} was not found")
                except OSError:
                    pass  # the daemon that is killed
                except AssertionError as e:
                    faults.append(str(e)[:300])
                if stop.is_set():
                    return
        workers = [threading.Thread(target=work, args=(k,)) for k in (1, 2, 3)]
        for w in workers:
            w.start()
        self.call("POST", "/api/v1/keys/reseal", None, as_="admin", status=202, at=old)
        harness.daemon.stop(signal.SIGKILL)
        harness.daemon.start()
        for w in workers:
            w.join()
        old.stop()
        self.assertEqual(faults, [])
        result = self.reseal()
        self.assertEqual((result["key"], result["failed"]), (made["second"], 0))
        keys = self.keys()
        self.assertEqual([keys[made["first"]][f] for f in ("persons", "papers", "secrets")], [0, 0, 0])
        self.assertEqual([keys[made["second"]][f] for f in ("papers", "secrets")], [1, 1])
        for n, code in made["codes"].items():
            self.assertEqual(self.search(f"040087{n:06}"), [code])
            self.assertEqual(self.dossier(code, as_="clerk1")["applicant"]["identity"], f"040087{n:06}")

    def test_5_the_old_key_goes_when_nothing_is_sealed_by_it(self):
        config = harness.daemon.config
        refused = harness.daemon.command("keygen", "--retire", made["second"], "--config", config)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("seals", refused.stderr)
        harness.daemon.rows(f"UPDATE person_version SET key_id = {made['first']} WHERE person_id = (SELECT min(person_id) FROM person_version)")
        refused = harness.daemon.command("keygen", "--retire", made["first"], "--config", config)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("1 ", refused.stderr)
        harness.daemon.rows(f"UPDATE person_version SET key_id = {made['second']} WHERE key_id = {made['first']}")
        harness.daemon.must("keygen", "--retire", made["first"], "--config", config)
        harness.daemon.must("keygen", "--retire", made["first"], "--config", config)  # again, after a crash
        self.assertEqual(self.ids(), [made["second"]])
        self.reload()
        keys = self.keys()
        self.assertIn("retired_at", keys[made["first"]])
        self.assertTrue(keys[made["first"]]["makes_commitments"])
        master = (harness.daemon.home / "seal.key.before").read_text(encoding="utf-8")
        self.assertNotIn([line for line in master.split("\n") if f" {made['first']} " in line and "-key " in line][0].split()[3],
                         self.key_file().read_text(encoding="utf-8"))

    def test_6_what_was_committed_and_printed_is_still_true(self):
        self.assertIn(self.call("POST", "/public/lookup", {"code": made["secret"]["code"], "secret": made["secret"]["secret"]},
                                status=200).json["state"], ("received", "accepted"))
        self.assertEqual(self.dossier(made["codes"][1], as_="clerk1")["applicant"]["phone"], "0912000001")
        self.call("GET", f"/api/v1/dossiers/{made['codes'][1]}/slip", as_="clerk1", status=200)
        self.assertEqual(self.search("040087000001"), [made["codes"][1]])
        # the same person is found again, as nothing of them changed
        n = harness.daemon.rows("SELECT count(*) FROM person")
        made["codes"][1] = self.enter(1)
        self.assertEqual(harness.daemon.rows("SELECT count(*) FROM person"), n)

    def test_7_a_daemon_with_the_old_file_may_not_start_any_more(self):
        now, before = self.key_file().read_text(encoding="utf-8"), (harness.daemon.home / "seal.key.before").read_text(encoding="utf-8")
        lines = before.strip().split("\n")
        harness.daemon.write("seal.key", "\n".join([lines[1], lines[0], lines[2]]) + "\n")
        self.reload()
        self.assertIn("key_retired", harness.daemon.log())
        other = harness.daemon.sibling()
        with self.assertRaises(RuntimeError) as refused:
            other.start()
        self.assertIn("key_retired", str(refused.exception))
        harness.daemon.write("seal.key", now)
        harness.daemon.stop()
        harness.daemon.start()
        self.assertEqual(self.search("040087000002"), [made["codes"][2]])
        verified = harness.daemon.command("verify", "--config", harness.daemon.config)
        self.assertEqual(verified.returncode, 0, verified.stdout[-600:] + verified.stderr[-600:])

    def test_8_so_many_keys_and_no_more(self):
        for _ in range(7):
            harness.daemon.must("keygen", "--add", self.key_file())
        self.assertEqual(len(self.ids()), 8)
        self.reload()
        self.assertEqual(self.search("040087000002"), [made["codes"][2]])
        full = harness.daemon.command("keygen", "--add", self.key_file())
        self.assertEqual(full.returncode, 1)
        self.assertIn("8", full.stderr)
        unknown = harness.daemon.command("keygen", "--use", 1, "--file", self.key_file())
        self.assertEqual(unknown.returncode, 1)


harness.main(demo=True, at=harness.START)
