"""A conversation's events, with positions, retention and replay."""

from __future__ import annotations

from collections.abc import Iterable

from mockdesk.core.bounded import keep_latest
from mockdesk.core.errors import UnknownPosition
from mockdesk.core.events import Event, EventBody


class EventLog:
    """Events in order; positions start at 1 and grow by one. Only the newest ``retention`` events are kept."""

    def __init__(self, retention: int = 10_000) -> None:
        self._events: list[Event] = []
        self._retention = retention
        self.last_seq = 0

    @classmethod
    def of(cls, events: Iterable[Event], last_seq: int, retention: int) -> EventLog:
        """Return a log that goes on after ``last_seq``; ``events`` are those that were kept, oldest first."""
        log = cls(retention)
        log._events.extend(events)
        del log._events[:-retention]
        log.last_seq = last_seq
        return log

    @property
    def next_seq(self) -> int:
        """The position of the event to come."""
        return self.last_seq + 1

    @property
    def first_seq(self) -> int:
        """The oldest position that is kept; ``next_seq`` while there is none."""
        return self.next_seq - len(self._events)

    @property
    def is_full(self) -> bool:
        """Whether the next event drops the oldest one."""
        return len(self._events) == self._retention

    def append(self, time: float, body: EventBody) -> Event:
        """Add an event; the oldest one is dropped when the retention is reached."""
        self.last_seq = seq = self.last_seq + 1
        event = Event(seq, time, body)
        keep_latest(self._events, event, self._retention)
        return event

    def after(self, position: int) -> tuple[Event, ...]:
        """Return exactly the events later than ``position`` (0: all).

        Raises:
            UnknownPosition: the position is ahead of the log, negative, or events after it are no longer kept.
        """
        if not self.first_seq - 1 <= position <= self.last_seq:
            raise UnknownPosition(
                f"position {position} is not known; events {self.first_seq} to {self.last_seq} are kept"
            )
        return self.tail(position)

    def tail(self, position: int) -> tuple[Event, ...]:
        """Return what is kept of the events later than ``position``; never refuses."""
        if position == self.last_seq - 1 and self._events:
            return (self._events[-1],)  # what an act mostly causes, for a fraction of the time
        return tuple(self._events[max(0, position + len(self._events) - self.last_seq) :])

    def newest(self) -> Event:
        """Return the last event.

        Raises:
            IndexError: there was none yet.
        """
        return self._events[-1]

    def __len__(self) -> int:
        return len(self._events)
