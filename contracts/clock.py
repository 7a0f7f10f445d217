"""Time for the subjects of a run: the desk's virtual time handed on, or the wall's.

In a run the driver's clock is the master. :class:`SuiteClock` is the adapter's proxy of it: it moves both together, so
that a timer of the adapter and an event of the desk fall due in the right order.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from contracts.adapter import DeskDriver, Timer, WaitableEvent

POLL_SECONDS = 0.002
"""How often (wall) a thread that waits in virtual time looks at its event."""
REACTION_SECONDS = 0.5
"""Wall seconds that an adapter's thread has to act on a timer, when time goes by patiently."""


@dataclass(order=True)
class _Pending:
    due: float
    order: int
    function: Callable[[], None] | None = field(compare=False)
    where: str = field(compare=False, default="")
    thread: str = field(compare=False, default="")
    cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        self.cancelled = True


class SuiteClock:
    """Virtual time: it moves only by :meth:`advance`, and takes the desk along.

    ``barriers`` are called before and after each advance: an adapter in another process has its timers asked for by
    then, and knows the new time.
    """

    def __init__(self, driver: DeskDriver) -> None:
        self._driver = driver
        self._now = driver.now()
        self._pending: list[_Pending] = []
        self._order = count()
        self._lock = threading.RLock()
        self._added = threading.Condition(self._lock)
        self._advancing = threading.Lock()
        self.barriers: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return the desk's time in seconds since the epoch."""
        return self._now

    def call_later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` inside the advance that reaches its time, in the thread that advances."""
        return self.start_timer(seconds, function, name=getattr(function, "__qualname__", "timer"))

    def start_timer(self, seconds: float, function: Callable[[], None], *, name: str, thread: str = "") -> Timer:
        """As :meth:`call_later`, under a name of its own. ``thread``: the name of a thread that waits for it."""
        return self._add(seconds, function, name, thread)

    def _add(self, seconds: float, function: Callable[[], None] | None, where: str, thread: str) -> _Pending:
        with self._lock:
            pending = _Pending(self._now + max(0.0, seconds), next(self._order), function, where, thread)
            heapq.heappush(self._pending, pending)
            self._added.notify_all()
            return pending

    def wait(self, event: WaitableEvent, seconds: float) -> bool:
        """Wait until ``event`` is set or the virtual time has gone by; return whether the event is set."""
        pending = self._add(seconds, None, "wait", threading.current_thread().name)
        try:
            while not event.wait(POLL_SECONDS):
                if self._now >= pending.due:
                    return event.is_set()
            return True
        finally:
            pending.cancel()

    def timers(self) -> list[str]:
        """Return the pending timers and waits, by the name of what they would call."""
        with self._lock:
            return [pending.where for pending in sorted(self._pending) if not pending.cancelled]

    def next_due(self) -> float | None:
        """Return when the next timer or wait falls due, or ``None``."""
        with self._lock:
            while self._pending and self._pending[0].cancelled:
                heapq.heappop(self._pending)
            return self._pending[0].due if self._pending else None

    def next_wait_of(self, prefix: str) -> float | None:
        """Return when the earliest wait falls due that a thread whose name begins so is in, or ``None``."""
        with self._lock:
            mine = [one.due for one in self._pending if one.thread.startswith(prefix) and not one.cancelled]
            return min(mine, default=None) if prefix else None

    def advance(self, seconds: float) -> None:
        """Move the desk and the adapter forward together; timers are called on the way, each at its time."""
        with self._advancing:
            self.pass_barriers()
            target = self._now + seconds
            while self._now < target or self._is_due(target):
                self._move_to(min(target, self.next_due() or target))
                self._call_due()
            self.pass_barriers()

    def pass_barriers(self) -> None:
        """Wait until adapters in processes of their own have told what they did up to now."""
        for barrier in tuple(self.barriers):
            barrier()

    def advance_patiently(self, seconds: float) -> None:
        """Move from timer to timer, and give who waits the time (wall) to act on each and to wait for the next."""
        target = self._now + seconds
        while (left := target - self._now) > 0:
            self._await_timers(1)
            waiting, due = len(self.timers()), self.next_due()
            self.advance(left if due is None else min(left, max(due - self._now, 0.0)))
            self._await_timers(waiting)

    def _await_timers(self, count: int) -> None:
        """Give threads the time (wall) to wait for something, until so many timers and waits are pending."""
        with self._added:
            self._added.wait_for(lambda: self._count() >= count, REACTION_SECONDS)

    def _count(self) -> int:
        return sum(not one.cancelled for one in self._pending)

    def _is_due(self, target: float) -> bool:
        due = self.next_due()
        return due is not None and due <= target

    def _move_to(self, moment: float) -> None:
        if moment > self._now:
            self._driver.advance(moment - self._now)
            self._now = moment

    def _call_due(self) -> None:
        while (due := self.next_due()) is not None and due <= self._now:
            with self._lock:
                pending = heapq.heappop(self._pending)
            if pending.function is not None and not pending.cancelled:
                pending.function()


class WallClock:
    """Time that runs by itself, for a desk whose clock cannot be moved: ``speed`` times as fast as the wall's.

    ``began`` is the desk's time at the beginning; without it, the wall's.
    """

    def __init__(self, speed: float = 1.0, began: float | None = None) -> None:
        self.speed = speed
        self._began = time.time() if began is None else began
        self._origin = time.monotonic()

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._began + (time.monotonic() - self._origin) * self.speed

    def wait(self, event: WaitableEvent, seconds: float) -> bool:
        """Wait until ``event`` is set, at most ``seconds`` of this clock."""
        return event.wait(seconds / self.speed)

    def call_later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` after ``seconds`` in a thread of its own."""
        timer = threading.Timer(max(0.0, seconds / self.speed), function)
        timer.daemon = True
        timer.name = f"contracts-timer-{timer.name}"
        timer.start()
        return timer

    def timers(self) -> list[str]:
        """Return nothing: what runs on the wall's time cannot be told."""
        return []
