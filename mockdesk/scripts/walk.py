"""Finding the steps in a script that may still be full of mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockdesk.scripts.document import Path


def rules_of(data: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Return every rule that is a mapping, with its path."""
    rules = data.get("rules") if isinstance(data, dict) else None
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        if isinstance(rule, dict):
            yield ("rules", index), rule


def lists_of_steps(data: Any) -> Iterator[tuple[Path, list[Any]]]:
    """Return every list of steps, the repeated ones too, with its path."""
    for path, rule in rules_of(data):
        yield from _lists(rule.get("steps"), (*path, "steps"))


def _lists(steps: Any, path: Path) -> Iterator[tuple[Path, list[Any]]]:
    if not isinstance(steps, list):
        return
    yield path, steps
    for index, step in enumerate(steps):
        inner = step.get("repeat") if isinstance(step, dict) else None
        if isinstance(inner, dict):
            yield from _lists(inner.get("steps"), (*path, index, "repeat", "steps"))


def steps_of(data: Any) -> Iterator[tuple[Path, str, Any]]:
    """Return every step with its path, name and settings (``None`` for a name alone)."""
    for path, steps in lists_of_steps(data):
        for index, step in enumerate(steps):
            if name := name_of(step):
                here = (*path, index)
                yield ((*here, name), name, step[name]) if isinstance(step, dict) else (here, name, None)


def name_of(step: Any) -> str | None:
    """Return the name of a step, ``None`` for what is no step."""
    if isinstance(step, dict):
        return next(iter(step)) if len(step) == 1 else None
    return step if isinstance(step, str) else None


def settings_of(name: str, value: Any) -> dict[str, Any]:
    """Return the settings of a step that is an action as a mapping, its short forms spelled out."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, bool):
        return {"typing": value}
    if value is None:
        return {}
    return {{"say": "text", "transfer": "to_agent"}.get(name, "agent"): value}
