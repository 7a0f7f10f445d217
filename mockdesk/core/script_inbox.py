"""What has come for a script and waits for its turn, and the timers of idleness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias, cast, get_args

from mockdesk.core.clock import Clock, Timer
from mockdesk.core.script import (
    On,
    OnEnded,
    OnIdle,
    OnMessage,
    OnRead,
    OnSignal,
    OnStarted,
    OnTyping,
    Rule,
)
from mockdesk.core.script_place import OccasionName, SavedOccasion, SavedTimer, TimersToSet
from mockdesk.lazy_dataclass import lazy_dataclass

INBOX_LIMIT = 1000

Occasion: TypeAlias = (
    type[OnStarted] | type[OnMessage] | type[OnTyping] | type[OnRead] | type[OnIdle] | type[OnSignal] | type[OnEnded]
)


@lazy_dataclass(frozen=True)
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
    def name(self) -> OccasionName:
        """The trigger's name."""
        return _NAMES[self.occasion]

    def fits(self, index: int, rule: Rule) -> bool:
        """Tell whether a rule, the one at ``index``, reacts to it."""
        if not isinstance(rule.on, self.occasion):
            return False
        if isinstance(rule.on, OnMessage):
            return rule.on.fits(self.text, self.number)
        if isinstance(rule.on, OnSignal):
            return rule.on.name == self.text
        return self.rule in (None, index)

    def saved(self) -> SavedOccasion:
        """Return it as values; the journal is not kept, so the cause is not either."""
        return SavedOccasion(self.name, self.text, self.number, self.rule)

    @classmethod
    def again(cls, saved: SavedOccasion) -> Came:
        """Return it from values."""
        return cls(_OCCASIONS[saved.name], saved.text, saved.number, saved.rule)


def _name_of(occasion: Occasion) -> OccasionName:
    return cast(OccasionName, occasion.__name__.removeprefix("On").lower())


_OCCASIONS: Mapping[str, Occasion] = MappingProxyType({_name_of(one): one for one in get_args(On)})
_NAMES: Mapping[Occasion, OccasionName] = MappingProxyType({one: _name_of(one) for one in get_args(On)})


class Inbox:
    """What has come, oldest first."""

    def __init__(self, entries: Iterable[Came] = ()) -> None:
        self._entries = list(entries)  # mostly empty, and a deque takes 600 bytes then

    def entries(self) -> tuple[Came, ...]:
        """Return what has come, oldest first."""
        return tuple(self._entries)

    def put(self, came: Came) -> bool:
        """Add an entry; return whether there was room for it."""
        if len(self._entries) >= INBOX_LIMIT:
            return False
        self._entries.append(came)
        return True

    def oldest(self) -> Came | None:
        """Take the oldest entry out."""
        return self._entries.pop(0) if self._entries else None

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

    def __init__(self, clock: Clock, seconds: Mapping[int, float], due: Callable[[int], None]) -> None:
        """Begin with none; ``seconds`` are those of the idle rules, by their places in the script."""
        self._clock = clock
        self._due = due
        self._seconds = seconds
        self._timers: dict[int, Timer] = {}

    def restart(self) -> None:
        """Count from now."""
        self.cancel()
        for index, seconds in self._seconds.items():
            self.set(index, self._clock.now() + seconds)

    def set(self, index: int, due: float) -> None:
        """Let the time of one rule be over at a time."""
        if index in self._seconds:
            self._timers[index] = self._clock.call_at(due, partial(self._goes_off, index))

    def saved(self) -> tuple[tuple[int, SavedTimer], ...]:
        """Return the timers that count, by rule."""
        return tuple((index, SavedTimer(timer.due, timer.order)) for index, timer in self._timers.items())

    def go_on(self, saved: Iterable[tuple[int, SavedTimer]], timers: TimersToSet) -> None:
        """Let timers count that were kept."""
        for index, timer in saved:
            timers.add(timer, partial(self.set, index))

    def _goes_off(self, index: int) -> None:
        del self._timers[index]
        self._due(index)

    def cancel(self) -> None:
        """Count no further."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
