"""On which line of a YAML or JSON text does something stand? Looked up only when there is something to say about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

Place = tuple[str | int, ...]
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Whose parser is used; only its events are, never its constructor."""


def line_of_event(event: yaml.Event) -> int:
    """Return the line on which an event of the parser begins, counted from 1."""
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def line_of(text: str, place: Place) -> int:
    """Return the line of a place in a YAML or JSON text; 1 when the text cannot be followed."""
    best, depth_found = 1, -1
    try:
        for line, path in _places(text):
            shared = len(path)
            if shared > depth_found and path == place[:shared]:
                best, depth_found = line, shared
                if path == place:
                    break
    except (yaml.YAMLError, ValueError, OverflowError):
        pass
    return best


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Yield the line and the path of each value as the parser comes to it; of a value in a mapping, its key's line."""
    stack: list[list[Any]] = []  # [is a mapping, key or index, whether a key waits for its value, the key's line]
    for event in yaml.parse(text, Loader=LOADER):
        line = line_of_event(event)
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        here = stack[-1] if stack else None
        if here is not None and here[0] and not here[2]:
            here[1], here[2], here[3] = getattr(event, "value", None), True, line
            if isinstance(event, yaml.CollectionStartEvent):  # no word, and no part of any path
                stack.append([isinstance(event, yaml.MappingStartEvent), -1, False, line])
            continue
        if here is not None and here[0]:
            here[2], line = False, here[3]
        elif here is not None:
            here[1] += 1
        yield line, tuple(one[1] for one in stack)
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append([isinstance(event, yaml.MappingStartEvent), -1, False, line])
