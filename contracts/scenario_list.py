"""Every scenario that the modules of ``contracts.scenarios`` declare."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection

from contracts import scenarios
from contracts.program import Scenario


def all_scenarios() -> tuple[Scenario, ...]:
    """Return all scenarios, the smoke test first.

    Raises:
        ValueError: two scenarios have one name.
    """
    found: dict[str, Scenario] = {}
    for module in pkgutil.iter_modules(scenarios.__path__, scenarios.__name__ + "."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Scenario) and found.setdefault(value.name, value) is not value:
                raise ValueError(f"two scenarios have the name {value.name}")
    return tuple(sorted(found.values(), key=lambda one: one.name != "smoke"))


def scenarios_for(ids: Collection[str]) -> tuple[Scenario, ...]:
    """Return the scenarios that aim at one of the requirements, the smoke test always first."""
    return tuple(one for one in all_scenarios() if one.name == "smoke" or set(one.aims) & set(ids))
