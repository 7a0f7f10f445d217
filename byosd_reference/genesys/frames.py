"""What comes over the event stream: envelopes, read without trust."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byosd_reference import reading
from byosd_reference.events import log

MEMBER_CHANGE, MESSAGE, TYPING = "member-change", "message", "typing-indicator"
HEARTBEAT = "heartbeat"
"""The kind that is given here to the one frame that has no ``metadata``."""

_HEARTBEAT_TOPIC = "channel.metadata"


@dataclass(frozen=True)
class Frame:
    """One frame: the type in its metadata, and its body."""

    kind: str
    body: Mapping[str, Any]


def parse_frame(text: str | bytes, conversation_id: str) -> Frame | None:
    """Return the frame in a text, or ``None`` for one that holds none, or one of another conversation; that is noted
    without its content."""
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        envelope = None
    if reading.text(envelope, "topicName") == _HEARTBEAT_TOPIC:
        return Frame(HEARTBEAT, {})
    kind, body = reading.text(envelope, "metadata", "type"), reading.part(envelope, "eventBody")
    if kind is None or reading.text(body, "conversation", "id") not in (None, conversation_id):
        log.warning("skipped a frame of %d characters that is none of this conversation", len(text))
        return None
    return Frame(kind, body)


def frame_of_member(member: Any) -> Frame:
    """Return the change that would have told how a member is now."""
    told = {"id": reading.text(member, "id"), "state": reading.text(member, "state")}
    return Frame(MEMBER_CHANGE, {"member": told})


def frame_of_message(message: Any) -> Frame:
    """Return the frame that told a message: both have the same fields."""
    return Frame(MESSAGE, reading.part(message))
