"""Positions and their order at a desk, on frames made by hand."""

from __future__ import annotations

from contracts.requirements.ordering_desk import events_are_soon_visible, positions_never_go_back, unread_events_stay
from contracts.trace import Side
from tests.suite.requirements.build import (
    complaint,
    holds,
    unexercised,
)
from tests.suite.requirements.frames import Wire, acted


def test_growing_positions_are_right() -> None:
    """Also over a second stream that begins where it was asked to."""
    story = Wire().frames(1, 2, 2, 3).frames(3, 4, after=2, connection=2)
    assert holds(positions_never_go_back, story.trace())


def test_a_position_that_goes_back_is_wrong() -> None:
    """It is named together with the one before it."""
    words = complaint(positions_never_go_back, Wire().frames(1, 2, 3).frames(2).trace())
    assert "its position is 2" in words
    assert ", 3" in words


def test_an_event_without_a_position_is_wrong() -> None:
    """Unless the suite itself sent something that is no event."""
    assert "has a position" in complaint(positions_never_go_back, Wire().frames(None).trace())
    story = Wire().suite("fault", fault={"kind": "unknown_type"})
    assert unexercised(positions_never_go_back, story.add(Side.SUITE, "cleared") and Wire().trace())


def test_an_event_of_before_the_position_asked_for_is_wrong() -> None:
    """Resuming gives the later events only."""
    assert "after the position that was asked for, 2" in complaint(
        positions_never_go_back, Wire().frames(2, after=2).trace()
    )


def test_one_position_for_two_events_is_wrong() -> None:
    """A poll and a stream must agree on what happened."""
    story = Wire().frames(1)
    other = {"seq": 1, "type": "agent.left", "data": {}}
    story.add(Side.WIRE, "frame", conversation_id="c1", connection=2, after=0, frame=other)
    assert "names one event" in complaint(positions_never_go_back, story.trace())


def test_a_late_reader_who_gets_everything_is_right() -> None:
    """By poll and by stream."""
    assert holds(
        unread_events_stay, Wire().frames(1, 2, 3).polls(0, 1, 2, 3).frames(2, 3, after=1, connection=2).trace()
    )


def test_a_late_reader_who_gets_only_the_last_event_is_wrong() -> None:
    """What is left out is named."""
    words = complaint(unread_events_stay, Wire().frames(1, 2, 3).polls(0, 3).trace())
    assert "leaves out position 1, 2" in words


def test_a_late_reader_who_gets_nothing_is_wrong() -> None:
    """An empty answer is no answer when something had happened."""
    assert "it gives nothing" in complaint(unread_events_stay, Wire().frames(1).polls(0).trace())


def test_a_stream_that_begins_too_late_is_wrong() -> None:
    """A second stream from the beginning must carry the beginning."""
    story = Wire().frames(1, 2).frames(3, connection=2)
    assert "it left out position 1, 2" in complaint(unread_events_stay, story.trace())


def test_a_position_that_is_gone_too_early_is_wrong() -> None:
    """The desk says how many events it keeps, and has not had that many."""

    def refused(retention: int) -> Wire:
        story = Wire().frames(1, 2, 3)
        limits = {"limits": {"event_retention": retention}}
        story.add(Side.WIRE, "exchange", operation="getCapabilities", token="none", status=200, body=limits)
        story.add(Side.WIRE, "handshake", conversation_id="c1", connection=2, after=0, token="own", status=410)
        return story

    assert "position 1, 2, 3 had happened" in complaint(unread_events_stay, refused(100).trace())
    assert holds(unread_events_stay, refused(2).trace())


def test_nothing_read_is_nothing_missed() -> None:
    """Without a reader there is nothing to judge."""
    assert unexercised(unread_events_stay, Wire().trace())


def test_a_frame_at_once_is_soon() -> None:
    """No time has gone by."""
    assert holds(events_are_soon_visible, acted(Wire().opens()).frames(1).trace())  # type: ignore[attr-defined]


def test_a_frame_after_many_seconds_is_late() -> None:
    """The least time that it took is named."""
    story = acted(Wire().opens()).advance(3.0)
    assert isinstance(story, Wire)
    assert "at least 3 s" in complaint(events_are_soon_visible, story.frames(1).trace())


def test_a_frame_that_never_comes_is_late() -> None:
    """Though the stream stayed open."""
    assert "never came" in complaint(events_are_soon_visible, acted(Wire().opens()).advance(3.0).trace())


def test_without_an_open_stream_nothing_is_late() -> None:
    """Neither while the suite holds events back."""
    assert unexercised(events_are_soon_visible, acted(Wire()).advance(3.0).trace())
    assert unexercised(events_are_soon_visible, acted(Wire().opens().suite("hold")).advance(3.0).trace())
