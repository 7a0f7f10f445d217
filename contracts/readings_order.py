"""Readings of a trace about what really happened before what: agents' acts where there are any, else the desk's log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.views import Chat


def moment_of(chat: Chat, event: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return when the event was caused: the index of the act, and its place among what the act caused; ``None`` if no
    act of an agent is known to have caused it."""
    for call in chat.acts():
        caused = call.outcome.data.get("events", []) if call.outcome is not None else []
        for place, one in enumerate(caused):
            if one["seq"] == event["seq"]:
                return call.index, place
    return None


class Order:
    """The order in which the events of one chat were caused.

    The desk's log is asked only where no act of an agent is known to have caused an event, so that a desk which logs an
    effect before its cause is found out.
    """

    def __init__(self, chat: Chat) -> None:
        self._moments: dict[int, tuple[int, int]] = {}
        for call in chat.acts():
            caused = call.outcome.data.get("events", []) if call.outcome is not None else []
            for place, one in enumerate(caused):
                self._moments.setdefault(one["seq"], (call.index, place))

    def caused(self, event: Mapping[str, Any]) -> bool:
        """Tell whether an act is known to have caused the event."""
        return event["seq"] in self._moments

    def before(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Tell whether one event really happened before another."""
        first, second = self._moments.get(one["seq"]), self._moments.get(other["seq"])
        if first is not None and second is not None:
            return first < second
        return bool(one["seq"] < other["seq"])
