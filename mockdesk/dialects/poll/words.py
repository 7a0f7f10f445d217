"""From the core's events to those of the polling desk: one small function for each type that this shape knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mockdesk.core.events import (
    AgentJoined,
    AgentLeft,
    AgentProfile,
    AgentTyping,
    ConversationEndedEvent,
    Event,
    MessageCreated,
    QueueUpdated,
    TransferStarted,
)
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.poll.labels import label_of

Profiles = Mapping[str, AgentProfile]


def words_for(event: Event, profiles: Profiles) -> dict[str, Any] | None:
    """Return an event in the words of this desk, without its number; ``None`` for one that it does not tell."""
    handler = _HANDLERS.get(type(event.body))
    return None if handler is None else {"time": rfc3339(event.time), **handler(event.body, profiles)}


def line_of(number: int, words: Mapping[str, Any]) -> str:
    """Return an event as it stands in a batch."""
    return json.dumps({"id": number, **words}, ensure_ascii=False, separators=(",", ":"))


def _label(agent_id: str, profiles: Profiles) -> str:
    return label_of(profiles.get(agent_id) or AgentProfile(agent_id))


def _wait(body: QueueUpdated, profiles: Profiles) -> dict[str, Any]:
    return {
        "type": "wait",
        "queue": body.queue,
        "place": body.position,
        "seconds": body.estimated_wait_seconds,
        "agents": body.agents_online,
        "text": body.message,
    }


def _active(body: AgentJoined, profiles: Profiles) -> dict[str, Any]:
    picture = body.agent.profile_picture_url
    return {"type": "status", "status": "active", "label": label_of(body.agent), "picture": picture}


def _handing_over(body: TransferStarted, profiles: Profiles) -> dict[str, Any]:
    return {
        "type": "status",
        "status": "handing over",
        "label": None if body.from_agent_id is None else _label(body.from_agent_id, profiles),
        "to": None if body.to_agent is None else label_of(body.to_agent),
        "queue": body.to_queue,
        "transfer": body.transfer_id,
    }


def _inactive(body: AgentLeft, profiles: Profiles) -> dict[str, Any]:
    return {"type": "status", "status": "inactive", "label": _label(body.agent_id, profiles), "reason": body.reason}


def _disconnected(body: ConversationEndedEvent, profiles: Profiles) -> dict[str, Any]:
    return {"type": "status", "status": "disconnected", "by": body.by}


def _typing(body: AgentTyping, profiles: Profiles) -> dict[str, Any]:
    return {"type": "typing", "label": _label(body.agent_id, profiles), "typing": body.typing}


def _text(body: MessageCreated, profiles: Profiles) -> dict[str, Any]:
    message = body.message
    label = {"label": _label(message.author_id, profiles)} if message.role == "agent" else {}
    key = {} if message.client_message_id is None else {"key": message.client_message_id}
    return {"type": "text", "from": message.role, **label, "text": message.text, "message": message.id, **key}


_HANDLERS: Mapping[type[Any], Callable[[Any, Profiles], dict[str, Any]]] = MappingProxyType(
    {
        QueueUpdated: _wait,
        AgentJoined: _active,
        TransferStarted: _handing_over,
        AgentLeft: _inactive,
        ConversationEndedEvent: _disconnected,
        AgentTyping: _typing,
        MessageCreated: _text,
    }
)
