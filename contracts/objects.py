"""How many objects an adapter keeps: those of its own classes, as far as this process can see them.

An adapter that is reached over a process boundary has none here, and nothing is said of its memory.
"""

from __future__ import annotations

import gc
from collections import Counter
from typing import Any

NOT_THE_ADAPTERS = frozenset({"builtins", "typing", "abc", "collections", "threading", "contracts"})
"""Top-level packages whose classes are anybody's."""


def packages_of(adapter: Any) -> frozenset[str]:
    """Return the top-level packages in which the adapter's class and its bases are declared."""
    return frozenset(_package(kind) for kind in type(adapter).__mro__) - NOT_THE_ADAPTERS


def count_objects(packages: frozenset[str]) -> Counter[str]:
    """Return how many live objects there are of each class of these packages, by the class's name."""
    gc.collect()
    kinds = (type(one) for one in gc.get_objects())  # not isinstance(): proxies answer for what they stand for
    own = (kind for kind in kinds if not issubclass(kind, type) and _package(kind) in packages)
    return Counter(f"{kind.__module__}.{kind.__qualname__}" for kind in own)


def _package(kind: type) -> str:
    return str(kind.__module__).partition(".")[0]
