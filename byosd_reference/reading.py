"""Looking into data that somebody else made, without believing anything about its shape.

Each function answers what it was asked for, or that it is not there; none raises. What has the wrong type is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any


def part(data: Any, *path: str) -> Mapping[str, Any]:
    """Return the mapping at ``path``, or an empty one."""
    for name in path:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def text(data: Any, *path: str) -> str | None:
    """Return the non-empty string at ``path``, or ``None``."""
    value = part(data, *path[:-1]).get(path[-1])
    return value if isinstance(value, str) and value else None


def items(data: Any, *path: str) -> list[Any]:
    """Return the list at ``path``, or an empty one."""
    value = part(data, *path[:-1]).get(path[-1])
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else []


def number(data: Any, name: str, *, least: float = 0) -> float | None:
    """Return the finite number ``name`` that is not below ``least``, or ``None``; ``True`` is no number."""
    value = part(data).get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return value if value >= least else None


def whole(data: Any, name: str, *, least: int = 0) -> int | None:
    """Return the whole number ``name`` that is not below ``least``, or ``None``."""
    value = number(data, name, least=least)
    return int(value) if value is not None and value == int(value) else None


def plain(value: Any) -> Any:
    """Return a copy in built-in JSON values: inputs may be frozen, and are never changed or kept."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
