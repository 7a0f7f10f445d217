"""The "agent is typing" indicator, which cannot stick.

The host shows what it was told last and clears nothing by itself. So every ``True`` gets a timer; the desk's renewal
replaces it, and a timer that was replaced can do nothing any more. ``False`` is said only while ``True`` is shown.
"""

from __future__ import annotations

from byosd_reference.gate import Gate
from contracts.adapter import Callback, Clock, Timer

LONGEST_SECONDS = 5.0
"""What is not renewed for so long is over, whatever the desk says (requirement PRS-08)."""


class TypingIndicator:
    """One indicator for all agents: shown while at least one of them types."""

    def __init__(self, gate: Gate, host: Callback, clock: Clock) -> None:
        self._gate = gate
        self._host = host
        self._clock = clock
        self._typists: dict[str, Timer] = {}
        self._shown = False

    def started(self, agent_id: str, expires_in_seconds: float | None) -> None:
        """The agent types, or still types."""
        with self._gate.turn():
            if self._gate.closed:
                return
            self._forget(agent_id)
            seconds = min(expires_in_seconds or LONGEST_SECONDS, LONGEST_SECONDS)
            self._typists[agent_id] = _Expiry(self, agent_id).after(seconds, self._clock)
            self.refresh()

    def stopped(self, agent_id: str) -> None:
        """The agent stopped; the indicator stays while another one types."""
        with self._gate.turn():
            self._forget(agent_id)
            if not self._typists:
                self._show(False)

    def interrupted(self, agent_id: str) -> None:
        """The agent's message comes next, or the agent is gone: hide the indicator now, whoever else types."""
        with self._gate.turn():
            if self._forget(agent_id):
                self._show(False)

    def refresh(self) -> None:
        """Show the indicator again if somebody still types."""
        with self._gate.turn():
            if self._typists:
                self._show(True)

    def clear(self) -> None:
        """Nobody types any more."""
        with self._gate.turn():
            self.cancel()
            self._show(False)

    def cancel(self) -> None:
        """Give up every timer and tell nobody. Needs the turn."""
        for agent_id in list(self._typists):
            self._forget(agent_id)

    def expired(self, agent_id: str, expiry: Timer) -> None:
        """The time of a typing is over, unless a newer one took its place."""
        with self._gate.turn():
            if self._typists.get(agent_id) is expiry:
                self.stopped(agent_id)

    def _forget(self, agent_id: str) -> bool:
        timer = self._typists.pop(agent_id, None)
        if timer is not None:
            timer.cancel()
        return timer is not None

    def _show(self, shown: bool) -> None:
        if shown != self._shown:
            self._shown = shown
            self._gate.call(self._host.agent_typing, shown)


class _Expiry:
    """The timer of one typing; it names itself when it fires, so that an old one cannot end a new typing."""

    def __init__(self, indicator: TypingIndicator, agent_id: str) -> None:
        self._indicator = indicator
        self._agent_id = agent_id
        self._timer: Timer | None = None

    def after(self, seconds: float, clock: Clock) -> _Expiry:
        self._timer = clock.call_later(seconds, self._fire)
        return self

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _fire(self) -> None:
        self._indicator.expired(self._agent_id, self)
