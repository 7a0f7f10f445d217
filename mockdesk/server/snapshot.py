"""The parts of a desk as they are at this moment, in built-in values. Called with the desk's lock held."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mockdesk.core.errors import UnknownConversation
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.timestamps import rfc3339
from mockdesk.core.truth import summary_of
from mockdesk.server.clocks import RunningClock
from mockdesk.server.host import DeskHost


def clock_of(host: DeskHost) -> dict[str, Any]:
    """Return ``{"kind", "now", "time", "speed", "next_due"}``; a clock that stands still on command has speed 0."""
    clock, now = host.clock, host.clock.now()
    speed = clock.speed if isinstance(clock, RunningClock) else None
    kind = "virtual" if speed is None else "system" if speed == 1.0 else "scaled"
    return {"kind": kind, "now": now, "time": rfc3339(now), "speed": speed, "next_due": clock.next_due()}


def script_of(host: DeskHost) -> dict[str, Any] | None:
    """Return name and description of the installed script, ``None``: nobody plays the agents."""
    player = host.desk.script
    if not isinstance(player, ScriptPlayer):
        return None
    return {"name": player.script.name, "description": player.script.description}


def held_of(host: DeskHost) -> dict[str, Any]:
    """Return how many events and requests are held back, and the faults that hold events."""
    return {"events": host.holds.waiting(), "requests": host.requests.waiting(), "faults": host.holds.to_data()}


PARTS: Mapping[str, Callable[[DeskHost], Any]] = MappingProxyType(
    {
        "clock": clock_of,
        "script": script_of,
        "agents": lambda host: [agent.to_data() for agent in host.desk.agents()],
        "queues": lambda host: list(host.desk.queues().values()),
        "faults": lambda host: host.desk.faults.list(),
        "held": held_of,
    }
)
"""The small parts of a desk by name, all but the conversations."""


def parts_of(host: DeskHost) -> dict[str, Any]:
    """Return every small part."""
    return {name: part(host) for name, part in PARTS.items()}


def summaries_of(host: DeskHost, ids: Sequence[str] | None = None) -> dict[str, Any]:
    """Return a summary of each conversation by its id, ``None`` for one that is gone; without ``ids`` of all."""
    if ids is None:
        return {conversation.id: summary_of(conversation) for conversation in host.desk.conversations()}
    return {each: _summary(host, each) for each in ids}


def _summary(host: DeskHost, conversation_id: str) -> dict[str, Any] | None:
    try:
        return summary_of(host.desk.conversation(conversation_id))
    except UnknownConversation:
        return None
