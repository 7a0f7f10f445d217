"""No desk at all (``--desk none``): for an integration whose agents are simulated in the page by timers.

Time is virtual, as the page's timers are the suite's. What the desk has, and what its agents do, is known to nobody:
what rests on that is skipped, and the calls, callbacks, timers and errors of the integration are judged.
"""

from __future__ import annotations

from typing import Any

from contracts.driver_kit import DriverBase

NAME = "none"
START = 1704067200.0
"""The time at which a run begins: 2024-01-01T00:00:00Z, as at the mock."""


class NoDesk(DriverBase):
    """The driver of no desk. Its clock moves by command, and nothing else does."""

    name = NAME

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9")  # the discard port: nobody answers an integration that asks all the same
        self._now = START

    def describe(self) -> dict[str, Any]:
        """Return what there is: time."""
        return {
            "name": NAME,
            "operations": ["new_desk", "advance"],
            "actions": [],
            "faults": [],
            "clock": "virtual",
            "truth": [],
            "positions": "own",
            "settings": False,
        }

    def now(self) -> float:
        """Return the run's time in seconds since the epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self._now += seconds
