"""Who waits in a queue, and who is told how the line moves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

EVERY_PLACE_UP_TO = 20
"""So near to the front, everybody is told of every step."""

ROUND_NUMBERS = (1, 2, 5)
"""Farther back, whoever comes to 1, 2 or 5 times a power of ten is told: in a line of ten thousand a departure is news
for thirty people and not for all."""


class WaitingLine:
    """The ids in a queue, first come first served. Each is found by a ticket that grows, so a place costs a search."""

    def __init__(self) -> None:
        self._last = 0
        self._tickets: list[int] = []
        self._ids: list[str] = []
        self._ticket_of: dict[str, int] = {}

    def join(self, conversation_id: str, ticket: int = 0) -> None:
        """Stand at the end; with the ``ticket`` of before, if that is later than everybody's."""
        self._last = ticket = max(ticket, self._last + 1)
        self._ticket_of[conversation_id] = ticket
        self._tickets.append(ticket)
        self._ids.append(conversation_id)

    def leave(self, conversation_id: str) -> int | None:
        """Go; return the place that became free, ``None`` when it stood not here."""
        ticket = self._ticket_of.pop(conversation_id, None)
        if ticket is None:
            return None
        index = bisect_left(self._tickets, ticket)
        del self._tickets[index], self._ids[index]
        return index + 1

    def place(self, conversation_id: str) -> int | None:
        """Return the place, 1 for the first; ``None`` for whoever stands not here."""
        ticket = self._ticket_of.get(conversation_id)
        return None if ticket is None else bisect_left(self._tickets, ticket) + 1

    def ticket(self, conversation_id: str) -> int | None:
        """Return the ticket by which it is found, ``None`` for whoever stands not here."""
        return self._ticket_of.get(conversation_id)

    def to_be_told(self, gap: int) -> list[tuple[int, str]]:
        """Return, front first, who is told that everybody from place ``gap`` on has moved up by one, and the place."""
        return [(place, self._ids[place - 1]) for place in _told_places(gap, len(self._ids))]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._ids))

    def __contains__(self, conversation_id: object) -> bool:
        return conversation_id in self._ticket_of

    def __len__(self) -> int:
        return len(self._ids)


def _told_places(first: int, last: int) -> Iterator[int]:
    yield from range(first, min(last, EVERY_PLACE_UP_TO) + 1)
    power = 10
    while power <= last:
        for digit in ROUND_NUMBERS:
            place = digit * power
            if max(first, EVERY_PLACE_UP_TO + 1) <= place <= last:
                yield place
        power *= 10
