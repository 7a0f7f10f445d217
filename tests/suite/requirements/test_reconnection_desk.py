"""Resuming at a desk, on small traces."""

from __future__ import annotations

from typing import Any

from contracts.requirements.reconnection_desk import resume_is_exact
from contracts.trace import Entry, Side, Trace
from tests.suite.requirements.build import complaint, holds, unexercised


def poll(after: int, given: list[int], purpose: str = "resume.position", status: int | None = 200) -> dict[str, Any]:
    """One poll of the conversation and its answer."""
    events = [{"seq": seq, "type": "x", "data": {}} for seq in given]
    body = {"events": events} if status == 200 else {"code": "unknown_position"}
    about = {"operation": "pollEvents", "conversation_id": "c1", "token": "own", "status": status, "body": body}
    return {**about, "purpose": purpose, "request": {"query": {"after": after}}}


def trace(*entries: dict[str, Any], side: Side = Side.WIRE) -> Trace:
    """The polls and frames, after one poll that shows that the conversation has three events."""
    made = [poll(0, [1, 2, 3], "resume.all"), *entries]
    kinds = ["frame" if "frame" in data else "handshake" if "connection" in data else "exchange" for data in made]
    return Trace(tuple(Entry(i, 0.0, side, kinds[i], "u1", None, data) for i, data in enumerate(made)))


def stream(after: int, given: list[int], purpose: str = "resume.position") -> list[dict[str, Any]]:
    """One stream and its frames."""
    about = {"conversation_id": "c1", "connection": 7, "after": after, "purpose": purpose}
    frames = [{**about, "frame": {"seq": seq, "type": "x", "data": {}}} for seq in given]
    return [{**about, "token": "own", "status": 101}, *frames]


def test_later_events_come_once_and_in_order() -> None:
    """REC-05 names what was wanted and what came."""
    assert holds(resume_is_exact, trace(poll(1, [2, 3]), poll(3, [])))
    assert "it gave positions 3" in complaint(resume_is_exact, trace(poll(1, [3])))
    assert "it gave positions 1, 2, 3" in complaint(resume_is_exact, trace(poll(1, [1, 2, 3])))
    assert "it gave positions 3, 2" in complaint(resume_is_exact, trace(poll(1, [3, 2])))
    assert "it gave positions 2" in complaint(resume_is_exact, trace(poll(1, [2])))
    assert "it gave nothing" in complaint(resume_is_exact, trace(poll(1, [])))


def test_streams_are_held_to_the_same() -> None:
    """REC-05: whichever way the events are read; a live stream only up to where it was read."""
    assert holds(resume_is_exact, trace(*stream(1, [2, 3])))
    assert holds(resume_is_exact, trace(*stream(1, [2], "resume.live")))
    assert "it gave positions 2, 2, 3" in complaint(resume_is_exact, trace(*stream(1, [2, 2, 3])))
    assert "it gave nothing" in complaint(resume_is_exact, trace(*stream(1, [], "resume.live")))


def test_an_unknown_position_is_refused() -> None:
    """REC-05: neither nothing, nor everything, nor silence."""
    unknown = "resume.unknown_position"
    assert holds(resume_is_exact, trace(poll(9, [], unknown, 410)))
    assert "it was answered 200, with 0 events" in complaint(resume_is_exact, trace(poll(9, [], unknown)))
    assert "it was answered 101, with 2 events" in complaint(resume_is_exact, trace(*stream(9, [1, 2], unknown)))
    assert "no answer came" in complaint(resume_is_exact, trace(poll(9, [], unknown, None)))


def test_other_requests_are_not_judged() -> None:
    """REC-05 knows only for a reading from a position what must come."""
    assert unexercised(resume_is_exact, trace(poll(0, [1], "prepare")))
