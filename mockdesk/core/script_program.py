"""Programs: what gives a script's steps, one after the other."""

from __future__ import annotations

from itertools import islice
from typing import Any, Protocol

from mockdesk.core.script import PlayFunction, Program, Rule, Wait, Yielded, play_steps
from mockdesk.core.script_chat import Chat
from mockdesk.core.script_place import SavedRule


class RunningProgram(Protocol):
    """What gives one step after the other."""

    def send(self, result: Any, /) -> Yielded:
        """Return the next step; raises ``StopIteration`` after the last."""

    def close(self) -> None:
        """Give up."""


class RuleProgram:
    """The program of a rule, which knows how far it is."""

    def __init__(self, index: int, rule: Rule) -> None:
        self.index = index
        self.yielded = 0
        self.last: Yielded | None = None
        self._steps = play_steps(rule.steps)

    @classmethod
    def at(cls, saved: SavedRule, rule: Rule) -> RuleProgram:
        """Return the program of a rule some of whose steps were done."""
        program = cls(saved.index, rule)
        for step in islice(program._steps, saved.yielded):
            program.last, program.yielded = step, program.yielded + 1
        return program

    def saved(self) -> SavedRule:
        """Return how far it is."""
        return SavedRule(self.index, self.yielded)

    def send(self, result: Any, /) -> Yielded:
        """Return the next step."""
        self.last = next(self._steps)
        self.yielded += 1
        return self.last

    def close(self) -> None:
        """Give up."""
        self._steps.close()

    @property
    def wait(self) -> Wait | None:
        """The wait that the program is at, ``None``: at none."""
        return self.last if isinstance(self.last, Wait) else None


class FunctionProgram:
    """The program of a Python function, which is called when its first step is asked for."""

    def __init__(self, play: PlayFunction, chat: Chat) -> None:
        self._play = play
        self._chat = chat
        self._running: Program | None = None

    def send(self, result: Any, /) -> Yielded:
        """Return the next step."""
        if self._running is None:
            self._running = self._play(self._chat)
        return self._running.send(result)

    def close(self) -> None:
        """Give up."""
        if self._running is not None:
            self._running.close()
