"""Requirements of broken and regained connections: REC-01, REC-03 and REC-04."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from contracts.readings_messages import Showing, known_as, quoted, showings, shows, surplus
from contracts.readings_presence import Presence
from contracts.readings_wire import (
    FOREVER,
    Gap,
    caused,
    connecting_errors,
    connection_reports,
    desk_ended_before,
    due,
    gaps,
    says_lost,
    unexplained_conversations,
    user_end,
)
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Trace
from contracts.views import Call, Chat, chats, message_texts

GRACE_SECONDS = 10.0
"""A loss no longer than this (desk's time) is transient for every desk and adapter."""
NEWS = {
    "agent_joined": "agent.joined",
    "begin_transfer_to_another_agent": "transfer.started",
    "agent_left_chat": "agent.left",
    "agent_typing": "agent.typing",
    "agent_read_messages": "agent.read",
}
"""Callbacks that tell of an event, with the event's type; messages are found by their text."""
ALLOWED_AFTER_END = ("update_capabilities", "update_persisted_state")


@requirement("REC-01", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:inject",))
def short_loss_is_survived(trace: Trace) -> Judgements:
    """A short loss of the connection is survived.

    What: When the stream of a chat with an agent breaks and the desk can be reached again within 10 s, the adapter
    takes the same conversation up again, by itself: it makes no new one and does not tell that the chat is over.
    Why: Phones change networks all the time; a chat that dies of it sends the user back to the end of the queue.
    Seen: B3, B32 (no handling of a lost connection at all), B39 (one failed request ended the reading for ever).
    """
    for chat in chats(trace):
        for gap in gaps(chat):
            if _is_transient(gap) and _runs_through(chat, gap):
                yield _survived(chat, gap)


def _is_transient(gap: Gap) -> bool:
    short = not gap.outage or (gap.seconds or 0.0) <= GRACE_SECONDS
    return gap.restored is not None and not gap.terminal and short and (gap.awaited or gap.back is not None)


def _runs_through(chat: Chat, gap: Gap) -> bool:
    """Whether the chat had an agent, and neither the user nor the desk ended it before it could come back."""
    until = gap.restored.index if gap.restored is not None else FOREVER
    end = user_end(chat)
    joined = any(entry.index < gap.cut.index for entry in chat.callbacks("agent_joined"))
    ended = chat.ended_at is not None and chat.ended_at < gap.cut.index
    return joined and not ended and not (end is not None and end.index < until) and not desk_ended_before(chat, until)


def _survived(chat: Chat, gap: Gap) -> Judgement:
    expected = f"chat {chat.key}, cut {gap.how} for {gap.seconds or 0:.0f} s, goes on in the same conversation"
    limit = gap.back.index if gap.back is not None else FOREVER
    over = [*chat.callbacks("agent_ended_chat"), *connecting_errors(chat)]
    told = [entry for entry in over if gap.cut.index < entry.index < limit]
    if told and not desk_ended_before(chat, told[0].index):
        return broken(told[0].index, expected, f"the adapter called {told[0].kind}", chat.key)
    if unexplained_conversations(trace=chat.trace) > 0:
        return broken(gap.cut.index, expected, "the desk has one conversation more than the user started", chat.key)
    return judged(gap.back is not None, gap.cut.index, expected, "the adapter did not come back to it", chat.key)


@requirement("REC-03", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:inject",))
def recovery_has_an_order(trace: Trace) -> Judgements:
    """Recovery is told first, then what was missed, then what is new.

    What: Where a loss was told, what happened meanwhile is told only after the return (is_disconnected false); then the
    missed messages come in the desk's order, before later ones; and nothing follows an end that was among them.
    Why: The host keeps its input locked at first and the user reads answers to questions that are yet to come.
    Seen: The rule rests on causality; the prototype's own adapter, thought correct, replayed before it told the return.
    """
    for chat in chats(trace):
        for gap in gaps(chat):
            missed = _missed(chat, gap)
            if any(missed.values()) and chat.start.ok:
                yield _ordered(chat, gap, missed)


def _acts_in(chat: Chat, gap: Gap) -> list[Call]:
    return [act for act in chat.acts() if gap.contains(act.index) and act.ok]


def _missed(chat: Chat, gap: Gap) -> Counter[str]:
    """Count the events that happened while the stream was cut, by type."""
    return Counter(event["type"] for act in _acts_in(chat, gap) for event in caused(act))


def _missed_seqs(chat: Chat, gap: Gap) -> set[int]:
    return {event["seq"] for act in _acts_in(chat, gap) for event in caused(act)}


def _ordered(chat: Chat, gap: Gap, missed: Counter[str]) -> Judgement:
    seqs = _missed_seqs(chat, gap)
    shown = [one for one in showings(chat) if one.callback is not None]
    early = _told_before_return(chat, gap, missed, [one for one in shown if one.seq in seqs])
    if early is not None:
        expected = f"in chat {chat.key} the return of the connection is told before what was missed"
        actual = f"{early.kind} came between is_disconnected true and is_disconnected false"
        return broken(early.index, expected, actual, chat.key)
    turned = _out_of_order([one for one in shown if one.seq >= min(seqs)])
    if turned is not None:
        expected = f"in chat {chat.key} missed messages come in the desk's order, before later ones"
        actual = f"{quoted(turned[1].text)} was shown before {quoted(turned[0].text)}, which was said earlier"
        return broken(gap.cut.index, expected, actual, chat.key)
    late = _after_the_end(chat) if missed["conversation.ended"] else None
    if late is not None:
        expected = f"nothing follows the end of chat {chat.key} that had been missed"
        return broken(late.index, expected, f"the adapter called {late.kind} after it", chat.key)
    return held(gap.cut.index, chat.key)


def _told_before_return(chat: Chat, gap: Gap, missed: Counter[str], shown: list[Showing]) -> Entry | None:
    reports = [entry for entry in connection_reports(chat) if entry.index > gap.cut.index]
    lost = next((entry.index for entry in reports if says_lost(entry)), None)
    if lost is None:
        return None
    back = next((entry.index for entry in reports if not says_lost(entry) and entry.index > lost), FOREVER)
    messages = {one.callback.index for one in shown if one.callback is not None}
    for entry in chat.callbacks():
        stops_typing = entry.kind == "agent_typing" and not entry.data.get("is_typing")
        news = missed[NEWS.get(entry.kind, "")] > 0 or entry.index in messages
        if lost < entry.index < back and news and not stops_typing:
            return entry
    return None


def _out_of_order(shown: list[Showing]) -> tuple[Showing, Showing] | None:
    last = -1
    previous: Showing | None = None
    for one in sorted(shown, key=lambda one: one.seq):
        assert one.callback is not None
        if previous is not None and one.callback.index < last:
            return previous, one
        last, previous = one.callback.index, one
    return None


def _after_the_end(chat: Chat) -> Entry | None:
    ends = chat.callbacks("agent_ended_chat")
    later = [entry for entry in chat.callbacks() if ends and entry.index > ends[0].index]
    return next((entry for entry in later if entry.kind not in ALLOWED_AFTER_END), None)


@requirement("REC-04", level=Level.MUST, subject=Subject.BOTH, guide=(Guide.EVENTS,), needs=("driver:act",))
def gap_is_filled_exactly_once(trace: Trace) -> Judgements:
    """What happened in a gap arrives, once.

    What: Each message and each join that happened while the stream was cut, or between the start's request and the
    opening of the stream, is told once the stream is there; and what had been told before is not told again. Who stays
    when another agent leaves may be introduced once more.
    Why: The agent believes that the user has read it; or the user reads the whole talk twice.
    Seen: B1, B28 (what happened before the stream was open was never seen), B3 (no resuming).
    """
    for chat in chats(trace):
        for gap in gaps(chat):
            if gap.back is not None:
                yield from _not_repeated(chat, gap.cut.index, "after its stream was cut")
                yield from _filled(chat, _acts_in(chat, gap), "while its stream was cut")
        settled = chat.start.settled_at
        if chat.start.ok and settled is not None:
            early = [act for act in chat.acts() if act.ok and act.index < settled]
            yield from _filled(chat, early, "before its start had resolved")
            if early:
                yield from _not_repeated(chat, chat.start.index, "after its start")


def _filled(chat: Chat, acts: list[Call], when: str) -> Iterator[Judgement]:
    for act in acts:
        for event in caused(act, "message.created", "agent.joined"):
            mark = due(chat, event["seq"])
            if mark is not None:
                yield from _arrived(chat, event["seq"], mark, act, when)


def _arrived(chat: Chat, seq: int, mark: int, act: Call, when: str) -> Iterator[Judgement]:
    for one in showings(chat):
        if one.seq == seq:
            expected = f"the text {quoted(one.text)}, said in chat {chat.key} {when}, is shown"
            shown = one.callback is not None and one.callback.index < mark
            yield judged(shown, act.index, expected, "it was not shown", chat.key)
    for event in caused(act, "agent.joined"):
        agent = event["data"]["agent"]["id"]
        expected = f"agent {agent}, who joined chat {chat.key} {when}, is announced once"
        told = _times(chat, known_as(chat, agent), mark)
        yield judged(told > 0, act.index, expected, "no agent_joined came", chat.key)


def _times(chat: Chat, names: set[str], until: int) -> int:
    joins = chat.callbacks("agent_joined")
    return sum(entry.index < until and (entry.data.get("profile") or {}).get("id") in names for entry in joins)


def _not_repeated(chat: Chat, since: int, when: str) -> Iterator[Judgement]:
    texts = [message["text"] for message in chat.agent_messages if message["text"]]
    again = [one for one in surplus(chat) if one.index > since and any(shows(one, text) for text in texts)]
    for entry in again[:1]:
        expected = f"no text of chat {chat.key} is shown a second time {when}"
        text = quoted(" / ".join(message_texts(entry)))
        yield broken(entry.index, expected, f"{text} was shown again", chat.key)
    for agent, times in Presence(chat).introductions().items():
        told = _times(chat, {agent}, FOREVER)
        if told > times:
            expected = f"agent {agent} is announced in chat {chat.key} no more often than there is a reason ({times})"
            yield broken(since, expected, f"agent_joined came {told} times", chat.key)
