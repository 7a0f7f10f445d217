"""STA, the host's state: session, user and locale as they change, and what the desk is told of the user. STA-01 to
STA-05."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.readings_messages import quoted
from contracts.readings_probes import context_comes_back
from contracts.readings_queue import connect_item
from contracts.readings_sends import Sending, sendings
from contracts.readings_state import (
    changes_of,
    connect_user,
    could_be_told,
    is_somewhere,
    state_calls,
    told_desk,
    users_at,
)
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, judged, requirement
from contracts.trace import Side, Trace
from contracts.views import Call, Chat, chats


@requirement("STA-01", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.UPDATE_STATE,), needs=("update_state",))
def a_new_state_is_taken_note_of(trace: Trace) -> Judgements:
    """A change of the host's state never raises and never blocks.

    What: `updateState` returns, before, during and after a chat, with a full or a partial state, with a part that is
    null, and also when the desk refuses to note it or does not answer.
    Why: the host calls it in passing, without looking at the outcome: an exception stops what the host was about, a
    call that waits for the desk stops the page.
    Seen: rests on the host's type: it returns nothing, and nobody waits for it.
    """
    for call in state_calls(trace):
        expected = f"updateState({dict(call.data.get('state') or {})!r}) returns"
        actual = f"it raised {call.error}" if call.settled else "it was still under way when the host's patience ended"
        yield judged(call.ok, call.index, expected, actual, call.entry.chat)


@requirement(
    "STA-02",
    level=Level.MAY,
    subject=Subject.ADAPTER,
    guide=(Guide.UPDATE_STATE,),
    needs=("update_state", "driver:conversations"),
)
def the_desk_learns_the_new_state(trace: Trace) -> Judgements:
    """A change of session, user or locale in a running chat reaches the desk.

    What: after `updateState` in a running chat, and a message after it, the desk has the new session id, the new user
    (under an id of the desk's own, if it must be) and the new language. What the host changed once more before that
    need not arrive.
    Why: the agent's console shows the talk with the bot of another session, or the agent goes on in the wrong language.
    Seen: B17, session and locale were dropped, and a change of the user after the start never left the browser.
    """
    for chat in chats(trace):
        for call in _in_running_chat(trace, chat):
            known_by = _known_by(trace, chat, call)
            for name, value in changes_of(call).items():
                if known_by is not None and not _changed_again(trace, chat, call, name, known_by):
                    told = told_desk(chat, name)
                    expected = f"after updateState the desk has the {name} {quoted(value)}"
                    actual = f"it has {', '.join(map(quoted, told)) or 'none'}"
                    yield judged(_arrived(trace, name, value, told), call.index, expected, actual, chat.key)


def _in_running_chat(trace: Trace, chat: Chat) -> list[Call]:
    began, over = chat.start.settled_at, chat.ended_at
    if began is None or not chat.start.ok or chat.truth is None or not could_be_told(trace, chat):
        return []
    calls = [call for call in state_calls(trace, chat.user) if call.ok and call.index > began]
    return [call for call in calls if over is None or call.index < over]


def _known_by(trace: Trace, chat: Chat, call: Call) -> int | None:
    """Return by when the desk must know: the next message after the change was accepted, or its request was seen."""
    sent = [one.settled_at for one in chat.calls("send_message_to_agent") if one.ok and one.index > call.index]
    seen = [
        entry.index
        for entry in trace.of(Side.SUITE, "awaited")
        if entry.user == chat.user and entry.index > call.index and entry.data.get("operation") == "updateState"
    ]
    return min([*(at for at in sent if at is not None), *seen], default=None)


def _changed_again(trace: Trace, chat: Chat, call: Call, name: str, until: int) -> bool:
    later = [one for one in state_calls(trace, chat.user) if call.index < one.index < until]
    return any(name in changes_of(one) for one in later)


def _arrived(trace: Trace, name: str, value: str, told: list[str]) -> bool:
    if name == "locale":
        return any(_language(one) == _language(value) for one in told)
    if value in told or name != "user_id":
        return value in told
    known = {changes_of(call).get(name) for call in state_calls(trace)}
    known |= {connect_user(chat.start) for chat in chats(trace)}
    return any(one not in known for one in told)


def _language(locale: str) -> str:
    return locale.replace("_", "-").partition("-")[0].casefold()


@requirement(
    "STA-03", level=Level.SHOULD, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,), needs=("driver:conversations",)
)
def the_agent_learns_what_the_bot_knows(trace: Trace) -> Judgements:
    """What the bot says to the agent, the topic, and the key of the talk with the bot reach the desk.

    What: the connect message's `message_to_human_agent`, `topic` and `session_history_key` can be found in what the
    desk has of the conversation: in its context, in a message, in a link.
    Why: the user has told everything to the bot, and is asked by the agent to tell it again.
    Seen: B61, message, topic and history key were not passed on.
    """
    for chat in chats(trace):
        if chat.start.ok and chat.truth is not None:
            for name, value in _given(chat.start).items():
                expected = f"the desk has the {name} of chat {chat.key}: {quoted(value)}"
                found = is_somewhere(value, chat)
                if found or "context" in chat.truth:  # a driver may not be able to tell what the start brought
                    yield judged(found, chat.start.index, expected, "it is nowhere in the conversation", chat.key)


def _given(start: Call) -> dict[str, str]:
    """Return what the connect message tells for the agent."""
    item = connect_item(start)
    info = item.get("transfer_info") or {}
    found = {
        "topic": item.get("topic"),
        "message to the agent": item.get("message_to_human_agent"),
        "history key": info.get("session_history_key"),
    }
    return {name: str(value) for name, value in found.items() if value}


@requirement(
    "STA-04",
    level=Level.SHOULD,
    subject=Subject.BOTH,
    guide=(Guide.START_CHAT, Guide.UPDATE_STATE),
    needs=("truth:context",),
)
def keys_survive_unchanged(trace: Trace) -> Judgements:
    """Keys that mean nothing to the desk come back as they were given.

    What: the history key, the session id and the additional data of the connect message, whatever characters they hold
    (`a::b::c`, `/?&=%20#ü`), are at the desk as they were given; the desk itself tells them unchanged.
    Why: a key with one character changed opens nothing: the agent's console shows an empty history.
    Seen: B22, the history key was put into an address as it was, and ended at the first character that means something
    there.
    """
    for chat in chats(trace):
        if chat.start.ok and chat.truth is not None:
            for judgement in [*_history_key(chat), *_additional_data(chat)]:
                yield replace(judgement, function=Guide.START_CHAT)
            for judgement in _session_ids(trace, chat):
                yield replace(judgement, function=Guide.UPDATE_STATE)
    yield from context_comes_back(trace)


def _context(chat: Chat) -> Mapping[str, Any]:
    found = (chat.truth or {}).get("context")
    return found if isinstance(found, Mapping) else {}


def _history_key(chat: Chat) -> Iterator[Judgement]:
    given, kept = _given(chat.start).get("history key"), _context(chat).get("session_history_key")
    if given is None:
        return
    expected = f"the desk has the history key {quoted(given)} of chat {chat.key} as it was given"
    if isinstance(kept, str) and kept:
        yield judged(kept == given, chat.start.index, expected, f"it has {quoted(kept)}", chat.key)
    elif is_somewhere(given, chat):
        yield judged(True, chat.start.index, expected, "", chat.key)


def _additional_data(chat: Chat) -> Iterator[Judgement]:
    given = (connect_item(chat.start).get("transfer_info") or {}).get("additional_data") or {}
    found = _context(chat).get("additional_data")
    kept: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    for name, value in given.items():
        if name in kept:
            expected = f"the desk has the additional data {name!r} of chat {chat.key} as it was given: {value!r}"
            yield judged(kept[name] == value, chat.start.index, expected, f"it has {kept[name]!r}", chat.key)


def _session_ids(trace: Trace, chat: Chat) -> Iterator[Judgement]:
    over = len(trace) if chat.ended_at is None else chat.ended_at
    calls = [call for call in state_calls(trace, chat.user) if call.index < over and could_be_told(trace, chat, over)]
    given = [(call.index, changes_of(call).get("session_id")) for call in calls]
    values = [value for _, value in given if value is not None]
    for told in dict.fromkeys(told_desk(chat, "session_id") if values else ()):
        at = next((index for index, value in given if value is not None), chat.start.index)
        expected = f"the desk has a session id as the host gave it: {', '.join(map(quoted, values))}"
        yield judged(told in values, at, expected, f"it has {quoted(told)}", chat.key)


@requirement(
    "STA-05",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.UPDATE_STATE,),
    needs=("update_state", "driver:conversations"),
)
def users_are_not_mixed(trace: Trace) -> Judgements:
    """A change of the user does not mix users.

    What: when the user changes in the middle of a chat, messages sent before keep the old user at the desk and messages
    sent after carry the new one, also if the desk is slow to take note; and the change touches no other chat. Under
    which ids the desk has its users does not matter, as long as each user has one id and no two users have the same.
    Why: what one person wrote stands in another person's record.
    Seen: B17, the change never reached the desk; kin of B33, one identity for everybody.
    """
    if not any("user_id" in changes_of(call) for call in state_calls(trace)):
        return
    host_ids: dict[str, str] = {}
    desk_ids: dict[str, str] = {}
    for chat in chats(trace):
        for one, message in _stored(trace, chat):
            user, author = next(iter(users_at(trace, chat, one.calls[0]))), str(message["author"]["id"])
            other, own = host_ids.setdefault(author, user), desk_ids.setdefault(user, author)
            expected = f"{quoted(one.text)}, sent as {user!r}, stands at the desk as that user's alone"
            actual = f"it stands there as {author!r}"
            actual += f", who is {other!r}" if other != user else f", and others of that user as {own!r}"
            yield judged(other == user and own == author, one.index, expected, actual, chat.key)


def _stored(trace: Trace, chat: Chat) -> Iterator[tuple[Sending, Mapping[str, Any]]]:
    """Yield the sends of which it is sure whose they are, with what the desk has of them."""
    if not chat.start.ok or chat.truth is None:
        return
    for one in sendings(chat):
        outcome = one.calls[0].outcome
        until = outcome.index if outcome is not None else None
        sure = len(users_at(trace, chat, one.calls[0])) == 1 and could_be_told(trace, chat, until)
        if sure and len(one.calls) == 1 and one.stored and one.stored[0]["author"].get("id"):
            yield one, one.stored[0]
