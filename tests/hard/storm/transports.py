"""The three ways to read a conversation's events, each as an iterator of frames that ends when the connection does."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from tests.server.support import User

QUIET_SECONDS = 1.0
"""A connection that says nothing for so long (wall) is given up: it may have been silenced."""
LONGEST_QUIET_SECONDS = 20.0
"""What this grows to as long as connections bring nothing."""
RECEIVE_BUFFER = 8_192
"""Small, so that who does not read is noticed soon."""


class Lost(Exception):
    """The connection is over; why is in the text."""


Frames: TypeAlias = Iterator[str]
Transport: TypeAlias = Callable[[User, int, float], Frames]


def _connected(url: str, patience: float) -> socket.socket:
    parts = urlsplit(url)
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    made.settimeout(patience)
    try:
        made.connect((str(parts.hostname), int(parts.port or 80)))
    except BaseException:
        made.close()
        raise
    return made


def websocket(user: User, after: int, patience: float) -> Frames:
    """Read the stream."""
    try:
        with connect(
            user.stream_url(after),
            sock=_connected(user.url, patience),
            additional_headers=user.headers,
            compression=None,
            open_timeout=patience,
            close_timeout=0.1,
            ping_interval=None,
            max_queue=4,
        ) as stream:
            while True:
                frame = stream.recv(patience)
                yield frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
    except ConnectionClosed as closed:
        raise Lost(f"websocket closed {closed.rcvd.code if closed.rcvd else 'without a frame'}") from None
    except (WebSocketException, OSError, EOFError) as lost:
        raise Lost(f"websocket {type(lost).__name__}") from None


def _http(user: User, path: str, accept: str, patience: float) -> HTTPConnection:
    parts = urlsplit(user.base)
    line = HTTPConnection(str(parts.hostname), int(parts.port or 80), timeout=patience)
    line.sock = _connected(user.url, patience)
    line.request("GET", f"{parts.path}/events?{path}", headers={**user.headers, "Accept": accept})
    return line


def server_sent(user: User, after: int, patience: float) -> Frames:
    """Read the server-sent events."""
    try:
        with closing(_http(user, f"after={after}", "text/event-stream", patience)) as line:
            answer = line.getresponse()
            if answer.status != 200 or "event-stream" not in answer.headers.get("Content-Type", ""):
                raise Lost(f"sse status {answer.status}")
            while piece := answer.readline():
                if piece.startswith(b"data: "):
                    yield piece.removeprefix(b"data: ").decode("utf-8", "replace")
    except (HTTPException, OSError) as lost:
        raise Lost(f"sse {type(lost).__name__}") from None
    raise Lost("sse ended")


def long_poll(user: User, after: int, patience: float) -> Frames:
    """Read one answer of the long poll."""
    try:
        with closing(_http(user, f"after={after}&wait=1", "application/json", patience)) as line:
            answer = line.getresponse()
            body = answer.read()
    except (HTTPException, OSError) as lost:
        raise Lost(f"poll {type(lost).__name__}") from None
    if answer.status != 200:
        raise Lost(f"poll status {answer.status}")
    try:
        told: Any = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError):
        raise Lost("poll unreadable") from None
    for event in told:
        yield event if isinstance(event, str) else json.dumps(event)


TRANSPORTS: Mapping[str, Transport] = MappingProxyType(
    {"websocket": websocket, "server_sent_events": server_sent, "long_poll": long_poll}
)
