"""Clerks that write down what they were told, for rehearsals in which everything may be pulled out from under them.

Each clerk takes a dossier in, reads it and forwards it, for ever. A request that got no answer, or one that says "later" (429,
5xx), is sent again with its key, to the next daemon, until somebody answers. A dossier that the engine marked in between (late on a
same-day procedure's afternoon) is read again and forwarded as it stands then. At the end check() holds what they were told against
the database: every acknowledged action is there, once, and nothing else is, and who was told of a change had one to be told of.
"""
import http.client
import json
import ssl
import threading
import time
import uuid

PATIENCE_S = 180  # for one request, all its tries together
LOOKS = 5  # at a dossier that changes under a clerk's hands
STALE = object()
LATER = (429, 500, 502, 503, 504)


class Told:
    """One request: what was asked, when, and what was answered in the end."""

    def __init__(self, what, key):
        self.what, self.key = what, key
        self.asked_at, self.told_at, self.tries, self.status, self.code = time.monotonic(), None, 0, None, None


class Clerks:
    def __init__(self, ports, cafile, token, n=8):
        """`ports`: of the daemons, changed at will while clerks work."""
        self.ports, self.token, self.is_over = list(ports), token, False
        self.context = ssl.create_default_context(cafile=str(cafile))
        self.lock = threading.Lock()
        self.told, self.broken, self.failures = [], [], {}
        self.stale = []  # code, and the version that somebody was told is no more
        self.threads = [threading.Thread(target=self.clerk, args=(i,)) for i in range(n)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()

    # ---- one clerk ----

    def clerk(self, number):
        line, count = {}, 0
        try:
            while not self.is_over:
                count += 1
                body = {"procedure": "TP-12", "applicant": {"name": f"Người thử {number} {count}"}}
                taken = self.act(line, number, "accept", "/api/v1/dossiers", body)
                if taken is None:
                    continue
                self.forward(line, number, taken["code"])
        except Exception as error:  # told at the end
            self.broken.append(f"clerk {number}: {type(error).__name__}: {error}")
        for connection in line.values():
            connection.close()

    def forward(self, line, number, code):
        for _ in range(LOOKS):
            seen = self.ask(line, number, "GET", f"/api/v1/dossiers/{code}", None, {})
            if not seen or seen[0] != 200:
                return
            if self.act(line, number, "forward", f"/api/v1/dossiers/{code}/actions/forward", {}, seen, code) is not STALE:
                return
        self.broken.append(f"forward of {code}: changed {LOOKS} times under the clerk's hands")

    def act(self, line, number, what, path, body, seen=None, code=None):
        """`seen`: the dossier as it was read, whose version goes along."""
        told = Told(what, str(uuid.uuid4()))
        headers = {"Idempotency-Key": told.key, **({"If-Match": seen[1]["etag"]} if seen else {})}
        answer = self.ask(line, number, "POST", path, body, headers, told)
        if answer is None:
            self.broken.append(f"{what}: no answer in {PATIENCE_S} s")
            return None
        told.status, told.told_at = answer[0], time.monotonic()
        if told.status == 412 and seen:
            with self.lock:
                self.stale.append((code, json.loads(seen[2])["version"]))
            return STALE
        if told.status >= 300:
            self.broken.append(f"{what}: {told.status} after {told.tries} tries: {answer[2][:300]!r}")
            return None
        reply = json.loads(answer[2])
        told.code = code or reply["code"]
        with self.lock:
            self.told.append(told)
        return reply

    def ask(self, line, number, method, path, body, headers, told=None):
        """Status, headers, body of the first answer that is one; None when patience ended."""
        until, tries = time.monotonic() + PATIENCE_S, 0
        headers = {"Authorization": "Bearer " + self.token, "Accept-Language": "en", "Content-Type": "application/json", **headers}
        while time.monotonic() < until:
            ports = self.ports
            port = ports[(number + tries) % len(ports)]
            tries += 1
            if told:
                told.tries = tries
            try:
                if port not in line:
                    line[port] = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=self.context)
                line[port].request(method, path, None if body is None else json.dumps(body), headers)
                got = line[port].getresponse()
                answer = got.status, {k.lower(): v for k, v in got.getheaders()}, got.read()
                if answer[0] not in LATER:
                    return answer
                why = f"{answer[0]} {json.loads(answer[2]).get('code')}"
            except (OSError, http.client.HTTPException, ValueError) as error:
                why = type(error).__name__
                if port in line:
                    line.pop(port).close()
            with self.lock:
                self.failures[why] = self.failures.get(why, 0) + 1
            time.sleep(0.2)
        return None

    # ---- what became of it ----

    def count(self):
        return len(self.told)

    def silence(self, begin, end):
        """The longest time within [begin, end] in which nobody was told of an action, in seconds."""
        with self.lock:
            moments = sorted(t.told_at for t in self.told if begin <= t.told_at <= end)
        edges = [begin, *moments, end]
        return max(b - a for a, b in zip(edges, edges[1:]))

    def check(self, rows, only_told=False):
        """Faults, as sentences. `rows`: asks the database; `only_told`: others took dossiers in, too."""
        kept = {r[0]: r[1:] for r in rows(
            "SELECT i.key, i.status, d.code, coalesce(e.action, '') FROM idempotency_key i JOIN dossier d ON d.id = i.dossier_id "
            "LEFT JOIN event e ON e.dossier_id = i.dossier_id AND e.seq = i.seq")}
        faults = list(self.broken)
        for t in self.told:
            row = kept.get(t.key)
            if row is None:
                faults.append(f"lost: {t.what} of {t.code}, told after {t.tries} tries")
            elif [int(row[0]), *row[1:]] != [t.status, t.code, t.what]:
                faults.append(f"{t.what} of {t.code} is kept as {row}")
        marks = {}
        for code, seq in rows("SELECT d.code, e.seq FROM event e JOIN dossier d ON d.id = e.dossier_id WHERE e.action LIKE 'mark%'"):
            marks.setdefault(code, []).append(int(seq))
        faults += [f"forward of {code}: told that version {version} is no more, and no mark came after it" for code, version in self.stale
                   if not any(seq > version for seq in marks.get(code, []))]
        taken = {t.code for t in self.told if t.what == "accept"}
        forwarded = [t.code for t in self.told if t.what == "forward"]
        there = {r[0]: (int(r[1]), int(r[2])) for r in rows(
            "SELECT d.code, count(*) FILTER (WHERE e.action = 'accept'), count(*) FILTER (WHERE e.action = 'forward') "
            "FROM dossier d JOIN event e ON e.dossier_id = d.id GROUP BY d.code")}
        if only_told:
            there = {code: n for code, n in there.items() if code in taken}
        faults += [f"{code} was taken in and nobody was told" for code in there.keys() - taken]
        faults += [f"{code} is not there" for code in taken - there.keys()]
        for code, (accepts, forwards) in there.items():
            if accepts != 1 or forwards != forwarded.count(code):
                faults.append(f"{code} has {accepts} intakes and {forwards} forwardings; told were 1 and {forwarded.count(code)}")
        return faults
