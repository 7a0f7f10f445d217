"""What is kept back on purpose: events that streams must not send yet, and requests that get no answer yet.

Everything here is called with the desk's lock held.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from mockdesk.core.clock import Clock


class EventHolds:
    """For each held conversation the last position that may be sent."""

    def __init__(self, last_seqs: Callable[[], dict[str, int]]) -> None:
        self._last_seqs = last_seqs
        self._gates: dict[str, int] = {}
        self._all_held = False
        self._faults: dict[str, str | None] = {}

    @property
    def is_holding(self) -> bool:
        """Whether any event may be held."""
        return self._all_held or bool(self._gates)

    def lets(self, conversation_id: str, seq: int) -> bool:
        """Tell whether the event at ``seq`` may be sent."""
        gate = self._gate(conversation_id)
        return gate is None or seq <= gate

    def hold(self, conversation_id: str | None, after: int | None = None) -> None:
        """Hold what comes later than ``after`` (default: than all that is logged), in one conversation or in all."""
        last_seqs = self._last_seqs()
        if conversation_id is None:
            self._all_held = True
            self._gates = {each: min(last, self._gates.get(each, last)) for each, last in last_seqs.items()}
        else:
            last = last_seqs.get(conversation_id, 0) if after is None else after
            self._gates[conversation_id] = min(last, self._gates.get(conversation_id, last))

    def remember(self, fault_id: str, conversation_id: str | None) -> None:
        """Remember which fault made a hold; the schedule has forgotten a fault that struck at once."""
        self._faults[fault_id] = conversation_id

    def forget(self, conversation_id: str) -> None:
        """Forget a conversation: it was removed."""
        self._gates.pop(conversation_id, None)

    def to_data(self) -> list[dict[str, str | None]]:
        """Return the faults that hold events, as ``{"id", "conversation_id"}``."""
        return [{"id": name, "conversation_id": one} for name, one in self._faults.items()]

    def waiting(self) -> int:
        """Return how many events are held."""
        if not self._gates and not self._all_held:
            return 0
        gates = {each: (last, self._gate(each)) for each, last in self._last_seqs().items()}
        return sum(max(0, last - gate) for last, gate in gates.values() if gate is not None)

    def end(self, fault_id: str) -> bool:
        """End the hold that a fault made; return whether there is one."""
        if fault_id not in self._faults:
            return False
        self.release(self._faults[fault_id], None)
        return True

    def release(self, conversation_id: str | None, count: int | None) -> int:
        """Let ``count`` held events go, oldest first in each conversation; ``None``: all, and hold no more."""
        last_seqs = self._last_seqs()
        chosen = self._held(last_seqs) if conversation_id is None else [conversation_id]
        went = 0
        for each in chosen:
            left = None if count is None else count - went
            went += self._release_one(each, last_seqs.get(each, 0), left)
        if conversation_id is None and count is None:
            self._gates, self._all_held = {}, False
        if count is None:
            self._faults = {name: one for name, one in self._faults.items() if conversation_id not in (None, one)}
        return went

    def _held(self, last_seqs: dict[str, int]) -> list[str]:
        return [each for each in last_seqs if self._gate(each) is not None]

    def _gate(self, conversation_id: str) -> int | None:
        return self._gates.get(conversation_id, 0 if self._all_held else None)

    def _release_one(self, conversation_id: str, last: int, count: int | None) -> int:
        gate = self._gate(conversation_id)
        if gate is None:
            return 0
        waiting = max(0, last - gate)
        went = waiting if count is None else min(count, waiting)
        self._gates[conversation_id] = gate + went
        if count is None:
            self._forget(conversation_id)
        return went

    def _forget(self, conversation_id: str) -> None:
        """End the hold of one conversation; while all are held it has to stay, wide open."""
        del self._gates[conversation_id]
        if self._all_held:
            self._gates[conversation_id] = 2**63


class Pause:
    """One request that waits for a release or for the desk's time."""

    def __init__(self, lock: threading.RLock, conversation_id: str | None) -> None:
        self.conversation_id = conversation_id
        self._changed = threading.Condition(lock)
        self.on_end: Callable[[], None] | None = None
        """Called when the pause is over, for whoever does not wait in a thread of its own."""
        self._over = False
        self._stopped = False

    @property
    def is_over(self) -> bool:
        """Whether the request may go on, or the desk stops."""
        return self._over

    @property
    def is_stopped(self) -> bool:
        """Whether the desk stops."""
        return self._stopped

    def end(self, stopped: bool = False) -> None:
        """Let the request go on; ``stopped``: the desk is going away."""
        self._over = True
        self._stopped = self._stopped or stopped
        self._changed.notify_all()
        if self.on_end is not None:
            self.on_end()

    def wait(self) -> bool:
        """Wait until the request may go on; ``False`` when the desk stops instead."""
        self._changed.wait_for(lambda: self._over)
        return not self._stopped


class HeldRequests:
    """The requests that wait, oldest first. Each is known here before it waits: what ends its wait may come first."""

    def __init__(self, lock: threading.RLock, most: int) -> None:
        self._lock = lock
        self._most = most
        self._held: list[Pause] = []
        self._delayed: set[Pause] = set()
        self._stopped = False

    def expect_release(self, conversation_id: str | None) -> Pause:
        """Return the pause of a request that waits for a release."""
        pause = self._new_pause(conversation_id)
        self._held.append(pause)
        return pause

    def _new_pause(self, conversation_id: str | None) -> Pause:
        pause = Pause(self._lock, conversation_id)
        if self._stopped:
            pause.end(stopped=True)
        return pause

    def expect_time(self, clock: Clock, seconds: float) -> Pause:
        """Return the pause of a request that waits for ``seconds`` of the desk's time."""
        pause = self._new_pause(None)
        self._delayed.add(pause)

        def over() -> None:
            self._delayed.discard(pause)
            pause.end()

        clock.call_later(seconds, over)
        return pause

    @property
    def is_full(self) -> bool:
        """Whether as many wait as the desk bears."""
        return self.waiting() >= self._most

    def waiting(self) -> int:
        """Return how many requests wait for a release or for the desk's time."""
        return len(self._held) + len(self._delayed)

    def release(self, conversation_id: str | None, count: int | None) -> int:
        """Let the oldest ``count`` held requests go on, ``None``: all; return how many went."""
        fitting = [each for each in self._held if conversation_id in (None, each.conversation_id)]
        going = fitting if count is None else fitting[:count]
        for pause in going:
            self._held.remove(pause)
            pause.end()
        return len(going)

    def stop(self) -> None:
        """End every wait, also of requests that are still to come: the desk goes away."""
        self._stopped = True
        for pause in [*self._held, *self._delayed]:
            pause.end(stopped=True)
