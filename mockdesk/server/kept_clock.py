"""A desk's clock in the store: a virtual one stands where it stood, another one has gone on with the machine's time."""

from __future__ import annotations

from typing import TypeAlias

from mockdesk.core.clock import VirtualClock
from mockdesk.server.clocks import RunningClock
from mockdesk.store.batch import RUNNING, UNKNOWN, VIRTUAL, SavedClock

DeskClock: TypeAlias = VirtualClock | RunningClock


def saved_clock(clock: DeskClock, told: float) -> SavedClock:
    """Return a clock as values; ``told`` is the speed that the server was told."""
    if isinstance(clock, VirtualClock):
        return SavedClock(VIRTUAL, clock.now())
    return SavedClock(RUNNING, *clock.origin(), told)


def clock_again(saved: SavedClock, fresh: DeskClock, told: float, not_before: float) -> DeskClock:
    """Return a clock that was kept; ``fresh`` is what the desk would have without a store.

    It shows ``not_before`` or later: what has happened lies behind it. The speed is the last one, but where the server
    is told another one than before, that one.
    """
    if isinstance(fresh, VirtualClock):
        return VirtualClock(max(saved.time if saved.kind == VIRTUAL else fresh.now(), not_before))
    if saved.kind == UNKNOWN:
        return RunningClock.going_on(fresh.now(), fresh.origin()[1], told, not_before)
    clock = RunningClock.going_on(saved.time, saved.at, saved.speed, not_before)
    if saved.told != told:
        clock.set_speed(told)
    return clock
