"""What a desk does by itself, without an act of an agent: time-outs, news of a queue that has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.adapter import DeskDriver


def unasked_events(driver: DeskDriver, conversation_id: str | None, after: int) -> list[Mapping[str, Any]]:
    """Return the desk's events of a conversation after a position, without what the user wrote; none where the driver
    does not tell."""
    if "conversations" not in driver.describe().get("operations", ()):
        return []
    found = [truth for truth in driver.conversations() if truth["id"] == conversation_id]
    events = [event for truth in found for event in truth.get("events", ())]
    return [event for event in events if event["seq"] > after and not _of_user(event)]


def _of_user(event: Mapping[str, Any]) -> bool:
    return event["type"] == "message.created" and bool(event["data"]["message"]["author"]["role"] == "user")
