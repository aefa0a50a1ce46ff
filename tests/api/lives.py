"""Random lives of dossiers over some weeks, for the tests of statistics."""
import harness


class LivesTest(harness.ApiTest):
    def clock(self, **move):
        self.call("POST", "/api/v1/demo/clock", move, as_="admin", status=200)

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
