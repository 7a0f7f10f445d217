"""The pace of attempts on small traces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.requirements.errors_pace import desk_is_given_time
from tests.suite.requirements.build import ADA, Story, complaint, holds, joined, unexercised


def stream(seconds: float, status: int = 503) -> dict[str, Any]:
    """An attempt to open the stream."""
    return {
        "operation": "streamEvents",
        "conversation_id": "c1",
        "status": status,
        "seconds": seconds,
        "message_id": None,
        "text": None,
    }


def message(seconds: float, status: int = 429, message_id: str | None = "m1", text: str | None = "x") -> dict[str, Any]:
    """An attempt to send a message."""
    sent = {"operation": "sendMessageToAgent", "message_id": message_id, "text": text}
    return {**stream(seconds, status), **sent}


def asked(*requests: dict[str, Any], operation: str = "sendMessageToAgent", **about: Any) -> Any:
    """A run in which the desk asked for ten seconds."""
    fault = {"kind": "rate_limit", "operation": operation, "retry_after": 10, "count": None, **about}
    story = Story().start().suite("fault", fault=fault).advance(60).suite("cleared")
    return story.suite("requests", timed=True, requests=list(requests)).trace(id="c1")


def outage(seconds: Iterable[float], timed: bool = True) -> Any:
    """A run with an outage and attempts at these moments."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    story.suite("drop", code=None, outage=True).advance(600).suite("restore")
    return story.suite("requests", timed=timed, requests=[stream(one) for one in seconds]).trace(id="c1")


def test_retry_after_is_honoured() -> None:
    """ERR-09: the same message, or the stream, not before the time."""
    rule = desk_is_given_time
    assert holds(rule, asked(message(0.0), message(10.0, 201)))
    assert holds(rule, asked(message(0.0)))
    assert holds(rule, asked(message(0.0), message(1.0, 201, "m2", "another")))
    assert "asked again after 2.0 s" in complaint(rule, asked(message(0.0), message(2.0, 201)))
    assert "asked again after 2.0 s" in complaint(rule, asked(message(0.0), message(2.0, 201, "m2")))
    early = asked(stream(0.0), stream(4.0, 101), operation="streamEvents")
    assert "streamEvents, answered 503 with Retry-After 10" in complaint(rule, early)
    assert unexercised(rule, asked(message(0.0, 500), message(0.0, 201)))


def test_another_chats_wait_is_none() -> None:
    """ERR-09: what the desk asked of one conversation binds no other, which was refused for reasons of its own."""
    early = message(0.0, 503), message(2.0, 201)
    assert unexercised(desk_is_given_time, asked(*early, conversation_id="c2"))
    assert "asked again after 2.0 s" in complaint(desk_is_given_time, asked(*early, conversation_id="c1"))


def test_without_ids_messages_are_told_apart_by_their_texts() -> None:
    """ERR-09: no id is not the same id; another message is not the one that the desk has put off."""
    rule = desk_is_given_time
    untold = asked(message(0.0, text=None), message(1.0, 201, "m2", None))
    assert holds(rule, untold)  # nor is no text the same text
    assert holds(rule, asked(message(0.0, message_id=None), message(1.0, 201, None, "another")))
    assert unexercised(rule, asked(message(0.0, 429, None, None), message(1.0, 201, None, None)))
    assert "asked again after 2.0 s" in complaint(
        rule, asked(message(0.0, message_id=None), message(2.0, 201, message_id=None))
    )


def test_attempts_become_rarer() -> None:
    """ERR-09: growing, or rare from the beginning, and not rarer than two minutes."""
    rule = desk_is_given_time
    assert holds(rule, outage((0, 0.5, 1.5, 3.5, 7.5, 15.5, 23.5)))
    assert holds(rule, outage(range(0, 60, 6)))
    assert "the first pauses 1.0 s, the last 1.0 s" in complaint(rule, outage(range(20)))
    assert "7 attempts" in complaint(rule, outage([0.0] * 7))
    assert "grow, up to two minutes" in complaint(rule, outage((0, 1, 3, 7, 15, 300)))


def test_few_attempts_and_other_clocks_are_not_judged() -> None:
    """ERR-09: who does not try often, or does not use the desk's clock, shows no pauses."""
    assert unexercised(desk_is_given_time, outage((0, 1, 2)))
    assert unexercised(desk_is_given_time, outage([0.0] * 9, timed=False))
