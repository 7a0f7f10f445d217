"""Who waits in a queue, and who hears of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockdesk.core.waiting_line import EVERY_PLACE_UP_TO, WaitingLine

names = st.integers(0, 30).map(str)


@given(st.lists(st.tuples(st.booleans(), names)))
def test_places_are_those_of_a_plain_list(doings: list[tuple[bool, str]]) -> None:
    """The tickets are an index only: whatever joins and leaves, places are what counting by hand gives."""
    line, plain = WaitingLine(), list[str]()
    for joins, name in doings:
        if joins and name not in plain:
            line.join(name)
            plain.append(name)
        elif not joins:
            assert line.leave(name) == (plain.index(name) + 1 if name in plain else None)
            plain = [other for other in plain if other != name]
        assert list(line) == plain
        assert [line.place(name) for name in plain] == list(range(1, len(plain) + 1))


def full(length: int) -> WaitingLine:
    """Return a line of "1", "2" and so on."""
    line = WaitingLine()
    for place in range(1, length + 1):
        line.join(str(place))
    return line


def test_near_the_front_everybody_behind_a_gap_is_told() -> None:
    """In a short queue a user sees every step; who stands before the gap has not moved."""
    line = full(10)
    assert line.leave("3") == 3
    assert line.to_be_told(3) == [(place, str(place + 1)) for place in range(3, 10)]


def test_far_back_only_round_places_are_told() -> None:
    """Ten thousand departures from a line of ten thousand must not be fifty million events."""
    line = full(10_000)
    line.leave("1")
    places = [*range(1, EVERY_PLACE_UP_TO + 1), 50, 100, 200, 500, 1000, 2000, 5000]
    assert line.to_be_told(1) == [(place, str(place + 1)) for place in places]


def test_everybody_hears_of_a_round_place_when_it_is_reached() -> None:
    """Nobody is forgotten: whoever comes to place 50 is told so, whoever left before."""
    line = full(60)
    for gone in range(1, 11):
        line.leave(str(gone))
        assert (50, str(50 + gone)) in line.to_be_told(1)
