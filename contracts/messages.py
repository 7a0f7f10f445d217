"""The host's messages: made for the adapter, and read when the adapter shows one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

HISTORY_KEY = "history::1/2?x"
"""The key of the talk with the bot, where a program gives none."""
TEXT_KEYS = ("text", "title", "description", "label", "alt_text")


def connect_message(user_id: str, details: Mapping[str, Any], *, minimal: bool = False) -> dict[str, Any]:
    """Return a connect message as the host makes it; ``minimal`` holds no optional part.

    ``details``: ``topic``, ``message_to_agent``, ``queue``, ``session_history_key`` and ``additional_data`` are put
    where the host has them.
    """
    user = {"context": {"global": {"system": {"user_id": user_id}}}}
    item: dict[str, Any] = {"response_type": "connect_to_agent"}
    if minimal:
        return {"output": {"generic": [item]}, **user}
    item["topic"] = details.get("topic", "Billing")
    item["message_to_human_agent"] = details.get("message_to_agent", "The user asks for help with a bill.")
    item["agent_available"] = {"message": "An agent is there."}
    item["agent_unavailable"] = {"message": "Nobody is there."}
    item["transfer_info"] = {"session_history_key": details.get("session_history_key", HISTORY_KEY)}
    if "additional_data" in details:
        item["transfer_info"]["additional_data"] = details["additional_data"]
    if "queue" in details:
        item["transfer_info"]["target"] = {"byosd": {"queue": details["queue"]}}
    return {"output": {"generic": [item]}, **user}


def _items(message: Any) -> list[Any]:
    if isinstance(message, Mapping):
        output = message.get("output")
        generic = output.get("generic") if isinstance(output, Mapping) else None
        return list(generic) if isinstance(generic, (list, tuple)) else []
    return []


def texts_of(message: Any) -> list[str]:
    """Return every text that a message to the user shows: its own, and those of its items in order."""
    if isinstance(message, str):
        return [message]
    return [
        item[key]
        for item in _items(message)
        if isinstance(item, Mapping)
        for key in TEXT_KEYS
        if isinstance(item.get(key), str)
    ]


def types_of(message: Any) -> list[str]:
    """Return the response types in a message to the user; a plain text is ``["text"]``."""
    if isinstance(message, str):
        return ["text"]
    return [str(item.get("response_type")) for item in _items(message) if isinstance(item, Mapping)]


def described(value: Any) -> Any:
    """Return the value as JSON can hold it: what is not JSON becomes its name and type, so that nothing is hidden."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value if type(value) in (bool, int, float, str) or value is None else _plain(value)
    if isinstance(value, Mapping):
        return {str(key): described(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [described(item) for item in value]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return f"<{type(value).__name__}>"


def json_size(value: Any) -> int | None:
    """Return how many bytes the value takes as JSON in UTF-8, or ``None`` when it cannot be written as JSON."""
    try:
        return len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError, RecursionError):
        return None


def _plain(value: Any) -> Any:
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return str(value)
