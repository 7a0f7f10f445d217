"""MSG, from the user to the desk: a send is told the truth about what the desk has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.readings_messages import quoted
from contracts.readings_probes import repeated_sends
from contracts.readings_sends import Sending, disturbed, sendings, should_work
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, held, judged, requirement
from contracts.trace import Trace
from contracts.views import Call, Chat, chats

SENDING = (Guide.SEND_MESSAGE_TO_AGENT,)
ORDINARY = 1000
"""Texts up to this length (code points) are within every desk's limit, unless the run set a smaller one."""


@requirement("MSG-05", level=Level.MUST, subject=Subject.ADAPTER, guide=SENDING, needs=("driver:conversations",))
def receipt_is_honest(trace: Trace) -> Judgements:
    """A send resolves if and only if the desk has the message.

    What: when a send resolves, the desk has the message; when the desk refused it, did not answer, or could not be
    reached, the send rejects. Where the answer got lost nobody knows, and the send rejects. In a chat with an agent
    and without a fault of the wire an ordinary text is delivered, whatever else fails.
    Why: the promise is the receipt: the host shows the message as delivered, or offers to send it again.
    Seen: B14, B31, B41, B62: requests not awaited, refusals ignored, so that a lost text is shown as sent; a failed
    read receipt that stops the text; a first message sent into a socket that was not open yet.
    """
    for chat in chats(trace):
        if chat.truth is None and not chat.start.failed:
            continue
        for sending in sendings(chat):
            if sending.text:
                for call in sending.calls:
                    yield from _receipt(trace, chat, sending, call)


def _receipt(trace: Trace, chat: Chat, sending: Sending, call: Call) -> Judgements:
    if call.outcome is None:
        return
    text = quoted(sending.text)
    if not call.settled:
        yield _judged(chat, call, False, f"the send of {text} resolves or rejects", "the host gave up waiting for it")
    elif call.ok:
        has = bool(sending.stored)
        yield _judged(chat, call, has, f"the send of {text} rejects, as the desk does not have it", "it resolved")
    elif sending.stored and not sending.resolved:
        excused = disturbed(trace, chat, call)
        yield _judged(chat, call, excused, f"the send of {text} resolves, as the desk has it", _rejected(call))
    else:
        excused = not (_is_ordinary(trace, sending) and should_work(trace, chat, call))
        expected = f"the send of {text} resolves: an agent is in the chat, and no fault touched the send"
        yield _judged(chat, call, excused, expected, _rejected(call))


def _judged(chat: Chat, call: Call, ok: bool, expected: str, actual: str) -> Judgement:
    return judged(ok, call.index, expected, actual, chat.key)


def _rejected(call: Call) -> str:
    return f"it rejected: {call.error or 'without a reason'}"


def _is_ordinary(trace: Trace, sending: Sending) -> bool:
    limit = trace.about.get("settings", {}).get("max_text_characters") or ORDINARY
    return bool(sending.text.strip()) and len(sending.text) <= min(limit, ORDINARY) and not sending.with_files


@requirement("MSG-07", level=Level.SHOULD, subject=Subject.BOTH, guide=SENDING)
def repeated_send_is_stored_once(trace: Trace) -> Judgements:
    """A message that is sent again is stored once.

    What: a message sent twice with the same id and text, or sent again by the adapter because an answer got lost,
    is in the conversation once.
    Why: when an answer is lost the only way to be sure is to send again; that must not make the user say it twice.
    Seen: rests on the rule that delivery is at least once on the wire and at most once to the eye.
    """
    for chat in chats(trace):
        if chat.truth is None:
            continue
        for sending in sendings(chat):
            again = len(sending.calls) > 1 or any(disturbed(trace, chat, call) for call in sending.calls)
            twice = len(sending.stored) > 1
            if sending.text and sending.stored and (again or twice):
                yield judged(
                    not twice,
                    sending.calls[-1].index,
                    f"the desk has the message {quoted(sending.text)} with the id "
                    f"{sending.calls[0].data.get('message_id')!r} once",
                    f"it has it {len(sending.stored)} times, as events {_seqs(sending)}",
                    chat.key,
                )
    yield from repeated_sends(trace)


def _seqs(sending: Sending) -> str:
    return " and ".join(str(message["seq"]) for message in sending.stored)


@requirement("MSG-09", level=Level.SHOULD, subject=Subject.ADAPTER, guide=SENDING, needs=("driver:conversations",))
def empty_is_not_sent(trace: Trace) -> Judgements:
    """An empty text is not sent; spaces are.

    What: a send with an empty text and no files leaves no message at the desk. A text of spaces only is a text: it
    is delivered like any other.
    Why: an empty message is noise in the agent's window; but what the user typed is not the adapter's to judge.
    Seen: rests on the host, which hands over an empty text together with files, and on the rule that texts arrive
    as written.
    """
    for chat in chats(trace):
        if chat.truth is None:
            continue
        for sending in sendings(chat):
            if sending.text and not sending.text.strip() and not sending.with_files:
                yield from _spaces_arrive(trace, chat, sending)
        yield from _empty_ones(chat)


def _empty_ones(chat: Chat) -> Judgements:
    """Judge the sends of nothing: no message is left over that was not sent with a text or with files."""
    empty = [call for call in chat.calls("send_message_to_agent") if not call.data["text"] and not call.data["files"]]
    meant = [id(message) for sending in sendings(chat) if sending.text for message in sending.stored]
    stored = [one for one in chat.user_messages if id(one) not in meant and not one.get("file_ids")]
    for place, call in enumerate(empty):
        actual = _left_over(stored[place]) if place < len(stored) else ""
        expected = "the desk has no message for the send of an empty text without files"
        yield judged(place >= len(stored), call.index, expected, actual, chat.key)


def _left_over(message: Mapping[str, Any]) -> str:
    return f"it has one, {quoted(str(message['text']))}, as event {message['seq']}"


def _spaces_arrive(trace: Trace, chat: Chat, sending: Sending) -> Judgements:
    call = sending.calls[0]
    if sending.exact:
        yield held(call.index, chat.key)
    elif call.ok or should_work(trace, chat, call):
        how = _rejected(call) if call.failed else "it resolved, and the desk does not have it"
        yield _judged(chat, call, False, f"the text {quoted(sending.text)}, spaces only, is sent as written", how)
