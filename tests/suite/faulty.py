"""Every seeded faulty adapter as a target of the command line: ``tests.suite.faulty:script_goes_on``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.adapter import AdapterFactory
from contracts.desk.undriven import UndrivenDesk
from tests.suite.defect import all_defects
from tests.suite.defects.spoiled import Ear, told_by


class NeverJoins(Ear):
    """No join is ever told."""

    def agent_joined(self, profile: Any) -> None:
        """Keep it to itself."""


never_joins = told_by(NeverJoins)


def not_wired(
    desk_url: str, callback: Any, *, clock: Any, options: Mapping[str, Any], persisted_state: Any = None
) -> Any:
    """An adapter that looks for its desk at a place of its own."""
    from byosd_reference import connect

    return connect("http://127.0.0.1:9", callback, clock=clock, options=options)


def raises_when_built(*_: Any, **__: Any) -> object:
    """A factory that fails."""
    raise ValueError("no API key is set")


def driver_that_breaks(options: Any = None) -> UndrivenDesk:
    """A driver that cannot tell what it offers."""
    broken = UndrivenDesk("http://127.0.0.1:9")
    broken.describe = lambda: 1 // 0  # type: ignore[method-assign,assignment]
    return broken


def half_made(*_: Any, **__: Any) -> object:
    """A factory that returns something without functions."""
    return object()


def __getattr__(name: str) -> AdapterFactory:
    for defect in all_defects():
        if defect.name == name and defect.factory is not None:
            return defect.factory
    raise AttributeError(name)
