"""Keeping tokens out of what is recorded, wherever a desk puts them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

SHORTEST = 6
"""A shorter value could stand in a text by chance."""


class Secrets:
    """Texts that must not be recorded. Safe for several threads: it only grows."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._known: tuple[str, ...] = ()
        for value in values:
            self.add(value)

    def add(self, value: Any) -> None:
        """Hide this value from now on."""
        if isinstance(value, str) and len(value) >= SHORTEST and value not in self._known:
            self._known = tuple(sorted((*self._known, value), key=len, reverse=True))

    def hide(self, value: Any) -> Any:
        """Return a value with a digest in place of each secret in its texts, so that equal ones stay equal."""
        if isinstance(value, str):
            for secret in self._known:
                value = value.replace(secret, f"digest-{hashlib.sha256(secret.encode()).hexdigest()[:12]}")
            return value
        if isinstance(value, Mapping):
            return {self.hide(key): self.hide(item) for key, item in value.items()}
        return [self.hide(item) for item in value] if isinstance(value, (list, tuple)) else value
