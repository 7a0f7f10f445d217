"""Requirements of the pace at which an adapter asks again: ERR-09."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from contracts.readings_pages import outages
from contracts.readings_wire import FOREVER, faults
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, held, judged, requirement
from contracts.trace import Side, Trace
from contracts.views import Chat, chats

STREAMS = ("streamEvents", "pollEvents")
TOLERANCE_SECONDS = 0.05
ENOUGH_GAPS = 5
"""So many pauses between attempts show how they grow."""
CALM_SECONDS = 5.0
"""Pauses of this length burden no desk, whether they grow or not."""
LONGEST_PAUSE_SECONDS = 120.0
"""A pause that is longer leaves the user alone with a desk that is back."""


@requirement(
    "ERR-09",
    level=Level.SHOULD,
    subject=Subject.ADAPTER,
    guide=(Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS),
    needs=("driver:journal", "driver:inject", "clock:virtual"),
)
def desk_is_given_time(trace: Trace) -> Judgements:
    """A desk that asks for time gets it, and attempts become rarer.

    What: After an answer of 429 or 503 with Retry-After, the same message is not sent, and the stream is not asked for,
    before that time has passed (by the desk's clock). Without it, the pauses between attempts to get the stream back
    grow, or are 5 s and more; and no pause is longer than two minutes. Whoever does not try again is not judged.
    Why: A desk that has just come back is thrown down again by all the widgets that knock at once and without pause.
    Seen: B40 (no pause between polls: an adapter brought the desk's limit upon itself), B21.
    """
    for entry in trace.of(Side.SUITE, "requests"):
        requests = list(entry.data["requests"])
        for place, request in enumerate(requests):
            wait = _asked_to_wait(trace, request)
            if wait is not None:
                yield from _left_alone(entry.index, request, requests[place + 1 :], wait)
        if entry.data["timed"]:
            for chat in chats(trace):
                yield from _grows(chat, requests)


def _asked_to_wait(trace: Trace, request: Mapping[str, Any]) -> float | None:
    """Return the seconds for which the answer asked, or ``None``."""
    if request["status"] not in (429, 503):
        return None
    waits = [
        float(fault.data["retry_after"])
        for fault in faults(trace)
        if fault.data.get("retry_after") is not None
        and fault.data.get("operation") == request["operation"]
        and fault.data.get("conversation_id") in (None, request["conversation_id"])
        and trace.entries[fault.at].time <= request["seconds"] + TOLERANCE_SECONDS
        and (fault.until >= FOREVER or request["seconds"] <= trace.entries[fault.until].time)
    ]
    return min(waits, default=None)


def _left_alone(
    at: int, request: Mapping[str, Any], later: list[Mapping[str, Any]], wait: float
) -> Iterator[Judgement]:
    operation = request["operation"]
    if operation not in (*STREAMS, "sendMessageToAgent"):
        return
    if operation not in STREAMS and request["message_id"] is None and request["text"] is None:
        return  # a journal that does not say which message it was: another one may be sent at any time
    again = [
        one
        for one in later
        if one["conversation_id"] == request["conversation_id"]
        and one["operation"] == operation
        and (operation in STREAMS or _same_message(one, request))
    ]
    if again:
        pause = again[0]["seconds"] - request["seconds"]
        expected = f"{operation}, answered {request['status']} with Retry-After {wait:g}, is not asked again before"
        yield judged(pause >= wait - TOLERANCE_SECONDS, at, expected, f"it was asked again after {pause:.1f} s")
    else:
        yield held(at)


def _same_message(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two requests send one message: a desk that takes no ids of its clients has the text only."""
    return any(one[part] is not None and one[part] == other[part] for part in ("message_id", "text"))


def _grows(chat: Chat, requests: list[Mapping[str, Any]]) -> Iterator[Judgement]:
    """Judge the pauses between the attempts of one outage; those in which the desk asked for time are left out."""
    conversation = (chat.truth or {}).get("id")
    if any(fault.data.get("retry_after") is not None for fault in faults(chat.trace)):
        return
    for gap, seconds in outages(chat):
        began = gap.cut.time
        times = [
            one["seconds"]
            for one in requests
            if one["operation"] in STREAMS
            and one["conversation_id"] == conversation
            and one["status"] == 503
            and began <= one["seconds"] <= began + seconds
        ]
        pauses = [later - earlier for earlier, later in pairwise(times)]
        if len(pauses) >= ENOUGH_GAPS:
            yield _calm(chat, gap.cut.index, pauses)


def _calm(chat: Chat, at: int, pauses: list[float]) -> Judgement:
    third = max(1, len(pauses) // 3)
    first, last = sum(pauses[:third]) / third, sum(pauses[-third:]) / third
    grows = last >= CALM_SECONDS or (last > first * 1.5 and last > TOLERANCE_SECONDS)
    expected = f"in the outage of chat {chat.key} the pauses between attempts grow, up to two minutes"
    actual = f"{len(pauses) + 1} attempts, the first pauses {first:.1f} s, the last {last:.1f} s on average"
    return judged(grows and max(pauses) <= LONGEST_PAUSE_SECONDS, at, expected, actual, chat.key)
