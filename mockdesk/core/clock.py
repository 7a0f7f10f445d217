"""Time for the desk: the protocol the core needs, and the virtual clock.

The core never asks the machine for the time and never sleeps. It is given a clock and asks it to call back; the server
drives the system and scaled clocks, tests and ``--virtual`` drive :class:`VirtualClock`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import Protocol

from mockdesk.core.limit_errors import LimitReached

VIRTUAL_START = 1_704_067_200.0
"""2024-01-01T00:00:00Z: where a virtual clock begins, so that two runs show the same times."""

VIRTUAL_END = 253_402_300_799.0
"""9999-12-31T23:59:59Z: where it stops, as no later time can be written in RFC 3339."""


class Timer(Protocol):
    """A timer that can be given up. Timers that are due at the same time go off in their ``order``."""

    @property
    def due(self) -> float:
        """When it goes off, seconds since the epoch."""

    @property
    def order(self) -> int:
        """Its place among all timers of its clock, in the order in which they were asked for."""

    def cancel(self) -> None:
        """Give the timer up; harmless when it has fired."""


class Clock(Protocol):
    """What the core needs of time. Times are seconds since the epoch, waits are seconds."""

    def now(self) -> float:
        """Return the present time."""

    def call_later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` once after ``seconds`` (0 or less: at the next occasion, never inside this call)."""

    def call_at(self, due: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` once at a time; one that is over: at the next occasion."""


FEWEST_TO_PRUNE = 64
"""So many pending calls are kept without a look at whether they were given up."""


def _nothing() -> None:
    """Do nothing: the call was given up."""


class ScheduledCall:
    """One pending call; calls fall due by time, then in the order in which they were asked for."""

    __slots__ = ("__weakref__", "cancelled", "due", "function", "order")

    def __init__(self, due: float, order: int, function: Callable[[], None]) -> None:
        self.due = due
        self.order = order
        self.function = function
        self.cancelled = False

    def cancel(self) -> None:
        """Give the call up; harmless when it has been made. What it would have called is let go."""
        self.cancelled = True
        self.function = _nothing


class Schedule:
    """Pending calls in order of time: the one scheduler behind every clock."""

    def __init__(self) -> None:
        self._calls: list[tuple[float, int, ScheduledCall]] = []
        self._order = count()
        self._prune_at = FEWEST_TO_PRUNE

    def add(self, due: float, function: Callable[[], None]) -> ScheduledCall:
        """Ask for ``function`` to be called at ``due``."""
        if len(self._calls) >= self._prune_at:
            self._prune()
        order = next(self._order)
        call = ScheduledCall(due, order, function)
        heapq.heappush(self._calls, (due, order, call))
        return call

    def _prune(self) -> None:
        """Forget what was given up: while time stands still, nothing comes to the top and goes by itself."""
        self._calls = [entry for entry in self._calls if not entry[2].cancelled]
        heapq.heapify(self._calls)
        self._prune_at = max(FEWEST_TO_PRUNE, 2 * len(self._calls))

    def next_due(self) -> float | None:
        """Return when the next call falls due, or ``None`` when nothing is pending."""
        calls = self._calls
        while calls and calls[0][2].cancelled:
            heapq.heappop(calls)
        return calls[0][0] if calls else None

    def pop_due(self, now: float) -> ScheduledCall | None:
        """Take the earliest call that is due at ``now``, or ``None``."""
        calls = self._calls
        while calls and calls[0][0] <= now:
            call = heapq.heappop(calls)[2]
            if not call.cancelled:
                return call
        return None

    def put_back(self, call: ScheduledCall) -> None:
        """Let a call that was taken out be due again, at its old place."""
        heapq.heappush(self._calls, (call.due, call.order, call))

    def __len__(self) -> int:
        return sum(not call.cancelled for _, _, call in self._calls)


class VirtualClock:
    """A clock that moves only when told to. Timers run inside :meth:`advance`, each at its own time."""

    def __init__(self, start: float = VIRTUAL_START) -> None:
        self._now = start
        self._schedule = Schedule()

    def now(self) -> float:
        """Return the present virtual time, seconds since the epoch."""
        return self._now

    def call_later(self, seconds: float, function: Callable[[], None]) -> ScheduledCall:
        """Call ``function`` inside the advance that reaches its time."""
        return self._schedule.add(self._now + max(0.0, seconds), function)

    def call_at(self, due: float, function: Callable[[], None]) -> ScheduledCall:
        """Call ``function`` inside the advance that reaches its time."""
        return self._schedule.add(due, function)

    def next_due(self) -> float | None:
        """Return the time of the next pending call, or ``None``."""
        return self._schedule.next_due()

    def advance(self, seconds: float, most: int | None = None) -> int:
        """Move forward by ``seconds`` and make every call that falls due on the way; return how many were made.

        Raises:
            ValueError: ``seconds`` is negative, or leads beyond what can be written as a date: time does not go back,
                and ends.
            LimitReached: ``most`` calls were made and more are due; the clock stands where it came to.
        """
        target = self._now + seconds
        if not self._now <= target <= VIRTUAL_END:
            raise ValueError(f"a clock advances by 0 or more seconds and to the year 9999, not by {seconds!r}")
        made = 0
        while (call := self._schedule.pop_due(target)) is not None:
            if made == most:
                self._schedule.put_back(call)
                raise LimitReached(f"{made} timers were due on the way; the clock stands at {self._now}: advance again")
            if call.due > self._now:
                self._now = call.due
            call.function()
            made += 1
        self._now = max(self._now, target)
        return made
