"""How long a run waits for what should come. Only a faulty subject pays a deadline, and it should not pay it for ever.

The first misses of a kind of thing are waited for in full; after that the verdict on it is clear, and a whole
verification of a subject that never does it stays short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

FULL_WAITS = 2
"""How often something that does not come is waited for in full."""


class Deadlines:
    """The wall-clock deadlines of one verification; shared by its sessions. ``factor`` shortens or stretches them:
    those of the suite are long enough for a correct subject on a busy machine."""

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor
        self._missed: Counter[str] = Counter()

    def of(self, kind: str, full: float, later: float) -> float:
        """Return the wall seconds to wait for ``kind``: ``full``, or ``later`` once it was missed often enough."""
        seconds = full * self._factor
        return seconds if self._missed[kind] < FULL_WAITS else min(seconds, later)

    def note(self, kind: str, came: bool) -> bool:
        """Take note of whether something came in time; return that."""
        self._missed[kind] += not came
        return came


HOST_SECONDS: Mapping[str, float] = MappingProxyType(
    {
        "end_chat": 5.0,
        "are_any_agents_online": 5.0,
        "send_message_to_agent": 20.0,
        "start_chat": 30.0,
        "reconnect": 30.0,
    }
)
"""How long the host waits for a call; 5 s for any other."""


@dataclass(frozen=True)
class Patience:
    """How long the host waits for a call, in the adapter's seconds, and what a second costs on the wall."""

    scale: float = 1.0
    slack: float = 1.0
    seconds: Mapping[str, float] | None = None
    deadlines: Deadlines = field(default_factory=Deadlines)

    def wall(self, name: str) -> float:
        """Return the wall seconds after which a call of ``name`` is given up; the slack allows for a busy machine.

        Facts of the host: 5 s for ``end_chat`` and ``are_any_agents_online``, 20 s until a send counts as failed. It
        waits for a start, and for a reconnect, without a limit; 30 s is the suite's.
        """
        full = {**HOST_SECONDS, **(self.seconds or {})}.get(name, 5.0) * self.scale + self.slack
        return self.deadlines.of(name, full, self.slack)
