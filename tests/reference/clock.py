"""A clock for tests: it moves by command, and takes the desk along."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from contracts.adapter import Timer, WaitableEvent
from tests.reference.host import PATIENCE


@dataclass
class _Call:
    due: float
    function: Callable[[], None] | None
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class ManualClock:
    """A clock that moves by command, alone or together with a desk's. Timers run inside :meth:`advance`."""

    def __init__(self, move_desk: Callable[[float], None] | None = None) -> None:
        self._changed = threading.Condition()
        self._now = 1_700_000_000.0
        self._calls: list[_Call] = []
        self._move_desk = move_desk
        self._tick = threading.Event()  # never set
        self.latency = 0.001

    def now(self) -> float:
        """Return the present time."""
        return self._now

    def call_later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` inside the advance that reaches its time."""
        return self._add(seconds, function)

    def wait(self, event: WaitableEvent, seconds: float) -> bool:
        """Wait until ``event`` is set or the time has gone by."""
        call = self._add(seconds, None)
        try:
            while self._now < call.due and not event.is_set():
                self._tick.wait(self.latency)
            return event.is_set()
        finally:
            call.cancel()

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``; what falls due on the way is called at its time."""
        target = self._now + seconds
        while (call := self._next(target)) is not None:
            self._move_to(call.due)
            call.cancelled = True
            if call.function is not None:
                call.function()
        self._move_to(target)

    def pending(self) -> list[float]:
        """Return in how many seconds each timer and each wait falls due."""
        with self._changed:
            return sorted(call.due - self._now for call in self._calls if not call.cancelled)

    def await_wait(self, seconds: float) -> None:
        """Wait until somebody waits for ``seconds``, give or take a little."""

        def waits() -> bool:
            return any(abs(due - seconds) < 0.01 for due in self.pending())

        with self._changed:
            came = self._changed.wait_for(waits, PATIENCE)
        assert came, f"nobody waits for {seconds} s, but for {self.pending()}"

    def _add(self, seconds: float, function: Callable[[], None] | None) -> _Call:
        with self._changed:
            call = _Call(self._now + max(0.0, seconds), function)
            self._calls = [known for known in self._calls if not known.cancelled] + [call]
            self._changed.notify_all()
            return call

    def _next(self, target: float) -> _Call | None:
        with self._changed:
            due = [call for call in self._calls if not call.cancelled and call.due <= target]
            return min(due, key=lambda call: call.due, default=None)

    def _move_to(self, moment: float) -> None:
        if self._move_desk is not None and moment > self._now:
            self._move_desk(moment - self._now)
        self._now = max(self._now, moment)
