"""What has come for a script and waits for its turn, and the timers of idleness."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from mockdesk.core.clock import Clock, Timer
from mockdesk.core.script import (
    OnEnded,
    OnIdle,
    OnMessage,
    OnRead,
    OnSignal,
    OnStarted,
    OnTyping,
    Rule,
)

INBOX_LIMIT = 1000

Occasion: TypeAlias = (
    type[OnStarted] | type[OnMessage] | type[OnTyping] | type[OnRead] | type[OnIdle] | type[OnSignal] | type[OnEnded]
)


@dataclass(frozen=True)
class Came:
    """Something a rule may react to or a program may wait for.

    ``text`` is a message's text or a signal's name, ``number`` counts the user's messages, ``rule`` is the idle rule
    whose time has come, ``cause`` the journal entry that it is put down to.
    """

    occasion: Occasion
    text: str = ""
    number: int = 0
    rule: int | None = None
    cause: int | None = None

    @property
    def name(self) -> str:
        """The trigger's name."""
        return self.occasion.__name__.removeprefix("On").lower()


class Inbox:
    """What has come, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Came] = deque()

    def put(self, came: Came) -> bool:
        """Add an entry; return whether there was room for it."""
        if len(self._entries) >= INBOX_LIMIT:
            return False
        self._entries.append(came)
        return True

    def oldest(self) -> Came | None:
        """Take the oldest entry out."""
        return self._entries.popleft() if self._entries else None

    def message(self) -> Came | None:
        """Take the oldest message out."""
        return self._first(lambda came: came.occasion is OnMessage)

    def signal(self, name: str) -> Came | None:
        """Take the oldest signal of this name out."""
        return self._first(lambda came: came.occasion is OnSignal and came.text == name)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def _first(self, fits: Callable[[Came], bool]) -> Came | None:
        for index, came in enumerate(self._entries):
            if fits(came):
                del self._entries[index]
                return came
        return None


class IdleTimers:
    """One timer for each idle rule, all counting from the user's last doing."""

    def __init__(self, clock: Clock, rules: Sequence[Rule], due: Callable[[int], None]) -> None:
        self._clock = clock
        self._due = due
        self._seconds = {index: rule.on.seconds for index, rule in enumerate(rules) if isinstance(rule.on, OnIdle)}
        self._timers: list[Timer] = []

    def restart(self) -> None:
        """Count from now."""
        self.cancel()
        for index, seconds in self._seconds.items():
            self._timers.append(self._clock.call_later(seconds, partial(self._due, index)))

    def cancel(self) -> None:
        """Count no further."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
