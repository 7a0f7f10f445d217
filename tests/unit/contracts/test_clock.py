"""The suite's clock moves the adapter and the desk together."""

from __future__ import annotations

import threading
from typing import Any, cast

from contracts.adapter import DeskDriver
from contracts.clock import SuiteClock


class DeskTime:
    """A driver of which only the clock is used; it notes how it was moved."""

    def __init__(self) -> None:
        self.time = 100.0
        self.moves: list[float] = []

    def now(self) -> float:
        """Return the desk's time."""
        return self.time

    def advance(self, seconds: float) -> None:
        """Move the desk's clock."""
        self.time += seconds
        self.moves.append(round(seconds, 6))


def make() -> tuple[SuiteClock, DeskTime]:
    """Return a clock and its desk."""
    desk = DeskTime()
    return SuiteClock(cast(DeskDriver, cast(Any, desk))), desk


def test_timers_fall_due_in_order_with_the_desk() -> None:
    """An adapter's timer at 2 s must see the desk at 2 s, not at the end of the advance."""
    clock, desk = make()
    seen: list[tuple[str, float]] = []
    clock.call_later(2, lambda: seen.append(("two", desk.now())))
    clock.call_later(1, lambda: seen.append(("one", desk.now())))
    clock.advance(5)
    assert seen == [("one", 101.0), ("two", 102.0)]
    assert desk.moves == [1.0, 1.0, 3.0]
    assert clock.now() == desk.now() == 105.0


def test_a_cancelled_timer_is_not_called() -> None:
    """An adapter that cleans up must be believed."""
    clock, _ = make()
    seen: list[int] = []
    clock.call_later(1, lambda: seen.append(1)).cancel()
    clock.advance(2)
    assert seen == []
    assert clock.timers() == []


def test_a_timer_may_set_another_inside_the_advance() -> None:
    """A renewal inside a timer belongs to the same advance."""
    clock, _ = make()
    seen: list[float] = []
    clock.call_later(1, lambda: cast(None, clock.call_later(1, lambda: seen.append(clock.now()))))
    clock.advance(3)
    assert seen == [102.0]


def test_a_wait_ends_by_the_event_or_by_virtual_time() -> None:
    """A back-off waits in virtual time and can be interrupted by the end of the chat."""
    clock, _ = make()
    outcomes: list[bool] = []
    for event in (threading.Event(), threading.Event()):
        thread = threading.Thread(target=lambda event=event: outcomes.append(clock.wait(event, 10)))
        thread.start()
        while not clock.timers():
            thread.join(0.001)
        if not outcomes:
            clock.advance(10)
        else:
            event.set()
        thread.join(5)
    assert outcomes == [False, True]


def test_the_wait_of_a_call_is_found_by_its_thread() -> None:
    """A call that backs off in virtual time must be moved on; a heartbeat in another thread must not."""
    clock, _ = make()
    event = threading.Event()
    threads = [threading.Thread(target=clock.wait, args=(event, 5), name=name) for name in ("host-start", "heartbeat")]
    for thread in threads:
        thread.start()
    while len(clock.timers()) < 2:
        threads[0].join(0.001)
    assert clock.next_wait_of("host-") == 105.0
    assert clock.next_wait_of("nobody-") is None
    event.set()
    for thread in threads:
        thread.join(5)
