"""Each requirement of losses that last on small traces."""

from __future__ import annotations

from contracts.requirements.reconnection_limits import attempts_end, texts_of_a_gap_are_honest
from tests.suite.requirements.build import ADA, Story, complaint, ended, holds, joined, unexercised, user_said


def lost(seconds: float = 700) -> Story:
    """A chat with an agent whose desk goes away for so long."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    return story.suite("drop", code=None, outage=True).advance(seconds)


def test_attempts_end() -> None:
    """REC-02: within ten minutes the user is told, once."""
    rule = attempts_end
    assert holds(rule, lost().callback("agent_ended_chat").trace())
    assert holds(rule, lost().callback("set_error_status", error={"type": 1}).trace())
    assert "no end was told" in complaint(rule, lost().trace())
    assert "no end was told" in complaint(rule, lost().callback("set_error_status", error={"type": 2}).trace())
    twice = lost(90).callback("agent_ended_chat").callback("agent_ended_chat")
    assert "2 ends were told" in complaint(rule, twice.trace())
    assert unexercised(rule, lost(90).trace())


def test_whoever_was_restored_or_left_in_time_is_not_judged() -> None:
    """REC-02: the outage ends with the desk's return, with the user's end, and when the faults are removed."""
    for story in (lost(90).suite("restore"), lost(90).end(), lost(90).suite("cleared")):
        assert unexercised(attempts_end, story.advance(700).trace())
    assert unexercised(attempts_end, lost(90).act("end", ended()).advance(700).trace())


def test_a_declared_limit_counts() -> None:
    """REC-02: an adapter that says how long it tries is held to that."""
    story = lost(90)
    story.about["reconnect_limit_seconds"] = 60
    assert "no end was told" in complaint(attempts_end, story.trace())


def test_texts_of_a_gap_are_honest() -> None:
    """REC-08: refused, or there once."""
    rule = texts_of_a_gap_are_honest
    assert holds(rule, lost(5).send("x", "DeskRefused").trace())
    assert holds(rule, lost(5).send("x").trace())
    gone = lost(5).host("send_message_to_agent", text="x", message_id="m1", files=[])
    assert "the desk has it 0 times" in complaint(rule, gone.trace())
    doubled = lost(5).send("x")
    doubled.event(user_said("x", "m2"))
    assert "the desk has it 2 times" in complaint(rule, doubled.trace())
    assert unexercised(rule, Story().start().send("x").trace())


def test_the_same_text_written_twice_may_be_there_twice() -> None:
    """REC-08 counts what was sent."""
    assert holds(texts_of_a_gap_are_honest, lost(5).send("x").send("x", message_id="m2").trace())
    refused = lost(5).send("x", "DeskRefused").send("x", message_id="m2")
    assert holds(texts_of_a_gap_are_honest, refused.trace())
