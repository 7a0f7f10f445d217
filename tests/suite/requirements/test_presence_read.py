"""PRS-15 on traces made by hand."""

from __future__ import annotations

from contracts.requirements.presence_read import desk_knows_what_was_read as requirement
from contracts.trace import Trace
from tests.suite.requirements.build import ADA, Story, complaint, holds, joined, said, unexercised


def story(*, read: bool = True) -> Story:
    """Ada says one thing, the user reads it, Ada says another."""
    made = Story("u1").start()
    made.event(joined(ADA))
    made.callback("agent_joined", profile=ADA)
    made.event(said(ADA, "One"))
    made.shows("One")
    if read:
        made.host("user_read_messages")
    made.event(said(ADA, "Two"))
    return made.shows("Two")


def at(up_to: int | None) -> Trace:
    """The story, and up to where the desk has the user's reading."""
    return story().trace(user_read_seq=up_to)


def test_reading_up_to_what_was_shown_holds() -> None:
    """The first text is event 2, the second event 3."""
    assert holds(requirement, at(2))


def test_a_desk_that_knows_nothing_is_a_violation() -> None:
    """The agent waits for a sign that was given."""
    assert "'One'" in complaint(requirement, at(None))


def test_what_came_later_is_not_read() -> None:
    """The agent takes for read what the user has not seen."""
    assert "'Two'" in complaint(requirement, at(3))


def test_a_call_that_hangs_is_a_violation() -> None:
    """The host waits for its promise."""
    made = Story("u1").start()
    call = made.call("user_read_messages")
    made.add(made.entries[0].side, "given_up", call, seconds=5.0)
    assert "settles" in complaint(requirement, made.trace(user_read_seq=None))


def test_without_a_call_nothing_is_judged() -> None:
    """No known host calls it."""
    assert unexercised(requirement, story(read=False).trace(user_read_seq=None))


def test_a_desk_that_does_not_tell_is_not_judged_on_it() -> None:
    """Drivers tell what they can."""
    assert holds(requirement, story().trace())
