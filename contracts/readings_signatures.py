"""The arguments of the host's callbacks, as checks: each returns what is wrong with them in words, or an empty text.

The names and types are those of :mod:`contracts.adapter`. Fields that are absent or null are the affair of other
requirements, unless nothing works without them; further fields are allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Check = Callable[[Mapping[str, Any]], str]


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "a text":
            return isinstance(value, str)
        case "a boolean":
            return isinstance(value, bool)
        case "a number":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, Mapping)


def _wrong(where: str, value: Any, kind: str) -> str:
    return "" if _is(value, kind) else f"{where} is {value!r}, not {kind}"


def _first(*problems: str) -> str:
    return next((problem for problem in problems if problem), "")


def _optional(where: str, data: Mapping[str, Any], name: str, kind: str) -> str:
    return "" if data.get(name) is None else _wrong(f"{where}.{name}", data[name], kind)


def _understood(where: str, data: Mapping[str, Any], *names: str) -> str:
    """Further fields are allowed; but nothing except further fields is, in the end, nothing that the host shows."""
    if not data or any(name in data for name in names):
        return ""
    return f"{where} has no field that the host knows, but {', '.join(sorted(map(str, data)))}"


def _profile(data: Mapping[str, Any]) -> str:
    profile = data["profile"]
    return _first(
        _wrong("profile.id", profile.get("id"), "a text"),
        _wrong("profile.nickname", profile.get("nickname"), "a text"),
        _optional("profile", profile, "profile_picture_url", "a text"),
    )


def _transfer(data: Mapping[str, Any]) -> str:
    return "" if data.get("profile") is None else _profile(data)


def _capabilities(data: Mapping[str, Any]) -> str:
    told = data["capabilities"]
    return _first(
        _optional("capabilities", told, "allow_file_uploads", "a boolean"),
        _optional("capabilities", told, "allow_multiple_file_uploads", "a boolean"),
        _optional("capabilities", told, "allowed_file_upload_types", "a text"),
    )


def _availability(data: Mapping[str, Any]) -> str:
    told = data["availability"]
    return _first(
        _understood("availability", told, "estimated_wait_time", "position_in_queue", "message"),
        _optional("availability", told, "estimated_wait_time", "a number"),
        _optional("availability", told, "position_in_queue", "a number"),
        _optional("availability", told, "message", "a text"),
    )


def _message(data: Mapping[str, Any]) -> str:
    return _first(_body(data["message"]), _optional("arguments", data, "agent_id", "a text"))


def _body(message: Any) -> str:
    if isinstance(message, str):
        return ""
    output = message.get("output") if isinstance(message, Mapping) else None
    items = output.get("generic") if isinstance(output, Mapping) else None
    if not isinstance(items, list | tuple):
        return "message is neither a text nor an object with output.generic"
    kinds = [item.get("response_type") if isinstance(item, Mapping) else None for item in items]
    return _first(*(_wrong("response_type of an item", kind, "a text") for kind in kinds))


def _error(data: Mapping[str, Any]) -> str:
    error = data["error"]
    if error.get("type") not in (1, 2) or isinstance(error.get("type"), bool):
        return f"error.type is {error.get('type')!r}, not 1 (CONNECTING) or 2 (DISCONNECTED)"
    if error["type"] == 2:
        return _wrong("error.is_disconnected", error.get("is_disconnected"), "a boolean")
    return _optional("error", error, "message_to_user", "a text")


def _file_status(data: Mapping[str, Any]) -> str:
    return _first(
        _wrong("file_id", data.get("file_id"), "a text"),
        _wrong("is_error", data.get("is_error"), "a boolean"),
        _optional("arguments", data, "error_message", "a text"),
    )


def _persisted(data: Mapping[str, Any]) -> str:
    return _wrong("merge", data.get("merge"), "a boolean")


def _typing(data: Mapping[str, Any]) -> str:
    return _wrong("is_typing", data.get("is_typing"), "a boolean")


def _nothing(data: Mapping[str, Any]) -> str:
    return f"it takes no arguments, and got {', '.join(data)}" if data else ""


SIGNATURES: Mapping[str, Check] = MappingProxyType(
    {
        "update_capabilities": _capabilities,
        "update_agent_availability": _availability,
        "agent_joined": _profile,
        "agent_read_messages": _nothing,
        "agent_typing": _typing,
        "send_message_to_user": _message,
        "begin_transfer_to_another_agent": _transfer,
        "agent_left_chat": _nothing,
        "agent_ended_chat": _nothing,
        "set_error_status": _error,
        "set_file_upload_status": _file_status,
        "screen_share_request": _nothing,
        "screen_share_ended": _nothing,
        "update_persisted_state": _persisted,
    }
)
"""Every callback of the interface that is recorded, with the check of its arguments."""
