"""A clock that runs by itself: whoever drives it looks no more often than needed, and lets others come to the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockdesk.server import clocks
from mockdesk.server.clocks import RunningClock, wall_seconds_until


class Machine:
    """The machine's time, which a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Return the seconds."""
        return self.now

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return 1_700_000_000.0 + self.now

    def takes(self, seconds: float) -> Callable[[], None]:
        """Return something that takes so long."""

        def work() -> None:
            self.now += seconds

        return work


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The time that clocks see."""
    made = Machine()
    monkeypatch.setattr(clocks, "time", made)
    return made


def test_calls_that_are_due_are_made_in_slices(machine: Machine) -> None:
    """Thousands of timers at one instant must not keep everybody else from the desk."""
    clock = RunningClock()
    for _ in range(10):
        clock.call_later(0, machine.takes(clocks.SLICE_SECONDS / 2))
    began, rounds = machine.now, 1
    while clock.run_due() == 0:
        rounds += 1
    assert rounds == 5
    assert machine.now - began == pytest.approx(10 * clocks.SLICE_SECONDS / 2)
    assert clock.next_due() is None


def test_only_an_earlier_call_is_news(machine: Machine) -> None:
    """A look at every call that is asked for is as much work as the calls."""
    clock, told = RunningClock(), list[float | None]()
    clock.on_change = lambda: told.append(clock.next_due())
    now = clock.now()
    for seconds in (5, 9, 5, 2, 7):
        clock.call_later(seconds, machine.takes(0))
    assert told == [now + 5, now + 2]


@pytest.mark.parametrize(("speed", "wait"), [(1.0, 6.0), (3.0, 2.0), (0.0, None)])
def test_how_long_the_machine_takes(machine: Machine, speed: float, wait: float | None) -> None:
    """A clock that stands still never gets there."""
    clock = RunningClock(speed)
    assert wall_seconds_until(clock, clock.now() + 6) == (None if wait is None else pytest.approx(wait))
