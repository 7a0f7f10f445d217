"""Values that say so when somebody changes them: what the host hands to an adapter is the host's (STA-06)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

Tell = Callable[[str], None]
"""Is told which change was tried, in words; whoever tries it may swallow the exception."""


class InputMutated(TypeError):
    """An adapter tried to change a value that the host handed to it."""


class _Frozen:
    """What frozen values share: the refusal, and that copies are plain values which may be changed."""

    _tell: Tell | None = None

    def _refuse(self, what: str) -> NoReturn:
        if self._tell is not None:
            self._tell(what)
        raise InputMutated("the host's values must not be changed; copy them first")


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(self: _Frozen, *args: object, **_: object) -> NoReturn:
        key = repr(args[0]) if args and isinstance(args[0], str | int) else "..." if args else ""
        self._refuse(f"{name.strip('_')}({key})")

    return refuse


class FrozenDict(_Frozen, dict[str, Any]):
    """A dict that reads as any dict and refuses changes."""

    __setitem__, __delitem__, __ior__ = _refusing("__setitem__"), _refusing("__delitem__"), _refusing("__ior__")
    clear, pop, popitem = _refusing("clear"), _refusing("pop"), _refusing("popitem")
    setdefault, update = _refusing("setdefault"), _refusing("update")

    def __reduce_ex__(self, _: Any) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Copies, deep copies and pickles are plain."""
        return dict, (dict(self),)


class FrozenList(_Frozen, list[Any]):
    """A list that reads as any list and refuses changes."""

    __setitem__, __delitem__, __iadd__ = _refusing("__setitem__"), _refusing("__delitem__"), _refusing("__iadd__")
    __imul__ = _refusing("__imul__")
    append, clear, extend, insert = _refusing("append"), _refusing("clear"), _refusing("extend"), _refusing("insert")
    pop, remove, reverse, sort = _refusing("pop"), _refusing("remove"), _refusing("reverse"), _refusing("sort")

    def __reduce_ex__(self, _: Any) -> tuple[type[list[Any]], tuple[list[Any]]]:
        """Copies, deep copies and pickles are plain."""
        return list, (list(self),)


def freeze(value: Any, tell: Tell | None = None) -> Any:
    """Return the value with every dict and list in it frozen; ``tell`` hears of each attempt to change one."""
    frozen: FrozenDict | FrozenList
    if isinstance(value, dict):
        frozen = FrozenDict({key: freeze(item, tell) for key, item in value.items()})
    elif isinstance(value, (list, tuple)):
        frozen = FrozenList(freeze(item, tell) for item in value)
    else:
        return value
    frozen._tell = tell
    return frozen


def tell_change(value: Any, what: str) -> None:
    """Tell the host of a frozen value, or of one in a mapping, that a copy of it was changed elsewhere."""
    values = [value, *value.values()] if isinstance(value, Mapping) else [value]
    tell = next((one._tell for one in values if isinstance(one, _Frozen) and one._tell is not None), None)
    if tell is not None:
        tell(what)
