"""YAML to built-in values, with the line of every key.

Read as YAML 1.2's core schema: only ``true`` and ``false`` are booleans, so ``on:``, ``yes`` and ``no`` are words, and
``10:30`` is a text. Refused: keys that stand twice, tags, and aliases that grow beyond a limit or contain themselves.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from mockdesk.scripts.document import MAXIMUM_BYTES, Document, Path, key_of
from mockdesk.scripts.mistakes import Mistake

MAXIMUM_VALUES = 50_000
"""How many values a script may have once its aliases are followed: a bomb of aliases stops here."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = {"", "~", "null", "Null", "NULL"}
_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
}


def read_document(text: str) -> Document:
    """Read a YAML text; what is wrong with it stands in the document's ``mistakes``. Never raises."""
    document = Document()
    if len(text.encode(errors="replace")) > MAXIMUM_BYTES:
        document.mistake((), f"the file is larger than {MAXIMUM_BYTES} bytes", "split it into several scripts")
        return document
    try:
        loader = yaml.SafeLoader(text)
        _Reader(document).read(_composed(loader))
    except yaml.MarkedYAMLError as error:
        document.mistakes.append(_syntax_mistake(error))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.mistakes.append(Mistake(line, "(file)", "a character that YAML does not allow", "write it as \\u...."))
    except RecursionError:
        document.mistake((), "values are nested too deeply", "a script needs few levels")
    except _TooMuch as error:
        document.mistakes.append(error.mistake)
    return document


def _composed(loader: yaml.SafeLoader) -> yaml.Node | None:
    """Return the root node; PyYAML lets an escape such as ``\\U00110000`` out as an error that is not its own."""
    try:
        root: yaml.Node | None = loader.get_single_node()
    except (ValueError, OverflowError) as error:
        problem = "an escape names a character that does not exist"
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=loader.get_mark()) from error
    return root


def _syntax_mistake(error: yaml.MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else 1
    problem = error.problem or str(error)
    if "\\t" in problem:
        return Mistake(line, "(syntax)", "a tab where YAML wants spaces", "indent with spaces")
    context = f"{error.context}, " if error.context else ""
    remedy = "check the indentation, and put texts with signs such as : # ? { into quotes"
    return Mistake(line, "(syntax)", f"this is not YAML: {context}{problem}", remedy)


class _TooMuch(Exception):
    """The document cannot be read any further."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


class _Reader:
    """Turns composed nodes into values, once for each place they stand in."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = 0
        self._open: set[int] = set()

    def read(self, root: yaml.Node | None) -> None:
        """Read the whole document into ``document.data``."""
        if root is not None:
            self._document.lines[()] = _line(root)
            self._document.data = self._value(root, ())

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self._count += 1
        if self._count > MAXIMUM_VALUES:
            self._stop(node, path, f"more than {MAXIMUM_VALUES} values", "use fewer aliases")
        if id(node) in self._open:
            self._stop(node, path, "an alias that contains itself", "write the steps out")
        self._refuse_tag(node, path)
        self._open.add(id(node))
        try:
            return self._content(node, path)
        finally:
            self._open.discard(id(node))

    def _content(self, node: yaml.Node, path: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _item(self, node: yaml.Node, path: Path) -> Any:
        self._document.lines[path] = _line(node)
        return self._value(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._stop(key_node, path, "a key that is not a word", "put the key into quotes")
            key = _text(key_node)
            here = (*path, key)
            if key in found:
                mistake = Mistake(_line(key_node), key_of(here), "this key stands twice", "keep one of the two")
                self._document.mistakes.append(mistake)
                continue
            self._document.lines[here] = _line(key_node)
            found[key] = self._value(value_node, here)
        return found

    def _refuse_tag(self, node: yaml.Node, path: Path) -> None:
        if node.tag not in _TAGS:
            self._stop(node, path, f"the tag {node.tag}", "leave the tag out: a script is plain data")

    def _stop(self, node: yaml.Node, path: Path, message: str, remedy: str) -> None:
        raise _TooMuch(Mistake(_line(node), key_of(path), message, remedy))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _text(node: yaml.Node) -> str:
    """Return a scalar's text; the two halves that JSON writes for a character beyond U+FFFF become one again."""
    text = str(node.value)
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return text


def _scalar(node: yaml.Node) -> Any:
    text = _text(node)
    if getattr(node, "style", None) is not None:
        return text
    if text in _NOTHING:
        return None
    return _WORDS[text] if text in _WORDS else _number(text)


def _number(text: str) -> Any:
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
