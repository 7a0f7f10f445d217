"""Reading plain JSON values into typed ones, with one error for each field that does not fit.

A :class:`Fields` reads one object. It collects what is wrong, knows which fields were asked for, and suggests the
nearest of them for a field that nobody asked for. Nothing is raised before :meth:`Fields.finish`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any, TypeVar

from mockdesk.core.errors import FieldError, InvalidRequest

Value = TypeVar("Value")
MAX_DEPTH = 32
"""How deep free-form JSON may be nested."""


def pointer_to(parent: str, name: object) -> str:
    """Return the JSON pointer of a member of ``parent``."""
    return f"{parent}/{str(name).replace('~', '~0').replace('/', '~1')}"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or what is known."""
    words = sorted(known)
    near = get_close_matches(name, words, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(words) or 'none'}"


def encodable(text: str) -> bool:
    """Tell whether the text can be sent: a lone surrogate cannot be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def json_problem(value: Any, depth: int = 0) -> str | None:
    """Return why ``value`` is not plain JSON, or ``None``."""
    if depth > MAX_DEPTH:
        return f"is nested deeper than {MAX_DEPTH} levels"
    if isinstance(value, str):
        return None if encodable(value) else "holds a lone surrogate, which UTF-8 cannot carry"
    if value is None or isinstance(value, bool | int):
        return None
    if isinstance(value, float):
        return None if isfinite(value) else "is not a finite number"
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()] if all(isinstance(key, str) for key in value) else [object()]
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        return f"is a {type(value).__name__}, which is not JSON"
    return next((problem for part in parts if (problem := json_problem(part, depth + 1))), None)


class Fields:
    """One JSON object being read. ``pointer`` is where it stands in the request."""

    def __init__(self, value: object, pointer: str = "", errors: list[FieldError] | None = None) -> None:
        self.pointer = pointer
        self.errors: list[FieldError] = [] if errors is None else errors
        self._known: set[str] = set()
        self._values: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.errors.append(FieldError(pointer, "must be an object"))

    def fail(self, name: str, detail: str) -> None:
        """Note that a field does not fit."""
        self.errors.append(FieldError(pointer_to(self.pointer, name), detail))

    def has(self, name: str) -> bool:
        """Tell whether the field is there (``null`` counts as there)."""
        self._known.add(name)
        return name in self._values

    def take(self, name: str, default: Any = None) -> Any:
        """Return the field as it is."""
        return self._values[name] if self.has(name) else default

    def checked(self, name: str, default: Value, read: Callable[[Any], Value]) -> Value:
        """Return ``read`` of the field; absent: ``default``. ``read`` raises ``ValueError`` with what is wrong."""
        if not self.has(name):
            return default
        try:
            return read(self._values[name])
        except ValueError as error:
            self.fail(name, str(error))
            return default

    def text(self, name: str, minimum: int = 0, maximum: int | None = None, default: str | None = None) -> str:
        """Return a required text (or ``default``); lengths are in characters."""
        if not self.has(name) and default is None:
            self.fail(name, "is required")
        return self.checked(name, default or "", lambda value: read_text(value, minimum, maximum))

    def optional_text(self, name: str, minimum: int = 0, maximum: int | None = None) -> str | None:
        """Return a text, or ``None`` when it is absent or ``null``."""
        if self.take(name) is None:
            return None
        return self.checked(name, None, lambda value: read_text(value, minimum, maximum))

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Return a boolean; required when there is no default."""
        if not self.has(name) and default is None:
            self.fail(name, "is required")
        return self.checked(name, bool(default), read_flag)

    def integer(self, name: str, default: int, minimum: int = 0, maximum: int | None = None) -> int:
        """Return a whole number."""
        return self.checked(name, default, lambda value: read_integer(value, minimum, maximum))

    def optional_integer(self, name: str, minimum: int | None = 0) -> int | None:
        """Return a whole number, or ``None`` when it is absent or ``null``."""
        if self.take(name) is None:
            return None
        return self.checked(name, None, lambda value: read_integer(value, minimum))

    def number(self, name: str, default: float, minimum: float = 0.0) -> float:
        """Return a finite number."""
        return self.checked(name, default, lambda value: read_number(value, minimum))

    def optional_number(self, name: str, minimum: float = 0.0) -> float | None:
        """Return a finite number, or ``None`` when it is absent or ``null``."""
        if self.take(name) is None:
            return None
        return self.checked(name, None, lambda value: read_number(value, minimum))

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        """Return one of ``choices``."""
        return self.checked(name, default, lambda value: read_choice(value, tuple(choices)))

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts."""
        return self.checked(name, default, read_texts)

    def list_of(self, name: str, read: Callable[[Fields], Value]) -> tuple[Value, ...]:
        """Return a list of objects, each read by ``read``; ``null`` counts as absent."""
        values = self.take(name)
        if values is None:
            return ()
        if not isinstance(values, list | tuple):
            self.fail(name, "must be a list")
            return ()
        here = pointer_to(self.pointer, name)
        return tuple(self._nested(value, pointer_to(here, index), read) for index, value in enumerate(values))

    def object_of(self, name: str, read: Callable[[Fields], Value]) -> Value:
        """Return an object read by ``read``; absent and ``null``: an empty one."""
        value = self.take(name)
        return self._nested({} if value is None else value, pointer_to(self.pointer, name), read)

    def mapping_of(self, name: str, read: Callable[[str, Fields], Value]) -> dict[str, Value]:
        """Return an object with free keys, each value an object (``null``: an empty one) read by ``read``."""
        values = self.take(name)
        if values is not None and not isinstance(values, Mapping):
            self.fail(name, "must be an object")
        here = pointer_to(self.pointer, name)
        entries = values.items() if isinstance(values, Mapping) else ()

        def one(key: str, value: Any) -> Value:
            return self._nested({} if value is None else value, pointer_to(here, key), lambda fields: read(key, fields))

        return {str(key): one(str(key), value) for key, value in entries}

    def json(self, name: str) -> Any:
        """Return any plain JSON value, or ``None``."""
        return self.checked(name, None, read_json)

    def rest(self) -> dict[str, Any]:
        """Return the fields nobody asked for, as plain JSON; they are not errors then."""
        if self._values.keys() <= self._known:
            return {}
        names = sorted(str(name) for name in self._values if name not in self._known)
        return {name: self.json(name) for name in names}

    def _nested(self, value: object, pointer: str, read: Callable[[Fields], Value]) -> Value:
        fields = Fields(value, pointer, self.errors)
        result = read(fields)
        fields.refuse_unknown()
        return result

    def refuse_unknown(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._values:
            if name not in self._known:
                self.fail(str(name), f"is not known; {suggestion(str(name), self._known)}")

    def finish(self, what: str) -> None:
        """End the reading.

        Raises:
            InvalidRequest: something does not fit; ``what`` names the object in the detail.
        """
        self.refuse_unknown()
        if self.errors:
            first = self.errors[0]
            raise InvalidRequest(f"{what}: {first.pointer or 'the value'} {first.detail}", self.errors)


def read_text(value: Any, minimum: int = 0, maximum: int | None = None) -> str:
    """Return ``value`` if it is a text that fits; lengths are in characters."""
    if not isinstance(value, str):
        raise ValueError("must be a text")
    if not encodable(value):
        raise ValueError("holds a lone surrogate, which UTF-8 cannot carry")
    if len(value) < minimum:
        raise ValueError("must not be empty" if minimum == 1 else f"must have {minimum} characters or more")
    if maximum is not None and len(value) > maximum:
        raise ValueError(f"must have {maximum} characters or fewer, not {len(value)}")
    return value


def read_flag(value: Any) -> bool:
    """Return ``value`` if it is a boolean."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def read_integer(value: Any, minimum: int | None = 0, maximum: int | None = None) -> int:
    """Return ``value`` if it is a whole number in the range; ``3.0`` is one, as in JSON Schema."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    if minimum is not None and value < minimum:
        raise ValueError(f"must be {minimum} or more")
    if maximum is not None and value > maximum:
        raise ValueError(f"must be {maximum} or less")
    return value


def read_number(value: Any, minimum: float = 0.0) -> float:
    """Return ``value`` if it is a finite number of at least ``minimum``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    if not minimum <= value <= 1e15:
        raise ValueError(f"must be a finite number, {minimum:g} or more")
    return value


def read_choice(value: Any, choices: tuple[str, ...]) -> str:
    """Return ``value`` if it is one of ``choices``."""
    for choice in choices:
        if value == choice:
            return choice
    raise ValueError(f"must be one of: {', '.join(choices)}")


def read_texts(value: Any) -> tuple[str, ...]:
    """Return ``value`` if it is a list of non-empty texts."""
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list of texts")
    return tuple(read_text(entry, 1) for entry in value)


def read_json(value: Any) -> Any:
    """Return ``value`` if it is plain JSON."""
    if problem := json_problem(value):
        raise ValueError(problem)
    return value
