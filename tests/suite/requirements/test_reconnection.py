"""Each requirement of broken and regained connections on small traces."""

from __future__ import annotations

from contracts.requirements.reconnection import (
    gap_is_filled_exactly_once,
    recovery_has_an_order,
    short_loss_is_survived,
)
from contracts.trace import Side
from tests.suite.requirements.build import ADA, BOB, Story, complaint, ended, holds, joined, said, unexercised

LOST = {"type": 2, "is_disconnected": True}
BACK = {"type": 2, "is_disconnected": False}


def cut(outage: bool = True, told: bool = True) -> Story:
    """A chat with an agent whose stream was cut, and the loss told."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA).delivered()
    story.suite("drop", code=None, outage=outage)
    return story.callback("set_error_status", error=LOST) if told else story


def regained(story: Story) -> Story:
    """The adapter is back, and said so."""
    return story.suite("restore").callback("set_error_status", error=BACK).suite("reconnected")


def test_short_loss_is_survived() -> None:
    """REC-01 is broken by an adapter that does not come back or gives the chat up; a long outage is not judged."""
    rule = short_loss_is_survived
    assert holds(rule, regained(cut().advance(5)).trace(id="c1"))
    assert "did not come back" in complaint(rule, cut().suite("restore").trace())
    assert "agent_ended_chat" in complaint(rule, cut().callback("agent_ended_chat").suite("restore").trace())
    assert unexercised(rule, cut().advance(90).suite("restore").trace())
    assert unexercised(rule, cut().end().suite("restore").trace())


def test_coming_back_as_somebody_else_is_no_survival() -> None:
    """REC-01 sees the new conversation that a restart would make."""
    story = regained(cut())
    story.add(Side.DESK, "conversations", truths=[{"id": "c1"}, {"id": "c2"}])
    assert "one conversation more" in complaint(short_loss_is_survived, story.trace(id="c1"))


def test_recovery_has_an_order() -> None:
    """REC-03: the return first, then what was missed."""
    rule = recovery_has_an_order
    missed = ("say", said(ADA, "Still there?"))
    assert holds(rule, regained(cut().act(*missed)).shows("Still there?").trace())
    early = cut().act(*missed).suite("restore").shows("Still there?").callback("set_error_status", error=BACK)
    assert "send_message_to_user came between" in complaint(rule, early.suite("reconnected").trace())
    assert unexercised(rule, regained(cut()).trace())


def test_missed_messages_come_before_later_ones() -> None:
    """REC-03 quotes the two texts that were turned round."""
    story = regained(cut().act("say", said(ADA, "One"))).act("say", said(ADA, "Two"))
    assert "'Two' was shown before 'One'" in complaint(recovery_has_an_order, story.shows("Two").shows("One").trace())


def test_nothing_follows_a_missed_end() -> None:
    """REC-03: an end in the gap is the last thing that is told."""
    story = cut().act("say", said(ADA, "Bye")).act("end", ended())
    story = regained(story).shows("Bye").callback("agent_ended_chat")
    assert holds(recovery_has_an_order, story.trace())
    assert "nothing follows" in complaint(recovery_has_an_order, story.callback("agent_left_chat").trace())


def test_an_adapter_that_mends_quietly_is_not_blamed() -> None:
    """REC-03 asks for the order of reports only where a loss was told."""
    story = cut(outage=False, told=False).act("say", said(ADA, "Hi")).shows("Hi")
    assert holds(recovery_has_an_order, story.suite("restore").suite("reconnected").trace())


def test_gap_is_filled_exactly_once() -> None:
    """REC-04: a missed text must come, and come once."""
    rule = gap_is_filled_exactly_once
    story = regained(cut().act("say", said(ADA, "Missed")))
    assert holds(rule, story.shows("Missed").delivered().trace())
    assert "'Missed' was shown again" in complaint(rule, story.shows("Missed").trace())
    lost = regained(cut().act("say", said(ADA, "Missed"))).delivered()
    assert "while its stream was cut" in complaint(rule, lost.trace())
    assert unexercised(rule, regained(cut().act("say", said(ADA, "Missed"))).trace())


def test_agents_who_come_in_a_gap_are_announced_once() -> None:
    """REC-04 counts the announcements of an agent against the arrivals."""
    rule = gap_is_filled_exactly_once
    missed = regained(cut().act("join", joined(BOB))).delivered()
    assert "agent-bob" in complaint(rule, missed.trace())
    again = regained(cut()).callback("agent_joined", profile=ADA)
    assert "agent_joined came 2 times" in complaint(rule, again.trace())


def test_what_happened_before_the_stream_was_open_is_told() -> None:
    """REC-04 covers the first gap of all: between the request to start and the opening of the stream."""
    story = Story().new_chat()
    call = story.call("start_chat", second=False)
    story.act("join", joined(ADA)).settle(call).delivered()
    assert "before its start had resolved" in complaint(gap_is_filled_exactly_once, story.trace())
