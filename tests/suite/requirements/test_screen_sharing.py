"""Screen sharing on traces made by hand."""

from __future__ import annotations

from typing import Any

from contracts.requirements.screen_sharing import a_request_has_one_answer, screen_is_shared_once
from contracts.trace import Side, Trace
from tests.suite.requirements.build import ADA, Story, broken_by, complaint, ended, holds, said, unexercised
from tests.suite.requirements.uploads import Files, answered

# FIL-07 and FIL-08


def asks(answer: str | None = "accepted", times: int = 1) -> Files:
    """Return a chat in which Ada has asked for the screen; the host was asked so often, and has answered."""
    story = Files()
    story.act("request_screen", ("screen_share.requested", {"request_id": "s1", "agent_id": "agent-ada"}))
    for _ in range(times):
        call = story.add(Side.CALLBACK, "screen_share_request", running=True)
        if answer is not None:
            story.add(Side.CALLBACK, "returned", call, answer=answer)
    story.act("say", said(ADA, "well?")).shows("well?").delivered()
    return story


def test_a_request_for_the_screen_is_asked_and_answered_once() -> None:
    """Not at all, twice, otherwise."""
    rule = screen_is_shared_once
    assert holds(rule, asks().closed(requests=answered("accepted")))
    assert "was not called" in complaint(rule, asks(times=0).closed(requests=[]))
    assert "time 2" in broken_by(rule, asks(times=2).closed(requests=answered("accepted")))[0].actual
    assert "accepted, accepted" in complaint(rule, asks().closed(requests=answered("accepted", "accepted")))
    assert "received accepted" in complaint(rule, asks("declined").closed(requests=answered("accepted")))
    assert "received nothing" in complaint(rule, asks("declined").closed(requests=[]))
    assert unexercised(rule, Files().closed(requests=[]))


def test_a_stop_is_told_once_where_something_is_shared() -> None:
    """A stop of nothing is not told, a stop of something is."""
    rule = screen_is_shared_once
    stopped = asks().host("screen_share_stop")
    assert holds(rule, stopped.closed(requests=answered("accepted", "ended")))  # type: ignore[attr-defined]
    stopped = asks().host("screen_share_stop")
    assert "told 0 times" in complaint(rule, stopped.closed(requests=answered("accepted")))  # type: ignore[attr-defined]
    declined = asks("declined").host("screen_share_stop")
    trace = declined.closed(requests=answered("declined", "ended"))  # type: ignore[attr-defined]
    assert "nothing went on" in complaint(rule, trace)


def test_what_is_over_is_not_accepted() -> None:
    """The agent has taken the request back, or the chat has ended, before the user answers."""
    story = taken_back()
    story.callback("screen_share_ended").delivered()
    story.add(Side.CALLBACK, "returned", request_of(story), answer="accepted")
    assert "is not accepted" in complaint(screen_is_shared_once, story.closed(requests=answered("accepted")))


def test_what_crosses_on_the_wire_is_nobodys_fault() -> None:
    """The adapter has not heard yet that the agent took the request back."""
    story = taken_back()
    story.add(Side.CALLBACK, "returned", request_of(story), answer="accepted")
    story.callback("screen_share_ended").delivered()
    assert holds(screen_is_shared_once, story.closed(requests=answered("accepted")))


def taken_back() -> Any:
    """Ada asks for the screen, and takes it back before the user has answered."""
    story = asks(answer=None)
    story.act("end_screen", ("screen_share.ended", {"request_id": "s1", "by": "agent"}))
    return story


def request_of(story: Any) -> int:
    """Return where the user was asked."""
    return int(next(entry.index for entry in story.entries if entry.kind == "screen_share_request"))


def test_an_agents_stop_is_told_once() -> None:
    """Too often is as wrong as never."""
    rule = screen_is_shared_once
    for times, word in ((0, "called 0 times"), (1, None), (2, "called 2 times")):
        story = asks()
        story.act("end_screen", ("screen_share.ended", {"request_id": "s1", "by": "agent"}))
        for _ in range(times):
            story.callback("screen_share_ended")
        story.act("say", said(ADA, "enough")).shows("enough").delivered()
        trace = story.closed(requests=answered("accepted"))
        assert holds(rule, trace) if word is None else word in complaint(rule, trace)


def test_nothing_is_asked_after_the_end() -> None:
    """The host would refuse; an adapter that asks has not noticed the end."""
    story = Files()
    story.act("request_screen", ("screen_share.requested", {"request_id": "s1", "agent_id": "agent-ada"}))
    story.act("end", ended()).callback("agent_ended_chat")
    story.callback("screen_share_request", running=False)
    assert "no chat ran" in complaint(screen_is_shared_once, story.closed(requests=[]))


def screen(*answers: tuple[str, int], purpose: str = "screen.answer") -> Trace:
    """Return answers to a request of the conversation ``c1``, with the desk's statuses."""
    story = Story()
    for word, status in answers:
        request = {"path": "/v1", "body": {"answer": word}, "query": {}, "headers": {}}
        data = {"conversation_id": "c1", "token": "own", "headers": {}, "request": request, "purpose": purpose}
        story.add(Side.WIRE, "exchange", operation="answerScreenShare", status=status, body=None, **data)
    return story.trace()


def test_a_desk_takes_one_answer() -> None:
    """A no stays a no; a sharing ends once; what nobody asked is not answered."""
    rule = a_request_has_one_answer
    assert holds(rule, screen(("accepted", 204), ("declined", 409), ("ended", 204), ("ended", 409)))
    assert holds(rule, screen(("accepted", 409), purpose="screen.unasked"))
    assert "after 'declined'" in complaint(rule, screen(("declined", 204), ("accepted", 204)))
    assert "after 'declined'" in complaint(rule, screen(("declined", 204), ("ended", 204)))
    assert "where nothing was asked" in complaint(rule, screen(("accepted", 204), purpose="screen.unasked"))
    assert "it got 500" in complaint(rule, screen(("accepted", 500)))
    assert unexercised(rule, screen(("accepted", 204), purpose="token.own"))
