"""Readings of a trace about messages to the desk: which send became which message, and which send has an excuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.readings_messages import same_text
from contracts.trace import Side, Trace
from contracts.views import Call, Chat

UNRELATED = frozenset(
    {
        "userReadMessages",
        "userTyping",
        "getAvailability",
        "getConversation",
        "listMessages",
        "getCapabilities",
        "endChat",
    }
)
"""Operations whose failure is no reason to lose a text. A state that could not be told may be one, a stream, too."""


@dataclass(frozen=True)
class Sending:
    """One text that the user sent, perhaps several times under one message id, and what the desk has of it."""

    calls: tuple[Call, ...]
    stored: tuple[Mapping[str, Any], ...]

    @property
    def text(self) -> str:
        """What the user wrote."""
        return str(self.calls[0].data["text"])

    @property
    def index(self) -> int:
        """Where it was sent first."""
        return self.calls[0].index

    @property
    def with_files(self) -> bool:
        """Whether files went with it."""
        return bool(self.calls[0].data.get("files"))

    @property
    def resolved(self) -> bool:
        """Whether some call was told that the desk has it."""
        return _resolved(self.calls)

    @property
    def exact(self) -> bool:
        """Whether the desk has it as it was written."""
        return any(same_text(message["text"], self.text) for message in self.stored)


def sendings(chat: Chat) -> list[Sending]:
    """Return what the user sent, in the order of the first calls, each with the messages that the desk has of it."""
    groups = _grouped(chat.calls("send_message_to_agent"))
    free: list[Mapping[str, Any]] = list(chat.user_messages)
    taken: list[list[Mapping[str, Any]]] = [[] for _ in groups]
    _take_by_id(groups, free, taken)
    _take_by_text(groups, free, taken)
    _take_what_is_left(groups, free, taken)
    return [Sending(tuple(group), tuple(stored)) for group, stored in zip(groups, taken, strict=True)]


def _resolved(calls: Iterable[Call]) -> bool:
    return any(call.ok for call in calls)


def _grouped(calls: Iterable[Call]) -> list[list[Call]]:
    groups: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        groups.setdefault((str(call.data.get("message_id")), str(call.data["text"])), []).append(call)
    return list(groups.values())


def _take_by_id(groups: list[list[Call]], free: list[Mapping[str, Any]], taken: list[list[Mapping[str, Any]]]) -> None:
    for group, stored in zip(groups, taken, strict=True):
        wanted = group[0].data.get("message_id")
        same = [one for one in free if wanted and one.get("client_message_id") == wanted]
        stored += [one for one in same if same_text(one["text"], group[0].data["text"])] or same[:1]
        free[:] = [one for one in free if not any(one is other for other in stored)]


def _take_by_text(
    groups: list[list[Call]], free: list[Mapping[str, Any]], taken: list[list[Mapping[str, Any]]]
) -> None:
    """Give each sending one message of its text, those first that were told that the desk has it; what is then left of
    a text goes to the last sending of it.

    A desk that keeps no ids of its clients shows nothing else: of two equal texts, one of which was refused, it has the
    other.
    """
    for group, stored in sorted(zip(groups, taken, strict=True), key=lambda one: not _resolved(one[0])):
        same = [] if stored else [one for one in free if same_text(one["text"], group[0].data["text"])]
        stored += same[:1]
        free[:] = [one for one in free if not any(one is other for other in stored)]
    for group, stored in reversed(list(zip(groups, taken, strict=True))):
        stored += [one for one in free if one["text"] and same_text(one["text"], group[0].data["text"])]
        free[:] = [one for one in free if not any(one is other for other in stored)]


def _take_what_is_left(
    groups: list[list[Call]], free: list[Mapping[str, Any]], taken: list[list[Mapping[str, Any]]]
) -> None:
    """Give a text that was said to have arrived, and did not, the next message that nobody is known to have sent."""
    for group, stored in zip(groups, taken, strict=True):
        if not stored and free and group[0].data["text"] and _resolved(group):
            stored.append(free.pop(0))


def disturbed(trace: Trace, chat: Chat, call: Call) -> bool:
    """Tell whether a fault of the wire may have touched a send: then it may fail with nobody to blame."""
    until = call.outcome.index if call.outcome is not None else len(trace)
    active = False
    for entry in trace.of(Side.SUITE):
        if entry.index >= until:
            break
        if entry.kind == "fault" and (entry.chat in (None, chat.key) or not entry.data["fault"].get("conversation_id")):
            active = active or _touches_sends(entry.data["fault"])
        elif entry.kind == "drop" and entry.chat == chat.key:
            active = True
        elif entry.index < call.index and (
            entry.kind == "cleared" or (entry.kind == "reconnected" and entry.chat == chat.key)
        ):
            active = False
    return active


def _touches_sends(fault: Mapping[str, Any]) -> bool:
    """Whether a fault may be a reason for a send to fail; who was told to wait may leave the desk alone altogether."""
    told_to_wait = fault.get("kind") == "rate_limit" or fault.get("status") in (429, 503)
    return told_to_wait or fault.get("operation") not in UNRELATED


def joined_at(chat: Chat) -> int | None:
    """Return where the host was told of the first agent, or ``None``."""
    joins = chat.callbacks("agent_joined")
    return joins[0].index if joins else None


def over_at(chat: Chat) -> int | None:
    """Return where the chat was over, for the host or at the desk, or ``None``."""
    ends = [chat.ended_at] if chat.ended_at is not None else []
    ends += [call.index for call in chat.calls("end_chat")]
    ends += [
        call.outcome.index
        for call in chat.acts()
        if call.outcome is not None
        and any(event["type"] == "conversation.ended" for event in call.outcome.data.get("events", []))
    ]
    return min(ends, default=None)


def should_work(trace: Trace, chat: Chat, call: Call) -> bool:
    """Tell whether a send has no excuse: an agent was there, the chat went on, no fault touched it."""
    joined, over = joined_at(chat), over_at(chat)
    until = call.settled_at
    if joined is None or until is None or call.index < joined or (over is not None and over < until):
        return False
    return not disturbed(trace, chat, call)
