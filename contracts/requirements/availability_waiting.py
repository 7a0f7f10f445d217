"""AVL, while the user waits: the place in the queue, the wait, and what becomes of it. AVL-04 to AVL-08."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.readings_messages import due_at
from contracts.readings_presence import Presence
from contracts.readings_queue import (
    asked_queue,
    is_number,
    positions,
    queue_changes,
    queue_events,
    queue_is_told,
    queue_of,
    somebody_answers,
    tells_news,
    updates,
    waits,
)
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, chats

MINUTE = 60.0
"""Seconds. A wait may be rounded up, down, or to the nearest minute."""
ASKED_WITHIN = 60.0
"""Seconds of the desk's time in which an adapter asks for the queue at least once, where the desk tells nothing."""


@requirement(
    "AVL-04",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.EVENTS,),
    needs=("driver:conversations", "told:queue"),
)
def the_place_is_this_users(trace: Trace) -> Judgements:
    """The place in the queue is this user's, from 1, and goes up only if the desk says so.

    What: each `position_in_queue` that the host is told is a whole number of 1 or more, and one that the desk gave this
    user; places come in the desk's order, so that while the queue only shrinks the number does not grow.
    Why: somebody who reads 5, then 2, then 7 gives up, or waits for a turn that came long ago.
    Seen: B18, the "place" was the length of the whole queue.
    """
    for chat in chats(trace):
        given, place = positions(chat), 0
        for entry, told in updates(chat):
            value = told.get("position_in_queue")
            if value is None:
                continue
            expected = "position_in_queue is a whole number of 1 or more"
            if not is_number(value) or value < 1:
                yield broken(entry.index, expected, f"it was {value!r}", chat.key)
            elif chat.truth is not None and not Presence(chat).disordered:
                found = next((at for at in range(place, len(given)) if given[at] == value), None)
                place = place if found is None else found
                listed = ", ".join(map(str, given)) or "none"
                expected = f"position_in_queue is one of the places that the desk gave this user, in order: {listed}"
                yield judged(found is not None, entry.index, expected, f"{value!r} was told", chat.key)


@requirement(
    "AVL-05",
    level=Level.SHOULD,
    subject=Subject.ADAPTER,
    guide=(Guide.START_CHAT,),
    needs=("driver:conversations", "driver:set_queue"),
)
def the_queue_is_the_one_asked_for(trace: Trace) -> Judgements:
    """The routing data of the connect message selects the queue.

    What: when the connect message names a queue (`transfer_info.target`), the conversation begins in it.
    Why: the user waits for people who cannot help, is handed on, and waits again.
    Seen: B46, the setting was called one thing and read by another name: everybody went to the queue `undefined`.
    """
    for chat in chats(trace):
        asked, given = asked_queue(chat.start), queue_of(chat)
        if asked is not None and given is not None and chat.start.ok:
            expected = f"chat {chat.key}, for which the queue {asked!r} was asked, begins in it"
            yield judged(given == asked, chat.start.index, expected, f"it began in {given!r}", chat.key)


@requirement(
    "AVL-06",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.EVENTS,),
    needs=("driver:conversations", "told:queue"),
)
def the_wait_is_in_minutes(trace: Trace) -> Judgements:
    """The wait is a whole number of minutes, and what is not known is left out.

    What: `estimated_wait_time` is a whole number of 0 or more and, in minutes, what the desk told (rounded either way,
    or counted down since); `position_in_queue` is a number; `message` is a text that is not empty. What the desk did
    not tell is absent: no null, no NaN, no -1, no made-up 0.
    Why: the host puts these values into its sentence as they are: "NaN minutes", "-1 minutes", "180 minutes".
    Seen: B72, a missing wait became NaN; B18, an unknown wait of -1 became an error text, and minutes had fractions.
    """
    for chat in chats(trace):
        for entry, told in updates(chat):
            problem = next(_misfits(chat, entry, told), None)
            expected = "updateAgentAvailability is called with what is known, the wait in whole minutes"
            yield judged(problem is None, entry.index, expected, problem or "", chat.key)


def _misfits(chat: Chat, entry: Entry, told: Mapping[str, Any]) -> Iterator[str]:
    for name in ("estimated_wait_time", "position_in_queue"):
        if name in told and (not is_number(told[name]) or told[name] < 0):
            yield f"{name} was {told[name]!r}"
    if "message" in told and not (isinstance(told["message"], str) and told["message"]):
        yield f"message was {told['message']!r}"
    if "estimated_wait_time" in told and chat.truth is not None:
        yield from _other_than_the_desk(chat, entry, float(told["estimated_wait_time"]) * MINUTE)


def _other_than_the_desk(chat: Chat, entry: Entry, seconds: float) -> Iterator[str]:
    known, since = waits(chat), entry.time - chat.start.entry.time
    if not any(wait - since - MINUTE <= seconds <= wait + MINUTE for wait in known):
        listed = ", ".join(f"{wait:g} s" for wait in known)
        said = f"the desk told {listed}" if listed else "the desk told no wait"
        yield f"estimated_wait_time was {seconds / MINUTE:g}, and {said}"


@requirement(
    "AVL-07", level=Level.SHOULD, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:conversations",)
)
def news_of_the_queue_stops(trace: Trace) -> Judgements:
    """News of the wait stops when an agent has joined, and at the end.

    What: after `agentJoined` no `updateAgentAvailability` is called while an agent is there, and none after the end
    of the chat. While nobody is there any more (a transfer, the last agent left) it may be.
    Why: the host takes such news only while it connects. What comes later is work for nothing, or, in a host that
    takes it, "you are number 1 in the queue" in the middle of a talk.
    Seen: rests on the host, which ignores it without a word; kin of B38, a poll that went on after the end.
    """
    for chat in chats(trace):
        last = _last_word_at(chat)
        if last is None or not (queue_events(chat) or updates(chat)):
            continue
        late = [entry for entry, _ in updates(chat) if not _waits_at(chat, entry.index)]
        when = "while an agent is there, or after the end"
        expected = f"updateAgentAvailability is not called {when}"
        yield judged(not late, late[0].index if late else last, expected, f"it was called {len(late)} times", chat.key)


def _last_word_at(chat: Chat) -> int | None:
    """Return where the news had to stop for the first time, or ``None``."""
    joins = [entry.index for entry in chat.callbacks("agent_joined")]
    ends = [chat.ended_at] if chat.ended_at is not None else []
    return min([*joins, *ends], default=None)


def _waits_at(chat: Chat, index: int) -> bool:
    """Tell whether the user waited for an agent at an entry, as the adapter had told it."""
    if chat.ended_at is not None and chat.ended_at < index:
        return False
    moves = chat.callbacks("agent_joined", "agent_left_chat", "begin_transfer_to_another_agent")
    before = [entry.kind for entry in moves if entry.index < index]
    return before[-1:] != ["agent_joined"]


@requirement("AVL-08", level=Level.MUST, subject=Subject.BOTH, guide=(Guide.EVENTS,), needs=("driver:conversations",))
def who_waits_in_vain_is_told(trace: Trace) -> Judgements:
    """Who waits hears when no agent is there any more, and when the desk gives up.

    What: when the last agent of a queue goes while a user waits in it, the desk tells, and the host is told something:
    the chat is over, or what the wait looks like now. A desk that tells nothing of queues by itself is asked at least
    once a minute. When the desk ends a conversation that nobody has joined, the host is told that it is over.
    Why: the user looks at "Waiting for an agent" for ever.
    Seen: rests on the guide's availability function; kin of B66, "conversation ended" closed the stream and nothing
    was said.
    """
    for chat in chats(trace):
        if chat.start.ok and chat.truth is not None:
            yield from _told_of_the_last_agent(trace, chat)
            yield from _told_of_the_end(chat)


def _told_of_the_last_agent(trace: Trace, chat: Chat) -> Iterator[Judgement]:
    change = _last_agent_went(trace, chat)
    if change is None or not queue_is_told(trace):
        return
    expected = f"nobody answers in the queue {queue_of(chat)!r} any more: who waits in chat {chat.key} is told"
    if not tells_news(trace):
        yield from _found_out(trace, chat, change, expected)
        return
    news = _first_news_of_nobody(chat)
    due = due_at(chat, news) if news is not None else None
    if news is None and trace.about.get("subject") == "desk":
        yield broken(change.index, expected, "the desk told nothing", chat.key)
    elif news is not None and _told(chat, change.index, due):
        yield held(change.index, chat.key)
    elif due is not None:
        yield broken(change.index, expected, f"no callback followed the desk's news (event {news})", chat.key)


def _found_out(trace: Trace, chat: Chat, change: Call, expected: str) -> Iterator[Judgement]:
    """Judge what an adapter made of a desk that must be asked: it had a minute of waiting, and was seen to be alive
    after it."""
    over = change.entry.time + ASKED_WITHIN
    moves = trace.of(Side.SUITE, "advanced")
    later = next((one for one in moves if one.index > change.index and one.time >= over), None)
    due = None
    if later is not None and _waits_until(chat, later.index):
        due = next((mark.index for mark in chat.delivered if mark.index > later.index), None)
    if _told(chat, change.index, due):
        yield held(change.index, chat.key)
    elif due is not None:
        yield broken(
            due, expected, f"no callback followed in {ASKED_WITHIN:g} s, in which the desk could be asked", chat.key
        )


def _last_agent_went(trace: Trace, chat: Chat) -> Call | None:
    """Return the first change after which nobody answered in the chat's queue, if the user waited there then."""
    name = queue_of(chat) or ""
    if somebody_answers(trace, name, chat.start.index) is False:
        return None
    emptied = [one for one in queue_changes(trace, name) if somebody_answers(trace, name, one.index + 1) is False]
    later = [one for one in emptied if one.index > chat.start.index][:1]
    settled = chat.start.settled_at or 0
    return next((one for one in later if one.index > settled and _waits_until(chat, one.index)), None)


def _waits_until(chat: Chat, index: int) -> bool:
    """Tell whether the user still waited at an entry: nobody had joined, and nobody had ended the chat."""
    joined = any(act.ok and act.index < index for act in chat.acts("join"))
    return not joined and (chat.ended_at is None or chat.ended_at > index)


def _first_news_of_nobody(chat: Chat) -> int | None:
    """Return the position at which the desk told that nobody is there, or that the conversation is over."""
    for event in chat.events_of("queue.updated", "conversation.ended", "agent.joined"):
        data = event["data"]
        if event["type"] == "agent.joined":
            return None
        if event["type"] == "conversation.ended":
            return int(event["seq"]) if data.get("by") != "user" else None
        if data.get("agents_online") == 0:
            return int(event["seq"])
    return None


def _told(chat: Chat, after: int, due: int | None) -> bool:
    """Tell whether the host heard something of the wait, or of its end, before the effect of the news was due."""
    joins = [entry.index for entry in chat.callbacks("agent_joined")]
    until = min([*joins, *([due] if due is not None else [])], default=len(chat.trace))
    names = ("update_agent_availability", "set_error_status", "agent_ended_chat", "send_message_to_user")
    return any(after < entry.index < until for entry in chat.callbacks(*names))


def _told_of_the_end(chat: Chat) -> Iterator[Judgement]:
    ends = [event for event in chat.events_of("conversation.ended") if event["data"].get("by") != "user"]
    if not ends or chat.events_of("agent.joined"):
        return
    told = chat.callbacks("agent_ended_chat", "set_error_status")
    over = [entry for entry in told if entry.kind == "agent_ended_chat" or entry.data["error"].get("type") == 1]
    due = due_at(chat, int(ends[0]["seq"]))
    reason = ends[0]["data"].get("reason")
    expected = f"the desk gave up chat {chat.key} while the user waited (reason: {reason}): the host is told"
    if over:
        yield held(over[0].index, chat.key)
    elif due is not None:
        yield broken(due, expected, "neither an end nor an error came", chat.key)
