"""Requirements of what remains after a chat, and of the next one: LIF-07, LIF-10 and LIF-17."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from contracts.readings_wire import FOREVER, connecting_errors, faults_during
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Chat, chats, message_texts

IRRELEVANT = ("update_agent_availability", "update_capabilities", "update_persisted_state", "agent_read_messages")
"""Callbacks whose number or moment may differ between two equal chats."""
DISTURBING = ("fault", "hold", "drop", "impossible")


@requirement("LIF-07", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT, Guide.EVENTS))
def second_chat_is_like_the_first(trace: Trace) -> Judgements:
    """A second chat on one adapter goes like a first one.

    What: Where user and agents do the same in a later chat of an adapter as in its first, on a desk without faults, the
    adapter tells the host the same, in the same order; only ids may differ.
    Why: The object is used for chat after chat. What is left of the last one turns the first agent into a transfer, or
    doubles each message.
    Seen: B11 (a flag was never reset: the first agent of the second chat came as a transfer), B29 (listeners of the
    first chat stayed: every event twice), B56 (the agent of the first chat was remembered: no join), B43.
    """
    first: dict[str, Chat] = {}
    for chat in chats(trace):
        before = first.setdefault(chat.user, chat)
        if before is not chat and _stimuli(chat) == _stimuli(before) and not _disturbed(chat, before):
            yield _alike(chat, before)


def _disturbed(*both: Chat) -> bool:
    return any(chat.suite(*DISTURBING) or faults_during(chat.trace, chat.start.index, chat.ended_at) for chat in both)


def _alike(chat: Chat, before: Chat) -> Judgement:
    for read, word in ((_responses, "callback"), (_outcomes, "call")):
        pairs = enumerate(zip_longest(read(before), read(chat), fillvalue="nothing more"), start=1)
        for place, (then, now) in pairs:
            if then != now:
                expected = f"chat {chat.key}, in which all did as in chat {before.key}, goes like it"
                actual = f"{word} {place} was {then} there, and is {now} here"
                return broken(chat.start.index, expected, actual, chat.key)
    return held(chat.start.index, chat.key)


class _Names:
    """Gives agents names by the order in which they appear in one chat."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, agent: Any) -> str:
        key = str(agent.get("id")) if isinstance(agent, Mapping) else str(agent)
        return self._known.setdefault(key, f"agent {len(self._known) + 1}")


def _stimuli(chat: Chat) -> list[str]:
    names = _Names()
    until = FOREVER if chat.ended_at is None else chat.ended_at
    during = [entry for entry in chat.trace if chat.start.index <= entry.index <= until]
    own = [entry for entry in during if entry.chat == chat.key or entry.kind == "advance"]
    return [word for entry in own for word in _stimulus(entry, names)]


def _stimulus(entry: Entry, names: _Names) -> Iterator[str]:
    if entry.side is Side.HOST and entry.call is None and not entry.data.get("inside"):
        yield f"{entry.kind} {[entry.data.get(key) for key in ('text', 'is_typing', 'minimal')]}"
    elif entry.side is Side.DESK and entry.kind == "act":
        agents = [names.of(entry.data[key]) for key in ("agent", "to_agent") if key in entry.data]
        yield f"{entry.data.get('action')} {agents} {entry.data.get('text')} {entry.data.get('typing')}"
    elif entry.side is Side.DESK and entry.kind == "done":
        yield "done" if entry.data.get("ok") else "refused"
    elif entry.kind == "advance":
        yield f"advance {entry.data.get('seconds')}"


def _responses(chat: Chat) -> list[str]:
    """What the adapter told up to the last event that surely had its effect."""
    until = max((mark.index for mark in chat.delivered), default=0)
    names = _Names()
    told = [entry for entry in chat.callbacks() if entry.kind not in IRRELEVANT and entry.index < until]
    return [_response(entry, names) for entry in told]


def _outcomes(chat: Chat) -> list[str]:
    until = FOREVER if chat.ended_at is None else chat.ended_at
    during = [call for call in chat.calls() if call.index <= until]
    return [f"{call.entry.kind} {'resolved' if call.ok else 'rejected'}" for call in during]


def _response(entry: Entry, names: _Names) -> str:
    data = entry.data
    match entry.kind:
        case "agent_joined":
            return f"agent_joined ({names.of(data['profile'])})"
        case "send_message_to_user":
            return f"send_message_to_user {message_texts(entry)!r} ({names.of(data.get('agent_id'))})"
        case "agent_typing":
            return f"agent_typing({data.get('is_typing')})"
    return entry.kind


@requirement("LIF-10", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.END_CHAT,))
def nothing_is_left_of_an_ended_chat(trace: Trace) -> Judgements:
    """An ended chat leaves no connection, timer or thread.

    What: After the user's or the agent's end, and 30 s of the desk's time, no stream or poll of the chat is open, no
    timer of the adapter is pending, and no thread of it runs.
    Why: One leaked connection for each chat, in every visitor's browser, until the desk refuses new ones; and forgotten
    timers speak up in the next chat.
    Seen: B3 (the socket was never closed), B43 (a listener for each chat, never removed), B51 (the end did not stop the
    polling loop).
    """
    for chat in chats(trace):
        if chat.ended_at is not None and not _cleans_up_alone(chat):
            yield from _left_over(chat, f"after chat {chat.key} ended")


@requirement("LIF-17", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,))
def failed_chat_cleans_up_by_itself(trace: Trace) -> Judgements:
    """A chat that failed is cleaned up without the host's help.

    What: After a rejected start, a CONNECTING error or a reconnect that returned false, no stream, poll, timer or
    thread of the adapter is left, though the host calls no end_chat.
    Why: The host takes such a chat for over and never comes back to it.
    Seen: A fact of the host; kin of B3 and B35 (polling went on for a chat that never began).
    """
    for chat in chats(trace):
        if _cleans_up_alone(chat) and not chat.calls("end_chat"):
            yield from _left_over(chat, f"after chat {chat.key} failed, without an end_chat")


def _cleans_up_alone(chat: Chat) -> bool:
    reconnects = chat.calls("reconnect")
    refused = any(call.ok and call.outcome and call.outcome.data.get("value") is False for call in reconnects)
    return chat.start.failed or bool(connecting_errors(chat)) or refused


def _left_over(chat: Chat, when: str) -> Iterator[Judgement]:
    for census in chat.suite("census"):
        left = [f"{census.data['streams']} open stream(s)"] if census.data.get("streams") else []
        left += [f"timer {name}" for name in census.data.get("timers", [])]
        left += [f"thread {name}" for name in census.data.get("threads", [])]
        yield judged(
            not left, census.index, f"{when} nothing of the adapter is left", f"left: {', '.join(left)}", chat.key
        )
