"""Which of a script's rules is next in one conversation."""

from __future__ import annotations

from collections.abc import Iterable

from mockdesk.core.script import OnIdle, Rule, Script
from mockdesk.core.script_inbox import Came, Occasion
from mockdesk.core.script_place import SavedRule
from mockdesk.core.script_program import RuleProgram
from mockdesk.core.script_steps import PreparedSteps


class ScriptRules:
    """The rules of a script, looked at once for all conversations."""

    def __init__(self, script: Script) -> None:
        self.all: tuple[Rule, ...] = tuple(script.rules)
        triggers = enumerate(rule.on for rule in self.all)
        self.idle_seconds = {index: on.seconds for index, on in triggers if isinstance(on, OnIdle)}
        self.steps = PreparedSteps(script.name)
        self._by_occasion: dict[Occasion, tuple[tuple[int, Rule], ...]] = {}

    def on(self, occasion: Occasion) -> tuple[tuple[int, Rule], ...]:
        """Return the rules that may react to something of this kind, with their places."""
        found = self._by_occasion.get(occasion)
        if found is None:
            found = tuple((index, rule) for index, rule in enumerate(self.all) if isinstance(rule.on, occasion))
            self._by_occasion[occasion] = found
        return found


class RuleChoice:
    """The rules of a script, and which of them were used."""

    def __init__(self, rules: ScriptRules) -> None:
        self._rules = rules
        self._used: set[int] = set()

    def asks_for(self, occasion: Occasion) -> bool:
        """Tell whether a rule may react to something of this kind."""
        return bool(self._rules.on(occasion))

    def next(self, came: Came) -> RuleProgram | None:
        """Return the program of the first rule that fits, which is used by that; ``None``: nothing fits."""
        for index, rule in self._rules.on(came.occasion):
            if came.fits(index, rule) and not (rule.once and index in self._used):
                self._used.add(index)
                return RuleProgram(index, rule, self._rules.steps)
        return None

    def used(self) -> tuple[int, ...]:
        """Return which rules were used, by their places."""
        return tuple(sorted(self._used))

    def go_on(self, used: Iterable[int], saved: SavedRule | None) -> RuleProgram | None:
        """Know which rules were used; return the program of the one that is played."""
        self._used = set(used)
        if saved is None or not 0 <= saved.index < len(self._rules.all):
            return None
        return RuleProgram.at(saved, self._rules.all[saved.index], self._rules.steps)
