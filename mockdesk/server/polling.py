"""Waiting until a connection can be read or written: with ``poll``, as ``select`` knows no descriptor above 1,023."""

from __future__ import annotations

import math
import select
import sys
from typing import Protocol


class HasDescriptor(Protocol):
    """A socket, or what stands for one."""

    def fileno(self) -> int:
        """Return the file descriptor."""


def is_readable(connection: HasDescriptor, seconds: float) -> bool:
    """Wait (wall) until there is something to read, or the end of it; tell whether there is."""
    if sys.platform == "win32":
        return bool(select.select([connection], [], [], seconds)[0])
    return _poll(connection, select.POLLIN, seconds)


def is_writable(connection: HasDescriptor, seconds: float) -> bool:
    """Wait (wall) until there is room in the send buffer; tell whether there is."""
    if sys.platform == "win32":
        return bool(select.select([], [connection], [], seconds)[1])
    return _poll(connection, select.POLLOUT, seconds)


def _poll(connection: HasDescriptor, events: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), events)
    return bool(poll.poll(math.ceil(max(0.0, seconds) * 1_000)))
