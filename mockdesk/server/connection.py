"""One connection's bytes, so that a client that sends or reads slowly, or says too much, keeps nothing for ever."""

from __future__ import annotations

import io
import json
import resource
import socket
import time
from http.client import LineTooLong
from typing import TYPE_CHECKING

from mockdesk.core.errors import DeskError
from mockdesk.server.limits import SPARE_DESCRIPTORS, ServerLimits
from mockdesk.server.polling import is_writable
from mockdesk.server.problems import RequestTimeout

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


def body_is_late(limits: ServerLimits) -> RequestTimeout:
    """Return the refusal of a body that stands still."""
    return RequestTimeout(f"no byte of the body came for {limits.body_seconds:g} seconds")


class TooManyConnections(DeskError):
    """The server bears no more open connections."""

    code, status, title, retryable = "too_many_connections", 503, "Too many connections", True


class TimedInput(io.RawIOBase):
    """What comes in. The head has to be there within a time in all, each piece of the body within a time of its own."""

    def __init__(self, connection: socket.socket, limits: ServerLimits) -> None:
        self._connection = connection
        self._limits = limits
        self._head_by: float | None = time.monotonic() + limits.head_seconds

    def begin_body(self) -> None:
        """Say that the head is there."""
        self._head_by = None

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read some bytes; 0: the client has closed its side.

        Raises:
            TimeoutError: the head did not come in time.
            RequestTimeout: the body stands still.
        """
        seconds = self._limits.body_seconds if self._head_by is None else self._head_by - time.monotonic()
        try:
            self._connection.settimeout(max(seconds, 0.001))
            return self._connection.recv_into(buffer)
        except TimeoutError:
            if self._head_by is not None:
                raise
            raise body_is_late(self._limits) from None
        finally:
            self._connection.settimeout(None)


class TimedOutput(io.RawIOBase):
    """What goes out: each piece within a time, or the client counts as gone."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds

    def writable(self) -> bool:
        """Tell that this can be written."""
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Write all of it.

        Raises:
            ConnectionResetError: the client has not taken it in time.
        """
        rest, deadline = memoryview(data).cast("B"), time.monotonic() + self._seconds
        size = rest.nbytes
        while rest:
            try:  # at once where it fits: a socket with room for little counts as not writable
                rest = rest[self._connection.send(rest, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                left = deadline - time.monotonic()
                if left <= 0 or not is_writable(self._connection, left):
                    raise ConnectionResetError("the client does not read") from None
        return size


class HeadLines:
    """The lines of a request's headers, of which there may be so many bytes in all."""

    def __init__(self, lines: io.BufferedIOBase, most_bytes: int) -> None:
        self._lines = lines
        self._left = most_bytes

    def readline(self, size: int = -1) -> bytes:
        """Return the next line.

        Raises:
            LineTooLong: there were too many bytes.
        """
        line = self._lines.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise LineTooLong("headers")
        return line


def connections_allowed(limits: ServerLimits) -> int:
    """Return how many connections may be open: as many as the limit says, and as the system has descriptors for."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (
        limits.connections
        if allowed == resource.RLIM_INFINITY
        else min(limits.connections, allowed - SPARE_DESCRIPTORS)
    )


def refuse_connection(connection: socket.socket) -> None:
    """Answer that there are too many connections, without waiting for the request. The caller closes."""
    body = json.dumps(TooManyConnections("the server has as many connections as it bears").to_problem()).encode()
    head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\n"
    try:
        connection.setblocking(False)
        connection.send(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65_536)  # what was read does not make the close a reset, which would take the answer away
    except OSError:
        return
