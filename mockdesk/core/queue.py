"""Queues: who waits where, at which place, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockdesk.core.agents import Roster
from mockdesk.core.errors import UnknownQueue
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.reading import suggestion
from mockdesk.core.settings import QueueSettings
from mockdesk.core.waiting_line import WaitingLine


@dataclass
class Queue:
    """One queue and the ids of the conversations in it, first come first served."""

    name: str
    settings: QueueSettings
    waiting: WaitingLine = field(default_factory=WaitingLine)

    def wait(self, position: int | None) -> float | None:
        """Return the estimated seconds at a place, where the queue knows how long a conversation takes."""
        seconds = self.settings.seconds_per_conversation
        return None if seconds is None or position is None else seconds * position

    def agents_online(self, roster: Roster) -> int | None:
        """Return how many agents serve this queue; a set number overrules the roster; ``None``: unknown."""
        given = self.settings.agents_online
        return roster.online(self.name) if given is None else given

    def agents_answering(self, roster: Roster) -> int | None:
        """Return how many agents take conversations from this queue, as users are told: of a closed one nobody."""
        return self.agents_online(roster) if self.settings.open else 0

    def availability(self, roster: Roster) -> dict[str, Any]:
        """Return the body of ``getAvailability``; the place is the one a new conversation would take."""
        online, place = self.agents_answering(roster), len(self.waiting) + 1
        known = {"agents_online": online, "estimated_wait_seconds": self.wait(place)}
        return {
            "online": None if online is None else online > 0,
            "queue": self.name,
            "queue_length": len(self.waiting),
            "position": place,
            **{name: value for name, value in known.items() if value is not None},
        }

    def to_data(self, roster: Roster) -> dict[str, Any]:
        """Return the shape of the control API."""
        return {
            "name": self.name,
            "open": self.settings.open,
            "seconds_per_conversation": self.settings.seconds_per_conversation,
            "agents_online": self.agents_online(roster),
            "length": len(self.waiting),
        }


class Queues:
    """The queues of a desk by name."""

    def __init__(self, settings: Mapping[str, QueueSettings], most: int) -> None:
        self._most = most
        self._queues = {name: Queue(name, queue) for name, queue in settings.items()}

    def all(self) -> tuple[Queue, ...]:
        """Return every queue."""
        return tuple(self._queues.values())

    def get(self, name: str) -> Queue:
        """Return a queue.

        Raises:
            UnknownQueue: there is none of this name.
        """
        if name not in self._queues:
            raise UnknownQueue(f"no queue {name!r}; {suggestion(name, self._queues)}")
        return self._queues[name]

    def settings(self) -> dict[str, QueueSettings]:
        """Return the settings of every queue."""
        return {name: queue.settings for name, queue in self._queues.items()}

    def put(self, name: str, settings: QueueSettings) -> Queue:
        """Make a queue, or change it; who waits in it stays.

        Raises:
            LimitReached: there are very many already.
        """
        if name not in self._queues and len(self._queues) >= self._most:
            raise LimitReached(f"the desk has {len(self._queues)} queues already")
        return self.bring_back(name, settings)

    def bring_back(self, name: str, settings: QueueSettings) -> Queue:
        """Make a queue, or change it, however many there are: a store has kept it."""
        queue = self._queues.setdefault(name, Queue(name, settings))
        queue.settings = settings
        return queue

    def settings_of(self, name: str) -> QueueSettings:
        """Return the settings of a queue, the default ones if there is none of this name."""
        return self._queues[name].settings if name in self._queues else QueueSettings()
