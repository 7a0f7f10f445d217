"""SEC, seen through the callbacks and at the desk: users are kept apart, and texts are only texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import permutations
from typing import Any

from contracts.readings_exchanges import seen_events
from contracts.readings_messages import message_callbacks, normal, quoted
from contracts.readings_presence import Presence
from contracts.readings_probes import texts_kept_apart, words_not_obeyed
from contracts.readings_sends import sendings
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, chats, message_texts
from contracts.vocabulary import is_control_word


@requirement(
    "SEC-01",
    level=Level.MUST,
    subject=Subject.BOTH,
    guide=(Guide.START_CHAT, Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS),
)
def users_are_kept_apart(trace: Trace) -> Judgements:
    """Nothing of one chat is visible in another.

    What: when two users chat at the same time, each has a conversation of its own; neither is shown a message, an
    agent or an end that belongs to the other's, and the desk has nobody's text in the other's conversation.
    Why: what people tell a service desk is private; and an answer in the wrong window is wrong for both.
    Seen: B33, B56: one identity and one device id for everybody, so that users shared a channel; a listener for all
    conversations that did not look at the conversation's id.
    """
    for mine, other in permutations(chats(trace), 2):
        if mine.user != other.user and _together(mine, other):
            found = list(_leaks(mine, other))
            yield from found
            if all(one.ok for one in found) and _has_texts(other):
                yield held(mine.start.index, mine.key)
    yield from texts_kept_apart(trace)


def _together(one: Chat, other: Chat) -> bool:
    first, second = sorted((one, other), key=lambda chat: chat.start.index)
    return first.ended_at is None or first.ended_at > second.start.index


def _has_texts(chat: Chat) -> bool:
    return bool(chat.agent_messages or chat.calls("send_message_to_agent"))


def _leaks(mine: Chat, other: Chat) -> Iterator[Judgement]:
    if mine.truth is not None and other.truth is not None and mine.truth.get("id") is not None:
        yield _own_conversation(mine, other)
    yield from _texts_shown(mine, other)
    yield from _texts_stored(mine, other)
    yield from _agents_shown(mine, other)
    yield from _ends_shown(mine, other)


def _own_conversation(mine: Chat, other: Chat) -> Judgement:
    ids = [(chat.truth or {}).get("id") for chat in (mine, other)]
    expected = f"{mine.user} and {other.user} have a conversation each"
    return judged(ids[0] != ids[1], mine.start.index, expected, f"both are in {ids[0]!r}", mine.key)


def _texts_shown(mine: Chat, other: Chat) -> Iterator[Judgement]:
    own = _all_texts(mine)
    foreign = _all_texts(other) - own
    for entry in message_callbacks(mine):
        for text in message_texts(entry):
            if normal(text) in foreign:
                expected = f"{quoted(text)}, of {other.user}'s chat, is not shown to {mine.user}"
                yield judged(False, entry.index, expected, "it was shown", mine.key)


def _all_texts(chat: Chat) -> set[str]:
    stored = {normal(message["text"]) for message in chat.agent_messages + chat.user_messages}
    return (stored | {normal(one.text) for one in sendings(chat)}) - {""}


def _texts_stored(mine: Chat, other: Chat) -> Iterator[Judgement]:
    sent = {normal(one.text): one for one in sendings(other) if one.text.strip()}
    own = {normal(one.text) for one in sendings(mine)}
    for message in mine.user_messages:
        one = sent.get(normal(message["text"]))
        if one is not None and normal(message["text"]) not in own:
            expected = f"{quoted(one.text)}, which {other.user} sent, is not in {mine.user}'s conversation"
            yield judged(False, one.index, expected, f"the desk has it there, as event {message['seq']}", mine.key)


def _agents_shown(mine: Chat, other: Chat) -> Iterator[Judgement]:
    own, foreign = (
        {event["data"]["agent"]["id"] for event in chat.events_of("agent.joined")} for chat in (mine, other)
    )
    for entry in mine.callbacks("agent_joined"):
        agent = (entry.data.get("profile") or {}).get("id")
        if agent in foreign - own and mine.truth is not None:
            expected = f"the agent {agent!r}, who joined {other.user}'s chat, is not told to {mine.user}"
            yield judged(False, entry.index, expected, "the joining was told", mine.key)


def _ends_shown(mine: Chat, other: Chat) -> Iterator[Judgement]:
    if (
        mine.truth is None
        or mine.suite("drop")
        or mine.trace.of(Side.SUITE, "fault")
        or not other.events_of("conversation.ended")
    ):
        return
    if not mine.events_of("conversation.ended"):
        for entry in mine.callbacks("agent_ended_chat"):
            expected = f"{mine.user}'s chat goes on when only {other.user}'s has ended"
            yield judged(False, entry.index, expected, "the end was told", mine.key)


@requirement(
    "SEC-08",
    level=Level.MUST,
    subject=Subject.BOTH,
    guide=(Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS),
)
def texts_are_no_commands(trace: Trace) -> Judgements:
    """No text, of either side, changes the state of the chat.

    What: a message that reads like a command or like one of the desk's own events ("End conversation",
    "conversation.ended") is a message and nothing else: after it nobody has joined, left, been handed over or
    ended, neither for the host nor at the desk, who had not really done so.
    Why: whoever can write can otherwise throw the other out, and quoting the word in good faith does it, too.
    Seen: B65, an agent who wrote the desk's internal word for the end, or a user who wrote "End conversation",
    ended the chat.
    """
    for chat in chats(trace):
        said = [*_agents_words(chat), *_users_words(chat)]
        if not said or chat.truth is None:
            continue
        for what in (_untold_end, _state_callbacks, _desk_ended):
            problem = what(trace, chat, min(at for at, _ in said))
            if problem is not None:
                at, expected, actual = problem
                yield judged(False, at, expected, f"{actual}; said before: {_list(said)}", chat.key)
                break
        else:
            yield from (held(at, chat.key) for at, _ in said)
    yield from words_not_obeyed(trace)


Problem = tuple[int, str, str] | None
Check = Callable[[Trace, Chat, int], Problem]


def _list(said: list[tuple[int, str]]) -> str:
    return ", ".join(quoted(text, 40) for _, text in said)


def _agents_words(chat: Chat) -> Iterator[tuple[int, str]]:
    for call in chat.acts("say"):
        if call.ok and is_control_word(str(call.data.get("text", ""))):
            yield call.index, str(call.data["text"])


def _users_words(chat: Chat) -> Iterator[tuple[int, str]]:
    for call in chat.calls("send_message_to_agent"):
        if call.ok and is_control_word(str(call.data["text"])):
            yield call.index, str(call.data["text"])


def _untold_end(trace: Trace, chat: Chat, since: int) -> Problem:
    """The host is told of an end, or of a loss, that did not happen."""
    if (
        chat.suite("drop")
        or trace.of(Side.SUITE, "fault")
        or any(event["data"]["by"] != "user" for event in _ends(chat))
    ):
        return None
    left = chat.left_at
    for entry in chat.callbacks("agent_ended_chat", "set_error_status"):
        if entry.index > since and (left is None or entry.index < left):
            actual = "the end was told" if entry.kind == "agent_ended_chat" else "an error was told"
            return entry.index, "the chat goes on for the host, as nobody ended it and nothing was lost", actual
    return None


def _ends(chat: Chat) -> list[dict[str, Any]]:
    return chat.events_of("conversation.ended")


HAPPENINGS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "agent_joined": (("agent.joined",), "a joining"),
    "agent_left_chat": (("agent.left",), "a leaving"),
    "begin_transfer_to_another_agent": (("transfer.started", "agent.joined"), "a transfer"),
}
"""Callbacks that tell of a change, with the events that may be behind them."""


def _state_callbacks(trace: Trace, chat: Chat, since: int) -> Problem:
    """The host is told of more comings, goings or transfers than there were."""
    for name, (types, words) in HAPPENINGS.items():
        told, happened = chat.callbacks(name), len(chat.events_of(*types))
        reasons = Presence(chat).introductions().total() if name == "agent_joined" else happened
        surplus: list[Entry] = [entry for entry in told if entry.index > since][: max(0, len(told) - reasons)]
        if surplus:
            expected = f"{words} is told only when it happened: {happened} times"
            return surplus[0].index, expected, f"{words} was told"
    return None


def _desk_ended(trace: Trace, chat: Chat, since: int) -> Problem:
    """The desk has an end that nobody made."""
    if not _ends(chat) or trace.of(Side.SUITE, "fault"):
        return None
    by = _ends(chat)[0]["data"]["by"]
    asked = [call.index for call in chat.calls("end_chat") if not call.data.get("inside")]
    over = _over_by(trace, chat)
    if by == "user" and chat.start.ok and not any(over is None or index < over for index in asked):
        return since, "the desk's conversation goes on, as the user did not end it", "the desk has an end by the user"
    if by == "agent" and not chat.acts("end"):
        return since, "the desk's conversation goes on, as no agent ended it", "the desk has an end by an agent"
    return None


def _over_by(trace: Trace, chat: Chat) -> int | None:
    """Return the first entry that shows that the desk's conversation had ended: its event on the wire, or that an agent
    who was there could not write any more."""
    refused = [call.index for call in chat.acts("say") if call.failed and _was_there(chat, call)]
    told = [
        seen.index
        for seen in seen_events(trace)
        if trace.entries[seen.index].chat == chat.key
        and seen.source != "act"
        and seen.event.get("type") == "conversation.ended"
    ]
    return min(refused + told, default=None)


def _was_there(chat: Chat, say: Call) -> bool:
    """Whether the last who came before, went or handed over is the one who writes, and came."""
    moves = [call for call in chat.acts("join", "leave", "transfer", "end") if call.ok and call.index < say.index]
    return bool(moves) and moves[-1].data["action"] == "join" and moves[-1].data["agent"] == say.data.get("agent")
