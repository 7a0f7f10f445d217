"""What is kept back on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from threading import RLock

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.server.holds import EventHolds, HeldRequests


@pytest.fixture
def held() -> Iterator[HeldRequests]:
    """Held requests, with the desk's lock taken."""
    lock = RLock()
    with lock:
        yield HeldRequests(lock, 100)


def test_a_release_before_the_wait_counts(held: HeldRequests) -> None:
    """A request that a fault struck is released also when it has not begun to wait: else nobody ever lets it go."""
    pause = held.expect_release("conv-1")
    assert held.release("conv-1", None) == 1
    assert pause.wait()


def test_time_that_goes_by_before_the_wait_counts(held: HeldRequests) -> None:
    """Whoever moves the clock as soon as the request is there must not have moved it too early."""
    clock = VirtualClock()
    pause = held.expect_time(clock, 5)
    clock.advance(5)
    assert pause.wait()


def test_a_stop_before_the_wait_counts(held: HeldRequests) -> None:
    """A desk that goes away must not leave a request that waits from then on."""
    pauses = [held.expect_release(None), held.expect_time(VirtualClock(), 5)]
    held.stop()
    pauses += [held.expect_release(None), held.expect_time(VirtualClock(), 5)]
    assert [pause.wait() for pause in pauses] == [False] * 4


def test_one_conversation_may_go_while_all_are_held() -> None:
    """A hold of everything, released for one: its later events go as well, the others' do not."""
    holds = EventHolds(lambda: {"a": 3, "b": 3})
    holds.hold(None)
    assert holds.release("a", 1) == 0
    assert holds.release("a", None) == 0
    assert (holds.lets("a", 99), holds.lets("b", 3), holds.lets("b", 4)) == (True, True, False)
    assert not holds.lets("c", 1)
    holds.release(None, None)
    assert holds.lets("b", 4)
    assert holds.lets("c", 1)
