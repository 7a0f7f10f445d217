"""What a desk has of a conversation, in the shape of docs/driver.md, as far as its events tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def truth_of(identity: str, user_id: str | None, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the truth that events (canonical, each with its ``seq``) tell of a conversation."""
    ends = [event for event in events if event["type"] == "conversation.ended"]
    present: list[str] = []
    for event in events:
        if event["type"] == "agent.joined":
            present.append(event["data"]["agent"]["id"])
        elif event["type"] == "agent.left" and event["data"]["agent_id"] in present:
            present.remove(event["data"]["agent_id"])
    return {
        "id": identity,
        "user_id": user_id,
        "state": "ended" if ends else "connected" if present else "waiting",
        "ended_by": ends[0]["data"]["by"] if ends else None,
        "agents": [] if ends else present,
        "messages": [_message(event) for event in events if event["type"] == "message.created"],
        "events": list(events),
        "last_seq": events[-1]["seq"] if events else 0,
    }


def _message(event: Mapping[str, Any]) -> dict[str, Any]:
    message = event["data"]["message"]
    return {
        "id": message["id"],
        "client_message_id": message.get("client_message_id"),
        "role": message["author"]["role"],
        "author_id": message["author"]["id"],
        "text": message["text"],
        "items": message["items"],
        "file_ids": [],
        "seq": event["seq"],
    }
