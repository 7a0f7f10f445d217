"""One page in a visitor's browser: what an adapter instance may use, until the page is reloaded.

A browser ends the code of a page that goes away. Threads of this process cannot be ended, so the old instance lives on
as a ghost: whatever it calls on its page's clock or on the host raises :class:`PageGone`, and its timers never fire.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from contracts.adapter import Clock, Timer, WaitableEvent

LOOK_SECONDS = 0.02
"""How often (wall) a thread that waits looks whether its page is still there."""

P = ParamSpec("P")
R = TypeVar("R")


class PageGone(SystemExit):
    """The page of this adapter instance is gone, and its code should be, too.

    No error of the adapter: a thread ends of it as quietly as of any ``SystemExit``.
    """


class Page:
    """One page with one adapter instance."""

    def __init__(self, clock: Clock) -> None:
        self.gone = False
        self.clock = PageClock(clock, self)

    def check(self) -> None:
        """Let the code of a page that is there go on.

        Raises:
            PageGone: the page is gone.
        """
        if self.gone:
            raise PageGone("the page was reloaded")

    def guarded(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return ``function``, which only code of a page that is there can call."""

        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            self.check()
            return function(*args, **kwargs)

        return call

    def leave(self) -> None:
        """The page goes away, with its timers and everything that waits."""
        self.gone = True
        self.clock.cancel_all()


class PageClock:
    """The run's clock as one page sees it. Once the page is gone, every use raises :class:`PageGone`."""

    def __init__(self, clock: Clock, page: Page) -> None:
        self.underlying = clock
        self.used = False
        self._page = page
        self._timers: set[PageTimer] = set()
        self._lock = threading.Lock()

    def now(self) -> float:
        """See :class:`contracts.adapter.Clock`."""
        self._page.check()
        return self.underlying.now()

    def wait(self, event: WaitableEvent, seconds: float) -> bool:
        """See :class:`contracts.adapter.Clock`."""
        self._page.check()
        self.used = True
        came = self.underlying.wait(_EventOrEnd(event, self._page), seconds)
        self._page.check()
        return came

    def call_later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """See :class:`contracts.adapter.Clock`."""
        self._page.check()
        self.used = True
        timer = PageTimer(self, function)
        with self._lock:
            self._timers.add(timer)
        timer.underlying = self.underlying.call_later(seconds, timer.fire)
        return timer

    def forget(self, timer: PageTimer) -> bool:
        """Take a timer off the list; return whether it was on it."""
        with self._lock:
            known = timer in self._timers
            self._timers.discard(timer)
            return known

    def cancel_all(self) -> None:
        """Give up every timer that is pending."""
        with self._lock:
            timers = list(self._timers)
        for timer in timers:
            timer.cancel()


class PageTimer:
    """A timer of one page."""

    def __init__(self, clock: PageClock, function: Callable[[], None]) -> None:
        self.underlying: Timer | None = None
        self.fire = functools.wraps(function)(functools.partial(self._fire, function))
        self._clock = clock

    def _fire(self, function: Callable[[], None]) -> None:
        if self._clock.forget(self):
            function()

    def cancel(self) -> None:
        """Give the timer up; harmless when it has fired."""
        self._clock.forget(self)
        if self.underlying is not None:
            self.underlying.cancel()


class _EventOrEnd:
    """Happens when the event happens, or when the page goes away."""

    def __init__(self, event: WaitableEvent, page: Page) -> None:
        self._event = event
        self._page = page

    def is_set(self) -> bool:
        return self._page.gone or self._event.is_set()

    def set(self) -> None:
        self._event.set()

    def wait(self, timeout: float | None = None) -> bool:
        end = None if timeout is None else time.monotonic() + timeout
        while not self._event.wait(self._next_look(end)):
            if self._page.gone:
                return True
            if end is not None and time.monotonic() >= end:
                return False
        return True

    def _next_look(self, end: float | None) -> float:
        return LOOK_SECONDS if end is None else min(LOOK_SECONDS, max(0.0, end - time.monotonic()))
