"""What the desk is told at the start: who comes, where to, and what the bot knows.

Everything is looked for where the host puts it, and everything may be missing: an escalation without any of it is still
a user who wants to talk.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from byosd_reference import reading

STATE_NAMES = ("session_id", "user_id", "locale")


def state_of(state: Any) -> dict[str, str]:
    """Return the part of a host's state that the desk can be told: what is absent or ``None`` is left out."""
    found = ((name, reading.text(state, name)) for name in STATE_NAMES)
    return {name: value for name, value in found if value is not None}


def queue_of(connect_message: Any) -> str | None:
    """Return the queue that the connect message asks for."""
    return reading.text(_item(connect_message), "transfer_info", "target", "byosd", "queue")


def start_request(
    connect_message: Any, options: Any, state: Mapping[str, str], user_name: str | None = None
) -> dict[str, Any]:
    """Return the body of ``startChat``. A visitor without a user id gets one that is theirs alone."""
    user_id = reading.text(connect_message, "context", "global", "system", "user_id") or state.get("user_id")
    request: dict[str, Any] = {"user_id": user_id or f"visitor-{uuid.uuid4()}"}
    optional = {
        "user_name": user_name,
        "queue": queue_of(connect_message),
        "context": _context(_item(connect_message), options, state) or None,
    }
    return request | {name: value for name, value in optional.items() if value is not None}


def _context(item: Mapping[str, Any], options: Any, state: Mapping[str, str]) -> dict[str, Any]:
    info = reading.part(item, "transfer_info")
    context = {
        "session_id": state.get("session_id"),
        "locale": state.get("locale"),
        "topic": reading.text(item, "topic"),
        "message_to_agent": reading.text(item, "message_to_human_agent")
        or reading.text(info, "summary_message_to_agent"),
        "session_history_key": reading.text(options, "agentAppInfo", "sessionHistoryKey")
        or reading.text(options, "agent_app_info", "session_history_key")
        or reading.text(info, "session_history_key"),
        "additional_data": reading.plain(reading.part(info, "additional_data")) or None,
    }
    return {name: value for name, value in context.items() if value is not None}


def _item(connect_message: Any) -> Mapping[str, Any]:
    """Return the ``connect_to_agent`` item of the message, or an empty one."""
    for item in reading.items(connect_message, "output", "generic"):
        if reading.text(item, "response_type") == "connect_to_agent":
            return reading.part(item)
    return {}
