"""Faulty desks whose events come late, twice under one position, or not at all."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

from mockdesk.core.errors import UnknownPosition
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import Fault, FaultyDesk, FaultyHere, desk_where
from tests.suite.defects.messages_desk import each_event, told_as


def positions_begin_again(desk: Any) -> None:
    """After four events the positions begin again."""

    def again(envelope: dict[str, Any]) -> None:
        envelope["seq"] = (envelope["seq"] - 1) % 4 + 1

    each_event(desk, again)


def positions_of_the_connection(desk: Any) -> None:
    """Whoever reads gets positions that are counted for this reading."""
    events_after, number = desk.events_after, count(1)

    def renumbered(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        return tuple(told_as(event, lambda told: told.update(seq=next(number))) for event in found)

    desk.events_after = renumbered


def no_positions(desk: Any) -> None:
    """Events have no position."""
    each_event(desk, lambda envelope: envelope.pop("seq"))


def only_the_last(desk: Any) -> None:
    """Whoever reads from the beginning gets the last event only."""
    events_after = desk.events_after

    def last(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        return found[-1:] if after == 0 else found

    desk.events_after = last


def nothing_from_before(desk: Any) -> None:
    """Whoever reads from the beginning gets nothing of what has happened."""
    events_after = desk.events_after
    desk.events_after = lambda conversation_id, after=0: events_after(conversation_id, after) if after else ()


def what_is_read_is_gone(desk: Any) -> None:
    """Events that were read once are not kept; who asks for them is told that the position is not known."""
    events_after, read = desk.events_after, defaultdict(int)

    def gone(conversation_id: str, after: int = 0) -> Any:
        if after < read[conversation_id]:
            raise UnknownPosition(f"position {after} is not known any more")
        found = events_after(conversation_id, after)
        read[conversation_id] = after
        return found

    desk.events_after = gone


class SlowDriver(FaultyHere):
    """A driver of desks whose events take four seconds to come."""

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make a slow desk the present one."""
        told = super().new_desk(settings)
        self.inject({"kind": "delay_events", "seconds": 4.0, "nth": 1, "count": None})
        return told


def leaves_before_the_last_words(desk: Any) -> None:
    """Where words and a leaving come together, the leaving is told first."""
    events_after = desk.events_after

    def swapped(conversation_id: str, after: int = 0) -> Any:
        found = list(events_after(conversation_id, after))
        for place in range(len(found) - 1):
            said, left = found[place], found[place + 1]
            if (said.type, left.type) == ("message.created", "agent.left"):
                found[place], found[place + 1] = _as(left, said.seq), _as(said, left.seq)
        return tuple(found)

    desk.events_after = swapped


def _as(event: Any, seq: int) -> Any:
    return type(event)(seq, event.time, event.body)


DESKS = (
    Defect("desk_counts_to_four", "ORD-03", "positions begin again", desk=desk_where(positions_begin_again)),
    Defect("desk_counts_readings", "ORD-03", "positions change", desk=desk_where(positions_of_the_connection)),
    Defect("desk_without_positions", "ORD-03", "events have no position", desk=desk_where(no_positions)),
    Defect("desk_gives_the_last", "ORD-06", "only the last event is kept", "B1", desk=desk_where(only_the_last)),
    Defect("desk_gives_nothing", "ORD-06", "events are gone once sent", "B28", desk=desk_where(nothing_from_before)),
    Defect("desk_forgets_read", "ORD-06", "what was read is gone", "B1", desk=desk_where(what_is_read_is_gone)),
    Defect("desk_is_slow", "ORD-07", "events take four seconds", desk=FaultyDesk(Fault(), SlowDriver)),
    Defect("desk_swaps", "ORD-08", "leaving before last words", desk=desk_where(leaves_before_the_last_words)),
)
