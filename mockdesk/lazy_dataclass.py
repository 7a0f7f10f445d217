"""Dataclasses that are made when they are first used.

``dataclasses`` writes and compiles up to six functions for each class, about 0.7 ms. The mock has 150 classes of
values, and few of them are used before its first answer: making them all was a quarter of its start.

Those that every server uses before its first answer are better made at once: a late one costs a third more.

This stands beside the core, which uses it, as it has a lock: two threads may use a class for the first time at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

_Class = TypeVar("_Class", bound=type[Any])


class _Later:
    """Stands for an attribute of a class until somebody asks for it: then the class is made."""

    def __init__(self, name: str, make: Callable[[], None]) -> None:
        self._name = name
        self._make = make

    def __get__(self, instance: object, owner: type) -> Any:
        self._make()
        return getattr(owner, self._name)


@dataclass_transform(field_specifiers=(field,))
def lazy_dataclass(*, frozen: bool = False, eq: bool = True) -> Callable[[_Class], _Class]:
    """Return a decorator like ``dataclass`` that works at the first instance, or the first look at fields or signature.

    Nothing is slower afterwards: the class is then as ``dataclass`` would have made it. Until then defaults given with
    ``field`` cannot be read from the class. ``slots`` and ``order`` are left out: they need the work at once.
    """

    def decorate(cls: _Class) -> _Class:
        lock = threading.RLock()
        is_made = False

        def make() -> None:
            nonlocal is_made
            with lock:
                if is_made:
                    return
                is_made = True
                del cls.__signature__
                dataclass(init=False, frozen=frozen, eq=eq)(cls)
                # From a subclass, and as the last step: until all is there, other threads wait for the lock.
                made: Any = type("Made", (cls,), {"__doc__": "Without this, dataclass writes a costly one."})
                cls.__init__ = dataclass(repr=False, eq=False, frozen=frozen)(made).__init__

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            make()
            cls.__init__(self, *args, **kwargs)

        cls.__init__ = __init__
        for name in ("__dataclass_fields__", "__signature__"):
            setattr(cls, name, _Later(name, make))
        return cls

    return decorate
