"""What an answer of the desk means, as the answer of openapi.yaml's operation. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from contracts.mapping.model import Mapped
from contracts.mapping.picks import is_true
from contracts.mapping.rules import split, translate

LISTING = "listMessages"


def canonical_answer(mapping: Mapped, operation: str, body: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the canonical body for an answer that was a success; ``values`` hold what was picked from it."""
    if operation == LISTING:
        return {"messages": _messages(mapping, body)}
    make = _MAKERS.get(operation)
    return {} if make is None else make(values)


def _messages(mapping: Mapped, body: Any) -> list[Any]:
    function = mapping.functions[LISTING]
    rules = function.rules or mapping.events.rules
    return [
        event["data"]["message"]
        for item in split(function.items, body)
        for event in translate(rules, item, position=mapping.events.position, key=mapping.events.key).events
        if event["type"] == "message.created"
    ]


def _started(values: Mapping[str, Any]) -> dict[str, Any]:
    conversation = {"id": str(values["conversation_id"]), "state": "waiting"}
    return {"conversation": conversation, **({"token": str(values["token"])} if values.get("token") else {})}


def _sent(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"client_message_id": values.get("message_id")}
    if values.get("desk_message_id") is not None:
        found["id"] = str(values["desk_message_id"])
    place = values.get("desk_position")
    if isinstance(place, int) or (isinstance(place, str) and place.isdigit()):
        found["seq"] = int(place)
    return found


def online(found: Any) -> bool | None:
    """Return whether an agent is there: from a boolean, a count, or a list; ``None``: the desk cannot tell."""
    if isinstance(found, bool):
        return found
    if isinstance(found, (int, float)):
        return found > 0
    if isinstance(found, str) and found.isdigit():
        return int(found) > 0
    return len(found) > 0 if isinstance(found, (list, Mapping)) else None


def _availability(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"online": online(values.get("online"))}


def _conversation(values: Mapping[str, Any]) -> dict[str, Any]:
    state = "ended" if is_true(values.get("ended")) else "connected"
    return {"id": str(values["conversation_id"]), "state": state}


def _ended(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"state": "ended"}


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = MappingProxyType(
    {
        "startChat": _started,
        "sendMessageToAgent": _sent,
        "endChat": _ended,
        "getAvailability": _availability,
        "getConversation": _conversation,
    }
)
