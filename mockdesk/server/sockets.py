"""One client's socket, as the streams use it: whole frames, never blocked for ever, and closable from any thread."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable

from mockdesk.server.polling import is_writable

WRITE_BUFFER_BYTES = 65_536
"""Send buffer of a stream's socket: bounds what a reader that does not read can make the kernel keep."""

RESET_AT_CLOSE = struct.pack("ii", 1, 0)
"""``SO_LINGER`` on, 0 seconds: closing sends RST instead of FIN."""


def bound_write_buffer(connection: socket.socket) -> None:
    """Bound what the kernel keeps for a client that does not read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WRITE_BUFFER_BYTES)


MOST_WAITING_FRAMES = 100
"""So many of a client's frames may wait until the stream's writer has time for them."""

BACKLOG_SECONDS = 0.02
"""How often it is looked whether they have become fewer."""


class WriteTimeout(OSError):
    """The peer took nothing for too long."""


def peer_is_gone(connection: socket.socket) -> bool:
    """Tell whether the peer has closed its side, without taking any of its bytes."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def reset(connection: socket.socket) -> None:
    """Make the coming close of ``connection`` a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def is_to_be_reset(connection: socket.socket) -> bool:
    """Tell whether :func:`reset` was called."""
    try:
        return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(RESET_AT_CLOSE)) == RESET_AT_CLOSE
    except OSError:
        return False


def shut(connection: socket.socket) -> None:
    """End both directions, which wakes every thread that waits on the socket; harmless when it is closed."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class StreamSocket:
    """Stands between simple-websocket and the real socket.

    simple-websocket writes from two threads with bare ``send``; here frames go out whole and one after the other, in
    at most ``write_seconds`` (wall) each. A muted socket swallows everything, pongs included.
    """

    def __init__(self, connection: socket.socket, write_seconds: float) -> None:
        self._connection = connection
        self._write_seconds = write_seconds
        self._write_lock = threading.Lock()
        self.muted = False
        self.closed = False
        self.on_close: Callable[[], None] = _nothing
        self.on_swallow: Callable[[], None] = _nothing
        self.on_stall: Callable[[bool], None] = _ignore
        self.backlog: Callable[[], int] = _none
        self._is_shut = threading.Event()
        bound_write_buffer(connection)

    def fileno(self) -> int:
        """Return the file descriptor, for selectors."""
        return self._connection.fileno()

    def recv(self, size: int) -> bytes:
        """Return up to ``size`` bytes; ``b""`` when the peer has closed.

        While many frames of the client wait to be looked at nothing more is taken, so that the client has to wait, too.
        """
        while self.backlog() > MOST_WAITING_FRAMES and not self._is_shut.wait(BACKLOG_SECONDS):
            pass
        return self._connection.recv(size)

    def send(self, data: bytes) -> int:
        """Write all of ``data``.

        Raises:
            WriteTimeout: the peer did not take it in time; the stream is broken then.
            OSError: the connection is gone.
        """
        if self.muted:
            self.on_swallow()
            return len(data)
        with self._write_lock:
            self._write(memoryview(data), time.monotonic() + self._write_seconds)
        return len(data)

    def close(self) -> None:
        """Note that simple-websocket's reader has ended. The connection itself is closed by the request's thread."""
        self.closed = True
        self.on_close()

    def shut(self) -> None:
        """End both directions now; the reader thread ends."""
        self._is_shut.set()
        shut(self._connection)

    def _write(self, rest: memoryview, deadline: float) -> None:
        while rest:
            try:
                rest = rest[self._connection.send(rest, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                self.on_stall(True)
                self._await_room(deadline)
        self.on_stall(False)

    def _await_room(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or not is_writable(self._connection, left):
            raise WriteTimeout("the peer does not read")


def _ignore(stalled: bool) -> None:
    """Ignore that a client does not read."""


def _none() -> int:
    """Return 0: nobody counts what waits."""
    return 0


def _nothing() -> None:
    """Do nothing: what a socket calls while nobody listens."""
