"""What a reloaded page, a shared outage or another's leaving excuses: each with the twin that is still blamed."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.readings_wire import gaps
from contracts.requirements.ordering_desk import events_are_soon_visible
from contracts.requirements.presence_typing import (
    typing_does_not_stick,
    typing_ends_with_what_it_was_for,
    typing_is_told_when_it_changes,
)
from contracts.requirements.reconnection import gap_is_filled_exactly_once, short_loss_is_survived
from contracts.requirements.reconnection_page import reload_goes_on_or_is_over
from contracts.requirements.screen_sharing import screen_is_shared_once
from contracts.requirements.transfer_talk import a_declined_transfer_changes_nothing
from contracts.trace import Side
from contracts.views import chats
from tests.suite.requirements.build import ADA, BOB, CLEO, Story, broken_by, joined, left, said, typing
from tests.suite.requirements.frames import Wire, acted
from tests.suite.requirements.talk import finding, holds, vacuous, welcome
from tests.suite.requirements.uploads import Files, answered


def gone(story: Any) -> Any:
    """The page goes away; a new one takes its place."""
    return story.suite("unload", lingering=False)


# who stays when another leaves


def both_and_one_leaves() -> Story:
    """Ada and Bob are there, Bob leaves, and the stream is cut for a moment."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    story.act("join", joined(BOB)).callback("agent_joined", profile=BOB).delivered()
    story.act("leave", left(BOB)).callback("agent_left_chat")
    return story


def test_who_stays_may_be_introduced_once_more() -> None:
    """REC-04: once for the leaving of another, and not twice; who has left is not."""
    for again, right in (([], True), ([ADA], True), ([ADA, ADA], False), ([BOB], False)):
        story = both_and_one_leaves()
        for agent in again:
            story.callback("agent_joined", profile=agent)
        story.suite("drop", code=None, outage=False).act("say", joined(CLEO)).suite("reconnected")
        trace = story.callback("agent_joined", profile=CLEO).delivered().trace()
        assert (broken_by(gap_is_filled_exactly_once, trace) == []) is right


def test_a_reload_counts_introductions_likewise() -> None:
    """REC-06: nobody has left, so that a second introduction is a repetition."""
    for leaving, right in ((True, True), (False, False)):
        story = both_and_one_leaves() if leaving else Story().start().act("join", joined(ADA))
        if not leaving:
            story.callback("agent_joined", profile=ADA).delivered()
        gone(story).settle(story.call("reconnect"), value=True)
        story.suite("reloaded", goes_on=True, why="").callback("agent_joined", profile=ADA)
        trace = story.delivered().trace()
        assert (broken_by(reload_goes_on_or_is_over, trace) == []) is right


# a page that is loaded anew shows neither typing nor a transfer


def test_a_new_page_shows_no_typing() -> None:
    """PRS-07, PRS-08 and PRS-09: nothing need be taken back on it, and typing may be told anew."""
    message = welcome().types().typing()
    assert "agentTyping(true) was the last" in finding(
        typing_ends_with_what_it_was_for, message.say("Done").shown("Done").mark().passes(1.0)
    )
    assert vacuous(typing_ends_with_what_it_was_for, gone(welcome().types().typing()).say("Done").shown("Done").mark())
    assert "still shown" in finding(typing_does_not_stick, welcome().types().typing().passes(7.0))
    assert vacuous(typing_does_not_stick, gone(welcome().types().typing()).passes(7.0))
    assert finding(typing_is_told_when_it_changes, welcome().types().typing().types().typing())
    assert holds(typing_is_told_when_it_changes, gone(welcome().types().typing()).types().typing())


def test_typing_in_a_gap_lasts_as_long_as_the_desk_declared() -> None:
    """PRS-08: eight seconds where the desk says so, also when nobody knows when the notice arrived."""
    for expires, right in ((8.0, True), (5.0, False)):
        story = welcome()
        story.suite("drop", code=None, outage=False)
        story.act("typing", typing(ADA, True, expires), agent=ADA)
        story.typing().passes(7.0)
        assert (broken_by(typing_does_not_stick, story.trace()) == []) is right


def test_a_transfer_that_goes_on_after_a_reload_may_be_told_again() -> None:
    """TRF-03: once for each reload in between, and not without one."""
    for reload, right in ((True, True), (False, False)):
        story = welcome().hand_over(to=BOB).handed_over(BOB).decline(BOB)
        if reload:
            gone(story)
        story.hand_over(to=CLEO, attempt=2).handed_over(CLEO)
        story.join(CLEO, "transfer-1", gone=ADA).joined(CLEO).mark()
        assert (broken_by(a_declined_transfer_changes_nothing, story.trace()) == []) is right


# questions for the screen


def test_the_end_of_another_request_says_nothing_of_this_one() -> None:
    """FIL-07: the first was taken back long ago; the second crosses its answer on the wire."""
    story = Files()
    for request in ("s1", "s2"):
        story.act("request_screen", ("screen_share.requested", {"request_id": request, "agent_id": "agent-ada"}))
        asked = story.add(Side.CALLBACK, "screen_share_request", running=True)
        story.act("end_screen", ("screen_share.ended", {"request_id": request, "by": "agent"}))
        story.add(Side.CALLBACK, "returned", asked, answer="accepted" if request == "s2" else "cancelled")
        story.callback("screen_share_ended").delivered()
    told = [{**answered("cancelled")[0]}, {**answered("accepted")[0], "request_id": "s2"}]
    assert broken_by(screen_is_shared_once, story.closed(requests=told)) == []


def test_a_page_that_goes_away_while_it_asks_may_ask_again() -> None:
    """FIL-07: nobody knows whether the answer had been sent; without a reload a second question is one too many."""
    for reload, right in ((True, True), (False, False)):
        story = Files()
        story.act("request_screen", ("screen_share.requested", {"request_id": "s1", "agent_id": "agent-ada"}))
        for again in (False, True):
            asked = story.add(Side.CALLBACK, "screen_share_request", running=True)
            story.add(Side.CALLBACK, "returned", asked, answer="declined")
            if reload and not again:
                gone(story)
        trace = story.delivered().closed(requests=answered("declined", "declined"))  # type: ignore[attr-defined]
        assert (broken_by(screen_is_shared_once, trace) == []) is right


# outages and streams


def test_whoever_removes_the_faults_ends_every_outage() -> None:
    """The desk's faults are one list: u2's restore lets u1 back, too, but not what is cut after it."""
    story = Story().start().act("join", joined(ADA)).suite("drop", code=None, outage=True).advance(1.0)
    story.user, mine = "u2", story.chat
    story.chat = "u2#1"
    story.suite("restore")
    story.user, story.chat = "u1", mine
    story.advance(60.0).suite("drop", code=None, outage=True).advance(60.0).suite("restore")
    (chat,) = chats(story.trace())
    assert [gap.seconds for gap in gaps(chat)] == [1.0, 60.0]


@pytest.mark.parametrize("heard", [True, False])
def test_nobody_looks_for_the_stream_of_another_user(heard: bool) -> None:
    """REC-01: when u2's restore ended u1's outage, u1 is back with the first thing that it tells; else nobody knows."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    story.suite("drop", code=None, outage=True).advance(1.0)
    mine, story.user, story.chat = story.chat, "u2", "u2#1"
    story.suite("restore")
    story.user, story.chat = "u1", mine
    if heard:
        story.act("say", said(ADA, "Hello")).shows("Hello")
    assert (holds if heard else vacuous)(short_loss_is_survived, story.trace())
    own = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    own.suite("drop", code=None, outage=True).advance(1.0).suite("restore")
    assert "did not come back" in finding(short_loss_is_survived, own.trace())


def test_a_page_that_went_away_has_no_stream() -> None:
    """ORD-07: its stream is gone without a note of it."""
    assert "never came" in finding(events_are_soon_visible, acted(Wire().opens()).advance(3.0))
    assert vacuous(events_are_soon_visible, acted(gone(Wire().opens())).advance(3.0))
