"""FIL: sharing the screen, at the adapter and at the desk. Binding where it is offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from contracts.readings_exchanges import Exchange, exchanges
from contracts.readings_requests import Request, requests
from contracts.readings_wire import due, faults_during, user_end
from contracts.requirement import Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Entry, Trace
from contracts.views import Call, Chat, chats

ANSWERS = ("accepted", "declined", "cancelled")


@dataclass(frozen=True)
class Asked:
    """A request of an agent for the user's screen, and what the host was asked and answered."""

    chat: Chat
    event: Mapping[str, Any]
    act: Call | None
    callback: Entry | None
    returned: Entry | None

    @property
    def id(self) -> str:
        """The request's id at the desk."""
        return str(self.event["data"]["request_id"])

    @property
    def answer(self) -> str | None:
        """What the user answered, ``None`` while nobody has, or where the host refused to ask."""
        return None if self.returned is None else self.returned.data.get("answer")

    def closed_before(self, index: int) -> bool:
        """Tell whether the request, or the chat, was over before an entry, by an agent's act or by the user's end."""
        end = user_end(self.chat)
        over = [act.index for act in self.chat.acts("end_screen", "leave", "end", "transfer") if self._after(act.index)]
        over += [call.index for call in (end,) if call is not None]
        over += [entry.index for entry in self.chat.ends]
        return any(one < index for one in over)

    def known_to_be_closed_before(self, index: int) -> bool:
        """Tell whether the adapter knew by then: the chat had ended, or the desk's word of the end was surely there."""
        end = user_end(self.chat)
        over = [entry.index for entry in self.chat.ends] + ([end.index] if end is not None else [])
        told = [
            due(self.chat, event["seq"])
            for event in self.chat.events_of("screen_share.ended", "conversation.ended")
            if event["data"].get("request_id") in (None, self.id)
        ]
        return any(one < index for one in [*over, *(mark for mark in told if mark is not None)])

    def page_was_gone_before(self, mark: int | None) -> bool:
        """Tell whether the page went away after it had asked, and before the request was surely dealt with."""
        asked_at = self.callback.index if self.callback is not None else len(self.chat.trace)
        gone = [entry.index for entry in self.chat.suite("unload") if entry.index > asked_at]
        return any(mark is None or index < mark for index in gone)

    def _after(self, index: int) -> bool:
        return self.act is None or index > self.act.index

    def sent(self, *words: str) -> list[Request] | None:
        """Return the answers to this request that the desk received, of these words; ``None`` if it is not known."""
        truth = self.chat.truth or {}
        found = requests(self.chat.trace, "answerScreenShare", conversation_id=str(truth.get("id")))
        mine = [one for one in found or [] if one.get("request_id") in (None, self.id) and one.get("answer") in words]
        return None if found is None else mine


def asked(chat: Chat) -> Iterator[Asked]:
    """Yield the requests for the screen in order, each with the callback that stands in its place."""
    acts = [act for act in chat.acts("request_screen") if act.ok]
    callbacks = chat.callbacks("screen_share_request")
    returned = {entry.call: entry for entry in chat.entries if entry.kind == "returned"}
    for place, event in enumerate(chat.events_of("screen_share.requested")):
        callback = callbacks[place] if place < len(callbacks) else None
        act = acts[place] if place < len(acts) else None
        yield Asked(chat, event, act, callback, returned.get(callback.index) if callback is not None else None)


@requirement(
    "FIL-07",
    level=Level.MAY,
    subject=Subject.ADAPTER,
    needs=("screen_share", "action:request_screen", "driver:journal"),
)
def screen_is_shared_once(trace: Trace) -> Judgements:
    """A request to share the screen is put to the user once and answered once; the end cancels it; a stop is told once.

    What: Each request of an agent makes one screenShareRequest, and the user's answer reaches the desk once, as it was
    given. A request that is still open at the chat's end is not accepted any more, and nothing is asked after the end.
    When the agent takes it back or stops, screenShareEnded is called once; it need not be where the user had declined.
    The user's stop reaches the desk once for a sharing that goes on, and never without one. Not judged is what comes
    after a page reload in the middle of a question: it may be put again.
    Why: A second dialog for one request is answered differently from the first; an answer that is lost leaves an agent
    looking at nothing, or, worse, a user whose screen is seen and who thinks that it is not.
    Seen: A fact of the host: screenShareRequest rejects unless connected, the end of the chat cancels it, and
    screenShareEnded is not guarded.
    """
    for chat in chats(trace):
        every = list(asked(chat))
        found = list(takewhile(lambda one: not one.page_was_gone_before(due(one.chat, one.event["seq"])), every))
        for one in found:
            yield from _asked_once(one, found)
            yield from _answered(one)
            yield from _stopped(one)
        if len(found) < len(every):
            continue  # the page went away while it asked: it may ask again, and then answers cannot be told apart
        yield from _nothing_more(chat, len(found))
        yield from _told_of_the_end(chat, {one.id for one in found if one.answer in ("declined", "cancelled")})


def _asked_once(one: Asked, everything: list[Asked]) -> Judgements:
    mark = due(one.chat, one.event["seq"])
    open_before = any(
        other.callback is not None and (other.returned is None or mark is None or other.returned.index > mark)
        for other in everything
        if other.event["seq"] < one.event["seq"]
    )
    if mark is not None and not open_before and not one.closed_before(mark):
        good = one.callback is not None and one.callback.index < mark
        expected = f"the user is asked for the screen (request {one.id!r})"
        yield judged(good, mark, expected, "screenShareRequest was not called", one.chat.key)


def _answered(one: Asked) -> Judgements:
    if one.returned is None or one.callback is None or one.answer is None:
        return
    sent = one.sent(*ANSWERS)
    if sent is None or faults_during(one.chat.trace, one.callback.index, None, "answerScreenShare"):
        return
    words = [str(request["answer"]) for request in sent]
    at, told = one.returned.index, ", ".join(words) or "nothing"
    if one.closed_before(at) and not one.known_to_be_closed_before(at):
        return  # the user's answer and the agent's end crossed each other on the wire
    if one.closed_before(at):
        expected = f"after the end, or after the agent took it back, request {one.id!r} is not accepted"
        yield judged("accepted" not in words, at, expected, f"the desk received {told}", one.chat.key)
    else:
        expected = f"the user's answer to request {one.id!r}, {one.answer}, reaches the desk once"
        good = words == [one.answer] or (not words and _ended_soon(one, at))
        yield judged(good, at, expected, f"the desk received {told}", one.chat.key)


def _ended_soon(one: Asked, index: int) -> bool:
    """Tell whether the end came right after the answer, so that there was no time to send it."""
    following = [
        entry for entry in one.chat.entries if entry.index > index and entry.side.value in ("host", "desk", "suite")
    ]
    return bool(following) and following[0].kind in ("end_chat", "act") and one.closed_before(following[0].index + 1)


def _stopped(one: Asked) -> Judgements:
    stops = [call for call in one.chat.calls("screen_share_stop") if one.callback and call.index > one.callback.index]
    ended = one.sent("ended")
    if ended is None or faults_during(one.chat.trace, 0, None, "answerScreenShare"):
        return
    live = [
        stop
        for stop in stops
        if one.answer == "accepted"
        and one.returned
        and one.returned.index < stop.index
        and not one.closed_before(stop.index)
    ]
    if live:
        expected = f"the user's stop of the sharing {one.id!r} reaches the desk once"
        yield judged(len(ended) == 1, live[0].index, expected, f"the desk was told {len(ended)} times", one.chat.key)
    elif ended:
        expected = f"the desk is not told that the user stopped the sharing {one.id!r}: nothing went on"
        yield broken(one.chat.start.index, expected, "it was told so", one.chat.key)


def _nothing_more(chat: Chat, requested: int) -> Judgements:
    callbacks = chat.callbacks("screen_share_request")
    for entry in callbacks[requested:]:
        expected = f"the user is asked {requested} times, once for each request"
        yield broken(entry.index, expected, f"this was time {callbacks.index(entry) + 1}", chat.key)
    for entry in callbacks:
        running = bool(entry.data.get("running", True))
        expected = "the user is asked for the screen only while the chat runs"
        yield judged(running, entry.index, expected, "screenShareRequest was called when no chat ran", chat.key)


def _told_of_the_end(chat: Chat, refused: set[str]) -> Judgements:
    told = [entry for entry in chat.callbacks("screen_share_ended") if entry.data.get("running", True)]
    ends = [event for event in chat.events_of("screen_share.ended") if event["data"].get("by") != "user"]
    if len(told) > len(ends):
        expected = f"screenShareEnded is called at most {len(ends)} times: so often was a sharing ended by the desk"
        yield broken(told[-1].index, expected, f"it was called {len(told)} times", chat.key)
    must_be_told = [event for event in ends if str(event["data"].get("request_id")) not in refused]
    for number, event in enumerate(must_be_told, start=1):
        mark = due(chat, event["seq"])
        if mark is not None and not any(entry.index < mark for entry in chat.ends):
            came = sum(entry.index < mark for entry in told)
            expected = f"screenShareEnded is called when an agent ends the sharing ({number} by now)"
            yield judged(came >= number, mark, expected, f"it was called {came} times", chat.key)


@requirement("FIL-08", level=Level.MAY, subject=Subject.DESK, needs=("screen_share", "action:request_screen"))
def a_request_has_one_answer(trace: Trace) -> Judgements:
    """A desk takes one answer to a request for the screen.

    What: The first answer to an open request is taken. A further answer to it, an end of a sharing that was not
    accepted or has ended, and an answer where nothing was asked, are refused with a status of the 4xx class.
    Why: Two tabs, or an answer that is sent again, would turn a "no" into a "yes".
    Seen: an addition to the catalogue; it rests on the desk contract, and on FIL-07, which adapters can keep only then.
    """
    open_requests: dict[str, str] = {}
    for one in exchanges(trace, "answerScreenShare"):
        if one.token == "own" and one.answered and str(one.entry.data.get("purpose") or "").startswith("screen."):
            yield _taken(one, open_requests)


def _taken(one: Exchange, answered: dict[str, str]) -> Judgement:
    conversation, word = str(one.conversation), str(one.sent.get("answer"))
    nothing_asked = one.entry.data["purpose"] == "screen.unasked"
    before = "unasked" if nothing_asked else answered.get(conversation)
    fine = (before is None and word != "ended") or (before == "accepted" and word == "ended")
    if one.ok:
        answered[conversation] = word
    if fine:
        return judged(one.ok, one.index, f"the answer {word!r} to an open request is taken", f"it got {one.status}")
    what = "where nothing was asked" if nothing_asked else f"after {before!r}"
    expected = f"the answer {word!r} {what} is refused with a status of the 4xx class"
    return judged(one.refused, one.index, expected, f"it was answered {one.status}")
