"""ORD, seen through the callbacks and at the desk: what follows on what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from contracts.readings_messages import Showing, due_at, known_as, quoted, showings, writer
from contracts.readings_order import Order
from contracts.readings_sends import Sending, sendings
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Chat, chats

Event = Mapping[str, Any]


@requirement(
    "ORD-01",
    level=Level.MUST,
    subject=Subject.BOTH,
    guide=(Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS),
    needs=("driver:conversations",),
)
def one_sender_keeps_the_order(trace: Trace) -> Judgements:
    """Messages of one sender keep their order.

    What: what one agent wrote is shown in the order in which it was written; what the user sent one after the
    other, each send settled before the next, stands at the desk in that order.
    Why: an answer before its question, or a correction before the mistake, says the opposite of what was meant.
    Seen: rests on the rule that who said what in which order is essential information.
    """
    for chat in chats(trace):
        for first, second in _neighbours(chat):
            yield _shown_in_order(chat, first, second)
        sent = [one for one in sendings(chat) if one.text and one.resolved and one.stored]
        for one, next_one in pairwise(sent):
            if one.calls[0].settled_at is not None and one.calls[0].settled_at < next_one.index:
                yield _stored_in_order(chat, one, next_one)


def _neighbours(chat: Chat) -> Iterator[tuple[Showing, Showing]]:
    by_author: dict[str | None, list[Showing]] = {}
    for one in showings(chat):
        if one.callback is not None:
            by_author.setdefault(one.author, []).append(one)
    for group in by_author.values():
        yield from pairwise(group)


def _shown_in_order(chat: Chat, first: Showing, second: Showing) -> Judgement:
    one, other = _index(first), _index(second)
    return judged(
        one <= other,
        max(one, other),
        f"{writer(chat, first)}'s {quoted(first.text)} (event {first.seq}) is shown before "
        f"{quoted(second.text)} (event {second.seq})",
        f"it was shown after it: entries {one} and {other}",
        chat.key,
    )


def _index(one: Showing) -> int:
    return one.callback.index if one.callback is not None else -1


def _stored_in_order(chat: Chat, one: Sending, other: Sending) -> Judgement:
    before, after = one.stored[0]["seq"], other.stored[0]["seq"]
    return judged(
        before < after,
        other.index,
        f"the desk has {quoted(one.text)} before {quoted(other.text)}, as the user sent them",
        f"the desk has them as events {before} and {after}",
        chat.key,
    )


@requirement("ORD-02", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:act",))
def a_batch_keeps_its_order(trace: Trace) -> Judgements:
    """What arrives together is handled in the desk's order, and the end last.

    What: messages that are delivered together are shown in the order of the desk's log, whoever wrote them, and all
    of them before the end of the chat is told, if the end comes in the same batch.
    Why: the host ignores what comes after the end: the agent's last words, often the answer itself, would be lost.
    Seen: B37, the state of the conversation was looked at before the texts of the same poll were shown.
    """
    for chat in chats(trace):
        for first, second in pairwise(_batched(chat)):
            if due_at(chat, first.seq) == due_at(chat, second.seq):
                yield _shown_in_order(chat, first, second)
        yield from _last_words(chat)


def _batched(chat: Chat) -> list[Showing]:
    return [one for one in showings(chat) if one.callback is not None and due_at(chat, one.seq) is not None]


def _last_words(chat: Chat) -> Judgements:
    ends = chat.callbacks("agent_ended_chat")
    ended = [event for event in chat.events_of("conversation.ended") if event["data"]["by"] != "user"]
    if not ends or not ended:
        return
    due = due_at(chat, ended[0]["seq"])
    for one in showings(chat, running=False):
        if due is not None and due_at(chat, one.seq) == due:
            yield judged(
                one.callback is not None and one.callback.index < ends[0].index,
                ends[0].index,
                f"{quoted(one.text)} (event {one.seq}) is shown before the end of the chat "
                f"(event {ended[0]['seq']}) is told",
                "it was never shown" if one.callback is None else f"it was shown after, at entry {_index(one)}",
                chat.key,
            )


@requirement(
    "ORD-04",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.SEND_MESSAGE_TO_AGENT,),
    needs=("driver:conversations", "driver:wait"),
)
def concurrent_sends_keep_the_order(trace: Trace) -> Judgements:
    """Texts sent at the same time reach the desk in the order of the calls.

    What: when the user sends a second text while the first send is under way, and the desk gets both, it has the
    first before the second, however slow the first is. Sending them one at a time is one way.
    Why: the host does not wait for one send before it calls the next; a person who types two short lines means them
    in that order.
    Seen: rests on the host, which calls again while a send is pending.
    """
    for chat in chats(trace):
        sent = [one for one in sendings(chat) if one.text and one.stored and len(one.calls) == 1]
        for one, other in pairwise(sent):
            if _surely_under_way(trace, one, other):
                yield _stored_in_order(chat, one, other)


def _surely_under_way(trace: Trace, one: Sending, other: Sending) -> bool:
    """Whether the desk had the request of the first when the second was called, and the first had not settled."""
    settled = one.calls[0].settled_at
    awaited = [
        entry
        for entry in trace.of(Side.SUITE, "awaited")
        if one.index < entry.index < other.index
        and entry.data.get("came")
        and entry.data.get("operation") == "sendMessageToAgent"
    ]
    return bool(awaited) and settled is not None and settled > other.index


@requirement("ORD-08", level=Level.MUST, subject=Subject.BOTH, guide=(Guide.EVENTS,), needs=("driver:act",))
def cause_before_effect(trace: Trace) -> Judgements:
    """An agent's coming is told before what the agent does, and the going after it.

    What: who joined and then wrote is announced before the message is shown; nobody types before somebody has
    joined; a message written before its writer left is shown before that leaving is told.
    Why: the host knows an agent's name and picture only from the join, and it shows a leaving as the end of the
    talk.
    Seen: rests on causality; B10 met one half of it, a join that waited for a profile while messages did not.
    """
    for chat in chats(trace):
        visit = _Visits(chat)
        for one in showings(chat):
            if one.callback is not None and one.by_agent and one.seq in visit.said:
                yield from _after_the_join(visit, one, one.callback)
                yield from _before_the_leave(visit, one, one.callback)
        yield from _typing_after_a_join(visit)


class _Visits:
    """What happened in a chat, and what was told of it."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.order = Order(chat)
        self.said = {event["seq"]: event for event in chat.events_of("message.created")}
        self.joins = chat.events_of("agent.joined")
        self.leaves = chat.events_of("agent.left")
        self.joins_told = chat.callbacks("agent_joined")
        self.leaves_told = chat.callbacks("agent_left_chat")
        self._names: dict[str | None, set[str]] = {}

    def names(self, agent_id: str | None) -> set[str]:
        """Return the ids under which the host may know an agent."""
        if agent_id not in self._names:
            self._names[agent_id] = known_as(self.chat, agent_id)
        return self._names[agent_id]


def _after_the_join(visit: _Visits, one: Showing, callback: Entry) -> Judgements:
    joins = [join for join in visit.joins if join["data"]["agent"]["id"] == one.author]
    if not any(visit.order.before(join, visit.said[one.seq]) for join in joins):
        return
    names = visit.names(one.author)
    told = [entry for entry in visit.joins_told if (entry.data.get("profile") or {}).get("id") in names]
    name = writer(visit.chat, one)
    yield judged(
        bool(told) and told[0].index < callback.index,
        callback.index,
        f"{name}'s joining is told before {name}'s message {quoted(one.text)} is shown",
        f"the joining was told after it, at entry {told[0].index}" if told else "the joining was never told",
        visit.chat.key,
    )


def _before_the_leave(visit: _Visits, one: Showing, callback: Entry) -> Judgements:
    said, order = visit.said[one.seq], visit.order
    if not any(leave["data"]["agent_id"] == one.author and order.before(said, leave) for leave in visit.leaves):
        return
    earlier = sum(1 for leave in visit.leaves if order.before(leave, said))
    told = [entry.index for entry in visit.leaves_told if entry.index < callback.index]
    name = writer(visit.chat, one)
    yield judged(
        len(told) <= earlier,
        callback.index,
        f"{name}'s message {quoted(one.text)} is shown before {name}'s leaving is told",
        f"a leaving was told before it, at entry {told[-1] if told else -1}",
        visit.chat.key,
    )


def _typing_after_a_join(visit: _Visits) -> Judgements:
    first = visit.joins_told[0].index if visit.joins_told else None
    for entry in visit.chat.callbacks("agent_typing"):
        if not entry.data.get("is_typing"):
            continue
        if first is not None and first < entry.index:
            yield held(entry.index, visit.chat.key)
        elif any(visit.order.caused(event) for event in visit.joins):
            yield broken(
                entry.index,
                "an agent's joining is told before it is shown that an agent types",
                "typing was shown first",
                visit.chat.key,
            )
