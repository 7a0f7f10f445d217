"""What the wire alone tells of requirements that callbacks judge as well, for desks without a driver: the desk probes
send, read again and look at the conversation, and nothing else is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.readings_exchanges import (
    Accepted,
    Exchange,
    accepted,
    began_after,
    exchanges,
    seen_events,
    told_by_id,
    told_messages,
)
from contracts.readings_messages import normal, quoted, same_text
from contracts.readings_state import STATE_NAMES
from contracts.requirement import Guide, Judgement, Judgements, judged
from contracts.trace import Side, Trace
from contracts.vocabulary import is_control_word


def texts_come_back(trace: Trace) -> Judgements:
    """Judge whether each accepted text of the user is told again as it was sent (MSG-01)."""
    told = told_by_id(trace)
    for one in accepted(trace):
        if one.role == "user":
            for _, how, message in told.get((one.conversation, one.message.get("id")), []):
                text = str(message.get("text"))
                expected = f"{how} has the user's text as written: {quoted(one.text)}"
                yield judged(same_text(text, one.text), one.index, expected, f"it has {quoted(text)}")


def repeated_sends(trace: Trace) -> Judgements:
    """Judge whether a message sent again with its id is the same message (MSG-07)."""
    first: dict[tuple[str, str, str], Exchange] = {}
    for one in exchanges(trace, "sendMessageToAgent"):
        name, text = one.sent.get("message_id"), str(one.sent.get("text", ""))
        if not one.ok or one.token != "own" or not name:
            continue
        before = first.setdefault((str(one.conversation), str(name), text), one)
        if before is not one:
            yield _same_message(trace, before, one)


def _same_message(trace: Trace, before: Exchange, one: Exchange) -> Judgement:
    name = one.sent.get("message_id")
    ids = {before.body.get("id"), one.body.get("id")} | {
        message.get("id")
        for _, _, message in told_messages(trace, str(one.conversation))
        if message.get("client_message_id") == name
    }
    expected = f"the message {name!r}, sent again, is the one that the desk has: {before.body.get('id')!r}"
    return judged(len(ids) == 1, one.index, expected, f"the desk has {', '.join(sorted(map(str, ids)))}")


def texts_kept_apart(trace: Trace) -> Judgements:
    """Judge whether each conversation holds only what was sent to it (SEC-01)."""
    if trace.of(Side.SUITE, "fault"):
        return
    sent: dict[str, set[str]] = defaultdict(set)
    for one in accepted(trace):
        sent[one.conversation].add(normal(one.text))
    for mine in sent:
        foreign = {text for other in sent for text in sent[other] if other != mine} - sent[mine] - {""}
        told = list(told_messages(trace, mine)) if foreign else []
        for index, how, message in told:
            text = str(message.get("text"))
            expected = f"{how} of {mine!r} holds only what was sent to it"
            yield judged(normal(text) not in foreign, index, expected, f"it holds {quoted(text)}, sent to another")


def words_not_obeyed(trace: Trace) -> Judgements:
    """Judge whether a conversation goes on after words that look like commands (SEC-08)."""
    for one in exchanges(trace, "getConversation"):
        word = _last_word(trace, one)
        if one.ok and word is not None and not _ended_on_purpose(trace, one):
            expected = f"the conversation goes on after the message {quoted(word.text)}"
            yield judged(one.body.get("state") != "ended", one.index, expected, "it has ended")


def _last_word(trace: Trace, one: Exchange) -> Accepted | None:
    said = [
        word
        for word in accepted(trace)
        if word.conversation == one.conversation
        and word.index <= began_after(trace, one)
        and is_control_word(word.text)
    ]
    return said[-1] if said else None


def _ended_on_purpose(trace: Trace, one: Exchange) -> bool:
    asked = [other for other in exchanges(trace, "endChat") if other.conversation == one.conversation]
    acted = [seen for seen in seen_events(trace) if seen.source == "act" and seen.conversation == one.conversation]
    return any(other.index < one.index for other in asked) or any(
        seen.event.get("type") == "conversation.ended" and seen.index < one.index for seen in acted
    )


def latencies(trace: Trace) -> Iterator[tuple[Accepted, int, float]]:
    """Yield how long (wall seconds) each message of the user took from its acceptance to the first stream or poll that
    was waiting for it: the message, the entry, the seconds."""
    for one in accepted(trace):
        sent = trace.entries[one.index]
        if one.role != "user" or one.seq is None or not str(sent.data.get("purpose") or "").startswith("latency."):
            continue
        for seen in seen_events(trace):
            entry = trace.entries[seen.index]
            if seen.seq == one.seq and seen.conversation == one.conversation and "at" in entry.data:
                yield one, seen.index, entry.data["at"] - sent.data["at"]
                break


def context_comes_back(trace: Trace) -> Iterator[Judgement]:
    """Judge whether a conversation is told with the context and the state that were given, unchanged (STA-04)."""
    given: dict[str, dict[str, Any]] = defaultdict(dict)
    for one in exchanges(trace, "startChat", "updateState", "getConversation"):
        known, changes = given[str(one.conversation)], _given_by(one)
        if not one.ok or one.token not in ("own", "user", "none"):
            for name in changes:  # it may have been taken all the same
                known.pop(name, None)
            continue
        known.update(changes)
        told = one.body.get("conversation") if one.operation == "startChat" else one.body
        if isinstance(told, Mapping) and one.body:  # an answer that got lost on the way tells nothing
            yield from _told_as_given(one, known, told)


def _given_by(one: Exchange) -> dict[str, Any]:
    """Return what a request gives of the context, and of who the user is."""
    context = one.sent.get("context")
    found = {**context} if one.operation == "startChat" and isinstance(context, Mapping) else {}
    names = {"startChat": ("user_id",), "updateState": STATE_NAMES}.get(one.operation, ())
    found |= {name: one.sent.get(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _told_as_given(one: Exchange, known: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Judgement]:
    found = told.get("context")
    context = found if isinstance(found, Mapping) else {}
    function = Guide.UPDATE_STATE if one.operation == "updateState" else Guide.START_CHAT
    for name, value in known.items():
        has = told.get("user_id") if name == "user_id" else context.get(name)
        expected = f"{one.operation} tells {name} as it was given: {value!r}"
        yield replace(judged(has == value, one.index, expected, f"it tells {has!r}"), function=function)
