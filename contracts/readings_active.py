"""Readings of content that could act: addresses that run code, and markup in what was a plain text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

TARGETS = frozenset(
    {"url", "source", "href", "src", "link", "link_url", "image_url", "thumbnail", "profile_picture_url", "file_url"}
)
"""Fields in which the host takes a text for an address."""
MARKUP_FLAGS = frozenset({"html", "inner_html", "raw_html", "rich_text", "richText"})
"""Fields that would make the host render markup."""
RUNS_CODE = ("javascript:", "vbscript:", "data:text/html", "data:application/xhtml")
_IGNORED = re.compile(r"[\x00-\x20\x7f-\x9f\u200b\ufeff]")
_MARKDOWN_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)")
_TAG = re.compile(r"<\s*[a-z!/][^>]*>?", re.I)


def runs_code(address: str) -> bool:
    """Tell whether a browser would run code at this address; it ignores case, white space and control characters."""
    return _IGNORED.sub("", address).lower().startswith(RUNS_CODE)


def could_act(text: str) -> bool:
    """Tell whether a text would do something, were it taken for markup or for an address."""
    return runs_code(text) or bool(_TAG.search(text)) or any(runs_code(one) for one in markdown_targets(text))


def markdown_targets(text: str) -> list[str]:
    """Return the addresses of the links in a text, were it markdown."""
    return _MARKDOWN_TARGET.findall(text)


def tags(text: str) -> list[str]:
    """Return what would be tags in a text, were it HTML."""
    return _TAG.findall(text)


def active_parts(value: Any, where: str = "") -> Iterator[str]:
    """Yield, in words, what in a callback's argument would run code when it is rendered."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in TARGETS and isinstance(item, str) and runs_code(item):
                yield f"{name} is {item!r}"
            elif name in MARKUP_FLAGS and item:
                yield f"{name} is set, so that the host renders markup"
            yield from active_parts(item, name)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from active_parts(item, where)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)
