"""Clocks that run by themselves: the machine's time, at the machine's speed or scaled.

The virtual clock is core's own and moves by command. One thread a server (:class:`ClockThread`) makes the calls of all
running clocks; it sleeps until the earliest one is due and is woken when an earlier one is asked for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from mockdesk.core.clock import Clock, Schedule, ScheduledCall

SLICE_SECONDS = 0.005
"""For how long (wall) calls that are due are made in one go."""

LOGGER = logging.getLogger("mockdesk.server")


class RunningClock:
    """The machine's time since the epoch, running ``speed`` times as fast from the moment it was made.

    Not thread-safe by itself: the desk's lock is held around every call but :meth:`now`.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._at = time.time()
        self._origin = (self._at, time.monotonic(), speed)
        self._schedule = Schedule()
        self.on_change: Callable[[], None] = _nothing

    @property
    def speed(self) -> float:
        """How many of the desk's seconds go by in one of the machine's."""
        return self._origin[2]

    def now(self) -> float:
        """Return the desk's time, seconds since the epoch."""
        began, monotonic, speed = self._origin
        return began + (time.monotonic() - monotonic) * speed

    def set_speed(self, speed: float) -> None:
        """Run ``speed`` times as fast from now on; 0: stand still."""
        self._origin, self._at = (self.now(), time.monotonic(), speed), time.time()
        self.on_change()

    def origin(self) -> tuple[float, float, float]:
        """Return what the clock showed when it was made or changed, the machine's time then, and the speed since."""
        return self._origin[0], self._at, self.speed

    @classmethod
    def going_on(cls, shown: float, at: float, speed: float, not_before: float) -> RunningClock:
        """Return the clock of such an origin, as if it had never stopped; it never shows less than ``not_before``."""
        clock = cls(speed)
        now = shown + max(0.0, clock._at - at) * speed
        clock._origin = (max(now, not_before), clock._origin[1], speed)
        return clock

    def anew(self) -> RunningClock:
        """Return a clock of the same speed that shows the machine's time and has no pending calls."""
        clock = RunningClock(self.speed)
        clock.on_change = self.on_change
        return clock

    def call_later(self, seconds: float, function: Callable[[], None]) -> ScheduledCall:
        """Call ``function`` from the clock thread, with the desk's lock held."""
        return self.call_at(self.now() + max(0.0, seconds), function)

    def call_at(self, due: float, function: Callable[[], None]) -> ScheduledCall:
        """Call ``function`` from the clock thread, with the desk's lock held; at once, if the time is over."""
        earliest = self._schedule.next_due()
        call = self._schedule.add(due, function)
        if earliest is None or due < earliest:
            self.on_change()  # else whoever drives the clock looks early enough
        return call

    def run_due(self) -> float | None:
        """Make the calls that are due; return the machine's seconds until the next, ``None``: none, or time stands
        still. A great many are made in slices, so that others come to the desk meanwhile."""
        end = time.monotonic() + SLICE_SECONDS
        while (call := self._schedule.pop_due(self.now())) is not None:
            call.function()
            if time.monotonic() >= end:
                break
        due = self._schedule.next_due()
        return None if due is None or self.speed == 0 else max(0.0, (due - self.now()) / self.speed)

    def next_due(self) -> float | None:
        """Return the time of the next pending call, or ``None``."""
        return self._schedule.next_due()


def wall_seconds_until(clock: Clock, moment: float) -> float | None:
    """Return how long the machine takes until a clock shows ``moment``; ``None``: nobody knows."""
    if not isinstance(clock, RunningClock) or clock.speed == 0:
        return None
    return max(0.0, (moment - clock.now()) / clock.speed)


class Ticking(Protocol):
    """What the clock thread drives."""

    def tick(self) -> float | None:
        """Make the calls that are due; return the machine's seconds until the next, or ``None``."""


class ClockDriver(Protocol):
    """What drives the running clocks of a server. From any thread."""

    def add(self, ticking: Ticking) -> None:
        """Drive one more clock."""

    def remove(self, ticking: Ticking) -> None:
        """Drive it no longer; harmless when it was not driven."""

    def start(self) -> None:
        """Begin to drive."""

    def wake(self) -> None:
        """Look anew at what is due: an earlier call was asked for."""

    def stop(self) -> None:
        """Drive nothing more."""


class ClockThread:
    """One thread that drives every running clock of a server; it runs when there is one and it was started."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._dirty = False
        self._started = False
        self._stopping = False
        self._driven: list[Ticking] = []
        self._thread: threading.Thread | None = None

    def add(self, ticking: Ticking) -> None:
        """Drive one more clock."""
        with self._changed:
            self._driven.append(ticking)
            self._run_if_needed()
        self.wake()

    def start(self) -> None:
        """Begin to drive."""
        with self._changed:
            self._started = True
            self._run_if_needed()

    def _run_if_needed(self) -> None:
        if self._driven and self._started and self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def remove(self, ticking: Ticking) -> None:
        """Drive it no longer; harmless when it was not driven."""
        with self._changed:
            if ticking in self._driven:
                self._driven.remove(ticking)

    def wake(self) -> None:
        """Look anew at what is due: an earlier call was asked for."""
        with self._changed:
            self._dirty = True
            self._changed.notify()

    def stop(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._wait(self._tick_all()):
            pass

    def _tick_all(self) -> float | None:
        with self._changed:
            self._dirty = False
            driven = list(self._driven)
        waits = [wait for each in driven if (wait := _tick(each)) is not None]
        return min(waits, default=None)

    def _wait(self, seconds: float | None) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._dirty or self._stopping, timeout=seconds)
            return not self._stopping


def _tick(ticking: Ticking) -> float | None:
    """Drive one clock; what fails in one desk must not stop the others' time."""
    try:
        return ticking.tick()
    except Exception:
        LOGGER.exception("a timer failed")
        return 0.0


def _nothing() -> None:
    """Do nothing: what a clock calls while nobody drives it."""
