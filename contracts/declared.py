"""What the modules of a package declare at their top level: requirements, scenarios."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def declared(package: ModuleType, kind: type[T], name_of: Callable[[T], str]) -> dict[str, T]:
    """Return every object of ``kind`` in the package's modules, by its name, in the order of the modules.

    Raises:
        ValueError: two objects have one name.
    """
    found: dict[str, T] = {}
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, kind) and found.setdefault(name_of(value), value) is not value:
                raise ValueError(f"two of {package.__name__} are called {name_of(value)}")
    return found
