"""PRS, what the user has read: PRS-15."""

from __future__ import annotations

from contracts.readings_messages import quoted, showings
from contracts.readings_wire import faults_during, gaps
from contracts.requirement import Guide, Judgements, Level, Subject, judged, requirement
from contracts.trace import Trace
from contracts.views import Call, Chat, chats


@requirement(
    "PRS-15",
    level=Level.MAY,
    subject=Subject.ADAPTER,
    guide=(Guide.USER_READ_MESSAGES,),
    needs=("user_read_messages", "driver:conversations"),
)
def desk_knows_what_was_read(trace: Trace) -> Judgements:
    """The desk is told that the user has read, when the user has, and of no more than that.

    What: `userReadMessages` resolves; after it the desk has every message of an agent that was shown before as read by
    the user, and none that was shown only after the last such call. Where the call was made without a chat, or while
    the desk was away or refused it, only that it settles is judged.
    Why: an agent who sees "read" does not ask again; one who does not see it repeats what the user knows.
    Seen: an addition to the catalogue: the guide names the function, and none of the seven published integrations
    has it.
    """
    for chat in chats(trace):
        reads = chat.calls("user_read_messages")
        for call in reads:
            expected = f"user_read_messages settles in chat {chat.key}"
            yield judged(call.settled, call.index, expected, "it was still under way after the host's patience")
        up_to = (chat.truth or {}).get("user_read_seq")
        if reads and "user_read_seq" in (chat.truth or {}) and _is_calm(chat, reads):
            yield from _covers(chat, reads[-1], up_to)


def _is_calm(chat: Chat, reads: list[Call]) -> bool:
    """Tell whether nothing stood between the calls and the desk, and the chat went on through them."""
    over = [call.index for call in chat.calls("end_chat")] + ([chat.ended_at] if chat.ended_at is not None else [])
    running = not any(index < (reads[-1].settled_at or 0) for index in over)
    ended_before = any(act.index < reads[-1].index for act in chat.acts("end"))
    faulty = faults_during(chat.trace, 0, reads[-1].settled_at, "userReadMessages")
    return chat.start.ok and running and not ended_before and not faulty and not any(gaps(chat))


def _covers(chat: Chat, last: Call, up_to: int | None) -> Judgements:
    settled = last.settled_at
    shown = [one for one in showings(chat) if one.callback is not None and one.by_agent]
    before = [one for one in shown if one.callback is not None and one.callback.index < last.index]
    after = [one for one in shown if one.callback is not None and settled and one.callback.index > settled]
    for one in before[-1:]:
        expected = f"the desk has {quoted(one.text)} of chat {chat.key}, which was shown before, as read by the user"
        actual = f"it has the user's reading up to event {up_to}; the text is event {one.seq}"
        yield judged(up_to is not None and up_to >= one.seq, last.index, expected, actual, chat.key)
    for one in after[:1]:
        expected = f"the desk does not have {quoted(one.text)}, shown after the user had read last, as read"
        actual = f"it has the user's reading up to event {up_to}; the text is event {one.seq}"
        yield judged(up_to is None or up_to < one.seq, last.index, expected, actual, chat.key)
