"""A client's connection as readers and requests see it, whatever carries it: a socket and a thread, or a loop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Protocol

from mockdesk.server import sockets
from mockdesk.server.polling import is_writable


class Signal(Protocol):
    """Tells whoever writes for a reader that there may be something to do. Called with the desk's lock held."""

    def notify(self) -> None:
        """Say that there may be something to do."""

    def wait_for(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Wait (wall) until ``condition`` holds, the lock let go meanwhile; return whether it holds."""


class Connection(Protocol):
    """One client's connection."""

    def is_gone(self) -> bool:
        """Tell whether the client has closed its side."""

    def shut(self) -> None:
        """End both directions now; from any thread, harmless when it is closed."""

    def reset(self) -> None:
        """Let the connection end with a TCP reset."""

    def bound_write_buffer(self) -> None:
        """Bound what is kept for a client that does not read."""

    def has_room(self, seconds: float) -> bool:
        """Wait at most so long (wall) until something can be written; tell whether it can."""

    def signal(self, lock: threading.RLock) -> Signal:
        """Return what wakes the writer of a reader on this connection."""


class ThreadSignal:
    """Wakes a thread that waits with the desk's lock."""

    def __init__(self, lock: threading.RLock) -> None:
        self._changed = threading.Condition(lock)

    def notify(self) -> None:
        """Wake the thread."""
        self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Wait until the condition holds; return whether it does."""
        return self._changed.wait_for(condition, seconds)


class SocketConnection:
    """A connection that is a socket, served by a thread of its own."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection

    def is_gone(self) -> bool:
        """Tell whether the client has closed its side."""
        return sockets.peer_is_gone(self.socket)

    def shut(self) -> None:
        """End both directions now."""
        sockets.shut(self.socket)

    def reset(self) -> None:
        """Let the coming close be a TCP reset."""
        sockets.reset(self.socket)

    def bound_write_buffer(self) -> None:
        """Bound what the kernel keeps for a client that does not read."""
        sockets.bound_write_buffer(self.socket)

    def has_room(self, seconds: float) -> bool:
        """Wait until the socket is writable."""
        return is_writable(self.socket, seconds)

    def signal(self, lock: threading.RLock) -> Signal:
        """Return what wakes the connection's thread."""
        return ThreadSignal(lock)
