"""Requirements of an adapter as a thing: its name, its building, one chat at a time, safe repetition: LIF-14 to LIF-16
and LIF-19."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from contracts.readings_wire import AMBIGUOUS, FOREVER, conversations, faults
from contracts.requirement import Guide, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Chat, calls, chats, message_texts

MAXIMUM_NAME = 40
OVERLAP_SECONDS = 0.5
"""Shorter than this, two conversations of one user are one that is being cleaned up."""


@requirement("LIF-14", level=Level.SHOULD, subject=Subject.ADAPTER)
def name_is_short(trace: Trace) -> Judgements:
    """The name is a text of 1 to 40 characters.

    What: get_name returns a non-empty text of at most 40 characters.
    Why: The successor of the widget refuses to open with any other name.
    Seen: A fact of the host.
    """
    for call in calls(trace, Side.HOST, "get_name"):
        value = call.outcome.data.get("value") if call.ok and call.outcome else None
        good = isinstance(value, str) and len(value.strip()) > 0 and len(value) <= MAXIMUM_NAME
        actual = f"{value!r}" if call.ok else f"it failed: {call.error or 'no answer'}"
        yield judged(good, call.index, f"get_name returns a text of 1 to {MAXIMUM_NAME} characters", actual)


@requirement("LIF-15", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,))
def second_start_makes_no_second_stream(trace: Trace) -> Judgements:
    """A second start while a chat runs makes no second live chat.

    What: When start_chat is called while an earlier start of the same adapter is under way or its chat runs, the second
    is refused or waits for its turn: the user never has two open conversations at once, and never two streams of one.
    Why: Two live streams show every message twice, and the end of one chat leaves the other open.
    Seen: B59 (two concurrent calls initialised everything twice).
    """
    for chat in chats(trace):
        second = [call for call in chat.calls("start_chat") if call.data.get("second")]
        if not second:
            continue
        problem = _two_at_once(chat)
        expected = f"chat {chat.key} was started again while it ran: one open conversation and one stream at most"
        yield judged(not problem, second[0].index, expected, problem, chat.key)


def _two_at_once(chat: Chat) -> str:
    streams = max(
        (entry.data.get("streams", 0) for entry in chat.entries if entry.kind in ("truth", "census")), default=0
    )
    if streams > 1:
        return f"{streams} streams of one conversation"
    doubled = [text for text, times in _shown_too_often(chat).items() if times]
    if doubled:
        return f"the text {doubled[0]!r} was shown more often than it was said: two streams are read"
    spans = sorted(_span(one) for one in _of_its_user(chat) if one.get("created_at") is not None)
    for (_, ended), (began, other_end) in pairwise(spans):
        if min(ended, other_end) - began > OVERLAP_SECONDS:
            return "two conversations of this user were open at once"
    return ""


def _of_its_user(chat: Chat) -> list[Mapping[str, Any]]:
    """Return the conversations of the chat's user; not what an adapter could not know of: its start got no answer."""
    others = {str(one.truth["id"]) for one in chats(chat.trace) if one.truth is not None and one.key != chat.key}
    own = [
        one
        for one in conversations(chat.trace) or []
        if one["user_id"] == (chat.truth or {}).get("user_id") and str(one["id"]) not in others
    ]
    if not any(fault.hits("startChat") and fault.kind in AMBIGUOUS for fault in faults(chat.trace)):
        return own
    known = {str(one.truth["id"]) for one in chats(chat.trace) if one.truth is not None and one.start.ok}
    return [one for one in own if str(one["id"]) in known]


def _shown_too_often(chat: Chat) -> Counter[str]:
    shown = Counter(text for entry in chat.callbacks("send_message_to_user") for text in message_texts(entry))
    said = Counter(message["text"] for message in chat.agent_messages)
    return Counter({text: times - said[text] for text, times in shown.items() if text in said and times > said[text]})


def _span(truth: Mapping[str, Any]) -> tuple[float, float]:
    ends = [event["time"] for event in truth.get("events", []) if event["type"] == "conversation.ended"]
    return _seconds(truth["created_at"]), _seconds(ends[0]) if ends else float("inf")


def _seconds(time: object) -> float:
    return float(time) if isinstance(time, (int, float)) else datetime.fromisoformat(str(time)).timestamp()


@requirement("LIF-16", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,))
def building_starts_nothing(trace: Trace) -> Judgements:
    """Building an adapter starts nothing.

    What: Before its first start an adapter calls nothing on the host but update_capabilities; where nobody starts a
    chat, the desk has no conversation at the end.
    Why: The widget builds the integration for every visitor of the page, also for those who never ask for an agent.
    Seen: A fact of the host.
    """
    everything = conversations(trace)
    idle = not trace.of(Side.HOST, "start_chat")
    for built in trace.of(Side.HOST, "constructed"):
        told = _told_before_a_call(trace, built.user)
        if told:
            expected = f"adapter {built.user} tells the host nothing before it is asked to start a chat"
            yield broken(built.index, expected, f"it called {', '.join(told)}")
        elif idle and everything:
            expected = f"no conversation at the desk, as adapter {built.user} was only built"
            yield broken(built.index, expected, f"the desk has {len(everything)}")
        else:
            yield held(built.index)


def _told_before_a_call(trace: Trace, user: str | None) -> list[str]:
    allowed = ("update_capabilities", "update_persisted_state", "returned")
    starts = [entry.index for entry in trace.of(Side.HOST, "start_chat") if entry.user == user]
    first = min(starts, default=FOREVER)
    own = [entry for entry in trace.of(Side.CALLBACK) if entry.user == user and entry.index < first]
    return [entry.kind for entry in own if entry.kind not in allowed]


@requirement("LIF-19", level=Level.MUST, subject=Subject.DESK, guide=(Guide.START_CHAT,))
def same_key_makes_one_conversation(trace: Trace) -> Judgements:
    """Starts with one idempotency key make one conversation.

    What: Two starts with the same Idempotency-Key and the same body, both taken by the desk, answer the same
    conversation. A start with that key and another body, of another user above all, never does.
    Why: A client whose answer got lost must ask again; without this the user stands in the queue twice. And a key that
    opens the conversation of whoever used it first hands its token to a stranger.
    Seen: Rests on the desk contract; without it LIF-01 and LIF-05 cannot be kept when an answer is lost.
    """
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for entry in trace.of(Side.WIRE, "exchange"):
        if entry.data.get("operation") == "startChat" and (key := _key_of(entry)):
            by_key[key].append(entry)
    for same in by_key.values():
        for first, again in [*pairwise(same), *((same[0], later) for later in same[2:])]:
            if _taken(first) and _taken(again) and _body(first) == _body(again):
                ids = [_conversation_id(entry) for entry in (first, again)]
                expected = f"a start repeated with the same Idempotency-Key answers the same conversation, {ids[0]}"
                good = ids[0] is not None and ids[0] == ids[1]
                yield judged(good, again.index, expected, f"it answered {ids[1]} with status {again.data['status']}")
            elif _taken(first) and _answered(again):
                expected = "the same Idempotency-Key with another body does not answer the first conversation"
                mixed = _taken(again) and _conversation_id(again) == _conversation_id(first)
                actual = f"it answered {_conversation_id(again)}, with its token, to {_body(again)!r}"
                yield judged(not mixed, again.index, expected, actual)


def _key_of(entry: Entry) -> str:
    headers = entry.data.get("request", {}).get("headers") or {}
    return str(next((value for name, value in headers.items() if name.lower() == "idempotency-key"), ""))


def _answered(entry: Entry) -> bool:
    return isinstance(entry.data.get("status"), int)


def _taken(entry: Entry) -> bool:
    return isinstance(entry.data.get("status"), int) and 200 <= entry.data["status"] < 300


def _body(entry: Entry) -> Any:
    return entry.data.get("request", {}).get("body")


def _conversation_id(entry: Entry) -> str | None:
    body = entry.data.get("body")
    conversation = body.get("conversation") if isinstance(body, Mapping) else None
    return str(conversation.get("id")) if isinstance(conversation, Mapping) else None
