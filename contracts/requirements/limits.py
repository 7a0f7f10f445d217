"""LIM, at the adapter: too long texts, the pace of polls, and many messages and chats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from contracts.readings_messages import due_at, quoted, showings
from contracts.readings_pages import reloads
from contracts.readings_requests import Request, requests
from contracts.readings_wire import faults, undisturbed
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, chats

POLLS_PER_SECOND = 1.0
"""How often an idle adapter may ask, unless a desk declares otherwise."""
WINDOW_SECONDS = 10.0
BURST = 5
"""Polls beyond the pace that a window may hold: those of a start, and of a return after a loss."""
MANY_MESSAGES = 50
MANY_CHATS = 10


@requirement(
    "LIM-02",
    level=Level.SHOULD,
    subject=Subject.ADAPTER,
    guide=(Guide.SEND_MESSAGE_TO_AGENT,),
    needs=("driver:journal",),
)
def too_long_is_refused_at_once(trace: Trace) -> Judgements:
    """A text that is too long is refused with a reason, before the network.

    What: Where the desk declares a longest text, send_message_to_agent with a longer one rejects, its reason is not
    empty, and the desk receives no such message.
    Why: The user waits for a refusal that was certain from the beginning, and is told "failed" without a word on what
    would help. A long text may also cost a slow connection many seconds.
    Seen: rests on the desk contract, which declares its limit; the integrations that were looked at knew none and sent.
    """
    most = (trace.about.get("settings") or {}).get("max_text_characters")
    received = requests(trace, "sendMessageToAgent")
    if not isinstance(most, int) or received is None:
        return
    for chat in chats(trace):
        for call in chat.calls("send_message_to_agent"):
            text = str(call.data.get("text", ""))
            if len(text) > most and chat.truth is not None and not _stored(chat, text):
                yield _refused(call, [one for one in received if one.get("characters", 0) > most], len(text), most)


def _stored(chat: Chat, text: str) -> bool:
    return any(message["text"] == text for message in chat.user_messages)


def _refused(call: Call, sent: list[Request], length: int, most: int) -> Judgement:
    expected = f"a text of {length} characters, where {most} are allowed, is rejected with a reason and not sent"
    wrong = [
        what
        for what, ok in (
            (f"the call {'resolved' if call.ok else 'did not settle'}", call.failed),
            ("the rejection has no reason", not call.failed or bool(call.error.partition(":")[2].strip())),
            ("the desk received it", not sent),
        )
        if not ok
    ]
    return judged(not wrong, call.index, expected, " and ".join(wrong), call.entry.chat)


@requirement("LIM-04", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:journal",))
def idle_polls_keep_a_pace(trace: Trace) -> Judgements:
    """An adapter that polls keeps a pace, also when the desk answers at once.

    What: An adapter that reads its events by polls asks, in any 10 s of the desk's time, about once a second at most,
    besides one poll for each event and one for each new page. One that reads a stream and polls never keeps any pace.
    Why: A loop without a pause sends hundreds of requests a second from each visitor's browser; the desk answers with
    429 and the user with it.
    Seen: B40, no pause between polls in two integrations: replies at once became a busy loop, and a rate limit.
    """
    for chat in chats(trace):
        polls = _polls(trace, chat)
        if len(polls) > 1 and not any(fault.hits("pollEvents") for fault in faults(trace)):
            yield from _paced(chat, [float(one["time"]) for one in polls])
        elif not polls and _reads_a_stream(trace, chat):
            yield held(chat.start.index, chat.key)


def _polls(trace: Trace, chat: Chat) -> list[Request]:
    if chat.truth is None:
        return []
    return requests(trace, "pollEvents", conversation_id=str(chat.truth["id"])) or []


def _reads_a_stream(trace: Trace, chat: Chat) -> bool:
    if chat.truth is None or not chat.start.ok:
        return False
    return bool(requests(trace, "streamEvents", conversation_id=str(chat.truth["id"])))


def _paced(chat: Chat, times: list[float]) -> Judgements:
    pages = len(list(reloads(chat)))
    allowed = int(WINDOW_SECONDS * POLLS_PER_SECOND) + BURST + len(chat.events) + pages
    worst, since = max((sum(start <= time < start + WINDOW_SECONDS for time in times), start) for start in times)
    if worst <= allowed and times[-1] - times[0] < WINDOW_SECONDS:
        return  # nothing was idle for long
    expected = f"at most {allowed} polls in {WINDOW_SECONDS:g} s of the desk's time, with {len(chat.events)} events"
    actual = f"{worst} polls in the {WINDOW_SECONDS:g} s from {since:g} s on"
    yield judged(worst <= allowed, chat.start.index, expected, actual, chat.key)


@requirement(
    "LIM-05",
    level=Level.SHOULD,
    subject=Subject.BOTH,
    guide=(Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS),
    needs=("driver:act",),
)
def many_are_no_trouble(trace: Trace) -> Judgements:
    """Many messages and many chats are no trouble.

    What: In a chat with many messages each of them arrives, both ways. Of many chats, one after the other or at once,
    none keeps a stream open after its end, and an adapter whose objects can be counted keeps none for each ended chat.
    Why: A buffer that is bounded in silence loses the middle of a long talk. A page that is open all day, and a desk
    with many pages, cannot afford a little that stays of each chat.
    Seen: kin of B3 and B29: a socket, a client and its listeners were kept for each chat.
    """
    everything = list(chats(trace))
    for chat in everything:
        yield from _nothing_lost(chat)
    if len(everything) >= MANY_CHATS:
        yield from _no_streams(trace, everything)
        yield from _objects_released(trace)


def _nothing_lost(chat: Chat) -> Judgements:
    shown = [one for one in showings(chat) if due_at(chat, one.seq) is not None]
    if len(shown) >= MANY_MESSAGES:
        lost = [one for one in shown if one.callback is None or not one.exact]
        more = f"{len(lost)} are not shown, the first of them {quoted(lost[0].text)}" if lost else ""
        yield judged(not lost, chat.start.index, f"all {len(shown)} messages of agents are shown", more, chat.key)
    sent = [call for call in chat.calls("send_message_to_agent") if undisturbed(chat.trace, call)]
    if len(sent) >= MANY_MESSAGES and chat.truth is not None:
        texts = [message["text"] for message in chat.user_messages]
        gone = [call for call in sent if not call.ok or call.data.get("text") not in texts]
        more = f"{len(gone)} are not, the first of them {quoted(str(gone[0].data.get('text')))}" if gone else ""
        yield judged(not gone, chat.start.index, f"all {len(sent)} texts of the user are at the desk", more, chat.key)


def _no_streams(trace: Trace, everything: list[Chat]) -> Judgements:
    censuses = trace.of(Side.SUITE, "census")
    open_streams = sum(int(entry.data["streams"]) for entry in censuses)
    if censuses:
        expected = f"none of {len(everything)} ended chats has an open stream"
        yield judged(not open_streams, censuses[-1].index, expected, f"{open_streams} are open")


def _objects_released(trace: Trace) -> Iterator[Judgement]:
    for before, after in pairwise(trace.of(Side.SUITE, "objects")):
        ended = int(after.data["chats"]) - int(before.data["chats"])
        if ended >= MANY_CHATS and before.user == after.user:
            yield _released(before, after, ended)


def _released(before: Entry, after: Entry, ended: int) -> Judgement:
    old: Mapping[str, Any] = before.data["kinds"]
    grown = {kind: count - old.get(kind, 0) for kind, count in after.data["kinds"].items()}
    kind, growth = max(grown.items(), key=lambda pair: pair[1], default=("", 0))
    if 2 * growth < ended:
        return held(after.index)
    expected = f"{ended} more chats that have ended leave no object for each of them"
    return judged(False, after.index, expected, f"there are {growth} more of {kind}")
