"""Every scenario that the modules of ``contracts.scenarios`` declare."""

from __future__ import annotations

from collections.abc import Collection

from contracts import scenarios
from contracts.declared import declared
from contracts.program import Scenario


def all_scenarios() -> tuple[Scenario, ...]:
    """Return all scenarios, the smoke test first.

    Raises:
        ValueError: two scenarios have one name.
    """
    found = declared(scenarios, Scenario, lambda one: one.name)
    return tuple(sorted(found.values(), key=lambda one: one.name != "smoke"))


def scenarios_for(ids: Collection[str]) -> tuple[Scenario, ...]:
    """Return the scenarios that aim at one of the requirements, the smoke test always first."""
    return tuple(one for one in all_scenarios() if one.name == "smoke" or set(one.aims) & set(ids))
