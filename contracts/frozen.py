"""Values that say so when somebody changes them: what the host hands to an adapter is the host's (STA-06)."""

from __future__ import annotations

from typing import Any, NoReturn


class InputMutated(TypeError):
    """An adapter tried to change a value that the host handed to it."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise InputMutated("the host's values must not be changed; copy them first")


class FrozenDict(dict[str, Any]):
    """A dict that reads as any dict and refuses changes."""

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse


class FrozenList(list[Any]):
    """A list that reads as any list and refuses changes."""

    __setitem__ = __delitem__ = append = clear = extend = insert = pop = remove = reverse = sort = _refuse
    __iadd__ = __imul__ = _refuse


def freeze(value: Any) -> Any:
    """Return the value with every dict and list in it frozen."""
    if isinstance(value, dict):
        return FrozenDict({key: freeze(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return FrozenList(freeze(item) for item in value)
    return value
