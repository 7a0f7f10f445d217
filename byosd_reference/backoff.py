"""How long to wait before the next attempt, and when to stop trying."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, repeat


class Outage:
    """A time without a connection. Attempts come at once, then after 0.5, 1, 2, 4, 8, 8 ... seconds, within a limit."""

    LONGEST_DELAY = 8.0

    def __init__(self, now: Callable[[], float], limit_seconds: float) -> None:
        self._now = now
        self._ends_at = now() + limit_seconds
        self._delays = chain((0.0, 0.5, 1.0, 2.0, 4.0), repeat(self.LONGEST_DELAY))
        self._not_before = 0.0

    def over(self) -> bool:
        """Tell whether the limit is reached."""
        return self._now() >= self._ends_at

    def next_delay(self) -> float:
        """Return the seconds until the next attempt; the last attempt is at the limit."""
        now = self._now()
        delay = max(next(self._delays), self._not_before - now)
        return max(0.0, min(delay, self._ends_at - now))

    def postpone(self, seconds: float | None) -> None:
        """Take note that the desk asks to be left alone for ``seconds``."""
        if seconds is not None:
            self._not_before = self._now() + seconds
