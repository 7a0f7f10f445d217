"""Drives the desks' running clocks from the event loop: what falls due at once in slices, with the sockets between."""

from __future__ import annotations

import asyncio
import logging

from mockdesk.server.clocks import Ticking
from mockdesk.server.scale.wakes import Wakes

LOGGER = logging.getLogger("mockdesk.server")


class LoopClock:
    """One timer of the loop for the earliest call of all running clocks."""

    def __init__(self) -> None:
        self._wakes: Wakes | None = None
        self._driven: list[Ticking] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_started = self._is_asked = False

    def add(self, ticking: Ticking) -> None:
        """Drive one more clock; from any thread."""
        self._driven = [*self._driven, ticking]
        self.wake()

    def remove(self, ticking: Ticking) -> None:
        """Drive it no longer; harmless when it was not driven."""
        self._driven = [other for other in self._driven if other is not ticking]

    def attach(self, wakes: Wakes) -> None:
        """Use this loop; before that nothing is driven."""
        self._wakes = wakes

    def start(self) -> None:
        """Begin to drive."""
        self._is_started = True
        self.wake()

    def wake(self) -> None:
        """Look anew at what is due; from any thread."""
        if self._is_started and not self._is_asked and self._wakes is not None:
            self._is_asked = True
            self._wakes.call(self._tick)

    def stop(self) -> None:
        """Drive nothing more."""
        self._is_started = False
        self._driven = []

    def _tick(self) -> None:
        self._is_asked = False
        if self._timer is not None:
            self._timer.cancel()
        if not self._is_started or self._wakes is None:
            return
        waits = [wait for each in self._driven if (wait := _tick(each)) is not None]
        if waits:
            self._timer = self._wakes.loop.call_later(max(0.0, min(waits)), self._tick)


def _tick(ticking: Ticking) -> float | None:
    try:
        return ticking.tick()
    except Exception:
        LOGGER.exception("a timer failed")
        return 0.0
