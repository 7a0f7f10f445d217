"""One entry of the journal as a step of a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from mockdesk.core.journal import JournalEntry

Step: TypeAlias = "dict[str, Any] | str"

SCRIPT_NAMES = {"update_queue": "availability"}
_NOT_SETTINGS = ("command", "action")
_TEMPLATES = ("text", "reason", "message")
_FAULT_SETTINGS = ("conversation_id", "ends_at")


def step_of(entry: JournalEntry) -> Step | None:
    """Return what an entry's doing is as a step, ``None`` for what is no doing of the agents' side."""
    if entry.kind == "command" and entry.data["command"] == "act":
        return _act(entry.data)
    if entry.kind == "command" and entry.data["command"] == "inject":
        return {"fault": {name: value for name, value in entry.data["fault"].items() if name not in _FAULT_SETTINGS}}
    return None


def disconnection(event: Mapping[str, Any]) -> Step:
    """Return the step for an agent who was taken off the roster while in the conversation."""
    return {"leave": {"agent": event["data"]["agent_id"], "reason": "disconnected"}}


def _act(data: Mapping[str, Any]) -> Step:
    name = str(data["action"])
    settings = {key: _setting(key, value) for key, value in data.items() if key not in _NOT_SETTINGS}
    if name == "say" and not settings.get("text"):
        settings.pop("text", None)
    if name == "transfer" and "to_queue" not in settings:
        settings.setdefault("to_agent", None)  # whoever takes it
    if name == "update_queue" and not settings:
        settings["position"] = None  # what the queue really says
    return {SCRIPT_NAMES.get(name, name): settings}


def _setting(key: str, value: Any) -> Any:
    if key in ("agent", "to_agent") and isinstance(value, Mapping):
        return value["id"]
    return _as_template(value) if key in _TEMPLATES and isinstance(value, str) else value


def _as_template(text: str) -> str:
    """Return the template that gives a text: what a person typed is no template."""
    return text.replace("{", "{{").replace("}", "}}")


def profiles_of(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the agents that an action names, with what it tells of them."""
    named = [data[key] for key in ("agent", "to_agent") if data.get(key) is not None]
    return {
        one["id"] if isinstance(one, Mapping) else one: dict(one) if isinstance(one, Mapping) else {} for one in named
    }
