"""A YAML text as values, with the line on which each of them stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from contracts.mapping.mistakes import BadMapping, Mistake
from contracts.yaml_nodes import composed

Path = tuple[str | int, ...]
LONGEST = 1_000_000
"""Characters of the largest mapping file."""
LONGEST_NUMBER = 300
"""Characters of a number: Python itself reads no more than 4,300 digits."""
YAML_TAG = "tag:yaml.org,2002:"


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
        BadMapping: it is no YAML, holds a key twice, an alias, a tag that does not fit its value, or a number of very
            many digits, or is too long.
    """
    if len(text) > LONGEST:
        raise BadMapping(source, [Mistake(1, "(file)", f"more than {LONGEST} characters", "a mapping needs far fewer")])
    try:
        loader = _Loader(text)
        root = composed(loader)
        walk = _Walk(loader)
        mistakes = [] if root is None else list(walk.mistakes(root, ()))
        data = None if root is None or mistakes else loader.construct_document(root)
    except yaml.YAMLError as error:
        raise BadMapping(source, [_not_yaml(error)]) from error
    if mistakes:
        raise BadMapping(source, mistakes)
    return Document(source, data, walk.lines)


def _not_yaml(error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    problem = " ".join(str(getattr(error, "problem", None) or error).split())
    remedy = "check the indentation, and put texts with { } : # into quotes"
    return Mistake(mark.line + 1 if mark else 1, "(syntax)", f"this is not YAML: {problem}", remedy)


class _Walk:
    """Notes the line of everything, and finds what a mapping may not hold."""

    def __init__(self, loader: _Loader) -> None:
        self.lines: dict[Path, int] = {(): 1}
        self._loader = loader
        self._seen: set[int] = set()

    def mistakes(self, node: yaml.Node, path: Path) -> Iterator[Mistake]:
        """Walk everything below ``node``; yield keys that stand twice or are no words, aliases, tags, long numbers."""
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            yield Mistake(line, key_of(path), "an alias", "write the value out")
            return
        self._seen.add(id(node))
        odd = self._oddness(node)
        if odd is not None:
            yield Mistake(line, key_of(path), *odd)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.lines[*path, index] = item.start_mark.line + 1
                yield from self.mistakes(item, (*path, index))
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from self._entry(key, value, path)

    def _entry(self, key: yaml.Node, value: yaml.Node, path: Path) -> Iterator[Mistake]:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            yield Mistake(line, key_of(path), "a key that is not a word", "put the key into quotes")
            return
        here = (*path, str(key.value))
        odd = self._oddness(key)
        if odd is not None:
            yield Mistake(line, key_of(here), *odd)
        if here in self.lines:
            yield Mistake(line, key_of(here), "this key stands twice", "keep one of the two")
        self.lines[here] = line
        yield from self.mistakes(value, here)

    def _oddness(self, node: yaml.Node) -> tuple[str, str] | None:
        """Return what is wrong with a node by itself, and the remedy: a tag need not fit what it stands at."""
        if node.tag not in (self._natural_tag(node), f"{YAML_TAG}str"):
            return f"the tag {node.tag}", "leave the tag out"
        if node.tag in (f"{YAML_TAG}int", f"{YAML_TAG}float") and len(node.value) > LONGEST_NUMBER:
            return f"a number of {len(node.value)} characters", "put it into quotes if it is a text"
        return None

    def _natural_tag(self, node: yaml.Node) -> str:
        """Return the tag that a node would have without one."""
        if not isinstance(node, yaml.ScalarNode):
            return f"{YAML_TAG}{'map' if isinstance(node, yaml.MappingNode) else 'seq'}"
        is_plain = node.style is None
        tag: str = self._loader.resolve(yaml.ScalarNode, node.value, (is_plain, not is_plain))  # type: ignore[no-untyped-call]
        return tag
