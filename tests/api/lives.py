"""Random lives of dossiers over some weeks, for the tests of statistics."""
import time

import harness


class LivesTest(harness.ApiTest):
    def clock(self, **move):
        self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200)

    def settled(self):
        """The engine works by itself after the clock moved: until it has written nothing for a while."""
        counts = []

        def is_quiet():
            counts.append(harness.daemon.rows("SELECT count(*), max(recorded_at) FROM event")[0])
            time.sleep(0.2)
            return len(counts) > 8 and len({tuple(c) for c in counts[-8:]}) == 1
        self.until(is_quiet, 60)

    def live(self, dice, n):
        """Some dossiers, some ended (the oldest late), some waiting, over some days."""
        left = []
        for _ in range(n):
            if len(left) > 3 and dice.random() < 0.4:
                self.to_counter(left.pop(0))
            code = self.intake()["code"]
            lot = dice.random()
            if lot < 0.35:
                self.to_counter(code)
            elif lot < 0.5:
                self.act(code, "request_supplement", "clerk1", reason="Thiếu giấy tờ", items=["Đơn"])
            elif lot < 0.6:
                self.act(code, "request_withdrawal", "clerk1", reason="Đổi ý")
            else:
                left.append(code)
            self.clock(advance_minutes=dice.choice([30, 300, 1440, 2880]))
