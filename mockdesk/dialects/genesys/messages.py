"""Messages, and the frames of the event stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mockdesk.core.timestamps import rfc3339

BodyType = Literal["standard", "notice", "member-join", "member-leave"]
GUEST_CONVERSATIONS = "/api/v2/webchat/guest/conversations"
TOPIC = "v2.conversations.chats"
VERSION = "2"
HEARTBEAT = json.dumps({"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}})


def conversation_reference(conversation_id: str) -> dict[str, str]:
    """Return a conversation as it stands in the answers about what belongs to it."""
    return {"id": conversation_id, "selfUri": f"/api/v2/conversations/{conversation_id}"}


@dataclass(frozen=True)
class ChatMessage:
    """What a member said, or that one came or left; ``time`` in seconds since the epoch."""

    id: str
    conversation_id: str
    sender_id: str
    body_type: BodyType
    body: str | None
    time: float

    def _content(self) -> dict[str, Any]:
        body = {} if self.body is None else {"body": self.body}
        return {"sender": {"id": self.sender_id}, **body, "bodyType": self.body_type, "timestamp": rfc3339(self.time)}

    def to_data(self) -> dict[str, Any]:
        """Return the shape ``Message``."""
        reference = conversation_reference(self.conversation_id)
        uri = f"{GUEST_CONVERSATIONS}/{self.conversation_id}/messages/{self.id}"
        return {"id": self.id, "conversation": reference, **self._content(), "selfUri": uri}

    def to_event(self) -> dict[str, Any]:
        """Return the body of its frame."""
        return {"id": self.id, "conversation": {"id": self.conversation_id}, **self._content()}


@dataclass(frozen=True)
class Typing:
    """That a member types."""

    id: str
    conversation_id: str
    sender_id: str
    time: float

    def to_data(self) -> dict[str, Any]:
        """Return the shape ``Typing``."""
        return {**self.to_event(), "conversation": conversation_reference(self.conversation_id)}

    def to_event(self) -> dict[str, Any]:
        """Return the body of its frame."""
        return {
            "id": self.id,
            "conversation": {"id": self.conversation_id},
            "sender": {"id": self.sender_id},
            "timestamp": rfc3339(self.time),
        }


def frame_of(conversation_id: str, topic: str, kind: str, body: Mapping[str, Any], correlation_id: str) -> str:
    """Return a frame: ``kind`` is its ``metadata.type``, ``topic`` the end of its topic."""
    envelope = {
        "topicName": f"{TOPIC}.{conversation_id}.{topic}",
        "version": VERSION,
        "eventBody": body,
        "metadata": {"CorrelationId": correlation_id, "type": kind},
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
