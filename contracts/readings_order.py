"""Readings of a trace about what really happened before what: agents' acts where there are any, else the desk's log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.views import Chat


def moment_of(chat: Chat, event: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return when the event was caused: the index of the act, and its place among what the act caused.

    ``None`` if no act of an agent caused it. The desk's log is not asked, so that a desk which logs an effect before
    its cause is found out.
    """
    for call in chat.acts():
        caused = call.outcome.data.get("events", []) if call.outcome is not None else []
        for place, one in enumerate(caused):
            if one["seq"] == event["seq"]:
                return call.index, place
    return None


def happened_before(chat: Chat, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether one event of the chat really happened before another."""
    first, second = moment_of(chat, one), moment_of(chat, other)
    if first is not None and second is not None:
        return first < second
    return bool(one["seq"] < other["seq"])
