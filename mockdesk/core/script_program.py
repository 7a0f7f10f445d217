"""Programs: what gives a script's steps, one after the other."""

from __future__ import annotations

from itertools import islice
from typing import Any, Protocol

from mockdesk.core.script import PlayFunction, Program, Rule, Wait, Yielded, play_steps
from mockdesk.core.script_chat import Chat
from mockdesk.core.script_place import SavedRule
from mockdesk.core.script_steps import PreparedStep, PreparedSteps, check_yielded


class RunningProgram(Protocol):
    """What gives one step after the other."""

    def send(self, result: Any, /) -> PreparedStep:
        """Return the next step; raises ``StopIteration`` after the last, ``TypeError`` where it is none."""

    def close(self) -> None:
        """Give up."""


class RuleProgram:
    """The program of a rule, which knows how far it is."""

    def __init__(self, index: int, rule: Rule, prepared: PreparedSteps) -> None:
        self.index = index
        self.yielded = 0
        self.last: Yielded | None = None
        self._steps = play_steps(rule.steps)
        self._prepared = prepared

    @classmethod
    def at(cls, saved: SavedRule, rule: Rule, prepared: PreparedSteps) -> RuleProgram:
        """Return the program of a rule some of whose steps were done."""
        program = cls(saved.index, rule, prepared)
        for step in islice(program._steps, saved.yielded):
            program.last, program.yielded = step, program.yielded + 1
        return program

    def saved(self) -> SavedRule:
        """Return how far it is."""
        return SavedRule(self.index, self.yielded)

    def send(self, result: Any, /) -> PreparedStep:
        """Return the next step."""
        step = self.last = next(self._steps)
        self.yielded += 1
        return self._prepared.of(step)

    def close(self) -> None:
        """Give up."""
        self._steps.close()

    @property
    def wait(self) -> Wait | None:
        """The wait that the program is at, ``None``: at none."""
        return self.last if isinstance(self.last, Wait) else None


class FunctionProgram:
    """The program of a Python function, which is called when its first step is asked for."""

    def __init__(self, script: str, play: PlayFunction, chat: Chat) -> None:
        self._script = script
        self._play = play
        self._chat = chat
        self._running: Program | None = None

    def send(self, result: Any, /) -> PreparedStep:
        """Return the next step."""
        if self._running is None:
            self._running = self._play(self._chat)
        return PreparedStep(self._script, check_yielded(self._running.send(result)))

    def close(self) -> None:
        """Give up."""
        if self._running is not None:
            self._running.close()
