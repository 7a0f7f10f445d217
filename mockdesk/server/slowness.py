"""What a reader that does not read is borne, the same for every stream."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

STALL_POLL_SECONDS = 0.05
"""How often a stalled stream looks whether its reader has fallen too far behind."""


@dataclass(frozen=True)
class StreamLimits:
    """Limits of one stream. Seconds are wall time."""

    ping_seconds: float = 25.0
    stall_seconds: float = 10.0
    """How long the client may read nothing while there is something to read."""
    lag_events: int = 1_000
    """How many events a client that does not read may be behind."""
    frame_bytes: int = 65_536
    """The greatest frame that a client may send."""


class Stopping(Protocol):
    """A desk that may be about to stop."""

    stopping: bool


class Lagging(Protocol):
    """A reader of a stream that may be too slow."""

    @property
    def host(self) -> Stopping:
        """The desk that is read."""

    def set_stalled(self, stalled: bool) -> None:
        """Take notice that the client reads nothing, or reads again."""

    def lag(self) -> int:
        """Return how much waits to be sent."""


class Writable(Protocol):
    """What is written to."""

    def has_room(self, seconds: float) -> bool:
        """Wait at most so long (wall) until something can be written; tell whether it can."""


def is_too_slow(reader: Lagging, limits: StreamLimits, waited: float) -> bool:
    """Tell whether a client that has read nothing for ``waited`` seconds (wall) is borne no longer."""
    return waited > limits.stall_seconds or reader.lag() > limits.lag_events


def await_room(connection: Writable, reader: Lagging, limits: StreamLimits) -> bool:
    """Wait until a frame fits into the send buffer; ``False`` when the client is too slow, or the desk stops.

    A select that says "not writable" still leaves room for a close frame: the kernel keeps a third of the buffer back.
    """
    if connection.has_room(0.0):
        return True
    began = time.monotonic()
    reader.set_stalled(True)
    while not connection.has_room(STALL_POLL_SECONDS):
        if is_too_slow(reader, limits, time.monotonic() - began) or reader.host.stopping:
            return False
    reader.set_stalled(False)
    return True
