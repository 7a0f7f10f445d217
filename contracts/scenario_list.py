"""Every scenario that the modules of ``contracts.scenarios`` declare."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from contracts import scenarios
from contracts.declared import declared
from contracts.program import Scenario

BY_HAND = frozenset({"start", "send", "type", "read", "end", "name", "availability", "state", "settle", "act"})
"""The words of programs in which a person can play the agents."""


SLOW_STEPS = 100
"""What a slow scenario costs, in steps of others."""


def all_scenarios() -> tuple[Scenario, ...]:
    """Return all scenarios, the smoke test first.

    Raises:
        ValueError: two scenarios have one name.
    """
    found = declared(scenarios, Scenario, lambda one: one.name)
    return tuple(sorted(found.values(), key=lambda one: one.name != "smoke"))


def by_hand(scenarios: Sequence[Scenario], actions: Collection[str], most: int) -> tuple[Scenario, ...]:
    """Return at most so many scenarios that a person can play: agents' acts only, no faults, and much in few steps."""
    playable = [one for one in scenarios if _is_playable(one, actions)]
    chosen: list[Scenario] = []
    seen: set[str] = set()
    while playable and len(chosen) < most:
        best = max(playable, key=lambda one: (one.name == "smoke", len(set(one.aims) - seen) / len(one.program)))
        playable.remove(best)
        if set(best.aims) - seen:
            chosen.append(best)
            seen |= set(best.aims)
    return tuple(chosen)


def widest_first(scenarios: Sequence[Scenario], ids: Collection[str]) -> tuple[Scenario, ...]:
    """Return the scenarios so that the first few of them reach every requirement that they aim at among ``ids``: the
    smoke test, then each time the one that adds most for its length; slow ones when nothing else would do."""
    rest = list(scenarios)
    chosen = [rest.pop(0)] if rest and rest[0].name == "smoke" else []
    reached = {aim for one in chosen for aim in one.aims}

    def worth(one: Scenario) -> float:
        return len(set(one.aims) & set(ids) - reached) / (len(one.program) + (SLOW_STEPS if one.slow else 0))

    while rest and worth(best := max(rest, key=worth)) > 0:
        rest.remove(best)
        chosen.append(best)
        reached |= set(best.aims)
    return (*chosen, *rest)


def _is_playable(scenario: Scenario, actions: Collection[str]) -> bool:
    """Tell whether a person can: one chat of one user, no step but the user's and those of agents who act, and
    words that can be typed."""
    acts = [step.args["action"] for step in scenario.program if step.do == "act"]
    said = [step.args for step in scenario.program if step.args.get("action") == "say"]
    return (
        not scenario.settings
        and all(step.do in BY_HAND and step.user == "u1" for step in scenario.program)
        and set(acts) <= set(actions)
        and all(
            words["text"].strip().isprintable() and words["text"].strip() and "items" not in words for words in said
        )
        and sum(step.do == "start" for step in scenario.program) == 1
    )


def scenarios_for(ids: Collection[str]) -> tuple[Scenario, ...]:
    """Return the scenarios that aim at one of the requirements, the smoke test always first."""
    return tuple(one for one in all_scenarios() if one.name == "smoke" or set(one.aims) & set(ids))
