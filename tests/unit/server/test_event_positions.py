"""A frame names the journal's entry of its event, for as long as the event can be sent."""

from __future__ import annotations

from mockdesk.server.event_positions import EventPositions


def test_the_newest_are_kept() -> None:
    """Events that are no longer kept are never sent, so that their entries need not be known."""
    positions = EventPositions(3)
    for seq in range(1, 11):
        positions.note("a", seq, 100 + seq)
    assert [positions.find("a", seq) for seq in (7, 8, 10, 11, 0)] == [None, 108, 110, None, None]
    assert len(positions) == 3


def test_events_of_before_have_no_entry() -> None:
    """A desk that somebody else filled may have events that nobody noted."""
    positions = EventPositions(10)
    positions.note("a", 5, 42)
    positions.note("a", 7, None)
    assert [positions.find("a", seq) for seq in (4, 5, 6, 7)] == [None, 42, None, None]
    positions.note("b", 1_000_000, 7)
    assert positions.find("b", 1_000_000) == 7
    assert len(positions) <= 20


def test_a_conversation_is_forgotten() -> None:
    """It goes as a whole, and may come again under the same name."""
    positions = EventPositions(10)
    positions.note("a", 1, 1)
    positions.forget("a")
    positions.forget("a")
    assert (positions.find("a", 1), len(positions)) == (None, 0)
    positions.note("a", 1, 2)
    assert positions.find("a", 1) == 2
