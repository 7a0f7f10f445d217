"""JMESPath expressions and conditions on what a desk answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

Condition = str | Mapping[str, Any]
"""An expression that must be true, or expressions with the value, or list of values, that each must have."""


@cache
def compiled(expression: str) -> ParsedResult:
    """Return a compiled expression.

    Raises:
        JMESPathError: it is no JMESPath.
    """
    return jmespath.compile(expression)


def pick(expression: str | None, value: Any) -> Any:
    """Return what an expression picks, ``None`` where there is nothing, or a function in it meets another type."""
    if expression is None:
        return None
    try:
        return compiled(expression).search(value)
    except JMESPathError:
        return None


def pick_text(expression: str | None, value: Any) -> str | None:
    """Return what an expression picks as a text: a number as its digits, ``None`` for anything else or nothing."""
    found = pick(expression, value)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    return str(found)


def holds(condition: Condition, value: Any) -> bool:
    """Tell whether a condition holds for a value."""
    if isinstance(condition, str):
        return is_true(pick(condition, value))
    return all(_is_one_of(pick(expression, value), wanted) for expression, wanted in condition.items())


def _is_one_of(found: Any, wanted: Any) -> bool:
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(found == one and isinstance(found, bool) == isinstance(one, bool) for one in choices)


def is_true(found: Any) -> bool:
    """Tell whether a picked value counts as true, as JMESPath has it: 0 does, what is empty does not."""
    return found is not None and found is not False and found not in ("", [], {})
