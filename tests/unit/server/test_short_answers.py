"""How an answer is put on the wire where no task writes it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Response

from mockdesk.server.scale.short_answers import MOST_SHORT_BYTES, ShortAnswer, is_short, write_answer


class Wire:
    """What was written, and whether it was closed."""

    def __init__(self) -> None:
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:
        """Take what is written."""
        assert not self.is_closed
        self.written += data

    def close(self) -> None:
        """Note it."""
        self.is_closed = True


def cycle(**more: Any) -> Any:
    """Return what uvicorn knows of a request."""
    flow = SimpleNamespace(write_paused=more.pop("write_paused", False))
    told = {"scope": {"method": "GET"}, "default_headers": [(b"server", b"mockdesk")], "keep_alive": True}
    return SimpleNamespace(**told | {"disconnected": False, "more_body": False, "body": b"", "flow": flow} | more)


@pytest.mark.parametrize(
    ("headers", "keep_alive", "connection"),
    [({}, True, []), ({}, False, [b"close"]), ({"Connection": "Upgrade, close"}, True, [b"Upgrade, close"])],
)
def test_an_answer_and_what_becomes_of_its_connection(
    headers: dict[str, str], keep_alive: bool, connection: list[bytes]
) -> None:
    """Either side may say that it is the last one; then it is said once, and done."""
    wire, asked = Wire(), cycle(keep_alive=keep_alive)
    write_answer(wire, asked, ShortAnswer(Response(b"hello", 201, headers), {"REQUEST_METHOD": "GET"}))
    head, _, body = wire.written.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    told = [tuple(one.split(b": ", 1)) for one in lines]
    assert (line, body) == (b"HTTP/1.1 201 Created", b"hello")
    assert [value for name, value in told if name == b"connection"] == connection
    assert [value for name, value in told if name == b"content-length"] == [b"5"]
    assert (b"server", b"mockdesk") in told
    assert wire.is_closed is bool(connection)
    assert asked.response_complete


@pytest.mark.parametrize(("response", "body"), [(Response(), b""), (Response(iter([b"in ", b"parts"])), b"in parts")])
def test_a_length_is_told_where_the_response_has_none(response: Response, body: bytes) -> None:
    """Without one a client would wait for the end of the connection."""
    wire = Wire()
    write_answer(wire, cycle(), ShortAnswer(response, {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http"}))
    assert b"content-length: %d\r\n" % len(body) in wire.written
    assert wire.written.endswith(b"\r\n\r\n" + body)


def test_who_has_gone_is_written_nothing() -> None:
    """The transport is closed already."""
    wire, asked = Wire(), cycle(disconnected=True)
    write_answer(wire, asked, ShortAnswer(Response(b"hello"), {"REQUEST_METHOD": "GET"}))
    assert wire.written == b""
    assert asked.response_complete


@pytest.mark.parametrize(
    ("more", "short"),
    [
        ({}, True),
        ({"body": b"x" * MOST_SHORT_BYTES}, True),
        ({"body": b"x" * (MOST_SHORT_BYTES + 1)}, False),
        ({"more_body": True}, False),
        ({"write_paused": True}, False),
    ],
)
def test_what_is_answered_at_once(more: dict[str, Any], short: bool) -> None:
    """Everything else would keep the loop, or memory, for one client."""
    assert is_short(cycle(**more)) is short
