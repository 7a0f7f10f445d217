"""How long a run waits for what should come. Only a faulty subject pays a deadline, and it should not pay it for ever.

The first misses of a kind of thing are waited for in full; after that the verdict on it is clear, and a whole
verification of a subject that never does it stays short.
"""

from __future__ import annotations

from collections import Counter

FULL_WAITS = 2
"""How often something that does not come is waited for in full."""


class Deadlines:
    """The wall-clock deadlines of one verification; shared by its sessions."""

    def __init__(self) -> None:
        self._missed: Counter[str] = Counter()

    def of(self, kind: str, full: float, later: float) -> float:
        """Return the wall seconds to wait for ``kind``: ``full``, or ``later`` once it was missed often enough."""
        return full if self._missed[kind] < FULL_WAITS else min(full, later)

    def note(self, kind: str, came: bool) -> bool:
        """Take note of whether something came in time; return that."""
        self._missed[kind] += not came
        return came
