"""Templates: texts with ``{names}``, and whole requests of them. There is nothing else in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
BRACE = re.compile(r"[{}]")


class Unfilled(LookupError):
    """A name that a template needs has no value; the text is the name."""


def names_in(template: Any) -> Iterator[str]:
    """Yield the names in a text, or in all texts of a list or mapping."""
    if isinstance(template, str):
        yield from NAME.findall(template)
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from names_in(value)
    elif isinstance(template, list):
        for value in template:
            yield from names_in(value)


def has_stray_brace(template: str) -> bool:
    """Tell whether a text has braces that are not around a name."""
    return BRACE.search(NAME.sub("", template)) is not None


def fill_text(template: str, values: Mapping[str, Any], *, quoted: bool = False) -> str:
    """Return a text with its names replaced, as parts of a path if ``quoted``.

    Raises:
        Unfilled: a name has no value.
    """

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None:
            raise Unfilled(match[1])
        return quote(text_of(value), safe="") if quoted else text_of(value)

    return NAME.sub(value_of, template)


def text_of(value: Any) -> str:
    """Return a value as it stands in a text: booleans as JSON writes them."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def fill_texts(template: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """Return headers, a query or form fields; those whose names have no value are left out."""
    found = {}
    for key, text in template.items():
        try:
            found[key] = fill_text(text_of(text), values)
        except Unfilled:
            continue
    return found


def fill_json(template: Any, values: Mapping[str, Any]) -> Any:
    """Return a body. A text that is one name alone becomes the value itself, whatever its type; a member of an object
    whose names have no value is left out.

    Raises:
        Unfilled: a name outside an object has no value.
    """
    if isinstance(template, Mapping):
        return dict(_members(template, values))
    if isinstance(template, list):
        return [fill_json(item, values) for item in template]
    if not isinstance(template, str):
        return template
    alone = NAME.fullmatch(template)
    if alone is None:
        return fill_text(template, values)
    if values.get(alone[1]) is None:
        raise Unfilled(alone[1])
    return values[alone[1]]


def _members(template: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in template.items():
        try:
            yield str(key), fill_json(value, values)
        except Unfilled:
            continue
