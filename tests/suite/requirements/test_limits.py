"""LIM: each requirement on a trace that keeps it, one that breaks it, and one that does not exercise it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements.limits import idle_polls_keep_a_pace, many_are_no_trouble, too_long_is_refused_at_once
from contracts.requirements.limits_desk import (
    declared_length_is_taken,
    declared_sizes_hold,
    rate_is_limited_for_each_user,
    what_is_declared_is_there,
)
from contracts.trace import Side, Trace
from tests.suite.requirements.build import (
    ADA,
    Story,
    broken_by,
    complaint,
    holds,
    joined,
    said,
    unexercised,
)


def received(story: Story, *requests: dict[str, Any], **truth: Any) -> Trace:
    """Close a story of the conversation ``c1`` with what the desk received."""
    story.truth["id"] = "c1"
    trace = story.trace(**truth)
    story.add(Side.DESK, "requests", requests=[{"conversation_id": "c1", "time": 0.0, **one} for one in requests])
    return Trace(tuple(story.entries), trace.about)


# LIM-02


def long_send(error: str | None, characters: int = 11) -> Story:
    """Return a chat with a limit of ten characters, in which a text is sent."""
    story = Story(settings={"max_text_characters": 10}).start()
    return story.host("send_message_to_agent", error, text="x" * characters, message_id="m1", files=[])


SENT = {"operation": "sendMessageToAgent", "characters": 11}


def test_a_long_text_is_rejected_with_a_reason_before_the_network() -> None:
    """The three ways to get it wrong are told apart."""
    rule = too_long_is_refused_at_once
    assert holds(rule, received(long_send("InvalidMessage: too long")))
    assert "the call resolved" in complaint(rule, received(long_send(None)))
    assert "no reason" in complaint(rule, received(long_send("RuntimeError:")))
    assert "received it" in complaint(rule, received(long_send("DeskRefused: 413"), SENT))


def test_a_text_that_fits_and_a_desk_without_a_journal_say_nothing() -> None:
    """The limit is the desk's; what the desk has received is known from its journal only."""
    assert unexercised(too_long_is_refused_at_once, received(long_send("no", characters=10)))
    assert unexercised(too_long_is_refused_at_once, long_send("InvalidMessage: too long").trace(id="c1"))


# LIM-04


def polls(*times: float) -> Trace:
    """Return a chat that is polled at the times given."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    return received(story, *({"operation": "pollEvents", "time": time} for time in times))


def test_polls_at_a_pace_are_right() -> None:
    """Once a second is the pace; a poll for each event and a few at the start may come on top."""
    assert holds(idle_polls_keep_a_pace, polls(0, 0, 0, *range(1, 60)))


def test_polls_without_a_pause_are_a_busy_loop() -> None:
    """Also when no time goes by at all, as in virtual time."""
    assert "30 polls in the 10 s" in complaint(idle_polls_keep_a_pace, polls(*[0.0] * 30))
    assert "from 5" in complaint(idle_polls_keep_a_pace, polls(0, *(5 + place / 5 for place in range(50))))


def test_each_new_page_asks_once() -> None:
    """A page cannot know what the one before had asked; whoever reloads often is no busy loop."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    for _ in range(22):
        story.suite("unload", lingering=False).suite("reloaded", goes_on=True, why="")
    asked = [{"operation": "pollEvents", "time": 0.0} for _ in range(30)]
    assert unexercised(idle_polls_keep_a_pace, received(story, *asked))


def test_who_reads_a_stream_is_not_judged() -> None:
    """Nor is a chat that was too short to be idle."""
    assert unexercised(idle_polls_keep_a_pace, polls())
    assert unexercised(idle_polls_keep_a_pace, polls(0, 1, 2))


# LIM-05


def long_talk(lost: int | None = None, unsent: int | None = None) -> Trace:
    """Return a talk of sixty messages each way; of one of them nothing is seen."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    for number in range(60):
        story.act("say", said(ADA, f"word {number}"))
        if number != lost:
            story.shows(f"word {number}")
        if number == unsent:
            story.host("send_message_to_agent", text=f"mine {number}", message_id=f"m{number}", files=[])
        else:
            story.send(f"mine {number}", message_id=f"m{number}")
    return story.delivered().trace()


def test_a_long_talk_loses_nothing() -> None:
    """What is lost is quoted, on either side."""
    assert holds(many_are_no_trouble, long_talk())
    assert "'word 57'" in complaint(many_are_no_trouble, long_talk(lost=57))
    assert "'mine 58'" in complaint(many_are_no_trouble, long_talk(unsent=58))


def many_chats(*, streams: int = 0, kept: int = 0) -> Trace:
    """Return twelve chats, with a count of objects after the first and after the last."""
    story = Story()
    for number in range(12):
        story.start().end()
        if number in (0, 11):
            kinds = {"adapter.Chat": 1 + (kept if number else 0), "adapter.Adapter": 1}
            story.suite("objects", total=sum(kinds.values()), kinds=kinds, chats=number + 1)
    story.suite("census", streams=streams, timers=[], threads=[])
    return story.trace()


def test_many_chats_leave_nothing() -> None:
    """One object more is chance, one for each chat is a leak; so is a stream."""
    assert holds(many_are_no_trouble, many_chats(kept=1))
    assert "adapter.Chat" in complaint(many_are_no_trouble, many_chats(kept=11))
    assert "2 are open" in complaint(many_are_no_trouble, many_chats(streams=2))


def test_a_short_talk_is_not_many() -> None:
    """Losing a message there is the matter of others."""
    assert unexercised(many_are_no_trouble, Story().start().send("hello").trace())


# the desk's limits

LIMITS = {"max_text_characters": 4, "max_messages_per_minute": 2}


class Wire(Story):
    """Exchanges with a desk that has declared what it offers."""

    def __init__(self, **more: Any) -> None:
        super().__init__()
        body = {"limits": LIMITS, "functions": {"user_typing": True, "files": False}, "transports": ["websocket"]}
        self.asked("getCapabilities", 200, body, conversation_id=None, **more)

    def asked(self, operation: str, status: int, body: Any = None, **more: Any) -> Wire:
        """Add an exchange of the conversation ``c1``."""
        sent, headers = more.pop("sent", None), more.pop("headers", {"content-type": "application/json"})
        request = {"method": "POST", "path": "/v1", "query": {}, "headers": {}, "body": sent}
        data = {"conversation_id": "c1", "token": "own", "headers": headers, **more}
        self.add(Side.WIRE, "exchange", operation=operation, status=status, body=body, request=request, **data)
        return self

    def says(self, text: str, status: int = 201, purpose: str = "limit.x", kept: str | None = None) -> Wire:
        """Add a send; ``kept`` is what the transcript then has, if not the text."""
        number = len(self.entries)
        message = {"id": f"msg-{number}", "text": text} if status < 300 else {"code": "text_too_long"}
        self.asked(
            "sendMessageToAgent", status, message, sent={"text": text, "message_id": f"m{number}"}, purpose=purpose
        )
        told = text if status < 300 and kept is None else kept
        listed = [] if told is None else [{"id": f"msg-{number}", "text": told, "author": {"role": "user"}}]
        return self.asked("listMessages", 200, {"messages": listed})


def test_a_text_of_the_declared_length_is_taken_whole() -> None:
    """Wide letters count as one; a part of the text is a cut one."""
    rule = declared_length_is_taken
    assert holds(rule, Wire().says("aaaa").says("\U0001f600" * 4).trace())
    assert "answered 413" in complaint(rule, Wire().says("aaaa", 413).trace())
    assert "with 3 characters" in complaint(rule, Wire().says("abcd", kept="abc").trace())


def test_a_longer_text_is_refused_and_no_part_of_it_is_kept() -> None:
    """413 and 422 are refusals; a 201 is none, and a part of it in the transcript is none either."""
    rule = declared_length_is_taken
    assert holds(rule, Wire().says("abcde", 413).says("abcde", 422).trace())
    assert "answered 201" in broken_by(rule, Wire().says("abcde", 201).trace())[0].actual
    assert "a part of it is in the transcript" in complaint(rule, Wire().says("abcde", 413, kept="abcd").trace())


def test_texts_of_other_lengths_and_desks_without_a_limit_say_nothing() -> None:
    """The border is what is judged."""
    assert unexercised(declared_length_is_taken, Wire().says("a").trace())
    assert unexercised(declared_length_is_taken, Story().trace())


PROBLEM = {"code": "rate_limited", "retryable": True}
HEADERS = {"content-type": "application/problem+json", "retry-after": "30"}


def hasty(status: int = 429, body: Any = PROBLEM, headers: Any = HEADERS) -> Wire:
    """Return a desk that is sent one message too many."""
    sent = {"text": "one too many", "message_id": "m9"}
    story = Wire().says("1", purpose="rate.allowed").says("2", purpose="rate.allowed")
    return story.asked("sendMessageToAgent", status, body, sent=sent, headers=headers, purpose="rate.too_many")


@pytest.mark.parametrize(
    ("story", "word"),
    [
        (hasty(503), "answered 503"),
        (hasty(headers={"content-type": "application/problem+json"}), "no Retry-After"),
        (hasty(headers={**HEADERS, "retry-after": "0"}), "Retry-After is '0'"),
        (hasty(body="Too many", headers={**HEADERS, "content-type": "text/plain"}), "its type is text/plain"),
        (hasty(body={**PROBLEM, "retryable": False}), "retryable is False"),
        (hasty().says("3", 429, purpose="rate.other_user"), "answered 429"),
        (hasty().says("3", 429, purpose="rate.later"), "it got 429"),
        (Wire().says("1", 429, purpose="rate.allowed"), "answered 429"),
    ],
)
def test_a_rate_limit_that_cannot_be_lived_with(story: Wire, word: str) -> None:
    """Each way to get it wrong is named."""
    assert word in complaint(rate_is_limited_for_each_user, story.trace())


def test_a_rate_limit_that_is_told() -> None:
    """A date will do as well as seconds; without a declared rate nothing is judged."""
    assert holds(rate_is_limited_for_each_user, hasty().says("3", purpose="rate.other_user").trace())
    dated = {**HEADERS, "retry-after": "Wed, 01 Jan 2025 00:00:00 GMT"}
    assert holds(rate_is_limited_for_each_user, hasty(headers=dated).trace())
    assert unexercised(rate_is_limited_for_each_user, Story().trace())


def test_what_is_declared_is_there() -> None:
    """A conversation's state may refuse; "not found" may not. What is not declared may be missing."""
    rule = what_is_declared_is_there
    assert holds(rule, Wire().asked("userTyping", 409, {}, purpose="declared").trace())
    assert "answered 404" in complaint(rule, Wire().asked("userTyping", 404, {}, purpose="declared").trace())
    assert unexercised(rule, Wire().asked("uploadFile", 404, {}, purpose="declared").trace())
    assert unexercised(rule, Wire().asked("userTyping", 404, {}, purpose="token.own").trace())


@pytest.mark.parametrize(
    ("purpose", "right", "wrong"),
    [
        ("limit.largest_body", 201, 413),
        ("limit.too_large_body", 413, 201),
        ("limit.too_large_file", 422, 500),
        ("limit.wrong_type", 415, 201),
    ],
)
def test_declared_sizes_hold(purpose: str, right: int, wrong: int) -> None:
    """The border is inside, one byte more is outside."""
    assert holds(declared_sizes_hold, Wire().asked("uploadFile", right, {}, purpose=purpose).trace())
    assert str(wrong) in complaint(declared_sizes_hold, Wire().asked("uploadFile", wrong, {}, purpose=purpose).trace())
