"""Answers that are written where the request was read: without a task, and in one piece.

Most requests of a desk API are there as a whole with their last bytes, and so is their answer. What waits (for a fault,
for events, for the store) goes on as a task.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from werkzeug.wrappers import Response

MOST_SHORT_BYTES = 65_536
"""A request with more waits for its turn as a task."""

_STATUS_LINES: Mapping[int, bytes] = MappingProxyType(
    {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
)


class Written(Protocol):
    """What an answer is written to."""

    def write(self, data: bytes) -> None:
        """Write."""

    def close(self) -> None:
        """Close when all is written."""


def is_short(cycle: RequestResponseCycle) -> bool:
    """Tell whether a request is there as a whole and small, and its client reads what it is answered."""
    return not cycle.more_body and len(cycle.body) <= MOST_SHORT_BYTES and not cycle.flow.write_paused


def whole(response: Response, environ: dict[str, Any]) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the body of a response as it is sent, and the headers."""
    if response.status_code in (204, 304) or environ["REQUEST_METHOD"] == "HEAD" or response.is_streamed:
        parts, _, headers = response.get_wsgi_response(environ)
        return b"".join(parts), headers
    # what is whole needs none of werkzeug's corrections, which cost more than the core's work
    match response.response:
        case [bytes(body)]:
            return body, response.headers.to_wsgi_list()
    return response.get_data(), response.headers.to_wsgi_list()


class ShortAnswer(NamedTuple):
    """An answer that is there, and the environment of its request."""

    response: Response
    environ: dict[str, Any]


def write_answer(transport: Written, cycle: RequestResponseCycle, answer: ShortAnswer) -> None:
    """Write an answer as uvicorn's cycle would, and conclude the cycle; the caller goes on with the connection."""
    response = answer.response
    body, headers = whole(response, answer.environ)
    response.close()
    head = _head(cycle, response.status_code, headers, len(body))
    cycle.response_started = cycle.response_complete = True
    if cycle.disconnected:
        return
    transport.write(head + body)
    if not cycle.keep_alive:
        transport.close()


def _head(cycle: RequestResponseCycle, status: int, headers: list[tuple[str, str]], length: int) -> bytes:
    """Return the head of an answer; tell the cycle if it is the connection's last."""
    has_length, is_closing = status in (204, 304) or cycle.scope["method"] == "HEAD", False
    lines = ""
    for told, value in headers:
        name = told.lower()
        if name == "connection":
            is_closing = "close" in value.lower()
        elif name == "content-length":
            has_length = True
        lines += f"{name}: {value}\r\n"
    if not has_length:
        lines += f"content-length: {length}\r\n"
    if is_closing:
        cycle.keep_alive = False
    elif not cycle.keep_alive:
        lines += "connection: close\r\n"
    known = b"".join([b"%b: %b\r\n" % one for one in cycle.default_headers])
    return b"%b%b%b\r\n" % (_STATUS_LINES[status], known, lines.encode("latin-1"))
