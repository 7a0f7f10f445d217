"""Readings of the wire: requests and answers, streams and their frames, and what they tell of a conversation.

The entries are written by ``contracts.desk``; their shapes are in ``contracts.desk.wire``. An entry of an exchange is
written when the answer is there, so that what was known *before* the request is decided by the wire's own times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.trace import Entry, Side, Trace
from contracts.views import calls, chats

FAULT_CODE = "injected_fault"
"""The problem code of a fault that the driver injected."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, or one opening of a stream (operation ``streamEvents``)."""

    entry: Entry

    @property
    def index(self) -> int:
        """Where the answer stands in the trace."""
        return self.entry.index

    @property
    def operation(self) -> str:
        """The operation's id in the contract."""
        return "streamEvents" if self.entry.kind == "handshake" else str(self.entry.data.get("operation"))

    @property
    def conversation(self) -> str | None:
        """The conversation in the path, or the one that was started."""
        found = self.entry.data.get("conversation_id")
        return None if found is None else str(found)

    @property
    def token(self) -> str:
        """Whose token was sent: ``own``, ``none``, ``garbage``, ``foreign``, ``expired``, ``user``."""
        return str(self.entry.data.get("token"))

    @property
    def status(self) -> int | None:
        """The answer's status; ``None``: no whole answer came."""
        found = self.entry.data.get("status")
        return None if found is None else int(found)

    @property
    def body(self) -> Mapping[str, Any]:
        """The answer's body, empty if it is no JSON object."""
        body = self.entry.data.get("body")
        return body if isinstance(body, Mapping) else {}

    @property
    def sent(self) -> Mapping[str, Any]:
        """The request's body, empty if it was no JSON object."""
        body = (self.entry.data.get("request") or {}).get("body")
        return body if isinstance(body, Mapping) else {}

    @property
    def query(self) -> Mapping[str, Any]:
        """The request's query."""
        found = (self.entry.data.get("request") or {}).get("query")
        return found if isinstance(found, Mapping) else {}

    @property
    def after(self) -> int:
        """The position that events were asked after."""
        headers = (self.entry.data.get("request") or {}).get("headers") or {}
        resumed = {str(name).lower(): value for name, value in headers.items()}.get("last-event-id")
        asked = self.entry.data.get("after", resumed if resumed is not None else self.query.get("after"))
        try:
            return int(asked or 0)
        except (TypeError, ValueError):
            return 0

    @property
    def ok(self) -> bool:
        """Whether the desk accepted it."""
        return self.status is not None and (200 <= self.status < 300 or self.status == 101)

    @property
    def refused(self) -> bool:
        """Whether the desk said that the request is wrong (a status of the 4xx class)."""
        return self.status is not None and 400 <= self.status < 500

    @property
    def mapped(self) -> bool:
        """Whether a mapping stands between: the desk has another shape, and its statuses vary within their class."""
        return bool(self.entry.data.get("mapped"))

    @property
    def answered(self) -> bool:
        """Whether the desk itself answered, and not a fault."""
        return self.status is not None and self.body.get("code") != FAULT_CODE

    def __str__(self) -> str:
        return f"{self.operation} with {TOKENS.get(self.token, self.token)}"


TOKENS = {
    "own": "the conversation's token",
    "none": "no token",
    "garbage": "a token that the desk never gave out",
    "foreign": "the token of another conversation",
    "expired": "an expired token",
    "user": "a user token instead of the conversation's",
    "wrong_api_key": "an API key that the desk does not know",
}
"""How a report names what was sent as authorization."""


def exchanges(trace: Trace, *operations: str) -> list[Exchange]:
    """Return what was asked over the wire, of the operations given or all, in order of the answers."""
    found = [Exchange(entry) for entry in trace.of(Side.WIRE, "exchange", "handshake")]
    return [one for one in found if not operations or one.operation in operations]


def known_conversations(trace: Trace) -> frozenset[str]:
    """Return the conversations that the desk is known to have made."""
    started = {one.conversation for one in exchanges(trace, "startChat") if one.ok}
    told = {str(chat.truth["id"]) for chat in chats(trace) if chat.truth is not None and "id" in chat.truth}
    return frozenset({one for one in started if one is not None} | told)


# events


@dataclass(frozen=True)
class Seen:
    """One event as the desk told it, over a stream, in a poll, or to the driver (source ``act``)."""

    index: int
    source: str
    conversation: str
    event: Mapping[str, Any]

    @property
    def seq(self) -> int | None:
        """The event's position, ``None`` if it has none."""
        found = self.event.get("seq")
        return found if isinstance(found, int) and not isinstance(found, bool) else None


def seen_events(trace: Trace) -> Iterator[Seen]:
    """Yield every event that the desk told, in the order of the trace."""
    owners = _conversation_of_acts(trace)
    for entry in trace:
        if entry.side is Side.WIRE and entry.kind == "frame" and isinstance(entry.data.get("frame"), Mapping):
            yield Seen(entry.index, stream_name(entry), str(entry.data["conversation_id"]), entry.data["frame"])
        elif entry.side is Side.WIRE and entry.kind == "exchange":
            for event in polled(Exchange(entry)):
                yield Seen(entry.index, f"the poll at entry {entry.index}", str(entry.data["conversation_id"]), event)
        elif entry.index in owners:
            for event in entry.data.get("events", []):
                yield Seen(entry.index, "act", owners[entry.index], event)


def stream_name(entry: Entry) -> str:
    """Return how a report names the stream of a frame or handshake; the same for all entries of one stream."""
    whose = f" of {entry.user}" if entry.user else ""
    return f"stream {entry.data.get('connection')}{whose}"


def polled(one: Exchange) -> list[Mapping[str, Any]]:
    """Return the events of a poll, empty for any other exchange."""
    if one.operation != "pollEvents" or not one.ok:
        return []
    return [event for event in one.body.get("events") or [] if isinstance(event, Mapping)]


def _conversation_of_acts(trace: Trace) -> dict[int, str]:
    """Return the outcomes of agents' acts, with the conversation that they belong to.

    None where the driver counts events by itself: its positions, and what it makes of ids, are not those of the wire.
    """
    if (trace.about.get("desk") or {}).get("positions") == "own":
        return {}
    names = {chat.key: str(chat.truth["id"]) for chat in chats(trace) if chat.truth is not None and "id" in chat.truth}
    return {
        call.outcome.index: names[call.entry.chat]
        for call in calls(trace, Side.DESK, "act")
        if call.outcome is not None and call.entry.chat in names
    }


def began_after(trace: Trace, one: Exchange) -> int:
    """Return the last entry that surely stood in the trace when the request was made (-1: none is known to).

    The wire stamps each of its entries with its own time; a request without a stamp was made at its entry.
    """
    at, seconds = one.entry.data.get("at"), one.entry.data.get("seconds")
    if at is None:
        return one.index - 1
    began = at - (seconds or 0.0)
    earlier = [
        entry.index
        for entry in trace.of(Side.WIRE)
        if entry.index < one.index and entry.user == one.entry.user and entry.data.get("at", began + 1) <= began
    ]
    return max(earlier, default=-1)


def disordered(trace: Trace) -> bool:
    """Tell whether the suite itself had the desk send events out of order or frames that are no events."""
    kinds = {entry.data["fault"].get("kind") for entry in trace.of(Side.SUITE, "fault")}
    return bool(kinds & {"reorder", "garbage_frame", "unknown_type"})


# messages


@dataclass(frozen=True)
class Accepted:
    """A message that the desk said it has: of the user (a send was answered 2xx) or of an agent (an act was done)."""

    index: int
    conversation: str
    message: Mapping[str, Any]
    role: str
    text: str

    @property
    def seq(self) -> int | None:
        """Its position, where the desk told it."""
        found = self.message.get("seq")
        return found if isinstance(found, int) else None


def accepted(trace: Trace) -> Iterator[Accepted]:
    """Yield every message that the desk accepted."""
    for one in exchanges(trace, "sendMessageToAgent"):
        if one.ok and one.token == "own" and one.conversation is not None and "text" in one.sent:
            yield Accepted(one.index, one.conversation, one.body, "user", str(one.sent.get("text", "")))
    for seen in seen_events(trace):
        if seen.source == "act" and seen.event["type"] == "message.created":
            message = seen.event["data"]["message"]
            yield Accepted(seen.index, seen.conversation, message, str(message["author"]["role"]), message["text"])


def told_messages(trace: Trace, conversation: str) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Yield each message that the desk tells of the conversation: the entry, how it was told, the message."""
    for one in exchanges(trace, "listMessages"):
        if one.ok and one.conversation == conversation:
            for message in one.body.get("messages") or []:
                yield one.index, "the transcript", message
    for seen in seen_events(trace):
        data = seen.event.get("data")
        message = data.get("message") if isinstance(data, Mapping) else None
        created = seen.event.get("type") == "message.created" and seen.source != "act"
        if created and seen.conversation == conversation and isinstance(message, Mapping):
            yield seen.index, seen.source, message


def told_by_id(trace: Trace) -> dict[tuple[str, Any], list[tuple[int, str, Mapping[str, Any]]]]:
    """Return every telling of each message, by the conversation and the message's id."""
    found: dict[tuple[str, Any], list[tuple[int, str, Mapping[str, Any]]]] = defaultdict(list)
    for conversation in {one.conversation for one in accepted(trace)}:
        for telling in told_messages(trace, conversation):
            if telling[2].get("id"):
                found[conversation, telling[2]["id"]].append(telling)
    return found


def ended_by(trace: Trace, conversation: str) -> Entry | None:
    """Return the first entry in which the desk told that the conversation has ended."""
    found = [
        one.entry
        for one in exchanges(trace)
        if one.conversation == conversation and one.ok and one.body.get("state") == "ended"
    ]
    found += [
        trace.entries[seen.index]
        for seen in seen_events(trace)
        if seen.conversation == conversation and seen.event.get("type") == "conversation.ended"
    ]
    return min(found, key=lambda entry: entry.index, default=None)
