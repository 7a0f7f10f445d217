"""MSG, at the desk: what was accepted can be read again, and what is refused is not kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.readings_exchanges import (
    Accepted,
    Exchange,
    Seen,
    accepted,
    began_after,
    ended_by,
    exchanges,
    known_conversations,
    seen_events,
    told_by_id,
    told_messages,
)
from contracts.readings_messages import quoted, same_text
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Entry, Trace
from contracts.views import chats


@requirement(
    "MSG-08",
    level=Level.MUST,
    subject=Subject.DESK,
    guide=(Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS),
)
def accepted_is_retrievable(trace: Trace) -> Judgements:
    """A message that the desk accepted can be read again.

    What: each message that the desk accepted, of the user or of an agent, is in the transcript or in the events
    that are read afterwards, with the id that the desk gave it, its author's role, its time, and the text as
    accepted.
    Why: an integration that was away for a moment, and an agent who takes over, have nothing else to go by.
    Seen: rests on the guide: what was said, by whom and when, is essential information and must be retrievable.
    """
    everything, seen = told_by_id(trace), list(seen_events(trace))
    for one in accepted(trace):
        told = everything.get((one.conversation, one.message.get("id")), [])
        for _, how, message in told:
            yield _complete(one, how, message)
        if not told and _was_read_since(trace, one, seen):
            yield broken(
                one.index,
                f"the {one.role}'s message {quoted(one.text)}, which was accepted as {one.message.get('id')!r}, "
                "is in the transcript or in the events",
                "both were read since, and it is in neither of them",
            )


def _complete(one: Accepted, how: str, message: Mapping[str, Any]) -> Judgement:
    author = message.get("author")
    role = author.get("role") if isinstance(author, Mapping) else None
    wrong = [
        what
        for what, ok in (
            (f"the author's role is {role!r}", role == one.role),
            (f"the text is {quoted(str(message.get('text')))}", same_text(str(message.get("text")), one.text)),
            (f"the time is {message.get('time')!r}", isinstance(message.get("time"), str) and bool(message["time"])),
        )
        if not ok
    ]
    expected = f"{how} has {one.message.get('id')!r} with role {one.role}, a time, and the text {quoted(one.text)}"
    return judged(not wrong, one.index, expected, "; ".join(wrong))


def _was_read_since(trace: Trace, one: Accepted, seen: list[Seen]) -> bool:
    """Whether something was read that must hold the message: the transcript, or events from before it and beyond it."""
    listings = [got for got in exchanges(trace, "listMessages") if got.ok and got.conversation == one.conversation]
    if any(began_after(trace, got) >= one.index for got in listings):
        return True
    place = one.seq
    return place is not None and any(
        told.conversation == one.conversation
        and told.source != "act"
        and (told.seq or 0) > place > Exchange(trace.entries[told.index]).after
        for told in seen
    )


@requirement("MSG-11", level=Level.MUST, subject=Subject.DESK, guide=(Guide.SEND_MESSAGE_TO_AGENT,))
def refused_is_not_stored(trace: Trace) -> Judgements:
    """A message to an ended or a foreign conversation is refused and not kept.

    What: a send to a conversation that has ended, or with the token of another conversation, is answered with a
    status of the 4xx class, and its text appears neither in the transcript nor in the events. Sending a message
    again that was accepted before is not meant here.
    Why: a text that is accepted where nobody reads it is lost without a word; a text that lands in somebody else's
    conversation is a leak.
    Seen: rests on honesty: success is reported only if the other side has it.
    """
    ends = {conversation: ended_by(trace, conversation) for conversation in known_conversations(trace)}
    for one in exchanges(trace, "sendMessageToAgent"):
        if one.conversation in ends and one.answered:
            why = _why_refused(trace, one, ends[one.conversation])
            if why is not None and not _accepted_before(trace, one):
                yield _refused(trace, one, why)


def _why_refused(trace: Trace, one: Exchange, ended: Entry | None) -> str | None:
    if one.token == "foreign":
        return "with the token of another conversation"
    if one.token == "own" and ended is not None and ended.index <= began_after(trace, one):
        return "to a conversation that has ended"
    return None


def _accepted_before(trace: Trace, one: Exchange) -> bool:
    return any(
        other.index < one.index
        and other.ok
        and other.conversation == one.conversation
        and other.sent.get("message_id") is not None
        and other.sent.get("message_id") == one.sent.get("message_id")
        for other in exchanges(trace, "sendMessageToAgent")
    )


def _refused(trace: Trace, one: Exchange, why: str) -> Judgement:
    text = str(one.sent.get("text", ""))
    stored = _where_stored(trace, one, text) if text else None
    actual = f"it was answered {one.status}" + (f" and is in {stored}" if stored else "")
    expected = f"the message {quoted(text)}, sent {why}, is answered 4xx and not kept"
    return judged(one.refused and stored is None, one.index, expected, actual)


def _where_stored(trace: Trace, one: Exchange, text: str) -> str | None:
    known = {other.message.get("id") for other in accepted(trace) if other.conversation == one.conversation}
    for index, how, message in told_messages(trace, str(one.conversation)):
        if index > one.index and message.get("id") not in known and same_text(str(message.get("text")), text):
            return how
    for chat in chats(trace):
        messages = chat.user_messages if chat.truth and chat.truth.get("id") == one.conversation else []
        if any(same_text(message["text"], text) and message.get("id") not in known for message in messages):
            return "the desk's own record of the conversation"
    return None
