"""ORD-05 on traces of what a desk received whose ids rotate."""

from __future__ import annotations

from typing import Any

from contracts.requirements.ordering_ids import rotating_ids_are_used_by_all_calls
from contracts.trace import Side, Trace
from tests.suite.requirements.build import ADA, Story, complaint, holds, joined, unexercised

RULE = rotating_ids_are_used_by_all_calls
POLLS = [{"operation": "pollEvents"}] * 2


def received(*requests: dict[str, Any]) -> Trace:
    """Return a chat whose desk noted these requests; a request came with the latest id, unless it says otherwise."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    trace = story.trace(id="c1")
    noted = {"conversation_id": "c1", "time": 0.0, "status": 200, "rotating_id": "current"}
    story.add(Side.DESK, "requests", requests=[{**noted, **one} for one in requests])
    return Trace(tuple(story.entries), trace.about)


def send(id: str, characters: int = 2, **more: Any) -> dict[str, Any]:
    """Return a message that came with the latest id or an older one."""
    return {"operation": "sendMessageToAgent", "characters": characters, "rotating_id": id, **more}


def test_the_latest_id_is_right() -> None:
    """Sends and the end go under the id of the latest answer."""
    assert holds(RULE, received(*POLLS, send("current"), {"operation": "endChat"}))


def test_an_older_id_that_is_never_made_good_is_wrong() -> None:
    """The user's words are lost; the same words an hour later are another message."""
    assert "was not made again" in complaint(RULE, received(*POLLS, send("stale", status=409)))
    other = received(*POLLS, send("stale", status=409), send("current", characters=3))
    assert "was not made again" in complaint(RULE, other)


def test_who_came_too_late_and_asks_again_is_right() -> None:
    """A poll may overtake a message on the way: nobody can know that beforehand."""
    assert holds(RULE, received(*POLLS, send("stale", status=409), send("current")))


def test_what_a_fault_answered_is_not_judged() -> None:
    """The desk never said that the id was old, or the request was lost."""
    assert unexercised(RULE, received(*POLLS, send("stale", status=500, struck=True)))
    assert unexercised(RULE, received(*POLLS, send("stale", status=None)))


def test_before_the_id_has_changed_there_is_nothing_to_see() -> None:
    """With one poll, or at a desk whose ids stay."""
    assert unexercised(RULE, received(POLLS[0], send("current")))
    assert unexercised(RULE, received(*POLLS, {"operation": "endChat", "rotating_id": "current", "status": None}))
