"""What a server bears of one connection: heads and bodies that are long, late or torn, answers that nobody reads."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest

from tests.server.support import PATIENCE, Desk, Limited, session, until

DRIP_SECONDS = 0.02
"""How often a client that says little says a byte."""


@contextmanager
def connected(desk: Desk) -> Iterator[socket.socket]:
    """Open a bare connection."""
    host, port = desk.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        yield connection


def said(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Return status and problem of the answer; 0 when the connection ends without one."""
    try:
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    except ConnectionResetError:
        answer = b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split(b" ")[1]), json.loads(body)) if head else (0, {})


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (b"GET /" + b"x" * 17_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri_too_long"),
        (b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"x" * 60_000 + b"\r\nA: " + b"x" * 9_000 + b"\r\n\r\n", 431, None),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n", 431, None),
    ],
    ids=["request line", "headers in all", "number of headers"],
)
def test_heads_are_bounded(desk: Desk, head: bytes, status: int, code: str | None) -> None:
    """A head is kept in memory before anybody knows whose it is."""
    with connected(desk) as connection:
        connection.sendall(head)
        told, body = said(connection)
        assert (told, body["code"]) == (status, code or "headers_too_large")
    assert desk.start().send("still here").status_code == 201


def test_a_usual_long_head_is_taken(desk: Desk) -> None:
    """Cookies and tokens of a page can be long; the limit is far beyond."""
    answer = session().get(f"{desk.url}/v1/capabilities?x={'y' * 8_000}", headers={"Cookie": "a" * 30_000})
    assert answer.status_code == 200


def test_a_head_has_to_come_in_time(limited: Limited) -> None:
    """Whoever says nothing, or a byte now and then, must not keep a thread for ever."""
    with limited(head_seconds=0.3) as desk, connected(desk) as silent, connected(desk) as slow:
        began = time.monotonic()

        def drip() -> None:
            with suppress(OSError):
                while not select.select([slow], [], [], DRIP_SECONDS)[0]:
                    slow.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        assert said(silent)[0] == 0
        dripping.join(PATIENCE)
        assert not dripping.is_alive()
        assert time.monotonic() - began < PATIENCE
        until(lambda: desk.server.open_connections() == 0)
        assert desk.start().send("still here").status_code == 201


@pytest.mark.parametrize("path", ["/v1/conversations", "/poll/chats", "/_mock/faults", "upload"])
def test_a_body_that_stands_still_is_given_up(limited: Limited, path: str) -> None:
    """What was announced and does not come holds a thread, too."""
    with limited(body_seconds=0.2) as desk, connected(desk) as connection:
        user = desk.start()
        type_, more = "application/json", ""
        if path == "upload":
            path = f"/v1/conversations/{user.conversation_id}/files"
            type_, more = "multipart/form-data; boundary=b", f"Authorization: Bearer {user.token}\r\n"
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type_}\r\n{more}Content-Length: 100\r\n\r\n"
        connection.sendall(head.encode() + b'--b\r\n{"user_id"')
        status, body = said(connection)
        assert (status, body.get("code", body.get("error"))) == (408, "request_timeout")
        assert user.send("still here").status_code == 201


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/conversations", b'{"user_id": "u"}'), ("/_mock/faults", b'{"kind": "hold"}')]
)
def test_a_body_that_is_cut_does_nothing(desk: Desk, path: str, body: bytes) -> None:
    """What came of it may look like a whole one; the client is told, if it still listens."""
    user = desk.start()
    base = desk.url.removeprefix(desk.server.url)
    with connected(desk) as connection:
        head = f"POST {base}{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(head.encode() + b"Content-Length: 100\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        assert said(connection)[0] in (400, 422)
    assert (len(desk.control.conversations()), desk.control.faults()) == (1, [])
    assert user.send("still here").status_code == 201


def test_head_is_answered(desk: Desk) -> None:
    """Nothing follows that head; a connection that stays open must not wait for more."""
    http = session()
    for path in ("/healthz", "/v1/capabilities", "/healthz", "/none", "/poll/queues/default"):
        answer = http.head(f"{desk.url}{path}", timeout=PATIENCE)
        assert (answer.status_code in (200, 404, 405), answer.content) == (True, b"")


def test_an_answer_that_nobody_reads_is_given_up(limited: Limited) -> None:
    """A client that asks for a large file and does not read it must not keep a thread for ever."""
    with limited(write_seconds=0.3) as desk:
        user = desk.start()
        file = user.call("POST", "/files", files={"file": ("a", b"x" * 9_000_000, "text/plain")}).json()
        with connected(desk) as connection:
            path = f"/v1/conversations/{user.conversation_id}/files/{file['id']}"
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.token}\r\n\r\n"
            connection.sendall(head.encode())
            until(lambda: desk.server.open_connections() <= 1, "the connection is closed", 2 * PATIENCE)
        assert len(user.call("GET", f"/files/{file['id']}").content) == 9_000_000


def test_connections_are_bounded(limited: Limited) -> None:
    """One more is told so at once and costs no thread; when one goes another may come."""
    with limited(connections=3) as desk, ExitStack() as stack:
        first = stack.enter_context(connected(desk))
        others = [stack.enter_context(connected(desk)) for _ in range(2)]
        until(lambda: desk.server.open_connections() == 3)
        for _ in range(5):
            with connected(desk) as one_more:
                status, body = said(one_more)
                assert (status, body["code"], body["retryable"]) == (503, "too_many_connections", True)
        until(lambda: desk.server.open_connections() == 3)
        first.close()
        until(lambda: desk.server.open_connections() == 2)
        assert session().get(f"{desk.url}/healthz").status_code == 200
        assert len(others) == 2
