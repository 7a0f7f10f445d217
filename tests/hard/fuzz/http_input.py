"""Requests as bytes: of an operation that is known, with parts that are not right; and bytes that are no request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from tests.hard.fuzz import values

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "BREW")
TYPES = (
    "",
    f"{JSON}; charset=no-such",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    FORM,
    JSON,
    "é",
    "a/b;" * 50,
)
TOKENS = (
    "",
    "Bearer",
    "Bearer x",
    "Bearer a.b.c",
    "Basic",
    "Basic !!!",
    "Basic YQ==",
    "Basic YTpi",
    "é",
    "Bearer \xff",
)
HEADERS = (
    ("Accept", "text/event-stream"),
    ("Accept", "*/*;q=x, application/json;q=2"),
    ("Accept", "image/png"),
    ("Last-Event-ID", "-1"),
    ("Last-Event-ID", "9" * 30),
    ("Idempotency-Key", "k" * 300),
    ("Idempotency-Key", "one"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "12"),
    ("Sec-WebSocket-Key", "x"),
    ("Sec-WebSocket-Protocol", "bearer.x, byosd.v1"),
    ("Expect", "100-continue"),
    ("Expect", "nonsense"),
    ("Origin", "null"),
    ("Access-Control-Request-Method", "PUT"),
    ("Cookie", "=;=;;"),
    ("Range", "bytes=9-1"),
    ("If-None-Match", '"'),
    ("X-Api-Key", "é" * 100),
    ("X-Forwarded-For", "\x01"),
    ("Content-Encoding", "gzip"),
    ("Host", "aim.us1.twilio.com"),
    ("Host", "[::1"),
    ("Host", ""),
    ("Long", "x" * 8_000),
)
LINES = (
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1",
    b"GET /\r\n",
    b"\r\n\r\n\r\n",
    b"GET  /  HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET //@:/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon here\r\n\r\n",
    b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
    b"GET / HTTP/1.1\nHost: x\n\n",
    b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    b"GET / HTTP/1.1\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
)


@dataclass(frozen=True)
class Words:
    """What the clients of one API speak of. ``templates``: method and path of each operation. ``ids``: what stands in
    paths, the client's own first. ``token``: its whole Authorization header. ``bodies``: good ones, by operation
    (``POST /chats``) or for any. ``options``: names in queries."""

    prefix: str
    templates: Sequence[tuple[str, str]]
    ids: Sequence[str]
    token: str
    bodies: Mapping[str, Sequence[Mapping[str, Any]]]
    options: Sequence[str] = ()
    is_form: bool = False
    named: Mapping[str, str] = field(default_factory=dict)
    """What stands for a parameter of a name, where it is none of ``ids``."""

    def write(self, body: Mapping[str, Any]) -> bytes:
        """Return a body as clients write it."""
        if not self.is_form:
            return json.dumps(body).encode()
        texts = {name: one if isinstance(one, str) else json.dumps(one) for name, one in body.items()}
        return urlencode(texts, errors="surrogatepass").encode()

    def bodies_of(self, method: str, template: str) -> Sequence[Mapping[str, Any]]:
        """Return good bodies of an operation."""
        return self.bodies.get(f"{method} {template}") or self.bodies.get("", ({},))


@dataclass(frozen=True)
class HttpInput:
    """Bytes for a fresh connection. ``is_whole``: a request by RFC 9112, so there must be an answer."""

    data: bytes
    is_whole: bool
    method: str = ""


def request(random: Random, words: Words) -> HttpInput:
    """Return a request to one of the operations, mostly with something that is not right."""
    method, template = random.choice(words.templates)
    asked = random.choice(METHODS) if random.random() < 0.06 else method
    content = b""
    if method in ("POST", "PUT", "PATCH") or random.random() < 0.05:
        good = random.choice(words.bodies_of(method, template))
        content = _multipart(random) if "file" in template else values.body(random, good, words.write)
    headers = _headers(random, words, content if "file" in template else b"")
    head = [f"{asked} {words.prefix}{_path(random, words, template)}{_query(random, words)} HTTP/1.1"]
    head += [f"{name}: {one}" for name, one in headers]
    return _sent(random, asked, head, content)


def _path(random: Random, words: Words, template: str) -> str:
    parts = template.split("/")
    for index, part in enumerate(parts):
        if not part.startswith("{"):
            continue
        known = words.named.get(part.strip("{}"))
        roll = random.random()
        if roll < 0.75:
            parts[index] = quote(known or words.ids[0], safe="")
        elif roll < 0.9:
            parts[index] = quote(random.choice(words.ids), safe="")
        else:
            parts[index] = quote(values.text(random)[:300], safe="", errors="surrogatepass")
    return "/".join(parts) + ("/" if random.random() < 0.02 else "")


def _query(random: Random, words: Words) -> str:
    if random.random() < 0.7:
        return ""
    names = [*words.options, "other", "access_token"]
    pairs = [
        (random.choice(names), random.choice(("0", "1", "2", values.text(random)[:300])))
        for _ in range(random.randrange(1, 4))
    ]
    return "?" + urlencode(pairs, errors="surrogatepass")


def _headers(random: Random, words: Words, multipart: bytes) -> list[tuple[str, str]]:
    token = words.token if random.random() < 0.85 else random.choice(TOKENS)
    kind = FORM if words.is_form else JSON
    if multipart:
        kind = "multipart/form-data; boundary=x"
    kind = kind if random.random() < 0.9 else random.choice(TYPES)
    found = [("Host", "127.0.0.1"), ("Authorization", token), ("Content-Type", kind)]
    while random.random() < 0.3:
        found.append(random.choice(HEADERS))
    return found


def _multipart(random: Random) -> bytes:
    name = random.choice(("file", "file", "file", "other", ""))
    filename = random.choice(("a.txt", "", '"', "é.png", "../x", "a" * 500, "\x00", "\r\n"))
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"Content-Type: {random.choice(('text/plain', '', 'é', 'a' * 300))}\r\n\r\n"
    )
    whole = parts.encode() + random.randbytes(random.randrange(200)) + b"\r\n--x--\r\n"
    return whole if random.random() < 0.5 else values.torn(random, whole)


def _sent(random: Random, method: str, head: list[str], content: bytes) -> HttpInput:
    """Return the bytes of a request, with a body that is sized, chunked, or shorter than it was said to be."""
    start = "\r\n".join(head).encode("latin-1", "replace")
    roll = random.random()
    if roll < 0.85 or not content:
        size = b"\r\nContent-Length: %d\r\n\r\n" % len(content) if content else b"\r\n\r\n"
        return HttpInput(start + size + content, _is_whole(start), method)
    if roll < 0.9:
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
        return HttpInput(start + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + body, _is_whole(start), method)
    lie = random.choice((b"%d" % (len(content) + 9), b"-1", b"x", b"", b"9" * 30, b"1, 2"))
    return HttpInput(start + b"\r\nContent-Length: " + lie + b"\r\n\r\n" + content, False, method)


def _is_whole(start: bytes) -> bool:
    """Tell whether a server may not take the request for something else than one: lines, methods and a single host."""
    return (
        start.lower().count(b"\r\nhost:") == 1 and b"100-continue" not in start and b"\r\nupgrade:" not in start.lower()
    )


def raw(random: Random, words: Words) -> HttpInput:
    """Return bytes that are no request, or a torn one, or two in one."""
    good = request(random, words)
    return values.one_of(
        random,
        lambda: HttpInput(values.torn(random, good.data), False),
        lambda: HttpInput(random.choice(LINES), False),
        lambda: HttpInput(values.torn(random, random.choice(LINES)), False),
        lambda: HttpInput(random.randbytes(random.randrange(1, 300)), False),
        lambda: HttpInput(good.data + good.data, False),
        lambda: HttpInput(_chunks(random, words), False),
    )


def _chunks(random: Random, words: Words) -> bytes:
    method, template = random.choice([one for one in words.templates if one[0] != "GET"] or words.templates)
    head = (
        f"{method} {words.prefix}{_path(random, words, template)} HTTP/1.1\r\nHost: x\r\nAuthorization: {words.token}"
    )
    head += f"\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n"
    lies = (
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-1\r\n{}\r\n",
        b"ffffffffffffffff\r\n{}",
        b"2\r\n{}",
        b"2;a=b\r\n{}\r\n0\r\nX: y\r\n",
    )
    return head.encode("latin-1", "replace") + random.choice(lies)
