"""Whose time a run takes: the suite's virtual time, the desk's running faster than the wall's, or the wall's.

What the adapter makes of time (:class:`Takes`) and which clocks the driver's desks can have decide it, once for a
verification; the report says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SPEED = 5.0
"""How many of the desk's seconds go by in one of the wall's when time is scaled. More would make a delay of the machine
look like a delay of the adapter."""
AFTERMATH_SECONDS = 30.0
"""How long (desk's time) a run goes on after the last end, so that forgotten timers show (LIF-06)."""
SHORT_AFTERMATH = 0.25
"""The same in wall seconds, where time cannot be moved."""
LONGEST_WAIT = 8.0
"""So many wall seconds a step of time may take where time cannot be moved; a longer one is left out."""


class Takes(StrEnum):
    """What an adapter makes of time: it takes the suite's clock, it scales its durations, or neither."""

    SUITE = "suite"
    SCALED = "scaled"
    REAL = "real"


class Kind(StrEnum):
    """What time is like in a run."""

    VIRTUAL = "virtual"
    SCALED = "scaled"
    REAL = "real"


@dataclass(frozen=True)
class Time:
    """The time of a verification. ``speed``: seconds of the desk in one of the wall, where it runs.

    ``desk_clock`` is what the driver is asked for, ``None`` for what it makes by itself.
    """

    kind: Kind
    why: str
    speed: float = 1.0
    desk_clock: Mapping[str, Any] | None = None

    @property
    def aftermath(self) -> float:
        """For how many seconds of the desk's time a run goes on after the last end."""
        return AFTERMATH_SECONDS if self.kind is Kind.VIRTUAL else SHORT_AFTERMATH * self.speed

    def to_json(self) -> dict[str, Any]:
        """Return what the report says of it."""
        return {"kind": self.kind.value, "speed": self.speed, "aftermath_seconds": self.aftermath, "why": self.why}

    def sentence(self) -> str:
        """Return the line of the report."""
        how = f", {self.speed:g} times as fast as the wall's" if self.kind is Kind.SCALED else ""
        short = f"; {self.aftermath:g} s go by after a run, not {AFTERMATH_SECONDS:g}"
        return f"time: {self.kind.value}{how} ({self.why}){'' if self.kind is Kind.VIRTUAL else short}"


def time_for(takes: Takes, driver: Mapping[str, Any]) -> Time:
    """Return the time of runs of an adapter that takes time so, with a driver that describes itself so."""
    clocks = driver.get("clocks") or [driver.get("clock")]
    if takes is Takes.SUITE:
        if "virtual" in clocks:
            return Time(Kind.VIRTUAL, "the subject takes the suite's clock")
        return Time(Kind.REAL, "the desk's clock cannot be moved")
    if takes is Takes.SCALED and "scaled" in clocks:
        clock = {"kind": "scaled", "speed": SPEED}
        return Time(Kind.SCALED, "the adapter scales its durations, and does not take the suite's clock", SPEED, clock)
    why = "the adapter does not take the suite's clock"
    if takes is Takes.SCALED:
        why += ", and the desk's clock cannot run faster"
    return Time(Kind.REAL, why, desk_clock={"kind": "system"} if "system" in clocks else None)
