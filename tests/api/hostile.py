"""What a hostile client needs: raw bytes over TLS, from any address of this machine, and requests made from the
description of the API with something bad in every place that takes text."""
import json
import re
import socket
import ssl
import urllib.parse

import harness

CASES = harness.TOP / "tests/cases/http_request.case"
NEVER = "2345678923"  # the form of a secret, and nobody's


def context():
    return ssl.create_default_context(cafile=str(harness.daemon.home / "cert.pem"))


class Raw:
    """A connection that sends what it is told."""

    def __init__(self, source=None, is_tls=True, receive_buffer=None, timeout=20):
        plain = socket.socket()
        if receive_buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            plain.bind((source, 0))
        plain.settimeout(timeout)
        plain.connect(("127.0.0.1", harness.daemon.port))
        self.socket = context().wrap_socket(plain, server_hostname="127.0.0.1") if is_tls else plain
        self.heard = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def all(self):
        """Everything until the daemon closes."""
        try:
            while piece := self.socket.recv(65536):
                self.heard += piece
        except (ConnectionError, ssl.SSLError):
            pass
        return self.heard

    def reply(self):
        """Status and head of one reply; its body stays unread."""
        while b"\r\n\r\n" not in self.heard:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError(self.heard[:200])
            self.heard += piece
        head, _, rest = self.heard.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
        need = int(length[1]) if length else 0
        while len(rest) < need:
            rest += self.socket.recv(65536)
        self.heard = rest[need:]
        return int(head.split()[1]), head.decode("latin-1"), rest[:need]


def statuses(data):
    """Of every reply in what came back."""
    return [int(s) for s in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]


def cases():
    """verdict, rule, bytes of the table that the reader's own test walks."""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            verdict, rule, text = line.split(" | ", 2)
            yield verdict, rule, re.sub(rb"\\(r|n|t|x[0-9a-f]{2})", lambda m: {b"r": b"\r", b"n": b"\n", b"t": b"\t"}.get(m[1]) or
                                        bytes([int(m[1][1:], 16)]), text.encode("utf-8"))


class Describer:
    """Requests out of /openapi.json."""

    def __init__(self, document, known):
        self.document, self.known = document, known

    def resolved(self, schema):
        while "$ref" in schema:
            at = self.document
            for part in schema["$ref"].split("/")[1:]:
                at = at[part]
            schema = at
        return schema

    def sample(self, schema, name=""):
        """A value that the schema takes, or nearly."""
        schema = self.resolved(schema)
        for choice in schema.get("anyOf", []):
            if choice.get("type") != "null":
                return self.sample(choice, name)
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "object":
            return {n: self.sample(s, n) for n, s in schema.get("properties", {}).items() if n in schema.get("required", [])}
        if kind == "array":
            return [self.sample(schema["items"], name)] if schema.get("items") else []
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return False
        return {"date": "2022-08-01", "date-time": "2022-08-01T09:00:00+07:00"}.get(schema.get("format")) or self.known.get(name, "x")

    def texts(self, schema, where=(), depth=0):
        """Path of every field that takes free text."""
        schema = self.resolved(schema)
        for choice in schema.get("anyOf", []):
            yield from self.texts(choice, where, depth)
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "object" in kinds and depth < 3:
            for name, inner in schema.get("properties", {}).items():
                yield from self.texts(inner, (*where, name), depth + 1)
        elif "array" in kinds and schema.get("items") and depth < 3:
            yield from self.texts(schema["items"], (*where, 0), depth + 1)
        elif "string" in kinds and "enum" not in schema and where:
            yield where

    @staticmethod
    def put(body, where, value):
        """A copy of a body with a value at a place, made on the way."""
        body = json.loads(json.dumps(body))
        at = body
        for here, following in zip(where, where[1:]):
            empty = [] if isinstance(following, int) else {}
            if isinstance(here, int):
                if len(at) <= here:
                    at.append(empty)
            elif not isinstance(at.get(here), type(empty)):
                at[here] = empty
            at = at[here]
        if isinstance(where[-1], int):
            at[:] = [value]
        else:
            at[where[-1]] = value
        return body

    def places(self):
        """method, name of the place, and a function from a value to (path, body)."""
        for template, item in sorted(self.document["paths"].items()):
            for method, operation in sorted(item.items()):
                if template.endswith("/stream"):
                    continue
                good = {n: urllib.parse.quote(self.known.get(n, "1")) for n in re.findall(r"\{(\w+)\}", template)}
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                body = self.sample(content["schema"]) if content else None
                path = template.format(**good)
                for name in good:
                    yield method, f"{method} {template} path {name}", lambda v, t=template, g=good, n=name, b=body: (
                        t.format(**{**g, n: urllib.parse.quote(v, safe="")}), b)
                for parameter in operation.get("parameters", []):
                    parameter = self.resolved(parameter)
                    if parameter.get("in") == "query":
                        yield method, f"{method} {template} ?{parameter['name']}", lambda v, p=path, n=parameter["name"], b=body: (
                            f"{p}?{urllib.parse.urlencode({n: v})}", b)
                for where in self.texts(content["schema"]) if content else ():
                    yield method, f"{method} {template} {'.'.join(map(str, where))}", lambda v, p=path, w=where, b=body: (p, self.put(b, w, v))
