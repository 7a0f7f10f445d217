"""How fast a script goes: how many steps at one instant, and the waits that it draws."""

from __future__ import annotations

from functools import cached_property
from random import Random

from mockdesk.core.script_place import SavedPace

STEPS_AT_ONE_INSTANT = 1000
ONE_INSTANT_SECONDS = 0.001
"""Times closer than this are one instant: a loop of tiny waits is a loop."""


class Pace:
    """Counts the steps since something came or time went by. ``instant`` is when the last wait ended, if any did."""

    def __init__(self) -> None:
        self.instant: float | None = None
        self.steps = 0

    def saved(self) -> SavedPace:
        """Return the count as values."""
        return SavedPace(self.instant, self.steps)

    def go_on(self, saved: SavedPace) -> None:
        """Go on with a count."""
        self.instant, self.steps = saved.instant, saved.steps

    def begin(self) -> None:
        """Count anew: something has come."""
        self.steps = 0

    def pass_time(self, now: float) -> None:
        """Count anew, if it is later than the last instant."""
        if self.instant is None or now >= self.instant + ONE_INSTANT_SECONDS:
            self.instant, self.steps = now, 0

    def step(self) -> bool:
        """Count a step; return whether it is one too many."""
        self.steps += 1
        return self.steps > STEPS_AT_ONE_INSTANT


class Draws:
    """Draws waits, and counts them: a seeded random that has drawn as often goes on in the same way.

    The random is made at the first draw: it takes 10 µs and 2.5 KB, and few scripts draw.
    """

    def __init__(self, seed: str | None) -> None:
        """Begin with a seed; ``None``: nobody can tell what is drawn."""
        self._seed = seed
        self.made = 0

    @cached_property
    def _random(self) -> Random:
        return Random(self._seed)

    def uniform(self, low: float, high: float) -> float:
        """Return a number between two."""
        self.made += 1
        return self._random.uniform(low, high)

    def skip(self, count: int) -> None:
        """Draw some for nothing."""
        for _ in range(count):
            self.uniform(0.0, 1.0)
