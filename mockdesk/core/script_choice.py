"""Which of a script's rules is next in one conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mockdesk.core.script import Rule
from mockdesk.core.script_inbox import Came, Occasion
from mockdesk.core.script_place import SavedRule
from mockdesk.core.script_program import RuleProgram


class RuleChoice:
    """The rules of a script, and which of them were used."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        self._used: set[int] = set()

    def asks_for(self, occasion: Occasion) -> bool:
        """Tell whether a rule may react to something of this kind."""
        return any(isinstance(rule.on, occasion) for rule in self._rules)

    def next(self, came: Came) -> RuleProgram | None:
        """Return the program of the first rule that fits, which is used by that; ``None``: nothing fits."""
        for index, rule in enumerate(self._rules):
            if came.fits(index, rule) and not (rule.once and index in self._used):
                self._used.add(index)
                return RuleProgram(index, rule)
        return None

    def used(self) -> tuple[int, ...]:
        """Return which rules were used, by their places."""
        return tuple(sorted(self._used))

    def go_on(self, used: Iterable[int], saved: SavedRule | None) -> RuleProgram | None:
        """Know which rules were used; return the program of the one that is played."""
        self._used = set(used)
        if saved is None or not 0 <= saved.index < len(self._rules):
            return None
        return RuleProgram.at(saved, self._rules[saved.index])
