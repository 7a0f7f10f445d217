"""How far a conversation's events have been read: what is new, and who is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.mapping.model import Events
from contracts.mapping.rules import Event, Translated, split, translate


class Progress:
    """Takes what the desk tells of one conversation, in order; gives each event out once.

    What no rule knows moves nothing. An event that comes again is known by its key, else by its position. Where the
    mapping declares neither, every event counts as new. Where joins are implied, an agent who does something joins
    first.
    """

    def __init__(self, events: Events) -> None:
        self.position = 0
        """The last place that was understood: from there on everything can be asked for again."""
        self.reached = 0
        """The last place that was seen, understood or not: where a cursor stands."""
        self._events = events
        self._seen: set[str] = set()
        self._present: set[str] = set()

    def take(self, frame: Any) -> list[Event]:
        """Return the new canonical events of a frame or answer."""
        items = split(self._events.items, frame)
        found = [
            translate(self._events.rules, item, position=self._events.position, key=self._events.key) for item in items
        ]
        return [event for one in found for event in self.new(one)]

    def new(self, one: Translated) -> list[Event]:
        """Return the canonical events of one event of the desk, none if it was told before."""
        return list(self._complete(one)) if self._is_new(one) else []

    def _is_new(self, one: Translated) -> bool:
        self.reached = max(self.reached, one.position or 0)
        if not one.known:
            return False
        if one.key is not None:
            new = one.key not in self._seen
            self._seen.add(one.key)
        else:
            new = one.position is None or one.position > self.position
        self.position = max(self.position, one.position or 0)
        return new

    def _complete(self, one: Translated) -> Iterator[Event]:
        for event in one.events:
            agent = acting(event) if self._events.joins == "implied" else None
            if agent is not None and agent["id"] not in self._present:
                self._present.add(agent["id"])
                yield {**event, "type": "agent.joined", "data": {"agent": agent}}
            if event["type"] == "agent.left":
                self._present.discard(event["data"]["agent_id"])
            yield event


def acting(event: Event) -> Mapping[str, Any] | None:
    """Return the agent who speaks or types in an event, or ``None``."""
    data = event["data"]
    if event["type"] == "message.created" and data["message"]["author"]["role"] == "agent":
        return {"id": data["message"]["author"]["id"], "nickname": data["message"]["author"]["nickname"]}
    if event["type"] == "agent.typing" and data["typing"]:
        agent: Mapping[str, Any] = data["agent"]
        return agent
    return None
