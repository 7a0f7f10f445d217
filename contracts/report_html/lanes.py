"""The picture's parts: four lanes from the user to the agent, and what is drawn between them in one row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Lane(IntEnum):
    """The lanes, from left to right. Of a desk as the subject the second one is the suite's own client."""

    USER = 0
    ADAPTER = 1
    DESK = 2
    AGENT = 3

    @property
    def x(self) -> str:
        """Where the lane's line stands, in percent of the picture's width."""
        return f"{12.5 + 25 * self}%"


@dataclass(frozen=True)
class Arrow:
    """An arrow between two lanes. ``kind``: ``call``, ``return``, ``event`` (of the desk) or ``bad`` (refused)."""

    start: Lane
    end: Lane
    kind: str = "call"


@dataclass(frozen=True)
class Bar:
    """A part of a call that is under way: beside its lane's line, in ``slot`` 0, 1 ... when several are.

    ``part``: the row in which it is ``first``, ``last``, or goes ``on``.
    """

    lane: Lane
    slot: int
    part: str

    @property
    def shift(self) -> int:
        """By how many pixels it stands beside the lane's line."""
        return self.slot * 6 - 3


@dataclass(frozen=True)
class Row:
    """One row of the picture.

    ``what`` and ``details`` are its text; ``tone`` its colour: ``user``, ``callback``, ``desk``, ``wire``, ``suite``,
    ``clock`` or ``bad``; ``dot`` marks a lane, ``cut`` the connection between adapter and desk; ``call`` and
    ``outcome`` are the indices of the rows at the other end of a call; ``gap`` the seconds since the row before.
    """

    index: int
    time: float
    what: str
    details: str = ""
    tone: str = "suite"
    chat: str = ""
    arrows: tuple[Arrow, ...] = ()
    dot: Lane | None = None
    cut: bool = False
    call: int | None = None
    outcome: int | None = None
    bars: tuple[Bar, ...] = ()
    gap: float = 0.0
    violation: bool = False

    @property
    def who(self) -> str:
        """Who speaks to whom, in words."""
        if not self.arrows:
            return ""
        first, last = self.arrows[0].start, self.arrows[-1].end
        return f"{first.name.lower()} to {last.name.lower()}" if first != last else f"{first.name.lower()} and desk"
