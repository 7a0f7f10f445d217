"""YAML and JSON texts to built-in values, bounded in size, depth and number.

YAML is read from the parser's events with a stack of its own: no tag is ever acted on, nothing recurses, an alias is
the value it names (so a bomb of aliases costs nothing), and what contains itself is refused. Keys are always texts:
``200:`` becomes ``"200"``. Only ``true`` and ``false`` are booleans, as in YAML 1.2.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from contracts.assess.lines import LOADER, Place, line_of, line_of_event
from contracts.assess.problems import BadInput, place_of

LARGEST_FILE = 16_000_000
"""Bytes of the largest file that is read."""
MOST_VALUES = 2_000_000
"""How many values a file may have, those that merge keys copy included."""
DEEPEST = 200
"""How many levels values may be nested."""

_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = {"", "~", "null", "Null", "NULL"}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")
_MERGE = object()
_REMEDY = "check the indentation, and put texts with signs such as : # ? { into quotes"


@dataclass(frozen=True)
class Source:
    """A file that was read: its name as the user wrote it, its text, and its values."""

    name: str
    text: str = field(repr=False)
    data: Any = field(repr=False)

    def line(self, place: Place) -> int:
        """Return the line of a place, counted from 1, or of the nearest thing around it that has one."""
        return line_of(self.text, place)

    def bad(self, place: Place, message: str, remedy: str) -> BadInput:
        """Return the error to raise for what is wrong at a place."""
        return BadInput(self.name, self.line(place), place_of(place), message, remedy)


def read_file(path: Path, name: str | None = None) -> Source:
    """Read a YAML or JSON file.

    Raises:
        BadInput: it cannot be opened, is too large, is not UTF-8 (or UTF-16), or is neither YAML nor JSON.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(name, None, "", f"cannot be read: {reason}", "give the path of a file") from error
    if len(content) > LARGEST_FILE:
        raise BadInput(name, None, "", f"larger than {LARGEST_FILE // 1_000_000} MB", "assess the part about chats")
    return read_text(_decoded(content, name), name)


def read_text(text: str, name: str) -> Source:
    """Read a YAML or JSON text. What begins with a brace is JSON first, and YAML when it is not.

    Raises:
        BadInput: it is neither, or exceeds a bound.
    """
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        found, data = _json(text.lstrip("\ufeff"), name)
        if found:
            return Source(name, text, data)
    return Source(name, text, _yaml(text, name))


def _decoded(content: bytes, name: str) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(name, line, "", "not a text in UTF-8", "save it as UTF-8") from error


def _json(text: str, name: str) -> tuple[bool, Any]:
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise BadInput(name, None, "", "values are nested too deeply", f"{DEEPEST} levels are read") from error
    except ValueError:  # perhaps a YAML text in flow style
        return False, None
    _bounded(data, name)
    return True, data


def _bounded(data: Any, name: str) -> None:
    level, depth, count = [data], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > DEEPEST or count > MOST_VALUES:
            what = "values are nested too deeply" if depth > DEEPEST else "too many values"
            raise BadInput(name, None, "", what, f"{DEEPEST} levels and {MOST_VALUES} values are read")
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]


@dataclass
class _Open:
    """A mapping or sequence whose end has not been met. ``key`` waits for its value."""

    value: dict[str, Any] | list[Any]
    line: int
    key: Any = None
    has_key: bool = False
    merged: list[Any] = field(default_factory=list)


class _Reader:
    """Builds values from events."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stack: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._unfinished: dict[int, str] = {}
        self._count = 0
        self._documents = 0
        self.root: Any = None

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        line = line_of_event(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise BadInput(self._name, line, "", "a second document in one file", "keep one document in a file")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._finish()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(str(event.anchor), line), line)

    def _begin(self, event: Any, value: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._stack) >= DEEPEST:
            raise BadInput(self._name, line, "", "values are nested too deeply", f"{DEEPEST} levels are read")
        self._add(value, line)
        if event.anchor:
            self._anchors[event.anchor] = value
            self._unfinished[id(value)] = event.anchor
        self._stack.append(_Open(value, line))

    def _finish(self) -> None:
        done = self._stack.pop()
        if isinstance(done.value, dict):
            for other in done.merged:
                self._merge(done.value, other, done.line)
        self._unfinished.pop(id(done.value), None)

    def _merge(self, into: dict[str, Any], other: Any, line: int) -> None:
        for one in other if isinstance(other, list) else [other]:
            if not isinstance(one, dict):
                raise BadInput(self._name, line, "<<", "a merge key that is no mapping", "name an anchored mapping")
            self._spend(len(one), line)
            for key, value in one.items():
                into.setdefault(key, value)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        here = self._stack[-1] if self._stack else None
        plain = bool(event.implicit[0])
        if here is not None and isinstance(here.value, dict) and not here.has_key:
            here.key, here.has_key = (_MERGE if plain and event.value == "<<" else event.value), True
            if event.anchor:
                self._anchors[event.anchor] = event.value
            return
        value = _plain(event.value) if plain else event.value
        if event.anchor:
            self._anchors[event.anchor] = value
        self._add(value, line)

    def _alias(self, anchor: str, line: int) -> Any:
        if anchor not in self._anchors:
            raise BadInput(self._name, line, "", f"*{anchor} names no anchor", "define it above with &")
        value = self._anchors[anchor]
        if id(value) in self._unfinished:
            raise BadInput(self._name, line, "", f"*{anchor} contains itself", "use $ref for what refers to itself")
        return value

    def _spend(self, count: int, line: int) -> None:
        self._count += count
        if self._count > MOST_VALUES:
            raise BadInput(self._name, line, "", f"more than {MOST_VALUES} values", "assess the part about chats")

    def _add(self, value: Any, line: int) -> None:
        self._spend(1, line)
        if not self._stack:
            self.root = value
            return
        here = self._stack[-1]
        if isinstance(here.value, list):
            here.value.append(value)
        elif not here.has_key:
            if isinstance(value, dict | list):
                raise BadInput(self._name, line, "", "a key that is not a word", "put the key into quotes")
            here.key, here.has_key = str(value), True
        else:
            if here.key is _MERGE:
                here.merged.append(value)
            else:
                here.value[here.key] = value
            here.key, here.has_key = None, False


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _plain(text: str) -> Any:
    if text in _NOTHING:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _yaml(text: str, name: str) -> Any:
    reader = _Reader(name)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or str(error)
        line = mark.line + 1 if mark is not None else None
        if "nesting depth" in problem:  # the parser's own limit, for lists and mappings in brackets
            raise BadInput(name, line, "", "values are nested too deeply", f"{DEEPEST} levels are read") from error
        raise BadInput(name, line, "", f"neither JSON nor YAML: {problem}", _REMEDY) from error
    except yaml.YAMLError as error:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else None
        raise BadInput(name, line, "", "a character that YAML does not allow", "write it as \\u....") from error
    except (UnicodeError, ValueError, OverflowError) as error:
        raise BadInput(name, None, "", f"cannot be read: {error}", "save it as UTF-8") from error
    return reader.root
