"""Requirements of losses that last, and of what the user writes meanwhile: REC-02 and REC-08."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_messages import normal, quoted
from contracts.readings_pages import limit_of, outage_end, outages
from contracts.readings_wire import Gap, connecting_errors, desk_ended_before, gaps
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Trace
from contracts.views import Call, Chat, chats

SENDING = (Guide.SEND_MESSAGE_TO_AGENT,)


@requirement("REC-02", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:inject",))
def attempts_end(trace: Trace) -> Judgements:
    """Attempts to come back end, and the user is told.

    What: When the desk of a chat with an agent stays away for longer than the adapter tries (its declared limit, else
    ten minutes of the desk's time), the chat is ended, once: agent_ended_chat or a CONNECTING error. An end that is
    told twice is a violation at once.
    Why: An input that stays locked for ever, in a chat that nobody reads any more, is worse than an end.
    Seen: B39 (the user was left with a frozen chat after the first failure).
    """
    for chat in chats(trace):
        for gap, seconds in outages(chat):
            if _had_an_agent(chat, gap):
                yield from _ended(chat, gap, seconds)


def _had_an_agent(chat: Chat, gap: Gap) -> bool:
    joined = any(entry.index < gap.cut.index for entry in chat.callbacks("agent_joined"))
    before = chat.ended_at is not None and chat.ended_at < gap.cut.index
    return joined and not before and not desk_ended_before(chat, outage_end(chat, gap).index)


def _ended(chat: Chat, gap: Gap, seconds: float) -> Iterator[Judgement]:
    over = outage_end(chat, gap).index
    told = [*chat.callbacks("agent_ended_chat"), *connecting_errors(chat)]
    ends = [entry for entry in told if gap.cut.index < entry.index < over]
    expected = f"chat {chat.key}, whose desk was away for {seconds:.0f} s, is ended for the user, once"
    if len(ends) > 1:
        yield broken(ends[1].index, expected, f"{len(ends)} ends were told", chat.key)
    elif ends:
        yield held(gap.cut.index, chat.key)
    elif seconds >= limit_of(chat.trace):
        yield broken(gap.cut.index, expected, "no end was told", chat.key)


@requirement("REC-08", level=Level.SHOULD, subject=Subject.ADAPTER, guide=SENDING, needs=("driver:inject",))
def texts_of_a_gap_are_honest(trace: Trace) -> Judgements:
    """What the user writes while the connection is lost is refused, or arrives once.

    What: A text sent while the stream is cut either rejects, or the desk has it exactly once in the end, also when the
    desk did not take it at first. In no case does the desk have it twice.
    Why: The host may not have locked the input yet. What is queued and lost is an answer that never comes; what is
    queued and sent twice is an order placed twice.
    Seen: Kin of B14 and B41 (sends were not awaited, and what was lost was shown as sent).
    """
    for chat in chats(trace):
        for call in chat.calls("send_message_to_agent"):
            if chat.truth is not None and call.data["text"] and any(gap.contains(call.index) for gap in gaps(chat)):
                yield from _honest(chat, call)


def _honest(chat: Chat, call: Call) -> Iterator[Judgement]:
    text = normal(str(call.data["text"]))
    sent = [other for other in chat.calls("send_message_to_agent") if normal(str(other.data["text"])) == text]
    stored = sum(normal(str(message["text"])) == text for message in chat.user_messages)
    expected = f"{quoted(text)}, sent while the stream of chat {chat.key} was cut, rejects or arrives once"
    if stored > len(sent):
        yield broken(call.index, expected, f"the desk has it {stored} times", chat.key)
    elif call.settled:
        accepted = sum(other.ok for other in sent)
        actual = f"it resolved, and the desk has it {stored} times"
        yield judged(call.failed or stored >= accepted, call.index, expected, actual, chat.key)
