"""Requirements of page reloads: REC-06, REC-07 and REC-09."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_messages import quoted, said_at, showings, surplus
from contracts.readings_pages import HOUSEKEEPING, Reload, kept_after, reloads
from contracts.readings_presence import Presence
from contracts.readings_wire import due, gaps, unexplained_conversations
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, chats, message_texts

LARGEST_STATE_BYTES = 4096
"""What a browser must at least take as one cookie (RFC 6265). The host writes the state at each change, together with
the rest of its session."""
TOLD_OF_AGENTS = {"agent_joined": "agent.joined", "agent_left_chat": "agent.left"}


@requirement("REC-06", level=Level.MAY, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("reconnect",))
def reload_goes_on_or_is_over(trace: Trace) -> Judgements:
    """After a page reload the chat goes on, or is over.

    What: reconnect answers true or false. True: it is the same conversation with the same agent, nothing that was told
    before is told again, and what was said meanwhile is shown. False (or an exception): for the host the chat is over,
    and nothing more is told of it. Which of the two is left to the adapter.
    Why: The widget has its own history. What comes twice is read twice; and a chat that lives on in secret shows up in
    the next one.
    Seen: A fact of the successor's host, which calls reconnect after each reload with an agent; kin of B54 (the whole
    transcript was shown again at each joining).
    """
    for chat in chats(trace):
        for reload in reloads(chat):
            if reload.reconnects:
                yield from (_answered(chat, call) for call in reload.reconnects)
                yield from _went_on(chat, reload) if reload.goes_on else _is_over(chat, reload)


def _answered(chat: Chat, call: Call) -> Judgement:
    value = call.outcome.data.get("value") if call.outcome is not None else None
    good = call.failed or (call.ok and isinstance(value, bool))
    actual = f"it returned {value!r}" if call.settled else "it did not settle"
    return judged(good, call.index, "reconnect answers true or false", actual, chat.key)


def _went_on(chat: Chat, reload: Reload) -> Iterator[Judgement]:
    at = reload.left.index
    expected = f"chat {chat.key} goes on after the reload as what it was"
    if unexplained_conversations(chat.trace) > 0:
        yield broken(at, expected, "the desk has one conversation more than the user started", chat.key)
    twice = _told_twice(chat, at)
    if twice:
        yield broken(at, expected, twice, chat.key)
    away = [one for one in showings(chat) if at < said_at(chat, one.seq) < reload.back.index]
    missed = [one for one in away if (mark := due(chat, one.seq)) and not (one.callback and one.callback.index < mark)]
    for one in missed:
        yield broken(at, f"{quoted(one.text)}, said while the page was away, is shown", "it was not", chat.key)
    if not twice and not missed:
        yield held(at, chat.key)


def _told_twice(chat: Chat, since: int) -> str:
    """Return what was told again after entry ``since``, in words; empty: nothing."""
    said = {message["text"] for message in chat.agent_messages}
    for entry in surplus(chat):
        again = [text for text in message_texts(entry) if text in said]
        if entry.index > since and again:
            return f"{quoted(again[0])} was shown again"
    for name, event in TOLD_OF_AGENTS.items():
        told, happened = chat.callbacks(name), len(chat.events_of(event))
        reasons = Presence(chat).introductions().total() if name == "agent_joined" else happened
        if len(told) > reasons and told[-1].index > since:
            return f"{name} came {len(told)} times, and it happened {happened} times"
    ends = chat.callbacks("agent_ended_chat")
    return "the end was told twice" if len(ends) > 1 and ends[-1].index > since else ""


def _is_over(chat: Chat, reload: Reload) -> Iterator[Judgement]:
    expected = f"reconnect did not return true: chat {chat.key} is over, and nothing is told of it"
    late = [entry for entry in chat.callbacks() if entry.index > reload.back.index and entry.kind not in HOUSEKEEPING]
    if late:
        yield broken(late[0].index, expected, f"the adapter called {late[0].kind}", chat.key)
    else:
        yield held(reload.back.index, chat.key)


@requirement("REC-07", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:act",))
def two_streams_never_both_deliver(trace: Trace) -> Judgements:
    """Two streams of one chat never both deliver.

    What: After a page reload, also one of which the desk has not noticed that the old page is gone, after two calls of
    reconnect at once, and after a silent stream was replaced: each message, joining, leaving and end is told once.
    Why: With two readers the user reads everything twice, and each of them reports the other one's loss.
    Seen: B59 (two calls at once initialised everything twice), B29 (the listeners of before went on).
    """
    for chat in chats(trace):
        since = min(_replacements(chat), default=None)
        if since is not None and any(said_at(chat, one.seq) > since for one in showings(chat) if due(chat, one.seq)):
            twice = _told_twice(chat, since)
            expected = f"one stream of chat {chat.key} delivers after the other one was replaced"
            yield judged(not twice, since, expected, twice, chat.key)


def _replacements(chat: Chat) -> list[int]:
    """Return where streams of a chat were replaced while the old one may have lived on."""
    replaced = [reload.left.index for reload in reloads(chat) if reload.goes_on]
    return replaced + [gap.cut.index for gap in gaps(chat) if gap.silent and gap.back is not None]


@requirement("REC-09", level=Level.MAY, subject=Subject.ADAPTER, needs=("reconnect",))
def persisted_state_is_small_and_cleared(trace: Trace) -> Judgements:
    """What is kept over a reload is small JSON, and is cleared at the end.

    What: What an adapter gives to update_persisted_state can be written as JSON, all of it takes at most 4,096 bytes,
    and what was kept for a chat is gone (or null, false, empty) when the chat has ended.
    Why: The host writes it as text into the browser's session at every change; what is no JSON is lost, what is large
    makes the page slow, and what is left of a dead chat is taken up by the next page.
    Seen: A fact of the host; kin of B56 (what was left of the last chat changed the next one).
    """
    for entry in trace.of(Side.CALLBACK, "update_persisted_state"):
        yield _is_small_json(entry)
    for chat in chats(trace):
        if any(entry.kind == "update_persisted_state" for entry in chat.entries):
            yield from _is_cleared(chat)


def _is_small_json(entry: Entry) -> Judgement:
    size = entry.data.get("size")
    if size is None:
        return broken(entry.index, "the persisted state is JSON", "it cannot be written as JSON", entry.chat)
    expected = f"the persisted state takes at most {LARGEST_STATE_BYTES} bytes"
    return judged(size <= LARGEST_STATE_BYTES, entry.index, expected, f"it takes {size} bytes", entry.chat)


def _is_cleared(chat: Chat) -> Iterator[Judgement]:
    """Judge a chat that ended while an adapter was there that knew of it."""
    if chat.ended_at is None or (chat.lost_by_reload is not None and not chat.calls("reconnect")):
        return
    trace = chat.trace
    later = [entry.index for entry in trace.of(Side.HOST, "start_chat") if entry.user == chat.user]
    until = min((index for index in later if index > chat.ended_at), default=len(trace))
    before = kept_after(trace, chat.user, chat.start.index)
    left = {name: value for name, value in kept_after(trace, chat.user, until - 1).items() if value}
    own = sorted(name for name in left if name not in before)
    expected = f"nothing is kept of chat {chat.key} after its end"
    yield judged(not own, chat.ended_at, expected, f"kept: {', '.join(own)}", chat.key)
