"""Finding out that the desk has gone without a word.

A connection may be dead although nothing was closed: the peer's machine is gone, or the network in between. So the desk
is pinged now and then, by the injected clock; the answer has a moment of wall time to come: it needs the network only.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from byosd_reference.desk_side import EventConnection
from contracts.adapter import Clock

INTERVAL_SECONDS = 15.0
"""How often, by the injected clock: a loss is noticed within this time."""


def watch(current: Callable[[], EventConnection | None], clock: Clock, stop: Event, patience_seconds: float) -> None:
    """Break off a connection whose peer does not answer a ping within ``patience_seconds`` of wall time."""
    while not clock.wait(stop, INTERVAL_SECONDS):
        connection = current()
        if connection is not None and not connection.answers(patience_seconds):
            connection.close()
