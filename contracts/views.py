"""Readings of a trace that many requirements share: calls with their outcomes, chats, what the desk really did.

Pure: everything here is derived from the entries. What is read once of a trace serves all requirements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.trace import Entry, Side, Trace, grouped


@dataclass(frozen=True)
class Call:
    """A call of the host, or an act of an agent, and its outcome (``None``: it never settled)."""

    entry: Entry
    outcome: Entry | None

    @property
    def index(self) -> int:
        """Where in the trace the call was made."""
        return self.entry.index

    @property
    def settled_at(self) -> int | None:
        """Where in the trace the outcome stands, if it settled."""
        return self.outcome.index if self.settled and self.outcome is not None else None

    @property
    def settled(self) -> bool:
        """Whether it returned or raised before patience ended."""
        return self.outcome is not None and self.outcome.kind != "given_up"

    @property
    def ok(self) -> bool:
        """Whether it returned (resolved)."""
        return self.settled and self.outcome is not None and bool(self.outcome.data.get("ok"))

    @property
    def failed(self) -> bool:
        """Whether it raised (rejected)."""
        return self.settled and not self.ok

    @property
    def error(self) -> str:
        """The reason it gave, empty if none."""
        return str(self.outcome.data.get("error") or "") if self.outcome is not None else ""

    @property
    def seconds(self) -> float | None:
        """How long it took, in the adapter's unscaled seconds."""
        return self.outcome.data.get("seconds") if self.outcome is not None else None

    @property
    def data(self) -> Mapping[str, Any]:
        """The arguments."""
        return self.entry.data


def calls(trace: Trace, side: Side, *kinds: str) -> list[Call]:
    """Return the calls of one side with their outcomes, in order of the calls."""
    every = trace.reading(_calls).get(side, [])
    return [call for call in every if call.entry.kind in kinds] if kinds else list(every)


def _calls(trace: Trace) -> dict[Side, list[Call]]:
    settled = [entry for entry in trace if entry.call is not None and entry.kind in ("settled", "given_up", "done")]
    outcomes = {(entry.side, entry.call): entry for entry in settled}
    found: dict[Side, list[Call]] = {}
    for entry in trace:
        if entry.call is None and entry.kind != "truth":
            found.setdefault(entry.side, []).append(Call(entry, outcomes.get((entry.side, entry.index))))
    return found


@dataclass(frozen=True)
class Chat:
    """One chat of one user: from a start to the next start of the same adapter, or to the end of the trace."""

    trace: Trace
    key: str

    @cached_property
    def user(self) -> str:
        """The adapter's name in the trace, ``u1``."""
        return self.key.split("#")[0]

    @cached_property
    def entries(self) -> list[Entry]:
        """Everything of this chat, in order."""
        return self.trace.reading(_by_chat).get(self.key, [])

    @cached_property
    def _by_side(self) -> Mapping[Side, list[Entry]]:
        return grouped(self.entries, lambda entry: entry.side)

    @cached_property
    def _calls(self) -> list[Call]:
        mine = [call for call in calls(self.trace, Side.HOST) if call.entry.chat == self.key]
        return [call for call in mine if call.entry.kind != "constructed"]

    @cached_property
    def _acts(self) -> list[Call]:
        return [call for call in calls(self.trace, Side.DESK, "act") if call.entry.chat == self.key]

    @cached_property
    def start(self) -> Call:
        """The call of ``start_chat``."""
        return self.calls("start_chat")[0]

    def calls(self, *names: str) -> list[Call]:
        """Return the host's calls in this chat, of the names given or of all."""
        return [call for call in self._calls if not names or call.entry.kind in names]

    def callbacks(self, *names: str) -> list[Entry]:
        """Return what the adapter called on the host in this chat, of the names given or of all."""
        mine = self._by_side.get(Side.CALLBACK, [])
        return [entry for entry in mine if entry.kind != "returned" and (not names or entry.kind in names)]

    def acts(self, *actions: str) -> list[Call]:
        """Return what agents did in this chat and how the desk took it."""
        return [call for call in self._acts if not actions or call.data.get("action") in actions]

    def suite(self, *kinds: str) -> list[Entry]:
        """Return what the suite did to, or saw of, this chat."""
        mine = self._by_side.get(Side.SUITE, [])
        return [entry for entry in mine if not kinds or entry.kind in kinds]

    @cached_property
    def truth(self) -> Mapping[str, Any] | None:
        """The desk's own last word on the conversation (shape: docs/driver.md), or ``None`` when it has none."""
        found = [entry for entry in self.entries if entry.side is Side.DESK and entry.kind == "truth"]
        return found[-1].data["truth"] if found else None

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The desk's event log of the conversation: envelopes ``{"seq", "type", "time", "data"}``."""
        return list(self.truth.get("events", [])) if self.truth else []

    def events_of(self, *types: str) -> list[dict[str, Any]]:
        """Return the desk's events of the types given."""
        return [event for event in self.events if event["type"] in types]

    @cached_property
    def agent_messages(self) -> list[dict[str, Any]]:
        """What agents (and the desk itself) said, in the desk's order: messages with their ``seq``."""
        return [
            event["data"]["message"]
            for event in self.events_of("message.created")
            if event["data"]["message"]["author"]["role"] != "user"
        ]

    @cached_property
    def user_messages(self) -> list[dict[str, Any]]:
        """What the desk has of the user, in the desk's order."""
        return [
            event["data"]["message"]
            for event in self.events_of("message.created")
            if event["data"]["message"]["author"]["role"] == "user"
        ]

    @cached_property
    def delivered(self) -> list[Entry]:
        """The marks after which all events up to ``data["seq"]`` have had their effect (see contracts.trace)."""
        return self.suite("delivered")

    def delivered_by(self, seq: int) -> int | None:
        """Return where in the trace the event ``seq`` must have had its effect, or ``None`` if that was never due."""
        marks = [mark.index for mark in self.delivered if mark.data["seq"] >= seq]
        return marks[0] if marks else None

    @cached_property
    def left_at(self) -> int | None:
        """Where the user left the chat, or it failed (start rejected, CONNECTING, a page reload that it did not
        survive); ``None``: only the desk ended it."""
        left = [call.index for call in self.calls("end_chat") if not call.data.get("inside")]
        left += [entry.index for entry in self.callbacks("set_error_status") if entry.data["error"].get("type") == 1]
        if self.start.failed and self.start.settled_at is not None:
            left.append(self.start.settled_at)
        if self.lost_by_reload is not None:
            left.append(self.suite("unload")[-1].index)
        return min(left, default=None)

    @cached_property
    def lost_by_reload(self) -> Entry | None:
        """The page reload after which the chat was over for the host, or ``None``."""
        return next((entry for entry in self.suite("reloaded") if not entry.data["goes_on"]), None)

    @cached_property
    def ends(self) -> list[Entry]:
        """Every entry that ends this chat for the host, in order: the user's end settled, the agent's end was told,
        a CONNECTING error was told, the start was rejected, a page reload ended it."""
        found = list(self.callbacks("agent_ended_chat"))
        found += [entry for entry in self.callbacks("set_error_status") if entry.data["error"].get("type") == 1]
        found += [call.outcome for call in self.calls("end_chat") if call.outcome is not None]
        if self.start.failed and self.start.outcome is not None:
            found.append(self.start.outcome)
        if self.lost_by_reload is not None:
            found.append(self.lost_by_reload)
        return sorted(found, key=lambda entry: entry.index)

    @cached_property
    def ended_at(self) -> int | None:
        """Where in the trace the chat ended for the host, or ``None``."""
        return self.ends[0].index if self.ends else None


def chats(trace: Trace) -> Iterator[Chat]:
    """Yield every chat of the trace in order of its start."""
    yield from trace.reading(_chats)


def _chats(trace: Trace) -> list[Chat]:
    keys = dict.fromkeys(entry.chat for entry in trace.of(Side.HOST, "start_chat"))
    return [Chat(trace, key) for key in keys if key is not None]


def _by_chat(trace: Trace) -> dict[str | None, list[Entry]]:
    return grouped(trace, lambda entry: entry.chat)


def message_texts(callback: Entry) -> list[str]:
    """Return every text a ``send_message_to_user`` callback shows."""
    return list(callback.data.get("texts", []))
