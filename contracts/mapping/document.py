"""A YAML text as values, with the line on which each of them stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from contracts.mapping.mistakes import BadMapping, Mistake

Path = tuple[str | int, ...]
LONGEST = 1_000_000
"""Characters of the largest mapping file."""


class _Loader(yaml.SafeLoader):
    """YAML as its version 1.2 has it: only true and false are booleans, and a date is a text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in known if not tag.endswith((":bool", ":timestamp"))]
            for first, known in self.yaml_implicit_resolvers.items()
        }
        for first in "tf":
            self.yaml_implicit_resolvers[first] = [("tag:yaml.org,2002:bool", re.compile("^(true|false)$"))]


@dataclass(frozen=True)
class Document:
    """What a file holds. ``lines`` has the line of each path."""

    source: str
    data: Any
    lines: Mapping[Path, int]

    def mistake(self, path: Path, what: str, remedy: str) -> Mistake:
        """Return a mistake at ``path``, or at the nearest thing around it that has a line."""
        near = path
        while near and near not in self.lines:
            near = near[:-1]
        return Mistake(self.lines.get(near, 1), key_of(path), what, remedy)


def key_of(path: Path) -> str:
    """Return a path as people write it: ``events.rules[2].when``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "(file)"


def read_document(text: str, source: str) -> Document:
    """Return the values and lines of a YAML text.

    Raises:
        BadMapping: it is no YAML, holds a key twice, an alias or a tag, or is too long.
    """
    if len(text) > LONGEST:
        raise BadMapping(source, [Mistake(1, "(file)", f"more than {LONGEST} characters", "a mapping needs far fewer")])
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        lines: dict[Path, int] = {(): 1}
        mistakes = [] if root is None else list(_walk(root, (), lines, set()))
        data = None if root is None or mistakes else loader.construct_document(root)
    except yaml.YAMLError as error:
        raise BadMapping(source, [_not_yaml(error)]) from error
    if mistakes:
        raise BadMapping(source, mistakes)
    return Document(source, data, lines)


def _not_yaml(error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    problem = " ".join(str(getattr(error, "problem", None) or error).split())
    remedy = "check the indentation, and put texts with { } : # into quotes"
    return Mistake(mark.line + 1 if mark else 1, "(syntax)", f"this is not YAML: {problem}", remedy)


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int], seen: set[int]) -> Iterator[Mistake]:
    """Note the lines of everything below ``node``; yield what stands twice, and aliases."""
    line = node.start_mark.line + 1
    if id(node) in seen:
        yield Mistake(line, key_of(path), "an alias", "write the value out")
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[*path, index] = item.start_mark.line + 1
            yield from _walk(item, (*path, index), lines, seen)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in lines:
                yield Mistake(key.start_mark.line + 1, key_of(here), "this key stands twice", "keep one of the two")
            lines[here] = key.start_mark.line + 1
            yield from _walk(value, here, lines, seen)
