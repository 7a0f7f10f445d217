"""Each requirement of losses and disturbances on small traces."""

from __future__ import annotations

from contracts.requirements.errors import loss_is_told, nonsense_is_skipped, return_is_told_once
from tests.suite.requirements.build import ADA, Story, broken_by, complaint, ended, holds, joined, said, unexercised

LOST = {"type": 2, "is_disconnected": True}
BACK = {"type": 2, "is_disconnected": False}


def connected() -> Story:
    """A chat that an agent has joined."""
    return Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)


def test_loss_is_told() -> None:
    """ERR-03 names how the stream was cut; a break that was mended at once need not be told."""
    rule = loss_is_told
    cut = connected().suite("drop", code=1011, outage=True).advance(6)
    assert "with close code 1011" in complaint(rule, cut.suite("restore").trace())
    told = connected().suite("drop", code=None, outage=True).callback("set_error_status", error=LOST)
    assert holds(rule, told.suite("restore").trace())
    assert unexercised(rule, connected().suite("drop", code=None, outage=False).advance(6).suite("restore").trace())
    assert unexercised(rule, connected().suite("drop", code=None, outage=True).advance(1).suite("restore").trace())
    assert unexercised(rule, Story().start().suite("drop", code=None, outage=True).trace())


def test_saying_that_the_chat_is_over_tells_the_loss() -> None:
    """ERR-03 accepts an end, too: the user does not write into the void (whether it should survive is REC-01's)."""
    over = connected().suite("drop", code=4404, outage=True).callback("agent_ended_chat")
    assert holds(loss_is_told, over.trace())


def test_a_silent_stream_is_a_lost_one() -> None:
    """ERR-03 wants silence to be noticed, too, though the desk was there all the time."""
    silent = connected().suite("drop", code=None, outage=False, silent=True).advance(60).suite("restore")
    assert unexercised(loss_is_told, silent.trace())  # it may have been replaced: nothing was said that would show it
    silent.act("say", said(ADA, "Can you read me?")).delivered()
    assert "cut by silence" in complaint(loss_is_told, silent.trace())


def test_return_is_told_once() -> None:
    """ERR-04 is an automaton: lost, back; and where events flow again the return was told."""
    rule = return_is_told_once
    good = connected().callback("set_error_status", error=LOST).callback("set_error_status", error=BACK)
    assert holds(rule, good.trace())
    twice = connected().callback("set_error_status", error=LOST).callback("set_error_status", error=LOST)
    assert [one.actual for one in broken_by(rule, twice.trace())] == ["a loss was told twice"]
    assert "without a loss" in complaint(rule, connected().callback("set_error_status", error=BACK).trace())
    assert unexercised(rule, connected().trace())


def test_a_loss_that_is_over_must_be_told_so() -> None:
    """ERR-04 is judged where the desk has the stream again and a later event has had its effect."""
    story = connected().suite("drop", code=None, outage=True).callback("set_error_status", error=LOST)
    story.suite("restore").suite("reconnected")
    assert holds(return_is_told_once, story.trace())
    story.act("say", said(ADA, "Hi")).shows("Hi").delivered()
    assert "input stays locked" in complaint(return_is_told_once, story.trace())


def disturbed(kind: str = "garbage_frame") -> Story:
    """A connected chat whose stream brought a frame that nobody understands."""
    return connected().suite("fault", fault={"kind": kind})


def test_nonsense_is_skipped() -> None:
    """ERR-05 wants what follows to be shown, and the chat to go on."""
    rule = nonsense_is_skipped
    assert holds(rule, disturbed().act("say", said(ADA, "Hi")).shows("Hi").delivered().trace())
    assert "'Hi'" in complaint(rule, disturbed("unknown_type").act("say", said(ADA, "Hi")).delivered().trace())
    assert "agent_ended_chat" in complaint(rule, disturbed().callback("agent_ended_chat").trace())
    assert unexercised(rule, disturbed().act("end", ended()).callback("agent_ended_chat").trace())


def test_an_unhandled_exception_is_always_broken() -> None:
    """ERR-05 names the exception and the thread; a thread of the desk's own is none of the adapter's."""
    died = connected().suite("unhandled", error="KeyError: 'type'", thread="reader")
    assert "KeyError: 'type' ended the thread reader" in complaint(nonsense_is_skipped, died.trace())
    foreign = Story(desk={"thread_prefix": "mockdesk-"}).suite("unhandled", error="x", thread="mockdesk-server")
    assert unexercised(nonsense_is_skipped, foreign.trace())
