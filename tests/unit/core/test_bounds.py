"""What bounds the parts that a desk is made of."""

from __future__ import annotations

import pytest

from mockdesk.core.bounded import Bounded, Recent
from mockdesk.core.clock import FEWEST_TO_PRUNE, VirtualClock
from mockdesk.core.journal import Journal
from mockdesk.core.limit_errors import DeskFull, LimitReached
from mockdesk.core.rate import KEPT_USERS, MessageRate
from mockdesk.core.weight import ENTRY_BYTES, weight_of


def test_the_journal_is_bounded_in_bytes() -> None:
    """10,000 entries of a megabyte each are no bound."""
    journal = Journal(limit=1_000, most_bytes=20 * ENTRY_BYTES)
    for _ in range(100):
        journal.add("command", None, {"text": "x" * ENTRY_BYTES})
    assert 5 <= len(journal) <= 10
    assert (journal.dropped, journal.last_position) == (100 - len(journal), 100)
    assert [entry.position for entry in journal.entries()] == list(range(101 - len(journal), 101))
    journal.add("command", None, {"text": "x" * 100 * ENTRY_BYTES})
    assert len(journal) == 0
    journal.add("command", None, {"text": "goes on"})
    assert journal.read(0).missed == 101


def test_what_is_weighed() -> None:
    """The estimate must see every text, however deep."""
    assert weight_of("abc") == 3
    assert weight_of({"a": [{"b": "x" * 1_000}]}) >= 1_000
    assert weight_of([1, None, True, 2.5]) < 1_000


def test_timers_that_were_given_up_are_swept_out() -> None:
    """Under a clock that stands still each poll leaves a timer behind that no advance ever pops."""
    clock = VirtualClock()
    kept = [clock.call_later(1_000, lambda: None) for _ in range(10)]
    for _ in range(10_000):
        clock.call_later(30, lambda: None).cancel()
    assert len(clock._schedule._calls) <= FEWEST_TO_PRUNE + 2 * len(kept)
    assert len(clock._schedule) == 10
    kept[0].cancel()
    kept[0].cancel()
    assert (len(clock._schedule), clock.advance(1_000)) == (9, 9)


def test_an_advance_sets_off_so_many_timers_and_no_more() -> None:
    """A year of ticks in one request would keep the desk's lock for hours; the clock says where it came to."""
    clock, made = VirtualClock(), []

    def tick() -> None:
        made.append(clock.now())
        clock.call_later(1, tick)

    clock.call_later(1, tick)
    with pytest.raises(LimitReached, match="advance again"):
        clock.advance(1_000, most=10)
    begin = clock.now()
    assert made == [begin - 10 + number for number in range(1, 11)]
    assert clock.advance(5) == 5


def test_users_who_sent_long_ago_are_not_counted_any_more() -> None:
    """The window is a minute; who is quiet for longer needs no place."""
    clock = VirtualClock()
    rate = MessageRate(5, clock.now)
    for number in range(10 * KEPT_USERS):
        rate.note(f"user-{number}")
        clock.advance(1)
    assert len(rate) <= 2 * KEPT_USERS


def test_bounded_mappings() -> None:
    """One refuses, the other forgets; replacing is neither."""
    bounded: Bounded[str, int] = Bounded(2)
    bounded["a"], bounded["b"], bounded["a"] = 1, 2, 3
    with pytest.raises(DeskFull):
        bounded["c"] = 1
    assert bounded == {"a": 3, "b": 2}
    recent: Recent[str, int] = Recent(2)
    recent["a"], recent["b"], recent["a"], recent["c"] = 1, 2, 3, 4
    assert recent == {"a": 3, "c": 4}
