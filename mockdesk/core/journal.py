"""The journal: what came in, what the desk did and what went out, in one order, with what caused what.

It is bounded. It counts what it dropped, and whoever reads from a position is told how much of it is missing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from mockdesk.core.limits import DeskLimits
from mockdesk.core.timestamps import rfc3339
from mockdesk.core.weight import ENTRY_BYTES, weight_of
from mockdesk.lazy_dataclass import lazy_dataclass

JournalKind = Literal[
    "request",
    "response",
    "frame.in",
    "frame.out",
    "stream.open",
    "stream.close",
    "command",
    "event",
    "script",
    "fault",
    "near_miss",
]
JOURNAL_KINDS: tuple[str, ...] = get_args(JournalKind)


Told: TypeAlias = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""What an entry says, or how to say it: most entries are dropped before anybody has read them."""


class JournalEntry:
    """One entry; ``cause`` is the position of the entry that led to it, ``size`` what it takes (bytes, estimated).
    Nobody changes it."""

    __slots__ = ("_told", "cause", "conversation_id", "kind", "position", "size", "time")

    def __init__(
        self,
        position: int,
        time: float,
        kind: JournalKind,
        conversation_id: str | None = None,
        told: Told = MappingProxyType({}),
        cause: int | None = None,
        size: int = ENTRY_BYTES,
    ) -> None:
        self.position = position
        self.time = time
        self.kind = kind
        self.conversation_id = conversation_id
        self.cause = cause
        self.size = size
        self._told = told

    @property
    def data(self) -> Mapping[str, Any]:
        """What the entry says."""
        if not isinstance(self._told, Mapping):
            self._told = self._told()
        return self._told

    def to_data(self) -> dict[str, Any]:
        """Return the shape of the control API."""
        return {
            "position": self.position,
            "time": rfc3339(self.time),
            "kind": self.kind,
            "conversation_id": self.conversation_id,
            "data": dict(self.data),
            "cause": self.cause,
        }


@lazy_dataclass(frozen=True)
class JournalPage:
    """What was read: the entries, how many of the asked for were dropped before, and the newest position."""

    entries: tuple[JournalEntry, ...]
    missed: int
    last_position: int

    def to_data(self) -> dict[str, Any]:
        """Return the shape of the control API."""
        entries = [entry.to_data() for entry in self.entries]
        return {"entries": entries, "missed": self.missed, "last_position": self.last_position}


class Journal:
    """Entries in order; positions start at 1. Only the newest ``limit`` entries are kept, and of those as many as take
    ``most_bytes``. Entries hold no token."""

    def __init__(
        self,
        limit: int = 10_000,
        now: Callable[[], float] = lambda: 0.0,
        most_bytes: int = DeskLimits().journal_bytes,
    ) -> None:
        self._entries: deque[JournalEntry] = deque()
        self._limit = limit
        self._most_bytes = most_bytes
        self._bytes = 0
        self._now = now
        self.cause: int | None = None
        """What new entries are put down to, unless they name a cause. An attribute: an event sets it ten times."""
        self.last_position = 0

    @property
    def dropped(self) -> int:
        """How many entries are no longer kept."""
        return self.last_position - len(self._entries)

    def add(
        self,
        kind: JournalKind,
        conversation_id: str | None = None,
        data: Told = MappingProxyType({}),
        cause: int | None = None,
        weight: int | None = None,
    ) -> int:
        """Add an entry and return its position; what a function gives must not depend on when it is called.

        ``weight`` is what ``data`` takes beyond :data:`ENTRY_BYTES`, where the caller knows it for less than it costs
        to weigh it; without it a mapping is weighed, and a function counts as nothing.
        """
        told = data if callable(data) else dict(data)
        if weight is None:
            weight = 0 if callable(told) else weight_of(told)
        return self.keep(kind, conversation_id, told, cause, weight)

    def keep(self, kind: JournalKind, conversation_id: str | None, told: Told, cause: int | None, weight: int) -> int:
        """Add an entry and return its position, as :meth:`add` does; ``told`` is the journal's own from now on."""
        self.last_position = position = self.last_position + 1
        if cause is None:
            cause = self.cause
        size = ENTRY_BYTES + weight
        entries = self._entries
        entries.append(JournalEntry(position, self._now(), kind, conversation_id, told, cause, size))
        self._bytes += size
        while len(entries) > self._limit or self._bytes > self._most_bytes:
            self._bytes -= entries.popleft().size
        return position

    def read(
        self,
        after: int = 0,
        kinds: Collection[str] | None = None,
        conversation_id: str | None = None,
        most: int | None = None,
    ) -> JournalPage:
        """Return the kept entries after a position, of these kinds and this conversation: the oldest ``most``."""
        entries = (entry for entry in self._entries if entry.position > after)
        chosen = (entry for entry in entries if kinds is None or entry.kind in kinds)
        fitting = (e for e in chosen if conversation_id is None or e.conversation_id == conversation_id)
        wanted = tuple(islice(fitting, most))
        return JournalPage(wanted, max(0, self.dropped - max(0, after)), self.last_position)

    def following(self, position: int, most: int) -> tuple[JournalEntry, ...]:
        """Return the oldest ``most`` of the kept entries after a position."""
        newest_first = islice(reversed(self._entries), max(0, self.last_position - position))
        return tuple(newest_first)[::-1][:most]

    def entries(self, after: int = 0) -> tuple[JournalEntry, ...]:
        """Return the kept entries after a position."""
        return self.read(after).entries

    def __len__(self) -> int:
        return len(self._entries)
