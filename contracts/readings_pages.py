"""Readings of page reloads, of what the host keeps over them, and of long outages. Pure, as :mod:`contracts.views`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.readings_wire import Gap, gaps, user_end
from contracts.trace import Entry, Trace
from contracts.views import Call, Chat

LONGEST_OUTAGE_SECONDS = 600.0
"""How long (desk's time) an adapter may go on trying when it declares no limit: ten minutes."""
HOUSEKEEPING = ("update_capabilities", "update_persisted_state")
"""Callbacks with which an adapter tidies up after the end."""


@dataclass(frozen=True)
class Reload:
    """A page reload in a chat: where the page went away, where the new one was ready, and what the host asked it."""

    left: Entry
    back: Entry
    reconnects: tuple[Call, ...]

    @property
    def goes_on(self) -> bool:
        """Whether the chat goes on for the host."""
        return bool(self.back.data["goes_on"])


def reloads(chat: Chat) -> Iterator[Reload]:
    """Yield the reloads of a chat in order."""
    left: Entry | None = None
    for mark in chat.suite("unload", "reloaded"):
        if mark.kind == "unload":
            left = mark
        elif left is not None:
            calls = [call for call in chat.calls("reconnect") if left.index < call.index < mark.index]
            yield Reload(left, mark, tuple(calls))


def kept_after(trace: Trace, user: str, index: int) -> Mapping[str, Any]:
    """Return what the host keeps for a user's next page, after entry ``index``."""
    kept: dict[str, Any] = {}
    for entry in trace:
        if entry.kind == "update_persisted_state" and entry.user == user and entry.index <= index:
            told = entry.data["state"]
            kept = {**(kept if entry.data.get("merge", True) else {}), **told}
    return kept


def outages(chat: Chat) -> Iterator[tuple[Gap, float]]:
    """Yield each gap in which the desk could not be reached, with how long (desk's seconds) it lasted at least."""
    for gap in gaps(chat):
        if gap.outage and not gap.terminal:
            yield gap, outage_end(chat, gap).time - gap.cut.time


def outage_end(chat: Chat, gap: Gap) -> Entry:
    """Return the entry at which an outage was over: the desk could be reached, the user left, or the run was over."""
    end = user_end(chat)
    over = [entry for entry in chat.trace if entry.kind in ("restore", "cleared") and entry.index > gap.cut.index]
    over += [end.entry] if end is not None and end.index > gap.cut.index else []
    return min(over, key=lambda entry: entry.index, default=chat.trace.entries[-1])


def limit_of(trace: Trace) -> float:
    """Return how long an adapter may try to come back: what it declares, else :data:`LONGEST_OUTAGE_SECONDS`."""
    declared = trace.about.get("reconnect_limit_seconds")
    return float(declared) if isinstance(declared, int | float) else LONGEST_OUTAGE_SECONDS
