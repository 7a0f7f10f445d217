"""The control stream: one reader's place in a desk's journal, and what it knows of the desk's state.

A reader is told three kinds of events and one last:

- ``begin``: which journal this is, from which position it is told, and how many of the wanted entries are gone;
- ``journal``: one entry;
- ``state``: the parts that have changed since the last one; the first one holds all. What is a part is always told as a
  whole, so that a reader replaces and never has to compute. Of the conversations those are told that have changed;
- ``end``: the desk was ``reset`` or has ``stopped``.

A reset and a restart begin a journal anew. Its name is part of each position, so that nobody goes on in another one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from mockdesk.core.errors import FieldError, InvalidRequest, RateLimited
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.server.durable import StoreFailed
from mockdesk.server.host import DeskHost
from mockdesk.server.snapshot import PARTS, parts_of, summaries_of
from mockdesk.server.waiting import entry_data

MOST_ENTRIES_AT_ONCE = 500
"""How many entries are copied while the desk's lock is held."""

LOOK_SECONDS = 0.5
"""How often (wall) a reader looks for what changes without a word, such as a fault whose time is over."""

_POSITION = re.compile(r"(?:([0-9a-f]{8}):)?([0-9]{1,15})")


@lazy_dataclass(frozen=True)
class StreamEvent:
    """One event of the stream; ``id`` is where to go on after it, with journal entries only."""

    name: str
    data: Mapping[str, Any]
    id: str | None = None

    def to_data(self) -> dict[str, Any]:
        """Return the event in built-in values."""
        return {"event": self.name, "id": self.id, "data": dict(self.data)}


def read_position(text: str) -> tuple[str | None, int]:
    """Return the journal's name, if it is told, and the position in it.

    Raises:
        InvalidRequest: it is neither ``17`` nor ``3f2a99c0:17``.
    """
    found = _POSITION.fullmatch(text)
    if found is None:
        errors = [FieldError("/after", "must be a position, or an id of this stream")]
        raise InvalidRequest(f"{text!r} is no position of a journal", errors)
    return found[1], int(found[2])


class Watch:
    """One reader's place. Its methods take the desk's lock; nobody waits for a reader."""

    def __init__(self, host: DeskHost, after: str = "0", kinds: Collection[str] | None = None) -> None:
        """Begin after a position.

        Raises:
            InvalidRequest: it is no position.
            RateLimited: there are very many readers already.
        """
        journal, position = read_position(after)
        with host.lock:
            if len(host.watches) >= host.settings.limits.control_streams:
                raise RateLimited("the control stream has as many readers as it bears")
            self.host = host
            self._journal = host.journal_id
            self._kinds = kinds
            self.position = position if journal in (None, self._journal) else 0
            self._known: dict[str, Any] = {}
            self._changed: set[str] = set()
            self._seen = -1
            self._begun = False
            self._told_all = False
            self.ended = False
            host.watches.add(self)

    def close(self) -> None:
        """Make room for another reader; harmless when it was closed before."""
        with self.host.lock:
            self.host.watches.discard(self)

    def lag(self) -> int:
        """Return how many entries were not told yet."""
        with self.host.lock:
            return self.host.desk.journal.last_position - self.position

    def set_stalled(self, stalled: bool) -> None:
        """Do nothing: the desk waits for no reader of this stream."""

    def take(self, seconds: float = LOOK_SECONDS) -> list[StreamEvent]:
        """Return what there is to tell, after waiting (wall seconds) for it if there is nothing yet."""
        with self.host.lock:
            if not self._has_news():
                self.host.changed.wait(seconds)
            self._seen = self.host.changes
            news, ticket = list(self._news()), self.host.durable.ticket()
        try:
            ticket.wait()  # nobody is told what a restart would not know
        except StoreFailed:
            self.ended = True
            return []
        return news

    def _has_news(self) -> bool:
        return self._seen != self.host.changes or self._is_over() or self._is_behind()

    def _is_behind(self) -> bool:
        return self.host.desk.journal.last_position > self.position

    def _is_over(self) -> bool:
        return self.host.stopping or self.host.journal_id != self._journal

    def _news(self) -> Iterator[StreamEvent]:
        if self._is_over():
            self.ended = True
            yield StreamEvent("end", {"reason": "stopped" if self.host.stopping else "reset"})
            return
        if not self._begun:
            self._begun = True
            yield StreamEvent("begin", self._beginning())
        yield from self._entries()
        if not self._is_behind():
            yield from self._state()

    def _beginning(self) -> dict[str, Any]:
        missed = self.host.desk.journal.read(self.position).missed
        return {"journal": self._journal, "after": self.position, "missed": missed, "desk": self.host.name}

    def _entries(self) -> Iterator[StreamEvent]:
        for entry in self.host.desk.journal.following(self.position, MOST_ENTRIES_AT_ONCE):
            if entry.conversation_id is not None:
                self._changed.add(entry.conversation_id)
            if self._told_all and entry.position > self.position + 1:
                self._told_all = False  # entries were dropped: nobody knows what they would have told
            self.position = entry.position
            if self._kinds is None or entry.kind in self._kinds:
                yield StreamEvent("journal", entry_data(entry), f"{self._journal}:{entry.position}")

    def _state(self) -> Iterator[StreamEvent]:
        parts = parts_of(self.host)
        told: dict[str, Any] = {name: parts[name] for name in PARTS if not self._knows(name, parts[name])}
        if self._changed or not self._told_all:
            told["conversations"] = summaries_of(self.host, sorted(self._changed) if self._told_all else None)
        told["complete"] = not self._told_all
        self._changed.clear()
        self._told_all = True
        if len(told) > 1:
            yield StreamEvent("state", told)

    def _knows(self, name: str, part: Any) -> bool:
        """Tell whether a part was told already; the time of a clock that runs is no news."""
        key = {**part, "now": None, "time": None} if name == "clock" and part["speed"] is not None else part
        known = self._told_all and self._known.get(name) == key
        self._known[name] = key
        return known


def watch_events(
    host: DeskHost, after: str, kinds: Collection[str] | None, quiet_seconds: float | None
) -> Iterator[dict[str, Any]]:
    """Give the events of a desk in this process until the end, or until it was quiet for so long (wall)."""
    watch, quiet_since = Watch(host, after, kinds), time.monotonic()
    try:
        while not watch.ended:
            events = watch.take(LOOK_SECONDS if quiet_seconds is None else min(LOOK_SECONDS, quiet_seconds))
            yield from (event.to_data() for event in events)
            now = time.monotonic()
            quiet_since = now if events else quiet_since
            if quiet_seconds is not None and now - quiet_since >= quiet_seconds:
                return
    finally:
        watch.close()
