"""Each requirement of page reloads on small traces."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements.reconnection_page import (
    persisted_state_is_small_and_cleared,
    reload_goes_on_or_is_over,
    two_streams_never_both_deliver,
)
from contracts.trace import Side
from tests.suite.requirements.build import ADA, Story, broken_by, complaint, ended, holds, joined, said, unexercised


def talk() -> Story:
    """A chat with an agent who has said something."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    return story.act("say", said(ADA, "Before")).shows("Before").delivered()


def reloaded(story: Story, value: Any = True, *, goes_on: bool | None = None, reconnects: int = 1) -> Story:
    """The page is reloaded, and the host asks for the chat."""
    if not any(entry.kind == "unload" for entry in story.entries):
        story.suite("unload", lingering=False)
    for _ in range(reconnects):
        story.settle(story.call("reconnect"), value=value)
    return story.suite("reloaded", goes_on=value is True if goes_on is None else goes_on, why="")


def test_a_chat_goes_on_after_a_reload() -> None:
    """REC-06: nothing twice, and what was said meanwhile is shown."""
    rule = reload_goes_on_or_is_over
    away = talk().suite("unload", lingering=False).act("say", said(ADA, "Meanwhile"))
    assert holds(rule, reloaded(away).shows("Meanwhile").delivered().trace())
    lost = talk().suite("unload", lingering=False).act("say", said(ADA, "Meanwhile"))
    assert "'Meanwhile', said while the page was away" in complaint(rule, reloaded(lost).delivered().trace())
    assert "'Before' was shown again" in complaint(rule, reloaded(talk()).shows("Before").trace())
    again = reloaded(talk()).callback("agent_joined", profile=ADA)
    assert "agent_joined came 2 times" in complaint(rule, again.trace())
    assert unexercised(rule, talk().trace())


def test_a_reload_makes_no_new_conversation() -> None:
    """REC-06: the user would be in the queue twice."""
    story = reloaded(talk())
    story.add(Side.DESK, "conversations", truths=[{"id": "c1"}, {"id": "c2"}])
    (only,) = broken_by(reload_goes_on_or_is_over, story.trace(id="c1"))
    assert "one conversation more" in only.actual


@pytest.mark.parametrize("error", [None, "RuntimeError: no"])
def test_a_chat_that_is_not_taken_up_is_over(error: str | None) -> None:
    """REC-06: false, or an exception; then silence, in which the adapter may tidy up."""
    story = talk().suite("unload", lingering=False)
    story.settle(story.call("reconnect"), error, value=None if error else False).suite(
        "reloaded", goes_on=False, why=""
    )
    story.callback("update_persisted_state", state={}, merge=False, size=2)
    assert holds(reload_goes_on_or_is_over, story.trace())
    assert "called agent_left_chat" in complaint(reload_goes_on_or_is_over, story.callback("agent_left_chat").trace())


@pytest.mark.parametrize("value", [None, "yes", 1])
def test_reconnect_answers_with_a_boolean(value: Any) -> None:
    """REC-06: the host's promise is one of true or false."""
    (first, *_) = broken_by(reload_goes_on_or_is_over, reloaded(talk(), value).trace())
    assert first.actual == f"it returned {value!r}"


def test_one_stream_delivers() -> None:
    """REC-07 is exercised by what is said after the old stream was replaced."""
    rule = two_streams_never_both_deliver
    after = reloaded(talk(), reconnects=2).act("say", said(ADA, "After")).shows("After")
    assert holds(rule, after.delivered().trace())
    assert "'After' was shown again" in complaint(rule, after.shows("After").trace())
    assert unexercised(rule, reloaded(talk()).trace())
    assert unexercised(rule, talk().trace())


def test_a_silent_stream_that_was_replaced_is_dumb() -> None:
    """REC-07: the reader that was given up must not tell the end a second time."""
    story = talk().suite("drop", silent=True).suite("restore").suite("reconnected")
    story.act("say", said(ADA, "After")).shows("After").delivered()
    assert holds(two_streams_never_both_deliver, story.trace())
    story.act("end", ended()).callback("agent_ended_chat").callback("agent_ended_chat")
    assert "the end was told twice" in complaint(two_streams_never_both_deliver, story.trace())


def keep(story: Story, state: dict[str, Any], size: int | None = 20, merge: bool = True) -> Story:
    """The adapter keeps something."""
    return story.callback("update_persisted_state", state=state, merge=merge, size=size)


def test_what_is_kept_is_small_json() -> None:
    """REC-09: a state that is no JSON, or large, does not survive in a browser."""
    rule = persisted_state_is_small_and_cleared
    assert holds(rule, keep(talk(), {"id": "c1"}).trace())
    assert "cannot be written as JSON" in complaint(rule, keep(talk(), {"id": "<set>"}, size=None).trace())
    assert "it takes 5000 bytes" in complaint(rule, keep(talk(), {"id": "c1"}, size=5000).trace())
    assert unexercised(rule, talk().trace())


def test_what_was_kept_of_a_chat_is_cleared() -> None:
    """REC-09: emptied, or set to nothing; what was there before the chat may stay."""
    rule = persisted_state_is_small_and_cleared
    assert holds(rule, keep(keep(talk(), {"id": "c1"}).end(), {}, merge=False).trace())
    assert holds(rule, keep(keep(talk(), {"id": "c1"}).end(), {"id": None}).trace())
    assert "kept: id" in complaint(rule, keep(keep(talk(), {"id": "c1"}).end(), {}).trace())
    device = keep(Story(), {"device": "d1"}).start()
    assert holds(rule, keep(keep(device, {"id": "c1"}).end(), {"id": ""}).trace())


def test_an_adapter_that_was_not_asked_need_not_clear() -> None:
    """REC-09: after a reload without a reconnect no adapter knows of the chat."""
    story = keep(talk(), {"id": "c1"}).suite("unload", lingering=False).suite("reloaded", goes_on=False, why="")
    assert holds(persisted_state_is_small_and_cleared, story.trace())
