#!/usr/bin/env python3
"""The daemon killed at random instants under load: what was acknowledged is there, nothing is there twice."""
import random
import signal
import threading
import time
import uuid

import harness

KILLS = 5
CLERKS = 4


class KillTest(harness.ApiTest):
    def setUp(self):
        self.told, self.open_ends, self.is_over = {}, [], False
        self.login("clerk_x01")

    def clerk(self, number):
        count = 0
        while not self.is_over:
            key, count = str(uuid.uuid4()), count + 1
            body = {"procedure": "TP-12", "applicant": {"name": f"Người thử {number} {count}"}, "settle": True}
            try:
                reply = self.call("POST", "/api/v1/dossiers", body, as_="clerk_x01", key=key, checked=False)
            except Exception:  # the line broke somewhere: nobody knows
                reply = None
            if reply is not None and reply.status == 201:
                self.told[key] = (reply.json["code"], body)
            else:
                self.open_ends.append((key, body))
                time.sleep(0.1)

    def test_nothing_told_is_lost_and_nothing_is_done_twice(self):
        seed = random.randrange(1 << 30)
        chance = random.Random(seed)
        clerks = [threading.Thread(target=self.clerk, args=(n,)) for n in range(CLERKS)]
        for thread in clerks:
            thread.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.2, 1.0))
            harness.daemon.stop(signal.SIGKILL)
            harness.daemon.start()
        time.sleep(0.3)
        self.is_over = True
        for thread in clerks:
            thread.join()
        codes = [code for code, _ in self.told.values()]
        for key, body in self.open_ends:  # sent again with its key, each becomes exactly one dossier
            codes.append(self.call("POST", "/api/v1/dossiers", body, as_="clerk_x01", key=key, status=201).json["code"])
        for key, (code, body) in self.told.items():
            again = self.call("POST", "/api/v1/dossiers", body, as_="clerk_x01", key=key, status=201).json["code"]
            self.assertEqual(again, code, f"seed {seed}")
        self.assertEqual(len(codes), len(set(codes)), f"seed {seed}")
        self.assertGreater(len(self.told), 0)
        count = harness.daemon.rows("SELECT count(*) FROM dossier")[0]
        self.assertEqual(int(count[0] if isinstance(count, (list, tuple)) else count), len(codes), f"seed {seed}")
        harness.daemon.must("verify", "--config", harness.daemon.config)


harness.main(demo=True, at=harness.START)
