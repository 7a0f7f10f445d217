"""Readings of a trace about queues: which queue was asked for, what the desk told of a place in one, who answers there.

What the suite itself made of a queue (the settings of the desk, the ``queue`` steps) is known for sure; what is not
known is ``None``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, calls

DEFAULT_QUEUE = "default"
"""The queue of a user who asked for none."""


def connect_item(call: Call) -> Mapping[str, Any]:
    """Return the ``connect_to_agent`` item of the message that was handed to the adapter; empty if there is none."""
    message = call.data.get("connect_message") or {}
    items = message.get("output", {}).get("generic", [])
    return next((item for item in items if item.get("response_type") == "connect_to_agent"), {})


def asked_queue(call: Call) -> str | None:
    """Return the queue that the connect message of a start or an availability check asks for."""
    target = (connect_item(call).get("transfer_info") or {}).get("target") or {}
    found = (target.get("byosd") or {}).get("queue")
    return None if found is None else str(found)


def queue_is_told(trace: Trace) -> bool:
    """Tell whether the desk has words for the queue; where it has none, no adapter hears of what happens there."""
    return not _lacks(trace, "told:queue")


def queue_changes(trace: Trace, name: str) -> list[Call]:
    """Return the steps that made or changed a queue, and were done."""
    return [one for one in calls(trace, Side.DESK, "queue") if one.ok and one.data.get("name") == name]


def queue_at(trace: Trace, name: str, index: int) -> Mapping[str, Any] | None:
    """Return what the suite made of a queue before an entry; ``None`` for a queue that it did not make."""
    made = trace.about.get("settings", {}).get("queues", {}).get(name)
    found: dict[str, Any] | None = None if made is None else dict(made)
    for change in queue_changes(trace, name):
        if change.index < index:
            found = {**(found or {}), **change.data.get("queue", {})}
    return found


def somebody_answers(trace: Trace, name: str, index: int) -> bool | None:
    """Return whether agents took conversations from a queue before an entry, as far as the suite made it so."""
    queue = queue_at(trace, name, index) or {}
    if queue.get("open") is False:
        return False
    online = queue.get("agents_online")
    return None if online is None else int(online) > 0


def may_be_refused(trace: Trace, start: Call) -> bool:
    """Tell whether the desk may refuse a start by right: a closed or unknown queue, a token that it wants."""
    asked = asked_queue(start)
    queue = queue_at(trace, asked or DEFAULT_QUEUE, start.index)
    unknown = asked not in (None, DEFAULT_QUEUE) and queue is None
    closed = queue is not None and queue.get("open") is False
    return unknown or closed or bool(trace.about.get("settings", {}).get("require_user_token"))


def tells_news(trace: Trace) -> bool:
    """Return whether the desk tells of changes of a queue by itself: unless its driver says that it lacks that."""
    return not _lacks(trace, "action:update_queue")


def _lacks(trace: Trace, capability: str) -> bool:
    return capability in ((trace.about.get("desk") or {}).get("lacks") or {})


def queue_events(chat: Chat) -> list[Mapping[str, Any]]:
    """Return the desk's news of the queue in a chat, in the desk's order."""
    return list(chat.events_of("queue.updated"))


def queue_of(chat: Chat) -> str | None:
    """Return the queue in which a conversation began, as the desk has it."""
    told = [event["data"].get("queue") for event in queue_events(chat)[:1]]
    found = (told or [None])[0] or (chat.truth or {}).get("queue")
    return None if found is None else str(found)


def positions(chat: Chat) -> list[int]:
    """Return the places that the desk gave this user, in order."""
    found = [event["data"].get("position") for event in queue_events(chat)]
    return [int(place) for place in found if place is not None]


def waits(chat: Chat) -> list[float]:
    """Return the waits (seconds) that the desk told this user, in order."""
    found = [event["data"].get("estimated_wait_seconds") for event in queue_events(chat)]
    return [float(seconds) for seconds in found if seconds is not None]


def updates(chat: Chat) -> list[tuple[Entry, Mapping[str, Any]]]:
    """Return the news of the wait that the adapter told the host, with what it told."""
    found = [(entry, entry.data.get("availability")) for entry in chat.callbacks("update_agent_availability")]
    return [(entry, told) for entry, told in found if isinstance(told, Mapping)]


def is_number(value: Any) -> bool:
    """Tell whether a value is a whole, finite number; ``True`` is none, 2.0 is one."""
    return not isinstance(value, bool) and isinstance(value, int | float) and value == value // 1 and abs(value) < 1e15
