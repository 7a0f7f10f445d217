"""The timers that an adapter on stdio asks for: they run on the suite's clock, by the names that the adapter gives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.adapter import Clock, Timer
from contracts.clock import SuiteClock
from contracts.host import CALL_THREAD
from contracts.lanes.stdio_messages import ProtocolError


@dataclass
class _Running:
    timer: Timer
    call: int | None


class Timers:
    """Pending timers of one adapter. ``fire`` is called with a timer's name when it is due, by the clock's thread."""

    def __init__(self, clock: Clock, fire: Callable[[int | str], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._running: dict[int | str, _Running] = {}
        self._lock = threading.Lock()

    def ask(self, message: Mapping[str, Any], waiting: bool) -> None:
        """Start the timer of a ``timer`` message. ``waiting``: the call that it names is under way and waits for it.

        Raises:
            ProtocolError: a timer of this name is pending.
        """
        name, seconds = message["id"], float(message["seconds"])
        with self._lock:
            if name in self._running:
                raise ProtocolError(f"message 'timer': field 'id': a timer {name!r} is pending already")
            called = str(message.get("name", "timer"))
            if isinstance(self._clock, SuiteClock):
                thread = CALL_THREAD if waiting else ""
                timer = self._clock.start_timer(seconds, lambda: self._due(name), name=called, thread=thread)
            else:
                timer = self._clock.call_later(seconds, lambda: self._due(name))
            self._running[name] = _Running(timer, message.get("call"))

    def cancel(self, name: int | str) -> None:
        """Give a timer up; harmless when it has fired."""
        with self._lock:
            running = self._running.pop(name, None)
        if running is not None:
            running.timer.cancel()

    def cancel_all(self) -> None:
        """Give all timers up."""
        for name in list(self._running):
            self.cancel(name)

    def _due(self, name: int | str) -> None:
        with self._lock:
            running = self._running.pop(name, None)
        if running is not None:
            self._fire(name)
