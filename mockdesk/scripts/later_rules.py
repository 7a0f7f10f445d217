"""Rules that are built when somebody asks for one: a server with a built-in script answers before it plays it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import overload

from mockdesk.core.script import Rule


class LaterRules(Sequence[Rule]):
    """What a function gives, once. It must not fail: what is checked late is found late."""

    def __init__(self, build: Callable[[], tuple[Rule, ...]]) -> None:
        self._build = build

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        return self._build()

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        return self._rules[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LaterRules):
            return self._rules == other._rules
        return self._rules == other

    def __hash__(self) -> int:
        return hash(self._rules)

    def __repr__(self) -> str:
        return repr(self._rules)
