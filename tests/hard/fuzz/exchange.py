"""One connection by hand: bytes out, an answer or frames back, and never for longer than is borne."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse

from tests.hard.fuzz.http_input import HttpInput

SECONDS = 20.0
"""After so long without an end (wall) a connection hangs: longer than a busy machine keeps a thread from its turn."""


class Hangs(AssertionError):
    """The server neither answered nor closed."""


@dataclass(frozen=True)
class Answered:
    """What came back; ``status`` None: the connection ended without an answer."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(address: tuple[str, int], asked: HttpInput) -> Answered:
    """Send an input over a connection of its own and return the answer.

    Raises:
        Hangs: there is none, and no end.
    """
    with closing(socket.create_connection(address, SECONDS)) as connection:
        try:
            connection.sendall(asked.data)
            if not asked.is_whole:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server may answer and close before it has read all
        return _answer(connection, asked.method)


def _answer(connection: socket.socket, method: str) -> Answered:
    response = HTTPResponse(connection, method=method)
    try:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        endless = headers.get("content-type", "").startswith("text/event-stream")
        body = b"" if endless or response.status == 101 else response.read()
        return Answered(response.status, headers, body)
    except TimeoutError:
        raise Hangs("neither an answer nor an end") from None
    except (HTTPException, OSError):
        return Answered()
    finally:
        response.close()


@dataclass(frozen=True)
class ServerFrame:
    """A frame that came from the server."""

    first: int
    masked: bool
    payload: bytes

    @property
    def opcode(self) -> int:
        """What kind of frame it is."""
        return self.first & 0x0F


def talk(address: tuple[str, int], handshake: bytes, frames: list[bytes]) -> tuple[int | None, list[ServerFrame], bool]:
    """Open a WebSocket by hand, send frames, close the sending side and read to the end.

    Returns:
        the handshake's status, what the server sent, and whether that was whole frames only.

    Raises:
        Hangs: the server does not end the connection.
    """
    with closing(socket.create_connection(address, SECONDS)) as connection:
        connection.sendall(handshake)
        head, rest = _head(connection)
        status = int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") else None
        try:
            for one in frames:
                connection.sendall(one)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # closed for what was sent before
        data = rest + _to_the_end(connection)
    if status != 101:
        return status, [], True
    found = list(_frames(data))
    return status, found, sum(_size(one) for one in found) == len(data)


def _head(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    try:
        while b"\r\n\r\n" not in data and (more := connection.recv(65_536)):
            data += more
    except TimeoutError:
        raise Hangs("no answer to a handshake") from None
    except OSError:
        return data, b""
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _to_the_end(connection: socket.socket) -> bytes:
    data = b""
    try:
        while more := connection.recv(65_536):
            data += more
    except TimeoutError:
        raise Hangs("the server does not end the connection") from None
    except OSError:
        return data
    return data


def _frames(data: bytes) -> Iterator[ServerFrame]:
    while len(data) >= 2:
        size, start = data[1] & 0x7F, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            if len(data) < 2 + width:
                return
            size, start = struct.unpack(">H" if width == 2 else ">Q", data[2 : 2 + width])[0], 2 + width
        if len(data) < start + size:
            return
        yield ServerFrame(data[0], bool(data[1] & 0x80), data[start : start + size])
        data = data[start + size :]


def _size(one: ServerFrame) -> int:
    size = len(one.payload)
    return size + (2 if size < 126 else 4 if size < 65_536 else 10)
