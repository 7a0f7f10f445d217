"""Where a script stands in one conversation, as values: what a store keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from mockdesk.core.clock import Timer
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class SavedTimer:
    """A timer: when it is due (seconds since the epoch), and its place among those that are due then."""

    due: float
    order: int


def saved_timer(timer: Timer | None) -> SavedTimer | None:
    """Return a timer as values."""
    return None if timer is None else SavedTimer(timer.due, timer.order)


class TimersToSet:
    """Timers of a desk that comes back: they are set together, in the order that they had."""

    def __init__(self) -> None:
        self._timers: list[tuple[float, int, Callable[[float], None]]] = []

    def add(self, timer: SavedTimer, set_timer: Callable[[float], None]) -> None:
        """Let ``set_timer`` be called with the time when it is due."""
        self._timers.append((timer.due, timer.order, set_timer))

    def set_all(self) -> None:
        """Set them."""
        for due, _, set_timer in sorted(self._timers, key=lambda timer: timer[:2]):
            set_timer(due)
        self._timers.clear()


OccasionName = Literal["started", "message", "typing", "read", "idle", "signal", "ended"]


@lazy_dataclass(frozen=True)
class SavedOccasion:
    """Something that waits for its turn; the fields are those of ``Came``, with the trigger's name."""

    name: OccasionName
    text: str = ""
    number: int = 0
    rule: int | None = None


@lazy_dataclass(frozen=True)
class SavedRule:
    """The rule that is played, by its place in the script, and how many of its steps were done."""

    index: int
    yielded: int


@lazy_dataclass(frozen=True)
class SavedWait:
    """A wait: for how many messages more, and until when."""

    messages_left: int
    timer: SavedTimer | None


@lazy_dataclass(frozen=True)
class SavedPace:
    """When the last wait ended, ``None`` before the first, and how many steps were done since."""

    instant: float | None
    steps: int


@lazy_dataclass(frozen=True)
class SavedPlace:
    """Where a script stands. ``script`` is its key; ``number`` counts the conversations of its player, ``draws`` the
    waits that were drawn: a seeded random is found again by both. ``said`` is the user's message that the script is at,
    and its number. ``idle`` are the timers of the idle rules, by their places in the script."""

    script: str | None
    number: int
    received: int
    draws: int
    said: tuple[str, int]
    inbox: tuple[SavedOccasion, ...]
    used: tuple[int, ...]
    rule: SavedRule | None
    wait: SavedWait | None
    idle: tuple[tuple[int, SavedTimer], ...]
    stopped: bool
    pace: SavedPace
